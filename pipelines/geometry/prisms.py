"""Solids made of upright prisms, some added and some taken away, closed without seams.

All boundaries are noded into one planar arrangement; between two neighbouring levels each of its faces is either
filled or not. A side stands on an edge whose two faces differ, a cap lies in a face that differs from one level to
the next. Sides and caps meet only in shared nodes and levels, so there are no T-junctions, whatever overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.geometry.arrangement import Arrangement
from pipelines.geometry.triangulate import triangulate
from pipelines.linework import Table

if TYPE_CHECKING:
    from pipelines.linework import Floats

Geometries = NDArray[np.object_]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]

#: Coordinates and levels are snapped to this, metres.
GRID = 1e-4
#: Where two bodies would touch in a line only, they are joined by a bar this wide, metres.
BRIDGE = 0.004
#: Bridges can create new contacts only where three things meet within their width; more rounds are never needed.
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Prisms(Table):
    """Polygons, each from a lower to an upper level."""

    footprint: Geometries  #: (n,) Polygon or MultiPolygon
    low: Floats  #: (n,)
    high: Floats  #: (n,)

    @classmethod
    def none(cls) -> Prisms:
        """No prism."""
        return cls(np.zeros(0, dtype=np.object_), np.zeros(0), np.zeros(0))

    @classmethod
    def joined(cls, *tables: Prisms) -> Prisms:
        """The rows of all tables."""
        return cls(*(np.concatenate([getattr(each, f.name) for each in tables]) for f in fields(cls)))

    def sound(self) -> Prisms:
        """The rows with area and height, valid, on the grid."""
        low, high = np.round(self.low / GRID) * GRID, np.round(self.high / GRID) * GRID
        with np.errstate(invalid="ignore"):
            finite = np.isfinite(low) & np.isfinite(high) & (high > low)
            finite &= np.isfinite(shapely.bounds(self.footprint)).all(axis=-1)
        shapes = self.footprint[finite]
        broken = ~np.asarray(shapely.is_valid(shapes), dtype=np.bool_)
        if broken.any():
            shapes = shapes.copy()
            shapes[broken] = shapely.make_valid(shapes[broken])
        sized = shapely.area(shapes) > GRID * GRID
        return Prisms(shapes[sized], low[finite][sized], high[finite][sized])

    def dissolved(self) -> Prisms:
        """One row for all prisms between the same two levels: their union, without needless vertices."""
        spans, group = np.unique(np.stack([self.low, self.high], axis=1), axis=0, return_inverse=True)
        shapes = np.empty(len(spans), dtype=np.object_)
        for k in range(len(spans)):
            whole = shapely.union_all(self.footprint[group.ravel() == k], grid_size=GRID)
            shapes[k] = shapely.simplify(whole, GRID)
        return Prisms(shapes, spans[:, 0], spans[:, 1]).sound()


@dataclass(frozen=True, slots=True)
class Solid:
    """Triangles with flat normals, in plan coordinates: x, y, and z up."""

    points: Floats  #: (n, 3)
    normals: Floats  #: (n, 3) unit length
    triangles: Indices  #: (m, 3) counter-clockwise seen from outside

    @classmethod
    def none(cls) -> Solid:
        """No triangle."""
        return cls(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 3), dtype=np.intp))

    @classmethod
    def joined(cls, *solids: Solid) -> Solid:
        """All triangles, in the order given."""
        starts = np.cumsum([0, *(len(each.points) for each in solids)])
        return cls(
            np.concatenate([np.zeros((0, 3)), *(each.points for each in solids)]),
            np.concatenate([np.zeros((0, 3)), *(each.normals for each in solids)]),
            np.concatenate(
                [
                    np.zeros((0, 3), dtype=np.intp),
                    *(each.triangles + start for each, start in zip(solids, starts[:-1], strict=True)),
                ]
            ),
        )

    @property
    def volume(self) -> float:
        """Enclosed volume, m3 (divergence theorem)."""
        a, b, c = (self.points[self.triangles[:, k]] for k in range(3))
        return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def carve(added: Prisms, removed: Prisms) -> Solid:
    """The union of the prisms ``added`` without the union of the prisms ``removed``, as one closed surface.

    Every edge belongs to exactly two triangles. Where parts would touch in a line only, a bar of ``BRIDGE`` joins
    them.
    """
    added, removed = added.sound().dissolved(), removed.sound()
    if not len(added):
        return Solid.none()
    removed = removed.take(_near(removed, added)).dissolved()
    bridges = Prisms.none()
    cells = _Cells.of(added, removed, bridges)
    for _ in range(_ROUNDS):
        contacts = cells.contacts()
        if not len(contacts):
            break
        bridges = Prisms.joined(bridges, contacts)
        cells = _Cells.of(added, removed, bridges)
    return Solid.joined(cells.sides(), cells.caps())


def _near(removed: Prisms, added: Prisms) -> Indices:
    """Rows of ``removed`` that touch anything of ``added``."""
    _, rows = shapely.STRtree(removed.footprint).query(added.footprint, predicate="intersects")
    return np.unique(rows)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Faces of an arrangement between levels, and which are filled."""

    plane: Arrangement
    levels: Floats  #: (b + 1,) ascending
    filled: Mask  #: (f + 1, b): faces, last the unbounded one, by bands between levels

    @classmethod
    def of(cls, added: Prisms, removed: Prisms, bridges: Prisms) -> _Cells:
        every = Prisms.joined(added, removed, bridges)
        top = np.append(added.high, bridges.high).max()
        bottom = np.append(added.low, bridges.low).min()
        levels = np.unique(np.clip(np.concatenate([every.low, every.high]), bottom, top))
        plane = Arrangement.of(np.asarray(shapely.boundary(every.footprint), dtype=np.object_), GRID)
        points = shapely.point_on_surface(plane.faces)
        middle = (levels[1:] + levels[:-1]) / 2
        filled = _covered(points, added, middle) & ~_covered(points, removed, middle)
        filled |= _covered(points, bridges, middle)
        return cls(plane, levels, np.vstack([filled, np.zeros((1, len(middle)), dtype=np.bool_)]))

    @property
    def state(self) -> NDArray[np.int8]:
        """(m, b + 2) per edge and band: 1 filled on the left only, -1 on the right only; first and last are empty."""
        left, right = self.filled[self.plane.left], self.filled[self.plane.right]
        return np.pad(left.astype(np.int8) - right.astype(np.int8), ((0, 0), (1, 1)))

    def contacts(self) -> Prisms:
        """Bars where more than two sides would share an edge: upright ones at nodes, level ones along edges."""
        state = self.state
        count = np.zeros((len(self.plane.nodes), len(self.levels) - 1), dtype=np.int32)
        stands = (state[:, 1:-1] != 0).astype(np.int32)
        np.add.at(count, self.plane.edges[:, 0], stands)
        np.add.at(count, self.plane.edges[:, 1], stands)
        node, band = np.nonzero(count > 2)
        x, y = self.plane.nodes[node].T
        reach = BRIDGE / 2
        upright = np.asarray(shapely.box(x - reach, y - reach, x + reach, y + reach), dtype=np.object_).reshape(-1)
        edge, level = np.nonzero((state[:, :-1] != 0) & (state[:, :-1] == -state[:, 1:]))
        along = np.asarray(shapely.linestrings(self.plane.nodes[self.plane.edges[edge]]), dtype=np.object_)
        flat = np.asarray(shapely.buffer(along, reach, cap_style="square"), dtype=np.object_).reshape(-1)
        return Prisms(
            np.concatenate([upright, flat]),
            np.concatenate([self.levels[band], self.levels[level] - reach]),
            np.concatenate([self.levels[band + 1], self.levels[level] + reach]),
        )

    def sides(self) -> Solid:
        """The upright faces: for each edge and unbroken range of bands one strip between its two nodes.

        The strip has a vertex only at levels where something else ends at its node.
        """
        state = self.state
        change = state[:, 1:] != state[:, :-1]
        needed = np.zeros((len(self.plane.nodes), len(self.levels)), dtype=np.bool_)
        for end_node in self.plane.edges.T:
            np.logical_or.at(needed, end_node, change)
        edge, begin = np.nonzero(change & (state[:, 1:] != 0))
        _, end = np.nonzero(change & (state[:, :-1] != 0))
        sign = state[edge, begin + 1]
        before = np.cumsum(needed, axis=1)
        start = np.concatenate([[0], np.cumsum(before[:, -1])])[:-1] if len(before) else np.zeros(0, dtype=np.intp)
        level = np.nonzero(needed)[1]
        run: list[Indices] = []
        side: list[Indices] = []
        at: list[Indices] = []
        for k in (0, 1):
            node = self.plane.edges[edge, k]
            first, last = before[node, begin] - 1, before[node, end]
            counts = last - first
            rows = np.repeat(np.arange(len(edge)), counts)
            within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
            run.append(rows)
            side.append(np.full(len(rows), k))
            at.append(level[start[node[rows]] + first[rows] + within])
        row, which, height = np.concatenate(run), np.concatenate(side), np.concatenate(at)
        order = np.lexsort((which, height, row))
        row, which, height = row[order], which[order], height[order]
        place = np.arange(len(row))
        last_a, last_b = (np.maximum.accumulate(np.where(which == k, place, 0)) for k in (0, 1))
        new = np.flatnonzero(height > begin[row])
        flipped = sign[row[new]] < 0
        a, b = last_a[new - 1], last_b[new - 1]
        triangles = np.stack([np.where(flipped, b, a), np.where(flipped, a, b), new], axis=1)
        ends = self.plane.nodes[self.plane.edges[edge]]
        along = ends[:, 1] - ends[:, 0]
        out = np.stack([along[:, 1], -along[:, 0]], axis=1) * (sign / np.hypot(*along.T))[:, None]
        spot = self.plane.nodes[self.plane.edges[edge[row], which]]
        points = np.column_stack([spot, self.levels[height]])
        normals = np.column_stack([out, np.zeros(len(out))])[row]
        return Solid(points, normals, triangles)

    def caps(self) -> Solid:
        """The level faces."""
        filled = np.pad(self.filled[:-1].astype(np.int8), ((0, 0), (1, 1)))
        facing = filled[:, :-1] - filled[:, 1:]  # 1: the top of something
        face, level = np.nonzero(facing)
        kept, of = np.unique(face, return_inverse=True)
        nodes, owner = self.plane.triangles(kept)
        order = np.argsort(owner, kind="stable")
        nodes = nodes[order]
        counts = np.bincount(owner, minlength=len(kept))
        start = np.cumsum(counts) - counts
        rows = np.repeat(np.arange(len(face)), counts[of])
        within = np.arange(len(rows)) - np.repeat(np.cumsum(counts[of]) - counts[of], counts[of])
        corners = nodes[start[of[rows]] + within]
        sign = facing[face, level][rows]
        corners = np.where((sign < 0)[:, None], corners[:, ::-1], corners)
        key = (corners * len(self.levels) + level[rows][:, None]) * 2 + (sign > 0)[:, None]
        used, index = np.unique(key, return_inverse=True)
        spot, up = np.divmod(used, 2)
        node, height = np.divmod(spot, len(self.levels))
        points = np.column_stack([self.plane.nodes[node], self.levels[height]])
        normals = np.zeros((len(used), 3))
        normals[:, 2] = np.where(up == 1, 1.0, -1.0)
        return Solid(points, normals, index.reshape(-1, 3))


