"""A ``Drawing`` into ``Linework``: blocks placed, curves flattened, properties resolved, everything at once.

Each table is gathered for all placements, transformed as arrays and projected on the sheet (top view). Nothing here
knows how the drawing was read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from pipelines.dxf.placement import Placements, Rows, gather, place, resolve
from pipelines.geometry.flatten import bulge_arcs, bulged, conics, pieces
from pipelines.geometry.ocs import axes, to_world
from pipelines.linework import (
    Arcs,
    Areas,
    Bools,
    Dimensions,
    Faces,
    Floats,
    Instances,
    Ints,
    Linework,
    Origin,
    Ragged,
    Strokes,
    Texts,
)
from pipelines.report import Skipped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.dxf import drawing as d

AnyTable = TypeVar("AnyTable", Strokes, Arcs)

#: Chord tolerance as a share of the drawing's robust diagonal: a millimetre on a house of 50 m.
TOLERANCE = 2e-5
#: Coordinates beyond this are damage.
FARTHEST = 1e12


@dataclass(frozen=True, slots=True)
class _Placed:
    """The rows of one table as they appear on the sheet."""

    row: Rows
    place: Rows
    layer: Ints
    color: Ints
    weight: Floats
    dashed: Bools
    source: Ints
    origin: Ints
    instance: Ints


class _Expansion:
    """The drawing with its placements; one method per table."""

    def __init__(self, drawing: d.Drawing, tolerance: float | None) -> None:
        self.drawing = drawing
        self.places = place(drawing)
        self.visible = np.array([row.layer.visible for row in drawing.layers] or [True], dtype=np.bool_)
        self.tolerance = tolerance or _tolerance(drawing, self.places)
        self.skipped: Counter[tuple[str, str]] = Counter()
        self.paths = 0

    def placed(self, common: d.Common, kind: str) -> _Placed:
        """Gather a table for all placements; rows on hidden layers are dropped and counted."""
        row, where = gather(common.owner, self.places.block, len(self.drawing.blocks))
        layer, color, weight, dashed, _ = resolve(self.drawing, common, row, self.places, where)
        shown = self.visible[layer] & ~self.places.hidden[where]
        self.skipped[kind, "layer_hidden"] += int(len(shown) - shown.sum())
        row, where = row[shown], where[shown]
        forced = self.places.origin[where]
        return _Placed(
            row=row,
            place=where,
            layer=layer[shown],
            color=color[shown],
            weight=np.maximum(weight[shown], 0) / 100.0,
            dashed=dashed[shown] > 0,
            source=common.source[row],
            origin=np.where(forced >= 0, forced, common.origin[row]).astype(np.int32),
            instance=(where - 1).astype(np.int32),
        )

    def world(self, points: Floats, where: Rows) -> Floats:
        """(n, 3) points of blocks on the sheet."""
        places = self.places
        if len(places) == 1:
            return points
        return np.asarray(np.einsum("nij,nj->ni", places.linear[where], points) + places.shift[where])

    def strokes_of(
        self, placed: _Placed, owner: Rows, start: Floats, end: Floats, extra: tuple[Floats, Floats, Ints, Ints]
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

    def lines(self) -> Strokes:
        """LINE."""
        table = self.drawing.lines
        placed = self.placed(table.common, "LINE")
        start, end = (self.world(points[placed.row], placed.place) for points in (table.start, table.end))
        tall = table.common.thickness[placed.row] * self._upright(placed)
        none = np.full(len(start), -1, np.int32)
        every = np.arange(len(start))
        return self.strokes_of(placed, every, start, end, (np.zeros(len(start)), tall, none, none))

    def _upright(self, placed: _Placed) -> Floats:
        return np.asarray(self.places.linear[placed.place, 2, 2], dtype=np.float64)

    def _scale(self, where: Rows) -> Floats:
        """(n,) linear scale of placements in the plane."""
        linear = self.places.linear[where]
        determinant = linear[:, 0, 0] * linear[:, 1, 1] - linear[:, 0, 1] * linear[:, 1, 0]
        return np.sqrt(np.abs(determinant))

    def conics(self) -> tuple[Strokes, Arcs, Areas]:
        """ARC, CIRCLE, ELLIPSE: as strokes, as arcs where they stay circular, as areas where they are closed."""
        table = self.drawing.conics
        placed = self.placed(table.common, "ARC")
        center, u, v = _conic_axes(table)
        row, where = placed.row, placed.place
        center = self.world(center[row], where)
        u, v = (np.einsum("nij,nj->ni", self.places.linear[where], axis[row]) for axis in (u, v))
        start, sweep = table.start[row], table.sweep[row]
        lists = conics(center, u, v, start, sweep, tolerance=self.tolerance)
        ring = np.zeros(len(row), np.bool_)
        first, last, owner = pieces(lists, ring)
        circular, arcs = _arcs(center, u, v, start, sweep)
        index = np.where(circular, np.cumsum(circular) - 1, -1).astype(np.int32)
        path = self._numbers(len(row))
        tall = table.common.thickness[row] * self._upright(placed)
        extra = (np.zeros(len(owner)), tall[owner], index[owner], path[owner])
        strokes = self.strokes_of(placed, owner, lists.points[first], lists.points[last], extra)
        kept = np.flatnonzero(circular)
        circles = Arcs(*arcs, placed.layer[kept], placed.source[kept], placed.instance[kept])
        whole = np.flatnonzero(np.abs(sweep - 2 * np.pi) < 1e-9)
        rings = _without_last(lists.take(whole))
        return strokes, circles, self._areas(placed, whole, rings, np.arange(len(whole)), tall[whole])

    def _numbers(self, count: int) -> Ints:
        """(n,) fresh path numbers."""
        self.paths += count
        return np.arange(self.paths - count, self.paths, dtype=np.int32)

    def polylines(self, arcs_before: int) -> tuple[Strokes, Arcs, Areas]:
        """LWPOLYLINE, POLYLINE, SPLINE, LEADER: as strokes, their bulges as arcs, closed ones as areas too."""
        table = self.drawing.polylines
        placed = self.placed(table.common, "POLYLINE")
        row, where = placed.row, placed.place
        scale = np.zeros(len(table))
        np.maximum.at(scale, row, self._scale(where))
        factor = float(scale.max(initial=0.0)) or 1.0
        flat, origin = bulged(table.points, table.bulge.points[:, 0], table.closed, tolerance=self.tolerance / factor)
        flat = _in_world(flat, table.common.extrusion, table.world)
        lists = flat.take(row)
        points = self.world(lists.points, where[lists.owner])
        lists = Ragged(points, lists.offsets)
        first, last, owner = pieces(lists, table.closed[row])
        rank, arcs, arc_list = self._bulges(table, placed)
        # Each piece starts in the stretch of one original point, which is bulged or not.
        source_point = np.repeat(flat.offsets[:-1][row] - lists.offsets[:-1], lists.counts) + np.arange(len(points))
        local = rank[origin[source_point[first]]]
        index = np.where(local >= 0, arc_list[owner] + local, -1)
        index = np.where(index >= 0, index + arcs_before, -1).astype(np.int32)
        path = self._numbers(len(row))
        wide = table.width[row] * self._scale(where)
        tall = table.common.thickness[row] * self._upright(placed)
        extra = (wide[owner], tall[owner], index, path[owner])
        strokes = self.strokes_of(placed, owner, points[first], points[last], extra)
        looped = table.closed[row] | _meets(lists)
        ring = np.flatnonzero(looped & (lists.counts >= 3))
        rings = lists.take(ring)
        rings = _without_last(rings, where=~table.closed[row][ring])
        return strokes, arcs, self._areas(placed, ring, rings, np.arange(len(ring)), tall[ring])

    def _bulges(self, table: d.Polylines, placed: _Placed) -> tuple[NDArray[np.intp], Arcs, NDArray[np.intp]]:
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
        spatial = np.column_stack([center, flat[first, 2]])
        frame = axes(table.common.extrusion[owner])
        spatial = to_world(spatial, table.common.extrusion[owner])
        offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        numbers = Ragged(np.arange(len(first), dtype=np.float64)[:, None], offsets).take(placed.row)
        each, holder = numbers.points[:, 0].astype(np.intp), numbers.owner
        where = placed.place[holder]
        linear = self.places.linear[where]
        u, v = (np.einsum("nij,nj->ni", linear, frame[each, k] * radius[each, None]) for k in (0, 1))
        # A clockwise bulge is the same arc from its other end.
        begin = np.where(sweep < 0, start + sweep, start)[each]
        circular, arcs = _arcs(self.world(spatial[each], where), u, v, begin, np.abs(sweep)[each])
        # Stretched bulges stay in the table as the circle of their mean radius, so that numbers run on.
        if not circular.all():
            _, arcs = _arcs(self.world(spatial[each], where), u, v, begin, np.abs(sweep)[each], all_of_them=True)
        table_arcs = Arcs(*arcs, placed.layer[holder], placed.source[holder], placed.instance[holder])
        return rank, table_arcs, numbers.offsets[:-1].astype(np.intp)

    def hatches(self) -> Areas:
        """HATCH, MPOLYGON, SOLID, TRACE, WIPEOUT."""
        table = self.drawing.hatches
        placed = self.placed(table.common, "HATCH")
        closed = np.ones(len(table), np.bool_)
        factor = float(self._scale(placed.place).max(initial=0.0)) or 1.0
        flat, _ = bulged(table.points, table.bulge.points[:, 0], closed, tolerance=self.tolerance / factor)
        flat = _in_world(flat, table.common.extrusion, np.zeros(len(table), np.bool_))
        lists = flat.take(placed.row)
        lists = Ragged(self.world(lists.points, placed.place[lists.owner]), lists.offsets)
        every = np.arange(len(placed.row))
        pair = table.region[placed.row].astype(np.int64) * len(self.places) + placed.place
        region = np.unique(pair, return_inverse=True)[1]
        tall = table.common.thickness[placed.row] * self._upright(placed)
        areas = self._areas(placed, every, lists, region, tall)
        wiped = areas.origin == Origin.WIPEOUT
        return Areas(
            areas.rings, areas.region, ~wiped, table.solid[placed.row] & ~wiped, areas.layer, areas.color, areas.z,
            areas.thickness, areas.origin, areas.source, areas.instance,
        )  # fmt: skip

    def _areas(self, placed: _Placed, rows: Rows, rings: Ragged, region: Rows, thickness: Floats) -> Areas:
        """Unfilled areas of rings (k, 3), each of a row of ``placed``."""
        z = np.zeros(len(rows))
        np.add.at(z, rings.owner, rings.points[:, 2])
        none = np.zeros(len(rows), np.bool_)
        return Areas(
            rings=Ragged(rings.points[:, :2], rings.offsets),
            region=region.astype(np.int32),
            filled=none,
            solid=none,
            layer=placed.layer[rows],
            color=placed.color[rows],
            z=z / np.maximum(rings.counts, 1),
            thickness=thickness,
            origin=placed.origin[rows],
            source=placed.source[rows],
            instance=placed.instance[rows],
        )

    def meshes(self) -> Faces:
        """3DFACE, MESH, polyface and polygon meshes."""
        table = self.drawing.meshes
        placed = self.placed(table.common, "3DFACE")
        rings = table.rings.take(placed.row)
        rings = Ragged(self.world(rings.points, placed.place[rings.owner]), rings.offsets)
        return Faces(rings, placed.layer, placed.color, placed.source, placed.instance)

    def words(self) -> Texts:
        """TEXT, MTEXT, ATTRIB."""
        table = self.drawing.words
        placed = self.placed(table.common, "TEXT")
        row, where = placed.row, placed.place
        position = self.world(table.position[row], where)[:, :2]
        along = np.stack([np.cos(table.rotation[row]), np.sin(table.rotation[row])], axis=1)
        turned = np.einsum("nij,nj->ni", self.places.linear[where][:, :2, :2], along)
        scale = self._scale(where)
        height, width = table.height[row] * scale, table.width[row] * scale
        rotation = np.arctan2(turned[:, 1], turned[:, 0])
        box = np.stack([width, height * (1 + 1.6 * (table.lines[row] - 1))], axis=1) * (0.5 - table.anchor[row])
        cos, sin = np.cos(rotation), np.sin(rotation)
        center = position + np.stack([box[:, 0] * cos - box[:, 1] * sin, box[:, 0] * sin + box[:, 1] * cos], axis=1)
        text = tuple(table.text[k] for k in row)
        return Texts(
            position, center, height, width, rotation, text, placed.layer, placed.origin, placed.source, placed.instance
        )

    def measures(self) -> Dimensions:
        """Linear DIMENSIONs."""
        table = self.drawing.measures
        placed = self.placed(table.common, "DIMENSION")
        row, where = placed.row, placed.place
        first, second = (self.world(points[row], where)[:, :2] for points in (table.first, table.second))
        text = tuple(table.text[k] for k in row)
        measured = table.measured[row] * self._scale(where)
        return Dimensions(first, second, measured, text, table.scale[row], placed.layer, placed.source)

    def instances(self, strokes: Strokes, areas: Areas) -> Instances:
        """The placements, with the bounds of what they draw."""
        places = self.places
        count = len(places) - 1
        low, high = np.full((count + 1, 2), np.inf), np.full((count + 1, 2), -np.inf)
        parts = [
            (strokes.start, strokes.instance),
            (strokes.end, strokes.instance),
            (areas.rings.points, areas.instance[areas.rings.owner]),
        ]
        for points, instance in parts:
            np.minimum.at(low, instance + 1, points)
            np.maximum.at(high, instance + 1, points)
        for level in range(int(places.level.max()), 1, -1):
            children = np.flatnonzero(places.level == level)
            np.minimum.at(low, places.parent[children], low[children])
            np.maximum.at(high, places.parent[children], high[children])
        nothing = ~np.isfinite(low).all(axis=1)
        low[nothing] = high[nothing] = np.nan
        matrix = np.concatenate([places.linear[1:, :2, :2], places.shift[1:, :2, None]], axis=2)
        return Instances(
            block=tuple(self.drawing.blocks[k] for k in places.block[1:]),
            matrix=matrix,
            z=places.shift[1:, 2],
            layer=places.layer[1:],
            parent=(places.parent[1:] - 1).astype(np.int32),
            low=low[1:],
            high=high[1:],
            source=places.source[1:],
        )


def expand(drawing: d.Drawing, *, tolerance: float | None = None) -> tuple[Linework, tuple[Skipped, ...]]:
    """Resolve and flatten a drawing; ``tolerance`` is the largest sagitta of a chord, in drawing units.

    Returns the linework and what was left out. Raises ``DrawingTooComplex``.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        expansion = _Expansion(drawing, tolerance)
        ruled, arcs, circles = expansion.conics()
        bent, bulges, loops = expansion.polylines(len(arcs))
        strokes = _joined([expansion.lines(), ruled, bent])
        areas = _stacked([circles, loops, expansion.hatches()])
        faces = expansion.meshes()
        strokes, areas, faces = _sound(strokes, areas, faces, expansion.skipped)
        texts, dimensions = expansion.words(), expansion.measures()
        texts = texts.take(_finite(texts.position) & (texts.height > 0))
        sheet = Linework(
            layers=tuple(row.layer for row in drawing.layers),
            handles=drawing.handles,
            strokes=strokes,
            arcs=_joined([arcs, bulges]),
            areas=areas,
            texts=texts,
            dimensions=dimensions.take(_finite(dimensions.first) & _finite(dimensions.second)),
            instances=expansion.instances(strokes, areas),
            faces=faces,
        )
    skipped = (
        Skipped(kind=kind, reason=reason, count=count) for (kind, reason), count in expansion.skipped.items() if count
    )
    return sheet, tuple(sorted(skipped, key=lambda each: (-each.count, each.kind)))


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


