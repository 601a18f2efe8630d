"""Doors that only their leaves tell: a slanted stroke from a jamb, folds, panels that overlap; without an arc.

Each is looked for where it belongs, in a gap of a wall: a leaf hangs at one end of it and is as long as it is wide,
folds begin at both of its ends, panels cover it together. Lines that are named as doors need show less than others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.meaning import UNSAID, built
from pipelines.drafting.naming import Category
from pipelines.geometry.pairs import Rows, dots, left, rectangles, segments, unit
from pipelines.geometry.region import edges
from pipelines.linework import Floats, Table
from pipelines.plan import OpeningKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Bools, Linework

    Geometries = NDArray[np.object_]

#: A leaf hangs within this of the end of its gap, metres: stops and frames are between them.
FRAME = 0.09
#: Length of a leaf as a share of its gap; of one of two it is half.
LONG = (0.8, 1.12)
#: A leaf stands open between these angles to the wall (cosines); one that is named as a door may stand across it.
SLANTED, OPEN = (0.25, 0.96), (-0.2, 0.97)
#: Its tip stands out of the wall by more than this share of the gap.
OUT = 0.2
#: Leaves are no thicker, metres; their lines are as long as their arc is wide, within this share.
THICK, SAME = 0.055, 0.07
#: Doors are this wide, metres.
NARROWEST, WIDEST = 0.5, 4.2
#: Panels that may be the sashes of a window are no surer a door.
SASHES = 0.5
#: Lines along a face of a wall lie within this of it, metres.
FACE = 0.01
#: Widest gap with one leaf in it, metres.
SINGLE = 1.5


@dataclass(frozen=True, slots=True)
class Leaves(Table):
    """Doors that fill a gap each."""

    gap: Rows  #: (n,)
    kind: tuple[OpeningKind, ...]
    hinge: Floats  #: (n, 2) nan where the door slides or folds
    tip: Floats  #: (n, 2) end of the open leaf
    confidence: Floats  #: (n,)
    source: Rows  #: (n,) a stroke that draws it


@dataclass(frozen=True, slots=True)
class _Held(Table):
    """Strokes in or beside gaps, in the frame of the gap: ``t`` along it from its start, ``s`` across."""

    gap: Rows
    stroke: Rows
    start: Floats  #: (n, 2) t, s
    end: Floats
    named: Bools

    @property
    def vector(self) -> Floats:
        return np.asarray(self.end - self.start, dtype=np.float64)

    @property
    def length(self) -> Floats:
        return np.asarray(np.hypot(*self.vector.T), dtype=np.float64)

    def by_gap(self) -> Iterator[tuple[int, _Held]]:
        """The rows of each gap."""
        order = np.argsort(self.gap, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(self.gap[order])) + 1) if len(order) else []:
            yield int(self.gap[rows[0]]), self.take(rows)


def find(
    sheet: Linework, meaning: Meaning, start: Floats, end: Floats, depth: Floats, walls: shapely.Geometry
) -> Leaves:
    """The doors in the gaps (n, 2) to (n, 2) of a view in plan metres; ``depth`` (n,) are the walls beside them."""
    wide = np.hypot(*(end - start).T)
    fits = np.flatnonzero((wide >= NARROWEST) & (wide <= WIDEST))
    held = _held(sheet, meaning, start, end, depth, fits, walls)
    # A leaf that hangs tells more than folds, folds more than panels.
    several = [*_panels(held, wide, depth), *_folds(held, wide, depth), *_hung(held, start, end, wide, depth)]
    found = {int(each.gap[0]): each for each in several}
    return _joined([found[gap] for gap in sorted(found)])


def drawn(sheet: Linework, hinge: Floats, tip: Floats) -> Bools:
    """(n,) strokes that draw the leaves of swings: as long as one from ``hinge`` (k, 2) to ``tip``, and along it.

    A leaf that stands open beside a wall would pair with its face.
    """
    strokes = sheet.strokes
    found = np.zeros(len(strokes), np.bool_)
    whole = ~np.isnan(hinge).any(axis=1) & ~np.isnan(tip).any(axis=1)
    hinge, tip = hinge[whole], tip[whole]
    rows = np.flatnonzero(strokes.arc < 0)
    if not len(hinge) or not len(rows):
        return found
    middle = dots((strokes.start[rows] + strokes.end[rows]) / 2)
    i, j = shapely.STRtree(middle).query(dots((hinge + tip) / 2), predicate="dwithin", distance=2 * THICK)
    j = rows[j]
    along, reach = unit(tip - hinge)[i], np.hypot(*(tip - hinge).T)[i]
    fits = np.abs(strokes.length[j] - reach) < SAME * reach
    for point in (strokes.start, strokes.end):
        fits &= np.abs(np.einsum("ij,ij->i", point[j] - hinge[i], left(along))) < THICK
    found[j[fits]] = True
    return found


def _held(
    sheet: Linework,
    meaning: Meaning,
    start: Floats,
    end: Floats,
    depth: Floats,
    fits: Rows,
    walls: shapely.Geometry,
) -> _Held:
    """The straight strokes that may draw a door and lie within a door's reach of a gap."""
    strokes = sheet.strokes
    named = meaning.strokes == Category.DOOR
    may = built(sheet) & (strokes.arc < 0) & (named | np.isin(meaning.strokes, UNSAID)) & (strokes.length <= WIDEST)
    rows = np.flatnonzero(may)
    lines = segments(strokes.start[rows], strokes.end[rows])
    wide = np.hypot(*(end - start).T)
    around = rectangles(start[fits], end[fits], depth[fits], longer=FRAME, wider=wide[fits] * LONG[1])
    gap, row = shapely.STRtree(lines).query(around, predicate="contains")
    gap, stroke = fits[gap], rows[row]
    # A line of a wall is no leaf.
    middle = dots((strokes.start[stroke] + strokes.end[stroke]) / 2)
    free = named[stroke].copy()
    of_wall = shapely.STRtree(segments(*edges(walls))).query(middle, predicate="dwithin", distance=0.01)[0]
    free[np.setdiff1d(np.arange(len(stroke)), of_wall)] = True
    gap, stroke = gap[free], stroke[free]
    along = unit(end - start)[gap]
    frame = [
        np.stack(
            [np.einsum("ij,ij->i", point - start[gap], axis) for axis in (along, left(along))],
            axis=1,
        )
        for point in (strokes.start[stroke], strokes.end[stroke])
    ]
    return _Held(gap, stroke, frame[0], frame[1], np.asarray(named[stroke], dtype=np.bool_))


