"""Doors and windows on a sheet: as blocks or as loose lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.plan import OpeningKind
from pipelines.synth.drawing.blocknames import name_of
from pipelines.synth.drawing.leaves import glazing, leaf
from pipelines.synth.sheet import Frame, Insert, Mask, Text
from pipelines.synth.style import WallStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark, Sheet
    from pipelines.synth.style import Style


def draw(storey: Storey, style: Style, sheet: Sheet) -> list[Mark]:
    """The marks of all openings of a storey; blocks that they need are added to the sheet."""
    marks: list[Mark] = []
    for k in range(len(storey.openings)):
        if style.walls == WallStyle.THROUGH:
            marks.append(_mask(storey, k, style))
        marks += _opening(storey, k, style, sheet)
        marks += _tag(storey, k, style)
    return marks


def _frame(storey: Storey, k: int) -> Frame:
    """The opening's own frame: its middle, x along the wall."""
    u = storey.openings.direction[k]
    x, y = storey.openings.center[k]
    return Frame((float(x), float(y)), float(np.arctan2(u[1], u[0])))


def _mask(storey: Storey, k: int, style: Style) -> Mask:
    w, d = float(storey.openings.width[k]) / 2, float(storey.openings.depth[k]) / 2 + 0.01
    ring = _frame(storey, k).points([(-w, -d), (w, -d), (w, d), (-w, d)])
    return Mask(style.layer("door"), ring)


def _opening(storey: Storey, k: int, style: Style, sheet: Sheet) -> Iterator[Mark]:
    openings = storey.openings
    kind, width, depth = openings.kind[k], float(openings.width[k]), float(openings.depth[k])
    if kind == OpeningKind.OPENING:
        return
    window = kind == OpeningKind.WINDOW
    layer = style.layer("window" if window else "door")
    hinge, swing = int(openings.hinge[k]) or -1, int(openings.swing[k]) or 1
    place = _frame(storey, k)
    blocks = style.window_blocks if window else style.door_blocks
    if not blocks:
        for mark in _own(kind, width, depth, style, layer, hinge=hinge, swing=swing):
            yield place.mark(mark)
        return
    scaled = style.scaled and (window or not (style.door_frames or style.thresholds))
    hand = hinge * swing
    mirrored = style.mirrored and not window
    w, d = (1.0, 1.0 if window else 0.0) if scaled else (width, depth)
    name = name_of(kind, style, width=0.0 if scaled else w, depth=0.0 if scaled else d, hand=-1 if mirrored else hand)
    if name not in sheet.blocks:
        inner = "0" if style.block_names != "anonymous" else layer
        sheet.blocks[name] = list(_own(kind, w, d, style, inner, hinge=-1 if mirrored or hand < 0 else 1, swing=1))
    sx, sy, turn = (width if scaled else 1.0), 1.0, 0.0
    if scaled:
        sy = depth if window else width
    if mirrored:
        sx, sy = (sx if hinge < 0 else -sx), sy * swing
    elif swing < 0 and not window:
        turn = np.pi
    yield Insert(layer, name, place.at, place.angle + turn, sx, sy)


def _own(
    kind: OpeningKind, width: float, depth: float, style: Style, layer: str, *, hinge: int, swing: int
) -> list[Mark]:
    """The marks of an opening in its own frame."""
    if kind == OpeningKind.WINDOW:
        return glazing(width, depth, style, layer)
    marks = leaf(kind, width, depth, style, layer)
    # Leaves are drawn hinged on the left, swinging up.
    if swing < 0:
        marks = [Frame(flip=True).mark(mark) for mark in marks]
    if hinge > 0:
        turned = Frame(angle=np.pi, flip=True)
        marks = [turned.mark(mark) for mark in marks]
    return marks


def _tag(storey: Storey, k: int, style: Style) -> Iterator[Mark]:
    """A size code or a tag beside the opening."""
    openings = storey.openings
    kind = openings.kind[k]
    if kind == OpeningKind.OPENING:
        return
    width, head, sill = float(openings.width[k]), float(openings.head[k]), float(openings.sill[k])
    words = ""
    if style.size_codes:
        words = _code(width, head - sill)
    elif style.tags:
        letter = "W" if kind == OpeningKind.WINDOW else "D"
        words = f"{letter}{1 + k % 9:02d}" if style.convention.language != "zh" else ""
        if style.convention.language == "zh":
            words = f"{'C' if letter == 'W' else 'M'}{round(width * 10):02d}{round((head - sill) * 10):02d}"
    if words:
        u = openings.direction[k]
        place = Frame(_frame(storey, k).point((0.0, float(openings.depth[k]) / 2 + 0.28)))
        yield Text(style.layer("annotation"), place.at, 0.13, words, _readable(float(np.arctan2(u[1], u[0]))))


def _code(width: float, height: float) -> str:
    """A size as American offices write it: 2668 is 2'6" wide and 6'8" high; '' where the inches take two digits."""
    wide, high = divmod(round(width / 0.0254), 12), divmod(round(height / 0.0254), 12)
    return f"{wide[0]}{wide[1]}{high[0]}{high[1]}" if wide[1] < 10 and high[1] < 10 else ""


def _readable(angle: float) -> float:
    """An angle from which the text is not upside down."""
    turned = (angle + np.pi / 2 - 1e-6) % np.pi - np.pi / 2 + 1e-6
    return float(turned)
