"""Upright prisms: polygons, each from a lower to an upper level."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.geometry.areas import joined
from pipelines.geometry.snapping import snapped
from pipelines.geometry.solid import Solid
from pipelines.geometry.triangulate import shared, triangulate
from pipelines.linework import Table

if TYPE_CHECKING:
    from pipelines.linework import Floats

Geometries = NDArray[np.object_]
Indices = NDArray[np.intp]

#: Coordinates and levels are snapped to this, metres.
GRID = 1e-4


@dataclass(frozen=True, slots=True)
class Prisms(Table):
    """Polygons, each from a lower to an upper level."""

    footprint: Geometries  #: (n,) Polygon or MultiPolygon
    low: Floats  #: (n,)
    high: Floats  #: (n,)

    @classmethod
    def none(cls) -> Prisms:
        """No prism."""
        return cls(np.zeros(0, dtype=np.object_), np.zeros(0), np.zeros(0))

    @classmethod
    def between(cls, footprint: Geometries, low: float, high: float | Floats) -> Prisms:
        """Polygons that all begin at one level, and end at one or at (n,) levels."""
        count = len(footprint)
        return cls(footprint, np.full(count, low), np.array(np.broadcast_to(np.asarray(high, np.float64), (count,))))

    def sound(self) -> Prisms:
        """The rows with area and height, valid, their levels on the grid."""
        low, high = np.round(self.low / GRID) * GRID, np.round(self.high / GRID) * GRID
        with np.errstate(invalid="ignore"):
            kept = np.isfinite(low) & np.isfinite(high) & (high > low)
            kept &= np.isfinite(shapely.bounds(self.footprint)).all(axis=-1)
        shapes = self.footprint[kept]
        broken = ~np.asarray(shapely.is_valid(shapes), dtype=np.bool_)
        if broken.any():
            shapes = shapes.copy()
            shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
        sized = shapely.area(shapes) > GRID * GRID
        return Prisms(shapes[sized], low[kept][sized], high[kept][sized])

    def dissolved(self) -> Prisms:
        """One row for all sound prisms between the same two levels: their union, on the grid, no vertex needless."""
        sound = self.sound()
        spans, group = np.unique(np.stack([sound.low, sound.high], axis=1), axis=0, return_inverse=True)
        order = np.argsort(group.ravel(), kind="stable")
        bounds = np.searchsorted(group.ravel()[order], np.arange(len(spans) + 1))
        shapes = np.empty(len(spans), dtype=np.object_)
        for k, (begin, end) in enumerate(pairwise(bounds)):
            shapes[k] = union(sound.footprint[order[begin:end]])
        return Prisms(shapes, spans[:, 0], spans[:, 1]).sound()


def union(shapes: Geometries) -> shapely.Geometry:
    """The union of polygons on the grid, without vertices in which it does not bend.

    Snapped after the union, not while it is made: that is twice as fast.
    """
    whole = snapped(np.asarray([joined(shapes)], dtype=np.object_), GRID)
    simple: shapely.Geometry = shapely.simplify(whole, GRID)[0]
    return simple


def extrude(prisms: Prisms) -> tuple[Solid, Indices]:
    """Each prism as a closed solid of its own, whatever the others do; (m,) the row that each triangle belongs to.

    The footprints must be valid; empty ones give nothing.
    """
    shapes, row = shapely.get_parts(shapely.orient_polygons(prisms.footprint), return_index=True)
    low, high = prisms.low[row], prisms.high[row]
    sides, side_of = _sides(shapes, low, high)
    corners, owner = triangulate(shapes)
    flat, of, faces = shared(corners, owner)
    up = np.broadcast_to([0.0, 0.0, 1.0], (len(flat), 3))
    tops = Solid(np.column_stack([flat, high[of]]), up, faces)
    bottoms = Solid(np.column_stack([flat, low[of]]), -up, faces[:, ::-1])
    return Solid.joined(sides, tops, bottoms), row[np.concatenate([side_of, owner, owner])]


def _sides(shapes: Geometries, low: Floats, high: Floats) -> tuple[Solid, Indices]:
    """A quad on each edge of oriented polygons, and the polygon of each triangle."""
    rings, shape = shapely.get_rings(shapes, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    a, b, of = points[:-1][same], points[1:][same], shape[ring[:-1][same]]
    along = b - a
    out = np.column_stack([along[:, 1], -along[:, 0], np.zeros(len(a))]) / np.hypot(*along.T)[:, None]
    corners = [np.column_stack([spot, z]) for spot, z in ((a, low[of]), (b, low[of]), (b, high[of]), (a, high[of]))]
    triangles = (np.arange(len(a))[:, None] * 4 + np.array([0, 1, 2, 0, 2, 3])).reshape(-1, 3)
    return Solid(np.stack(corners, axis=1).reshape(-1, 3), np.repeat(out, 4, axis=0), triangles), np.repeat(of, 2)
