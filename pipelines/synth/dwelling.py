"""Flats and houses: cells around a hall, named by what they are good for."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import box

from pipelines.plan import WallKind
from pipelines.synth import cells as division
from pipelines.synth.cells import Cell, snap
from pipelines.synth.fitting import blocked as swept
from pipelines.synth.fitting import furnish
from pipelines.synth.flights import climb
from pipelines.synth.graph import Graph, lines_of, pieces, straightened, trace
from pipelines.synth.layout import Draft, UnsoundError
from pipelines.synth.piercing import pierce

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Masonry:
    """Thicknesses of walls, metres."""

    outer: float
    bearing: float
    light: float

    @classmethod
    def usual(cls, rng: np.random.Generator, *, imperial: bool) -> Masonry:
        """What is built where one builds in inches, or in millimetres."""
        if imperial:
            outer = float(rng.choice([4.5, 5.5, 6.5, 8.0])) * 0.0254
            return cls(outer, float(rng.choice([4.5, 5.5])) * 0.0254, float(rng.choice([3.5, 4.5])) * 0.0254)
        outer = float(rng.choice([0.2, 0.24, 0.25, 0.3, 0.365, 0.4]))
        bearing = float(rng.choice([0.15, 0.18, 0.2, 0.24]))
        return cls(outer, min(bearing, outer), float(rng.choice([0.08, 0.1, 0.115, 0.12, 0.15])))


@dataclass(frozen=True, slots=True)
class Frame:
    """What the storeys of a house share: its outline, and where its hall and stairs are."""

    outline: shapely.Polygon
    step: float  #: of setting out
    living: float  #: the living rooms lie left of this x
    hall: tuple[float, float]  #: y from, to
    stair: tuple[float, float] | None  #: x from, to, below the hall
    garage: shapely.Polygon | None
    post: float = 0.0  #: side of the columns where walls meet, metres; 0 for none


def frame(rng: np.random.Generator, *, house: bool, imperial: bool) -> Frame:
    """An outline with the lines on which its storeys hang."""
    step = 0.0508 if imperial else 0.05
    width = snap(float(rng.uniform(8.5, 14.5)), step)
    depth = snap(float(rng.uniform(7.5, 10.5)), step)
    stair = None
    living = snap(width * float(rng.uniform(0.34, 0.46)), step)
    low = snap(depth * float(rng.uniform(0.4, 0.5)), step)
    if house:
        wide = snap(float(rng.choice([1.15, 2.3])), step)
        stair = (living, snap(living + wide, step))
    garage = None
    whole = division.outline(rng, width, depth, step)
    if house and rng.random() < 0.4:
        reach = snap(float(rng.choice([3.4, 6.0])), step)
        garage = box(width, 0, width + reach, snap(min(6.2, depth - 0.5), step))
    return Frame(whole, step, living, (low, snap(low + float(rng.uniform(1.15, 1.7)), step)), stair, garage)


def storey(rng: np.random.Generator, base: Frame, masonry: Masonry, *, level: int) -> Draft:
    """One storey within a frame."""
    shapes = _open(rng, base) if base.stair is None and rng.random() < 0.3 else _around_hall(rng, base, level)
    found = division.clipped(shapes, base.outline)
    found = _named(rng, found, level)
    found = [part for cell in found for part in _with_closet(rng, cell, base.step)]
    if base.garage is not None and level == 0:
        found.append(Cell(base.garage, "garage"))
    draft = walled(rng, found, masonry)
    climb(draft)
    pierce(rng, draft, level=level)
    if base.post:
        _posts(draft, base.post)
    furnish(rng, draft)
    return draft


def _posts(draft: Draft, size: float) -> None:
    """Columns at the corners of outer walls and where others meet them, as frames of concrete have them."""
    graph = draft.graph
    ends = np.unique(graph.edges[graph.outer])
    degree = np.bincount(graph.edges.ravel(), minlength=len(graph.nodes))
    blocked = [*swept(draft)]
    for node in ends:
        vectors = graph.direction[(graph.edges == node).any(axis=1)]
        corner = degree[node] > 2 or abs(float(vectors[0] @ vectors[1])) < 0.9
        x, y = graph.nodes[node]
        shape = box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)
        far = all(shape.distance(other) > 1.5 for other in draft.columns)
        if corner and far and not any(shape.distance(other) < 0.02 for other in blocked):
            draft.columns.append(shape)


def walled(rng: np.random.Generator, found: Sequence[Cell], masonry: Masonry) -> Draft:
    """Cells with walls between them.

    Raises ``UnsoundError`` where walls are shorter than they are thick.
    """
    shapes = [cell.shape for cell in found]
    nodes, edges, sides = trace(shapes)
    edges, sides, line = straightened(nodes, edges, sides, lines_of(nodes, edges))
    chosen = np.where(rng.random(int(line.max()) + 1) < 0.35, masonry.bearing, masonry.light)
    outer = (sides < 0).any(axis=1)
    thickness = np.where(outer, masonry.outer, chosen[line])
    graph = Graph(nodes, edges, sides, thickness, (WallKind.SOLID,) * len(edges))
    covered = pieces(graph)
    if not shapely.is_valid(covered.footprint).all():
        raise UnsoundError
    return Draft(graph, covered, [cell.use for cell in found], shapes)


def _around_hall(rng: np.random.Generator, base: Frame, level: int) -> list[Cell]:
    """Living rooms at one end, a hall from there, rooms on both of its sides."""
    x0, y0, x1, y1 = base.outline.bounds
    low, high = base.hall
    left = base.living if level == 0 else x0
    found = []
    if left > x0:
        cut = snap(y0 + (y1 - y0) * float(rng.uniform(0.3, 0.65)), base.step)
        if rng.random() < 0.75:
            found += [Cell(box(x0, y0, left, cut), "kitchen"), Cell(box(x0, cut, left, y1), "living_room")]
        else:
            found.append(Cell(box(x0, y0, left, y1), "living_room"))
    stop = x1 if rng.random() < 0.5 else snap(x1 - float(rng.uniform(2.4, 3.6)), base.step)
    start = left if level == 0 else snap(base.living - float(rng.uniform(0.0, 1.2)), base.step)
    found.append(Cell(box(start, low, stop, high), "hall"))
    lower_from = left
    if base.stair is not None:
        found.append(Cell(box(base.stair[0], y0, base.stair[1], low), "stairs"))
        lower_from = base.stair[1]
        if left < base.stair[0]:
            found += _band(rng, left, base.stair[0], y0, low, base.step)
    floor = high if stop < x1 else low
    found += _band(rng, lower_from, stop, y0, low, base.step)
    if stop < x1:
        found.append(Cell(box(stop, y0, x1, floor), ""))
    if start > left:
        found.append(Cell(box(left, low, start, high), ""))
    return found + _band(rng, left, x1, high, y1, base.step)


def _band(rng: np.random.Generator, x0: float, x1: float, y0: float, y1: float, step: float) -> list[Cell]:
    if x1 - x0 < 0.5:
        return []
    cuts = division.divided(rng, x0, x1, 1.7, 4.2, step)
    return [Cell(box(a, y0, b, y1), "") for a, b in itertools.pairwise(cuts)]


def _open(rng: np.random.Generator, base: Frame) -> list[Cell]:
    """Rooms off each other, without a hall, as in small and in old flats."""
    return [Cell(shape, "") for shape in division.halved(rng, base.outline, 15.0, base.step)]


def _named(rng: np.random.Generator, found: list[Cell], level: int) -> list[Cell]:
    """Uses by size, with what no dwelling goes without."""
    uses = [cell.use or _use(rng, cell.shape.area) for cell in found]
    free = [k for k, cell in enumerate(found) if not cell.use]
    by_size = sorted(free, key=lambda k: found[k].shape.area)
    if by_size and not {"bathroom", "wc"} & set(uses):
        uses[by_size[0]] = "bathroom"
    if level == 0 and "living_room" not in uses and by_size:
        uses[by_size[-1]] = "living_room"
    if level == 0 and "kitchen" not in uses and len(by_size) > 2:
        uses[by_size[len(by_size) // 2]] = "kitchen"
    # One dines in one room, and on the ground floor.
    dining = [k for k, use in enumerate(uses) if use == "dining_room"]
    for k in dining[1 if level == 0 else 0 :]:
        uses[k] = "bedroom"
    return [Cell(cell.shape, use) for cell, use in zip(found, uses, strict=True)]


def _use(rng: np.random.Generator, area: float) -> str:
    if area < 3.6:
        return str(rng.choice(["wc", "storage", "utility"]))
    if area < 7.5:
        return str(rng.choice(["bathroom", "bathroom", "utility", "study", "wardrobe"]))
    return str(rng.choice(["bedroom", "bedroom", "bedroom", "kids_room", "study", "dining_room"]))


def _with_closet(rng: np.random.Generator, cell: Cell, step: float) -> list[Cell]:
    """A bedroom, some with a closet built in along one side."""
    x0, y0, x1, y1 = cell.shape.bounds
    plain = abs(cell.shape.area - (x1 - x0) * (y1 - y0)) < 1e-3
    if cell.use not in ("bedroom", "kids_room") or not plain or cell.shape.area < 11 or rng.random() > 0.35:
        return [cell]
    deep = snap(float(rng.uniform(0.75, 0.95)), step)
    wide = x1 - x0 >= y1 - y0
    if rng.random() < 0.5:
        cut = box(x0, y0, x0 + deep, y1) if wide else box(x0, y0, x1, y0 + deep)
    else:
        cut = box(x1 - deep, y0, x1, y1) if wide else box(x0, y1 - deep, x1, y1)
    return [Cell(division.without(cell.shape, cut), cell.use), Cell(cut, "closet")]
