from __future__ import annotations

import numpy as np
import pytest

from pipelines.pdf import swings
from pipelines.pdf.preprocessor import prepare
from tests.unit.pdf.painted import DOORS, flat, shaded


@pytest.mark.parametrize("pixels_per_metre", [24.0, 40.0, 75.0, 130.0])
@pytest.mark.parametrize("hollow", [False, True])
def test_hinge_and_tip_are_found_at_any_scale(pixels_per_metre: float, hollow: bool) -> None:
    painted = flat(pixels_per_metre, hollow=hollow)
    page = prepare(painted.grey)
    found = swings.find(page.grey, page.ink)
    for hinge, tip, _ in DOORS:
        off = np.hypot(*(painted.metres(found.hinge) - hinge).T) + np.hypot(*(painted.metres(found.tip) - tip).T)
        assert off.min() < 6 / pixels_per_metre + 0.15


def test_where_no_door_is_none_is_found() -> None:
    painted = flat(doors=False)
    page = prepare(painted.grey)
    assert not len(swings.find(page.grey, page.ink))


def test_noise_and_shade_hide_no_door() -> None:
    page = prepare(shaded(flat(60).grey))
    found = swings.find(page.grey, page.ink)
    assert len(found) >= len(DOORS)
    assert np.median(found.radius) == pytest.approx(0.8 * 60, rel=0.1)


def test_a_circle_is_no_door() -> None:
    grey = np.full((400, 400), 255, np.uint8)
    y, x = np.mgrid[:400, :400]
    grey[np.abs(np.hypot(x - 200, y - 200) - 60) < 1.2] = 0
    assert not len(swings.find(grey, grey < 128))
