"""B-splines are where their definition puts them, and as fine as asked."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from ezdxf.math import BSpline
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.geometry.splines import HIGHEST_DEGREE, bspline

POINTS = st.lists(st.tuples(*[st.integers(-20, 20)] * 3), min_size=3, max_size=9)


def reach(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest distance between two chains in the plane."""
    return float(shapely.hausdorff_distance(shapely.LineString(ours[:, :2]), shapely.LineString(theirs[:, :2]), 0.05))


@settings(deadline=None)
@given(control=POINTS, degree=st.integers(1, 5), data=st.data())
def test_every_point_is_on_the_curve(control: list[tuple[int, int, int]], degree: int, data: st.DataObject) -> None:
    degree = min(degree, len(control) - 1)
    weights = data.draw(st.none() | st.lists(st.floats(0.2, 5), min_size=len(control), max_size=len(control)))
    tool = BSpline(control, order=degree + 1, weights=weights)
    points = bspline(
        np.array(control, dtype=np.float64), np.array(tool.knots()), degree,
        weights=None if weights is None else np.array(weights), tolerance=1e-2,
    )  # fmt: skip
    fine = np.array([tuple(point) for point in tool.points(np.linspace(0, tool.max_t, 4_000))])
    away = shapely.distance(shapely.points(points[:, :2]), shapely.LineString(fine[:, :2]))
    assert np.allclose(points[0], control[0])
    assert np.allclose(points[-1], control[-1])
    # The points of the tool are no nearer to each other than this where the curve is fast.
    between = np.sqrt((np.diff(fine, axis=0) ** 2).sum(axis=1)).max()
    assert away.max() < 0.2 + between / 2


def test_no_chord_departs_by_more_than_the_tolerance() -> None:
    control = np.array([(0, 0, 0), (10, 20, 0), (30, 10, 0), (40, 10, 0), (50, 30, 0), (60, 0, 0)], dtype=np.float64)
    exact = bspline(control, np.zeros(0), 3, weights=None, tolerance=1e-6)
    for tolerance in (1.0, 0.1, 0.01):
        assert reach(bspline(control, np.zeros(0), 3, weights=None, tolerance=tolerance), exact) <= tolerance


def test_finer_is_longer() -> None:
    control = np.array([(0, 0, 0), (10, 20, 0), (30, -10, 0), (40, 10, 0)], dtype=np.float64)
    counts = [len(bspline(control, np.zeros(0), 3, weights=None, tolerance=t)) for t in (1.0, 0.1, 0.01)]
    assert counts == sorted(set(counts))


def test_a_line_is_its_points() -> None:
    control = np.array([(0, 0, 0), (10, 20, 0), (30, 10, 5)], dtype=np.float64)
    assert np.allclose(bspline(control, np.zeros(0), 1, weights=None, tolerance=1.0), control)


@pytest.mark.parametrize("knots", [[], [0, 1], [3, 2, 1, 0, 0, 0, 0, 0], [0] * 8, [float("nan")] * 8])
def test_knots_that_do_not_fit_are_done_without(knots: list[float]) -> None:
    control = np.array([(0, 0, 0), (10, 20, 0), (30, -10, 0), (40, 10, 0)], dtype=np.float64)
    points = bspline(control, np.array(knots, dtype=np.float64), 3, weights=None, tolerance=0.1)
    assert np.allclose(points[[0, -1]], control[[0, -1]])
    assert np.isfinite(points).all()


@pytest.mark.parametrize(("count", "degree"), [(3, 3), (2, 2), (20, 0), (20, HIGHEST_DEGREE + 1), (2, 10**6)])
def test_a_degree_that_cannot_be_is_an_error(count: int, degree: int) -> None:
    with pytest.raises(ValueError, match="no curve of degree"):
        bspline(np.zeros((count, 3)), np.zeros(0), degree, weights=None, tolerance=1.0)
