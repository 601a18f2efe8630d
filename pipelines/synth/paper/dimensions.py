"""Dimensions as lines, ends and numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipelines.options import UnitName
from pipelines.synth.sheet import Fill, Line, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.synth.sheet import Mark, Measure, Point
    from pipelines.synth.style import Style

_INCH = 0.0254


def dimension(mark: Measure, style: Style, ends: str) -> Iterator[Mark]:
    """The marks of a dimension; ``ends`` is 'tick', 'arrow' or 'dot'."""
    size = style.letters
    u = (math.cos(mark.angle), math.sin(mark.angle))
    n = (-u[1], u[0])
    feet = []
    for spot in (mark.first, mark.second):
        along = (spot[0] - mark.base[0]) * u[0] + (spot[1] - mark.base[1]) * u[1]
        foot = (mark.base[0] + u[0] * along, mark.base[1] + u[1] * along)
        feet.append(foot)
        yield from _extension(mark.layer, spot, foot, size)
    first, second = feet
    yield Line(mark.layer, first, second)
    for foot, way in ((first, 1.0), (second, -1.0)):
        yield from _end(mark.layer, foot, (u[0] * way, u[1] * way), size, ends)
    turn = mark.angle if -math.pi / 2 < mark.angle <= math.pi / 2 + 1e-9 else mark.angle + math.pi
    x, y = (first[0] + second[0]) / 2 + n[0] * size * 0.9, (first[1] + second[1]) / 2 + n[1] * size * 0.9
    yield Text(mark.layer, (x, y), size, number(math.dist(first, second), style.unit), turn)


def number(length: float, unit: UnitName) -> str:
    """A length (metres) as an office writes it: 3500, 350, 3.50, 11'-5 3/4"."""
    match unit:
        case UnitName.MM:
            return f"{length * 1000:.0f}"
        case UnitName.CM:
            return f"{length * 100:.0f}"
        case UnitName.INCH | UnitName.FOOT:
            quarters = round(length / _INCH * 4)
            feet, rest = divmod(quarters, 48)
            inches, part = divmod(rest, 4)
            return f"{feet}'-{inches}{('', ' 1/4', ' 1/2', ' 3/4')[part]}\""
        case _:
            return f"{length:.2f}"


def _extension(layer: str, spot: Point, foot: Point, size: float) -> Iterator[Mark]:
    length = math.dist(spot, foot)
    if length < size:
        return
    v = ((foot[0] - spot[0]) / length, (foot[1] - spot[1]) / length)
    begin = (spot[0] + v[0] * min(size, length / 3), spot[1] + v[1] * min(size, length / 3))
    yield Line(layer, begin, (foot[0] + v[0] * size * 0.5, foot[1] + v[1] * size * 0.5))


def _end(layer: str, at: Point, inward: Point, size: float, ends: str) -> Iterator[Mark]:
    x, y = at
    ux, uy = inward
    if ends == "tick":
        dx, dy = (ux - uy) * size * 0.4, (uy + ux) * size * 0.4
        yield Line(layer, (x - dx, y - dy), (x + dx, y + dy))
    elif ends == "arrow":
        long, half = size * 0.9, size * 0.16
        tip = ((x, y), (x + ux * long - uy * half, y + uy * long + ux * half),
               (x + ux * long + uy * half, y + uy * long - ux * half))  # fmt: skip
        yield Fill(layer, (tip,))
    else:
        r = size * 0.22
        yield Fill(layer, (tuple((x + r * math.cos(k * 0.7854), y + r * math.sin(k * 0.7854)) for k in range(8)),))
