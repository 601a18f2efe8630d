"""HATCH and MPOLYGON by their boundaries alone, SOLID, TRACE, and the outline of WIPEOUT.

A pattern is never drawn: a dense one is millions of lines, and says no more than that the area is filled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pipelines.dxf.entities.curves import TOLERANCE
from pipelines.dxf.rows import points
from pipelines.geometry.splines import HIGHEST_DEGREE
from pipelines.linework import Floats, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.dxf.collector import Collector

#: More edges than any boundary has.
MOST_EDGES: Final = 20_000


def hatch(take: Collector, entity: Any) -> None:
    """HATCH, MPOLYGON: the loops that its style fills (nested, outermost, or the outer one alone)."""
    values = entity.dxf.__dict__
    solid = bool(values.get("solid_fill", 1)) or entity.dxftype() == "MPOLYGON"
    elevation = values.get("elevation")
    z = 0.0 if elevation is None else elevation.z
    keep, region = take.add, take.rows.region()
    for boundary in entity.paths.rendering_paths(values.get("hatch_style", 0)):
        for plane, bulge in _loops(take, entity, boundary):
            if len(plane) > 2 or (len(plane) == 2 and bulge.any()):
                spatial = np.column_stack([plane, np.full(len(plane), z)])
                keep("hatches", values, (spatial, bulge, region, solid), Origin.HATCH)
                keep = take.extend
    if keep == take.add:
        take.skipped[entity.dxftype(), "no_boundary"] += 1


def _loops(take: Collector, entity: Any, boundary: Any) -> Iterator[tuple[Floats, Floats]]:
    """Loops of a boundary: points (k, 2) with bulges (k, 1)."""
    if hasattr(boundary, "vertices"):
        table = np.array([tuple(vertex) for vertex in boundary.vertices], dtype=np.float64).reshape(-1, 3)
        yield table[:, :2], table[:, 2:3]
        return
    # Most drawings have no boundaries of edges.
    from ezdxf.path import from_hatch_edge_path  # noqa: PLC0415

    edges = boundary.edges
    if len(edges) > MOST_EDGES or any(getattr(edge, "degree", 1) > HIGHEST_DEGREE for edge in edges):
        take.skipped[entity.dxftype(), "boundary_too_complex"] += 1
        return
    for path in from_hatch_edge_path(boundary).sub_paths():
        size = max(path.bbox().size) or 1.0
        chain = np.array([point.xyz for point in path.flattening(size * TOLERANCE)])[:, :2]
        if len(chain) > 1 and np.abs(chain[0] - chain[-1]).max() <= size * 1e-9:
            chain = chain[:-1]
        yield chain, np.zeros((len(chain), 1))


def solid(take: Collector, entity: Any) -> None:
    """SOLID, TRACE: its corners are numbered across, not around."""
    values = entity.dxf.__dict__
    third = values.get("vtx2", values["vtx1"])
    corners = points([values["vtx0"], values["vtx1"], values.get("vtx3", third), third])
    if (corners[2] == corners[3]).all():
        corners = corners[:3]
    row = (corners, np.zeros((len(corners), 1)), take.rows.region(), True)
    take.add("hatches", values, row, Origin.SOLID)


def wipeout(take: Collector, entity: Any) -> None:
    """WIPEOUT: the outline of what it covers."""
    outline = points([tuple(point) for point in entity.boundary_path_wcs()])
    if len(outline) > 1 and (outline[0] == outline[-1]).all():
        outline = outline[:-1]
    row = (outline, np.zeros((len(outline), 1)), take.rows.region(), False)
    take.add("hatches", entity.dxf.__dict__, row, Origin.WIPEOUT)
