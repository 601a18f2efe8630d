"""A sheet resolved into paths and words: blocks placed, arcs as Beziers, dimensions and hatches as lines."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from pipelines.synth.paper.dimensions import dimension
from pipelines.synth.paper.hatching import strokes
from pipelines.synth.sheet import Arc, Circle, Fill, Insert, Line, Mask, Measure, Poly, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipelines.synth.sheet import Mark, Point, Sheet
    from pipelines.synth.style import Style

#: a, b, c, d, e, f of PDF: x' = a x + c y + e, y' = b x + d y + f.
Matrix: TypeAlias = tuple[float, float, float, float, float, float]
#: A start, then ends of lines (x, y) and of Beziers (x1, y1, x2, y2, x, y).
Contour: TypeAlias = tuple[tuple[float, ...], ...]
SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Shape:
    """A path, metres."""

    layer: str
    contours: tuple[Contour, ...]
    closed: bool = False
    paint: str = "stroke"  #: 'stroke', 'fill', 'tint' or 'mask'
    width: float = 0.0  #: metres, 0 where the layer's pen draws it
    dashed: bool = False
    clip: tuple[Contour, ...] = ()  #: rings beyond which nothing is shown


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; ``at`` is its middle, or the left end of its base line."""

    layer: str
    at: Point
    height: float  #: of capitals, metres
    words: str
    angle: float = 0.0
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Look:
    """What patterns and dimensions become."""

    hatch: str = "lines"  #: 'lines', 'dense', 'cross' or 'grey'
    ends: str = "tick"  #: 'tick', 'arrow' or 'dot'
    clipped: bool = False  #: patterns run on, and are clipped


PLAIN = Look()


def resolved(sheet: Sheet, style: Style, look: Look = PLAIN) -> Iterator[Shape | Words]:
    """What a plotter draws of a sheet, in order; hidden layers are left out."""
    yield from _all(sheet, style, sheet.marks, SAME, "", look)


def spread(sheet: Sheet) -> tuple[Point, Point]:
    """Lower left and upper right of all that is shown, letters and dimensions roughly."""
    xs: list[float] = []
    ys: list[float] = []
    for mark in _placed(sheet, sheet.marks, SAME):
        for x, y in mark:
            xs.append(x)
            ys.append(y)
    return (min(xs), min(ys)), (max(xs), max(ys))


def _placed(sheet: Sheet, marks: Iterable[Mark], matrix: Matrix) -> Iterator[tuple[Point, ...]]:
    for mark in marks:
        if mark.layer in sheet.hidden:
            continue
        match mark:
            case Insert():
                yield from _placed(sheet, sheet.blocks[mark.block], times(matrix, _matrix(mark)))
            case _:
                yield tuple(moved(matrix, point) for point in _reach(mark))


def _reach(mark: Mark) -> tuple[Point, ...]:  # noqa: PLR0911  # one kind of mark a case
    """Points that a mark reaches to, in its own frame."""
    match mark:
        case Line():
            return mark.start, mark.end
        case Circle() | Arc():
            (x, y), r = mark.center, mark.radius
            return (x - r, y - r), (x + r, y + r)
        case Text():
            half = 0.45 * mark.height * max(len(each) for each in mark.words.split("\n"))
            (x, y), c, s = mark.at, abs(math.cos(mark.rotation)) * half, abs(math.sin(mark.rotation)) * half
            return (x - c, y - s - mark.height), (x + c, y + s + mark.height)
        case Measure():
            x, y = mark.base
            return (x - 0.3, y - 0.3), (x + 0.3, y + 0.3)
        case Fill():
            return mark.rings[0]
        case Mask():
            return mark.ring
        case Poly():
            return mark.points
        case _:
            return ()


def _all(
    sheet: Sheet, style: Style, marks: Iterable[Mark], matrix: Matrix, layer: str, look: Look
) -> Iterator[Shape | Words]:
    for mark in marks:
        if mark.layer in sheet.hidden:
            continue
        name = layer if layer and mark.layer == "0" else mark.layer
        match mark:
            case Insert():
                inner = times(matrix, _matrix(mark))
                yield from _all(sheet, style, sheet.blocks[mark.block], inner, name, look)
            case Measure():
                yield from _all(sheet, style, dimension(mark, style, look.ends), matrix, name, look)
            case Text():
                yield from _lines(mark, matrix, name)
            case Fill() if mark.pattern == "NET" or (mark.pattern != "SOLID" and look.hatch != "grey"):
                yield from _pattern(mark, matrix, name, look)
            case _:
                yield _shape(mark, matrix, name)


def _pattern(mark: Fill, matrix: Matrix, name: str, look: Look) -> Iterator[Shape]:
    lines = [
        (moved(matrix, (x0, y0)), moved(matrix, (x1, y1)))
        for x0, y0, x1, y1 in strokes(mark, look.hatch, whole=look.clipped)
    ]
    if look.clipped:
        rings = tuple(tuple(moved(matrix, p) for p in ring) for ring in mark.rings)
        yield Shape(name, tuple(lines), clip=rings)
        return
    yield from (Shape(name, (line,)) for line in lines)


