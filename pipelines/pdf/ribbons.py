"""Lines that a program wrote as filled outlines, as wide as its pen: strokes again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.geometry.components import components
from pipelines.linework import Areas, Origin, Strokes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats

    Rows = NDArray[np.intp]

#: A filled rectangle up to this wide is a line, mm; walls are filled wider, unless it is at a tiny scale.
WIDEST: Final = 0.4
#: Where nearly every fill is a rectangle and nothing is stroked, pens may be this wide, mm.
ALL_WIDEST: Final = 0.8
ALL: Final = 0.8
#: Opposite sides agree within this, mm and share.
ROUNDING: Final = 0.01
#: A line is at least so many times as long as it is wide.
LONG: Final = 1.1
#: Ends nearer than this are one, mm.
MEETS: Final = 0.02


def drawn(strokes: Strokes, areas: Areas) -> tuple[Strokes, Areas]:
    """The strokes with thin filled rectangles among them, as lines along their middles; and the other areas."""
    alone = np.bincount(areas.region, minlength=int(areas.region.max(initial=-1)) + 1)[areas.region] == 1
    rows = np.flatnonzero(areas.filled & alone & (areas.rings.counts == 4))
    if not len(rows):
        return strokes, areas
    corners = areas.rings.take(rows).points.reshape(-1, 4, 2)
    width, start, end = _middles(corners)
    length = np.hypot(*(end - start).T)
    outlined = len(rows) > ALL * np.count_nonzero(areas.filled) and len(rows) > len(strokes)
    thin = (width > 0) & (width <= (ALL_WIDEST if outlined else WIDEST)) & (length >= LONG * width)
    rows, width, start, end = rows[thin], width[thin], start[thin], end[thin]
    if not len(rows):
        return strokes, areas
    start, end = _met(start, end)
    made = _strokes(areas, rows, start, end, width)
    columns = {name: np.concatenate([getattr(strokes, name), getattr(made, name)]) for name in Strokes.__slots__}
    gone = np.zeros(len(areas), np.bool_)
    gone[rows] = True
    return Strokes(**columns), areas.take(~gone)


def _middles(corners: Floats) -> tuple[Floats, Floats, Floats]:
    """Width (n,) and the ends (n, 2) of the middle line of rectangles; a width of 0 for what is none."""
    sides = np.roll(corners, -1, axis=1) - corners
    length = np.hypot(sides[..., 0], sides[..., 1])
    across = np.where((length[:, 0] <= length[:, 1]), 0, 1)
    n = np.arange(len(corners))
    one, other = length[n, across], length[n, across + 2]
    long = length[n, 1 - across]
    square = np.abs((sides[:, 0] * sides[:, 1]).sum(axis=1)) <= 0.05 * length[:, 0] * length[:, 1] + 1e-9
    same = np.abs(one - other) <= ROUNDING + 0.1 * one
    same &= np.abs(long - length[n, (1 - across) + 2]) <= ROUNDING + 0.02 * long
    start = (corners[n, across] + corners[n, across + 1]) / 2
    end = (corners[n, across + 2] + corners[n, (across + 3) % 4]) / 2
    return np.where(same & square, (one + other) / 2, 0.0), start, end


def _met(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """The ends with those that met before they were rounded put on one point."""
    points = np.concatenate([start, end])
    spots = np.asarray(shapely.points(points), dtype=np.object_)
    i, j = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=MEETS)
    group = components(len(points), i, j)
    number = np.bincount(group)
    middle = np.stack([np.bincount(group, weights=points[:, k]) for k in (0, 1)], axis=1) / number[:, None]
    return middle[group[: len(start)]], middle[group[len(start) :]]


def _strokes(areas: Areas, rows: Rows, start: Floats, end: Floats, width: Floats) -> Strokes:
    count = len(rows)
    zero, none = np.zeros(count), np.full(count, -1, np.int32)
    return Strokes(
        start=start,
        end=end,
        z=zero,
        layer=areas.layer[rows],
        color=areas.color[rows],
        weight=np.round(width, 2),
        width=zero,
        thickness=zero,
        dashed=np.zeros(count, np.bool_),
        origin=np.full(count, Origin.POLYLINE, np.int32),
        source=areas.source[rows],
        arc=none,
        path=areas.source[rows],
        instance=none,
    )
