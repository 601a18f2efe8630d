from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.drafting.meaning import classify
from pipelines.dxf.units import infer
from pipelines.options import UnitName
from pipelines.report import UnitReport
from tests.unit.drafting import house
from tests.unit.drafting.drawn import Board

UNITS = (UnitName.MM, UnitName.CM, UnitName.M, UnitName.INCH, UnitName.FOOT)
#: $INSUNITS of each unit.
CODES = {UnitName.INCH: 1, UnitName.FOOT: 2, UnitName.MM: 4, UnitName.CM: 5, UnitName.M: 6}

Hand = Callable[[Board], None]


def named(board: Board) -> None:
    """Layers and blocks say what they hold."""
    house.double_lines(board, "A-WALL")
    house.openings(board)
    board.insert("WC", "A-FLOR-PFIX")
    board.box((6.2, 7.0), (6.6, 7.7), "A-FLOR-PFIX")


def silent(board: Board) -> None:
    """Everything lies on one layer."""
    house.double_lines(board, "0")
    house.openings(board, door="0", window="0")


def bare(board: Board) -> None:
    """Four walls and nothing else."""
    board.room((0, 0), (8, 6), "0")


def metric(board: Board) -> None:
    named(board)
    for k, name in enumerate(("거실\n42.7 m²", "침실 13.6㎡", "욕실 4평")):
        board.text((2 + 2.5 * k, 4), name, height=0.15)


def imperial(board: Board) -> None:
    named(board)
    for k, name in enumerate(("LIVING ROOM\n18'-8\" x 24'-6\"", "BEDROOM 12'x12'", "3068", "2668", "146 sq ft")):
        board.text((2 + 1.5 * k, 4), name, height=0.15)


def found(
    draw: Hand,
    unit: UnitName,
    *,
    declared: int | None = None,
    measurement: int | None = None,
    explicit: UnitName = UnitName.AUTO,
) -> UnitReport:
    board = Board(scale=1 / unit.metres)
    draw(board)
    sheet = board.sheet()
    return infer(sheet, classify(sheet), declared=declared, measurement=measurement, explicit=explicit)


def headers(unit: UnitName) -> list[int | None]:
    """No header, 'unitless', the right one, and every wrong one."""
    return [None, 0, CODES[unit], *(code for other, code in CODES.items() if other != unit)]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("draw", [named, metric, imperial], ids=lambda draw: draw.__name__)
def test_the_unit_is_found_whatever_the_header_says(draw: Hand, unit: UnitName) -> None:
    for declared in headers(unit):
        report = found(draw, unit, declared=declared)
        assert report.name == unit.value, (declared, report.evidence)
        assert report.metres_per_unit == unit.metres
        assert report.method == "evidence"


@pytest.mark.parametrize("unit", UNITS)
def test_the_unit_is_found_where_no_layer_has_a_name(unit: UnitName) -> None:
    for declared in (None, CODES[unit]):
        report = found(silent, unit, declared=declared)
        assert report.name == unit.value, (declared, report.evidence)


@pytest.mark.parametrize("unit", UNITS)
def test_a_wrong_header_makes_less_sure_and_a_right_one_surer(unit: UnitName) -> None:
    said = found(bare, unit, declared=CODES[unit])
    assert said.name == unit.value
    silence = found(bare, unit)
    others = [found(bare, unit, declared=code) for other, code in CODES.items() if other != unit]
    assert said.confidence > silence.confidence or silence.name != unit.value
    doubts = [report.confidence if report.name == unit.value else 0.0 for report in others]
    assert min(doubts) < said.confidence


@pytest.mark.parametrize("explicit", UNITS)
@pytest.mark.parametrize("unit", [UnitName.MM, UnitName.INCH])
def test_a_given_unit_wins(unit: UnitName, explicit: UnitName) -> None:
    report = found(named, unit, declared=CODES[unit], explicit=explicit)
    assert (report.name, report.metres_per_unit) == (explicit.value, explicit.metres)
    assert (report.method, report.confidence) == ("option", 1.0)
    assert report.declared == unit.value
    assert len(report.evidence) == 1


