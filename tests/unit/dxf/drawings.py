"""One small drawing for every kind of entity that is read, drawn with ezdxf."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ezdxf.filemanagement import new
from ezdxf.math import Matrix44, Vec2
from ezdxf.render import forms
from ezdxf.render.mleader import ConnectionSide

if TYPE_CHECKING:
    from pathlib import Path

    from ezdxf.document import Drawing as Document
    from ezdxf.layouts.layout import Modelspace

R12, R2000, R2007, R2010, R2018 = "R12", "R2000", "R2007", "R2010", "R2018"
VERSIONS = (R12, R2000, R2010, R2018)
FORMATS = ("asc", "bin")
DOWN = (0.0, 0.0, -1.0)
TILTED = (0.3, -0.4, 0.8)


def line(sheet: Modelspace, _: Document) -> None:
    sheet.add_line((1, 2, 3), (40, 50, 6))
    sheet.add_line((0, 0), (10, 0), dxfattribs={"extrusion": DOWN})


def arc(sheet: Modelspace, _: Document) -> None:
    sheet.add_arc((10, 20), 5, 30, 200)
    sheet.add_arc((30, 20), 5, 300, 60)
    sheet.add_arc((30, 20), 5, 300, 60, dxfattribs={"extrusion": DOWN})
    sheet.add_arc((3, 2, 7), 5, 10, 250, dxfattribs={"extrusion": TILTED})


def circle(sheet: Modelspace, _: Document) -> None:
    sheet.add_circle((10, 20), 5)
    sheet.add_circle((10, 20, 2), 7, dxfattribs={"extrusion": TILTED})


def ellipse(sheet: Modelspace, _: Document) -> None:
    sheet.add_ellipse((10, 20), (8, 3), 0.4)
    sheet.add_ellipse((40, 20), (0, 8), 0.7, 0.5, 4.0)
    sheet.add_ellipse((70, 20), (8, 0), 0.5, 5.0, 1.0, dxfattribs={"extrusion": DOWN})


def lwpolyline(sheet: Modelspace, _: Document) -> None:
    points = [(0, 0, 0), (10, 0, 0.5), (10, 8, 0), (4, 12, -0.3), (0, 8, 1.0)]
    sheet.add_lwpolyline(points, format="xyb", close=True)
    sheet.add_lwpolyline([(x + 30, y, b) for x, y, b in points], format="xyb")
    sheet.add_lwpolyline(points, format="xyb", close=True, dxfattribs={"extrusion": DOWN, "elevation": 4})
    sheet.add_lwpolyline(points, format="xyb", dxfattribs={"extrusion": TILTED, "elevation": 2})


def polyline2d(sheet: Modelspace, _: Document) -> None:
    points = [(0, 0, 0), (10, 0, 0.5), (10, 8, 0), (4, 12, -0.3), (0, 8, 1.0)]
    sheet.add_polyline2d(points, format="xyb", close=True)
    sheet.add_polyline2d(points, format="xyb", dxfattribs={"extrusion": DOWN, "elevation": (0, 0, 3)})


def polyline3d(sheet: Modelspace, _: Document) -> None:
    sheet.add_polyline3d([(0, 0, 0), (10, 0, 5), (10, 10, 9)], close=True)
    sheet.add_polyline3d([(20, 0, 0), (30, 0, 5), (30, 10, 9)])


def polygon_mesh(sheet: Modelspace, _: Document) -> None:
    for shift, m_close, n_close in ((0, False, False), (10, True, False), (20, False, True)):
        mesh = sheet.add_polymesh((4, 3))
        for m in range(4):
            for n in range(3):
                mesh.set_mesh_vertex((m, n), (shift + m + 0.2 * n, 2 * n + 0.3 * m, m * n))
        if m_close:
            mesh.m_close()
        if n_close:
            mesh.n_close()


def polyface_mesh(sheet: Modelspace, _: Document) -> None:
    forms.cube().scale_uniform(5).render_polyface(sheet)
    forms.cone(count=7, radius=3, apex=(1, 1, 5)).translate(20, 3, 1).render_polyface(sheet)


def spline(sheet: Modelspace, _: Document) -> None:
    control = [(0, 0), (10, 20), (30, 10), (40, 10), (50, 30), (60, 0)]
    sheet.add_open_spline(control)
    sheet.add_rational_spline([(x, y + 100) for x, y in control], [1, 2, 5, 1, 3, 1])
    sheet.add_open_spline([(x, y + 150) for x, y in control], degree=5)
    sheet.add_spline([(x, y + 200) for x, y in control])


def hatch(sheet: Modelspace, _: Document) -> None:
    solid = sheet.add_hatch()
    solid.paths.add_polyline_path([(0, 0), (20, 0, 0.4), (20, 20), (0, 20)], flags=1)
    solid.paths.add_polyline_path([(5, 5), (15, 5), (15, 15), (5, 15)], flags=16)
    edges = sheet.add_hatch()
    edges.set_pattern_fill("ANSI31")
    path = edges.paths.add_edge_path()
    path.add_line((40, 0), (60, 0))
    path.add_arc((60, 10), 10, 270, 90)
    path.add_spline(control_points=[(60, 20), (55, 28), (45, 12), (40, 20)], degree=3)
    path.add_line((40, 20), (40, 0))
    oval = sheet.add_hatch()
    oval.paths.add_edge_path().add_ellipse((90, 10), (10, 3), 0.5, 0, 360)
    round_ = sheet.add_hatch(dxfattribs={"extrusion": DOWN, "elevation": (0, 0, 2)})
    round_.paths.add_edge_path().add_arc((90, 40), 6, 0, 360)
    clockwise = sheet.add_hatch()
    path = clockwise.paths.add_edge_path()
    path.add_line((100, 60), (100, 40))
    path.add_arc((100, 50), 10, 270, 90, ccw=False)


def mpolygon(sheet: Modelspace, _: Document) -> None:
    filled = sheet.add_mpolygon(fill_color=2)
    filled.paths.add_polyline_path([(0, 0), (20, 0), (20, 20), (0, 20)])
    filled.paths.add_polyline_path([(5, 5), (15, 5, 0.3), (15, 15), (5, 15)])


def solid(sheet: Modelspace, _: Document) -> None:
    sheet.add_solid([(0, 0), (10, 0), (0, 10), (10, 10)])
    sheet.add_solid([(20, 0), (30, 0), (25, 10)])
    sheet.add_trace([(40, 0), (50, 0), (40, 10), (50, 10)], dxfattribs={"extrusion": DOWN})


def face(sheet: Modelspace, _: Document) -> None:
    sheet.add_3dface([(0, 0, 0), (10, 0, 1), (10, 10, 2), (0, 10, 3)])
    sheet.add_3dface([(20, 0, 0), (30, 0, 1), (30, 10, 2)])


def mesh(sheet: Modelspace, _: Document) -> None:
    cube = forms.cube().scale_uniform(4)
    cube.render_mesh(sheet, matrix=Matrix44.translate(9, 8, 7))


def _chair(document: Document) -> None:
    block = document.blocks.new("CHAIR", base_point=(2, 1))
    block.add_line((0, 0), (10, 0))
    if document.dxfversion > "AC1009":
        block.add_lwpolyline([(10, 0), (10, 5), (4, 7)])
    block.add_arc((5, 5), 3, 20, 160)
    block.add_circle((3, 3), 1)


def insert(sheet: Modelspace, document: Document) -> None:
    _chair(document)
    sheet.add_blockref("CHAIR", (100, 50))
    sheet.add_blockref("CHAIR", (20, 50, 5), dxfattribs={"rotation": 33})
    sheet.add_blockref("CHAIR", (40, 50), dxfattribs={"xscale": -1, "rotation": 70})
    sheet.add_blockref("CHAIR", (60, 50), dxfattribs={"xscale": 2, "yscale": 0.5, "rotation": 30})
    sheet.add_blockref("CHAIR", (80, 50), dxfattribs={"xscale": 2, "yscale": -0.5, "zscale": 3})
    sheet.add_blockref("CHAIR", (10, 10), dxfattribs={"extrusion": DOWN, "rotation": 20})


def array(sheet: Modelspace, document: Document) -> None:
    _chair(document)
    sheet.add_blockref(
        "CHAIR", (5, 5),
        dxfattribs={
            "rotation": 15, "row_count": 3, "column_count": 4, "row_spacing": 20, "column_spacing": 30, "yscale": -1,
        },
    )  # fmt: skip


def nested(sheet: Modelspace, document: Document) -> None:
    _chair(document)
    table = document.blocks.new("TABLE")
    for k in range(4):
        table.add_blockref("CHAIR", (10 * math.cos(k), 10 * math.sin(k)), dxfattribs={"rotation": 90 * k})
    room = document.blocks.new("ROOM", base_point=(-5, 3))
    room.add_blockref("TABLE", (0, 0), dxfattribs={"xscale": -1})
    room.add_blockref("TABLE", (40, 5), dxfattribs={"rotation": 45, "column_count": 2, "column_spacing": 60})
    sheet.add_blockref("ROOM", (200, 100), dxfattribs={"rotation": -20})
    sheet.add_blockref("ROOM", (0, 0), dxfattribs={"extrusion": DOWN})


def dimension(sheet: Modelspace, document: Document) -> None:
    document.dimstyles.get("Standard").dxf.dimtxt = 2.5
    sheet.add_linear_dim(base=(0, 15), p1=(0, 0), p2=(30, 4)).render()
    sheet.add_aligned_dim(p1=(50, 0), p2=(70, 10), distance=4).render()
    sheet.add_radius_dim(center=(100, 20), radius=8, angle=40).render()


def leader(sheet: Modelspace, _: Document) -> None:
    sheet.add_leader([(0, 0), (10, 10), (20, 10)], dxfattribs={"has_arrowhead": 0})


def mline(sheet: Modelspace, _: Document) -> None:
    sheet.add_mline([(0, 0), (20, 0), (20, 15), (5, 20)], close=True)
    sheet.add_mline([(40, 0), (60, 0), (60, 15)])


def multileader(sheet: Modelspace, _: Document) -> None:
    builder = sheet.add_multileader_mtext("Standard")
    builder.set_content("NOTE", char_height=2)
    builder.add_leader_line(ConnectionSide.left, [Vec2(-30, -20)])
    builder.build(insert=Vec2(5, 0))


def wipeout(sheet: Modelspace, _: Document) -> None:
    sheet.add_wipeout([(0, 0), (20, 0), (25, 10), (0, 12)])


#: Kind -> (how to draw it, the first version that has it).
KINDS: dict[str, tuple[Any, str]] = {
    "LINE": (line, R12), "ARC": (arc, R12), "CIRCLE": (circle, R12), "ELLIPSE": (ellipse, R2000),
    "LWPOLYLINE": (lwpolyline, R2000), "POLYLINE": (polyline2d, R12), "POLYLINE in space": (polyline3d, R12),
    "POLYLINE as mesh": (polygon_mesh, R12), "POLYLINE as polyface": (polyface_mesh, R12),
    "SPLINE": (spline, R2000), "HATCH": (hatch, R2000), "MPOLYGON": (mpolygon, R2000), "SOLID": (solid, R12),
    "3DFACE": (face, R12), "MESH": (mesh, R2000), "INSERT": (insert, R12), "INSERT in an array": (array, R12),
    "INSERT nested": (nested, R12), "DIMENSION": (dimension, R12), "LEADER": (leader, R2000), "MLINE": (mline, R2000),
    "WIPEOUT": (wipeout, R2000), "MULTILEADER": (multileader, R2000),
}  # fmt: skip


def document(version: str = R2010) -> Document:
    """An empty drawing in millimetres, with linetypes and styles."""
    return new(version, setup=True, units=4)


def save(made: Document, path: Path, *, fmt: str = "asc", encoding: str | None = None) -> Path:
    """Write a drawing."""
    made.saveas(path, fmt=fmt, encoding=encoding)
    return path
