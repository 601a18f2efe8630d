"""Lines of a hatch are told from lines of walls, however they run."""

import numpy as np
import pytest

from pipelines.drafting import hatching
from tests.unit.drafting.drawn import Board


def slanted(board: Board, step: float) -> int:
    """A wall of 0.3 by 4 m with lines at 45 degrees in it; returns how many."""
    board.box((0, 0), (4, 0.3), "0")
    places = np.arange(0.05, 3.65, step)
    for x in places:
        board.line((float(x), 0.0), (float(x) + 0.3, 0.3))
    return len(places)


@pytest.mark.parametrize("step", [0.03, 0.1, 0.2])
def test_slanted_lines_in_a_wall_are_hatching_and_its_faces_are_not(step: float) -> None:
    board = Board()
    count = slanted(board, step)
    found = hatching.find(board.sheet())
    assert found.sum() == count
    assert not found[:4].any()


def test_tiles_are_hatching() -> None:
    board = Board()
    for k in range(12):
        board.line((0, 0.3 * k), (3.3, 0.3 * k))
        board.line((0.3 * k, 0), (0.3 * k, 3.3))
    assert hatching.find(board.sheet()).all()


def test_the_four_lines_of_a_plastered_wall_are_none() -> None:
    board = Board()
    for y in (0.0, 0.02, 0.22, 0.24):
        board.line((0, y), (5, y))
    assert not hatching.find(board.sheet()).any()


def test_lines_of_several_pens_are_no_hatch() -> None:
    board = Board()
    for k in range(12):
        board.line((0, 0.3 * k), (3.3, 0.3 * k), str(k))
    assert not hatching.find(board.sheet()).any()


def test_lines_are_found_however_many_lie_about() -> None:
    board = Board()
    for k in range(300):
        board.line((0.009 * k, 0.0), (0.009 * k, 0.1))
    for k in range(8):
        board.line((5.0, 0.39 * k), (9.0, 0.39 * k))
    board.line((5.0, 4.0), (9.0, 4.0))
    assert np.flatnonzero(~hatching.find(board.sheet())).tolist() == [308]
