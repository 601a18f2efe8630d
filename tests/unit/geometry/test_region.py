import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipelines.geometry.components import components
from pipelines.geometry.pairs import pair
from pipelines.geometry.region import accepted, edges, faces, patches, strips_within, union
from pipelines.geometry.runs import gaps_of, runs_of

Lines = tuple[np.ndarray, np.ndarray]


def room(width: float, depth: float, wall: float, *, gap: tuple[float, float], caps: bool = True) -> Lines:
    """Double lines of a room, clear inside ``width`` by ``depth``, with a gap in its lower wall."""
    x0, x1, t = -wall, width + wall, wall
    pieces = [
        (x0, -t, gap[0], -t), (gap[1], -t, x1, -t), (x1, -t, x1, depth + t), (x1, depth + t, x0, depth + t),
        (x0, depth + t, x0, -t), (0, 0, gap[0], 0), (gap[1], 0, width, 0), (width, 0, width, depth),
        (width, depth, 0, depth), (0, depth, 0, 0),
    ]  # fmt: skip
    if caps:
        pieces += [(gap[0], -t, gap[0], 0), (gap[1], -t, gap[1], 0)]
    table = np.array(pieces, dtype=np.float64)
    return table[:, :2], table[:, 2:]


def covered_by(start: np.ndarray, end: np.ndarray) -> shapely.Geometry:
    strips = pair(start, end, low=0.05, high=0.6)
    found = accepted(faces(start, end), strips, high=0.6)
    return union(np.concatenate([strips.rectangles(), patches(strips), found]))


@given(
    width=st.floats(2, 8),
    depth=st.floats(2, 8),
    wall=st.floats(0.08, 0.45),
    at=st.floats(0.3, 0.6),
    caps=st.booleans(),
)
def test_the_region_of_a_drawn_room_is_its_walls(
    width: float, depth: float, wall: float, at: float, caps: bool
) -> None:
    gap = (at, at + 0.9)
    start, end = room(width, depth, wall, gap=gap, caps=caps)
    truth = shapely.box(-wall, -wall, width + wall, depth + wall) - shapely.box(0, 0, width, depth)
    truth -= shapely.box(gap[0], -wall, gap[1], 0)
    region = covered_by(start, end)
    assert shapely.area(shapely.symmetric_difference(region, truth)) < 0.01 * truth.area


def test_a_gap_lies_between_two_caps_of_one_run() -> None:
    start, end = room(5, 4, 0.2, gap=(1.0, 1.9))
    region = covered_by(start, end)
    strips = strips_within(region, low=0.04, high=0.6)
    runs, label = runs_of(strips)
    gaps = gaps_of(runs, strips, label, region, low=0.35, high=6.0)
    assert len(runs) == 4
    assert len(gaps) == 1
    np.testing.assert_allclose(gaps.width, 0.9, atol=1e-3)
    np.testing.assert_allclose(gaps.depth, 0.2, atol=1e-3)
    assert gaps.capped_begin.all()
    assert gaps.capped_finish.all()
    ends = runs.origin[gaps.run] + runs.direction[gaps.run] * gaps.begin[:, None]
    np.testing.assert_allclose(ends, [[1.0, -0.1]], atol=1e-3)


def test_edges_keep_the_region_to_their_left() -> None:
    start, end = edges(shapely.box(0, 0, 2, 1))
    cross = start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0]
    assert cross.sum() / 2 == 2.0


def test_a_corner_is_filled_though_no_strip_reaches_it() -> None:
    start = np.array([[0.0, 0.0], [0.2, 0.2], [0.0, 0.0], [0.2, 0.2]])
    end = np.array([[5.0, 0.0], [5.0, 0.2], [0.0, 4.0], [0.2, 4.0]])
    strips = pair(start, end, low=0.05, high=0.6)
    corner = patches(strips)
    np.testing.assert_allclose(shapely.area(shapely.union_all(corner)), 0.04)
    assert shapely.contains_xy(shapely.union_all(corner), 0.1, 0.1)


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40))
def test_components_agree_with_a_search_by_hand(pairs: list[tuple[int, int]]) -> None:
    first = np.array([a for a, _ in pairs], dtype=np.intp)
    second = np.array([b for _, b in pairs], dtype=np.intp)
    label = components(20, first, second)
    groups = [{k} for k in range(20)]
    for a, b in pairs:
        one, other = groups[a], groups[b]
        if one is not other:
            one |= other
            for k in other:
                groups[k] = one
    for a in range(20):
        for b in range(20):
            assert (label[a] == label[b]) == (groups[a] is groups[b])


def test_slits_are_healed_and_hairs_cut() -> None:
    wall = [shapely.box(0, 0, 2, 0.2), shapely.box(2.005, 0, 4, 0.2), shapely.box(1, 0.2, 1.003, 1)]
    region = union(np.asarray(wall, dtype=np.object_))
    assert shapely.area(shapely.symmetric_difference(region, shapely.box(0, 0, 4, 0.2))) < 1e-3
    assert shapely.get_type_id(region) == shapely.GeometryType.POLYGON


def test_a_region_is_taken_apart_into_the_strips_it_was_made_of() -> None:
    region = shapely.union(shapely.box(0, 0, 6, 0.2), shapely.box(2, 0, 2.3, 4))
    strips = strips_within(region, low=0.05, high=0.5)
    found = sorted(zip(strips.thickness.round(3).tolist(), strips.length.round(2).tolist(), strict=True))
    assert found == [(0.2, 2.0), (0.2, 3.7), (0.3, 3.8)]


def test_a_courtyard_is_no_strip() -> None:
    ring = shapely.difference(shapely.box(0, 0, 3, 0.9), shapely.box(0.2, 0.2, 2.8, 0.7))
    strips = strips_within(ring, low=0.05, high=0.6)
    assert (strips.thickness < 0.21).all()


def test_wide_faces_and_bare_ones_are_not_accepted() -> None:
    strips = pair(np.array([[0.0, 0.0], [0.0, 0.2]]), np.array([[4.0, 0.0], [4.0, 0.2]]), low=0.05, high=0.6)
    several = [shapely.box(0, 0, 4, 0.2), shapely.box(0, 0, 4, 4), shapely.box(0, 1, 4, 1.2)]
    kept = accepted(np.asarray(several, dtype=np.object_), strips, high=0.6)
    assert shapely.area(kept).tolist() == [0.8]


def test_corners_that_miss_by_a_hair_still_close() -> None:
    start = np.array([[0.0, 0.0], [4.0, 0.004], [4.0, 3.0], [0.0, 2.996]])
    end = np.array([[3.996, 0.0], [4.0, 3.0], [0.004, 3.0], [0.0, 0.0]])
    (face,) = faces(start, end)
    np.testing.assert_allclose(shapely.area(face), 12, rtol=1e-3)
