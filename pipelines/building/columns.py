"""Columns, up to the ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.building.materials import CONCRETE
from pipelines.building.nodes import by_layer, extras, mesh
from pipelines.geometry.prisms import Prisms, carve
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.plan import Storey


def prisms(storey: Storey) -> Prisms:
    """The bodies of the columns."""
    table = storey.columns
    top = np.where(np.isnan(table.height), storey.height, np.minimum(table.height, storey.height))
    return Prisms(table.footprint, np.zeros(len(table)), top)


def columns(storey: Storey) -> Iterator[Node]:
    """A node for each layer; where columns of two layers overlap, the first layer has them."""
    table, bodies = storey.columns, prisms(storey)
    taken = Prisms.none()
    for layer, rows in by_layer(table.layer):
        own = bodies.take(rows)
        solid = carve(own, taken)
        taken = Prisms.joined(taken, own)
        if len(solid.triangles):
            said = extras("columns", storey.name, layer, [table.handles[row] for row in rows], count=len(rows))
            yield Node(layer or "columns", parts=(mesh(solid, CONCRETE),), extras=said)
