from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.options import UnitName
from pipelines.synth.building import build
from pipelines.synth.drawing.compose import compose
from pipelines.synth.hands import BY_KEY, ROLES
from pipelines.synth.paper.dimensions import number
from pipelines.synth.paper.page import HABITS, Pen, draw_pens
from pipelines.synth.pdf import Paper, Printed, Writer, draw_paper, photograph, write
from pipelines.synth.pixels import jpeg, rasterise
from pipelines.synth.sheet import Arc, Circle, Fill, Insert, Line, Mark, Mask, Measure, Poly, Sheet, Text
from pipelines.synth.style import Style, WallStyle

STYLE = Style(convention=BY_KEY["english"])
LOW, HIGH = (2.0, 1.0), (11.0, 7.0)


def plain(*marks: Any) -> Sheet:
    """A sheet between two corners that are marked with crosses of no size."""
    sheet = Sheet()
    sheet.add(Line("Walls", LOW, (HIGH[0], LOW[1])), Line("Walls", (HIGH[0], LOW[1]), HIGH), *marks)
    return sheet


@cache
def flat(seed: int, style: Style) -> Sheet:
    return compose(build(5000 + seed % 3, "flat"), style, seed).sheet


def drawing(seed: int, writer: Writer | None = None, **changes: Any) -> Printed:
    """One of three flats on the paper of a seed."""
    style = replace(STYLE, **changes)
    sheet = flat(seed % 3, style)
    return write(sheet, style, draw_paper(np.random.default_rng(seed), sheet, style, writer))


def paths(printed: Printed) -> list[dict[str, Any]]:
    with pymupdf.open(stream=printed.data) as doc:
        return list(doc[0].get_cdrawings())


def words(printed: Printed) -> str:
    with pymupdf.open(stream=printed.data) as doc:
        return str(doc[0].get_text())


def mapped(printed: Printed, point: tuple[float, float]) -> tuple[float, float]:
    x, y = printed.affine @ (*point, 1.0)
    return float(x), float(y)


# Truth


@pytest.mark.parametrize("writer", Writer)
@pytest.mark.parametrize(("rotation", "unit"), [(0, 1.0), (90, 1.0), (180, 2.0), (270, 0.5)])
def test_the_affine_says_where_the_sheet_is_on_the_page_as_shown(writer: Writer, rotation: int, unit: float) -> None:
    paper = Paper(
        writer=writer, rotation=rotation, user_unit=unit, origin=(-130.0, 75.0), pens=(Pen(0.3),) * len(ROLES)
    )
    printed = write(plain(), STYLE, paper)
    picture = rasterise(printed.data, 144)
    assert picture.shape == pytest.approx((297 / 25.4 * 144, 420 / 25.4 * 144), abs=1)
    rows, columns = np.nonzero(picture < 128)
    left, bottom = mapped(printed, LOW)
    right, top = mapped(printed, HIGH)
    seen = np.array([columns.min(), columns.max() + 1, rows.min(), rows.max() + 1]) / 2
    assert seen == pytest.approx([left, right, top, bottom], abs=1.1)


def test_a_length_on_paper_times_the_ratio_is_the_length() -> None:
    paper = replace(
        Paper(writer=Writer.CONVERTER, ratio=50.0, size=(594.0, 420.0)), refit=0.47, refitted=(297.0, 210.0)
    )
    printed = write(plain(), STYLE, paper)
    assert printed.ratio == pytest.approx(50 / 0.47)
    (x0, _), (x1, _) = mapped(printed, LOW), mapped(printed, (HIGH[0], LOW[1]))
    assert (x1 - x0) / 72 * 0.0254 * printed.ratio == pytest.approx(9.0, abs=1e-9)
    path = max(paths(printed), key=lambda each: float(each["rect"][2] - each["rect"][0]))
    assert path["rect"][2] - path["rect"][0] == pytest.approx(x1 - x0, abs=0.01)


def test_pixels_of_a_render_follow_from_its_resolution() -> None:
    printed = write(plain(), STYLE, Paper())
    assert printed.pixels(144) == pytest.approx(printed.affine * 2)


