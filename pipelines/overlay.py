"""The overlay: the drawing in grey with what was understood of it on top, in colour, as a PNG; made by ``convert``.

Each storey has a panel, all at one scale; the drawing comes there by the storey's own affine. Where the sheet holds
much besides, it stands small beside the legend, with the storeys marked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import ImageDraw

from pipelines.pictures import planview
from pipelines.pictures.canvas import Canvas, Writing, png
from pipelines.pictures.fonts import Faces, printable
from pipelines.pictures.planview import Color, View
from pipelines.pictures.raster import clipped
from pipelines.plan import OpeningKind, WallKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.backdrop import Backdrop
    from pipelines.linework import Linework
    from pipelines.pictures.labels import Label
    from pipelines.plan import FloorPlan, Storey

Floats = NDArray[np.float64]

_SHEET = np.array([[1.0, 0, 0], [0, 1, 0]])  #: the units of the sheet as they are
_PAPER: Color = (253, 253, 251)
_INK: Color = (28, 34, 46)
_QUIET: Color = (108, 116, 130)
_MARGIN, _TITLE, _FOOT = 44, 96, 184  #: pixels
_AROUND = 0.35  #: how far around what was recognised the drawing is shown at most, as a share of it
_GAP = 0.04  #: what lies beyond an empty strip this wide, as a share of it, belongs to another drawing of the sheet


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    subtitle: str
    low: Floats  #: (2,) metres
    high: Floats
    source: Floats  #: (n, 2, 2) lines of the drawing, metres
    affine: Floats  #: (2, 3) from the sheet to metres
    storey: Storey | None


@dataclass(frozen=True, slots=True)
class _Layout:
    """Panels in equal cells, at one scale."""

    size: int
    columns: int
    cell: tuple[int, int]  #: width and height of a cell's drawing
    scale: float  #: pixels per metre
    height: int  #: of the whole picture

    @classmethod
    def of(cls, panels: list[_Panel], size: int) -> _Layout:
        """The number of columns that shows the panels largest, in a picture not taller than wide."""
        span = np.max([panel.high - panel.low for panel in panels], axis=0)

        def scale(columns: int) -> float:
            rows = -(-len(panels) // columns)
            wide = (size - _MARGIN * (columns + 1)) / columns
            high = (size - _FOOT - (_TITLE + _MARGIN / 2) * rows) / rows
            return float(min(wide / span[0], high / span[1]))

        # Panels side by side make a lower picture than stacked ones, which is worth a somewhat smaller scale.
        enough = 0.85 * max(map(scale, range(1, len(panels) + 1)))
        columns = max(n for n in range(1, len(panels) + 1) if scale(n) >= enough)
        rows = -(-len(panels) // columns)
        cell = (int((size - _MARGIN * (columns + 1)) / columns), int(np.ceil(span[1] * scale(columns))))
        height = _FOOT + rows * (cell[1] + _TITLE + _MARGIN // 2)
        return cls(size=size, columns=columns, cell=cell, scale=scale(columns), height=height)

    def corner(self, number: int) -> tuple[int, int]:
        """Upper left pixel of a panel's drawing."""
        row, column = divmod(number, self.columns)
        left = _MARGIN + column * (self.cell[0] + _MARGIN)
        return left, _TITLE + row * (self.cell[1] + _TITLE + _MARGIN // 2)

    def view(self, panel: _Panel) -> View:
        """Where the panel's metres fall in its cell: in the middle of its width, at the top."""
        spare = self.cell[0] / self.scale - (panel.high[0] - panel.low[0])
        return View(
            low=panel.low - (spare / 2, 0), scale=self.scale, height=(panel.high[1] - panel.low[1]) * self.scale
        )


def render(plan: FloorPlan, linework: Linework, backdrops: Sequence[Backdrop] = (), *, size: int = 2000) -> bytes:
    """What was understood of ``linework``, as a PNG ``size`` pixels wide and at most about as high.

    ``linework`` is the whole sheet in drawing units, ``backdrops`` are the scans on it, which are shown in place of
    what was traced of them. A plan without storeys is shown by its bodies and lines.
    """
    panels = [_storey_panel(storey, linework, backdrops) for storey in plan.storeys]
    panels = panels or [_sheet_panel(plan, linework, backdrops)]
    layout = _Layout.of(panels, size)
    sheet = Canvas.blank(size, layout.height, _PAPER)
    faces = {bold: Faces.installed(bold=bold) for bold in (False, True)}
    labels = [_draw(sheet, panel, plan, layout, number, faces, backdrops) for number, panel in enumerate(panels)]
    foot = Canvas(sheet.pixels[layout.height - _FOOT :])
    inset = _draw_inset(foot, plan, linework, backdrops)
    legend = _draw_legend(foot, plan, inset)
    bar = _draw_bar(sheet, layout)
    image = sheet.image()
    pens = {bold: Writing(face, ImageDraw.Draw(image)) for bold, face in faces.items()}
    for number, panel in enumerate(panels):
        left, top = layout.corner(number)
        _write_title(pens, panel, left, top)
        for label in labels[number]:
            for word in label.words:
                pens[word.bold].at(left + word.x, top + word.y, word.text, word.size, _INK, halo=True)
    for x, y, text, color in [*((x, y + layout.height - _FOOT, text, color) for x, y, text, color in legend), *bar]:
        pens[False].at(x, y, text, 18, color)
    return png(image)


def _source(linework: Linework, backdrops: Sequence[Backdrop], affine: Floats) -> Floats:
    """The drawing's lines in metres, without those that were traced from scans."""
    if not backdrops:
        return planview.source_lines(linework, affine)
    lines = planview.source_lines(linework, _SHEET)
    drawn = lines[~np.logical_or.reduce([each.holds(lines.mean(axis=1)) for each in backdrops])]
    return np.asarray(drawn @ affine[:, :2].T + affine[:, 2], dtype=np.float64)


def _storey_panel(storey: Storey, linework: Linework, backdrops: Sequence[Backdrop] = ()) -> _Panel:
    source = _source(linework, backdrops, storey.affine)
    marks = [each.marks() @ storey.affine[:, :2].T + storey.affine[:, 2] for each in backdrops]
    drawn = np.concatenate([source, *marks])
    low, high = map(np.copy, planview.extent(storey) or _span(drawn))
    around = np.maximum((high - low) * _AROUND, 1.0)
    near = drawn[((drawn >= low - around) & (drawn <= high + around)).all(axis=(1, 2))]
    gap = max(float((high - low).max()) * _GAP, 0.3)
    for axis in (0, 1):
        low[axis], high[axis] = _joined(near[:, :, axis], float(low[axis]), float(high[axis]), gap)
        near = near[((near[:, :, axis] >= low[axis]) & (near[:, :, axis] <= high[axis])).all(axis=1)]
    rooms, walls = storey.rooms, storey.walls
    facts = [
        f"level {storey.level}, floor at {storey.elevation:+.2f} m",
        _count(len(walls), "wall"),
        _count(len(rooms), "room") + (f" with {rooms.area.sum():.1f} m²" if len(rooms) else ""),
    ]
    title = storey.name or f"Level {storey.level}"
    return _padded(title, " · ".join(facts), low, high, source, storey.affine, storey)


def _joined(spans: Floats, low: float, high: float, gap: float) -> tuple[float, float]:
    """``low`` to ``high``, grown over all spans (n, 2) that can be reached across gaps of at most ``gap``."""
    begin, end = spans.min(axis=1), spans.max(axis=1)
    for sign in (1.0, -1.0):
        first, last = (begin, end) if sign > 0 else (-end, -begin)
        order = np.argsort(first, kind="stable")
        reach = np.maximum.accumulate(np.concatenate([[high if sign > 0 else -low], last[order]]))
        stop = np.flatnonzero(first[order] > reach[:-1] + gap)
        grown = float(reach[stop[0] if len(stop) else -1])
        low, high = (low, grown) if sign > 0 else (-grown, high)
    return low, high


def _sheet_panel(plan: FloorPlan, linework: Linework, backdrops: Sequence[Backdrop]) -> _Panel:
    """The whole sheet, where nothing of it is a floor plan."""
    scale, origin = plan.metres_per_unit, np.array(plan.origin)
    affine = np.column_stack([np.eye(2) * scale, -origin * scale])
    source = planview.source_lines(linework, affine)
    low, high = _span(np.concatenate([source, *(each.marks() @ affine[:, :2].T + affine[:, 2] for each in backdrops)]))
    facts = f"{_count(len(plan.solids), 'body', 'bodies')} · {_count(len(plan.lines), 'line')}"
    return _padded("No floor plan was recognised", facts, low, high, source, affine, None)


def _padded(
    title: str, subtitle: str, low: Floats, high: Floats, source: Floats, affine: Floats, storey: Storey | None
) -> _Panel:
    edge = max(float((high - low).max()) * 0.015, 0.1)
    low, high = low - edge, high + edge
    shown = clipped(source - low, *(high - low)) + low
    return _Panel(title, subtitle, low, high, shown[np.isfinite(shown).all(axis=(1, 2))], affine, storey)


def _span(source: Floats) -> tuple[Floats, Floats]:
    """Where the lines of a drawing are; a square metre where there are none."""
    if not len(source):
        return np.zeros(2), np.ones(2)
    return source.min(axis=(0, 1)), source.max(axis=(0, 1))


def _draw(
    sheet: Canvas,
    panel: _Panel,
    plan: FloorPlan,
    layout: _Layout,
    number: int,
    faces: dict[bool, Faces],
    backdrops: Sequence[Backdrop] = (),
) -> list[Label]:
    """One panel's drawing; returns the labels to write when everything is drawn."""
    left, top = layout.corner(number)
    view = layout.view(panel)
    window = sheet.window(left, top, *layout.cell)
    for backdrop in backdrops:
        planview.draw_backdrop(window, view, backdrop, panel.affine)
    planview.draw_source(window, view, panel.source)
    if panel.storey is None:
        planview.draw_lines(window, view, plan.lines)
        planview.draw_solids(window, view, plan.solids)
        return []
    planview.draw_storey(window, view, panel.storey)
    taken = planview.obstacles(panel.storey, view)
    return planview.room_labels(panel.storey.rooms, view, faces, taken)


def _write_title(pens: dict[bool, Writing], panel: _Panel, left: int, top: int) -> None:
    title = printable(panel.title, [pens[True].faces]) or f"Level {panel.storey.level if panel.storey else 0}"
    pens[True].at(left, top - 50, title, 30, _INK)
    pens[False].at(left, top - 20, panel.subtitle, 18, _QUIET)


def _draw_bar(sheet: Canvas, layout: _Layout) -> list[tuple[float, float, str, Color]]:
    """The scale bar at the lower right of the foot, and what is written at it."""
    long = max((n for n in _LENGTHS if n * layout.scale <= layout.size / 6), default=_LENGTHS[0])
    width = long * layout.scale
    right, y = layout.size - _MARGIN, layout.height - 52
    left = right - width
    for part in range(4):
        x0, x1 = left + part * width / 4, left + (part + 1) * width / 4
        middle = np.array([[[x0, y], [x1, y]]])
        sheet.lines(middle, _INK, width=9)
        if part % 2:
            sheet.lines(middle + np.array([[1.0, 0.0], [-1.0, 0.0]]), _PAPER, width=6)
    end = f"{long:g} m"
    return [(left - 5, y + 27, "0", _QUIET), (right - 9 * len(end), y + 27, end, _QUIET)]


_LENGTHS = tuple(step * 10.0**power for power in range(-3, 5) for step in (1, 2, 5))


def _draw_legend(foot: Canvas, plan: FloorPlan, inset: int) -> list[tuple[float, float, str, Color]]:
    """Swatches of what the picture shows, with counts; returns what is written at them, in the whole picture."""
    width, _ = foot.size
    entries = _entries(plan)
    columns = max(1, min(4, (width - inset - 2 * _MARGIN - width // 5) // 290))
    words = []
    for number, (color, text) in enumerate(entries):
        row, column = number % -(-len(entries) // columns), number // -(-len(entries) // columns)
        x, y = inset + _MARGIN + column * 290, 32 + row * 32
        foot.pixels[y : y + 16, x : x + 26] = color
        words.append((x + 38.0, y + 15.0, text, _INK))
    return words


def _entries(plan: FloorPlan) -> list[tuple[Color, str]]:
    """Colour and words of each kind of thing that the plan holds."""
    walls = Counter(kind for storey in plan.storeys for kind in storey.walls.kind)
    openings = Counter(kind for storey in plan.storeys for kind in storey.openings.kind)
    doors = sum(count for kind, count in openings.items() if kind.is_door)
    rows = [
        (planview.SOURCE, 1, "drawing", "drawing"),
        (planview.WALL[WallKind.SOLID], walls[WallKind.SOLID], "wall", "walls"),
        (planview.WALL[WallKind.GLASS], walls[WallKind.GLASS], "glass wall", "glass walls"),
        (planview.WALL[WallKind.LOW], walls[WallKind.LOW], "low wall", "low walls"),
        (planview.DOOR, doors, "door", "doors"),
        (planview.WINDOW, openings[OpeningKind.WINDOW], "window", "windows"),
        (planview.BARE, openings[OpeningKind.OPENING], "bare opening", "bare openings"),
        (planview.COLUMN, sum(len(storey.columns) for storey in plan.storeys), "column", "columns"),
        (planview.STAIR, sum(len(storey.stairs) for storey in plan.storeys), "flight of stairs", "flights of stairs"),
        (planview.FURNITURE, sum(len(storey.furniture) for storey in plan.storeys), "furnishing", "furnishings"),
        (planview.ROOMS[0], sum(len(storey.rooms) for storey in plan.storeys), "room", "rooms"),
    ]
    return [
        (color, "drawing" if one == "drawing" else _count(count, one, many))
        for color, count, one, many in rows
        if count
    ]


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}".replace(",", " ")


def _draw_inset(foot: Canvas, plan: FloorPlan, linework: Linework, backdrops: Sequence[Backdrop]) -> int:
    """The whole sheet, small, with the storeys marked; returns the width that it takes, 0 where it says nothing new."""
    bounds = linework.bounds()
    found = [(storey, planview.extent(storey)) for storey in plan.storeys]
    if bounds is None or not any(extent for _, extent in found):
        return 0
    boxes = [_on_sheet(storey, *extent) for storey, extent in found if extent is not None]
    low = np.min([bounds[0], *(each.low for each in backdrops)], axis=0)
    high = np.max([bounds[1], *(each.high for each in backdrops)], axis=0)
    shown = sum(float(np.prod(top - bottom)) for bottom, top in boxes)
    if shown > 0.5 * float(np.prod(high - low)):
        return 0
    width, height = foot.size
    scale = float(min((height - 40) / max(high[1] - low[1], 1e-12), width / 4 / max(high[0] - low[0], 1e-12)))
    view = View(low=low, scale=scale, height=(high[1] - low[1]) * scale)
    wide = int(np.ceil((high[0] - low[0]) * scale)) + 1
    window = foot.window(_MARGIN, 12, wide, height - 24)
    for backdrop in backdrops:
        planview.draw_backdrop(window, view, backdrop, _SHEET)
    lines = _source(linework, backdrops, _SHEET)
    window.lines(view.points(lines), planview.SOURCE, width=0.6, opacity=0.6)
    for bottom, top in boxes:
        corners = view.points(np.array([bottom, top]))
        window.lines(planview.box_lines(corners.min(axis=0), corners.max(axis=0)), planview.DOOR, width=1.6)
    return wide + _MARGIN


def _on_sheet(storey: Storey, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """A box in plan metres as a box in drawing units."""
    back = np.linalg.inv(storey.affine[:, :2])
    corners = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    placed = (corners - storey.affine[:, 2]) @ back.T
    return placed.min(axis=0), placed.max(axis=0)
