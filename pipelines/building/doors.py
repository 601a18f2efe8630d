"""Doors: frames, leaves and panels, all of upright boxes.

A door whose swing is drawn stands open by ``OPEN``, so that one sees the swing and can walk through. A door whose
swing is not known is closed: an open leaf would state a side that the drawing does not give. A sliding door is half
open, one panel before the other; a folding door is half folded; an overhead door is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.building.materials import FRAME, GARAGE_LEAF, GLASS, LEAF, METAL
from pipelines.plan import OpeningKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.building.boxes import Part
    from pipelines.building.holes import Holes, Rows
    from pipelines.linework import Floats

#: How far a door stands open, radians: not quite square, so that the leaf does not hide in a wall beside it.
OPEN = np.radians(82.0)
#: Face of a frame, and how far it stands out of the wall on either side, metres.
FACE, PROUD = 0.05, 0.012
#: Thickness of leaves, of panels, of their panes; width of the frame around these, metres.
LEAF_DEPTH, PANEL, PANE, STILE = 0.04, 0.035, 0.012, 0.06
#: Play between leaf and frame, and below the leaf, metres.
PLAY, UNDER = 0.004, 0.008
#: Overlap of the panels of a sliding door, and how much of the one behind shows beside the one in front, metres.
OVERLAP, SHOWN = 0.03, 0.05
#: Fold of a folding door's leaves, radians, and their greatest width, metres.
FOLD, WIDEST_LEAF = np.radians(62.0), 0.65
#: Height of a section of an overhead door, width of its joints, and how far what closes them stands back, metres.
SECTION, JOINT, BACK = 0.5, 0.008, 0.01


def doors(holes: Holes) -> Iterator[Part]:
    """Boxes of all doors, with their materials."""
    yield from _frames(holes.of_kind(*(kind for kind in OpeningKind if kind.is_door)))
    single = holes.of_kind(OpeningKind.DOOR)
    yield from _leaf(single, single.end, single.width - 2 * FACE - 2 * PLAY)
    double = holes.of_kind(OpeningKind.DOUBLE_DOOR)
    for end in (-1, 1):
        yield from _leaf(double, np.full(len(double), end), double.width / 2 - FACE - 1.5 * PLAY)
    for kind, filled in _RARER.items():
        some = holes.of_kind(kind)
        if len(some):
            yield from filled(some)


def _frames(holes: Holes) -> Iterator[Part]:
    """Two jambs, and a head between them where there is a wall above."""
    depth = holes.depth + 2 * PROUD
    for side in (-1.0, 1.0):
        yield holes.boxes(side * (holes.width - FACE) / 2, 0.0, FACE, depth, holes.low, holes.high), FRAME
    headed = holes.take(~holes.gate)
    depth = headed.depth + 2 * PROUD
    yield headed.boxes(0.0, 0.0, headed.width - 2 * FACE, depth, headed.high - FACE, headed.high), FRAME


def _tops(holes: Holes) -> Floats:
    """How high leaves and panels reach."""
    return np.asarray(holes.high - np.where(holes.gate, 0.0, FACE) - PLAY, dtype=np.float64)


def _leaf(holes: Holes, end: Rows, length: Floats) -> Iterator[Part]:
    """A leaf on hinges at ``end`` (-1, 1): open to the side of its swing, closed where that is not known."""
    swing = holes.swing
    # It turns about its edge at the frame, and stands before the frame when it is open.
    reach = holes.width / 2 - FACE - PLAY - np.where(swing == 0, 0.0, LEAF_DEPTH / 2)
    angle = swing * OPEN
    u = end * (reach - length / 2 * np.cos(angle))
    v = swing * (holes.depth / 2 - LEAF_DEPTH / 2 + length / 2 * np.sin(np.abs(angle)))
    yield from _panel(holes, u, v, length, LEAF_DEPTH, -end * angle)


def _panel(holes: Holes, u: Floats, v: Floats, length: Floats, depth: float, turn: Floats) -> Iterator[Part]:
    """A leaf or panel with its middle at ``u``, ``v``: of wood, or glass in a metal frame."""
    low, high = holes.low + UNDER, _tops(holes)
    # What is glazed has no wood: boxes without a length are left out.
    whole = np.where(holes.glazed, 0.0, length)
    yield holes.boxes(u, v, whole, depth, low, high, turn), LEAF
    if not holes.glazed.any():
        return
    glass = holes.take(holes.glazed)
    u, v, length, turn, low, high = (each[holes.glazed] for each in (u, v, length, turn, low, high))
    for side in (-1.0, 1.0):
        reach = side * (length - STILE) / 2
        yield glass.boxes(u + reach * np.cos(turn), v + reach * np.sin(turn), STILE, depth, low, high, turn), METAL
    inner = length - 2 * STILE
    yield glass.boxes(u, v, inner, depth, low, low + STILE, turn), METAL
    yield glass.boxes(u, v, inner, depth, high - STILE, high, turn), METAL
    yield glass.boxes(u, v, inner, PANE, low + STILE, high - STILE, turn), GLASS


def _sliding(holes: Holes) -> Iterator[Part]:
    """Two panels on two tracks, the one slid before the other."""
    clear = holes.width - 2 * FACE
    length = clear / 2 + OVERLAP
    for track, shift in ((-1.0, 0.0), (1.0, SHOWN)):
        u = -clear / 2 + length / 2 + PLAY + shift
        v = np.full(len(u), track * (PANEL / 2 + PLAY))
        yield from _panel(holes, u, v, length, PANEL, np.zeros(len(u)))


def _folding(holes: Holes) -> Iterator[Part]:
    """Pairs of leaves, half folded; one pair, or one at each side where the leaves would be too wide."""
    pairs = np.where((holes.width - 2 * FACE) / 2 > WIDEST_LEAF, 2, 1)
    for side in (-1, 1):
        part = holes.take(np.asarray((pairs == 2) | (side < 0), dtype=np.bool_))
        clear = part.width - 2 * FACE - 2 * PLAY
        leaf = clear / 2 / pairs[np.isin(holes.row, part.row)]
        way = np.where(part.swing == 0, 1, part.swing)
        for number in (0, 1):
            u = side * (clear / 2 - leaf * np.cos(FOLD) * (number + 0.5))
            v = way * leaf / 2 * np.sin(FOLD)
            turn = way * side * FOLD * (2 * number - 1)
            # Shorter by as much as keeps the leaves apart where they fold.
            yield from _panel(part, u, v, leaf - PANEL * np.tan(FOLD), PANEL, turn)


def _overhead(holes: Holes) -> Iterator[Part]:
    """Closed sections, one above the other, and what closes the joints between them."""
    low, high = holes.low + UNDER, _tops(holes) + PLAY
    count = np.maximum(np.rint((high - low) / SECTION), 1).astype(np.intp)
    of = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    tall = ((high - low) / count)[of]
    bottom = low[of] + step * tall
    section = holes.take(of)
    yield section.boxes(0.0, 0.0, section.width - 2 * FACE, PANEL, bottom, bottom + tall - JOINT), GARAGE_LEAF
    yield holes.boxes(0.0, 0.0, holes.width - 2 * FACE - 2 * BACK, PANEL / 2, low + BACK, high - BACK), METAL


#: Kinds that most plans do not have.
_RARER = {
    OpeningKind.SLIDING_DOOR: _sliding,
    OpeningKind.FOLDING_DOOR: _folding,
    OpeningKind.OVERHEAD_DOOR: _overhead,
}
