import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipelines.geometry.areas import even_odd, offset, parts, polygons, width
from pipelines.geometry.pairs import dots
from pipelines.linework import Areas, Ragged

Ring = list[tuple[float, float]]


def areas(*rings: Ring, region: list[int] | None = None) -> Areas:
    count = len(rings)
    whole = np.zeros(count, np.int32)
    points = np.asarray([point for ring in rings for point in ring], float).reshape(-1, 2)
    return Areas(
        rings=Ragged(points, np.append(0, np.cumsum([len(ring) for ring in rings])).astype(np.int64)),
        region=np.asarray(region if region is not None else range(count), np.int32),
        filled=np.ones(count, np.bool_),
        solid=np.ones(count, np.bool_),
        layer=whole,
        color=whole,
        z=np.zeros(count),
        thickness=np.zeros(count),
        origin=whole,
        source=whole,
        instance=whole - 1,
    )


def square(x: float, y: float, side: float) -> Ring:
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


def test_each_region_is_a_polygon_that_knows_its_row() -> None:
    shapes, row = polygons(areas(square(0, 0, 2), square(5, 5, 1)))
    assert shapely.area(shapes).tolist() == [4, 1]
    assert row.tolist() == [0, 1]


def test_rings_of_one_region_are_holes_and_islands() -> None:
    table = areas(square(9, 9, 1), square(0, 0, 6), square(1, 1, 4), square(2, 2, 2), region=[7, 3, 3, 3])
    shapes, row = polygons(table)
    found = dict(zip(row.tolist(), shapely.area(shapes).tolist(), strict=True))
    assert found == {1: 36 - 16 + 4, 0: 1}


def test_a_ring_that_crosses_itself_is_mended() -> None:
    shapes, _ = polygons(areas([(0, 0), (2, 2), (2, 0), (0, 2)]))
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapes).tolist() == [2.0]


def test_what_has_no_area_is_left_out() -> None:
    shapes, row = polygons(areas([(0, 0), (1, 1)], [(0, 0), (1, 0), (2, 0)], square(0, 0, 1)))
    assert shapely.area(shapes).tolist() == [1.0]
    assert row.tolist() == [2]
    assert len(polygons(areas())[0]) == 0


@given(st.lists(st.tuples(st.floats(0, 8), st.floats(0, 8), st.floats(0.5, 4)), min_size=1, max_size=9))
def test_even_odd_counts_how_many_shapes_a_point_lies_in(squares: list[tuple[float, float, float]]) -> None:
    shapes = np.asarray([shapely.box(x, y, x + s, y + s) for x, y, s in squares], dtype=np.object_)
    whole = even_odd(shapes)
    grid = np.stack(np.meshgrid(np.arange(0.111, 12, 0.97), np.arange(0.217, 12, 0.93)), axis=-1).reshape(-1, 2)
    points = dots(grid)
    clear = shapely.distance(shapely.boundary(shapes)[:, None], points[None]).min(axis=0) > 1e-6
    inside = shapely.contains(shapes[:, None], points[None]).sum(axis=0) % 2 == 1
    assert (shapely.contains(whole, points[clear]) == inside[clear]).all()


def test_parts_are_flat_and_polygonal() -> None:
    mixed = shapely.GeometryCollection(
        [shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(3, 0, 5, 1)]), shapely.LineString([(0, 0), (1, 1)])]
    )
    assert sorted(shapely.area(parts(mixed)).tolist()) == [1, 2]
    assert len(parts(shapely.Polygon())) == 0
    several = np.asarray([mixed, shapely.box(0, 0, 3, 1)], dtype=np.object_)
    assert sorted(shapely.area(parts(several)).tolist()) == [1, 2, 3]


@given(length=st.floats(5, 50), thickness=st.floats(0.05, 0.5))
def test_the_width_of_a_long_strip_is_nearly_its_thickness(length: float, thickness: float) -> None:
    strip = np.asarray([shapely.box(0, 0, length, thickness)], dtype=np.object_)
    assert width(strip)[0] == pytest.approx(thickness, rel=0.12)
    assert width(strip)[0] <= thickness


@given(grown=st.floats(0.01, 2), side=st.floats(5, 10))
def test_an_offset_keeps_corners_sharp_and_comes_back(grown: float, side: float) -> None:
    shape: shapely.Geometry = shapely.box(0, 0, side, side)
    assert float(shapely.area(offset(shape, grown))) == pytest.approx((side + 2 * grown) ** 2)
    back = offset(offset(shape, grown), -grown)
    assert float(shapely.area(shapely.symmetric_difference(back, shape))) < 1e-9 * side**2


def test_a_small_offset_does_not_lose_a_ring_that_lies_on_a_grid() -> None:
    corners = [(7.4116, 6.7133), (7.2263, 6.5455), (7.0585, 6.7307), (7.2438, 6.8985)]
    shape: shapely.Geometry = shapely.set_precision(shapely.Polygon(corners), 1e-4)
    assert float(shapely.area(offset(shape, -5e-4))) == pytest.approx(0.062, abs=1e-3)
