"""Dimension lines that no name tells: lines with a mark at either end, and the lines that lead there from the building.

Where a number interrupts a dimension line, each half has a mark at its outer end. A mark is a tick across the line, an
arrow or dot on it, filled or drawn. The lines that lead there stand square to the dimension line, are drawn with its
pen and end freely a little beyond it. Beside a wall both would pair with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.meaning import UNSAID, built
from pipelines.drafting.naming import Category
from pipelines.geometry.areas import polygons
from pipelines.geometry.pairs import dots, segments, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Bools, Floats, Linework

    Rows = NDArray[np.intp]

#: Size of a mark, metres, and how far from the end of its line it may stand, as a share of that.
MARK = (0.02, 0.6)
#: A dimension line is longer than this, metres; leaves of folding doors are not.
SHORTEST = 0.45
#: A number may interrupt its line for so long, metres.
GAP = 2.0
#: Marks lie on their line, and lines that lead there on their mark, within this, metres.
TOUCH = 0.015
#: Ticks cross at these angles, barbs of arrows open at those (sines).
TICK, BARB = (0.5, 0.87), (0.08, 0.6)
#: Lines that lead to a mark end within this beyond it, metres.
BEYOND = 0.5


def told(sheet: Linework, meaning: Meaning, hatched: Bools) -> Meaning:
    """The meaning with dimension lines of a view in plan metres named as such.

    ``hatched`` (n,) are the strokes that are lines of a hatch.
    """
    strokes = sheet.strokes
    eligible = built(sheet) & np.isin(meaning.strokes, UNSAID) & (strokes.arc < 0)
    # Lines of a hatch cross the faces of walls as ticks cross dimension lines.
    rows = np.flatnonzero(eligible & ~hatched)
    if not len(rows):
        return meaning
    line, place = _marked(sheet, rows)
    ends = np.stack([strokes.start[line], strokes.end[line]], axis=1)
    near = np.hypot(*(ends - place[:, None]).transpose(2, 0, 1)) < MARK[1] / 2
    both = np.zeros((len(strokes), 2), np.bool_)
    np.logical_or.at(both, line, near)
    measures = both.all(axis=1) & (strokes.length > SHORTEST)
    measures[_halves(sheet, both)] = True
    kept = measures[line]
    measures[_leading(sheet, rows, line[kept], place[kept])] = True
    category = np.where(measures, np.int16(Category.DIMENSION), meaning.strokes).astype(np.int16)
    return replace(meaning, strokes=category)


def _halves(sheet: Linework, marked: Bools) -> Rows:
    """Lines with a mark at one end, (n, 2), that go on behind a gap to another mark: a number is there."""
    strokes = sheet.strokes
    rows = np.flatnonzero(marked.any(axis=1) & ~marked.all(axis=1) & (strokes.length > MARK[0]))
    first = marked[rows, 0][:, None]
    tip = np.where(first, strokes.end[rows], strokes.start[rows])
    along = unit(tip - np.where(first, strokes.start[rows], strokes.end[rows]))
    i, j = shapely.STRtree(dots(tip)).query(dots(tip), predicate="dwithin", distance=GAP)
    vector = tip[j] - tip[i]
    apart = np.einsum("ij,ij->i", vector, along[i])
    facing = (np.einsum("ij,ij->i", along[i], along[j]) < -0.999) & (apart > 0)
    facing &= np.abs(along[i, 0] * vector[:, 1] - along[i, 1] * vector[:, 0]) < TOUCH
    whole = strokes.length[rows[i]] + strokes.length[rows[j]] + apart
    facing &= (whole > SHORTEST) & _of_one_pen(sheet, rows[i], rows[j])
    return np.unique(rows[i[facing]])


def _marked(sheet: Linework, rows: Rows) -> tuple[Rows, Floats]:
    """Lines (n,) and the places (n, 2) on them at which a mark is."""
    strokes = sheet.strokes
    length = strokes.length[rows]
    short = rows[(length >= MARK[0]) & (length <= MARK[1])]
    long = rows[length > MARK[0]]
    found = [_ticks(sheet, short, long), _barbs(sheet, short, long), _blobs(sheet, long), _heads(sheet, long)]
    return np.concatenate([line for line, _ in found]), np.concatenate([place for _, place in found])


def _ticks(sheet: Linework, short: Rows, long: Rows) -> tuple[Rows, Floats]:
    """Short strokes that a line passes through the middle of, at about 45 degrees."""
    strokes = sheet.strokes
    short = short[_free(sheet, short, np.concatenate([short, long]))]
    middle = (strokes.start[short] + strokes.end[short]) / 2
    tree = shapely.STRtree(segments(strokes.start[long], strokes.end[long]))
    tick, line = tree.query(dots(middle), predicate="dwithin", distance=TOUCH)
    sine = np.abs(_sine(strokes.end[short[tick]] - strokes.start[short[tick]], _way(sheet, long[line])))
    fits = (sine > TICK[0]) & (sine < TICK[1]) & (strokes.length[long[line]] > strokes.length[short[tick]])
    # A tick that is a block of its own may have a colour of its own; it stands where its line ends then.
    ends = np.stack([strokes.start[long[line]], strokes.end[long[line]]], axis=1) - middle[tick][:, None]
    fits &= _of_one_pen(sheet, long[line], short[tick]) | (np.hypot(*ends.transpose(2, 0, 1)).min(axis=1) < TOUCH)
    return long[line[fits]], middle[tick[fits]]


def _free(sheet: Linework, short: Rows, lines: Rows) -> Bools:
    """(n,) short strokes that end on no line which runs another way, as those of a hatch do."""
    strokes = sheet.strokes
    tree = shapely.STRtree(segments(strokes.start[lines], strokes.end[lines]))
    free = np.ones(len(short), np.bool_)
    for point in (strokes.start[short], strokes.end[short]):
        tick, line = tree.query(dots(point), predicate="dwithin", distance=TOUCH / 3)
        turned = np.abs(_sine(_way(sheet, short[tick]), _way(sheet, lines[line]))) > 0.1
        free[tick[turned]] = False
    return free


def _barbs(sheet: Linework, short: Rows, long: Rows) -> tuple[Rows, Floats]:
    """Pairs of short strokes that open from the end of a line, one to each side: arrows that are drawn."""
    strokes = sheet.strokes
    ends = np.concatenate([strokes.start[long], strokes.end[long]])
    away = np.concatenate([_way(sheet, long), -_way(sheet, long)])
    tips = np.concatenate([strokes.start[short], strokes.end[short]])
    barbs = unit(np.concatenate([strokes.end[short] - strokes.start[short], strokes.start[short] - strokes.end[short]]))
    end, tip = shapely.STRtree(dots(tips)).query(dots(ends), predicate="dwithin", distance=TOUCH)
    sine = _sine(away[end], barbs[tip])
    fits = (np.abs(sine) > BARB[0]) & (np.abs(sine) < BARB[1]) & (np.einsum("ij,ij->i", away[end], barbs[tip]) > 0)
    sides = [np.bincount(end[fits & (sine * sign > 0)], minlength=len(ends)) > 0 for sign in (1, -1)]
    both = np.flatnonzero(sides[0] & sides[1])
    return np.tile(long, 2)[both], ends[both]


def _blobs(sheet: Linework, long: Rows) -> tuple[Rows, Floats]:
    """Small fills and circles at the end of a line."""
    strokes, arcs = sheet.strokes, sheet.arcs
    shapes = polygons(sheet.areas.take(sheet.areas.filled))[0]
    box = shapely.bounds(shapes)
    small = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) < MARK[1]
    round_ = (arcs.sweep > 6.0) & (arcs.radius < MARK[1] / 4)
    rings = shapely.buffer(dots(arcs.center[round_]), arcs.radius[round_])
    shapes = np.concatenate([shapes[small], rings])
    ends = np.concatenate([strokes.start[long], strokes.end[long]])
    outward = np.concatenate([-_way(sheet, long), _way(sheet, long)])
    end, shape = shapely.STRtree(shapes).query(dots(ends), predicate="dwithin", distance=TOUCH)
    # The line runs through its mark, or up to its middle; what stands beyond its end is something else.
    middle = shapely.get_coordinates(shapely.centroid(shapes[shape])) - ends[end]
    on = np.einsum("ij,ij->i", middle, outward[end]) < TOUCH
    on &= np.abs(_sine(middle, outward[end])) * np.hypot(*middle.T) < TOUCH
    end = np.unique(end[on])
    return np.tile(long, 2)[end], ends[end]


def _heads(sheet: Linework, long: Rows) -> tuple[Rows, Floats]:
    """Filled triangles that a line ends on the base of, where their tip is: arrows that go on beyond their line."""
    strokes, rings = sheet.strokes, sheet.areas.rings
    three = np.flatnonzero((rings.counts == 3) & sheet.areas.filled)
    corners = rings.points[rings.offsets[three][:, None] + np.arange(3)]
    sides = np.hypot(*(np.roll(corners, -2, axis=1) - np.roll(corners, -1, axis=1)).transpose(2, 0, 1))
    # Each side lies opposite its corner: the tip is opposite the base.
    tip = sides.argmin(axis=1)
    apex = corners[np.arange(len(three)), tip]
    base = (corners.sum(axis=1) - apex) / 2
    small = sides.max(axis=1, initial=0.0) < MARK[1]
    apex, base = apex[small], base[small]
    ends = np.concatenate([strokes.start[long], strokes.end[long]])
    outward = np.concatenate([-_way(sheet, long), _way(sheet, long)])
    head, end = shapely.STRtree(dots(ends)).query(dots(base), predicate="dwithin", distance=TOUCH)
    fits = np.einsum("ij,ij->i", unit(apex[head] - base[head]), outward[end]) > 0.99
    return np.tile(long, 2)[end[fits]], apex[head[fits]]


def _leading(sheet: Linework, rows: Rows, line: Rows, place: Floats) -> Rows:
    """Lines of the same pen that stand square to a dimension line at a mark and end freely beyond it."""
    strokes = sheet.strokes
    tree = shapely.STRtree(segments(strokes.start[rows], strokes.end[rows]))
    mark, other = tree.query(dots(place), predicate="dwithin", distance=2 * TOUCH)
    other, by = rows[other], line[mark]
    square = np.abs(np.einsum("ij,ij->i", _way(sheet, other), _way(sheet, by))) < 0.02
    square &= _of_one_pen(sheet, other, by)
    other, place = other[square], place[mark[square]]
    ends = np.stack([strokes.start[other], strokes.end[other]], axis=1)
    away = np.hypot(*(ends - place[:, None]).transpose(2, 0, 1))
    row = np.arange(len(other))
    near = away.argmin(axis=1)
    tip, beyond = ends[row, near], away[row, near]
    corners = shapely.STRtree(dots(np.concatenate([strokes.start[rows], strokes.end[rows]])))
    at, corner = corners.query(dots(tip), predicate="dwithin", distance=TOUCH)
    # Chains draw such a line twice; what it meets there is another line only where that runs another way.
    turned = np.abs(_sine(_way(sheet, other[at]), _way(sheet, np.tile(rows, 2)[corner]))) > 0.1
    met = np.bincount(at[turned], minlength=len(tip)) > 0
    # Where it ends on the mark, so does the dimension line.
    free = ~met | (beyond < 2 * TOUCH)
    return np.unique(other[free & (beyond < BEYOND)])


def _of_one_pen(sheet: Linework, one: Rows, other: Rows) -> Bools:
    """(n,) whether two strokes share layer, colour and weight."""
    strokes = sheet.strokes
    pens = [pen[one] == pen[other] for pen in (strokes.layer, strokes.color, strokes.weight)]
    return np.asarray(np.logical_and.reduce(pens), dtype=np.bool_)


def _way(sheet: Linework, rows: Rows) -> Floats:
    """(n, 2) unit vectors from start to end."""
    return unit(sheet.strokes.end[rows] - sheet.strokes.start[rows])


def _sine(one: Floats, other: Floats) -> Floats:
    """(n,) sines of the angles from one vector to the other."""
    a, b = unit(one), unit(other)
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], dtype=np.float64)
