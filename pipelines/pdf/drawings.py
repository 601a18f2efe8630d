"""The paths of a page, taken as the interpreter hands them over, one dictionary each, into columns.

A sheet may hold hundreds of thousands: what is done for each is one lookup per column, the rest is numpy's. They are
put into columns by the ten thousand, so that a page never stands in memory as Python objects.
"""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from pipelines.pdf.outlines import outline
from pipelines.pdf.page import CURVE, LINE, QUAD, RECTANGLE, Paths, Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats

#: So many paths become columns at once.
_CHUNK: Final = 20_000
#: More pieces than this are not kept: the page is refused.
MOST_PIECES: Final = 2_500_000
#: What is fainter than this cannot be seen.
_FAINT: Final = 0.04
_KINDS: Final = {"l": LINE, "c": CURVE, "re": RECTANGLE, "qu": QUAD}
_Style = tuple[bool, bool, float, int, int, bool, bool, int]
#: What tells how a path is painted, in the dictionaries of each type: looked up at once, which is what takes time.
_TRAITS: Final = ("width", "color", "fill", "dashes", "even_odd", "layer", "stroke_opacity", "fill_opacity")
_OF_STROKE: Final = itemgetter("type", "width", "color", "dashes", "layer", "stroke_opacity")
_OF_FILL: Final = itemgetter("type", "fill", "even_odd", "layer", "fill_opacity")
_HEADS: Final = {"s": _OF_STROKE, "f": _OF_FILL}
#: Where the points of a piece are.
_CORNERS: Final = {LINE: itemgetter(1, 2), CURVE: itemgetter(1, 2, 3, 4)}


class Collector:
    """Takes paths in the order of painting; ``columns`` gives what was taken."""

    def __init__(self, affine: Floats) -> None:
        """``affine`` (2, 3) takes the interpreter's points to mm as shown."""
        self._affine = affine
        self._unit = float(np.hypot(*affine[:, 0]))  # mm of a point
        self._rows: list[dict[str, Any]] = []
        self._paths: list[Paths] = []
        self._pieces: list[Pieces] = []
        self._styles: list[_Style] = []
        self._numbers: dict[tuple[object, ...], int] = {}  # of the styles; -1 for what cannot be seen
        self._clips: dict[tuple[object, ...], int] = {}
        self._outlines: dict[int, tuple[int, list[tuple[Any, ...]], bool]] = {}  # number of the clip around it, items
        self._stack: list[int] = [-1]  # the clip in force at each depth
        self._count = self._held = 0
        self.layers: dict[str, int] = {}
        self.faint = 0  #: paths left out because they are transparent
        self.pieces = 0  #: handed over, whether kept or not

    def take(self, row: dict[str, Any]) -> None:
        """Take one path, clip or group. Never raises: the interpreter could not bear it."""
        self._rows.append(row)
        if len(self._rows) >= _CHUNK:
            self._flush()

    @property
    def clips(self) -> Floats:
        """(k, 4) rectangles that clip, in mm as shown."""
        boxes = np.array([key[:4] for key in self._clips], dtype=np.float64).reshape(-1, 2, 2)
        corners = self._shown(boxes)
        return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)

    @property
    def shapes(self) -> dict[int, shapely.Geometry]:
        """What the clips show that are no rectangles, in mm as shown; a clip within another shows less than both."""
        shown: dict[int, shapely.Geometry] = {}
        for number, (around, items, even_odd) in self._outlines.items():
            kind = np.fromiter((_KINDS[item[0]] for item in items), np.int8, len(items))
            shape = outline(self._shown(_points(items, kind)), kind, even_odd=even_odd)
            shown[number] = shapely.intersection(shape, shown[around]) if around in shown else shape
        return shown

    def columns(self) -> tuple[Paths, Pieces]:
        """Everything taken."""
        self._flush()
        return _joined(Paths, self._paths), _joined(Pieces, self._pieces)

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        styles: list[int] = []
        clips: list[int] = []
        items: list[list[tuple[Any, ...]]] = []
        for row in rows:
            kind = row["type"]
            if kind in ("clip", "group"):
                self._enter(row)
                continue
            try:
                key = _HEADS[kind](row)
            except KeyError:
                key = (kind, *map(row.get, _TRAITS))
            style = self._numbers.get(key)
            if style is None:
                style = self._numbers[key] = self._style(row)
            if style < 0:
                self.faint += 1
                continue
            level = row.get("level", 0)
            del self._stack[level + 1 :]
            styles.append(style)
            clips.append(self._stack[-1])
            items.append(row["items"])
        self._keep(styles, clips, items)

    def _enter(self, row: dict[str, Any]) -> None:
        """A clip or group begins: what is painted at a greater depth lies in it."""
        level = row.get("level", 0)
        stack = self._stack
        del stack[level + 1 :]
        stack.extend(stack[-1:] * (level + 1 - len(stack)))
        box = row.get("scissor")
        if box is None:
            stack.append(stack[-1])
            return
        items = row["items"]
        plain = len(items) == 1 and items[0][0] == "re"
        around = stack[-1]
        # What lies in a rectangle within a shape is shown by both: such a clip is one of its own.
        bare = plain and around not in self._outlines
        key = (*box, -1) if bare else (*box, around, row.get("even_odd"), tuple(items))
        number = self._clips.setdefault(key, len(self._clips))
        if not bare and number not in self._outlines:
            self._outlines[number] = (around, items, bool(row.get("even_odd")))
        stack.append(number)

    def _style(self, row: dict[str, Any]) -> int:
        """Number of how a path is painted; -1 where it cannot be seen."""
        kind = row["type"]
        width, color, fill, dashes, even_odd, layer, stroke_opacity, fill_opacity = map(row.get, _TRAITS)
        stroked = "s" in kind and (1.0 if stroke_opacity is None else stroke_opacity) > _FAINT
        filled = "f" in kind and (1.0 if fill_opacity is None else fill_opacity) > _FAINT
        if not (stroked or filled):
            return -1
        number = self.layers.setdefault(layer or "", len(self.layers))
        dashed = stroked and not str(dashes or "").startswith("[]")
        weight = float(width or 0.0) * self._unit if stroked else 0.0
        self._styles.append((stroked, filled, weight, _rgb(color), _rgb(fill), dashed, bool(even_odd), number))
        return len(self._styles) - 1

    def _keep(self, styles: list[int], clips: list[int], items: list[list[tuple[Any, ...]]]) -> None:
        counts = np.fromiter(map(len, items), np.int64, len(items))
        self.pieces += int(counts.sum())
        if not len(counts) or self._held + counts.sum() > MOST_PIECES:
            return
        rows = np.array(styles, np.intp)
        stroked, filled, weight, pen, paint, dashed, even_odd, layer = zip(*self._styles, strict=True)
        self._paths.append(
            Paths(
                stroked=np.array(stroked, np.bool_)[rows],
                filled=np.array(filled, np.bool_)[rows],
                weight=np.array(weight, np.float64)[rows],
                pen=np.array(pen, np.int32)[rows],
                paint=np.array(paint, np.int32)[rows],
                dashed=np.array(dashed, np.bool_)[rows],
                even_odd=np.array(even_odd, np.bool_)[rows],
                layer=np.array(layer, np.int32)[rows],
                clip=np.array(clips, np.int32),
            )
        )
        flat = list(chain.from_iterable(items))
        kind = np.array([_KINDS[item[0]] for item in flat], np.int8)
        owner = np.repeat(np.arange(self._count, self._count + len(items), dtype=np.int32), counts)
        self._pieces.append(Pieces(path=owner, kind=kind, points=self._shown(_points(flat, kind))))
        self._count += len(items)
        self._held += len(flat)

    def _shown(self, points: Floats) -> Floats:
        """Points (..., 2) of the interpreter in mm as shown."""
        return np.asarray(points @ self._affine[:, :2].T + self._affine[:, 2], dtype=np.float64)


