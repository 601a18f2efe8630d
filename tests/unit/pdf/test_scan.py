from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from PIL import Image, ImageDraw

from pipelines.errors import DrawingTooComplex, NothingDrawable
from pipelines.geometry.areas import polygons
from pipelines.linework import Seen
from pipelines.pdf import ocr, scan
from pipelines.pdf.boxes import Boxes
from pipelines.pdf.preprocessor import prepare
from pipelines.report import DetectorReport, ScaleReport
from tests.unit.pdf.painted import DOORS, MARGIN, Painted, flat, shaded, walls

if TYPE_CHECKING:
    from pipelines.linework import Floats, Linework
    from pipelines.pdf.preprocessor import Grey


def traced(painted: Painted, *, scale: float | None = None, detector: scan.Detector | None = None) -> scan.Traced:
    """The picture read as a scan of paper at 1:100."""
    mm = 10.0 / painted.pixels_per_metre
    return scan.trace(painted.grey, mm_per_pixel=mm, scale=scale, detector=detector)


def overlap(found: scan.Traced, painted: Painted) -> float:
    """Wall IoU in millimetres of the picture as it came."""
    shapes, _ = polygons(found.linework.areas)
    mm = 10.0
    high = painted.grey.shape[0] / painted.pixels_per_metre * mm

    def placed(at: Floats) -> Floats:
        on = np.stack([(at[:, 0] + MARGIN) * mm, high - (at[:, 1] + MARGIN) * mm, np.ones(len(at))], axis=1)
        there = on @ found.matrix.T
        return np.asarray(there[:, :2] / there[:, 2:])

    true = shapely.transform(walls(), placed)
    seen = shapely.union_all(shapes)
    return float(shapely.area(seen & true) / shapely.area(seen | true))


@pytest.mark.parametrize("hollow", [False, True])
@pytest.mark.parametrize("pixels_per_metre", [30.0, 60.0, 118.0])
def test_walls_lie_where_they_were_painted(hollow: bool, pixels_per_metre: float) -> None:
    painted = flat(pixels_per_metre, hollow=hollow)
    assert overlap(traced(painted, scale=100), painted) > (0.75 if hollow else 0.8)


def test_doors_tell_the_scale_and_are_sightings_with_hinge_and_tip() -> None:
    painted = flat(60)
    found = traced(painted)
    assert found.scale.method == "doors"
    assert found.scale.ratio == 100
    assert found.scale.evidence
    seen = found.linework.sightings
    assert set(seen.kind.tolist()) <= {Seen.DOOR, Seen.WINDOW}
    high = painted.grey.shape[0] / 60
    for hinge, tip, _ in DOORS:
        wanted = [np.array([x + MARGIN, high - y - MARGIN]) * 10 for x, y in (hinge, tip)]
        off = np.hypot(*(seen.hinge - wanted[0]).T) + np.hypot(*(seen.tip - wanted[1]).T)
        assert np.nanmin(off) < 3.5  # mm of paper, both together
        best = int(np.nanargmin(off))
        assert (seen.low[best] < seen.high[best]).all()


def test_a_scan_that_lies_askew_is_set_straight() -> None:
    found = traced(Painted(shaded(flat(60, turn=2.0).grey), 60), scale=100)
    assert found.skew == pytest.approx(2.0, abs=0.1)
    shapes, _ = polygons(found.linework.areas)
    outer = max(shapes, key=lambda shape: float(shape.area))
    edges = np.diff(np.asarray(outer.exterior.coords), axis=0)
    assert (np.abs(edges).min(axis=1) < 1e-6).mean() > 0.8


@pytest.mark.parametrize("turn", [0.0, 2.0])
def test_the_straightened_picture_lies_below_what_was_traced_of_it(turn: float) -> None:
    found = traced(Painted(shaded(flat(60, turn=turn).grey), 60), scale=100)
    shapes, _ = polygons(found.linework.areas)
    below = found.backdrop
    rows, columns = below.grey.shape
    step = (below.high - below.low) / (columns, rows)
    x, y = np.meshgrid(
        below.low[0] + (np.arange(columns) + 0.5) * step[0], below.high[1] - (np.arange(rows) + 0.5) * step[1]
    )
    within = shapely.contains_xy(shapely.union_all(shapes), x, y)
    assert (below.grey[within] < 128).mean() > 0.9
    assert (below.grey[~within] < 128).mean() < 0.05


