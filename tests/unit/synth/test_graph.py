import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from pipelines.plan import WallKind
from pipelines.synth.graph import Graph, lines_of, pieces, straightened, trace


def graph(cells: list[shapely.Polygon], thickness: float = 0.2) -> Graph:
    nodes, edges, sides = trace(cells)
    edges, sides, _ = straightened(nodes, edges, sides, lines_of(nodes, edges))
    return Graph(nodes, edges, sides, np.full(len(edges), thickness), (WallKind.SOLID,) * len(edges))


def test_a_room_has_four_walls_with_the_outside_on_one_side() -> None:
    made = graph([box(0, 0, 4, 3)])
    assert len(made) == 4
    assert made.outer.all()
    assert sorted(made.length.tolist()) == [3, 3, 4, 4]


def test_the_wall_between_two_rooms_is_one_edge_with_a_room_on_each_side() -> None:
    made = graph([box(0, 0, 4, 3), box(4, 0, 7, 3)])
    inner = np.flatnonzero(~made.outer)
    assert len(inner) == 1
    assert sorted(made.sides[inner[0]].tolist()) == [0, 1]


def test_a_wall_meeting_another_in_its_middle_divides_it() -> None:
    made = graph([box(0, 0, 7, 3), box(0, 3, 4, 6), box(4, 3, 7, 6)])
    across = [k for k in range(len(made)) if not made.outer[k] and abs(made.direction[k, 0]) > 0.9]
    assert sorted(made.length[across].tolist()) == [3, 4]


def test_pieces_of_a_rectangle_cover_the_ring_between_its_faces() -> None:
    covered = shapely.union_all(pieces(graph([box(0, 0, 4, 3)])).footprint)
    ring = box(-0.1, -0.1, 4.1, 3.1).difference(box(0.1, 0.1, 3.9, 2.9))
    assert shapely.area(shapely.symmetric_difference(covered, ring)) == pytest.approx(0, abs=1e-9)


def test_walls_of_two_thicknesses_meet_at_the_face_of_the_thicker() -> None:
    made = graph([box(0, 0, 4, 3), box(4, 0, 7, 3)])
    thick = np.where(made.outer, 0.4, 0.1)
    made = Graph(made.nodes, made.edges, made.sides, thick, made.kind)
    inner = int(np.flatnonzero(~made.outer)[0])
    assert pieces(made).clear[inner] == pytest.approx([0.2, 2.8])


@given(st.floats(-0.6, 0.6), st.floats(0.05, 0.5))
def test_a_slanted_outline_is_covered_to_its_mitred_faces(lean: float, thickness: float) -> None:
    outline = shapely.Polygon([(0, 0), (6, 0), (6, 4 + lean), (0, 4)])
    covered = shapely.union_all(pieces(graph([outline], thickness)).footprint)
    half = thickness / 2
    outer = shapely.buffer(outline, half, join_style="mitre", mitre_limit=10)
    ring = shapely.difference(outer, shapely.buffer(outline, -half, join_style="mitre", mitre_limit=10))
    assert shapely.area(shapely.symmetric_difference(covered, ring)) < 1e-2  # nodes are set out to the millimetre


def test_edges_in_line_are_joined_only_where_no_other_wall_meets_them() -> None:
    whole = shapely.Polygon([(0, 0), (2, 0), (4, 0), (4, 3), (0, 3)])
    assert len(graph([whole])) == 4
    assert len(graph([box(0, 0, 2, 3), box(2, 0, 4, 3)])) == 7
