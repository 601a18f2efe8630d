from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines.pdf.swings import Swings
from pipelines.pdf.yardstick import _busiest, measure

if TYPE_CHECKING:
    from pipelines.pdf.preprocessor import Grey

GREY = np.full((800, 1000), 255, np.uint8)


def swings(*radii: float) -> Swings:
    reach = np.asarray(radii)
    spots = np.zeros((len(reach), 2))
    east, south = spots.copy(), spots.copy()
    east[:, 0], south[:, 1] = reach, reach
    return Swings(spots, east, south, np.full(len(reach), 0.9))


@dataclass(frozen=True)
class Best:
    pixels_per_metre: float
    agreement: float


@dataclass
class Eye:
    """Recognises doors at one scale, and less and less around it."""

    right: float
    looks: list[float] = field(default_factory=list)

    def gauge(self, grey: Grey, guesses: list[float]) -> Best:
        assert grey.size <= GREY.size
        self.looks += guesses
        return Best(guesses[0], float(5 * np.exp(-((np.log(guesses[0] / self.right) / 0.3) ** 2))))


def test_a_given_scale_is_not_doubted() -> None:
    found = measure(GREY, swings(40, 40, 40), mm=0.2, placed=True, explicit=50)
    assert (found.report.method, found.report.confidence, found.pixels_per_metre) == ("option", 1.0, 100.0)


@pytest.mark.parametrize("ratio", [50, 100, 200])
def test_leaves_tell_the_scale_of_practice(ratio: float) -> None:
    mm = 0.1
    leaves = np.array([0.74, 0.8, 0.83, 0.86, 0.9]) * 1000 / ratio / mm
    found = measure(GREY, swings(*leaves, 12.0), mm=mm, placed=True, explicit=None)
    assert (found.report.ratio, found.report.method) == (ratio, "doors")
    assert found.pixels_per_metre == pytest.approx(1000 / ratio / mm)
    assert len(found.report.evidence) == 2


def test_without_a_page_leaves_tell_it_about() -> None:
    found = measure(GREY, swings(38, 40, 42), mm=0.2646, placed=False, explicit=None)
    assert found.report.ratio is None
    assert found.pixels_per_metre == pytest.approx(50, rel=0.05)
    assert found.report.metres_per_mm == pytest.approx(1 / (50 * 0.2646), rel=0.05)


def test_where_swings_are_too_few_a_detector_looks() -> None:
    eye = Eye(64.0)
    found = measure(GREY, swings(), mm=0.2646, placed=False, explicit=None, gauge=eye)
    assert found.pixels_per_metre == pytest.approx(64, rel=0.12)
    assert found.report.method == "doors"
    assert len(eye.looks) < 12


def test_swings_that_agree_save_a_look() -> None:
    eye = Eye(64.0)
    measure(GREY, swings(40, 41, 39, 42), mm=0.2, placed=True, explicit=None, gauge=eye)
    assert not eye.looks


@pytest.mark.parametrize(("placed", "ratio"), [(True, 100.0), (False, None)])
def test_what_nothing_tells_is_assumed_and_said(placed: bool, ratio: float | None) -> None:
    found = measure(GREY, swings(), mm=0.2, placed=placed, explicit=None)
    assert (found.report.method, found.report.ratio) == ("assumed", ratio)
    assert found.report.confidence <= 0.2
    assert "Nothing tells the scale" in found.report.evidence[0]


def test_the_busiest_part_of_a_picture_is_where_most_is_drawn() -> None:
    grey = GREY.copy()
    grey[500:700:4, 600:900] = 0
    part = _busiest(grey, 200_000)
    assert part.size <= 200_000
    assert (part == 0).mean() > 0.5 * (grey == 0).sum() / 200_000
