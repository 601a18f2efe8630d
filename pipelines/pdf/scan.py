"""A picture of a plan as linework: made ready, measured, its walls, swings and thin lines traced.

The coordinates are those of the straightened page: where a scan was turned or a photo taken at an angle, the sheet is
set straight first, and ``Traced.matrix`` says how.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import shapely

from pipelines.backdrop import Backdrop
from pipelines.drafting.meaning import classify
from pipelines.errors import DrawingTooComplex, NothingDrawable
from pipelines.linework import Seen, Sightings
from pipelines.pdf import islands, legible, masks, ocr, swings, thinlines, traced, tracing, wallnet, yardstick
from pipelines.pdf.boxes import Boxes
from pipelines.pdf.corners import hinges
from pipelines.pdf.preprocessor import binarised, lines, prepare, resized
from pipelines.pdf.scale import measure as scale_of

if TYPE_CHECKING:
    from pipelines.linework import Floats, Linework
    from pipelines.pdf.preprocessor import Grey, Mask, Page
    from pipelines.pdf.swings import Swings
    from pipelines.pdf.thinlines import Lines
    from pipelines.pdf.yardstick import Yardstick
    from pipelines.report import DetectorReport, ScaleReport

#: Pixels per metre that walls are looked for at.
RESOLUTION: Final = 50.0
#: A picture up to this many pixels is read: A0 at 400 dpi.
LARGEST: Final = 260_000_000
#: A picture with a side below this shows nothing.
SMALLEST: Final = 64
#: Pixels of the resampled picture: a building of 100 by 250 m.
MOST: Final = 64_000_000
#: What a detector sees farther than this from all walls belongs to none, metres.
BESIDE: Final = 1.5
#: A window that the detector is this sure of parts a wall.
WINDOW: Final = 0.4
#: A window tells so much less of a plan than a door: elevations show windows too.
ELEVATED: Final = 0.1
#: So far around the walls words are read, metres: as far as dimensions stand.
LETTERED: Final = 3.0
#: Walls are traced anew at the scale that dimensions tell where it differs by more than this.
DIFFERS: Final = 0.04
#: Longer than any letter is a straight line, pixels: a 25th of a picture, but on a large sheet a plan may be small.
LINE: Final = (24, 100)
#: Less wall than this is no plan, metres.
LEAST_WALL: Final = 4.0


class Detector(Protocol):
    """What sees doors, windows and fixtures on a picture."""

    def see(self, grey: Grey, pixels_per_metre: float) -> Boxes:
        """Boxes in pixels of the picture."""

    def gauge(self, grey: Grey, guesses: list[float]) -> yardstick.Gauged:
        """The number of pixels per metre at which it recognises most."""

    def tiles(self, width: float, height: float) -> int:
        """Pictures that a drawing of this size takes, metres."""

    def report(self, boxes: Boxes, tiles: int) -> DetectorReport:
        """What it saw."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What a picture shows."""

    linework: Linework  #: millimetres of paper from the picture's lower left, y up, with its sightings
    scale: ScaleReport
    matrix: Floats  #: (3, 3) homography: millimetres of paper on the picture as it came -> millimetres here
    skew: float  #: degrees that the picture was turned by
    backdrop: Backdrop  #: the straightened picture, in the millimetres of ``linework``
    looked: DetectorReport | None = None  #: None where no detector looked


def check(width: int, height: int) -> None:
    """Whether a picture of this size is read, before it is decoded.

    Raises:
        DrawingTooComplex: It has more pixels than any sheet (``picture_too_large``).
        NothingDrawable: It is too small to show anything.
    """
    if width * height > LARGEST:
        raise DrawingTooComplex(
            f"The picture has {width:,} by {height:,} pixels.",
            code="picture_too_large",
            remedy="Scan it at 200 to 300 dpi; a plan needs no more.",
        )
    if min(width, height) < SMALLEST:
        raise NothingDrawable(
            f"The picture is only {width} by {height} pixels large.",
            code="picture_without_plan",
            remedy="Send a scan of the plan at 150 dpi or more.",
        )


