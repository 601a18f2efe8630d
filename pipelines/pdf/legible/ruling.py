"""Straight thin lines of a picture along and across it, whatever its scale: what its numbers may measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.pdf.preprocessor import Mask

#: No line is broader than this share of its length, nor than so many pixels for each of its least length.
SLENDER, BROADEST = 0.25, 0.6
#: More are a texture: the longest are kept.
MOST: Final = 20_000


def ruled(ink: Mask, least: int) -> tuple[Floats, Floats]:
    """(n, 2) where lines of at least so many pixels begin, and (n, 2) where they end (middles of pixels are whole)."""
    least |= 1  # OpenCV moves what it opens by even lengths
    along = _along(ink.view(np.uint8), least)
    across = _along(np.asarray(cv2.transpose(ink.view(np.uint8)), dtype=np.uint8), least)
    start = np.concatenate([along[0], across[0][:, ::-1]])
    end = np.concatenate([along[1], across[1][:, ::-1]])
    longest = np.argsort(-np.hypot(*(end - start).T), kind="stable")[:MOST]
    return start[longest], end[longest]


def _along(drawn: NDArray[np.uint8], least: int) -> tuple[Floats, Floats]:
    closed = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    # A line that leans by a pixel is one line.
    joined = np.asarray(cv2.dilate(opened, np.ones((1, 3), np.uint8)), dtype=np.uint8)
    _, _, stats, middle = cv2.connectedComponentsWithStats(joined, connectivity=8)
    x, wide = stats[1:, cv2.CC_STAT_LEFT].astype(float), stats[1:, cv2.CC_STAT_WIDTH].astype(float)
    broad = stats[1:, cv2.CC_STAT_AREA] / np.maximum(wide, 1.0)
    keep = (broad <= BROADEST * least) & (broad <= SLENDER * wide)
    keep &= stats[1:, cv2.CC_STAT_HEIGHT] <= BROADEST * least + 0.02 * wide
    y = middle[1:, 1]
    # A pixel was added at either end.
    return np.stack([x + 1, y], axis=1)[keep], np.stack([x + wide - 2, y], axis=1)[keep]
