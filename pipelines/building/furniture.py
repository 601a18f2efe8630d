"""Furniture as low boxes with the lines that draw it on top; plants and vehicles as lines on the floor.

A box stands on what the lines of its piece enclose, with the walls that it is built against (kitchens). Where they
enclose little of its outline they say where it is, not what it fills, and stay lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.building.materials import FURNITURE, INK
from pipelines.building.nodes import by_layer, extras, lines, mesh
from pipelines.building.sound import within
from pipelines.geometry.areas import width
from pipelines.geometry.pairs import segments, unit
from pipelines.geometry.prisms import GRID, Prisms, extrude
from pipelines.geometry.region import edges
from pipelines.plan import FurnitureKind
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipelines.building.shell import Shell
    from pipelines.linework import Floats
    from pipelines.plan import Furniture, Storey
    from pipelines.scene import Lines, Mesh

    Geometries = NDArray[np.object_]
    Rows = NDArray[np.intp]

#: Boxes keep this distance from what they are drawn against, lines lie this far above their box, metres.
APART, ABOVE = 0.004, 0.006
#: Ends of lines that miss each other by less are joined, metres.
JOIN = 0.002
#: Lines of a piece that end this near to a wall end at it, metres.
REACH = 0.06
#: Mean width of what is built against walls: counters, wardrobes; metres.
BUILT_IN = 0.9
#: What stands in a doorway ends this far before it, beside the frame, metres.
DOORWAY = 0.02
#: Share of its outline that the lines of a piece must enclose for it to be a body.
ENCLOSED = 0.25
_FLAT = {FurnitureKind.PLANT: "plant", FurnitureKind.VEHICLE: "vehicle"}


def furniture(storey: Storey, shell: Shell) -> Iterator[Node]:
    """A node for each layer."""
    table = storey.furniture
    height = np.where(np.isfinite(table.height), np.clip(table.height, 0.02, max(storey.height - 0.3, 0.05)), 0.02)
    height[[kind in _FLAT for kind in table.kind]] = 0.0
    shapes = _bodies(table, shell)
    height[shapely.is_empty(shapes)] = 0.0
    doorways = shapely.buffer(shell.openings.footprint[shell.openings.low <= 0], DOORWAY, join_style="mitre")
    shapes = _partition(
        shapes, height, np.concatenate([storey.walls.footprint, storey.columns.footprint, np.atleast_1d(doorways)])
    )
    for layer, rows in by_layer(table.layer):
        parts: tuple[Mesh | Lines, ...] = (*_boxes(table, rows, shapes, height), *_lines(table, rows, height))
        names = dict.fromkeys(table.name[row] for row in rows if table.name[row])
        said = extras(
            "furniture",
            storey.name,
            layer,
            [table.handles[row] for row in rows],
            names=list(names)[:32],
            count=len(rows),
        )
        yield Node(layer or "furniture", parts=parts, extras=said)


def _strokes(table: Furniture) -> tuple[Floats, Rows]:
    """(k, 2, 2) the lines with a length, and (k,) whose they are."""
    ends = table.lines.points.reshape(-1, 2, 2)
    owner = np.repeat(np.arange(len(table)), table.lines.counts // 2)
    sound = within(ends.reshape(-1, 4)) & (ends[:, 0] != ends[:, 1]).any(axis=1)
    return ends[sound], owner[sound]


def _bodies(table: Furniture, shell: Shell) -> Geometries:
    """What the lines of each piece enclose, else what they enclose together with walls; empty where that is little."""
    ends, owner = _strokes(table)
    made = _enclosed(table, ends, owner)
    open_ = np.flatnonzero(shapely.is_empty(made))
    flanks, of = _flanks(shell, table.footprint[open_])
    if len(flanks):
        # A stroke that ends just before a wall is meant to meet it.
        mine = np.isin(owner, open_)
        along = unit(ends[mine, 1] - ends[mine, 0]) * REACH
        longer = np.stack([ends[mine, 0] - along, ends[mine, 1] + along], axis=1)
        both = np.concatenate([longer, flanks]), np.concatenate([owner[mine], open_[of]])
        made[open_] = _enclosed(table, *both, widest=BUILT_IN)[open_]
    return made


def _flanks(shell: Shell, footprint: Geometries) -> tuple[Floats, Rows]:
    """(k, 2, 2) the sides of walls along pieces, and (k,) the piece of each."""
    walls = [each.footprint for each in shell.walls.values()]
    start, end = edges(shapely.union_all(np.concatenate(walls))) if walls else (np.zeros((0, 2)), np.zeros((0, 2)))
    sides = segments(start, end)
    around = np.asarray(shapely.buffer(shapely.envelope(footprint), REACH, join_style="mitre"), dtype=np.object_)
    piece, side = shapely.STRtree(sides).query(around, predicate="intersects")
    part = np.asarray(shapely.intersection(around[piece], sides[side]), dtype=np.object_)
    straight = shapely.get_type_id(part) == shapely.GeometryType.LINESTRING
    return shapely.get_coordinates(part[straight]).reshape(-1, 2, 2), piece[straight]


def _enclosed(table: Furniture, ends: Floats, owner: Rows, *, widest: float = np.inf) -> Geometries:
    """What lines (k, 2, 2) of pieces (k,) enclose, per piece; empty where that is little of its outline.

    Faces wider than ``widest`` in the mean are floor, not furniture.
    """
    order = np.argsort(owner, kind="stable")
    ends, owner = ends[order], owner[order]
    several: Geometries = np.empty(len(table), dtype=np.object_)
    several[:] = shapely.MultiLineString()
    if len(ends):
        ends = np.rint(ends / JOIN) * JOIN
        shapely.multilinestrings(segments(ends[:, 0], ends[:, 1]), indices=owner, out=several)
    noded = shapely.union_all(several.reshape(-1, 1), axis=1)
    faces = shapely.polygonize(np.asarray(noded, dtype=np.object_).reshape(-1, 1))
    piece, of = shapely.get_parts(faces, return_index=True)
    slim = width(piece) <= widest
    piece, of = piece[slim], of[slim]
    filled = np.asarray(shapely.polygons(shapely.get_exterior_ring(piece)), dtype=np.object_)
    made: Geometries = np.empty(len(table), dtype=np.object_)
    made[:] = shapely.Polygon()
    bounds = np.searchsorted(of, np.arange(len(table) + 1))
    for row in np.unique(of):
        made[row] = shapely.union_all(filled[bounds[row] : bounds[row + 1]])
    area = shapely.area(table.footprint)
    made[shapely.area(made) < ENCLOSED * area] = shapely.Polygon()
    return made


def _partition(shapes: Geometries, height: Floats, fixed: Geometries) -> Geometries:
    """Bodies a little smaller than drawn, without what taller ones, earlier ones as tall, and walls cover."""
    shrunk = np.asarray(shapely.buffer(shapes, -APART, join_style="mitre"), dtype=np.object_)
    shrunk[height <= 0] = shapely.Polygon()
    whole, tall = np.append(shrunk, fixed), np.append(height, np.full(len(fixed), np.inf))
    i, j = shapely.STRtree(whole).query(shrunk, predicate="intersects")
    wins = (tall[j] > height[i]) | ((tall[j] == height[i]) & (j < i))
    i, j = i[wins], j[wins]
    order = np.argsort(i, kind="stable")
    i, j = i[order], j[order]
    cut = shrunk.copy()
    for rows in np.split(np.arange(len(i)), np.flatnonzero(np.diff(i)) + 1) if len(i) else []:
        over = shapely.buffer(shapely.union_all(whole[j[rows]]), APART, join_style="mitre")
        cut[i[rows[0]]] = shapely.difference(shrunk[i[rows[0]]], over)
    return np.asarray(shapely.set_precision(cut, GRID), dtype=np.object_)


def _boxes(table: Furniture, rows: Rows, shapes: Geometries, height: Floats) -> Iterator[Mesh]:
    """The bodies of one layer, a mesh for each material."""
    for kind, material in FURNITURE.items():
        own = rows[[table.kind[row] == kind for row in rows]]
        bodies = Prisms.between(shapes[own], 0.0, height[own]).sound()
        if len(bodies):
            yield mesh(extrude(bodies)[0], material)


def _lines(table: Furniture, rows: Rows, height: Floats) -> Iterator[Lines]:
    """The lines of one layer, each on its body, in the colour of its kind."""
    inks = [_FLAT.get(table.kind[row], "furniture") for row in rows]
    for ink, of in by_layer(inks):
        own = table.take(rows[of])
        ends, owner = _strokes(own)
        if len(ends):
            yield lines(ends[:, 0], ends[:, 1], height[rows[of]][owner] + ABOVE, INK[ink])
