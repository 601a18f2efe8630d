import math

import numpy as np
import pytest
import shapely

from pipelines.plan import Stairs
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import understood
from tests.unit.drafting.turned import similarity, turned


def stairwell() -> Board:
    board = Board()
    board.room((-1, -1), (6, 8))
    return board


def treads(
    board: Board, x: float, y: float, count: int, *, going: float = 0.28, width: float = 1.0, layer: str
) -> None:
    for k in range(count):
        board.line((x, y + k * going), (x + width, y + k * going), layer)


def stairs(board: Board) -> Stairs:
    return understood(board.sheet()).storey.stairs


@pytest.mark.parametrize("layer", ["A-FLOR-STRS", "계단", "階段", "楼梯", "TREPPE", "Escaliers", "ESCALERA", "0"])
def test_equal_treads_are_a_flight(layer: str) -> None:
    board = stairwell()
    treads(board, 1, 1, 12, layer=layer)
    found = stairs(board)
    assert found.tread_count.tolist() == [12]
    np.testing.assert_allclose(shapely.area(found.footprint), [1.0 * 11 * 0.28], rtol=1e-3)
    assert np.isnan(found.up).all()
    assert len(found.treads[0]) == 24


def test_the_arrow_tells_which_way_the_flight_climbs() -> None:
    board = stairwell()
    treads(board, 1, 1, 12, layer="A-STAIR")
    top = 1 + 11 * 0.28
    board.line((1.5, top), (1.5, 1.0), "A-STAIR")  # drawn downwards, its head at the lower end
    board.line((1.5, 1.0), (1.4, 1.2), "A-STAIR")
    board.line((1.5, 1.0), (1.6, 1.2), "A-STAIR")
    found = stairs(board)
    np.testing.assert_allclose(found.up, [[0, -1]], atol=1e-9)
    assert found.treads[0][0][1] > found.treads[0][-1][1]  # treads are listed climbing


@pytest.mark.parametrize(
    ("word", "way"), [("UP", 1), ("DN", -1), ("AUF", 1), ("ab", -1), ("上", 1), ("下", -1), ("SUBE", 1), ("Baja", -1)]
)
def test_up_and_down_are_written_where_one_starts_to_walk(word: str, way: int) -> None:
    board = stairwell()
    treads(board, 1, 1, 12, layer="A-STAIR")
    board.text((1.5, 0.7), word)
    np.testing.assert_allclose(stairs(board).up, [[0, way]], atol=1e-9)


def test_the_second_flight_of_a_u_comes_back() -> None:
    board = stairwell()
    treads(board, 1, 1, 9, layer="A-STAIR")
    treads(board, 2.1, 1, 9, layer="A-STAIR")
    board.text((1.5, 0.7), "UP")
    found = stairs(board)
    assert found.tread_count.tolist() == [9, 9]
    np.testing.assert_allclose(found.up[:, 1].sum(), 0, atol=1e-9)
    assert set(found.up[:, 1].round().tolist()) == {1.0, -1.0}


def test_a_turned_stair_is_the_same_stair() -> None:
    board = stairwell()
    treads(board, 1, 1, 12, layer="A-STAIR")
    board.text((1.5, 0.7), "UP")
    angle = 0.61
    found = understood(turned(board.sheet(), similarity(angle=angle, shift=(40, -7)))).storey.stairs
    assert found.tread_count.tolist() == [12]
    np.testing.assert_allclose(found.up, [[-math.sin(angle), math.cos(angle)]], atol=1e-6)


@pytest.mark.parametrize("going", [0.1, 0.6])
def test_lines_too_near_or_too_far_apart_are_no_treads(going: float) -> None:
    board = stairwell()
    treads(board, 1, 1, 9, going=going, layer="A-STAIR")
    assert len(stairs(board)) == 0


def test_tiles_and_parking_bays_are_no_stairs() -> None:
    board = stairwell()
    for k in range(12):  # a grid of tiles
        board.line((1, 1 + 0.3 * k), (4.3, 1 + 0.3 * k), "0")
        board.line((1 + 0.3 * k, 1), (1 + 0.3 * k, 4.3), "0")
    for k in range(8):
        board.line((10 + 2.5 * k, 0), (10 + 2.5 * k, 5), "0")
    assert len(stairs(board)) == 0


def test_four_lines_without_a_name_are_no_stair() -> None:
    board = stairwell()
    treads(board, 1, 1, 4, layer="0")
    assert len(stairs(board)) == 0
