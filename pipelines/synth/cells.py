"""Outlines, and how they are divided into cells: the rooms of a storey before walls have a thickness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from shapely.geometry import box

from pipelines.geometry.areas import parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

#: Cells smaller (m2) or narrower (m, mean width) than this join a neighbour.
SMALLEST, NARROWEST = 1.3, 0.85


@dataclass(frozen=True, slots=True)
class Cell:
    """A room's share of the outline, up to the centrelines of its walls."""

    shape: shapely.Polygon
    use: str


def snap(value: float, step: float) -> float:
    """The nearest multiple of a step, as a builder would set it out."""
    return round(value / step) * step


def outline(rng: np.random.Generator, width: float, depth: float, step: float) -> shapely.Polygon:
    """A rectangle, an L, a U, a rectangle with a cut corner, or one with a slanted side."""
    whole = box(0, 0, width, depth)
    form = rng.choice(["rectangle", "l", "u", "cut", "slant"], p=[0.42, 0.26, 0.08, 0.14, 0.1])
    right = bool(rng.random() < 0.5)
    a, b = snap(float(rng.uniform(0.22, 0.4)) * width, step), snap(float(rng.uniform(0.22, 0.4)) * depth, step)
    if form == "l":
        bite = box(width - a, depth - b, width, depth) if right else box(0, depth - b, a, depth)
        return without(whole, bite)
    if form == "u":
        left = snap(float(rng.uniform(0.35, 0.45)) * width, step)
        return without(whole, box(left, depth - b, min(left + a, width - 2.5), depth))
    if form == "cut":
        c = snap(float(rng.uniform(1.2, 2.4)), step)
        slope = float(rng.choice([1.0, 1.0, 0.6]))
        corner = [(width - c, depth), (width, depth), (width, depth - c * slope)]
        if not right:
            corner = [(width - x, y) for x, y in corner]
        return without(whole, shapely.Polygon(corner))
    if form == "slant":
        lean = snap(float(rng.uniform(0.06, 0.16)) * depth, step)
        ends = (depth, depth - lean) if right else (depth - lean, depth)
        return shapely.Polygon([(0, 0), (width, 0), (width, ends[1]), (0, ends[0])])
    return whole


def without(whole: shapely.Polygon, bite: shapely.Polygon) -> shapely.Polygon:
    """What is left of a shape that a bite at its edge leaves in one piece."""
    left = shapely.difference(whole, bite)
    assert isinstance(left, shapely.Polygon)
    return left


def clipped(cells: Iterable[Cell], within: shapely.Polygon) -> list[Cell]:
    """The parts of cells within an outline; what is too small for a room goes to the neighbour it borders most."""
    found = [
        Cell(part, cell.use)
        for cell in cells
        for part in parts(shapely.intersection(cell.shape, within, grid_size=1e-3))
        if part.area > 1e-3
    ]
    found.sort(key=lambda cell: -cell.shape.area)
    while True:
        small = next((k for k in range(len(found) - 1, 0, -1) if _is_small(found[k])), None)
        if small is None:
            return found
        sliver = found.pop(small)
        shared = [shapely.length(shapely.intersection(sliver.shape, other.shape)) for other in found]
        host = max(range(len(found)), key=lambda k: shared[k])
        joined = shapely.union(found[host].shape, sliver.shape, grid_size=1e-3)
        if isinstance(joined, shapely.Polygon):
            found[host] = Cell(joined, found[host].use)


def _is_small(cell: Cell) -> bool:
    least = 0.55 if cell.use == "closet" else NARROWEST
    slim = 2 * cell.shape.area / max(cell.shape.length / 2, 1e-9)
    return bool(cell.shape.area < (0.6 if cell.use == "closet" else SMALLEST) or slim < least)


def divided(rng: np.random.Generator, low: float, high: float, least: float, most: float, step: float) -> list[float]:
    """Positions from ``low`` to ``high`` with spans between ``least`` and about ``most``."""
    count = max(1, round((high - low) / float(rng.uniform(least + 0.3 * (most - least), most))))
    count = max(1, min(count, int((high - low) / least)))
    shares = rng.uniform(0.75, 1.25, count)
    inner = low + (high - low) * (shares.cumsum() / shares.sum())[:-1]
    return [low, *(snap(float(value), step) for value in inner), high]


def halved(rng: np.random.Generator, shape: shapely.Polygon, largest: float, step: float) -> list[shapely.Polygon]:
    """A shape cut across its longer side until no part is larger than ``largest`` m2 (drawn anew for each part)."""
    x0, y0, x1, y1 = shape.bounds
    limit = largest * float(rng.uniform(0.7, 1.3))
    span = max(x1 - x0, y1 - y0)
    if shape.area <= limit or span < 4.2:
        return [shape]
    share = float(rng.uniform(0.36, 0.64))
    if x1 - x0 >= y1 - y0:
        cut = snap(x0 + share * (x1 - x0), step)
        halves = (box(x0, y0, cut, y1), box(cut, y0, x1, y1))
    else:
        cut = snap(y0 + share * (y1 - y0), step)
        halves = (box(x0, y0, x1, cut), box(x0, cut, x1, y1))
    found: list[shapely.Polygon] = []
    for half in halves:
        for part in parts(shapely.intersection(shape, half, grid_size=1e-3)):
            found += halved(rng, part, largest, step)
    return found
