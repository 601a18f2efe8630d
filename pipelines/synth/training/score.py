"""Boxes found against boxes that are there, and masks likewise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats

#: Boxes that share this much of their union are the same.
SAME = 0.5


@dataclass(frozen=True, slots=True)
class Count:
    """How many were found, were none, were missed."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Count) -> Count:
        """Both together."""
        return Count(self.hits + other.hits, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """The share of what was found that is there."""
        return self.hits / max(self.hits + self.wrong, 1)

    @property
    def recall(self) -> float:
        """The share of what is there that was found."""
        return self.hits / max(self.hits + self.missed, 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.hits / max(2 * self.hits + self.wrong + self.missed, 1)


def overlaps(one: Floats, other: Floats) -> Floats:
    """(n, m) intersection over union of boxes (n, 4) and (m, 4), each x0, y0, x1, y1."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    both = np.prod(np.maximum(high - low, 0.0), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (one, other)]
    return np.asarray(both / np.maximum(areas[0][:, None] + areas[1][None] - both, 1e-9), dtype=np.float64)


def matched(found: Floats, scores: Floats, truth: Floats) -> Count:
    """Count boxes of one kind: the surest first takes the one that it lies on best."""
    free = np.ones(len(truth), dtype=np.bool_)
    hits = 0
    table = overlaps(found, truth)
    for k in np.argsort(-scores, kind="stable"):
        row = np.where(free, table[k], 0.0)
        if len(row) and row.max() >= SAME:
            free[int(row.argmax())] = False
            hits += 1
    return Count(hits, len(found) - hits, len(truth) - hits)


def overlap(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> tuple[int, int]:
    """Pixels in both masks, and in either."""
    return int(np.count_nonzero(said & truth)), int(np.count_nonzero(said | truth))
