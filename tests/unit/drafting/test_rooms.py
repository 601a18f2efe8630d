import numpy as np
import pytest
import shapely

from pipelines.drafting.rooms import area_of, enclosed, name_of, number_of


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
