"""Runs: strips that lie on one line, the walls they are of, and the gaps between them.

A wall with three doors is drawn as four strips. They share an axis: together they are a run. What its axis crosses
without wall is a gap: the place of a door, a window, or of nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.geometry.areas import parts
from pipelines.geometry.components import components
from pipelines.geometry.pairs import Rows, Strips, left, near, rectangles, segments
from pipelines.geometry.region import edges
from pipelines.linework import Floats, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Strips on one axis may be this far apart and still be one run, metres (a garage door is 5 m wide).
FARTHEST = 6.5
#: How far a run is searched for a gap beyond its last strip, metres.
BEYOND = 6.5
#: Axes that lie on each other are this near, metres.
APART = 0.2


@dataclass(frozen=True, slots=True)
class Runs(Table):
    """Lines on which strips lie: points are ``origin + direction * t``."""

    origin: Floats  #: (n, 2)
    direction: Floats  #: (n, 2) unit
    thickness: Floats  #: (n,) of most of its length
    begin: Floats  #: (n,) t of the first strip's start
    finish: Floats  #: (n,) t of the last strip's end
    longest: Floats  #: (n,) length of its longest strip

    def at(self, t: Floats) -> Floats:
        """(n, 2) points at parameters (n,)."""
        return np.asarray(self.origin + self.direction * t[:, None], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Gaps(Table):
    """Stretches of a run's axis between wall and wall."""

    run: Rows  #: (n,) into ``Runs``
    begin: Floats  #: (n,) parameters along the run
    finish: Floats
    depth: Floats  #: (n,) thickness of the wall beside it
    capped_begin: NDArray[np.bool_]  #: a strip of this run ends there (else the flank of another wall)
    capped_finish: NDArray[np.bool_]

    @property
    def width(self) -> Floats:
        """(n,) metres."""
        return np.asarray(self.finish - self.begin, dtype=np.float64)


def runs_of(strips: Strips) -> tuple[Runs, Rows]:
    """Group strips into runs; returns the runs and (n,) the run of each strip."""
    if not len(strips):
        nothing = np.zeros(0)
        return Runs(np.zeros((0, 2)), np.zeros((0, 2)), nothing, nothing, nothing, nothing), np.zeros(0, np.intp)
    i, j = _collinear(strips)
    label = components(len(strips), i, j)
    count = int(label.max()) + 1
    # The longest strip of a run sets its direction.
    order = np.lexsort((-strips.length, label))
    head = order[np.flatnonzero(np.append(True, label[order][1:] != label[order][:-1]))]
    direction = strips.direction[head]
    flip = (direction[:, 0] < -1e-9) | ((np.abs(direction[:, 0]) <= 1e-9) & (direction[:, 1] < 0))
    direction = np.where(flip[:, None], -direction, direction)
    weight = strips.length
    total = np.bincount(label, weights=weight, minlength=count)
    middle = (strips.start + strips.end) / 2
    origin = np.stack([np.bincount(label, weights=weight * middle[:, k], minlength=count) / total for k in (0, 1)], 1)
    thickness = np.bincount(label, weights=weight * strips.thickness, minlength=count) / total
    t0 = np.einsum("ij,ij->i", strips.start - origin[label], direction[label])
    t1 = np.einsum("ij,ij->i", strips.end - origin[label], direction[label])
    begin, finish = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(begin, label, np.minimum(t0, t1))
    np.maximum.at(finish, label, np.maximum(t0, t1))
    return Runs(origin, direction, thickness, begin, finish, weight[head]), label


def bridges(strips: Strips, *, longest: float) -> NDArray[np.object_]:
    """Rectangles over the gaps up to ``longest`` between strips that follow each other on one run.

    Where a slanting wall meets another, that one's near line is open for more than the patch of the two covers.
    """
    runs, label = runs_of(strips)
    t0 = np.einsum("ij,ij->i", strips.start - runs.origin[label], runs.direction[label])
    t1 = np.einsum("ij,ij->i", strips.end - runs.origin[label], runs.direction[label])
    low, high = np.minimum(t0, t1), np.maximum(t0, t1)
    order = np.lexsort((low, label))
    a, b = order[:-1], order[1:]
    gap = low[b] - high[a]
    short = (label[a] == label[b]) & (gap > 0) & (gap <= longest)
    a, b = a[short], b[short]
    start = strips.start[a] + runs.direction[label[a]] * (high[a] - t0[a])[:, None]
    thickness = np.minimum(strips.thickness[a], strips.thickness[b])
    return rectangles(start, start + runs.direction[label[a]] * gap[short][:, None], thickness)


def _collinear(strips: Strips) -> tuple[Rows, Rows]:
    """Pairs of strips on one axis: bands that overlap across by half and are near along."""
    u = strips.direction
    reach = u * (FARTHEST / 2)
    start, end = strips.start - reach, strips.end + reach
    i, j = near(start, end, distance=APART)
    once = i < j
    i, j = i[once], j[once]
    sine = np.abs(u[i, 0] * u[j, 1] - u[i, 1] * u[j, 0])
    longer = strips.length[i] >= strips.length[j]
    a, b = np.where(longer, i, j), np.where(longer, j, i)
    across = np.einsum("ij,ij->i", (strips.start[b] + strips.end[b]) / 2 - strips.start[a], left(u)[a])
    thin = np.minimum(strips.thickness[i], strips.thickness[j])
    thick = np.maximum(strips.thickness[i], strips.thickness[j])
    keep = (sine < 0.02) & (np.abs(across) < np.maximum(0.012, 0.25 * thin)) & (thick < 1.7 * thin)
    i, j = i[keep], j[keep]
    lines = segments(start, end)
    close = shapely.dwithin(lines[i], lines[j], APART)
    return i[close], j[close]


