"""Walls of other pens than those that are known: found where known walls end on them.

An inner wall ends on the flank of an outer one. So where the end of a known wall lies flat against two parallel
lines of another pen, those are a wall too, with all that goes on from it around corners and beyond gaps. Furniture
and fittings end on walls, no wall ends on them; windows continue a wall, they do not bar it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.geometry.areas import joined, parts
from pipelines.geometry.components import components
from pipelines.geometry.pairs import Rows, Strips, dots, ladders, left, pair, segments
from pipelines.geometry.region import covered, patches, strips_within
from pipelines.geometry.runs import runs_of

if TYPE_CHECKING:
    from pipelines.linework import Bools, Floats, Linework

#: Thickness of what may be a wall, metres; ends of walls may be thinner and thicker.
LOW, HIGH = 0.045, 0.5
ENDS = (0.04, 0.65)
#: The arms of a corner between two windows are as short as this share of their thickness.
SHORT = 0.25
#: A strip that a wall ends on is so many times as long as that end is wide.
LONG = 2.0
#: How far before a wall's end the strip may begin, metres: less than the line of a skin of plaster.
AGAINST = 0.03
#: Clean junctions leave the flank out where another wall joins: strips reach on by half of that, metres.
JUNCTION = 0.35
#: Strips nearer than this touch, those within this of one axis are in line exactly, and walls go on beyond openings
#: up to so wide, metres.
TOUCH, EXACT, WIDEST = 0.02, 0.006, 6.5
#: Walls that go on around a corner are alike in thickness within this share.
ALIKE = 0.15
#: Doors hang within this of the end of a wall, metres, and leaves are thinner than walls.
FRAME, LEAF = 0.12, 0.06
#: Partitions that no door tells are longer than this, metres, and as thick as this share of all walls.
SPAN, USUAL = 1.2, 0.1
#: Rounds of growth: outer walls, those that end on outer walls' others, and so on.
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Strips of one pen each, in groups that go on from each other."""

    strips: Strips  #: ``first`` and ``second`` are rows of the sheet's strokes
    group: Rows  #: (n,)
    run: Rows  #: (n,) strips in one line


def anchored(sheet: Linework, eligible: Bools, hinges: Floats) -> Bools:
    """(n,) strokes of the walls at whose ends doors hang, with what goes on from them."""
    found = np.zeros(len(sheet.strokes), np.bool_)
    candidates = _candidates(sheet, eligible)
    strips = candidates.strips
    if not len(strips) or not len(hinges):
        return found
    ends = dots(np.concatenate([strips.start, strips.end]))
    reach = np.tile(np.where(strips.thickness >= LEAF, strips.thickness / 2 + FRAME, 0.0), 2)
    end = shapely.STRtree(dots(hinges)).query(ends, predicate="dwithin", distance=reach)[0]
    rows = np.isin(candidates.group, candidates.group[end % len(strips)])
    found[strips.first[rows]] = found[strips.second[rows]] = True
    return found


def grown(sheet: Linework, eligible: Bools, region: shapely.Geometry) -> Bools:
    """(n,) strokes of further walls, besides those that cover ``region``."""
    found = np.zeros(len(sheet.strokes), np.bool_)
    candidates = _candidates(sheet, eligible)
    strips = candidates.strips
    if not len(strips) or shapely.is_empty(region):
        return found
    bands = strips.rectangles()
    held = np.zeros(int(candidates.group.max()) + 1, np.bool_)
    length = np.bincount(candidates.group, weights=strips.length)
    known = np.bincount(candidates.group, weights=strips.length * _covered(bands, region))
    held[known > 0.6 * length] = True
    grown_to = region
    for _ in range(ROUNDS):
        barred = candidates.group[_barring(strips, grown_to)]
        spanning = candidates.group[_spanning(candidates, held, grown_to)]
        reached = np.union1d(barred, spanning)
        new = reached[~held[reached]]
        if not len(new):
            break
        held[new] = True
        rows = np.isin(candidates.group, new)
        found[strips.first[rows]] = found[strips.second[rows]] = True
        more = np.concatenate([bands[rows], patches(strips.take(rows))])
        # What the grid makes so thin that it has no area becomes lines, which can't be laid over areas.
        whole = shapely.union(grown_to, joined(more), grid_size=1e-4)
        grown_to = shapely.MultiPolygon(list(parts(whole)))
    return found


