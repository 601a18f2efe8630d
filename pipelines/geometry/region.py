"""The region that walls cover: strips, the patches where strips meet, and the faces between lines.

A strip reaches as far as both its lines do; at a corner the outer line goes on. Two things close the corner: the
face of the drawn lines, where they are drawn without a gap (exact, with all its mitres), and else the
parallelogram in which the two bands cross.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.geometry.areas import joined, offset, parts, width
from pipelines.geometry.pairs import Strips, left, pair, segments, unit

if TYPE_CHECKING:
    from pipelines.linework import Floats

Geometries = NDArray[np.object_]

#: Lines are drawn out by this before faces are sought, so that corners which miss by a few millimetres close.
REACH = 0.006
#: Coordinates are snapped to this grid, metres.
GRID = 1e-4
#: Faces with no strip within this of them stand alone, metres.
ALONE = 0.05
#: Slits narrower than twice this are closed, and spikes thinner than it taken off.
HEAL = 0.004


def patches(strips: Strips, *, touch: float = 0.03) -> Geometries:
    """Parallelograms where the bands of two strips cross, for strips that end there (corners, tees, crosses).

    A patch counts when it lies within ``touch`` of both strips.
    """
    if len(strips) < 2:
        return np.zeros(0, dtype=np.object_)
    near = float(strips.thickness.max()) + touch
    boxes = strips.rectangles()
    i, j = shapely.STRtree(boxes).query(boxes, predicate="dwithin", distance=near)
    once = i < j
    i, j = i[once], j[once]
    u, v = strips.direction[i], strips.direction[j]
    sine = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    # Below 20 degrees the parallelogram becomes a needle.
    turned = np.abs(sine) > 0.34
    i, j, u, v, sine = i[turned], j[turned], u[turned], v[turned], sine[turned]
    offset = strips.start[j] - strips.start[i]
    at = (offset[:, 0] * v[:, 1] - offset[:, 1] * v[:, 0]) / sine
    center = strips.start[i] + u * at[:, None]
    half_u = u * (strips.thickness[j] / 2 / np.abs(sine))[:, None]
    half_v = v * (strips.thickness[i] / 2 / np.abs(sine))[:, None]
    corners = np.stack(
        [center - half_u - half_v, center + half_u - half_v, center + half_u + half_v, center - half_u + half_v], axis=1
    )
    crossing = np.asarray(shapely.polygons(corners), dtype=np.object_)
    close = (shapely.distance(crossing, boxes[i]) < touch) & (shapely.distance(crossing, boxes[j]) < touch)
    return np.asarray(crossing[close], dtype=np.object_)


def faces(start: Floats, end: Floats) -> Geometries:
    """The bounded faces of the arrangement of lines (n, 2) to (n, 2)."""
    if not len(start):
        return np.zeros(0, dtype=np.object_)
    reach = unit(end - start) * REACH
    lines = segments(start - reach, end + reach)
    noded = shapely.unary_union(lines, grid_size=GRID)
    return parts(shapely.polygonize([noded]))


def covered(shapes: Geometries, cover: Geometries) -> Floats:
    """(n,) share of each shape's area under the covering polygons (overlaps of those count twice, up to 1)."""
    area = shapely.area(shapes)
    if not len(cover) or not len(shapes):
        return np.zeros(len(shapes))
    shape, by = shapely.STRtree(cover).query(shapes, predicate="intersects")
    common = shapely.area(shapely.intersection(shapes[shape], cover[by]))
    total = np.bincount(shape, weights=common, minlength=len(shapes))
    return np.minimum(total / np.where(area > 0, area, 1.0), 1.0)


def union(shapes: Geometries) -> shapely.Geometry:
    """One valid polygonal geometry of all shapes, slits closed and spikes taken off."""
    whole = joined(shapes)
    healed = offset(offset(offset(whole, HEAL, limit=3.0), -2 * HEAL, limit=3.0), HEAL, limit=3.0)
    return shapely.set_precision(shapely.simplify(healed, GRID), GRID)


def strips_within(region: shapely.Geometry, *, low: float, high: float) -> Strips:
    """The region taken apart into strips: pairs of its boundary lines with the region between them."""
    starts, ends = edges(region)
    strips = pair(starts, ends, low=low, high=high)
    if not len(strips):
        return strips
    shapely.prepare(region)
    probes = np.concatenate([strips.start + (strips.end - strips.start) * share for share in (0.1, 0.5, 0.9)])
    inside = np.asarray(shapely.contains_xy(region, probes[:, 0], probes[:, 1])).reshape(3, -1).all(axis=0)
    return strips.take(np.asarray(inside, dtype=np.bool_))


def edges(region: shapely.Geometry) -> tuple[Floats, Floats]:
    """All boundary edges of a polygonal geometry, (n, 2) from and (n, 2) to, the region to their left."""
    shapes = shapely.orient_polygons(parts(region))
    rings = shapely.get_rings(shapes)
    points, owner = shapely.get_coordinates(rings, return_index=True)
    same = owner[1:] == owner[:-1]
    return points[:-1][same], points[1:][same]


def caps(region: shapely.Geometry, *, low: float, high: float) -> tuple[Floats, Floats, Floats]:
    """The ends of walls: the middle (n, 2) of edges between two convex corners, the way out (n, 2), the length (n,).

    Edges are ``low .. high`` long. However short a stub is, it ends in one.
    """
    rings = shapely.get_rings(shapely.orient_polygons(parts(shapely.simplify(region, 1e-3))))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    row = np.flatnonzero(ring[1:] == ring[:-1])
    ring, vector = ring[row], points[row + 1] - points[row]
    number = np.bincount(ring, minlength=len(rings))
    first = (np.cumsum(number) - number)[ring]
    within = np.arange(len(row)) - first
    before, after = (vector[first + (within + step) % number[ring]] for step in (-1, 1))
    length, along = np.hypot(*vector.T), unit(vector)
    square = [
        one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0] > 0.8
        for one, other in ((unit(before), along), (along, unit(after)))
    ]
    found = square[0] & square[1] & (length >= low) & (length <= high)
    return (points[row] + vector / 2)[found], -left(along)[found], length[found]


def accepted(candidates: Geometries, strips: Strips, *, high: float, share: float = 0.5) -> Geometries:
    """The faces that are wall: thin, and covered by strips to at least ``share`` of their area, or small and alone.

    What stands alone between openings, the corner of two windows, has no side long enough for a strip; what is as
    small within walls is a shaft.
    """
    if not len(candidates) or not len(strips):
        return np.zeros(0, dtype=np.object_)
    thin = candidates[width(candidates) <= high]
    bands = strips.rectangles()
    wall = covered(thin, bands) >= share
    bounds = shapely.bounds(thin)
    small = ~wall & (np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) <= 2.5 * high)
    around = shapely.difference(offset(thin[small], ALONE), thin[small])
    wall[np.flatnonzero(small)[covered(around, bands) < 0.1]] = True
    return np.asarray(thin[wall], dtype=np.object_)
