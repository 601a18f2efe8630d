"""Bodies that a drawing holds itself: faces in space, lines with a thickness, and profiles to be extruded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.geometry.areas import even_odd, parts, polygons
from pipelines.linework import Ragged
from pipelines.plan import Solids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats, Linework

#: A body of triangles: vertices (k, 3), triangles (t, 3), layer row, source rows.
Body = tuple["Floats", "NDArray[np.intp]", int, "NDArray[np.intp]"]


def none() -> Solids:
    """No bodies."""
    return Solids(Ragged.empty(3), Ragged.empty(3), (), (), ())


def find(sheet: Linework, *, extrude: float | None) -> Solids:
    """Everything in the sheet (metres) that has height; closed profiles too where ``extrude`` gives one, metres."""
    bodies = [*_faces(sheet), *_sheets(sheet)]
    category = "solid"
    if extrude is not None and not bodies:
        bodies, category = _extruded(sheet, extrude), "extrusion"
    if not bodies:
        return none()
    return Solids(
        vertices=_ragged([vertices for vertices, _, _, _ in bodies]),
        triangles=_ragged([triangles.astype(np.float64) for _, triangles, _, _ in bodies]),
        layer=tuple(sheet.layers[layer].plain for _, _, layer, _ in bodies),
        category=(category,) * len(bodies),
        handles=tuple(tuple(sheet.handles[k] for k in sources[:64]) for _, _, _, sources in bodies),
    )


def _ragged(lists: list[Floats]) -> Ragged:
    counts = np.array([len(each) for each in lists])
    return Ragged(np.concatenate(lists), np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))


def _faces(sheet: Linework) -> list[Body]:
    """Faces in space: one body per layer, each face as a fan."""
    faces = sheet.faces
    bodies: list[Body] = []
    for layer in np.unique(faces.layer):
        rows = np.flatnonzero(faces.layer == layer)
        rings = faces.rings.take(rows)
        fans = _fans(rings)
        if len(fans):
            bodies.append((rings.points, fans, int(layer), np.unique(faces.source[rows])))
    return bodies


def _fans(rings: Ragged) -> NDArray[np.intp]:
    """(t, 3) triangles of all rings: corner 0 with each later edge."""
    spare = np.maximum(rings.counts - 2, 0)
    owner = np.repeat(np.arange(len(rings)), spare)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(spare) - spare, spare)
    first = rings.offsets[:-1][owner]
    return np.stack([first, first + step + 1, first + step + 2], axis=1)


def _sheets(sheet: Linework) -> list[Body]:
    """Lines with a thickness: an upright sheet over each, one body per layer."""
    strokes = sheet.strokes
    bodies: list[Body] = []
    tall = np.abs(strokes.thickness) > 1e-9
    for layer in np.unique(strokes.layer[tall]):
        rows = np.flatnonzero(tall & (strokes.layer == layer))
        count = len(rows)
        low, high = strokes.z[rows], strokes.z[rows] + strokes.thickness[rows]
        a, b = strokes.start[rows], strokes.end[rows]
        corners = np.concatenate(
            [
                np.column_stack([a, low]),
                np.column_stack([b, low]),
                np.column_stack([b, high]),
                np.column_stack([a, high]),
            ]
        )
        k = np.arange(count)
        triangles = np.concatenate(
            [np.stack([k, k + count, k + 2 * count], axis=1), np.stack([k, k + 2 * count, k + 3 * count], axis=1)]
        )
        bodies.append((corners, triangles, int(layer), np.unique(strokes.source[rows])))
    return bodies


def _extruded(sheet: Linework, height: float) -> list[Body]:
    """Closed profiles drawn up: nested ones are holes and islands by the even-odd rule, one body per layer."""
    areas = sheet.areas
    bodies: list[Body] = []
    for layer in np.unique(areas.layer):
        rows = np.flatnonzero(areas.layer == layer)
        shapes, _ = polygons(areas.take(rows))
        shapes = parts(shapes)
        if not len(shapes):
            continue
        shapes = shapes[np.unique(shapely.to_wkb(shapely.normalize(shapes)), return_index=True)[1]]
        # A hatch and its outline were one profile.
        profile = parts(even_odd(shapes))
        meshes = [prism(shape, 0.0, height) for shape in profile]
        if not meshes:
            continue
        shift = np.cumsum([0, *(len(vertices) for vertices, _ in meshes)])
        vertices = np.concatenate([vertices for vertices, _ in meshes])
        triangles = np.concatenate([part + start for (_, part), start in zip(meshes, shift, strict=False)])
        bodies.append((vertices, triangles, int(layer), np.unique(areas.source[rows])))
    return bodies


def prism(shape: shapely.Geometry, low: float, high: float) -> tuple[Floats, NDArray[np.intp]]:
    """A closed prism over a polygon, holes included: vertices (k, 3), triangles (t, 3) seen from outside."""
    shape = shapely.orient_polygons(shape)
    flat = shapely.get_parts(shapely.constrained_delaunay_triangles(shape))
    corners = shapely.get_coordinates(shapely.orient_polygons(flat)).reshape(-1, 4, 2)[:, :3]
    rings = shapely.get_rings(shape)
    points, owner = shapely.get_coordinates(rings, return_index=True)
    same = owner[1:] == owner[:-1]
    a, b = points[:-1][same], points[1:][same]
    cap = np.arange(3 * len(corners)).reshape(-1, 3)
    top = np.column_stack([corners.reshape(-1, 2), np.full(3 * len(corners), high)])
    bottom = np.column_stack([corners.reshape(-1, 2), np.full(3 * len(corners), low)])
    count, edge = len(a), np.arange(len(a))
    sides = np.concatenate(
        [np.column_stack([p, np.full(count, z)]) for z, p in ((low, a), (low, b), (high, b), (high, a))]
    )
    side = np.concatenate(
        [
            np.stack([edge, edge + count, edge + 2 * count], axis=1),
            np.stack([edge, edge + 2 * count, edge + 3 * count], axis=1),
        ]
    )
    vertices = np.concatenate([top, bottom, sides])
    triangles = np.concatenate([cap, cap[:, ::-1] + len(top), side + 2 * len(top)])
    merged, index = np.unique(vertices.round(9), axis=0, return_inverse=True)
    return merged, index.ravel()[triangles]
