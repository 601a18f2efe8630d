"""What else is on real sheets: terraces, circles, leaders, tables, scribbles, marker. None of it is to be found."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.drawing.notes import extent
from pipelines.synth.sheet import Arc, Circle, Fill, Line, Measure, Poly, Text, path, rectangle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import shapely

    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark, Point

_WORDS = (
    "KEITTIÖ",
    "ET 4,5 m2",
    "SAUNA",
    "h=1600mm",
    "VS1",
    "KHH",
    "+9.15",
    "LAPE",
    "DN",
    "EI 60",
    "Terrace 12.5",
    "25",
    "AS. D14",
)


def draw(storey: Storey, rng: np.random.Generator) -> list[Mark]:
    """Some of everything, within and around a storey."""
    low, high = extent(storey)
    marks: list[Mark] = []
    for make, chance in _AROUND.items():
        if rng.random() < chance:
            marks += make(low, high, rng)
    for shape in storey.rooms.footprint:
        if rng.random() < 0.45:
            marks += _within(shape, rng)
    return marks


def _spot(low: Floats, high: Floats, rng: np.random.Generator, margin: float = 0.0) -> Point:
    x, y = rng.uniform(low - margin, high + margin)
    return float(x), float(y)


def _terrace(low: Floats, high: Floats, rng: np.random.Generator) -> Iterator[Mark]:
    """Paving along a front."""
    deep = float(rng.uniform(1.2, 3.0))
    a = float(rng.uniform(low[0], (low[0] + high[0]) / 2))
    b = a + float(rng.uniform(2.0, 6.0))
    if rng.random() < 0.5:
        ring = ((a, float(high[1])), (b, float(high[1])), (b, float(high[1]) + deep), (a, float(high[1]) + deep))
    else:
        x, at = float(high[0]), float(rng.uniform(low[1], (low[1] + high[1]) / 2))
        ring = ((x, at), (x + deep, at), (x + deep, at + b - a), (x, at + b - a))
    yield Fill("floor", (ring,), str(rng.choice(["NET", "LINES", "BRICK", "CROSS"])), float(rng.uniform(0.12, 0.6)))
    yield Poly("floor", ring, closed=True)


def _eaves(low: Floats, high: Floats, rng: np.random.Generator) -> Iterator[Mark]:
    """The roof's edge around the plan, dashed or in dashes and dots."""
    out = float(rng.uniform(0.3, 1.2))
    layer = str(rng.choice(["dashes", "axis", "site"]))
    yield rectangle(layer, (float(low[0]) - out, float(low[1]) - out), (float(high[0]) + out, float(high[1]) + out))


def _chains(low: Floats, high: Floats, rng: np.random.Generator) -> Iterator[Mark]:
    """Chains of dimensions on some sides, in rows."""
    for axis in (0, 1):
        for side in (0, 1):
            if rng.random() < 0.5:
                continue
            for row in range(int(rng.integers(1, 4))):
                away = float(rng.uniform(0.5, 0.8)) + row * float(rng.uniform(0.4, 0.6))
                edge = float(high[1 - axis]) + away if side else float(low[1 - axis]) - away
                cuts = np.sort(rng.uniform(low[axis], high[axis], int(rng.integers(0, 6))))
                stops = [float(low[axis]), *cuts.tolist(), float(high[axis])]
                for a, b in itertools.pairwise(stops):
                    if b - a < 0.3:
                        continue
                    foot = edge - 0.25 if side else edge + 0.25
                    one, other, base = (a, foot), (b, foot), (a, edge)
                    if axis:
                        one, other, base = one[::-1], other[::-1], base[::-1]
                    yield Measure("dimension", one, other, base, axis * math.pi / 2)


def _scribbles(low: Floats, high: Floats, rng: np.random.Generator) -> Iterator[Mark]:
    """Notes by hand."""
    for _ in range(int(rng.integers(1, 4))):
        at = np.array(_spot(low, high, rng, 1.0))
        steps = rng.normal(0, 0.18, (int(rng.integers(4, 18)), 2)) + np.array([0.12, 0.0])
        spots = at + np.cumsum(steps, axis=0)
        yield Poly("scribble", tuple((float(x), float(y)) for x, y in spots))


def _marker(low: Floats, high: Floats, rng: np.random.Generator) -> Iterator[Mark]:
    """A felt pen along a side."""
    x0, x1, y = float(low[0]), float(high[0]), float(rng.choice([low[1], high[1]]))
    spots = [(x, y + float(rng.normal(0, 0.08))) for x in np.linspace(x0, x1, 12).tolist()]
    yield Poly("marker", tuple(spots))


def _table(low: Floats, high: Floats, rng: np.random.Generator) -> Iterator[Mark]:
    """A table of text beside the plan."""
    x, y = float(high[0]) + float(rng.uniform(0.6, 2.0)), float(high[1])
    rows, wide = int(rng.integers(3, 10)), float(rng.uniform(2.5, 5.0))
    step = float(rng.uniform(0.35, 0.6))
    for k in range(rows + 1):
        yield Line("frame", (x, y - k * step), (x + wide, y - k * step))
    for share in (0.0, float(rng.uniform(0.2, 0.5)), 1.0):
        yield Line("frame", (x + share * wide, y), (x + share * wide, y - rows * step))
    for k in range(rows):
        yield Text("text", (x + wide * 0.7, y - (k + 0.5) * step), step * 0.4, str(rng.choice(_WORDS)))
    del low


