"""Connected components of a graph given as pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def components(count: int, first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.intp]:
    """Label the nodes ``0 .. count - 1`` of the graph with edges ``first[i] - second[i]``.

    Returns (count,) labels 0, 1, 2 ... in order of each component's lowest node. Minimum labels spread along edges,
    with pointer jumping (Shiloach and Vishkin 1982), so that long chains need few rounds.
    """
    label = np.arange(count)
    while len(first):
        low = np.minimum(label[first], label[second])
        before = label.copy()
        np.minimum.at(label, label[first], low)
        np.minimum.at(label, label[second], low)
        label = label[label]
        if np.array_equal(before, label):
            break
    return np.unique(label, return_inverse=True)[1].astype(np.intp)
