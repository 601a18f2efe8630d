"""Toilets, basins, baths and counters as many offices draw them, beside the furniture of ``drawing.symbols``.

A symbol is drawn in its own frame: its back along the x axis, in front y > 0, ``w`` wide and ``d`` deep.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.linework import Seen
from pipelines.synth.drawing.symbols import symbol
from pipelines.synth.sheet import Circle, Frame, Line, Poly, rectangle
from pipelines.synth.training.leaves import Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark, Point

SEEN = {"wc": Seen.TOILET, "basin": Seen.BASIN, "bathtub": Seen.BATH, "counter": Seen.COUNTER}


def furniture(storey: Storey, rng: np.random.Generator) -> tuple[list[Mark], list[Symbol]]:
    """Furniture, and the fixtures among it that a detector tells apart."""
    variants = {name: int(rng.integers(6)) for name in (*SEEN, "stove")}
    marks: list[Mark] = []
    found: list[Symbol] = []
    pieces = storey.furniture
    for k, name in enumerate(pieces.name):
        ring = shapely.get_coordinates(pieces.footprint[k].exterior)
        along, deep = ring[1] - ring[0], ring[2] - ring[1]
        w, d = float(np.hypot(*along)), float(np.hypot(*deep))
        place = Frame((float(ring[0, 0]), float(ring[0, 1])), float(np.arctan2(along[1], along[0])))
        layer = {"counter": "kitchen"}.get(name, "sanitary") if name in SEEN else "furniture"
        own = _SYMBOLS.get(name)
        variant = variants.get(name, 0)
        drawn = own(layer, w, d, variant, rng) if own and variant else symbol(name, layer, w, d)
        drawn = [place.mark(mark) for mark in drawn]
        if name in SEEN:
            found.append(Symbol(drawn, ring[:4], SEEN[name]))
        else:
            marks += drawn
    return marks, found


def oval(layer: str, center: Point, a: float, b: float) -> Poly:
    """An ellipse."""
    t = np.linspace(0, 2 * math.pi, 25)[:-1]
    ring = tuple((center[0] + a * math.cos(v), center[1] + b * math.sin(v)) for v in t)
    return Poly(layer, ring, closed=True)


def rounded(layer: str, low: Point, high: Point, r: float) -> Poly:
    """A rectangle with round corners."""
    x0, y0, x1, y1 = *low, *high
    r = min(r, (x1 - x0) / 2 - 1e-3, (y1 - y0) / 2 - 1e-3)
    bow = math.tan(math.pi / 8)
    ring = (
        (x0 + r, y0),
        (x1 - r, y0),
        (x1, y0 + r),
        (x1, y1 - r),
        (x1 - r, y1),
        (x0 + r, y1),
        (x0, y1 - r),
        (x0, y0 + r),
    )
    return Poly(layer, ring, closed=True, bulges=(0.0, bow) * 4)


def _toilet(layer: str, w: float, d: float, variant: int, rng: np.random.Generator) -> list[Mark]:
    tank = d * float(rng.uniform(0.2, 0.32))
    inset = w * float(rng.uniform(0.0, 0.12))
    bowl = oval(layer, (w / 2, (tank + d) / 2), w / 2 - inset, (d - tank) / 2)
    match variant:
        case 1:
            return [rectangle(layer, (0, 0), (w, tank)), bowl]
        case 2:
            inner = oval(layer, (w / 2, (tank + d) / 2), w * 0.3, (d - tank) * 0.33)
            return [rounded(layer, (0, 0), (w, tank), 0.04), bowl, inner]
        case 3:
            return [oval(layer, (w / 2, d / 2), w / 2, d / 2), Line(layer, (w * 0.15, d * 0.2), (w * 0.85, d * 0.2))]
        case 4:
            return [rounded(layer, (w * 0.08, 0), (w * 0.92, d), w * 0.4), Circle(layer, (w / 2, tank * 0.5), 0.02)]
        case _:
            return [
                rectangle(layer, (w * 0.1, 0), (w * 0.9, tank * 0.7)),
                bowl,
                oval(layer, (w / 2, (tank + d) / 2), w * 0.36, (d - tank) * 0.4),
            ]


def _basin(layer: str, w: float, d: float, variant: int, _rng: np.random.Generator) -> list[Mark]:
    match variant:
        case 1:
            return [rectangle(layer, (0, 0), (w, d)), oval(layer, (w / 2, d * 0.55), w * 0.38, d * 0.32)]
        case 2:
            return [rounded(layer, (0, 0), (w, d), d * 0.45), oval(layer, (w / 2, d * 0.55), w * 0.36, d * 0.3)]
        case 3:
            return [
                oval(layer, (w / 2, d / 2), w / 2, d / 2),
                oval(layer, (w / 2, d / 2), w * 0.4, d * 0.38),
                Circle(layer, (w / 2, d * 0.12), 0.025),
            ]
        case 4:
            ring = ((0.0, 0.0), (w, 0.0), (w, d * 0.5), (0.0, d * 0.5))
            return [
                Poly(layer, ring, closed=True, bulges=(0.0, 0.0, 0.6, 0.0)),
                Circle(layer, (w / 2, d * 0.4), d * 0.2),
            ]
        case _:
            return [
                rectangle(layer, (0, 0), (w, d)),
                rounded(layer, (w * 0.1, d * 0.2), (w * 0.9, d * 0.92), 0.08),
                Circle(layer, (w / 2, d * 0.5), 0.025),
                Line(layer, (w / 2, d * 0.05), (w / 2, d * 0.3)),
            ]


def _bath(layer: str, w: float, d: float, variant: int, _rng: np.random.Generator) -> list[Mark]:
    drain = Circle(layer, (w * 0.13, d / 2), 0.03)
    match variant:
        case 1:
            return [rectangle(layer, (0, 0), (w, d)), rounded(layer, (0.07, 0.07), (w - 0.07, d - 0.07), 0.2), drain]
        case 2:
            return [rectangle(layer, (0, 0), (w, d)), oval(layer, (w / 2, d / 2), w / 2 - 0.07, d / 2 - 0.07), drain]
        case 3:
            return [
                rounded(layer, (0, 0), (w, d), d * 0.4),
                rounded(layer, (0.05, 0.05), (w - 0.05, d - 0.05), d * 0.35),
            ]
        case 4:
            return [rounded(layer, (0, 0), (w, d), 0.08), rounded(layer, (0.1, 0.1), (w - 0.08, d - 0.1), 0.15), drain]
        case _:
            return [
                oval(layer, (w / 2, d / 2), w / 2, d / 2),
                oval(layer, (w / 2, d / 2), w / 2 - 0.08, d / 2 - 0.08),
                drain,
            ]


def _counter(layer: str, w: float, d: float, variant: int, rng: np.random.Generator) -> list[Mark]:
    marks: list[Mark] = [rectangle(layer, (0, 0), (w, d))]
    sinks = int(rng.integers(1, 3))
    at = float(rng.uniform(0.1, 0.35)) * w
    size = float(rng.uniform(0.3, 0.42))
    for k in range(sinks):
        low = (at + k * (size + 0.05), d * 0.2)
        marks.append(rounded(layer, low, (low[0] + size, d * 0.82), 0.06))
        if variant % 2:
            marks.append(Circle(layer, (low[0] + size / 2, d * 0.5), 0.03))
    if variant in (2, 3):
        end = at + sinks * (size + 0.05)
        marks += [Line(layer, (end, y), (min(end + 0.4, w), y)) for y in np.linspace(d * 0.3, d * 0.7, 5).tolist()]
        marks.append(rounded(layer, (at - 0.05, d * 0.12), (min(end + 0.45, w), d * 0.9), 0.05))
    if variant != 4 and w > 1.7:
        marks += hob(layer, w - 0.68, d, rng)
    if variant == 5:
        marks += [Line("dashes", (0.0, d * 0.55), (w, d * 0.55)), Line(layer, (w * 0.6, 0), (w * 0.6, d))]
    return marks


def hob(layer: str, x: float, d: float, rng: np.random.Generator) -> list[Mark]:
    """Four plates in a square of 0.58 m that begins at x."""
    marks: list[Mark] = [rectangle(layer, (x, d * 0.05), (x + 0.58, d * 0.95))]
    twice = rng.random() < 0.5
    for k in range(4):
        at = (x + 0.16 + 0.27 * (k % 2), d * (0.3 + 0.42 * (k // 2)))
        radius = float(rng.choice([0.07, 0.095]))
        marks.append(Circle(layer, at, radius))
        if twice:
            marks.append(Circle(layer, at, radius * 0.5))
    return marks


_SYMBOLS: dict[str, Callable[[str, float, float, int, np.random.Generator], list[Mark]]] = {
    "wc": _toilet,
    "basin": _basin,
    "bathtub": _bath,
    "counter": _counter,
}
