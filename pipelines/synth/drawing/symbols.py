"""Symbols of furniture and fixtures, in their own frame: back along the x axis, in front y > 0."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipelines.synth.sheet import Arc, Circle, Line, Poly, path, rectangle

if TYPE_CHECKING:
    from pipelines.synth.sheet import Mark

#: What offices call the blocks.
NAMES = {
    "bed_double": "Bed-Double", "bed_single": "Bed-Single", "wardrobe": "Wardrobe", "desk": "Desk",
    "sofa": "Sofa 3-Seat",
    "table": "Table-Chairs", "wc": "Toilet", "basin": "Basin", "bathtub": "Bathtub", "shower": "Shower",
    "counter": "Kitchen Counter", "fridge": "Refrigerator", "stove": "Stove", "cabinet": "Cabinet", "car": "Car",
    "plant": "Plant",
}  # fmt: skip


def symbol(name: str, layer: str, w: float, d: float) -> list[Mark]:
    """The marks of a piece ``w`` wide and ``d`` deep."""
    return _SYMBOLS[name](layer, w, d)


def _box(layer: str, w: float, d: float) -> list[Mark]:
    return [rectangle(layer, (0, 0), (w, d))]


def _bed(layer: str, w: float, d: float) -> list[Mark]:
    pillows = 2 if w > 1.2 else 1
    share = w / pillows
    marks = _box(layer, w, d)
    for k in range(pillows):
        marks.append(rectangle(layer, (k * share + 0.1, 0.08), ((k + 1) * share - 0.1, 0.45)))
    marks += [
        Line(layer, (0, 0.6), (w, 0.6)),
        Line(layer, (w, 0.6), (w * 0.6, 1.0)),
        Line(layer, (0, 1.0), (w * 0.6, 1.0)),
    ]
    return marks


def _wardrobe(layer: str, w: float, d: float) -> list[Mark]:
    marks = [*_box(layer, w, d), Line(layer, (0.03, d / 2), (w - 0.03, d / 2))]
    for k in range(1, int(w / 0.22)):
        x = k * 0.22
        marks.append(Line(layer, (x - 0.03, d / 2 - 0.2), (x + 0.03, d / 2 + 0.2)))
    return marks


def _desk(layer: str, w: float, d: float) -> list[Mark]:
    return [*_box(layer, w, d), *_chair(layer, w / 2, d + 0.28)]


def _chair(layer: str, x: float, y: float) -> list[Mark]:
    return [
        rectangle(layer, (x - 0.22, y - 0.22), (x + 0.22, y + 0.2)),
        Arc(layer, (x, y + 0.02), 0.26, 0.25 * math.pi, 0.75 * math.pi),
    ]


def _sofa(layer: str, w: float, d: float) -> list[Mark]:
    marks = [*_box(layer, w, d), Line(layer, (0, 0.22), (w, 0.22))]
    for k in range(3):
        a = 0.15 + k * (w - 0.3) / 3
        marks.append(rectangle(layer, (a, 0.22), (a + (w - 0.3) / 3, d - 0.02)))
    return marks


def _table(layer: str, w: float, d: float) -> list[Mark]:
    marks = _box(layer, w, d)
    for k in range(max(1, int(w / 0.7))):
        x = (k + 0.5) * w / max(1, int(w / 0.7))
        marks.append(rectangle(layer, (x - 0.2, d + 0.04), (x + 0.2, d + 0.44)))
        marks.append(rectangle(layer, (x - 0.2, -0.44), (x + 0.2, -0.04)))
    return marks


def _wc(layer: str, w: float, d: float) -> list[Mark]:
    c, r = 0.2, w / 2
    return [
        rectangle(layer, (0, 0), (w, c)),
        *path(layer, (0, c), (0, d - r)),
        *path(layer, (w, c), (w, d - r)),
        Arc(layer, (r, d - r), r, 0.0, math.pi),
        Circle(layer, (r, d - r), r * 0.55),
    ]


def _basin(layer: str, w: float, d: float) -> list[Mark]:
    return [*_box(layer, w, d), Circle(layer, (w / 2, d * 0.55), d * 0.33), Circle(layer, (w / 2, 0.06), 0.02)]


def _bathtub(layer: str, w: float, d: float) -> list[Mark]:
    r = d / 2 - 0.08
    inner = ((0.08, 0.08), (w - 0.08 - r, 0.08), (w - 0.08 - r, d - 0.08), (0.08, d - 0.08))
    return [
        *_box(layer, w, d),
        Poly(layer, inner, closed=True, bulges=(0.0, 1.0, 0.0, 0.0)),
        Circle(layer, (0.25, d / 2), 0.03),
    ]


def _shower(layer: str, w: float, d: float) -> list[Mark]:
    return [
        *_box(layer, w, d),
        Line(layer, (0, 0), (w, d)),
        Line(layer, (0, d), (w, 0)),
        Circle(layer, (w / 2, d / 2), 0.05),
    ]


def _counter(layer: str, w: float, d: float) -> list[Mark]:
    return [
        *_box(layer, w, d),
        rectangle(layer, (0.25, 0.1), (0.75, d - 0.12)),
        rectangle(layer, (0.8, 0.1), (1.1, d - 0.12)),
        *[Circle(layer, (w - 0.25 - 0.28 * (k % 2), 0.17 + 0.26 * (k // 2)), 0.09) for k in range(4)],
    ]


def _stove(layer: str, w: float, d: float) -> list[Mark]:
    return [
        *_box(layer, w, d),
        *[Circle(layer, (w * (0.3 + 0.4 * (k % 2)), d * (0.3 + 0.4 * (k // 2))), 0.09) for k in range(4)],
    ]


def _fridge(layer: str, w: float, d: float) -> list[Mark]:
    return [*_box(layer, w, d), Line(layer, (0, 0), (w, d)), Line(layer, (0, d - 0.06), (w, d - 0.06))]


def _cabinet(layer: str, w: float, d: float) -> list[Mark]:
    return [*_box(layer, w, d), Line(layer, (0, 0), (w, d))]


def _car(layer: str, w: float, d: float) -> list[Mark]:
    body = ((0.15, 0), (w - 0.15, 0), (w, 0.4), (w, d - 0.5), (w - 0.3, d), (0.3, d), (0, d - 0.5), (0, 0.4))
    return [
        Poly(layer, body, closed=True),
        rectangle(layer, (0.15, 0.9), (w - 0.15, 2.9)),
        Line(layer, (0.1, 3.2), (w - 0.1, 3.2)),
    ]


def _plant(layer: str, w: float, d: float) -> list[Mark]:
    c = (w / 2, d / 2)
    leaves = [
        Line(layer, c, (c[0] + w / 2 * math.cos(t), c[1] + d / 2 * math.sin(t)))
        for t in [k * math.pi / 4 for k in range(8)]
    ]
    return [Circle(layer, c, w / 2), *leaves]


_SYMBOLS = {
    "bed_double": _bed, "bed_single": _bed, "wardrobe": _wardrobe, "desk": _desk, "sofa": _sofa, "table": _table,
    "wc": _wc, "basin": _basin, "bathtub": _bathtub, "shower": _shower, "counter": _counter, "fridge": _fridge,
    "stove": _stove, "cabinet": _cabinet, "car": _car, "plant": _plant,
}  # fmt: skip
