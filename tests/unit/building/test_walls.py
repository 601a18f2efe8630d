from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import gltf
from pipelines.build import build
from pipelines.geometry.carving import BRIDGE
from pipelines.options import ConvertOptions
from pipelines.plan import OpeningKind, Openings, WallKind, Walls
from pipelines.scene import Scene
from tests.unit import sample
from tests.unit.building import made, surface

OPTIONS = ConvertOptions()
RING = ((0.0, 0.0), (6.0, 0.0)), ((6.0, 0.0), (6.0, 4.0)), ((6.0, 4.0), (0.0, 4.0)), ((0.0, 4.0), (0.0, 0.0))
RING_AREA = 6.2 * 4.2 - 5.8 * 3.8
H = made.HEIGHT


def scene(wall: Walls, doors: Openings | None = None, **more: object) -> Scene:
    return build(sample.plan(made.storey(wall=wall, doors=doors, **more)), OPTIONS)  # type: ignore[arg-type]


def wall_volume(model: Scene) -> float:
    return sum(surface.volume(part) for node in surface.layers(model, "walls") for part in surface.drawn(node))


def assert_closed(model: Scene) -> None:
    """As trimesh, a reader that knows nothing of us, finds the walls in the file."""
    loaded = trimesh.load_scene(trimesh.util.wrap_as_stream(gltf.write(model)), file_type="glb")
    walls = [name for name in loaded.geometry if name.split("_")[0] == "A-WALL"]
    for name in walls:
        geometry = loaded.geometry[name]
        geometry.merge_vertices(merge_norm=True, merge_tex=True)
        assert geometry.is_watertight, name
        assert geometry.is_winding_consistent, name
        assert geometry.volume > 0, name
    assert len(walls) == sum(len(node.parts) for node in surface.layers(model, "walls") if surface.drawn(node))


def test_walls_are_one_solid_with_openings_cut() -> None:
    doors = made.joined(
        made.opening(OpeningKind.DOOR, (3.0, 0.0), host=0),
        made.opening(OpeningKind.WINDOW, (3.0, 4.0), width=1.5, sill=0.9, host=2),
    )
    model = scene(made.walls(*RING), doors)
    (node,) = surface.layers(model, "walls")

    assert len(node.parts) == 1
    assert wall_volume(model) == pytest.approx(RING_AREA * H - 0.9 * 0.2 * 2.1 - 1.5 * 0.2 * 1.2, rel=1e-5)
    assert_closed(model)


@pytest.mark.parametrize(
    ("doors", "taken"),
    [
        pytest.param(
            made.joined(
                made.opening(OpeningKind.DOOR, (3.0, 0.0)),
                made.opening(OpeningKind.WINDOW, (3.4, 0.0), sill=0.9, head=2.3),
            ),
            0.2 * (0.9 * 2.1 + 0.4 * 1.2 + 0.9 * 0.2),
            id="openings that overlap",
        ),
        pytest.param(
            made.opening(OpeningKind.DOOR, (3.0, 0.0), width=7.0, head=9.0),
            0.2 * 6.2 * H,
            id="wider and higher than its wall",
        ),
        pytest.param(made.opening(OpeningKind.DOOR, (5.65, 0.0), width=0.9), 0.2 * 0.9 * 2.1, id="at a corner"),
        pytest.param(made.opening(OpeningKind.DOOR, (3.0, 2.0)), 0.0, id="in no wall"),
        pytest.param(made.opening(OpeningKind.DOOR, (3.0, 0.0), head=np.nan), 0.0, id="without a head"),
        pytest.param(made.opening(OpeningKind.DOOR, (np.nan, 0.0)), 0.0, id="nowhere"),
    ],
)
def test_odd_openings_leave_sane_walls(doors: Openings, taken: float) -> None:
    model = scene(made.walls(*RING), doors)

    assert_closed(model)
    # At a corner the cut also takes a few millimetres of the wall around it.
    assert wall_volume(model) == pytest.approx(RING_AREA * H - taken, abs=0.006)


def test_low_walls_end_where_solid_walls_begin() -> None:
    wall = made.joined(made.walls(*RING), made.walls(((3.0, 0.0), (3.0, 4.0)), thickness=0.1, kind=WallKind.LOW))
    model = scene(wall)

    assert {node.extras["kind"] for node in surface.layers(model, "walls")} == {"solid", "low"}
    assert wall_volume(model) == pytest.approx(RING_AREA * H + 0.1 * 3.8 * 1.0, rel=1e-5)
    assert_closed(model)
    assert surface.fights(model) == []


def test_curtain_walls_are_panes_in_a_frame() -> None:
    wall = made.joined(made.walls(*RING), made.walls(((3.0, 0.0), (3.0, 4.0)), thickness=0.1, kind=WallKind.GLASS))
    doors = made.opening(OpeningKind.DOOR, (3.0, 2.0), along=(0.0, 1.0), depth=0.1, host=4)
    model = scene(wall, doors)
    (glass,) = (node for node in surface.layers(model, "walls") if node.extras["kind"] == "glass")
    frame, panes = glass.parts

    assert not frame.material.transparent
    assert panes.material.transparent
    assert panes.positions[:, 0].max() - panes.positions[:, 0].min() < 0.02
    assert_closed(model)
    assert surface.fights(model) == []
    # Nothing of it is left in the door.
    for part in surface.drawn(glass):
        x, z, y = part.positions[:, 0], part.positions[:, 1], -part.positions[:, 2]
        assert not (shapely.contains_xy(shapely.box(2.9, 1.6, 3.1, 2.4), x, y) & (z > 0.01) & (z < 2.0)).any()


