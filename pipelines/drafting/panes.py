"""Windows that are drawn with the walls' own pen, told from the walls beside them.

Where one pen draws both, the lines of a window pair up as a wall does. What tells them apart are the jambs: short
lines across the wall at both ends of the window. Lines that run from jamb to jamb are a window's where one of them
lies between the faces of the wall, and the wall goes on beyond a jamb with its two faces alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.geometry.pairs import dots, left, segments, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Bools, Floats, Linework

#: Length of a jamb, which is the thickness of its wall, and of what runs from jamb to jamb, metres.
JAMB = (0.06, 0.65)
SPAN = (0.35, 6.4)
#: Ends within this of a line lie on it, metres.
TOUCH = 0.01


def drawn_as_walls(sheet: Linework, mask: Bools) -> Bools:
    """(n,) which of the masked strokes run from jamb to jamb of a window.

    ``sheet`` is a view in plan metres.
    """
    strokes = sheet.strokes
    found = np.zeros(len(strokes), np.bool_)
    rows = np.flatnonzero(mask & (strokes.arc < 0) & (strokes.width < JAMB[0]))
    start, end = strokes.start[rows], strokes.end[rows]
    length = strokes.length[rows]
    jambs = np.flatnonzero((length >= JAMB[0]) & (length <= JAMB[1]))
    lines = np.flatnonzero((length >= SPAN[0]) & (length <= SPAN[1]))
    if not len(jambs) or not len(lines):
        return found
    base, top = start[jambs], end[jambs]
    span, first, second, inner, place = _spans(base, top, start[lines], end[lines])
    # A window is all that runs between the same two jambs.
    low, high = np.minimum(first, second), np.maximum(first, second)
    gap = np.unique(np.stack([low, high], axis=1), axis=0, return_inverse=True)[1].ravel()
    count = int(gap.max()) + 1 if len(gap) else 0
    glazed = np.bincount(gap, weights=inner, minlength=count) > 0
    # Two lines alone are panes where they lie evenly between the faces; else they are a wall that ends there.
    even = np.abs(np.bincount(gap, weights=place, minlength=count)) < 0.2 * np.bincount(gap, minlength=count)
    glazed &= even | (np.bincount(gap, minlength=count) >= 3)
    ends_low, ends_high = np.zeros((2, count), np.intp)
    ends_low[gap], ends_high[gap] = low, high
    goes_on = _walls_beyond(base, top, ends_low, ends_high, start[lines], end[lines])
    found[rows[lines[span[(glazed & goes_on)[gap]]]]] = True
    return found


def _spans(
    base: Floats, top: Floats, start: Floats, end: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], Bools, Floats]:
    """Lines with both ends on jambs: line, jamb at its start, jamb at its end, whether it lies between the faces.

    The last is where on the jamb at its start: -1 and 1 are the faces of the wall, 0 is its middle.
    """
    tree = shapely.STRtree(segments(base, top))
    hits = []
    for point in (start, end):
        line, jamb = tree.query(dots(point), predicate="dwithin", distance=TOUCH)
        across = np.abs(np.einsum("ij,ij->i", unit(end - start)[line], unit(top - base)[jamb])) < 0.1
        hits.append((line[across], jamb[across]))
    (line_a, jamb_a), (line_b, jamb_b) = hits
    # Every jamb at the start with every jamb at the end of the same line.
    order = np.argsort(line_b, kind="stable")
    low, high = np.searchsorted(line_b[order], line_a), np.searchsorted(line_b[order], line_a, side="right")
    number = high - low
    row = np.repeat(np.arange(len(line_a)), number)
    within = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    line, first, second = line_a[row], jamb_a[row], jamb_b[order[low[row] + within]]
    # The two jambs face each other.
    facing = np.hypot(*(((base + top)[first] - (base + top)[second]) / 2).T)
    size = np.hypot(*(top - base).T)
    along = np.hypot(*(end - start)[line].T)
    kept = (first != second) & (np.abs(size[first] - size[second]) < 0.02) & (np.abs(facing - along) < 0.02)
    line, first, second = line[kept], first[kept], second[kept]
    inside = 0.08 * size[first]
    inner = np.ones(len(line), np.bool_)
    for point in (base[first], top[first]):
        inner &= np.hypot(*(start[line] - point).T) > inside
    middle = (base + top)[first] / 2
    across = left(unit(end - start)[line])
    # All lines of a gap are measured the same way round, whichever way they are drawn.
    across *= np.where((across[:, 0] < -1e-6) | ((np.abs(across[:, 0]) <= 1e-6) & (across[:, 1] < 0)), -1, 1)[:, None]
    place = 2 * np.einsum("ij,ij->i", start[line] - middle, across) / size[first]
    return line, first, second, inner, place


def _walls_beyond(
    base: Floats, top: Floats, one: NDArray[np.intp], other: NDArray[np.intp], start: Floats, end: Floats
) -> Bools:
    """(n,) whether at one of its two jambs each gap's wall goes on: long lines at the jamb's ends, none between."""
    ends = np.concatenate([start, end])
    away = np.concatenate([end - start, start - end])
    size = np.hypot(*(top - base).T)
    long = np.hypot(*away.T)
    tree = shapely.STRtree(dots(ends))
    result = np.zeros(len(one), np.bool_)
    for jamb, opposite in ((one, other), (other, one)):
        middle = (base[jamb] + top[jamb]) / 2
        outward = unit(middle - (base[opposite] + top[opposite]) / 2)
        faces = np.zeros((2, len(jamb)), np.bool_)
        for k, corner in enumerate((base[jamb], top[jamb])):
            gap, line = tree.query(dots(corner), predicate="dwithin", distance=TOUCH)
            onward = np.einsum("ij,ij->i", away[line], outward[gap]) > 0.99 * long[line]
            faces[k, gap[onward & (long[line] > 1.5 * size[jamb[gap]])]] = True
        gap, line = tree.query(segments(base[jamb], top[jamb]), predicate="dwithin", distance=TOUCH)
        offset = np.abs(np.einsum("ij,ij->i", ends[line] - middle[gap], left(outward)[gap]))
        onward = np.einsum("ij,ij->i", away[line], outward[gap]) > 0.99 * long[line]
        between = np.zeros(len(jamb), np.bool_)
        between[gap[onward & (offset < 0.42 * size[jamb[gap]])]] = True
        result |= faces.any(axis=0) & ~between
    return result