def test_the_given_scale_is_taken() -> None:
    found = traced(flat(60), scale=50)
    assert (found.scale.method, found.scale.ratio, found.scale.metres_per_mm) == ("option", 50, 0.05)


def test_an_unplaced_picture_takes_no_scale_of_practice() -> None:
    found = scan.trace(flat(60).grey, mm_per_pixel=0.31, placed=False)
    assert found.scale.ratio is None
    assert found.scale.metres_per_mm * 0.31 * 60 == pytest.approx(1.0, rel=0.12)


@dataclass(frozen=True)
class Best:
    pixels_per_metre: float
    agreement: float
    boxes: Boxes = field(default_factory=Boxes.none)


@dataclass(frozen=True)
class Eye:
    """A detector that sees one window and one door of the flat, of which it is shown the walls and what is near."""

    pixels_per_metre: float

    def see(self, grey: Grey, pixels_per_metre: float) -> Boxes:
        assert grey.ndim == 2
        assert pixels_per_metre == pytest.approx(self.pixels_per_metre, rel=0.2)
        low = (np.array([[1.0, 0.0], [4.0, 2.0]]) + scan.BESIDE) * self.pixels_per_metre
        high = (np.array([[2.6, 0.3], [4.95, 2.8]]) + scan.BESIDE) * self.pixels_per_metre
        return Boxes(low, high, np.array([Seen.WINDOW, Seen.DOOR], np.int32), np.array([0.9, 0.8]))

    def tiles(self, width: float, height: float) -> int:
        return round(width * height / 100) + 1

    def report(self, boxes: Boxes, tiles: int) -> DetectorReport:
        return DetectorReport(model="eye", provider="cpu", pixels_per_metre=50.0, tiles=tiles, seen={"any": len(boxes)})

    def gauge(self, grey: Grey, guesses: list[float]) -> Best:
        assert grey.ndim == 2
        best = min(guesses, key=lambda guess: abs(guess - self.pixels_per_metre))
        return Best(best, 3.0 if abs(best / self.pixels_per_metre - 1) < 0.2 else 0.5)


def test_a_detectors_door_takes_hinge_and_tip_from_the_swing_in_its_box() -> None:
    found = traced(flat(60), detector=Eye(60))
    seen = found.linework.sightings
    assert found.looked is not None
    assert found.looked.seen == {"any": 2}
    assert seen.kind[:2].tolist() == [Seen.WINDOW, Seen.DOOR]
    assert np.isnan(seen.hinge[0]).all()
    assert np.isfinite(seen.hinge[1]).all()
    assert len(seen) == 3  # the other door is known by its swing alone
    assert seen.low[0] == pytest.approx(np.array([26.0, (flat(60).grey.shape[0] / 60 - 1.9) * 10]), abs=0.5)


def test_without_swings_the_detector_is_asked_for_the_scale() -> None:
    found = traced(flat(60, doors=False), detector=Eye(60))
    assert (found.scale.method, found.scale.ratio) == ("doors", 100)


def test_without_anything_to_go_by_the_scale_is_assumed() -> None:
    found = traced(flat(60, doors=False))
    assert (found.scale.method, found.scale.ratio) == ("assumed", 100)
    assert found.scale.confidence < 0.3


def letter() -> Grey:
    image = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(image)
    for row in range(50):
        pen.text(
            (140, 150 + 28 * row), "Dear Sir or Madam, please find enclosed our offer of the 3rd.", 0, font_size=22
        )
    return np.asarray(image)


