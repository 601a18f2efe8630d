"""What fills the openings: frames, leaves and panes, all of upright boxes.

One node per opening, so that a viewer can pick it, under the node of its layer; from ``MANY`` openings in a storey
on, one node per layer, since draw calls would then cost more than picking is worth. A door whose swing is drawn
stands open by ``OPEN``, so that one sees the swing and can walk through. A door whose swing is not known is closed:
an open leaf would state a side that the drawing does not give. A sliding door is half open, one panel before the
other; an overhead door is closed. Of openings that overlap only the surest is filled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.building.boxes import Boxes
from pipelines.building.materials import FRAME, GARAGE_LEAF, GLASS, LEAF, METAL, SILL
from pipelines.building.nodes import by_layer, extras, mesh
from pipelines.geometry.pairs import left, rectangles
from pipelines.geometry.solid import Solid
from pipelines.plan import OpeningKind, WallKind
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.plan import Openings, Storey
    from pipelines.scene import Material, Mesh

    Rows = NDArray[np.intp]

#: From this many openings in a storey on, one node per layer instead of one per opening.
MANY = 400
#: How far a door stands open, radians: not quite square, so that the leaf does not hide in a wall beside it.
OPEN = np.radians(82.0)
#: Face of a frame, how far a door's frame stands out of the wall, thickness of leaves, panels and panes, metres.
FACE, PROUD, LEAF_DEPTH, PANEL, PANE = 0.05, 0.012, 0.04, 0.035, 0.012
#: Depth of a window's frame, thickness and overhang of its sill, widest pane between mullions, metres.
WINDOW_DEPTH, SILL_DEPTH, OVERHANG, WIDEST_PANE = 0.07, 0.025, 0.03, 1.3
#: Play between leaf and frame, and below the leaf, metres.
PLAY, UNDER = 0.004, 0.008
#: Fold of a folding door's leaves, radians, and their greatest width, metres.
FOLD, WIDEST_LEAF = np.radians(62.0), 0.65
#: Height of a section of an overhead door and width of its joints, metres.
SECTION, JOINT = 0.5, 0.008


@dataclass(frozen=True, slots=True)
class _Holes:
    """Openings that are filled, ready to be measured from."""

    row: Rows  #: (n,) into ``Openings``
    center: Floats
    along: Floats
    across: Floats  #: to the left of ``along``
    width: Floats
    depth: Floats
    low: Floats
    high: Floats
    glazed: NDArray[np.bool_]  #: in a glass wall, or a sliding door to the outside

    def take(self, rows: Rows | NDArray[np.bool_]) -> _Holes:
        return _Holes(*(getattr(self, name)[rows] for name in _Holes.__slots__))

    def boxes(
        self,
        u: Floats | float,
        v: Floats | float,
        length: Floats | float,
        depth: Floats | float,
        low: Floats,
        high: Floats,
        turn: Floats | float = 0.0,
    ) -> Boxes:
        """A box per hole with its middle ``u`` along and ``v`` across from the hole's middle, turned by ``turn``."""
        count = len(self.row)

        def column(value: Floats | float) -> Floats:
            return np.array(np.broadcast_to(np.asarray(value, dtype=np.float64), (count,)))

        u, v, turn = column(u), column(v), column(turn)
        center = self.center + self.along * u[:, None] + self.across * v[:, None]
        cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]
        return Boxes(
            center,
            self.along * cosine + self.across * sine,
            column(length),
            column(depth),
            column(low),
            column(high),
            self.row,
        )


def openings(storey: Storey) -> tuple[list[Node], list[Node]]:
    """The layer nodes of doors and of windows of a storey."""
    holes = _holes(storey)
    parts = [*_doors(storey.openings, holes), *_windows(storey.openings, holes)]
    meshes = _meshes(parts, len(storey.openings))
    doors = [row for row in meshes if storey.openings.kind[row].is_door]
    windows = [row for row in meshes if not storey.openings.kind[row].is_door]
    return _nodes(storey, "doors", doors, meshes), _nodes(storey, "windows", windows, meshes)


Part = tuple["Boxes", "Material"]


