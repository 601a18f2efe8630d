import math
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.pdf.paper import Page, flat, number

#: Lengths that are no multiples of each other, metres.
LENGTHS = (3.62, 1.235, 2.47, 4.88, 0.885, 5.115, 2.01, 6.34)
STYLES = ("tick", "arrow", "broken", "over")
WORDS = ("3600", "12'-6\"", "1:100", "SCALE", "", "0.9", '½"', "A1")
UNITS = ("mm", "cm", "m", "m,", "ft")


def dimensioned(page: Page, unit: str = "mm", style: str = "tick", *, count: int = 8) -> None:
    """Dimensions below and left of the flat."""
    flat(page)
    for k, length in enumerate(LENGTHS[:count]):
        if k % 2:
            page.dimension(
                (0.5 + 0.1 * k, -0.9 - k), (0.5 + 0.1 * k + length, -0.9 - k), number(length, unit), style=style
            )
        else:
            x = -0.9 - k
            page.dimension((x, 0.3 * k), (x, 0.3 * k + length), number(length, unit), style=style)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("style", STYLES)
def test_dimensions_of_every_hand_give_the_scale(style: str, unit: str) -> None:
    page = Page()
    dimensioned(page, unit, style)
    found = page.measured()
    assert (found.method, found.ratio) == ("dimensions", 100.0)
    assert found.metres_per_mm == pytest.approx(0.1)
    assert found.confidence > 0.9
    # A broken line may leave no room for pieces of line beside its number.
    assert re.match(r"([78]) of \1 dimension texts agree on 1:100 within 0\.\d %\.$", found.evidence[0])


@settings(max_examples=60, deadline=None)
@given(
    ratio=st.floats(18, 420),
    turn=st.floats(-math.pi, math.pi),
    unit=st.sampled_from(UNITS),
    style=st.sampled_from(STYLES),
)
@example(ratio=21.0, turn=0.0, unit="mm", style="over")  # lines that run on are hardly longer than what they measure
def test_any_scale_any_turn_any_unit(ratio: float, turn: float, unit: str, style: str) -> None:
    page = Page(ratio=ratio, turn=turn, letters=min(2.5, 250 / ratio))
    dimensioned(page, unit, style)
    found = page.measured()
    assert found.method == "dimensions"
    assert found.metres_per_mm * 1000 == pytest.approx(ratio, rel=0.006)


@pytest.mark.parametrize("ratio", [97.3, 50.9, 141.4, 37.8])
def test_a_refitted_page_keeps_its_odd_scale_whatever_is_written(ratio: float) -> None:
    page = Page(ratio=ratio)
    dimensioned(page)
    page.text((4, -12), "SCALE 1:100")
    found = page.measured()
    assert found.method == "dimensions"
    assert found.ratio is None
    assert found.metres_per_mm * 1000 == pytest.approx(ratio, rel=0.003)
    assert 'A note says "SCALE 1:100", which was not followed.' in found.evidence


def test_few_rounded_dimensions_are_taken_for_a_scale_of_practice() -> None:
    page = Page()
    flat(page)
    for k, length in enumerate((1.004, 1.996, 0.503)):
        page.dimension((0, -1 - k), (length, -1 - k), f"{length:.1f}0")
    assert page.measured().ratio == 100.0


def test_a_chain_on_one_line_is_read_between_its_ticks() -> None:
    page = Page()
    flat(page)
    x = 0.0
    for length in LENGTHS:
        page.dimension((x, -1), (x + length, -1), number(length, "mm"), style="chain")
        x += length
    page.line((0, -1), (x, -1))
    found = page.measured()
    assert (found.method, found.ratio) == ("dimensions", 100.0)
    assert found.evidence[0].startswith("8 of 8")


@pytest.mark.parametrize(
    ("pieces", "length"),
    [(("12'-6", '1/2"'), 3.8227), (("3.65", "5"), 3.655), (("3", "655"), 3.655), (("3655", "mm"), 3.655)],
)
def test_numbers_in_pieces_are_put_together(pieces: tuple[str, str], length: float) -> None:
    page = Page()
    flat(page)
    mm = page.ratio / 1000
    for k, factor in enumerate((1.0, 1.0, 1.0)):
        y = -1.0 - k
        page.dimension((0, y), (length * factor, y), "")
        page.words.pop()
        wide = [0.6 * page.letters * len(piece) * mm for piece in pieces]
        left = length / 2 - (sum(wide) + 0.3 * page.letters * mm) / 2
        page.text((left + wide[0] / 2, y + page.letters * mm), pieces[0])
        small = pieces[1] == "5"
        right = left + wide[0] + 0.3 * page.letters * mm + wide[1] / 2
        page.text(
            (right, y + (1.3 if small else 1.0) * page.letters * mm),
            pieces[1],
            height=0.6 * page.letters if small else None,
        )
    found = page.measured()
    assert found.evidence[0].startswith("3 of 3 dimension texts agree on 1:100")


