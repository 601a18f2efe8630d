from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from pipelines.synth.hands import BY_KEY
from pipelines.synth.pdf import Paper, Printed, write
from pipelines.synth.pixels import Grey, Wear, degrade, draw_wear, jpeg, rasterise
from pipelines.synth.sheet import Line, Sheet, rectangle
from pipelines.synth.style import Style


@pytest.fixture(scope="module")
def printed() -> Printed:
    sheet = Sheet()
    sheet.add(rectangle("Walls", (0.0, 0.0), (12.0, 8.0)), Line("Walls", (3.0, 2.0), (3.0, 6.0)))
    return write(sheet, Style(convention=BY_KEY["english"]), Paper())


@pytest.fixture(scope="module")
def clean(printed: Printed) -> Grey:
    return rasterise(printed.data, 100)


def dots(*spots: tuple[int, int]) -> Grey:
    picture = np.full((400, 600), 255, np.uint8)
    for x, y in spots:
        picture[y - 3 : y + 3, x - 3 : x + 3] = 0
    return picture


def test_a_render_is_grey_and_as_large_as_the_resolution_says(printed: Printed) -> None:
    picture = rasterise(printed.data, 50)
    assert picture.dtype == np.uint8
    assert picture.shape == pytest.approx((297 / 25.4 * 50, 420 / 25.4 * 50), abs=1)
    assert picture.min() < 150
    assert np.median(picture) == 255


def test_renderers_smooth_edges_in_different_ways(printed: Printed, clean: Grey) -> None:
    grey = {len(np.unique(rasterise(printed.data, 100, np.random.default_rng(seed)))) for seed in range(12)}
    assert min(grey) == 2
    assert max(grey) > 5
    assert (rasterise(printed.data, 100) == clean).all()


def test_no_wear_changes_nothing(clean: Grey) -> None:
    worn = degrade(clean, np.random.default_rng(0), Wear())
    assert (worn.image == clean).all()
    assert worn.matrix == pytest.approx(np.eye(3))


@pytest.mark.parametrize(
    "wear",
    [
        Wear(turn=3.0),
        Wear(skew=0.05),
        Wear(perspective=0.08),
        Wear(shrink=0.6),
        Wear(turn=-4.0, skew=-0.03, perspective=0.05, shrink=0.7),
    ],
)
def test_the_matrix_says_where_a_point_went(wear: Wear) -> None:
    spots = ((150, 120), (450, 90), (300, 300), (180, 290))
    for x, y in spots:
        worn = degrade(dots((x, y)), np.random.default_rng(5), wear)
        rows, columns = np.nonzero(worn.image[20:-20, 40:-40] < 128)
        seen = np.array([columns.mean() + 40.5, rows.mean() + 20.5])
        u, v, w = worn.matrix @ (x, y, 1.0)
        assert seen == pytest.approx([u / w, v / w], abs=0.6)


def test_a_positive_turn_is_anticlockwise() -> None:
    worn = degrade(dots((550, 200)), np.random.default_rng(0), Wear(turn=5.0))
    assert np.nonzero(worn.image < 128)[0].mean() < 190


def test_a_smaller_result_is_smaller() -> None:
    assert degrade(dots((100, 100)), np.random.default_rng(0), Wear(shrink=0.5)).image.shape == (200, 300)


@pytest.mark.parametrize(
    ("wear", "black", "white"),
    [(Wear(ink=1.0), (1.2, 4.0), None), (Wear(ink=-1.0), (-1.0, 0.6), None), (Wear(tone=200.0), None, 200.0)],
)
def test_ink_runs_and_fades_and_paper_has_a_tone(
    wear: Wear, black: tuple[float, float] | None, white: float | None, clean: Grey
) -> None:
    worn = degrade(clean, np.random.default_rng(0), wear).image
    if black:
        assert black[0] < (worn < 128).sum() / (clean < 128).sum() < black[1]
    if white:
        assert np.median(worn) == white


@pytest.mark.parametrize(
    "name", ["blur", "noise", "specks", "shade", "grain", "folds", "stamps", "stains", "markers", "moire"]
)
def test_every_kind_of_wear_leaves_a_mark(name: str, clean: Grey) -> None:
    amount: Any = {"blur": 1.0, "specks": 0.001, "folds": 1, "stamps": 1, "stains": 1, "markers": 1}.get(name, 10.0)
    wear = replace(Wear(tone=240.0), **{name: amount})
    plain = degrade(clean, np.random.default_rng(3), Wear(tone=240.0)).image
    worn = degrade(clean, np.random.default_rng(3), wear).image
    assert worn.shape == clean.shape
    changed = np.mean(worn != plain)
    assert changed > 0.0003
    assert np.abs(worn.astype(float) - plain).mean() < 40


def test_one_bit_is_one_bit(clean: Grey) -> None:
    worn = degrade(clean, np.random.default_rng(0), Wear(threshold=150.0, noise=20.0, tone=220.0)).image
    assert set(np.unique(worn)) == {0, 255}
    assert (worn == 255).mean() > 0.9


def test_jpeg_keeps_the_size(clean: Grey) -> None:
    worn = degrade(clean, np.random.default_rng(0), Wear(jpeg=30)).image
    assert worn.shape == clean.shape
    assert len(jpeg(clean, 30)) < len(jpeg(clean, 95))


def test_wear_is_the_seed_s() -> None:
    picture = dots((100, 100), (300, 200))

    def worn(seed: int) -> Grey:
        rng = np.random.default_rng(seed)
        return degrade(picture, rng, draw_wear(rng, strength=1.0)).image

    for seed in range(6):
        assert (worn(seed) == worn(seed)).all()
    assert (worn(1) != worn(2)).any()


def test_wear_differs_in_everything_and_is_milder_where_asked() -> None:
    bad = [draw_wear(np.random.default_rng(seed), strength=1.0) for seed in range(300)]
    for each in fields(Wear):
        if each.name != "shrink":
            assert len({getattr(wear, each.name) for wear in bad}) > 1, each.name
    mild = [draw_wear(np.random.default_rng(seed), strength=0.2) for seed in range(300)]
    assert np.mean([wear.noise for wear in mild]) < np.mean([wear.noise for wear in bad]) / 3


def test_a_worn_page_still_shows_what_was_drawn(printed: Printed, clean: Grey) -> None:
    for seed in range(6):
        rng = np.random.default_rng(seed)
        worn = degrade(clean, rng, draw_wear(rng))
        matrix = worn.matrix @ np.vstack([printed.pixels(100), [0, 0, 1]])
        along = np.array([[3.0, y, 1.0] for y in np.linspace(2.2, 5.8, 60)]) @ matrix.T
        beside = np.array([[4.0, y, 1.0] for y in np.linspace(2.2, 5.8, 60)]) @ matrix.T
        tones = [
            np.mean(
                [worn.image[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].min() for x, y in row[:, :2] / row[:, 2:]]
            )
            for row in (along, beside)
        ]
        assert tones[0] < tones[1] - 25, seed
