"""One storey of a floor plan from the linework of its view: walls, openings, rooms and all that stands in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting import (
    columns,
    fixtures,
    furniture,
    hatching,
    kinds,
    leaves,
    marks,
    measuring,
    openings,
    panes,
    rooms,
    stairs,
    tiling,
    walls,
)
from pipelines.drafting.naming import Category
from pipelines.geometry.areas import joined, offset, parts
from pipelines.geometry.components import components
from pipelines.geometry.pairs import Strips, dots, rectangles
from pipelines.plan import LineSet, Storey, WallKind, Walls

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.drafts import Heights
    from pipelines.drafting.meaning import Meaning
    from pipelines.drafting.walls import Network
    from pipelines.linework import Floats, Ints, Linework
    from pipelines.plan import Openings

#: Height of parapets and railings, metres.
LOW_WALL = 1.0
#: Swings that are surer than this show their leaf.
LEAF = 0.6


@dataclass(frozen=True, slots=True)
class Found:
    """A storey and how its walls were found."""

    storey: Storey
    method: str
    confidence: float


def find(
    sheet: Linework,
    meaning: Meaning,
    *,
    name: str,
    level: int,
    elevation: float,
    height: float,
    affine: Floats,
    heights: Heights,
) -> Found:
    """Understand a view (in plan metres) as a storey."""
    hatched = hatching.find(sheet)
    meaning = tiling.told(sheet, measuring.told(sheet, meaning, hatched))
    glazed = panes.find(sheet, meaning)
    signs = marks.find(sheet, meaning, glazed)
    steps = stairs.find(sheet, meaning)
    # What draws a window or a leaf is no face of a wall.
    sure = signs.confidence > LEAF
    other = glazed.strokes | leaves.drawn(sheet, signs.hinge[sure], signs.tip[sure])
    network = walls.find(sheet, meaning, hinges=signs.hinges, flights=steps.footprint, glazed=other, hatched=hatched)
    pillars = columns.find(sheet, meaning)
    found, on_run = openings.find(sheet, meaning, network, signs, heights, pillars=pillars.footprint)
    pillars = fixtures.columns(pillars, sheet, network.whole)
    pieces, host = _pieces(sheet, network, found, on_run)
    found = replace(found, host=host)
    closed = rooms.sealed(np.concatenate([pieces.footprint, pillars.footprint]))
    inside = rooms.find(sheet, meaning, closed)
    found = kinds.settle(found, inside, closed, sheet)
    storey = Storey(
        name=name,
        level=level,
        elevation=elevation,
        height=height,
        affine=affine,
        walls=pieces,
        openings=found,
        columns=pillars,
        stairs=fixtures.stairs(steps, sheet, network.whole),
        rooms=inside,
        furniture=fixtures.furniture(furniture.find(sheet, meaning), sheet, network.whole),
        lines=_lines(sheet, meaning, network),
    )
    return Found(storey, network.method, network.confidence)


def _pieces(sheet: Linework, network: Network, found: Openings, on_run: Ints) -> tuple[Walls, Ints]:
    """The walls from junction to junction, running through their openings; and the wall of each opening."""
    strips = network.strips
    half = found.direction * (found.width / 2)[:, None]
    across = Strips(
        start=found.center - half,
        end=found.center + half,
        thickness=found.depth,
        first=np.full(len(found), -1, np.intp),
        second=np.full(len(found), -1, np.intp),
    )
    bands = np.concatenate([strips.rectangles(), across.rectangles()])
    run = np.concatenate([network.run, on_run.astype(np.intp)])
    # Openings that stand on no run are walls of their own.
    alone = np.flatnonzero(run < 0)
    run[alone] = len(network.runs) + np.arange(len(alone))
    touching = (
        shapely.STRtree(bands).query(bands, predicate="dwithin", distance=0.02) if len(bands) else np.zeros((2, 0), int)
    )
    i, j = touching[0], touching[1]
    same = run[i] == run[j]
    label = components(len(bands), i[same], j[same])
    count = int(label.max()) + 1 if len(label) else 0
    starts, ends = np.concatenate([strips.start, across.start]), np.concatenate([strips.end, across.end])
    axis, thickness = _axes(label, count, starts, ends, np.concatenate([strips.thickness, across.thickness]))
    footprint = rectangles(axis[:, 0], axis[:, 1], thickness)
    order = np.argsort(label, kind="stable")
    groups = np.split(bands[order], np.flatnonzero(np.diff(label[order])) + 1) if count else []
    uneven = _uneven(label, count, np.concatenate([strips.thickness, across.thickness]))
    for k in np.flatnonzero(uneven):
        footprint[k] = shapely.union_all(groups[k])
    footprint = _with_junctions(footprint, network.whole)
    kind = _kinds(footprint, network)
    return _walls(sheet, network, footprint, axis, thickness, kind), label[len(strips) :].astype(np.int32)


def _axes(label: NDArray[np.intp], count: int, start: Floats, end: Floats, thickness: Floats) -> tuple[Floats, Floats]:
    """Centreline (n, 2, 2) and thickness (n,) of each group of collinear bands."""
    length = np.hypot(*(end - start).T)
    longest = np.lexsort((-length, label))
    head = longest[np.flatnonzero(np.append(True, label[longest][1:] != label[longest][:-1]))] if count else longest
    origin, vector = start[head], end[head] - start[head]
    direction = vector / np.maximum(np.hypot(*vector.T), 1e-9)[:, None]
    begin, finish = np.full(count, np.inf), np.full(count, -np.inf)
    for point in (start, end):
        t = np.einsum("ij,ij->i", point - origin[label], direction[label])
        np.minimum.at(begin, label, t)
        np.maximum.at(finish, label, t)
    axis = np.stack([origin + direction * begin[:, None], origin + direction * finish[:, None]], axis=1)
    return axis.reshape(count, 2, 2), thickness[head]


def _uneven(label: NDArray[np.intp], count: int, thickness: Floats) -> NDArray[np.bool_]:
    """(n,) groups whose bands differ in thickness, or in axis, so that one rectangle does not stand for them."""
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, label, thickness)
    np.maximum.at(high, label, thickness)
    return np.asarray(high - low > 1e-3, dtype=np.bool_)


def _with_junctions(footprint: NDArray[np.object_], whole: shapely.Geometry) -> NDArray[np.object_]:
    """Add to the pieces what of the region they leave out (corners, mitres); what touches none is its own piece."""
    if not len(footprint):
        return np.asarray(parts(whole), dtype=np.object_)
    # Opened, since rounding leaves hairs along the pieces, which would hold what is left together.
    rest = parts(offset(offset(shapely.difference(whole, joined(footprint)), -5e-4), 5e-4))
    rest = rest[shapely.area(rest) > 1e-6]
    i, j = shapely.STRtree(footprint).query(rest, predicate="dwithin", distance=2e-3)
    # A corner joins the piece that it shares most of a side with, not one that it meets in a point.
    common = shapely.area(shapely.intersection(offset(rest[i], 2e-3), footprint[j]))
    order = np.lexsort((-common.round(6), i))
    head = order[np.flatnonzero(np.append(True, i[order][1:] != i[order][:-1]))] if len(order) else order
    grown = footprint.copy()
    attached = np.zeros(len(rest), np.bool_)
    for corner, piece in zip(i[head], j[head], strict=True):
        both = parts(shapely.union(grown[piece], rest[corner], grid_size=1e-4))
        if len(both) > 1:  # a hair apart, by rounding to the grid
            both = parts(offset(offset(shapely.MultiPolygon(list(both)), 5e-4), -5e-4))
        if len(both) == 1:
            grown[piece], attached[corner] = both[0], True
    missing = rest[~attached]
    return np.concatenate([grown, missing[shapely.area(missing) > 1e-3]])


def _kinds(footprint: NDArray[np.object_], network: Network) -> tuple[WallKind, ...]:
    """Solid, glass or low, by which region holds most of each piece."""
    if shapely.is_empty(network.glass) and shapely.is_empty(network.low):
        return (WallKind.SOLID,) * len(footprint)
    shares = np.stack(
        [
            shapely.area(shapely.intersection(footprint, region))
            for region in (network.solid, network.glass, network.low)
        ]
    )
    kinds = (WallKind.SOLID, WallKind.GLASS, WallKind.LOW)
    return tuple(kinds[k] for k in shares.argmax(axis=0))


def _walls(
    sheet: Linework,
    network: Network,
    footprint: NDArray[np.object_],
    axis: Floats,
    thickness: Floats,
    kind: tuple[WallKind, ...],
) -> Walls:
    """The table, with the layer and the sources of each piece."""
    extra = len(footprint) - len(axis)
    axis = np.concatenate([axis, np.full((extra, 2, 2), np.nan)])
    thickness = np.concatenate([thickness, np.full(extra, network.thickness)])
    rows = np.flatnonzero(network.wall_strokes)
    strokes = sheet.strokes
    middle = dots((strokes.start[rows] + strokes.end[rows]) / 2)
    piece, near = shapely.STRtree(middle).query(footprint, predicate="dwithin", distance=0.01)
    own = rows[near]
    layers = [""] * len(footprint)
    pairs, count = np.unique(np.stack([piece, strokes.layer[own]], axis=1), axis=0, return_counts=True)
    for k, layer in pairs[np.argsort(count, kind="stable")].tolist():  # the commonest comes last, and stays
        layers[k] = sheet.layers[layer].plain
    handles: list[tuple[str, ...]] = [()] * len(footprint)
    pairs = np.unique(np.stack([piece, strokes.source[own]], axis=1), axis=0)
    bounds = np.searchsorted(pairs[:, 0], np.arange(len(footprint) + 1)).tolist()
    sources = pairs[:, 1].tolist()
    for k in range(len(footprint)):
        handles[k] = tuple(sheet.handles[s] for s in sources[bounds[k] : min(bounds[k + 1], bounds[k] + 64)])
    return Walls(
        footprint=footprint,
        axis=axis,
        thickness=thickness,
        height=np.where(np.asarray([k == WallKind.LOW for k in kind], np.bool_), LOW_WALL, np.nan),
        kind=kind,
        layer=tuple(layers),
        confidence=np.full(len(footprint), network.confidence),
        handles=tuple(handles),
    )


#: Linework that a viewer may show beside the model, by what it is.
_SHOWN = {
    Category.AXIS: "axis",
    Category.DIMENSION: "dimension",
    Category.ANNOTATION: "annotation",
    Category.TEXT: "annotation",
    Category.SITE: "site",
    Category.FLOOR: "floor",
    Category.TILES: "floor",
    Category.UNKNOWN: "linework",
}


def _lines(sheet: Linework, meaning: Meaning, network: Network) -> LineSet:
    """What was not understood as a thing, by layer."""
    strokes = sheet.strokes
    rows = np.flatnonzero(np.isin(meaning.strokes, list(_SHOWN)) & ~network.wall_strokes)
    names = [layer.plain for layer in sheet.layers]
    shown = {int(category): name for category, name in _SHOWN.items()}
    return LineSet(
        start=strokes.start[rows],
        end=strokes.end[rows],
        layer=tuple(map(names.__getitem__, strokes.layer[rows].tolist())),
        category=tuple(map(shown.__getitem__, meaning.strokes[rows].tolist())),
    )
