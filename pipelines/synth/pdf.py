"""A sheet written as a PDF, in the habits of one program or another, and where on the page it lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.hands import ROLES
from pipelines.synth.paper import shapes
from pipelines.synth.paper.border import COLUMN, border
from pipelines.synth.paper.file import Objects, string
from pipelines.synth.paper.fonts import Fonts
from pipelines.synth.paper.page import Paper, Writer, draw_paper
from pipelines.synth.paper.shapes import Look
from pipelines.synth.paper.stream import Plotter, Run
from pipelines.synth.sheet import Sheet, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.linework import Floats
    from pipelines.synth.paper.shapes import Matrix, Shape, Words
    from pipelines.synth.sheet import Mark
    from pipelines.synth.style import Style

__all__ = ["Paper", "Printed", "Writer", "bind", "draw_paper", "photograph", "write"]

#: Points of a millimetre.
POINTS = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Printed:
    """A page of a PDF, and where on it the sheet is."""

    data: bytes  #: the file
    paper: Paper
    affine: Floats  #: (2, 3) metres of the sheet -> points of the page as it is shown, from its upper left, y down
    page: int = 0  #: which page of the file, from 0

    @property
    def ratio(self) -> float:
        """The denominator of the true scale."""
        return self.paper.true_ratio

    def pixels(self, dpi: float) -> Floats:
        """(2, 3) metres of the sheet -> pixels of a render."""
        return self.affine * (dpi / 72)


def write(sheet: Sheet, style: Style, paper: Paper) -> Printed:
    """Plot a sheet. The same sheet, style and paper give the same bytes."""
    return bind([(sheet, paper)], style)[0]


def bind(sheets: Sequence[tuple[Sheet, Paper]], style: Style) -> tuple[Printed, ...]:
    """Plot sheets as the pages of one file."""
    objects = Objects()
    parent = objects.add("")
    groups: dict[str, int] = {}
    numbers = [_page(objects, parent, groups, _plot(sheet, style, paper)) for sheet, paper in sheets]
    data = _closed(objects, parent, numbers, groups)
    return tuple(
        Printed(data, paper, _downwards(_placement(sheet, paper), paper), page)
        for page, (sheet, paper) in enumerate(sheets)
    )


@dataclass(frozen=True, slots=True)
class _Plot:
    """What is on a page."""

    runs: list[Run]
    paper: Paper
    fonts: Fonts


def _plot(sheet: Sheet, style: Style, paper: Paper) -> _Plot:
    shown = _placement(sheet, paper)
    fonts = Fonts(paper.font, style.convention.language)
    roles = _roles(style)
    plotter = Plotter(paper, _user_space(shown, paper), lambda layer: roles.get(layer, "annotation"), fonts)
    return _Plot(plotter.draw(_pieces(sheet, style, paper, shown)), paper, fonts)


def _downwards(shown: Matrix, paper: Paper) -> Floats:
    a, b, c, d, e, f = shown
    return np.array([[a, c, e], [-b, -d, paper.page[1] * POINTS - f]])


def photograph(jpeg: bytes, pixels: tuple[int, int], size: tuple[float, float]) -> bytes:
    """A PDF of one page that is a grey JPEG of so many pixels; ``size`` is the page's, millimetres."""
    objects = Objects()
    parent = objects.add("")
    entries = "/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode"
    image = objects.stream(jpeg, f"{entries} /Width {pixels[0]} /Height {pixels[1]}", packed=False)
    wide, high = (each * POINTS for each in size)
    content = objects.stream(f"q {wide:.3f} 0 0 {high:.3f} 0 0 cm /Im0 Do Q".encode())
    page = objects.add(
        f"<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 {wide:.3f} {high:.3f}] /Contents {content} 0 R "
        f"/Resources << /XObject << /Im0 {image} 0 R >> >> >>"
    )
    return _closed(objects, parent, [page], {})


def _roles(style: Style) -> dict[str, str]:
    """Role by layer; the first where a layer has several."""
    return {style.layer(role): role for role in reversed(ROLES)}


def _placement(sheet: Sheet, paper: Paper) -> Matrix:
    """Metres -> points of the page as it is shown, from its lower left. The sheet is left of the title block."""
    low, high = shapes.spread(sheet)
    wide, tall = paper.size
    free = wide - (COLUMN if paper.block else 0.0)
    scale = 1000 / paper.ratio
    x = free / 2 - scale * (low[0] + high[0]) / 2
    y = tall / 2 - scale * (low[1] + high[1]) / 2
    unit = paper.refit * POINTS
    dx, dy = ((page - paper.refit * plot) / 2 * POINTS for page, plot in zip(paper.page, paper.size, strict=True))
    return scale * unit, 0.0, 0.0, scale * unit, x * unit + dx, y * unit + dy


def _user_space(shown: Matrix, paper: Paper) -> Matrix:
    """Metres -> user space of the page, in which what is shown upright may lie on its side."""
    wide, high = (each * POINTS for each in paper.page)
    turn: Matrix = {
        0: (1.0, 0.0, 0.0, 1.0, 0.0, 0.0),
        90: (0.0, 1.0, -1.0, 0.0, high, 0.0),
        180: (-1.0, 0.0, 0.0, -1.0, wide, high),
        270: (0.0, -1.0, 1.0, 0.0, 0.0, wide),
    }[paper.rotation]
    a, b, c, d, e, f = (each / paper.user_unit for each in shapes.times(turn, shown))
    return a, b, c, d, e + paper.origin[0], f + paper.origin[1]


