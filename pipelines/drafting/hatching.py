"""Hatching that was plotted line by line: rows of parallel lines of one pen, evenly apart.

Lines in walls and tiles on floors pair up with each other and with the faces of walls, and cut what is between those
faces into splinters. A wall's own lines have no like at the same distance on both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.meaning import built
from pipelines.geometry.components import components
from pipelines.geometry.pairs import dots, left, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Bools, Floats, Linework

    Rows = NDArray[np.intp]

#: Lines of a hatch are this far apart, metres; their middles this near to each other along them, as a share of that.
APART, SHIFTED = (0.008, 0.4), 1.6
#: Directions are the same within this (sine), distances within this share.
PARALLEL, EVEN = 0.01, 0.08
#: Circles in which they are looked for, metres, and how many lines at once.
CIRCLES, BLOCK = (0.03, 0.1, 0.2, APART[1]), 2000
#: So many lines with a like on both sides make a hatch.
FEWEST = 6


def find(sheet: Linework) -> Bools:
    """(n,) strokes of a view in plan metres that are lines of a hatch."""
    strokes = sheet.strokes
    found = np.zeros(len(strokes), np.bool_)
    rows = np.flatnonzero(built(sheet) & (strokes.arc < 0))
    nearest, distance = _nearest(sheet, rows)
    with np.errstate(invalid="ignore"):
        even = np.abs(distance[0] - distance[1]) < EVEN * np.minimum(*distance)
    inner = np.flatnonzero((nearest >= 0).all(axis=0) & even)
    if not len(inner):
        return found
    label = components(
        len(rows), np.concatenate([inner, inner]), np.concatenate([nearest[0, inner], nearest[1, inner]])
    )
    hatched = np.bincount(label[inner], minlength=len(rows))[label] >= FEWEST
    found[rows[hatched]] = True
    return found


def _nearest(sheet: Linework, rows: Rows) -> tuple[Rows, Floats]:
    """The nearest parallel line of the same pen on the left and on the right of each: (2, n) which, -1, and how far.

    Looked for in widening circles, since a dense hatch has tens of thousands of lines within the widest.
    """
    strokes = sheet.strokes
    start, end = strokes.start[rows], strokes.end[rows]
    flip = (start[:, 0] > end[:, 0] + 1e-9) | ((np.abs(start[:, 0] - end[:, 0]) <= 1e-9) & (start[:, 1] > end[:, 1]))
    along = unit(np.where(flip[:, None], start - end, end - start))
    middle = (start + end) / 2
    pens = np.stack([strokes.layer[rows], strokes.color[rows], (strokes.weight[rows] * 100).astype(np.int32)], axis=1)
    pen = np.unique(pens, axis=0, return_inverse=True)[1].ravel() if len(rows) else np.zeros(0, np.intp)
    points = dots(middle)
    tree = shapely.STRtree(points)
    nearest = np.full((2, len(rows)), -1, dtype=np.intp)
    distance = np.full((2, len(rows)), np.inf)
    left_over = np.arange(len(rows))
    for radius in CIRCLES:
        for block in np.array_split(left_over, len(left_over) // BLOCK + 1):
            i, j = tree.query(points[block], predicate="dwithin", distance=radius)
            i = block[i]
            apart = (i != j) & (pen[i] == pen[j])
            i, j = i[apart], j[apart]
            sine = np.abs(along[i, 0] * along[j, 1] - along[i, 1] * along[j, 0])
            vector = middle[j] - middle[i]
            away = np.einsum("ij,ij->i", vector, left(along[i]))
            shift = np.abs(np.einsum("ij,ij->i", vector, along[i]))
            beside = (sine < PARALLEL) & (np.abs(away) > APART[0]) & (shift < SHIFTED * np.abs(away))
            i, j, away = i[beside], j[beside], away[beside]
            for side, sign in enumerate((1.0, -1.0)):
                of = np.flatnonzero(away * sign > 0)
                order = of[np.lexsort((np.abs(away[of]), i[of]))]
                head = order[np.flatnonzero(np.append(True, i[order][1:] != i[order][:-1]))] if len(order) else order
                nearest[side, i[head]] = j[head]
                distance[side, i[head]] = np.abs(away[head])
        # What a wider circle holds besides is farther away.
        sure = distance.max(axis=0) * np.hypot(1, SHIFTED) <= radius
        left_over = left_over[~sure[left_over]]
    return nearest, distance
