"""The detector on pages of vectors: it looks at pictures of the plans only, and at no more of them than time allows.

On such pages the lines tell most of what there is; what is seen confirms it, and settles what lines leave open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.drafting.views import ViewKind
from pipelines.linework import Sightings
from pipelines.pdf.boxes import Boxes
from pipelines.pdf.corners import hinges
from pipelines.pdf.detector import open_detector
from pipelines.pdf.tiles import Grey
from pipelines.reading import Looked

if TYPE_CHECKING:
    from pipelines.drafting.views import View
    from pipelines.linework import Floats, Linework
    from pipelines.options import ConvertOptions
    from pipelines.pdf.detector import Detector
    from pipelines.reading import Look
    from pipelines.report import UnitReport

#: Draws a rectangle of the sheet: its lower left and upper right corner (2,), pixels per unit of the sheet.
Render = Callable[["Floats", "Floats", float], Grey]

#: Tiles that are looked at on a processor (half a second each) and on a GPU.
TILES: Final = 4
GPU_TILES: Final = 64
#: What is too large for that is looked at in a picture up to so many times smaller.
COARSER: Final = 1.4
#: Swings may reach so far beyond the walls of a plan, metres.
MARGIN: Final = 0.6


def looker(render: Render, options: ConvertOptions) -> Look:
    """What looks at the plans of a sheet that ``render`` draws.

    What it returns raises ``ModelUnusable`` where the options name a detector that can't be run.
    """

    def look(sheet: Linework, views: tuple[View, ...], units: UnitReport) -> Looked:
        middle = (sheet.sightings.low + sheet.sightings.high) / 2
        # What was seen on a scan among the pages was seen already.
        blank = [view for view in views if not ((middle >= view.low) & (middle <= view.high)).all(axis=1).any()]
        plans = sorted((view for view in blank if view.kind == ViewKind.PLAN), key=lambda view: -view.richness)
        if not plans:
            return Looked(sheet, None)
        opened = open_detector(options.model, gpu=options.gpu)
        if opened.detector is None:
            return Looked(sheet, None, opened.warnings)
        return _looked(opened.detector, render, sheet, plans, units.metres_per_unit, opened.warnings)

    return look


def sightings(boxes: Boxes, picture: Grey, low: Floats, high: Floats, pixels: float) -> Sightings:
    """Boxes on a picture as sightings on the sheet.

    Args:
        boxes: What was seen.
        picture: On what.
        low: (2,) lower left corner of what the picture shows.
        high: (2,) upper right corner.
        pixels: Per unit of the sheet.
    """
    nowhere = np.full((len(boxes), 2), np.nan)
    corner = np.array([low[0], high[1]])
    hung = hinges(picture, boxes)
    one, other, hinge = (corner + each / pixels * (1.0, -1.0) for each in (boxes.low, boxes.high, hung))
    low, high = np.minimum(one, other), np.maximum(one, other)
    return Sightings(low, high, boxes.kind, boxes.score, hinge, nowhere, np.zeros(len(boxes), np.bool_))


def _looked(
    detector: Detector, render: Render, sheet: Linework, plans: list[View], scale: float, warnings: tuple[str, ...]
) -> Looked:
    """The sheet with what was seen of its plans, the richest first."""
    left = most = GPU_TILES if detector.on_gpu else TILES
    seen, boxes, missed = [sheet.sightings], [], []
    for view in plans:
        low, high = view.low - MARGIN / scale, view.high + MARGIN / scale
        coarser = next((each for each in (1.0, COARSER) if _tiles(detector, high - low, scale / each) <= left), None)
        if coarser is None:
            missed.append(view.title or "a plan")
            continue
        left -= _tiles(detector, high - low, scale / coarser)
        per_metre = detector.resolution / coarser
        picture = render(low, high, per_metre * scale)
        # Told of a finer picture than it is, the detector does not enlarge it.
        found = detector.see(picture, per_metre * coarser)
        boxes.append(found)
        seen.append(sightings(found, picture, low, high, per_metre * scale))
    if missed:
        warnings += (f"Too large for the detector to look at: {', '.join(missed)}.",)
    report = detector.report(Boxes.joined(boxes), tiles=most - left) if boxes else None
    return Looked(replace(sheet, sightings=Sightings.joined(seen)), report, warnings)


def _tiles(detector: Detector, size: Floats, scale: float) -> int:
    """How many tiles a plan takes in drawing units, at metres per unit."""
    return detector.tiles(float(size[0]) * scale, float(size[1]) * scale)
