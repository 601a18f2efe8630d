"""Stairs that fit into the cells that are named so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.layout import Flight

if TYPE_CHECKING:
    from pipelines.synth.layout import Draft

GOING = 0.28
#: A landing is at least this deep, metres.
LANDING = 0.95


def climb(draft: Draft) -> None:
    """Put one flight, or two beside each other with a landing, into every cell for stairs."""
    for use, shape in zip(draft.uses, draft.free(), strict=True):
        if use != "stairs" or shape.is_empty:
            continue
        x0, y0, x1, y1 = shape.bounds
        upright = y1 - y0 >= x1 - x0
        width, length = (x1 - x0, y1 - y0) if upright else (y1 - y0, x1 - x0)
        steps = int((length - 2 * LANDING if width >= 1.9 else length - LANDING) / GOING)
        if steps < 4 or abs(shape.area - width * length) > 0.02:
            continue
        up = np.array([0.0, -1.0]) if upright else np.array([1.0, 0.0])
        start = (y1 if upright else x0) + (-LANDING if upright else LANDING)
        if width < 1.9:
            corner = np.array([x0, start]) if upright else np.array([start, y0])
            draft.flights.append(Flight(corner, up, width, GOING, steps))
            continue
        one = (width - 0.1) / 2
        corner = np.array([x0, start]) if upright else np.array([start, y0])
        draft.flights.append(Flight(corner, up, one, GOING, steps))
        back = corner + up * (GOING * steps) + np.array([-up[1], up[0]]) * width
        draft.flights.append(Flight(back, -up, one, GOING, steps))
