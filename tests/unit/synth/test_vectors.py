import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from pipelines.plan import OpeningKind
from pipelines.synth import vectors

#: Pixels per metre of the plan that is written here.
SCALE = 40.0


def plan(*, doors: int = 5) -> list[list[object]]:
    """Six rooms of 3 by 3 m in two rows; y points down; ends of walls miss each other by a pixel or two."""
    step = 3 * SCALE
    items: list[list[object]] = []
    for row in range(3):
        items += [[k * step + 1, row * step, (k + 1) * step, row * step + 1, "wall", "1", "1"] for k in range(3)]
    for column in range(4):
        items += [[column * step, k * step, column * step + 1, (k + 1) * step - 1, "wall", "1", "1"] for k in range(2)]
    half = 0.4 * SCALE
    for k in range(doors):
        middle = (k % 3 + 0.5) * step
        at = [(k - 2) * step, 0.5 * step] if k >= 3 else [middle, step]
        box = [at[0] - half, at[1], at[0] + half, at[1]] if k < 3 else [at[0], at[1] - half, at[0], at[1] + half]
        items.append([*box, "door", "1", "1"])
    items.append([0.2 * step, 0, 0.2 * step + 1.5 * SCALE, 0, "door", "3", "1"])
    names = ("bedroom", "kitchen", "bathroom", "corridor", "living_room", "restroom")
    for k, name in enumerate(names):
        x, y = (k % 3 + 0.5) * step, (k // 3 + 0.5) * step
        items.append([x - 5, y - 5, x + 5, y + 5, name, "1", "1"])
    return items


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "plans.json"
    found.write_text(json.dumps([{"file": "one", "items": plan()}, {"file": "two", "items": plan(doors=1)}]), "utf-8")
    return found


def test_a_plan_in_pixels_becomes_a_building_in_metres(path: Path) -> None:
    storey = vectors.build(path, 3).plan.storeys[0]
    assert len(storey.rooms) == 6
    assert set(storey.rooms.name) == {"bedroom", "kitchen", "bathroom", "hall", "living_room", "wc"}
    whole = shapely.union_all([*storey.walls.footprint, *storey.rooms.footprint])
    assert shapely.area(whole) == pytest.approx(9.3 * 6.3, rel=0.08)


def test_openings_are_doors_within_and_windows_outside(path: Path) -> None:
    openings = vectors.build(path, 3).plan.storeys[0].openings
    assert openings.kind.count(OpeningKind.DOOR) == 5
    assert openings.kind.count(OpeningKind.WINDOW) == 1
    doors = [k for k, kind in enumerate(openings.kind) if kind == OpeningKind.DOOR]
    assert openings.width[doors] == pytest.approx(np.full(5, 0.8), abs=0.02)


def test_the_plan_stands_upright(path: Path) -> None:
    rooms = vectors.build(path, 3).plan.storeys[0].rooms
    places = {name: rooms.anchor[k] for k, name in enumerate(rooms.name)}
    assert places["bedroom"][1] > places["hall"][1]
    assert places["bedroom"][0] < places["bathroom"][0]


def test_a_seed_gives_the_same_building(path: Path) -> None:
    one, other = (vectors.build(path, 5).plan.storeys[0] for _ in range(2))
    assert np.array_equal(one.openings.center, other.openings.center)


def test_plans_without_a_door_to_measure_by_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "plans.json"
    path.write_text(json.dumps([{"items": plan(doors=1)}, {"items": plan()}]), "utf-8")
    for seed in range(4):
        assert len(vectors.build(path, seed).plan.storeys[0].openings) > 2
