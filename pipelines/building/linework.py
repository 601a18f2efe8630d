"""Linework that a viewer may show or hide: annotation, axes, dimensions, site, and what was not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.building.materials import INK
from pipelines.building.nodes import category, extras, lines, numbered
from pipelines.building.sound import within
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.plan import LineSet

#: Lines may lie anywhere that a single float reaches in good order, metres.
FARTHEST = 1e9
#: Height of the lines of each category above the floor, metres; apart, so that they do not flicker.
_HEIGHTS = {"floor": 0.003, "site": 0.004, "linework": 0.006, "dimension": 0.008, "annotation": 0.010, "axis": 0.012}


def linework(table: LineSet, storey: str) -> Iterator[Node]:
    """A category node for each category, in it a node for each layer."""
    sound = within(table.start, FARTHEST) & within(table.end, FARTHEST)
    sound &= (table.start != table.end).any(axis=1)
    rows = np.flatnonzero(sound)
    kinds, kind = numbered(table.category)
    layers, layer = numbered(table.layer)
    kind, layer = kind[rows], layer[rows]
    for k, name in enumerate(kinds):
        height = _HEIGHTS.get(name, _HEIGHTS["linework"])
        ink = INK.get(name, INK["linework"])
        own, on = rows[kind == k], layer[kind == k]
        nodes = []
        for number in np.unique(on).tolist():
            part = own[on == number]
            said = extras(name, storey, layers[number], count=len(part))
            drawn = lines(table.start[part], table.end[part], height, ink)
            nodes.append(Node(layers[number] or name, parts=(drawn,), extras=said))
        yield category(name, nodes)
