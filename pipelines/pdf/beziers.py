"""Cubic Bezier curves: which of them are circular arcs, and all of them as chords.

PDF knows no circle; programs write one as cubics of at most a quarter turn, which leave it by less than 0.03 % of the
radius. Coordinates are rounded on top of that, so arcs are told by the points that the curve runs through, never by
its control points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.linework import Bools, Floats, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A curve is circular when it stays this near its circle: a share of its rise above the chord, and mm of rounding.
ROUND: Final = 0.02
ROUNDING: Final = 0.006
#: A curve that rises less than this above its chord is straight, mm.
FLAT: Final = 0.01
#: No cubic runs around more of a circle than this, radians.
MOST_SWEEP: Final = np.radians(200)
#: Where curves are looked at.
_TIMES: Final = np.array([1, 2, 3, 4, 5, 6, 7]) / 8
#: Chords stay this near the curve, mm; a curve has at most so many.
TOLERANCE: Final = 0.02
MOST_CHORDS: Final = 64


@dataclass(frozen=True, slots=True)
class Circular(Table):
    """The circle of each curve; of what is none, ``round`` is false and the rest means nothing."""

    round: Bools  #: (n,)
    center: Floats  #: (n, 2)
    radius: Floats  #: (n,)
    start: Floats  #: (n,) radians
    sweep: Floats  #: (n,) radians, negative for clockwise


def at(points: Floats, times: Floats) -> Floats:
    """(n, k, 2) points of curves (n, 4, 2) at parameters (k,) or (n, k)."""
    t = np.broadcast_to(times, (len(points), np.shape(times)[-1]))[..., None]
    s = 1.0 - t
    p = points[:, None]
    return np.asarray(
        s**3 * p[..., 0, :] + 3 * s**2 * t * p[..., 1, :] + 3 * s * t**2 * p[..., 2, :] + t**3 * p[..., 3, :]
    )


def circular(points: Floats) -> Circular:
    """The circles of curves (n, 4, 2) in mm."""
    first, last = points[:, 0], points[:, 3]
    seen = at(points, _TIMES)
    chord = last - first
    length = np.hypot(*chord.T)
    with np.errstate(divide="ignore", invalid="ignore"):
        center, radius = _through(first, seen[:, 3], last)
        away = np.abs(np.hypot(*(seen - center[:, None]).transpose(2, 0, 1)) - radius[:, None]).max(axis=1)
        side = chord[:, 0] * (seen[:, 3, 1] - first[:, 1]) - chord[:, 1] * (seen[:, 3, 0] - first[:, 0])
        rise = np.abs(side) / length
        fits = np.isfinite(radius) & (away <= ROUNDING + ROUND * rise) & (rise > FLAT) & (away < 0.2 * rise)
    center, radius = np.where(fits[:, None], center, 0.0), np.where(fits, radius, 1.0)
    start, sweep = _swept(points, seen, center)
    fits &= np.abs(sweep) <= MOST_SWEEP
    return Circular(np.asarray(fits, np.bool_), center, radius, start, sweep)


def _through(a: Floats, b: Floats, c: Floats) -> tuple[Floats, Floats]:
    """Centre (n, 2) and radius (n,) of the circles through three points each; not finite where they are in line."""
    u, v = b - a, c - a
    d = 2.0 * (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    uu, vv = (u**2).sum(axis=1), (v**2).sum(axis=1)
    x = (v[:, 1] * uu - u[:, 1] * vv) / d
    y = (u[:, 0] * vv - v[:, 0] * uu) / d
    return a + np.stack([x, y], axis=1), np.hypot(x, y)


def _swept(points: Floats, seen: Floats, center: Floats) -> tuple[Floats, Floats]:
    """Start angle and signed sweep (n,) of curves about their centres."""
    way = np.concatenate([points[:, :1], seen, points[:, 3:]], axis=1) - center[:, None]
    angle = np.arctan2(way[..., 1], way[..., 0])
    step = (np.diff(angle, axis=1) + np.pi) % (2 * np.pi) - np.pi
    return angle[:, 0], step.sum(axis=1)


def chords(points: Floats) -> NDArray[np.int64]:
    """(n,) how many chords keep within ``TOLERANCE`` of curves (n, 4, 2)."""
    bend = np.abs(points[:, :-2] - 2 * points[:, 1:-1] + points[:, 2:]).max(axis=1)
    need = np.ceil(np.sqrt(0.75 * np.hypot(*bend.T) / TOLERANCE))
    return np.asarray(np.clip(np.nan_to_num(need, nan=1.0), 1, MOST_CHORDS), dtype=np.int64)
