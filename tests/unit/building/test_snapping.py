"""Snapping as GEOS does it, only sooner."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipelines.geometry.snapping import snapped

GRID = 1e-2


COORDINATES = st.integers(-3000, 3000).map(lambda millimetres: millimetres / 1000)


@given(st.lists(st.tuples(*[COORDINATES] * 6), min_size=1, max_size=6))
def test_it_is_what_geos_makes_to_a_grain(numbers: list[tuple[float, ...]]) -> None:
    shapes = np.asarray([shapely.Polygon(np.reshape(each, (3, 2))) for each in numbers], dtype=np.object_)
    shapes = shapes[shapely.is_valid(shapes)]

    ours, theirs = snapped(shapes, GRID), shapely.set_precision(shapes, GRID)

    assert shapely.is_valid(ours).all()
    # GEOS also draws an edge to a vertex that lies within the grid of it.
    assert (shapely.area(shapely.symmetric_difference(ours, theirs)) <= shapely.length(shapes) * GRID).all()
    np.testing.assert_allclose(shapely.get_coordinates(ours) / GRID % 1.0 % (1 - 1e-6), 0.0, atol=1e-6)


def test_a_neck_thinner_than_the_grid_goes() -> None:
    neck = shapely.union_all([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1), shapely.box(0.5, 0.5, 2.5, 0.501)])

    made = snapped(np.asarray([neck], dtype=np.object_), GRID)[0]

    assert shapely.is_valid(made)
    assert shapely.get_num_geometries(made) == 2


def test_a_vertex_that_falls_on_its_neighbour_is_one() -> None:
    nearly = shapely.Polygon([(0, 0), (1, 0), (1, 1), (1.001, 1.001), (0, 1)])

    made = snapped(np.asarray([nearly], dtype=np.object_), GRID)[0]

    assert shapely.get_num_coordinates(made) == 5


def test_nothing_stays_nothing() -> None:
    shapes = np.asarray([shapely.Polygon(), shapely.box(0, 0, 1, 1)], dtype=np.object_)

    made = snapped(shapes, GRID)

    assert shapely.is_empty(made).tolist() == [True, False]
    assert len(snapped(np.zeros(0, dtype=np.object_), GRID)) == 0
