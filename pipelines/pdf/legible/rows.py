"""Where a picture may bear numbers: blots of ink as large as letters, standing in rows.

Rows are looked for along the page and up it. Which of them are numbers, the reader tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import shapely

from pipelines.geometry.components import components
from pipelines.linework import Floats, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.pdf.preprocessor import Mask

    Rows = NDArray[np.intp]

#: Letters are so high, pixels. Larger ones are looked for on smaller pictures.
LOWEST, HIGHEST = 5, 24
#: Longer straight runs of ink are lines, no parts of letters.
LINE: Final = 27
#: Letters that grew together are at most so many times as wide as high.
MERGED: Final = 7.0
#: Of neighbours in a row, in the height of the higher one: their gap, how far apart their feet and heads are.
GAP, LEVEL = 0.75, 0.3
#: Marks between letters are smaller than this share of their height; specks are smaller than so many pixels.
MARK, SPECK = 0.6, 2
#: A row is so many letters long.
LONGEST: Final = 26.0
#: Blots beyond this are a texture: the picture is not looked at.
MOST: Final = 60_000


@dataclass(frozen=True, slots=True)
class Found(Table):
    """Rows of letters, as boxes of the full letters in them, from the first to the last."""

    low: Floats  #: (n, 2) left and top, pixels
    high: Floats  #: (n, 2) right and bottom


def blots(ink: Mask) -> tuple[Floats, Floats]:
    """(k, 2) upper left and (k, 2) lower right corners of all that is as small as letters, lines taken away."""
    drawn = ink.view(np.uint8)
    along = cv2.morphologyEx(drawn, cv2.MORPH_OPEN, np.ones((1, LINE), np.uint8))
    across = cv2.morphologyEx(drawn, cv2.MORPH_OPEN, np.ones((LINE, 1), np.uint8))
    rest = drawn & ~np.maximum(along, across)
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    stats = stats[1:]
    left, top, wide, high = (stats[:, column].astype(np.float64) for column in range(4))
    small = (np.minimum(wide, high) <= HIGHEST) & (np.maximum(wide, high) <= MERGED * HIGHEST)
    small &= stats[:, cv2.CC_STAT_AREA] >= SPECK
    low = np.column_stack([left, top])[small]
    return low, low + np.column_stack([wide, high])[small]


def rows(low: Floats, high: Floats) -> Found:
    """The rows along x of blots with these corners."""
    none = Found(np.zeros((0, 2)), np.zeros((0, 2)))
    size = high - low
    full = (size[:, 1] >= LOWEST) & (size[:, 1] <= HIGHEST) & (size[:, 0] <= MERGED * size[:, 1])
    if not full.any() or len(low) > MOST:
        return none
    one, other = _neighbours(low, high, full)
    label = components(len(low), one, other)
    order = np.argsort(label, kind="stable")
    first = np.flatnonzero(np.append(True, np.diff(label[order]) > 0))
    whole_low, whole_high = np.minimum.reduceat(low[order], first), np.maximum.reduceat(high[order], first)
    top = np.minimum.reduceat(np.where(full, low[:, 1], np.inf)[order], first)
    bottom = np.maximum.reduceat(np.where(full, high[:, 1], -np.inf)[order], first)
    letters = np.add.reduceat(full[order].astype(np.intp), first)
    tall, wide = bottom - top, whole_high[:, 0] - whole_low[:, 0]
    with np.errstate(invalid="ignore"):
        keep = (letters > 0) & (tall <= 1.5 * HIGHEST) & (wide > 0.9 * tall) & (wide < LONGEST * tall)
    return Found(np.column_stack([whole_low[:, 0], top])[keep], np.column_stack([whole_high[:, 0], bottom])[keep])


def _neighbours(low: Floats, high: Floats, full: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Letters with the letters and marks beside them."""
    size = high - low
    tall = np.flatnonzero(full)
    reach = GAP * size[tall, 1]
    boxes = shapely.box(low[tall, 0] - reach, low[tall, 1], high[tall, 0] + reach, high[tall, 1])
    every = np.asarray(shapely.box(*low.T, *high.T), dtype=np.object_)
    row, other = shapely.STRtree(every).query(np.asarray(boxes, dtype=np.object_))
    one = tall[row]
    height = size[one, 1]
    gap = np.maximum(low[other, 0] - high[one, 0], low[one, 0] - high[other, 0])
    # Neither stands above the other.
    beside = gap > -0.4 * np.minimum(size[one, 0], size[other, 0]) - 1
    even = (np.abs(low[other, 1] - low[one, 1]) < LEVEL * height + 1) & (
        np.abs(high[other, 1] - high[one, 1]) < LEVEL * height + 1
    )
    mark = (size[other] < MARK * height[:, None] + 1).all(axis=1)
    mark &= (low[other, 1] > low[one, 1] - 0.2 * height) & (high[other, 1] < high[one, 1] + 0.3 * height)
    fits = (one != other) & beside & ((full[other] & even) | mark)
    return one[fits], other[fits]
