"""Pages come out as they are shown: lines, circles, fills, clips, covers, layers, whatever way the page is turned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pymupdf
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.geometry.areas import polygons
from pipelines.pdf import beziers
from pipelines.pdf.extractor import Document
from pipelines.pdf.page import MM
from pipelines.pdf.vectors import linework, plain
from pipelines.synth.plot import random_plot
from tests.unit.pdf.documents import POINTS, circle, document, drawn, read

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.linework import Floats, Linework


def ends(sheet: Linework) -> Floats:
    """Both ends of each stroke in points, sorted."""
    both = np.concatenate([sheet.strokes.start, sheet.strokes.end], axis=1) / MM
    return both[np.lexsort(both.T[::-1])]


def area(sheet: Linework, *, filled: bool = True) -> float:
    """Square points that are filled (or outlined)."""
    shapes, _ = polygons(sheet.areas.take(sheet.areas.filled == filled))
    return float(shapely.area(shapely.union_all(shapes))) / MM**2


def test_a_line_keeps_its_place_pen_colour_and_dash(tmp_path: Path) -> None:
    sheet = drawn("2 w 1 0 0 RG [3 2] 0 d 10 20 m 110 20 l S", tmp_path)
    assert ends(sheet) == pytest.approx(np.array([[10, 20, 110, 20]]), abs=1e-3)
    assert sheet.strokes.weight[0] == pytest.approx(2 * MM)
    assert sheet.strokes.color[0] == 0x1FF0000
    assert sheet.strokes.dashed[0]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_is_read_as_it_is_shown(rotation: int, tmp_path: Path) -> None:
    path = tmp_path / "turned.pdf"
    path.write_bytes(document("3 w 20 30 m 120 30 l S 20 30 m 20 90 l S", Rotate=str(rotation)))
    with Document(path) as opened:
        page = opened.page(1)
        picture = opened.render(1, 4.0)
        again = opened.page(1)
    assert page.rotation == again.rotation == rotation
    assert page.size == again.size
    assert picture.shape == pytest.approx((page.size[1] * 4, page.size[0] * 4), abs=1)
    sheet = linework(page)
    middle = (sheet.strokes.start + sheet.strokes.end) / 2
    at = np.round(np.column_stack([page.size[1] - middle[:, 1], middle[:, 0]]) * 4).astype(int)
    assert (picture[at[:, 0], at[:, 1]] < 128).all()
    assert np.count_nonzero(picture < 128) < 0.05 * picture.size


@settings(deadline=None, max_examples=8)
@given(seed=st.integers(0, 400), rotation=st.sampled_from([90, 180, 270]))
def test_rotation_changes_nothing_but_the_way_up(
    seed: int, rotation: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The key alone: the same marks, turned clockwise."""
    folder = tmp_path_factory.mktemp("turned")
    rng = np.random.default_rng(seed)
    marks = "".join("{:.2f} {:.2f} m {:.2f} {:.2f} l S ".format(*rng.uniform(5, 290, 4)) for _ in range(5))
    upright = drawn(marks, folder)
    page = read(document(marks, Rotate=str(rotation)), folder)
    turned = linework(page)
    angle = -math.radians(rotation)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    size = np.array([400, 300]) * MM
    middle = (upright.strokes.start - size / 2) @ turn + np.array(page.size) / 2
    assert turned.strokes.start == pytest.approx(middle, abs=1e-3)


def test_the_user_unit_and_the_crop_box_count(tmp_path: Path) -> None:
    sheet = drawn("50 60 m 70 60 l S", tmp_path, MediaBox="[0 0 400 300]", CropBox="[40 50 240 150]", UserUnit="2")
    assert ends(sheet) == pytest.approx(np.array([[20, 20, 60, 20]]), abs=1e-2)


def test_what_lies_outside_the_page_is_not_shown(tmp_path: Path) -> None:
    sheet = drawn("380 100 m 500 100 l S 500 50 m 600 90 l S 10 -500 40 40 re f", tmp_path)
    assert ends(sheet) == pytest.approx(np.array([[380, 100, 400, 100]]), abs=1e-3)
    assert not len(sheet.areas)


