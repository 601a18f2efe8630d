"""Anti-aliased lines of any width, all of a layer at once, as a coverage buffer.

Every line is cut into the columns (or rows, where it is steep) that it crosses; in each of them it covers an interval
of the other axis, and a pixel's coverage is the exact part of that interval in it (a box filter). Coverages of a
layer add up, so that the many short chords of a curve join without gaps or beads. A million lines take seconds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines.pictures.raster import chunks, clipped

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

_FRAGMENTS = 1 << 17


def coverage(ends: Floats, shape: tuple[int, int], *, width: float = 1.0) -> Singles:
    """Coverage 0..1, ``shape`` (height, width), by lines ``ends`` (n, 2, 2) in pixels, ``width`` pixels wide."""
    high, wide = shape
    total = np.zeros((2, high * wide), dtype=np.float32)
    cut = clipped(ends, wide, high)
    cut = cut[np.isfinite(cut).all(axis=(1, 2))]
    span = np.abs(cut[:, 1] - cut[:, 0])
    steep = span[:, 1] > span[:, 0]
    # A steep line is drawn with its axes exchanged, into a buffer with its axes exchanged.
    _draw(cut[~steep], total[0], (high, wide), width)
    _draw(cut[steep][:, :, ::-1], total[1], (wide, high), width)
    both: Singles = total[0].reshape(high, wide)
    both += total[1].reshape(wide, high).T
    np.minimum(both, 1, out=both)
    return both


def dashed(ends: Floats, *, dash: float, gap: float) -> Floats:
    """The dashes of lines (n, 2, 2), every line beginning with a whole one."""
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    count = np.maximum(np.ceil(length / (dash + gap)), 1).astype(np.int64)
    owner = np.repeat(np.arange(len(ends)), count)
    first = (np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)) * (dash + gap)
    along = (
        np.stack([first, np.minimum(first + dash, length[owner])], axis=1) / np.maximum(length[owner], 1e-12)[:, None]
    )
    start, way = ends[owner, 0], (ends[:, 1] - ends[:, 0])[owner]
    return np.asarray(start[:, None] + along[:, :, None] * way[:, None], dtype=np.float64)


def polyline(points: Floats, *, closed: bool = False) -> Floats:
    """The lines (n, 2, 2) that join ``points`` (k, 2)."""
    chain = np.concatenate([points, points[:1]]) if closed else points
    return np.stack([chain[:-1], chain[1:]], axis=1)


def _draw(ends: Floats, into: Singles, shape: tuple[int, int], width: float) -> None:
    """Add lines that are longer along x than along y."""
    ends = np.where((ends[:, 0, 0] > ends[:, 1, 0])[:, None, None], ends[:, ::-1], ends)
    (x0, y0), (x1, y1) = ends.transpose(1, 2, 0)
    slope = (y1 - y0) / np.maximum(x1 - x0, 1e-9)
    half = width * np.sqrt(1 + slope**2) / 2
    first = np.floor(x0).astype(np.int64)
    count = np.maximum(np.ceil(x1).astype(np.int64) - first, 1)
    for some in chunks(np.arange(len(ends)), count, _FRAGMENTS):
        owner = np.repeat(some, count[some])
        column = first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(count[some]) - count[some], count[some])
        left, right = np.maximum(x0[owner], column), np.minimum(x1[owner], column + 1)
        middle = y0[owner] + ((left + right) / 2 - x0[owner]) * slope[owner]
        low, high = middle - half[owner], middle + half[owner]
        bottom = np.floor(low).astype(np.int64)
        for row in range(int(np.ceil(2 * half[some].max())) + 1):
            part = np.clip(np.minimum(high, bottom + row + 1) - np.maximum(low, bottom + row), 0, 1) * (right - left)
            inside = (part > 0) & (bottom + row >= 0) & (bottom + row < shape[0]) & (column < shape[1])
            np.add.at(into, ((bottom + row) * shape[1] + column)[inside], part[inside].astype(np.float32))
