from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipelines.build import build
from pipelines.options import ConvertOptions
from pipelines.plan import FloorPlan
from pipelines.scene import Lines, Mesh, Node
from pipelines.synth import building as synth
from pipelines.understand import understand
from tests.unit import sample
from tests.unit.building import made, surface

OPTIONS = ConvertOptions()
DRAWINGS = sorted(Path("../shared/data/dxf").glob("*.dxf"))


def every(nodes: tuple[Node, ...]) -> list[Node]:
    return [found for node in nodes for found in (node, *every(node.children))]


def test_the_tree_is_storey_category_layer() -> None:
    scene = build(made.house(), OPTIONS)
    ground, upper = scene.nodes

    assert ground.extras["level"] == 0
    assert upper.extras["level"] == 1
    assert upper.translation == (0.0, 2.9, 0.0)
    assert [child.extras["category"] for child in ground.children] == [
        "walls", "columns", "doors", "windows", "floors", "slab", "stairs", "furniture", "dimension",
    ]  # fmt: skip
    for category in ground.children:
        for layer in category.children:
            assert layer.extras["category"] == category.name
            assert layer.extras["storey"] == "Level 0"


def test_the_way_back_to_the_drawing_is_known() -> None:
    scene = build(sample.plan(), OPTIONS)

    assert scene.extras["origin"] == list(sample.ORIGIN)
    assert scene.extras["metres_per_unit"] == 1 / sample.UNITS


def test_plan_coordinates_lie_on_the_floor_with_north_to_minus_z() -> None:
    scene = build(sample.plan(made.storey(line=made.lines(((1.0, 2.0), (3.0, 4.0))))), OPTIONS)
    (node,) = surface.layers(scene, "annotation")

    assert node.parts[0].positions[:, 0].tolist() == [1.0, 3.0]
    assert node.parts[0].positions[:, 2].tolist() == [-2.0, -4.0]
    assert (node.parts[0].positions[:, 1] > 0).all()


@pytest.mark.parametrize("plan", [sample.plan(), made.house(), sample.plan(sample.empty_storey()), sample.bare_plan()])
def test_every_number_is_finite_and_every_normal_a_unit(plan: FloorPlan) -> None:
    for node in every(build(plan, OPTIONS).nodes):
        for part in node.parts:
            assert np.isfinite(part.positions).all()
            assert part.indices.max(initial=0) < max(len(part.positions), 1)
            if isinstance(part, Mesh):
                assert np.linalg.norm(part.normals, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_nothing_lies_twice_in_one_plane() -> None:
    assert surface.fights(build(made.house(), OPTIONS)) == []
    assert surface.fights(build(sample.plan(), OPTIONS)) == []


def test_the_check_for_that_can_fail() -> None:
    scene = build(made.house(), OPTIONS)
    ground = scene.nodes[0]
    doubled = replace(scene, nodes=(replace(ground, children=(*ground.children, ground.children[0])),))

    assert surface.fights(doubled)


@pytest.mark.parametrize("seed", range(6))
def test_random_buildings_are_closed_and_lie_nowhere_twice(seed: int) -> None:
    scene = build(synth.build(seed).plan, OPTIONS)
    solid = ("walls", "columns", "floors", "slab", "stairs", "furniture")
    open_ = [
        path
        for path, part, _ in surface.placed(scene)
        if path.split("/")[2] in solid and surface.open_edges(part.positions, part.indices)
    ]

    assert open_ == []
    # What overlaps by less is a step of a millimetre in a wall.
    assert surface.fights(scene, least=2e-3) == []


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_nothing_in_real_drawings_lies_twice_in_one_plane(drawing: Path) -> None:
    assert surface.fights(build(understand(drawing, OPTIONS).plan, OPTIONS), least=1e-3) == []


def test_a_plan_of_bodies_and_lines_is_their_scene() -> None:
    corners = [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (np.nan, 0.0, 0.0)]
    faces = [(0, 2, 1), (0, 1, 3), (1, 2, 3), (2, 0, 3), (0, 1, 1), (0, 1, 4)]
    plan = replace(
        sample.bare_plan(),
        solids=made.body(corners, faces),
        lines=made.lines(((0.0, 0.0), (5.0, 0.0)), ((1.0, 1.0), (1.0, 1.0)), category="linework", layer="0"),
    )
    solids, linework = build(plan, OPTIONS).nodes
    (body,), (lines,) = solids.children[0].parts, linework.children[0].parts

    assert isinstance(body, Mesh)
    assert isinstance(lines, Lines)
    # Triangles without an area and lines without a length are left out.
    assert len(body.indices) == 4
    assert surface.volume(body) == pytest.approx(1 / 6)
    assert len(lines.indices) == 1


def test_lines_stand_by_category_and_layer() -> None:
    axes = made.lines(((0.0, 0.0), (5.0, 0.0)), ((0.0, 1.0), (5.0, 1.0)), category="axis")
    line = replace(axes, layer=("A-GRID", "S-GRID"))
    nodes = surface.layers(build(sample.plan(made.storey(line=line)), OPTIONS), "axis")

    assert [node.name for node in nodes] == ["A-GRID", "S-GRID"]
    assert all(node.parts[0].material.unlit for node in nodes)


def test_the_list_of_handles_is_bounded() -> None:
    many = made.walls(*(((0.0, float(k)), (1.0, float(k))) for k in range(100)))
    (node,) = surface.layers(build(sample.plan(made.storey(wall=many)), OPTIONS), "walls")

    assert len(node.extras["handles"]) == 32  # type: ignore[arg-type]
    assert node.extras["handle_count"] == 100
