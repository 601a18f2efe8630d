"""Scene -> GLB: glTF 2.0 in its binary container, written by numpy and ``json`` alone.

Called by ``convert``. One mesh per node that draws something and one primitive per material in it. All positions are
one buffer view, all normals another, indices two more (16 and 32 bits), so a model of thousands of nodes has four
views. A primitive of more than 65,535 vertices takes 32-bit indices and stays whole: split, it would save two bytes
an index and cost a draw call. The same scene gives the same bytes, in every process.

Source: glTF 2.0 specification (Khronos, ISO/IEC 12113:2022), sections 3.6 (buffers), 4.4 (container).
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pipelines.errors import DrawingError
from pipelines.report import ModelReport
from pipelines.scene import Lines, Material, Mesh

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.scene import Json, Node, Scene

GENERATOR = "cad-runner"
#: The container counts its bytes in 32 bits.
LARGEST = 2**32 - 1

_ARRAY_BUFFER, _ELEMENT_ARRAY_BUFFER = 34962, 34963
_UNSIGNED_SHORT, _UNSIGNED_INT, _FLOAT = 5123, 5125, 5126
_LINES, _TRIANGLES = 1, 4
_UNLIT = "KHR_materials_unlit"

Object = dict[str, object]


def write(scene: Scene) -> bytes:
    """The scene as the bytes of a ``.glb`` file.

    Nodes that draw nothing and hold nothing are left out; a scene of none is a valid, empty model. Raises
    ``DrawingError`` with code ``model_too_large`` where the file would pass 4 GB, ``ValueError`` where a position or
    a normal is not finite.
    """
    document = _Document()
    roots = [number for node in scene.nodes if (number := document.node(node)) is not None]
    return document.packed(scene, roots)


def measure(scene: Scene, data: bytes) -> ModelReport:
    """Counts and bounding box of ``scene`` as it was written to ``data``, without parsing that again."""
    nodes = triangles = lines = 0
    places: list[NDArray[np.float64]] = []
    positions: list[NDArray[np.float32]] = []
    for node, place in _walk(scene.nodes, np.zeros(3)):
        nodes += 1
        for part in _parts(node):
            places.append(place)
            positions.append(part.positions)
            if isinstance(part, Mesh):
                triangles += len(part.indices)
            else:
                lines += len(part.indices)
    box = np.zeros(6)
    if positions:
        low, high = _bounds(positions)
        box = np.concatenate([(low + places).min(axis=0), (high + places).max(axis=0)])
    x0, y0, z0, x1, y1, z1 = (float(value) for value in box)
    return ModelReport(
        bytes=len(data),
        nodes=nodes,
        primitives=len(positions),
        vertices=sum(len(each) for each in positions),
        triangles=triangles,
        lines=lines,
        box=(x0, y0, z0, x1, y1, z1),
    )


def _bounds(several: Sequence[NDArray[np.float32]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(k, 3) the least and the greatest coordinates in each of some arrays of points, none of them empty.

    All at once: numpy is slow to reduce many rows to one, and to begin.
    """
    points = np.concatenate(several)
    starts = np.cumsum([0, *(len(each) for each in several[:-1])])
    return np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)


def _parts(node: Node) -> list[Mesh | Lines]:
    """What the node draws, one part per kind and material, empty parts left out."""
    groups: dict[tuple[type, Material], list[Mesh | Lines]] = {}
    for part in node.parts:
        if len(part.indices):
            groups.setdefault((type(part), part.material), []).append(part)
    return [_joined(parts) for parts in groups.values()]


def _joined(parts: Sequence[Mesh | Lines]) -> Mesh | Lines:
    first = parts[0]
    if len(parts) == 1:
        return first
    starts = np.cumsum([0, *(len(part.positions) for part in parts[:-1])])
    positions = np.concatenate([part.positions for part in parts])
    indices = np.concatenate([part.indices + np.uint32(start) for part, start in zip(parts, starts, strict=True)])
    if isinstance(first, Lines):
        return Lines(positions, indices, first.material)
    normals = np.concatenate([part.normals for part in parts if isinstance(part, Mesh)])
    return Mesh(positions, normals, indices, first.material)


