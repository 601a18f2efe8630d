"""How an office draws: every choice that has nothing to do with what is built."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from pipelines.options import UnitName
from pipelines.synth.hands import BY_KEY, CODECS, CONVENTIONS

if TYPE_CHECKING:
    from pipelines.synth.hands import Convention

_T = TypeVar("_T")


class WallStyle(StrEnum):
    """How walls are shown."""

    OUTLINE = "outline"  #: double lines, clean at junctions, closed at openings
    OPEN = "open"  #: the same without the caps at openings
    CROSSING = "crossing"  #: each wall a box of its own, lines running through the junctions
    POLYLINE = "polyline"  #: closed polylines around the region
    PIECES = "pieces"  #: a closed polyline per straight piece
    SOLID = "solid"  #: filled
    POCHE = "poche"  #: filled, and outlined
    PATTERN = "pattern"  #: outline with a pattern in it
    WIDE = "wide"  #: polylines as wide as the wall
    LAYERED = "layered"  #: outline, with the lines of core and insulation in outer walls
    PLASTER = "plaster"  #: outline, with a line of finish within each face
    THROUGH = "through"  #: double lines that run through doors and windows, masked there


class DoorStyle(StrEnum):
    """How the leaf of a door is shown."""

    LINE = "line"  #: leaf as a line, arc of 90 degrees
    LEAF = "leaf"  #: leaf as a thin rectangle
    AJAR = "ajar"  #: leaf open by 45 degrees
    BULGE = "bulge"  #: leaf and arc as one polyline
    STROKE = "stroke"  #: a slanted line and no arc


class WindowStyle(StrEnum):
    """How glazing is shown."""

    ONE = "one"  #: two faces and a line of glass
    TWO = "two"  #: two faces and two lines
    FRAMED = "framed"  #: a frame of thin rectangles
    SILL = "sill"  #: with a sill that stands out
    CASEMENT = "casement"  #: frames, mullions and two panes, with a sill inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The hand of one office on one drawing. Lengths in metres where not said otherwise."""

    convention: Convention
    prefix: str = ""  #: of a bound xref, on all layers of the building
    walls: WallStyle = WallStyle.OUTLINE
    doors: DoorStyle = DoorStyle.LINE
    windows: WindowStyle = WindowStyle.ONE
    door_blocks: bool = True
    window_blocks: bool = True
    furniture_blocks: bool = True
    mirrored: bool = True  #: blocks are mirrored rather than drawn in two hands
    scaled: bool = False  #: blocks are of unit size and scaled to fit, windows by two factors
    block_names: str = "plain"  #: 'plain', 'coded', 'anonymous', 'national'
    one_layer: bool = False  #: doors and windows stand on the walls' layer
    door_frames: bool = False
    thresholds: bool = False  #: lines across door openings
    tags: bool = False
    size_codes: bool = False
    room_names: bool = True
    room_areas: bool = False
    furniture: bool = True
    rounded: bool = False  #: furniture and fixtures as catalogues draw them
    dimensions: bool = True
    chains: bool = False  #: dimensions on all four sides, of openings too
    letters: float = 0.18  #: height of the letters of dimensions, in the drawing's scale
    axes: bool = False
    floor_pattern: bool = False
    title_block: bool = False
    titles: bool = True
    views: tuple[str, ...] = ()  #: beside the plans: 'elevation', 'section', 'detail', 'electrical', 'roof'
    vertical: bool = False  #: drawings stand below each other rather than side by side
    in_block: bool = False  #: each plan is one block reference
    room_numbers: bool = False
    remarks: bool = False  #: notes with leaders, section marks, levels, a north arrow
    surroundings: bool = False  #: boundary, path, trees
    broken: bool = False  #: lines of walls are in pieces
    turned_over: bool = False  #: mirrored blocks are seen from below (extrusion -Z)
    rubbish: bool = False  #: hidden layers with leftovers
    doubled: bool = False  #: some lines twice, some with small gaps
    tall: bool = False  #: lines of walls have a thickness
    unit: UnitName = UnitName.MM
    declared: UnitName | None = UnitName.MM  #: what $INSUNITS says, None where it is 0
    offset: tuple[float, float] = (0.0, 0.0)  #: of the drawing from the origin, drawing units
    version: str = "R2010"
    binary: bool = False
    encoding: str = "utf-8"
    code_page: bool = True  #: whether the header names the encoding

    def layer(self, role: str) -> str:
        """The layer of a role, with the prefix of its xref."""
        name = self.convention.layer(role)
        if self.one_layer and role in ("door", "window"):
            name = self.convention.layer("wall")
        if self.prefix and role not in ("frame", "text", "dimension", "axis", "annotation"):
            return self.prefix + name
        return name


#: Relative frequency of each way to show walls.
_WALLS = {
    WallStyle.OUTLINE: 0.26,
    WallStyle.OPEN: 0.07,
    WallStyle.CROSSING: 0.09,
    WallStyle.POLYLINE: 0.13,
    WallStyle.PIECES: 0.09,
    WallStyle.SOLID: 0.08,
    WallStyle.POCHE: 0.09,
    WallStyle.PATTERN: 0.08,
    WallStyle.WIDE: 0.08,
    WallStyle.LAYERED: 0.06,
    WallStyle.PLASTER: 0.05,
    WallStyle.THROUGH: 0.03,
}
_DOORS = {
    DoorStyle.LINE: 0.4,
    DoorStyle.LEAF: 0.35,
    DoorStyle.AJAR: 0.12,
    DoorStyle.BULGE: 0.1,
    DoorStyle.STROKE: 0.03,
}
_NAMELESS = ("numbers", "materials", "zero")