def test_what_is_no_dimension_is_outvoted() -> None:
    page = Page()
    dimensioned(page)
    rng = np.random.default_rng(4)
    for k in range(40):
        x, y = rng.uniform(0.5, 8.5), rng.uniform(0.5, 5.5)
        page.text(
            (x, y),
            str(rng.choice(["101", "102", "+2.70", "12.5", "18.40 m²", "2100", "900", "2668", "03.04.2024", "0.00"])),
        )
        page.line((x - rng.uniform(0.3, 2), y - 0.2), (x + rng.uniform(0.3, 2), y - 0.2 - 0.001 * k))
    found = page.measured()
    assert (found.method, found.ratio) == ("dimensions", 100.0)


def test_the_cells_of_a_table_are_no_dimensions() -> None:
    page = Page()
    flat(page)
    for k, wide in enumerate((700, 800, 900, 1000, 1200, 1400, 1600, 1800, 2000, 2200)):
        y = -2 - 0.6 * k
        for x in (0.0, 2.0, 4.0):
            page.line((x, y - 0.3), (x, y + 0.3))
        page.line((0, y - 0.3), (4, y - 0.3))
        page.text((1, y), str(wide))
        page.text((3, y), "2100")
    assert page.measured().method == "doors"


@pytest.mark.parametrize(("unit", "ratio"), [("mm", 100.0), ("cm", 100.0), ("mm", 20.0), ("cm", 200.0), ("m", 50.0)])
def test_doors_and_walls_tell_millimetres_from_centimetres(unit: str, ratio: float) -> None:
    page = Page(ratio=ratio, letters=min(2.5, 250 / ratio))
    dimensioned(page, unit)
    assert page.measured().ratio == ratio


def test_the_dimensions_of_the_plan_decide_over_those_of_more_details() -> None:
    page = Page()
    dimensioned(page, count=5)
    for k in range(16):
        length = 0.11 + 0.037 * k
        # A detail at 1:20 on a page of 1:100 is five times as large.
        page.dimension((20, 0.7 * k), (20 + 5 * length, 0.7 * k), number(length, "mm"))
    corners = np.array([[page.at((0, 0)), page.at((9, 6))]])
    # The dimensions of this flat stand farther from it than usual.
    around = corners + np.array([[[-60.0, -60.0], [0.0, 0.0]]])
    assert page.measured().ratio != 100.0
    assert page.measured(regions=around).ratio == 100.0


def test_plans_without_dimensions_leave_it_to_the_rest_of_the_page() -> None:
    page = Page()
    dimensioned(page)
    nowhere = np.array([[[400.0, 300.0], [410.0, 310.0]]])
    assert page.measured(regions=nowhere).ratio == 100.0


def test_dimensions_that_a_reader_has_vote_too() -> None:
    page = Page()
    flat(page)
    for k, length in enumerate(LENGTHS):
        page.board.dimension(page.at((0, -k)), page.at((length, -k)), number(length, "mm"))
    found = page.measured()
    assert (found.method, found.ratio) == ("dimensions", 100.0)


@pytest.mark.parametrize("seed", range(5))
def test_a_scan_may_be_out_by_a_pixel(seed: int) -> None:
    page = Page()
    dimensioned(page)
    rng = np.random.default_rng(seed)
    board = page.board
    board.strokes = [
        (tuple(a + rng.uniform(-0.12, 0.12, 2)), tuple(b + rng.uniform(-0.12, 0.12, 2)), *rest)  # type: ignore[misc]
        for a, b, *rest in board.strokes
    ]
    found = page.measured(slack=0.2)
    assert found.method == "dimensions"
    assert found.metres_per_mm == pytest.approx(0.1, rel=0.01)


def test_a_wrong_number_or_two_do_no_harm() -> None:
    page = Page()
    dimensioned(page)
    page.dimension((0, 9), (3, 9), "3300")
    page.dimension((0, 10), (4, 10), "1200")
    assert page.measured().ratio == 100.0


@pytest.mark.parametrize("explicit", [100.0, 50.0, 73.0])
def test_a_given_scale_decides_and_what_contradicts_it_is_told(explicit: float) -> None:
    page = Page()
    dimensioned(page)
    found = page.measured(explicit=explicit)
    assert (found.method, found.ratio, found.confidence) == ("option", explicit, 1.0)
    assert found.metres_per_mm == pytest.approx(explicit / 1000)
    contradicted = any(said.startswith("But 8 of 8 dimension texts agree on 1:100") for said in found.evidence)
    assert contradicted is (explicit != 100.0)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.floats(0, 500), st.floats(0, 400), st.sampled_from(WORDS), st.floats(0, 6.3),
            st.sampled_from([0.0, 1e-9, 2.5, 80.0]),
        ),
        max_size=25,
    ),
    lines=st.lists(st.tuples(*(st.floats(0, 500) for _ in range(4))), max_size=25),
    slack=st.sampled_from([0.0, 0.3]),
)  # fmt: skip
def test_whatever_lies_on_a_page_a_scale_is_told(
    rows: list[tuple[float, float, str, float, float]], lines: list[tuple[float, float, float, float]], slack: float
) -> None:
    page = Page()
    page.words = [((x, y), turn, tall, tall * len(text), text) for x, y, text, turn, tall in rows]
    for x0, y0, x1, y1 in lines:
        page.board.line((x0, y0), (x1, y1), "")
    found = page.measured(slack=slack)
    assert math.isfinite(found.metres_per_mm)
    assert found.metres_per_mm > 0
    assert 0 <= found.confidence <= 1
    assert all(said.endswith(".") for said in found.evidence)
