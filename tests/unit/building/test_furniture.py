from itertools import combinations, pairwise

import numpy as np
import pytest
import shapely

from pipelines.build import build
from pipelines.options import ConvertOptions
from pipelines.plan import Furniture, FurnitureKind, OpeningKind
from pipelines.scene import Lines, Mesh, Node, Scene
from tests.unit import sample
from tests.unit.building import made, surface

TABLE = FurnitureKind.FURNITURE


def scene(piece: Furniture, **tables: object) -> Scene:
    return build(sample.plan(made.storey(piece=piece, **tables)), ConvertOptions())  # type: ignore[arg-type]


def layer(model: Scene) -> Node:
    (node,) = surface.layers(model, "furniture")
    return node


def test_a_piece_is_a_box_with_its_lines_on_top() -> None:
    node = layer(scene(made.furniture((TABLE, shapely.box(0, 0, 2, 1), 0.75))))
    (box,) = (part for part in node.parts if isinstance(part, Mesh))
    (drawn,) = (part for part in node.parts if isinstance(part, Lines))

    assert surface.volume(box) == pytest.approx(2 * 1 * 0.75, rel=0.02)
    assert surface.open_edges(box.positions, box.indices) == 0
    assert len(drawn.indices) == 4
    assert (drawn.positions[:, 1] > box.positions[:, 1].max()).all()


@pytest.mark.parametrize("kind", [FurnitureKind.PLANT, FurnitureKind.VEHICLE])
def test_plants_and_vehicles_are_lines_on_the_floor(kind: FurnitureKind) -> None:
    node = layer(scene(made.furniture((kind, shapely.box(0, 0, 2, 1), 1.2))))

    assert [type(part) for part in node.parts] == [Lines]
    assert 0 < node.parts[0].positions[:, 1].max() < 0.05


def test_a_box_is_what_its_lines_enclose() -> None:
    corner = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 3, 3)
    piece = made.furniture((TABLE, shapely.box(0, 0, 3, 3), 0.75), strokes=[made.outline(corner)])
    (box,) = surface.drawn(layer(scene(piece)))

    assert surface.volume(box) == pytest.approx(corner.area * 0.75, rel=0.02)


def test_open_lines_stay_lines() -> None:
    strokes = [[[(0.0, 0.0), (3.0, 0.0)], [(3.0, 0.0), (3.0, 3.0)]]]
    piece = made.furniture((TABLE, shapely.box(0, 0, 3, 3), 0.75), strokes=strokes)

    assert surface.drawn(layer(scene(piece))) == []


KITCHEN = made.walls(
    ((0.0, 0.0), (0.0, 4.0)), ((0.0, 4.0), (4.0, 4.0)), ((4.0, 4.0), (4.0, 0.0)), ((4.0, 0.0), (0.0, 0.0))
)


def test_a_counter_is_closed_by_the_walls_that_it_is_built_against() -> None:
    # Along the west and the south wall; its front alone is drawn, and ends a little before the walls.
    front = [(0.11, 3.0), (0.7, 3.0), (0.7, 0.7), (3.0, 0.7), (3.0, 0.11)]
    strokes = [[list(pair) for pair in pairwise(front)]]
    piece = made.furniture((TABLE, shapely.box(0.11, 0.11, 3.0, 3.0), 0.9), strokes=strokes)
    (box,) = surface.drawn(layer(scene(piece, wall=KITCHEN)))

    assert surface.volume(box) == pytest.approx((0.6 * 2.9 + 0.6 * 2.3) * 0.9, rel=0.03)


def test_the_floor_before_a_counter_is_no_counter() -> None:
    front = [[[(0.11, 3.3), (3.3, 3.3)], [(3.3, 3.3), (3.3, 0.11)]]]
    piece = made.furniture((TABLE, shapely.box(0.1, 0.1, 3.3, 3.3), 0.9), strokes=front)

    assert surface.drawn(layer(scene(piece, wall=KITCHEN))) == []


def test_overlapping_pieces_share_no_space() -> None:
    shapes = shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3), shapely.box(1.5, 0.5, 2.5, 1.5)
    model = scene(
        made.furniture(*((TABLE, shape, height) for shape, height in zip(shapes, (0.75, 0.75, 0.9), strict=True)))
    )
    (boxes,) = surface.drawn(layer(model))

    assert surface.fights(model) == []
    overlap = sum((a & b).area for a, b in combinations(shapes, 2))
    assert surface.volume(boxes) < sum(shape.area for shape in shapes) * 0.75 - 0.5 * overlap


def test_furniture_does_not_stand_in_walls_or_doorways() -> None:
    wall = made.walls(((0.0, 0.0), (6.0, 0.0)))
    door = made.opening(OpeningKind.DOOR, (3.0, 0.0), host=0)
    model = scene(made.furniture((TABLE, shapely.box(1, -1, 5, 1), 0.9)), wall=wall, doors=door)
    (box,) = surface.drawn(layer(model))
    inside = np.abs(box.positions[:, 2]) < 0.1

    assert not inside.any()
    assert surface.fights(model) == []
