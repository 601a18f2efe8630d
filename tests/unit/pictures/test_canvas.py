"""Fills and lines on a sheet."""

import io

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipelines.pictures.canvas import Canvas, png
from pipelines.pictures.fills import area, edges

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def shapes(*geometries: shapely.Geometry) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array(geometries, dtype=object)


def test_a_box_fills_its_pixels_and_no_other() -> None:
    sheet = Canvas.blank(12, 10, WHITE)
    sheet.fill(shapes(shapely.box(2, 3, 7, 6)), BLACK)
    expected = np.full((10, 12), 255.0)
    expected[3:6, 2:7] = 0
    np.testing.assert_allclose(sheet.pixels[..., 0], expected)


@given(st.floats(1, 20), st.floats(1, 20), st.floats(2, 9))
def test_the_share_of_pixels_is_the_area(x: float, y: float, reach: float) -> None:
    disc = shapely.Point(x + 10, y + 10).buffer(reach)
    share = area(shapes(disc), (40, 40))
    assert share.sum() == pytest.approx(disc.area, rel=1e-5)
    row, column = int(y + 10), int(x + 10)
    assert share[row, column - 1] == pytest.approx(
        disc.intersection(shapely.box(column - 1, row, column, row + 1)).area
    )


def test_a_hole_stays_empty_and_what_stands_in_it_does_not() -> None:
    ring = shapely.box(0, 0, 12, 12).difference(shapely.box(2, 2, 10, 10))
    share = area(shapes(shapely.box(5, 5, 7, 7), ring), (12, 12))
    assert (share[3, 3], share[6, 6], share[1, 1]) == (0, 1, 1)


def test_shapes_that_overlap_are_one() -> None:
    sheet = Canvas.blank(8, 8, WHITE)
    sheet.fill(shapes(shapely.box(0, 0, 5, 8), shapely.box(3, 0, 8, 8)), BLACK, 0.5)
    assert np.ptp(sheet.pixels) == 0


def test_a_window_draws_on_its_part_of_the_sheet() -> None:
    sheet = Canvas.blank(10, 10, WHITE)
    sheet.window(4, 6, 3, 2).fill(shapes(shapely.box(-50, -50, 50, 50)), BLACK)
    assert {tuple(place) for place in np.argwhere(sheet.pixels[..., 0] == 0)} == {
        (row, column) for row in (6, 7) for column in (4, 5, 6)
    }


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Polygon(),
        shapely.box(100, 100, 120, 120),
        shapely.box(3, 3, 3, 9),
        shapely.LineString([(0, 0), (5, 5)]),
    ],
)
def test_what_has_no_area_on_the_sheet_changes_nothing(shape: shapely.Geometry) -> None:
    assert not area(shapes(shape), (20, 20)).any()


def test_the_edges_of_a_ring_are_all_its_sides() -> None:
    ends = edges(shapes(shapely.box(0, 0, 2, 1).difference(shapely.box(0.5, 0.25, 1, 0.75))))
    assert len(ends) == 8
    assert np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum() == pytest.approx(6 + 2)


def test_the_image_is_rounded_and_kept_within_a_byte() -> None:
    sheet = Canvas(np.array([[[-5.0, 300.0, 12.6]]], dtype=np.float32))
    assert Image.open(io.BytesIO(png(sheet.image()))).getpixel((0, 0)) == (0, 255, 13)
