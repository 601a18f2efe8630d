"""The planar arrangement of polygon boundaries: nodes, edges between them, and the faces that they enclose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.geometry.areas import parts
from pipelines.geometry.triangulate import triangulate

if TYPE_CHECKING:
    from pipelines.linework import Floats

Geometries = NDArray[np.object_]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Everything a set of lines divides the plane into. Edges meet in nodes only."""

    nodes: Floats  #: (n, 2) on the grid
    edges: Indices  #: (m, 2) into ``nodes``
    left: Indices  #: (m,) the face to the left of each edge, ``len(faces)`` for the unbounded one
    right: Indices  #: (m,)
    faces: Geometries  #: (f,) Polygon
    grid: float

    @classmethod
    def of(cls, boundaries: Geometries, grid: float) -> Arrangement:
        """The arrangement of lines (rings or pieces), with coordinates snapped to ``grid``."""
        noded = shapely.union_all(boundaries, grid_size=grid)
        faces = shapely.orient_polygons(parts(shapely.polygonize([noded])))
        rings, face = shapely.get_rings(faces, return_index=True)
        points, ring = shapely.get_coordinates(rings, return_index=True)
        keys, first, number = np.unique(_keys(points, grid), return_index=True, return_inverse=True)
        del keys
        same = ring[1:] == ring[:-1]
        a, b, owner = number[:-1][same], number[1:][same], face[ring[:-1][same]]
        forward = a < b
        pair = np.where(forward, a, b) * np.int64(len(first)) + np.where(forward, b, a)
        _, head, edge = np.unique(pair, return_index=True, return_inverse=True)
        sides = np.full((len(head), 2), len(faces), dtype=np.intp)
        sides[edge, np.where(forward, 0, 1)] = owner
        ends = np.stack([np.where(forward, a, b)[head], np.where(forward, b, a)[head]], axis=1).reshape(-1, 2)
        return cls(points[first].reshape(-1, 2), ends, sides[:, 0], sides[:, 1], faces, grid)

    def triangles(self, faces: Indices) -> tuple[Indices, Indices]:
        """(t, 3) nodes of triangles, counter-clockwise, that fill the given faces; (t,) the position in ``faces``."""
        corners, owner = triangulate(self.faces[faces])
        order = _keys(self.nodes, self.grid)
        return np.searchsorted(order, _keys(corners.reshape(-1, 2), self.grid)).reshape(-1, 3), owner


def _keys(points: Floats, grid: float) -> NDArray[np.int64]:
    """One number per point of the grid, ordered by x, then y."""
    cells = np.rint(points / grid).astype(np.int64)
    return np.asarray(cells[:, 0] * np.int64(2**32) + cells[:, 1])
