"""B-splines cut into chords, every point of a curve at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats

#: The highest degree that is evaluated; drawings hold 3, sometimes 5.
HIGHEST_DEGREE: Final = 11
#: A span between two knots gets at most so many chords.
MOST_CHORDS: Final = 64
#: So many points are evaluated in one go.
_BATCH: Final = 50_000


def bspline(control: Floats, knots: Floats, degree: int, *, weights: Floats | None, tolerance: float) -> Floats:
    """Points (k, 3) on the curve of control points (n, 3), its ends included.

    Knots that do not fit n + degree + 1 ascending numbers count as missing: the curve is clamped and uniform then. A
    chord departs from the curve by at most about ``tolerance``. Raises ``ValueError`` where there are not enough
    control points for the degree, or the degree is beyond ``HIGHEST_DEGREE``.
    """
    count = len(control)
    if not 1 <= degree <= min(HIGHEST_DEGREE, count - 1):
        raise ValueError(f"no curve of degree {degree} through {count} control points")
    if len(knots) != count + degree + 1 or (np.diff(knots) < 0).any() or not knots[degree] < knots[count]:
        inner = np.arange(1, count - degree)
        knots = np.concatenate([np.zeros(degree + 1), inner, np.full(degree + 1, count - degree)]).astype(np.float64)
    weighted = np.ones((count, 4))
    weighted[:, :3] = control
    if weights is not None and (weights > 0).all():
        weighted *= weights[:, None]
        weighted[:, 3] = weights
    # Weights pull the curve about; how much faster it then turns is bounded by the square of their ratio.
    pull = float(weighted[:, 3].max() / weighted[:, 3].min())
    where = _parameters(control, knots, degree, tolerance / pull**2)
    parts = [_evaluated(weighted, knots, degree, where[at : at + _BATCH]) for at in range(0, len(where), _BATCH)]
    points = np.concatenate(parts)
    return np.asarray(points[:, :3] / points[:, 3:], dtype=np.float64)


def _parameters(control: Floats, knots: Floats, degree: int, tolerance: float) -> Floats:
    """Parameters of the points: each span is cut evenly, so finely as its second derivative asks.

    A chord over the parameter step h departs from its curve by at most h^2 / 8 of the largest second derivative.
    """
    count = len(control)
    spans = np.flatnonzero(knots[degree:count] < knots[degree + 1 : count + 1]) + degree
    width = knots[spans + 1] - knots[spans]
    bend = np.zeros(len(spans))
    if degree > 1:
        second = _derivative(_derivative(control, knots, degree), knots[1:-1], degree - 1)
        size = np.sqrt((second**2).sum(axis=1))
        for step in range(degree - 1):
            bend = np.maximum(bend, size[np.clip(spans - degree + step, 0, len(size) - 1)])
    pieces = np.clip(np.ceil(width * np.sqrt(bend / (8.0 * tolerance))), 1, MOST_CHORDS).astype(np.int64)
    owner = np.repeat(np.arange(len(spans)), pieces)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    inner = knots[spans][owner] + width[owner] * within / pieces[owner]
    return np.append(inner, knots[count])


def _derivative(control: Floats, knots: Floats, degree: int) -> Floats:
    """Control points of the derivative of a curve."""
    span = knots[degree + 1 : degree + len(control)] - knots[1 : len(control)]
    factor = np.where(span > 0, degree / np.where(span > 0, span, 1.0), 0.0)
    return np.asarray(np.diff(control, axis=0) * factor[:, None])


def _evaluated(weighted: Floats, knots: Floats, degree: int, where: Floats) -> Floats:
    """(k, 4) homogeneous points at parameters, by de Boor's algorithm."""
    span: NDArray[np.intp] = np.clip(np.searchsorted(knots, where, side="right") - 1, degree, len(weighted) - 1)
    points = weighted[span[:, None] + np.arange(-degree, 1)]
    for level in range(1, degree + 1):
        for index in range(degree, level - 1, -1):
            low = knots[span - degree + index]
            high = knots[span + 1 + index - level]
            wide = high - low
            share = np.where(wide > 0, (where - low) / np.where(wide > 0, wide, 1.0), 0.0)[:, None]
            points[:, index] = (1.0 - share) * points[:, index - 1] + share * points[:, index]
    return np.asarray(points[:, degree], dtype=np.float64)
