"""Polygons cut into triangles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.geometry.faces import Faces
from pipelines.geometry.pairs import segments

if TYPE_CHECKING:
    from pipelines.linework import Floats

Geometries = NDArray[np.object_]
Indices = NDArray[np.intp]


#: Corners that turn by less are not sharp enough to be fanned over (sine of a twentieth of a degree).
_STRAIGHT = 1e-3
#: Polygons with more holes are cut into pieces first: from there on that is faster.
_HOLES = 1000


def triangulate(polygons: Geometries) -> tuple[Floats, Indices]:
    """(t, 3, 2) triangles that fill ``polygons``, counter-clockwise, and (t,) which polygon each is of, ascending.

    Every vertex of a ring is a corner of a triangle, also where the ring runs straight on, so two polygons that
    share an edge share it after triangulation too.
    """
    if not len(polygons):
        return np.zeros((0, 3, 2)), np.zeros(0, dtype=np.intp)
    row = np.arange(len(polygons))
    crowded = np.flatnonzero(shapely.get_num_interior_rings(polygons) > _HOLES)
    if len(crowded):
        cut = [_pieces(polygons[k]) for k in crowded]
        row = np.concatenate([np.delete(row, crowded), np.repeat(crowded, [len(each) for each in cut])])
        polygons = np.concatenate([np.delete(polygons, crowded), *cut])
    convex, corners, owner = _fans(polygons)
    rest = np.flatnonzero(~convex)
    others, of = _delaunay(polygons[rest])
    owner = row[np.concatenate([owner, rest[of]])]
    order = np.argsort(owner, kind="stable")
    return np.concatenate([corners, others])[order], owner[order]


def _fans(polygons: Geometries) -> tuple[NDArray[np.bool_], Floats, Indices]:
    """(n,) which polygons turn the same way at each vertex; the triangles of those, and the polygon of each.

    Most of what is built are rectangles, which need no search for diagonals.
    """
    points, of = shapely.get_coordinates(polygons, return_index=True)
    counts = np.bincount(of, minlength=len(polygons))
    first = np.cumsum(counts) - counts
    # A ring ends with its first point again.
    corner = np.ones(len(points), dtype=np.bool_)
    corner[first[counts > 0] + counts[counts > 0] - 1] = False
    points, of, counts = points[corner], of[corner], np.maximum(counts - 1, 0)
    first = np.cumsum(counts) - counts
    place = np.arange(len(points)) - first[of]
    ahead = points[first[of] + (place + 1) % counts[of]] - points
    behind = points - points[first[of] + (place - 1) % counts[of]]
    with np.errstate(divide="ignore", invalid="ignore"):
        sine = (behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0]) / (np.hypot(*behind.T) * np.hypot(*ahead.T))
    lefts = np.bincount(of[sine > _STRAIGHT], minlength=len(polygons))
    rights = np.bincount(of[sine < -_STRAIGHT], minlength=len(polygons))
    convex = (shapely.get_num_interior_rings(polygons) == 0) & ((lefts == counts) | (rights == counts))
    fan = np.flatnonzero(convex[of] & (place > 0) & (place < counts[of] - 1))
    corners = np.stack([points[first[of[fan]]], points[fan], points[fan + 1]], axis=1)
    backwards = (rights > 0)[of[fan]]
    corners[backwards] = corners[backwards][:, ::-1]
    return np.asarray(convex, dtype=np.bool_), corners, of[fan]


def _delaunay(polygons: Geometries) -> tuple[Floats, Indices]:
    """The triangles of any polygons, and the polygon of each."""
    pieces, owner = shapely.get_parts(shapely.constrained_delaunay_triangles(polygons), return_index=True)
    corners = shapely.get_coordinates(pieces).reshape(-1, 4, 2)[:, :3]
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    turned = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0] < 0
    corners[turned] = corners[turned][:, ::-1]
    return corners, owner


def _pieces(polygon: shapely.Polygon) -> Geometries:
    """A polygon with many holes cut along lines between its vertices, so that little is left to be triangulated.

    The lines are those of the Delaunay triangles of its vertices that cross no ring; where a ring's edge is none of
    them, a piece stays that is larger than a triangle. GEOS alone would take a time that grows with the square of
    the holes.
    """
    points, ring = shapely.get_coordinates(shapely.get_rings(polygon), return_index=True)
    lines = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points), only_edges=True))
    every = np.concatenate([points, shapely.get_coordinates(lines)])
    # As complex numbers, which are sorted ten times as fast as rows.
    spots, number = np.unique(every[:, 0] + 1j * every[:, 1], return_inverse=True)
    nodes = np.column_stack([spots.real, spots.imag])
    sides = np.stack([number[: len(points) - 1], number[1 : len(points)]], axis=1)[ring[1:] == ring[:-1]]
    chords = number[len(points) :].reshape(-1, 2)
    sides, chords = (np.sort(each, axis=1) @ np.array([len(nodes), 1]) for each in (sides, chords))
    lost = np.stack(np.divmod(np.setdiff1d(sides, chords), len(nodes)), axis=1)
    crossed = shapely.STRtree(lines).query(segments(nodes[lost[:, 0]], nodes[lost[:, 1]]), predicate="crosses")[1]
    edges = np.unique(np.concatenate([sides, np.delete(chords, crossed)]))
    made = Faces.of(nodes, np.stack(np.divmod(edges, len(nodes)), axis=1)).shapes
    shapely.prepare(polygon)
    made = made[shapely.contains(polygon, shapely.point_on_surface(made))]
    # A ring that touches another's side breaks what was assumed here.
    whole = np.isclose(shapely.area(made).sum(), polygon.area, rtol=1e-9, atol=0.0)
    return made if whole else np.asarray([polygon], dtype=np.object_)


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
