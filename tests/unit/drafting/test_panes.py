"""Windows on the layer of the walls, in walls of every kind of drawing."""

from collections.abc import Callable

import numpy as np
import pytest

from pipelines.plan import OpeningKind
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import understood

LAYER = "A-WALL"
LOW, HIGH, WALL = 2.0, 3.2, 0.2


def window(board: Board) -> None:
    """Both faces, the pane and the jambs, in the lower wall."""
    for y in (0.0, WALL / 2, WALL):
        board.line((LOW, y), (HIGH, y), LAYER)
    for x in (LOW, HIGH):
        board.line((x, 0), (x, WALL), LAYER)


def filled(board: Board) -> None:
    for low, high in (
        ((0, 0), (LOW, WALL)),
        ((HIGH, 0), (6, WALL)),
        ((0, WALL), (WALL, 4 - WALL)),
        ((6 - WALL, WALL), (6, 4 - WALL)),
        ((0, 4 - WALL), (6, 4)),
    ):
        board.area([low, (high[0], low[1]), high, (low[0], high[1])], LAYER)


def wide(board: Board) -> None:
    half = WALL / 2
    board.path([(LOW, half), (half, half), (half, 4 - half), (6 - half, 4 - half)], LAYER, width=WALL)
    board.path([(HIGH, half), (6 - half, half), (6 - half, 4 - half)], LAYER, width=WALL)


def through(board: Board) -> None:
    board.room((0, 0), (6, 4), LAYER, WALL)


@pytest.mark.parametrize("walls", [filled, wide, through])
def test_a_window_on_the_layer_of_the_walls_is_found(walls: Callable[[Board], None]) -> None:
    board = Board()
    walls(board)
    window(board)
    storey = understood(board.sheet()).storey
    assert storey.openings.kind == (OpeningKind.WINDOW,)
    np.testing.assert_allclose(storey.openings.center[0], [(LOW + HIGH) / 2, WALL / 2], atol=0.02)
    np.testing.assert_allclose(storey.openings.width, [HIGH - LOW], atol=0.02)
    assert len(storey.rooms) == 1


def test_a_line_between_ends_of_a_wall_without_its_pane_is_no_window() -> None:
    board = Board()
    through(board)
    for x in (LOW, HIGH):
        board.line((x, 0), (x, WALL), LAYER)
    assert not len(understood(board.sheet()).storey.openings)