def _points(flat: list[tuple[Any, ...]], kind: NDArray[np.int8]) -> Floats:
    """(m, 4, 2) the points of pieces as the interpreter gives them."""
    points = np.zeros((len(flat), 8))
    for which, width in ((LINE, 4), (CURVE, 8), (RECTANGLE, 4), (QUAD, 8)):
        rows = np.flatnonzero(kind == which)
        if not len(rows):
            continue
        chosen = [flat[row] for row in rows.tolist()]
        if which == RECTANGLE:
            numbers = chain.from_iterable(item[1] for item in chosen)
        elif which == QUAD:
            numbers = chain.from_iterable(chain.from_iterable(item[1]) for item in chosen)
        else:
            numbers = chain.from_iterable(chain.from_iterable(map(_CORNERS[which], chosen)))
        values = np.fromiter(numbers, np.float64, len(rows) * width).reshape(-1, width)
        if which == LINE:
            points[rows[:, None], [0, 1, 6, 7]] = values
        elif which == RECTANGLE:
            # The way that an outline runs around tells whether it is a hole.
            falls = np.fromiter((item[2] > 0 for item in chosen), np.bool_, len(rows))
            ways = values[:, [0, 1, 2, 1, 2, 3, 0, 3]], values[:, [0, 3, 2, 3, 2, 1, 0, 1]]
            points[rows] = np.where(falls[:, None], ways[1], ways[0])
        elif which == QUAD:  # drawn from the first to the third, the fourth and the second
            points[rows] = values[:, [0, 1, 4, 5, 6, 7, 2, 3]]
        else:
            points[rows] = values
    return points.reshape(-1, 4, 2)


def _rgb(color: Any) -> int:
    """0xRRGGBB of a colour with components 0..1; black where there is none."""
    if not color:
        return 0
    r, g, b = (min(255, max(0, round(255 * float(part)))) for part in color)
    return r << 16 | g << 8 | b


def _joined(kind: Any, parts: list[Any]) -> Any:
    """Tables of one kind as one."""
    if not parts:
        return _EMPTY[kind]
    names = kind.__slots__
    return kind(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _nothing() -> dict[type, Any]:
    flags, whole, real = np.zeros(0, np.bool_), np.zeros(0, np.int32), np.zeros(0)
    return {
        Paths: Paths(flags, flags, real, whole, whole, flags, flags, whole, whole),
        Pieces: Pieces(whole, np.zeros(0, np.int8), np.zeros((0, 4, 2))),
    }


_EMPTY: Final = _nothing()
