"""Faces are those that GEOS finds."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipelines.geometry.arrangement import Arrangement
from pipelines.geometry.faces import Faces

GRID = 1e-4
NUMBERS = st.integers(0, 9)
SIDES = st.integers(1, 5)


def told(shapes: np.ndarray) -> list[str]:
    """What one sees of polygons, wherever their rings begin."""
    return [shapely.to_wkt(shape, rounding_precision=3) for shape in shapely.normalize(shapes)]


def arranged(*shapes: shapely.Geometry) -> Arrangement:
    with np.errstate(all="ignore"):
        return Arrangement.of(shapely.boundary(np.asarray(shapes, dtype=np.object_)), GRID)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, SIDES, SIDES), min_size=1, max_size=12), st.sampled_from([0.0, 30.0, 45.0]))
def test_they_are_the_faces_that_geos_finds(numbers: list[tuple[int, int, int, int]], turn: float) -> None:
    boxes = [shapely.affinity.rotate(shapely.box(x, y, x + w, y + h), turn, origin=(0, 0)) for x, y, w, h in numbers]
    with np.errstate(all="ignore"):
        noded = shapely.union_all(shapely.boundary(boxes), grid_size=GRID)
        expected = shapely.get_parts(shapely.polygonize([noded]))

    plane = arranged(*boxes)

    assert shapely.is_valid(plane.faces).all()
    assert sorted(told(plane.faces)) == sorted(told(expected))


@given(st.lists(st.tuples(NUMBERS, NUMBERS, SIDES, SIDES), min_size=1, max_size=12))
def test_each_edge_lies_between_its_faces(numbers: list[tuple[int, int, int, int]]) -> None:
    plane = arranged(*(shapely.box(x, y, x + w, y + h) for x, y, w, h in numbers))
    start, end = plane.nodes[plane.edges[:, 0]], plane.nodes[plane.edges[:, 1]]
    out = np.column_stack([end[:, 1] - start[:, 1], start[:, 0] - end[:, 0]])
    out = out / np.hypot(*out.T)[:, None] * 0.01

    for side, faces in ((-1.0, plane.left), (1.0, plane.right)):
        spot = shapely.points((start + end) / 2 + side * out)
        inside = np.asarray([shapely.contains(plane.faces, each) for each in spot])
        none = ~inside.any(axis=1)
        assert (np.where(none, len(plane.faces), inside.argmax(axis=1)) == faces).all()


def test_a_hole_that_touches_its_face_in_a_node_is_a_hole() -> None:
    hole = shapely.Polygon([(0, 0), (2, 1), (1, 2)])
    plane = arranged(shapely.box(0, 0, 4, 4), hole)

    assert sorted(shapely.area(plane.faces)) == pytest.approx([hole.area, 16 - hole.area])
    assert shapely.is_valid(plane.faces).all()


def test_what_stands_in_a_hole_is_a_face_of_its_own_within_the_one_around_it() -> None:
    plane = arranged(
        shapely.box(0, 0, 9, 9), shapely.box(1, 1, 8, 8), shapely.box(2, 2, 3, 3), shapely.box(20, 0, 21, 1)
    )

    assert sorted(shapely.area(plane.faces)) == pytest.approx([1, 1, 32, 48])


def test_edges_that_part_nothing_are_left_out() -> None:
    nodes = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [1, 1], [5, 5]], dtype=np.float64)
    edges = np.array([[0, 1], [1, 2], [2, 3], [0, 3], [0, 4], [2, 5]])

    faces = Faces.of(nodes, edges)

    assert faces.edges.tolist() == [[0, 1], [1, 2], [2, 3], [0, 3]]
    assert shapely.area(faces.shapes) == pytest.approx([4.0])


def test_no_edges_are_no_faces() -> None:
    assert not len(Faces.of(np.zeros((0, 2)), np.zeros((0, 2), dtype=np.intp)).shapes)
    assert not len(arranged().faces)
