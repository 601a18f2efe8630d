"""The straight lines of a page, found by where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.geometry.pairs import segments
from pipelines.linework import Floats, Origin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Areas, Linework

#: A filled rectangle that is no wider than this (mm), and so many times as long, is a line drawn by its outline.
_WIDEST, _SLENDER = 1.1, 2.0


@dataclass(frozen=True, slots=True)
class Lines:
    """Strokes that are no letters, and lines that a writer drew as filled rectangles."""

    start: Floats  #: (n, 2)
    end: Floats
    tree: shapely.STRtree  #: of the n lines


def lines_of(sheet: Linework) -> Lines:
    """The lines of a sheet, chords of arcs among them."""
    strokes = sheet.strokes
    drawn = (strokes.origin != Origin.TEXT) & (strokes.start != strokes.end).any(axis=1)
    thin = _thin(sheet.areas)
    start = np.concatenate([strokes.start[drawn], thin[0]])
    end = np.concatenate([strokes.end[drawn], thin[1]])
    return Lines(start, end, shapely.STRtree(segments(start, end)))


def _thin(areas: Areas) -> tuple[Floats, Floats]:
    """Middle lines of slender filled rectangles."""
    rows = rectangles(areas)
    corners = areas.rings.points[areas.rings.offsets[rows][:, None] + np.arange(4)]
    middle = (corners + np.roll(corners, -1, axis=1)) / 2
    one, other = middle[:, 2] - middle[:, 0], middle[:, 3] - middle[:, 1]
    first = np.hypot(*one.T) > np.hypot(*other.T)
    start = np.where(first[:, None], middle[:, 0], middle[:, 1])
    end = np.where(first[:, None], middle[:, 2], middle[:, 3])
    length = np.hypot(*(end - start).T)
    width = np.minimum(np.hypot(*one.T), np.hypot(*other.T))
    kept = (width <= _WIDEST) & (length >= _SLENDER * width) & (length > 0)
    return start[kept], end[kept]


def rectangles(areas: Areas) -> NDArray[np.intp]:
    """Rows of the fills that have four corners."""
    return np.flatnonzero(areas.solid & (areas.rings.counts == 4))
