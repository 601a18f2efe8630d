"""``plan.geojson``: what a program reads in it is what the plan holds."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pipelines import geojson
from pipelines.plan import FloorPlan
from pipelines.schemas import schema
from tests.unit import sample

VALIDATOR = Draft202012Validator(schema("plan"))


def read(plan: FloorPlan) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(geojson.write(plan))
    VALIDATOR.validate(document)
    return document


def features(plan: FloorPlan, category: str) -> list[dict[str, Any]]:
    return [each for each in read(plan)["features"] if each["properties"]["category"] == category]


def shape(feature: dict[str, Any]) -> shapely.Geometry:
    return shapely.from_geojson(json.dumps(feature["geometry"]))


def with_footprint(footprint: shapely.Geometry) -> FloorPlan:
    """The flat with its column in another shape."""
    flat = sample.storey()
    columns = replace(flat.columns, footprint=np.array([footprint], dtype=object))
    return sample.plan(replace(flat, columns=columns))


def test_equal_plans_give_equal_bytes() -> None:
    assert geojson.write(sample.plan()) == geojson.write(sample.plan())


def test_every_row_becomes_a_feature_with_its_own_id() -> None:
    document = read(sample.plan(sample.storey(), sample.storey(1)))
    ids = [each["id"] for each in document["features"]]
    assert len(ids) == len(set(ids)) == 2 * (1 + 5 + 2 + 1 + 1 + 2 + 1)
    assert {"storey-0", "storey-1", "storey-0/wall-4", "storey-1/opening-1", "storey-1/furniture-0"} < set(ids)
    assert all(each["id"].startswith(each["properties"]["storey"]) for each in document["features"])


def test_a_wall_keeps_its_shape_and_a_height_to_the_ceiling_becomes_a_number() -> None:
    wall, *_, low = features(sample.plan(), "wall")
    assert shapely.equals(shape(wall), shapely.box(0, 0, 8, 0.2))
    assert wall["properties"]["axis"] == [[0, 0.1], [8, 0.1]]
    assert (wall["properties"]["height"], wall["properties"]["kind"]) == (2.7, "solid")
    assert (low["properties"]["height"], low["properties"]["kind"]) == (1.0, "low")
    assert wall["properties"]["handles"] == ["1A", "1B"]


def test_an_opening_tells_its_side_along_its_own_axis() -> None:
    door, window = features(sample.plan(), "opening")
    told = door["properties"]
    assert told["axis"] == [[5, 2.05], [5, 2.95]]
    assert (told["hinge"], told["swing"], told["door"], told["label"]) == ("start", "left", True, "D1")
    assert told["evidence"] == ["swing", "detector"]
    assert told["wall"] == "storey-0/wall-4"
    assert shapely.equals(shape(door), shapely.box(4.9, 2.05, 5.1, 2.95))
    assert window["properties"] | {"hinge": None, "swing": None, "door": False, "sill": 0.9} == window["properties"]


def test_an_opening_without_a_wall_names_none() -> None:
    flat = sample.storey()
    loose = replace(flat, openings=replace(flat.openings, host=np.array([-1, 0], np.int32)))
    assert [each["properties"]["wall"] for each in features(sample.plan(loose), "opening")] == [None, "storey-0/wall-0"]


def test_rooms_have_names_and_areas() -> None:
    living, bedroom = (each["properties"] for each in features(sample.plan(), "room"))
    assert living | {"name": "LIVING", "number": "101", "area": 21.62, "label_area": 21.6} == living
    assert bedroom | {"name": "BEDROOM", "label_area": None, "layer": None, "anchor": [6.4, 1.5]} == bedroom


def test_a_stair_has_its_treads_in_climbing_order() -> None:
    (stair,) = features(sample.plan(), "stair")
    assert stair["properties"]["up"] == [0, 1]
    assert stair["properties"]["treads"] == [[[6, 3], [6.9, 3]], [[6, 3.3], [6.9, 3.3]], [[6, 3.6], [6.9, 3.6]]]


def test_treads_go_to_their_own_flight() -> None:
    flat = sample.storey()
    twice = flat.stairs.take(np.array([0, 0]))
    broken = replace(twice.treads, points=np.concatenate([[[np.nan, 0]], twice.treads.points[1:]]))
    first, second = features(sample.plan(replace(flat, stairs=replace(twice, treads=broken))), "stair")
    assert len(first["properties"]["treads"]) == 2
    assert len(second["properties"]["treads"]) == 3


def test_a_storey_covers_its_walls_and_rooms() -> None:
    (whole,) = features(sample.plan(), "storey")
    assert shapely.equals(shape(whole), shapely.box(0, 0, 8, 5))
    assert whole["properties"]["area"] == 40


def test_the_affine_leads_from_the_drawing_to_the_plan() -> None:
    document = read(sample.plan())
    affine = np.array(document["storeys"][0]["affine"])
    corner = sample.drawing().strokes.start[0]
    assert affine[:, :2] @ corner + affine[:, 2] == pytest.approx([0.0, 0.0])
    assert (document["origin"], document["metres_per_unit"]) == (list(sample.ORIGIN), 0.001)


def test_the_affine_is_not_rounded() -> None:
    flat = sample.storey()
    affine = flat.affine + 1e-13
    assert read(sample.plan(replace(flat, affine=affine)))["storeys"][0]["affine"] == affine.tolist()


def test_coordinates_are_rounded_to_a_tenth_of_a_millimetre() -> None:
    (column,) = features(with_footprint(shapely.box(1 / 3, -1e-9, 2 / 3, 1)), "column")
    corners = {(x, y) for x, y in column["geometry"]["coordinates"][0]}
    assert corners == {(0.3333, 0.0), (0.6667, 0.0), (0.6667, 1.0), (0.3333, 1.0)}
    assert b"-0.0" not in geojson.write(with_footprint(shapely.box(1 / 3, -1e-9, 2 / 3, 1)))


def test_rings_follow_the_right_hand_rule() -> None:
    clockwise = shapely.Polygon([(0, 0), (0, 4), (4, 4), (4, 0)], holes=[[(1, 1), (2, 1), (2, 2), (1, 2)]])
    (column,) = features(with_footprint(clockwise), "column")
    outer, hole = (shapely.LinearRing(ring) for ring in column["geometry"]["coordinates"])
    assert outer.is_ccw
    assert not hole.is_ccw


@pytest.mark.parametrize(
    "footprint",
    [
        shapely.Polygon(),
        shapely.box(0, 0, 1e-6, 1e-6),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Polygon([(0, 0), (1, 0), (1, 1), (0, np.inf)]),
        None,
    ],
)
def test_what_has_no_area_has_no_geometry(footprint: shapely.Geometry) -> None:
    assert features(with_footprint(footprint), "column")[0]["geometry"] is None


def test_a_shape_that_crosses_itself_becomes_valid() -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    (column,) = features(with_footprint(bow), "column")
    assert shapely.is_valid(shape(column))
    assert shapely.area(shape(column)) == pytest.approx(0.5)


def test_numbers_that_are_not_finite_are_null() -> None:
    flat = sample.storey()
    lost = replace(
        flat,
        walls=replace(flat.walls, axis=np.full((5, 2, 2), np.nan), confidence=np.full(5, np.nan)),
        stairs=replace(flat.stairs, up=np.full((1, 2), np.nan)),
        openings=replace(flat.openings, center=np.array([[np.nan, 0.0], [2.5, 0.1]])),
    )
    plan = sample.plan(lost)
    assert features(plan, "wall")[0]["properties"]["axis"] is None
    assert features(plan, "wall")[0]["properties"]["confidence"] is None
    assert features(plan, "stair")[0]["properties"]["up"] is None
    door, window = features(plan, "opening")
    assert door["geometry"] is None
    assert window["geometry"] is not None


def test_words_of_any_language_stay_and_half_a_surrogate_is_replaced() -> None:
    rooms = features(sample.plan(sample.storey(names=('거실 "A"\n', "bad\udc80"))), "room")
    assert [each["properties"]["name"] for each in rooms] == ['거실 "A"\n', "bad?"]


def test_a_plan_without_storeys_is_a_valid_document() -> None:
    assert read(sample.bare_plan())["features"] == []


def test_an_empty_storey_is_a_feature_without_geometry() -> None:
    document = read(sample.plan(sample.empty_storey()))
    assert [(each["id"], each["geometry"]) for each in document["features"]] == [("storey-0", None)]


def test_each_feature_is_a_line() -> None:
    lines = geojson.write(sample.plan()).decode().splitlines()
    assert len(lines) == 2 + len(read(sample.plan())["features"])
    assert all(json.loads(line.rstrip(","))["type"] == "Feature" for line in lines[1:-1])


points = st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))


@given(st.lists(st.lists(points, min_size=3, max_size=8), min_size=1, max_size=6))
def test_any_polygons_become_valid_geometries_of_the_same_region(rings: list[list[tuple[float, float]]]) -> None:
    shapes = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    for text, before in zip(geojson.polygons(shapes), shapes, strict=True):
        whole = shapely.make_valid(before, method="structure", keep_collapsed=False)
        if text == "null":
            assert whole.area <= 1e-4 * max(whole.length, 1e-4)
            continue
        after = shapely.from_geojson(text)
        assert shapely.is_valid(after)
        assert shapely.area(after) == pytest.approx(whole.area, abs=2e-4 * whole.length + 1e-8)


def closed(part: Any) -> Any:
    """The schema, without room for members that it does not name."""
    if isinstance(part, dict):
        shut = {key: closed(value) for key, value in part.items()}
        return shut | {"additionalProperties": False} if "properties" in part and "type" in part else shut
    return [closed(each) for each in part] if isinstance(part, list) else part


def test_the_schema_names_everything_that_is_written() -> None:
    Draft202012Validator(closed(schema("plan"))).validate(json.loads(geojson.write(sample.plan())))


@pytest.mark.parametrize("name", ["kind", "thickness", "handles", "storey"])
def test_the_schema_misses_what_is_missing(name: str) -> None:
    document = read(sample.plan())
    wall = next(each for each in document["features"] if each["properties"]["category"] == "wall")
    del wall["properties"][name]
    assert not VALIDATOR.is_valid(document)


def test_storeys_stand_in_their_order() -> None:
    document = read(sample.plan(*map(sample.storey, range(12))))
    assert [each["level"] for each in document["storeys"]] == list(range(12))