@given(st.integers(0, 400), st.sampled_from(Writer))
@settings(max_examples=20, deadline=None)
def test_every_writer_writes_a_sound_file_on_which_all_is_on_the_page(seed: int, writer: Writer) -> None:
    printed = drawing(seed, writer)
    pymupdf.TOOLS.reset_mupdf_warnings()
    with pymupdf.open(stream=printed.data) as doc:
        page = doc[0]
        assert len(page.get_cdrawings()) >= 5
        wide, high = (each / 25.4 * 72 for each in printed.paper.page)
        assert (page.rect.width, page.rect.height) == pytest.approx((wide, high), abs=0.01)
        box = pymupdf.Rect()
        for path in page.get_cdrawings():
            box |= pymupdf.Rect(path["rect"])
        page.set_rotation(0)  # paths are given as if it were
        assert (page.rect + (-1, -1, 1, 1)).contains(box)  # noqa: RUF005  # rectangles add up
    assert not pymupdf.TOOLS.mupdf_warnings()


def test_the_same_paper_gives_the_same_bytes_in_every_process() -> None:
    code = (
        "import sys, zlib; sys.path.insert(0, 'tests/unit/synth'); import test_pdf;"
        "print([zlib.crc32(test_pdf.drawing(3, writer).data) for writer in test_pdf.Writer])"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1]
    assert drawing(3).data != drawing(4).data


# What is drawn


def test_blocks_arcs_circles_and_bulges_are_where_they_belong() -> None:
    door: list[Mark] = [Arc("0", (0.0, 0.0), 1.0, 0.0, np.pi / 2), Line("0", (0.0, 0.0), (0.0, 1.0))]
    sheet = plain(
        Insert("Doors", "D", (5.0, 4.0), np.pi / 2, -1.0, 1.0),
        Circle("Columns", (8.0, 5.0), 0.4),
        Poly("Furniture", ((3.0, 2.0), (4.0, 2.0)), closed=True, bulges=(1.0, 1.0)),
    )
    sheet.blocks["D"] = door
    printed = write(sheet, STYLE, Paper(writer=Writer.LAYERED))
    boxes: dict[str, pymupdf.Rect] = {}
    for path in paths(printed):
        box = pymupdf.Rect(path["rect"])
        boxes[path["layer"]] = boxes.get(path["layer"], box) | box
    # Mirrored at y, then turned by 90 degrees: the arc from +x by +y comes to lie from +y... to -x and -y.
    for layer, low, high in (
        ("Doors", (4.0, 3.0), (5.0, 4.0)),
        ("Columns", (7.6, 4.6), (8.4, 5.4)),
        ("Furniture", (3.0, 1.5), (4.0, 2.5)),
    ):
        (left, bottom), (right, top) = mapped(printed, low), mapped(printed, high)
        box = boxes[layer]
        assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((left, top, right, bottom), abs=0.15)


def test_a_dimension_has_lines_ends_and_its_number() -> None:
    measure = Measure("Dimensions", (3.0, 3.0), (6.25, 3.0), (3.0, 2.0), 0.0)
    for ends, fills in (("tick", 0), ("arrow", 2), ("dot", 2)):
        printed = write(plain(measure), STYLE, Paper(ends=ends))
        assert "3250" in words(printed)
        drawn = paths(printed)
        assert sum(path["type"] == "f" for path in drawn) == fills
        (left, y), (right, _) = mapped(printed, (3.0, 2.0)), mapped(printed, (6.25, 2.0))
        assert any(path["rect"] == pytest.approx((left, y, right, y), abs=0.01) for path in drawn)


@pytest.mark.parametrize(
    ("length", "unit", "written"),
    [
        (3.2501, UnitName.MM, "3250"),
        (3.25, UnitName.CM, "325"),
        (3.25, UnitName.M, "3.25"),
        (3.048, UnitName.INCH, "10'-0\""),
        (3.5, UnitName.FOOT, "11'-5 3/4\""),
    ],
)
def test_lengths_are_written_as_offices_do(length: float, unit: UnitName, written: str) -> None:
    assert number(length, unit) == written


