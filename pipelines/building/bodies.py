"""Bodies that the drawing already holds in three dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.building.materials import BODY
from pipelines.building.nodes import by_layer, category, extras, mesh
from pipelines.building.sound import within
from pipelines.geometry.solid import Solid
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.plan import Solids


#: Bodies may lie anywhere that a single float reaches in good order, metres.
FARTHEST = 1e9


def bodies(table: Solids) -> Iterator[Node]:
    """A category node for each category, in it a node for each layer."""
    for group, rows in by_layer(table.category):
        own = table.take(rows)
        nodes = []
        for layer, part in by_layer(own.layer):
            solid = _flat(own.take(part))
            if len(solid.triangles):
                said = extras(group, "", layer, [own.handles[row] for row in part], count=len(part))
                nodes.append(Node(layer or group, parts=(mesh(solid, BODY),), extras=said))
        if nodes:
            yield category(group, nodes)


def _flat(table: Solids) -> Solid:
    """All bodies as one, each triangle with its own normal; triangles without an area are left out."""
    start = np.repeat(table.vertices.offsets[:-1], table.triangles.counts)
    corners = table.vertices.points[table.triangles.points.astype(np.intp) + start[:, None]]
    with np.errstate(invalid="ignore", over="ignore"):
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        length = np.linalg.norm(normal, axis=1)
        sound = np.isfinite(length) & (length > 1e-12) & within(corners.reshape(-1, 9), FARTHEST)
    corners, normal = corners[sound], normal[sound] / length[sound, None]
    count = len(corners)
    return Solid(corners.reshape(-1, 3), np.repeat(normal, 3, axis=0), np.arange(3 * count).reshape(-1, 3))
