from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from PIL import Image, ImageDraw

from pipelines.geometry.areas import parts
from pipelines.pdf import masks, wallnet
from pipelines.pdf.preprocessor import prepare, resized
from tests.unit.pdf.painted import MARGIN, Painted, flat, shaded, walls

if TYPE_CHECKING:
    from pipelines.pdf.preprocessor import Mask

PPM = 50.0


def true_mask(painted: Painted) -> Mask:
    high, wide = painted.grey.shape
    image = Image.new("1", (wide, high), 0)
    pen = ImageDraw.Draw(image)
    for part in parts(walls()):
        pen.polygon([((x + MARGIN) * PPM, (y + MARGIN) * PPM) for x, y in part.exterior.coords], fill=1)
    return np.array(image)


def overlap(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.parametrize(("hollow", "least"), [(False, 0.85), (True, 0.7)])
def test_walls_are_found_filled_or_hollow(hollow: bool, least: float) -> None:
    painted = flat(PPM, hollow=hollow)
    found = masks.find(painted.grey < 128, PPM)
    assert overlap(found.mask, true_mask(painted)) > least
    assert (found.solid > 0.9) is not hollow


def test_words_tables_and_dimensions_are_no_walls() -> None:
    painted = flat(PPM)
    found = masks.find(painted.grey < 128, PPM)
    inside = shapely.box(0.5, 0.5, 3.8, 5.5)
    for low, high in ((inside.bounds[:2], inside.bounds[2:]), ((0.0, 6.2), (8.0, 7.4))):
        x0, y0, x1, y1 = (round((each + MARGIN) * PPM) for each in (*low, *high))
        assert not found.mask[y0:y1, x0:x1].any()


def test_uneven_light_and_noise_change_little() -> None:
    painted = flat(PPM)
    page = prepare(shaded(painted.grey))
    found = masks.find(page.ink, PPM)
    small = resized(np.asarray(found.mask, np.uint8) * np.uint8(255), 1.0) > 127
    true = true_mask(painted)
    high, wide = min(small.shape[0], true.shape[0]), min(small.shape[1], true.shape[1])
    assert overlap(small[:high, :wide], true[:high, :wide]) > 0.75


def test_a_block_thicker_than_any_wall_is_none() -> None:
    ink = np.zeros((400, 600), np.bool_)
    ink[100:300, 100:500] = True
    assert not masks.find(ink, PPM).mask.any()


def test_lines_are_as_wide_as_most_of_them() -> None:
    ink = np.zeros((200, 200), np.bool_)
    ink[20:180:20] = True
    ink[21:180:20] = True
    ink[22:180:20] = True
    assert masks.line_width(ink) == 3.0


def test_blank_paper_has_no_walls() -> None:
    assert not masks.find(np.zeros((300, 300), np.bool_), PPM).mask.any()


def test_the_border_of_a_sheet_is_no_wall() -> None:
    mask = np.zeros((600, 900), np.bool_)
    mask[10:590, 10:890] = True
    mask[18:582, 18:882] = False
    plan = np.zeros_like(mask)
    plan[200:400, 300:600] = True
    plan[210:390, 310:590] = False
    assert np.array_equal(masks._unframed(mask | plan), plan)


def test_a_plan_that_fills_the_picture_stays() -> None:
    mask = np.zeros((600, 900), np.bool_)
    mask[10:590, 10:890] = True
    mask[25:575, 25:875] = False
    mask[25:575, 400:408] = True
    mask[300:308, 25:875] = True
    assert np.array_equal(masks._unframed(mask), mask)


def test_a_bar_thicker_than_any_wall_is_a_block_and_a_wall_beside_it_is_not() -> None:
    ink = np.zeros((400, 600), np.bool_)
    ink[300:360, 50:550] = True
    ink[100:115, 50:550] = True
    found = masks.blocks(ink, PPM)
    assert found[300:360, 50:550].all()
    assert not found[:200].any()


@pytest.mark.parametrize("turned", [False, True])
def test_a_window_parts_the_wall_that_it_is_in_through_all_its_depth(turned: bool) -> None:
    mask = np.zeros((300, 400), np.bool_)
    mask[100:120, 20:380] = True
    box = np.array([[150.0, 103.0, 220.0, 117.0]])
    if turned:
        mask, box = mask.T.copy(), box[:, [1, 0, 3, 2]]
    found = masks.Found(mask, 1.0, 2.0, mask, np.zeros((0, 4)), np.zeros(0))
    left = masks.parted(found, box, PPM).mask
    left = left.T if turned else left
    assert not left[:, 150:220].any()
    assert left[100:120, 20:150].all()
    assert left[100:120, 220:380].all()
    assert mask.any(axis=0).sum() in (360, 20)  # the mask that was given is as it was


def test_a_box_that_is_no_window_by_its_shape_parts_nothing() -> None:
    mask = np.ones((300, 400), np.bool_)
    found = masks.Found(mask, 1.0, 2.0, mask, np.zeros((0, 4)), np.zeros(0))
    assert masks.parted(found, np.array([[50.0, 50.0, 250.0, 250.0]]), PPM).mask.all()


def test_a_wall_that_meets_the_window_s_wall_beside_it_stays_whole() -> None:
    mask = np.zeros((300, 400), np.bool_)
    mask[100:110] = True
    mask[100:, 200:206] = True
    found = masks.Found(mask, 1.0, 2.0, mask, np.zeros((0, 4)), np.zeros(0))
    left = masks.parted(found, np.array([[120.0, 98.0, 203.0, 112.0]]), PPM).mask
    assert not left[100:110, 120:198].any()
    assert left[110:, 200:206].all()


def likely(wall: Mask, window: Mask) -> wallnet.Likely:
    share = wall.astype(np.float32), window.astype(np.float32)
    return wallnet.Likely(*share, np.zeros(wall.shape, np.float32), PPM)


def test_a_wall_that_ends_just_before_another_runs_to_it_and_one_at_a_door_does_not() -> None:
    wall = np.zeros((500, 600), np.bool_)
    wall[40:50, 50:550] = True
    wall[59:400, 200:208] = True
    wall[90:400, 400:408] = True
    found = masks.of_likely(likely(wall, np.zeros_like(wall)), wall, PPM)
    assert found.mask[45:100, 204].all()
    assert not found.mask[52:88, 404].any()


def test_short_walls_between_wide_windows_are_not_left_aside() -> None:
    wall, window = np.zeros((500, 900), np.bool_), np.zeros((500, 900), np.bool_)
    wall[50:60, 50:450] = True
    wall[50:60, 560:610] = True
    window[52:58, 450:560] = True
    found = masks.of_likely(likely(wall, window), wall | window, PPM)
    assert found.mask[52:58, 570:600].all()
