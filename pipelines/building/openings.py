"""Openings as nodes: what fills them, made by ``doors`` and ``windows``.

One node per opening, so that a viewer can pick it, under the node of its layer; from ``MANY`` openings in a storey
on, one node per layer, since draw calls would then cost more than picking is worth. A bare opening is no node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.building.boxes import Boxes
from pipelines.building.doors import doors
from pipelines.building.holes import Holes
from pipelines.building.nodes import by_layer, extras, mesh
from pipelines.building.windows import windows
from pipelines.geometry.solid import Solid
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.building.boxes import Part
    from pipelines.plan import Storey
    from pipelines.scene import Material, Mesh

    Pieces = list[tuple[Solid, Material]]

#: From this many openings in a storey on, one node per layer instead of one per opening.
MANY = 400


def openings(storey: Storey) -> tuple[list[Node], list[Node]]:
    """The layer nodes of doors and of windows of a storey."""
    holes = Holes.of(storey)
    made = []
    for group, parts in (("doors", doors(holes)), ("windows", windows(holes))):
        made.append(_nodes(storey, group, _pieces(parts, len(storey.openings))))
    return made[0], made[1]


def _pieces(parts: Iterable[Part], count: int) -> dict[int, Pieces]:
    """Per opening its solids, one for each material."""
    tables: dict[Material, list[Boxes]] = {}
    for boxes, material in parts:
        tables.setdefault(material, []).append(boxes)
    made: dict[int, Pieces] = {}
    for material, several in tables.items():
        solid, owner = _stack(several).solid()
        bounds = np.searchsorted(owner, np.arange(count + 1))
        for row in np.unique(owner).tolist():
            begin, end = int(bounds[row]), int(bounds[row + 1])
            # A box has 24 vertices and 12 triangles.
            piece = Solid(
                solid.points[2 * begin : 2 * end],
                solid.normals[2 * begin : 2 * end],
                solid.triangles[begin:end] - 2 * begin,
            )
            made.setdefault(row, []).append((piece, material))
    return dict(sorted(made.items()))


def _stack(several: list[Boxes]) -> Boxes:
    return Boxes(*(np.concatenate([getattr(each, name) for each in several]) for name in Boxes.__slots__))


def _nodes(storey: Storey, group: str, pieces: dict[int, Pieces]) -> list[Node]:
    """Layer nodes with a node per opening, or with everything merged."""
    table = storey.openings
    rows = list(pieces)
    merged = len(table) >= MANY
    made = []
    for layer, of in by_layer([table.layer[row] for row in pieces]):
        members = [rows[k] for k in of]
        said = extras(group, storey.name, layer, [table.handles[row] for row in members])
        if merged:
            made.append(Node(layer or group, parts=_merged([pieces[row] for row in members]), extras=said))
        else:
            children = tuple(_opening(storey, group, row, pieces[row]) for row in members)
            made.append(Node(layer or group, children=children, extras=extras(group, storey.name, layer)))
    return made


def _merged(several: list[Pieces]) -> tuple[Mesh, ...]:
    groups: dict[Material, list[Solid]] = {}
    for pieces in several:
        for solid, material in pieces:
            groups.setdefault(material, []).append(solid)
    return tuple(mesh(Solid.joined(*solids), material) for material, solids in groups.items())


def _opening(storey: Storey, group: str, row: int, pieces: Pieces) -> Node:
    table = storey.openings
    kind = table.kind[row].value
    said = extras(
        group,
        storey.name,
        table.layer[row],
        [table.handles[row]],
        kind=kind,
        label=table.label[row],
        width=round(float(table.width[row]), 4),
        sill=round(float(table.sill[row]), 4),
        head=round(float(table.head[row]), 4),
    )
    return Node(table.label[row] or kind.replace("_", " "), parts=tuple(mesh(*piece) for piece in pieces), extras=said)
