"""What each kind of entity gives to a drawing: one function per kind, from raw values to rows.

Every function takes the ``Collector`` and the entity. They may raise anything on a broken entity; the walk counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipelines.dxf.entities import curves, faces, fills, references, words
from pipelines.dxf.entities.composed import drawn_form

if TYPE_CHECKING:
    from collections.abc import Callable

#: By DXF type; what is not here is drawn by its own graphics, if it has any, with ``drawn_form``.
TAKERS: Final[dict[str, Callable[..., Any]]] = {
    "LINE": curves.line,
    "ARC": curves.arc,
    "CIRCLE": curves.circle,
    "ELLIPSE": curves.ellipse,
    "LWPOLYLINE": curves.lwpolyline,
    "POLYLINE": curves.polyline,
    "SPLINE": curves.spline,
    "HELIX": curves.spline,
    "LEADER": curves.leader,
    "HATCH": fills.hatch,
    "MPOLYGON": fills.hatch,
    "SOLID": fills.solid,
    "TRACE": fills.solid,
    "WIPEOUT": fills.wipeout,
    "3DFACE": faces.face,
    "MESH": faces.mesh,
    "INSERT": references.insert,
    "DIMENSION": references.dimension,
    "ARC_DIMENSION": references.dimension,
    "LARGE_RADIAL_DIMENSION": references.dimension,
    "ACAD_TABLE": references.table,
    "TEXT": words.text,
    "ATTRIB": words.text,
    "ATTDEF": words.attdef,
    "MTEXT": words.mtext,
}

__all__ = ["TAKERS", "drawn_form"]
