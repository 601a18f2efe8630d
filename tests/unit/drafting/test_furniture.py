import math

import numpy as np
import pytest
import shapely

from pipelines.plan import Furniture, FurnitureKind
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import understood


def furniture(board: Board) -> Furniture:
    return understood(board.sheet()).storey.furniture


def hall() -> Board:
    board = Board()
    board.room((0, 0), (12, 12))
    return board


@pytest.mark.parametrize(
    ("name", "kind", "height"),
    [
        ("BED-DOUBLE", FurnitureKind.FURNITURE, 0.5),
        ("침대", FurnitureKind.FURNITURE, 0.5),
        ("Kleiderschrank", FurnitureKind.FURNITURE, 2.1),
        ("WC", FurnitureKind.SANITARY, 0.45),
        ("양변기", FurnitureKind.SANITARY, 0.45),
        ("Badewanne", FurnitureKind.SANITARY, 0.55),
        ("REFRIGERATOR", FurnitureKind.APPLIANCE, 1.8),
        ("car_sedan", FurnitureKind.VEHICLE, 1.45),
        ("TREE 03", FurnitureKind.PLANT, 1.2),
    ],
)
def test_a_block_is_what_its_name_says(name: str, kind: FurnitureKind, height: float) -> None:
    board = hall()
    board.insert(name, "0")
    board.box((2, 2), (4, 3.6))
    found = furniture(board)
    assert found.kind == (kind,)
    assert found.name == (name,)
    assert found.height.tolist() == [height]
    np.testing.assert_allclose(shapely.area(found.footprint), [3.2])
    assert len(found.lines[0]) == 8


def test_two_references_are_two_pieces_though_they_touch() -> None:
    board = hall()
    for x in (2.0, 2.6):
        board.insert("CHAIR", "A-FURN")
        board.box((x, 2), (x + 0.6, 2.6), "A-FURN")
        board.inside = -1
    assert len(furniture(board)) == 2


def test_a_table_with_its_chairs_in_one_block_is_one_piece() -> None:
    board = hall()
    table = board.insert("dining table", "A-FURN")
    board.box((2, 2), (4, 3), "A-FURN")
    for x in (2.1, 3.1):
        board.insert("chair", "A-FURN", parent=table)
        board.box((x, 3.1), (x + 0.5, 3.6), "A-FURN")
    found = furniture(board)
    assert found.name == ("dining table",)
    np.testing.assert_allclose(shapely.bounds(found.footprint[0]), [2, 2, 4, 3.6])


def test_loose_lines_that_touch_are_one_piece() -> None:
    board = hall()
    board.box((2, 2), (4, 3), "A-FURN")
    board.line((2, 2), (4, 3), "A-FURN")
    board.box((6, 6), (7, 7), "A-FURN")
    assert len(furniture(board)) == 2


def test_a_round_table_has_a_round_footprint() -> None:
    board = hall()
    board.insert("TABLE ROUND", "A-FURN")
    board.arc((5, 5), 0.6, 0.0, math.tau, "A-FURN")
    np.testing.assert_allclose(shapely.area(furniture(board).footprint), [math.pi * 0.36], rtol=0.03)


def test_furniture_never_becomes_wall_or_room() -> None:
    board = hall()
    for k in range(6):  # shelves as long and as thick as walls
        board.box((1, 1 + 1.5 * k), (6, 1.3 + 1.5 * k), "A-FURN")
    found = understood(board.sheet()).storey
    np.testing.assert_allclose(found.rooms.area, [11.6**2])
    assert len(found.furniture) == 6


def test_specks_and_whole_plans_are_no_furniture() -> None:
    board = hall()
    board.line((1, 1), (1.01, 1), "A-FURN")
    board.box((20, 20), (60, 60), "A-FURN")
    assert len(furniture(board)) == 0
