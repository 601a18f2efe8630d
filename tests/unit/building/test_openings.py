from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from pipelines.build import build
from pipelines.building import openings
from pipelines.options import ConvertOptions
from pipelines.plan import OpeningKind, Openings
from pipelines.scene import Mesh, Scene
from tests.unit import sample
from tests.unit.building import made, surface

WALL = made.walls(((-3.0, 0.0), (3.0, 0.0)))


def scene(doors: Openings) -> Scene:
    return build(sample.plan(made.storey(wall=WALL, doors=doors)), ConvertOptions())


def parts(model: Scene, group: str, material: str) -> list[Mesh]:
    return [
        part
        for layer in surface.layers(model, group)
        for part in surface.drawn(layer)
        if part.material.name == material
    ]


def plan_of(part: Mesh) -> BaseGeometry:
    """What a mesh covers, seen from above."""
    return shapely.MultiPoint(np.column_stack([part.positions[:, 0], -part.positions[:, 2]])).convex_hull


@pytest.mark.parametrize("hinge", [-1, 1])
@pytest.mark.parametrize("swing", [-1, 1])
def test_a_leaf_stands_open_on_its_hinge_to_the_side_of_its_swing(hinge: int, swing: int) -> None:
    (leaf,) = parts(
        scene(made.opening(OpeningKind.DOOR, (0.0, 0.0), hinge=hinge, swing=swing, host=0)), "doors", "door leaf"
    )
    shape = plan_of(leaf)
    x0, y0, x1, y1 = shape.bounds

    assert swing * (y0 + y1) > 0
    assert max(abs(y0), abs(y1)) == pytest.approx(0.1 + 0.8, abs=0.1)
    # It hangs at its own end, and the way through is free.
    assert hinge * (x0 + x1) > 0
    assert shape.distance(shapely.box(-0.15, -1.0, 0.15, 1.0)) > 0


def test_a_leaf_does_not_stand_in_its_frame_or_wall() -> None:
    model = scene(made.opening(OpeningKind.DOOR, (0.0, 0.0), host=0))
    (leaf,), (frame,) = parts(model, "doors", "door leaf"), parts(model, "doors", "frame")
    jambs = [shapely.box(-0.45, -0.112, -0.40, 0.112), shapely.box(0.40, -0.112, 0.45, 0.112)]

    assert plan_of(frame).bounds == pytest.approx((-0.45, -0.112, 0.45, 0.112), abs=1e-5)
    assert shapely.intersection(plan_of(leaf), shapely.union_all(jambs)).area < 1e-4


def test_a_leaf_of_unknown_swing_is_closed() -> None:
    (leaf,) = parts(scene(made.opening(OpeningKind.DOOR, (0.0, 0.0), hinge=0, swing=0, host=0)), "doors", "door leaf")

    assert plan_of(leaf).bounds == pytest.approx((-0.396, -0.02, 0.396, 0.02), abs=1e-4)


def test_a_double_door_opens_in_the_middle() -> None:
    leaves = parts(scene(made.opening(OpeningKind.DOUBLE_DOOR, (0.0, 0.0), width=1.6, host=0)), "doors", "door leaf")
    x = np.concatenate([part.positions[:, 0] for part in leaves])

    assert (x < -0.5).any()
    assert (x > 0.5).any()
    assert not ((x > -0.4) & (x < 0.4)).any()


def test_a_sliding_door_is_half_open() -> None:
    (panels,) = parts(
        scene(made.opening(OpeningKind.SLIDING_DOOR, (0.0, 0.0), width=2.0, host=0)), "doors", "door leaf"
    )
    x0, y0, x1, y1 = plan_of(panels).bounds

    assert x0 == pytest.approx(-0.95, abs=0.01)
    assert x1 < 0.1
    assert max(-y0, y1) < 0.1


@pytest.mark.parametrize("kind", [kind for kind in OpeningKind if kind.is_door])
@pytest.mark.parametrize("width", [0.4, 0.9, 1.8, 4.0])
def test_every_door_is_filled_within_its_height(kind: OpeningKind, width: float) -> None:
    (layer,) = surface.layers(scene(made.opening(kind, (0.0, 0.0), width=width, host=0)), "doors")
    (node,) = layer.children
    points = np.concatenate([part.positions for part in node.parts])

    assert node.extras["kind"] == kind.value
    assert points[:, 1].min() >= 0
    assert points[:, 1].max() == pytest.approx(2.1)
    assert np.abs(points[:, 0]).max() == pytest.approx(width / 2)


def test_a_window_has_a_frame_and_panes_between_sill_and_head() -> None:
    window = made.opening(OpeningKind.WINDOW, (0.0, 0.0), width=3.0, sill=0.9, host=0)
    (glass,) = parts(scene(window), "windows", "glass")

    assert glass.material.transparent
    assert len(glass.indices) == 3 * 12
    assert glass.positions[:, 1].min() > 0.9
    assert glass.positions[:, 1].max() < 2.1


def test_a_bare_opening_is_no_node() -> None:
    model = scene(made.opening(OpeningKind.OPENING, (0.0, 0.0), host=0))

    assert surface.layers(model, "doors") == surface.layers(model, "windows") == []


def test_nothing_reaches_above_its_wall() -> None:
    (frame,) = parts(scene(made.opening(OpeningKind.DOOR, (0.0, 0.0), head=5.0, host=0)), "doors", "frame")

    assert frame.positions[:, 1].max() == pytest.approx(made.HEIGHT)


def test_of_openings_that_overlap_the_surest_is_filled() -> None:
    sure = replace(made.opening(OpeningKind.WINDOW, (0.2, 0.0), sill=0.9, host=0), confidence=np.array([0.95]))
    model = scene(made.joined(made.opening(OpeningKind.DOOR, (0.0, 0.0), host=0), sure))

    assert surface.layers(model, "doors") == []
    assert len(surface.layers(model, "windows")) == 1


def test_each_opening_can_be_picked_until_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    row = made.joined(*(made.opening(OpeningKind.DOOR, (x, 0.0), host=0) for x in (-2.0, 0.0, 2.0)))
    (layer,) = surface.layers(scene(row), "doors")
    assert [child.extras["handles"] for child in layer.children] == [["O1"]] * 3
    assert [child.extras["evidence"] for child in layer.children] == [["swing"]] * 3

    monkeypatch.setattr(openings, "MANY", 3)
    (merged,) = surface.layers(scene(row), "doors")
    assert merged.children == ()
    assert sum(len(part.indices) for part in merged.parts) == sum(
        len(part.indices) for child in layer.children for part in child.parts
    )
