"""Furniture as low boxes with the lines that draw it on top; plants and vehicles as lines on the floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.building.materials import FURNITURE, INK
from pipelines.building.nodes import by_layer, extras, lines, mesh
from pipelines.geometry.prisms import GRID, Prisms, extrude
from pipelines.plan import FurnitureKind
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipelines.plan import Storey
    from pipelines.scene import Lines, Mesh

#: Boxes keep this distance from what they are drawn against, lines lie this far above their box, metres.
APART, ABOVE = 0.004, 0.006
_FLAT = (FurnitureKind.PLANT, FurnitureKind.VEHICLE)


def furniture(storey: Storey) -> Iterator[Node]:
    """A node for each layer."""
    table = storey.furniture
    boxed = np.asarray([kind not in _FLAT for kind in table.kind], dtype=np.bool_)
    height = np.where(boxed & np.isfinite(table.height), np.clip(table.height, 0.02, storey.height - 0.3), 0.0)
    shapes = _partition(storey, height)
    for layer, rows in by_layer(table.layer):
        parts: list[Mesh | Lines] = [*_boxes(storey, rows, shapes, height), *_lines(storey, rows, height)]
        if parts:
            names = sorted({table.name[row] for row in rows if table.name[row]})
            said = extras(
                "furniture",
                storey.name,
                layer,
                [table.handles[row] for row in rows],
                names=list(names[:32]),
                count=len(rows),
            )
            yield Node(layer or "furniture", parts=tuple(parts), extras=said)


def _partition(storey: Storey, height: NDArray[np.float64]) -> NDArray[np.object_]:
    """Footprints without what taller pieces, and earlier ones of the same height, cover; a little smaller."""
    table = storey.furniture
    shapes = shapely.make_valid(table.footprint)
    shapes = np.asarray(shapely.buffer(shapes, -APART, join_style="mitre"), dtype=np.object_)
    shapes[height <= 0] = shapely.Polygon()
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    wins = (height[j] > height[i]) | ((height[j] == height[i]) & (j < i))
    i, j = i[wins], j[wins]
    cut = shapes.copy()
    for row in np.unique(i):
        over = shapely.buffer(shapely.union_all(shapes[j[i == row]]), APART, join_style="mitre")
        cut[row] = shapely.difference(shapes[row], over)
    return np.asarray(shapely.set_precision(cut, GRID), dtype=np.object_)


def _boxes(
    storey: Storey, rows: NDArray[np.intp], shapes: NDArray[np.object_], height: NDArray[np.float64]
) -> Iterator[Mesh]:
    kinds = storey.furniture.kind
    for kind, material in FURNITURE.items():
        own = np.asarray([row for row in rows if kinds[row] == kind], dtype=np.intp)
        bodies = Prisms(shapes[own], np.zeros(len(own)), height[own]).sound()
        if len(bodies):
            solid, _ = extrude(bodies.footprint, bodies.low, bodies.high)
            yield mesh(solid, material)


def _lines(storey: Storey, rows: NDArray[np.intp], height: NDArray[np.float64]) -> Iterator[Lines]:
    table = storey.furniture
    inks = {FurnitureKind.PLANT: "plant", FurnitureKind.VEHICLE: "vehicle"}
    for ink in dict.fromkeys(inks.get(table.kind[row], "furniture") for row in rows):
        own = np.asarray([row for row in rows if inks.get(table.kind[row], "furniture") == ink], dtype=np.intp)
        taken = table.lines.take(own)
        ends = taken.points.reshape(-1, 2, 2)
        of = np.repeat(own, taken.counts // 2)
        sound = np.isfinite(ends).all(axis=(1, 2)) & (ends[:, 0] != ends[:, 1]).any(axis=1)
        if sound.any():
            yield lines(ends[sound, 0], ends[sound, 1], height[of[sound]] + ABOVE, INK[ink])
