import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.drafting.lengths import metres, read
from pipelines.options import UnitName

MM, CM, M = UnitName.MM, UnitName.CM, UnitName.M
INCH = 0.0254


@pytest.mark.parametrize(
    ("text", "habit", "expected"),
    [
        ("3600", MM, 3.6),
        ("12 500", MM, 12.5),
        ("12,500", MM, 12.5),
        ("3.650", MM, 3.65),
        ("(900)", MM, 0.9),
        ("3600 TYP.", MM, 3.6),
        ("360", CM, 3.6),
        ("88,5", CM, 0.885),
        ("3.60", M, 3.6),
        ("3,60", M, 3.6),
        (".90", M, 0.9),
        ("24", M, 0.24),
        ("88⁵", M, 0.885),
        ("3.65⁵", M, 3.655),
        ("2.135", M, 2.135),
        ("360 cm", MM, 3.6),
        ("3.6m", MM, 3.6),
        ("ca. 3600 mm", M, 3.6),
        ("3 600", MM, 3.6),
    ],
)
def test_metric_numbers_mean_what_their_office_means(text: str, habit: UnitName, expected: float) -> None:
    written = read(text)
    assert written is not None
    assert written.metres(habit) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "inches"),
    [
        ("12'-6 1/2\"", 150.5),
        ("12' - 6 1/2\"", 150.5),
        ("12'-6½\"", 150.5),
        ("12’–6 1⁄2”", 150.5),
        ("12'-6-1/2\"", 150.5),
        ("8'4\"", 100),
        ("8'-4", 100),
        ("12'", 144),
        ("12.5'", 150),
        ('36"', 36),
        ("5 1/2''", 5.5),
        ('½"', 0.5),
        ("0'-6\"", 6),
        ("6 ft 2 in", 74),
        ("3'-0\" CLR.", 36),
    ],
)
@pytest.mark.parametrize("habit", [MM, CM, M])
def test_feet_and_inches_say_their_unit(text: str, inches: float, habit: UnitName) -> None:
    written = read(text)
    assert written is not None
    assert written.metres(habit) == pytest.approx(inches * INCH)


@pytest.mark.parametrize(
    "text",
    [
        *("", "KITCHEN", "+2.70", "-2.70", "±0.00", "01", "007", "12.5 m²", "12.5 m2", "3.60 x 4.20", "12'6 x 14'"),
        *("1:100", "1/100", "12.03.2024", "12/6", "90°", "Ø900", "R450", "H=2.70", "B12", "12:30", "5%"),
        *("0", "0'-0\"", "9'-14\"", '3 4/3"', "'", '"'),
    ],
)
def test_what_is_no_length_is_not_read_as_one(text: str) -> None:
    assert read(text) is None
    assert math.isnan(metres(text))


@pytest.mark.parametrize(("text", "habit"), [("3.60", MM), ("3.60", CM), ("360", M), ("88⁵", MM)])
def test_no_office_of_this_habit_writes_so(text: str, habit: UnitName) -> None:
    written = read(text)
    assert written is not None
    assert math.isnan(written.metres(habit))


@pytest.mark.parametrize(("text", "expected"), [("3600", 3.6), ("3.60", 3.6), ("12'-6\"", 3.81), ("360 cm", 3.6)])
def test_an_unknown_office_is_taken_as_usual(text: str, expected: float) -> None:
    assert metres(text) == pytest.approx(expected)


def test_a_short_number_of_an_unknown_office_may_be_anything() -> None:
    assert math.isnan(metres("101"))


@given(st.integers(1, 99_999))
def test_any_whole_number_of_millimetres(value: int) -> None:
    for text in (f"{value}", f"{value} mm", f"~{value}"):
        written = read(text)
        assert written is not None
        assert written.metres(MM) == pytest.approx(value / 1000)


@given(st.integers(0, 200), st.integers(0, 11), st.sampled_from([(0, 1), (1, 2), (3, 4), (5, 8), (15, 16)]))
def test_any_feet_and_inches(feet: int, inches: int, part: tuple[int, int]) -> None:
    above, below = part
    if feet + inches + above == 0:
        return
    fraction = f" {above}/{below}" if above else ""
    written = read(f"{feet}'-{inches}{fraction}\"")
    assert written is not None
    assert written.metres(MM) == pytest.approx((feet * 12 + inches + above / below) * INCH)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    written = read(text)
    assert written is None or (math.isfinite(written.value) and written.value > 0)
