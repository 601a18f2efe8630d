"""Columns, up to the ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.building.materials import CONCRETE
from pipelines.building.nodes import by_layer, extras, mesh
from pipelines.geometry.carving import carve
from pipelines.geometry.prisms import Prisms
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.building.shell import Shell
    from pipelines.plan import Storey


def columns(storey: Storey, shell: Shell) -> Iterator[Node]:
    """A node for each layer; where columns of two layers overlap, the first layer has them."""
    table = storey.columns
    taken = Prisms.none()
    for layer, rows in by_layer(table.layer):
        own = shell.columns.take(rows)
        solid = carve(own, taken)
        taken = Prisms.joined([taken, own])
        said = extras("columns", storey.name, layer, [table.handles[row] for row in rows], count=len(rows))
        yield Node(layer or "columns", parts=(mesh(solid, CONCRETE),), extras=said)