def _shape(mark: Mark, matrix: Matrix, name: str) -> Shape:
    match mark:
        case Line():
            return Shape(name, ((moved(matrix, mark.start), moved(matrix, mark.end)),), dashed=mark.dashed)
        case Poly():
            width = mark.width * math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))
            return Shape(name, (_moved(matrix, polyline(mark)),), closed=mark.closed, width=width)
        case Arc():
            turn = (mark.end - mark.start) % (2 * math.pi)
            return Shape(name, (_moved(matrix, arc(mark.center, mark.radius, mark.start, turn)),))
        case Circle():
            return Shape(name, (_moved(matrix, arc(mark.center, mark.radius, 0.0, 2 * math.pi)),), closed=True)
        case Fill():
            rings = tuple(tuple(moved(matrix, p) for p in ring) for ring in mark.rings)
            return Shape(name, rings, closed=True, paint="fill" if mark.pattern == "SOLID" else "tint")
        case Mask():
            return Shape(name, (tuple(moved(matrix, p) for p in mark.ring),), closed=True, paint="mask")
        case _:
            raise AssertionError(mark)


def _lines(mark: Text, matrix: Matrix, name: str) -> Iterator[Words]:
    rows = mark.words.replace("%%p", "±").split("\n")
    x, y = mark.at
    dx, dy = math.cos(mark.rotation), math.sin(mark.rotation)
    angle = math.atan2(matrix[1] * dx + matrix[3] * dy, matrix[0] * dx + matrix[2] * dy)
    for k, row in enumerate(rows):
        down = (k - (len(rows) - 1) / 2) * 1.6 * mark.height
        at = moved(matrix, (x + dy * down, y - dx * down))
        yield Words(name, at, mark.height * math.hypot(matrix[2], matrix[3]), row, angle, mark.anchor)


def arc(center: Point, radius: float, start: float, turn: float) -> Contour:
    """An arc of ``turn`` radians (negative: clockwise) as Beziers of at most a quarter each."""
    count = max(1, math.ceil(abs(turn) / (math.pi / 2) - 1e-9))
    step = turn / count
    reach = 4 / 3 * math.tan(step / 4) * radius
    x, y = center
    rows: list[tuple[float, ...]] = [(x + radius * math.cos(start), y + radius * math.sin(start))]
    for k in range(count):
        a, b = start + k * step, start + (k + 1) * step
        ca, sa, cb, sb = math.cos(a), math.sin(a), math.cos(b), math.sin(b)
        out = x + radius * ca - reach * sa, y + radius * sa + reach * ca
        into = x + radius * cb + reach * sb, y + radius * sb - reach * cb
        rows.append((*out, *into, x + radius * cb, y + radius * sb))
    return tuple(rows)


def polyline(mark: Poly) -> Contour:
    """A polyline with its bulges as arcs."""
    if not any(mark.bulges):
        return mark.points
    ring = (*mark.points, mark.points[0]) if mark.closed else mark.points
    rows: list[tuple[float, ...]] = [mark.points[0]]
    for (a, b), bulge in zip(itertools.pairwise(ring), mark.bulges, strict=False):
        if not bulge:
            rows.append(b)
            continue
        turn = 4 * math.atan(bulge)
        chord = math.dist(a, b)
        away = chord / 2 / math.tan(turn / 2)
        x = (a[0] + b[0]) / 2 - away * (b[1] - a[1]) / chord
        y = (a[1] + b[1]) / 2 + away * (b[0] - a[0]) / chord
        radius = chord / 2 / abs(math.sin(turn / 2))
        rows += arc((x, y), radius, math.atan2(a[1] - y, a[0] - x), turn)[1:]
    return tuple(rows)


def moved(matrix: Matrix, point: tuple[float, ...]) -> Point:
    """A point through a matrix."""
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + c * y + e, b * x + d * y + f


def _moved(matrix: Matrix, contour: Contour) -> Contour:
    if matrix == SAME:
        return contour
    return tuple(
        tuple(value for k in range(0, len(row), 2) for value in moved(matrix, row[k : k + 2])) for row in contour
    )


def _matrix(mark: Insert) -> Matrix:
    c, s = math.cos(mark.rotation), math.sin(mark.rotation)
    return c * mark.sx, s * mark.sx, -s * mark.sy, c * mark.sy, mark.at[0], mark.at[1]


def times(outer: Matrix, inner: Matrix) -> Matrix:
    """First the inner, then the outer."""
    a, b, c, d, e, f = inner
    (x, y), (p, q) = moved((*outer[:4], 0.0, 0.0), (a, b)), moved((*outer[:4], 0.0, 0.0), (c, d))
    return (x, y, p, q, *moved(outer, (e, f)))


def through(matrix: Matrix, piece: Shape | Words) -> Shape | Words:
    """A piece moved and scaled."""
    if isinstance(piece, Words):
        scale = math.hypot(matrix[0], matrix[1])
        return replace(piece, at=moved(matrix, piece.at), height=piece.height * scale)
    return replace(piece, contours=tuple(_moved(matrix, contour) for contour in piece.contours))
