"""What is written on a plan: rooms, dimensions, axes, titles."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.synth.drawing.chains import chains
from pipelines.synth.hands import ROOMS, TITLES
from pipelines.synth.sheet import Circle, Line, Measure, Poly, Text, rectangle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark, Point
    from pipelines.synth.style import Style

#: Kinds of views in the order of ``TITLES``, after the plans.
VIEWS = ("elevation", "section", "detail", "electrical", "roof", "schedule")


def rooms(storey: Storey, style: Style) -> Iterator[Mark]:
    """Names, and areas below them."""
    if not style.room_names:
        return
    words = ROOMS[style.convention.language]
    layer = style.layer("room")
    for number, (name, area, anchor, shape) in enumerate(
        zip(storey.rooms.name, storey.rooms.area, storey.rooms.anchor, storey.rooms.footprint, strict=True)
    ):
        x0, _, x1, _ = shape.bounds
        label = words[name]
        height = float(np.clip(0.8 * (x1 - x0) / max(len(label), 4), 0.09, 0.22))
        x, y = float(anchor[0]), float(anchor[1])
        if style.room_numbers:
            yield Text(layer, (x, y + 2.2 * height), height, f"{storey.level + 1}{number + 1:02d}")
        if not style.room_areas:
            yield Text(layer, (x, y), height, label)
            continue
        written = (
            f"{area * 10.7639:.0f} SF"
            if style.unit in ("in", "ft")
            else f"{area:.2f} m²"
            if style.encoding == "utf-8"
            else f"{area:.2f} m2"
        )
        if style.version != "R12":
            yield Text(layer, (x, y), height, f"{label}\n{written}", multiline=True)
        else:
            yield Text(layer, (x, y + height * 0.8), height, label)
            yield Text(layer, (x, y - height * 0.8), height * 0.8, written)


def extent(storey: Storey) -> tuple[Floats, Floats]:
    """Lower left and upper right of the walls."""
    box = np.asarray(shapely.total_bounds(storey.walls.footprint))
    return box[:2], box[2:]


def stations(storey: Storey, axis: int) -> list[float]:
    """Where walls across an axis of the sheet meet it: what a chain of dimensions measures."""
    lines = storey.walls.axis
    vector = lines[:, 1] - lines[:, 0]
    across = np.abs(vector[:, axis]) < 0.01 * np.abs(vector[:, 1 - axis])
    long = np.hypot(*vector.T) > 1.5
    found: list[float] = []
    for value in sorted(float(v) for v in lines[across & long, 0, axis]):
        if not found or value - found[-1] > 0.6:
            found.append(value)
    return found


def dimensions(storey: Storey, style: Style) -> Iterator[Mark]:
    """A chain of dimensions and an overall one, below and left of the plan."""
    if not style.dimensions:
        return
    layer = style.layer("dimension")
    low, high = extent(storey)
    if style.chains:
        yield from chains(storey, layer, low, high, (stations(storey, 0), stations(storey, 1)))
        return
    for axis in (0, 1):
        at = stations(storey, axis)
        if len(at) < 2:
            continue
        turn = 0.0 if axis == 0 else np.pi / 2
        spans = [(a, b, 0.8) for a, b in itertools.pairwise(at)]
        for a, b, away in [*spans, (float(low[axis]), float(high[axis]), 1.4)]:
            edge = float(low[1 - axis])
            one, other, base = (a, edge), (b, edge), (a, edge - away)
            if axis == 1:
                one, other, base = one[::-1], other[::-1], base[::-1]
            yield Measure(layer, one, other, base, turn)


def axes(storey: Storey, style: Style) -> Iterator[Mark]:
    """Grid lines with bubbles."""
    if not style.axes:
        return
    layer = style.layer("axis")
    low, high = extent(storey)
    for axis in (0, 1):
        for k, value in enumerate(stations(storey, axis)[:12]):
            begin, finish = float(low[1 - axis]) - 2.2, float(high[1 - axis]) + 1.0
            a: Point = (value, begin) if axis == 0 else (begin, value)
            b: Point = (value, finish) if axis == 0 else (finish, value)
            c: Point = (value, begin - 0.35) if axis == 0 else (begin - 0.35, value)
            yield Line(layer, a, b, dashed=True)
            yield Circle(layer, c, 0.35)
            yield Text(layer, c, 0.25, str(k + 1) if axis == 0 else chr(65 + k))


def title(style: Style, kind: str, level: int, low: Floats, high: Floats) -> Iterator[Mark]:
    """The title below a drawing, underlined, with its scale."""
    if not style.titles:
        return
    words = TITLES[style.convention.language]
    text = words[min(level, 1)] if kind == "plan" else words[2 + VIEWS.index(kind)]
    x, y = float(low[0] + high[0]) / 2, float(low[1]) - 3.6
    layer = style.layer("text")
    yield Text(layer, (x, y), 0.45, text)
    half = 0.19 * len(text)
    yield Poly(layer, ((x - half, y - 0.35), (x + half, y - 0.35)))
    scale = '1/4" = 1\'-0"' if style.unit in ("in", "ft") else "1:100"
    yield Text(layer, (x, y - 0.7), 0.22, f"SCALE {scale}")


def frame(style: Style, low: Point, high: Point) -> Iterator[Mark]:
    """A border around everything, with a title block at its lower right."""
    layer = style.layer("frame")
    edge = 2.5
    x0, y0, x1, y1 = low[0] - edge, low[1] - edge, high[0] + edge + 6.0, high[1] + edge
    yield rectangle(layer, (x0, y0), (x1, y1))
    yield rectangle(layer, (x0 + 0.4, y0 + 0.4), (x1 - 0.4, y1 - 0.4))
    left = x1 - 6.0
    yield Line(layer, (left, y0 + 0.4), (left, y1 - 0.4))
    for k, words in enumerate(("PROJECT 2417", "Architects", "Drawn: jk", "Date 2021-03-14", "A-101", "Rev. B")):
        y = y0 + 1.2 + k * 1.1
        yield Line(layer, (left, y + 0.6), (x1 - 0.4, y + 0.6))
        yield Text(layer, (left + 2.8, y), 0.28, words)
