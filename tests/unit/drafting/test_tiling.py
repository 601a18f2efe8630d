"""Grids of tiles are told by how they cross; what stands on them, ends them or only runs parallel is not."""

import numpy as np
import pytest

from pipelines.drafting import tiling
from pipelines.drafting.meaning import classify
from pipelines.drafting.naming import Category
from pipelines.linework import Linework
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.turned import similarity, turned


def tiled(board: Board, width: float, depth: float, side: float = 0.3, layer: str = "0") -> int:
    """A floor laid from a corner on, as lines from wall to wall; how many lines."""
    before = len(board.strokes)
    for x in np.arange(side / 2, width, side):
        board.line((float(x), 0), (float(x), depth), layer)
    for y in np.arange(side / 3, depth, side):
        board.line((0, float(y)), (width, float(y)), layer)
    return len(board.strokes) - before


def tiles(sheet: Linework) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(tiling.told(sheet, classify(sheet)).strokes == Category.TILES)


@pytest.mark.parametrize("side", [0.1, 0.2, 0.3, 0.6, 1.2])
@pytest.mark.parametrize("angle", [0.0, 0.5])
def test_every_line_of_a_grid_is_one(side: float, angle: float) -> None:
    board = Board()
    tiled(board, 10 * side, 7 * side, side)
    assert tiles(turned(board.sheet(), similarity(angle=angle))).all()


def test_oblong_tiles_are_tiles() -> None:
    board = Board()
    for k in range(8):
        board.line((0.1 + 0.2 * k, 0), (0.1 + 0.2 * k, 2.4))
    for k in range(4):
        board.line((0, 0.3 + 0.6 * k), (1.6, 0.3 + 0.6 * k))
    assert tiles(board.sheet()).all()


def test_a_narrow_bath_of_two_rows_is_tiled() -> None:
    board = Board()
    tiled(board, 0.7, 2.4)
    assert tiles(board.sheet()).all()


def test_pieces_of_lines_around_a_fixture_are_tiles() -> None:
    board = Board()
    for k in range(10):
        x = 0.15 + 0.3 * k
        if 1.0 < x < 1.8:
            board.line((x, 0), (x, 0.5))
            board.line((x, 1.3), (x, 2.4))
        else:
            board.line((x, 0), (x, 2.4))
    for k in range(8):
        board.line((0, 0.1 + 0.3 * k), (3.0, 0.1 + 0.3 * k))
    assert tiles(board.sheet()).all()


def test_what_stands_on_tiles_and_the_walls_around_are_none() -> None:
    board = Board()
    count = tiled(board, 3.0, 2.4)
    board.box((0, 0), (3.0, 2.4))  # faces of the walls, at which the tiles end
    board.box((-0.2, -0.2), (3.2, 2.6))
    board.box((0.0, 1.77), (3.0, 2.4))  # a worktop against a wall
    found = tiles(board.sheet())
    assert found[:count].all()
    assert not found[count:].any()


def test_tiles_of_another_pen_do_not_help() -> None:
    board = Board()
    for k in range(8):
        board.line((0.3 * k, 0), (0.3 * k, 2.4), "1")
        board.line((-0.1, 0.1 + 0.3 * k), (2.3, 0.1 + 0.3 * k), "2")
    assert not tiles(board.sheet()).any()


def test_treads_that_an_arrow_crosses_are_no_tiles() -> None:
    board = Board()
    for k in range(12):
        board.line((0, 0.28 * k), (1.0, 0.28 * k))
    board.line((0.5, -0.2), (0.5, 3.2))
    board.box((0, -0.28), (1.0, 3.4))
    assert not tiles(board.sheet()).any()


def test_axes_and_walls_that_cross_now_and_then_are_no_tiles() -> None:
    board = Board()
    for x in (0.0, 3.1, 4.9, 8.2):
        board.line((x, -1), (x, 9))
        board.line((x + 0.2, -1), (x + 0.2, 9))
    for y in (0.0, 2.7, 6.4):
        board.line((-1, y), (9, y))
        board.line((-1, y + 0.2), (9, y + 0.2))
    assert not tiles(board.sheet()).any()


def test_named_lines_keep_their_names() -> None:
    board = Board()
    tiled(board, 3.0, 2.4, layer="A-WALL")
    assert not tiles(board.sheet()).any()


def test_an_empty_view_has_no_tiles() -> None:
    assert len(tiles(Board().sheet())) == 0
