from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipelines.pdf.preprocessor import binarised, despeckled, flattened, prepare, resized, skewed
from tests.unit.pdf.painted import flat, shaded


@pytest.mark.parametrize("turn", [-6.0, -1.3, 0.0, 0.4, 2.7])
def test_a_page_that_lies_askew_is_set_straight(turn: float) -> None:
    page = prepare(flat(turn=turn).grey)
    assert page.skew == pytest.approx(turn, abs=0.08)
    assert abs(skewed(page.grey)) < 0.1


@pytest.mark.parametrize("turn", [-1.0, 0.9, 1.8])
def test_stairs_of_thin_lines_of_one_bit_do_not_hide_how_a_page_lies(turn: float) -> None:
    image = Image.new("L", (3000, 1000), 255)
    pen = ImageDraw.Draw(image)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    for x0, y0, x1, y1 in ((-1400, -350, 1400, -350), (-1400, 350, 1400, 350), (-1400, -350, -1400, 350)):
        ends = [(1500 + c * x + s * y, 500 - s * x + c * y) for x, y in ((x0, y0), (x1, y1))]
        pen.line(ends, fill=0, width=2)
    assert prepare(np.asarray(image)).skew == pytest.approx(turn, abs=0.08)


def test_a_page_on_its_side_stays_so() -> None:
    grey = np.rot90(flat().grey).copy()
    page = prepare(grey)
    assert page.skew == pytest.approx(0, abs=0.05)
    assert page.grey.shape[1] >= grey.shape[1]


def test_ink_is_told_from_paper_in_uneven_light() -> None:
    clean = flat().grey
    true = clean < 128
    ink = binarised(flattened(shaded(clean)))
    assert (ink & true).sum() / (ink | true).sum() > 0.85


def test_the_middle_of_a_broad_wall_is_ink() -> None:
    grey = np.full((300, 300), 255, np.uint8)
    grey[100:200, 50:250] = 20
    assert binarised(grey)[101:199, 51:249].all()


def test_white_lines_on_a_dark_ground_become_black_on_white() -> None:
    page = prepare(np.asarray(255 - flat().grey))
    assert np.median(page.grey) > 200
    assert page.ink.mean() < 0.3


def test_the_matrix_says_where_a_pixel_went() -> None:
    grey = np.full((500, 700), 255, np.uint8)
    painted = flat(turn=3.0).grey
    grey = painted.copy()
    grey[:60, :60] = 255
    grey[28:33, 38:43] = 0  # a spot in a corner
    page = prepare(grey)
    x, y, w = page.matrix @ np.array([40.0, 30.0, 1.0])
    x, y = round(x / w), round(y / w)
    assert page.grey[y, x] < 60
    assert page.grey[y - 8, x] > 200


def test_a_page_on_a_table_is_cut_out_and_set_straight() -> None:
    paper = Image.fromarray(flat().grey).resize((600, 500))
    table = Image.new("L", (900, 800), 60)
    table.paste(paper, (140, 150))
    photo = table.transform((900, 800), Image.Transform.PERSPECTIVE, (1, 0.06, -20, 0.03, 1, -10, 0.0001, 0.0001))
    page = prepare(np.asarray(photo))
    assert page.framed
    height, width = page.grey.shape
    assert width / height == pytest.approx(1.2, abs=0.12)
    assert np.median(page.grey[: height // 20]) > 200


def test_a_scan_with_dark_walls_is_not_taken_for_a_page_on_a_table() -> None:
    assert not prepare(flat().grey).framed


def test_specks_are_taken_off() -> None:
    ink = np.zeros((50, 50), np.bool_)
    ink[5, 5] = True
    ink[20:24, 10:40] = True
    cleaned = despeckled(ink, 5)
    assert not cleaned[5, 5]
    assert cleaned[20:24, 10:40].all()


def test_a_large_picture_is_worked_on_smaller_and_remembers_it() -> None:
    large = resized(flat().grey, 9.0)
    page = prepare(large)
    assert page.grey.size <= 16_100_000
    assert page.matrix[0, 0] == pytest.approx(page.grey.shape[1] / large.shape[1], rel=0.01)


def test_a_fold_makes_no_page_of_one_side_of_a_scan() -> None:
    """What lies on the darker side of a fold was cut off as if it were the table under a page."""
    grey = np.full((1200, 1800), 250, np.uint8)
    grey[300:900:100, 200:900] = 60
    grey[:, :1140] -= 16
    page = prepare(grey)
    assert not page.framed
    assert page.grey.shape[1] >= grey.shape[1]
