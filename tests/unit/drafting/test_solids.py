import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipelines.drafting.solids import find, prism
from pipelines.plan import Solids
from tests.unit.drafting.drawn import Board


def volume(vertices: np.ndarray, triangles: np.ndarray) -> float:
    a, b, c = (vertices[triangles.astype(int)[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def body(solids: Solids, k: int = 0) -> tuple[np.ndarray, np.ndarray]:
    return solids.vertices[k], solids.triangles[k]


def watertight(triangles: np.ndarray) -> bool:
    edges = np.concatenate([triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))]).astype(int)
    there = {(a, b) for a, b in edges.tolist()}
    return len(there) == len(edges) and all((b, a) in there for a, b in there)


def test_faces_in_space_are_bodies_by_layer() -> None:
    board = Board()
    corners = list(itertools.product((0.0, 1.0), (0.0, 1.0), (0.0, 1.0)))
    for axis, side in itertools.product(range(3), (0.0, 1.0)):
        a, b, c, d = [corner for corner in corners if corner[axis] == side]
        board.face([a, b, d, c], "ROOF")
    board.face([(5, 5, 0), (6, 5, 0), (6, 6, 2)], "DOME")
    found = find(board.sheet(), extrude=None)
    assert found.layer == ("ROOF", "DOME")
    assert found.category == ("solid", "solid")
    assert [len(found.triangles[k]) for k in range(2)] == [12, 1]
    np.testing.assert_allclose(found.vertices[0].max(axis=0), [1, 1, 1])


def test_lines_with_a_thickness_stand_up() -> None:
    board = Board()
    board.line((0, 0), (4, 0), "WALL", thickness=2.5)
    board.line((0, 0), (0, 3), "WALL", thickness=2.5)
    board.line((9, 9), (9, 8), "WALL")
    vertices, triangles = body(find(board.sheet(), extrude=None))
    assert len(triangles) == 4
    np.testing.assert_allclose(vertices.min(axis=0), [0, 0, 0])
    np.testing.assert_allclose(vertices.max(axis=0), [4, 3, 2.5])


def test_closed_profiles_are_drawn_up_only_where_it_is_asked() -> None:
    board = Board()
    board.path([(0, 0), (3, 0), (3, 2), (0, 2)], "PART", closed=True)
    assert len(find(board.sheet(), extrude=None)) == 0
    found = find(board.sheet(), extrude=0.5)
    vertices, triangles = body(found)
    assert found.category == ("extrusion",)
    assert volume(vertices, triangles) == pytest.approx(3.0)
    assert watertight(triangles)


def test_a_profile_in_a_profile_is_a_hole_and_one_in_that_an_island() -> None:
    board = Board()
    for inset in (0.0, 1.0, 2.0):
        a, b = inset, 6 - inset
        board.path([(a, a), (b, a), (b, b), (a, b)], "PART", closed=True)
    vertices, triangles = body(find(board.sheet(), extrude=1.0))
    assert volume(vertices, triangles) == pytest.approx(36 - 16 + 4)


def test_a_hatch_and_its_outline_are_one_profile() -> None:
    board = Board()
    ring = [(0.0, 0.0), (3.0, 0.0), (3.0, 2.0), (0.0, 2.0)]
    board.path(ring, "PART", closed=True)
    board.area(ring, "PART")
    vertices, triangles = body(find(board.sheet(), extrude=1.0))
    assert volume(vertices, triangles) == pytest.approx(6.0)


@given(
    radii=st.lists(st.floats(0.2, 5), min_size=3, max_size=24),
    height=st.floats(0.1, 10),
    hole=st.booleans(),
)
def test_a_prism_of_any_star_is_watertight_and_holds_its_volume(radii: list[float], height: float, hole: bool) -> None:
    turns = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    shape: shapely.Geometry = shapely.Polygon(
        np.column_stack([np.cos(turns), np.sin(turns)]) * np.array(radii)[:, None]
    )
    if hole:
        shape = shapely.difference(shape, shapely.Point(0, 0).buffer(0.05))
    vertices, triangles = prism(shape, 1.0, 1.0 + height)
    assert watertight(triangles)
    assert volume(vertices, triangles) == pytest.approx(float(shapely.area(shape)) * height)


def test_nothing_gives_nothing() -> None:
    assert len(find(Board().sheet(), extrude=2.0)) == 0
