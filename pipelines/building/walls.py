"""Walls: one closed solid per storey and way of building, with the openings cut out.

Solid walls go first; low walls and glass are what the others leave of their footprints. A curtain wall becomes a
frame (rails at floor and ceiling, mullions) and a pane on its centreline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.building import columns
from pipelines.building.cuts import cuts
from pipelines.building.materials import GLASS, METAL, PLASTER
from pipelines.building.nodes import extras, main_layer, mesh
from pipelines.geometry.pairs import rectangles
from pipelines.geometry.prisms import Prisms, carve
from pipelines.plan import WallKind
from pipelines.scene import Node

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.plan import Storey, Walls
    from pipelines.scene import Mesh

#: Curtain walls, metres: width of mullions and rails along the wall, depth across it, distance of mullions, pane.
MULLION, DEPTH, SPACING, PANE = 0.05, 0.12, 1.2, 0.012
#: How far a pane reaches into its rails, metres.
REBATE = 0.01


def walls(storey: Storey) -> list[Node]:
    """The nodes of all walls of a storey, one for each kind."""
    table, height = storey.walls, storey.height
    top = np.where(np.isnan(table.height), height, np.minimum(table.height, height))
    openings = cuts(storey)
    taken = Prisms.joined(openings, columns.prisms(storey))
    made = []
    for kind in (WallKind.SOLID, WallKind.LOW, WallKind.GLASS):
        rows = np.flatnonzero([each == kind for each in table.kind])
        if not len(rows):
            continue
        own = table.take(rows)
        block = Prisms(own.footprint, np.zeros(len(rows)), top[rows])
        if kind == WallKind.GLASS:
            frame, panes = _curtain(own, top[rows])
            parts = [(carve(frame, taken), METAL), (carve(panes, taken), GLASS)]
        else:
            parts = [(carve(block, taken), PLASTER)]
        taken = Prisms.joined(taken, block)
        made.append(_node(storey, own, kind, [mesh(solid, material) for solid, material in parts]))
    return made


def _node(storey: Storey, own: Walls, kind: WallKind, parts: list[Mesh]) -> Node:
    area = shapely.area(own.footprint)
    layer = main_layer(own.layer, area)
    return Node(
        layer or kind.value,
        parts=tuple(part for part in parts if len(part.indices)),
        extras=extras(
            "walls",
            storey.name,
            layer,
            own.handles,
            kind=kind.value,
            layers=list(dict.fromkeys(each for each in own.layer if each)),
        ),
    )


def _curtain(own: Walls, top: Floats) -> tuple[Prisms, Prisms]:
    """Frame and panes of glass walls. A piece without a centreline is a pane as thick as it is drawn."""
    lined = np.asarray(~np.isnan(own.axis).any(axis=(1, 2)), dtype=np.bool_)
    straight, high = own.take(lined), top[lined]
    start, end = straight.axis[:, 0], straight.axis[:, 1]
    depth = np.minimum(straight.thickness, DEPTH)
    rails = rectangles(start, end, depth)
    posts, of = _mullions(start, end, depth)
    floor = np.zeros(len(high))
    frame = Prisms.joined(
        Prisms(rails, floor, floor + MULLION),
        Prisms(rails, high - MULLION, high),
        Prisms(posts, floor[of], high[of]),
    )
    inset = MULLION - REBATE
    panes = Prisms(rectangles(start, end, np.full(len(high), PANE)), floor + inset, high - inset)
    blocks = Prisms(own.footprint[~lined], np.zeros(int((~lined).sum())), top[~lined])
    return frame, Prisms.joined(panes, blocks)


def _mullions(start: Floats, end: Floats, depth: Floats) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Posts at both ends of each line and at most ``SPACING`` apart between, and the line of each."""
    length = np.hypot(*(end - start).T)
    bays = np.maximum(np.ceil(length / SPACING), 1).astype(np.intp)
    of = np.repeat(np.arange(len(bays)), bays + 1)
    step = np.arange(len(of)) - np.repeat(np.cumsum(bays + 1) - (bays + 1), bays + 1)
    along = (end - start) / np.maximum(length, 1e-9)[:, None]
    reach = np.minimum(MULLION, length / 2)[of] / 2
    at = reach + step / bays[of] * (length[of] - 2 * reach)
    center = start[of] + along[of] * at[:, None]
    half = along[of] * reach[:, None]
    return rectangles(center - half, center + half, depth[of]), of