def _candidates(sheet: Linework, eligible: Bools) -> _Candidates:
    """Strips between lines of one pen."""
    strokes = sheet.strokes
    rows = np.flatnonzero(eligible & (strokes.arc < 0))
    pens = np.stack([strokes.layer[rows], strokes.color[rows], (strokes.weight[rows] * 100).astype(np.int32)], axis=1)
    pen = np.unique(pens, axis=0, return_inverse=True)[1].ravel() if len(rows) else np.zeros(0, np.intp)
    several, group, run, base, lines = [], [], [], 0, 0
    for number in range(int(pen.max(initial=-1)) + 1):
        own = rows[pen == number]
        strips = pair(strokes.start[own], strokes.end[own], low=LOW, high=HIGH)
        strips = strips.take(strips.length > SHORT * strips.thickness)
        strips = strips.take(~ladders(strips, strokes.start[own], strokes.end[own]))
        strips = strips.take(~_squares(strips))
        if not len(strips):
            continue
        strips = Strips(strips.start, strips.end, strips.thickness, own[strips.first], own[strips.second])
        several.append(strips)
        along, on = _going_on(strips)
        group.append(base + on)
        run.append(lines + along)
        base, lines = int(group[-1].max()) + 1, int(run[-1].max()) + 1
    if not several:
        nothing = np.zeros(0, np.intp)
        return _Candidates(Strips(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0), nothing, nothing), nothing, nothing)
    every = Strips(*(np.concatenate([getattr(each, name) for each in several]) for name in Strips.__slots__))
    return _Candidates(every, np.concatenate(group), np.concatenate(run))


def _squares(strips: Strips) -> Bools:
    """(n,) strips as long as thick that one alike crosses, and that are in line with no wall: chairs, columns."""
    square = np.flatnonzero(np.abs(strips.length - strips.thickness) < ALIKE * strips.thickness)
    middle = dots(((strips.start + strips.end) / 2)[square])
    u = strips.direction[square]
    i, j = shapely.STRtree(middle).query(middle, predicate="dwithin", distance=TOUCH)
    crossed = np.abs(np.einsum("ij,ij->i", u[i], u[j])) < 0.1
    found = np.zeros(len(strips), np.bool_)
    found[square[i[crossed]]] = True
    runs, run = runs_of(strips)
    # The longest strip of a run that is one of a wall.
    length = np.where(strips.length > 1.5 * strips.thickness, strips.length, 0.0)
    longest = np.zeros(len(runs), np.intp)
    order = np.argsort(length, kind="stable")
    longest[run[order]] = order
    wall = longest[run]
    aside = np.einsum("ij,ij->i", strips.start - runs.origin[run], left(runs.direction[run]))
    exact = (np.abs(aside - aside[wall]) < EXACT) & (np.abs(strips.thickness - strips.thickness[wall]) < EXACT)
    return np.asarray(found & ~(exact & (length[wall] > 0)), dtype=np.bool_)


def _going_on(strips: Strips) -> tuple[Rows, Rows]:
    """(n,) number of the line that each strip lies on, and of the group of those that go on from each other."""
    bands = strips.rectangles()
    i, j = shapely.STRtree(bands).query(bands, predicate="dwithin", distance=TOUCH)
    u = strips.direction
    turned = np.abs(u[i, 0] * u[j, 1] - u[i, 1] * u[j, 0]) > 0.34
    thin = np.minimum(strips.thickness[i], strips.thickness[j])
    alike = np.abs(strips.thickness[i] - strips.thickness[j]) < ALIKE * thin
    corner = turned & alike & (i < j)
    runs, run = runs_of(strips)
    ends = [
        np.einsum("ij,ij->i", point - runs.origin[run], runs.direction[run]) for point in (strips.start, strips.end)
    ]
    low, high = np.minimum(*ends), np.maximum(*ends)
    order = np.lexsort((low, run))
    a, b = order[:-1], order[1:]
    # Beyond a gap a wall goes on as a wall; what is as long as thick may be a chair, or else is in line exactly.
    long = strips.length > 1.5 * strips.thickness
    aside = np.einsum("ij,ij->i", strips.start - runs.origin[run], left(runs.direction[run]))
    exact = (np.abs(aside[a] - aside[b]) < EXACT) & (np.abs(strips.thickness[a] - strips.thickness[b]) < EXACT)
    gap = low[b] - high[a]
    same = (run[a] == run[b]) & ((gap < TOUCH) | ((gap < WIDEST) & (exact | (long[a] & long[b]))))
    a, b = a[same], b[same]
    return run, components(len(strips), np.concatenate([i[corner], a]), np.concatenate([j[corner], b]))


