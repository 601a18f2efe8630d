import math

import numpy as np
import pytest
import shapely

from pipelines.plan import Columns
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import understood

GRID = [(x, y) for x in (4.0, 8.0) for y in (4.0, 8.0)]


def hall() -> Board:
    board = Board()
    board.room((0, 0), (12, 12))
    return board


def columns(board: Board) -> Columns:
    return understood(board.sheet()).storey.columns


def square(x: float, y: float, half: float = 0.2) -> list[tuple[float, float]]:
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]


@pytest.mark.parametrize("layer", ["S-COLS", "기둥", "柱", "Stützen", "Poteaux", "PILARES"])
def test_filled_squares_on_a_column_layer(layer: str) -> None:
    board = hall()
    for x, y in GRID:
        board.area(square(x, y), layer)
    found = columns(board)
    assert len(found) == 4
    np.testing.assert_allclose(shapely.area(found.footprint), 0.16)
    assert set(found.layer) == {layer}
    assert np.isnan(found.height).all()


def test_outline_hatch_and_cross_are_one_column_each() -> None:
    board = hall()
    for x, y in GRID:
        board.path(square(x, y), "S-COLS", closed=True)
        board.area(square(x, y), "S-COLS-HATCH")
        board.line((x - 0.2, y - 0.2), (x + 0.2, y + 0.2), "S-COLS")
        board.line((x - 0.2, y + 0.2), (x + 0.2, y - 0.2), "S-COLS")
    found = columns(board)
    np.testing.assert_allclose(shapely.area(found.footprint), [0.16] * 4, rtol=1e-3)


def test_round_columns_are_round() -> None:
    board = hall()
    for x, y in GRID:
        board.arc((x, y), 0.3, 0.0, math.tau, "S-COLS")
    found = columns(board)
    assert len(found) == 4
    np.testing.assert_allclose(shapely.area(found.footprint), math.pi * 0.09, rtol=0.02)


def test_loose_lines_of_a_column_block_close_to_a_column() -> None:
    board = hall()
    for x, y in GRID:
        board.insert("COLUMN 400", "0")
        board.box((x - 0.2, y - 0.2), (x + 0.2, y + 0.2))
        board.inside = -1
    np.testing.assert_allclose(shapely.area(columns(board).footprint), [0.16] * 4, rtol=1e-3)


def test_a_steel_profile_keeps_its_shape() -> None:
    board = hall()
    flange, web = shapely.box(-0.15, -0.15, 0.15, -0.12), shapely.box(-0.01, -0.15, 0.01, 0.15)
    shape = flange | web | shapely.box(-0.15, 0.12, 0.15, 0.15)
    for x, y in GRID:
        ring = [(float(a) + x, float(b) + y) for a, b in shapely.get_coordinates(shape)[:-1]]
        board.path(ring, "S-COLS", closed=True)
    np.testing.assert_allclose(shapely.area(columns(board).footprint), [shape.area] * 4, rtol=1e-3)


def test_equal_filled_squares_that_repeat_are_columns_without_a_name() -> None:
    board = hall()
    for x, y in GRID:
        board.area(square(x, y), "0")
    found = columns(board)
    assert len(found) == 4
    assert (found.confidence < 0.9).all()


def test_two_filled_squares_alone_are_no_columns() -> None:
    board = hall()
    for x, y in GRID[:2]:
        board.area(square(x, y), "0")
    assert len(columns(board)) == 0


def test_mullions_and_cores_are_no_columns() -> None:
    board = hall()
    board.area(square(4, 4, 0.02), "S-COLS")
    board.area(square(8, 8, 1.5), "S-COLS")
    assert len(columns(board)) == 0


def test_column_grids_and_tags_are_no_columns() -> None:
    board = hall()
    for x in (4.0, 8.0):
        board.line((x, -2), (x, 14), "S-GRID")
        board.arc((x, 14.4), 0.4, 0.0, math.tau, "S-GRID")
        board.text((x, 14.4), "A", layer="S-GRID")
    assert len(columns(board)) == 0


def test_outlined_squares_in_rows_are_columns_on_any_layer() -> None:
    board = hall()
    for x, y in GRID:
        board.path(square(x, y), "500x500", closed=True)
    assert len(columns(board)) == 4


def test_chairs_around_tables_are_no_columns() -> None:
    board = hall()
    for x, y in GRID:
        for dx, dy in ((-0.8, 0.0), (0.8, 0.0), (0.0, -0.8), (0.0, 0.8)):
            board.path(square(x + dx, y + dy), "7", closed=True)
    assert not len(columns(board))


def test_equal_squares_out_of_line_are_no_columns() -> None:
    board = hall()
    for x, y in ((2.0, 3.0), (5.1, 4.2), (8.3, 6.1), (3.7, 9.4)):
        board.path(square(x, y), "7", closed=True)
    assert not len(columns(board))
