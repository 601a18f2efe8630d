"""What is cut out of walls: the openings of a storey as prisms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.geometry.pairs import rectangles
from pipelines.geometry.prisms import Prisms

if TYPE_CHECKING:
    from pipelines.plan import Storey

#: A cut reaches this far beyond both flanks of its wall, so that no skin stays where they differ by less, metres.
BEYOND = 0.005


def cuts(storey: Storey) -> Prisms:
    """The openings of a storey, a little deeper than their walls; rows without a size are left out."""
    openings, walls = storey.openings, storey.walls
    depth = openings.depth
    if len(walls):
        hosted = openings.host >= 0
        depth = np.fmax(depth, np.where(hosted, walls.thickness[openings.host], 0.0))
    half = openings.direction * (openings.width / 2)[:, None]
    shapes = rectangles(openings.center - half, openings.center + half, depth + 2 * BEYOND)
    # A sill at the floor, or a head at the ceiling, must not leave a skin either.
    low = np.where(openings.sill < 0.01, 0.0, openings.sill)
    high = np.where(openings.head > storey.height - 0.01, storey.height, openings.head)
    return Prisms(shapes, low, high)
