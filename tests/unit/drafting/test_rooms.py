import numpy as np
import pytest
import shapely

from pipelines.drafting.rooms import area_of, enclosed, name_of, number_of
from pipelines.plan import Rooms
from tests.unit.drafting import house
from tests.unit.drafting.drawn import Board


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LIVING ROOM", "LIVING ROOM"),
        ("거실\n23.4 m²", "거실"),
        ("Küche 12,5 m2", "Küche"),
        ("主卧", "主卧"),
        ("和室\n6帖", "和室"),
        ("13'8 x 14'", ""),
        ("3600", ""),
        ("101", ""),
        ("B-12", ""),
        ("23.4 ㎡", ""),
        ("BEDROOM 2", "BEDROOM 2"),
    ],
)
def test_the_name_is_what_is_no_measure(text: str, name: str) -> None:
    assert name_of(text) == name


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("23.4 m²", 23.4),
        ("12,5 m2", 12.5),
        ("A = 1.234,50 m2", 1234.5),
        ("1,234.5 m²", 1234.5),
        ("3.8坪", 3.8 * 3.305785),
        ("100 sq ft", 9.290304),
        ("100 SF", 9.290304),
        ("6帖", 9.72),
        ("134 sq ft", 134 * 0.09290304),
        ("3.5坪", 3.5 * 3.305785),
        ("12,5 m²", 12.5),
        ("AREA: 1,250 SF", 1250 * 0.09290304),
        ("S = 18.20 mq", 18.2),
        ("거실", None),
        ("3600", None),
    ],
)
def test_the_area_is_read_with_its_unit(text: str, area: float | None) -> None:
    assert area_of(text) == (None if area is None else pytest.approx(area))


@pytest.mark.parametrize(("text", "number"), [("101", "101"), ("B-12", "B-12"), ("Kitchen", ""), ("R.203", "R.203")])
def test_the_number_stands_alone(text: str, number: str) -> None:
    assert number_of(text) == number


def test_rooms_are_the_bounded_faces_and_no_slits() -> None:
    walls = shapely.box(0, 0, 10, 6) - shapely.box(0.2, 0.2, 5, 5.8) - shapely.box(5.2, 0.2, 9.8, 5.8)
    walls = walls - shapely.box(5.05, 0.5, 5.15, 5.5)
    faces = enclosed(walls)
    np.testing.assert_allclose(shapely.area(faces), [4.8 * 5.6, 4.6 * 5.6])


def test_an_open_wall_encloses_nothing() -> None:
    walls = shapely.box(0, 0, 10, 6) - shapely.box(0.2, 0.2, 9.8, 6)
    assert len(enclosed(walls)) == 0
    assert len(enclosed(shapely.MultiPolygon())) == 0


def plan() -> Board:
    """Two rooms side by side, 4 by 4 m and 5 by 4 m inside, a door between them."""
    board = Board()
    whole = shapely.box(0, 0, 9.6, 4.4) - shapely.box(0.2, 0.2, 4.2, 4.2) - shapely.box(4.4, 0.2, 9.4, 4.2)
    for start, end in house.edges(whole - shapely.box(4.2, 1, 4.4, 1.9)):
        board.line(start, end, "A-WALL")
    house.swing(board, (4.2, 1.0), (0, 1), (-1, 0), 0.9, "A-DOOR")
    return board


def found(board: Board) -> Rooms:
    return house.understood(board.sheet()).storey.rooms


def named(board: Board) -> dict[str, float]:
    rooms = found(board)
    return dict(zip(rooms.name, rooms.area.round(2).tolist(), strict=True))


@pytest.mark.parametrize("layer", ["A-TEXT", "A-ROOM-NAME", "실명", "0"])
@pytest.mark.parametrize(
    ("one", "other"),
    [("KITCHEN", "LIVING ROOM"), ("주방", "거실"), ("Küche", "Wohnzimmer"), ("厨房", "客厅"), ("Cuisine", "Séjour")],
)
def test_rooms_carry_the_names_inside_them(one: str, other: str, layer: str) -> None:
    board = plan()
    board.text((2.2, 3.0), one, layer=layer)
    board.text((7.0, 2.0), other, layer=layer)
    assert named(board) == {one: 16.0, other: 20.0}
    assert (found(board).confidence == 0.95).all()


