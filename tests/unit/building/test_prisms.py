from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.geometry.carving import BRIDGE, carve
from pipelines.geometry.prisms import Prisms, extrude
from pipelines.geometry.solid import Solid
from tests.unit.building.surface import open_edges

Box = tuple[float, float, float, float, float, float]


def prisms(*boxes: Box) -> Prisms:
    """Boxes x0, y0, x1, y1 from z0 to z1."""
    shapes = np.asarray([shapely.box(*box[:4]) for box in boxes], dtype=np.object_)
    return Prisms(shapes, np.array([box[4] for box in boxes]), np.array([box[5] for box in boxes]))


def expected_volume(added: Prisms, removed: Prisms) -> float:
    """Slice by slice, by shapely alone."""
    levels = np.unique(np.concatenate([added.low, added.high, removed.low, removed.high]))
    total = 0.0
    for low, high in pairwise(levels):
        here = [table.footprint[(table.low < high) & (table.high > low)] for table in (added, removed)]
        total += shapely.difference(shapely.union_all(here[0]), shapely.union_all(here[1])).area * (high - low)
    return float(total)


def assert_closed(solid: Solid) -> None:
    assert open_edges(solid.points, solid.triangles) == 0
    assert np.isfinite(solid.points).all()
    assert np.linalg.norm(solid.normals, axis=1) == pytest.approx(1.0)


def test_a_box_is_twelve_triangles() -> None:
    solid = carve(prisms((0, 0, 3, 2, 0, 1)), Prisms.none())

    assert len(solid.triangles) == 12
    assert solid.volume == pytest.approx(6.0)
    assert_closed(solid)


def test_nothing_is_nothing() -> None:
    assert len(carve(Prisms.none(), Prisms.none()).triangles) == 0
    assert len(carve(prisms((0, 0, 1, 1, 0, 1)), prisms((-1, -1, 2, 2, -1, 2))).triangles) == 0


def test_a_hole_through_a_wall_leaves_lintel_and_breast() -> None:
    solid = carve(prisms((0, 0, 4, 0.2, 0, 2.7)), prisms((1, -0.1, 2, 0.3, 0.9, 2.1)))

    assert solid.volume == pytest.approx(4 * 0.2 * 2.7 - 0.2 * 1.2)
    assert_closed(solid)


def test_every_side_faces_where_its_normal_says() -> None:
    solid = carve(prisms((0, 0, 4, 0.2, 0, 2.7), (1, 0, 1.2, 3, 0, 1)), prisms((2, -0.1, 3, 0.3, 0, 2.1)))
    a, b, c = (solid.points[solid.triangles[:, k]] for k in range(3))
    faces = np.cross(b - a, c - a)
    faces /= np.linalg.norm(faces, axis=1)[:, None]

    for k in range(3):
        assert np.einsum("ij,ij->i", faces, solid.normals[solid.triangles[:, k]]) == pytest.approx(1.0)


def test_a_ring_of_walls_is_hollow() -> None:
    ring = Prisms(
        np.array([shapely.box(0, 0, 5, 4) - shapely.box(0.2, 0.2, 4.8, 3.8)], dtype=object),
        np.zeros(1),
        np.full(1, 3.0),
    )
    solid = carve(ring, Prisms.none())

    assert solid.volume == pytest.approx((20 - 4.6 * 3.6) * 3)
    assert_closed(solid)


def test_bodies_that_touch_in_an_upright_line_are_joined() -> None:
    added = prisms((0, 0, 1, 1, 0, 2), (1, 1, 2, 2, 0, 2))
    solid = carve(added, Prisms.none())

    assert_closed(solid)
    assert solid.volume == pytest.approx(4.0, abs=2 * BRIDGE**2)


def test_bodies_that_touch_in_a_level_line_are_joined() -> None:
    added = prisms((0, 0, 1, 1, 0, 1), (1, 0, 2, 1, 1, 2))
    solid = carve(added, Prisms.none())

    assert_closed(solid)
    assert solid.volume == pytest.approx(2.0, abs=2 * BRIDGE**2)


