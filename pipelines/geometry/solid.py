"""Solids as triangles with normals, in plan coordinates."""

from __future__ import annotations

from dataclasses import dataclass
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

    def part(self, rows: NDArray[np.bool_]) -> Solid:
        """The triangles of a mask (m,), with the vertices that they need."""
        triangles = self.triangles[rows]
        used = np.zeros(len(self.points), dtype=np.bool_)
        used[triangles] = True
        return Solid(self.points[used], self.normals[used], (np.cumsum(used) - 1)[triangles])

    def sorted(self, owner: Indices, count: int) -> tuple[Solid, Indices, Indices]:
        """Triangles and vertices by owner, and where those of each of ``count`` owners begin, (count + 1,) each.

        ``owner`` (m,) says whose each triangle is; no vertex may have two owners. Triangles count their vertices
        from the first of their owner.
        """
        order = np.argsort(owner, kind="stable")
        triangles, of = self.triangles[order], owner[order]
        whose = np.full(len(self.points), count, dtype=np.intp)
        whose[triangles] = of[:, None]
        ranked = np.argsort(whose, kind="stable")
        rank = np.empty_like(ranked)
        rank[ranked] = np.arange(len(ranked))
        vertices = np.searchsorted(whose[ranked], np.arange(count + 1))
        solid = Solid(self.points[ranked], self.normals[ranked], rank[triangles] - vertices[of][:, None])
        return solid, vertices, np.searchsorted(of, np.arange(count + 1))