def test_hidden_layers_are_left_out() -> None:
    sheet = plain(Line("Old", (3.0, 3.0), (4.0, 4.0)), Text("Old", (5.0, 5.0), 0.3, "GONE"))
    sheet.hidden.add("Old")
    printed = write(sheet, STYLE, Paper(writer=Writer.LAYERED))
    assert {path["layer"] for path in paths(printed)} == {"Walls"}
    assert "GONE" not in words(printed)


def test_a_mask_hides_what_was_drawn_before_it() -> None:
    ring = ((4.0, 0.5), (6.0, 0.5), (6.0, 1.5), (4.0, 1.5))
    for writer in Writer:
        printed = write(plain(Mask("Doors", ring), Line("Doors", (4.0, 1.3), (6.0, 1.3))), STYLE, Paper(writer=writer))
        picture = rasterise(printed.data, 144)
        matrix = printed.pixels(144)
        seen = [picture[int(y) - 3 : int(y) + 4, int(x)].min() for x, y in (matrix @ (5.0, v, 1.0) for v in (1.0, 1.3))]
        assert seen[0] > 200, writer
        assert seen[1] < 200, writer


@pytest.mark.parametrize("hatch", ["lines", "dense", "cross", "grey"])
@pytest.mark.parametrize("writer", [Writer.FLAT, Writer.CLIPPED])
def test_hatches_stay_within_their_rings(hatch: str, writer: Writer) -> None:
    outer = ((3.0, 3.0), (7.0, 3.0), (7.0, 6.0), (3.0, 6.0))
    inner = ((4.0, 4.0), (6.0, 4.0), (6.0, 5.0), (4.0, 5.0))
    printed = write(plain(Fill("Hatching", (outer, inner), "ANSI31", 0.1)), STYLE, Paper(writer=writer, hatch=hatch))
    picture, matrix = rasterise(printed.data, 144), printed.pixels(144)

    def part(low: tuple[float, float], high: tuple[float, float]) -> float:
        (left, bottom), (right, top) = (matrix @ (*low, 1.0)), (matrix @ (*high, 1.0))
        return float(np.mean(picture[int(top) : int(bottom), int(left) : int(right)] < 250))

    assert part((3.1, 3.1), (6.9, 3.9)) > 0.1
    assert part((4.05, 4.05), (5.95, 4.95)) == 0
    assert part((2.2, 2.2), (2.9, 6.5)) == 0


@pytest.mark.parametrize("filled", [True, False])
def test_wide_polylines_are_as_wide_as_they_are(filled: bool) -> None:
    sheet = plain(Poly("Walls", ((3.0, 4.0), (6.0, 4.0)), width=0.3))
    printed = write(sheet, STYLE, Paper(wide_filled=filled, poche=(0.0, 0.0, 0.0)))
    picture, matrix = rasterise(printed.data, 200), printed.pixels(200)
    row = picture[int((matrix @ (3.0, 4.0, 1.0))[1])]
    x0, x1 = (int((matrix @ (v, 4.0, 1.0))[0]) for v in (2.3, 6.7))
    assert (row[x0:x1] < 128).sum() == pytest.approx(3.0 * matrix[0, 0], abs=1.5)
    column = picture[:, int((matrix @ (4.5, 4.0, 1.0))[0])]
    y0, y1 = (int((matrix @ (4.5, v, 1.0))[1]) for v in (4.5, 3.5))
    assert (column[y0:y1] < 128).sum() == pytest.approx(0.3 * matrix[0, 0], abs=1.5)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("korean", "거실 12.5"),
        ("japanese", "洋室"),
        ("chinese", "客厅"),
        ("turkish", "ÇIĞ İş"),
        ("vietnamese", "Phòng tắm"),
    ],
)
def test_words_of_every_language_are_read_back(key: str, text: str) -> None:
    style = replace(STYLE, convention=BY_KEY[key])
    printed = write(plain(Text("Text", (5.0, 4.0), 0.4, text)), style, Paper())
    assert text in words(printed).replace("\n", "")


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_words_stand_upright_in_their_place(rotation: int) -> None:
    printed = write(plain(Text("Text", (5.0, 4.0), 0.4, "KITCHEN")), STYLE, Paper(rotation=rotation))
    with pymupdf.open(stream=printed.data) as doc:
        page = doc[0]
        box = pymupdf.Rect(page.get_text("words")[0][:4]) * page.rotation_matrix
    x, y = mapped(printed, (5.0, 4.0))
    assert (box.x0 + box.x1) / 2 == pytest.approx(x, abs=1.0)
    assert box.y0 < y < box.y1
    assert box.width > 2 * box.height