def trace(
    grey: Grey,
    *,
    mm_per_pixel: float,
    scale: float | None = None,
    placed: bool = True,
    detector: Detector | None = None,
) -> Traced:
    """Read a plan off a picture.

    Args:
        grey: (h, w), 0 black to 255 white.
        mm_per_pixel: Millimetres of paper.
        scale: Denominator of the drawing's scale, where it is known.
        placed: Whether ``mm_per_pixel`` is known from a page; else it is assumed, and no scale of practice sought.
        detector: Sees doors, windows and fixtures.

    Raises:
        DrawingTooComplex: The picture is too large, or shows too much ground at the given scale.
        NothingDrawable: It shows no plan: it is blank, a letter, a photo of something else.
    """
    check(grey.shape[1], grey.shape[0])
    page = prepare(grey)
    _drawn(page)
    unit = mm_per_pixel / float(np.sqrt(abs(np.linalg.det(page.matrix[:2, :2]))))
    size = (grey.shape[1] * mm_per_pixel, grey.shape[0] * mm_per_pixel)
    known, found = _measured(page, yardstick.Picture(page.grey, unit, placed, size), scale, detector)
    at = _Placement(unit, page.grey.shape[0])
    made = _made(page, found, known, at, detector)
    if scale is None and ocr.installed():
        made, known = _read(page, found, made, known, at, detector)
    matrix = _matrix(page, grey.shape[0], mm_per_pixel, at)
    backdrop = Backdrop.of(page.grey, np.zeros(2), unit * np.array(page.grey.shape[::-1]))
    return Traced(made.linework, known.report, matrix, page.skew, backdrop, made.looked)


