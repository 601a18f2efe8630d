"""3DFACE, MESH, and POLYLINE as polyface or polygon mesh: faces in world coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.dxf.rows import points
from pipelines.linework import Floats, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.dxf.collector import Collector


def face(take: Collector, entity: Any) -> None:
    """3DFACE of three or four corners."""
    values = entity.dxf.__dict__
    corners = points([values[name] for name in ("vtx0", "vtx1", "vtx2", "vtx3") if name in values])
    _faces(take, entity, [corners[:3] if len(corners) == 4 and (corners[2] == corners[3]).all() else corners])


def mesh(take: Collector, entity: Any) -> None:
    """MESH at its coarsest level."""
    vertices = np.asarray(entity.vertices, dtype=np.float64).reshape(-1, 3)
    corners = (np.asarray(each, dtype=np.int64) for each in entity.faces)
    _faces(take, entity, (vertices[each] for each in corners if each.max(initial=0) < len(vertices)))


def polymesh(take: Collector, entity: Any, mode: str) -> None:
    """POLYLINE of the mode 'AcDbPolyFaceMesh' or 'AcDbPolygonMesh'."""
    _faces(take, entity, _polyface(entity) if mode == "AcDbPolyFaceMesh" else _grid(entity))


def _polyface(entity: Any) -> Iterable[Floats]:
    """Corners by the one-based numbers in the face records; a negative one only hides an edge."""
    vertices = [vertex.dxf.__dict__ for vertex in entity.vertices]
    # Bits 64 and 128: a position has both, a face record 128 alone.
    spatial = points([vertex.get("location", (0.0, 0.0, 0.0)) for vertex in vertices if vertex.get("flags", 0) & 64])
    for vertex in vertices:
        if not vertex.get("flags", 0) & 64:
            numbers = [abs(vertex.get(name, 0)) for name in ("vtx0", "vtx1", "vtx2", "vtx3")]
            yield spatial[[number - 1 for number in numbers if 0 < number <= len(spatial)]]


def _grid(entity: Any) -> Iterable[Floats]:
    """The cells of a mesh of m rows and n columns, which may be closed either way."""
    values = entity.dxf.__dict__
    rows, columns, flags = values.get("m_count", 0), values.get("n_count", 0), values.get("flags", 0)
    spatial = points([vertex.dxf.__dict__.get("location", (0.0, 0.0, 0.0)) for vertex in entity.vertices])
    if rows < 2 or columns < 2 or len(spatial) < rows * columns:
        return []
    grid = spatial[: rows * columns].reshape(rows, columns, 3)
    grid = np.concatenate([grid, grid[:1]]) if flags & 1 else grid
    grid = np.concatenate([grid, grid[:, :1]], axis=1) if flags & 32 else grid
    cells = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=2)
    return list(cells.reshape(-1, 4, 3))


def _faces(take: Collector, entity: Any, faces: Iterable[Floats]) -> None:
    """Keep faces of at least three corners as one entity."""
    values, keep = entity.dxf.__dict__, take.add
    for each in faces:
        if len(each) >= 3:
            keep("meshes", values, (each,), Origin.FACE)
            keep = take.extend
    if keep == take.add:
        take.skipped[entity.dxftype(), "degenerate"] += 1