def test_columns_stand_in_walls_not_inside_them() -> None:
    model = scene(made.walls(*RING), column=made.columns(shapely.box(2.9, -0.2, 3.1, 0.2)))
    (column,) = surface.layers(model, "columns")

    assert surface.volume(surface.drawn(column)[0]) == pytest.approx(0.2 * 0.4 * H, rel=1e-5)
    assert wall_volume(model) == pytest.approx((RING_AREA - 0.2 * 0.2) * H, rel=1e-5)
    assert surface.fights(model) == []


def test_walls_drawn_twice_are_one() -> None:
    twice = made.joined(made.walls(*RING), made.walls(*RING))

    assert wall_volume(scene(twice)) == pytest.approx(RING_AREA * H, rel=1e-5)


def test_curved_walls_share_their_normals() -> None:
    circle = shapely.Point(0, 0).buffer(5.1, quad_segs=16) - shapely.Point(0, 0).buffer(4.9, quad_segs=16)
    wall = replace(made.walls(((0.0, 0.0), (1.0, 0.0))), footprint=np.array([circle], dtype=object))
    (node,) = surface.layers(scene(wall), "walls")
    (part,) = surface.drawn(node)
    upright = np.abs(part.normals[:, 1]) < 0.5
    spot, normal = part.positions[upright][:, [0, 2]], part.normals[upright][:, [0, 2]]

    # Normals point along the radius at the vertex, not at the middle of a chord.
    assert np.abs(np.einsum("ij,ij->i", spot, normal)) / np.hypot(*spot.T) == pytest.approx(1.0, abs=1e-4)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Walls, Openings]:
    """Walls along the lines of a random grid, turned by a random angle, with random openings in them."""
    xs = [0.0, *np.cumsum(draw(st.lists(st.floats(2.0, 5.0), min_size=1, max_size=3))).tolist()]
    ys = [0.0, *np.cumsum(draw(st.lists(st.floats(2.0, 5.0), min_size=1, max_size=3))).tolist()]
    pieces = [((x, a), (x, b)) for x in xs for a, b in pairwise(ys)] + [
        ((a, y), (b, y)) for y in ys for a, b in pairwise(xs)
    ]
    kept = [piece for piece in pieces if draw(st.integers(0, 4))] or pieces[:1]
    angle = draw(st.sampled_from([0.0, 0.0, 17.0, 45.0, 61.3]))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    spun = [tuple(map(tuple, (np.asarray(piece) @ turn.T).tolist())) for piece in kept]
    wall = made.walls(*spun, thickness=draw(st.floats(0.08, 0.4)))  # type: ignore[arg-type]
    holes = []
    for _ in range(draw(st.integers(0, 6))):
        host = draw(st.integers(0, len(wall) - 1))
        start, end = wall.axis[host]
        center = start + (end - start) * draw(st.floats(0.0, 1.0))
        sill = draw(st.sampled_from([0.0, 0.9, 2.1]))
        holes.append(
            made.opening(
                draw(st.sampled_from(list(OpeningKind))), tuple(center.tolist()), width=draw(st.floats(0.3, 3.0)),
                along=tuple((end - start).tolist()), sill=sill, head=sill + draw(st.sampled_from([0.6, 1.2, 2.1])),
                host=host, depth=float(wall.thickness[host]), swing=draw(st.integers(-1, 1)),
            )
        )  # fmt: skip
    return wall, made.joined(*holes) if holes else made.opening(OpeningKind.DOOR, (0, 0)).take(np.zeros(0, np.intp))


@given(plan=plans())
@settings(max_examples=30, deadline=None)
def test_random_walls_are_watertight_and_of_the_right_volume(plan: tuple[Walls, Openings]) -> None:
    wall, doors = plan
    model = scene(wall, doors)
    whole = shapely.union_all(wall.footprint)
    half = doors.direction * (doors.width / 2)[:, None]
    across = np.stack([-doors.direction[:, 1], doors.direction[:, 0]], axis=1) * (doors.depth / 2 + 0.005)[:, None]
    corners = [doors.center - half - across, doors.center + half - across, doors.center + half + across]
    cuts = np.asarray(shapely.polygons(np.stack([*corners, doors.center - half + across], axis=1)), dtype=np.object_)
    levels = np.unique(np.clip(np.concatenate([[0.0, H], doors.sill, doors.head]), 0.0, H))
    expected = sum(
        shapely.difference(whole, shapely.union_all(cuts[(doors.sill < high) & (doors.head > low)])).area * (high - low)
        for low, high in pairwise(levels)
    )

    assert_closed(model)
    assert wall_volume(model) == pytest.approx(expected, rel=2e-3, abs=100 * BRIDGE**2)
