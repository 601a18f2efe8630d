"""What lies around a house: the boundary of its plot, a path to the door, trees, paving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.plan import OpeningKind
from pipelines.synth.drawing.notes import extent
from pipelines.synth.sheet import Circle, Line, Poly, Text, line, points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark
    from pipelines.synth.style import Style

#: From the outer walls to the boundary, metres.
MARGIN = 4.5


def draw(storey: Storey, style: Style, rng: np.random.Generator) -> Iterator[Mark]:
    """The marks around a storey."""
    layer = style.layer("site")
    low, high = extent(storey)
    x0, y0, x1, y1 = (*(low - MARGIN), *(high + MARGIN))
    corners = (
        (float(x0), float(y0)),
        (float(x1), float(y0)),
        (float(x1) - 0.6, float(y1)),
        (float(x0), float(y1) - 0.4),
    )
    yield Poly(layer, corners, closed=True)
    yield Text(layer, (float(x0) + 1.5, float(y1) - 1.2), 0.25, "PLOT 12")
    yield from _path(storey, layer, low, high)
    for _ in range(int(rng.integers(2, 6))):
        side = rng.choice([x0 + 1.3, x1 - 1.9])
        spot = (float(side), float(rng.uniform(y0 + 1.5, y1 - 1.8)))
        size = float(rng.uniform(0.6, 1.1))
        yield Circle(layer, spot, size)
        for turn in np.arange(6) * np.pi / 3:
            yield Line(layer, spot, (spot[0] + size * float(np.cos(turn)), spot[1] + size * float(np.sin(turn))))


def _path(storey: Storey, layer: str, low: Floats, high: Floats) -> Iterator[Mark]:
    """Slabs from the first door in an outer wall to the boundary."""
    openings = storey.openings
    for k in range(len(openings)):
        outer = storey.walls.layer[int(openings.host[k])] == "outer"
        if not outer or openings.kind[k] not in (OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR):
            continue
        u = openings.direction[k]
        out = np.array([-u[1], u[0]])
        middle = openings.center[k]
        if (middle - (low + high) / 2) @ out < 0:
            out = -out
        half = u * (openings.width[k] / 2 + 0.1)
        for step in range(5):
            base = middle + out * (openings.depth[k] / 2 + 0.02 + step * 0.7)
            slab = (base - half, base + half, base + half + out * 0.62, base - half + out * 0.62)
            yield Poly(layer, points(np.array(slab)), closed=True)
        yield line(layer, middle + half + out * 3.6, middle + half + out * 4.0)
        return
