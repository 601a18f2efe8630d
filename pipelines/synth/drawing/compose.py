"""A whole sheet: plans side by side, other views, titles, frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.drawing import interior, notes, openings, remarks, surroundings, views, walls
from pipelines.synth.sheet import Frame, Insert, Line, Measure, Sheet, Text, point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.layout import Layout
    from pipelines.synth.sheet import Mark, Point
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
    """Draw a layout, all views on one sheet. The seed is that of small accidents only."""
    rng = np.random.default_rng([seed, 3])
    margin = surroundings.MARGIN * _sited(layout, style)
    board = _Board(Sheet(), style, GAP + 2 * margin)
    for view in _views(layout, style, board.sheet, rng):
        board.put(view)
    if style.title_block:
        board.sheet.add(*notes.frame(style, *board.extent(margin)))
    if style.rubbish:
        _rubbish(board.sheet, rng)
    return Drawn(board.sheet, tuple(board.placed))


def apart(layout: Layout, style: Style, seed: int) -> tuple[Drawn, ...]:
    """Draw a layout, every view on a sheet of its own."""
    rng = np.random.default_rng([seed, 3])
    blocks: dict[str, list[Mark]] = {}
    found = []
    for view in _views(layout, style, Sheet(blocks=blocks), rng):
        board = _Board(Sheet(blocks=blocks), style, GAP)
        board.put(view)
        if style.title_block:
            board.sheet.add(*notes.frame(style, *board.extent(surroundings.MARGIN * _sited(layout, style))))
        found.append(Drawn(board.sheet, tuple(board.placed)))
    return tuple(found)


def _sited(layout: Layout, style: Style) -> bool:
    return style.surroundings and layout.kind == "house"


@dataclass(frozen=True, slots=True)
class _View:
    """What is to be laid on a sheet, in its own metres."""

    kind: str
    level: int
    marks: list[Mark]
    low: Floats
    high: Floats


def _views(layout: Layout, style: Style, sheet: Sheet, rng: np.random.Generator) -> Iterator[_View]:
    """The plans of all storeys, then the other views; blocks that they need are added to the sheet."""
    for level, storey in enumerate(layout.plan.storeys):
        marks = plan(storey, style, sheet, rng)
        if _sited(layout, style) and level == 0:
            marks += surroundings.draw(storey, style, rng)
        yield _View("plan", level, marks, *notes.extent(storey))
    for kind in style.views:
        marks = _view(kind, layout, style, sheet, rng)
        spots = np.stack(notes.extent(layout.plan.storeys[0])) if kind == "electrical" else _spots(marks)
        yield _View(kind, 0, marks, spots.min(axis=0), spots.max(axis=0))


@dataclass(slots=True)
class _Board:
    """A sheet that is being filled, view by view."""

    sheet: Sheet
    style: Style
    gap: float  #: clear between views, metres
    placed: list[Placed] = field(default_factory=list)
    at: float = 0.0  #: how far views reach, to the right or downwards

    def extent(self, around: float) -> tuple[Point, Point]:
        """Lower left and upper right of all views with what is written at them."""
        lows = np.array([np.add(each.low, each.frame.at) for each in self.placed])
        highs = np.array([np.add(each.high, each.frame.at) for each in self.placed])
        return point(lows.min(axis=0) - np.array([2.8, 4.6]) - around), point(highs.max(axis=0) + 2.0 + around)

    def put(self, view: _View) -> None:
        """Lay a view right of the others on their base line, or below them on their left edge, with its title."""
        kind, level, marks, low, high = view.kind, view.level, view.marks, view.low, view.high
        if self.style.vertical:
            at = (round(-float(low[0]), 3), round(self.at - float(high[1]), 3))
            self.at -= float(high[1] - low[1]) + self.gap
        else:
            at = (round(self.at - float(low[0]), 3), round(-float(low[1]), 3))
            self.at += float(high[0] - low[0]) + self.gap
        place = Frame(at)
        self.placed.append(Placed(kind, level, place, point(low), point(high)))
        if self.style.in_block and kind == "plan":
            loose = [mark for mark in marks if isinstance(mark, Measure)]
            name = f"PLAN-{level + 1}"
            self.sheet.blocks[name] = [mark for mark in marks if not isinstance(mark, Measure)]
            marks = [Insert("0", name, (0.0, 0.0)), *loose]
        self.sheet.add(*(place.mark(mark) for mark in marks))
        self.sheet.add(*(place.mark(mark) for mark in notes.title(self.style, kind, level, low, high)))


def plan(storey: Storey, style: Style, sheet: Sheet, rng: np.random.Generator) -> list[Mark]:
    """One floor plan, in its own metres."""
    marks: list[Mark] = [*interior.floors(storey, style), *walls.draw(storey, style, rng)]
    marks += [*interior.columns(storey, style), *openings.draw(storey, style, sheet), *interior.stairs(storey, style)]
    if style.furniture:
        marks += interior.furniture(storey, style, sheet)
    if style.remarks:
        marks += remarks.draw(storey, style, rng)
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
        case "schedule":
            return views.schedule(layout, style)
        case _:
            storey = layout.plan.storeys[0]
            drawn: list[Mark] = [*walls.draw(storey, style, rng), *interior.columns(storey, style)]
            return [*drawn, *openings.draw(storey, style, sheet), *views.electrical(storey, style)]


def _spots(marks: list[Mark]) -> Floats:
    sheet = Sheet(marks=marks)
    return np.array(sheet.bounds())


def _rubbish(sheet: Sheet, rng: np.random.Generator) -> None:
    """Leftovers on hidden layers, some of them named as walls are."""
    for layer in ("WALL-OLD", "_temp", "A-WALL-DEMO-XX"):
        sheet.hidden.add(layer)
        for _ in range(25):
            a, b = rng.uniform(-5, 25, 2), rng.uniform(-5, 25, 2)
            sheet.add(Line(layer, (float(a[0]), float(a[1])), (float(b[0]), float(b[1]))))
        sheet.add(Text(layer, (0.0, 0.0), 0.3, "old variant"))
