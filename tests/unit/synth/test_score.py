from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.plan import OpeningKind, Storey
from pipelines.synth.accuracy.score import SAME_AREA, Tally, mapped, matched, missed, score, wall_iou
from pipelines.synth.building import build
from pipelines.synth.hands import ROOMS
from pipelines.synth.layout import turned

NAMES = {key: key for key in ROOMS["en"]}


@pytest.fixture(scope="module")
def flat() -> Storey:
    return build(5001, "flat").plan.storeys[0]


@pytest.fixture(scope="module")
def office() -> Storey:
    return build(5000, "office").plan.storeys[0]


@given(st.integers(0, 2000))
@settings(max_examples=10, deadline=None)
def test_the_truth_scores_full_marks_against_itself(seed: int) -> None:
    for storey in build(seed).plan.storeys:
        found = score(storey, storey, NAMES)
        assert found.iou == pytest.approx(1)
        assert found.tolerant_iou == pytest.approx(1)
        assert (found.doors + found.windows + found.bare) == Tally(right=len(storey.openings))
        assert found.kinds[0] == found.kinds[1]
        assert found.hands[0] == found.hands[1]
        assert found.right_rooms == found.rooms == found.found_rooms
        assert found.named_rooms == (found.rooms, found.rooms)
        assert found.columns == Tally(right=len(storey.columns))


def without(storey: Storey, kind: OpeningKind) -> Storey:
    kept = np.array([each != kind for each in storey.openings.kind])
    return replace(storey, openings=storey.openings.take(kept))


def test_a_missed_door_costs_recall_and_leaves_its_wall_uncut(flat: Storey) -> None:
    kept = np.ones(len(flat.openings), dtype=np.bool_)
    door = flat.openings.kind.index(OpeningKind.DOOR)
    kept[door] = False
    found = score(flat, replace(flat, openings=flat.openings.take(kept)))
    assert found.doors.missed == 1
    assert found.doors.extra == 0
    assert found.windows.missed == 0
    area = float(flat.openings.width[door] * flat.openings.depth[door])
    truth = float(shapely.area(shapely.union_all(flat.walls.footprint)))
    assert 1 - found.iou == pytest.approx(area / (truth - _cut(flat) + area), rel=0.02)


def _cut(storey: Storey) -> float:
    return float((storey.openings.width * storey.openings.depth).sum())


def test_what_is_found_and_not_there_costs_precision(flat: Storey) -> None:
    found = score(without(flat, OpeningKind.WINDOW), flat)
    assert found.windows.extra > 0
    assert found.windows.precision == 0
    assert found.windows.recall == 1
    assert found.doors.f1 == 1


def test_a_door_taken_for_a_window_is_wrong_twice(flat: Storey) -> None:
    kinds = [OpeningKind.WINDOW if kind.is_door else kind for kind in flat.openings.kind]
    found = score(flat, replace(flat, openings=replace(flat.openings, kind=tuple(kinds))))
    doors = sum(kind.is_door for kind in flat.openings.kind)
    assert found.doors == Tally(missed=doors)
    assert found.windows.extra == doors


def test_a_door_of_another_kind_is_a_door_of_the_wrong_kind(flat: Storey) -> None:
    kinds = [OpeningKind.SLIDING_DOOR if kind == OpeningKind.DOOR else kind for kind in flat.openings.kind]
    found = score(flat, replace(flat, openings=replace(flat.openings, kind=tuple(kinds))))
    assert found.doors.f1 == 1
    assert found.kinds[0] < found.kinds[1]


@pytest.mark.parametrize(("share", "right"), [(0.4, True), (0.6, False)])
def test_an_opening_is_found_within_half_its_width(flat: Storey, share: float, right: bool) -> None:
    row = np.array([flat.openings.kind.index(OpeningKind.DOOR)])
    one = flat.openings.take(row)
    moved = replace(one, center=one.center + one.direction * one.width * share)
    assert bool(len(matched(one, moved))) is right


def test_an_opening_is_matched_once_and_by_the_nearest(flat: Storey) -> None:
    one = flat.openings.take(np.array([0]))
    shift = one.direction * 0.1
    two = flat.openings.take(np.array([0, 0]))
    two = replace(two, center=np.concatenate([one.center + shift, one.center]))
    assert matched(one, two).tolist() == [[0, 1]]


