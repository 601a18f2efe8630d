"""A storey without what no building has: coordinates that are not finite or lie beyond ``LARGEST``, broken polygons.

What is built after this need not ask again. Single floats tell millimetres apart up to there and no further.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.linework import Ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.plan import Openings, Stairs, Storey

#: Farthest from the origin that anything is built, metres.
LARGEST = 1e4


def sound(storey: Storey) -> Storey:
    """The storey with broken polygons mended, and with those that cannot be, and numbers that are none, left out.

    Tables keep their rows, except openings and lines.
    """
    bodies = {
        name: replace(table, footprint=mended(table.footprint))
        for name in ("walls", "columns", "stairs", "rooms", "furniture")
        if len(table := getattr(storey, name))
    }
    storey = replace(storey, **bodies)
    lines = storey.lines
    return replace(
        storey,
        openings=_placed(storey.openings),
        stairs=_climbable(storey.stairs),
        lines=lines.take(within(lines.start) & within(lines.end)),
    )


def within(points: Floats, limit: float = LARGEST) -> NDArray[np.bool_]:
    """(n,) whether all coordinates of points (n, k) are finite and within ``limit``."""
    return np.asarray((np.abs(points) < limit).all(axis=1), dtype=np.bool_)


def mended(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Valid polygons; empty ones where there is none."""
    points, row = shapely.get_coordinates(shapes, return_index=True)
    made = shapes.copy()
    made[np.unique(row[~within(points)])] = shapely.Polygon()
    broken = ~np.asarray(shapely.is_valid(made), dtype=np.bool_)
    made[broken] = shapely.make_valid(made[broken], method="structure", keep_collapsed=False)
    return made


def _placed(table: Openings) -> Openings:
    """The openings with a place and a size."""
    size = np.column_stack([table.width, table.depth, table.sill, table.head])
    real = (table.width > 0) & (table.depth > 0) & (np.hypot(*table.direction.T) > 0.5)
    return table.take(within(table.center) & within(table.direction, 2.0) & within(size) & real)


def _climbable(table: Stairs) -> Stairs:
    """The treads with two different ends."""
    ends = table.treads.points.reshape(-1, 2, 2)
    good = within(ends.reshape(-1, 4)) & (ends[:, 0] != ends[:, 1]).any(axis=1)
    owner = np.repeat(np.arange(len(table)), table.treads.counts // 2)
    counts = np.bincount(owner[good], minlength=len(table)) * 2
    return replace(table, treads=Ragged(ends[good].reshape(-1, 2), np.append(0, np.cumsum(counts)).astype(np.int64)))
