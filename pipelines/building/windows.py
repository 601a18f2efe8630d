"""Windows: sill, frame, mullions and panes, all of upright boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.building.materials import FRAME, GLASS, SILL
from pipelines.plan import OpeningKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.building.boxes import Part
    from pipelines.building.holes import Holes

#: Face of the frame and of its mullions, depth of the frame, thickness of panes, metres.
FACE, MULLION, DEPTH, PANE = 0.05, 0.04, 0.07, 0.012
#: Thickness of a sill, and how far it stands out of thick and of thin walls, metres.
SILL_DEPTH, OVERHANG, SLIGHT = 0.025, 0.03, 0.005
#: Widest pane between mullions, metres.
WIDEST_PANE = 1.3
#: From this height on a window has a sill, metres.
RAISED = 0.05


def windows(holes: Holes) -> Iterator[Part]:
    """Boxes of all windows, with their materials."""
    holes = holes.of_kind(OpeningKind.WINDOW)
    raised = np.asarray(holes.low > RAISED, dtype=np.bool_)
    sill = holes.take(raised)
    over = np.where(sill.depth > 0.08, OVERHANG, SLIGHT)
    yield sill.boxes(0.0, 0.0, sill.width, sill.depth + 2 * over, sill.low, sill.low + SILL_DEPTH), SILL
    low = holes.low + np.where(raised, SILL_DEPTH, 0.0)
    depth = np.minimum(DEPTH, holes.depth - 0.01)
    inner = holes.width - 2 * FACE
    for side in (-1.0, 1.0):
        yield holes.boxes(side * (holes.width - FACE) / 2, 0.0, FACE, depth, low, holes.high), FRAME
    yield holes.boxes(0.0, 0.0, inner, depth, holes.high - FACE, holes.high), FRAME
    yield holes.boxes(0.0, 0.0, inner, depth, low, low + FACE), FRAME
    bays = np.maximum(np.ceil(inner / WIDEST_PANE), 1).astype(np.intp)
    of = np.repeat(np.arange(len(bays)), bays)
    step = np.arange(len(of)) - np.repeat(np.cumsum(bays) - bays, bays)
    bay = (inner / bays)[of]
    part, edge = holes.take(of), step * bay - inner[of] / 2
    bottom, top = low[of] + FACE, part.high - FACE
    first, last = np.where(step > 0, MULLION / 2, 0.0), np.where(step + 1 < bays[of], MULLION / 2, 0.0)
    yield part.boxes(edge, 0.0, 2 * first, depth[of], bottom, top), FRAME
    yield part.boxes(edge + (bay + first - last) / 2, 0.0, bay - first - last, PANE, bottom, top), GLASS
