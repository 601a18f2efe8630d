from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines.drafting.views import View, ViewKind
from pipelines.linework import Seen, Sightings
from pipelines.options import ConvertOptions
from pipelines.pdf import inference, looking
from pipelines.pdf.looking import looker
from pipelines.report import UnitReport
from tests.unit.drafting.drawn import Board
from tests.unit.pdf import toy

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.linework import Floats
    from pipelines.pdf.tiles import Grey

#: Paper at 1:100.
UNITS = UnitReport(name="mm", metres_per_unit=0.1, confidence=1.0, declared=None, method="option")
NONE = np.zeros(0, np.bool_)
SHEET = Board().sheet()
#: A thing of 32 pixels, in millimetres of paper at 50 pixels per metre.
THING = 6.4


@dataclass
class Sheet:
    """A sheet with black squares on it, drawn where it is asked for."""

    things: list[tuple[float, float]]  #: lower left corners
    asked: list[tuple[tuple[float, ...], tuple[float, ...], float]] = field(default_factory=list)

    def render(self, low: Floats, high: Floats, pixels: float) -> Grey:
        self.asked.append((tuple(low.tolist()), tuple(high.tolist()), pixels))
        width, height = np.ceil((high - low) * pixels).astype(int)
        picture = np.full((height, width), 255, np.uint8)
        for x, y in self.things:
            left, top = round((x - low[0]) * pixels), round((high[1] - y - THING) * pixels)
            side = round(THING * pixels)
            picture[max(top, 0) : max(top + side, 0), max(left, 0) : max(left + side, 0)] = 0
        return picture


def view(x: float, y: float, size: float, *, kind: ViewKind = ViewKind.PLAN, richness: float = 1.0) -> View:
    low = np.array([x, y])
    masks = (NONE,) * 6
    return View(kind, f"at {x:g}", None, "", 1.0, low, low + size, *masks, richness)


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConvertOptions:
    monkeypatch.setattr(looking, "MARGIN", 0.0)
    return ConvertOptions(model=str(toy.write(tmp_path / "toy.onnx", names={0: "door", 1: "window"})))


def test_what_is_seen_is_told_where_it_lies_on_the_sheet(options: ConvertOptions) -> None:
    sheet = Sheet([(104.8, 54.8)])
    looked = looker(sheet.render, options)(SHEET, (view(100.0, 50.0, 25.6),), UNITS)

    found = looked.linework.sightings
    np.testing.assert_allclose(found.low, [[104.8, 54.8]], atol=1e-6)
    np.testing.assert_allclose(found.high, [[104.8 + THING, 54.8 + THING]], atol=1e-6)
    assert found.kind.tolist() == [Seen.DOOR]
    assert np.isnan(found.hinge).all()
    assert sheet.asked == [((100.0, 50.0), (125.6, 75.6), 5.0)]
    assert looked.warnings == ()
    assert looked.report is not None
    assert (looked.report.tiles, looked.report.seen) == (1, {"door": 1})


def test_only_plans_are_looked_at(options: ConvertOptions) -> None:
    sheet = Sheet([])
    views = (view(0.0, 0.0, 25.6, kind=ViewKind.ELEVATION), view(100.0, 0.0, 25.6))
    looker(sheet.render, options)(SHEET, views, UNITS)

    assert [low for low, _, _ in sheet.asked] == [(100.0, 0.0)]


def test_a_plan_that_was_seen_before_is_not_looked_at_again(options: ConvertOptions) -> None:
    nowhere = np.full((1, 2), np.nan)
    place = np.array([[110.0, 10.0]])
    known = Sightings(
        place, place + 5.0, np.array([Seen.DOOR], np.int32), np.array([0.9]), nowhere, nowhere, np.zeros(1, np.bool_)
    )
    sheet = Sheet([])
    looked = looker(sheet.render, options)(
        replace(SHEET, sightings=known), (view(0.0, 0.0, 25.6), view(100.0, 0.0, 25.6)), UNITS
    )

    assert [low for low, _, _ in sheet.asked] == [(0.0, 0.0)]
    assert len(looked.linework.sightings) == 1


def test_a_sheet_without_plans_needs_no_detector() -> None:
    looked = looker(Sheet([]).render, ConvertOptions(model="absent.onnx"))(SHEET, (), UNITS)

    assert looked.linework is SHEET
    assert looked.report is None


def test_the_richest_plans_are_looked_at_first_and_the_others_are_told(
    options: ConvertOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "TILES", 2)
    sheet = Sheet([])
    views = (view(0.0, 0.0, 25.6), view(100.0, 0.0, 25.6, richness=3.0), view(200.0, 0.0, 25.6, richness=2.0))
    looked = looker(sheet.render, options)(SHEET, views, UNITS)

    assert [low[0] for low, _, _ in sheet.asked] == [100.0, 200.0]
    assert looked.warnings == ("Too large for the detector to look at: at 0.",)


def test_a_plan_that_is_too_large_is_looked_at_in_a_smaller_picture(
    options: ConvertOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "TILES", 1)
    sheet = Sheet([(0.0, 0.0)])
    looked = looker(sheet.render, options)(SHEET, (view(0.0, 0.0, 35.0),), UNITS)

    assert sheet.asked[0][2] == pytest.approx(5.0 / 1.4)
    assert looked.report is not None
    assert looked.report.tiles == 1


def test_without_weights_the_sheet_is_as_it_was_and_a_warning_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inference, "WEIGHTS", tmp_path)
    looked = looker(Sheet([]).render, ConvertOptions())(SHEET, (view(0.0, 0.0, 25.6),), UNITS)

    assert looked.linework is SHEET
    assert looked.report is None
    assert "weights are not there" in looked.warnings[0]
