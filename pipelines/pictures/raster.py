"""A z-buffer for triangles and lines, in numpy columns; used by ``preview`` for what the eye and what the sun sees.

Triangles are cut into the rows that they cover, rows into pixels, and every pixel keeps its smallest key. A key holds
the quantised depth in its upper bits and the number of the primitive in the lower 32, so that one integer minimum
decides both; since depth is affine along a row, so is the key, and a fragment costs two multiplications less.
Work is done in chunks of bounded size, whatever the number of primitives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float64]
Keys = NDArray[np.int64]
Pixels = NDArray[np.int64]

EMPTY = np.int64(np.iinfo(np.int64).max)  #: the key of a pixel that nothing covers
_DEPTH_STEPS = 2**29  #: so that a key stays positive even where rounding leaves the range
_SHIFT = 32
_ROWS = 1 << 18  #: rows of triangles, and fragments, that one chunk holds: it stays in the cache
_FRAGMENTS = 1 << 18


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture's grid and the depths that it can tell apart."""

    width: int
    height: int
    near: float
    far: float

    @property
    def step(self) -> float:
        """Depth of one quantisation step."""
        return max(self.far - self.near, 1e-9) / _DEPTH_STEPS

    def empty(self) -> Keys:
        """(height * width,) keys of a picture without anything."""
        return np.full(self.width * self.height, EMPTY, dtype=np.int64)

    def depth(self, keys: Keys) -> NDArray[np.float32]:
        """Depths of keys; of ``EMPTY``, far behind everything."""
        depths = np.empty(len(keys), dtype=np.float32)
        for first in range(0, len(keys), _FRAGMENTS):
            some = slice(first, first + _FRAGMENTS)
            depths[some] = keys[some] >> _SHIFT
        depths *= np.float32(self.step)
        depths += np.float32(self.near)
        return depths


def primitive(keys: Keys) -> NDArray[np.uint32]:
    """Numbers of the primitives in keys; ``0xffffffff`` for ``EMPTY``."""
    return keys.astype(np.uint32)


def nearest(frame: Frame, fragments: Iterator[tuple[Pixels, Keys]], into: Keys | None = None) -> Keys:
    """The smallest key per pixel, (height * width,)."""
    keys = frame.empty() if into is None else into
    for pixels, depth in fragments:
        np.minimum.at(keys, pixels, depth)
    return keys


def triangle_fragments(frame: Frame, corners: Floats) -> Iterator[tuple[Pixels, Keys]]:
    """Pixels and keys of triangles, in chunks.

    ``corners`` is (n, 3, 3): x to the right and y down in pixels (a pixel's middle is at .5), and depth. A pixel is
    covered where its middle lies inside; edges shared by two triangles are covered once.
    """
    top = np.ceil(np.clip(corners[:, :, 1].min(axis=1), 0, frame.height) - 0.5).astype(np.int64)
    end = np.ceil(np.clip(corners[:, :, 1].max(axis=1), 0, frame.height) - 0.5).astype(np.int64)
    edges = corners[:, 1:, :2] - corners[:, :1, :2]
    area = edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0]
    inside = (corners[:, :, 0].max(axis=1) > 0) & (corners[:, :, 0].min(axis=1) < frame.width)
    drawn = np.flatnonzero((end > top) & (np.abs(area) > 1e-9) & inside)
    for some in chunks(drawn, (end - top)[drawn], _ROWS):
        yield from _spans(frame, corners[some], some, top[some], end[some])


def _spans(frame: Frame, corners: Floats, number: Pixels, top: Pixels, end: Pixels) -> Iterator[tuple[Pixels, Keys]]:
    """Fragments of triangles by way of the rows that they cover."""
    corners = np.take_along_axis(corners, np.argsort(corners[:, :, 1], axis=1)[:, :, None], axis=1)
    (x0, y0, z0), (x1, y1, z1), (x2, y2, z2) = corners.transpose(1, 2, 0)
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    slope_x = ((z1 - z0) * (y2 - y0) - (z2 - z0) * (y1 - y0)) / area
    slope_y = ((z2 - z0) * (x1 - x0) - (z1 - z0) * (x2 - x0)) / area
    with np.errstate(divide="ignore", invalid="ignore"):
        long, upper, lower = (x2 - x0) / (y2 - y0), (x1 - x0) / (y1 - y0), (x2 - x1) / (y2 - y1)

    owner = np.repeat(np.arange(len(number)), end - top)
    row = np.arange(len(owner)) - np.repeat(np.cumsum(end - top) - (end - top) - top, end - top)
    middle = row + 0.5
    one = x0[owner] + (middle - y0[owner]) * long[owner]
    with np.errstate(invalid="ignore"):
        other = np.where(
            middle < y1[owner],
            x0[owner] + (middle - y0[owner]) * upper[owner],
            x1[owner] + (middle - y1[owner]) * lower[owner],
        )
    left = np.ceil(np.clip(np.minimum(one, other), 0, frame.width) - 0.5).astype(np.int64)
    right = np.ceil(np.clip(np.maximum(one, other), 0, frame.width) - 0.5).astype(np.int64)
    covered = np.flatnonzero(right > left)
    owner, row, left, right = owner[covered], row[covered], left[covered], right[covered]
    depth = z0[owner] + (left + 0.5 - x0[owner]) * slope_x[owner] + (row + 0.5 - y0[owner]) * slope_y[owner]
    base = _key(frame, depth, number[owner])
    step = np.rint(np.clip(slope_x / frame.step, -_DEPTH_STEPS, _DEPTH_STEPS)).astype(np.int64)[owner] << _SHIFT
    start = row * frame.width + left
    for some in chunks(np.arange(len(owner)), right - left, _FRAGMENTS):
        yield _expand(start[some], (right - left)[some], base[some], step[some])


