"""Small shapes on a page that may be letters: chains of lines that touch, and what each such shape looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.geometry.components import components
from pipelines.linework import Bools, Floats, Ints, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Linework

    Rows = NDArray[np.intp]

#: Lines that touch are nearer than this, mm.
NEAR: Final = 0.015
#: Directions that are told apart.
DIRECTIONS: Final = 12
#: Boxes that overlap are one letter where together they are smaller than this share of the largest shape.
SURELY: Final = 0.2
#: More pairs than this are not looked at: where so much overlaps, nothing can be read.
MOST_PAIRS: Final = 4_000_000
#: So many rows of a search tell how many pairs it would find.
SAMPLE: Final = 400
#: Shapes are looked for again below so much of the size, where too much overlaps.
SMALLER: Final = 0.6
LEAST: Final = 2.0


@dataclass(frozen=True, slots=True)
class Segments(Table):
    """Every stroke, and every side of a filled outline."""

    start: Floats  #: (n, 2)
    end: Floats
    chain: Ints  #: (n,) into the sheet's handles
    filled: Bools  #: (n,) side of a filled outline

    @property
    def low(self) -> Floats:
        """(n, 2) lower left."""
        return np.minimum(self.start, self.end)

    @property
    def high(self) -> Floats:
        """(n, 2) upper right."""
        return np.maximum(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Shapes(Table):
    """Small connected shapes."""

    low: Floats  #: (n, 2)
    high: Floats
    lines: Ints  #: (n,) how many segments they consist of
    ways: Ints  #: (n,) how many different directions these run in
    ink: Floats  #: (n,) their length
    middle: Floats  #: (n, 2) where it lies on the average
    printed: Bools  #: (n,) a filled outline, of more sides than a rectangle or a triangle


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The shapes of a sheet, and which of its chains they consist of."""

    shapes: Shapes
    chains: Rows  #: (k,) into the sheet's handles
    owner: Rows  #: (k,) the shape of each


def glyphs(sheet: Linework, largest: float) -> Glyphs | None:
    """The shapes of chains no larger than ``largest`` mm; None where there are none.

    Where more overlaps than can be told apart, as in dense hatches, only smaller ones are looked for.
    """
    every = segments_of(sheet)
    low, high = _extents(every, every.chain, len(sheet.handles))
    size = np.full(len(low), np.inf)
    drawn = np.isfinite(low[:, 0])
    size[drawn] = (high[drawn] - low[drawn]).max(axis=1)
    while largest > LEAST:
        some = every.take(np.flatnonzero((size < largest)[every.chain]))
        if not len(some):
            return None
        chains, own = np.unique(some.chain, return_inverse=True)
        owner = _grouped(some, own.astype(np.intp), low[chains], high[chains], largest)
        if owner is not None:
            return Glyphs(_shapes(some, owner[own]), chains.astype(np.intp), owner)
        largest *= SMALLER
    return None


def pairs(shapes: object, probes: object, **how: object) -> tuple[Rows, Rows] | None:
    """Rows of probes and of shapes that meet (see ``shapely.STRtree.query``); None where they are too many."""
    tree = shapely.STRtree(np.asarray(shapes, dtype=np.object_))
    asked = np.asarray(probes, dtype=np.object_)
    step = max(1, len(asked) // SAMPLE)
    sample = asked[::step]
    found = tree.query(sample, **how)  # type: ignore[call-overload]
    if found.shape[1] * (len(asked) / max(len(sample), 1)) > MOST_PAIRS:
        return None
    i, j = found if step == 1 else tree.query(asked, **how)  # type: ignore[call-overload]
    return i, j


def segments_of(sheet: Linework) -> Segments:
    """Every stroke and every side of a fill."""
    strokes, areas = sheet.strokes, sheet.areas
    rows = np.flatnonzero(areas.filled)
    rings = areas.rings.take(rows)
    following = np.arange(1, len(rings.points) + 1)
    following[rings.offsets[1:] - 1] = rings.offsets[:-1]
    return Segments(
        np.concatenate([strokes.start, rings.points]),
        np.concatenate([strokes.end, rings.points[following]]),
        np.concatenate([strokes.source, areas.source[rows][rings.owner]]),
        np.arange(len(strokes) + len(rings.points)) >= len(strokes),
    )


def _extents(segments: Segments, owner: Ints | Rows, count: int) -> tuple[Floats, Floats]:
    """(count, 2) lower left and upper right of the segments of each owner; infinite where there is none."""
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, owner, segments.low)
    np.maximum.at(high, owner, segments.high)
    return low, high


