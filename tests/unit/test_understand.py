"""From a DXF file to a floor plan: the whole path, on small drawings written as offices write them."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from ezdxf.document import Drawing
from ezdxf.filemanagement import new
from ezdxf.layouts.blocklayout import BlockLayout
from ezdxf.layouts.layout import Modelspace

from pipelines import source
from pipelines.errors import NothingDrawable
from pipelines.options import ConvertOptions, UnitName
from pipelines.plan import OpeningKind
from pipelines.reading import Place
from pipelines.report import PageReport, UnitReport
from pipelines.stopwatch import Stopwatch
from pipelines.understand import Understanding, understand
from tests.unit.drafting import house

Point = tuple[float, float]
Layout = Modelspace | BlockLayout
OPTIONS = ConvertOptions()


def document(*, insunits: int = 0) -> Drawing:
    made = new("R2010")
    made.header["$INSUNITS"] = insunits
    return made


def door_block(made: Drawing, width: float) -> str:
    """A door that hangs at the origin, closes along x and opens towards y."""
    name = f"DOOR-{width:.0f}"
    if name not in made.blocks:
        block = made.blocks.new(name)
        block.add_line((0, 0), (0, width))
        block.add_arc((0, 0), width, 0, 90)
    return name


def plan(made: Drawing, sheet: Layout, unit: float = 1000.0, shift: Point = (0.0, 0.0)) -> None:
    """The house of ``drafting.house``, in the given number of units per metre."""

    def at(x: float, y: float) -> Point:
        return x * unit + shift[0], y * unit + shift[1]

    for start, end in house.edges(house.region()):
        sheet.add_line(at(*start), at(*end), dxfattribs={"layer": "A-WALL"})
    for hinge, width, turn, mirror in (
        ((2.0, 0.25), 1.0, 0, 1),
        ((5.94, 1.75), 0.9, 90, 1),
        ((6.06, 6.65), 0.9, -90, 1),
    ):
        attributes = {"layer": "A-DOOR", "rotation": turn, "xscale": unit, "yscale": mirror * unit, "zscale": unit}
        sheet.add_blockref(door_block(made, width), at(*hinge), dxfattribs=attributes)
    for offset in (9.75, 9.875, 10.0):
        sheet.add_line(at(offset, 1.5), at(offset, 2.7), dxfattribs={"layer": "A-GLAZ"})
    for offset in (7.75, 7.875, 8.0):
        sheet.add_line(at(3.2, offset), at(5.0, offset), dxfattribs={"layer": "A-GLAZ"})
    for name, place in (("LIVING ROOM", (3.0, 4.0)), ("BEDROOM", (8.0, 2.0)), ("BATH", (8.0, 6.0))):
        text = sheet.add_text(name, height=0.2 * unit, dxfattribs={"layer": "A-TEXT"})
        text.set_placement(at(*place))


def read(made: Drawing, folder: Path, options: ConvertOptions = OPTIONS) -> Understanding:
    path = folder / "drawing.dxf"
    made.saveas(path)
    return understand(path, options)


def house_is_right(found: Understanding) -> None:
    (storey,) = found.plan.storeys
    names = dict(zip(storey.rooms.name, storey.rooms.area.tolist(), strict=True))
    assert names == pytest.approx({"LIVING ROOM": 42.675, "BEDROOM": 13.616, "BATH": 13.616}, rel=0.01)
    kinds = sorted(storey.openings.kind)
    assert kinds == sorted([OpeningKind.DOOR] * 3 + [OpeningKind.WINDOW] * 2 + [OpeningKind.OPENING])


# --- units and places ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("unit", "insunits"), [("mm", 4), ("cm", 0), ("m", 6), ("in", 1), ("ft", 0), ("mm", 1)])
def test_a_house_is_a_house_in_any_unit_with_any_header(tmp_path: Path, unit: str, insunits: int) -> None:
    made = document(insunits=insunits)
    plan(made, made.modelspace(), 1 / UnitName(unit).metres)
    found = read(made, tmp_path)
    assert found.method == "floor_plan"
    assert found.units.name == unit
    house_is_right(found)


def test_a_header_that_lies_is_told(tmp_path: Path) -> None:
    made = document(insunits=1)
    plan(made, made.modelspace(), 1000.0)
    warnings = read(made, tmp_path).warnings
    assert "The file declares 'in' but is drawn in 'mm'." in warnings


def test_a_given_unit_wins(tmp_path: Path) -> None:
    made = document(insunits=4)
    plan(made, made.modelspace(), 1000.0)
    found = read(made, tmp_path, ConvertOptions(units=UnitName.CM))
    assert (found.units.name, found.units.method) == ("cm", "option")
    assert found.plan.metres_per_unit == 0.01


def test_a_plan_in_national_coordinates_keeps_its_millimetres(tmp_path: Path) -> None:
    made = document()
    shift = (4.5e8, 5.2e9)
    plan(made, made.modelspace(), 1000.0, shift)
    found = read(made, tmp_path)
    house_is_right(found)
    (storey,) = found.plan.storeys
    assert np.abs(shapely.total_bounds(storey.walls.footprint)).max() < 20
    np.testing.assert_allclose(found.plan.origin, shift, atol=1)


def test_the_affine_leads_from_the_drawing_into_the_plan(tmp_path: Path) -> None:
    made = document()
    plan(made, made.modelspace(), 1000.0, (7000.0, -3000.0))
    (storey,) = read(made, tmp_path).plan.storeys
    door = np.array([7000 + 2500, -3000 + 125, 1.0])  # middle of the entrance, in the drawing
    doors = np.asarray([kind == OpeningKind.DOOR for kind in storey.openings.kind])
    away = np.hypot(*(storey.openings.center[doors] - storey.affine @ door).T)
    assert away.min() < 0.01


# --- blocks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_door_block_keeps_its_hand_however_it_is_inserted(tmp_path: Path, turn: int, mirrored: bool) -> None:
    made = document()
    sheet = made.modelspace()
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    matrix = np.array([[cos, -sin], [sin, cos]]) @ np.diag([-1.0 if mirrored else 1.0, 1.0]) * 1000
    whole = shapely.difference(shapely.box(-3, -0.2, 3, 4), shapely.box(-2.8, 0, 2.8, 3.8))
    for start, end in house.edges(shapely.difference(whole, shapely.box(0, -0.2, 0.9, 0))):
        sheet.add_line(tuple(matrix @ start), tuple(matrix @ end), dxfattribs={"layer": "A-WALL"})
    attributes = {"rotation": turn, "xscale": -1 if mirrored else 1, "layer": "A-DOOR"}
    sheet.add_blockref(door_block(made, 900), (0, 0), dxfattribs=attributes)
    (storey,) = read(made, tmp_path).plan.storeys
    doors = storey.openings
    assert doors.kind == (OpeningKind.DOOR,)
    along = doors.direction[0]
    hung = doors.center[0] + along * doors.hinge[0] * doors.width[0] / 2
    hinge = storey.affine @ [0.0, 0.0, 1.0]
    np.testing.assert_allclose(np.hypot(*(hung - hinge)), 0.1, atol=0.01)  # half the wall's thickness away
    leaf = matrix @ [0.0, 0.001]
    assert doors.swing[0] * (np.array([-along[1], along[0]]) @ leaf) > 0.9


def test_a_whole_plan_in_a_block_is_a_plan(tmp_path: Path) -> None:
    made = document()
    plan(made, made.blocks.new("PLAN-A"), 1.0)
    made.modelspace().add_blockref("PLAN-A", (5000, 5000), dxfattribs={"xscale": 1000, "yscale": 1000, "rotation": 30})
    house_is_right(read(made, tmp_path))


def test_a_bound_xref_is_read_as_if_it_were_drawn_here(tmp_path: Path) -> None:
    made = document()
    plan(made, made.modelspace(), 1000.0)
    for entity in made.modelspace():
        entity.dxf.layer = "house$0$" + entity.dxf.layer
    found = read(made, tmp_path)
    house_is_right(found)
    assert found.storeys[0].wall_method == "layer names"


# --- views and storeys -----------------------------------------------------------------------------------------------


def test_two_storeys_stand_above_each_other(tmp_path: Path) -> None:
    made = document()
    sheet = made.modelspace()
    plan(made, sheet, 1000.0)
    plan(made, sheet, 1000.0, (16000.0, 0.0))
    for k, title in enumerate(("GROUND FLOOR PLAN", "FIRST FLOOR PLAN")):
        sheet.add_text(title, height=400).set_placement((16000.0 * k + 3000, -1500))
    found = read(made, tmp_path, ConvertOptions(wall_height=3.0, slab_thickness=0.25))
    assert [(s.name, s.level, s.elevation) for s in found.plan.storeys] == [
        ("GROUND FLOOR PLAN", 0, 0.0),
        ("FIRST FLOOR PLAN", 1, 3.25),
    ]
    bounds = [shapely.total_bounds(storey.walls.footprint) for storey in found.plan.storeys]
    np.testing.assert_allclose(bounds[0], bounds[1], atol=0.01)
    assert [view.storey for view in found.views] == ["GROUND FLOOR PLAN", "FIRST FLOOR PLAN"] or {
        view.storey for view in found.views
    } == {"GROUND FLOOR PLAN", "FIRST FLOOR PLAN"}
    assert all(view.modelled for view in found.views)


def test_only_the_plan_of_a_sheet_is_modelled(tmp_path: Path) -> None:
    made = document()
    sheet = made.modelspace()
    plan(made, sheet, 1000.0)
    for k in range(14):
        sheet.add_line((16000, 400 * k), (26000, 400 * k), dxfattribs={"layer": "A-ELEV"})
    for x in (16000, 26000):
        sheet.add_line((x, 0), (x, 5200), dxfattribs={"layer": "A-ELEV"})
    found = read(made, tmp_path)
    house_is_right(found)
    assert sorted((view.kind, view.modelled) for view in found.views) == [("elevation", False), ("plan", True)]
    assert all(view.reason for view in found.views)


def test_the_report_counts_what_the_plan_holds(tmp_path: Path) -> None:
    made = document()
    plan(made, made.modelspace(), 1000.0)
    found = read(made, tmp_path)
    (report,), (storey,) = found.storeys, found.plan.storeys
    assert report.openings == {"door": 3, "opening": 1, "window": 2}
    assert report.found_by == {"gap": 1, "lines": 2, "swing": 3}
    assert report.rooms == 3
    assert report.room_area == pytest.approx(float(storey.rooms.area.sum()))
    assert report.walls == len(storey.walls)
    assert report.wall_area == pytest.approx(float(shapely.area(house.region(()))), rel=0.01)
    assert report.wall_method == "layer names"
    assert found.warnings == ()


def test_the_stages_are_told_in_order_and_timed(tmp_path: Path) -> None:
    made = document()
    plan(made, made.modelspace(), 1000.0)
    made.saveas(tmp_path / "house.dxf")
    told: list[tuple[str, float]] = []
    watch = Stopwatch(progress=lambda stage, share: told.append((stage, share)))
    understand(tmp_path / "house.dxf", OPTIONS, watch)
    assert [stage for stage, _ in told] == list(watch.seconds) == ["read", "expand", "views", "units", "plan"]
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert all(0 <= share < 1 for _, share in told)


# --- never nothing ---------------------------------------------------------------------------------------------------


def faces(sheet: Layout) -> None:
    for k in range(6):
        sheet.add_3dface([(k, 0, 0), (k + 1, 0, 0), (k + 1, 1, 2), (k, 1, 2)], dxfattribs={"layer": "ROOF"})


def thick_lines(sheet: Layout) -> None:
    for start, end in house.edges(shapely.box(0, 0, 8, 5)):
        sheet.add_line(start, end, dxfattribs={"thickness": 2.5, "layer": "FENCE"})


def profile(sheet: Layout) -> None:
    sheet.add_lwpolyline([(0, 0), (0.4, 0), (0.4, 0.3), (0.2, 0.5), (0, 0.3)], close=True, dxfattribs={"layer": "PART"})
    sheet.add_circle((0.2, 0.2), 0.05, dxfattribs={"layer": "PART"})


def loose_lines(sheet: Layout) -> None:
    for k in range(7):
        sheet.add_line((0, 0), (math.cos(k) * 3, math.sin(k) * 3), dxfattribs={"layer": "RAYS"})


@pytest.mark.parametrize(
    ("draw", "extrude", "method", "bodies"),
    [
        (faces, None, "solids", True),
        (thick_lines, None, "solids", True),
        (profile, 0.5, "extrusion", True),
        (profile, None, "linework", False),
        (loose_lines, None, "linework", False),
        (loose_lines, 0.5, "linework", False),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_drawing_without_walls_gives_what_it_has(
    tmp_path: Path, draw: Callable[[Layout], None], extrude: float | None, method: str, bodies: bool
) -> None:
    made = document(insunits=6)
    draw(made.modelspace())
    found = read(made, tmp_path, ConvertOptions(extrude=extrude, units=UnitName.M))
    assert found.method == method
    assert len(found.plan.storeys) == len(found.storeys) == 0
    assert (len(found.plan.solids) > 0) == bodies
    assert bodies or len(found.plan.lines) > 0
    assert not any(view.modelled for view in found.views)
    if method != "solids":
        assert any("No walls were found" in warning for warning in found.warnings)


def bracket(sheet: Layout) -> None:
    """A plate with holes and a slot, in millimetres, with its centre lines and dimensions."""
    sheet.add_lwpolyline([(0, 0), (160, 0), (160, 60), (60, 60), (60, 120), (0, 120)], close=True)
    for center in ((20, 20), (140, 20), (20, 100), (140, 45)):
        sheet.add_circle(center, 6)
        sheet.add_line((center[0] - 10, center[1]), (center[0] + 10, center[1]), dxfattribs={"layer": "CENTER"})
        sheet.add_line((center[0], center[1] - 10), (center[0], center[1] + 10), dxfattribs={"layer": "CENTER"})
    sheet.add_lwpolyline([(60, 15, 0, 0, 0), (100, 15, 0, 0, 1), (100, 27, 0, 0, 0), (60, 27, 0, 0, 1)], close=True)
    sheet.add_linear_dim(base=(0, -20), p1=(0, 0), p2=(160, 0)).render()
    sheet.add_linear_dim(base=(-20, 0), p1=(0, 0), p2=(0, 120), angle=90).render()


@pytest.mark.parametrize("insunits", [4, 0])
def test_a_part_of_a_machine_is_no_building(tmp_path: Path, insunits: int) -> None:
    made = document(insunits=insunits)
    bracket(made.modelspace())
    assert read(made, tmp_path).method == "linework"
    assert read(made, tmp_path, ConvertOptions(extrude=0.01)).method == "extrusion"


def test_the_unit_of_a_machine_is_the_one_declared(tmp_path: Path) -> None:
    made = document(insunits=4)
    bracket(made.modelspace())
    assert read(made, tmp_path).units.name == "mm"


def test_an_extruded_profile_has_the_height_that_was_asked(tmp_path: Path) -> None:
    made = document(insunits=6)
    profile(made.modelspace())
    found = read(made, tmp_path, ConvertOptions(extrude=0.5, units=UnitName.M))
    vertices = found.plan.solids.vertices.points
    np.testing.assert_allclose([vertices[:, 2].min(), vertices[:, 2].max()], [0, 0.5])
    assert set(found.plan.solids.category) == {"extrusion"}
    assert set(found.plan.solids.layer) == {"PART"}


def test_lines_keep_their_layer(tmp_path: Path) -> None:
    made = document()
    loose_lines(made.modelspace())
    assert set(read(made, tmp_path).plan.lines.layer) == {"RAYS"}


def nothing(_: Layout) -> None:
    """An empty sheet."""


def words(sheet: Layout) -> None:
    sheet.add_text("GENERAL NOTES", height=2.5)


def hidden(sheet: Layout) -> None:
    assert sheet.doc is not None
    sheet.doc.layers.add("OFF").off()
    sheet.add_line((0, 0), (5, 5), dxfattribs={"layer": "OFF"})


def points(sheet: Layout) -> None:
    sheet.add_line((1, 1), (1, 1))


@pytest.mark.parametrize("draw", [nothing, words, hidden, points], ids=lambda draw: draw.__name__)
def test_nothing_drawable_is_rejected_with_advice(tmp_path: Path, draw: Callable[[Layout], None]) -> None:
    made = document()
    draw(made.modelspace())
    with pytest.raises(NothingDrawable) as caught:
        read(made, tmp_path)
    assert caught.value.code == "nothing_drawable"
    assert caught.value.message
    assert "layers" in caught.value.advice


def page(number: int, content: str = "vector") -> PageReport:
    return PageReport(
        number=number, width=420.0, height=297.0, rotation=0, content=content, paths=1, words=0, images=0, used=True,
        scale=None,
    )  # fmt: skip


def test_pages_of_another_building_are_not_used_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = document()
    sheet = made.modelspace()
    for k, title in enumerate(("GROUND FLOOR PLAN", "FIRST FLOOR PLAN", "ELEVATION")):
        plan(made, sheet, 1000.0, (20_000.0 * k, 0.0))
        sheet.add_text(title, height=400).set_placement((20_000.0 * k + 3000, -1500))
    made.saveas(tmp_path / "plan.dxf")
    drawn = source.read(tmp_path / "plan.dxf", OPTIONS, Stopwatch())

    def told(pages: tuple[PageReport, ...], widths: tuple[float, ...]) -> Understanding:
        ends = np.cumsum([-4000.0, *widths])
        places = tuple(
            Place(page.number, np.array([low, -9000.0]), np.array([high, 20_000.0]))
            for page, low, high in zip(pages, ends[:-1], ends[1:], strict=True)
        )
        read_so = replace(drawn, report=replace(drawn.report, pages=pages), places=places)
        monkeypatch.setattr("pipelines.understand.read", lambda *_: read_so)
        return understand(tmp_path / "plan.dxf", OPTIONS)

    both = told((page(2), page(3), page(5)), (20_000.0,) * 3)
    assert [(each.number, each.used) for each in both.read.pages] == [(2, True), (3, True), (5, False)]
    assert not any("page" in each for each in both.warnings)
    scan = told((page(2), page(3), page(5, "scan")), (20_000.0,) * 3)
    assert scan.warnings[0] == "The plan on page 5 is no storey of this building: convert it alone, with --page 5."
    alone = told((page(1),), (60_000.0,))
    assert [each.used for each in alone.read.pages] == [True]


@pytest.mark.parametrize(
    ("method", "confidence", "said"),
    [
        ("dimensions", 0.99, None),
        ("option", 1.0, None),
        ("doors", 0.41, "The scale is an estimate by the width of its doors (1:96.3, 41%)"),
        ("walls", 0.3, "The scale is an estimate by the thickness of its walls (1:96.3, 30%)"),
        ("note", 0.6, "The scale is an estimate by a note (1:96.3, 60%)"),
        ("assumed", 0.1, "Nothing on the page tells its scale, 1:96.3 was assumed"),
    ],
)
def test_a_scale_that_nothing_tells_is_a_warning(
    method: str, confidence: float, said: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = document()
    made.modelspace().add_line((0, 0), (9, 9))
    made.saveas(tmp_path / "plan.dxf")
    drawn = source.read(tmp_path / "plan.dxf", OPTIONS, Stopwatch())
    units = UnitReport(name="mm", metres_per_unit=0.0963, confidence=confidence, declared=None, method=method)
    read_so = replace(drawn, report=replace(drawn.report, pages=(page(1),)), measure=lambda _sheet, _meaning: units)
    monkeypatch.setattr("pipelines.understand.read", lambda *_: read_so)
    warnings = [each for each in understand(tmp_path / "plan.dxf", OPTIONS).warnings if "scale" in each]
    assert [each.rpartition(": check")[0] for each in warnings] == ([said] if said else [])
