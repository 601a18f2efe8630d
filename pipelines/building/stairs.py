"""Flights of stairs as steps, each tread at its height."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.building.materials import STAIR
from pipelines.building.nodes import extras, mesh
from pipelines.geometry.carving import carve
from pipelines.geometry.prisms import Prisms
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.linework import Floats
    from pipelines.plan import Storey

#: Risers that one can climb, metres, and the usual one.
RISER, USUAL = (0.12, 0.22), 0.175
#: Height of the outline of stairs whose treads are not known, metres.
OUTLINE = 0.05


def stairs(storey: Storey, rise: float) -> Iterator[Node]:
    """A node per flight; ``rise``: from this floor to the next, metres."""
    table = storey.stairs
    for row in range(len(table)):
        treads = table.treads[row].reshape(-1, 2, 2)
        known = not np.isnan(table.up[row]).any()
        steps = _steps(treads, rise)
        if not len(steps):
            steps = Prisms.between(table.footprint[row : row + 1], 0.0, OUTLINE)
        solid = carve(steps, Prisms.none())
        if len(solid.triangles):
            said = extras(
                "stairs",
                storey.name,
                table.layer[row],
                [table.handles[row]],
                treads=int(table.tread_count[row]),
                direction="drawn" if known else "assumed",
            )
            yield Node(table.layer[row] or "stairs", parts=(mesh(solid, STAIR),), extras=said)


def _steps(treads: Floats, rise: float) -> Prisms:
    """A block from the floor for each step between two tread lines."""
    if len(treads) < 3:
        return Prisms.none()
    riser = rise / len(treads)
    if not RISER[0] <= riser <= RISER[1]:
        riser = USUAL
    hull = shapely.convex_hull(shapely.multipoints(np.concatenate([treads[:-1], treads[1:]], axis=1)))
    high = riser * np.arange(1, len(treads), dtype=np.float64)
    return Prisms.between(np.asarray(hull, dtype=np.object_), 0.0, high)
