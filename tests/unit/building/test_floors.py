import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from pipelines.build import build
from pipelines.options import ConvertOptions
from pipelines.plan import OpeningKind
from pipelines.scene import Mesh, Scene
from tests.unit import sample
from tests.unit.building import made, surface

RING = ((0.0, 0.0), (6.0, 0.0)), ((6.0, 0.0), (6.0, 4.0)), ((6.0, 4.0), (0.0, 4.0)), ((0.0, 4.0), (0.0, 0.0))
ROOM = shapely.box(0.1, 0.1, 5.9, 3.9)


def scene(*storeys: object, **tables: object) -> Scene:
    return build(sample.plan(*(storeys or (made.storey(**tables),))), ConvertOptions())  # type: ignore[arg-type]


def tops(model: Scene, *groups: str, elevation: float = 0.0) -> BaseGeometry:
    """What one can stand on at the level of the floor, seen from above."""
    found = []
    for path, part, corners in surface.placed(model):
        if path.split("/")[2] in groups:
            level = np.abs(corners[:, :, 1] - elevation).max(axis=1) < 1e-4
            up = part.normals[part.indices[:, 0], 1] > 0.9
            flat = corners[level & up][:, :, [0, 2]] * [1, -1]
            found += list(np.atleast_1d(shapely.polygons(flat))) if len(flat) else []
    whole = shapely.union_all(np.asarray(found, dtype=object), grid_size=1e-4)
    assert isinstance(whole, BaseGeometry)
    return whole


def under(part: Mesh) -> float:
    return float(part.positions[:, 1].min())


def test_rooms_are_nodes_with_name_number_and_area() -> None:
    room = made.rooms(ROOM, names=("LIVING",))
    (node,) = surface.layers(scene(wall=made.walls(*RING), room=room), "floors")

    assert node.name == "LIVING"
    assert node.extras["room"] == "LIVING"
    assert node.extras["area"] == pytest.approx(5.8 * 3.8, abs=1e-3)
    assert [part.material.name for part in node.parts] == ["oak"]
    assert surface.open_edges(node.parts[0].positions, node.parts[0].indices) == 0


def test_no_hole_is_in_a_door_or_under_a_wall() -> None:
    door = made.opening(OpeningKind.DOOR, (3.0, 0.0), host=0)
    model = scene(wall=made.walls(*RING), doors=door, room=made.rooms(ROOM))
    floor = tops(model, "floors", "slab")

    assert shapely.box(-0.1, -0.1, 6.1, 4.1).difference(floor).area < 1e-3
    assert surface.fights(model) == []


def test_a_room_lies_in_a_recess_of_the_slab() -> None:
    model = scene(wall=made.walls(*RING), room=made.rooms(ROOM))
    (slab,) = surface.layers(model, "slab")
    (part,) = surface.drawn(slab)

    assert surface.open_edges(part.positions, part.indices) == 0
    assert surface.volume(part) == pytest.approx(6.2 * 4.2 * 0.2 - 5.8 * 3.8 * 0.01, rel=1e-5)
    assert under(part) == pytest.approx(-0.2)


def test_without_rooms_there_is_still_a_floor() -> None:
    # Open at one side, as when a door was not understood.
    model = scene(wall=made.walls(*RING[:3], ((0.0, 4.0), (0.0, 1.5))))

    assert tops(model, "slab").contains(shapely.box(0.5, 0.5, 5.5, 3.5))


def test_overlapping_rooms_do_not_lie_in_one_another() -> None:
    rooms = made.rooms(ROOM, shapely.box(3.0, 1.0, 5.9, 3.9))
    model = scene(wall=made.walls(*RING), room=rooms)

    assert surface.fights(model) == []
    assert tops(model, "floors").area == pytest.approx(ROOM.area, abs=1e-3)


def test_columns_and_paving_outside_stand_on_something() -> None:
    joints = [((8.0, float(y)), (10.0, float(y))) for y in range(3)]
    model = scene(
        wall=made.walls(*RING),
        room=made.rooms(ROOM),
        column=made.columns(shapely.box(-2.0, 0.0, -1.7, 0.3)),
        line=made.lines(*joints, category="floor"),
    )
    floor = tops(model, "slab")

    assert floor.contains(shapely.box(-1.95, 0.05, -1.75, 0.25))
    assert floor.contains(shapely.box(8.1, 0.1, 9.9, 1.9))
    assert not floor.intersects(shapely.box(6.5, 0.0, 7.5, 4.0))


def test_in_an_open_plan_lines_that_were_not_understood_are_paving() -> None:
    joints = [((0.0, float(y)), (20.0, float(y))) for y in range(11)]
    open_plan = made.walls(((0.0, 0.0), (0.0, 10.0)), ((20.0, 0.0), (20.0, 10.0)))
    lines = made.lines(*joints, category="linework")

    assert tops(scene(wall=open_plan, line=lines), "slab").contains(shapely.box(1.0, 1.0, 19.0, 9.0))
    # Where rooms say what is floor, they do not count.
    closed = scene(wall=made.walls(*RING), room=made.rooms(ROOM), line=lines)
    assert not tops(closed, "slab").intersects(shapely.box(7.0, 1.0, 19.0, 9.0))


def test_courts_are_floored() -> None:
    inner = ((2.0, 1.0), (4.0, 1.0)), ((4.0, 1.0), (4.0, 3.0)), ((4.0, 3.0), (2.0, 3.0)), ((2.0, 3.0), (2.0, 1.0))
    room = ROOM - shapely.box(1.9, 0.9, 4.1, 3.1)
    model = scene(wall=made.walls(*RING, *inner), room=made.rooms(room))

    assert tops(model, "slab", "floors").contains(shapely.box(2.2, 1.2, 3.8, 2.8))


def test_the_floor_above_a_stair_is_open() -> None:
    stair = made.flight((1.0, 1.0), (4.0, 1.0))
    ground = made.storey(wall=made.walls(*RING), room=made.rooms(ROOM), stair=stair)
    upper = made.storey(level=1, wall=made.walls(*RING), room=made.rooms(ROOM))
    model = scene(ground, upper)
    floor = tops(model, "floors", "slab", elevation=2.9)

    assert not floor.intersects(shapely.box(1.05, 0.55, 3.95, 1.45))
    assert floor.contains(shapely.box(4.5, 0.5, 5.8, 3.5))
    for node in surface.layers(model, "slab"):
        assert surface.open_edges(node.parts[0].positions, node.parts[0].indices) == 0


@pytest.mark.parametrize(
    ("name", "material"),
    [
        ("MASTER BEDROOM", "oak"),
        ("MSTR. BATH / TOIL", "tile"),
        ("2 CAR GARAGE", "concrete floor"),
        ("화장실", "tile"),
        ("거실", "oak"),
        ("BALCON", "stone"),
        ("SALLE DE BAIN", "tile"),
        ("SALLE À MANGER", "oak"),
        ("Arbeitszimmer", "oak"),
        ("Badezimmer", "tile"),
        ("", "floor"),
        ("XYZ", "floor"),
    ],
)
def test_a_floor_is_of_what_its_room_is_for(name: str, material: str) -> None:
    (node,) = surface.layers(scene(wall=made.walls(*RING), room=made.rooms(ROOM, names=(name,))), "floors")

    assert node.parts[0].material.name == material
