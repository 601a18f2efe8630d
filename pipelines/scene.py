"""The scene: meshes and lines in a tree, in metres, Y up; format neutral.

Made by ``build``, written by ``gltf``, drawn by ``preview``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: What may stand in ``extras``: plain JSON.
Json = str | int | float | bool | None | list["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class Material:
    """A surface, by the metallic-roughness model of glTF 2.0 (section 3.9.2)."""

    name: str
    color: tuple[float, float, float, float]  #: linear RGBA, 0..1
    roughness: float = 0.9
    metallic: float = 0.0
    double_sided: bool = False
    unlit: bool = False  #: for lines: no normals, colour as it is

    @property
    def transparent(self) -> bool:
        """Whether it must be blended."""
        return self.color[3] < 1.0


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles of one material."""

    positions: NDArray[np.float32]  #: (n, 3) metres, Y up
    normals: NDArray[np.float32]  #: (n, 3) unit length
    indices: NDArray[np.uint32]  #: (m, 3) counter-clockwise seen from outside
    material: Material


@dataclass(frozen=True, slots=True)
class Lines:
    """Separate line pieces of one material."""

    positions: NDArray[np.float32]  #: (n, 3) metres, Y up
    indices: NDArray[np.uint32]  #: (m, 2)
    material: Material


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree; what it draws is in its own parent's coordinates."""

    name: str
    children: tuple[Node, ...] = ()
    parts: tuple[Mesh | Lines, ...] = ()
    translation: tuple[float, float, float] = (0.0, 0.0, 0.0)
    extras: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """The whole model: storey nodes at the root, under them categories, under them layers."""

    name: str
    nodes: tuple[Node, ...]
    extras: Mapping[str, Json] = field(default_factory=dict)