def _expand(start: Pixels, count: Pixels, base: Keys, step: Keys) -> tuple[Pixels, Keys]:
    """Pixels and keys of rows of ``count`` pixels."""
    first = np.cumsum(count) - count
    every = np.arange(int(count.sum()))
    within = every - np.repeat(first, count)
    keys = np.repeat(step, count)
    keys *= within
    keys += np.repeat(base, count)
    within += np.repeat(start, count)
    return within, keys


def line_fragments(frame: Frame, ends: Floats, *, width: int = 1, toward: float = 0.0) -> Iterator[tuple[Pixels, Keys]]:
    """Pixels and keys of lines, in chunks: one pixel per step along the longer axis, ``width`` across it.

    ``ends`` is (n, 2, 3) as the corners of triangles; ``toward`` brings the lines nearer, so that those that lie on a
    surface are seen.
    """
    ends = clipped(ends, frame.width, frame.height)
    steps = (
        np.ceil(np.nan_to_num(np.abs(ends[:, 1, :2] - ends[:, 0, :2])).max(axis=1, initial=0.0)).astype(np.int64) + 1
    )
    drawn = np.flatnonzero(np.isfinite(ends[:, 0, 0]))
    for some in chunks(drawn, steps[drawn], _FRAGMENTS):
        count = steps[some]
        owner = np.repeat(some, count)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        share = (within + 0.5) / np.repeat(count, count)
        point = ends[owner, 0] + share[:, None] * (ends[owner, 1] - ends[owner, 0])
        flat = np.abs(ends[owner, 1, 0] - ends[owner, 0, 0]) > np.abs(ends[owner, 1, 1] - ends[owner, 0, 1])
        keys = _key(frame, point[:, 2] - toward, owner)
        for across in range(width):
            shift = across - (width - 1) / 2
            x = np.floor(point[:, 0] + np.where(flat, 0.0, shift)).astype(np.int64)
            y = np.floor(point[:, 1] + np.where(flat, shift, 0.0)).astype(np.int64)
            inside = (x >= 0) & (x < frame.width) & (y >= 0) & (y < frame.height)
            yield (y * frame.width + x)[inside], keys[inside]


def clipped(ends: Floats, width: float, height: float) -> Floats:
    """Lines (n, 2, 2 or 3) cut to the picture (Liang and Barsky); nan where nothing of a line is inside."""
    start, along = ends[:, 0], ends[:, 1] - ends[:, 0]
    low, high = np.zeros(len(ends)), np.ones(len(ends))
    for axis, limit in ((0, width), (1, height)):
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            one, other = -start[:, axis] / along[:, axis], (limit - start[:, axis]) / along[:, axis]
        outside = (along[:, axis] == 0) & ((start[:, axis] < 0) | (start[:, axis] > limit))
        still = along[:, axis] == 0
        low = np.where(still, low, np.maximum(low, np.fmin(one, other)))
        high = np.where(outside, -1.0, np.where(still, high, np.minimum(high, np.fmax(one, other))))
    cut = np.stack([start + low[:, None] * along, start + high[:, None] * along], axis=1)
    cut[~(low <= high)] = np.nan
    return np.asarray(cut, dtype=np.float64)


def _key(frame: Frame, depth: Floats, number: NDArray[np.int64]) -> Keys:
    quantised = np.clip((depth - frame.near) / frame.step, 0, _DEPTH_STEPS).astype(np.int64)
    return np.asarray((quantised << _SHIFT) | number, dtype=np.int64)


def chunks(rows: Pixels, cost: Pixels, limit: int) -> Iterator[Pixels]:
    """``rows`` in runs whose costs, one per row, add up to about ``limit``."""
    if not len(rows):
        return
    total = np.cumsum(cost)
    cuts = np.searchsorted(total, np.arange(limit, int(total[-1]) + limit, limit), side="left") + 1
    yield from (part for part in np.split(rows, np.unique(np.minimum(cuts, len(rows)))) if len(part))
