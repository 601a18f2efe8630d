import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.plan import FloorPlan, OpeningKind, Storey
from pipelines.synth.building import KINDS, build
from pipelines.synth.layout import cuts, solid, turned

seeds = st.integers(0, 5000)


def same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray)
        if one.dtype == np.object_:
            return bool(shapely.equals_exact(one, other, 0).all())
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, tuple):
        assert isinstance(other, tuple)
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def storeys(seed: int, kind: str | None = None) -> tuple[Storey, ...]:
    return build(seed, kind).plan.storeys


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_walls_have_area_and_thickness(seed: int) -> None:
    for storey in storeys(seed):
        assert shapely.is_valid(storey.walls.footprint).all()
        assert (shapely.area(storey.walls.footprint) > 0).all()
        assert (storey.walls.thickness >= 0.05).all()


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_openings_lie_within_the_wall_that_holds_them(seed: int) -> None:
    for storey in storeys(seed):
        openings = storey.openings
        held = storey.walls.footprint[openings.host]
        assert shapely.covers(held, cuts(openings, margin=-1e-4)).all()
        assert openings.depth == pytest.approx(storey.walls.thickness[openings.host])


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_openings_do_not_meet(seed: int) -> None:
    for storey in storeys(seed):
        shapes = cuts(storey.openings, margin=0.0)
        i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        assert (i == j).all()


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_rooms_and_walls_share_the_building_between_them(seed: int) -> None:
    for storey in storeys(seed):
        rooms, walls = shapely.union_all(storey.rooms.footprint), shapely.union_all(storey.walls.footprint)
        assert shapely.area(shapely.intersection(rooms, walls)) < 1e-6
        assert shapely.area(rooms) == pytest.approx(storey.rooms.area.sum())
        columns = shapely.union_all(storey.columns.footprint)
        whole = shapely.union_all([rooms, walls, columns])
        hull = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(whole)])
        # What is left are corners that walls cut off.
        assert shapely.area(hull) - shapely.area(whole) < 0.04 * shapely.area(hull)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_every_room_is_reached_through_doors_and_openings(seed: int) -> None:
    for storey in storeys(seed):
        rooms, openings = storey.rooms.footprint, storey.openings
        ways: dict[int, set[int]] = {k: set() for k in range(len(rooms))}
        for shape, kind in zip(cuts(openings, margin=0.05), openings.kind, strict=True):
            if kind != OpeningKind.WINDOW:
                near = [k for k in range(len(rooms)) if rooms[k].intersects(shape)]
                for k in near:
                    ways[k] |= set(near)
        found, waiting = {0}, [0]
        while waiting:
            for k in ways[waiting.pop()] - found:
                found.add(k)
                waiting.append(k)
        assert len(found) == len(rooms)


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_furniture_stands_in_one_room_and_clear_of_stairs(seed: int) -> None:
    for storey in storeys(seed):
        for shape in storey.furniture.footprint:
            assert sum(room.covers(shape.buffer(-1e-6)) for room in storey.rooms.footprint) == 1
            assert not any(flight.intersects(shape) for flight in storey.stairs.footprint)


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_stairs_fit_their_room(seed: int) -> None:
    for storey in storeys(seed):
        walls = shapely.union_all(storey.walls.footprint)
        for shape in storey.stairs.footprint:
            assert shapely.area(shapely.intersection(shape, walls)) < 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_building_every_time(kind: str) -> None:
    one, other = build(7, kind), build(7, kind)
    assert same(one, other)
    assert not same(one, build(8, kind))


def test_all_kinds_of_openings_and_outlines_come_up() -> None:
    plans = [build(seed).plan for seed in range(60)]
    kinds = {kind for plan in plans for storey in plan.storeys for kind in storey.openings.kind}
    assert kinds == set(OpeningKind)
    assert {len(plan.storeys) for plan in plans} == {1, 2}
    assert any(len(storey.columns) for plan in plans for storey in plan.storeys)
    assert any(_slanted(plan) for plan in plans)


def _slanted(plan: FloorPlan) -> bool:
    axes = plan.storeys[0].walls.axis
    vector = axes[:, 1] - axes[:, 0]
    turn = np.arctan2(vector[:, 1], vector[:, 0]) % (np.pi / 2)
    return bool((np.minimum(turn, np.pi / 2 - turn) > 0.02).any())


def test_the_storeys_of_a_house_stand_on_each_other() -> None:
    tall = [plan for seed in range(40) if len((plan := build(seed, "house").plan).storeys) == 2]
    assert tall
    for plan in tall:
        low, high = (shapely.union_all([*s.walls.footprint, *s.rooms.footprint]) for s in plan.storeys)
        assert shapely.area(shapely.difference(high, low.buffer(0.01))) < 0.01 * shapely.area(high)


def test_turning_keeps_areas_and_lengths() -> None:
    storey = build(3, "office").plan.storeys[0]
    other = turned(storey, 0.7)
    assert shapely.area(solid(other)) == pytest.approx(shapely.area(solid(storey)), rel=2e-4)
    assert np.hypot(*other.openings.direction.T) == pytest.approx(np.ones(len(other.openings)))
    assert turned(other, -0.7).openings.center == pytest.approx(storey.openings.center)
