"""Boxes around things seen on a picture, and the merging of those that lie around the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import shapely

from pipelines.linework import Bools, Floats, Ints, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Boxes of one kind that have more of their union in common than this lie around the same thing.
SAME: Final = 0.45
#: A box that its tile cut off goes where it lies in another of its kind by more than this share.
WITHIN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Boxes(Table):
    """Things seen, in pixels of a picture: x to the right, y down."""

    low: Floats  #: (n, 2) upper left corner
    high: Floats  #: (n, 2) lower right corner
    kind: Ints  #: (n,) a ``Seen``
    score: Floats  #: (n,) 0..1

    @classmethod
    def none(cls) -> Self:
        """Nothing."""
        return cls(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, np.int32), np.zeros(0))

    @property
    def size(self) -> Floats:
        """(n, 2) width and height."""
        return np.asarray(self.high - self.low, dtype=np.float64)

    def moved(self, shift: NDArray[Any]) -> Self:
        """The same, ``shift`` (2,) further to the right and down."""
        return type(self)(self.low + shift, self.high + shift, self.kind, self.score)

    def scaled(self, factor: Floats | float) -> Self:
        """The same on a picture ``factor`` (a number, or (2,) along x and y) times as large."""
        return type(self)(self.low * factor, self.high * factor, self.kind, self.score)


def merged(boxes: Boxes, cut: Bools | None = None) -> Boxes:
    """One box for each thing, the surest first (greedy non-maximum suppression, kind by kind).

    Args:
        boxes: Of several tiles, in pixels of the whole picture.
        cut: (n,) which boxes end at the edge of their tile where the picture goes on. They give way to boxes that
            are whole, and lie around the same thing already where most of them is in another.
    """
    cut = np.zeros(len(boxes), np.bool_) if cut is None else cut
    order = np.lexsort((-boxes.score, cut))
    boxes, cut = boxes.take(order), cut[order]
    shapes = np.asarray(shapely.box(*boxes.low.T, *boxes.high.T), dtype=np.object_)
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects") if len(boxes) else np.zeros((2, 0), np.intp)
    later = (i < j) & (boxes.kind[i] == boxes.kind[j])
    i, j = i[later], j[later]
    sides = np.clip(np.minimum(boxes.high[i], boxes.high[j]) - np.maximum(boxes.low[i], boxes.low[j]), 0.0, None)
    common, area = sides.prod(axis=1), boxes.size.prod(axis=1)
    union = area[i] + area[j] - common
    # Either may be the part of a thing that its tile shows; the whole one comes first, or else the surer part.
    least = np.where(cut[i] & cut[j], np.minimum(area[i], area[j]), area[j])
    same = (common > SAME * union) | (cut[j] & (common > WITHIN * least))
    kept = _first(len(boxes), i[same], j[same])
    boxes = boxes.take(np.flatnonzero(kept))
    return boxes.take(np.argsort(-boxes.score, kind="stable"))


def _first(count: int, before: NDArray[np.intp], after: NDArray[np.intp]) -> Bools:
    """(n,) the rows that no kept row before them takes away: the only answer that its own rule leaves as it is.

    Row k is settled after k + 1 rounds at most, and nearly all after two or three.
    """
    kept = np.ones(count, np.bool_)
    while True:
        left = np.ones(count, np.bool_)
        left[after[kept[before]]] = False
        if np.array_equal(left, kept):
            return kept
        kept = left
