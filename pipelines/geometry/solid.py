"""Solids as triangles with normals, in plan coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pipelines.linework import Floats

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Solid:
    """Triangles in plan coordinates: x, y, and z up. A vertex is shared only where its normal is."""

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
        none = cls.none()
        starts = np.cumsum([0, *(len(each.points) for each in solids)])
        moved = [each.triangles + start for each, start in zip(solids, starts[:-1], strict=True)]
        return cls(
            np.concatenate([none.points, *(each.points for each in solids)]),
            np.concatenate([none.normals, *(each.normals for each in solids)]),
            np.concatenate([none.triangles, *moved]),
        )

    @property
    def volume(self) -> float:
        """Enclosed volume, m3, by the divergence theorem; meaningful for a closed surface."""
        a, b, c = (self.points[self.triangles[:, k]] for k in range(3))
        return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)

    def split(self, owner: Indices, count: int) -> list[Solid]:
        """One solid for each of ``count`` owners; ``owner`` (m,) says whose each triangle is."""
        order = np.argsort(owner, kind="stable")
        bounds = np.searchsorted(owner[order], np.arange(count + 1))
        return [self._part(order[begin:end]) for begin, end in pairwise(bounds)]

    def _part(self, rows: Indices) -> Solid:
        used, index = np.unique(self.triangles[rows], return_inverse=True)
        return Solid(self.points[used], self.normals[used], index.reshape(-1, 3))
