"""Floors: a slab under the whole storey, and on it the finish of each room.

The slab reaches under walls and thresholds, so that no door has a hole before it, and under columns and stairs that
stand outside. It is recessed where a room's finish lies, whose top is level with it: nothing lies twice in one plane.
Over the stairs of the storey below both are open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.building.cuts import cuts
from pipelines.building.materials import SLAB, floor_of
from pipelines.building.nodes import extras, mesh
from pipelines.geometry.areas import parts
from pipelines.geometry.pairs import segments
from pipelines.geometry.prisms import GRID, Prisms, Solid, carve, extrude
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipelines.plan import Storey

#: Thickness of a room's finish, metres.
FINISH = 0.01
#: Without rooms, walls this near to each other enclose something, metres.
_CLOSING = 1.5
#: Joints of paving lie at most twice this apart, metres; patterns of more lines are hatches, not tiles.
_TILE, _MOST_PAVING = 0.7, 3000


def footprint(storey: Storey) -> shapely.Geometry:
    """The outline of a storey, courts filled: rooms, walls, openings, columns and stairs, or the hull of the walls."""
    shapes = np.concatenate(
        [
            storey.walls.footprint,
            cuts(storey).sound().footprint,
            storey.columns.footprint,
            storey.stairs.footprint,
            storey.rooms.footprint,
        ]
    )
    paved = _paved(storey)
    shapes = shapes if paved is None else np.append(shapes, paved)
    whole = shapely.union_all(
        Prisms(shapes, np.zeros(len(shapes)), np.ones(len(shapes))).sound().footprint, grid_size=GRID
    )
    if not len(storey.rooms) and not shapely.is_empty(whole):
        grown = shapely.buffer(whole, _CLOSING, join_style="mitre", mitre_limit=2.0)
        whole = shapely.union(whole, shapely.buffer(_filled(grown), -_CLOSING, join_style="mitre", mitre_limit=2.0))
    return _filled(whole)


def _paved(storey: Storey) -> shapely.Geometry | None:
    """What floor patterns (tiles, boards) outside the rooms cover: they lie on something."""
    table = storey.lines
    rows = np.flatnonzero([name == "floor" for name in table.category])
    if len(rows) > _MOST_PAVING:
        return None
    start, end = table.start[rows], table.end[rows]
    sound = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1)
    start, end = start[sound], end[sound]
    inside = np.zeros(len(start), dtype=np.bool_)
    middle = shapely.points((start + end) / 2)
    inside[shapely.STRtree(storey.rooms.footprint).query(middle, predicate="intersects")[0]] = True
    joints = segments(start[~inside], end[~inside])
    grown = shapely.union_all(shapely.buffer(joints, _TILE, cap_style="square", join_style="mitre"), grid_size=GRID)
    return shapely.simplify(shapely.buffer(grown, -_TILE, join_style="mitre", mitre_limit=2.0), GRID)


def _filled(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts(shape))), grid_size=GRID)


def floors(storey: Storey, thickness: float, well: NDArray[np.object_]) -> tuple[list[Node], list[Node]]:
    """The nodes of the rooms, and of the slab under them; ``well``: what is left open in both, in plan."""
    rooms = _finishes(storey, well)
    outline = footprint(storey)
    deep = np.full(1, -max(thickness, 2 * FINISH))
    slab = carve(
        Prisms(np.asarray([outline], dtype=np.object_), deep, np.zeros(1)),
        Prisms.joined(
            Prisms(rooms, np.full(len(rooms), -FINISH), np.full(len(rooms), 1.0)),
            Prisms(well, np.full(len(well), deep[0] - 1.0), np.full(len(well), 1.0)),
        ),
    )
    base = Node("slab", parts=(mesh(slab, SLAB),), extras=extras("slab", storey.name, ""))
    return list(_rooms(storey, rooms)), [base] if len(slab.triangles) else []


def _finishes(storey: Storey, well: NDArray[np.object_]) -> NDArray[np.object_]:
    """The floor of each room, on the grid, without what rooms before it and the well already take."""
    shapes = shapely.set_precision(shapely.make_valid(storey.rooms.footprint), GRID)
    open_ = shapely.union_all(well, grid_size=GRID) if len(well) else None
    shapes = np.asarray(shapes if open_ is None else shapely.difference(shapes, open_, grid_size=GRID), np.object_)
    i, j = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    for a, b in zip(i[i < j].tolist(), j[i < j].tolist(), strict=True):
        shapes[b] = shapely.difference(shapes[b], shapes[a], grid_size=GRID)
    return shapes


def _rooms(storey: Storey, shapes: NDArray[np.object_]) -> Iterator[Node]:
    rooms = storey.rooms
    solid, owner = extrude(shapes, np.full(len(shapes), -FINISH), np.zeros(len(shapes)))
    for row in range(len(rooms)):
        own = solid.triangles[owner == row]
        if not len(own):
            continue
        used, index = np.unique(own, return_inverse=True)
        piece = Solid(solid.points[used], solid.normals[used], index.reshape(-1, 3))
        said = extras(
            "floors",
            storey.name,
            "",
            [rooms.handles[row]],
            room=rooms.name[row],
            number=rooms.number[row],
            area=round(float(rooms.area[row]), 3),
        )
        name = " ".join(part for part in (rooms.number[row], rooms.name[row]) if part) or f"room {row + 1}"
        yield Node(name, parts=(mesh(piece, floor_of(rooms.name[row])),), extras=said)
