"""Curves cut into chords stay within the tolerance, and keep their ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
from ezdxf.math import OCS, bulge_to_arc
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.geometry.flatten import MOST, bulge_arcs, bulged, chords, conics, pieces
from pipelines.geometry.ocs import axes, to_world
from pipelines.linework import Ragged

UNIT = st.floats(-1, 1).filter(lambda value: abs(value) > 1e-3)


def ragged(*lists: list[tuple[float, float, float]]) -> Ragged:
    offsets = np.cumsum([0, *map(len, lists)])
    points = [point for each in lists for point in each]
    return Ragged(np.array(points, dtype=np.float64).reshape(-1, 3), offsets.astype(np.int64))


@settings(deadline=None)
@given(radius=st.floats(0.01, 1e4), sweep=st.floats(0.01, 2 * math.pi), share=st.floats(1e-3, 0.2))
def test_the_sagitta_is_within_the_tolerance(radius: float, sweep: float, share: float) -> None:
    count = int(chords(np.array([radius]), np.array([sweep]), share * radius)[0])
    sagitta = radius * (1 - math.cos(sweep / count / 2))
    assert count == MOST or sagitta <= share * radius * (1 + 1e-9)
    assert 1 <= count <= MOST


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_what_is_no_number_is_still_cut(value: float) -> None:
    with np.errstate(all="ignore"):
        for radius, sweep in ((value, 1.0), (1.0, value), (value, value)):
            assert 1 <= chords(np.array([radius]), np.array([sweep]), 0.1)[0] <= MOST


def test_conics_run_from_end_to_end() -> None:
    center, u, v = np.array([[1.0, 2.0, 3.0]]), np.array([[5.0, 0, 0]]), np.array([[0, 2.0, 0]])
    lists = conics(center, u, v, np.array([0.0]), np.array([math.pi / 2]), tolerance=0.01)
    assert np.allclose(lists[0][0], (6, 2, 3))
    assert np.allclose(lists[0][-1], (1, 4, 3))
    assert np.allclose(((lists[0] - center) / (5, 2, 1))[:, :2] ** 2 @ (1, 1), 1)


@settings(deadline=None)
@given(a=st.tuples(UNIT, UNIT), b=st.tuples(UNIT, UNIT), bulge=st.floats(-5, 5).filter(lambda value: abs(value) > 1e-3))
def test_bulges_are_the_arcs_that_ezdxf_makes_of_them(
    a: tuple[float, float], b: tuple[float, float], bulge: float
) -> None:
    if math.dist(a, b) < 1e-3:
        return
    center, radius, _, sweep = bulge_arcs(np.array([a]), np.array([b]), np.array([bulge]))
    theirs, start, end, length = bulge_to_arc(a, b, bulge)
    assert np.allclose(center[0], (theirs.x, theirs.y), rtol=1e-6, atol=1e-6)
    assert radius[0] == pytest.approx(length)
    assert abs(sweep[0]) == pytest.approx((end - start) % math.tau, abs=1e-6)


def test_pieces_of_closed_lists_come_back() -> None:
    lists = ragged([(0, 0, 0), (1, 0, 0), (1, 1, 0)], [(5, 5, 0)], [], [(0, 0, 0), (2, 0, 0)])
    first, last, owner = pieces(lists, np.array([True, True, True, False]))
    assert list(zip(first.tolist(), last.tolist(), owner.tolist(), strict=True)) == [
        (0, 1, 0), (1, 2, 0), (2, 0, 0), (4, 5, 3),
    ]  # fmt: skip


def test_bulged_lists_keep_their_order_their_points_and_their_tolerance() -> None:
    lists = ragged([(0, 0, 1), (10, 0, 1), (10, 10, 1)], [], [(0, 0, 2), (10, 0, 2)], [(7, 7, 7)])
    bulge = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 0.5])
    tolerance = np.array([0.01, 0.01, 1.0, 0.01])
    flat, origin = bulged(lists, bulge, np.array([True, True, False, False]), tolerance=tolerance)
    assert flat.counts[1] == 0
    assert flat[3].tolist() == [[7.0, 7.0, 7.0]]
    assert flat.counts[0] > flat.counts[2] + 5
    assert flat[2][[0, -1]].tolist() == [[0.0, 0.0, 2.0], [10.0, 0.0, 2.0]]
    assert np.allclose(np.hypot(*(flat[0][1:-1, :2] - (10, 5)).T), 5, atol=1e-9)
    assert set(origin[flat.offsets[0] : flat.offsets[1]].tolist()) == {0, 1, 2}


@settings(deadline=None)
@given(normal=st.tuples(UNIT, UNIT, UNIT), point=st.tuples(UNIT, UNIT, UNIT))
def test_object_coordinates_are_those_of_ezdxf(
    normal: tuple[float, float, float], point: tuple[float, float, float]
) -> None:
    world = to_world(np.array([point]), np.array([normal]))
    assert np.allclose(world[0], OCS(normal).to_wcs(point).xyz)
    frame = axes(np.array([normal]))[0]
    assert np.allclose(frame @ frame.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(frame) == pytest.approx(1)


def test_an_extrusion_of_no_length_is_up() -> None:
    assert np.allclose(to_world(np.array([[1.0, 2.0, 3.0]]), np.zeros((1, 3))), (1, 2, 3))
