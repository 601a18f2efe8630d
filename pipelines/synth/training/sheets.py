"""Tiles cut out of whole sheets that were plotted, worn and scanned: what the wall net meets when it is used.

Borders, title blocks, tables and views that are no plans are on them as well. The picture is made ready and resampled
by the reader's own code, so that a tile looks to the last pixel as it will.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.pdf.preprocessor import prepare, resized
from pipelines.plan import OpeningKind
from pipelines.synth.layout import cuts, solid
from pipelines.synth.plot import random_scan
from pipelines.synth.training.canvas import View
from pipelines.synth.training.tiles import Tile, mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.linework import Floats
    from pipelines.pdf.preprocessor import Grey
    from pipelines.synth.drawing.compose import Placed
    from pipelines.synth.plot import Scan
    from pipelines.synth.training.tiles import Plan

#: Densities of scans.
DENSITIES = (100.0, 150.0, 200.0)
#: Views in which walls are cut.
PLANS = ("plan", "electrical")
#: The share of tiles that lie anywhere on the sheet, not on a plan.
ANYWHERE = 0.3


def tiles(plan: Plan, seed: int, count: int) -> Iterator[Tile]:
    """Some tiles of the scan of a seed."""
    rng = np.random.default_rng([seed, 17])
    scan = random_scan(seed, float(rng.choice(DENSITIES)), plan.layouts)
    page = prepare(scan.image)
    # Homographies of the reader count pixels by their middle.
    half = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
    matrix = np.linalg.inv(half) @ page.matrix @ half @ scan.matrix
    regions = _regions(scan)
    places = [place for place in scan.plot.placed if place.kind in PLANS]
    for _ in range(count):
        place = places[int(rng.integers(len(places)))]
        middle = _middle(page.grey, matrix, place, rng)
        view, picture = _cut(plan, page.grey, matrix, middle, rng)
        masks = np.stack([mask(region, view) for region in regions])
        yield Tile(picture, np.zeros((0, 4)), np.zeros(0, np.int64), masks)


def _regions(scan: Scan) -> tuple[shapely.Geometry, ...]:
    """Walls, gaps of windows and gaps of doors of all plans on a sheet, in its metres."""
    found: list[list[shapely.Geometry]] = [[], [], []]
    for place in scan.plot.placed:
        if place.kind not in PLANS:
            continue
        storey = scan.plot.layout.plan.storeys[place.level]
        gaps = cuts(storey.openings, margin=0.0)
        kinds = np.array(storey.openings.kind, dtype=np.object_)
        window = kinds == OpeningKind.WINDOW
        door = ~window & (kinds != OpeningKind.OPENING)
        shapes = (solid(storey), shapely.union_all(gaps[window]), shapely.union_all(gaps[door]))
        for into, shape in zip(found, shapes, strict=True):
            into.append(shapely.transform(shape, partial(_placed, place)))
    return tuple(shapely.union_all(shapes) for shapes in found)


def _placed(place: Placed, points: Floats) -> Floats:
    """Points (n, 2) of a view in metres of the sheet."""
    moved = place.frame.points([(float(x), float(y)) for x, y in points])
    return np.array(moved, dtype=np.float64).reshape(-1, 2)


def _middle(grey: Grey, matrix: Floats, place: Placed, rng: np.random.Generator) -> Floats:
    """(2,) where a tile lies, in pixels of the sheet: mostly on a plan, else anywhere."""
    if rng.random() < ANYWHERE:
        return np.asarray(rng.uniform(0.0, 1.0, 2) * grey.shape[::-1])
    within = np.asarray(rng.uniform(place.low, place.high), dtype=np.float64)
    found: Floats = _through(matrix, _placed(place, within[None]))[0]
    return found


def _through(matrix: Floats, points: Floats) -> Floats:
    """Points (n, 2) through a homography."""
    found = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(found[:, :2] / found[:, 2:], dtype=np.float64)


def _cut(plan: Plan, grey: Grey, matrix: Floats, middle: Floats, rng: np.random.Generator) -> tuple[View, Grey]:
    """A square of a sheet at about the scale of the plan, and which metres it shows: homographies are nearly affine."""
    at = _through(np.asarray(np.linalg.inv(matrix), dtype=np.float64), middle[None])[0]
    near = _through(matrix, at + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    affine = (near[1:] - near[0]).T
    density = math.sqrt(abs(float(np.linalg.det(affine))))
    scale = plan.scale * math.exp(float(rng.uniform(*np.log(plan.jitter))))
    factor = scale / density
    side = math.ceil(plan.size / factor)
    left, top = (round(float(spot) - side / 2) for spot in middle)
    square = np.full((side, side), 255, np.uint8)
    y0, y1 = max(top, 0), min(top + side, grey.shape[0])
    x0, x1 = max(left, 0), min(left + side, grey.shape[1])
    if y1 > y0 and x1 > x0:
        square[y0 - top : y1 - top, x0 - left : x1 - left] = grey[y0:y1, x0:x1]
    picture = np.full((plan.size, plan.size), 255, np.uint8)
    small = resized(square, factor)[: plan.size, : plan.size]
    picture[: small.shape[0], : small.shape[1]] = small
    shift = (near[0] - (left, top)) * factor - affine @ at * factor
    return View(affine * factor, shift, plan.size), picture
