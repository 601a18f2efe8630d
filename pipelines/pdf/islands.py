"""Which of the walls seen on a picture are a plan's: those with doors and windows among them.

A sheet's border, its title block, the edge of the paper and tables look like walls as well; they stand apart from the
plans, and nobody walks through them or looks out of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Bools, Floats
    from pipelines.pdf.preprocessor import Mask

    Labels = NDArray[np.int32]

#: Pixels per metre that walls are grouped at.
COARSE: Final = 10.0
#: Walls and openings nearer than this belong together, metres.
NEAR: Final = 2.0
#: A plan has openings of at least this score together, and this share of the richest one's openings and walls.
LEAST, SHARE = 0.6, 0.08
#: What lies between the walls of a plan, and so far around them, is its own, metres.
AROUND: Final = 0.3


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans on a picture, in its pixels."""

    mask: Mask  #: the walls that are theirs
    low: Floats  #: (n, 2) upper left corners
    high: Floats  #: (n, 2) lower right corners

    def hold(self, start: Floats, end: Floats, reach: float) -> Bools:
        """(m,) whether a line stays within ``reach`` pixels of one plan."""
        low, high = np.minimum(start, end)[:, None], np.maximum(start, end)[:, None]
        within = np.concatenate([low - self.low, self.high - high], axis=2).min(axis=2, initial=np.inf) >= -reach
        return np.asarray(np.logical_or.reduce(within, axis=1), dtype=np.bool_)


def plans(walls: Mask, openings: Floats, score: Floats, ppm: float) -> Plans:
    """Tell the walls of plans from what only looks like walls.

    Args:
        walls: All of them, at ``ppm`` pixels per metre.
        openings: (n, 4) boxes of doors and windows: left, top, right, bottom in its pixels.
        score: (n,) how much each tells of a plan, 0..1.
        ppm: Pixels per metre.

    Returns:
        The plans; all that there is, where no wall has an opening.
    """
    factor = min(1.0, COARSE / ppm)
    shape = (max(1, round(walls.shape[1] * factor)), max(1, round(walls.shape[0] * factor)))
    small = (cv2.resize(walls.view(np.uint8) * np.uint8(255), shape, interpolation=cv2.INTER_AREA) > 0).astype(np.uint8)
    bridged = small.copy()
    for left, top, right, bottom in (openings * factor).round().astype(int).tolist():
        bridged[max(0, top) : bottom + 1, max(0, left) : right + 1] = 1
    side = 2 * round(NEAR * ppm * factor / 2) + 1
    count, found = cv2.connectedComponents(cv2.dilate(bridged, np.ones((side, side), np.uint8)))
    label: Labels = np.asarray(found, dtype=np.int32)
    area = np.bincount(label[small > 0], minlength=count)
    walled = area > 0
    worth = _worth(label, openings * factor, score) * walled
    kept = (worth >= min(LEAST, worth.max())) & (worth >= SHARE * worth.max()) & (worth > 0)
    kept &= area >= SHARE * area[worth.argmax()]
    kept[0] = False
    if not kept.any():
        kept = walled
    low, high = _bounds(np.where(small > 0, label, 0), count)
    low, high = low / factor, high / factor
    shown = Plans(walls, low[kept], high[kept])
    within = shown.hold(low, high, AROUND * ppm) | kept
    within[0] = False
    own = cv2.resize(within[label].astype(np.uint8), walls.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    return Plans(np.asarray(walls & own, dtype=np.bool_), shown.low, shown.high)


def _bounds(label: Labels, count: int) -> tuple[Floats, Floats]:
    """(count, 2) corners of what bears each label; an empty box for what none does."""
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    y, x = np.nonzero(label)
    at = np.stack([x, y], axis=1).astype(np.float64)
    np.minimum.at(low, label[y, x], at)
    np.maximum.at(high, label[y, x], at + 1)
    return low, high


def _worth(label: Labels, boxes: Floats, score: Floats) -> Floats:
    """(groups,) what the openings in each group score together."""
    middle = np.stack([boxes[:, 1::2].mean(axis=1), boxes[:, ::2].mean(axis=1)]) if len(boxes) else np.zeros((2, 0))
    y, x = (np.clip(each.astype(np.intp), 0, size - 1) for each, size in zip(middle, label.shape, strict=True))
    return np.asarray(np.bincount(label[y, x], weights=score, minlength=int(label.max()) + 1), dtype=np.float64)
