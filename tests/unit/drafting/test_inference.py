"""Walls where no name tells: one pen among others, and one pen for everything."""

import numpy as np
import pytest
import shapely

from pipelines.drafting.inference import infer
from pipelines.drafting.meaning import classify
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


def test_a_plot_around_the_house_on_a_pen_of_its_own_is_no_wall() -> None:
    board = Board()
    house.double_lines(board, "1")
    house.openings(board, "2", "3")
    for margin in (3.0, 3.3):
        board.box((-margin, -margin), (10 + margin, 8 + margin), "13")
    found = house.understood(board.sheet())
    assert house.overlap(found, house.region()) > 0.98


def test_thick_outer_walls_in_short_pieces_on_a_pen_of_their_own_are_walls() -> None:
    board = Board()
    # Piers 0.4 thick and 0.7 long between windows; two inner walls with doors meet them.
    for k in range(6):
        for y in (0.0, 7.6):
            board.box((0.4 + 2.0 * k, y), (1.1 + 2.0 * k, y + 0.4), "THK400")
    for k in range(4):
        for x in (-0.4, 11.9):
            board.box((x, 0.2 + 2.0 * k), (x + 0.4, 0.9 + 2.0 * k), "THK400")
    for x in (2.9, 6.9):
        for low, high in ((0.4, 3.0), (3.9, 7.6)):
            board.box((x, low), (x + 0.1, high), "THK100")
        house.swing(board, (x, 3.0), (0, 1), (-1, 0), 0.9, "T24")
    area = shapely.area(shapely.union_all(understood(board.sheet()).storey.walls.footprint))
    assert area > 0.9 * (20 * 0.7 * 0.4 + 2 * 0.1 * 7.2)


def test_an_outer_wall_does_not_follow_the_inner_walls_that_end_on_it() -> None:
    board = Board()
    for x in (0.0, 3.75):
        board.box((x, 0), (x + 0.25, 10.0), "THICK")
    levels = (1.0, 2.4, 3.8, 5.2, 6.6, 8.0, 9.4)
    for y in levels:
        board.box((0.25, y), (1.5, y + 0.1), "THIN")
        board.box((2.4, y), (3.75, y + 0.1), "THIN")
    sheet = board.sheet()
    guess = infer(sheet, classify(sheet), np.ones(len(sheet.strokes), np.bool_), np.array([(1.5, y) for y in levels]))
    assert guess.strokes.all()


def test_where_walls_share_their_pen_with_some_furniture_doors_tell_them() -> None:
    board = Board()
    house.double_lines(board, "PEN-1")
    house.openings(board, door="PEN-2", window="PEN-2")
    for x in (1.2, 3.6):
        board.box((x, 1.0), (x + 1.2, 2.2), "PEN-1")
        board.line((x, 1.0), (x + 1.2, 2.2), "PEN-1")
        board.line((x, 2.2), (x + 1.2, 1.0), "PEN-1")
    board.box((1.3, 6.9), (3.3, 7.1), "PEN-1")
    right(understood(board.sheet()))