def _covered(bands: np.ndarray[tuple[int], np.dtype[np.object_]], region: shapely.Geometry) -> Bools:
    """(n,) strips that are part of the region."""
    return np.asarray(covered(bands, parts(region)) > 0.6, dtype=np.bool_)


def _barring(strips: Strips, region: shapely.Geometry) -> Rows:
    """The strips on which a wall of the region ends, whether at their near side or within them."""
    known = strips_within(region, low=ENDS[0], high=ENDS[1])
    end = np.concatenate([known.start, known.end])
    out = np.concatenate([-known.direction, known.direction])
    width = np.concatenate([known.thickness, known.thickness])
    bands = strips.rectangles(longer=JUNCTION)
    # Ends that are cut to a point reach on by half of their width.
    reach = width / 2 + AGAINST
    ray, strip = shapely.STRtree(bands).query(segments(end - out * AGAINST, end + out * reach[:, None]), "intersects")
    u = strips.direction[strip]
    across = u[:, 0] * out[ray, 1] - u[:, 1] * out[ray, 0]
    ahead = _ahead(strips, strip, end[ray], out[ray])
    half = strips.thickness[strip] / 2
    bars = (np.abs(across) > 0.9) & (strips.length[strip] > LONG * width[ray])
    bars &= (ahead - half < reach[ray]) & (ahead + half > -AGAINST)
    ray, strip, beyond = ray[bars], strip[bars], (ahead + half)[bars] + AGAINST
    shapely.prepare(region)
    past = end[ray] + out[ray] * beyond[:, None]
    return np.asarray(strip[~shapely.contains_xy(region, past[:, 0], past[:, 1])], dtype=np.intp)


def _spanning(candidates: _Candidates, held: Bools, region: shapely.Geometry) -> Rows:
    """Strips in lines that reach from wall to wall, as thick as known walls: partitions that no hinge tells."""
    strips, run = candidates.strips, candidates.run
    known = held[candidates.group]
    common = np.bincount((strips.thickness[known] * 100).round().astype(np.intp), strips.length[known], minlength=80)
    usual = common + np.append(common[1:], 0.0) + np.append(0.0, common[:-1])
    rows = np.flatnonzero(~known)
    rows = rows[usual[(strips.thickness[rows] * 100).round().astype(np.intp)] > USUAL * common.sum()]
    shapely.prepare(region)
    rows = rows[~shapely.contains(region, dots((strips.start[rows] + strips.end[rows]) / 2))]
    met = [shapely.dwithin(dots(point[rows]), region, TOUCH) for point in (strips.start, strips.end)]
    count = int(run.max()) + 1
    ends = sum(np.bincount(run[rows], weights=each, minlength=count) for each in met)
    length = np.bincount(run[rows], weights=strips.length[rows], minlength=count)
    reaching = (ends >= 2) & (length > SPAN)
    return np.asarray(rows[reaching[run[rows]]], dtype=np.intp)


def _ahead(strips: Strips, strip: Rows, points: Floats, out: Floats) -> Floats:
    """(n,) how far ahead of the points the axes of strips lie, in the direction ``out``."""
    normal = left(strips.direction[strip])
    distance = np.einsum("ij,ij->i", strips.start[strip] - points, normal)
    return np.asarray(distance * np.sign(np.einsum("ij,ij->i", out, normal)), dtype=np.float64)