def _filled(node: Node) -> bool:
    """Whether the node or anything under it draws something."""
    return any(len(part.indices) for part in node.parts) or any(_filled(child) for child in node.children)


def _walk(nodes: Sequence[Node], place: NDArray[np.float64]) -> Iterator[tuple[Node, NDArray[np.float64]]]:
    """Every node that is written, parents first, with its origin in the model."""
    for node in nodes:
        if _filled(node):
            origin = place + np.asarray(node.translation, dtype=np.float64)
            yield node, origin
            yield from _walk(node.children, origin)


@dataclass(slots=True)
class _View:
    """A buffer view in the making."""

    name: str
    target: int
    stride: int | None
    type: str  #: of its numbers, as numpy writes them
    arrays: list[NDArray[np.generic]] = field(default_factory=list)
    size: int = 0
    number: int | None = None  #: in the document, given when it is first used

    def add(self, values: NDArray[np.generic]) -> int:
        """Append an array; where it begins."""
        begin = self.size
        self.arrays.append(values)
        self.size += values.size * np.dtype(self.type).itemsize
        return begin

    def packed(self) -> memoryview:
        """All arrays as bytes, filled up to a multiple of four."""
        made = np.zeros(self.size + -self.size % 4, dtype=np.uint8)
        flat = [values.reshape(-1) for values in self.arrays]
        np.concatenate(flat, out=made[: self.size].view(self.type), casting="same_kind")
        return made.data


@dataclass(slots=True)
class _Document:
    """The JSON of the model, and the arrays that it points at."""

    nodes: list[Object] = field(default_factory=list)
    meshes: list[Object] = field(default_factory=list)
    materials: dict[Material, int] = field(default_factory=dict)
    accessors: list[Object] = field(default_factory=list)
    owners: list[Node] = field(default_factory=list)  #: of the accessors
    views: list[_View] = field(
        default_factory=lambda: [
            _View("positions", _ARRAY_BUFFER, 12, "<f4"),
            _View("normals", _ARRAY_BUFFER, 12, "<f4"),
            _View("indices", _ELEMENT_ARRAY_BUFFER, None, "<u2"),
            _View("wide indices", _ELEMENT_ARRAY_BUFFER, None, "<u4"),
        ]
    )
    used: list[_View] = field(default_factory=list)

    def node(self, node: Node) -> int | None:
        """Write a node and what is under it; its number, None where it is empty."""
        if not _filled(node):
            return None
        number = len(self.nodes)
        made: Object = {"name": _text(node.name)}
        self.nodes.append(made)
        if any(node.translation):
            made["translation"] = [float(value) for value in node.translation]
        parts = _parts(node)
        if parts:
            made["mesh"] = len(self.meshes)
            self.meshes.append({"name": _text(node.name), "primitives": [self.primitive(part, node) for part in parts]})
        children = [child for each in node.children if (child := self.node(each)) is not None]
        if children:
            made["children"] = children
        if node.extras:
            made["extras"] = _plain(node.extras)
        return number

    def primitive(self, part: Mesh | Lines, node: Node) -> Object:
        """Write the arrays of one part."""
        attributes: Object = {"POSITION": self.accessor(0, part.positions, "VEC3", _FLOAT, node)}
        if isinstance(part, Mesh):
            attributes["NORMAL"] = self.accessor(1, part.normals, "VEC3", _FLOAT, node)
        flat = part.indices.reshape(-1)
        # 65,535 itself is the primitive restart value.
        if len(part.positions) <= 65_535:
            indices = self.accessor(2, flat, "SCALAR", _UNSIGNED_SHORT, node)
        else:
            indices = self.accessor(3, flat, "SCALAR", _UNSIGNED_INT, node)
        return {
            "attributes": attributes,
            "indices": indices,
            "material": self.materials.setdefault(part.material, len(self.materials)),
            "mode": _TRIANGLES if isinstance(part, Mesh) else _LINES,
        }

    def accessor(self, view: int, values: NDArray[np.generic], shape: str, kind: int, node: Node) -> int:
        """Append an array of a node to a view; the number of the accessor that reads it."""
        store = self.views[view]
        if store.number is None:
            store.number = len(self.used)
            self.used.append(store)
        made: Object = {"bufferView": store.number, "componentType": kind, "count": len(values), "type": shape}
        begin = store.add(values)
        if begin:
            made["byteOffset"] = begin
        self.accessors.append(made)
        self.owners.append(node)
        return len(self.accessors) - 1

    def bounded(self) -> None:
        """Say how far positions reach; raises ``ValueError`` where they or normals are not finite."""
        for store in self.used:
            if store.stride is None:
                continue
            readers = [row for row, made in enumerate(self.accessors) if made["bufferView"] == store.number]
            low, high = _bounds([np.asarray(values, dtype=np.float32) for values in store.arrays])
            for row in np.flatnonzero(~(np.isfinite(low) & np.isfinite(high)).all(axis=1)).tolist():
                raise ValueError(f"Node {self.owners[readers[row]].name!r} has {store.name} that are not finite.")
            if store.name == "positions":
                for row, least, most in zip(readers, low.tolist(), high.tolist(), strict=True):
                    self.accessors[row] |= {"min": least, "max": most}

    def packed(self, scene: Scene, roots: list[int]) -> bytes:
        """The container: header, JSON chunk, binary chunk."""
        self.bounded()
        binary, views = self._binary()
        top: Object = {"name": _text(scene.name)}
        if roots:
            top["nodes"] = roots
        if scene.extras:
            top["extras"] = _plain(scene.extras)
        document: Object = {"asset": {"version": "2.0", "generator": GENERATOR}, "scene": 0, "scenes": [top]}
        if any(material.unlit for material in self.materials):
            document["extensionsUsed"] = [_UNLIT]
        columns: Object = {
            "nodes": self.nodes,
            "meshes": self.meshes,
            "materials": [_material(material) for material in self.materials],
            "accessors": self.accessors,
            "bufferViews": views,
            "buffers": [{"byteLength": sum(len(chunk) for chunk in binary)}] if binary else [],
        }
        document.update({name: rows for name, rows in columns.items() if rows})
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        return _container(text, binary)

    def _binary(self) -> tuple[list[memoryview], list[Object]]:
        """The binary chunk in pieces, every view on a multiple of four, and the views."""
        chunks: list[memoryview] = []
        views: list[Object] = []
        offset = 0
        for view in self.used:
            made: Object = {"name": view.name, "buffer": 0, "byteLength": view.size, "target": view.target}
            if offset:
                made["byteOffset"] = offset
            if view.stride is not None:
                made["byteStride"] = view.stride
            views.append(made)
            chunks.append(view.packed())
            offset += len(chunks[-1])
        return chunks, views


