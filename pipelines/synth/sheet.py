"""A drawn sheet, in metres and of no file format: what a hand has put on paper, layer by layer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line; ``thickness`` is its extrusion upwards."""

    layer: str
    start: Point
    end: Point
    thickness: float = 0.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Poly:
    """A polyline; ``bulges`` has one number per point (tangent of a quarter of the arc's angle), or none at all."""

    layer: str
    points: tuple[Point, ...]
    closed: bool = False
    width: float = 0.0
    bulges: tuple[float, ...] = ()
    thickness: float = 0.0


@dataclass(frozen=True, slots=True)
class Arc:
    """An arc, counter-clockwise, angles in radians."""

    layer: str
    center: Point
    radius: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle."""

    layer: str
    center: Point
    radius: float


@dataclass(frozen=True, slots=True)
class Text:
    """Words. ``anchor`` is 'middle' or 'left'; ``rotation`` in radians."""

    layer: str
    at: Point
    height: float
    words: str
    rotation: float = 0.0
    anchor: str = "middle"
    multiline: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """A hatch: the first ring is the outline, the others are holes."""

    layer: str
    rings: tuple[tuple[Point, ...], ...]
    pattern: str = "SOLID"
    scale: float = 1.0  #: distance of the pattern's lines, metres


@dataclass(frozen=True, slots=True)
class Mask:
    """A wipeout."""

    layer: str
    ring: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A dimension between two points, its line through ``base``, at ``angle`` (radians)."""

    layer: str
    first: Point
    second: Point
    base: Point
    angle: float


@dataclass(frozen=True, slots=True)
class Insert:
    """A block reference: scaled by (sx, sy), turned, then moved."""

    layer: str
    block: str
    at: Point
    rotation: float = 0.0
    sx: float = 1.0
    sy: float = 1.0


Mark: TypeAlias = Line | Poly | Arc | Circle | Text | Fill | Mask | Measure | Insert


@dataclass(slots=True)
class Sheet:
    """Marks in the order in which they are drawn, and the blocks that they refer to."""

    marks: list[Mark] = field(default_factory=list)
    blocks: dict[str, list[Mark]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)  #: layers that are off or frozen

    def add(self, *marks: Mark) -> None:
        """Draw."""
        self.marks.extend(marks)

    def bounds(self) -> tuple[Point, Point]:
        """Lower left and upper right of lines and polylines outside of blocks."""
        points = np.array(
            [p for mark in self.marks if isinstance(mark, Line) for p in (mark.start, mark.end)]
            + [p for mark in self.marks if isinstance(mark, Poly) for p in mark.points]
        )
        low, high = points.min(axis=0), points.max(axis=0)
        return (float(low[0]), float(low[1])), (float(high[0]), float(high[1]))


@dataclass(frozen=True, slots=True)
class Frame:
    """Where something's own coordinates lie on the sheet: mirrored at the x axis or not, turned, then moved."""

    at: Point = (0.0, 0.0)
    angle: float = 0.0  #: radians
    flip: bool = False

    def point(self, point: Point) -> Point:
        """A point on the sheet."""
        x, y = point[0], -point[1] if self.flip else point[1]
        c, s = math.cos(self.angle), math.sin(self.angle)
        return self.at[0] + c * x - s * y, self.at[1] + s * x + c * y

    def points(self, points: Iterable[Point]) -> tuple[Point, ...]:
        """Points on the sheet."""
        return tuple(self.point(each) for each in points)

    def mark(self, mark: Mark) -> Mark:  # noqa: PLR0911  # one kind of mark a line
        """A mark on the sheet. Inserts and texts are turned and moved, never mirrored."""
        match mark:
            case Line():
                return replace(mark, start=self.point(mark.start), end=self.point(mark.end))
            case Poly():
                bulges = tuple(-bulge for bulge in mark.bulges) if self.flip else mark.bulges
                return replace(mark, points=self.points(mark.points), bulges=bulges)
            case Arc():
                start, end = (-mark.end, -mark.start) if self.flip else (mark.start, mark.end)
                return replace(mark, center=self.point(mark.center), start=start + self.angle, end=end + self.angle)
            case Circle():
                return replace(mark, center=self.point(mark.center))
            case Text() | Insert():
                return replace(mark, at=self.point(mark.at), rotation=mark.rotation + self.angle)
            case Fill():
                return replace(mark, rings=tuple(self.points(ring) for ring in mark.rings))
            case Mask():
                return replace(mark, ring=self.points(mark.ring))
            case Measure():
                first, second, base = self.points((mark.first, mark.second, mark.base))
                return replace(mark, first=first, second=second, base=base, angle=mark.angle + self.angle)


def line(layer: str, start: NDArray[np.float64], end: NDArray[np.float64], *, thickness: float = 0.0) -> Line:
    """A line between two rows of coordinates."""
    return Line(layer, point(start), point(end), thickness)


def path(layer: str, *points: Point, closed: bool = False) -> list[Mark]:
    """Lines from point to point."""
    ends = (*points[1:], points[0]) if closed else points[1:]
    return [Line(layer, a, b) for a, b in zip(points, ends, strict=False)]


def rectangle(layer: str, low: Point, high: Point) -> Poly:
    """A closed polyline along the axes."""
    return Poly(layer, (low, (high[0], low[1]), high, (low[0], high[1])), closed=True)


def point(xy: NDArray[np.float64]) -> Point:
    """A row of coordinates as a point."""
    return float(xy[0]), float(xy[1])


def points(rows: NDArray[np.float64]) -> tuple[Point, ...]:
    """Rows of coordinates (n, 2) as points."""
    return tuple((float(x), float(y)) for x, y in rows)