def test_every_vote_is_a_sentence() -> None:
    report = found(imperial, UnitName.INCH, declared=4)
    assert len(report.evidence) >= 5
    assert all(said[0].isupper() or said[0].isdigit() for said in report.evidence)
    assert all(said.endswith(".") for said in report.evidence)
    assert "The header declares millimetres." in report.evidence
    assert any("door swings have a radius of" in said and "if drawn in inches" in said for said in report.evidence)
    assert any("labels give sizes in feet and inches" in said for said in report.evidence)


@pytest.mark.parametrize(
    ("declared", "measurement", "said"),
    [
        (None, None, "The header declares no unit."),
        (0, 1, "The header declares no unit, but metric patterns."),
        (0, 0, "The header declares no unit, but imperial patterns."),
        (1, 0, "The header declares inches."),
        (21, 1, "The header declares no unit, but metric patterns."),
    ],
)
def test_the_header_is_told(declared: int | None, measurement: int | None, said: str) -> None:
    assert found(named, UnitName.MM, declared=declared, measurement=measurement).evidence[-1] == said


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (UnitName.MM, "3600"),
        (UnitName.MM, "3,600"),
        (UnitName.M, "3.60"),
        (UnitName.M, "3,60"),
        (UnitName.CM, "3.60 m"),
        (UnitName.CM, "360 cm"),
        (UnitName.INCH, "11'-9 3/4\""),
        (UnitName.FOOT, "11'-9 3/4\""),
        (UnitName.M, "3600"),
    ],
)
def test_a_written_dimension_beside_its_measure_tells_the_unit(unit: UnitName, text: str) -> None:
    board = Board(scale=1 / unit.metres)
    for k in range(3):
        board.line((0, 2.0 * k), (3.6, 2.0 * k))
        board.dimension((0, 2.0 * k), (3.6, 2.0 * k), text)
    sheet = board.sheet()
    report = infer(sheet, classify(sheet), declared=None, measurement=None, explicit=UnitName.AUTO)
    assert report.name == unit.value, report.evidence
    assert any("written dimensions fit" in said for said in report.evidence)


def test_dimensions_that_say_nothing_of_length_are_left_out() -> None:
    board = Board()
    board.line((0, 0), (3.6, 0))
    board.dimension((0, 0), (3.6, 0), "EQ.")
    board.dimension((0, 0), (3.6, 0), "<>")
    sheet = board.sheet()
    report = infer(sheet, classify(sheet), declared=None, measurement=None, explicit=UnitName.AUTO)
    assert not any("written" in said for said in report.evidence)


def test_doors_on_a_sheet_of_strangers_tell_the_unit() -> None:
    """A plan in inches that is declared in millimetres."""
    report = found(imperial, UnitName.INCH, declared=4, measurement=1)
    assert report.name == "in"
    assert report.declared == "mm"
    assert report.confidence > 0.9


def test_an_empty_sheet_is_taken_at_its_word() -> None:
    sheet = Board().sheet()
    meaning = classify(sheet)
    declared = infer(sheet, meaning, declared=6, measurement=None, explicit=UnitName.AUTO)
    assert (declared.name, declared.method) == ("m", "header")
    silence = infer(sheet, meaning, declared=None, measurement=None, explicit=UnitName.AUTO)
    assert (silence.name, silence.method) == ("mm", "default")
    assert silence.confidence < 0.7


@settings(max_examples=25, deadline=None)
@given(
    unit=st.sampled_from(UNITS),
    shift=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
    declared=st.sampled_from([None, 0, 1, 4, 6]),
)
def test_where_the_drawing_lies_does_not_matter(
    unit: UnitName, shift: tuple[float, float], declared: int | None
) -> None:
    board = Board(scale=1 / unit.metres, shift=shift)
    named(board)
    sheet = board.sheet()
    report = infer(sheet, classify(sheet), declared=declared, measurement=None, explicit=UnitName.AUTO)
    assert report.name == unit.value
    assert 0 < report.confidence <= 1
    assert np.isfinite(report.confidence)