@settings(deadline=None, max_examples=60)
@given(
    radius=st.floats(0.3, 800),
    start=st.floats(-7, 7),
    sweep=st.floats(0.35, 1.6),
    clockwise=st.booleans(),
    digits=st.integers(2, 5),
)
def test_a_curve_along_a_circle_is_an_arc(
    radius: float, start: float, sweep: float, clockwise: bool, digits: int
) -> None:
    """At any radius and angle, with coordinates rounded as programs do."""
    turn = -sweep if clockwise else sweep
    k = 4 / 3 * math.tan(turn / 4) * radius
    a, b = start, start + turn
    points = np.array([
        [radius * math.cos(a), radius * math.sin(a)],
        [radius * math.cos(a) - k * math.sin(a), radius * math.sin(a) + k * math.cos(a)],
        [radius * math.cos(b) + k * math.sin(b), radius * math.sin(b) - k * math.cos(b)],
        [radius * math.cos(b), radius * math.sin(b)],
    ])  # fmt: skip
    found = beziers.circular(np.round(points, digits)[None])
    rise = radius * (1 - math.cos(sweep / 2))
    if rise < 0.1:
        return  # rounding is all that can be seen of it
    assert found.round[0]
    assert found.radius[0] == pytest.approx(radius, rel=0.01 + 4 * 10**-digits / rise)
    assert found.sweep[0] == pytest.approx(turn, rel=0.02 + 4 * 10**-digits / rise)


@pytest.mark.parametrize("ratio", [0.8, 1.25])
def test_a_quarter_of_an_ellipse_is_no_arc(ratio: float) -> None:
    k = 0.5522847498
    quarter = np.array([[10, 0], [10, 10 * k], [10 * k, 10], [0, 10]]) * (1.0, ratio)
    assert not beziers.circular(quarter[None]).round[0]


def test_curves_of_one_circle_are_one_arc(tmp_path: Path) -> None:
    sheet = drawn(circle(100, 80, 30) + "S " + circle(200, 80, 15, k=0.551915) + "S", tmp_path)
    assert sheet.arcs.radius / MM == pytest.approx([30, 15], rel=2e-3)
    assert sheet.arcs.sweep == pytest.approx([2 * math.pi] * 2)
    assert sheet.arcs.center[0] / MM == pytest.approx([100, 80], abs=0.05)
    assert set(sheet.strokes.arc.tolist()) == {0, 1}


def test_an_arc_that_begins_in_its_middle_is_one(tmp_path: Path) -> None:
    """A closed outline may begin anywhere: here half way around a quarter of a circle."""
    k = 4 / 3 * math.tan(math.pi / 16) * 20
    s = 20 * math.sqrt(0.5)
    d = k * math.sqrt(0.5)
    sheet = drawn(
        f"{100 + s} {100 + s} m {100 + s - d} {100 + s + d} {100 + k} 120 100 120 c 100 100 l 120 100 l "
        f"120 {100 + k} {100 + s + d} {100 + s - d} {100 + s} {100 + s} c s",
        tmp_path,
    )
    assert sheet.arcs.sweep == pytest.approx([math.pi / 2], rel=0.01)
    assert sheet.arcs.start == pytest.approx([0.0], abs=0.01)
    assert sheet.arcs.radius / MM == pytest.approx([20], rel=0.01)


def test_chords_lie_on_their_curve(tmp_path: Path) -> None:
    sheet = drawn(circle(100, 80, 30) + "S", tmp_path)
    away = np.hypot(*(sheet.strokes.start / MM - (100, 80)).T)
    assert away == pytest.approx(np.full(len(away), 30), abs=0.1)
    assert len(sheet.strokes) >= 16


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("10 10 100 80 re f", 8000),
        ("10 10 100 80 re 30 30 20 20 re f*", 7600),
        (
            "10 10 m 110 10 l 110 90 l 10 90 l h 30 30 m 30 50 l 50 50 l 50 30 l h f",
            7600,
        ),  # the hole runs the other way
        ("10 10 m 110 10 l 110 90 l 10 90 l f", 8000),  # filled as if closed
        ("10 10 20 20 re 100 100 20 20 re f", 800),
        ("10 10 m 110 12 l 110 90 l 8 90 l h 30 30 m 50 31 l 50 50 l 29 50 l h f", 7980),  # runs the same way
        ("10 10 m 110 12 l 110 90 l 8 90 l h 29 50 m 50 50 l 50 31 l 30 30 l h f", 7580),
    ],
)
def test_fills_have_their_holes(content: str, expected: float, tmp_path: Path) -> None:
    assert area(drawn(content, tmp_path)) == pytest.approx(expected, rel=1e-3)


