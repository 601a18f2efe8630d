"""Nodes, and how solids in plan coordinates become meshes of the scene (metres, Y up)."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipelines.scene import Lines, Mesh, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from pipelines.geometry.solid import Solid
    from pipelines.linework import Floats
    from pipelines.scene import Json, Material

#: A node names at most this many of the entities that it was read from.
MOST_HANDLES = 32


def mesh(solid: Solid, material: Material) -> Mesh:
    """A solid as a mesh: x stays, height becomes y, and y becomes -z."""
    return Mesh(_upright(solid.points), _upright(solid.normals), solid.triangles.astype(np.uint32), material)


def meshes(solid: Solid, owner: NDArray[np.intp], materials: Sequence[Material]) -> Iterator[Mesh]:
    """A mesh for each owner, of its own material: ``owner`` (m,) says whose each triangle is; some may be empty."""
    sorted_, vertices, triangles = solid.sorted(owner, len(materials))
    positions, normals = _upright(sorted_.points), _upright(sorted_.normals)
    indices = sorted_.triangles.astype(np.uint32)
    bounds = zip(pairwise(vertices.tolist()), pairwise(triangles.tolist()), strict=True)
    for material, ((a, b), (begin, end)) in zip(materials, bounds, strict=True):
        yield Mesh(positions[a:b], normals[a:b], indices[begin:end], material)


def lines(start: Floats, end: Floats, height: Floats | float, material: Material) -> Lines:
    """Pieces of line (n, 2) to (n, 2) at one height or (n,) heights."""
    z = np.broadcast_to(np.asarray(height, dtype=np.float64), (len(start),))
    ends = np.stack([np.column_stack([start, z]), np.column_stack([end, z])], axis=1).reshape(-1, 3)
    return Lines(_upright(ends), np.arange(len(ends), dtype=np.uint32).reshape(-1, 2), material)


def _upright(points: Floats) -> NDArray[np.float32]:
    """(n, 3) from z up to y up. Zero stays positive, so that equal scenes are equal bytes."""
    made = np.empty((len(points), 3), dtype=np.float32)
    made[:, 0], made[:, 1], made[:, 2] = points[:, 0], points[:, 2], 0.0 - points[:, 1]
    return made


def category(name: str, children: Iterable[Node]) -> Node:
    """The node of everything of one category in one storey."""
    return Node(name, children=tuple(children), extras={"category": name})


def extras(group: str, storey: str, layer: str, handles: Iterable[Sequence[str]] = (), **more: Json) -> dict[str, Json]:
    """What a node says of itself; what is empty is left out.

    The list of source handles is cut at ``MOST_HANDLES``, their number is not.
    """
    sources = list(dict.fromkeys(chain.from_iterable(handles)))
    given: dict[str, Json] = {"category": group, "storey": storey, "layer": layer, **more}
    made = {key: value for key, value in given.items() if value != ""}
    if sources:
        made["handles"] = [*sources[:MOST_HANDLES]]
        made["handle_count"] = len(sources)
    return made


def main_layer(layers: Sequence[str], weights: Floats) -> str:
    """The layer that holds most of the weight; the first of equals."""
    total: dict[str, float] = {}
    for layer, weight in zip(layers, weights.tolist(), strict=True):
        total[layer] = total.get(layer, 0.0) + weight
    return max(total, key=lambda layer: total[layer]) if total else ""


def numbered(names: Sequence[str]) -> tuple[list[str], NDArray[np.intp]]:
    """The distinct names in the order in which they first appear, and the number of each row's."""
    known = list(dict.fromkeys(names))
    number = {name: k for k, name in enumerate(known)}
    return known, np.fromiter(map(number.__getitem__, names), dtype=np.intp, count=len(names))


def by_layer(layers: Sequence[str]) -> list[tuple[str, NDArray[np.intp]]]:
    """Each layer with its rows, in the order in which the layers first appear."""
    known, number = numbered(layers)
    order = np.argsort(number, kind="stable")
    bounds = np.searchsorted(number[order], np.arange(len(known) + 1))
    return [(layer, order[bounds[k] : bounds[k + 1]]) for k, layer in enumerate(known)]
