"""Anti-aliased lines: as much ink as their length and width, and all of it where they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.pictures.strokes import coverage, dashed, polyline

inside = st.tuples(st.floats(5, 35), st.floats(5, 25))


@given(inside, inside, st.floats(0.5, 4))
def test_a_line_covers_its_length_times_its_width(a: tuple[float, float], b: tuple[float, float], width: float) -> None:
    length = np.hypot(b[0] - a[0], b[1] - a[1])
    ink = coverage(np.array([[a, b]]), (30, 40), width=width)
    assert ink.max() <= 1
    assert ink.min() >= 0
    # Where both axes are crossed at a slant the ends are cut along an axis, which moves ink but adds none.
    assert ink.sum() == pytest.approx(length * width, abs=0.02 * length * width + 1e-3)


def test_a_level_line_fills_just_its_row() -> None:
    ink = coverage(np.array([[[2.0, 3.5], [6.0, 3.5]]]), (8, 8), width=1.0)
    expected = np.zeros((8, 8))
    expected[3, 2:6] = 1
    np.testing.assert_allclose(ink, expected, atol=1e-6)


def test_an_upright_line_fills_just_its_column() -> None:
    ink = coverage(np.array([[[3.0, 6.0], [3.0, 1.0]]]), (8, 8), width=2.0)
    expected = np.zeros((8, 8))
    expected[1:6, 2:4] = 1
    np.testing.assert_allclose(ink, expected, atol=1e-6)


def test_a_line_far_beyond_the_sheet_is_cut_to_it() -> None:
    ink = coverage(np.array([[[-1e9, 4.5], [1e9, 4.5]]]), (8, 8))
    np.testing.assert_allclose(ink[4], 1, atol=1e-6)
    assert ink.sum() == pytest.approx(8, abs=1e-3)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_lines_without_a_place_are_not_drawn(bad: float) -> None:
    with np.errstate(all="ignore"):
        ink = coverage(np.array([[[bad, 1.0], [bad, 6.0]]]), (8, 8))
    assert not ink.any()


def test_no_lines_cover_nothing() -> None:
    assert coverage(np.zeros((0, 2, 2)), (4, 5)).shape == (4, 5)


def test_the_dashes_of_a_line_add_up() -> None:
    dashes = dashed(np.array([[[0.0, 0.0], [10.0, 0.0]], [[0.0, 1.0], [0.0, 2.0]]]), dash=3, gap=2)
    np.testing.assert_allclose(dashes[:, :, 0], [[0, 3], [5, 8], [0, 0]])
    np.testing.assert_allclose(dashes[2], [[0, 1], [0, 2]])


def test_a_closed_polyline_comes_back() -> None:
    ends = polyline(np.array([[0.0, 0], [1, 0], [1, 1]]), closed=True)
    np.testing.assert_allclose(ends[:, 1], np.roll(ends[:, 0], -1, axis=0))
    assert len(ends) == 3
