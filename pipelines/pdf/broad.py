"""Walls that are drawn as one stroke each, with a pen as wide as the wall: strokes get the width that they cover.

A PDF knows pens only, so the line of a wall and the line of a text differ in nothing but how wide they are. A pen that
covers as much of the building as a wall is thick, and is far wider than what else is drawn with, is no pen. One whose
lines run in pairs is: it draws the two faces of a wall.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.geometry.pairs import pair
from pipelines.linework import Origin

if TYPE_CHECKING:
    from pipelines.linework import Floats, Linework, Strokes

#: Thickness of walls, metres.
THINNEST, THICKEST = 0.05, 0.65
#: Times as wide as the pen that drew most of the sheet.
WIDER: Final = 2.0
#: A pen draws faces of walls where this share of its length has a parallel nearer than a wall is thick.
PAIRED: Final = 0.35
#: Less wall than this, in all, is a heavy line somewhere, metres.
LEAST: Final = 4.0


def broadened(sheet: Linework, metres: float) -> Linework:
    """The sheet with ``width`` where its strokes are walls; ``metres`` are those of a unit of the sheet."""
    strokes = sheet.strokes
    drawn = (strokes.origin != Origin.TEXT) & ~strokes.dashed
    ground = strokes.weight * metres
    broad = drawn & (strokes.arc < 0) & (ground >= THINNEST) & (ground <= THICKEST)
    broad &= strokes.weight >= WIDER * _usual(strokes.weight[drawn], strokes.length[drawn])
    rows = np.flatnonzero(broad)
    pen = np.stack([strokes.layer[rows], strokes.color[rows], (strokes.weight[rows] * 100).astype(np.int32)], axis=1)
    number = np.unique(pen, axis=0, return_inverse=True)[1].ravel() if len(rows) else np.zeros(0, np.intp)
    width = np.zeros(len(strokes))
    for k in range(int(number.max(initial=-1)) + 1):
        own = rows[number == k]
        if not _doubled(strokes.take(own), THICKEST / metres):
            width[own] = strokes.weight[own]
    if float(strokes.length[width > 0].sum()) * metres < LEAST:
        return sheet
    return replace(sheet, strokes=replace(strokes, width=np.maximum(strokes.width, width)))


def _usual(weight: Floats, length: Floats) -> float:
    """The width of the pen that drew the most, by length: a little less than the median where that is a wall's."""
    if not len(weight):
        return 0.0
    order = np.argsort(weight)
    total = np.cumsum(length[order])
    return float(weight[order][np.searchsorted(total, 0.4 * total[-1])])


def _doubled(strokes: Strokes, reach: float) -> bool:
    """Whether the lines of one pen run in pairs, each beside another but clear of it."""
    wide = float(strokes.weight[0])
    strips = pair(strokes.start, strokes.end, low=1.1 * wide, high=max(reach, 2.5 * wide))
    strips = strips.take(strips.length > strips.thickness)
    return float(2 * strips.length.sum()) > PAIRED * float(strokes.length.sum())
