"""LINE, ARC, CIRCLE, ELLIPSE, LWPOLYLINE, POLYLINE, SPLINE, LEADER."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pipelines.dxf.entities.faces import polymesh
from pipelines.dxf.rows import points
from pipelines.geometry.splines import HIGHEST_DEGREE, bspline
from pipelines.linework import Floats, Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.dxf.collector import Collector

#: A spline is cut into chords with at most this share of its own size as sagitta.
TOLERANCE: Final = 5e-4
#: Through more points than these no smooth curve is laid; they are joined as they are.
MOST_FIT_POINTS: Final = 2_000
_ORIGIN: Final = (0.0, 0.0, 0.0)


def line(take: Collector, entity: Any) -> None:
    """LINE."""
    values = entity.dxf.__dict__
    take.add("lines", values, (values.get("start", _ORIGIN), values.get("end", _ORIGIN)), Origin.LINE)


def arc(take: Collector, entity: Any) -> None:
    """ARC, in degrees."""
    values = entity.dxf.__dict__
    row = (
        values.get("center", _ORIGIN), values["radius"], 1.0, values.get("start_angle", 0.0),
        values.get("end_angle", 360.0),
    )  # fmt: skip
    take.add("conics", values, row, Origin.ARC)


def circle(take: Collector, entity: Any) -> None:
    """CIRCLE."""
    values = entity.dxf.__dict__
    take.add("conics", values, (values.get("center", _ORIGIN), values["radius"], 1.0, 0.0, 360.0), Origin.CIRCLE)


def ellipse(take: Collector, entity: Any) -> None:
    """ELLIPSE, in radians of its parameter."""
    values = entity.dxf.__dict__
    row = (
        values.get("center", _ORIGIN), values["major_axis"], values.get("ratio", 1.0), values.get("start_param", 0.0),
        values.get("end_param", 2 * np.pi),
    )  # fmt: skip
    take.add("conics", values, row, Origin.ELLIPSE)


def lwpolyline(take: Collector, entity: Any) -> None:
    """LWPOLYLINE: x, y, start width, end width, bulge per point."""
    values = entity.dxf.__dict__
    table = np.asarray(entity.lwpoints.values, dtype=np.float64).reshape(-1, 5)
    spatial = table[:, :3].copy()
    spatial[:, 2] = values.get("elevation", 0.0)
    width = float(table[:, 2:4].max(initial=0.0)) or float(values.get("const_width", 0.0))
    row = (spatial, table[:, 4:5], width, bool(values.get("flags", 0) & 1), False)
    take.add("polylines", values, row, Origin.POLYLINE)


def polyline(take: Collector, entity: Any) -> None:
    """POLYLINE in the plane or in space; its mesh forms are faces."""
    mode = entity.get_mode()
    if mode in ("AcDbPolyFaceMesh", "AcDbPolygonMesh"):
        polymesh(take, entity, mode)
        return
    values = entity.dxf.__dict__
    # The frame of a smoothed polyline (bit 16) is not drawn.
    vertices = [vertex.dxf.__dict__ for vertex in entity.vertices]
    vertices = [vertex for vertex in vertices if not vertex.get("flags", 0) & 16]
    spatial = points([vertex.get("location", _ORIGIN) for vertex in vertices])
    flat = mode == "AcDb2dPolyline"
    bulge = np.array([vertex.get("bulge", 0.0) if flat else 0.0 for vertex in vertices]).reshape(-1, 1)
    start, end = values.get("default_start_width", 0.0), values.get("default_end_width", 0.0)
    widths = [max(vertex.get("start_width", start), vertex.get("end_width", end)) for vertex in vertices]
    if flat and len(spatial):
        elevation = values.get("elevation")
        spatial[:, 2] = elevation.z if elevation is not None else spatial[0, 2]
    closed = bool(values.get("flags", 0) & 1)
    take.add(
        "polylines", values, (spatial, bulge, max(widths, default=0.0), closed, not flat), Origin.POLYLINE
    )  # fmt: skip


def _chain(take: Collector, values: dict[str, Any], spatial: Floats, origin: Origin, *, closed: bool = False) -> None:
    """Keep points in world coordinates as a polyline."""
    if len(spatial) < 2:
        raise ValueError("a curve needs two points")
    take.add("polylines", values, (spatial, np.zeros((len(spatial), 1)), 0.0, closed, True), origin)


def spline(take: Collector, entity: Any) -> None:
    """SPLINE, by its control points, or else through its fit points."""
    values = entity.dxf.__dict__
    control, degree = np.asarray(entity.control_points, dtype=np.float64).reshape(-1, 3), int(values.get("degree", 3))
    if len(control) < 2:
        _chain(take, values, _through(entity), Origin.SPLINE)
        return
    if not 1 <= degree <= HIGHEST_DEGREE:
        take.skipped["SPLINE", "degree_too_high"] += 1
        return
    weights = np.asarray(entity.weights, dtype=np.float64)
    size = float(np.ptp(control, axis=0).max()) or 1.0
    curve = bspline(
        control, np.asarray(entity.knots, dtype=np.float64), degree,
        weights=weights if len(weights) == len(control) else None, tolerance=size * TOLERANCE,
    )  # fmt: skip
    _chain(take, values, curve, Origin.SPLINE)


def _through(entity: Any) -> Floats:
    """Points on the curve through the fit points of a spline."""
    fit = np.asarray(entity.fit_points, dtype=np.float64).reshape(-1, 3)
    if not 2 < len(fit) <= MOST_FIT_POINTS:
        return fit
    tool = entity.construction_tool()
    control = np.array([point.xyz for point in tool.control_points])
    size = float(np.ptp(control, axis=0).max()) or 1.0
    return bspline(control, np.array(tool.knots()), int(tool.degree), weights=None, tolerance=size * TOLERANCE)


def leader(take: Collector, entity: Any) -> None:
    """LEADER: its line; the arrow says nothing."""
    vertices: Sequence[Any] = entity.vertices
    _chain(take, entity.dxf.__dict__, points([tuple(vertex) for vertex in vertices]), Origin.LEADER)
