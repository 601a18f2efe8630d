import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipelines.geometry.pairs import near, pair, rectangles, segments


def lines(*pieces: tuple[float, float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(pieces, dtype=np.float64)
    return table[:, :2], table[:, 2:]


def test_two_parallel_lines_are_one_strip_over_their_common_length() -> None:
    strips = pair(*lines((0, 0, 10, 0), (2, 0.2, 6, 0.2)), low=0.05, high=0.6)
    assert len(strips) == 1
    assert strips.thickness[0] == 0.2
    np.testing.assert_allclose(np.sort(np.stack([strips.start[0], strips.end[0]]), axis=0), [[2, 0.1], [6, 0.1]])


def test_the_nearer_line_hides_the_farther_one_where_it_runs() -> None:
    strips = pair(*lines((0, 0, 10, 0), (0, 0.5, 10, 0.5), (4, 0.2, 6, 0.2)), low=0.05, high=0.6)
    found = sorted(zip(strips.thickness.round(3).tolist(), strips.length.round(3).tolist(), strict=True))
    assert found == [(0.2, 2.0), (0.3, 2.0), (0.5, 4.0), (0.5, 4.0)]


def test_lines_at_an_angle_or_too_far_apart_do_not_pair() -> None:
    assert len(pair(*lines((0, 0, 10, 0), (0, 0.2, 10, 1.2)), low=0.05, high=0.6)) == 0
    assert len(pair(*lines((0, 0, 10, 0), (0, 0.7, 10, 0.7)), low=0.05, high=0.6)) == 0


def test_one_line_and_no_line_give_nothing() -> None:
    assert len(pair(*lines((0, 0, 1, 0)), low=0.05, high=0.6)) == 0
    assert len(pair(np.zeros((0, 2)), np.zeros((0, 2)), low=0.05, high=0.6)) == 0


@given(
    angle=st.floats(0, 2 * np.pi),
    thickness=st.floats(0.06, 0.5),
    length=st.floats(1, 30),
    shift=st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
    reverse=st.booleans(),
)
def test_a_strip_is_the_same_wherever_and_however_its_lines_are_drawn(
    angle: float, thickness: float, length: float, shift: tuple[float, float], reverse: bool
) -> None:
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]]) * thickness
    start = np.array([shift, shift + across])
    end = start + along * length
    if reverse:
        start[1], end[1] = end[1].copy(), start[1].copy()
    strips = pair(start, end, low=0.05, high=0.6)
    assert len(strips) == 1
    np.testing.assert_allclose(strips.thickness, thickness, atol=1e-6)
    np.testing.assert_allclose(strips.length, length, atol=1e-5)
    middle = (strips.start[0] + strips.end[0]) / 2
    np.testing.assert_allclose(middle, shift + across / 2 + along * length / 2, atol=1e-5)


def test_rectangles_have_the_width_and_the_reach_that_was_asked() -> None:
    band = rectangles(np.array([[0.0, 0.0]]), np.array([[4.0, 0.0]]), np.array([0.2]), longer=1.0, wider=0.1)
    assert shapely.bounds(band[0]).tolist() == [-1.0, -0.2, 5.0, 0.2]


@given(
    ends=st.lists(st.tuples(*[st.integers(-30, 30)] * 4), min_size=1, max_size=12),
    straight=st.lists(st.booleans(), min_size=12, max_size=12),
    distance=st.floats(0.01, 1),
)
def test_every_pair_of_lines_that_is_near_is_among_those_that_may_be_in_the_order_of_the_first(
    ends: list[tuple[int, int, int, int]], straight: list[bool], distance: float
) -> None:
    start, end = (np.array(points) / 10 for points in lines(*ends))
    end = end + 0.05  # none without length
    end = np.where(np.array(straight[: len(ends)])[:, None] & [False, True], start, end)
    i, j = near(start, end, distance=distance)
    drawn = segments(start, end)
    apart = shapely.distance(drawn[:, None], drawn[None, :])
    assert set(zip(*np.nonzero(apart < 0.999 * distance), strict=True)) <= set(zip(i.tolist(), j.tolist(), strict=True))
    assert (np.diff(i) >= 0).all()
    assert len(set(zip(i.tolist(), j.tolist(), strict=True))) == len(i)