def cat() -> Grey:
    rng = np.random.default_rng(3)
    clouds = Image.fromarray(rng.integers(0, 255, (12, 16), dtype=np.uint8)).resize(
        (800, 600), Image.Resampling.BICUBIC
    )
    return np.clip(np.asarray(clouds, float) + rng.normal(0, 12, (600, 800)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "grey", [np.full((900, 1200), 250, np.uint8), letter(), cat(), np.zeros((300, 300), np.uint8)],
    ids=["blank", "letter", "photo", "black"],
)  # fmt: skip
def test_what_is_no_plan_says_so(grey: Grey) -> None:
    with pytest.raises(NothingDrawable) as refused:
        scan.trace(grey, mm_per_pixel=0.17)
    assert refused.value.reason == "picture_without_plan"


def test_a_picture_beyond_all_bounds_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(DrawingTooComplex) as refused:
        scan.check(100_000, 100_000)
    assert refused.value.reason == "picture_too_large"


def test_a_scale_that_makes_the_ground_too_large_is_refused() -> None:
    with pytest.raises(DrawingTooComplex) as refused:
        scan.trace(flat(60).grey, mm_per_pixel=0.17, scale=100_000)
    assert refused.value.reason == "picture_too_large"


@pytest.mark.parametrize("seed", range(6))
def test_noise_of_any_kind_ends_in_an_answer_or_a_refusal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(64, 400, 2).tolist())
    grey = rng.integers(0, 256, shape, dtype=np.uint8)
    if seed % 2:
        grey[rng.random(shape) < 0.95] = 255
    try:
        found = scan.trace(grey, mm_per_pixel=0.2, placed=False)
    except (NothingDrawable, DrawingTooComplex):
        return
    assert np.isfinite(found.linework.areas.rings.points).all()


def test_numbers_that_are_read_tell_the_scale_and_names_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    painted = flat(60)
    written = []
    for x, y, wide, word in ((3.6, 6.6, 0.7, "8000"), (2.0, 2.0, 0.9, "ROOM")):
        left, top = (x + MARGIN) * 60, (y + MARGIN) * 60
        written.append((word, [[left, top], [left + wide * 60, top], [left + wide * 60, top + 17], [left, top + 17]]))

    def read(part: Grey) -> ocr.Written:
        # What is read lies where the picture was cut: at its own corner.
        factor = part.shape[1] / painted.grey.shape[1]
        corners = np.array([box for _, box in written]) * factor
        return ocr.Written(corners, tuple(word for word, _ in written), np.ones(len(written)))

    asked: list[tuple[str, ...]] = []

    def scale_of(sheet: Linework, _meaning: object, **_limits: object) -> ScaleReport:
        asked.append(sheet.texts.text)
        return ScaleReport(ratio=50, metres_per_mm=0.05, confidence=0.95, method="dimensions", evidence=())

    monkeypatch.setattr(ocr, "installed", lambda: True)
    monkeypatch.setattr(ocr, "read", read)
    monkeypatch.setattr(scan, "scale_of", scale_of)
    found = scan.trace(painted.grey, mm_per_pixel=20 / 60)
    assert asked == [("8000", "ROOM")]
    assert (found.scale.method, found.scale.ratio) == ("dimensions", 50)
    assert found.linework.texts.text == ("ROOM",)
    high = painted.grey.shape[0] / 60 * 20
    wanted = ((2.45 + MARGIN) * 20, high - (2.0 + MARGIN) * 20 - 17 / 2 * 20 / 60)
    assert found.linework.texts.center[0] == pytest.approx(wanted, abs=0.5)
    assert found.linework.texts.rotation[0] == pytest.approx(0)
    assert found.linework.texts.height[0] == pytest.approx(17 * 0.75 * 20 / 60, rel=0.01)


def test_a_small_plan_on_a_large_sheet_is_no_letter() -> None:
    """Its longest lines are a fortieth of the sheet: it was taken for writing."""
    small = flat(20.0).grey
    sheet = np.full((3300, 4800), 255, np.uint8)
    sheet[400 : 400 + small.shape[0], 300 : 300 + small.shape[1]] = small
    scan._drawn(prepare(sheet))  # the whole reading of such a sheet takes long
