"""Documents as one sheet: pages told apart by their content, the right ones used, side by side at one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pymupdf
import pytest

from pipelines.drafting.meaning import classify
from pipelines.errors import DrawingError
from pipelines.options import ConvertOptions
from pipelines.pdf import intake, triage
from pipelines.pdf.assembly import beside, joined
from pipelines.pdf.extractor import Document
from pipelines.pdf.page import MM
from pipelines.pdf.reader import drawn as pictured
from pipelines.pdf.vectors import linework
from pipelines.source import read
from pipelines.stopwatch import Stopwatch
from pipelines.synth.pdf import Writer
from pipelines.synth.plot import random_plot
from tests.unit.pdf.documents import document
from tests.unit.pdf.documents import read as page_of

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.linework import Linework
    from pipelines.reading import Reading

LETTER = "".join(f"BT /helv 11 Tf 40 {40 + 12 * k} Td (We thank you for your letter of May.) Tj ET " for k in range(20))


def plan(seed: int = 1, writer: Writer = Writer.FLAT) -> bytes:
    """A plotted plan."""
    return random_plot(seed, writer=writer).printed.data


def bound(*documents: bytes) -> bytes:
    """Several documents as one."""
    made = pymupdf.open()
    for data in documents:
        made.insert_pdf(pymupdf.open("pdf", data))
    result: bytes = made.tobytes()
    return result


def reading(data: bytes, folder: Path, **options: Any) -> Reading:
    path = folder / "plans.pdf"
    path.write_bytes(data)
    return read(path, ConvertOptions(**options), Stopwatch())


def photograph(width: int = 600, height: int = 400, strips: int = 1) -> bytes:
    """A page that is a picture, or strips of one."""
    made = pymupdf.open()
    page = made.new_page(width=842, height=595)
    pixels = np.full((height // strips, width), 255, np.uint8)
    pixels[:, ::40] = 0
    for k in range(strips):
        image = pymupdf.Pixmap(pymupdf.csGRAY, width, height // strips, pixels.tobytes(), False)
        page.insert_image(
            (20, 20 + k * 500 / strips, 820, 20 + (k + 1) * 500 / strips), pixmap=image, keep_proportion=False
        )
    result: bytes = made.tobytes(deflate=True)
    return result


RULED = "".join(f"30 {40 + 12 * k} m 300 {40 + 12 * k} l S " for k in range(30))
#: A quarter of a circle, as doors swing.
SWING = "1 0 0 1 {x} 100 cm 30 0 m 30 16.569 16.569 30 0 30 c S 1 0 0 1 -{x} -100 cm "


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (plan(), "vector"),
        (plan(43, Writer.CONVERTER), "vector"),
        (photograph(), "scan"),
        (photograph(strips=8), "scan"),
        (document(LETTER), "text"),
        (document(LETTER + RULED), "text"),
        (document(LETTER + RULED + SWING.format(x=100) + SWING.format(x=300)), "vector"),
        (document(LETTER + RULED + SWING.format(x=100)), "text"),
        (document(""), "empty"),
    ],
)
def test_a_page_is_told_by_its_content(data: bytes, content: str, tmp_path: Path) -> None:
    assert triage.judge(page_of(data, tmp_path)) == content


def test_a_plan_with_a_picture_beside_it_is_mixed(tmp_path: Path) -> None:
    made = pymupdf.open("pdf", plan())
    image = pymupdf.Pixmap(pymupdf.csGRAY, 60, 60, bytes(3600), False)
    made[0].insert_image((0, 0, made[0].rect.width / 2, made[0].rect.height / 2), pixmap=image, keep_proportion=False)
    assert triage.judge(page_of(made.tobytes(), tmp_path)) == "mixed"


def test_strips_are_one_picture(tmp_path: Path) -> None:
    page = page_of(photograph(strips=8), tmp_path)
    assert triage.pictured(page) == pytest.approx((20 * MM, 75 * MM, 820 * MM, 575 * MM), abs=0.1)
    assert triage.density(page) == pytest.approx(np.sqrt(600 * 400 / (800 * 500)) / MM, rel=0.02)


def test_a_letter_before_a_plan_is_not_used(tmp_path: Path) -> None:
    found = reading(bound(document(LETTER), plan(), document("")), tmp_path)
    assert [(page.content, page.used) for page in found.report.pages] == [
        ("text", False),
        ("vector", True),
        ("empty", False),
    ]
    assert {(each.kind, each.reason, each.count) for each in found.report.skipped} == {
        ("page", "text_only", 1),
        ("page", "empty", 1),
    }
    alone = reading(plan(), tmp_path)
    assert len(found.linework.strokes) == len(alone.linework.strokes)
    assert found.report.pages[1].scale is not None


def test_the_page_that_was_asked_for_is_used_alone(tmp_path: Path) -> None:
    data = bound(plan(1), plan(2))
    second = reading(data, tmp_path, page=2)
    assert [page.number for page in second.report.pages] == [2]
    assert len(second.linework.strokes) == len(reading(plan(2), tmp_path).linework.strokes)
    with pytest.raises(DrawingError, match="Page 1 holds writing only"):
        reading(bound(document(LETTER), plan()), tmp_path, page=1)


def test_a_scale_that_is_given_decides(tmp_path: Path) -> None:
    found = reading(plan(), tmp_path, scale=50.0)
    units = found.measure(found.linework, classify(found.linework))
    assert (units.name, units.metres_per_unit, units.method) == ("mm", 0.05, "option")


def sheets(*data: bytes, folder: Path) -> list[Linework]:
    return [linework(page_of(each, folder)) for each in data]


def test_pages_lie_side_by_side_and_keep_what_they_point_at(tmp_path: Path) -> None:
    one, other = sheets(plan(1, Writer.LAYERED), plan(2, Writer.LAYERED), folder=tmp_path)
    places = beside([(1, (420.0, 297.0), 1.0), (2, (594.0, 420.0), 0.5)])
    whole = joined([one, other], places)
    begin = len(one.strokes)
    names = [layer.name for layer in whole.layers]
    assert len(names) == len(set(names))
    assert whole.strokes.start[:begin] == pytest.approx(one.strokes.start)
    assert whole.strokes.start[begin:] == pytest.approx(other.strokes.start * 0.5 + places[1].low)
    assert places[1].low[0] > 420 * 1.2
    for row in range(0, len(other.strokes), 97):
        at = begin + row
        assert names[whole.strokes.layer[at]] == other.layers[other.strokes.layer[row]].name
        assert whole.handles[whole.strokes.source[at]] == f"2:{other.handles[other.strokes.source[row]]}"
        if other.strokes.arc[row] >= 0:
            assert whole.arcs.radius[whole.strokes.arc[at]] == pytest.approx(
                other.arcs.radius[other.strokes.arc[row]] * 0.5
            )
    assert len(set(whole.areas.region.tolist())) == len(set(one.areas.region.tolist())) + len(
        set(other.areas.region.tolist())
    )
    assert whole.texts.text == one.texts.text + other.texts.text


def test_a_picture_of_the_sheet_shows_the_page_that_lies_there(tmp_path: Path) -> None:
    path = tmp_path / "two.pdf"
    path.write_bytes(document("100 100 50 50 re f", "", size=(200, 200)))
    places = beside([(2, (200 * MM, 200 * MM), 1.0), (1, (200 * MM, 200 * MM), 2.0)])
    low = places[1].low
    with Document(path) as opened:
        picture = pictured(opened, places, low - 10.0, low + 2 * 200 * MM, 2.0)
        empty = pictured(opened, places, places[0].low, places[0].low + 50.0, 2.0)
        with pytest.raises(DrawingError):
            pictured(opened, places, low, low + 1e6, 1.0)
    assert (empty == 255).all()
    assert picture.shape == (round((400 * MM + 10) * 2),) * 2
    rows, columns = np.nonzero(picture < 128)
    left, top = 20 + 200 * MM * 2, picture.shape[0] - 20 - 300 * MM * 2
    assert (columns.min(), rows.min()) == pytest.approx((left, top), abs=2)
    assert np.ptp(columns) == pytest.approx(100 * MM * 2, abs=2)


def test_of_a_thick_document_the_pages_with_the_most_drawn_on_them_are_read(tmp_path: Path) -> None:
    path = tmp_path / "book.pdf"
    rng = np.random.default_rng(0)  # words that hardly pack, so that a page of them outweighs the plan
    words = "".join(f"BT /helv 7 Tf 9 {k} Td ({rng.bytes(60).hex()}) Tj ET " for k in range(600))
    path.write_bytes(bound(document(*[words] * 40), plan(), document(*[words] * 40)))
    with Document(path) as opened:
        chosen = intake.chosen(opened, None)
    assert len(chosen) == intake.MOST_PAGES
    assert 41 in [page.number for page in chosen]
    assert [page.number for page in chosen] == sorted(page.number for page in chosen)