def _container(text: bytes, binary: list[memoryview]) -> bytes:
    """A GLB of a JSON chunk and, where there is one, a binary chunk."""
    text += b" " * (-len(text) % 4)
    size = sum(len(chunk) for chunk in binary)
    total = 12 + 8 + len(text) + (8 + size if size else 0)
    if total > LARGEST:
        raise DrawingError(
            f"The model would take {total / 1e9:.1f} GB, more than the 4 GB that a GLB file can hold.",
            remedy="Split the drawing into several files, or remove the parts that are not needed.",
            code="model_too_large",
        )
    pieces: list[bytes | memoryview] = [struct.pack("<4sIII4s", b"glTF", 2, total, len(text), b"JSON"), text]
    if size:
        pieces += [struct.pack("<I4s", size, b"BIN\0"), *binary]
    return b"".join(pieces)


def _material(material: Material) -> Object:
    made: Object = {
        "name": _text(material.name),
        "pbrMetallicRoughness": {
            "baseColorFactor": [round(float(value), 6) for value in material.color],
            "metallicFactor": float(material.metallic),
            "roughnessFactor": float(material.roughness),
        },
    }
    if material.transparent:
        made["alphaMode"] = "BLEND"
    if material.double_sided:
        made["doubleSided"] = True
    if material.unlit:
        made["extensions"] = {_UNLIT: {}}
    return made


def _text(text: str) -> str:
    """Text as UTF-8 can hold it: lone surrogates are replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _plain(value: Json) -> Json:
    """Extras as strict JSON: numbers that are not finite become null."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_text(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
