"""Offices: bays along corridors, a grid of columns, curtain walls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import Point, box

from pipelines.plan import WallKind
from pipelines.synth import cells as division
from pipelines.synth.cells import Cell, snap
from pipelines.synth.dwelling import Masonry, walled
from pipelines.synth.fitting import furnish
from pipelines.synth.flights import climb
from pipelines.synth.graph import pieces
from pipelines.synth.piercing import pierce

if TYPE_CHECKING:
    from pipelines.synth.layout import Draft

#: Thickness of a curtain wall and of a glazed partition, metres.
CURTAIN, PARTITION = 0.15, 0.1


def storey(rng: np.random.Generator, *, imperial: bool) -> Draft:
    """One storey of an office."""
    step = 0.0508 if imperial else 0.05
    masonry = Masonry.usual(rng, imperial=imperial)
    width, depth = snap(float(rng.uniform(17, 34)), step), snap(float(rng.uniform(11.5, 17)), step)
    whole = division.outline(rng, width, depth, step)
    found = _named(rng, division.clipped(_cells(rng, width, depth, step), whole))
    draft = walled(rng, found, masonry)
    draft = _glazed(rng, draft)
    _column(rng, draft, step)
    climb(draft)
    pierce(rng, draft, level=0)
    furnish(rng, draft, density=0.7)
    return draft


def _cells(rng: np.random.Generator, width: float, depth: float, step: float) -> list[Cell]:
    """A corridor along the middle, a lobby across it, bays on both sides."""
    low = snap(depth * float(rng.uniform(0.38, 0.48)), step)
    high = snap(low + float(rng.uniform(1.6, 2.4)), step)
    core = snap(width * float(rng.uniform(0.3, 0.6)), step)
    wide = snap(float(rng.uniform(3.2, 4.6)), step)
    stair = snap(core + wide + 2.6, step)
    found = [
        Cell(box(0, low, width, high), "corridor"),
        Cell(box(core, 0, core + wide, low), "lobby"),
        Cell(box(core + wide, 0, stair, low), "stairs"),
    ]
    wet = snap(stair + 2.4, step)
    rest = (wet, width)
    if wet < width - 3:
        half = snap(low / 2, step)
        found += [Cell(box(stair, 0, wet, half), "wc"), Cell(box(stair, half, wet, low), "wc")]
    else:
        rest = (stair, width)
    for x0, x1, y0, y1 in ((0, core, 0, low), (*rest, 0, low), (0, width, high, depth)):
        found += _bays(rng, x0, x1, y0, y1, step)
    return found


def _bays(rng: np.random.Generator, x0: float, x1: float, y0: float, y1: float, step: float) -> list[Cell]:
    if x1 - x0 < 1.0:
        return []
    cuts = division.divided(rng, x0, x1, 2.6, 5.4, step)
    found, at = [], 0
    while at < len(cuts) - 1:
        count = min(len(cuts) - 1 - at, int(rng.choice([1, 1, 1, 2, 3])))
        found.append(Cell(box(cuts[at], y0, cuts[at + count], y1), ""))
        at += count
    return found


def _named(rng: np.random.Generator, found: list[Cell]) -> list[Cell]:
    named = []
    for cell in found:
        use = cell.use
        if not use:
            area = cell.shape.area
            if area > 55:
                use = "open_office"
            elif area > 24:
                use = str(rng.choice(["meeting", "office", "open_office"]))
            else:
                use = str(rng.choice(["office", "office", "office", "meeting", "copy", "server", "kitchenette"]))
        named.append(Cell(cell.shape, use))
    return named


def _glazed(rng: np.random.Generator, draft: Draft) -> Draft:
    """Glass for some fronts, and for some walls along the corridor."""
    graph = draft.graph
    kinds, thickness = list(graph.kind), graph.thickness.copy()
    curtain = rng.random(4) < 0.4
    inner = rng.random() < 0.4
    for edge in range(len(graph)):
        if graph.outer[edge]:
            normal = np.array([-graph.direction[edge, 1], graph.direction[edge, 0]])
            normal = normal if graph.sides[edge, 0] < 0 else -normal
            front = round(float(np.arctan2(normal[1], normal[0])) / (np.pi / 2)) % 4
            if curtain[front]:
                kinds[edge], thickness[edge] = WallKind.GLASS, CURTAIN
        elif inner:
            uses = {draft.uses[side] for side in graph.sides[edge]}
            if "corridor" in uses and uses & {"office", "meeting"}:
                kinds[edge], thickness[edge] = WallKind.GLASS, PARTITION
    graph = replace(graph, kind=tuple(kinds), thickness=thickness)
    draft.graph, draft.pieces = graph, pieces(graph)
    return draft


def _column(rng: np.random.Generator, draft: Draft, step: float) -> None:
    """A grid of columns; those that would stand in small rooms or in the way are left out."""
    whole = shapely.union_all(draft.cells)
    x0, y0, x1, y1 = whole.bounds
    size = float(rng.choice([0.3, 0.4, 0.4, 0.5, 0.6]))
    round_ones = rng.random() < 0.25
    inset = size / 2 + 0.05
    xs = np.linspace(x0 + inset, x1 - inset, max(2, round((x1 - x0) / float(rng.uniform(5.5, 8)))) + 1)
    ys = np.linspace(y0 + inset, y1 - inset, max(2, round((y1 - y0) / float(rng.uniform(5, 7)))) + 1)
    for y in ys:
        for x in xs:
            at = snap(float(x), step), snap(float(y), step)
            shape = (
                Point(*at).buffer(size / 2, quad_segs=8)
                if round_ones
                else box(at[0] - size / 2, at[1] - size / 2, at[0] + size / 2, at[1] + size / 2)
            )
            room = next((k for k, cell in enumerate(draft.cells) if cell.contains(shape)), None)
            roomy = room is not None and draft.uses[room] in ("office", "meeting", "open_office", "lobby")
            spare = room is not None and draft.uses[room] not in ("stairs", "wc") and rng.random() < 0.3
            if roomy or spare:
                draft.columns.append(shape)