def test_a_side_carries_no_needless_vertices() -> None:
    # The far wall knows nothing of the levels of the window.
    solid = carve(prisms((0, 0, 4, 0.2, 0, 3), (0, 9, 4, 9.2, 0, 3)), prisms((1, -0.1, 2, 0.3, 0.9, 2.1)))
    far = (solid.points[solid.triangles][:, :, 1] > 5).all(axis=1)

    assert far.sum() == 12


def test_what_is_not_finite_is_left_out() -> None:
    added = prisms((0, 0, 1, 1, 0, 2), (2, 0, 3, 1, 0, np.nan), (4, 0, 5, 1, np.inf, 2))

    assert carve(added, Prisms.none()).volume == pytest.approx(2.0)


def test_prisms_may_overlap_and_repeat() -> None:
    box: Box = (0, 0, 1, 1, 0, 1)
    solid = carve(prisms(box, box, (0.5, 0.5, 1.5, 1.5, 0.5, 1.5)), Prisms.none())

    assert solid.volume == pytest.approx(2 - 0.125)
    assert_closed(solid)


@st.composite
def on_grid(draw: st.DrawFn, least: int) -> Prisms:
    """Boxes between few coordinates and levels, so that they touch, coincide and overlap all the time."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 5),
                st.integers(0, 5),
                st.integers(1, 3),
                st.integers(1, 3),
                st.integers(0, 2),
                st.integers(1, 2),
            ),
            min_size=least,
            max_size=7,
        )
    )
    return prisms(*((x, y, x + w, y + d, z, z + h) for x, y, w, d, z, h in rows)) if rows else Prisms.none()


@given(added=on_grid(1), removed=on_grid(0))
@settings(max_examples=80, deadline=None)
def test_boxes_that_touch_in_every_way_give_a_closed_solid(added: Prisms, removed: Prisms) -> None:
    solid = carve(added, removed)

    assert_closed(solid)
    assert solid.volume == pytest.approx(expected_volume(added, removed), abs=300 * BRIDGE**2)


@st.composite
def turned(draw: st.DrawFn, least: int) -> Prisms:
    """Rectangles at any angle, to the micrometre: GEOS, which says what to expect, stumbles over denormal numbers."""
    place = st.floats(-5, 5).map(lambda value: round(value, 6))
    rows = draw(
        st.lists(
            st.tuples(
                place, place, st.floats(0.05, 6), st.floats(0.05, 0.5), st.floats(0, 180),
                st.floats(0, 1.5), st.floats(0.2, 2),
            ),
            min_size=least,
            max_size=6,
        )
    )  # fmt: skip
    shapes = [
        shapely.affinity.rotate(shapely.box(x, y, x + w, y + d), angle, origin=(x, y)) for x, y, w, d, angle, *_ in rows
    ]
    low, tall = np.array([row[5] for row in rows]), np.array([row[6] for row in rows])
    return Prisms(np.asarray(shapes, dtype=np.object_), low, low + tall)


@given(added=turned(1), removed=turned(0))
@settings(max_examples=60, deadline=None)
def test_rectangles_at_any_angle_give_a_closed_solid(added: Prisms, removed: Prisms) -> None:
    solid = carve(added, removed)

    assert_closed(solid)
    assert solid.volume == pytest.approx(expected_volume(added, removed), abs=0.02)


def test_each_polygon_is_extruded_on_its_own() -> None:
    shapes = np.array(
        [shapely.box(0, 0, 2, 1), shapely.box(5, 0, 9, 4) - shapely.box(6, 1, 8, 3), shapely.Polygon()], dtype=object
    )
    solid, owner = extrude(Prisms(shapes, np.zeros(3), np.array([1.0, 2.0, 3.0])))

    assert set(owner.tolist()) == {0, 1}
    assert solid.volume == pytest.approx(2 + 12 * 2)
    assert_closed(solid)


def test_a_slab_with_hundreds_of_recesses_is_as_closed_as_one_with_few() -> None:
    x, y = (each.ravel() for each in np.meshgrid(np.arange(16.0), np.arange(16.0)))
    pits = Prisms.between(np.asarray(shapely.box(x + 0.1, y + 0.1, x + 0.9, y + 0.9), dtype=np.object_), -0.01, 1.0)

    solid = carve(prisms((0, 0, 16, 16, -0.3, 0)), pits)

    assert solid.volume == pytest.approx(16 * 16 * 0.3 - 256 * 0.64 * 0.01)
    assert_closed(solid)
