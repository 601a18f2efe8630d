import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.drafting.meaning import classify
from pipelines.pdf.scale import measure, practice
from pipelines.pdf.scale.leaves import gauged
from tests.unit.pdf.paper import Page, flat


def test_a_note_is_believed_where_doors_do_not_contradict_it() -> None:
    page = Page()
    flat(page)
    page.text((4, -2), "SCALE 1:100")
    found = page.measured()
    assert (found.method, found.ratio) == ("note", 100.0)
    assert found.confidence > 0.6
    assert found.evidence[0] == 'A note says "SCALE 1:100".'


def test_a_note_that_makes_doors_giants_is_not_followed() -> None:
    page = Page(ratio=50)
    flat(page)
    page.text((4, -1), "SCALE 1:500")
    found = page.measured()
    assert (found.method, found.ratio) == ("doors", 50.0)
    assert 'A note says "SCALE 1:500", which was not followed.' in found.evidence


def test_of_two_notes_doors_choose() -> None:
    page = Page(ratio=50)
    flat(page)
    page.text((4, -1), "SCALE 1:20")
    page.text((9, -1), "SCALE 1:50")
    found = page.measured()
    assert (found.method, found.ratio) == ("note", 50.0)


@pytest.mark.parametrize("ratio", [50.0, 100.0, 200.0])
@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_doors_tell_scales_of_practice_apart(ratio: float, turn: float) -> None:
    page = Page(ratio=ratio, turn=turn)
    flat(page)
    page.text((4, -2), "KITCHEN")
    found = page.measured()
    assert (found.method, found.ratio) == ("doors", ratio)
    assert found.confidence <= 0.55
    assert found.evidence[-1] == f"Neither dimensions nor a note tell the scale: 1:{ratio:g} is an estimate by doors."


def test_american_paper_or_feet_and_inches_choose_the_architects_scale() -> None:
    for size, words in (((914.4, 609.6), "KITCHEN"), ((500.0, 300.0), "12'-6\"")):
        page = Page(ratio=48, size=size)
        flat(page)
        for k in range(3):
            page.text((4, -2 - k), words)
        assert page.measured().ratio == 48.0


def test_a_plant_between_its_spokes_is_no_door() -> None:
    page = Page()
    page.door((0.0, 3.0), 0.9)
    page.door((3.0, 3.0), 0.8)
    for k in range(8):
        angle = k * math.pi / 4
        page.line((6.0, 0.0), (6.0 + 0.25 * math.cos(angle), 0.25 * math.sin(angle)))
        page.board.arc(page.at((6.0, 0.0)), 2.5, angle, math.pi / 4, "")
    found = page.measured()
    assert any(said.startswith("2 door swings have a radius of 8.5 mm") for said in found.evidence)


def test_arcs_without_leaves_are_weaker_than_doors() -> None:
    page = Page()
    for k in range(6):
        page.door((2.0 * k, 0.0), 0.3, leaf=False)
    page.door((0.0, 3.0), 0.9)
    page.door((3.0, 3.0), 0.8)
    found = page.measured()
    assert found.method == "doors"
    assert any(said.startswith("2 door swings have a radius of 8.5 mm") for said in found.evidence)


def test_walls_alone_give_an_estimate() -> None:
    page = Page()
    for k in range(4):
        page.room((6.0 * k, 0.0), (6.0 * k + 5.0, 7.0), wall=0.2)
    page.text((4, -2), "KITCHEN")
    found = page.measured()
    assert (found.method, found.ratio) == ("walls", 100.0)
    assert found.confidence <= 0.4


def test_an_empty_page_is_assumed_to_be_usual() -> None:
    found = Page().measured()
    assert found.method == "assumed"
    assert found.ratio in (50.0, 100.0)
    assert found.confidence <= 0.2
    assert found.evidence[-1].startswith("Nothing on the page tells its scale: ")


@settings(max_examples=40, deadline=None)
@given(st.floats(15, 300))
def test_leaves_of_several_widths_gauge_a_refitted_page(ratio: float) -> None:
    page = Page(ratio=ratio, size=(500.0, 300.0))
    flat(page)
    page.door((2, 8), 0.7)
    found = page.measured()
    assert found.method == "doors"
    assert found.metres_per_mm * 1000 == pytest.approx(ratio, rel=0.016)


@pytest.mark.parametrize("widths", [(0.9, 0.8, 0.7), (0.6, 0.8, 1.0), (0.9144, 0.762, 0.6096)])
@settings(max_examples=20, deadline=None)
@given(error=st.floats(-0.08, 0.08))
def test_widths_in_use_mend_an_estimate(widths: tuple[float, ...], error: float) -> None:
    radii = np.array([*widths, *widths]) * 10.0
    assert gauged(radii, 100.0 * np.exp(error)) == pytest.approx(100.0, rel=0.017)


def test_one_width_gauges_nothing() -> None:
    assert gauged(np.full(6, 8.4), 100.0) is None
    assert gauged(np.array([2.5, 2.5, 8.4]), 100.0) is None
    assert gauged(np.zeros(0), 100.0) is None


@pytest.mark.parametrize(("ratio", "near"), [(100.9, 100), (99.2, 100), (48.3, 48), (49.5, 50), (193.0, 192)])
def test_scales_near_one_of_practice_are_taken_for_it(ratio: float, near: float) -> None:
    assert practice.snapped(ratio) == near
    assert practice.snapped(ratio, 0.001) is None


@pytest.mark.parametrize("ratio", [98.0, 52.0, 110.0, 37.8])
def test_odd_scales_stay(ratio: float) -> None:
    assert practice.snapped(ratio) is None


@pytest.mark.parametrize(
    ("size", "name"),
    [((420, 297), "A3"), ((297, 420), "A3"), ((841.9, 594.8), "A1"), ((914.4, 609.6), "ARCH D"), ((500, 300), "")],
)
def test_paper_is_known_by_its_size(size: tuple[float, float], name: str) -> None:
    assert practice.paper(size) == name


@pytest.mark.parametrize(("ratio", "method"), [(60.0, "note"), (45.0, "doors")])
def test_a_note_on_a_page_that_may_be_refitted_is_true_where_doors_bear_it_out(ratio: float, method: str) -> None:
    page = Page(ratio=ratio, size=(303.0, 217.0))
    page.room((0, 0), (9, 6), 0.12)
    for k in range(3):
        page.door((1 + 2.5 * k, 0.2), 0.88)
    plain = page.sheet()
    page.text((4, -3), "1:60")
    found = measure(plain, classify(plain), page=page.size, drawn=page.sheet().texts)
    assert found.method == method
    assert found.metres_per_mm * 1000 == pytest.approx(ratio, rel=0.1)