# Habits


def test_layers_are_kept_lost_or_kept_without_a_list() -> None:
    found = {}
    for writer in (Writer.LAYERED, Writer.MARKED, Writer.FLAT):
        printed = drawing(5, writer)
        with pymupdf.open(stream=printed.data) as doc:
            names = {each["name"] for each in doc.get_ocgs().values()}
        found[writer] = names, {path.get("layer") or "" for path in paths(printed)}
    assert {"Walls", "Doors", "Windows"} <= found[Writer.LAYERED][0]
    assert {"Walls", "Doors", "Windows"} <= found[Writer.LAYERED][1]
    assert not found[Writer.MARKED][0]
    assert {"Walls", "Doors", "Windows"} <= found[Writer.MARKED][1]
    assert found[Writer.FLAT] == (set(), {""})


@pytest.mark.parametrize("writer", Writer)
def test_letters_are_text_or_strokes(writer: Writer) -> None:
    printed = drawing(5, writer)
    assert ("Kitchen" in words(printed)) is not HABITS[writer].letters


def test_exploded_arcs_are_a_path_per_chord() -> None:
    sheet = plain(Arc("Doors", (5.0, 4.0), 0.9, 0.0, np.pi / 2))
    whole, pieces = (paths(write(sheet, STYLE, Paper(writer=w))) for w in (Writer.FLAT, Writer.EXPLODED))
    assert [item[0] for path in whole for item in path["items"]] == ["l", "l", "c"]
    assert [item[0] for path in pieces for item in path["items"]] == ["l"] * 12
    assert len(pieces) == 12


def test_a_converter_has_one_width_many_colours_and_a_path_per_segment() -> None:
    drawn = paths(drawing(6, Writer.CONVERTER, walls=WallStyle.POLYLINE))
    strokes = [path for path in drawn if path["type"] == "s"]
    assert len({path["width"] for path in strokes}) == 1
    assert len({path["color"] for path in strokes}) > 4
    assert all(len(path["items"]) == 1 for path in strokes)
    assert len(drawn) > 3 * len(paths(drawing(6, Writer.FLAT, walls=WallStyle.POLYLINE)))


def test_a_converter_leaves_the_note_as_it_was() -> None:
    ratios = {seed: drawing(seed, Writer.CONVERTER) for seed in range(8)}
    assert all(each.ratio != each.paper.note for each in ratios.values())
    assert any(each.paper.note == each.paper.ratio for each in ratios.values())


def test_one_pen_is_one_path() -> None:
    assert len(paths(drawing(6, Writer.ONE_PATH))) < len(paths(drawing(6, Writer.FLAT))) / 4


def test_nested_forms_hold_everything() -> None:
    printed = drawing(6, Writer.NESTED)
    with pymupdf.open(stream=printed.data) as doc:
        assert b" m " not in doc[0].read_contents()
        assert {2} == {
            depth(doc, xref)
            for xref, *_ in doc[0].get_xobjects()
            if doc.xref_get_key(xref, "Resources/XObject/In")[0] == "xref"
        }


def depth(doc: pymupdf.Document, xref: int) -> int:
    kind, inner = doc.xref_get_key(xref, "Resources/XObject/In")
    return 1 + depth(doc, int(inner.split()[0])) if kind == "xref" else 1


