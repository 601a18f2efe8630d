from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines.pdf.legible import look
from pipelines.pdf.swings import Swings
from pipelines.pdf.yardstick import Picture, _busiest, given, measure, written

if TYPE_CHECKING:
    from pipelines.pdf.legible import Legible
    from pipelines.pdf.preprocessor import Grey

GREY = np.full((800, 1000), 255, np.uint8)
A4 = (297.0, 210.0)


def picture(mm: float, *, placed: bool = True) -> Picture:
    return Picture(GREY, mm, placed, A4)


def blank(mm: float) -> Legible:
    return look(GREY, GREY < 100, mm, None)


def swings(*radii: float) -> Swings:
    reach = np.asarray(radii)
    spots = np.full((len(reach), 2), 300.0)
    east, south = spots.copy(), spots.copy()
    east[:, 0] += reach
    south[:, 1] += reach
    return Swings(spots, east, south, np.full(len(reach), 0.9))


@dataclass(frozen=True)
class Seeing:
    agreement: float


@dataclass
class Eye:
    """Recognises doors at one scale, and less and less around it."""

    right: float
    doors: float = 5.0
    looks: list[float] = field(default_factory=list)

    def gauge(self, grey: Grey, guesses: list[float]) -> Seeing:
        assert grey.size <= GREY.size
        self.looks += guesses
        fit = float(np.exp(-((np.log(guesses[0] / self.right) / 0.3) ** 2)))
        return Seeing(self.doors * fit)


def test_a_given_scale_is_not_doubted() -> None:
    found = given(50, 0.2)
    assert (found.report.method, found.report.confidence) == ("option", 1.0)
    assert found.pixels_per_metre == pytest.approx(100.0)


@pytest.mark.parametrize("ratio", [50, 100, 200])
def test_leaves_tell_the_scale_of_practice(ratio: float) -> None:
    mm = 0.1
    leaves = np.array([0.74, 0.8, 0.83, 0.86, 0.9]) * 1000 / ratio / mm
    found = measure(picture(mm), swings(*leaves, 12.0), blank(mm))
    assert (found.report.ratio, found.report.method) == (ratio, "doors")
    assert found.pixels_per_metre == pytest.approx(1000 / ratio / mm)
    assert any("as wide as doors" in said for said in found.report.evidence)


def test_without_a_page_leaves_tell_it_about() -> None:
    found = measure(picture(0.2646, placed=False), swings(38, 40, 42), blank(0.2646))
    assert found.report.ratio is None
    assert found.pixels_per_metre == pytest.approx(50, rel=0.05)
    assert not any("page" in said for said in found.report.evidence)


def test_a_detector_looks_where_nothing_is_written() -> None:
    eye = Eye(64.0)
    found = measure(picture(0.2646, placed=False), swings(), blank(0.2646), eye)
    assert found.pixels_per_metre == pytest.approx(64, rel=0.12)
    assert found.report.method == "doors"
    assert len(eye.looks) < 12


def test_what_a_detector_recognises_says_more_than_arcs() -> None:
    arcs = swings(25, 25, 25, 25, 25)
    shown, empty = picture(0.2646, placed=False), blank(0.2646)
    assert measure(shown, arcs, empty).pixels_per_metre == pytest.approx(25 / 0.82, rel=0.05)
    assert measure(shown, arcs, empty, Eye(68.0, doors=2.0)).pixels_per_metre == pytest.approx(68, rel=0.15)


def test_what_nothing_tells_is_assumed_and_said() -> None:
    found = measure(picture(0.2), swings(), blank(0.2))
    assert found.report.method == "assumed"
    assert found.report.confidence <= 0.2
    assert "assumed" in found.report.evidence[-1]


def test_nothing_written_tells_nothing() -> None:
    assert written(picture(0.2), blank(0.2)) is None


def test_the_busiest_part_of_a_picture_is_where_most_is_drawn() -> None:
    grey = GREY.copy()
    grey[500:700:4, 600:900] = 0
    part = _busiest(grey, 200_000)
    assert part.size <= 200_000
    assert (part == 0).mean() > 0.5 * (grey == 0).sum() / 200_000
