"""Filled and closed regions as areas, faces in space as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.geometry.flatten import bulged
from pipelines.geometry.ocs import to_world
from pipelines.linework import Areas, Bools, Faces, Floats, Origin, Ragged

if TYPE_CHECKING:
    from pipelines.dxf.expansion.sheet import Placed, Sheet
    from pipelines.dxf.placement import Rows


def areas_of(placed: Placed, rows: Rows, rings: Ragged, region: Rows, thickness: Floats) -> Areas:
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


def hatch_areas(sheet: Sheet) -> Areas:
    """HATCH, MPOLYGON, SOLID, TRACE, WIPEOUT."""
    table = sheet.drawing.hatches
    placed = sheet.placed(table.common)
    closed = np.ones(len(table), np.bool_)
    tolerance = sheet.tolerance / sheet.stretch(placed, len(table))
    flat, _ = bulged(table.points, table.bulge.points[:, 0], closed, tolerance=tolerance)
    flat = in_world(flat, table.common.extrusion, table.common.origin == Origin.WIPEOUT)
    lists = flat.take(placed.row)
    lists = Ragged(sheet.world(lists.points, placed.place[lists.owner]), lists.offsets)
    pair = table.region[placed.row].astype(np.int64) * len(sheet.places) + placed.place
    region = np.unique(pair, return_inverse=True)[1].reshape(-1)
    areas = areas_of(placed, np.arange(len(placed.row)), lists, region, sheet.tall(table.common, placed))
    wiped = areas.origin == Origin.WIPEOUT
    return Areas(
        areas.rings, areas.region, ~wiped, table.solid[placed.row] & ~wiped, areas.layer, areas.color, areas.z,
        areas.thickness, areas.origin, areas.source, areas.instance,
    )  # fmt: skip


def mesh_faces(sheet: Sheet) -> Faces:
    """3DFACE, MESH, polyface and polygon meshes."""
    table = sheet.drawing.meshes
    placed = sheet.placed(table.common)
    rings = table.rings.take(placed.row)
    rings = Ragged(sheet.world(rings.points, placed.place[rings.owner]), rings.offsets)
    return Faces(rings, placed.layer, placed.color, placed.source, placed.instance)


def in_world(lists: Ragged, extrusion: Floats, already: Bools) -> Ragged:
    """Point lists in world coordinates, each from the system of its extrusion."""
    owner = lists.owner
    normal = np.where(already[:, None], (0.0, 0.0, 1.0), extrusion)
    return Ragged(to_world(lists.points, normal[owner]), lists.offsets)


def without_last(lists: Ragged, *, where: Bools | None = None) -> Ragged:
    """The lists, of those marked (or all) without the last point."""
    drop = np.ones(len(lists), np.int64) if where is None else where.astype(np.int64)
    counts = lists.counts - drop
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    return Ragged(lists.points[np.repeat(lists.offsets[:-1], counts) + within], offsets)