def gaps_of(runs: Runs, strips: Strips, label: Rows, region: shapely.Geometry, *, low: float, high: float) -> Gaps:
    """The stretches of each run's axis outside the region, ``low .. high`` long, with wall at both ends."""
    lines_a = runs.at(runs.begin - BEYOND)
    lines_b = runs.at(runs.finish + BEYOND)
    axis = segments(lines_a, lines_b)
    e0, e1 = edges(region)
    tree = shapely.STRtree(segments(e0, e1))
    run, edge = tree.query(axis, predicate="intersects")
    hit = e1[edge] - e0[edge]
    u = runs.direction[run]
    sine = u[:, 0] * hit[:, 1] - u[:, 1] * hit[:, 0]
    crossing = np.abs(sine) > 1e-6 * np.hypot(hit[:, 0], hit[:, 1])
    run, edge, u, hit, sine = run[crossing], edge[crossing], u[crossing], hit[crossing], sine[crossing]
    offset = e0[edge] - runs.origin[run]
    t = (offset[:, 0] * hit[:, 1] - offset[:, 1] * hit[:, 0]) / sine
    order = np.lexsort((t, run))
    run, t = run[order], t[order]
    same = np.flatnonzero(run[1:] == run[:-1])
    run, begin, finish = run[same], t[same], t[same + 1]
    sized = (finish - begin >= low) & (finish - begin <= high)
    run, begin, finish = run[sized], begin[sized], finish[sized]
    middle = runs.origin[run] + runs.direction[run] * ((begin + finish) / 2)[:, None]
    shapely.prepare(region)
    outside = ~shapely.contains_xy(region, middle[:, 0], middle[:, 1])
    run, begin, finish = run[outside], begin[outside], finish[outside]
    depth, cap0, cap1 = _caps(runs, strips, label, run, begin, finish)
    # A pier too short for a strip of its own is as thick as the wall that it interrupts.
    bare = np.flatnonzero(~(cap0 | cap1))
    piers = _piers(runs, region, run[bare], begin[bare], finish[bare])
    cap0[bare], cap1[bare] = piers, piers
    depth[bare[piers]] = runs.thickness[run[bare[piers]]]
    capped = cap0 | cap1
    return Gaps(run[capped], begin[capped], finish[capped], depth[capped], cap0[capped], cap1[capped])


def _caps(
    runs: Runs, strips: Strips, label: Rows, run: Rows, begin: Floats, finish: Floats
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """For each gap whether a strip of its run ends at its begin and at its finish, and how thick the wall is."""
    count = len(run)
    # All (gap, strip of the same run) combinations.
    order = np.argsort(label, kind="stable")
    first = np.searchsorted(label[order], np.arange(len(runs)))
    number = np.bincount(label, minlength=len(runs))[run]
    gap = np.repeat(np.arange(count), number)
    within = np.arange(len(gap)) - np.repeat(np.cumsum(number) - number, number)
    strip = order[first[run[gap]] + within]
    t0 = np.einsum("ij,ij->i", strips.start[strip] - runs.origin[run[gap]], runs.direction[run[gap]])
    t1 = np.einsum("ij,ij->i", strips.end[strip] - runs.origin[run[gap]], runs.direction[run[gap]])
    low, high = np.minimum(t0, t1), np.maximum(t0, t1)
    at_begin = np.abs(high - begin[gap]) < 0.03
    at_finish = np.abs(low - finish[gap]) < 0.03
    cap0 = np.bincount(gap, weights=at_begin, minlength=count) > 0
    cap1 = np.bincount(gap, weights=at_finish, minlength=count) > 0
    touching = at_begin | at_finish
    depth = np.zeros(count)
    np.maximum.at(depth, gap[touching], strips.thickness[strip[touching]])
    return depth, cap0, cap1


def _piers(runs: Runs, region: shapely.Geometry, run: Rows, begin: Floats, finish: Floats) -> NDArray[np.bool_]:
    """(n,) gaps at both ends of which the region is as thick as the run and lies on its axis."""
    pieces = parts(region)
    tree = shapely.STRtree(pieces)
    result = np.ones(len(run), np.bool_)
    across, thick = left(runs.direction[run]), runs.thickness[run]
    for place in (begin - 0.02, finish + 0.02):
        middle = runs.origin[run] + runs.direction[run] * place[:, None]
        probe = segments(middle - across * thick[:, None], middle + across * thick[:, None])
        gap, piece = tree.query(probe, predicate="intersects")
        crossed = shapely.intersection(probe[gap], pieces[piece])
        length = np.bincount(gap, weights=shapely.length(crossed), minlength=len(run))
        aside = np.full(len(run), np.inf)
        aside[gap] = shapely.distance(shapely.centroid(crossed), shapely.points(middle[gap]))
        result &= (np.abs(length - thick) < 0.1 * thick) & (aside < 0.1 * thick)
    return result
