"""Lines, conics and polylines as strokes; what is circular as arcs, what is closed as areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.dxf.expansion.surfaces import areas_of, in_world, without_last
from pipelines.geometry.flatten import bulge_arcs, bulged, conics, pieces
from pipelines.geometry.ocs import axes, to_world
from pipelines.linework import Arcs, Areas, Bools, Floats, Ints, Ragged, Strokes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.dxf import drawing as d
    from pipelines.dxf.expansion.sheet import Placed, Sheet
    from pipelines.dxf.placement import Rows


def _strokes(
    placed: Placed, owner: Rows, start: Floats, end: Floats, extra: tuple[Floats, Floats, Ints, Ints]
) -> Strokes:
    """Strokes from (n, 3) to (n, 3); ``owner`` is the row of ``placed`` that each belongs to."""
    width, thickness, arc, path = extra
    return Strokes(
        start=start[:, :2],
        end=end[:, :2],
        z=(start[:, 2] + end[:, 2]) / 2,
        layer=placed.layer[owner],
        color=placed.color[owner],
        weight=placed.weight[owner],
        width=width,
        thickness=thickness,
        dashed=placed.dashed[owner],
        origin=placed.origin[owner],
        source=placed.source[owner],
        arc=arc,
        path=path,
        instance=placed.instance[owner],
    )


def line_strokes(sheet: Sheet) -> Strokes:
    """LINE."""
    table = sheet.drawing.lines
    placed = sheet.placed(table.common)
    start, end = (sheet.world(points[placed.row], placed.place) for points in (table.start, table.end))
    none = np.full(len(start), -1, np.int32)
    extra = (np.zeros(len(start)), sheet.tall(table.common, placed), none, none)
    return _strokes(placed, np.arange(len(start)), start, end, extra)


def conic_strokes(sheet: Sheet) -> tuple[Strokes, Arcs, Areas]:
    """ARC, CIRCLE, ELLIPSE: as strokes, as arcs where they stay circular, as areas where they are closed."""
    table = sheet.drawing.conics
    placed = sheet.placed(table.common)
    center, u, v = _conic_axes(table)
    row, where = placed.row, placed.place
    center = sheet.world(center[row], where)
    u, v = (sheet.turned(axis[row], where) for axis in (u, v))
    start, sweep = table.start[row], table.sweep[row]
    lists = conics(center, u, v, start, sweep, tolerance=sheet.tolerance)
    first, last, owner = pieces(lists, np.zeros(len(row), np.bool_))
    circular, arcs = _arcs(center, u, v, start, sweep)
    index = np.where(circular, np.cumsum(circular) - 1, -1).astype(np.int32)
    path, tall = sheet.numbers(len(row)), sheet.tall(table.common, placed)
    extra = (np.zeros(len(owner)), tall[owner], index[owner], path[owner])
    strokes = _strokes(placed, owner, lists.points[first], lists.points[last], extra)
    kept = np.flatnonzero(circular)
    circles = Arcs(*arcs, placed.layer[kept], placed.source[kept], placed.instance[kept])
    whole = np.flatnonzero(np.abs(sweep - 2 * np.pi) < 1e-9)
    rings = without_last(lists.take(whole))
    return strokes, circles, areas_of(placed, whole, rings, np.arange(len(whole)), tall[whole])


def polyline_strokes(sheet: Sheet, arcs_before: int) -> tuple[Strokes, Arcs, Areas]:
    """LWPOLYLINE, POLYLINE, SPLINE, LEADER: as strokes, their bulges as arcs, closed ones as areas too."""
    table = sheet.drawing.polylines
    placed = sheet.placed(table.common)
    row, where = placed.row, placed.place
    tolerance = sheet.tolerance / sheet.stretch(placed, len(table))
    flat, origin = bulged(table.points, table.bulge.points[:, 0], table.closed, tolerance=tolerance)
    flat = in_world(flat, table.common.extrusion, table.world)
    lists = flat.take(row)
    points = sheet.world(lists.points, where[lists.owner])
    lists = Ragged(points, lists.offsets)
    first, last, owner = pieces(lists, table.closed[row])
    rank, arcs, arc_list = _bulges(sheet, table, placed)
    # Each piece starts in the stretch of one original point, which is bulged or not.
    source_point = np.repeat(flat.offsets[:-1][row] - lists.offsets[:-1], lists.counts) + np.arange(len(points))
    local = rank[origin[source_point[first]]]
    index = np.where(local >= 0, arc_list[owner] + local + arcs_before, -1).astype(np.int32)
    path, tall = sheet.numbers(len(row)), sheet.tall(table.common, placed)
    wide = table.width[row] * sheet.scale(where)
    extra = (wide[owner], tall[owner], index, path[owner])
    strokes = _strokes(placed, owner, points[first], points[last], extra)
    looped = table.closed[row] | _meets(lists)
    ring = np.flatnonzero(looped & (lists.counts >= 3))
    rings = without_last(lists.take(ring), where=~table.closed[row][ring])
    return strokes, arcs, areas_of(placed, ring, rings, np.arange(len(ring)), tall[ring])


def _bulges(sheet: Sheet, table: d.Polylines, placed: Placed) -> tuple[NDArray[np.intp], Arcs, NDArray[np.intp]]:
    """The arcs of all bulges on the sheet.

    Returns for each original point its bulge's number within its polyline (-1 for none), the arcs, and the number
    of the first arc of each placed polyline.
    """
    first, last, owner = pieces(table.points, table.closed)
    bulge = table.bulge.points[first, 0] if len(first) else np.zeros(0)
    bent = (np.abs(bulge) > 1e-9) & (table.points.points[first, :2] != table.points.points[last, :2]).any(axis=1)
    first, last, owner, bulge = first[bent], last[bent], owner[bent], bulge[bent]
    count = np.bincount(owner, minlength=len(table))
    rank = np.full(len(table.points.points), -1, np.intp)
    rank[first] = np.arange(len(first)) - (np.cumsum(count) - count)[owner]
    flat = table.points.points
    center, radius, start, sweep = bulge_arcs(flat[first, :2], flat[last, :2], bulge)
    extrusion = table.common.extrusion[owner]
    spatial, frame = to_world(np.column_stack([center, flat[first, 2]]), extrusion), axes(extrusion)
    offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    numbers = Ragged(np.arange(len(first), dtype=np.float64)[:, None], offsets).take(placed.row)
    each, holder = numbers.points[:, 0].astype(np.intp), numbers.owner
    where = placed.place[holder]
    u, v = (sheet.turned(frame[each, k] * radius[each, None], where) for k in (0, 1))
    # A clockwise bulge is the same arc from its other end. Stretched ones stay in the table as the circle of their
    # mean radius, so that numbers run on.
    begin = np.where(sweep < 0, start + sweep, start)[each]
    _, arcs = _arcs(sheet.world(spatial[each], where), u, v, begin, np.abs(sweep)[each], all_of_them=True)
    table_arcs = Arcs(*arcs, placed.layer[holder], placed.source[holder], placed.instance[holder])
    return rank, table_arcs, numbers.offsets[:-1].astype(np.intp)


def _conic_axes(table: d.Conics) -> tuple[Floats, Floats, Floats]:
    """Centre and the two half axes (n, 3) in world coordinates."""
    frame = axes(table.common.extrusion)
    radius = table.major[:, :1]
    arc = ~table.world[:, None]
    center = np.where(arc, to_world(table.center, table.common.extrusion), table.center)
    u = np.where(arc, frame[:, 0] * radius, table.major)
    v = np.where(arc, frame[:, 1] * radius, np.cross(frame[:, 2], table.major) * table.ratio[:, None])
    return center, u, v


def _arcs(
    center: Floats, u: Floats, v: Floats, start: Floats, sweep: Floats, *, all_of_them: bool = False
) -> tuple[Bools, tuple[Floats, Floats, Floats, Floats]]:
    """Which conics are circular on the sheet, and those as centre, radius, start, sweep, counter-clockwise."""
    long, short = np.hypot(u[:, 0], u[:, 1]), np.hypot(v[:, 0], v[:, 1])
    skew = np.abs(u[:, 0] * v[:, 0] + u[:, 1] * v[:, 1])
    circular = (np.abs(long - short) <= 1e-3 * long) & (skew <= 1e-3 * long * short) & (long > 0)
    kept = np.ones(len(u), np.bool_) if all_of_them else circular
    turned = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) < 0
    at = np.where(turned, start + sweep, start)
    point = u * np.cos(at)[:, None] + v * np.sin(at)[:, None]
    angle = np.arctan2(point[:, 1], point[:, 0])
    radius = np.sqrt(long * short)
    return kept, (center[kept, :2], radius[kept], angle[kept], sweep[kept])


def _meets(lists: Ragged) -> Bools:
    """(n,) whether a list ends where it began."""
    if not len(lists) or not len(lists.points):
        return np.zeros(len(lists), np.bool_)
    first = lists.points[np.minimum(lists.offsets[:-1], len(lists.points) - 1)]
    last = lists.points[np.maximum(lists.offsets[1:] - 1, 0)]
    return np.asarray((np.abs(first - last).max(axis=1) < 1e-9) & (lists.counts > 3), dtype=np.bool_)