def _holes(storey: Storey) -> _Holes:
    """The openings that can be filled."""
    table, walls = storey.openings, storey.walls
    hosted = table.host >= 0
    top = np.full(len(table), storey.height)
    glass = np.zeros(len(table), dtype=np.bool_)
    if len(walls):
        wall_top = np.where(np.isnan(walls.height), storey.height, walls.height)
        top[hosted] = np.minimum(wall_top[table.host[hosted]], storey.height)
        glass[hosted] = np.asarray([kind == WallKind.GLASS for kind in walls.kind], np.bool_)[table.host[hosted]]
    low, high = np.maximum(table.sill, 0.0), np.minimum(table.head, top)
    depth = np.clip(table.depth, 0.05, 0.6)
    filled = np.asarray([kind != OpeningKind.OPENING for kind in table.kind], dtype=np.bool_)
    filled &= np.isfinite(table.center).all(axis=1) & np.isfinite(table.direction).all(axis=1)
    filled &= (high - low > 0.3) & (table.width > 0.25)
    rows = np.flatnonzero(filled)
    along = table.direction
    holes = _Holes(np.arange(len(table)), table.center, along, left(along), table.width, depth, low, high, glass).take(
        rows
    )
    holes = holes.take(_apart(holes, table.confidence[rows]))
    return _to_outside(storey, holes)


def _apart(holes: _Holes, confidence: Floats) -> Rows:
    """Rows without those that overlap a surer one."""
    half = holes.along * (holes.width / 2 - 0.01)[:, None]
    shapes = rectangles(holes.center - half, holes.center + half, holes.depth)
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    meet = (i < j) & (np.minimum(holes.high[i], holes.high[j]) > np.maximum(holes.low[i], holes.low[j]))
    gone = np.zeros(len(shapes), dtype=np.bool_)
    for a, b in zip(i[meet].tolist(), j[meet].tolist(), strict=True):
        if not gone[a] and not gone[b]:
            gone[a if confidence[a] < confidence[b] else b] = True
    return np.flatnonzero(~gone)


def _to_outside(storey: Storey, holes: _Holes) -> _Holes:
    """Mark sliding doors as glazed where one side of them is in no room: they lead to a terrace."""
    sliding = np.asarray([storey.openings.kind[row] == OpeningKind.SLIDING_DOOR for row in holes.row], dtype=np.bool_)
    if not sliding.any() or not len(storey.rooms):
        return holes
    tree = shapely.STRtree(storey.rooms.footprint)
    outside = np.zeros(len(holes.row), dtype=np.bool_)
    for side in (-1.0, 1.0):
        probe = holes.center + holes.across * (side * (holes.depth / 2 + 0.2))[:, None]
        inside = np.zeros(len(probe), dtype=np.bool_)
        inside[tree.query(shapely.points(probe), predicate="intersects")[0]] = True
        outside |= ~inside
    glazed = holes.glazed | (sliding & outside & (holes.width > 1.2))
    return replace(holes, glazed=glazed)


def _of(table: Openings, holes: _Holes, *kinds: OpeningKind) -> _Holes:
    return holes.take(np.asarray([table.kind[row] in kinds for row in holes.row], dtype=np.bool_))


def _doors(table: Openings, holes: _Holes) -> Iterator[Part]:
    """Frames and leaves of doors."""
    framed = _of(table, holes, *(kind for kind in OpeningKind if kind.is_door))
    for box in _frame(framed, framed.depth + 2 * PROUD, FACE):
        yield box, FRAME
    single = _of(table, holes, OpeningKind.DOOR)
    hinge, swing = table.hinge.astype(np.intp), table.swing.astype(np.intp)
    end = np.where(hinge == 0, -1, hinge)
    yield from _leaf(single, end[single.row], swing[single.row], single.width - 2 * FACE - 2 * PLAY)
    double = _of(table, holes, OpeningKind.DOUBLE_DOOR)
    for side in (-1, 1):
        ends = np.full(len(double.row), side)
        yield from _leaf(double, ends, swing[double.row], double.width / 2 - FACE - 1.5 * PLAY)
    yield from _sliding(_of(table, holes, OpeningKind.SLIDING_DOOR))
    folding = _of(table, holes, OpeningKind.FOLDING_DOOR)
    yield from _folding(folding, swing[folding.row])
    yield from _overhead(_of(table, holes, OpeningKind.OVERHEAD_DOOR))