@pytest.mark.parametrize("writer", [Writer.OUTLINED, Writer.CONVERTER])
def test_dashes_become_lines_of_their_own(writer: Writer) -> None:
    printed = write(plain(Line("Grid", (3.0, 3.0), (6.3, 3.0), dashed=True)), STYLE, Paper(writer=writer))
    picture, matrix = rasterise(printed.data, 254), printed.pixels(254)
    (x0, y), (x1, _) = (matrix @ (v, 3.0, 1.0) for v in (3.0, 6.3))
    row = picture[int(y) - 2 : int(y) + 3, int(x0) : int(x1)].min(axis=0) < 128
    assert np.count_nonzero(np.diff(row.astype(int)) == 1) == pytest.approx(10, abs=1)
    assert row.mean() == pytest.approx(2 / 3, abs=0.1)


def test_no_pen_closes_a_wall() -> None:
    for seed in range(40):
        for ratio in (50.0, 100.0, 200.0):
            pens = draw_pens(np.random.default_rng(seed), Writer.FLAT, ratio)
            assert max(pen.width for pen in pens) * ratio / 1000 <= 0.05


def test_outlined_lines_are_filled() -> None:
    assert {path["type"] for path in paths(drawing(6, Writer.OUTLINED))} == {"f"}


def test_clipped_paths_have_clips() -> None:
    printed = drawing(6, Writer.CLIPPED, walls=WallStyle.PATTERN)
    with pymupdf.open(stream=printed.data) as doc:
        assert sum(path["type"] == "clip" for path in doc[0].get_cdrawings(extended=True)) > 5


@pytest.mark.parametrize("walls", [WallStyle.POCHE, WallStyle.PATTERN, WallStyle.WIDE, WallStyle.THROUGH])
def test_all_writers_but_the_converter_draw_the_same_picture(walls: WallStyle) -> None:
    style = replace(STYLE, walls=walls, room_names=False, dimensions=False, titles=False, floor_pattern=True)
    sheet = compose(build(5001, "flat"), style, 5001).sheet
    pictures = {
        writer: rasterise(write(sheet, style, Paper(writer=writer, rotation=90)).data, 100).astype(int)
        for writer in Writer
        if writer != Writer.CONVERTER
    }
    plain_one = pictures[Writer.FLAT]
    assert (plain_one < 128).mean() > 0.001
    for writer, picture in pictures.items():
        assert (np.abs(picture - plain_one) > 96).mean() < 0.001, writer


# Papers


def test_papers_differ_in_every_choice() -> None:
    sheet = compose(build(3, "flat"), STYLE, 3).sheet
    papers = [draw_paper(np.random.default_rng(seed), sheet, STYLE) for seed in range(300)]
    for field in Paper.__dataclass_fields__:
        assert len({getattr(paper, field) for paper in papers}) > 1, field
    assert {paper.writer for paper in papers} == set(Writer)
    assert 0.2 < np.mean([paper.rotation != 0 for paper in papers]) < 0.5


def test_the_note_says_the_scale_or_another_or_nothing() -> None:
    seen = {"right": 0, "wrong": 0, "none": 0}
    for seed in range(60):
        printed = drawing(seed, Writer.FLAT)
        note = printed.paper.note
        seen["none" if note is None else "right" if note == printed.ratio else "wrong"] += 1
        assert (f"SCALE {printed.paper.words}" in words(printed)) is (note is not None)
    assert seen["right"] > 30
    assert min(seen.values()) > 0


def test_imperial_drawings_have_imperial_scales() -> None:
    style = replace(STYLE, unit=UnitName.INCH)
    sheet = compose(build(3, "flat"), style, 3).sheet
    papers = [draw_paper(np.random.default_rng(seed), sheet, style, Writer.FLAT) for seed in range(40)]
    assert {paper.ratio for paper in papers} <= {48.0, 64.0, 96.0}
    assert '1/4" = 1\'-0"' in {paper.words for paper in papers}


def test_a_photograph_is_an_image_and_nothing_else() -> None:
    picture = np.full((300, 400), 200, np.uint8)
    with pymupdf.open(stream=photograph(jpeg(picture, 80), (400, 300), (200.0, 150.0))) as doc:
        page = doc[0]
        assert len(page.get_images()) == 1
        assert not page.get_cdrawings()
        assert page.rect.width == pytest.approx(200 / 25.4 * 72, abs=0.01)
        assert abs(int(page.get_pixmap().pixel(100, 100)[0]) - 200) < 3
