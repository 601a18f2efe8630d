"""The signs of a plan: doors swing where they say, windows lie in their wall, arrows point up."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from pipelines.linework import Floats
from pipelines.pictures.symbols import arrows, gaps, sign
from pipelines.plan import OpeningKind, Openings
from tests.unit import sample


def opening(kind: OpeningKind, hinge: int = 0, swing: int = 0) -> Openings:
    """One of a metre around the origin, in a wall along x that is 0.2 thick."""
    return replace(
        sample.storey().openings.take(np.array([0])),
        center=np.zeros((1, 2)),
        direction=np.array([[1.0, 0.0]]),
        width=np.array([1.0]),
        kind=(kind,),
        hinge=np.array([hinge], np.int32),
        swing=np.array([swing], np.int32),
    )


def test_a_gap_is_as_wide_as_the_opening_and_as_deep_as_the_wall() -> None:
    (gap,) = gaps(opening(OpeningKind.DOOR))
    assert shapely.equals(gap, shapely.box(-0.5, -0.1, 0.5, 0.1))


@pytest.mark.parametrize("hinge", [-1, 1])
@pytest.mark.parametrize("swing", [-1, 1])
def test_a_leaf_stands_open_at_its_hinge_on_the_side_to_which_it_swings(hinge: int, swing: int) -> None:
    made = sign(opening(OpeningKind.DOOR, hinge, swing), 0)
    foot, tip = made.heavy[0]
    np.testing.assert_allclose(foot, [hinge * 0.5, swing * 0.1])
    np.testing.assert_allclose(tip, [hinge * 0.5, swing * 1.1])
    # The arc leads from the tip to the other jamb, always a leaf's width away from the hinge.
    np.testing.assert_allclose(made.light[0, 0], tip)
    np.testing.assert_allclose(made.light[-1, 1], [-hinge * 0.5, swing * 0.1], atol=1e-9)
    np.testing.assert_allclose(np.hypot(*(made.light[:, 1] - foot).T), 1.0)


def test_the_leaves_of_a_double_door_meet_in_the_middle() -> None:
    made = sign(opening(OpeningKind.DOUBLE_DOOR, 0, 1), 0)
    np.testing.assert_allclose(made.heavy[:, 0], [[-0.5, 0.1], [0.5, 0.1]])
    np.testing.assert_allclose(np.hypot(*(made.heavy[:, 1] - made.heavy[:, 0]).T), 0.5)
    assert shapely.Polygon(made.swept).is_valid


@pytest.mark.parametrize("kind", [OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR])
def test_a_door_that_swings_no_one_knows_where_is_a_line_in_the_wall(kind: OpeningKind) -> None:
    made = sign(opening(kind), 0)
    np.testing.assert_allclose(made.heavy, [[[-0.5, 0], [0.5, 0]]])
    assert not len(made.light)


@pytest.mark.parametrize("kind", list(OpeningKind))
def test_every_kind_has_a_sign_near_its_place(kind: OpeningKind) -> None:
    made = sign(opening(kind, -1, 1), 0)
    points = np.concatenate([made.heavy.reshape(-1, 2), made.light.reshape(-1, 2)])
    assert len(points)
    assert np.isfinite(points).all()
    assert np.abs(points).max() <= 1.2


def climbing(up: Floats) -> Floats:
    return arrows(replace(sample.storey().stairs, up=up))


def test_an_arrow_points_where_the_stair_climbs() -> None:
    shaft, *barbs = climbing(np.array([[0.0, 1.0]]))
    np.testing.assert_allclose(shaft[:, 0], 6.45)
    assert shaft[0, 1] < shaft[1, 1]
    assert all((barb == shaft[1]).all(axis=1).any() for barb in barbs)


def test_a_stair_of_unknown_direction_has_no_arrow() -> None:
    assert not len(climbing(np.full((1, 2), np.nan)))
