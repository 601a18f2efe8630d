"""Solids made of upright prisms, some added and some taken away, closed without seams.

All boundaries are noded into one planar arrangement; between two neighbouring levels each of its faces is either
filled or not. A side stands on an edge whose two faces differ, a cap lies in a face that differs from one level to
the next. Sides and caps meet only in shared nodes and levels, so there are no T-junctions, whatever overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.geometry.arrangement import Arrangement
from pipelines.geometry.prisms import GRID, Prisms
from pipelines.geometry.solid import Solid

if TYPE_CHECKING:
    from pipelines.linework import Floats

Geometries = NDArray[np.object_]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]
States = NDArray[np.int8]

#: Where two bodies would touch in a line only, they are joined by a bar this wide, metres.
BRIDGE = 0.004
#: Bars make new contacts only where three things meet within their width: a second round is rare.
_ROUNDS = 4
#: A face narrower than this is a splinter: where it makes a contact it goes with what is around it, metres.
_SPLINTER = 0.005
#: Sides that meet at less than this are pieces of a curve and share their normal (cosine of 30 degrees).
_SMOOTH = 0.866


def carve(added: Prisms, removed: Prisms) -> Solid:
    """The union of the prisms ``added`` without the union of the prisms ``removed``, as one closed surface.

    Every edge belongs to exactly two triangles. Where parts would touch in a line only, a bar of ``BRIDGE`` joins
    them. Prisms that are not finite, or have no size, are left out.
    """
    # GEOS leaves the processor's flags of a division by zero behind sound results.
    with np.errstate(divide="ignore", invalid="ignore"):
        return _carved(added.dissolved(), removed.sound())


def _carved(added: Prisms, removed: Prisms) -> Solid:
    if not len(added):
        return Solid.none()
    removed = removed.take(_near(removed, added)).dissolved()
    bridges = Prisms.none()
    cells = _Cells.of(added, removed, bridges).settled()
    for _ in range(_ROUNDS):
        contacts = cells.contacts()
        if not len(contacts):
            break
        bridges = Prisms.joined([bridges, contacts])
        cells = _Cells.of(added, removed, bridges).settled()
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

    @property
    def state(self) -> States:
        """(m, b + 2) per edge and band: 1 filled on the left only, -1 on the right only; empty at both ends."""
        sides = self.filled[self.plane.left].astype(np.int8) - self.filled[self.plane.right].astype(np.int8)
        return np.pad(sides, ((0, 0), (1, 1)))

    @classmethod
    def of(cls, added: Prisms, removed: Prisms, bridges: Prisms) -> _Cells:
        """The cells that prisms divide space into."""
        every = Prisms.joined([added, removed, bridges])
        bodies = Prisms.joined([added, bridges])
        levels = np.unique(np.clip(np.concatenate([every.low, every.high]), bodies.low.min(), bodies.high.max()))
        plane = Arrangement.of(np.asarray(shapely.boundary(every.footprint), dtype=np.object_), GRID)
        points = shapely.point_on_surface(plane.faces)
        middle = (levels[1:] + levels[:-1]) / 2
        filled = _covered(points, added, middle) & ~_covered(points, removed, middle)
        filled |= _covered(points, bridges, middle)
        return cls(plane, levels, np.vstack([filled, np.zeros((1, len(middle)), dtype=np.bool_)]))

    def pinched(self) -> Mask:
        """(n, b) nodes at which more than two sides meet in a band: bodies touch there in an upright line."""
        count = np.zeros((len(self.plane.nodes), len(self.levels) - 1), dtype=np.int32)
        stands = (self.filled[self.plane.left] != self.filled[self.plane.right]).astype(np.int32)
        for end in self.plane.edges.T:
            np.add.at(count, end, stands)
        return np.asarray(count > 2)

    def settled(self) -> _Cells:
        """The same with splinters at contacts filled or emptied, each once at most, the narrowest first."""
        pinched = self.pinched()
        if not pinched.any():
            return self
        faces = self.plane.faces
        width = np.append(2 * shapely.area(faces) / shapely.length(faces), np.inf)
        around = np.concatenate([self.plane.left, self.plane.left, self.plane.right, self.plane.right])
        node = np.concatenate([*self.plane.edges.T, *self.plane.edges.T])
        narrow = np.flatnonzero(width[around] < _SPLINTER)
        narrow = narrow[np.argsort(width[around[narrow]], kind="stable")]
        node, around = node[narrow], around[narrow]
        filled, free = self.filled.copy(), np.ones_like(self.filled)
        while True:
            at, band = np.nonzero(pinched[node] & free[around])
            _, first = np.unique(node[at] * pinched.shape[1] + band, return_index=True)
            if not len(first):
                return _Cells(self.plane, self.levels, filled)
            face, band = around[at[first]], band[first]
            filled[face, band] ^= free[face, band]
            free[face, band] = False
            pinched = _Cells(self.plane, self.levels, filled).pinched()

    def contacts(self) -> Prisms:
        """Bars where more than two sides would share an edge: upright ones at nodes, level ones along edges."""
        state = self.state
        node, band = np.nonzero(self.pinched())
        x, y = self.plane.nodes[node].T
        reach = BRIDGE / 2
        upright = np.asarray(shapely.box(x - reach, y - reach, x + reach, y + reach), dtype=np.object_)
        edge, level = np.nonzero((state[:, :-1] != 0) & (state[:, :-1] == -state[:, 1:]))
        along = np.asarray(shapely.linestrings(self.plane.nodes[self.plane.edges[edge]]), dtype=np.object_)
        flat = np.asarray(shapely.buffer(along, reach, cap_style="square"), dtype=np.object_)
        return Prisms(
            np.concatenate([upright.reshape(-1), flat.reshape(-1)]),
            np.concatenate([self.levels[band], self.levels[level] - reach]),
            np.concatenate([self.levels[band + 1], self.levels[level] + reach]),
        )

    def sides(self) -> Solid:
        """The upright faces: for each edge and unbroken range of bands one strip between its two nodes.

        A strip has a vertex only at levels where something else ends at its node: from vertex to vertex upwards, on
        either rail, each makes a triangle with the last of both rails.
        """
        state = self.state
        change = state[:, 1:] != state[:, :-1]
        edge, begin = np.nonzero(change & (state[:, 1:] != 0))
        _, end = np.nonzero(change & (state[:, :-1] != 0))
        strip, rail, level = self._rails(change, edge, begin, end)
        place = np.arange(len(strip))
        last = [np.maximum.accumulate(np.where(rail == k, place, 0)) for k in (0, 1)]
        new = np.flatnonzero(level > begin[strip])
        sign = state[edge, begin + 1]
        turned = (sign[strip[new]] < 0).astype(np.intp)
        ends = np.stack([each[new - 1] for each in last], axis=1)
        rows = np.arange(len(new))
        triangles = np.stack([ends[rows, turned], ends[rows, 1 - turned], new], axis=1)
        node = self.plane.edges[edge[strip], rail]
        points = np.column_stack([self.plane.nodes[node], self.levels[level]])
        out, curved = self._normals()
        normals = np.where(np.isnan(curved[node]), out[edge[strip]] * sign[strip, None], curved[node])
        return Solid(points, np.column_stack([normals, np.zeros(len(normals))]), triangles)

    def _rails(self, change: Mask, edge: Indices, begin: Indices, end: Indices) -> tuple[Indices, Indices, Indices]:
        """The vertices of strips on ``edge`` from ``begin`` to ``end``: strip, rail (0 or 1) and level; sorted so."""
        needed = np.zeros((len(self.plane.nodes), len(self.levels)), dtype=np.bool_)
        for node in self.plane.edges.T:
            np.logical_or.at(needed, node, change)
        levels = np.nonzero(needed)[1]
        before = np.cumsum(needed, axis=1)
        first: Indices = np.cumsum(before[:, -1]) - before[:, -1]
        columns = []
        for rail, node in enumerate(self.plane.edges[edge].T):
            low = first[node] + before[node, begin] - 1
            counts = before[node, end] - before[node, begin] + 1
            strip = np.repeat(np.arange(len(edge)), counts)
            at = low[strip] + np.arange(len(strip)) - np.repeat(np.cumsum(counts) - counts, counts)
            columns.append(np.stack([strip, np.full(len(strip), rail), levels[at]]))
        strip, side, level = np.concatenate(columns, axis=1)
        order = np.lexsort((side, level, strip))
        return strip[order], side[order], level[order]

    def _normals(self) -> tuple[Floats, Floats]:
        """(m, 2) normals of edges, to their right; (n, 2) normals at nodes within a curve, nan elsewhere."""
        along = self.plane.nodes[self.plane.edges[:, 1]] - self.plane.nodes[self.plane.edges[:, 0]]
        out = np.column_stack([along[:, 1], -along[:, 0]]) / np.hypot(*along.T)[:, None]
        state = self.state
        facing = state.max(axis=1, initial=0) + state.min(axis=1, initial=0)
        total, sides = np.zeros_like(self.plane.nodes), np.zeros(len(self.plane.nodes), dtype=np.int32)
        for node in self.plane.edges.T:
            np.add.at(total, node, out * facing[:, None])
            # A side that faces both ways at different levels counts as a corner.
            np.add.at(sides, node, np.where((state != 0).any(axis=1), np.where(facing == 0, 3, 1), 0))
        size = np.hypot(*total.T)
        smooth = (sides == 2) & (size**2 / 2 - 1 > _SMOOTH)
        return out, np.where(smooth[:, None], total / np.where(smooth, size, 1.0)[:, None], np.nan)

    def caps(self) -> Solid:
        """The level faces."""
        filled = np.pad(self.filled[:-1].astype(np.int8), ((0, 0), (1, 1)))
        facing = filled[:, :-1] - filled[:, 1:]  # 1: the top of something, -1: its underside
        face, level = np.nonzero(facing)
        capped, of = np.unique(face, return_inverse=True)
        nodes, owner = self.plane.triangles(capped)
        counts = np.bincount(owner, minlength=len(capped))
        start = np.cumsum(counts) - counts
        row = np.repeat(np.arange(len(face)), counts[of])
        within = np.arange(len(row)) - np.repeat(np.cumsum(counts[of]) - counts[of], counts[of])
        corners = nodes[start[of[row]] + within]
        up = facing[face, level][row] > 0
        corners = np.where(up[:, None], corners, corners[:, ::-1])
        key = (corners * len(self.levels) + level[row, None]) * 2 + up[:, None]
        used, index = np.unique(key, return_inverse=True)
        spot, top = np.divmod(used, 2)
        node, height = np.divmod(spot, len(self.levels))
        normals = np.zeros((len(used), 3))
        normals[:, 2] = np.where(top == 1, 1.0, -1.0)
        points = np.column_stack([self.plane.nodes[node], self.levels[height]])
        return Solid(points, normals, index.reshape(-1, 3))


def _covered(points: Geometries, prisms: Prisms, heights: Floats) -> Mask:
    """(n, b) whether each point lies in a prism at each height."""
    covered = np.zeros((len(points), len(heights)), dtype=np.bool_)
    shape, point = shapely.STRtree(points).query(prisms.footprint, predicate="intersects")
    within = (prisms.low[shape, None] < heights) & (heights < prisms.high[shape, None])
    np.logical_or.at(covered, point, within)
    return covered
