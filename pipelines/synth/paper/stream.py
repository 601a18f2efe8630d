"""Paths and words as the operators of a page."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.synth.paper import letters
from pipelines.synth.paper.page import BLACK
from pipelines.synth.paper.shapes import Shape, Words, moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipelines.synth.paper.fonts import Fonts
    from pipelines.synth.paper.page import Paper, Rgb
    from pipelines.synth.paper.shapes import Contour, Matrix

WHITE: Rgb = (1.0, 1.0, 1.0)
TINT: Rgb = (0.78, 0.78, 0.78)
#: Chords of an exploded curve, per Bezier.
CHORDS = 10
#: A dash and the gap after it, millimetres.
DASH, GAP = 2.2, 1.1


@dataclass(frozen=True, slots=True)
class Ink:
    """All that has to be set before a path is painted."""

    operator: str  #: S, s, f* ...
    color: Rgb
    width: float = 0.0  #: points of user space
    dashed: bool = False
    blunt: bool = False  #: ends and corners cut straight, as those of walls

    def settings(self, unit: float) -> str:
        """The operators that set it; ``unit`` is a millimetre in user space."""
        r, g, b = self.color
        if self.operator.startswith("f"):
            return f"{r:.3g} {g:.3g} {b:.3g} rg\n"
        dash = f"[{DASH * unit:.3g} {GAP * unit:.3g}] 0 d" if self.dashed else "[] 0 d"
        ends = "0 J 0 j" if self.blunt else "1 J 1 j"
        return f"{r:.3g} {g:.3g} {b:.3g} RG {self.width:.4g} w {dash} {ends}\n"


@dataclass(slots=True)
class Run:
    """Operators of one layer in a row."""

    layer: str
    parts: list[str] = field(default_factory=list)


class Plotter:
    """Writes shapes as a writer does; ``runs`` is what it has written."""

    def __init__(self, paper: Paper, matrix: Matrix, role: Callable[[str], str], fonts: Fonts) -> None:
        self.paper, self.habit, self.matrix, self.role, self.fonts = paper, paper.habit, matrix, role, fonts
        self.metre = math.hypot(matrix[0], matrix[1])
        self.millimetre = self.metre * paper.true_ratio / 1000
        self.runs: list[Run] = []
        self._ink: Ink | None = None
        self._waiting: dict[tuple[str, Ink], list[str]] = {}

    def draw(self, pieces: Iterable[Shape | Words]) -> list[Run]:
        """Draw all, in order."""
        for piece in pieces:
            if isinstance(piece, Shape):
                self._shape(piece)
            elif self.habit.letters:
                for stroke in letters.strokes(piece):
                    self._shape(stroke)
            else:
                self._words(piece)
        self._flush()
        return self.runs

    def _shape(self, shape: Shape) -> None:
        pen = self.paper.pen(self.role(shape.layer))
        if shape.dashed and (self.habit.outlined or self.habit.one_width):
            shape = self._dashes(shape)
        if shape.paint != "stroke":
            self._put(shape.layer, Ink("f*", self._fill(shape, pen.color)), self._outline(shape.contours, closed=True))
            return
        width = shape.width * self.metre or pen.width * self.paper.refit * self.millimetre
        if shape.width and self.paper.wide_filled:
            self._put(shape.layer, Ink("f", self._poche(pen.color)), self._quads(shape, shape.width * self.metre))
            return
        color = self._poche(pen.color) if shape.width else pen.color
        if self.habit.outlined:
            width = max(width, 0.1 * self.millimetre)
            self._put(shape.layer, Ink("f", color), self._quads(shape, width))
            return
        ink = Ink("S", color, width, shape.dashed, blunt=bool(shape.width))
        if shape.clip:
            self._clipped(shape, ink)
            return
        for path in self._paths(shape):
            self._put(shape.layer, ink, path)

    def _dashes(self, shape: Shape) -> Shape:
        """A straight line as its dashes, which this writer makes lines of their own."""
        unit = self.paper.true_ratio / 1000 * self.paper.refit
        found: list[Contour] = []
        for (x0, y0), (x1, y1) in (contour[:2] for contour in shape.contours if len(contour) == 2):
            length = math.hypot(x1 - x0, y1 - y0)
            for k in range(math.ceil(length / ((DASH + GAP) * unit))):
                a = k * (DASH + GAP) * unit / length
                b = min(a + DASH * unit / length, 1.0)
                ends = ((x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in (a, b))
                found.append(tuple(ends))
        return replace(shape, contours=tuple(found), dashed=False)

    def _clipped(self, shape: Shape, ink: Ink) -> None:
        self._flush()
        run = self._run(shape.layer)
        clip = self._outline(shape.clip, closed=True)
        settings = ink.settings(self.millimetre * self.paper.refit)
        run.parts.append(f"q {clip} W* n {settings}{self._outline(shape.contours, closed=False)} S Q\n")

    def _poche(self, color: Rgb) -> Rgb:
        return color if self.habit.one_width else self.paper.poche

    def _fill(self, shape: Shape, color: Rgb) -> Rgb:
        if shape.paint == "mask":
            return WHITE
        if shape.paint == "tint":
            return TINT
        return self._poche(color) if self.role(shape.layer) in ("wall", "partition", "column", "hatch") else color

    def _paths(self, shape: Shape) -> Iterator[str]:
        """The paths of a stroke: one, or one per chord."""
        if not self.habit.chords:
            yield self._outline(shape.contours, closed=shape.closed)
            return
        for contour in shape.contours:
            curved = any(len(row) > 2 for row in contour)
            if not curved and not self.habit.one_width:
                yield self._outline((contour,), closed=shape.closed)
                continue
            spots = flattened(contour, CHORDS)
            ring = [*spots, spots[0]] if shape.closed else spots
            for a, b in itertools.pairwise(ring):
                yield self._outline(((a, b),), closed=False)

    def _outline(self, contours: Iterable[Contour], *, closed: bool) -> str:
        a, b, c, d, e, f = self.matrix
        parts = []
        for contour in contours:
            x, y = contour[0]
            parts.append(f"{a * x + c * y + e:.3f} {b * x + d * y + f:.3f} m")
            for row in contour[1:]:
                if len(row) == 2:
                    x, y = row
                    parts.append(f"{a * x + c * y + e:.3f} {b * x + d * y + f:.3f} l")
                else:
                    spots = [moved(self.matrix, row[k : k + 2]) for k in (0, 2, 4)]
                    parts.append(" ".join(f"{x:.3f} {y:.3f}" for x, y in spots) + " c")
            if closed:
                parts.append("h")
        return " ".join(parts)

    def _quads(self, shape: Shape, width: float) -> str:
        """Every segment as a rectangle of a width (user space)."""
        parts = []
        for contour in shape.contours:
            spots = [moved(self.matrix, spot) for spot in flattened(contour, CHORDS)]
            ring = [*spots, spots[0]] if shape.closed else spots
            for (x0, y0), (x1, y1) in itertools.pairwise(ring):
                length = math.hypot(x1 - x0, y1 - y0)
                if length < 1e-6:
                    continue
                nx, ny = -(y1 - y0) / length * width / 2, (x1 - x0) / length * width / 2
                parts.append(
                    f"{x0 + nx:.3f} {y0 + ny:.3f} m {x1 + nx:.3f} {y1 + ny:.3f} l "
                    f"{x1 - nx:.3f} {y1 - ny:.3f} l {x0 - nx:.3f} {y0 - ny:.3f} l h"
                )
        return " ".join(parts)

    def _put(self, layer: str, ink: Ink, path: str) -> None:
        if not path:
            return
        if self.habit.joined and ink.operator == "S":
            self._waiting.setdefault((layer if self.habit.layers != "none" else "", ink), []).append(path)
            return
        self._flush()
        self._write(layer, ink, path)

    def _flush(self) -> None:
        """Paint the paths that wait, before something covers them."""
        waiting, self._waiting = self._waiting, {}
        for (layer, ink), paths in waiting.items():
            self._write(layer, ink, "\n".join(paths))

    def _write(self, layer: str, ink: Ink, path: str) -> None:
        run = self._run(layer)
        if ink != self._ink:
            run.parts.append(ink.settings(self.millimetre * self.paper.refit))
            self._ink = ink
        run.parts.append(f"{path} {ink.operator}\n")

    def _run(self, layer: str) -> Run:
        if not self.runs or (self.runs[-1].layer != layer and self._splits):
            self.runs.append(Run(layer))
            # Each run may end up in a form or a clip of its own, which forget what was set before.
            self._ink = None
        return self.runs[-1]

    @property
    def _splits(self) -> bool:
        return self.habit.layers != "none" or self.habit.nested or self.habit.clipped

    def _words(self, words: Words) -> None:
        self._flush()
        pen = self.paper.pen(self.role(words.layer))
        run = self._run(words.layer)
        self._ink = None
        r, g, b = pen.color if pen.color != WHITE else BLACK
        run.parts.append(f"{r:.3g} {g:.3g} {b:.3g} rg\n")
        run.parts.append(self.fonts.shown(words, self.matrix))


def flattened(contour: Contour, chords: int) -> list[tuple[float, float]]:
    """The corners of a contour, its Beziers as chords."""
    found = [(contour[0][0], contour[0][1])]
    for row in contour[1:]:
        if len(row) == 2:
            found.append((row[0], row[1]))
            continue
        (x0, y0), (x1, y1, x2, y2, x3, y3) = found[-1], row
        for k in range(1, chords + 1):
            t, s = k / chords, 1 - k / chords
            p, q, r, w = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
            found.append((p * x0 + q * x1 + r * x2 + w * x3, p * y0 + q * y1 + r * y2 + w * y3))
    return found
