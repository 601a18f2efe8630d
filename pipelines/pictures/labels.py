"""Room labels: as large as their room allows, inside it, and none over another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Measure = Callable[[str, int, bool], float]  #: width in pixels of a text at a size, bold or not

LEADING = 1.25  #: distance of baselines, in sizes


@dataclass(frozen=True, slots=True)
class Word:
    """One line of a label."""

    text: str
    size: int
    bold: bool
    x: float  #: left end of the baseline, pixels
    y: float  #: baseline, pixels


@dataclass(frozen=True, slots=True)
class Label:
    """The lines of one label and the box (x0, y0, x1, y1) that they fill, in pixels."""

    words: tuple[Word, ...]
    box: tuple[float, float, float, float]


def place(
    room: shapely.Polygon,
    anchor: Floats,
    *,
    name: str,
    area: str,
    measure: Measure,
    taken: list[shapely.Polygon],
    sizes: tuple[int, ...] = (26, 23, 20, 18, 16, 14, 12),
) -> Label | None:
    """The largest label that fits into ``room`` (pixels) and touches none of ``taken``.

    The name may be broken at spaces. Where even the smallest is too large the name is left out, then the label; a
    room too narrow for its area has none.
    """
    if room.is_empty:
        return None
    shapely.prepare(room)
    near = [other for other in taken if room.intersects(other)]
    x0, y0, x1, y1 = room.bounds
    spots: Floats | None = None
    small = min(sizes)
    for text in (name, "") if name else ("",):
        for size, lines in product(sizes, _breaks(text)):
            block = [(line, size, True) for line in lines]
            block.append((area, round(size * 0.86) if text else min(size, 18), False))
            # Most attempts fail by their size alone: letters grow with it, nearly.
            if sum(LEADING * one for _, one, _ in block) > y1 - y0:
                continue
            if max(measure(line, small, bold) * one for line, one, bold in block) > 1.1 * small * (x1 - x0):
                continue
            spots = _spots(room, anchor) if spots is None else spots
            found = _fit(room, spots, block, measure, near)
            if found is not None:
                return found
    return None


def _fit(
    room: shapely.Polygon,
    spots: Floats,
    block: list[tuple[str, int, bool]],
    measure: Measure,
    taken: list[shapely.Polygon],
) -> Label | None:
    """The block at the first spot where it is free."""
    widths = [measure(*line) for line in block]
    heights = [LEADING * size for _, size, _ in block]
    half = np.array([max(widths) / 2 + 3, sum(heights) / 2 + 2])
    boxes = shapely.box(*(spots - half).T, *(spots + half).T)
    where = np.flatnonzero(shapely.contains_properly(room, boxes))
    for other in taken:
        where = where[~shapely.intersects(boxes[where], other)]
    if not len(where):
        return None
    x, y = spots[where[0]]
    top = y - sum(heights) / 2
    words = []
    for (text, size, bold), width, height in zip(block, widths, heights, strict=True):
        words.append(Word(text, size, bold, x - width / 2, top + height * 0.5 + size * 0.36))
        top += height
    low, high = spots[where[0]] - half, spots[where[0]] + half
    return Label(tuple(words), (float(low[0]), float(low[1]), float(high[0]), float(high[1])))


def _spots(room: shapely.Polygon, anchor: Floats) -> Floats:
    """Places for the middle of a label: the anchor, the middle of the room, then a grid outwards from there."""
    x0, y0, x1, y1 = room.bounds
    pole = shapely.get_coordinates(shapely.maximum_inscribed_circle(room, tolerance=max(x1 - x0, y1 - y0) / 100))[0]
    across, down = np.meshgrid(np.linspace(x0, x1, 17)[1:-1], np.linspace(y0, y1, 17)[1:-1])
    grid = np.stack([across.ravel(), down.ravel()], axis=1)
    order = np.argsort(np.hypot(*(grid - pole).T), kind="stable")
    first = [anchor[None]] if np.isfinite(anchor).all() else []
    return np.concatenate([*first, pole[None], grid[order]])


def _breaks(text: str) -> list[tuple[str, ...]]:
    """Ways to set a name: on one line, or on two or three of even length."""
    if not text:
        return [()]
    words = text.split()
    made: list[tuple[str, ...]] = [(text,)]
    for count in (2, 3):
        if len(words) >= count:
            limit = max(*map(len, words), -(-len(text) // count))
            lines: list[str] = [""]
            for word in words:
                if lines[-1] and len(lines[-1]) + 1 + len(word) > limit:
                    lines.append("")
                lines[-1] = f"{lines[-1]} {word}".strip()
            made.append(tuple(lines))
    return made
