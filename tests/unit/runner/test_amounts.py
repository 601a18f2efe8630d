from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.amounts import SCALE


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("100", 100),
        ("1:100", 100),
        (" 1 / 50 ", 50),
        ("1:12.5", 12.5),
        ('1/4"=1\'-0"', 48),
        ("1/4\" = 1'", 48),
        ("3/16″=1′-0″", 64),
        ("1/8 in = 1 ft", 96),
        ("1/8''=1'", 96),
        ("1\"=20'", 240),
        ("1 inch = 1 foot 6 inches", 18),
        ('1 1/4"=5 ft', 48),
        ('1"=1\'-6 1/2"', 18.5),
    ],
)
def test_a_scale_as_people_write_it(text: str, scale: float) -> None:
    assert SCALE.read(text) == scale


@pytest.mark.parametrize(
    "text",
    ["", "big", "1:", ":100", "-100", "1:-100", "100:1", "1e2", "1,000", "nan", "inf", "1:100\n", '1/4"', "4'=1\""],
)
def test_what_is_no_scale_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match='is no scale: write it as 1:100, 100 or 1/4"=1\'-0"'):
        SCALE.read(text)


@pytest.mark.parametrize("text", ["0", "1:0", "1:9.99", "0.01", "10001", "1/0\"=1'", "0\"=1'", "1'=1'", '3"=1\'-0"'])
def test_a_number_that_is_no_scale_of_a_plan_is_told_which_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no scale"):
        SCALE.read(text)


def test_what_is_wrong_is_not_repeated_at_length() -> None:
    with pytest.raises(ValueError, match="is no scale") as caught:
        SCALE.read("1" * 100_000)
    assert len(str(caught.value)) < 200


@given(st.integers(10, 10_000))
def test_every_whole_scale_of_a_plan_is_read_in_each_way(number: int) -> None:
    assert SCALE.read(f"{number}") == SCALE.read(f"1:{number}") == SCALE.read(f"1/{number}") == number


@given(st.integers(1, 16), st.integers(0, 4), st.integers(1, 100), st.integers(0, 11))
def test_feet_and_inches_are_what_they_are(sixteenths: int, inches: int, feet: int, more: int) -> None:
    paper, real = inches + sixteenths / 16, 12 * feet + more
    text = f'{inches} {sixteenths}/16" = {feet}\'-{more}"'
    if not 10 <= real / paper <= 10_000:
        with pytest.raises(ValueError, match="of a plan"):
            SCALE.read(text)
    else:
        assert SCALE.read(text) == pytest.approx(real / paper)