def _lintels(low: Floats, high: Floats, rng: np.random.Generator) -> Iterator[Mark]:
    """Beams, ducts and section lines across the plan."""
    for _ in range(int(rng.integers(1, 4))):
        a, b = _spot(low, high, rng, 0.5), _spot(low, high, rng, 0.5)
        b = (b[0], a[1]) if rng.random() < 0.5 else (a[0], b[1]) if rng.random() < 0.8 else b
        yield Line(str(rng.choice(["dashes", "axis"])), a, b)


def _trees(low: Floats, high: Floats, rng: np.random.Generator) -> Iterator[Mark]:
    for _ in range(int(rng.integers(1, 4))):
        x, y = float(rng.choice([low[0] - 1.2, high[0] + 1.2])), float(rng.uniform(low[1], high[1]))
        r = float(rng.uniform(0.4, 0.9))
        yield Circle("site", (x, y), r)
        for t in np.arange(0, 2 * math.pi, 0.7).tolist():
            yield Arc("site", (x + r * math.cos(t), y + r * math.sin(t)), r * 0.35, t - 1.5, t + 1.5)


def _bar(low: Floats, high: Floats, rng: np.random.Generator) -> Iterator[Mark]:
    """A black bar with white words, as agencies for pictures put it below theirs."""
    y = float(low[1]) - float(rng.uniform(0.3, 3.0))
    x0, x1, deep = float(low[0]) - 1.0, float(high[0]) + 1.0, float(rng.uniform(0.3, 1.2))
    yield Fill("wall", (((x0, y - deep), (x1, y - deep), (x1, y), (x0, y)),))
    for share in (0.15, 0.8):
        yield Text("paper", (x0 + share * (x1 - x0), y - deep / 2), deep * 0.35, str(rng.choice(_WORDS)))


_AROUND: dict[Callable[[Floats, Floats, np.random.Generator], Iterator[Mark]], float] = {
    _terrace: 0.4,
    _eaves: 0.3,
    _chains: 0.45,
    _scribbles: 0.12,
    _marker: 0.06,
    _table: 0.25,
    _lintels: 0.35,
    _trees: 0.2,
    _bar: 0.06,
}


def _within(shape: shapely.Polygon, rng: np.random.Generator) -> Iterator[Mark]:
    """Something in a room: a level, a note, a turning circle, a lamp with its switch, a dashed cupboard."""
    x0, y0, x1, y1 = shape.bounds
    at = (
        (float(rng.uniform(x0 + 0.2, x1 - 0.2)), float(rng.uniform(y0 + 0.2, y1 - 0.2)))
        if min(x1 - x0, y1 - y0) > 0.6
        else (x0, y0)
    )
    match int(rng.integers(7)):
        case 0:
            yield Circle(str(rng.choice(["dashes", "axis", "annotation"])), at, float(rng.uniform(0.5, 0.85)))
        case 1:
            yield Circle("annotation", at, float(rng.uniform(0.2, 0.4)))
            yield Text("annotation", at, 0.14, str(rng.integers(1, 300)))
        case 2:
            yield Text(
                "text", at, float(rng.uniform(0.12, 0.4)), str(rng.choice(_WORDS)), float(rng.choice([0, math.pi / 2]))
            )
        case 3:
            yield Circle("electrical", at, 0.12)
            yield Line("electrical", (at[0] - 0.08, at[1] - 0.08), (at[0] + 0.08, at[1] + 0.08))
            r, t = float(rng.uniform(0.8, 2.0)), float(rng.uniform(0, 6))
            yield Arc("dashes", (at[0] + r * math.cos(t), at[1] + r * math.sin(t)), r, t + math.pi, t + math.pi + 1.2)
        case 4:
            w, h = float(rng.uniform(0.4, 0.7)), float(rng.uniform(0.4, 0.7))
            yield rectangle("dashes", at, (at[0] + w, at[1] + h))
            yield Line("dashes", at, (at[0] + w, at[1] + h))
        case 5:
            wide = float(rng.uniform(0.4, 0.6))
            count = int(rng.integers(2, 6))
            for k in range(count):
                yield rectangle("furniture", (at[0] + k * wide, at[1]), (at[0] + (k + 1) * wide, at[1] + 0.6))
            yield Line("axis", (at[0], at[1] + 0.3), (at[0] + count * wide, at[1] + 0.3))
        case _:
            yield from path("annotation", at, (at[0] + 0.5, at[1] + 0.4), (at[0] + 1.1, at[1] + 0.4))
            yield Text("annotation", (at[0] + 0.9, at[1] + 0.52), 0.13, str(rng.choice(_WORDS)))
