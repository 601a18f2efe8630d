"""Small shapes in lines of writing: glyphs and marks, in the direction in which they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.geometry.components import components
from pipelines.linework import Bools, Floats, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Linework

    Rows = NDArray[np.intp]

#: Letters are so high, mm of paper.
_LOWEST, _HIGHEST = 0.6, 20.0
#: Parts of one glyph are nearer than this share of the smaller one's size.
_TOUCH = 0.02
#: Glyphs of one line: alike in height, level, and so far apart, as shares of their height; marks between them.
_ALIKE, _LEVEL, _APART, _MARK_APART = 0.1, 0.1, 1.7, 1.4
#: Marks, small letters among them, are lower and less wide than these shares of the height; glyphs are no lower than
#: this share of the tallest.
_SMALL, _BROAD, _SAME = 0.82, 1.1, 0.85
#: A dash is no longer than this share of the longest strokes of letters, and nearer to one than so many of these.
_DASH, _NEAR = 0.75, 1.5
#: No glyph is wider than this share of its height.
_WIDEST = 1.25
#: Marks lie within this share of the height below and above a line of writing.
_BELOW, _ABOVE = 0.3, 0.3


@dataclass(frozen=True, slots=True)
class Ink(Table):
    """The pieces of line of all shapes, those of one shape together."""

    start: Floats  #: (n, 2) mm
    end: Floats
    shape: Rows  #: (n,) rising
    outline: Bools  #: (n,) whether it bounds a fill


@dataclass(frozen=True, slots=True)
class Line:
    """A line of writing: shapes from left to right as they are read."""

    shapes: Rows
    tall: Bools  #: which are full glyphs; the rest are marks
    foot: float  #: base line, mm, in the turned directions
    height: float


def ink(sheet: Linework, written: Bools) -> Ink:
    """The shapes of the chains under ``written``, (handles,) of the sheet; and dashes, which may be of lines too."""
    strokes, areas = sheet.strokes, sheet.areas
    written = written | _dashes(sheet, written)
    drawn = np.flatnonzero(written[strokes.source] & (strokes.start != strokes.end).any(axis=1))
    filled = np.flatnonzero(areas.filled & written[areas.source])
    rings = areas.rings.take(filled)
    following = np.arange(1, len(rings.points) + 1)
    following[rings.offsets[1:] - 1] = rings.offsets[:-1]
    start = np.concatenate([strokes.start[drawn], rings.points])
    end = np.concatenate([strokes.end[drawn], rings.points[following]])
    chain = np.concatenate([strokes.source[drawn], areas.source[filled][rings.owner]])
    outline = np.arange(len(start)) >= len(drawn)
    shape = _shapes(start, end, np.unique(chain, return_inverse=True)[1].astype(np.intp))
    order = np.argsort(shape, kind="stable")
    return Ink(start[order], end[order], shape[order], outline[order])


def _dashes(sheet: Linework, written: Bools) -> Bools:
    """(handles,) chains of a single stroke, and small fills, near letters and shorter than their longest strokes."""
    strokes, rings = sheet.strokes, sheet.areas.rings
    result = np.zeros(len(written), np.bool_)
    letter = written[strokes.source]
    if not letter.any():
        return result
    length = strokes.length
    longest = float(np.quantile(length[letter], 0.9))
    alone = (np.bincount(strokes.source, minlength=len(written)) == 1)[strokes.source]
    low, high = extents(rings.points, rings.points, rings.owner)
    place = np.concatenate([strokes.start + strokes.end, low + high]) / 2
    size = np.concatenate([np.where(alone, length, np.inf), (high - low).max(axis=1, initial=0.0)])
    chain = np.concatenate([strokes.source, sheet.areas.source])
    short = np.flatnonzero((size < _DASH * longest) & np.isfinite(place).all(axis=1))
    cell = np.floor(place / (_NEAR * max(longest, _LOWEST)))
    around = np.unique(cell[: len(strokes)][letter], axis=0)[:, None]
    around = around + np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    result[chain[short[np.isin(_key(cell[short]), _key(around.reshape(-1, 2)))]]] = True
    return result


def _key(cell: Floats) -> NDArray[np.int64]:
    """(n,) one number for each pair of whole numbers."""
    whole = cell.astype(np.int64)
    return np.asarray(whole[:, 0] * (1 << 31) + whole[:, 1], dtype=np.int64)


def _shapes(start: Floats, end: Floats, chain: Rows) -> Rows:
    """(n,) the shape of each piece: chains whose boxes meet are one."""
    if not len(chain):
        return chain
    low, high = extents(np.minimum(start, end), np.maximum(start, end), chain)
    near = _TOUCH * np.maximum((high - low).max(axis=1), _LOWEST)[:, None]
    grown = _boxes(low - near, high + near)
    i, j = shapely.STRtree(_boxes(low, high)).query(grown)
    return np.asarray(components(len(low), i, j)[chain], dtype=np.intp)


def _boxes(low: Floats, high: Floats) -> NDArray[np.object_]:
    return np.asarray(shapely.box(*low.T, *high.T), dtype=np.object_)


def extents(low: Floats, high: Floats, owner: Rows) -> tuple[Floats, Floats]:
    """(k, 2) lower left and upper right of what each owner has."""
    count = int(owner.max(initial=-1)) + 1
    lowest, highest = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(lowest, owner, low)
    np.maximum.at(highest, owner, high)
    return lowest, highest


def lines(low: Floats, high: Floats) -> list[Line]:
    """Lines of writing along x of shapes with these boxes, (k, 2) each; each has two glyphs at least."""
    size = high - low
    full = (size[:, 1] >= _LOWEST) & (size[:, 1] <= _HIGHEST) & (size[:, 0] <= _WIDEST * size[:, 1])
    if np.count_nonzero(full) < 2:
        return []
    i, j = _neighbours(low, high, np.flatnonzero(full))
    label = components(len(low), i, j)
    label = _continued(low, high, full, label)[label]
    order = np.argsort(label, kind="stable")
    first = np.searchsorted(label[order], np.arange(int(label.max()) + 2))
    members = (order[first[k] : first[k + 1]] for k in np.flatnonzero(np.diff(first) > 1).tolist())
    found = (_line(rows[np.argsort(low[rows, 0] + high[rows, 0], kind="stable")], low, high) for rows in members)
    return [line for line in found if line is not None]


def _neighbours(low: Floats, high: Floats, full: Rows) -> tuple[Rows, Rows]:
    """Pairs of shapes that stand in one line: glyphs with glyphs, and with the marks beside them."""
    tall = high[:, 1] - low[:, 1]
    reach = np.maximum(_APART, _MARK_APART) * tall[full]
    grown = shapely.box(
        low[full, 0] - reach,
        low[full, 1] - _BELOW * tall[full],
        high[full, 0] + reach,
        high[full, 1] + _ABOVE * tall[full],
    )
    i, j = shapely.STRtree(_boxes(low, high)).query(grown)
    i = full[i]
    large = np.maximum(tall[i], tall[j])
    apart = np.maximum(low[j, 0] - high[i, 0], low[i, 0] - high[j, 0])
    alike = (np.abs(tall[i] - tall[j]) < _ALIKE * large) & (np.abs(low[i, 1] - low[j, 1]) < _LEVEL * large)
    mark = (tall[j] < _SMALL * tall[i]) & (high[j, 0] - low[j, 0] < _BROAD * tall[i]) & (apart < _MARK_APART * tall[i])
    mark &= (low[j, 1] > low[i, 1] - _BELOW * tall[i]) & (high[j, 1] < high[i, 1] + _ABOVE * tall[i])
    fits = (i != j) & ((alike & (apart < _APART * large)) | mark)
    return i[fits], j[fits]


def _continued(low: Floats, high: Floats, full: Bools, label: Rows) -> Rows:
    """(labels,) the line of each group of shapes: groups are one where the marks of both bridge the space between."""
    corner, other = extents(low, high, label)
    foot, head = np.full(len(corner), np.inf), np.full(len(corner), -np.inf)
    tall = np.zeros(len(corner))
    np.maximum.at(tall, label[full], (high - low)[full, 1])
    same = np.flatnonzero(full)[(high - low)[full, 1] >= _SAME * tall[label[full]]]
    np.minimum.at(foot, label[same], low[same, 1])
    np.maximum.at(head, label[same], high[same, 1])
    held = np.flatnonzero(tall > 0)
    begin = np.column_stack([corner[held, 0], foot[held]])
    finish = np.column_stack([other[held, 0], head[held]])
    size = finish[:, 1] - begin[:, 1]
    reach = np.column_stack([_APART * size, np.zeros(len(held))])
    i, j = shapely.STRtree(_boxes(begin, finish)).query(_boxes(begin - reach, finish + reach))
    large = np.maximum(size[i], size[j])
    level = (np.abs(begin[i, 1] - begin[j, 1]) < _LEVEL * large) & (np.abs(size[i] - size[j]) < _ALIKE * large)
    return np.asarray(components(len(corner), held[i[level]], held[j[level]]), dtype=np.intp)


def _line(rows: Rows, low: Floats, high: Floats) -> Line | None:
    height = high[rows, 1] - low[rows, 1]
    tall = height >= _SAME * height.max()
    if np.count_nonzero(tall) < 2:
        return None
    return Line(rows, tall, float(np.median(low[rows[tall], 1])), float(np.median(height[tall])))