def _hung(held: _Held, start: Floats, end: Floats, wide: Floats, depth: Floats) -> list[Leaves]:
    """Single and double doors: strokes that hang at an end of the gap and stand out of the wall."""
    if not len(held):
        return []
    turned = _Held(held.gap, held.stroke, held.end, held.start, held.named)
    both = _Held(*(np.concatenate([getattr(a, n) for a in (held, turned)]) for n in _Held.__slots__))
    width, half = wide[both.gap], depth[both.gap] / 2
    far = both.start[:, 0] > width / 2
    away = np.where(far, width - both.start[:, 0], both.start[:, 0])
    cosine = both.vector[:, 0] * np.where(far, -1.0, 1.0) / np.maximum(both.length, 1e-9)
    low = np.where(both.named, OPEN[0], SLANTED[0])
    high = np.where(both.named, OPEN[1], SLANTED[1])
    hangs = (
        (away > -0.02)
        & (away < FRAME)
        & (np.abs(both.start[:, 1]) <= half + 0.03)
        & (cosine > low)
        & (cosine < high)
        & (np.abs(both.end[:, 1]) > half + OUT * both.length)
    )
    share = both.length / width
    leaves: dict[int, list[tuple[float, int, int]]] = {}
    for k in np.flatnonzero(hangs):
        parts = 1 if share[k] > 0.65 else 2
        miss = abs(parts * float(share[k]) - 0.96)
        fits = LONG[0] < parts * share[k] < LONG[1] and (parts == 2 or width[k] <= SINGLE)
        if fits:
            leaves.setdefault(int(both.gap[k]), []).append((miss, parts, int(k)))
    found = []
    for gap, candidates in leaves.items():
        candidates.sort()
        single = [row for _, parts, row in candidates if parts == 1]
        first = [row for _, parts, row in candidates if parts == 2 and not far[row]]
        second = [row for _, parts, row in candidates if parts == 2 and far[row]]
        pair = bool(first and second) and both.end[first[0], 1] * both.end[second[0], 1] > 0
        if not (single or pair):
            continue
        leaf = first[0] if pair else single[0]
        along = unit((end - start)[[gap]])[0]
        across = np.array([-along[1], along[0]])
        hinge = start[gap] + along * (wide[gap] if far[leaf] else 0.0)
        tip = start[gap] + along * both.end[leaf, 0] + across * both.end[leaf, 1]
        kind = OpeningKind.DOUBLE_DOOR if pair else OpeningKind.DOOR
        found.append(_leaf(gap, kind, 0.85 if both.named[leaf] else 0.7, int(both.stroke[leaf]), hinge, tip))
    return found


