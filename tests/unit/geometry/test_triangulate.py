import numpy as np
import pytest
import shapely

from pipelines.geometry.triangulate import shared, triangulate

RING = shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 3, 3)


def test_triangles_fill_polygons_and_their_holes_stay_open() -> None:
    corners, owner = triangulate(np.array([shapely.box(9, 9, 10, 11), RING], dtype=object))
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2

    assert (area > 0).all()
    assert np.bincount(owner, weights=area) == pytest.approx([2.0, 12.0])


def test_a_vertex_within_a_straight_side_is_a_corner() -> None:
    shape = shapely.Polygon([(0, 0), (1, 0), (2, 0), (2, 1), (0, 1)])
    corners, _ = triangulate(np.array([shape], dtype=object))

    assert [1.0, 0.0] in corners.reshape(-1, 2).tolist()


def test_no_polygons_are_no_triangles() -> None:
    corners, owner = triangulate(np.zeros(0, dtype=object))

    assert len(corners) == len(owner) == 0
    assert [len(part) for part in shared(corners, owner)] == [0, 0, 0]


def test_corners_are_shared_within_a_polygon_only() -> None:
    twice = np.array([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1)], dtype=object)
    corners, owner = triangulate(twice)
    points, of, triangles = shared(corners, owner)

    assert len(points) == 8
    assert np.bincount(of).tolist() == [4, 4]
    assert points[triangles] == pytest.approx(corners)
    assert (of[triangles] == owner[:, None]).all()


def test_convex_and_other_polygons_are_filled_in_their_order() -> None:
    shapes = np.array(
        [
            shapely.Polygon([(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)]),
            shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)]),
            RING,
            shapely.Point(9, 9).buffer(1),
            shapely.Polygon(),
            shapely.box(5, 0, 6, 1),
        ],
        dtype=object,
    )
    corners, owner = triangulate(shapes)
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2

    assert (area > 0).all()
    assert (np.diff(owner) >= 0).all()
    assert np.bincount(owner, weights=area, minlength=len(shapes)) == pytest.approx(shapely.area(shapes))
    for row, shape in enumerate(shapes):
        found = {tuple(point) for point in corners[owner == row].reshape(-1, 2).tolist()}
        assert found == {tuple(point) for point in shapely.get_coordinates(shape).tolist()}
