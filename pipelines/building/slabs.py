"""Floors: a slab under the whole storey, and on it the finish of each room.

The slab reaches under walls and thresholds, so that no door has a hole before it, under columns and stairs that stand
outside, and under paving. It is recessed where a room's finish lies, whose top is level with it: nothing lies twice
in one plane. Over the stairs of the storey below both are open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.building.materials import SLAB, floor_of
from pipelines.building.nodes import extras, mesh, meshes
from pipelines.geometry.areas import parts
from pipelines.geometry.carving import carve
from pipelines.geometry.pairs import segments
from pipelines.geometry.prisms import GRID, Prisms, extrude, union
from pipelines.geometry.snapping import snapped
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipelines.building.shell import Shell
    from pipelines.linework import Floats
    from pipelines.plan import LineSet, Storey

    Geometries = NDArray[np.object_]

#: Thickness of a room's finish, metres.
FINISH = 0.01
#: Walls this near to each other enclose something, metres, where less than this share of the ground is covered.
CLOSING, OPEN = 1.5, 0.5
#: How concave the ground between the walls is, 0..1.
CONCAVITY = 0.3
#: Joints of paving lie at most twice this apart and are no shorter, metres; more lines are hatches, not tiles.
TILE, SHORTEST, MOST_PAVING = 0.7, 0.25, 5000


def floors(storey: Storey, shell: Shell, thickness: float, well: Geometries) -> tuple[list[Node], list[Node]]:
    """The nodes of the rooms, and of the slab under them; ``well``: what is left open in both, in plan."""
    outline = np.asarray([footprint(storey, shell)], dtype=np.object_)
    finish = _finishes(storey, well)
    deep = -max(thickness, 2 * FINISH)
    recess = Prisms.between(finish, -FINISH, 1.0)
    slab = carve(Prisms.between(outline, deep, 0.0), Prisms.joined([recess, Prisms.between(well, deep - 1.0, 1.0)]))
    base = Node("slab", parts=(mesh(slab, SLAB),), extras=extras("slab", storey.name, ""))
    return list(_rooms(storey, finish)), [base]


def footprint(storey: Storey, shell: Shell) -> shapely.Geometry:
    """What a storey stands on: walls, openings, columns, stairs, rooms and paving, courts filled.

    Where that is little of the ground between the walls (an open plan, doors that were not understood), whatever
    walls enclose but for gaps of twice ``CLOSING`` is floor too, and lines that were not understood count as paving.
    """
    walls = Prisms.joined([Prisms.none(), *shell.walls.values()]).sound().footprint
    bodies = Prisms.joined([shell.openings, shell.columns]).sound().footprint
    flat = Prisms.between(np.concatenate([storey.stairs.footprint, storey.rooms.footprint]), 0.0, 1.0)
    rest = np.concatenate([bodies, flat.sound().footprint, paving(storey.lines, storey.rooms.footprint)])
    # Nearly everything lies within the outermost walls, and adds nothing to what they surround.
    enclosed = parts(_filled(union(walls)))
    out = np.ones(len(rest), dtype=np.bool_)
    out[shapely.STRtree(rest).query(enclosed, predicate="covers")[1]] = False
    whole = _filled(union(np.concatenate([enclosed, rest[out]])))
    ground = shapely.concave_hull(shapely.segmentize(whole, max(1.0, shapely.length(whole) / 1000)), ratio=CONCAVITY)
    if shapely.area(whole) < OPEN * shapely.area(ground):
        grown = _filled(shapely.buffer(whole, CLOSING, join_style="mitre", mitre_limit=2.0))
        whole = _filled(shapely.union(whole, shapely.buffer(grown, -CLOSING, join_style="mitre", mitre_limit=2.0)))
    if shapely.area(whole) < OPEN * shapely.area(ground):
        whole = _filled(union(np.append(parts(whole), paving(storey.lines, storey.rooms.footprint, "linework"))))
    return whole


def _filled(shape: shapely.Geometry) -> shapely.Geometry:
    return union(np.asarray(shapely.polygons(shapely.get_exterior_ring(parts(shape))), dtype=np.object_))


def paving(lines: LineSet, rooms: Geometries, category: str = "floor") -> Geometries:
    """What floor patterns (tiles, boards) outside the rooms cover: they lie on something."""
    rows = np.flatnonzero([name == category for name in lines.category])
    start, end = _outside(lines.start[rows], lines.end[rows], rooms)
    long = np.hypot(*(end - start).T) >= SHORTEST
    start, end = start[long], end[long]
    if not 0 < len(start) <= MOST_PAVING:
        return np.zeros(0, dtype=np.object_)
    joints = shapely.buffer(segments(start, end), TILE, cap_style="square", join_style="mitre")
    grown = union(np.asarray(joints, dtype=np.object_))
    return parts(shapely.simplify(shapely.buffer(grown, -TILE, join_style="mitre", mitre_limit=2.0), GRID))


def _outside(start: Floats, end: Floats, rooms: Geometries) -> tuple[Floats, Floats]:
    """The lines whose middle is in no room."""
    out = np.ones(len(start), dtype=np.bool_)
    middle = shapely.points((start + end) / 2)
    out[shapely.STRtree(rooms).query(middle, predicate="intersects")[0]] = False
    return start[out], end[out]


def _finishes(storey: Storey, well: Geometries) -> Geometries:
    """The floor of each room, on the grid, without what the well and earlier rooms take."""
    shapes = snapped(storey.rooms.footprint, GRID)
    if len(well):
        shapes = shapely.difference(shapes, union(well), grid_size=GRID)
    shapes = np.asarray(shapes, dtype=np.object_)
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    common = shapely.area(shapely.intersection(shapes[i], shapes[j])) > 0
    for a, b in zip(i[common & (i < j)].tolist(), j[common & (i < j)].tolist(), strict=True):
        shapes[b] = shapely.difference(shapes[b], shapes[a], grid_size=GRID)
    return shapes


def _rooms(storey: Storey, shapes: Geometries) -> Iterator[Node]:
    rooms = storey.rooms
    solid, owner = extrude(Prisms.between(shapes, -FINISH, 0.0))
    materials = {name: floor_of(name) for name in dict.fromkeys(rooms.name)}
    for row, piece in enumerate(meshes(solid, owner, [materials[name] for name in rooms.name])):
        said = extras(
            "floors",
            storey.name,
            "",
            [rooms.handles[row]],
            room=rooms.name[row],
            number=rooms.number[row],
            area=round(float(rooms.area[row]), 3),
        )
        name = " ".join(text for text in (rooms.number[row], rooms.name[row]) if text) or f"room {row + 1}"
        yield Node(name, parts=(piece,), extras=said)