def _folds(held: _Held, wide: Floats, depth: Floats) -> list[Leaves]:
    """Folding doors: slanted strokes alike in length, in zigzags that begin at both ends of the gap."""
    cosine = np.abs(held.vector[:, 0]) / np.maximum(held.length, 1e-9)
    slanted = held.take(np.flatnonzero((cosine > 0.2) & (cosine < 0.9) & (held.length < 0.4 * wide[held.gap])))
    found = []
    for gap, own in slanted.by_gap():
        t, s = (np.stack([own.start[:, k], own.end[:, k]]) for k in (0, 1))
        alike = own.length.max() < 1.1 * own.length.min()
        even = len(own) >= 4 and len(own) % 2 == 0
        reaches = t.min() < 0.15 * wide[gap] and t.max() > 0.85 * wide[gap]
        one_sided = s.min() > -depth[gap] / 2 - 0.02 or s.max() < depth[gap] / 2 + 0.02
        if even and alike and reaches and one_sided:
            found.append(_leaf(gap, OpeningKind.FOLDING_DOOR, 0.7, int(own.stroke[0])))
    return found


def _panels(held: _Held, wide: Floats, depth: Floats) -> list[Leaves]:
    """Sliding doors: panels along the wall that overlap side by side and cover the gap, and no line that spans it.

    A line along a face of the wall may: a threshold. Where both faces have one, these may be a window's sashes.
    """
    within = np.abs(held.start[:, 1]) <= depth[held.gap] / 2 + 0.02
    along = np.abs(held.vector[:, 1]) < 0.02 * held.length
    lengthwise = held.take(np.flatnonzero(within & along & (held.length > 0.3 * wide[held.gap])))
    found = []
    for gap, own in lengthwise.by_gap():
        t = np.sort(np.stack([own.start[:, 0], own.end[:, 0]], axis=1), axis=1)
        edge = 0.06 * wide[gap]
        first, last = t[:, 0] < edge, t[:, 1] > wide[gap] - edge
        spanning = first & last
        face = np.abs(own.start[:, 1]) > depth[gap] / 2 - FACE
        sill = face & spanning
        first, last = first & ~sill, last & ~sill
        if (spanning & ~face).any() or not (first.any() and last.any()):
            continue
        framed = len(np.unique(own.start[sill, 1] > 0)) > 1
        overlap = t[first, 1].max() - t[last, 0].min()
        beside = abs(float(own.start[first, 1].mean() - own.start[last, 1].mean()))
        if overlap > 0 and 0.008 < beside < 0.2:
            found.append(_leaf(gap, OpeningKind.SLIDING_DOOR, SASHES if framed else 0.65, int(own.stroke[0])))
    return found


def _leaf(
    gap: int,
    kind: OpeningKind,
    confidence: float,
    stroke: int,
    hinge: Floats | None = None,
    tip: Floats | None = None,
) -> Leaves:
    nowhere = np.full((1, 2), np.nan)
    return Leaves(
        gap=np.array([gap]),
        kind=(kind,),
        hinge=nowhere if hinge is None else hinge[None],
        tip=nowhere if tip is None else tip[None],
        confidence=np.array([confidence]),
        source=np.array([stroke]),
    )


def _joined(several: list[Leaves]) -> Leaves:
    nothing = np.zeros((0, 2))
    none = Leaves(np.zeros(0, np.intp), (), nothing, nothing, np.zeros(0), np.zeros(0, np.intp))
    every = [none, *several]
    return Leaves(
        gap=np.concatenate([each.gap for each in every]),
        kind=tuple(kind for each in every for kind in each.kind),
        hinge=np.concatenate([each.hinge for each in every]),
        tip=np.concatenate([each.tip for each in every]),
        confidence=np.concatenate([each.confidence for each in every]),
        source=np.concatenate([each.source for each in every]),
    )
