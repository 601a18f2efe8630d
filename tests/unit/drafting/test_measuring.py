"""Dimension lines are known by their ends; what only looks like one is left alone."""

import pytest

from pipelines.drafting import hatching
from pipelines.drafting.meaning import classify
from pipelines.drafting.measuring import told
from pipelines.drafting.naming import Category
from tests.unit.drafting.drawn import Board

Point = tuple[float, float]


def ticks(board: Board, at: Point) -> None:
    board.line((at[0] - 0.07, at[1] - 0.07), (at[0] + 0.07, at[1] + 0.07))


def arrows(board: Board, at: Point, inward: float) -> None:
    for side in (-0.03, 0.03):
        board.line(at, (at[0] + inward * 0.16, at[1] + side))


def blobs(board: Board, at: Point) -> None:
    x, y = at
    board.area([(x - 0.04, y - 0.04), (x + 0.04, y - 0.04), (x + 0.04, y + 0.04), (x - 0.04, y + 0.04)])


def dimension(ends: str) -> Board:
    """A dimension line of 3 m, 0.8 m below the corners of a box, with its two lines that lead there."""
    board = Board()
    board.line((0, -0.8), (3, -0.8))
    for x, inward in ((0.0, 1.0), (3.0, -1.0)):
        board.line((x, -0.1), (x, -0.9))
        if ends == "ticks":
            ticks(board, (x, -0.8))
        elif ends == "arrows":
            arrows(board, (x, -0.8), inward)
        else:
            blobs(board, (x, -0.8))
    board.box((0, 0), (3, 2), "0")
    return board


def measures(board: Board) -> list[bool]:
    sheet = board.sheet()
    return [code == Category.DIMENSION for code in told(sheet, classify(sheet), hatching.find(sheet)).strokes]


@pytest.mark.parametrize("ends", ["ticks", "arrows", "blobs"])
def test_the_line_and_what_leads_to_it_are_dimensions_and_the_building_is_not(ends: str) -> None:
    found = measures(dimension(ends))
    sheet = dimension(ends).sheet()
    expected = [
        (abs(a[1] + 0.8) < 1e-9 and abs(b[1] + 0.8) < 1e-9) or (a[1] == -0.1 and b[1] == -0.9)
        for a, b in zip(sheet.strokes.start.tolist(), sheet.strokes.end.tolist(), strict=True)
    ]
    assert found == expected


def test_ticks_on_a_layer_of_their_own_stand_where_their_line_ends() -> None:
    for beyond, expected in ((0.0, True), (0.2, False)):
        board = Board()
        board.line((0, 0), (3, 0))
        for x in (beyond, 3 - beyond):
            board.line((x - 0.07, -0.07), (x + 0.07, 0.07), "ticks")
        assert measures(board)[0] == expected


def test_arrows_may_go_on_beyond_their_line() -> None:
    board = Board()
    board.line((0.15, 0), (2.85, 0))
    for x, inward in ((0.0, 0.15), (3.0, -0.15)):
        board.area([(x + inward, 0.03), (x, 0.0), (x + inward, -0.03)])
        board.line((x, -0.1), (x, 0.8))
    board.line((1, 1), (2, 1))
    assert measures(board) == [True, True, True, False]


def test_a_line_goes_on_behind_its_number() -> None:
    for far, expected in ((1.9, True), (6.0, False)):
        board = Board()
        board.line((0, 0), (1, 0))
        board.line((far + 1, 0), (far, 0))
        for x in (0.0, far + 1):
            ticks(board, (x, 0))
        assert measures(board)[:2] == [expected, expected]


def test_a_line_with_a_mark_at_one_end_only_measures_nothing() -> None:
    board = Board()
    board.line((0, 0), (3, 0))
    ticks(board, (0, 0))
    assert not any(measures(board))


def test_glass_between_two_piers_is_no_dimension() -> None:
    board = Board()
    board.line((0, 0), (2, 0))
    for x in (-0.3, 2.0):
        board.area([(x, -0.15), (x + 0.3, -0.15), (x + 0.3, 0.15), (x, 0.15)])
    assert not any(measures(board))


def test_a_wall_that_a_dimension_ends_on_is_no_line_that_leads_there() -> None:
    board = Board()
    board.line((0, 0), (3, 0))
    ticks(board, (0, 0))
    ticks(board, (3, 0))
    board.box((-0.2, -0.2), (0, 4), "0")
    assert sum(measures(board)) == 1


def test_lines_of_a_hatch_across_the_ends_of_a_wall_are_no_ticks() -> None:
    board = Board()
    board.line((0, 0), (3, 0))
    for x in (0.0, 3.0):
        board.line((x - 0.1, 0.1), (x + 0.1, 0.1))
        board.line((x - 0.1, -0.1), (x + 0.1, -0.1))
        board.line((x - 0.1, -0.1), (x + 0.1, 0.1))
    assert not any(measures(board))
