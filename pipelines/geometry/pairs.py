"""Pair parallel lines into strips: two lines a wall's thickness apart, and the band between them.

For every stretch of every line the nearest parallel line on each side is its partner, if it is within the given
distances. A stretch ends where a line begins or ends to be the nearest, so that a long line may bound many strips.
All lines are treated at once; nothing loops over them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.linework import Floats, Table

Rows = NDArray[np.intp]

#: Lines whose directions differ by more are not parallel (sine of 1.5 degrees).
PARALLEL = 0.026
#: Stretches shorter than this are dropped, metres.
SHORTEST = 0.005
#: Boxes of lines that are narrower than this are taken for the lines, metres.
BROAD = 0.3


@dataclass(frozen=True, slots=True)
class Strips(Table):
    """Bands between two parallel lines. ``start``, ``end`` are the ends of the centreline."""

    start: Floats  #: (n, 2)
    end: Floats  #: (n, 2)
    thickness: Floats  #: (n,)
    first: Rows  #: (n,) row of the one line
    second: Rows  #: (n,) row of the other

    @property
    def length(self) -> Floats:
        """(n,) length of the centreline."""
        return np.asarray(np.hypot(*(self.end - self.start).T), dtype=np.float64)

    @property
    def direction(self) -> Floats:
        """(n, 2) unit vector from start to end."""
        return unit(self.end - self.start)

    def rectangles(self, *, longer: float = 0.0, wider: float = 0.0) -> NDArray[np.object_]:
        """(n,) polygons of the bands, grown along and across by the given metres on each side."""
        return rectangles(self.start, self.end, self.thickness, longer=longer, wider=wider)


def unit(vectors: Floats) -> Floats:
    """(n, 2) vectors scaled to length 1; zero vectors stay zero."""
    length = np.hypot(vectors[:, 0], vectors[:, 1])
    return np.asarray(vectors / np.where(length > 0, length, 1.0)[:, None], dtype=np.float64)


def left(vectors: Floats) -> Floats:
    """(n, 2) vectors turned by 90 degrees counter-clockwise."""
    return np.stack([-vectors[:, 1], vectors[:, 0]], axis=1)


def segments(start: Floats, end: Floats) -> NDArray[np.object_]:
    """(n,) line strings of two points each, from (n, 2) to (n, 2)."""
    return np.asarray(shapely.linestrings(np.stack([start, end], axis=1)), dtype=np.object_)


def dots(points: Floats) -> NDArray[np.object_]:
    """(n,) points as geometries, from (n, 2)."""
    return np.asarray(shapely.points(points), dtype=np.object_)


def near(start: Floats, end: Floats, *, distance: float) -> tuple[Rows, Rows]:
    """Ordered pairs of the lines (n, 2) to (n, 2) that may be within ``distance`` of each other.

    All that are, and some of those whose boxes are that near: what can be told of the rest by arithmetic on columns
    costs a fraction of asking for each pair how far apart the lines are.
    """
    lines = segments(start, end)
    tree = shapely.STRtree(lines)
    low, high = np.minimum(start, end), np.maximum(start, end)
    # The box of a long line that runs aslant holds much that is far from it.
    aslant = (high - low).min(axis=1) > distance + BROAD
    flat = np.flatnonzero(~aslant)
    i, j = tree.query(shapely.box(*(low[flat] - distance).T, *(high[flat] + distance).T))
    i = flat[i]
    if aslant.any():
        rest = np.flatnonzero(aslant)
        k, other = tree.query(lines[rest], predicate="dwithin", distance=distance)
        i, j = np.concatenate([i, rest[k]]), np.concatenate([j, other])
        order = np.argsort(i, kind="stable")
        i, j = i[order], j[order]
    return i, j


def rectangles(
    start: Floats, end: Floats, thickness: Floats, *, longer: float | Floats = 0.0, wider: float | Floats = 0.0
) -> NDArray[np.object_]:
    """(n,) rectangles around centrelines (n, 2) with the given full widths (n,)."""
    along = unit(end - start)
    across = left(along) * (np.asarray(thickness) / 2 + wider)[:, None]
    reach = along * np.broadcast_to(np.asarray(longer, dtype=np.float64), (len(along),))[:, None]
    a, b = start - reach, end + reach
    corners = np.stack([a - across, b - across, b + across, a + across], axis=1)
    return np.asarray(shapely.polygons(corners), dtype=np.object_)


def pair(start: Floats, end: Floats, *, low: float, high: float) -> Strips:
    """Strips between the lines (n, 2) to (n, 2) that run parallel at a distance within ``low .. high``."""
    empty = Strips(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0), np.zeros(0, np.intp), np.zeros(0, np.intp))
    if len(start) < 2:
        return empty
    along = unit(end - start)
    i, j, distance, begin, finish = _neighbours(start, end, along, high=high)
    if not len(i):
        return empty
    owner, chosen, begin, finish = _nearest(i, distance, begin, finish)
    keep = (np.abs(distance[chosen]) >= low) & (i[chosen] < j[chosen]) & (finish - begin > SHORTEST)
    owner, chosen, begin, finish = owner[keep], chosen[keep], begin[keep], finish[keep]
    first, second, offset = i[chosen], j[chosen], distance[chosen]
    axis = along[first]
    middle = start[first] + left(axis) * (offset / 2)[:, None]
    strips = Strips(
        start=middle + axis * begin[:, None],
        end=middle + axis * finish[:, None],
        thickness=np.abs(offset),
        first=first,
        second=second,
    )
    return _joined(strips, begin, finish)


def ladders(strips: Strips, start: Floats, end: Floats) -> NDArray[np.bool_]:
    """(n,) strips of which both lines have one as wide on their other side too: treads, tiles, hatching.

    ``start`` and ``end`` (m, 2) are the lines that ``first`` and ``second`` number.
    """
    line = np.concatenate([strips.first, strips.second])
    middle = np.concatenate([(strips.start + strips.end) / 2] * 2)
    along, away = end[line] - start[line], middle - start[line]
    beside = along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0] > 0
    width = (np.concatenate([strips.thickness, strips.thickness]) * 100).round().astype(np.intp)
    number = np.unique(line * 1000 + width, return_inverse=True)[1]
    count = int(number.max(initial=-1)) + 1
    both = (np.bincount(number[beside], minlength=count) > 0) & (np.bincount(number[~beside], minlength=count) > 0)
    many = both[number]
    return np.asarray(many[: len(strips)] & many[len(strips) :], dtype=np.bool_)


def _neighbours(start: Floats, end: Floats, along: Floats, *, high: float) -> tuple[Rows, Rows, Floats, Floats, Floats]:
    """All ordered pairs of parallel lines within ``high``: rows, signed distance, overlap along the first line."""
    i, j = near(start, end, distance=high * 1.02)
    cross = along[i, 0] * along[j, 1] - along[i, 1] * along[j, 0]
    parallel = (np.abs(cross) < PARALLEL) & (i != j)
    i, j = i[parallel], j[parallel]
    offset_a, offset_b = start[j] - start[i], end[j] - start[i]
    axis, normal = along[i], left(along[i])
    t0 = np.einsum("ij,ij->i", offset_a, axis)
    t1 = np.einsum("ij,ij->i", offset_b, axis)
    d0 = np.einsum("ij,ij->i", offset_a, normal)
    d1 = np.einsum("ij,ij->i", offset_b, normal)
    length = np.hypot(*(end[i] - start[i]).T)
    begin = np.maximum(np.minimum(t0, t1), 0.0)
    finish = np.minimum(np.maximum(t0, t1), length)
    # The distance in the middle of the overlap, since lines may be parallel only nearly.
    share = ((begin + finish) / 2 - t0) / np.where(np.abs(t1 - t0) > 1e-12, t1 - t0, 1.0)
    distance = d0 + (d1 - d0) * np.clip(share, 0.0, 1.0)
    keep = (finish - begin > SHORTEST) & (np.abs(distance) <= high) & (np.abs(distance) > 1e-3)
    return i[keep], j[keep], distance[keep], begin[keep], finish[keep]


def _nearest(i: Rows, distance: Floats, begin: Floats, finish: Floats) -> tuple[Rows, Rows, Floats, Floats]:
    """Cut each line where its neighbours begin and end; per stretch and side keep the nearest neighbour.

    Returns the line, the row of the chosen pair, and the stretch's begin and end along the line.
    """
    # Stretches: every begin and end of an overlap is a cut of its line.
    cuts = np.unique(np.rec.fromarrays([np.concatenate([i, i]), np.concatenate([begin, finish]).round(6)]))
    line, at = np.asarray(cuts["f0"]), np.asarray(cuts["f1"])
    stretch = np.flatnonzero(line[:-1] == line[1:])
    # The stretches that an overlap spans are consecutive: find the first and the last in (line, position) order.
    span = at.max() + 1.0
    keys = line * span + at
    low = np.searchsorted(keys, i * span + begin.round(6) - 1e-7)
    high = np.searchsorted(keys, i * span + finish.round(6) - 1e-7)
    counts = high - low
    pairs = np.repeat(np.arange(len(i)), counts)
    piece = np.repeat(low, counts) + np.arange(len(pairs)) - np.repeat(np.cumsum(counts) - counts, counts)
    side = distance[pairs] > 0
    order = np.lexsort((np.abs(distance[pairs]), side, piece))
    ranked_piece, ranked_side = piece[order], side[order]
    best = np.ones(len(order), dtype=np.bool_)
    best[1:] = (ranked_piece[1:] != ranked_piece[:-1]) | (ranked_side[1:] != ranked_side[:-1])
    chosen = order[best]
    piece, pairs = piece[chosen], pairs[chosen]
    valid = np.isin(piece, stretch)
    piece, pairs = piece[valid], pairs[valid]
    return line[piece], pairs, at[piece], at[piece + 1]


def _joined(strips: Strips, begin: Floats, finish: Floats) -> Strips:
    """Put stretches of the same two lines that follow each other together again."""
    if not len(strips):
        return strips
    order = np.lexsort((begin, strips.second, strips.first))
    strips, begin, finish = strips.take(order), begin[order], finish[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (
        (strips.first[1:] != strips.first[:-1])
        | (strips.second[1:] != strips.second[:-1])
        | (begin[1:] - finish[:-1] > 1e-4)
    )
    head = np.flatnonzero(new)
    tail = np.append(head[1:], len(order)) - 1
    joined = strips.take(head)
    return Strips(joined.start, strips.end[tail], joined.thickness, joined.first, joined.second)
