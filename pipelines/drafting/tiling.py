"""Tiles on floors, where no name tells: lines of one pen that cross each other evenly, two ways.

A line of a grid is crossed by its like at equal steps, and crosses them at one of their equal steps itself. The edge
of a worktop that stands on tiles is crossed evenly too, but crosses them where it happens to stand, and a wall ends
tiles. Between tiles there are strips as wide as walls, and rows of steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.drafting.meaning import UNSAID, built
from pipelines.drafting.naming import Category
from pipelines.geometry.pairs import near, unit
from pipelines.linework import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Bools, Floats, Linework

    Rows = NDArray[np.intp]

#: Sides of tiles, metres, and within what they are even.
SIDE, EVEN = (0.09, 1.3), 0.012
#: Lines cross squarely within this (cosine), and so far from their ends, metres.
SQUARE, WITHIN = 0.03, 0.015
#: A line is one of a grid from so many equal steps on it, if of the lines that cross it this share is at its steps,
#: and for this share of them it is at one of theirs.
STEPS, OWN, THEIRS = 2, 0.5, 0.6
#: So many lines make a grid.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class _Crossings(Table):
    """Every crossing twice, once for either line; sorted by the first and along it."""

    line: Rows  #: (n,)
    other: Rows  #: (n,)
    at: Floats  #: (n,) metres along the line
    back: Floats  #: (n,) metres along the other


def told(sheet: Linework, meaning: Meaning) -> Meaning:
    """The meaning with the tiles of a view in plan metres named as such."""
    strokes = sheet.strokes
    rows = np.flatnonzero(built(sheet) & np.isin(meaning.strokes, UNSAID) & (strokes.arc < 0) & (strokes.width == 0))
    found = _grids(sheet, rows)
    if not found.any():
        return meaning
    category = meaning.strokes.copy()
    category[rows[found]] = Category.TILES
    return replace(meaning, strokes=category)


def _grids(sheet: Linework, rows: Rows) -> Bools:
    """(n,) which of the rows are lines of a grid."""
    crossings = _crossings(sheet, rows)
    step, steps = _steps(crossings, len(rows))
    own = _beside(crossings, crossings.line, crossings.at, step[crossings.line])
    # The two faces of each wall are as far apart again and again, but no three lines in a row are.
    between = np.zeros(len(rows), np.bool_)
    between[crossings.line[own == 2]] = True
    stepped = between & (steps >= STEPS)
    # A line that is crossed two or three times has no step of its own: tiles are as wide as long then.
    pace = np.where(stepped[crossings.other], step[crossings.other], step[crossings.line])
    theirs = _beside(crossings, crossings.other, crossings.back, pace) > 0
    count = np.bincount(crossings.line, minlength=len(rows))
    even = np.bincount(crossings.line, weights=own > 0, minlength=len(rows)) >= OWN * count
    placed = np.bincount(crossings.line, weights=theirs, minlength=len(rows)) >= THEIRS * count
    grid = stepped & even & placed & (count > 0)
    # Pieces of lines that lie in step with a grid belong to it.
    known = grid[crossings.other] & stepped[crossings.other]
    with_grid = np.bincount(crossings.line, weights=known & theirs, minlength=len(rows))
    crossed = np.bincount(crossings.line, weights=known, minlength=len(rows))
    grid |= (crossed > 0) & (with_grid == crossed) & (crossed >= THEIRS * count)
    return grid if np.count_nonzero(grid) >= FEWEST else np.zeros(len(rows), np.bool_)


def _crossings(sheet: Linework, rows: Rows) -> _Crossings:
    """Where lines of one pen cross squarely, clear of their ends."""
    strokes = sheet.strokes
    start, end, length = strokes.start[rows], strokes.end[rows], strokes.length[rows]
    long = np.flatnonzero(length > SIDE[0])
    i, j = near(start[long], end[long], distance=WITHIN)
    i, j = long[i], long[j]
    pen = np.stack([strokes.layer[rows], strokes.color[rows], (strokes.weight[rows] * 100).astype(np.int32)], axis=1)
    along = unit(end - start)
    square = np.abs(np.einsum("ij,ij->i", along[i], along[j])) < SQUARE
    square &= (pen[i] == pen[j]).all(axis=1)
    i, j = i[square], j[square]
    # Both lines being square, each one's distance from the other's start is measured along that.
    between = start[j] - start[i]
    sine = along[i, 0] * along[j, 1] - along[i, 1] * along[j, 0]
    at = (between[:, 0] * along[j, 1] - between[:, 1] * along[j, 0]) / sine
    back = (between[:, 0] * along[i, 1] - between[:, 1] * along[i, 0]) / sine
    clear = np.ones(len(i), np.bool_)
    for place, line in ((at, i), (back, j)):
        clear &= (place > WITHIN) & (place < length[line] - WITHIN)
    i, j, at, back = i[clear], j[clear], at[clear], back[clear]
    order = np.lexsort((at, i))
    return _Crossings(i[order], j[order], at[order], back[order])


def _steps(crossings: _Crossings, count: int) -> tuple[Floats, Rows]:
    """(count,) the commonest distance between neighbouring crossings of each line, and how often it is there."""
    line, at = crossings.line, crossings.at
    owner, gap = [], []
    for over in (1, 2):  # another line may cross between two of the grid
        same = line[over:] == line[:-over]
        owner.append(line[over:][same])
        gap.append((at[over:] - at[:-over])[same])
    of, size = np.concatenate(owner), np.concatenate(gap)
    fits = (size >= SIDE[0]) & (size <= SIDE[1])
    of, size = of[fits], size[fits]
    step, steps = np.zeros(count), np.zeros(count, np.intp)
    order = np.lexsort((size, of))
    of, size = of[order], size[order]
    # Sorted by size, those within the tolerance of one follow it.
    span = 10 * SIDE[1]
    keys = of * span + size
    high = np.searchsorted(keys, keys + EVEN, side="right")
    number = high - np.arange(len(keys))
    best = np.lexsort((number, of))
    tail = best[np.flatnonzero(np.append(of[best][1:] != of[best][:-1], True))] if len(best) else best
    total = np.concatenate([[0.0], np.cumsum(size)])
    step[of[tail]] = (total[high[tail]] - total[tail]) / number[tail]
    steps[of[tail]] = number[tail]
    return step, steps


def _beside(crossings: _Crossings, line: Rows, at: Floats, step: Floats) -> Rows:
    """(n,) on how many sides of a place on a line there is a crossing of that line one step away: 0, 1 or 2."""
    found = np.zeros(len(line), np.intp)
    if not len(crossings):
        return found
    span = float(crossings.at.max()) + 10 * SIDE[1]
    keys = crossings.line * span + crossings.at
    for way in (-1.0, 1.0):
        place = line * span + at + way * step
        low = np.searchsorted(keys, place - EVEN)
        found += (low < len(keys)) & (keys[np.minimum(low, len(keys) - 1)] <= place + EVEN)
    return np.where(step > 0, found, 0)
