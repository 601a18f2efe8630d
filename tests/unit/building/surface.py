"""What a closed surface must be, checked without any mesh library."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
