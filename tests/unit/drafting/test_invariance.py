"""What is understood of a drawing does not depend on how it lies on the table."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.drafting.meaning import classify
from pipelines.dxf.units import infer
from pipelines.linework import Linework
from pipelines.options import UnitName
from pipelines.plan import Storey
from tests.unit.drafting import house
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import understood
from tests.unit.drafting.turned import moved, shuffled, similarity, turned

Style = Callable[[Board, str], None]


def drawn(style: Style, layer: str) -> Board:
    board = Board()
    style(board, layer)
    house.openings(board)
    board.text((3, 4), "LIVING ROOM")
    board.text((8, 6), "BATH")
    for x in (2.0, 4.0, 5.0):
        board.area([(x, 5.0), (x + 0.3, 5.0), (x + 0.3, 5.3), (x, 5.3)], "S-COLS")
    for k in range(8):
        board.line((7, 0.6 + 0.28 * k), (8, 0.6 + 0.28 * k), "A-STAIR")
    board.insert("BED", "A-FURN")
    board.box((6.3, 4.5), (8.3, 6.1), "A-FURN")
    return board


@cache
def sheet_of(style: Style, layer: str) -> Linework:
    return drawn(style, layer).sheet()


@cache
def storey_of(style: Style, layer: str) -> Storey:
    return understood(sheet_of(style, layer)).storey


def same(one: Storey, other: Storey, matrix: np.ndarray) -> None:
    """The second storey is the first after a similarity of scale 1."""
    assert sorted(one.openings.kind) == sorted(other.openings.kind)
    expected, found = moved(one.openings.center, matrix), other.openings.center
    nearest = np.hypot(*np.moveaxis(expected[:, None] - found[None], 2, 0)).argmin(axis=1)
    assert sorted(nearest.tolist()) == list(range(len(found)))
    np.testing.assert_allclose(found[nearest], expected, atol=0.01)
    np.testing.assert_allclose(other.openings.width[nearest], one.openings.width, atol=0.01)
    np.testing.assert_allclose(np.sort(other.rooms.area), np.sort(one.rooms.area), rtol=0.005)
    assert sorted(other.rooms.name) == sorted(one.rooms.name)
    assert len(other.columns) == len(one.columns)
    assert sorted(other.stairs.tread_count.tolist()) == sorted(one.stairs.tread_count.tolist())
    assert other.furniture.name == one.furniture.name
    np.testing.assert_allclose(np.sort(other.walls.thickness), np.sort(one.walls.thickness), atol=0.005)


SHEETS = st.tuples(st.sampled_from(house.STYLES), st.sampled_from(["A-WALL", "0"]))


def test_the_drawing_holds_what_is_compared() -> None:
    storey = storey_of(house.double_lines, "A-WALL")
    counts = [len(t) for t in (storey.openings, storey.rooms, storey.columns, storey.stairs, storey.furniture)]
    assert counts == [6, 3, 3, 1, 1]


@settings(max_examples=20, deadline=None)
@given(which=SHEETS, shift=st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)))
def test_it_may_lie_anywhere(which: tuple[Style, str], shift: tuple[float, float]) -> None:
    matrix = similarity(shift=shift)
    same(storey_of(*which), understood(turned(sheet_of(*which), matrix)).storey, matrix)


@settings(max_examples=20, deadline=None)
@given(which=SHEETS, quarters=st.integers(0, 3), mirrored=st.booleans())
def test_it_may_be_turned_and_mirrored(which: tuple[Style, str], quarters: int, mirrored: bool) -> None:
    matrix = similarity(angle=quarters * np.pi / 2, mirrored=mirrored)
    same(storey_of(*which), understood(turned(sheet_of(*which), matrix)).storey, matrix)


@settings(max_examples=30, deadline=None)
@given(which=SHEETS, angle=st.floats(-np.pi, np.pi))
def test_it_may_be_turned_by_any_angle(which: tuple[Style, str], angle: float) -> None:
    matrix = similarity(angle=angle)
    same(storey_of(*which), understood(turned(sheet_of(*which), matrix)).storey, matrix)


@settings(max_examples=20, deadline=None)
@given(which=SHEETS, seed=st.integers(0, 2**16))
def test_its_lines_may_be_drawn_in_any_order_and_direction(which: tuple[Style, str], seed: int) -> None:
    same(storey_of(*which), understood(shuffled(sheet_of(*which), seed)).storey, similarity())


@pytest.mark.parametrize("style", house.STYLES, ids=lambda style: style.__name__)
@pytest.mark.parametrize("unit", [UnitName.MM, UnitName.CM, UnitName.M, UnitName.INCH, UnitName.FOOT])
def test_it_may_be_drawn_in_any_unit(unit: UnitName, style: Style) -> None:
    sheet = turned(sheet_of(style, "A-WALL"), similarity(scale=1 / unit.metres))
    found = infer(sheet, classify(sheet), declared=None, measurement=None, explicit=UnitName.AUTO)
    assert found.name == unit.value
    metric = sheet.moved(np.zeros(2), found.metres_per_unit)
    same(storey_of(style, "A-WALL"), understood(metric).storey, similarity())
