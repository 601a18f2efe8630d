"""Things of known size, measured on a sheet: what tells the unit of a drawing and the scale of a page.

Sizes are those of ordinary building practice: leaves of 0.6 to 1.1 m, walls of 0.08 to 0.45 m, goings of 0.25 to
0.32 m.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipelines.linework import Bools, Floats, Linework


def log_likelihood(sizes: Floats, metres: Floats, *, usual: float, spread: float, floor: float = 8.0) -> Floats:
    """(k,) log-likelihood of each of ``metres`` per unit, given (n,) sizes of things that are ``usual`` metres large.

    Log-normal around it; the mean over the things, so that a hundred equal doors are no hundred witnesses, and
    bounded by ``floor``, so that no single observation can overrule all others: the lower, the more of the things may
    be others. The best of the k is 0.
    """
    deviation = (np.log(sizes[:, None] * metres[None]) - np.log(usual)) / spread
    mean = np.maximum(-0.5 * deviation**2, -floor).mean(axis=0)
    return np.asarray(mean - mean.max(), dtype=np.float64)


def commonest(sizes: Floats, *, within: float = 1.6) -> Floats:
    """The sizes within a factor of each other that are most in number, in order."""
    if not len(sizes):
        return sizes
    ordered = np.sort(sizes)
    reach = np.searchsorted(ordered, ordered * within, side="right") - np.arange(len(ordered))
    first = int(reach.argmax())
    return ordered[first : first + int(reach[first])]


def distances(linework: Linework, rows: Bools) -> Floats:
    """From each of the 600 longest upright lines each way, the distance to the nearest line beside it."""
    strokes = linework.strokes.take(rows)
    reach = strokes.length
    found = [np.zeros(0)]
    for axis in (0, 1):
        flat = np.abs((strokes.end - strokes.start)[:, 1 - axis]) < 1e-3 * reach
        order = np.flatnonzero(flat)[np.argsort(-reach[flat], kind="stable")[:600]]
        begin = np.minimum(strokes.start[order, axis], strokes.end[order, axis])
        finish = np.maximum(strokes.start[order, axis], strokes.end[order, axis])
        place = strokes.start[order, 1 - axis]
        apart = np.abs(place[:, None] - place[None])
        along = np.minimum(finish[:, None], finish[None]) - np.maximum(begin[:, None], begin[None])
        beside = (apart > 1e-4 * reach[order, None]) & (along > 3 * apart) & (along > 0.5 * reach[order, None])
        nearest = np.where(beside, apart, np.inf).min(axis=1, initial=np.inf)
        found.append(nearest[np.isfinite(nearest)])
    return np.concatenate(found)