def _in_world(lists: Ragged, extrusion: Floats, already: Bools) -> Ragged:
    """Point lists in world coordinates, each from the system of its extrusion."""
    owner = lists.owner
    normal = np.where(already[:, None], (0.0, 0.0, 1.0), extrusion)
    return Ragged(to_world(lists.points, normal[owner]), lists.offsets)


def _meets(lists: Ragged) -> Bools:
    """(n,) whether a list ends where it began."""
    if not len(lists) or not len(lists.points):
        return np.zeros(len(lists), np.bool_)
    first = lists.points[np.minimum(lists.offsets[:-1], len(lists.points) - 1)]
    last = lists.points[np.maximum(lists.offsets[1:] - 1, 0)]
    return np.asarray((np.abs(first - last).max(axis=1) < 1e-9) & (lists.counts > 3), dtype=np.bool_)


def _without_last(lists: Ragged, *, where: Bools | None = None) -> Ragged:
    """The lists, of those marked (or all) without the last point."""
    drop = np.ones(len(lists), np.int64) if where is None else where.astype(np.int64)
    counts = lists.counts - drop
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    return Ragged(lists.points[np.repeat(lists.offsets[:-1], counts) + within], offsets)


def _joined(tables: list[AnyTable]) -> AnyTable:
    """One table with the rows of all."""
    columns = {
        field.name: np.concatenate([getattr(each, field.name) for each in tables]) for field in fields(tables[0])
    }
    return type(tables[0])(**columns)


