"""The paper that a sheet is plotted on: who writes it, at which scale, on which page, with which pens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from pipelines.options import UnitName
from pipelines.synth.hands import ROLES
from pipelines.synth.paper.shapes import spread

if TYPE_CHECKING:
    from pipelines.synth.sheet import Sheet
    from pipelines.synth.style import Style

Rgb = tuple[float, float, float]
BLACK: Rgb = (0.0, 0.0, 0.0)


class Writer(StrEnum):
    """The program that writes the PDF."""

    LAYERED = "layered"  #: layers kept as optional content
    MARKED = "marked"  #: layers kept as marked content, their list lost
    FLAT = "flat"  #: layers lost
    LETTERED = "lettered"  #: layers lost, text as strokes
    EXPLODED = "exploded"  #: layers lost, arcs as one path per short chord
    ONE_PATH = "one-path"  #: all that one pen draws is one path
    NESTED = "nested"  #: every piece in a form within a form
    OUTLINED = "outlined"  #: lines are filled polygons as wide as their pen
    CLIPPED = "clipped"  #: every pen's paths in a clip of their own
    CONVERTER = "converter"  #: one width and many colours, text as strokes, exploded arcs, the page refitted


@dataclass(frozen=True, slots=True)
class Habit:
    """What a writer does."""

    layers: str = "none"  #: 'full', 'marked' or 'none'
    letters: bool = False  #: text as strokes
    chords: bool = False  #: arcs as chords, a path each
    joined: bool = False  #: one path per pen
    nested: bool = False
    outlined: bool = False
    clipped: bool = False
    one_width: bool = False


HABITS: dict[Writer, Habit] = {
    Writer.LAYERED: Habit(layers="full"),
    Writer.MARKED: Habit(layers="marked"),
    Writer.FLAT: Habit(),
    Writer.LETTERED: Habit(letters=True),
    Writer.EXPLODED: Habit(chords=True),
    Writer.ONE_PATH: Habit(joined=True),
    Writer.NESTED: Habit(nested=True, layers="full"),
    Writer.OUTLINED: Habit(outlined=True, letters=True),
    Writer.CLIPPED: Habit(clipped=True),
    Writer.CONVERTER: Habit(letters=True, chords=True, one_width=True),
}


@dataclass(frozen=True, slots=True)
class Pen:
    """How wide, millimetres, and in which colour a role is drawn."""

    width: float
    color: Rgb = BLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A page and how it is drawn on. Lengths in millimetres of the paper."""

    writer: Writer = Writer.FLAT
    ratio: float = 100.0  #: denominator of the true scale
    size: tuple[float, float] = (420.0, 297.0)  #: width and height as shown
    name: str = "A3"  #: of the size, '' where it has none
    rotation: int = 0  #: /Rotate, degrees clockwise; what is shown is upright at any
    user_unit: float = 1.0
    origin: tuple[float, float] = (0.0, 0.0)  #: of the page's box, points
    pens: tuple[Pen, ...] = (Pen(0.25),) * len(ROLES)  #: in the order of ``ROLES``
    poche: Rgb = BLACK  #: of solid fills
    hatch: str = "lines"  #: what patterns become: 'lines', 'dense', 'cross', 'grey'
    wide_filled: bool = True  #: wide polylines as filled outlines rather than as wide strokes
    ends: str = "tick"  #: of dimension lines: 'tick', 'arrow', 'dot'
    font: str = "Helvetica"
    note: float | None = None  #: denominator of the scale that is written on the sheet, None where none is
    note_size: bool = False  #: whether the note names the paper, '@A1'
    block: bool = False  #: a border and a title block of its own
    refit: float = 1.0  #: how much smaller a converter made the whole plot, which leaves the note as it was
    refitted: tuple[float, float] | None = None  #: the converter's page, width and height as shown

    @property
    def habit(self) -> Habit:
        """What the writer does."""
        return HABITS[self.writer]

    def pen(self, role: str) -> Pen:
        """The pen of a role."""
        return self.pens[ROLES.index(role)]

    @property
    def true_ratio(self) -> float:
        """The denominator of the scale at which the sheet is on the page in the end."""
        return self.ratio / self.refit

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of the page in the end, as shown."""
        return self.refitted or self.size

    @property
    def words(self) -> str:
        """The scale note, '' where there is none."""
        if self.note is None:
            return ""
        return f"{_written(self.note)}{f' @{self.name}' if self.note_size else ''}"


#: Usual scales, with their share.
_METRIC = {50.0: 0.35, 100.0: 0.4, 75.0: 0.05, 125.0: 0.03, 150.0: 0.05, 200.0: 0.12}
_IMPERIAL = {48.0: 0.5, 96.0: 0.4, 64.0: 0.1}
_FEET = {24.0: "1/2", 48.0: "1/4", 64.0: "3/16", 96.0: "1/8", 128.0: "3/32", 192.0: "1/16"}

_ISO = {"A4": (297.0, 210.0), "A3": (420.0, 297.0), "A2": (594.0, 420.0), "A1": (841.0, 594.0), "A0": (1189.0, 841.0)}
_ARCH = {
    "LETTER": (279.4, 215.9), "TABLOID": (431.8, 279.4), "ARCH C": (609.6, 457.2), "ARCH D": (914.4, 609.6),
    "ARCH E": (1219.2, 914.4),
}  # fmt: skip
_MARGIN = 14.0
#: What a title block needs, and how long a roll is, millimetres.
_BLOCK, _BLOCK_HIGH, _LONGEST = 70.0, 190.0, 1800.0

#: Width of each role's pen, millimetres, as most offices set it.
_WIDTHS = {
    "wall": 0.5, "partition": 0.35, "glass": 0.18, "door": 0.25, "window": 0.25, "column": 0.5, "stair": 0.18,
    "room": 0.18, "furniture": 0.13, "sanitary": 0.13, "kitchen": 0.13, "text": 0.18, "dimension": 0.13, "axis": 0.13,
    "hatch": 0.09, "floor": 0.09, "annotation": 0.18, "frame": 0.5, "elevation": 0.25, "electrical": 0.18,
    "roof": 0.25, "site": 0.18,
}  # fmt: skip
_COLORS: tuple[Rgb, ...] = (
    (1, 0, 0), (0, 0.6, 0), (0, 0, 1), (0, 0.65, 0.65), (0.75, 0, 0.75), (0.5, 0.5, 0.5), (0.65, 0.4, 0.1),
    (0.9, 0.5, 0), (0.2, 0.3, 0.6), (0.3, 0.3, 0.3), (0, 0, 0),
)  # fmt: skip
#: What the widest pen covers of a building, metres.
_WIDEST = 0.045
_FAINT = ("furniture", "sanitary", "kitchen", "hatch", "floor", "dimension", "axis", "site")


def draw_paper(rng: np.random.Generator, sheet: Sheet, style: Style, writer: Writer | None = None) -> Paper:
    """A page for a sheet, by chance; of a given writer where one is named."""
    imperial = style.unit in (UnitName.INCH, UnitName.FOOT)
    usual = list(Writer)
    shares = np.array([0.16, 0.08, 0.2, 0.1, 0.1, 0.06, 0.06, 0.06, 0.06, 0.12])
    chosen = writer or usual[int(rng.choice(len(usual), p=shares))]
    scales = _IMPERIAL if imperial else _METRIC
    ratio = float(rng.choice(list(scales), p=np.array(list(scales.values())) / sum(scales.values())))
    block = not style.title_block and bool(rng.random() < 0.55)
    low, high = spread(sheet)
    extent = (high[0] - low[0], high[1] - low[1])
    if rng.random() < 0.3:
        ratio, name, size = cut(extent, ratio, float(rng.choice([4.0, 10.0, 25.0])), block=block)
    else:
        ratio, name, size = fitted(extent, ratio, imperial=imperial, block=block)
    note: float | None = ratio
    chance = rng.random()
    if chance < 0.2:
        note = None
    elif chance < 0.28:
        note = float(rng.choice([each for each in scales if each != ratio]))
    refit, refitted = _refitted(rng, name, size) if HABITS[chosen].one_width else (1.0, None)
    return Paper(
        writer=chosen,
        ratio=ratio,
        size=size,
        name=name,
        rotation=int(rng.choice([0, 90, 180, 270], p=[0.66, 0.15, 0.02, 0.17])),
        user_unit=float(rng.choice([1.0, 2.0, 0.5], p=[0.94, 0.04, 0.02])),
        origin=(0.0, 0.0) if rng.random() < 0.85 else (float(rng.integers(-500, 500)), float(rng.integers(-500, 500))),
        pens=draw_pens(rng, chosen, ratio),
        poche=_poche(rng),
        hatch=str(rng.choice(["lines", "dense", "cross", "grey"], p=[0.45, 0.25, 0.15, 0.15])),
        wide_filled=bool(rng.random() < 0.6),
        ends=str(rng.choice(["tick", "arrow", "dot"], p=[0.5, 0.35, 0.15])),
        font=str(rng.choice(["Helvetica", "Helvetica-Bold", "Times-Roman", "Courier"], p=[0.7, 0.12, 0.1, 0.08])),
        note=note,
        note_size=bool(name) and bool(rng.random() < 0.3),
        block=block,
        refit=refit,
        refitted=refitted,
    )


def fitted(
    extent: tuple[float, float], ratio: float, *, imperial: bool = False, block: bool = False
) -> tuple[float, str, tuple[float, float]]:
    """The smallest page that a drawing (metres) goes on; at a coarser scale where it goes on none."""
    sizes = _ARCH if imperial else _ISO
    while True:
        wide, high = _needed(extent, ratio, _MARGIN, block=block)
        for name, (width, height) in sizes.items():
            if wide <= width and high <= height:
                return ratio, name, (width, height)
            if wide <= height and high <= width:
                return ratio, name, (height, width)
        ratio *= 2


def cut(
    extent: tuple[float, float], ratio: float, margin: float, *, block: bool = False
) -> tuple[float, str, tuple[float, float]]:
    """A page cut to the drawing, as from a roll, or as pictures of plans are."""
    while True:
        wide, high = _needed(extent, ratio, margin, block=block)
        if max(wide, high) <= _LONGEST:
            return ratio, "", (float(np.ceil(wide)), float(np.ceil(high)))
        ratio *= 2


def _needed(extent: tuple[float, float], ratio: float, margin: float, *, block: bool) -> tuple[float, float]:
    wide, high = (each * 1000 / ratio + 2 * margin for each in extent)
    return (wide + _BLOCK, max(high, _BLOCK_HIGH)) if block else (wide, high)


def _refitted(rng: np.random.Generator, name: str, size: tuple[float, float]) -> tuple[float, tuple[float, float]]:
    """A converter's page: by what factor the plot fits on a page of another size, and that page."""
    others = [each for each in _ISO if each != name]
    other = others[int(rng.choice(len(others)))]
    wide, high = _ISO[other] if size[0] >= size[1] else _ISO[other][::-1]
    return min(wide / size[0], high / size[1]) * float(rng.uniform(0.93, 1.0)), (wide, high)


