"""Structural columns of one plan, in metres.

Named ones (layer, block, hatch of a column) are taken as they are drawn: filled areas, circles, outlines of any shape
(crosses, I profiles). Where no name speaks, small filled shapes that repeat in one size are taken for columns, and
outlined squares that stand in rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.naming import Category
from pipelines.geometry.areas import parts, polygons
from pipelines.geometry.components import components
from pipelines.plan import Columns, Geometries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Bools, Ints, Linework

#: A column's sides, metres: thinner is a mullion, larger a core.
SMALLEST, LARGEST = 0.08, 2.5
#: Sides of a filled shape that is taken for a column without being named one.
_PLAIN_SMALLEST, _PLAIN_LARGEST, _PLAIN_ASPECT, _REPEATED = 0.15, 1.5, 2.5, 3
_PLAIN = (Category.UNKNOWN, Category.STRUCTURE, Category.HATCH)
#: Outlined squares that may be columns: their sides, how many are a grid, how far apart all of them and most of them
#: stand, within how much they are in line, and how many are most of them.
_SQUARE, _GRID, _SPAN, _LEVEL, _MOSTLY = (0.2, 0.9), 4, (1.3, 2.2), 0.03, 0.7
#: More loose strokes than this are not noded into faces.
_MANY = 50_000


def find(sheet: Linework, meaning: Meaning) -> Columns:
    """The columns of a view in plan metres."""
    shapes = [_areas(sheet, meaning), _circles(sheet, meaning), _outlines(sheet, meaning)]
    confidence = 0.9
    if not sum(len(shape) for shape, _, _ in shapes):
        shapes, confidence = [_plain(sheet, meaning), _squares(sheet, meaning)], 0.6
    shape = np.concatenate([s for s, _, _ in shapes])
    layer = np.concatenate([on for _, on, _ in shapes])
    source = np.concatenate([by for _, _, by in shapes])
    kept = _sized(shape, SMALLEST, LARGEST)
    return _merged(sheet, shape[kept], layer[kept], source[kept], confidence)


_Shapes = tuple[Geometries, "Ints", "Ints"]


def _areas(sheet: Linework, meaning: Meaning) -> _Shapes:
    """Filled or closed areas that are columns, or hatches of columns, by name."""
    layers = meaning.area_of(sheet.areas.layer)
    named = (meaning.areas == Category.COLUMN) | ((meaning.areas == Category.HATCH) & (layers == Category.COLUMN))
    table = sheet.areas.take(np.flatnonzero(named))
    shape, row = polygons(table)
    return shape, table.layer[row], table.source[row]


def _circles(sheet: Linework, meaning: Meaning) -> _Shapes:
    """Full circles that are columns by name."""
    arcs = sheet.arcs
    rows = np.flatnonzero((meaning.arcs == Category.COLUMN) & (arcs.sweep > 6.28))
    shape = shapely.buffer(shapely.points(arcs.center[rows]), arcs.radius[rows], quad_segs=8)
    return np.asarray(shape, dtype=np.object_), arcs.layer[rows], arcs.source[rows]


def _outlines(sheet: Linework, meaning: Meaning) -> _Shapes:
    """Faces of the linework that is columns by name: outlines of loose lines, crosses, profiles."""
    strokes = sheet.strokes
    rows = np.flatnonzero((meaning.strokes == Category.COLUMN) & (strokes.length < 2 * LARGEST))
    if not len(rows) or len(rows) > _MANY:
        return np.zeros(0, np.object_), np.zeros(0, np.int32), np.zeros(0, np.int32)
    lines = np.asarray(shapely.linestrings(np.stack([strokes.start[rows], strokes.end[rows]], axis=1)))
    noded = shapely.union_all(shapely.set_precision(lines, 1e-4), grid_size=1e-4)
    shape = parts(shapely.polygonize([noded]))
    # Where outlines cross (an X in a square), faces are parts of one column.
    shape = parts(shapely.union_all(shape, grid_size=1e-4))
    near = shapely.STRtree(lines).query_nearest(shape, all_matches=False)[1] if len(shape) else np.zeros(0, np.intp)
    return shape, strokes.layer[rows[near]], strokes.source[rows[near]]


def _plain(sheet: Linework, meaning: Meaning) -> _Shapes:
    """Small filled shapes on layers that say nothing, where at least three share one size."""
    ours = sheet.areas.filled & np.isin(meaning.areas, _PLAIN) & (meaning.area_of(sheet.areas.layer) != Category.WALL)
    table = sheet.areas.take(np.flatnonzero(ours))
    shape, row = polygons(table)
    sides = _sides(shape)
    fits = _sized(shape, _PLAIN_SMALLEST, _PLAIN_LARGEST) & (sides.max(axis=1) < _PLAIN_ASPECT * sides.min(axis=1))
    fits &= shapely.area(shape) > 0.15 * sides.prod(axis=1)
    shape, row, sides = shape[fits], row[fits], sides[fits]
    size = np.sort(np.round(sides / 0.02), axis=1)
    _, number, count = np.unique(size, axis=0, return_inverse=True, return_counts=True)
    again = count[number.ravel()] >= _REPEATED
    return shape[again], table.layer[row[again]], table.source[row[again]]


def _squares(sheet: Linework, meaning: Meaning) -> _Shapes:
    """Outlined squares and circles on layers that say nothing: equal ones, far apart, in rows with each other.

    Chairs and tables are as equal and as square, but stand in pairs and around each other.
    """
    ours = ~sheet.areas.filled & np.isin(meaning.areas, _PLAIN)
    table = sheet.areas.take(np.flatnonzero(ours))
    shape, row = polygons(table)
    sides = _sides(shape)
    fits = _sized(shape, *_SQUARE) & (sides.max(axis=1) < 1.05 * sides.min(axis=1))
    # A square fills the rectangle around it, a circle 0.79 of it.
    fits &= shapely.area(shape) > 0.75 * sides.prod(axis=1)
    shape, row, sides = shape[fits], row[fits], sides[fits]
    # A square that is drawn twice is one.
    once = np.unique(shapely.get_coordinates(shapely.centroid(shape)).round(2), axis=0, return_index=True)[1]
    shape, row, sides = shape[once], row[once], sides[once]
    key = np.stack([(sides.mean(axis=1) / 0.02).round().astype(np.int64), table.layer[row].astype(np.int64)], axis=1)
    number = np.unique(key, axis=0, return_inverse=True)[1].ravel()
    kept = np.zeros(len(shape), np.bool_)
    for group in np.flatnonzero(np.bincount(number) >= _GRID):
        kept[number == group] = _in_rows(shape[number == group])
    return shape[kept], table.layer[row[kept]], table.source[row[kept]]


def _in_rows(shape: Geometries) -> bool:
    """Whether equal squares stand a span apart from each other, and most in line with another along their sides."""
    points = shapely.get_coordinates(shapely.centroid(shape))
    away = np.hypot(*(points[:, None] - points).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    nearest = away.min(axis=1)
    if nearest.min() < _SPAN[0] or (nearest >= _SPAN[1]).mean() < _MOSTLY:
        return False
    corner = shapely.get_coordinates(shape[0])
    side = (corner[1] - corner[0]) / np.hypot(*(corner[1] - corner[0]))
    offsets = np.stack([points @ side, points @ np.array([-side[1], side[0]])])
    level = np.abs(offsets[:, :, None] - offsets[:, None, :]) < _LEVEL
    level[:, np.arange(len(points)), np.arange(len(points))] = False
    return bool(level.any(axis=(0, 2)).mean() >= _MOSTLY)


def _sides(shape: Geometries) -> NDArray[np.float64]:
    """(n, 2) sides of the smallest rectangle around each shape."""
    if not len(shape):
        return np.zeros((0, 2))
    around = shapely.oriented_envelope(shape)
    corners = np.zeros((len(shape), 3, 2))
    boxed = np.flatnonzero(shapely.get_type_id(around) == shapely.GeometryType.POLYGON)
    points = shapely.get_coordinates(around[boxed]).reshape(len(boxed), -1, 2)
    corners[boxed] = points[:, :3]
    return np.asarray(np.hypot(*np.moveaxis(np.diff(corners, axis=1), 2, 0)), dtype=np.float64)


def _sized(shape: Geometries, low: float, high: float) -> Bools:
    sides = _sides(shape)
    return np.asarray((sides.min(axis=1) >= low) & (sides.max(axis=1) <= high), dtype=np.bool_)


def _merged(sheet: Linework, shape: Geometries, layer: Ints, source: Ints, confidence: float) -> Columns:
    """One row per column: an outline, its hatch and the line around its finish are one."""
    if not len(shape):
        return _columns(np.zeros(0, np.object_), (), 0.0, ())
    i, j = shapely.STRtree(shape).query(shape, predicate="intersects")
    smaller = np.minimum(shapely.area(shape[i]), shapely.area(shape[j]))
    shared = shapely.area(shapely.intersection(shape[i], shape[j])) > 0.3 * smaller
    label = components(len(shape), i[shared], j[shared])
    order = np.lexsort((-shapely.area(shape), label))
    head = order[np.flatnonzero(np.append(True, np.diff(label[order]) > 0))]
    groups = np.split(source[order], np.flatnonzero(np.diff(label[order])) + 1)
    handles = tuple(tuple(sheet.handles[s] for s in np.unique(group) if s >= 0) for group in groups)
    names = tuple(sheet.layers[k].plain for k in layer[head])
    return _columns(shape[head], names, confidence, handles)


def _columns(
    shape: Geometries, layer: tuple[str, ...], confidence: float, handles: tuple[tuple[str, ...], ...]
) -> Columns:
    return Columns(
        footprint=shape,
        height=np.full(len(shape), np.nan),
        layer=layer,
        confidence=np.full(len(shape), confidence),
        handles=handles,
    )
