"""Room labels: inside their room, as large as it allows, never over one another."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipelines.linework import Floats
from pipelines.pictures.fonts import Faces
from pipelines.pictures.labels import Label, place
from pipelines.pictures.planview import View, room_labels
from pipelines.plan import Rooms

FACES = {False: Faces(()), True: Faces(())}
VIEW = View(low=np.zeros(2), scale=40.0, height=800.0)
MIDDLE = np.array([100.0, 100.0])


def measure(text: str, size: int, _bold: bool) -> float:
    return len(text) * size * 0.6


def label(room: shapely.Polygon, name: str = "BEDROOM", taken: tuple[shapely.Polygon, ...] = ()) -> Label | None:
    return place(
        room, shapely.get_coordinates(room.centroid)[0], name=name, area="12.0 m²", measure=measure, taken=list(taken)
    )


def rooms(shapes: list[shapely.Polygon], names: list[str], anchors: Floats | None = None) -> Rooms:
    count = len(shapes)
    footprint = np.array(shapes, dtype=object)
    return Rooms(
        footprint=footprint,
        name=tuple(names),
        number=("",) * count,
        area=np.asarray(shapely.area(footprint)),
        label_area=np.full(count, np.nan),
        anchor=shapely.get_coordinates(shapely.point_on_surface(footprint)) if anchors is None else anchors,
        confidence=np.ones(count),
        handles=((),) * count,
    )


def words(found: Label | None) -> list[str]:
    return [word.text for word in found.words] if found else []


def test_a_large_room_has_its_name_over_its_area_in_large_letters() -> None:
    found = label(shapely.box(0, 0, 300, 200))
    assert found
    assert words(found) == ["BEDROOM", "12.0 m²"]
    assert found.words[0].size == 26
    assert found.words[0].y < found.words[1].y


def test_a_narrow_room_breaks_the_name() -> None:
    assert words(label(shapely.box(0, 0, 110, 200), "MASTER BEDROOM")) == ["MASTER", "BEDROOM", "12.0 m²"]


def test_a_small_room_has_smaller_letters_and_a_smaller_one_only_its_area() -> None:
    small = label(shapely.box(0, 0, 80, 60))
    assert small
    assert small.words[0].size < 26
    assert words(label(shapely.box(0, 0, 70, 24), "MASTER BEDROOM")) == ["12.0 m²"]
    assert label(shapely.box(0, 0, 20, 20)) is None


def test_a_label_keeps_clear_of_what_is_there() -> None:
    room, door = shapely.box(0, 0, 300, 200), shapely.box(80, 60, 220, 140)
    found = label(room, taken=(door,))
    assert found
    assert not shapely.box(*found.box).intersects(door)


def test_a_room_around_a_court_has_its_label_beside_it() -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 300, 300).exterior, [shapely.box(60, 60, 240, 240).exterior])
    found = label(ring, "HALL")
    assert found
    assert ring.contains(shapely.box(*found.box))


@pytest.mark.parametrize("room", [shapely.Polygon(), shapely.box(0, 0, 0.001, 0.001)])
def test_a_room_without_space_has_no_label(room: shapely.Polygon) -> None:
    assert place(room, MIDDLE, name="X", area="0.0 m²", measure=measure, taken=[]) is None


def test_a_room_without_an_anchor_has_its_label_in_its_middle() -> None:
    (found,) = room_labels(rooms([shapely.box(1, 1, 6, 5)], ["A"], np.full((1, 2), np.nan)), VIEW, FACES, [])
    x0, y0, x1, y1 = found.box
    assert (x0 + x1) / 2 == pytest.approx(3.5 * 40, abs=25)
    assert (y0 + y1) / 2 == pytest.approx(800 - 3 * 40, abs=25)


corner = st.floats(0, 15)
boxes = st.tuples(corner, corner, st.floats(0.5, 6), st.floats(0.5, 6)).map(
    lambda b: shapely.box(b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@given(st.lists(boxes, min_size=1, max_size=12), st.sampled_from(["BATH", "MASTER BEDROOM", "", "거실"]))
def test_labels_lie_in_their_rooms_and_none_over_another(shapes: list[shapely.Polygon], name: str) -> None:
    door = shapely.box(200, 200, 300, 300)
    found = room_labels(rooms(shapes, [name] * len(shapes)), VIEW, FACES, [door])
    drawn = [shapely.box(*each.box) for each in found]
    whole = shapely.union_all(VIEW.shapes(np.array(shapes, dtype=object)))
    assert all(shapely.covers(whole, box) for box in drawn)
    assert not any(box.intersects(door) for box in drawn)
    assert not any(one.intersects(other) for k, one in enumerate(drawn) for other in drawn[:k])


def test_larger_rooms_choose_first() -> None:
    found = room_labels(
        rooms([shapely.box(0, 0, 4, 4), shapely.box(0, 0, 10, 10)], ["SMALL", "LARGE"]), VIEW, FACES, []
    )
    assert found[0].words[0].text == "LARGE"
