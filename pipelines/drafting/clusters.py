"""Which lines stand together: the drawings on a sheet as groups of near lines, whatever the unit.

Lines are rasterised, near cells join, and groups join again where one lies within another or the gap is small beside
their size. Borders and lines that run across several drawings hold everything together, so each group is tried
without its longest lines: where it falls apart into drawings with clear space between them, it was a frame. The same
is done again within each part, which finds a frame within a frame and a plan far from a stray line.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.geometry.components import components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Bools, Floats

    Rows = NDArray[np.intp]

#: Cells along the longer side of the raster, and how far apart joined cells may be.
_CELLS, _REACH = 400, 2
#: Groups join where the gap is below this share of the larger one's size.
_GAP = 0.045
#: A line longer than this share of the group may be a border or run across several drawings.
_LONG = 0.35
#: A part counts as a drawing from this share of the largest part's size, and this many lines; one that is smaller
#: than this share of the whole needs more: an elevation without its long lines is a row of windows.
_DRAWING, _LINES, _SMALL, _MORE = 0.2, 10, 0.3, 24
#: Lines that end within this share of the group's size of a long line meet it; so many do, some of each part
#: and so far apart both ways, as a share of that size, where they are outer walls.
_MEETS, _PLACES, _EACH, _WIDELY, _EDGE = 2e-3, 6, 2, 0.3, 0.05
_DEPTH = 6
#: Parts may be bound by long lines that stand as far apart as this share of the smaller part; where there are more
#: parts than that, it is not looked at.
_SIDES, _SEVERAL = 0.6, 40
#: More pieces than this are joined by size only after the small ones were left aside.
_PIECES = 1500


@dataclass(frozen=True, slots=True)
class Segments:
    """Lines to be grouped."""

    start: Floats  #: (n, 2)
    end: Floats  #: (n, 2)
    certain: Bools  #: (n,) lines that are surely part of a drawing (walls, doors): never a border
    width: Floats  #: (n,) of the lines as they are drawn, 0 for thin ones

    @property
    def low(self) -> Floats:
        """(n, 2) lower left."""
        return np.minimum(self.start, self.end)

    @property
    def high(self) -> Floats:
        """(n, 2) upper right."""
        return np.maximum(self.start, self.end)


def drawings(lines: Segments) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Group number of each line, -1 for borders, strays and what runs across drawings; and lines per group.

    Groups are numbered from the one with the most lines down.
    """
    label = np.full(len(lines.start), -1, dtype=np.intp)
    for number, rows in enumerate(_split(lines, np.arange(len(lines.start)), 0)):
        label[rows] = number
    count = np.bincount(label[label >= 0]) if (label >= 0).any() else np.zeros(0, np.intp)
    order = np.argsort(-count, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return np.where(label >= 0, rank[label] if len(rank) else label, -1).astype(np.intp), count[order].astype(np.intp)


def _split(lines: Segments, rows: Rows, depth: int) -> list[Rows]:
    """The drawings among these lines."""
    if len(rows) < 2 * _LINES or depth >= _DEPTH:
        return [rows]
    parts = _grouped(lines, rows)
    if len(parts) == 1:
        return _without_borders(lines, rows, depth)
    # A part that is small beside the sheet was seen coarsely: it is looked at again by itself.
    return [drawing for part in parts for drawing in _split(lines, part, depth + 1)]


def _without_borders(lines: Segments, rows: Rows, depth: int) -> list[Rows]:
    """The drawings inside a border, or the group as it is where taking its longest lines away tells nothing."""
    low, high = lines.low[rows].min(axis=0), lines.high[rows].max(axis=0)
    size = float((high - low).max())
    reach = np.hypot(*(lines.end[rows] - lines.start[rows]).T)
    straight = np.abs(lines.end[rows] - lines.start[rows]).min(axis=1) < 1e-3 * size
    long = (reach > _LONG * size) & ~lines.certain[rows] & straight
    if not long.any() or long.all() or np.count_nonzero(long) > max(24, 0.1 * len(rows)):
        return [rows]
    parts = _bound(lines, _grouped(lines, rows[~long]), rows[long], high - low)
    boxes = [(lines.low[part].min(axis=0), lines.high[part].max(axis=0)) for part in parts]
    extent = np.asarray([float((b - a).max()) for a, b in boxes])
    count = np.asarray([len(part) for part in parts])
    sized = extent > _DRAWING * extent.max()
    drawn = sized & (count >= np.where(extent < _SMALL * size, _MORE, _LINES))
    # Bubbles of axes have many lines and no size; an elevation may be larger than the plan and has few lines.
    richest = int(np.where(sized, count, 0).argmax())
    alone = drawn[richest] and 2 * count[richest] >= count[sized].sum() and _bordered(boxes[richest], (low, high))
    if np.count_nonzero(drawn) < 2 and not alone:
        return [rows]
    owner = _owners(lines, rows[long], boxes)
    several = [parts[k] for k in np.flatnonzero(drawn)]
    free = rows[long][owner < 0]
    side = _outermost(lines, free, low, high)
    if _met(lines, several, free[side], high - low) and _widely(lines, several, free, high - low):
        return [rows]
    whole = [np.concatenate([part, rows[long][owner == k]]) for k, part in enumerate(parts)]
    return [drawing for part in whole for drawing in _split(lines, part, depth + 1)]


def _bound(lines: Segments, parts: list[Rows], long: Rows, size: Floats) -> list[Rows]:
    """The parts, those joined that two long lines bind: both end on either line, which run along both their sides.

    So do the outer walls of a plan that is empty in its middle; elevations stand on one line, and axes cross.
    """
    count = np.asarray([len(part) for part in parts])
    several = np.flatnonzero(count >= _MORE)
    if not 1 < len(several) <= _SEVERAL:
        return parts
    ends = [np.concatenate([lines.start[parts[k]], lines.end[parts[k]]]) for k in several]
    met = np.asarray([[bool(_on(lines, line, points, size).any()) for line in long] for points in ends])
    vector = lines.end[long] - lines.start[long]
    first, second = [], []
    for i, j in itertools.combinations(range(len(several)), 2):
        both = met[i] & met[j]
        for axis in (0, 1):
            along = both & (np.abs(vector[:, 1 - axis]) < np.abs(vector[:, axis]))
            if not along.any():
                continue
            place = lines.start[long[along], 1 - axis]
            extent = min(float(np.ptp(points[:, 1 - axis])) for points in (ends[i], ends[j]))
            if np.ptp(place) > _SIDES * extent > 0:
                first.append(several[i])
                second.append(several[j])
    label = components(len(parts), np.asarray(first, np.intp), np.asarray(second, np.intp))
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    return [np.concatenate([parts[k] for k in group]) for group in groups]


def _bordered(inner: tuple[Floats, Floats], outer: tuple[Floats, Floats]) -> bool:
    """Whether what is left stands clear of the outermost lines, on three sides at least."""
    size = float((outer[1] - outer[0]).max())
    margins = np.concatenate([inner[0] - outer[0], outer[1] - inner[1]])
    return int(np.count_nonzero(margins > 0.04 * size)) >= 3


def _outermost(lines: Segments, long: Rows, low: Floats, high: Floats) -> Bools:
    """(n,) lines along a side of the box around all: walls or borders, not axes or what else runs through."""
    edge = _EDGE * float((high - low).max())
    beside = (lines.high[long] < low + edge) | (lines.low[long] > high - edge)
    return np.asarray(beside.any(axis=1), dtype=np.bool_)


def _met(lines: Segments, parts: list[Rows], long: Rows, size: Floats) -> bool:
    """Whether lines of every part end on the long ones: inner walls on outer ones.

    A title block meets its border, the plan beside it does not.
    """
    return min(len(_meetings(lines, part, long, size)) for part in parts) >= _EACH


def _widely(lines: Segments, parts: list[Rows], long: Rows, size: Floats) -> bool:
    """Whether lines of the parts end on the long ones all over; elevations meet their ground on one line."""
    places = np.concatenate([_meetings(lines, part, long, size) for part in parts])
    return len(places) >= _PLACES and bool((np.ptp(places, axis=0) > _WIDELY * size).all())


def _meetings(lines: Segments, part: Rows, long: Rows, size: Floats) -> Floats:
    """(n, 2) ends of the part's lines on the long ones."""
    ends = np.concatenate([lines.start[part], lines.end[part]])
    near = np.zeros(len(ends), np.bool_)
    for line in long:
        near |= _on(lines, line, ends, size)
    return np.asarray(ends[near], dtype=np.float64)


def _on(lines: Segments, line: int, points: Floats, size: Floats) -> Bools:
    """(n,) points on a line: anywhere on it where it is wide."""
    a, b = lines.start[line], lines.end[line]
    reach = float(np.hypot(*(b - a)))
    along = (b - a) / max(reach, 1e-12)
    t = np.clip((points - a) @ along, 0.0, reach)
    away = np.hypot(*(points - a - t[:, None] * along).T)
    return np.asarray(away < _MEETS * size.max() + lines.width[line] / 2, dtype=np.bool_)


def _owners(lines: Segments, long: Rows, boxes: list[tuple[Floats, Floats]]) -> Rows:
    """For each long line the part it belongs to, because it stays within it; -1 for borders and runners."""
    owner = np.full(len(long), -1, dtype=np.intp)
    for k, (low, high) in enumerate(boxes):
        slack = 0.08 * float((high - low).max())
        inside = (lines.low[long] >= low - slack).all(axis=1) & (lines.high[long] <= high + slack).all(axis=1)
        owner[inside & (owner < 0)] = k
    return owner


def _grouped(lines: Segments, rows: Rows) -> list[Rows]:
    """The lines in groups of near ones."""
    piece = _pieces(lines, rows)
    piece = _joined(lines, rows, piece)
    order = np.argsort(piece, kind="stable")
    return np.split(rows[order], np.flatnonzero(np.diff(piece[order])) + 1)


def _pieces(lines: Segments, rows: Rows) -> Rows:
    """(n,) which of the connected patches of a raster each line lies in."""
    start, end = lines.start[rows], lines.end[rows]
    low = np.minimum(start, end).min(axis=0)
    size = float((np.maximum(start, end).max(axis=0) - low).max())
    cell = size / _CELLS or 1.0
    steps = np.minimum(np.ceil(np.hypot(*(end - start).T) / cell).astype(np.intp) + 1, 2 * _CELLS)
    of = np.repeat(np.arange(len(rows)), steps)
    at = np.arange(len(of)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = at / np.maximum(steps[of] - 1, 1)
    points = start[of] + (end - start)[of] * share[:, None]
    place = np.clip(((points - low) / cell).astype(np.intp), 0, _CELLS)
    width = _CELLS + 1 + 2 * _REACH
    key = (place[:, 1] + _REACH) * width + place[:, 0] + _REACH
    filled, of_cell = np.unique(key, return_inverse=True)
    patch = _patches(filled, width)
    first = np.cumsum(steps) - steps
    return np.asarray(patch[of_cell[first]], dtype=np.intp)


def _patches(filled: Rows, width: int) -> Rows:
    """Connected patches of filled cells (sorted keys), where cells up to ``_REACH`` apart connect."""
    number = np.full(width * width + width * _REACH + _REACH + 1, -1, dtype=np.intp)
    number[filled] = np.arange(len(filled))
    first, second = [], []
    for dy in range(_REACH + 1):
        for dx in range(-_REACH, _REACH + 1):
            if (dy, dx) <= (0, 0):
                continue
            other = number[filled + dy * width + dx]
            near = other >= 0
            first.append(np.flatnonzero(near))
            second.append(other[near])
    return components(len(filled), np.concatenate(first), np.concatenate(second))


def _joined(lines: Segments, rows: Rows, piece: Rows) -> Rows:
    """Pieces joined where one lies within another or the gap is small beside their size, until nothing changes."""
    while True:
        count = int(piece.max()) + 1
        low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
        np.minimum.at(low, piece, lines.low[rows])
        np.maximum.at(high, piece, lines.high[rows])
        first, second = _near(low, high)
        merged = components(count, first, second)[piece]
        if int(merged.max()) + 1 == count:
            return piece
        piece = merged


def _near(low: Floats, high: Floats) -> tuple[Rows, Rows]:
    """Pairs of boxes that belong together."""
    extent = (high - low).max(axis=1)
    big = np.argsort(-extent, kind="stable")[:_PIECES]
    gap = np.maximum(np.maximum(low[big, None] - high[None], low[None] - high[big, None]), 0.0)
    apart = np.hypot(gap[..., 0], gap[..., 1])
    larger = np.maximum(extent[big, None], extent[None])
    smaller = np.minimum(extent[big, None], extent[None])
    tiny = 1e-3 * float(extent.max())
    shared = np.maximum(np.minimum(high[big, None], high[None]) - np.maximum(low[big, None], low[None]), 0.0)
    size = np.maximum(high - low, tiny)
    share = np.maximum(shared, 0.0).prod(axis=2) / np.minimum(size.prod(axis=1)[big, None], size.prod(axis=1)[None])
    within = (share > 0.5) | ((apart <= 0) & (smaller < 0.1 * larger))
    close = apart < np.minimum(_GAP * larger, np.maximum(smaller, 0.02 * larger))
    i, j = np.nonzero(within | close)
    return big[i], j
