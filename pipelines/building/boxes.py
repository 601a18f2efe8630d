"""Upright boxes turned in plan: what doors, windows and their frames are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.geometry.solid import Solid
from pipelines.linework import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.scene import Material

    Part = tuple["Boxes", Material]

#: Corners of a unit box, four per side, counter-clockwise from outside; and the normal of each side (local axes).
_SIDES = np.array(
    [
        [[1, -1, -1], [1, 1, -1], [1, 1, 1], [1, -1, 1]],
        [[-1, 1, -1], [-1, -1, -1], [-1, -1, 1], [-1, 1, 1]],
        [[1, 1, -1], [-1, 1, -1], [-1, 1, 1], [1, 1, 1]],
        [[-1, -1, -1], [1, -1, -1], [1, -1, 1], [-1, -1, 1]],
        [[-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]],
        [[-1, 1, -1], [1, 1, -1], [1, -1, -1], [-1, -1, -1]],
    ],
    dtype=np.float64,
).reshape(24, 3)
_NORMALS = np.repeat(
    np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], dtype=np.float64), 4, axis=0
)
_TRIANGLES = (np.arange(6)[:, None] * 4 + np.array([0, 1, 2, 0, 2, 3])).reshape(12, 3)


@dataclass(frozen=True, slots=True)
class Boxes(Table):
    """Boxes in plan coordinates; boxes without a size are left out when they become a solid."""

    center: Floats  #: (n, 2)
    along: Floats  #: (n, 2) unit vector
    length: Floats  #: (n,) along ``along``
    depth: Floats  #: (n,) across it
    low: Floats  #: (n,)
    high: Floats  #: (n,)
    owner: NDArray[np.intp]  #: (n,) what the box is a part of

    def solid(self) -> tuple[Solid, NDArray[np.intp]]:
        """All boxes as triangles, and (m,) the owner of each triangle; ordered by owner."""
        real = (self.length > 1e-4) & (self.depth > 1e-4) & (self.high - self.low > 1e-4)
        kept = self.take(np.flatnonzero(real)[np.argsort(self.owner[real], kind="stable")])
        count = len(kept)
        across = np.stack([-kept.along[:, 1], kept.along[:, 0]], axis=1)
        middle = np.column_stack([kept.center, (kept.low + kept.high) / 2])[:, None]
        x, y, z = (_SIDES[None, :, k, None] for k in range(3))
        flat = np.zeros((count, 1, 3))
        along, side, up = flat.copy(), flat.copy(), flat.copy()
        along[:, 0, :2], side[:, 0, :2], up[:, 0, 2] = kept.along, across, 1.0
        points = (
            middle
            + x * along * (kept.length / 2)[:, None, None]
            + y * side * (kept.depth / 2)[:, None, None]
            + z * up * ((kept.high - kept.low) / 2)[:, None, None]
        )
        n = _NORMALS[None]
        normals = n[..., 0:1] * along + n[..., 1:2] * side + n[..., 2:3] * up
        triangles = np.arange(count)[:, None, None] * 24 + _TRIANGLES
        return (
            Solid(points.reshape(-1, 3), normals.reshape(-1, 3), triangles.reshape(-1, 3)),
            np.repeat(kept.owner, 12),
        )
