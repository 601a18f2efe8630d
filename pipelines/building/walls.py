"""Walls: one closed solid per storey and way of building, with the openings cut out.

Solid walls go first; low walls and glass are what the others leave of their footprints. A curtain wall becomes a
frame (rails at floor and ceiling, mullions) and a pane on its centreline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.building.materials import GLASS, METAL, PLASTER
from pipelines.building.nodes import extras, main_layer, mesh
from pipelines.building.shell import tops
from pipelines.geometry.carving import carve
from pipelines.geometry.pairs import rectangles
from pipelines.geometry.prisms import Prisms
from pipelines.plan import WallKind
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipelines.building.shell import Shell
    from pipelines.linework import Floats
    from pipelines.plan import Storey, Walls
    from pipelines.scene import Mesh

#: Curtain walls, metres: width of mullions and rails along the wall, depth across it, distance of mullions, pane.
MULLION, DEPTH, SPACING, PANE = 0.05, 0.12, 1.2, 0.012


def walls(storey: Storey, shell: Shell) -> Iterator[Node]:
    """The nodes of all walls of a storey, one for each kind."""
    table, top = storey.walls, tops(storey, storey.walls.height)
    # Columns stand in walls, not inside them.
    taken = Prisms.joined([shell.openings, shell.columns])
    for kind, bodies in shell.walls.items():
        rows = np.flatnonzero([each == kind for each in table.kind])
        own = table.take(rows)
        if kind == WallKind.GLASS:
            frame, panes = _curtain(own, top[rows])
            parts = [mesh(carve(frame, taken), METAL), mesh(carve(panes, Prisms.joined([taken, frame])), GLASS)]
        else:
            parts = [mesh(carve(bodies, taken), PLASTER)]
        taken = Prisms.joined([taken, bodies])
        yield _node(storey, own, kind, parts)


def _node(storey: Storey, own: Walls, kind: WallKind, parts: list[Mesh]) -> Node:
    layer = main_layer(own.layer, shapely.area(own.footprint))
    said = extras(
        "walls",
        storey.name,
        layer,
        own.handles,
        kind=kind.value,
        layers=list(dict.fromkeys(each for each in own.layer if each)),
    )
    return Node(layer or f"{kind.value} walls", parts=tuple(parts), extras=said)


def _curtain(own: Walls, top: Floats) -> tuple[Prisms, Prisms]:
    """Frame, and panes from floor to ceiling; a piece without a centreline is a pane as thick as it is drawn."""
    lined = np.asarray(~np.isnan(own.axis).any(axis=(1, 2)), dtype=np.bool_)
    straight, high = own.take(lined), top[lined]
    start, end = straight.axis[:, 0], straight.axis[:, 1]
    depth = np.minimum(straight.thickness, DEPTH)
    rails = rectangles(start, end, depth)
    posts, of = _mullions(start, end, depth)
    frame = Prisms.joined(
        [Prisms.between(rails, 0.0, MULLION), Prisms(rails, high - MULLION, high), Prisms.between(posts, 0.0, high[of])]
    )
    panes = Prisms.between(rectangles(start, end, np.minimum(depth, PANE)), 0.0, high)
    return frame, Prisms.joined([panes, Prisms.between(own.footprint[~lined], 0.0, top[~lined])])


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