def _grouped(segments: Segments, own: Rows, low: Floats, high: Floats, largest: float) -> Rows | None:
    """(k,) the shape that each chain is part of: chains that touch.

    ``own`` is the chain of each segment. Overlapping boxes tell it where the outcome is far smaller than ``largest``;
    where it is, the lines themselves are asked. None where too much overlaps.
    """
    shapes = shapely.box(*(low - NEAR).T, *(high + NEAR).T)
    near = pairs(shapes, shapes)
    if near is None:
        return None
    owner = components(len(low), *near)
    corner, other = _extents(segments, owner[own], int(owner.max()) + 1)
    large = ((other - corner).max(axis=1) >= SURELY * largest)[owner]
    held = np.flatnonzero(large[own])
    if not len(held):
        return owner
    near = _touching(segments.start[held], segments.end[held])
    if near is None:
        return None
    i, j = near
    touching = components(len(low), own[held][i], own[held][j])
    return np.unique(np.where(large, touching + len(low), owner), return_inverse=True)[1].astype(np.intp)


def _touching(start: Floats, end: Floats) -> tuple[Rows, Rows] | None:
    """Pairs of lines that cross or are nearer than ``NEAR``; None where too many may."""
    low, high = np.minimum(start, end) - NEAR / 2, np.maximum(start, end) + NEAR / 2
    boxes = shapely.box(*low.T, *high.T)
    found = pairs(boxes, boxes)
    if found is None:
        return None
    i, j = found
    once = i < j
    i, j = i[once], j[once]
    a, u, b, v = start[i], (end - start)[i], start[j], (end - start)[j]
    meets = np.zeros(len(i), np.bool_)
    for point, origin, way in ((a, b, v), (a + u, b, v), (b, a, u), (b + v, a, u)):
        length = np.maximum((way**2).sum(axis=1), 1e-18)
        t = np.clip(((point - origin) * way).sum(axis=1) / length, 0.0, 1.0)
        meets |= np.hypot(*(point - origin - t[:, None] * way).T) < NEAR
    turn = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = ((b - a)[:, 0] * v[:, 1] - (b - a)[:, 1] * v[:, 0]) / turn
        t = ((b - a)[:, 0] * u[:, 1] - (b - a)[:, 1] * u[:, 0]) / turn
    meets |= (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
    return i[meets], j[meets]


def _shapes(segments: Segments, shape: Rows) -> Shapes:
    """The groups as shapes."""
    count = int(shape.max()) + 1
    low, high = _extents(segments, shape, count)
    way = segments.end - segments.start
    length = np.hypot(*way.T)
    direction = np.round(np.arctan2(way[:, 1], way[:, 0]) * (DIRECTIONS / np.pi)).astype(np.int64) % DIRECTIONS
    ways = np.zeros((count, DIRECTIONS), np.bool_)
    ways[shape, direction] = True
    ink = np.bincount(shape, weights=length, minlength=count)
    lines = np.bincount(shape, minlength=count)
    filled = np.bincount(shape, weights=segments.filled, minlength=count)
    half = (segments.start + segments.end) / 2
    middle = np.stack([np.bincount(shape, weights=length * half[:, k], minlength=count) for k in (0, 1)], axis=1)
    return Shapes(
        low=low,
        high=high,
        lines=lines.astype(np.int32),
        ways=ways.sum(axis=1).astype(np.int32),
        ink=np.asarray(ink, dtype=np.float64),
        middle=middle / np.maximum(ink, 1e-9)[:, None],
        printed=np.asarray((2 * filled >= lines) & (lines > 4), dtype=np.bool_),
    )