def _stacked(tables: list[Areas]) -> Areas:
    """One table of areas; regions are numbered on."""
    columns: dict[str, object] = {}
    for field in fields(Areas):
        if field.name not in ("rings", "region"):
            columns[field.name] = np.concatenate([getattr(each, field.name) for each in tables])
    points = np.concatenate([each.rings.points for each in tables])
    counts = np.concatenate([each.rings.counts for each in tables])
    rings = Ragged(points, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    shift, regions = 0, []
    for each in tables:
        regions.append(each.region + shift)
        shift += int(each.region.max(initial=-1)) + 1
    return Areas(rings=rings, region=np.concatenate(regions).astype(np.int32), **columns)  # type: ignore[arg-type]


def _finite(points: Floats) -> Bools:
    """(n,) rows whose coordinates are numbers within bounds."""
    return np.asarray((np.abs(points) < FARTHEST).all(axis=1), dtype=np.bool_)


def _sound(
    strokes: Strokes, areas: Areas, faces: Faces, skipped: Counter[tuple[str, str]]
) -> tuple[Strokes, Areas, Faces]:
    """Without rows that are not finite or have no extent, which are counted."""
    finite = _finite(strokes.start) & _finite(strokes.end)
    extended = (strokes.start != strokes.end).any(axis=1)
    skipped["stroke", "not_finite"] += int((~finite).sum())
    skipped["stroke", "degenerate"] += int((finite & ~extended).sum())
    bad = np.zeros(len(areas), np.bool_)
    bad[np.unique(areas.rings.owner[~_finite(areas.rings.points)])] = True
    bad |= areas.rings.counts < 3
    bad = np.isin(areas.region, np.unique(areas.region[bad]))
    torn = np.zeros(len(faces), np.bool_)
    torn[np.unique(faces.rings.owner[~_finite(faces.rings.points)])] = True
    skipped["area", "not_finite"] += int(bad.sum())
    skipped["face", "not_finite"] += int(torn.sum())
    return strokes.take(finite & extended), areas.take(~bad), faces.take(~torn)


def _tolerance(drawing: d.Drawing, places: Placements) -> float:
    """A share of the diagonal within which most of the drawing lies (in the file's own coordinates)."""
    parts = [
        drawing.lines.start[drawing.lines.common.owner == 0],
        drawing.polylines.points.points[drawing.polylines.common.owner[drawing.polylines.points.owner] == 0],
        drawing.conics.center[drawing.conics.common.owner == 0],
        places.shift[1:],
    ]
    points = np.concatenate([part[:, :2] for part in parts])
    if len(points) < 8:
        points = np.concatenate([points, drawing.lines.start[:, :2], drawing.polylines.points.points[:, :2]])
    points = points[_finite(points)]
    if not len(points):
        return 1e-3
    low, high = np.percentile(points, (2, 98), axis=0)
    diagonal = float(np.hypot(*(high - low)))
    return TOLERANCE * diagonal if diagonal > 0 else 1e-3
