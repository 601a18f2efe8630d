"""Anti-aliased fills of polygons: the exact share of every pixel that they cover.

Every edge is cut at the borders of rows and columns, so that each piece lies in one pixel. Going up, a piece takes what
lies to its right away; going down, it adds it. Sums along the rows then give the area covered in each pixel.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Geometries = NDArray[np.object_]


def area(shapes: Geometries, shape: tuple[int, ...]) -> Singles:
    """Share 0..1 of each pixel that polygons, in pixels, cover together, (height, width)."""
    height, width = shape[:2]
    drawn = shapely.clip_by_rect(shapely.make_valid(shapes), 0, 0, width, height)
    parts = shapely.get_parts(shapely.union_all(drawn))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    share = np.zeros((height, width), dtype=np.float32)
    if not len(parts):
        return share
    low_x, low_y, high_x, high_y = shapely.total_bounds(parts)
    left, top = int(low_x), int(low_y)
    right, bottom = int(np.ceil(high_x)), int(np.ceil(high_y))
    ends = edges(shapely.orient_polygons(parts)) - (left, top)
    share[top:bottom, left:right] = _covered(ends, bottom - top, right - left)
    return share


def edges(shapes: Geometries) -> Floats:
    """The lines (n, 2, 2) of all rings of polygons, or of all line strings."""
    parts = shapely.get_parts(shapes)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings = np.concatenate([shapely.get_rings(parts[polygons]), parts[~polygons]])
    points, owner = shapely.get_coordinates(rings, return_index=True)
    same = owner[1:] == owner[:-1]
    return np.stack([points[:-1][same], points[1:][same]], axis=1) if len(points) else np.zeros((0, 2, 2))


def _covered(ends: Floats, height: int, width: int) -> Floats:
    """(height, width) shares, from the edges of polygons whose rings all have what is inside on the same hand."""
    pieces = _cut(_cut(ends, 1), 0)
    rise = pieces[:, 1, 1] - pieces[:, 0, 1]
    middle = pieces.mean(axis=1)
    column = np.clip(middle[:, 0].astype(np.int64), 0, width - 1)
    row = np.clip(middle[:, 1].astype(np.int64), 0, height - 1)
    place, beyond = row * (width + 1) + column, rise * (middle[:, 0] - column)
    total = np.bincount(place, rise - beyond, height * (width + 1))
    total += np.bincount(place + 1, beyond, height * (width + 1))
    # Rings run against the clock where y points up, which here it does not: what goes down has the inside on its right.
    sums = np.cumsum(total.reshape(height, width + 1), axis=1)[:, :width]
    return np.asarray(np.clip(-sums, 0, 1), dtype=np.float64)


def _cut(ends: Floats, axis: int) -> Floats:
    """Lines (n, 2, 2) cut wherever a coordinate is a whole number, in their order and direction."""
    start, along = ends[:, 0, axis], ends[:, 1, axis] - ends[:, 0, axis]
    up = along > 0
    first = np.where(up, np.floor(start) + 1, np.ceil(start) - 1)
    last = np.where(up, np.ceil(ends[:, 1, axis]) - 1, np.floor(ends[:, 1, axis]) + 1)
    cuts = np.where(along == 0, 0, np.maximum(np.where(up, last - first, first - last) + 1, 0)).astype(np.int64)
    owner = np.repeat(np.arange(len(ends)), cuts + 1)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(cuts + 1) - cuts - 1, cuts + 1)
    step = np.where(up, 1, -1)[owner]
    length = np.where(along == 0, 1, along)[owner]
    origin = (first - start)[owner]
    low = np.where(within == 0, 0, (origin + (within - 1) * step) / length)
    high = np.where(within == cuts[owner], 1, (origin + within * step) / length)
    way = (ends[:, 1] - ends[:, 0])[owner]
    return np.stack([ends[owner, 0] + low[:, None] * way, ends[owner, 0] + high[:, None] * way], axis=1)
