"""Gaps in which nothing is drawn."""

import pytest

from pipelines.plan import OpeningKind
from tests.unit.drafting.drawn import Board, Point
from tests.unit.drafting.house import understood

SIZE, WALL = (8.0, 5.0), 0.2


def hall(board: Board, pieces: list[tuple[Point, Point]]) -> None:
    """An outer wall of 8 by 5 m, and pieces of wall within it as boxes."""
    board.room((0, 0), SIZE, "A-WALL", WALL)
    for low, high in pieces:
        board.box(low, high, "A-WALL")


@pytest.mark.parametrize("stub", [0.0, 0.05, 0.3])
def test_a_gap_beside_the_flank_of_another_wall_parts_two_rooms(stub: float) -> None:
    board = Board()
    pieces = [((4.0, WALL), (4.1, 3.9))]
    if stub:
        pieces.append(((4.0, SIZE[1] - WALL - stub), (4.1, SIZE[1] - WALL)))
    hall(board, pieces)
    storey = understood(board.sheet()).storey
    assert storey.openings.kind == (OpeningKind.OPENING,)
    assert len(storey.rooms) == 2


def test_a_gap_between_stubs_of_different_thickness_is_an_opening() -> None:
    board = Board()
    hall(board, [((4.0, WALL), (4.1, 3.5)), ((4.0, 4.5), (4.18, SIZE[1] - WALL))])
    storey = understood(board.sheet()).storey
    assert storey.openings.kind == (OpeningKind.OPENING,)
    assert len(storey.rooms) == 2


def test_a_wall_that_just_ends_in_a_room_makes_none() -> None:
    board = Board()
    # Beyond its end one walks around another piece.
    hall(board, [((4.0, WALL), (4.1, 3.0)), ((3.0, 4.0), (5.0, 4.1))])
    storey = understood(board.sheet()).storey
    assert not len(storey.openings)
    assert len(storey.rooms) == 1


def test_a_wide_gap_beside_a_flank_makes_none() -> None:
    board = Board()
    hall(board, [((4.0, WALL), (4.1, 2.2))])
    assert not len(understood(board.sheet()).storey.openings)


def test_no_pier_seen_across_is_a_thick_wall() -> None:
    board = Board()
    hall(board, [((2.0, 2.0), (2.9, 2.9)), ((4.2, 2.0), (5.1, 2.9))])
    assert not len(understood(board.sheet()).storey.openings)
