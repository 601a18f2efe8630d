"""Furniture as low boxes with the lines that draw it on top; plants and vehicles as lines on the floor.

A box stands on what the lines of its piece enclose, with the walls that it is built against (kitchens). Where they
enclose little of its outline they say where it is, not what it fills, and stay lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.building.figures import Figures
from pipelines.building.materials import FURNITURE, INK
from pipelines.building.nodes import by_layer, extras, lines, mesh
from pipelines.building.sound import within
from pipelines.geometry.areas import width
from pipelines.geometry.pairs import segments, unit
from pipelines.geometry.prisms import GRID, Prisms, extrude
from pipelines.geometry.region import edges
from pipelines.geometry.snapping import snapped
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
    Mask = NDArray[np.bool_]

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
_FLAT: dict[str, str] = {FurnitureKind.PLANT: "plant", FurnitureKind.VEHICLE: "vehicle"}
_NONE = np.zeros(0, dtype=np.intp)


def furniture(storey: Storey, shell: Shell) -> Iterator[Node]:
    """A node for each layer."""
    table = storey.furniture
    height = np.where(np.isfinite(table.height), np.clip(table.height, 0.02, max(storey.height - 0.3, 0.05)), 0.02)
    height[[kind in _FLAT for kind in table.kind]] = 0.0
    strokes = _strokes(table)
    shapes = _bodies(table, shell, *strokes)
    height[shapely.is_empty(shapes)] = 0.0
    doorways = shapely.buffer(shell.openings.footprint[shell.openings.low <= 0], DOORWAY, join_style="mitre")
    shapes = _partition(
        shapes, height, np.concatenate([storey.walls.footprint, storey.columns.footprint, np.atleast_1d(doorways)])
    )
    kinds = dict(by_layer(table.kind))
    for layer, rows in by_layer(table.layer):
        own = np.zeros(len(table), dtype=np.bool_)
        own[rows] = True
        parts: tuple[Mesh | Lines, ...] = (*_boxes(kinds, own, shapes, height), *_lines(kinds, own, strokes, height))
        members = rows.tolist()
        names = dict.fromkeys(table.name[row] for row in members)
        said = extras(
            "furniture",
            storey.name,
            layer,
            [table.handles[row] for row in members],
            names=[name for name in names if name][:32],
            count=len(members),
        )
        yield Node(layer or "furniture", parts=parts, extras=said)


def _strokes(table: Furniture) -> tuple[Floats, Rows]:
    """(k, 2, 2) the lines with a length, and (k,) whose they are."""
    ends = table.lines.points.reshape(-1, 2, 2)
    owner = np.repeat(np.arange(len(table)), table.lines.counts // 2)
    sound = within(ends.reshape(-1, 4)) & (ends[:, 0] != ends[:, 1]).any(axis=1)
    return ends[sound], owner[sound]


def _bodies(table: Furniture, shell: Shell, ends: Floats, owner: Rows) -> Geometries:
    """What the lines of each piece enclose, else what they enclose together with walls; empty where that is little."""
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
    figures = Figures.of(ends[order], owner[order], len(table), JOIN)
    made = figures.placed(_filled(figures.lines(), widest))
    made[shapely.area(made) < ENCLOSED * shapely.area(table.footprint)] = shapely.Polygon()
    return made


def _filled(drawn: Geometries, widest: float) -> Geometries:
    """(n,) what each of several sets of lines encloses."""
    noded = shapely.union_all(drawn.reshape(-1, 1), axis=1)
    faces = shapely.polygonize(np.asarray(noded, dtype=np.object_).reshape(-1, 1))
    piece, of = shapely.get_parts(faces, return_index=True)
    slim = width(piece) <= widest
    piece, of = piece[slim], of[slim]
    filled = np.asarray(shapely.polygons(shapely.get_exterior_ring(piece)), dtype=np.object_)
    return _unions(filled, of, len(drawn))


def _unions(shapes: Geometries, of: Rows, count: int) -> Geometries:
    """(n,) the union of the polygons of each of ``count`` groups; ``of`` ascends."""
    flat, member = shapely.get_parts(shapes, return_index=True)
    made: Geometries = np.empty(count, dtype=np.object_)
    made[:] = shapely.Polygon()
    if len(flat):
        several = made.copy()
        shapely.geometrycollections(flat, indices=of[member], out=several)
        rows = np.unique(of)
        made[rows] = shapely.union_all(several[rows].reshape(-1, 1), axis=1)
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
    rows, of = np.unique(i[order], return_inverse=True)
    over = shapely.buffer(_unions(whole[j[order]], of, len(rows)), APART, join_style="mitre")
    cut = shrunk.copy()
    cut[rows] = shapely.difference(shrunk[rows], over)
    return snapped(cut, GRID)


def _boxes(kinds: dict[str, Rows], own: Mask, shapes: Geometries, height: Floats) -> Iterator[Mesh]:
    """The bodies of one layer, a mesh for each material."""
    for kind, material in FURNITURE.items():
        rows = kinds.get(kind, _NONE)
        rows = rows[own[rows]]
        bodies = Prisms.between(shapes[rows], 0.0, height[rows]).sound()
        if len(bodies):
            yield mesh(extrude(bodies)[0], material)


def _lines(kinds: dict[str, Rows], own: Mask, strokes: tuple[Floats, Rows], height: Floats) -> Iterator[Lines]:
    """The lines of one layer, each on its body, in the colour of its kind."""
    ends, owner = strokes
    inks: dict[str, Mask] = {}
    for kind, rows in kinds.items():
        ink = _FLAT.get(kind, "furniture")
        inks.setdefault(ink, np.zeros(len(own), dtype=np.bool_))[rows[own[rows]]] = True
    for ink, pieces in inks.items():
        mine = pieces[owner]
        if mine.any():
            yield lines(ends[mine, 0], ends[mine, 1], height[owner[mine]] + ABOVE, INK[ink])
