"""Surfaces of scenes, checked without any mesh library: closed or not, and which lie in one plane."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.scene import Mesh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipelines.scene import Node, Scene


def welded(points: NDArray[np.floating], triangles: NDArray[np.integer]) -> NDArray[np.intp]:
    """(m, 3) triangles over the distinct positions, as a viewer that stores single floats sees them."""
    _, number = np.unique(np.asarray(points, dtype=np.float32), axis=0, return_inverse=True)
    return number.reshape(-1)[np.asarray(triangles, dtype=np.intp)]


def open_edges(points: NDArray[np.floating], triangles: NDArray[np.integer]) -> int:
    """Directed edges that are not matched by exactly one opposite edge; 0 for a closed, consistently wound manifold."""
    corners = welded(points, triangles)
    directed = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    count = Counter(map(tuple, directed.tolist()))
    return sum(1 for (a, b), times in count.items() if times != 1 or count[b, a] != 1)


def volume(part: Mesh) -> float:
    """Enclosed volume, m3, by the divergence theorem."""
    corners = part.positions.astype(np.float64)[part.indices]
    return float(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6)


def layers(scene: Scene, group: str) -> list[Node]:
    """The layer nodes of one category, of all storeys."""
    groups = [child for root in scene.nodes for child in (root, *root.children) if child.extras["category"] == group]
    return [layer for each in groups for layer in each.children]


def drawn(node: Node) -> list[Mesh]:
    """The meshes of a node and of all under it."""
    own = [part for part in node.parts if isinstance(part, Mesh)]
    return own + [mesh for child in node.children for mesh in drawn(child)]


def placed(scene: Scene) -> Iterator[tuple[str, Mesh, NDArray[np.float64]]]:
    """Every mesh with the names above it, and its corners (m, 3, 3) in the model."""

    def walk(node: Node, name: str, offset: NDArray[np.float64]) -> Iterator[tuple[str, Mesh, NDArray[np.float64]]]:
        place, path = offset + np.asarray(node.translation), f"{name}/{node.name}"
        for part in node.parts:
            if isinstance(part, Mesh):
                yield path, part, part.positions.astype(np.float64)[part.indices] + place
        for child in node.children:
            yield from walk(child, path, place)

    for root in scene.nodes:
        yield from walk(root, "", np.zeros(3))


def fights(scene: Scene, *, least: float = 1e-5) -> list[tuple[str, str, float]]:
    """Pairs of surfaces that face the same way and overlap in one plane by more than ``least`` m2."""
    parts = list(placed(scene))
    corners = np.concatenate([each for _, _, each in parts] or [np.zeros((0, 3, 3))])
    owner = np.repeat(np.arange(len(parts)), [len(each) for _, _, each in parts])
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    size = np.linalg.norm(normal, axis=1)
    kept = size > 2e-7
    corners, owner, normal = corners[kept], owner[kept], normal[kept] / size[kept, None]
    offset = np.einsum("ij,ij->i", normal, corners[:, 0])
    planes, plane = np.unique(np.column_stack([normal.round(3), offset.round(3)]) + 0.0, axis=0, return_inverse=True)
    found: dict[tuple[str, str], float] = {}
    for number in range(len(planes)):
        rows = np.flatnonzero(plane.reshape(-1) == number)
        shapes = np.asarray(shapely.polygons(_flat(corners[rows], normal[rows[0]])), dtype=np.object_)
        i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        i, j = i[i < j], j[i < j]
        common = np.asarray(shapely.area(shapely.intersection(shapes[i], shapes[j])))
        for a, b, area in zip(rows[i].tolist(), rows[j].tolist(), common.tolist(), strict=True):
            if area > least:
                pair = parts[owner[a]][0], parts[owner[b]][0]
                found[pair] = found.get(pair, 0.0) + float(area)
    return [(a, b, area) for (a, b), area in found.items()]


def _flat(corners: NDArray[np.float64], normal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Triangles in the coordinates of their plane."""
    first = np.cross(normal, np.eye(3)[np.abs(normal).argmin()])
    first /= np.linalg.norm(first)
    return np.asarray(corners @ np.stack([first, np.cross(normal, first)]).T, dtype=np.float64)
