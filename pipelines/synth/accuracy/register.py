"""Where on a page a drawing was plotted, told by the lines of both: programs do not say how they fitted a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.geometry.pairs import dots

if TYPE_CHECKING:
    from pipelines.linework import Floats, Strokes

#: So many of the longest lines of both are compared.
LONGEST: Final = 250
#: Lengths agree within this share, places within this many millimetres of the page.
SAME_LENGTH: Final = 2e-3
SAME_PLACE: Final = 0.3
#: So many lines must agree.
ENOUGH: Final = 4


def registered(drawn: Strokes, printed: Strokes) -> Floats | None:
    """(2, 3) units of a drawing -> millimetres of its plot, None where the lines do not agree.

    The plot may be larger or smaller, and anywhere; it is not turned. Of all ratios of lengths the commonest is the
    scale; of all places that lines of such lengths were moved to, the commonest.
    """
    one, other = _longest(drawn), _longest(printed)
    if len(one) < ENOUGH or len(other) < ENOUGH:
        return None
    lengths = [np.hypot(*(each[:, 1] - each[:, 0]).T) for each in (one, other)]
    ratio = np.log(lengths[1][None] / lengths[0][:, None])
    # A length counts once, however many lines of a grid have it.
    first, second = (np.unique(np.log(each).round(3), return_index=True)[1] for each in lengths)
    scale = np.exp(_commonest(ratio[np.ix_(first, second)].ravel(), SAME_LENGTH))
    i, j = np.nonzero(np.abs(ratio - np.log(scale)) <= SAME_LENGTH)
    shift = other[j].mean(axis=1) - scale * one[i].mean(axis=1)
    spots = dots(shift)
    near = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=SAME_PLACE)
    votes = np.bincount(near[0], minlength=len(spots))
    best = near[1][near[0] == votes.argmax()]
    if len(best) < ENOUGH:
        return None
    return _fitted(one[i[best]].mean(axis=1), other[j[best]].mean(axis=1))


def _longest(strokes: Strokes) -> Floats:
    """(n, 2, 2) the longest of the strokes, each from its left or lower end."""
    length = np.hypot(*(strokes.end - strokes.start).T)
    rows = np.argsort(-length, kind="stable")[:LONGEST]
    ends = np.stack([strokes.start[rows], strokes.end[rows]], axis=1)
    return np.asarray(ends[length[rows] > 0])


def _commonest(values: Floats, width: float) -> float:
    """Middle of the window of a width that holds most of the values."""
    ordered = np.sort(values)
    count = np.searchsorted(ordered, ordered + width, side="right") - np.arange(len(ordered))
    first = int(count.argmax())
    return float(np.median(ordered[first : first + count[first]]))


def _fitted(one: Floats, other: Floats) -> Floats:
    """The scale and shift that bring points (n, 2) nearest to others."""
    low, high = one.mean(axis=0), other.mean(axis=0)
    spread = float(((one - low) ** 2).sum())
    scale = float(((one - low) * (other - high)).sum()) / spread if spread else 1.0
    return np.column_stack([np.eye(2) * scale, high - scale * low])
