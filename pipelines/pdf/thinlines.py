"""The thin lines of a scan that run along and across the page: panes, dimensions, furniture, borders.

They hold a drawing together where openings part its walls, show what was not understood, and are what numbers measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from pipelines.linework import Bools, Floats
    from pipelines.pdf.preprocessor import Mask

#: Lines shorter than this are not traced, metres.
SHORTEST: Final = 0.3
#: A line is no broader than so many usual ones, and at least so much longer than broad.
BROADEST, SLENDER = 3.0, 5.0
#: More than this are a texture, not a drawing: the longest are kept.
MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Lines:
    """Straight lines in pixels (the middle of a pixel is a whole number)."""

    start: Floats  #: (n, 2)
    end: Floats  #: (n, 2)
    width: Floats  #: (n,)

    def __len__(self) -> int:
        """How many."""
        return len(self.width)

    def take(self, rows: Bools) -> Lines:
        """The lines under a mask."""
        return Lines(self.start[rows], self.end[rows], self.width[rows])


def find(ink: Mask, walls: Mask, ppm: float, line: float) -> Lines:
    """The lines of a drawing at ``ppm`` pixels per metre that are not in its walls; ``line`` is how broad most are."""
    around = 2 * (max(1, round(line / 2)) // 2) + 1
    rest = ink & ~(cv2.dilate(walls.astype(np.uint8), np.ones((around, around), np.uint8)) > 0)
    along = _runs(rest, ppm, line)
    across = _runs(np.ascontiguousarray(rest.T), ppm, line)
    start = np.concatenate([along.start, across.start[:, ::-1]])
    end = np.concatenate([along.end, across.end[:, ::-1]])
    width = np.concatenate([along.width, across.width])
    longest = np.argsort(-np.hypot(*(end - start).T), kind="stable")[:MOST]
    return Lines(start[longest], end[longest], width[longest])


def _runs(ink: Mask, ppm: float, line: float) -> Lines:
    """The lines along x."""
    length = max(5, round(SHORTEST * ppm))
    closed = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    # A line that leans by a pixel is one line.
    joined = cv2.dilate(opened, np.ones((1, 3), np.uint8))
    _, _, stats, middle = cv2.connectedComponentsWithStats(np.asarray(joined, dtype=np.uint8), connectivity=8)
    x, wide = stats[1:, cv2.CC_STAT_LEFT].astype(float), stats[1:, cv2.CC_STAT_WIDTH].astype(float)
    breadth = stats[1:, cv2.CC_STAT_AREA] / np.maximum(wide, 1.0)
    high = stats[1:, cv2.CC_STAT_HEIGHT]
    keep = (breadth <= BROADEST * line) & (high <= BROADEST * line + 0.02 * wide) & (wide >= SLENDER * breadth)
    y = middle[1:, 1]
    start = np.stack([x + 1, y], axis=1)[keep]
    end = np.stack([x + wide - 2, y], axis=1)[keep]
    return Lines(start, end, np.asarray(breadth[keep], dtype=np.float64))
