"""A draughtsman's pens, hatches and way to write dimensions, at random."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.hands import ROLES, Convention
from pipelines.synth.sheet import Circle, Line, Text, path
from pipelines.synth.training.lettering import faces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.linework import Bools, Floats
    from pipelines.synth.sheet import Mark, Measure

#: Layers are called what they hold, so that each has a pen of its own.
PLAIN = {key: Convention("plain", key, ROLES) for key in ("en", "ko", "de", "fr", "es", "it", "pt", "tr", "vi")}
_HEAVY = ("wall", "partition", "column")


@dataclass(frozen=True, slots=True)
class Pen:
    """Width in pixels of the picture, grey value of the ink, dashes and gaps in pixels where it draws them."""

    width: float
    grey: float
    dash: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """How everything on one picture is drawn."""

    pens: dict[str, Pen]
    dash: tuple[float, float]
    face: str
    letters: float  #: factor on the height of letters
    tick: str  #: 'slash', 'arrow', 'dot', 'none'
    unit: str  #: of dimensions: 'mm', 'm', 'ft'
    tone: int  #: grey value of grey fills
    turn: float  #: of hatches, radians

    def pen(self, layer: str) -> Pen:
        """The pen of a layer."""
        return self.pens.get(layer) or self.pens["text"]

    def hatched(self, pattern: str, at: Floats, step: float, width: float) -> Bools:
        """(h, w) what a hatch inks at (h, w, 2) metres, its lines ``step`` apart and ``width`` wide, metres."""
        turn = {"ANSI31": math.pi / 4, "NET": 0.0}.get(pattern, self.turn)
        c, s = math.cos(turn), math.sin(turn)
        u, v = at[..., 0] * c + at[..., 1] * s, at[..., 1] * c - at[..., 0] * s
        first = np.asarray(np.mod(u, step) < width, dtype=np.bool_)
        if pattern in ("NET", "CROSS"):
            return first | np.asarray(np.mod(v, step) < width, dtype=np.bool_)
        if pattern == "BRICK":
            row = np.floor(u / step)
            return first | np.asarray(np.mod(v + row * step, 2 * step) < width, dtype=np.bool_)
        if pattern == "WAVE":
            return np.asarray(np.mod(u + 0.25 * step * np.sin(v * 2 * math.pi / step), step) < width, dtype=np.bool_)
        if pattern == "DOTS":
            return np.asarray((np.mod(u, step) < 1.3 * width) & (np.mod(v, step) < 1.3 * width), dtype=np.bool_)
        return first

    def measured(self, mark: Measure) -> Iterator[Mark]:
        """A dimension as lines, ticks and a number."""
        turn = np.array([math.cos(mark.angle), math.sin(mark.angle)])
        base = np.array(mark.base)
        feet = [base + turn * float((np.array(spot) - base) @ turn) for spot in (mark.first, mark.second)]
        a, b = ((float(x), float(y)) for x, y in feet)
        yield Line(mark.layer, a, b)
        for spot, foot in ((mark.first, a), (mark.second, b)):
            yield Line(mark.layer, spot, foot)
            yield from self._tick(mark.layer, foot, turn)
        length = float(np.hypot(*(feet[1] - feet[0])))
        across = np.array([-turn[1], turn[0]])
        middle = (feet[0] + feet[1]) / 2 + across * 0.16
        yield Text(mark.layer, (float(middle[0]), float(middle[1])), 0.16, self.number(length), mark.angle)

    def number(self, length: float) -> str:
        """A length as it is written."""
        if self.unit == "m":
            return f"{length:.2f}"
        if self.unit == "ft":
            feet, inches = divmod(round(length / 0.0254), 12)
            return f"{feet}'-{inches}\""
        return f"{length * 1000:.0f}"

    def _tick(self, layer: str, foot: tuple[float, float], turn: Floats) -> Iterator[Mark]:
        x, y = foot
        u, v = float(turn[0]) * 0.09, float(turn[1]) * 0.09
        match self.tick:
            case "slash":
                yield Line(layer, (x - u + v, y - v - u), (x + u - v, y + v + u))
            case "dot":
                yield Circle(layer, foot, 0.04)
            case "arrow":
                yield from path(
                    layer, (x + 2 * u - v / 2, y + 2 * v + u / 2), foot, (x + 2 * u + v / 2, y + 2 * v - u / 2)
                )


def random_hand(rng: np.random.Generator) -> Hand:
    """Any hand."""
    heavy, thin = float(rng.uniform(0.9, 2.6)), float(rng.uniform(0.8, 1.5))
    if rng.random() < 0.25:
        heavy = thin
    dark, pale = float(rng.choice([0, 0, 20, 60])), float(rng.choice([0, 0, 30, 80, 120]))
    pens = {}
    for role in ROLES:
        if role in _HEAVY:
            pens[role] = Pen(heavy, dark)
        else:
            pens[role] = Pen(thin * float(rng.uniform(0.75, 1.35)), min(150.0, pale * float(rng.uniform(0.6, 1.3))))
    pens["wallhatch"] = Pen(thin * float(rng.uniform(0.7, 1.2)), pale)
    if rng.random() < 0.15:
        pens["door"] = pens["window"] = pens["wall"]
    pens["axis"] = Pen(thin, pale, (float(rng.uniform(8, 20)), float(rng.uniform(2, 5))))
    pens["dashes"] = Pen(thin, pale, (float(rng.uniform(3, 10)), float(rng.uniform(2, 5))))
    pens["scribble"] = Pen(float(rng.uniform(1, 4)), float(rng.uniform(0, 140)))
    pens["paper"] = Pen(1.0, 255.0)
    pens["marker"] = Pen(float(rng.uniform(5, 14)), float(rng.uniform(120, 215)))
    return Hand(
        pens=pens,
        dash=(float(rng.uniform(3, 9)), float(rng.uniform(2, 5))),
        face=str(rng.choice(list(faces()) or [""])),
        letters=float(rng.uniform(0.7, 1.7)),
        tick=str(rng.choice(["slash", "arrow", "dot", "none"], p=[0.5, 0.2, 0.2, 0.1])),
        unit=str(rng.choice(["mm", "m", "ft"], p=[0.65, 0.2, 0.15])),
        tone=int(rng.integers(90, 225)),
        turn=float(rng.choice([math.pi / 4, -math.pi / 4, 0.0, math.pi / 2, 0.3])),
    )
