"""The z-buffer: which triangle a pixel sees, and that work comes in pieces of bounded size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipelines.pictures import raster
from pipelines.pictures.raster import (
    EMPTY,
    Frame,
    chunks,
    clipped,
    line_fragments,
    nearest,
    primitive,
    triangle_fragments,
)

FRAME = Frame(20, 16, 0.0, 10.0)


def seen(corners: NDArray[np.float64], frame: Frame = FRAME) -> NDArray[np.int64]:
    """Number of the triangle that each pixel sees, -1 for none."""
    keys = nearest(frame, triangle_fragments(frame, corners))
    return np.where(keys == EMPTY, -1, primitive(keys).astype(np.int64)).reshape(frame.height, frame.width)


def flat(points: list[tuple[float, float]], depth: float) -> NDArray[np.float64]:
    return np.array([[(x, y, depth) for x, y in points]])


def test_a_triangle_covers_the_pixels_whose_middle_it_holds() -> None:
    number = seen(flat([(2, 2), (10, 2), (2, 10)], 1))
    rows, columns = np.mgrid[0:16, 0:20] + 0.5
    np.testing.assert_array_equal(number >= 0, (columns > 2) & (rows > 2) & (columns + rows < 12))


def test_two_triangles_share_their_edge_without_gap_or_overlap() -> None:
    square = np.concatenate([flat([(1, 1), (15, 1), (15, 13)], 1), flat([(1, 1), (15, 13), (1, 13)], 1)])
    pixels = np.concatenate([pixels for pixels, _ in triangle_fragments(FRAME, square)])
    assert len(pixels) == len(set(pixels.tolist())) == 14 * 12


def test_the_nearer_triangle_is_seen() -> None:
    both = np.concatenate([flat([(0, 0), (20, 0), (0, 16)], 5), flat([(0, 0), (8, 0), (0, 8)], 2)])
    number = seen(both)
    assert number[1, 1] == 1
    assert number[1, 15] == 0
    np.testing.assert_array_equal(number >= 0, seen(both[::-1]) >= 0)


def test_triangles_that_cross_are_each_seen_on_their_side() -> None:
    slope = np.array([[[0, 0, 0], [20, 0, 10], [0, 32, 0]], [[0, 0, 5], [20, 0, 5], [0, 32, 5]]], dtype=float)
    number = seen(slope)
    assert (number[2, :9] == 0).all()
    assert (number[2, 11:17] == 1).all()


def test_depths_come_back() -> None:
    keys = nearest(FRAME, triangle_fragments(FRAME, flat([(0, 0), (40, 0), (0, 40)], 3.25)))
    np.testing.assert_allclose(FRAME.depth(keys), 3.25, atol=1e-6)


@pytest.mark.parametrize("shift", [1e6, -1e6])
def test_what_is_far_outside_costs_nothing(shift: float) -> None:
    assert not list(triangle_fragments(FRAME, flat([(shift, 0), (shift + 9, 0), (shift, 9)], 1)))


def test_a_triangle_larger_than_the_picture_fills_it() -> None:
    assert (seen(flat([(-1e7, -1e7), (1e7, -1e7), (0, 1e7)], 1)) == 0).all()


def test_a_line_has_a_pixel_for_each_step() -> None:
    keys = nearest(FRAME, line_fragments(FRAME, np.array([[[2.5, 3.5, 1.0], [9.5, 3.5, 1.0]]])))
    lit = (keys != EMPTY).reshape(16, 20)
    assert lit[3, 2:10].all()
    assert lit.sum() == 8


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(1, 60))
def test_chunks_hold_every_row_once_and_are_about_as_large_as_asked(costs: list[int], limit: int) -> None:
    rows = np.arange(len(costs))
    parts = list(chunks(rows, np.array(costs, dtype=np.int64), limit))
    np.testing.assert_array_equal(np.concatenate([rows[:0], *parts]), rows)
    assert all(sum(costs[row] for row in part[:-1]) < limit + 50 for part in parts)


def test_work_in_small_pieces_gives_the_same_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    corners = rng.uniform(0, 20, (60, 3, 3))
    whole = seen(corners)
    monkeypatch.setattr(raster, "_ROWS", 7)
    monkeypatch.setattr(raster, "_FRAGMENTS", 11)
    np.testing.assert_array_equal(seen(corners), whole)


coordinate = st.floats(-50, 50)


@given(st.tuples(coordinate, coordinate), st.tuples(coordinate, coordinate))
def test_a_clipped_line_is_the_part_inside(a: tuple[float, float], b: tuple[float, float]) -> None:
    (cut,) = clipped(np.array([[a, b]]), 20, 16)
    shares = np.linspace(0, 1, 501)[:, None]
    points = np.array(a) + shares * (np.array(b) - np.array(a))
    within = points[((points > 1e-6) & (points < np.array([20, 16]) - 1e-6)).all(axis=1)]
    if not np.isfinite(cut).all():
        assert not len(within)
        return
    assert (cut >= -1e-6).all()
    assert (cut <= np.array([20, 16]) + 1e-6).all()
    reach = np.hypot(*(cut[1] - cut[0]))
    assert all(np.hypot(*(point - cut[0])) <= reach + 1e-6 for point in within)
