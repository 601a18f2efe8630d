"""Stairs, columns and fixtures that a detector saw and lines do not show: the box around each stands for it.

Scans have no layers and no blocks, so what furnishes them is known by its looks alone. Nothing is told twice: what
lies on a thing that lines told, or in a wall, is left out, and so is what is larger or smaller than such things are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.geometry.areas import polygons
from pipelines.linework import Ragged, Seen
from pipelines.plan import Columns, Furniture, FurnitureKind, Stairs

if TYPE_CHECKING:
    from pipelines.geometry.areas import Geometries
    from pipelines.linework import Bools, Floats, Linework, Sightings

#: Least and greatest shorter and longer side of each, metres. A counter around a corner has a box full of floor.
SIZES: Final = {
    Seen.STAIR: ((0.6, 4.5), (0.8, 9.0)),
    Seen.COLUMN: ((0.12, 1.2), (0.12, 1.6)),
    Seen.TOILET: ((0.3, 0.8), (0.4, 1.1)),
    Seen.BASIN: ((0.25, 0.9), (0.3, 2.0)),
    Seen.BATH: ((0.55, 1.3), (1.0, 2.3)),
    Seen.COUNTER: ((0.3, 1.0), (0.4, 8.0)),
}
#: What is less sure than this is not built on its looks alone.
SURE: Final = 0.4
#: A box is taken where it shares no more of its area with another thing, or with a wall.
SHARED: Final = 0.25
WALLED: Final = 0.5
#: Depth of a step, metres (a stair of 17 cm risers is 28 to 29 cm deep).
GOING: Final = 0.28
#: Share of a column's box that is filled or outlined.
FILLED: Final = 0.4
_FURNITURE: Final = {
    Seen.TOILET: (FurnitureKind.SANITARY, 0.45),
    Seen.BASIN: (FurnitureKind.SANITARY, 0.85),
    Seen.BATH: (FurnitureKind.SANITARY, 0.55),
    Seen.COUNTER: (FurnitureKind.KITCHEN, 0.9),
}


def stairs(known: Stairs, sheet: Linework, walls: shapely.Geometry) -> Stairs:
    """The flights, with those that were only seen: a tread every ``GOING`` across the way that its lines run."""
    seen, boxes = _free(sheet.sightings, (Seen.STAIR,), known.footprint, walls)
    if not len(seen):
        return known
    treads = [_treads(sheet, seen.low[k], seen.high[k]) for k in range(len(seen))]
    counts = np.array([len(each) for each in treads])
    made = Stairs(
        footprint=boxes,
        tread_count=counts.astype(np.int32),
        up=np.full((len(seen), 2), np.nan),
        layer=("",) * len(seen),
        confidence=seen.score,
        handles=((),) * len(seen),
        treads=Ragged(np.concatenate(treads).reshape(-1, 2), np.append(0, np.cumsum(2 * counts))),
    )
    return Stairs.joined([known, made])


def columns(known: Columns, sheet: Linework, walls: shapely.Geometry) -> Columns:
    """The columns, with those that were only seen, where something is filled or outlined."""
    seen, boxes = _free(sheet.sightings, (Seen.COLUMN,), known.footprint, walls)
    if len(seen):
        shape, _ = polygons(sheet.areas)
        of, area = shapely.STRtree(shape).query(boxes, predicate="intersects")
        share = np.zeros(len(boxes))
        np.maximum.at(share, of, shapely.area(shapely.intersection(boxes[of], shape[area])) / shapely.area(boxes[of]))
        dark = np.flatnonzero(share >= FILLED)
        seen, boxes = seen.take(dark), boxes[dark]
    if not len(seen):
        return known
    made = Columns(
        footprint=boxes,
        height=np.full(len(seen), np.nan),
        layer=("",) * len(seen),
        confidence=seen.score,
        handles=((),) * len(seen),
    )
    return Columns.joined([known, made])


def furniture(known: Furniture, sheet: Linework, walls: shapely.Geometry) -> Furniture:
    """The furniture, with the fixtures that were only seen, drawn as their boxes."""
    seen, boxes = _free(sheet.sightings, tuple(_FURNITURE), known.footprint, walls)
    if not len(seen):
        return known
    low, high = seen.low, seen.high
    corners = np.stack([low, np.column_stack([high[:, 0], low[:, 1]]), high, np.column_stack([low[:, 0], high[:, 1]])])
    lines = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1).transpose(2, 0, 1, 3)
    things = [Seen(kind) for kind in seen.kind.tolist()]
    made = Furniture(
        kind=tuple(_FURNITURE[thing][0] for thing in things),
        name=tuple(thing.name.lower() for thing in things),
        footprint=boxes,
        height=np.array([_FURNITURE[thing][1] for thing in things]),
        lines=Ragged(lines.reshape(-1, 2), 8 * np.arange(len(seen) + 1)),
        layer=("",) * len(seen),
        handles=((),) * len(seen),
    )
    return Furniture.joined([known, made])


def _free(
    seen: Sightings, kinds: tuple[Seen, ...], known: Geometries, walls: shapely.Geometry
) -> tuple[Sightings, Geometries]:
    """The sightings of some kinds that are of a size and lie on nothing else, and their boxes; the surest first."""
    seen = seen.take(np.flatnonzero(np.isin(seen.kind, kinds) & (seen.score >= SURE)))
    seen = seen.take(np.flatnonzero(_sized(seen)))
    seen = seen.take(np.argsort(-seen.score, kind="stable"))
    boxes = np.asarray(shapely.box(*seen.low.T, *seen.high.T), dtype=np.object_)
    area = shapely.area(boxes)
    free = _covered(boxes, known) <= SHARED
    free &= shapely.area(shapely.intersection(boxes, walls)) <= WALLED * area
    # Of two that lie on each other the surer stays.
    i, j = shapely.STRtree(boxes).query(boxes, predicate="intersects") if len(boxes) else np.zeros((2, 0), np.intp)
    common = shapely.area(shapely.intersection(boxes[i], boxes[j]))
    clash = (i < j) & (common > SHARED * np.minimum(area[i], area[j]))
    for one, other in zip(i[clash].tolist(), j[clash].tolist(), strict=True):
        free[other] &= not free[one]
    rows = np.flatnonzero(free)
    return seen.take(rows), boxes[rows]


def _sized(seen: Sightings) -> Bools:
    """(n,) whether boxes are as large as what is in them."""
    sides = np.sort(seen.high - seen.low, axis=1)
    limits = np.array([SIZES[Seen(kind)] for kind in seen.kind.tolist()]).reshape(-1, 2, 2)
    return np.asarray(((sides >= limits[:, :, 0]) & (sides <= limits[:, :, 1])).all(axis=1), dtype=np.bool_)


def _covered(boxes: Geometries, things: Geometries) -> Floats:
    """(n,) share of each box, or of the thing on it if that is smaller, that they have in common; the greatest."""
    share = np.zeros(len(boxes))
    if len(boxes) and len(things):
        box, thing = shapely.STRtree(things).query(boxes, predicate="intersects")
        least = np.minimum(shapely.area(boxes[box]), shapely.area(things[thing]))
        common = shapely.area(shapely.intersection(boxes[box], things[thing]))
        np.maximum.at(share, box, common / np.maximum(least, 1e-9))
    return share


def _treads(sheet: Linework, low: Floats, high: Floats) -> Floats:
    """(k, 2, 2) treads of a flight that fills a box."""
    size = high - low
    along = _climbs(sheet, low, high)
    count = max(2, 1 + round(float(size[along]) / GOING))
    at = np.linspace(low[along], high[along], count)
    treads = np.empty((count, 2, 2))
    treads[:, :, along] = at[:, None]
    treads[:, 0, 1 - along], treads[:, 1, 1 - along] = low[1 - along], high[1 - along]
    return treads


def _climbs(sheet: Linework, low: Floats, high: Floats) -> int:
    """Along which axis a flight climbs: across most of the lines that are drawn in its box, else along its side."""
    strokes = sheet.strokes
    middle = (strokes.start + strokes.end) / 2
    inside = ((middle > low) & (middle < high)).all(axis=1)
    vector = np.abs(strokes.end - strokes.start)[inside]
    flat = vector.min(axis=1) < 0.1 * vector.max(axis=1)
    drawn = np.array([vector[flat & (vector.argmax(axis=1) == axis), axis].sum() for axis in (0, 1)])
    if drawn.max() > 2 * drawn.min():
        return int(drawn.argmin())
    return int((high - low).argmax())
