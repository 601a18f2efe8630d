"""Walls where no name tells: one pen among others, and one pen for everything."""

import numpy as np
import pytest
import shapely

from pipelines.drafting.storey import Found
from tests.unit.drafting import house
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import overlap, understood

Point = tuple[float, float]


def furnished(board: Board, layer: str) -> None:
    """Chairs, shelves, a kitchen: boxes and pairs of lines that are no walls."""
    for k in range(4):
        board.box((0.6 + 0.7 * k, 6.2), (1.1 + 0.7 * k, 6.7), layer)
    board.box((0.25, 1.0), (0.85, 4.0), layer)
    board.box((7.0, 5.2), (8.6, 7.2), layer)
    board.box((7.1, 5.3), (8.5, 5.7), layer)


def tiled(board: Board, layer: str, step: float = 0.3) -> None:
    """The floor of the bath."""
    for y in np.arange(4.3, 7.7, step):
        board.line((6.06, float(y)), (9.75, float(y)), layer)
    for x in np.arange(6.3, 9.7, step):
        board.line((float(x), 4.06), (float(x), 7.75), layer)


def stepped(board: Board, layer: str) -> None:
    for k in range(10):
        board.line((4.0, 0.8 + 0.28 * k), (5.0, 0.8 + 0.28 * k), layer)


def drawn(walls: str, doors: str, rest: str) -> Board:
    board = Board()
    house.double_lines(board, walls)
    house.openings(board, door=doors, window=doors)
    furnished(board, rest)
    return board


def right(found: Found, least: float = 0.95) -> None:
    assert found.method.startswith("geometry")
    assert overlap(found, house.region()) > least
    np.testing.assert_allclose(np.sort(found.storey.rooms.area), np.sort(house.ROOMS), rtol=0.02)


def test_walls_are_the_pen_that_pairs_up() -> None:
    right(understood(drawn("PEN-1", "PEN-2", "PEN-3").sheet()))


def test_tiles_are_not_walls_though_there_are_more_of_them() -> None:
    board = drawn("PEN-1", "PEN-2", "PEN-3")
    tiled(board, "PEN-4")
    right(understood(board.sheet()))


def test_fine_tiles_are_not_walls_either() -> None:
    board = drawn("PEN-1", "PEN-2", "PEN-3")
    tiled(board, "PEN-4", step=0.15)
    right(understood(board.sheet()))


def test_treads_are_not_walls() -> None:
    board = drawn("PEN-1", "PEN-2", "PEN-3")
    stepped(board, "PEN-4")
    right(understood(board.sheet()))


def test_footings_beside_the_walls_have_no_doors_hanging_on_them() -> None:
    board = drawn("PEN-1", "PEN-2", "PEN-3")
    board.box((-0.35, -0.35), (10.35, 8.35), "PEN-5")
    board.box((0.6, 0.6), (9.4, 7.4), "PEN-5")
    right(understood(board.sheet()))


def test_outer_and_inner_walls_may_have_pens_of_their_own() -> None:
    board = Board()
    outer = shapely.box(-1, -1, 11, 9) - shapely.box(0.25, 0.25, 9.75, 7.75)
    for start, end in house.edges(house.region()):
        middle = shapely.Point((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        board.line(start, end, "PEN-1" if outer.distance(middle) < 1e-6 else "PEN-2")
    house.openings(board, door="PEN-3", window="PEN-3")
    right(understood(board.sheet()))


def test_a_structure_layer_may_be_the_walls() -> None:
    right(understood(drawn("STRUCTURE", "PEN-2", "PEN-3").sheet()))


def test_one_pen_for_everything_still_gives_the_rooms() -> None:
    found = understood(drawn("0", "0", "0").sheet())
    right(found, least=0.9)
    assert found.confidence < 0.7


@pytest.mark.parametrize("draw", [tiled, stepped], ids=lambda draw: draw.__name__)
def test_a_sheet_of_tiles_or_steps_alone_has_no_walls(draw: object) -> None:
    board = Board()
    assert callable(draw)
    draw(board, "0")
    assert len(understood(board.sheet()).storey.walls) == 0


def test_lines_that_do_not_pair_are_no_walls() -> None:
    board = Board()
    for k in range(12):
        board.line((0, 0), (9 * np.cos(k / 2), 9 * np.sin(k / 2)), "0")
    board.box((0, 0), (10, 8), "0")
    assert len(understood(board.sheet()).storey.walls) == 0


def test_a_block_as_small_as_a_chair_is_never_a_wall() -> None:
    board = drawn("PEN-1", "PEN-2", "PEN-3")
    for k in range(6):  # benches as thick as walls, in blocks of no name
        board.insert("*U7", "PEN-1")
        board.box((1.0, 1.0 + 0.9 * k), (4.0, 1.12 + 0.9 * k), "PEN-1")
        board.inside = -1
    right(understood(board.sheet()))
