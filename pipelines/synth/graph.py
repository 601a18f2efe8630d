"""Walls as a graph of centrelines, and the mitred pieces that it stands for.

Every generator of layouts makes a ``Graph``; openings are put on its edges, and the pieces become the truth's walls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipelines.linework import Bools, Floats, Ints
    from pipelines.plan import WallKind

#: Centrelines meet within this, metres.
GRID = 1e-3
#: Two edges are one line where the sine between them is below this.
_STRAIGHT = 0.02


@dataclass(frozen=True, slots=True)
class Graph:
    """Centrelines from junction to junction."""

    nodes: Floats  #: (k, 2)
    edges: Ints  #: (n, 2) into ``nodes``
    sides: Ints  #: (n, 2) the cell on the left and on the right of each edge, -1 for outside
    thickness: Floats  #: (n,)
    kind: tuple[WallKind, ...]  #: (n,)

    def __len__(self) -> int:
        """The number of edges."""
        return len(self.edges)

    @property
    def outer(self) -> Bools:
        """(n,) edges with the outside on one side."""
        return np.asarray((self.sides < 0).any(axis=1), dtype=np.bool_)

    @property
    def lines(self) -> Floats:
        """(n, 2, 2) from and to of each edge."""
        return self.nodes[self.edges]

    @property
    def length(self) -> Floats:
        """(n,) lengths between junctions."""
        lines = self.lines
        return np.asarray(np.hypot(*(lines[:, 1] - lines[:, 0]).T), dtype=np.float64)

    @property
    def direction(self) -> Floats:
        """(n, 2) unit vectors along the edges."""
        lines = self.lines
        return (lines[:, 1] - lines[:, 0]) / self.length[:, None]


@dataclass(frozen=True, slots=True)
class Pieces:
    """What the edges of a graph cover."""

    footprint: NDArray[np.object_]  #: (n,) Polygon, mitred at its junctions
    clear: Floats  #: (n, 2) from where to where along the edge both faces are free of other walls


def trace(cells: Sequence[shapely.Polygon]) -> tuple[Floats, Ints, Ints]:
    """Nodes, edges and sides of the boundaries of cells that tile an outline."""
    rings = [cell.exterior for cell in cells] + [ring for cell in cells for ring in cell.interiors]
    net = shapely.unary_union(rings, grid_size=GRID)
    lines = shapely.get_parts(net)
    points, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    ends = np.stack([points[:-1][same], points[1:][same]], axis=1)
    nodes, index = np.unique(np.round(ends.reshape(-1, 2), 4), axis=0, return_inverse=True)
    edges = index.reshape(-1, 2).astype(np.int32)
    vector = nodes[edges[:, 1]] - nodes[edges[:, 0]]
    across = np.column_stack([-vector[:, 1], vector[:, 0]]) / np.hypot(*vector.T)[:, None] * 0.02
    middle = nodes[edges].mean(axis=1)
    tree = shapely.STRtree(list(cells))
    sides = np.full((len(edges), 2), -1, dtype=np.int32)
    for side, sign in ((0, 1), (1, -1)):
        row, cell = tree.query(shapely.points(middle + sign * across), predicate="within")
        sides[row, side] = cell
    kept = sides[:, 0] != sides[:, 1]
    return nodes, edges[kept], sides[kept]


def straightened(nodes: Floats, edges: Ints, sides: Ints, groups: Ints) -> tuple[Ints, Ints, Ints]:
    """Edges joined where two of the same group and sides run straight through a node of no other edge."""
    chains = [(int(a), int(b)) for a, b in edges]
    facts = [(int(left), int(right), int(group)) for (left, right), group in zip(sides, groups, strict=True)]
    for node in range(len(nodes)):
        at = [k for k, chain in enumerate(chains) if node in chain]
        if len(at) != 2:
            continue
        one, two = at
        (a, b), (left, right, group) = chains[one], facts[one]
        before = a if b == node else b
        if b != node:
            left, right = right, left
        c, d = chains[two]
        other = (facts[two][0], facts[two][1]) if c == node else (facts[two][1], facts[two][0])
        after = d if c == node else c
        u, v = nodes[node] - nodes[before], nodes[after] - nodes[node]
        sine = abs(u[0] * v[1] - u[1] * v[0]) / max(np.hypot(*u) * np.hypot(*v), 1e-12)
        if sine > _STRAIGHT or other != (left, right) or facts[two][2] != group or u @ v <= 0:
            continue
        chains[one], facts[one] = (before, after), (left, right, group)
        del chains[two], facts[two]
    return (
        np.array(chains, dtype=np.int32).reshape(-1, 2),
        np.array([fact[:2] for fact in facts], dtype=np.int32).reshape(-1, 2),
        np.array([fact[2] for fact in facts], dtype=np.int32),
    )


def lines_of(nodes: Floats, edges: Ints) -> Ints:
    """(n,) a number per edge, shared by those on one infinite line: a wall keeps its thickness along it."""
    start, end = nodes[edges[:, 0]], nodes[edges[:, 1]]
    angle = np.arctan2(end[:, 1] - start[:, 1], end[:, 0] - start[:, 0]) % np.pi
    angle = np.where(angle > np.pi - 0.01, 0.0, angle)
    offset = -np.sin(angle) * start[:, 0] + np.cos(angle) * start[:, 1]
    keys = np.column_stack([np.round(angle, 2), np.round(offset, 1)])
    return np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int32)


def pieces(graph: Graph) -> Pieces:
    """The polygons of the edges: at each node, neighbouring faces are led to where they meet."""
    count = len(graph)
    corner = np.zeros((count, 2, 2, 2))  # edge, end, (left, right seen from that end), xy
    lines, direction = graph.lines, graph.direction
    half = graph.thickness / 2
    at: dict[int, list[tuple[float, int, int]]] = {}
    for edge in range(count):
        for end in (0, 1):
            away = direction[edge] * (1 if end == 0 else -1)
            at.setdefault(int(graph.edges[edge, end]), []).append((float(np.arctan2(away[1], away[0])), edge, end))
    for node, around in at.items():
        around.sort()
        for k, (_, edge, end) in enumerate(around):
            _, other, other_end = around[(k + 1) % len(around)]
            u = direction[edge] * (1 if end == 0 else -1)
            v = direction[other] * (1 if other_end == 0 else -1)
            left, right = _meet(graph.nodes[node], u, half[edge], v, half[other])
            corner[edge, end, 0] = left
            corner[other, other_end, 1] = right
    rings = np.stack(
        [corner[:, 0, 1], corner[:, 1, 0], lines[:, 1], corner[:, 1, 1], corner[:, 0, 0], lines[:, 0]], axis=1
    )
    along = np.einsum("ejkx,ex->ejk", corner - lines[:, 0][:, None, None, :], direction)
    clear = np.column_stack([along[:, 0].max(axis=1), along[:, 1].min(axis=1)])
    footprint = shapely.polygons(rings)
    return Pieces(footprint=np.asarray(footprint, dtype=np.object_), clear=clear)


def _meet(node: Floats, u: Floats, half_u: float, v: Floats, half_v: float) -> tuple[Floats, Floats]:
    """Where the left face of a wall along ``u`` and the right face of its next neighbour ``v`` end."""
    left = node + half_u * np.array([-u[1], u[0]])
    right = node - half_v * np.array([-v[1], v[0]])
    cross = float(u[0] * v[1] - u[1] * v[0])
    if abs(cross) < _STRAIGHT:
        return left, right
    gap = right - left
    point = left + u * float((gap[0] * v[1] - gap[1] * v[0]) / cross)
    return point, point
