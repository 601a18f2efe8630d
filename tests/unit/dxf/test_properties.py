"""Layers, colours, heights, widths, words: what entities have beside their shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from ezdxf.lldxf.types import DXFTag

from pipelines.dxf.expand import expand
from pipelines.dxf.parser import read
from pipelines.dxf.tables import plain
from pipelines.linework import Origin
from tests.unit.dxf.drawings import DOWN, document, save
from tests.unit.dxf.oracle import linework
from tests.unit.dxf.tagged import pairs, r12, write

if TYPE_CHECKING:
    from pathlib import Path

    from ezdxf.document import Drawing as Document

    from pipelines.linework import Linework


def lost(path: Path) -> dict[tuple[str, str], int]:
    drawing, report = read(path)
    _, skipped = expand(drawing)
    return {(each.kind, each.reason): each.count for each in (*report.skipped, *skipped)}


def layers_of(sheet: Linework) -> list[str]:
    return [sheet.layers[layer].name for layer in sheet.strokes.layer]


@pytest.fixture
def made() -> Document:
    return document()


def test_layers_off_and_frozen_are_not_drawn_but_counted(made: Document, tmp_path: Path) -> None:
    for name in ("ON", "OFF", "FROZEN"):
        made.layers.add(name)
        made.modelspace().add_line((0, 0), (1, 0), dxfattribs={"layer": name})
    made.layers.get("OFF").off()
    made.layers.get("FROZEN").freeze()
    path = save(made, tmp_path / "a.dxf")
    sheet, _ = linework(path)
    assert layers_of(sheet) == ["ON"]
    assert lost(path) == {("LINE", "layer_hidden"): 2}


def test_a_frozen_reference_hides_what_it_holds_one_that_is_off_does_not(made: Document, tmp_path: Path) -> None:
    made.layers.add("OFF").off()
    made.layers.add("FROZEN").freeze()
    made.layers.add("SEEN")
    made.blocks.new("B").add_line((0, 0), (1, 0), dxfattribs={"layer": "SEEN"})
    for name in ("OFF", "FROZEN"):
        made.modelspace().add_blockref("B", (0, 0), dxfattribs={"layer": name})
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    assert layers_of(sheet) == ["SEEN"]


def test_layer_0_in_a_block_takes_the_layer_of_its_reference(made: Document, tmp_path: Path) -> None:
    made.layers.add("A-DOOR", color=3)
    inner = made.blocks.new("INNER")
    inner.add_line((0, 0), (1, 0))
    inner.add_line((0, 0), (1, 0), dxfattribs={"layer": "OWN"})
    made.blocks.new("OUTER").add_blockref("INNER", (0, 0))
    made.modelspace().add_blockref("OUTER", (0, 0), dxfattribs={"layer": "A-DOOR"})
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    assert layers_of(sheet) == ["A-DOOR", "OWN"]
    assert sheet.strokes.color.tolist() == [3, 7]


def test_by_layer_and_by_block_are_resolved(made: Document, tmp_path: Path) -> None:
    made.layers.add("RED", color=1, linetype="DASHED", lineweight=50)
    block = made.blocks.new("B")
    for color, linetype, weight in ((256, "ByLayer", -1), (0, "ByBlock", -2), (5, "CONTINUOUS", 13)):
        look = {"layer": "RED", "color": color, "linetype": linetype, "lineweight": weight}
        block.add_line((0, 0), (1, 0), dxfattribs=look)
    made.modelspace().add_blockref("B", (0, 0), dxfattribs={"color": 4, "linetype": "CONTINUOUS", "lineweight": 100})
    made.modelspace().add_line((0, 0), (1, 0), dxfattribs={"true_color": 0x112233})
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    seen = {
        (color, dashed, weight)
        for color, dashed, weight in zip(
            sheet.strokes.color.tolist(), sheet.strokes.dashed.tolist(), sheet.strokes.weight.tolist(), strict=True
        )
    }
    assert seen == {(1, True, 0.5), (4, False, 1.0), (5, False, 0.13), (0x1112233, False, 0.0)}


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("plan$0$A-WALL", "A-WALL"),
        ("a$1$b$0$WALLS", "WALLS"),
        ("xref|A-DOOR", "A-DOOR"),
        ("PRICE IN $", "PRICE IN $"),
        ("A$B", "A$B"),
        ("plan$0$", "plan$0$"),
        ("A-WALL", "A-WALL"),
    ],
)
def test_the_prefix_of_a_bound_drawing_is_no_part_of_a_name(name: str, bare: str) -> None:
    assert plain(name) == bare


def test_bound_layers_and_blocks_lose_their_prefix(made: Document, tmp_path: Path) -> None:
    made.blocks.new("plan$0$DOOR-900").add_line((0, 0), (1, 0))
    made.modelspace().add_blockref("plan$0$DOOR-900", (0, 0), dxfattribs={"layer": "plan$0$A-DOOR"})
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    layer = sheet.layers[sheet.strokes.layer[0]]
    assert (layer.name, layer.plain) == ("plan$0$A-DOOR", "A-DOOR")
    assert sheet.instances.block == ("DOOR-900",)


def test_a_variant_of_a_dynamic_block_has_the_name_of_the_block(made: Document, tmp_path: Path) -> None:
    origin = made.blocks.new("Door - Swing")
    variant = made.blocks.new("*U7")
    variant.add_line((0, 0), (1, 0))
    made.appids.add("AcDbBlockRepBTag")
    record: Any = variant.block_record
    handle = origin.block_record.dxf.handle
    record.set_xdata("AcDbBlockRepBTag", [DXFTag(1070, 1), DXFTag(1005, handle)])
    made.modelspace().add_blockref("*U7", (0, 0))
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    assert sheet.instances.block == ("Door - Swing",)


def test_thickness_runs_along_the_extrusion(made: Document, tmp_path: Path) -> None:
    sheet = made.modelspace()
    sheet.add_line((0, 0), (1, 0), dxfattribs={"thickness": 3})
    sheet.add_line((0, 0), (1, 0), dxfattribs={"thickness": 3, "extrusion": DOWN})
    sheet.add_lwpolyline([(0, 0), (1, 0)], dxfattribs={"thickness": 2.5})
    made.blocks.new("B").add_line((0, 0), (1, 0), dxfattribs={"thickness": 2})
    sheet.add_blockref("B", (0, 0), dxfattribs={"zscale": 5})
    drawn, _ = linework(save(made, tmp_path / "a.dxf"))
    assert sorted(drawn.strokes.thickness.tolist()) == [-3.0, 2.5, 3.0, 10.0]


def test_width_is_kept_and_scaled(made: Document, tmp_path: Path) -> None:
    sheet = made.modelspace()
    sheet.add_lwpolyline([(0, 0), (1, 0)], dxfattribs={"const_width": 0.2})
    sheet.add_lwpolyline([(0, 0, 0.1, 0.3), (1, 0, 0, 0)], format="xyse")
    sheet.add_polyline2d([(0, 0), (1, 0)], dxfattribs={"default_start_width": 0.4, "default_end_width": 0.4})
    made.blocks.new("B").add_lwpolyline([(0, 0), (1, 0)], dxfattribs={"const_width": 0.5})
    sheet.add_blockref("B", (0, 0), dxfattribs={"xscale": -2, "yscale": 2})
    drawn, _ = linework(save(made, tmp_path / "a.dxf"))
    assert sorted(drawn.strokes.width.tolist()) == pytest.approx([0.2, 0.3, 0.4, 1.0])


def test_bulges_are_arcs_and_their_chords_point_to_them(made: Document, tmp_path: Path) -> None:
    sheet = made.modelspace()
    sheet.add_line((9, 9), (10, 9))
    sheet.add_arc((50, 0), 4, 0, 90)
    sheet.add_lwpolyline([(0, 0, 0), (10, 0, 1), (10, 10, 0), (0, 10, -1)], format="xyb", close=True)
    drawn, _ = linework(save(made, tmp_path / "a.dxf"))
    arcs = drawn.arcs
    assert np.allclose(arcs.radius, [4, 5, 5])
    assert np.allclose(arcs.sweep, [math.pi / 2, math.pi, math.pi])
    assert np.allclose(arcs.center[1:], [(10, 5), (0, 5)])
    chords = drawn.strokes.arc >= 0
    middle = (drawn.strokes.start + drawn.strokes.end)[chords] / 2
    away = np.hypot(*(middle - arcs.center[drawn.strokes.arc[chords]]).T)
    assert np.allclose(away, arcs.radius[drawn.strokes.arc[chords]], rtol=1e-3)
    assert (~chords).sum() == 3


def test_attributes_are_words_and_moulds_are_not(made: Document, tmp_path: Path) -> None:
    block = made.blocks.new("TAG")
    block.add_attdef("NO", (0, 0), "mould")
    block.add_text("fixed", dxfattribs={"insert": (1, 1)})
    reference = made.modelspace().add_blockref("TAG", (10, 20), dxfattribs={"xscale": 2, "yscale": 2})
    reference.add_attrib("NO", "D-101", (10, 20))
    reference.add_attrib("HIDDEN", "secret", (10, 20)).is_invisible = True
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    places = dict(zip(sheet.texts.text, sheet.texts.position.tolist(), strict=True))
    assert places == {"D-101": [10.0, 20.0], "fixed": [12.0, 22.0]}


@pytest.mark.parametrize(
    ("halign", "valign", "middle"),
    [(0, 0, (24.0, 5.0)), (1, 0, (0.0, 5.0)), (2, 0, (-24.0, 5.0)), (4, 0, (0.0, 0.0)), (1, 2, (0.0, 0.0)),
     (0, 3, (24.0, -5.0)), (2, 1, (-24.0, 5.0))],
)  # fmt: skip
def test_text_is_placed_by_its_alignment(
    halign: int, valign: int, middle: tuple[float, float], made: Document, tmp_path: Path
) -> None:
    attributes = {"height": 10, "halign": halign, "valign": valign, "insert": (0, 0), "align_point": (0, 0)}
    made.modelspace().add_text("SIXCHR", dxfattribs=attributes)
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    assert sheet.texts.center.tolist() == [pytest.approx(middle)]
    assert sheet.texts.width.tolist() == [pytest.approx(48.0)]


def test_text_seen_from_behind_is_where_it_is_drawn(made: Document, tmp_path: Path) -> None:
    attributes = {"height": 10, "insert": (5, 7), "rotation": 30, "extrusion": DOWN}
    made.modelspace().add_text("BACK", dxfattribs=attributes)
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    assert np.allclose(sheet.texts.position, (-5, 7))
    assert np.allclose(sheet.texts.rotation, math.radians(150))


def test_lines_of_mtext_make_its_box(made: Document, tmp_path: Path) -> None:
    attributes = {"char_height": 3, "attachment_point": 5, "insert": (100, 50), "rotation": 90}
    made.modelspace().add_mtext(r"LIVING\P20 m", dxfattribs=attributes)
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    assert sheet.texts.text == ("LIVING\n20 m",)
    assert np.allclose(sheet.texts.center, (100, 50))
    assert np.allclose(sheet.texts.rotation, math.pi / 2)


def test_dimensions_are_measures_and_what_draws_them(made: Document, tmp_path: Path) -> None:
    made.dimstyles.get("Standard").dxf.dimlfac = 25.4
    sheet = made.modelspace()
    sheet.add_linear_dim(base=(0, 5), p1=(0, 0), p2=(30, 4), dimstyle="Standard").render()
    sheet.add_aligned_dim(p1=(50, 0), p2=(53, 4), distance=2, text="A <>", dimstyle="Standard").render()
    drawn, _ = linework(save(made, tmp_path / "a.dxf"))
    assert drawn.dimensions.measured.tolist() == pytest.approx([30, 5])
    assert drawn.dimensions.scale.tolist() == pytest.approx([25.4, 25.4])
    assert drawn.dimensions.text[1] == "A <>"
    assert drawn.dimensions.second.tolist() == [[30.0, 4.0], [53.0, 4.0]]
    assert set(drawn.strokes.origin.tolist()) == {Origin.DIMENSION}


def test_rings_of_one_hatch_are_one_region(made: Document, tmp_path: Path) -> None:
    for k, pattern in enumerate(("", "ANSI31")):
        hatch = made.modelspace().add_hatch()
        if pattern:
            hatch.set_pattern_fill(pattern)
        hatch.paths.add_polyline_path([(k, 0), (k + 9, 0), (k + 9, 9), (k, 9)], flags=1)
        hatch.paths.add_polyline_path([(k + 3, 3), (k + 6, 3), (k + 6, 6)], flags=16)
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    assert sheet.areas.region.tolist() == [0, 0, 1, 1]
    assert sheet.areas.filled.all()
    assert sheet.areas.solid.tolist() == [True, True, False, False]
    assert len(sheet.strokes) == 0


def test_a_closed_spline_ends_where_it_begins(made: Document, tmp_path: Path) -> None:
    control = [(0, 0, 0), (10, 20, 0), (30, 10, 0), (40, 10, 0), (50, 30, 0), (60, 0, 0)]
    made.modelspace().add_spline().set_closed(control)
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    assert np.allclose(sheet.strokes.start[0], sheet.strokes.end[-1], atol=1e-9)
    low, high = sheet.bounds() or (np.zeros(2), np.zeros(2))
    assert (low >= 0).all()
    assert (high <= (60, 30)).all()


def test_proxy_graphics_are_drawn(tmp_path: Path) -> None:
    # A picture of one polyline (type 7: three points), as an add-on leaves it: sizes, counts and doubles.
    corners = np.array([(0, 0, 0), (100, 0, 0), (100, 50, 0)], dtype="<f8").tobytes()
    chunk = np.array([8 + 4 + len(corners), 6, 3], dtype="<u4").tobytes() + corners
    data = (np.array([8 + len(chunk), 1], dtype="<u4").tobytes() + chunk).hex().upper()
    made = document()
    text = save(made, tmp_path / "base.dxf").read_text()
    entity = pairs(
        0, "ACAD_PROXY_ENTITY", 5, "ABC", 330, "17", 100, "AcDbEntity", 8, "A-WALL", 100, "AcDbProxyEntity", 90, 498,
        91, 500, 92, len(data) // 2, 310, data, 93, 0,
    )  # fmt: skip
    entity += pairs(0, "TCH_WALL", 5, "ABD", 330, "17", 100, "AcDbEntity", 8, "0", 160, len(data) // 2, 310, data)
    at = text.index("  0\nENDSEC", text.index("  2\nENTITIES"))
    sheet, _ = linework(write(tmp_path / "proxy.dxf", text[:at] + entity + text[at:]))
    assert sheet.strokes.end.tolist() == [[100.0, 0.0], [100.0, 50.0]] * 2
    assert set(sheet.strokes.origin.tolist()) == {Origin.PROXY}
    assert [sheet.handles[source] for source in sheet.strokes.source] == ["ABC", "ABC", "ABD", "ABD"]
    assert sheet.layers[sheet.strokes.layer[0]].name == "A-WALL"


def test_parts_of_a_multiline_belong_to_it(made: Document, tmp_path: Path) -> None:
    mline = made.modelspace().add_mline([(0, 0), (20, 0), (20, 15)])
    sheet, _ = linework(save(made, tmp_path / "a.dxf"))
    assert {sheet.handles[source] for source in sheet.strokes.source} == {mline.dxf.handle}
    assert set(sheet.strokes.origin.tolist()) == {Origin.MLINE}


def test_a_layout_is_used_where_model_space_is_empty(made: Document, tmp_path: Path) -> None:
    made.layout("Layout1").add_line((0, 0), (1, 0))
    sheet, report = linework(save(made, tmp_path / "a.dxf"))
    assert len(sheet.strokes) == 1
    assert "model space is empty: layout 'Layout1' was used" in report.mended


def test_layouts_and_the_invisible_are_counted(made: Document, tmp_path: Path) -> None:
    made.layout("Layout1").add_circle((0, 0), 1)
    made.modelspace().add_line((0, 0), (1, 0))
    made.modelspace().add_line((0, 0), (1, 0), dxfattribs={"invisible": 1})
    seen = lost(save(made, tmp_path / "a.dxf"))
    assert seen["CIRCLE", "paper_space"] == 1
    assert seen["LINE", "invisible"] == 1


def test_external_references_are_counted(made: Document, tmp_path: Path) -> None:
    made.add_xref_def("site.dwg", "SITE")
    made.modelspace().add_blockref("SITE", (0, 0))
    assert lost(save(made, tmp_path / "a.dxf"))["INSERT", "external_reference"] == 1


def test_header_says_what_it_says_and_is_silent_where_it_is(made: Document, tmp_path: Path) -> None:
    drawing, _ = read(save(made, tmp_path / "a.dxf"))
    assert (drawing.header.insunits, drawing.header.measurement) == (4, 1)
    drawing, _ = read(write(tmp_path / "b.dxf", r12(pairs(0, "LINE", 8, "0", 10, 0.0, 20, 0.0, 11, 1.0, 21, 0.0))))
    assert (drawing.header.version, drawing.header.insunits) == ("R12", None)
