import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.drafting import lengths
from pipelines.drafting.meaning import classify
from pipelines.linework import Linework, Origin, Texts
from pipelines.pdf.numerals import numerals
from pipelines.pdf.scale import measure
from pipelines.synth.paper.letters import laid
from tests.unit.drafting.drawn import Board, Point
from tests.unit.pdf.paper import Page, flat, number

#: Grid units of the stroke font's capitals.
HIGH = 6.0


def write(board: Board, words: str, at: Point, *, angle: float = 0.0, height: float = 2.5, pen: float = 0.0) -> None:
    """Words around a point as strokes, or as outlines of strokes that are ``pen`` heights wide."""
    chains, width = laid(words)
    c, s, unit = math.cos(angle), math.sin(angle), height / HIGH

    def placed(x: float, y: float) -> Point:
        x, y = (x - width / 2) * unit, (y - HIGH / 2) * unit
        return at[0] + c * x - s * y, at[1] + s * x + c * y

    if not pen:
        for chain in chains:
            board.path([placed(*point) for point in chain], "")
        return
    strokes = shapely.linestrings if chains else None
    shapes = [shapely.LineString(chain).buffer(pen * HIGH / 2) for chain in chains] if strokes else []
    for shape in shapely.get_parts(shapely.normalize(shapely.union_all(shapes))):
        for k, ring in enumerate([shape.exterior, *shape.interiors]):
            board.sources -= k > 0  # the holes are of the same shape
            board.area([placed(x, y) for x, y in ring.coords[:-1]], "")


def written(board: Board, *, plain: int = 0) -> tuple[Linework, Linework]:
    """The sheet, and the sheet with all but the first ``plain`` strokes marked as letters."""
    board.layer("")
    sheet = board.sheet()
    origin = np.where(np.arange(len(sheet.strokes)) < plain, sheet.strokes.origin, np.int32(Origin.TEXT))
    marked = replace(sheet, strokes=replace(sheet.strokes, origin=origin.astype(np.int32)))
    return sheet, marked.select(areas=np.zeros(len(sheet.areas), np.bool_))


def read(*rows: tuple[str, Point], angle: float = 0.0, height: float = 2.5, pen: float = 0.0) -> Texts:
    board = Board()
    for words, at in rows:
        write(board, words, at, angle=angle, height=height, pen=pen)
    return numerals(*written(board))


@pytest.mark.parametrize("pen", [0.0, 0.08, 0.13])
@pytest.mark.parametrize("angle", [0.0, math.pi / 2, -math.pi / 2])
@pytest.mark.parametrize("words", ["3650", "12450", "3.65", "0.885", "2700", "1483", "6,20", "900"])
def test_numbers_are_read_in_three_directions(words: str, angle: float, pen: float) -> None:
    found = read((words, (100.0, 50.0)), angle=angle, pen=pen)
    assert [text.replace(",", ".") for text in found.text] == [words.replace(",", ".")]
    assert found.center[0] == pytest.approx((100.0, 50.0), abs=0.6)
    assert found.height[0] == pytest.approx(2.5 * (1 + pen), rel=0.05)
    assert found.rotation[0] == pytest.approx(angle)


@pytest.mark.parametrize("words", ["12'-6\"", "12'-6 1/2\"", "8'-10\"", "58'-0\"", "0'-6 3/4\"", '36"'])
@pytest.mark.parametrize("angle", [0.0, math.pi / 2])
def test_feet_and_inches_are_read(words: str, angle: float) -> None:
    (text,) = read((words, (0.0, 0.0)), angle=angle).text
    one, other = lengths.read(text), lengths.read(words)
    assert one is not None
    assert one == other


@pytest.mark.parametrize(("words", "said"), [("1:100", "1:100"), ('1/4" = 1\'-0"', '1/4" = 1\'-0"')])
def test_scales_are_read(words: str, said: str) -> None:
    assert [text.replace(" ", "") for text in read((words, (0.0, 0.0))).text] == [said.replace(" ", "")]


@pytest.mark.parametrize("words", ["LIVING ROOM", "KITCHEN", "A-101", "DN", "HALL", "+2.70", "EL.", "W"])
def test_words_are_no_numbers(words: str) -> None:
    assert read((words, (0.0, 0.0))).text == ()


def test_numbers_of_a_line_with_words_are_found() -> None:
    assert read(("LIVING  3650", (0.0, 0.0))).text == ("3650",)


def test_numbers_apart_are_not_joined() -> None:
    found = read(("3650", (0.0, 0.0)), ("1200", (20.0, 0.0)), ("885", (0.0, 12.0)))
    assert sorted(found.text) == ["1200", "3650", "885"]


def test_a_page_without_letters_has_no_numbers() -> None:
    board = Board()
    board.box((0.0, 0.0), (10.0, 10.0), "")
    sheet = board.sheet()
    assert numerals(sheet, sheet).text == ()
    assert numerals(*written(Board())).text == ()


@settings(max_examples=40, deadline=None)
@given(
    value=st.one_of(
        st.integers(10, 99_999).map(str),
        st.floats(0.1, 60).map(lambda value: f"{value:.2f}"),
        st.floats(0.1, 30).map(lambda value: number(value, "ft")),
    ),
    height=st.floats(1.0, 9.0),
    angle=st.sampled_from([0.0, math.pi / 2, -math.pi / 2]),
    at=st.tuples(st.floats(0, 800), st.floats(0, 500)),
)
def test_any_number_of_any_height(value: str, height: float, angle: float, at: Point) -> None:
    found = read((value, at), height=height, angle=angle)
    expected = lengths.read(value)
    if expected is None or len(value) < 3 or not set(value) - set(UPSIDE):
        return  # 96 may be 69, upside down
    assert [lengths.read(text) for text in found.text] == [expected]
    assert found.center[0] == pytest.approx(at, abs=0.3 * height)


#: Digits that are digits upside down.
UPSIDE = "01689"


@pytest.mark.parametrize("pen", [0.0, 0.12])
@pytest.mark.parametrize("ratio", [100.0, 87.3])
@pytest.mark.parametrize("unit", ["mm", "m", "ft"])
def test_drawn_dimensions_give_the_scale_of_a_page_without_words(unit: str, ratio: float, pen: float) -> None:
    page = Page(ratio=ratio)
    flat(page)
    for k, length in enumerate((3.62, 1.235, 2.47, 4.88, 5.115)):
        y = -0.9 - k
        page.dimension((0.3, y), (0.3 + length, y), number(length, unit))
        page.dimension((-1.0 - k, 0.3), (-1.0 - k, 0.3 + length), number(length, unit))
    plain = len(page.board.strokes)
    for at, angle, height, _, words in page.words:
        write(page.board, words, at, angle=angle, height=height, pen=pen)
    page.words = []
    page.board.layer("")
    sheet, marked = written(page.board, plain=plain)
    drawn = numerals(sheet, marked)
    found = measure(marked, classify(marked), page=page.size, drawn=drawn)
    assert found.method == "dimensions"
    assert found.ratio == (100.0 if ratio == 100 else None)
    assert found.metres_per_mm * 1000 == pytest.approx(ratio, rel=0.005)
    without = measure(marked, classify(marked), page=page.size)
    assert without.method == "doors"
