"""What walls, openings and columns take up in a storey, worked out once for all that is built around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.geometry.pairs import rectangles
from pipelines.geometry.prisms import Prisms
from pipelines.plan import WallKind

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.plan import Storey

#: A cut reaches this far beyond both flanks of its wall, so that no skin stays where they differ by less, metres.
BEYOND = 0.005
#: Sills and heads this near to floor and ceiling are meant to be there, metres.
NEAR = 0.01
#: Thickest wall that a cut goes through because its opening is said to be in it, metres.
THICKEST = 2.0


@dataclass(frozen=True, slots=True)
class Shell:
    """The bodies of a storey before anything is cut out of anything."""

    walls: dict[WallKind, Prisms]  #: dissolved: one row per height
    openings: Prisms  #: what is cut out of walls
    columns: Prisms  #: row by row

    @classmethod
    def of(cls, storey: Storey) -> Shell:
        """The shell of a storey."""
        table, top = storey.walls, tops(storey, storey.walls.height)
        walls = {}
        for kind in (WallKind.SOLID, WallKind.LOW, WallKind.GLASS):
            rows = np.flatnonzero([each == kind for each in table.kind])
            if len(rows):
                walls[kind] = Prisms.between(table.footprint[rows], 0.0, top[rows]).dissolved()
        columns = Prisms.between(storey.columns.footprint, 0.0, tops(storey, storey.columns.height))
        return cls(walls, _openings(storey), columns)


def tops(storey: Storey, height: Floats) -> Floats:
    """Heights (n,) with the ceiling where they are not given, and never above it."""
    return np.asarray(np.fmin(height, storey.height), dtype=np.float64)


def _openings(storey: Storey) -> Prisms:
    """The openings, a little deeper than their walls."""
    table, walls = storey.openings, storey.walls
    depth = table.depth
    if len(walls):
        through = np.nan_to_num(walls.thickness[table.host], posinf=0.0)
        depth = np.maximum(depth, np.where(table.host >= 0, np.minimum(through, THICKEST), 0.0))
    half = table.direction * (table.width / 2)[:, None]
    shapes = rectangles(table.center - half, table.center + half, depth + 2 * BEYOND)
    low = np.where(table.sill < NEAR, 0.0, table.sill)
    high = np.where(table.head > storey.height - NEAR, storey.height, table.head)
    return Prisms(shapes, low, high)
