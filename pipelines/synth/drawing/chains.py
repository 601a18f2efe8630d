"""Chains of dimensions on all four sides of a plan: openings, then walls, then the whole."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.sheet import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark

#: How far from the walls each chain runs, metres.
_AWAY = (0.8, 1.4, 2.0)
_SHORTEST = 0.12


def chains(storey: Storey, layer: str, low: Floats, high: Floats, stations: tuple[list[float], ...]) -> Iterator[Mark]:
    """The dimensions around a plan between two corners; ``stations`` are those of its walls, along x and along y."""
    for axis in (0, 1):
        whole = [float(low[axis]), float(high[axis])]
        for edge, way in ((float(low[1 - axis]), -1.0), (float(high[1 - axis]), 1.0)):
            rows = [_openings(storey, axis, edge, whole), stations[axis] if way < 0 else [], whole]
            shown = [row for row in rows if len(row) > 1 and (row is whole or row != whole)]
            for row, away in zip(shown, _AWAY, strict=False):
                yield from _chain(layer, axis, row, edge, edge + way * away)


def _openings(storey: Storey, axis: int, edge: float, whole: list[float]) -> list[float]:
    """Where openings in the wall along one side begin and end."""
    openings = storey.openings
    along = np.abs(openings.direction[:, axis]) > 0.999
    near = np.abs(openings.center[:, 1 - axis] - edge) < openings.depth
    found = set(whole)
    for k in np.flatnonzero(along & near):
        middle, half = float(openings.center[k, axis]), float(openings.width[k]) / 2
        found |= {middle - half, middle + half}
    row = sorted(found)
    return [row[0], *(b for a, b in itertools.pairwise(row) if b - a > _SHORTEST)]


def _chain(layer: str, axis: int, row: list[float], edge: float, line: float) -> Iterator[Mark]:
    turn = 0.0 if axis == 0 else np.pi / 2
    for a, b in itertools.pairwise(row):
        one, other, base = (a, edge), (b, edge), (a, line)
        if axis == 1:
            one, other, base = one[::-1], other[::-1], base[::-1]
        yield Measure(layer, one, other, base, turn)