def _measured(
    page: Page, shown: yardstick.Picture, scale: float | None, detector: Detector | None
) -> tuple[Yardstick, Swings]:
    """The scale of a page, and its swings: those of doors only, where the scale is known before."""
    if scale is not None:
        known: Yardstick | None = yardstick.given(scale, shown.mm)
    else:
        seen = legible.look(page.grey, page.ink, shown.mm, legible.load())
        known = yardstick.written(shown, seen)
        if known is None:
            found = swings.find(page.grey, page.ink)
            return yardstick.measure(shown, found, seen, detector), found
    assert known is not None
    metre = known.pixels_per_metre
    return known, swings.find(page.grey, page.ink, low=max(12.0, 0.45 * metre), high=1.45 * metre)


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made of a page at one scale."""

    linework: Linework
    looked: DetectorReport | None


def _made(page: Page, found: Swings, known: Yardstick, to_mm: _Placement, detector: Detector | None) -> _Made:
    """Trace a page at a scale."""
    unit = to_mm.unit
    fine = resized(page.grey, _factor(page, known))
    ppm = known.pixels_per_metre * fine.shape[1] / page.grey.shape[1]
    found = _plausible(found, known.pixels_per_metre)
    walls = _walls(fine, ppm)
    boxes, looked = _looked(detector, page, known, walls.mask) if detector is not None else (None, None)
    shown = islands.plans(walls.mask, *_openings(found, boxes, walls, fine.shape[1] / page.grey.shape[1]), ppm)
    walls = replace(walls, mask=shown.mask)
    if boxes is not None:
        walls = masks.parted(walls, _windows(boxes, fine.shape[1] / page.grey.shape[1]), ppm)
    shapes = tracing.trace(walls.mask, ppm, fine, line=walls.line)
    if float(shapely.length(shapes).sum()) / 2 < LEAST_WALL:
        raise _no_plan("no walls were found in it")
    seen = _with_windows(
        _sightings(found, boxes, page.grey, to_mm), walls, to_mm, unit * page.grey.shape[1] / fine.shape[1]
    )
    thin = thinlines.find(walls.ink, walls.mask, ppm, walls.line)
    thin = thin.take(shown.hold(thin.start, thin.end, LETTERED * ppm))
    linework = _sheet(shapes, thin, seen, to_mm, known, ppm)
    return _Made(linework, looked)


def _read(
    page: Page, found: Swings, made: _Made, known: Yardstick, to_mm: _Placement, detector: Detector | None
) -> tuple[_Made, Yardstick]:
    """The same with the words around its walls, and at the scale that its dimensions tell, where they do."""
    walls = made.linework.areas.rings.points
    around = np.array([walls.min(axis=0), walls.max(axis=0)]) / to_mm.unit
    beside = LETTERED * known.pixels_per_metre
    left, right = (int(np.clip(each, 0, page.grey.shape[1])) for each in (around[0, 0] - beside, around[1, 0] + beside))
    high = to_mm.height
    top, bottom = (int(np.clip(high - each, 0, high)) for each in (around[1, 1] + beside, around[0, 1] - beside))
    part = page.grey[top:bottom, left:right]
    factor = 2.0 if part.size < 1_500_000 else 1.0  # small letters are read badly
    written = ocr.read(resized(part, factor))
    if not len(written):
        return made, known
    corners = to_mm.points((written.corners / factor + (left, top)).reshape(-1, 2)).reshape(-1, 4, 2)
    sheet = replace(made.linework, texts=traced.texts(corners, written.text))
    size = (page.grey.shape[1] * to_mm.unit, high * to_mm.unit)
    said = scale_of(sheet, classify(sheet), page=size, slack=2 * to_mm.unit)
    if said.method == "dimensions" and said.confidence > known.report.confidence:
        off = abs(said.metres_per_mm / known.report.metres_per_mm - 1)
        known = yardstick.Yardstick(1 / (said.metres_per_mm * to_mm.unit), said)
        if off > DIFFERS:
            made = _made(page, found, known, to_mm, detector)
    # Numbers have done their work; where lines beside them are lost they would look like a table.
    words = np.array([sum(letter.isalpha() for letter in text) > 1 for text in written.text], dtype=np.bool_)
    return _Made(replace(made.linework, texts=sheet.texts.take(words)), made.looked), known


def _walls(fine: Grey, ppm: float) -> masks.Found:
    """The walls: by the network where there is one, else by their shape."""
    ink = binarised(fine)
    block = masks.blocks(ink, ppm)
    fine, ink = np.where(block, np.uint8(255), fine), ink & ~block
    network = wallnet.load()
    return masks.find(ink, ppm) if network is None else masks.of_likely(wallnet.see(network, fine, ppm), ink, ppm)


def _drawn(page: Page) -> None:
    """Whether the page looks drawn on: paper that is mostly white, and ink on it.

    A scan of a plan is nearly all paper, the rest ink and little between; a photo is all between.
    """
    sample = page.grey[::3, ::3]
    paper, between = float((sample > 215).mean()), float(((sample > 60) & (sample < 190)).mean())
    ink = float(page.ink.mean())
    if ink < 2e-4:
        raise _no_plan("it is blank")
    if paper < 0.45 or between > 0.3:
        raise _no_plan("it looks like a photo of something else")
    along, across = lines(page.ink, int(np.clip(max(page.ink.shape) // 25, *LINE)))
    if min(along, across) < 4:
        raise _no_plan("it has writing, but hardly a straight line")


def _no_plan(why: str) -> NothingDrawable:
    return NothingDrawable(
        f"The picture shows no floor plan: {why}.",
        code="picture_without_plan",
        remedy="Send the page with the plan, scanned or photographed straight from above; give --scale if it is known.",
    )


def _factor(page: Page, known: Yardstick) -> float:
    """By how much the page is resampled for ``RESOLUTION``, within bounds."""
    factor = RESOLUTION / known.pixels_per_metre
    if page.grey.size * factor**2 > MOST:
        if factor > 2.0:
            raise DrawingTooComplex(
                f"At 1:{known.report.metres_per_mm * 1000:g} the picture shows more ground than a building has.",
                code="picture_too_large",
                remedy="Give the right --scale.",
            )
        factor = float(np.sqrt(MOST / page.grey.size))
    return factor


def _plausible(found: Swings, ppm: float) -> Swings:
    """The swings that are as wide as doors."""
    wide = found.radius / ppm
    return found.take(np.flatnonzero((wide > 0.45) & (wide < 1.45)))


@dataclass(frozen=True, slots=True)
class _Placement:
    """Pixels of the straightened page -> millimetres, y up."""

    unit: float  #: millimetres of a pixel
    height: int  #: of the page, pixels

    def points(self, pixels: Floats) -> Floats:
        """Points (n, 2), given by the middle of their pixel."""
        return np.stack([pixels[:, 0] + 0.5, self.height - 0.5 - pixels[:, 1]], axis=1) * self.unit

    def metres(self, shapes: tracing.Geometries, known: Yardstick) -> tracing.Geometries:
        """Shapes in metres from the upper left corner."""
        factor = known.pixels_per_metre * self.unit
        high = self.height * self.unit
        return np.asarray(
            shapely.transform(shapes, lambda at: np.stack([at[:, 0] * factor, high - at[:, 1] * factor], axis=1)),
            dtype=np.object_,
        )


def _matrix(page: Page, height: int, mm: float, to_mm: _Placement) -> Floats:
    """(3, 3) millimetres on the picture as it came -> millimetres on the straightened page, both y up."""
    pixel = np.array([[1 / mm, 0, -0.5], [0, -1 / mm, height - 0.5], [0, 0, 1]])
    unit = to_mm.unit
    back = np.array([[unit, 0, 0.5 * unit], [0, -unit, (to_mm.height - 0.5) * unit], [0, 0, 1]])
    matrix = back @ page.matrix @ pixel
    return np.asarray(matrix / matrix[2, 2], dtype=np.float64)


def _looked(detector: Detector, page: Page, known: Yardstick, walls: Mask) -> tuple[Boxes, DetectorReport | None]:
    """What a detector sees around the walls: elsewhere nothing would count."""
    rows, columns = np.flatnonzero(walls.any(axis=1)), np.flatnonzero(walls.any(axis=0))
    if not len(rows):
        return Boxes.none(), None
    bounds = np.array([[columns[0], rows[0]], [columns[-1] + 1, rows[-1] + 1]]) * page.grey.shape[1] / walls.shape[1]
    pixels = bounds + np.array([[-BESIDE], [BESIDE]]) * known.pixels_per_metre
    left, top, right, bottom = np.clip(pixels, 0, page.grey.shape[::-1]).round().astype(int).ravel().tolist()
    boxes = detector.see(page.grey[top:bottom, left:right], known.pixels_per_metre)
    tiles = detector.tiles((right - left) / known.pixels_per_metre, (bottom - top) / known.pixels_per_metre)
    return boxes.moved(np.array([left, top])), detector.report(boxes, tiles)


def _openings(found: Swings, boxes: Boxes | None, walls: masks.Found, factor: float) -> tuple[Floats, Floats]:
    """(n, 4) boxes of all doors and windows, in pixels of the masks, and (n,) how much they tell of a plan."""
    corners = np.stack([found.hinge, found.tip, found.shut])
    doors, score = np.concatenate([corners.min(axis=0), corners.max(axis=0)], axis=1), found.score
    if boxes is not None:
        seen = np.isin(boxes.kind, (Seen.DOOR, Seen.DOUBLE_DOOR, Seen.SLIDING_DOOR, Seen.WINDOW))
        seen &= boxes.score > WINDOW
        doors = np.concatenate([boxes.low[seen], boxes.high[seen]], axis=1)
        score = boxes.score[seen] * np.where(boxes.kind[seen] == Seen.WINDOW, ELEVATED, 1.0)
    return np.concatenate([doors * factor, walls.windows]), np.concatenate([score, ELEVATED / 2 * walls.window_score])


def _windows(boxes: Boxes, factor: float) -> Floats:
    """(n, 4) the windows among the boxes, in pixels of the masks: left, top, right, bottom."""
    sure = (boxes.kind == Seen.WINDOW) & (boxes.score > WINDOW)
    return np.concatenate([boxes.low[sure], boxes.high[sure]], axis=1) * factor


def _sightings(found: Swings, boxes: Boxes | None, grey: Grey, to_mm: _Placement) -> Sightings:
    """What the detector saw, each door with the swing in its box; swings without a box are sightings themselves."""
    hinge, tip, shut = (to_mm.points(each) for each in (found.hinge, found.tip, found.shut))
    low, high = np.minimum(np.minimum(hinge, tip), shut), np.maximum(np.maximum(hinge, tip), shut)
    own = Sightings(
        low,
        high,
        np.full(len(found), Seen.DOOR, np.int32),
        0.8 * found.score,
        hinge,
        tip,
        np.ones(len(found), np.bool_),
    )
    if boxes is None:
        return own
    one, other = to_mm.points(boxes.low - 0.5), to_mm.points(boxes.high - 0.5)
    seen_low, seen_high = np.minimum(one, other), np.maximum(one, other)
    nowhere = np.full((len(boxes.score), 2), np.nan)
    traced = np.zeros(len(boxes), np.bool_)
    hung = to_mm.points(hinges(grey, boxes) - 0.5)
    seen = Sightings(seen_low, seen_high, boxes.kind, boxes.score, hung, nowhere, traced)
    if not len(own):
        return seen
    doors = np.flatnonzero(seen.kind == Seen.DOOR)
    share = _common(seen.take(doors), own)
    alone = np.ones(len(own), np.bool_)
    for row, at in enumerate(doors.tolist()):
        best = int(share[row].argmax())
        alone[share[row] > 0.3] = False
        if share[row, best] > 0.3:
            seen.hinge[at], seen.tip[at] = own.hinge[best], own.tip[best]
    kept = own.take(alone)
    return Sightings.joined([seen, kept])


def _with_windows(seen: Sightings, walls: masks.Found, to_mm: _Placement, mm: float) -> Sightings:
    """And the windows that the wall net saw where no detector saw one; ``mm`` is a pixel of its masks."""
    count = len(walls.windows)
    if not count:
        return seen
    high = to_mm.height * to_mm.unit
    x0, y0, x1, y1 = (walls.windows * mm).T
    low, top = np.stack([x0, high - y1], axis=1), np.stack([x1, high - y0], axis=1)
    nowhere = np.full((count, 2), np.nan)
    mine = Sightings(
        low, top, np.full(count, Seen.WINDOW, np.int32), walls.window_score, nowhere, nowhere, np.zeros(count, np.bool_)
    )
    known = seen.take(np.asarray(seen.kind == Seen.WINDOW, dtype=np.bool_))
    new = np.flatnonzero((_common(mine, known) < 0.1).all(axis=1))
    return Sightings.joined([seen, mine.take(new)])


def _sheet(
    shapes: tracing.Geometries, lines: Lines, seen: Sightings, to_mm: _Placement, known: Yardstick, ppm: float
) -> Linework:
    """Walls (in metres) and lines (in pixels, ``ppm`` to a metre) in millimetres of paper."""
    mm = known.pixels_per_metre * to_mm.unit / ppm
    high = to_mm.height * to_mm.unit
    start, end = (
        np.stack([(at[:, 0] + 0.5) * mm, high - (at[:, 1] + 0.5) * mm], axis=1) for at in (lines.start, lines.end)
    )
    return traced.linework(to_mm.metres(shapes, known), start, end, lines.width * mm, seen)


def _common(one: Sightings, other: Sightings) -> Floats:
    """(n, m) common area over joint area of boxes."""
    low = np.maximum(one.low[:, None], other.low)
    high = np.minimum(one.high[:, None], other.high)
    common = np.prod(np.maximum(high - low, 0), axis=2)
    total = np.prod(one.high - one.low, axis=1)[:, None] + np.prod(other.high - other.low, axis=1) - common
    return np.asarray(common / np.maximum(total, 1e-9), dtype=np.float64)