def draw_style(rng: np.random.Generator, *, imperial: bool) -> Style:
    """A random hand, its choices as they go together."""
    convention = _convention(rng, imperial=imperial)
    nameless = convention.key in _NAMELESS
    walls = _pick(rng, _WALLS)
    if convention.key == "zero" and walls == WallStyle.THROUGH:
        walls = WallStyle.OUTLINE
    version = str(rng.choice(["R12", "R2000", "R2010", "R2013", "R2018"], p=[0.12, 0.2, 0.28, 0.2, 0.2]))
    legacy = version in ("R12", "R2000")
    encoding = CODECS.get(convention.language, "cp1252") if legacy else "utf-8"
    unit = _unit(rng, imperial=imperial)
    names = ["plain", "coded", "anonymous", "national"]
    return Style(
        convention=convention,
        prefix=f"{rng.choice(['plan', 'xref-base', 'ARCH', 'X_A-101'])}$0$"
        if rng.random() < 0.1 and not nameless
        else "",
        walls=walls,
        doors=_pick(
            rng,
            {
                DoorStyle.LINE: 0.4,
                DoorStyle.LEAF: 0.35,
                DoorStyle.AJAR: 0.12,
                DoorStyle.BULGE: 0.1,
                DoorStyle.STROKE: 0.03,
            },
        ),
        windows=_pick(
            rng, {WindowStyle.ONE: 0.35, WindowStyle.TWO: 0.3, WindowStyle.FRAMED: 0.2, WindowStyle.SILL: 0.15}
        ),
        door_blocks=bool(rng.random() < 0.65),
        window_blocks=bool(rng.random() < 0.6),
        furniture_blocks=bool(rng.random() < 0.75),
        mirrored=bool(rng.random() < 0.7),
        scaled=bool(rng.random() < 0.4),
        block_names=str(rng.choice(names, p=[0.45, 0.2, 0.15, 0.2])),
        one_layer=bool(rng.random() < 0.06),
        door_frames=bool(rng.random() < 0.3),
        thresholds=bool(rng.random() < 0.25),
        tags=bool(rng.random() < 0.3),
        size_codes=imperial and bool(rng.random() < 0.6),
        room_names=bool(rng.random() < 0.9),
        room_areas=bool(rng.random() < 0.5),
        furniture=bool(rng.random() < 0.8),
        dimensions=bool(rng.random() < 0.7),
        axes=bool(rng.random() < 0.3),
        floor_pattern=bool(rng.random() < 0.15),
        title_block=bool(rng.random() < 0.3),
        titles=bool(rng.random() < 0.85),
        views=_views(rng),
        rubbish=bool(rng.random() < 0.15),
        doubled=bool(rng.random() < 0.15),
        tall=bool(rng.random() < 0.06),
        unit=unit,
        declared=_declared(rng, unit),
        offset=_offset(rng, unit),
        version=version,
        binary=bool(rng.random() < 0.06),
        encoding=encoding,
        code_page=not legacy or bool(rng.random() < 0.7),
        vertical=bool(rng.random() < 0.2),
        in_block=bool(rng.random() < 0.08),
        room_numbers=bool(rng.random() < 0.2),
        remarks=bool(rng.random() < 0.35),
        surroundings=bool(rng.random() < 0.2),
        broken=bool(rng.random() < 0.15),
        turned_over=bool(rng.random() < 0.2),
    )


def _pick(rng: np.random.Generator, weights: dict[_T, float]) -> _T:
    names = list(weights)
    shares = np.array(list(weights.values()))
    return names[int(rng.choice(len(names), p=shares / shares.sum()))]


def _convention(rng: np.random.Generator, *, imperial: bool) -> Convention:
    if imperial:
        return BY_KEY[
            str(
                rng.choice(
                    ["aia", "aia-long", "english", "english-plain", "zero", "numbers"],
                    p=[0.34, 0.2, 0.16, 0.16, 0.07, 0.07],
                )
            )
        ]
    rare = {"zero": 0.35, "numbers": 0.5, "materials": 0.4}
    weights = np.array([rare.get(convention.key, 1.0) for convention in CONVENTIONS])
    return CONVENTIONS[int(rng.choice(len(CONVENTIONS), p=weights / weights.sum()))]


def _unit(rng: np.random.Generator, *, imperial: bool) -> UnitName:
    if imperial:
        return _pick(rng, {UnitName.INCH: 0.85, UnitName.FOOT: 0.15})
    return _pick(rng, {UnitName.MM: 0.62, UnitName.CM: 0.13, UnitName.M: 0.25})


def _declared(rng: np.random.Generator, unit: UnitName) -> UnitName | None:
    """The header is right in half of all drawings, silent in a quarter, wrong in the rest."""
    chance = rng.random()
    if chance < 0.5:
        return unit
    if chance < 0.75:
        return None
    others = [name for name in (UnitName.MM, UnitName.CM, UnitName.M, UnitName.INCH) if name != unit]
    return others[int(rng.integers(len(others)))]


def _offset(rng: np.random.Generator, unit: UnitName) -> tuple[float, float]:
    if rng.random() < 0.5:
        return 0.0, 0.0
    far = 10.0 ** float(rng.uniform(0.5, 3.5)) / unit.metres
    angle = float(rng.uniform(0, 2 * np.pi))
    return round(far * float(np.cos(angle)), 3), round(far * float(np.sin(angle)), 3)


def _views(rng: np.random.Generator) -> tuple[str, ...]:
    if rng.random() < 0.55:
        return ()
    chances = {"elevation": 0.7, "section": 0.4, "detail": 0.3, "electrical": 0.3, "roof": 0.3, "schedule": 0.25}
    return tuple(view for view, chance in chances.items() if rng.random() < chance)
