import pytest

from pipelines.plan import OpeningKind, Openings
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import swing, understood
from tests.unit.drafting.test_openings import GAP, WALL, room


def openings(board: Board) -> Openings:
    return understood(board.sheet()).storey.openings


def test_a_code_beside_a_door_gives_its_height_and_label() -> None:
    board = Board()
    room(board, 0.9)
    swing(board, (GAP, WALL), (1, 0), (0, 1), 0.9, "A-DOOR")
    board.text((GAP + 0.5, -0.3), "M0924")
    found = openings(board)
    assert found.label == ("M0924",)
    assert found.head.tolist() == pytest.approx([2.4])


def test_a_code_of_another_width_does_not_speak_for_the_door() -> None:
    board = Board()
    room(board, 0.9)
    swing(board, (GAP, WALL), (1, 0), (0, 1), 0.9, "A-DOOR")
    board.text((GAP + 0.5, -0.3), "M1824")
    assert openings(board).label == ("",)


def test_a_code_gives_a_window_its_sill() -> None:
    board = Board()
    room(board, 1.5)
    for y in (0.0, 0.1, 0.2):
        board.line((GAP, y), (GAP + 1.5, y), "A-GLAZ")
    board.text((GAP + 0.7, -0.3), "C1506")
    found = openings(board)
    assert found.kind == (OpeningKind.WINDOW,)
    assert (found.sill[0], found.head[0]) == (pytest.approx(1.5), pytest.approx(2.1))


def test_one_code_speaks_for_the_nearer_of_two_doors() -> None:
    board = Board()
    room(board, 0.9)
    swing(board, (GAP, WALL), (1, 0), (0, 1), 0.9, "A-DOOR")
    board.insert("DOOR-900", "A-DOOR")
    swing(board, (GAP + 1.5, WALL), (1, 0), (0, 1), 0.9, "A-DOOR")
    board.inside = -1
    board.text((GAP + 1.9, -0.2), "M0921")
    found = openings(board)
    assert sorted(zip(found.center[:, 0].round(2).tolist(), found.label, strict=True)) == [
        (pytest.approx(GAP + 0.45, abs=0.02), ""),
        (pytest.approx(GAP + 1.95, abs=0.02), "M0921"),
    ]


@pytest.mark.parametrize("width", [2.3, 2.5, 3.4])
def test_a_wide_gap_in_a_garage_is_its_door(width: float) -> None:
    board = Board()
    room(board, width)
    board.text((3, 2.5), "GARAGE")
    assert openings(board).kind == (OpeningKind.OVERHEAD_DOOR,)


def test_the_same_gap_in_a_living_room_is_bare() -> None:
    board = Board()
    room(board, 2.3)
    board.text((3, 2.5), "LIVING")
    assert openings(board).kind == (OpeningKind.OPENING,)


def test_unnamed_lines_in_a_gap_between_two_rooms_are_no_window() -> None:
    board = Board()
    board.room((0, 0), (4.2, 4))
    board.box((4.2, 0), (8.0, 0.2), "A-WALL")
    board.box((4.2, 3.8), (8.0, 4), "A-WALL")
    board.box((8.0, 0), (8.2, 4), "A-WALL")
    inner = [k for k, row in enumerate(board.strokes) if row[0][0] == row[1][0] and row[0][0] in (4.0, 4.2)]
    for k in reversed(inner):  # open the wall between the rooms from y = 1.5 to 2.5
        (x, y0), (_, y1) = board.strokes[k][:2]
        del board.strokes[k], board.pens[k]
        low, high = sorted((y0, y1))
        board.line((x, low), (x, 1.5), "A-WALL")
        board.line((x, 2.5), (x, high), "A-WALL")
    for y in (1.5, 2.5):
        board.line((4.0, y), (4.2, y), "A-WALL")
    for x in (4.0, 4.2):
        board.line((x, 1.5), (x, 2.5), "A-FLOR-THRESHOLD")
    assert openings(board).kind == (OpeningKind.OPENING,)
