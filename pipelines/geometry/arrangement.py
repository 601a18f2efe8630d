"""The planar arrangement of polygon boundaries: nodes, edges between them, and the faces that they enclose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.geometry.faces import Faces
from pipelines.geometry.triangulate import triangulate

if TYPE_CHECKING:
    from pipelines.linework import Floats

Geometries = NDArray[np.object_]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Everything that a set of lines divides the plane into. Edges meet in nodes only."""

    nodes: Floats  #: (n, 2) on the grid, ordered by x, then y
    edges: Indices  #: (m, 2) into ``nodes``, the lower number first
    left: Indices  #: (m,) the face to the left of each edge, ``len(faces)`` for the unbounded one
    right: Indices  #: (m,)
    faces: Geometries  #: (f,) Polygon, may have holes
    grid: float

    @classmethod
    def of(cls, boundaries: Geometries, grid: float) -> Arrangement:
        """The arrangement of lines, with coordinates snapped to ``grid``; ends that bound no face are dropped."""
        noded = shapely.get_parts(shapely.union_all(boundaries, grid_size=grid))
        points, line = shapely.get_coordinates(noded, return_index=True)
        _, first, number = np.unique(_keys(points, grid), return_index=True, return_inverse=True)
        a, b = number[:-1][line[1:] == line[:-1]], number[1:][line[1:] == line[:-1]]
        low, high = np.minimum(a, b), np.maximum(a, b)
        pairs = np.unique((low * len(first) + high)[low != high])
        nodes = points[first].reshape(-1, 2)
        faces = Faces.of(nodes, np.stack(np.divmod(pairs, max(len(first), 1)), axis=1))
        return cls(nodes, faces.edges, faces.left, faces.right, faces.shapes, grid)

    def triangles(self, faces: Indices) -> tuple[Indices, Indices]:
        """(t, 3) nodes of triangles, counter-clockwise, that fill the given faces; (t,) the position in ``faces``."""
        corners, owner = triangulate(self.faces[faces])
        found = np.searchsorted(_keys(self.nodes, self.grid), _keys(corners.reshape(-1, 2), self.grid))
        return found.reshape(-1, 3), owner


def _keys(points: Floats, grid: float) -> NDArray[np.int64]:
    """One number per point of the grid, ordered by x, then y."""
    cells = np.rint(points / grid).astype(np.int64)
    return np.asarray(cells[:, 0] * np.int64(2**32) + cells[:, 1])