def test_outlines_that_overlap_are_no_holes(tmp_path: Path) -> None:
    """Quads along a line, wound as they come, overlap at its corners."""
    sheet = drawn("10 10 m 110 10 l 110 20 l 10 20 l h 100 10 m 100 90 l 110 90 l 110 10 l h f", tmp_path)
    assert len(set(sheet.areas.region.tolist())) == 2


def test_a_closed_outline_is_an_area_too(tmp_path: Path) -> None:
    sheet = drawn("10 10 100 80 re S", tmp_path)
    assert area(sheet, filled=False) == pytest.approx(8000, rel=1e-3)
    assert len(sheet.strokes) == 4


def test_a_clip_cuts_what_is_drawn_in_it(tmp_path: Path) -> None:
    """A hatch is often drawn over a rectangle, and clipped to a wall."""
    sheet = drawn("q 50 0 m 100 50 l 100 0 l h W n 0 20 m 400 20 l S Q 0 200 m 10 200 l S", tmp_path)
    assert ends(sheet) == pytest.approx(np.array([[0, 200, 10, 200], [70, 20, 100, 20]]), abs=1e-2)


def test_clips_within_clips_show_what_both_do(tmp_path: Path) -> None:
    sheet = drawn("q 50 0 m 100 50 l 100 0 l h W n q 0 0 90 300 re W n 0 20 m 400 20 l S 0 0 400 10 re f Q Q", tmp_path)
    assert ends(sheet) == pytest.approx(np.array([[70, 20, 90, 20]]), abs=1e-2)
    assert area(sheet) == pytest.approx(350, rel=0.01)


def test_an_arc_that_is_cut_is_no_whole_arc(tmp_path: Path) -> None:
    sheet = drawn("q 100 0 300 300 re W n " + circle(100, 80, 30) + "S Q", tmp_path)
    assert not len(sheet.arcs)
    assert (sheet.strokes.arc < 0).all()


def test_a_white_fill_hides_what_was_painted_before(tmp_path: Path) -> None:
    sheet = drawn("0 50 m 400 50 l S 1 g 100 0 100 100 re f 150 60 m 180 60 l S", tmp_path)
    found = ends(sheet)
    assert found == pytest.approx(np.array([[0, 50, 100, 50], [150, 60, 180, 60], [200, 50, 400, 50]]), abs=0.2)


def test_a_white_fill_opens_a_filled_wall(tmp_path: Path) -> None:
    sheet = drawn("0 50 200 10 re f 1 g 50 45 30 20 re f", tmp_path)
    assert area(sheet) == pytest.approx(1700, rel=0.01)
    assert len(set(sheet.areas.region.tolist())) == 2


def test_outlines_under_their_own_white_fill_stay(tmp_path: Path) -> None:
    assert len(drawn("50 50 60 60 re S 1 g 50 50 60 60 re f", tmp_path).strokes) == 4


def test_white_lines_on_a_black_page_are_the_drawing(tmp_path: Path) -> None:
    sheet = drawn("0 g 0 0 400 300 re f 1 G 10 10 m 90 10 l S 0 G 10 50 m 90 50 l S", tmp_path)
    assert ends(sheet) == pytest.approx(np.array([[10, 10, 90, 10]]), abs=1e-2)


def test_white_lines_on_paper_are_not_seen(tmp_path: Path) -> None:
    assert not len(drawn("1 G 10 10 m 90 10 l S", tmp_path).strokes)


