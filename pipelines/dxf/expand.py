"""A ``Drawing`` into ``Linework``: blocks placed, curves flattened, properties resolved, everything at once.

Each table is gathered for all placements, transformed as arrays and projected on the sheet (top view). Nothing here
knows how the drawing was read.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from pipelines.dxf.expansion.curves import conic_strokes, line_strokes, polyline_strokes
from pipelines.dxf.expansion.sheet import Sheet
from pipelines.dxf.expansion.sound import (
    sound_arcs,
    sound_areas,
    sound_dimensions,
    sound_faces,
    sound_strokes,
    sound_texts,
)
from pipelines.dxf.expansion.surfaces import hatch_areas, mesh_faces
from pipelines.dxf.expansion.words import dimensions, texts
from pipelines.linework import Arcs, Areas, Instances, Linework, Ragged, Strokes
from pipelines.report import Skipped

if TYPE_CHECKING:
    from pipelines.dxf import drawing as d

AnyTable = TypeVar("AnyTable", Strokes, Arcs)


def expand(drawing: d.Drawing, *, tolerance: float | None = None) -> tuple[Linework, tuple[Skipped, ...]]:
    """Resolve and flatten a drawing; ``tolerance`` is the largest sagitta of a chord, in drawing units.

    Returns the linework and what was left out. Raises ``DrawingTooComplex``.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        sheet = Sheet(drawing, tolerance)
        ruled, arcs, circles = conic_strokes(sheet)
        bent, bulges, loops = polyline_strokes(sheet, len(arcs))
        strokes = sound_strokes(_joined([line_strokes(sheet), ruled, bent]), sheet.skipped)
        strokes, arcs = sound_arcs(strokes, _joined([arcs, bulges]))
        areas = sound_areas(_stacked([circles, loops, hatch_areas(sheet)]), sheet.skipped)
        linework = Linework(
            layers=tuple(row.layer for row in drawing.layers),
            handles=drawing.handles,
            strokes=strokes,
            arcs=arcs,
            areas=areas,
            texts=sound_texts(texts(sheet), sheet.skipped),
            dimensions=sound_dimensions(dimensions(sheet), sheet.skipped),
            instances=_instances(sheet, strokes, areas),
            faces=sound_faces(mesh_faces(sheet), sheet.skipped),
        )
    skipped = (Skipped(kind=kind, reason=why, count=count) for (kind, why), count in sheet.skipped.items() if count)
    return linework, tuple(sorted(skipped, key=lambda each: (-each.count, each.kind, each.reason)))


def _instances(sheet: Sheet, strokes: Strokes, areas: Areas) -> Instances:
    """The placements, with the bounds of what they draw."""
    places = sheet.places
    low, high = np.full((len(places), 2), np.inf), np.full((len(places), 2), -np.inf)
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
        block=tuple(sheet.drawing.blocks[k] for k in places.block[1:]),
        matrix=np.where(np.isfinite(matrix), matrix, 0.0),
        z=np.nan_to_num(places.shift[1:, 2], nan=0.0, posinf=0.0, neginf=0.0),
        layer=places.layer[1:],
        parent=(places.parent[1:] - 1).astype(np.int32),
        low=low[1:],
        high=high[1:],
        source=places.source[1:],
    )


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
