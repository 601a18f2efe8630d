"""Areas of a sheet as shapely polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pipelines.linework import Areas, Floats

Geometries = NDArray[np.object_]
Shapes = TypeVar("Shapes", shapely.Geometry, Geometries)


def polygons(areas: Areas) -> tuple[Geometries, NDArray[np.intp]]:
    """The regions of ``areas`` as valid polygons, and the row of each region's first ring.

    Rings of one region are combined by the even-odd rule (as a hatch of nested loops is filled). Regions without
    area are left out.
    """
    usable = areas.rings.counts >= 3
    kept = np.flatnonzero(usable)
    if not len(kept):
        return np.zeros(0, dtype=np.object_), np.zeros(0, dtype=np.intp)
    rings = areas.rings.take(kept)
    loops = np.asarray(shapely.polygons(shapely.linearrings(rings.points, indices=rings.owner)), dtype=np.object_)
    broken = ~np.asarray(shapely.is_valid(loops))
    loops[broken] = shapely.make_valid(loops[broken])
    region = areas.region[kept]
    order = np.argsort(region, kind="stable")
    region, loops, kept = region[order], loops[order], kept[order]
    head = np.flatnonzero(np.append(True, region[1:] != region[:-1]))
    counts = np.diff(np.append(head, len(region)))
    whole = loops[head]
    for group in np.flatnonzero(counts > 1):  # only regions with islands
        members = loops[head[group] : head[group] + counts[group]]
        whole[group] = even_odd(members)
    sized = shapely.area(whole) > 0
    return whole[sized], kept[head][sized]


def even_odd(shapes: Geometries) -> shapely.Geometry:
    """What lies within an odd number of the shapes: of nested outlines the first is filled, the next a hole in it.

    Pairs are combined, then pairs of pairs, which stays cheap for a thousand small outlines.
    """
    level = np.asarray(shapes, dtype=np.object_)
    while len(level) > 1:
        half = len(level) // 2
        rest = level[2 * half :]
        level = np.concatenate([shapely.symmetric_difference(level[:half], level[half : 2 * half]), rest])
    return level[0] if len(level) else shapely.Polygon()


def parts(geometry: shapely.Geometry | Geometries) -> Geometries:
    """All polygons within a geometry or an array of geometries, flat, without the empty ones."""
    flat = shapely.get_parts(shapely.get_parts(geometry))
    polygonal = shapely.get_type_id(flat) == shapely.GeometryType.POLYGON
    flat = flat[polygonal]
    return np.asarray(flat[shapely.area(flat) > 0], dtype=np.object_)


def offset(shapes: Shapes, by: float | Floats, *, limit: float = 5.0) -> Shapes:
    """Shapes grown (or shrunk, ``by`` negative) with sharp corners, as ``shapely.buffer`` with mitred joins.

    GEOS divides by zero where two edges run on straight, without harm to the result; numpy would warn of it. It also
    rounds on the grid of its input, and takes a ring for inverted, so for gone, when ``by`` is as small as that: the
    input is freed from its grid. The parts of a multipolygon are treated one by one, which takes a fraction of the
    time of all together.
    """
    if isinstance(shapes, shapely.MultiPolygon):
        pieces = parts(offset(np.asarray(shapely.get_parts(shapes), dtype=np.object_), by, limit=limit))
        grown = np.ndim(by) == 0 and float(by) > 0
        return joined(pieces) if grown else shapely.MultiPolygon(list(pieces))
    shapes = shapely.set_precision(shapes, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return shapely.buffer(shapes, by, join_style="mitre", mitre_limit=limit)  # type: ignore[return-value]


def width(shapes: Geometries) -> NDArray[np.float64]:
    """(n,) mean width of long thin polygons: twice the area over the perimeter."""
    perimeter = shapely.length(shapes)
    return np.asarray(2 * shapely.area(shapes) / np.where(perimeter > 0, perimeter, 1.0), dtype=np.float64)


def joined(shapes: Geometries) -> shapely.Geometry:
    """The union of many polygons. Groups that touch are found first, and each is joined alone: most never meet."""
    return shapely.disjoint_subset_union_all(shapes) if len(shapes) else shapely.Polygon()
