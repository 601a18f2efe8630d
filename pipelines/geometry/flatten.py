"""Curves cut into chords, all curves of a drawing at once.

A conic arc is ``p(t) = c + u cos t + v sin t`` for ``t`` in ``start .. start + sweep``: circles, ellipses, and their
images under any affine map. A bulge is the tangent of a quarter of an arc's angle (DXF reference, LWPOLYLINE, code
42); positive bulges turn counter-clockwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.linework import Floats, Ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A full circle gets at least and at most so many chords.
FEWEST, MOST = 8, 128


def chords(radius: Floats, sweep: Floats, tolerance: float | Floats) -> NDArray[np.int64]:
    """(n,) how many chords keep the sagitta of an arc within the tolerance (same unit as the radius).

    The sagitta of a chord over the angle a is r (1 - cos(a / 2)). What is not finite gets one chord.
    """
    ratio = np.clip(1.0 - tolerance / np.maximum(radius, 1e-300), -1.0, 1.0)
    step = np.clip(2.0 * np.arccos(ratio), 2 * np.pi / MOST, 2 * np.pi / FEWEST)
    number: Floats = np.nan_to_num(np.ceil(np.abs(sweep) / step - 1e-9), nan=1.0)
    return np.asarray(np.clip(number, 1, MOST), dtype=np.int64)


def conics(center: Floats, u: Floats, v: Floats, start: Floats, sweep: Floats, *, tolerance: float) -> Ragged:
    """Points on conic arcs (n, k): each list runs from the arc's start to its end, both included."""
    radius = np.sqrt(np.maximum((u**2).sum(axis=1), (v**2).sum(axis=1)))
    count = chords(radius, sweep, tolerance) + 1
    offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    owner = np.repeat(np.arange(len(count)), count)
    step = np.arange(offsets[-1]) - np.repeat(offsets[:-1], count)
    angle = start[owner] + sweep[owner] * step / (count[owner] - 1)
    points = center[owner] + u[owner] * np.cos(angle)[:, None] + v[owner] * np.sin(angle)[:, None]
    return Ragged(points, offsets)


def bulge_arcs(a: Floats, b: Floats, bulge: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Centre (n, 2), radius, start angle and signed sweep (n,) of the arcs from a to b (n, 2) with bulges (n,) != 0."""
    chord = b - a
    length = np.hypot(chord[:, 0], chord[:, 1])
    sweep = 4.0 * np.arctan(bulge)
    radius = length * (1.0 + bulge**2) / (4.0 * np.abs(bulge))
    # The centre lies on the perpendicular bisector, apothem = chord (1 - bulge^2) / (4 bulge) to the left of a -> b.
    normal = np.stack([-chord[:, 1], chord[:, 0]], axis=1)
    center = (a + b) / 2 + normal * ((1.0 - bulge**2) / (4.0 * bulge))[:, None]
    start = np.arctan2(a[:, 1] - center[:, 1], a[:, 0] - center[:, 0])
    return center, radius, start, sweep


def pieces(lists: Ragged, closed: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The pieces of point lists: rows of their first and last points, and the list of each.

    A closed list has a piece from its last point back to its first.
    """
    count = lists.counts
    edges = np.where(closed & (count > 1), count, np.maximum(count - 1, 0))
    owner = np.repeat(np.arange(len(lists)), edges)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(edges) - edges, edges)
    first = lists.offsets[:-1][owner] + step
    last = lists.offsets[:-1][owner] + (step + 1) % np.maximum(count[owner], 1)
    return first, last, owner


def bulged(
    lists: Ragged, bulge: Floats, closed: NDArray[np.bool_], *, tolerance: float | Floats
) -> tuple[Ragged, NDArray[np.intp]]:
    """Point lists with every bulge (one per point, for the piece that starts there) cut into chords.

    ``tolerance`` is one for all, or one for each list.

    Lists keep their order; a closed one does not repeat its first point. Also returns, for each point of the result,
    the row of the original point whose piece it starts or lies in.
    """
    first, last, owner = pieces(lists, closed)
    plane = lists.points[:, :2]
    bent = np.abs(bulge[first]) > 1e-9
    bent &= (plane[first] != plane[last]).any(axis=1)
    extra = np.zeros(len(first), np.int64)
    center, radius, start, sweep = bulge_arcs(plane[first[bent]], plane[last[bent]], bulge[first[bent]])
    allowed = np.broadcast_to(tolerance, len(lists))[owner[bent]]
    extra[bent] = chords(radius, sweep, allowed) - 1
    # Every piece gives its first point and the points within it; an open list its last point too.
    tail = np.zeros(len(lists), np.int64)
    tail[~closed | (lists.counts <= 1)] = 1
    tail[lists.counts == 0] = 0
    number = np.bincount(owner, weights=1 + extra, minlength=len(lists)).astype(np.int64) + tail
    offsets = np.concatenate([[0], np.cumsum(number)]).astype(np.int64)
    size = 1 + extra
    piece = np.repeat(np.arange(len(first)), size)
    step = np.arange(len(piece)) - np.repeat(np.cumsum(size) - size, size)
    base = np.cumsum(size) - size
    shift = offsets[:-1][owner] - base[np.searchsorted(owner, np.arange(len(lists)))[owner]] if len(owner) else base
    at = (base + shift)[piece] + step
    points = np.zeros((int(offsets[-1]), lists.points.shape[1]))
    origin = np.zeros(int(offsets[-1]), np.intp)
    points[at] = lists.points[first[piece]]
    origin[at] = first[piece]
    rank = np.cumsum(bent) - 1
    inner = (step > 0) & bent[piece]
    arc = rank[piece[inner]]
    angle = start[arc] + sweep[arc] * step[inner] / (extra[piece[inner]] + 1)
    points[at[inner], 0] = center[arc, 0] + radius[arc] * np.cos(angle)
    points[at[inner], 1] = center[arc, 1] + radius[arc] * np.sin(angle)
    ends = tail > 0
    points[offsets[1:][ends] - 1] = lists.points[lists.offsets[1:][ends] - 1]
    origin[offsets[1:][ends] - 1] = lists.offsets[1:][ends] - 1
    return Ragged(points, offsets), origin
