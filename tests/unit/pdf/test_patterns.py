"""Patterns and shadings: they lie where they were painted, each a grey of its own, and nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pymupdf
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipelines.geometry.areas import polygons
from pipelines.pdf.patterns import plain
from pipelines.pdf.vectors import linework
from tests.unit.pdf.documents import POINTS, document, read

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.linework import Linework

TILE = "<</PatternType 1/PaintType 1/TilingType 1/BBox[0 0 8 8]/XStep 8/YStep 8/Resources<<>>>>"
FADE = (
    "<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 400 300]"
    "/Function<</FunctionType 2/Domain[0 1]/C0[1]/C1[0]/N 1>>/Extend[true true]>>"
)


def patterned(content: str, folder: Path) -> Linework:
    """What a page shows that has two patterns and a shading."""
    made = pymupdf.open("pdf", document(content))
    names = []
    for kind in (TILE, TILE, FADE):
        xref = made.get_new_xref()
        made.update_object(xref, kind)
        if kind == TILE:
            made.update_stream(xref, b"0.5 w 0 0 m 8 8 l S")
        names.append(f"{xref} 0 R")
    one, other, fade = names
    made.xref_set_key(made[0].xref, "Resources", f"<</Pattern<</P1 {one}/P2 {other}>>/Shading<</S1 {fade}>>>>")
    return linework(read(made.tobytes(), folder))


def shown(sheet: Linework) -> list[tuple[float, float, float, float]]:
    """Boxes of the areas, in points."""
    shapes, _ = polygons(sheet.areas)
    return [tuple(np.round(shapely.bounds(shape) * POINTS, 3).tolist()) for shape in shapes]


def test_a_pattern_lies_where_it_was_painted(tmp_path: Path) -> None:
    sheet = patterned("/Pattern cs /P1 scn 50 50 200 20 re f /P2 scn 50 80 20 200 re f 0 g 10 10 5 5 re f", tmp_path)
    assert shown(sheet) == [(50, 50, 250, 70), (50, 80, 70, 280), (10, 10, 15, 15)]
    assert len(set(sheet.areas.color.tolist())) == 3
    assert not len(sheet.strokes)


def test_a_shading_fills_what_clips_it(tmp_path: Path) -> None:
    sheet = patterned("q 100 100 50 40 re W n /S1 sh Q q 200 100 m 250 100 l 200 150 l h W n /S1 sh Q", tmp_path)
    shapes, _ = polygons(sheet.areas)
    assert sorted(shapely.area(shapes) * POINTS**2) == pytest.approx([50 * 50 / 2, 50 * 40])


def test_a_fill_is_cut_at_the_rectangle_that_clips_it(tmp_path: Path) -> None:
    sheet = patterned("q 100 100 50 40 re W n 1 0 0 rg 90 110 200 10 re f Q", tmp_path)
    assert shown(sheet) == [(100, 110, 150, 120)]


def test_colours_that_are_no_patterns_and_words_stay() -> None:
    content = b"/Cs8 cs 0.2 scn /GS0 gs /Im1 Do BT (paint /P1 screen) Tj /F1 9 Tf ET /Sh1 Do"
    assert plain(content, {}) == content


@given(st.lists(st.sampled_from([b"P1", b"P2", b"Hatch#20x", b"R12"]), max_size=8))
def test_every_name_has_its_grey_on_the_whole_page(names: list[bytes]) -> None:
    met: dict[bytes, int] = {}
    parts = [plain(b"/Pattern cs /%s scn 0 0 9 9 re f" % name, met) for name in names]
    assert len(set(parts)) == len(set(names)) == len(met)
    assert parts == [plain(b"/Pattern cs /%s scn 0 0 9 9 re f" % name, met) for name in names]