def test_thin_filled_rectangles_are_lines(tmp_path: Path) -> None:
    sheet = drawn("10 10 100 0.5 re f 50 50 m 50.4 50.3 l 20.4 90.3 l 20 90 l f", tmp_path)
    assert not len(sheet.areas)
    middles = [sorted([tuple(each[:2]), tuple(each[2:])]) for each in ends(sheet).round(3).tolist()]
    assert sorted(middles) == [[(10.0, 10.25), (110.0, 10.25)], [(20.2, 90.15), (50.2, 50.15)]]
    assert sheet.strokes.weight == pytest.approx([0.18, 0.18], abs=0.01)


def test_lines_without_length_are_dots_and_no_linework(tmp_path: Path) -> None:
    sand = " ".join(f"{k} 50 m {k}.001 50.001 l" for k in range(10, 40))
    assert ends(drawn(f"{sand} S 20 30 m 20 90 l S", tmp_path)) == pytest.approx(np.array([[20, 30, 20, 90]]), abs=1e-3)


def test_layers_are_kept_also_where_their_list_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "layers.pdf"
    made = pymupdf.open()
    page = made.new_page(width=400, height=300)
    walls, hidden = made.add_ocg("plan|A-WALL", on=True), made.add_ocg("SECRET", on=False)
    page.draw_line((10, 10), (90, 10), oc=walls)
    page.draw_line((10, 50), (90, 50), oc=hidden)
    page.draw_line((10, 90), (90, 90))
    made.save(path)
    with Document(path) as opened:
        sheet = linework(opened.page(1))
    names = [sheet.layers[row].plain for row in sheet.strokes.layer.tolist()]
    assert sorted(names) == ["", "A-WALL"]
    made.xref_set_key(made.pdf_catalog(), "OCProperties", "null")
    made.save(tmp_path / "lost.pdf")
    with Document(tmp_path / "lost.pdf") as opened:
        assert "plan|A-WALL" in opened.page(1).layers


def test_a_bound_name_loses_its_drawing() -> None:
    assert [plain(name) for name in ("A$0$B-WALL", "x|WALL", "WALL")] == ["B-WALL", "WALL", "WALL"]


def test_words_stand_where_they_are_written(tmp_path: Path) -> None:
    sheet = drawn("BT /helv 10 Tf 50 60 Td (KITCHEN) Tj ET BT /helv 8 Tf 0 1 -1 0 200 100 Tm (3.40) Tj ET", tmp_path)
    texts = sheet.texts
    assert texts.text == ("KITCHEN", "3.40")
    assert texts.position / MM == pytest.approx(np.array([[50, 60], [200, 100]]), abs=0.1)
    assert texts.rotation == pytest.approx([0, math.pi / 2], abs=1e-3)
    assert texts.height / MM == pytest.approx([7, 5.6], abs=0.1)
    assert texts.width[0] / MM == pytest.approx(pymupdf.get_text_length("KITCHEN", "helv", 10), rel=0.05)
    assert texts.center[1] / MM == pytest.approx([197, 108], abs=2)


@pytest.mark.parametrize("seed", range(3))
def test_a_plotted_sheet_lies_where_it_was_plotted(seed: int, tmp_path: Path) -> None:
    """Every line of the page's picture is covered by a stroke, an area or a word, and the reverse."""
    plot = random_plot(seed)
    path = tmp_path / "plot.pdf"
    path.write_bytes(plot.printed.data)
    with Document(path) as opened:
        page = opened.page(1)
        picture = opened.render(1, 3.0)
    sheet = linework(page)
    steps = np.linspace(0.1, 0.9, 5)[:, None, None]
    points = (sheet.strokes.start * (1 - steps) + sheet.strokes.end * steps).reshape(-1, 2) * 3.0
    x = np.clip(points[:, 0].astype(int), 1, picture.shape[1] - 2)
    y = np.clip((picture.shape[0] - points[:, 1]).astype(int), 1, picture.shape[0] - 2)
    solid = ~np.tile(sheet.strokes.dashed, 5)
    darkest = np.min([picture[y + dy, x + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1)], axis=0)
    assert (darkest[solid] < 250).mean() > 0.995
    assert pytest.approx(1.0) == POINTS * MM