def _pieces(sheet: Sheet, style: Style, paper: Paper, shown: Matrix) -> Iterator[Shape | Words]:
    """What is plotted: the border, and the sheet with the paper's scale for its own."""
    if paper.block:
        marks = list(border(paper, style.layer("frame"), style.layer("text")))
        unit = paper.refit * POINTS
        dx, dy = ((page - paper.refit * plot) / 2 * POINTS for page, plot in zip(paper.page, paper.size, strict=True))
        metre = shown[0]
        inverse = (unit / metre, 0.0, 0.0, unit / metre, (dx - shown[4]) / metre, (dy - shown[5]) / metre)
        for piece in shapes.resolved(Sheet(marks), style):
            yield shapes.through(inverse, piece)
    noted = Sheet([each for mark in sheet.marks if (each := _noted(mark, paper))], sheet.blocks, sheet.hidden)
    yield from shapes.resolved(noted, style, Look(paper.hatch, paper.ends, paper.habit.clipped))


def _noted(mark: Mark, paper: Paper) -> Mark | None:
    """A mark, a scale note with the scale that the paper says, or None where it says none."""
    if not isinstance(mark, Text) or not mark.words.startswith("SCALE "):
        return mark
    return replace(mark, words=f"SCALE {paper.words}") if paper.words else None


def _page(objects: Objects, parent: int, groups: dict[str, int], plot: _Plot) -> int:
    """Add a page; its number. ``groups`` are the layers of all pages so far, by name."""
    paper, habit = plot.paper, plot.paper.habit
    layers = list(dict.fromkeys(run.layer for run in plot.runs)) if habit.layers != "none" else []
    for layer in layers if habit.layers == "full" else []:
        if layer not in groups:
            groups[layer] = objects.add(_group(layer))
    parts: list[str] = []
    forms: dict[str, int] = {}
    for number, run in enumerate(plot.runs):
        body = "".join(run.parts)
        if habit.clipped:
            body = f"q {_box(paper)} re W n\n{body}Q\n"
        if habit.nested:
            forms[f"Fm{number}"] = _nested(objects, body, paper, plot.fonts)
            body = f"/Fm{number} Do\n"
        if layers:
            body = f"/OC /L{layers.index(run.layer)} BDC\n{body}EMC\n"
        parts.append(body)
    content = objects.stream("".join(parts).encode("latin-1"))
    resources = _font_resources(objects, plot.fonts)
    if forms:
        resources += " /XObject << " + " ".join(f"/{key} {value} 0 R" for key, value in forms.items()) + " >>"
    if layers:
        held = (f"{groups[layer]} 0 R" if habit.layers == "full" else _group(layer) for layer in layers)
        resources += " /Properties << " + " ".join(f"/L{k} {each}" for k, each in enumerate(held)) + " >>"
    x, y = paper.origin
    wide, high = _user_size(paper)
    box = f"[{x:.3f} {y:.3f} {x + wide:.3f} {y + high:.3f}]"
    extra = f"/Rotate {paper.rotation} " if paper.rotation else ""
    extra += f"/UserUnit {paper.user_unit:g} " if paper.user_unit != 1 else ""
    return objects.add(
        f"<< /Type /Page /Parent {parent} 0 R /MediaBox {box} {extra}/Contents {content} 0 R "
        f"/Resources << {resources} >> >>"
    )


def _group(layer: str) -> str:
    return f"<< /Type /OCG /Name {string(layer)} >>"


def _closed(objects: Objects, parent: int, pages: list[int], groups: dict[str, int]) -> bytes:
    """The file around its pages, ``parent`` the number that was kept for their list."""
    kids = " ".join(f"{number} 0 R" for number in pages)
    objects.bodies[parent - 1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()
    listed = " ".join(f"{number} 0 R" for number in groups.values())
    optional = f" /OCProperties << /OCGs [{listed}] /D << /Order [{listed}] >> >>" if listed else ""
    return objects.file(f"<< /Type /Catalog /Pages {parent} 0 R{optional} >>")


def _font_resources(objects: Objects, fonts: Fonts) -> str:
    held = {key: objects.linked(bodies) for key, bodies in fonts.objects().items()}
    return "/Font << " + " ".join(f"/{key} {number} 0 R" for key, number in held.items()) + " >>"


def _nested(objects: Objects, body: str, paper: Paper, fonts: Fonts) -> int:
    """A form in a form, the inner one moved and moved back."""
    x, y = paper.origin
    wide, high = _user_size(paper)
    box = f"[{x - 500:.3f} {y - 500:.3f} {x + wide + 500:.3f} {y + high + 500:.3f}]"
    resources = f"/Resources << {_font_resources(objects, fonts)} >>"
    entries = f"/Type /XObject /Subtype /Form /BBox {box}"
    inner = objects.stream(body.encode("latin-1"), f"{entries} /Matrix [1 0 0 1 40 -25] {resources}")
    outer = f"/Resources << /XObject << /In {inner} 0 R >> >>"
    return objects.stream(b"q 1 0 0 1 -40 25 cm /In Do Q", f"{entries} {outer}")


def _user_size(paper: Paper) -> tuple[float, float]:
    """Width and height of the page in user space, before it is turned."""
    wide, high = (each * POINTS / paper.user_unit for each in paper.page)
    return (wide, high) if paper.rotation % 180 == 0 else (high, wide)


def _box(paper: Paper) -> str:
    x, y = paper.origin
    wide, high = _user_size(paper)
    return f"{x:.3f} {y:.3f} {wide:.3f} {high:.3f}"
