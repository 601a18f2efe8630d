"""Furniture and fixtures as catalogues draw them: round corners, bowls, drainers, cushions.

In the frame of ``symbols``: back along the x axis, in front y > 0. Pieces that are missing here are drawn as there.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipelines.synth.drawing import symbols
from pipelines.synth.sheet import Arc, Circle, Line, Poly, path, rectangle

if TYPE_CHECKING:
    from pipelines.synth.sheet import Mark, Point

_QUARTER = math.tan(math.pi / 8)


def symbol(name: str, layer: str, w: float, d: float) -> list[Mark]:
    """The marks of a piece ``w`` wide and ``d`` deep."""
    drawn = _SYMBOLS.get(name)
    return drawn(layer, w, d) if drawn else symbols.symbol(name, layer, w, d)


def _soft(layer: str, low: Point, high: Point, r: float) -> Poly:
    """A rectangle with round corners."""
    (x0, y0), (x1, y1) = low, high
    corners = (
        (x0 + r, y0), (x1 - r, y0), (x1, y0 + r), (x1, y1 - r), (x1 - r, y1), (x0 + r, y1), (x0, y1 - r), (x0, y0 + r),
    )  # fmt: skip
    return Poly(layer, corners, closed=True, bulges=(0.0, _QUARTER) * 4)


def _oval(layer: str, center: Point, rx: float, ry: float) -> Poly:
    """An ellipse of eight arcs, near enough."""
    count = 16
    ring = [
        (center[0] + rx * math.cos(2 * math.pi * k / count), center[1] + ry * math.sin(2 * math.pi * k / count))
        for k in range(count)
    ]
    return Poly(layer, tuple(ring), closed=True, bulges=(math.tan(math.pi / 2 / count),) * count)


def _wc(layer: str, w: float, d: float) -> list[Mark]:
    tank = 0.28 * d
    middle = (w / 2, tank + (d - tank) / 2)
    return [
        _soft(layer, (0, 0), (w, tank), 0.03),
        _oval(layer, middle, w * 0.46, (d - tank) / 2),
        _oval(layer, (middle[0], middle[1] + 0.02), w * 0.32, (d - tank) / 2 - 0.07),
        Circle(layer, (w / 2, tank / 2), 0.025),
    ]


def _basin(layer: str, w: float, d: float) -> list[Mark]:
    return [
        _soft(layer, (0, 0), (w, d), 0.06),
        _oval(layer, (w / 2, d * 0.55), w * 0.4, d * 0.34),
        Circle(layer, (w / 2, d * 0.55), 0.02),
        *path(layer, (w / 2 - 0.02, 0.04), (w / 2 - 0.02, 0.16), (w / 2 + 0.02, 0.16), (w / 2 + 0.02, 0.04)),
    ]


def _bathtub(layer: str, w: float, d: float) -> list[Mark]:
    return [
        rectangle(layer, (0, 0), (w, d)),
        _soft(layer, (0.07, 0.07), (w - 0.07, d - 0.07), min(0.22, d / 2 - 0.08)),
        Circle(layer, (0.3, d / 2), 0.03),
        Line(layer, (0.0, d / 2), (0.16, d / 2)),
    ]


def _shower(layer: str, w: float, d: float) -> list[Mark]:
    return [
        rectangle(layer, (0, 0), (w, d)),
        _soft(layer, (0.05, 0.05), (w - 0.05, d - 0.05), 0.08),
        Circle(layer, (w / 2, d / 2), 0.04),
        *[Line(layer, (w / 2, d / 2), (x, y)) for x in (0.1, w - 0.1) for y in (0.1, d - 0.1)],
    ]


def _counter(layer: str, w: float, d: float) -> list[Mark]:
    sink, drain = 0.2, 0.75
    marks: list[Mark] = [
        rectangle(layer, (0, 0), (w, d)),
        Line(layer, (0, d - 0.04), (w, d - 0.04)),
        _soft(layer, (sink, 0.1), (sink + 0.45, d - 0.12), 0.06),
        Circle(layer, (sink + 0.22, d / 2), 0.03),
        rectangle(layer, (sink - 0.04, 0.07), (drain + 0.4, d - 0.09)),
    ]
    marks += [Line(layer, (drain + 0.05 * k, 0.13), (drain + 0.05 * k, d - 0.15)) for k in range(7)]
    return [*marks, *_hob(layer, w - 0.35, d / 2, 0.5)]


def _hob(layer: str, x: float, y: float, size: float) -> list[Mark]:
    """Four rings on a plate, two of them larger."""
    marks: list[Mark] = [rectangle(layer, (x - size / 2, y - size / 2), (x + size / 2, y + size / 2))]
    for k in range(4):
        at = (x + size * (0.23 if k % 2 else -0.23), y + size * (0.23 if k // 2 else -0.23))
        marks += [Circle(layer, at, size * (0.18 if k in (0, 3) else 0.14)), Circle(layer, at, size * 0.05)]
    return marks


def _stove(layer: str, w: float, d: float) -> list[Mark]:
    return [rectangle(layer, (0, 0), (w, d)), *_hob(layer, w / 2, d / 2, min(w, d) * 0.84)]


def _fridge(layer: str, w: float, d: float) -> list[Mark]:
    """The zigzag of a cold appliance."""
    return [
        rectangle(layer, (0, 0), (w, d)),
        *path(layer, (0.0, d), (0.55 * w, 0.42 * d), (0.45 * w, 0.58 * d), (w, 0.0)),
    ]


def _sofa(layer: str, w: float, d: float) -> list[Mark]:
    seats = max(2, round(w / 0.7))
    share = (w - 0.3) / seats
    marks: list[Mark] = [_soft(layer, (0, 0), (w, d), 0.08), _soft(layer, (0.15, 0.02), (w - 0.15, 0.24), 0.06)]
    for k in range(seats):
        x = 0.15 + k * share
        marks.append(_soft(layer, (x + 0.01, 0.25), (x + share - 0.01, d - 0.03), 0.05))
    return marks


def _table(layer: str, w: float, d: float) -> list[Mark]:
    marks: list[Mark] = [_soft(layer, (0, 0), (w, d), 0.05)]
    count = max(1, int(w / 0.65))
    for k in range(count):
        x = (k + 0.5) * w / count
        for back, way in ((d + 0.42, -1.0), (-0.42, 1.0)):
            y0, y1 = sorted((back + way * 0.06, back + way * 0.36))
            marks.append(_soft(layer, (x - 0.2, y0), (x + 0.2, y1), 0.05))
            turn = math.pi / 2 if way < 0 else -math.pi / 2
            marks.append(Arc(layer, (x, back + way * 0.28), 0.3, turn - 0.7, turn + 0.7))
    return marks


def _bed(layer: str, w: float, d: float) -> list[Mark]:
    pillows = 2 if w > 1.2 else 1
    share = w / pillows
    marks: list[Mark] = [rectangle(layer, (0, 0), (w, d)), Line(layer, (0, 0.06), (w, 0.06))]
    marks += [_soft(layer, (k * share + 0.08, 0.12), ((k + 1) * share - 0.08, 0.5), 0.08) for k in range(pillows)]
    fold = Poly(layer, ((0.0, 0.75), (w, 0.6)), bulges=(0.12, 0.0))
    return [*marks, fold, Line(layer, (0.0, 0.85), (w, 0.7))]


_SYMBOLS = {
    "wc": _wc, "basin": _basin, "bathtub": _bathtub, "shower": _shower, "counter": _counter, "stove": _stove,
    "fridge": _fridge, "sofa": _sofa, "table": _table, "bed_double": _bed, "bed_single": _bed,
}  # fmt: skip
