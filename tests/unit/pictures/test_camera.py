"""Parallel projection: there and back, and everything in the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.pictures.camera import Camera

angles = st.tuples(st.floats(-180, 180), st.floats(5, 89))
points = st.lists(st.tuples(*[st.floats(-100, 100)] * 3), min_size=2, max_size=10)


@given(angles)
def test_the_axes_are_square_to_each_other(angle: tuple[float, float]) -> None:
    axes = Camera.toward(*angle).axes
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    assert axes[2, 1] < 0  # it looks down


@given(angles, points)
def test_a_projection_can_be_undone(angle: tuple[float, float], places: list[tuple[float, float, float]]) -> None:
    camera = Camera.toward(*angle).fitted(np.array([-3.0, -2.0]), np.array([5.0, 4.0]), 640, 480, margin=0.05)
    where = np.array(places)
    np.testing.assert_allclose(camera.unproject(camera.project(where)), where, atol=1e-9)


@given(angles, points)
def test_what_is_fitted_lies_within_the_margin(
    angle: tuple[float, float], places: list[tuple[float, float, float]]
) -> None:
    camera = Camera.toward(*angle)
    flat = camera.flat(np.array(places))
    fitted = camera.fitted(flat.min(axis=0), flat.max(axis=0), 640, 480, margin=0.1)
    seen = fitted.project(np.array(places))[:, :2]
    assert (seen >= 48 - 1e-6).all()
    assert (seen <= np.array([640, 480]) - 48 + 1e-6).all()


def test_north_is_up_and_what_is_nearer_is_in_front() -> None:
    camera = Camera.toward(0, 45)
    south, north = camera.project(np.array([[0, 0, 1.0], [0, 0, -1.0]]))
    assert south[1] > north[1]  # lower in the picture
    assert south[2] < north[2]
    assert camera.project(np.array([1.0, 0, 0]))[0] == pytest.approx(1)