def test_a_text_outside_names_no_room() -> None:
    board = plan()
    board.text((2, -1), "KITCHEN")
    assert found(board).name == ("", "")


def test_name_number_and_area_are_told_apart() -> None:
    board = plan()
    board.text((2.2, 3.4), "BEDROOM 2")
    board.text((2.2, 3.0), "103")
    board.text((2.2, 2.6), "16.2 m²")
    rooms = found(board)
    k = rooms.name.index("BEDROOM 2")
    assert (rooms.number[k], rooms.label_area[k]) == ("103", 16.2)
    assert np.isnan(rooms.label_area[1 - k])


def test_all_in_one_text_of_three_lines() -> None:
    board = plan()
    board.text((2.2, 3.0), "Büro\n1.03\n16,2 m²")
    rooms = found(board)
    k = int(rooms.area.argmin())
    assert rooms.name[k] == "Büro"
    assert rooms.label_area[k] == 16.2


def test_a_name_in_two_texts_is_one_and_two_names_are_two() -> None:
    board = plan()
    board.text((2.2, 3.0), "MASTER")
    board.text((2.2, 2.7), "BEDROOM")
    board.text((6.0, 2.0), "KITCHEN")
    board.text((8.5, 1.0), "DINING")
    assert set(named(board)) == {"MASTER BEDROOM", "KITCHEN / DINING"}


def test_remarks_and_measures_are_no_names() -> None:
    board = plan()
    board.text((2.2, 3.0), "BATH")
    board.text((2.2, 2.0), "SEE NOTE 4", height=0.15)
    board.text((2.2, 1.5), "+2.70", height=0.15)
    board.text((7.0, 2.0), "3600")
    assert set(named(board)) == {"BATH", ""}


def test_a_door_is_part_of_neither_room() -> None:
    rooms = found(plan())
    np.testing.assert_allclose(rooms.area, [20.0, 16.0], atol=1e-3)


def test_an_l_shaped_room_is_one_room_with_its_label_inside() -> None:
    board = Board()
    inside = shapely.box(0, 0, 8, 2) | shapely.box(0, 0, 2, 8)
    for start, end in house.edges(shapely.buffer(inside, 0.2, join_style="mitre") - inside):
        board.line(start, end, "A-WALL")
    rooms = found(board)
    np.testing.assert_allclose(rooms.area, [28.0], atol=1e-3)
    assert shapely.contains_xy(rooms.footprint, rooms.anchor[:, 0], rooms.anchor[:, 1]).all()


def test_a_courtyard_is_not_part_of_the_room_around_it() -> None:
    board = Board()
    ring = shapely.box(0, 0, 12, 12) - shapely.box(0.2, 0.2, 11.8, 11.8)
    court = shapely.box(4, 4, 8, 8) - shapely.box(4.2, 4.2, 7.8, 7.8)
    for start, end in house.edges(ring | court):
        board.line(start, end, "A-WALL")
    rooms = found(board)
    np.testing.assert_allclose(rooms.area, [11.6**2 - 16, 3.6**2], atol=1e-2)
    assert len(rooms.footprint[0].interiors) == 1


def test_a_column_in_a_room_is_cut_out_of_its_floor() -> None:
    board = plan()
    board.area([(6.8, 2.0), (7.2, 2.0), (7.2, 2.4), (6.8, 2.4)], "S-COLS")
    np.testing.assert_allclose(found(board).area, [20.0 - 0.16, 16.0], atol=1e-3)


def test_an_open_plan_is_one_room() -> None:
    board = Board()
    whole = shapely.box(0, 0, 9.6, 4.4) - shapely.box(0.2, 0.2, 9.4, 4.2)
    for start, end in house.edges(whole | shapely.box(4.2, 0.2, 4.4, 1.4)):  # a stub of wall in it
        board.line(start, end, "A-WALL")
    board.text((2.0, 3.0), "KITCHEN")
    board.text((7.0, 2.0), "LIVING")
    assert named(board) == {"KITCHEN / LIVING": pytest.approx(9.2 * 4 - 0.24, abs=0.01)}
