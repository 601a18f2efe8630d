"""Polygons cut into triangles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pipelines.linework import Floats

Geometries = NDArray[np.object_]
Indices = NDArray[np.intp]


def triangulate(polygons: Geometries) -> tuple[Floats, Indices]:
    """(t, 3, 2) triangles that fill ``polygons``, counter-clockwise, and (t,) which polygon each is of.

    Every vertex of a ring is a corner of a triangle, also where the ring runs straight on, so two polygons that
    share an edge share it after triangulation too.
    """
    if not len(polygons):
        return np.zeros((0, 3, 2)), np.zeros(0, dtype=np.intp)
    pieces, owner = shapely.get_parts(shapely.constrained_delaunay_triangles(polygons), return_index=True)
    corners = shapely.get_coordinates(pieces).reshape(-1, 4, 2)[:, :3]
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    turned = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0] < 0
    corners[turned] = corners[turned][:, ::-1]
    return corners, owner


def shared(corners: Floats, owner: Indices) -> tuple[Floats, Indices, Indices]:
    """The distinct corners (n, 2) of triangles, the owner (n,) of each, and the triangles (t, 3) as their numbers.

    Corners of different owners stay apart.
    """
    points, of = corners.reshape(-1, 2), np.repeat(owner, 3)
    order = np.lexsort((points[:, 1], points[:, 0], of))
    ordered, ranked = points[order], of[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1) | (ranked[1:] != ranked[:-1])
    number = np.empty(len(order), dtype=np.intp)
    number[order] = np.cumsum(new) - 1
    return ordered[new], ranked[new], number.reshape(-1, 3)
