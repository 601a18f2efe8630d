"""A scene as columns of triangles and lines in world coordinates, its storeys laid out so that each can be seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipelines.scene import Lines, Material, Mesh, Node, Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.pictures.camera import Camera

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_CUT = ("wall", "walls", "column", "columns")  #: categories whose tops are where the model is cut open
_PAPER = ("annotation", "axis", "dimension")  #: lines that belong to the sheet, not to the building
_POCHE = (0.055, 0.062, 0.075)  #: the dark of a cut wall, as in a drawn plan


@dataclass(frozen=True, slots=True)
class Surfaces:
    """What a picture shows, in metres, Y up."""

    triangles: Floats  #: (n, 3, 3)
    color: Floats  #: (n, 4) linear RGBA
    two_sided: Bools  #: (n,)
    cut: Bools  #: (n,) of walls and columns
    ends: Floats  #: (m, 2, 3) of lines
    line_color: Floats  #: (m, 4) linear RGBA

    @property
    def points(self) -> Floats:
        """(k, 3) every corner and end."""
        return np.concatenate([self.triangles.reshape(-1, 3), self.ends.reshape(-1, 3)])

    @property
    def transparent(self) -> Bools:
        """(n,) triangles that must be blended."""
        return np.asarray(self.color[:, 3] < 1.0)

    @classmethod
    def joined(cls, parts: list[Surfaces]) -> Surfaces:
        """All parts in one, in their order."""
        return cls(
            triangles=np.concatenate([np.zeros((0, 3, 3)), *(part.triangles for part in parts)]),
            color=np.concatenate([np.zeros((0, 4)), *(part.color for part in parts)]),
            two_sided=np.concatenate([np.zeros(0, dtype=bool), *(part.two_sided for part in parts)]),
            cut=np.concatenate([np.zeros(0, dtype=bool), *(part.cut for part in parts)]),
            ends=np.concatenate([np.zeros((0, 2, 3)), *(part.ends for part in parts)]),
            line_color=np.concatenate([np.zeros((0, 4)), *(part.line_color for part in parts)]),
        )

    def moved(self, by: Floats) -> Surfaces:
        """The same, ``by`` (3,) further."""
        return replace(self, triangles=self.triangles + by, ends=self.ends + by)

    def opened(self) -> Surfaces:
        """The same, dark where walls and columns are cut, as in a drawn plan: at the top of the storey."""
        if not self.cut.any():
            return self
        heights = self.triangles[:, :, 1]
        top = self.cut & (heights.min(axis=1) > heights[self.cut].max() - 1e-3)
        color = self.color.copy()
        color[top, :3] = _POCHE
        return replace(self, color=color)


def storeys(scene: Scene) -> list[tuple[str, Surfaces]]:
    """Name and surfaces of each storey from the lowest up; root nodes that are no storey go with the lowest.

    The sheet's own lines (dimensions, axes, notes) are shown only where nothing is built.
    """
    groups: dict[float, list[Surfaces]] = {}
    names: dict[float, list[str]] = {}
    unseen = _PAPER if any(_built(node) for node in scene.nodes) else ()
    levels = sorted({level for node in scene.nodes if (level := _level(node)) is not None}) or [0.0]
    for node in scene.nodes:
        level = _level(node)
        key = levels[0] if level is None else level
        groups.setdefault(key, []).extend(_parts(node, np.zeros(3), unseen))
        if level is not None:
            names.setdefault(key, []).append(node.name)
    made = [(" / ".join(names.get(level, [""])), Surfaces.joined(groups[level]).opened()) for level in sorted(groups)]
    return [(name, part) for name, part in made if len(part.points)]


def spread(parts: list[Surfaces], camera: Camera, aspect: float) -> tuple[list[Surfaces], list[tuple[Floats, Floats]]]:
    """Set storeys side by side on one ground, in the rows that fill a picture of ``aspect`` (width : height) best.

    Returns them with the box (right, up: lower left, upper right) that each fills in the camera's plane. Each stands
    with its lowest point on height 0; the lowest storey comes first, at the lower left.
    """
    if not parts:
        return [], []
    grounded = [part.moved(np.array([0.0, -part.points[:, 1].min(), 0.0])) for part in parts]
    boxes = [(flat.min(axis=0), flat.max(axis=0)) for flat in (camera.flat(part.points) for part in grounded)]
    size = np.max([high - low for low, high in boxes], axis=0) * (1.1, 1.08)
    columns = min(range(1, len(parts) + 1), key=lambda n: (max(size[0] * n / aspect, size[1] * -(-len(parts) // n)), n))
    ahead = camera.forward * (1, 0, 1)
    ahead /= max(float(np.hypot(ahead[0], ahead[2])), 1e-9)
    placed, filled = [], []
    for number, (part, (low, high)) in enumerate(zip(grounded, boxes, strict=True)):
        row, column = divmod(number, columns)
        by = size * (column, row) - (low + high) / 2
        placed.append(part.moved(camera.axes[0] * by[0] + ahead * by[1] / -camera.forward[1]))
        filled.append((low + by, high + by))
    return placed, filled


def _level(node: Node) -> float | None:
    level = node.extras.get("level")
    return float(level) if isinstance(level, (int, float)) else None


def _built(node: Node) -> bool:
    return any(isinstance(part, Mesh) for part in node.parts) or any(_built(child) for child in node.children)


def _parts(node: Node, offset: Floats, unseen: tuple[str, ...], category: str = "") -> Iterator[Surfaces]:
    place = offset + np.asarray(node.translation, dtype=np.float64)
    category = str(node.extras.get("category", category))
    for part in node.parts:
        if isinstance(part, Mesh):
            yield _mesh(part, place, cut=category in _CUT)
        elif category not in unseen:
            yield _lines(part, place)
    for child in node.children:
        yield from _parts(child, place, unseen, category)


def _mesh(part: Mesh, place: Floats, *, cut: bool) -> Surfaces:
    corners = (part.positions.astype(np.float64) + place)[part.indices]
    corners = corners[np.isfinite(corners).all(axis=(1, 2))]
    count = len(corners)
    return Surfaces(
        triangles=corners,
        color=_colors(part.material, count),
        two_sided=np.full(count, part.material.double_sided),
        cut=np.full(count, cut and not part.material.transparent),
        ends=np.zeros((0, 2, 3)),
        line_color=np.zeros((0, 4)),
    )


def _lines(part: Lines, place: Floats) -> Surfaces:
    ends = (part.positions.astype(np.float64) + place)[part.indices]
    ends = ends[np.isfinite(ends).all(axis=(1, 2))]
    return Surfaces(
        triangles=np.zeros((0, 3, 3)),
        color=np.zeros((0, 4)),
        two_sided=np.zeros(0, dtype=bool),
        cut=np.zeros(0, dtype=bool),
        ends=ends,
        line_color=_colors(part.material, len(ends)),
    )


def _colors(material: Material, count: int) -> Floats:
    return np.tile(np.asarray(material.color, dtype=np.float64), (count, 1))
