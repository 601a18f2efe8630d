"""Walls of other pens than the one that is known: what known walls end on."""

import numpy as np
import pytest
import shapely

from pipelines.drafting.growth import grown
from tests.unit.drafting import house
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import overlap, understood


def shared(*, furniture: str) -> Board:
    """Inner walls on a pen of their own; the outer ones are drawn with the doors' pen."""
    board = Board()
    outer = shapely.box(-1, -1, 11, 9) - shapely.box(0.25, 0.25, 9.75, 7.75)
    for start, end in house.edges(house.region()):
        middle = shapely.Point((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        board.line(start, end, "1" if outer.distance(middle) < 1e-6 else "2")
    house.openings(board, door="1", window="3")
    board.box((0.25, 5.0), (0.55, 7.0), furniture)
    for k in range(4):
        board.box((1.0 + 0.8 * k, 4.0), (1.25 + 0.8 * k, 4.25), furniture)
    return board


@pytest.mark.parametrize("furniture", ["1", "4"])
def test_outer_walls_on_the_doors_pen_are_found_where_inner_walls_end(furniture: str) -> None:
    found = understood(shared(furniture=furniture).sheet())
    assert overlap(found, house.region()) > 0.95
    np.testing.assert_allclose(np.sort(found.storey.rooms.area), np.sort(house.ROOMS), rtol=0.03)


def lines_of(board: Board, region: shapely.Geometry) -> list[bool]:
    sheet = board.sheet()
    return [bool(each) for each in grown(sheet, np.ones(len(sheet.strokes), np.bool_), region)]


def test_a_strip_that_bars_a_wall_is_one_and_goes_on_around_the_corner() -> None:
    board = Board()
    for y in (3.0, 3.2):
        board.line((0, y), (4, y), "2")
    for x in (4.0, 4.2):
        board.line((x, 0), (x, 3.2), "2")
    assert lines_of(board, shapely.box(2, 0, 2.1, 3.0)) == [True, True, True, True]


def test_what_has_no_area_on_the_grid_stops_nothing() -> None:
    # It becomes a line in the first round, which in the second no area can be united with.
    board = Board()
    for y in (3.0, 3.2):
        board.line((0, y), (4, y), "2")
    for x in (4.0, 4.2):
        board.line((x, 1), (x, 6), "3")
    region = shapely.MultiPolygon([shapely.box(2, 0, 2.1, 3.0), shapely.box(9, 0, 10, 1e-5)])
    assert lines_of(board, region) == [True, True, True, True]


def test_what_ends_on_a_wall_is_none_of_its_walls() -> None:
    board = Board()
    for x in (2.0, 2.3):
        board.line((x, 0.2), (x, 3), "2")
    assert lines_of(board, shapely.box(0, 0, 6, 0.2)) == [False, False]


def test_what_goes_on_from_a_wall_may_be_a_window() -> None:
    board = Board()
    for y in (0.05, 0.15):
        board.line((3, y), (5, y), "2")
    region = shapely.union(shapely.box(0, 0, 3, 0.2), shapely.box(5, 0, 8, 0.2))
    assert lines_of(board, region) == [False, False]


def test_a_wall_that_goes_on_behind_a_strip_does_not_end_on_it() -> None:
    board = Board()
    for y in (1.4, 1.6):
        board.line((0, y), (4, y), "2")
    assert lines_of(board, shapely.box(2, 0, 2.1, 3.0)) == [False, False]
