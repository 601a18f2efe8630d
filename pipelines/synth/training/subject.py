"""A drawn plan with its truth: marks in metres, symbols to find, and the regions of walls, windows and doors."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.plan import OpeningKind
from pipelines.synth import vectors
from pipelines.synth.building import build
from pipelines.synth.drawing import interior, notes, remarks, surroundings, views, walls
from pipelines.synth.layout import cuts, solid
from pipelines.synth.sheet import Frame, Insert
from pipelines.synth.style import WallStyle, draw_style
from pipelines.synth.training import clutter, fixtures, masonry
from pipelines.synth.training.hand import PLAIN
from pipelines.synth.training.leaves import LeafHabit, PaneHabit, Symbol, openings

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.plan import Storey
    from pipelines.synth.layout import Layout
    from pipelines.synth.sheet import Mark
    from pipelines.synth.style import Style

#: The share of drawings in which windows are wider than usual, and how much wall is left at a corner then, metres.
WIDENED, CORNER = 0.35, 0.35


@dataclass(frozen=True, slots=True)
class Subject:
    """What there is to picture."""

    marks: list[Mark]
    symbols: list[Symbol]
    wall: shapely.Geometry  #: walls with their openings cut out
    window: shapely.Geometry  #: the gaps of windows, as deep as their walls
    door: shapely.Geometry  #: the gaps of doors of all kinds; not of cased openings
    low: tuple[float, float]  #: of the plan's walls
    high: tuple[float, float]


def random_subject(seed: int, layouts: Path | None) -> Subject:
    """A storey of a random building in a random hand; the same seed gives the same.

    With ``layouts``, a file of plans in vectors, half of the buildings are of that file.
    """
    rng = np.random.default_rng([seed, 7])
    real = layouts is not None and rng.random() < 0.5
    layout = vectors.build(layouts, seed) if real and layouts is not None else build(seed)
    style = draw_style(rng, imperial=layout.imperial)
    language = style.convention.language if style.convention.language in PLAIN else "ko"
    style = replace(
        style,
        convention=PLAIN[language],
        prefix="",
        one_layer=False,
        in_block=False,
        furniture_blocks=False,
        views=(),
        walls=WallStyle.OUTLINE if style.walls == WallStyle.THROUGH else style.walls,
    )
    storey = layout.plan.storeys[int(rng.integers(len(layout.plan.storeys)))]
    wide = np.random.default_rng([seed, 13])
    if wide.random() < WIDENED:
        storey = widened(storey, wide)
    return _drawn(layout, storey, style, rng)


def widened(storey: Storey, rng: np.random.Generator) -> Storey:
    """A storey whose windows are up to three times as wide, as far as their walls have room for it."""
    table, axes = storey.openings, storey.walls.axis
    width = table.width.copy()
    for row, kind in enumerate(table.kind):
        if kind != OpeningKind.WINDOW:
            continue
        start, end = axes[table.host[row]]
        at = (table.center - table.center[row]) @ table.direction[row]
        beside = np.flatnonzero((table.host == table.host[row]) & (np.arange(len(table)) != row))
        ends = [abs(float((spot - table.center[row]) @ table.direction[row])) - CORNER for spot in (start, end)]
        room = min([*ends, *(np.abs(at[beside]) - width[beside] / 2 - CORNER / 2)])
        width[row] = max(width[row], min(2 * room, width[row] * float(rng.uniform(1.2, 3.0))))
    return replace(storey, openings=replace(table, width=width))


def _drawn(layout: Layout, storey: Storey, style: Style, rng: np.random.Generator) -> Subject:
    marks: list[Mark] = list(interior.floors(storey, style))
    if rng.random() < 0.55:
        marks += masonry.draw(storey, rng)
        marks += [
            mark for mark in walls.draw(storey, replace(style, walls=WallStyle.OUTLINE), rng) if mark.layer == "glass"
        ]
    else:
        marks += walls.draw(storey, style, rng)
    symbols = [*masonry.columns(storey, rng), *openings(storey, LeafHabit.random(rng), PaneHabit.random(rng), rng)]
    symbols += masonry.stairs(storey, rng)
    if rng.random() < 0.8:
        loose, found = fixtures.furniture(storey, rng)
        marks += loose
        symbols += found
    for each in symbols:
        marks += each.marks
    if style.remarks:
        marks += remarks.draw(storey, style, rng)
    marks += [*notes.rooms(storey, style), *notes.dimensions(storey, style), *notes.axes(storey, style)]
    if rng.random() < 0.15:
        marks += views.electrical(storey, style)
    if rng.random() < 0.15:
        marks += surroundings.draw(storey, style, rng)
    marks += clutter.draw(storey, rng)
    low, high = notes.extent(storey)
    marks += notes.title(style, "plan", 0, low, high)
    marks += _beside(layout, style, rng, float(high[0]), float(low[1]))
    gaps = cuts(storey.openings, margin=0.0)
    kinds = storey.openings.kind
    windows = [gap for gap, kind in zip(gaps, kinds, strict=True) if kind == OpeningKind.WINDOW]
    doors = [
        gap for gap, kind in zip(gaps, kinds, strict=True) if kind not in (OpeningKind.WINDOW, OpeningKind.OPENING)
    ]
    return Subject(
        marks=[mark for mark in marks if not isinstance(mark, Insert)],
        symbols=symbols,
        wall=solid(storey),
        window=shapely.union_all(windows),
        door=shapely.union_all(doors),
        low=(float(low[0]), float(low[1])),
        high=(float(high[0]), float(high[1])),
    )


def _beside(layout: Layout, style: Style, rng: np.random.Generator, x: float, y: float) -> list[Mark]:
    """A view that is no plan, right of the plan: nothing in it is to be found."""
    match int(rng.integers(10)):
        case 0:
            drawn = views.elevation(layout, style)
        case 1:
            drawn = views.section(layout, style)
        case 2:
            drawn = views.detail(layout, style)
        case 3:
            drawn = views.roof(layout, style)
        case 4:
            drawn = views.schedule(layout, style)
        case _:
            return []
    place = Frame((x + float(rng.uniform(2.5, 5.0)), y), 0.0 if rng.random() < 0.8 else math.pi / 2)
    return [place.mark(mark) for mark in drawn]
