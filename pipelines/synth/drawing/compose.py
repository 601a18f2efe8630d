"""A whole sheet: plans side by side, other views, titles, frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.drawing import interior, notes, openings, views, walls
from pipelines.synth.sheet import Frame, Line, Sheet, Text, point

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.layout import Layout
    from pipelines.synth.sheet import Mark
    from pipelines.synth.style import Style

#: Clear distance between drawings, metres.
GAP = 7.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A view on the sheet."""

    kind: str  #: 'plan' or one of ``notes.VIEWS``
    level: int
    frame: Frame  #: the view's own metres -> metres on the sheet
    low: tuple[float, float]  #: of its box, in its own metres
    high: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sheet, and where on it the truth is."""

    sheet: Sheet
    placed: tuple[Placed, ...]


def compose(layout: Layout, style: Style, seed: int) -> Drawn:
    """Draw a layout. The seed is that of small accidents only."""
    rng = np.random.default_rng([seed, 3])
    sheet = Sheet()
    found: list[Placed] = []
    at = 0.0
    for level, storey in enumerate(layout.plan.storeys):
        low, high = notes.extent(storey)
        marks = [*plan(storey, style, sheet, rng), *notes.title(style, "plan", level, low, high)]
        at = _put(sheet, marks, "plan", level, at, low, high, found)
    for kind in style.views:
        level_plan = kind == "electrical"
        marks = _view(kind, layout, style, sheet, rng)
        spots = _spots(marks) if not level_plan else np.stack(notes.extent(layout.plan.storeys[0]))
        low, high = spots.min(axis=0), spots.max(axis=0)
        marks += notes.title(style, kind, 0, low, high)
        at = _put(sheet, marks, kind, 0, at, low, high, found)
    if style.title_block:
        sheet.add(*notes.frame(style, *sheet.bounds()))
    if style.rubbish:
        _rubbish(sheet, rng)
    return Drawn(sheet, tuple(found))


def plan(storey: Storey, style: Style, sheet: Sheet, rng: np.random.Generator) -> list[Mark]:
    """One floor plan, in its own metres."""
    marks: list[Mark] = [*interior.floors(storey, style), *walls.draw(storey, style, rng)]
    marks += [*interior.columns(storey, style), *openings.draw(storey, style, sheet), *interior.stairs(storey, style)]
    if style.furniture:
        marks += interior.furniture(storey, style, sheet)
    return [*marks, *notes.rooms(storey, style), *notes.dimensions(storey, style), *notes.axes(storey, style)]


def _view(kind: str, layout: Layout, style: Style, sheet: Sheet, rng: np.random.Generator) -> list[Mark]:
    match kind:
        case "elevation":
            return views.elevation(layout, style)
        case "section":
            return views.section(layout, style)
        case "detail":
            return views.detail(layout, style)
        case "roof":
            return views.roof(layout, style)
        case _:
            storey = layout.plan.storeys[0]
            drawn: list[Mark] = [*walls.draw(storey, style, rng), *interior.columns(storey, style)]
            return [*drawn, *openings.draw(storey, style, sheet), *views.electrical(storey, style)]


def _spots(marks: list[Mark]) -> Floats:
    sheet = Sheet(marks=marks)
    return np.array(sheet.bounds())


def _put(
    sheet: Sheet,
    marks: list[Mark],
    kind: str,
    level: int,
    at: float,
    low: Floats,
    high: Floats,
    found: list[Placed],
) -> float:
    """Lay a view to the right of the others, on their base line; returns where the next one begins."""
    place = Frame((round(at - float(low[0]), 3), round(-float(low[1]), 3)))
    sheet.add(*(place.mark(mark) for mark in marks))
    found.append(Placed(kind, level, place, point(low), point(high)))
    return at + float(high[0] - low[0]) + GAP


def _rubbish(sheet: Sheet, rng: np.random.Generator) -> None:
    """Leftovers on hidden layers, some of them named as walls are."""
    for layer in ("WALL-OLD", "_temp", "A-WALL-DEMO-XX"):
        sheet.hidden.add(layer)
        for _ in range(25):
            a, b = rng.uniform(-5, 25, 2), rng.uniform(-5, 25, 2)
            sheet.add(Line(layer, (float(a[0]), float(a[1])), (float(b[0]), float(b[1]))))
        sheet.add(Text(layer, (0.0, 0.0), 0.3, "old variant"))
