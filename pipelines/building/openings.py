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
from pipelines.building.nodes import by_layer, extras, mesh, meshes
from pipelines.building.windows import windows
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from pipelines.building.boxes import Part
    from pipelines.geometry.solid import Solid
    from pipelines.plan import Storey
    from pipelines.scene import Material, Mesh

    Owned = list[tuple[Solid, NDArray[np.intp], Material]]  # with the opening of each triangle

#: From this many openings in a storey on, one node per layer instead of one per opening.
MANY = 400


def openings(storey: Storey) -> tuple[list[Node], list[Node]]:
    """The layer nodes of doors and of windows of a storey."""
    holes = Holes.of(storey)
    return _nodes(storey, "doors", doors(holes)), _nodes(storey, "windows", windows(holes))


def _nodes(storey: Storey, group: str, parts: Iterable[Part]) -> list[Node]:
    """Layer nodes with a node per opening, or with everything merged."""
    table = storey.openings
    tables: dict[Material, list[Boxes]] = {}
    for boxes, material in parts:
        tables.setdefault(material, []).append(boxes)
    solids = [(*_stack(several).solid(), material) for material, several in tables.items()]
    rows = np.unique(np.concatenate([np.zeros(0, dtype=np.intp), *(owner for _, owner, _ in solids)]))
    merged = len(table) >= MANY
    pieces = [] if merged else _pieces(solids, len(table))
    made = []
    for layer, of in by_layer([table.layer[row] for row in rows.tolist()]):
        members = rows[of].tolist()
        if merged:
            said = extras(group, storey.name, layer, [table.handles[row] for row in members])
            made.append(Node(layer or group, parts=tuple(_merged(solids, rows[of])), extras=said))
        else:
            children = tuple(_opening(storey, group, row, pieces[row]) for row in members)
            made.append(Node(layer or group, children=children, extras=extras(group, storey.name, layer)))
    return made


def _stack(several: list[Boxes]) -> Boxes:
    return Boxes(*(np.concatenate([getattr(each, name) for each in several]) for name in Boxes.__slots__))


def _pieces(solids: Owned, count: int) -> list[list[Mesh]]:
    """Per opening a mesh for each of its materials."""
    made: list[list[Mesh]] = [[] for _ in range(count)]
    for solid, owner, material in solids:
        for parts, piece in zip(made, meshes(solid, owner, [material] * count), strict=True):
            if len(piece.indices):
                parts.append(piece)
    return made


def _merged(solids: Owned, rows: NDArray[np.intp]) -> Iterator[Mesh]:
    """A mesh for each material of all that some openings have."""
    for solid, owner, material in solids:
        mine = np.isin(owner, rows)
        if mine.any():
            yield mesh(solid.part(mine), material)


def _opening(storey: Storey, group: str, row: int, parts: list[Mesh]) -> Node:
    table = storey.openings
    kind = table.kind[row].value
    said = extras(
        group,
        storey.name,
        table.layer[row],
        [table.handles[row]],
        kind=kind,
        label=table.label[row],
        evidence=[str(each) for each in table.evidence[row]],
        width=round(float(table.width[row]), 4),
        sill=round(float(table.sill[row]), 4),
        head=round(float(table.head[row]), 4),
    )
    return Node(table.label[row] or kind.replace("_", " "), parts=tuple(parts), extras=said)
