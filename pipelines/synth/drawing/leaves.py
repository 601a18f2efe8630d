"""What fills an opening, in its own frame: middle of the opening at the origin, x along the wall.

Doors hang at the left end and open upwards; the caller mirrors.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipelines.plan import OpeningKind
from pipelines.synth.sheet import Arc, Frame, Line, Poly, path, rectangle
from pipelines.synth.style import DoorStyle, WindowStyle

if TYPE_CHECKING:
    from pipelines.synth.sheet import Mark
    from pipelines.synth.style import Style

#: Thickness of a leaf, metres.
LEAF = 0.04


def leaf(kind: OpeningKind, width: float, depth: float, style: Style, layer: str) -> list[Mark]:
    """A door of any kind."""
    w, d = width / 2, depth / 2
    marks: list[Mark]
    match kind:
        case OpeningKind.DOUBLE_DOOR:
            one = _swing(w, style, layer)
            left = Frame((-w, 0.0))
            right = Frame((w, 0.0), math.pi, flip=True)
            marks = [frame.mark(mark) for frame in (left, right) for mark in one]
        case OpeningKind.SLIDING_DOOR:
            t = min(LEAF, max(depth, LEAF) / 3)
            marks = [rectangle(layer, (-w, 0.0), (0.05 * width, t)), rectangle(layer, (-0.05 * width, -t), (w, 0.0))]
        case OpeningKind.FOLDING_DOOR:
            q = width / 4
            zig = [(-w, 0.0), (-w + 0.6 * q, 0.8 * q), (-w + 1.2 * q, 0.0)]
            zag = [(-x, y) for x, y in zig]
            marks = [*path(layer, *zig), *path(layer, *zag)]
        case OpeningKind.OVERHEAD_DOOR:
            marks = [rectangle(layer, (-w, -0.04), (w, 0.04)), Line(layer, (-w, 0.12), (w, 0.12), dashed=True)]
        case _:
            marks = [Frame((-w, 0.0)).mark(mark) for mark in _swing(width, style, layer)]
    if style.thresholds and depth:
        marks += [Line(layer, (-w, -d), (w, -d)), Line(layer, (-w, d), (w, d))]
    if style.door_frames and depth and kind in (OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR):
        marks += [rectangle(layer, (-w, -d), (-w + 0.035, d)), rectangle(layer, (w - 0.035, -d), (w, d))]
    return marks


def _swing(width: float, style: Style, layer: str) -> list[Mark]:
    """A leaf hinged at the origin that closes along x, and its arc."""
    angle = math.pi / 4 if style.doors in (DoorStyle.AJAR, DoorStyle.STROKE) else math.pi / 2
    tip = (width * math.cos(angle), width * math.sin(angle))
    if style.doors == DoorStyle.BULGE:
        return [Poly(layer, ((width, 0.0), tip, (0.0, 0.0)), bulges=(math.tan(angle / 4), 0.0, 0.0))]
    if style.doors == DoorStyle.STROKE:
        return [Line(layer, (0.0, 0.0), tip)]
    arc = Arc(layer, (0.0, 0.0), width, 0.0, angle)
    if style.doors == DoorStyle.LEAF:
        turned = Frame(angle=angle)
        return [turned.mark(rectangle(layer, (0.0, -LEAF * min(1.0, width)), (width, 0.0))), arc]
    return [Line(layer, (0.0, 0.0), tip), arc]


def glazing(width: float, depth: float, style: Style, layer: str) -> list[Mark]:
    """A window as deep as its wall."""
    w, d = width / 2, depth / 2
    marks: list[Mark] = [Line(layer, (-w, -d), (w, -d)), Line(layer, (-w, d), (w, d))]
    match style.windows:
        case WindowStyle.ONE:
            marks.append(Line(layer, (-w, 0.0), (w, 0.0)))
        case WindowStyle.TWO:
            marks += [Line(layer, (-w, y), (w, y)) for y in (-depth / 6, depth / 6)]
        case WindowStyle.FRAMED:
            f = 0.05 * (1.0 if depth < 0.9 else 1 / 1.2)
            t = depth / 5
            marks += [rectangle(layer, (-w, -t), (-w + f, t)), rectangle(layer, (w - f, -t), (w, t))]
            marks.append(rectangle(layer, (-w + f, -t / 4), (w - f, t / 4)))
        case WindowStyle.SILL:
            marks.append(Line(layer, (-w, 0.0), (w, 0.0)))
            out = d + depth * 0.2
            marks += path(layer, (-w * 1.04, d), (-w * 1.04, out), (w * 1.04, out), (w * 1.04, d))
        case WindowStyle.CASEMENT:
            marks += _casement(width, depth, layer)
    marks += [Line(layer, (-w, -d), (-w, d)), Line(layer, (w, -d), (w, d))]
    return marks


def _casement(width: float, depth: float, layer: str) -> list[Mark]:
    """Frames at the ends and between leaves, two panes, and the line of a sill."""
    w, t = width / 2, depth / 6
    f = 0.05 * (1.0 if depth < 0.9 else 1 / 1.2)
    leaves = 2 if width > 0.75 else 1
    marks: list[Mark] = []
    for k in range(leaves + 1):
        x = -w + f / 2 + k * (width - f) / leaves
        marks.append(rectangle(layer, (x - f / 2, -t), (x + f / 2, t)))
    for k in range(leaves):
        a = -w + f + k * (width - f) / leaves
        b = -w + (k + 1) * (width - f) / leaves
        marks += [Line(layer, (a, -t / 3), (b, -t / 3)), Line(layer, (a, t / 3), (b, t / 3))]
    marks.append(Line(layer, (-w, -depth / 2 + t / 2), (w, -depth / 2 + t / 2)))
    return marks