def _frame(holes: _Holes, depth: Floats | float, face: float) -> Iterator[Boxes]:
    """Two jambs and a head between them."""
    u = (holes.width - face) / 2
    for side in (-1.0, 1.0):
        yield holes.boxes(side * u, 0.0, face, depth, holes.low, holes.high)
    yield holes.boxes(0.0, 0.0, holes.width - 2 * face, depth, holes.high - face, holes.high)


def _leaf(holes: _Holes, end: Rows, swing: Rows, length: Floats) -> Iterator[Part]:
    """A leaf on hinges at ``end`` (-1, 1), open to the side ``swing``, closed where that is 0."""
    # The hinge is at the edge of the frame, on the side to which the leaf opens.
    u = end * (holes.width / 2 - FACE - PLAY)
    v = swing * (holes.depth / 2 - LEAF_DEPTH / 2)
    angle = swing * OPEN
    middle_u = u - end * length / 2 * np.cos(angle)
    middle_v = v + length / 2 * np.sin(np.abs(angle)) * swing
    turn = np.where(end < 0, angle, -angle)
    yield from _panel(holes, middle_u, middle_v, length, LEAF_DEPTH, turn, holes.low + UNDER, holes.high - FACE - PLAY)


def _panel(
    holes: _Holes, u: Floats, v: Floats, length: Floats, depth: float, turn: Floats | float, low: Floats, high: Floats
) -> Iterator[Part]:
    """A leaf or panel: of wood, or glass in a metal frame."""
    glazed = holes.glazed
    turn = np.broadcast_to(np.asarray(turn, dtype=np.float64), (len(u),))
    wood = holes.take(~glazed)
    yield wood.boxes(u[~glazed], v[~glazed], length[~glazed], depth, low[~glazed], high[~glazed], turn[~glazed]), LEAF
    glass = holes.take(glazed)
    u, v, length, turn, low, high = (each[glazed] for each in (u, v, length, turn, low, high))
    stile = 0.06
    for side in (-1.0, 1.0):
        reach = side * (length - stile) / 2
        yield (
            glass.boxes(u + reach * np.cos(turn), v + reach * np.sin(turn), stile, depth, low, high, turn),
            METAL,
        )
    inner = length - 2 * stile
    yield glass.boxes(u, v, inner, depth, low, low + stile, turn), METAL
    yield glass.boxes(u, v, inner, depth, high - stile, high, turn), METAL
    yield glass.boxes(u, v, inner, PANE, low + stile, high - stile, turn), GLASS


def _sliding(holes: _Holes) -> Iterator[Part]:
    """Two panels on two tracks, the one slid before the other."""
    clear = holes.width - 2 * FACE
    length = clear / 2 + 0.03
    low, high = holes.low + UNDER, holes.high - FACE - PLAY
    for track, shift in ((-1.0, 0.0), (1.0, 0.05)):
        u = -clear / 2 + length / 2 + PLAY + shift
        v = np.full(len(u), track * (PANEL / 2 + 0.005))
        yield from _panel(holes, u, v, length, PANEL, 0.0, low, high)


def _folding(holes: _Holes, swing: Rows) -> Iterator[Part]:
    """Pairs of leaves, half folded; one pair, or one at each side where the leaves would be too wide."""
    clear = holes.width - 2 * FACE - 2 * PLAY
    sides = np.where(clear / 2 > WIDEST_LEAF, 2, 1)
    length = clear / 2 / sides
    to = np.where(swing == 0, 1, swing)
    low, high = holes.low + UNDER, holes.high - FACE - PLAY
    for side in (-1, 1):
        here = (sides == 2) | (side < 0)
        part = holes.take(here)
        own, way = length[here], to[here]
        for leaf in (0, 1):
            u = side * (clear[here] / 2 - own * np.cos(FOLD) * (leaf + 0.5))
            v = way * own / 2 * np.sin(FOLD)
            turn = way * side * FOLD * (-1 if leaf == 0 else 1)
            yield from _panel(part, u, v, own - PANEL / 2, PANEL, turn, low[here], high[here])


