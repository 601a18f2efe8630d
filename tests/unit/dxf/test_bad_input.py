"""Whatever is sent: a code and a sentence, or a drawing with the bad parts counted, within bounds."""

from __future__ import annotations

import math
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines.dxf.expand import expand
from pipelines.dxf.intake import LONGEST_LINE
from pipelines.dxf.parser import read
from pipelines.errors import CODES, DrawingError
from tests.unit.dxf.bounded import converted
from tests.unit.dxf.drawings import document, save
from tests.unit.dxf.tagged import block, header, insert, line, pairs, r12, section, write

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.linework import Linework
    from pipelines.report import ReadReport


def opened(path: Path) -> tuple[Linework, ReadReport, dict[tuple[str, str], int]]:
    """Read and expand; everything that was left out, by kind and reason."""
    drawing, report = read(path)
    sheet, skipped = expand(drawing)
    return sheet, report, {(each.kind, each.reason): each.count for each in (*report.skipped, *skipped)}


def refused(path: Path) -> DrawingError:
    with pytest.raises(DrawingError) as caught:
        opened(path)
    error = caught.value
    assert error.reason in CODES
    assert error.message.endswith(".")
    assert error.advice.endswith(".")
    return error


def a_plan(folder: Path, version: str = "R2010", fmt: str = "asc") -> Path:
    made = document(version)
    sheet = made.modelspace()
    made.layers.add("A-WALL")
    door = made.blocks.new("DOOR")
    door.add_line((0, 0), (900, 0))
    door.add_arc((0, 0), 900, 0, 90)
    for k in range(20):
        sheet.add_line((0, 100 * k), (5000, 100 * k), dxfattribs={"layer": "A-WALL"})
        sheet.add_blockref("DOOR", (k * 1000, 0), dxfattribs={"rotation": 10 * k})
        sheet.add_text(f"ROOM {k}", dxfattribs={"insert": (k * 1000, 500)})
    if version != "R12":
        sheet.add_lwpolyline([(0, 0), (10, 0), (10, 10)], close=True)
    return save(made, folder / f"plan-{version}.dxf", fmt=fmt)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n\n", "empty_file"),
        (b"Dear all,\nplease find the plan attached.\n" * 30, "not_a_dxf"),
        (bytes(range(256)) * 40, "not_a_dxf"),
        (b"\0" * 100_000, "not_a_dxf"),
        (b"AC1032\0\0\0\0\0\0" + bytes(500), "unsupported_format"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "unsupported_format"),
        (b"\x1f\x8b\x08\x00" + bytes(50), "unsupported_format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "unsupported_format"),
        (b"glTF\x02\0\0\0" + bytes(50), "unsupported_format"),
        (b"999\nno sections here\n999\nnone at all\n" * 3, "missing_sections"),
        (b"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1099\n  0\nENDSEC\n  0\nEOF\n", "unsupported_version"),
        (b"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1.50\n  0\nENDSEC\n  0\nEOF\n", "unsupported_version"),
        (b"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1001\n  0\nENDSEC\n  0\nEOF\n", "unsupported_version"),
        (b"AutoCAD Binary DXF\r\n\x1a\0", "missing_sections"),
    ],
)
def test_what_is_no_drawing_is_refused_with_its_own_code(data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "drawing.dxf"
    path.write_bytes(data)
    assert refused(path).reason == code


def test_a_zip_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "drawing.dxf"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("plan.dxf", "0\nEOF\n")
    assert refused(path).advice == "Unpack it and send the DXF inside."


@pytest.mark.parametrize("version", ["R12", "R2000", "R2018"])
@pytest.mark.parametrize("fmt", ["asc", "bin"])
def test_a_file_cut_off_anywhere_gives_what_is_left_or_a_code(version: str, fmt: str, tmp_path: Path) -> None:
    whole = a_plan(tmp_path, version, fmt).read_bytes()
    path = tmp_path / "cut.dxf"
    strokes, reasons = [], set[str]()
    for tenth in range(10):
        path.write_bytes(whole[: len(whole) * tenth // 10 + tenth])
        try:
            sheet, report, _ = opened(path)
        except DrawingError as error:
            reasons.add(error.reason)
        else:
            assert report.mended
            strokes.append(len(sheet.strokes))
    assert strokes == sorted(strokes)
    assert reasons <= set(CODES)


def test_a_file_without_its_end_is_read_to_where_it_was_cut(tmp_path: Path) -> None:
    text = a_plan(tmp_path).read_text()
    cut = text[: text.index("AcDbBlockReference", text.index("ENTITIES"))]
    sheet, report, _ = opened(write(tmp_path / "cut.dxf", cut))
    assert len(sheet.strokes) == 1
    assert report.reader == "ezdxf-recover"
    assert any(note.startswith("structure: ") for note in report.mended)


def test_one_line_too_few_costs_one_entity(tmp_path: Path) -> None:
    lines = r12(line() * 20).split("\n")
    at = [k for k, value in enumerate(lines) if value == "LINE"][10]
    del lines[at + 4]  # the value of an x
    sheet, report, _ = opened(write(tmp_path / "odd.dxf", "\n".join(lines)))
    assert 19 <= len(sheet.strokes) <= 20
    assert any(note.startswith("lines_left_out") for note in report.mended)


def test_one_line_too_many_costs_nothing(tmp_path: Path) -> None:
    lines = r12(line() * 20).split("\n")
    at = [k for k, value in enumerate(lines) if value == "LINE"][10]
    lines.insert(at + 7, "a note that broke in two")
    sheet, report, _ = opened(write(tmp_path / "odd.dxf", "\n".join(lines)))
    assert len(sheet.strokes) == 20
    assert "lines_left_out: 1" in report.mended


@pytest.mark.parametrize("code", ["abc", "", "1e3", "99999"])
def test_group_codes_that_are_none_are_passed_over(code: str, tmp_path: Path) -> None:
    text = r12(line() + f"{code}\nvalue\n" + line())
    sheet, _, _ = opened(write(tmp_path / "codes.dxf", text))
    assert len(sheet.strokes) == 2


def test_decimal_commas_are_points(tmp_path: Path) -> None:
    sheet, report, _ = opened(write(tmp_path / "comma.dxf", r12(line("1,5", "2,25", "10,0", "0,125"))))
    assert sheet.strokes.start.tolist() == [[1.5, 2.25]]
    assert sheet.strokes.end.tolist() == [[10.0, 0.125]]
    assert "numbers_mended: 4" in report.mended


def test_coordinates_in_another_order_are_put_in_order(tmp_path: Path) -> None:
    mixed = pairs(0, "LINE", 8, "0", 10, 1.0, 11, 3.0, 20, 2.0, 21, 4.0)
    sheet, _, _ = opened(write(tmp_path / "order.dxf", r12(mixed)))
    assert sheet.strokes.start.tolist() == [[1.0, 2.0]]
    assert sheet.strokes.end.tolist() == [[3.0, 4.0]]


def test_subclass_markers_are_added_where_they_are_missing(tmp_path: Path) -> None:
    bare = pairs(0, "LWPOLYLINE", 5, "A1", 8, "A-WALL", 90, 2, 70, 0, 10, 1.0, 20, 2.0, 10, 5.0, 20, 6.0)
    text = header("AC1015") + section("ENTITIES", bare) + pairs(0, "EOF")
    sheet, report, _ = opened(write(tmp_path / "bare.dxf", text))
    assert sheet.strokes.end.tolist() == [[5.0, 6.0]]
    assert sheet.layers[sheet.strokes.layer[0]].name == "A-WALL"
    assert "subclass_markers_added: 1" in report.mended


def test_entities_alone_are_a_drawing(tmp_path: Path) -> None:
    sheet, report, _ = opened(write(tmp_path / "few.dxf", section("ENTITIES", line()) + pairs(0, "EOF")))
    assert len(sheet.strokes) == 1
    assert report.version == "R12"


@pytest.mark.parametrize("missing", ["HEADER", "CLASSES", "TABLES", "BLOCKS", "OBJECTS"])
def test_a_missing_section_is_done_without(missing: str, tmp_path: Path) -> None:
    text = a_plan(tmp_path).read_text()
    start = text.index(f"  0\nSECTION\n  2\n{missing}\n")
    end = text.index("  0\nENDSEC\n", start) + len("  0\nENDSEC\n")
    sheet, report, _ = opened(write(tmp_path / "less.dxf", text[:start] + text[end:]))
    assert len(sheet.strokes) >= 23
    assert report.version == ("R2000" if missing == "HEADER" else "R2010")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_unicode_is_read(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "wide.dxf"
    path.write_bytes(r12(line(layer="벽체")).encode(encoding))
    sheet, report, _ = opened(path)
    assert sheet.layers[sheet.strokes.layer[0]].name == "벽체"
    assert report.encoding_method == "byte order mark"


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e300", "-1e300", "1e13"])
@pytest.mark.parametrize("at", range(4))
def test_coordinates_that_are_none_cost_their_line_alone(value: str, at: int, tmp_path: Path) -> None:
    values: list[object] = [0.0, 0.0, 10.0, 5.0]
    values[at] = value
    sheet, _, lost = opened(write(tmp_path / "far.dxf", r12(line() + line(*values) + line())))
    assert len(sheet.strokes) == 2
    assert lost["stroke", "not_finite"] == 1


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e300, -1.0, 0.0])
def test_curves_of_no_size_are_counted(value: float, tmp_path: Path) -> None:
    bad = (
        pairs(0, "CIRCLE", 8, "0", 10, 0.0, 20, 0.0, 40, value)
        + pairs(0, "ARC", 8, "0", 10, 0.0, 20, 0.0, 40, 2.0, 50, value, 51, 90.0)
        + pairs(0, "CIRCLE", 8, "0", 10, value, 20, value, 40, 1.0)
        + pairs(0, "TEXT", 8, "0", 10, 0.0, 20, 0.0, 40, value, 1, "ROOM")
    )
    sheet, _, _ = opened(write(tmp_path / "curves.dxf", r12(line() + bad)))
    for column in (sheet.strokes.start, sheet.strokes.end, sheet.areas.rings.points, sheet.arcs.center):
        assert np.isfinite(column).all()
    for row in (sheet.arcs.radius, sheet.arcs.start, sheet.arcs.sweep, sheet.texts.height, sheet.texts.width):
        assert np.isfinite(row).all()
    assert (sheet.strokes.arc < len(sheet.arcs)).all()


def test_a_scale_of_nothing_draws_nothing(tmp_path: Path) -> None:
    text = r12(line() + insert("B", 41, 0.0, 42, 0.0, 43, 0.0), [block("B", line())])
    sheet, _, lost = opened(write(tmp_path / "zero.dxf", text))
    assert len(sheet.strokes) == 1
    assert lost["stroke", "degenerate"] == 1


def test_a_block_that_holds_itself_is_drawn_once(tmp_path: Path) -> None:
    text = r12(insert("A"), [block("A", line() + insert("A"))])
    sheet, _, lost = opened(write(tmp_path / "self.dxf", text))
    assert len(sheet.strokes) == 1
    assert lost["INSERT", "cyclic_block"] == 1


def test_blocks_that_hold_each_other_are_drawn_once(tmp_path: Path) -> None:
    blocks = [block("A", line() + insert("B")), block("B", line() + insert("C")), block("C", line() + insert("A"))]
    sheet, _, lost = opened(write(tmp_path / "ring.dxf", r12(insert("A"), blocks)))
    assert len(sheet.strokes) == 3
    assert lost["INSERT", "cyclic_block"] == 1


def test_references_to_nothing_are_counted(tmp_path: Path) -> None:
    sheet, _, lost = opened(write(tmp_path / "none.dxf", r12(line() + insert("NOWHERE") * 3)))
    assert len(sheet.strokes) == 1
    assert lost["INSERT", "missing_block"] >= 1


def test_unknown_entities_are_counted_by_kind(tmp_path: Path) -> None:
    text = r12(line() + pairs(0, "FLUX_CAPACITOR", 8, "0", 40, 1.21) * 4 + pairs(0, "POINT", 8, "0", 10, 1.0, 20, 1.0))
    _, _, lost = opened(write(tmp_path / "odd.dxf", text))
    assert lost["FLUX_CAPACITOR", "unsupported"] == 4
    assert lost["POINT", "unsupported"] == 1


def test_zero_bytes_and_long_names_are_cleaned(tmp_path: Path) -> None:
    text = r12(line(layer="A\0WALL\x07") + line(layer="L" * 100_000))
    sheet, _, _ = opened(write(tmp_path / "names.dxf", text))
    names = [sheet.layers[layer].name for layer in sheet.strokes.layer]
    assert names == ["AWALL", "L" * 255]


# -- bombs: in a process of their own ---------------------------------------------------------------------------


def test_nesting_ten_thousand_deep_is_refused(tmp_path: Path) -> None:
    blocks = [block(f"B{k}", line() + insert(f"B{k + 1}")) for k in range(10_000)] + [block("B10000", line())]
    assert converted(write(tmp_path / "deep.dxf", r12(insert("B0"), blocks))).code == "nesting_too_deep"


def test_a_block_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    blocks = [block(f"B{k}", insert(f"B{k + 1}") * 10) for k in range(30)] + [block("B30", line())]
    assert converted(write(tmp_path / "bomb.dxf", r12(insert("B0"), blocks))).code == "too_many_instances"


@pytest.mark.parametrize("count", [32_767, 1_000_000_000, 10**30])
def test_an_array_of_a_billion_is_refused(count: int, tmp_path: Path) -> None:
    many = insert("B", 70, count, 71, count, 44, 1.0, 45, 1.0)
    assert converted(write(tmp_path / "array.dxf", r12(many, [block("B", line())]))).code == "too_many_instances"


def test_many_placements_of_much_are_refused(tmp_path: Path) -> None:
    many = insert("B", 70, 300, 71, 300, 44, 1.0, 45, 1.0)
    assert converted(write(tmp_path / "much.dxf", r12(many, [block("B", line() * 200)]))).code == "too_many_points"


def test_a_line_of_text_without_end_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "long.dxf", r12(line()).removesuffix(pairs(0, "EOF")) + "  1\n")
    with path.open("r+b") as file:
        file.truncate(2_000_000_000)  # a hole of zeros: no disk is filled
    assert converted(path).code == "line_too_long"


def test_a_line_just_short_of_the_limit_is_read(tmp_path: Path) -> None:
    text = pairs(0, "TEXT", 8, "0", 10, 0.0, 20, 0.0, 40, 2.5, 1, "x" * (LONGEST_LINE - 1000))
    assert converted(write(tmp_path / "long.dxf", r12(line() + text))).strokes == 1


def test_a_spline_of_a_million_knots_is_read(tmp_path: Path) -> None:
    made = document()
    count = 100_000
    made.modelspace().add_open_spline([(k, k % 7) for k in range(20)])
    text = save(made, tmp_path / "base.dxf").read_text()
    start = text.index("AcDbSpline\n") + len("AcDbSpline\n")
    end = text.index("  0\nENDSEC", start)
    body = pairs(70, 8, 71, 3, 72, 10 * count, 73, count)
    body += "".join(f" 40\n{k}.0\n" for k in range(10 * count))
    body += "".join(f" 10\n{k}.0\n 20\n{k % 7}.0\n 30\n0.0\n" for k in range(count))
    ending = converted(write(tmp_path / "knots.dxf", text[:start] + body + text[end:]))
    assert ending.strokes >= count - 4


def test_a_spline_of_a_million_degrees_is_counted(tmp_path: Path) -> None:
    made = document()
    made.modelspace().add_open_spline([(k, k % 7) for k in range(20)])
    made.modelspace().add_line((0, 0), (1, 1))
    text = save(made, tmp_path / "base.dxf").read_text()
    at = text.index(" 71\n3\n", text.index("AcDbSpline"))
    changed = text[:at] + " 71\n1000000\n" + text[at + len(" 71\n3\n") :]
    ending = converted(write(tmp_path / "degree.dxf", changed))
    assert ending.strokes == 1
    assert ending.lost["SPLINE degree_too_high"] == 1


def test_a_polyline_of_a_million_points_is_read(tmp_path: Path) -> None:
    count = 1_000_000
    chain = "".join(f" 10\n{k}.0\n 20\n{k % 3}.0\n" for k in range(count))
    head = pairs(0, "LWPOLYLINE", 5, "A1", 100, "AcDbEntity", 8, "0", 100, "AcDbPolyline", 90, count, 70, 0)
    text = header("AC1015") + section("ENTITIES", head + chain) + pairs(0, "EOF")
    assert converted(write(tmp_path / "points.dxf", text)).strokes == count - 1


def test_a_dense_pattern_is_never_drawn(tmp_path: Path) -> None:
    made = document()
    hatch = made.modelspace().add_hatch()
    hatch.set_pattern_fill("ANSI31", scale=1e-9)
    hatch.paths.add_polyline_path([(0, 0), (1e6, 0), (1e6, 1e6), (0, 1e6)])
    made.modelspace().add_line((0, 0), (1, 1))
    assert converted(save(made, tmp_path / "dense.dxf")).strokes == 1


def test_an_array_of_lines_of_text_in_a_word_is_taken_apart_in_time(tmp_path: Path) -> None:
    text = pairs(0, "MTEXT", 8, "0", 10, 0.0, 20, 0.0, 40, 2.5, 1, r"{\C1;" * 200_000)
    assert converted(write(tmp_path / "braces.dxf", r12(line() + text))).strokes == 1