def draw_pens(rng: np.random.Generator, writer: Writer, ratio: float) -> tuple[Pen, ...]:
    """Pens by chance: widths by role in a heavier or lighter hand, black, grey or in colours.

    None is so wide that the faces of a wall would run into each other at the scale.
    """
    if HABITS[writer].one_width:
        width = float(rng.choice([0.0, 0.1, 0.18, 0.25]))
        order = rng.permutation(len(ROLES))
        return tuple(Pen(width, _COLORS[int(k) % len(_COLORS)]) for k in order)
    hand = float(rng.uniform(0.7, 1.5))
    spread_of = float(rng.choice([0.0, 0.6, 1.0, 1.3], p=[0.1, 0.2, 0.5, 0.2]))
    look = str(rng.choice(["black", "grey", "colours"], p=[0.6, 0.2, 0.2]))
    faint = float(rng.uniform(0.35, 0.65))
    pens = []
    for role in ROLES:
        width = min(0.2 * (_WIDTHS[role] / 0.2) ** spread_of * hand, _WIDEST * 1000 / ratio)
        color = BLACK
        if look == "grey" and role in _FAINT:
            color = (faint, faint, faint)
        elif look == "colours":
            color = _COLORS[int(rng.integers(len(_COLORS)))]
        pens.append(Pen(round(width, 2), color))
    return tuple(pens)


def _poche(rng: np.random.Generator) -> Rgb:
    tone = float(rng.choice([0.0, 0.0, 0.15, 0.3, 0.5, 0.65, 0.8]))
    if rng.random() < 0.1:
        return _COLORS[int(rng.integers(len(_COLORS)))]
    return (tone, tone, tone)


def _written(note: float) -> str:
    if note in _FEET:
        return f'{_FEET[note]}" = 1\'-0"'
    return f"1:{note:g}"