def _covered(points: Geometries, prisms: Prisms, heights: Floats) -> Mask:
    """(n, b) whether each point lies in a prism at each height."""
    covered = np.zeros((len(points), len(heights)), dtype=np.bool_)
    shape, point = shapely.STRtree(points).query(prisms.footprint, predicate="intersects")
    within = (prisms.low[shape, None] < heights) & (heights < prisms.high[shape, None])
    np.logical_or.at(covered, point, within)
    return covered


def extrude(footprint: Geometries, low: Floats, high: Floats) -> tuple[Solid, Indices]:
    """Each polygon as a closed prism of its own, and (m,) which one each triangle belongs to.

    The polygons must be valid; triangles and vertices come in the order of the polygons' rows.
    """
    shapes, row = shapely.get_parts(shapely.orient_polygons(footprint), return_index=True)
    low, high = low[row], high[row]
    sides, side_of = _walls_of(shapes, low, high)
    corners, owner = triangulate(shapes)
    flat = corners.reshape(-1, 2)
    count = len(flat)
    faces = np.arange(count).reshape(-1, 3)
    up, down = np.zeros((count, 3)), np.zeros((count, 3))
    up[:, 2], down[:, 2] = 1.0, -1.0
    of = np.repeat(owner, 3)
    tops = Solid(np.column_stack([flat, high[of]]), up, faces)
    bottoms = Solid(np.column_stack([flat, low[of]]), down, faces[:, ::-1])
    return Solid.joined(sides, tops, bottoms), row[np.concatenate([side_of, owner, owner])]


def _walls_of(shapes: Geometries, low: Floats, high: Floats) -> tuple[Solid, Indices]:
    """A quad on each edge of oriented polygons, and which polygon each triangle belongs to."""
    rings, shape = shapely.get_rings(shapes, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    a, b, of = points[:-1][same], points[1:][same], shape[ring[:-1][same]]
    along = b - a
    out = np.stack([along[:, 1], -along[:, 0], np.zeros(len(a))], axis=1) / np.hypot(*along.T)[:, None]
    corner = [np.column_stack([spot, z]) for spot, z in ((a, low[of]), (b, low[of]), (b, high[of]), (a, high[of]))]
    quads = np.stack(corner, axis=1).reshape(-1, 3)
    triangles = (np.arange(len(a))[:, None] * 4 + np.array([0, 1, 2, 0, 2, 3])).reshape(-1, 3)
    return Solid(quads, np.repeat(out, 4, axis=0), triangles), np.repeat(of, 2)