def test_hinge_and_swing_are_judged_whichever_way_the_wall_runs(flat: Storey) -> None:
    openings = flat.openings
    back = replace(openings, direction=-openings.direction, hinge=-openings.hinge, swing=-openings.swing)
    assert score(flat, replace(flat, openings=back)).hands == score(flat, flat).hands
    wrong = replace(openings, swing=-openings.swing)
    right, of = score(flat, replace(flat, openings=wrong)).hands
    assert right == 0
    assert of > 0


@pytest.mark.parametrize(("grown", "right"), [(SAME_AREA * 0.8, True), (SAME_AREA * 1.5, False)])
def test_a_room_is_right_within_five_per_cent_of_its_area(flat: Storey, grown: float, right: bool) -> None:
    rooms = flat.rooms.take(np.array([0]))
    side = float(np.sqrt(1 + grown))
    larger = [shapely.transform(shape, lambda points: points * [side, side]) for shape in rooms.footprint]
    seen = replace(flat, rooms=replace(rooms, footprint=np.array(larger, dtype=np.object_)))
    true = replace(flat, rooms=rooms)
    assert score(true, seen).right_rooms == int(right)


def test_names_are_compared_as_written(flat: Storey) -> None:
    renamed = tuple(ROOMS["de"][name].upper() for name in flat.rooms.name)
    seen = replace(flat, rooms=replace(flat.rooms, name=renamed))
    right, of = score(flat, seen, ROOMS["de"]).named_rooms
    assert right == of == len(flat.rooms)
    assert score(flat, seen, ROOMS["fr"]).named_rooms[0] < of


def test_shifting_walls_by_less_than_the_tolerance_counts_in_the_plain_measure_only(flat: Storey) -> None:
    moved = mapped(flat, np.array([[1.0, 0, 0.012], [0, 1.0, 0]]))
    plain, tolerant = wall_iou(flat, moved)
    assert 0.85 < plain < 0.99
    assert tolerant == pytest.approx(1, abs=1e-3)
    assert wall_iou(flat, mapped(flat, np.array([[1.0, 0, 50.0], [0, 1.0, 0]])))[0] == 0


def test_columns_in_walls_count_for_neither(office: Storey) -> None:
    walls = office.walls
    swallowed = shapely.union_all([*walls.footprint, *office.columns.footprint])
    extra = np.array([shapely.intersection(swallowed, shapely.union_all(_touching(office)))], dtype=np.object_)
    held = np.concatenate([walls.footprint, extra])
    seen = replace(office, walls=replace(walls, footprint=held))
    assert wall_iou(office, seen)[0] == pytest.approx(1, abs=1e-3)


def _touching(storey: Storey) -> list[shapely.Geometry]:
    walls = shapely.union_all(storey.walls.footprint)
    return [shape for shape in storey.columns.footprint if shape.intersects(walls)]


def test_columns_are_counted(office: Storey) -> None:
    fewer = replace(office, columns=office.columns.take(np.arange(len(office.columns) - 2)))
    assert score(office, fewer).columns == Tally(right=len(office.columns) - 2, missed=2)
    assert score(fewer, office).columns == Tally(right=len(office.columns) - 2, extra=2)


def test_a_storey_that_was_not_found_has_missed_all(office: Storey) -> None:
    lost = missed(office)
    assert lost.iou == 0
    assert lost.doors.recall == lost.windows.recall == lost.columns.recall == 0
    assert lost.rooms == len(office.rooms)
    assert lost.right_rooms == 0


def test_the_score_does_not_depend_on_where_both_lie(flat: Storey) -> None:
    seen = without(flat, OpeningKind.WINDOW)
    one, other = score(flat, seen), score(turned(flat, 0.4), turned(seen, 0.4))
    assert other.iou == pytest.approx(one.iou, abs=1e-3)
    assert (other.doors, other.windows, other.right_rooms) == (one.doors, one.windows, one.right_rooms)


def test_a_scaled_plan_is_mapped_back(flat: Storey) -> None:
    large = mapped(flat, np.array([[25.4, 0, 7.0], [0, 25.4, -3.0]]))
    back = mapped(large, np.array([[1 / 25.4, 0, -7.0 / 25.4], [0, 1 / 25.4, 3.0 / 25.4]]))
    assert score(flat, back).iou == pytest.approx(1, abs=1e-3)
    assert back.openings.width == pytest.approx(flat.openings.width)


def test_tallies_add_up() -> None:
    total = Tally(3, 1, 0) + Tally(1, 0, 2)
    assert total == Tally(4, 1, 2)
    assert total.precision == pytest.approx(0.8)
    assert total.recall == pytest.approx(4 / 6)
    assert total.f1 == pytest.approx(8 / 11)
    assert Tally().f1 == Tally().precision == Tally().recall == 1
