"""Windows that are drawn with the walls' own pen, told from the walls beside them.

Where one pen draws both, the lines of a window pair up as a wall does. What tells them apart are the jambs: short
lines across the wall at both ends of the window. Lines that run from jamb to jamb are a window's where one of them, or
what is drawn between them, lies between the faces of the wall, and the wall goes on beyond a jamb with its two faces
alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.meaning import UNSAID, built
from pipelines.drafting.naming import Category
from pipelines.geometry.areas import parts, polygons
from pipelines.geometry.pairs import Rows, dots, left, rectangles, segments, unit
from pipelines.geometry.region import edges
from pipelines.linework import Floats, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Bools, Linework

#: Length of a jamb, which is the thickness of its wall or the side of a column, and of what runs from jamb to jamb.
JAMB = (0.06, 1.0)
SPAN = (0.35, 6.4)
#: Walls are no thicker, metres.
THICKEST = 0.65
#: Ends within this of a line lie on it, metres.
TOUCH = 0.01
#: Offsets across a wall, as a share of half its thickness, that are between its faces.
BETWEEN = 0.84


@dataclass(frozen=True, slots=True)
class _Lines(Table):
    """Straight lines, either way round."""

    start: Floats  #: (n, 2)
    end: Floats  #: (n, 2)

    @property
    def length(self) -> Floats:
        return np.asarray(np.hypot(*(self.end - self.start).T), dtype=np.float64)

    @property
    def direction(self) -> Floats:
        return unit(self.end - self.start)


@dataclass(frozen=True, slots=True)
class _Spans(Table):
    """Lines that run from one jamb to another, every pair of jambs apart."""

    line: Rows
    first: Rows  #: the jamb at the line's start
    second: Rows  #: and at its end

    @property
    def gap(self) -> Rows:
        """(n,) number of the pair of jambs."""
        pair = np.sort(np.stack([self.first, self.second], axis=1), axis=1)
        return np.asarray(np.unique(pair, axis=0, return_inverse=True)[1].ravel(), dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Panes:
    """Windows that were told from the walls."""

    strokes: Bools  #: (m,) the lines of the sheet that draw them
    start: Floats  #: (n, 2) middle of one jamb
    end: Floats  #: (n, 2) and of the other
    depth: Floats  #: (n,) thickness of the wall


def find(sheet: Linework, meaning: Meaning) -> Panes:
    """The windows of a view in plan metres that only their jambs tell from walls."""
    strokes = sheet.strokes
    eligible = built(sheet)
    mask = eligible & np.isin(meaning.strokes, (Category.WALL, *UNSAID))
    ends = mask | (eligible & (meaning.strokes == Category.COLUMN))
    found = np.zeros(len(strokes), np.bool_)
    nothing = Panes(found, np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0))
    straight = (strokes.arc < 0) & (strokes.width < JAMB[0])
    rows = np.flatnonzero(mask & straight)
    lines = _Lines(strokes.start[rows], strokes.end[rows])
    across = np.flatnonzero(ends & straight & _between(strokes.length, JAMB))
    jambs = _Lines(strokes.start[across], strokes.end[across])
    long = np.flatnonzero(_between(lines.length, SPAN))
    spans = _spans(lines.take(long), jambs)
    if not len(spans):
        return nothing
    gaps = _gaps(spans, lines.take(long), jambs)
    glazed, inside = _glazed(spans, gaps, lines, long, jambs, _edges(sheet, meaning))
    found[rows[long[spans.line[glazed[spans.gap]]]]] = True
    found[rows[inside]] = True
    # A jamb drawn twice makes two gaps of one.
    start, end = gaps.base, gaps.base + gaps.along * gaps.reach[:, None]
    once = np.unique(((start + end) / 2).round(2)[glazed], axis=0, return_index=True)[1]
    kept = np.flatnonzero(glazed)[once]
    return Panes(found, start[kept], end[kept], gaps.size[kept])


def _between(value: Floats, limits: tuple[float, float]) -> Bools:
    return np.asarray((value >= limits[0]) & (value <= limits[1]), dtype=np.bool_)


def _spans(lines: _Lines, jambs: _Lines) -> _Spans:
    """Lines with both ends on jambs that face each other: one of the two covers the other."""
    tree = shapely.STRtree(segments(jambs.start, jambs.end))
    hits = []
    for point in (lines.start, lines.end):
        line, jamb = tree.query(dots(point), predicate="dwithin", distance=TOUCH)
        square = np.abs(np.einsum("ij,ij->i", lines.direction[line], jambs.direction[jamb])) < 0.1
        hits.append((line[square], jamb[square]))
    (line_a, jamb_a), (line_b, jamb_b) = hits
    # Every jamb at the start with every jamb at the end of the same line.
    order = np.argsort(line_b, kind="stable")
    low, high = np.searchsorted(line_b[order], line_a), np.searchsorted(line_b[order], line_a, side="right")
    number = high - low
    row = np.repeat(np.arange(len(line_a)), number)
    within = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    spans = _Spans(line_a[row], jamb_a[row], jamb_b[order[low[row] + within]])
    across = left(lines.direction[spans.line])
    edges = [_extent(jambs.take(jamb), across) for jamb in (spans.first, spans.second)]
    common = np.minimum(edges[0][1], edges[1][1]) - np.maximum(edges[0][0], edges[1][0])
    smaller = np.minimum(jambs.length[spans.first], jambs.length[spans.second])
    return spans.take((spans.first != spans.second) & (common > smaller - 0.02) & (smaller <= THICKEST))


def _extent(lines: _Lines, axis: Floats) -> tuple[Floats, Floats]:
    """(n,) from and to of each line along its axis."""
    one, other = np.einsum("ij,ij->i", lines.start, axis), np.einsum("ij,ij->i", lines.end, axis)
    return np.minimum(one, other), np.maximum(one, other)


@dataclass(frozen=True, slots=True)
class _Gaps:
    """Pairs of jambs: from the middle of the shorter one to the other."""

    near: Rows  #: (n,) the shorter jamb, which is as long as the wall is thick
    far: Rows  #: (n,) the other
    base: Floats  #: (n, 2)
    along: Floats  #: (n, 2) unit
    reach: Floats  #: (n,)
    size: Floats  #: (n,) thickness of the wall


def _gaps(spans: _Spans, lines: _Lines, jambs: _Lines) -> _Gaps:
    """One row for every number of ``spans.gap``."""
    head = np.unique(spans.gap, return_index=True)[1]
    first, second = spans.first[head], spans.second[head]
    swap = jambs.length[first] > jambs.length[second]
    near = np.where(swap, second, first)
    return _Gaps(
        near=near,
        far=np.where(swap, first, second),
        base=(jambs.start + jambs.end)[near] / 2,
        along=lines.direction[spans.line[head]] * np.where(swap, -1.0, 1.0)[:, None],
        reach=lines.length[spans.line[head]],
        size=jambs.length[near],
    )


def _edges(sheet: Linework, meaning: Meaning) -> _Lines:
    """The edges of walls that are filled or drawn with a wide pen, which end in no line of their own."""
    strokes, areas = sheet.strokes, sheet.areas
    wide = strokes.take(
        np.isin(meaning.strokes, (Category.WALL, *UNSAID))
        & (strokes.arc < 0)
        & _between(strokes.width, (JAMB[0], THICKEST))
    )
    filled = areas.filled & np.isin(meaning.areas, (Category.WALL, *UNSAID))
    shapes = [rectangles(wide.start, wide.end, wide.width), polygons(areas.take(filled))[0]]
    start, end = edges(shapely.MultiPolygon(list(parts(np.concatenate(shapes)))))
    return _Lines(start, end)


def _glazed(spans: _Spans, gaps: _Gaps, lines: _Lines, long: Rows, jambs: _Lines, edge: _Lines) -> tuple[Bools, Rows]:
    """Which gaps are windows, and the lines that lie within one without touching its jambs."""
    gap, count = spans.gap, len(gaps.near)
    base, along, reach, size = gaps.base, gaps.along, gaps.reach, gaps.size
    place = 2 * np.einsum("ij,ij->i", lines.start[long[spans.line]] - base[gap], left(along)[gap]) / size[gap]
    number = np.bincount(gap, minlength=count)
    inner = np.bincount(gap, weights=np.abs(place) < BETWEEN, minlength=count) > 0
    # What runs from jamb to jamb lies evenly about the middle of the wall; else it is a wall that ends there.
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, gap, place)
    np.maximum.at(high, gap, place)
    even = np.abs(low + high) < 0.5
    holder, held = _held(lines, base, along, reach, size)
    filled = np.zeros(count, np.bool_)
    cover = np.abs(np.einsum("ij,ij->i", lines.end[held] - lines.start[held], along[holder]))
    filled[holder[cover > 0.7 * reach[holder]]] = True
    several = (inner & (number >= 3)) | (filled & (number >= 2))
    beyond = np.zeros(count, np.bool_)
    for jamb, outward in ((gaps.near, -along), (gaps.far, along)):
        thin = jambs.length[jamb] < 1.1 * size
        beyond |= thin & _walls_beyond(jambs.take(jamb), outward, lines, edge, np.where(several, 0.5, 1.5))
    glazed = np.asarray((several | inner) & even & beyond, dtype=np.bool_)
    return glazed, held[glazed[holder]]


def _held(lines: _Lines, base: Floats, along: Floats, reach: Floats, size: Floats) -> tuple[Rows, Rows]:
    """Lines that lie within each gap, clear of the faces of its wall: gap, line."""
    inside = rectangles(base - along * 0.005, base + along * (reach + 0.005)[:, None], BETWEEN * size)
    gap, line = shapely.STRtree(segments(lines.start, lines.end)).query(inside, predicate="contains")
    return gap, line


def _walls_beyond(jambs: _Lines, outward: Floats, lines: _Lines, edge: _Lines, least: Floats) -> Bools:
    """(n,) whether the wall goes on beyond each jamb: a line or an edge from one of its ends at least, none between.

    ``least`` is how long that has to be, as a multiple of the jamb. It may come from before the jamb, where a wall is
    drawn through its windows.
    """
    size = jambs.length
    faces = np.zeros(len(jambs), np.bool_)
    for each in (lines, edge):
        tree = shapely.STRtree(segments(each.start, each.end))
        for corner in (jambs.start, jambs.end):
            jamb, line = tree.query(dots(corner), predicate="dwithin", distance=TOUCH)
            along = np.abs(np.einsum("ij,ij->i", each.direction[line], outward[jamb])) > 0.99
            ahead = [
                np.einsum("ij,ij->i", point[line] - corner[jamb], outward[jamb]) for point in (each.start, each.end)
            ]
            faces[jamb[along & (np.maximum(*ahead) > least[jamb] * size[jamb])]] = True
    points = np.concatenate([lines.start, lines.end])
    away = np.concatenate([lines.end - lines.start, lines.start - lines.end])
    long = np.hypot(*away.T)
    jamb, line = shapely.STRtree(dots(points)).query(
        segments(jambs.start, jambs.end), predicate="dwithin", distance=TOUCH
    )
    middle = (jambs.start + jambs.end) / 2
    aside: NDArray[np.float64] = np.abs(np.einsum("ij,ij->i", points[line] - middle[jamb], left(outward)[jamb]))
    onward = np.einsum("ij,ij->i", away[line], outward[jamb]) > 0.99 * long[line]
    between = np.zeros(len(jambs), np.bool_)
    between[jamb[onward & (aside < BETWEEN / 2 * size[jamb])]] = True
    return faces & ~between
