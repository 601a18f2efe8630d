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


@pytest.mark.parametrize("turn", [0.0, 17.0])
@pytest.mark.parametrize("touching", [False, True])
def test_a_thousand_holes_stay_open(turn: float, *, touching: bool) -> None:
    x, y = (each.ravel() * 4.0 for each in np.meshgrid(np.arange(33), np.arange(33)))
    rooms = shapely.box(x + 0.1, y + 0.1, x + 3.8, y + 3.0 + x % 3 / 4)
    floor = shapely.box(0, 0, 132, 132).difference(shapely.union_all(rooms))
    if touching:
        floor = floor.difference(shapely.Polygon([(0.0, 0.5), (0.05, 0.6), (0.0, 0.7), (0.04, 0.6)]))
        floor = floor.difference(shapely.Polygon([(24.05, 0.0), (24.08, 0.05), (24.02, 0.05)]))
    floor = shapely.affinity.rotate(floor, turn, origin=(0, 0))

    corners, owner = triangulate(np.array([shapely.box(90, 90, 91, 91), floor], dtype=object))
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2

    assert (area > 0).all()
    assert np.bincount(owner, weights=area) == pytest.approx([1.0, floor.area])
    found = {tuple(point) for point in corners[owner == 1].reshape(-1, 2).tolist()}
    assert found == {tuple(point) for point in shapely.get_coordinates(floor).tolist()}
    ends = np.sort(corners[owner == 1][:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2, 2).view(complex)[..., 0], axis=1)
    edges, count = np.unique(ends, axis=0, return_counts=True)
    assert count.max() == 2
    assert np.abs(edges[count == 1] @ [-1, 1]).sum() == pytest.approx(floor.length)