def _overhead(holes: _Holes) -> Iterator[Part]:
    """Closed sections, one above the other."""
    low, high = holes.low + UNDER, holes.high - FACE
    count = np.maximum(np.rint((high - low) / SECTION), 1).astype(np.intp)
    of = np.repeat(np.arange(len(count)), count)
    part = holes.take(of)
    step = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    tall = ((high - low) / count)[of]
    bottom = low[of] + step * tall
    clear = part.width - 2 * FACE
    yield part.boxes(0.0, 0.0, clear, PANEL, bottom, bottom + tall - JOINT), GARAGE_LEAF
    # What closes the joints stands back behind them.
    yield holes.boxes(0.0, 0.0, holes.width - 2 * FACE, PANEL / 2, low + 0.002, high - 0.002), METAL


def _windows(table: Openings, holes: _Holes) -> Iterator[Part]:
    """Frame, mullions, panes and sill of windows."""
    holes = _of(table, holes, OpeningKind.WINDOW)
    raised = holes.low > 0.05
    sill = holes.take(raised)
    over = np.where(sill.depth > 0.08, OVERHANG, 0.005)
    yield (
        sill.boxes(0.0, 0.0, sill.width, sill.depth + 2 * over, sill.low, sill.low + SILL_DEPTH),
        SILL,
    )
    low = holes.low + np.where(raised, SILL_DEPTH, 0.0)
    depth = np.minimum(WINDOW_DEPTH, holes.depth - 0.01)
    u = (holes.width - FACE) / 2
    inner = holes.width - 2 * FACE
    for side in (-1.0, 1.0):
        yield holes.boxes(side * u, 0.0, FACE, depth, low, holes.high), FRAME
    yield holes.boxes(0.0, 0.0, inner, depth, holes.high - FACE, holes.high), FRAME
    yield holes.boxes(0.0, 0.0, inner, depth, low, low + FACE), FRAME
    bays = np.maximum(np.ceil(inner / WIDEST_PANE), 1).astype(np.intp)
    of = np.repeat(np.arange(len(bays)), bays)
    step = np.arange(len(of)) - np.repeat(np.cumsum(bays) - bays, bays)
    part = holes.take(of)
    bay = (inner / bays)[of]
    bottom, top = low[of] + FACE, part.high - FACE
    edge = -inner[of] / 2 + step * bay
    bar = np.where(step > 0, FACE * 0.8, 0.0)
    yield part.boxes(edge, 0.0, bar, depth[of], bottom, top), FRAME
    first, last = np.where(step > 0, bar / 2, 0.0), np.where(step + 1 < bays[of], FACE * 0.4, 0.0)
    yield part.boxes(edge + (bay + first - last) / 2, 0.0, bay - first - last, PANE, bottom, top), GLASS


def _meshes(parts: list[Part], count: int) -> dict[int, list[tuple[Solid, Material]]]:
    """Per opening its solids, one for each material."""
    tables: dict[Material, list[Boxes]] = {}
    for boxes, material in parts:
        tables.setdefault(material, []).append(boxes)
    made: dict[int, list[tuple[Solid, Material]]] = {}
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


def _nodes(storey: Storey, group: str, rows: list[int], pieces: dict[int, list[tuple[Solid, Material]]]) -> list[Node]:
    """Layer nodes with a node per opening, or with everything merged."""
    table = storey.openings
    merged = len(table) >= MANY
    made = []
    for layer, of in by_layer([table.layer[row] for row in rows]):
        members = [rows[k] for k in of]
        said = extras(group, storey.name, layer, [table.handles[row] for row in members])
        if merged:
            made.append(Node(layer or group, parts=_merged([pieces[row] for row in members]), extras=said))
        else:
            children = tuple(_opening(storey, group, row, pieces[row]) for row in members)
            made.append(Node(layer or group, children=children, extras={"category": group, "layer": layer}))
    return made


def _merged(several: list[list[tuple[Solid, Material]]]) -> tuple[Mesh, ...]:
    groups: dict[Material, list[Solid]] = {}
    for pieces in several:
        for solid, material in pieces:
            groups.setdefault(material, []).append(solid)
    return tuple(mesh(Solid.joined(*solids), material) for material, solids in groups.items())


def _opening(storey: Storey, group: str, row: int, pieces: list[tuple[Solid, Material]]) -> Node:
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
