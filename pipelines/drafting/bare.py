"""Gaps of walls without a mark: windows where lines run through them, bare openings where nothing does.

A gap between two equal wall ends is a bare opening. Between a wall's end and something else, the flank of another
wall, a stub of a few centimetres, a wall of another thickness, it is one where it parts two rooms: else a wall just
ends in a room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting import rooms
from pipelines.drafting.meaning import built
from pipelines.drafting.roomwords import names_garage
from pipelines.drafting.walls import THICKEST, THINNEST
from pipelines.geometry.areas import parts
from pipelines.geometry.pairs import Rows, dots, left, rectangles, segments
from pipelines.geometry.region import caps, edges
from pipelines.linework import Floats, Table
from pipelines.plan import OpeningKind

if TYPE_CHECKING:
    from pipelines.drafting.walls import Network
    from pipelines.geometry.areas import Geometries
    from pipelines.geometry.runs import Gaps
    from pipelines.linework import Bools, Ints, Linework

#: Width of bare openings, metres: nothing but the gap speaks for them.
BARE = (0.6, 2.4)
#: Width of those of which one end is a wall's and the other something else, metres.
HALF = (0.55, 1.8)
#: In the walls of a garage they may be as wide as its door, metres.
GARAGE = 6.0
#: A garage's name is written within this of its door, metres.
NAMED = 9.0
#: Widest window that no name tells, metres.
GLAZED = 5.0
#: How far beside a gap the rooms are looked for that it parts, metres.
BESIDE = 0.1
#: A run without a strip of this length is a row of posts, metres.
STUB = 0.6


@dataclass(frozen=True, slots=True)
class Unmarked(Table):
    """Gaps that are openings though nothing is drawn in them, or lines only."""

    gap: Rows  #: (n,)
    kind: tuple[OpeningKind, ...]
    confidence: Floats  #: (n,)


@dataclass(frozen=True, slots=True)
class Necks(Table):
    """Passages from the end of a wall to something that it faces."""

    start: Floats  #: (n, 2) the middle of the wall's end
    end: Floats  #: (n, 2)
    depth: Floats  #: (n,) thickness of the wall


def find(sheet: Linework, network: Network, gap: Gaps) -> Unmarked:
    """The openings among the gaps."""
    runs = network.runs.take(gap.run)
    a, b = runs.at(gap.begin), runs.at(gap.finish)
    shapes = rectangles(a, b, gap.depth)
    # Posts and piers have gaps between them too: at least one real wall must end there; glazing tells a corner too.
    wall = (runs.longest >= STUB) & (runs.longest >= 1.5 * gap.depth)
    corner = wall | _beside_walls(network, a, b, gap.depth)
    window = corner & (_crossing_lines(sheet, network, gap, shapes) >= 2) & (gap.width <= GLAZED)
    both = gap.capped_begin & gap.capped_finish
    widest = np.where(_before_garage(sheet, network, (a + b) / 2), GARAGE, BARE[1])
    plain = ~window & wall & both & (gap.width >= BARE[0]) & (gap.width <= widest)
    sure = window | plain
    rows = np.flatnonzero(sure)
    return Unmarked(
        gap=rows,
        kind=tuple(OpeningKind.WINDOW if window[k] else OpeningKind.OPENING for k in rows),
        confidence=np.where(window, 0.65, 0.5)[rows],
    )


def necks(network: Network, *, taken: Geometries, pillars: Geometries) -> Necks:
    """Passages from an end of a wall to whatever it faces, where they part two rooms.

    ``taken`` (k,) are the openings found before, ``pillars`` (m,) the columns.
    """
    built = np.concatenate([parts(network.whole), pillars])
    # With the openings filled, only what ends there for good is an end: not the rest of a wall beside a door.
    start, out, depth = caps(rooms.sealed(np.concatenate([parts(network.whole), taken])), low=THINNEST, high=THICKEST)
    reach = _sight(start, out, shapely.MultiPolygon(list(parts(built))))
    open_ = (reach >= HALF[0]) & (reach <= HALF[1])
    start, out, depth, reach = start[open_], out[open_], depth[open_], reach[open_]
    end = start + out * reach[:, None]
    shapes = rectangles(start, end, depth)
    free = np.ones(len(start), np.bool_)
    free[shapely.STRtree(taken).query(shapes, predicate="intersects")[0]] = False
    start, end, out, depth, shapes = start[free], end[free], out[free], depth[free], shapes[free]
    if len(start):
        faces = rooms.enclosed(rooms.sealed(np.concatenate([built, taken, shapes])))
        aside = left(out) * (depth / 2 + BESIDE)[:, None]
        apart = _parting(faces, (start + end) / 2 - aside, (start + end) / 2 + aside)
        start, end, depth = start[apart], end[apart], depth[apart]
    return Necks(start, end, depth)


def _sight(start: Floats, out: Floats, region: shapely.Geometry) -> Floats:
    """(n,) how far each place is from the region in its direction, up to a little more than a passage is wide."""
    reach = np.full(len(start), np.inf)
    lines = segments(*edges(region))
    rays = segments(start + out * 0.01, start + out * (HALF[1] + 0.05))
    ray, line = shapely.STRtree(lines).query(rays, predicate="intersects")
    met = shapely.get_coordinates(shapely.centroid(shapely.intersection(rays[ray], lines[line])))
    np.minimum.at(reach, ray, np.einsum("ij,ij->i", met - start[ray], out[ray]))
    return reach


def _parting(faces: Geometries, one: Floats, other: Floats) -> Bools:
    """(n,) whether two places lie in different rooms."""
    sides = []
    for place in (one, other):
        found = np.full(len(place), -1)
        face, row = shapely.STRtree(dots(place)).query(faces, predicate="contains")
        found[row] = face
        sides.append(found)
    return np.asarray((sides[0] >= 0) & (sides[1] >= 0) & (sides[0] != sides[1]), dtype=np.bool_)


def _beside_walls(network: Network, begin: Floats, finish: Floats, depth: Floats) -> Bools:
    """(n,) whether what stands at both ends of each gap is more than a post: much longer than thick, all in all."""
    pieces = parts(network.whole)
    reach = shapely.length(pieces) / 2
    tree = shapely.STRtree(pieces)
    result = np.ones(len(begin), np.bool_)
    for ends in (begin, finish):
        at, piece = tree.query(dots(ends), predicate="dwithin", distance=0.02)
        longest = np.zeros(len(begin))
        np.maximum.at(longest, at, reach[piece])
        result &= longest >= np.maximum(2 * STUB, 4 * depth)
    return result


def _before_garage(sheet: Linework, network: Network, places: Floats) -> Bools:
    """(n,) whether the name of a garage is in sight of each place."""
    found = np.zeros(len(places), np.bool_)
    named = sheet.texts.center[[k for k, text in enumerate(sheet.texts.text) if names_garage(text)]].reshape(-1, 2)
    if not len(named):
        return found
    name, place = shapely.STRtree(dots(places)).query(dots(named), predicate="dwithin", distance=NAMED)
    sight = segments(places[place], named[name])
    found[place[~shapely.intersects(sight, network.whole)]] = True
    return found


def _crossing_lines(sheet: Linework, network: Network, gap: Gaps, shapes: Geometries) -> Ints:
    """(n,) how many lines at different offsets run through each gap along the wall, from end to end."""
    rows = np.flatnonzero(built(sheet) & (sheet.strokes.arc < 0))
    strokes = sheet.strokes
    lines = segments(strokes.start[rows], strokes.end[rows])
    k, s = shapely.STRtree(lines).query(shapely.buffer(shapes, 0.01), predicate="intersects")
    origin, direction = network.runs.origin[gap.run[k]], network.runs.direction[gap.run[k]]
    ends = [point[rows[s]] - origin for point in (strokes.start, strokes.end)]
    u0, u1 = (np.einsum("ij,ij->i", end, direction) for end in ends)
    v0, v1 = (np.einsum("ij,ij->i", end, left(direction)) for end in ends)
    inside = (np.abs(v0 - v1) < 0.02) & (np.abs(v0 + v1) / 2 < gap.depth[k] / 2 + 0.02)
    covers = np.minimum(np.maximum(u0, u1), gap.finish[k]) - np.maximum(np.minimum(u0, u1), gap.begin[k])
    long = inside & (covers > 0.3 * gap.width[k])
    k, offset, covers = k[long], ((v0 + v1) / 2)[long].round(2), covers[long]
    if not len(k):
        return np.zeros(len(shapes), np.int32)
    # Lines at one offset count together: a sash is often drawn in pieces.
    key = np.stack([k.astype(np.float64), offset], axis=1)
    unique, number = np.unique(key, axis=0, return_inverse=True)
    total = np.bincount(number.ravel(), weights=covers)
    owner = unique[:, 0].astype(np.intp)
    full = total > 0.8 * gap.width[owner]
    return np.bincount(owner[full], minlength=len(shapes)).astype(np.int32)
