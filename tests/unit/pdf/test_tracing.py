from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from pipelines.geometry.areas import parts
from pipelines.pdf.tracing import trace
from tests.unit.pdf.painted import walls

if TYPE_CHECKING:
    from pipelines.pdf.preprocessor import Mask

PPM = 50.0


def painted(shape: shapely.Geometry, *, turn: float = 0.0, rough: int = 0, margin: float = 1.0) -> Mask:
    """A mask of a shape in metres; ``rough`` pixels of its edge are flipped by chance."""
    moved = shapely.transform(shape, lambda at: (at + margin) * PPM)
    turned = shapely.affinity.rotate(moved, turn, origin="center")
    _, _, right, low = shapely.bounds(turned)
    image = Image.new("1", (round(right + margin * PPM), round(low + margin * PPM)), 0)
    pen = ImageDraw.Draw(image)
    for part in parts(turned):
        # Pillow counts from the middle of pixels, and fills the pixels that its outline runs through.
        pen.polygon([(x - 0.5, y - 0.5) for x, y in part.buffer(-0.3).exterior.coords], fill=1)
        for ring in part.interiors:
            hole = shapely.Polygon(ring).buffer(-0.3)
            pen.polygon([(x - 0.5, y - 0.5) for x, y in hole.exterior.coords], fill=0)
    mask = np.array(image)
    if rough:
        rng = np.random.default_rng(2)
        edge = mask ^ np.roll(mask, 1, axis=0) | mask ^ np.roll(mask, 1, axis=1)
        y, x = np.nonzero(edge)
        chosen = rng.choice(len(x), min(rough, len(x)), replace=False)
        mask[y[chosen], x[chosen]] ^= True
    return mask


def overlap(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return float(shapely.area(shapely.intersection(one, other)) / shapely.area(shapely.union(one, other)))


@pytest.mark.parametrize("rough", [0, 400])
def test_a_flat_comes_back_as_it_was(rough: int) -> None:
    found = trace(painted(walls(), rough=rough), PPM)
    true = shapely.transform(walls(), lambda at: at + 1.0)
    assert overlap(shapely.union_all(found), true) > 0.9
    assert len(found) == len(parts(true))


def test_corners_are_right_and_walls_go_on_behind_a_door() -> None:
    found = trace(painted(walls(), rough=300), PPM)
    edges = np.concatenate([np.diff(np.asarray(shape.exterior.coords), axis=0) for shape in found])
    long = edges[np.hypot(*edges.T) > 0.2]
    assert (np.abs(long).min(axis=1) < 1e-6).all()
    # The inner wall stands on both sides of its door: its faces lie on the same two lines.
    points = np.concatenate([np.asarray(shape.exterior.coords) for shape in found])
    near = points[(np.abs(points[:, 0] - 5.06) < 0.2) & (points[:, 1] > 2.0) & (points[:, 1] < 5.0)]
    assert len(np.unique(near[:, 0].round(6))) == 2


def test_a_diagonal_wall_keeps_its_direction() -> None:
    wall = shapely.LineString([(0, 0), (3.0, 1.9)]).buffer(0.12, cap_style="flat")
    frame = shapely.box(0, 3, 6, 3.3)
    found = trace(painted(wall | frame), PPM)
    slanted = min(found, key=lambda shape: float(shape.bounds[1]))
    edges = np.diff(np.asarray(slanted.exterior.coords), axis=0)
    longest = edges[np.hypot(*edges.T).argmax()]
    assert np.degrees(np.arctan2(longest[1], longest[0])) % 180 == pytest.approx(32.3, abs=1.0)


def test_a_curved_wall_stays_curved() -> None:
    ring = shapely.Point(3, 3).buffer(3.0) - shapely.Point(3, 3).buffer(2.75)
    wall = ring & shapely.box(3, 0, 6, 3)
    found = trace(painted(wall), PPM)
    assert overlap(shapely.union_all(found), shapely.transform(wall, lambda at: at + 1.0)) > 0.85


def test_specks_go_and_pin_holes_are_closed() -> None:
    mask = np.zeros((200, 300), np.bool_)
    mask[50:70, 20:280] = True
    mask[58:61, 100:103] = False
    mask[150:153, 100:103] = True
    found = trace(mask, PPM)
    assert len(found) == 1
    assert not len(found[0].interiors)


def test_an_empty_mask_has_no_walls() -> None:
    assert not len(trace(np.zeros((50, 50), np.bool_), PPM))


@settings(max_examples=25, deadline=None)
@given(
    width=st.floats(1.0, 6.0), high=st.floats(1.0, 6.0), thick=st.floats(0.1, 0.5), turn=st.floats(-45.0, 45.0)
)  # fmt: skip
def test_a_room_is_found_at_any_angle(width: float, high: float, thick: float, turn: float) -> None:
    room = shapely.box(0, 0, width, high) - shapely.box(thick, thick, width - thick, high - thick)
    found = shapely.union_all(trace(painted(room, turn=turn, margin=4.0), PPM))
    assert found.is_valid
    assert found.area == pytest.approx(room.area, rel=0.3, abs=0.1)


def test_a_wall_ends_where_the_picture_ends_it() -> None:
    grey = np.full((200, 400), 255, np.uint8)
    grey[80:100, 50:300] = 0
    mask = np.zeros_like(grey, dtype=np.bool_)
    mask[80:100, 56:294] = True  # as a network would see it: short at both ends
    (wall,) = trace(mask, PPM, grey)
    assert np.array(wall.bounds) * PPM == pytest.approx((50, 80, 300, 100), abs=1.0)


def test_a_wall_that_is_a_little_askew_stays_straight_and_so() -> None:
    askew = shapely.Polygon([(0, 1), (10, 0.125), (10, 0.425), (0, 1.3)])
    house = shapely.union_all(
        [askew, shapely.box(0, 1, 0.3, 6), shapely.box(9.7, 0.3, 10, 6), shapely.box(0, 5.7, 10, 6)]
    )
    found = trace(painted(house, rough=200), PPM)
    edges = np.diff(np.asarray(max(found, key=shapely.area).exterior.coords), axis=0)
    long = edges[np.hypot(*edges.T) > 9.0]
    lean = (np.degrees(np.arctan2(long[:, 1], long[:, 0])) + 90) % 180 - 90
    assert sorted(lean) == pytest.approx([-5.0, 0.0], abs=0.3)
