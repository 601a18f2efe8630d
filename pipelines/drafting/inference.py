"""Which lines are walls where names do not say so: by how well each style class pairs into strips.

A style class is what was drawn with one pen: layer, colour, weight. Walls are the class whose lines run in pairs a
plausible distance apart, over long stretches, each line with its partner on one side only (stairs, tiles and
hatching have one on both sides).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.meaning import UNSAID
from pipelines.geometry.areas import Geometries, joined, offset, polygons, width
from pipelines.geometry.components import components
from pipelines.geometry.pairs import Strips, dots, ladders, pair, rectangles, segments
from pipelines.geometry.region import faces
from pipelines.geometry.runs import runs_of

if TYPE_CHECKING:
    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Bools, Floats, Linework

#: Thickness of a wall where nothing names it, metres.
LOW, HIGH = 0.06, 0.5
#: A class is wall when at least this share of its length pairs up.
PAIRED = 0.45
#: Classes with less than this share of the best class's strips are something else.
RELATED = 0.12
#: A pen is the walls' where at least this share of the hinges lie at the ends of its lines.
HUNG = 0.4
#: Another pen drew walls too where so many ends of the first one's lines lie on its own: two inner walls.
MEETINGS = 4
#: What runs this near to lines of another pen follows them, metres.
BESIDE = 0.35
#: An unnamed block reference smaller than this is a thing, not a part of the plan, metres.
THING = 5.0

#: What unnamed lines may be walls in spite of: a name that says nothing, or that says structure.


@dataclass(frozen=True, slots=True)
class Guess:
    """The rows of the linework taken for walls, and why."""

    strokes: Bools
    areas: Bools
    reason: str
    confidence: float
    shapes: Geometries  #: closed strips between lines, where no pen is the walls' alone
    pure: float  #: share of the length of the lines that pairs up, 0..1: less where a pen drew other things too


@dataclass(frozen=True, slots=True)
class _Pen:
    """One style class with what speaks for it."""

    strokes: Bools
    areas: Bools
    length: float  #: metres of wall that it would give
    how: str
    swings: bool = False  #: doors' swings are drawn with it
    jambs: float = 0.0  #: share of the hinges that one of its lines ends at, 0..1

    @property
    def score(self) -> float:
        """Metres, weighed by how many doors hang on them."""
        return self.length * (0.25 + self.jambs)


def infer(sheet: Linework, meaning: Meaning, eligible: Bools, hinges: Floats) -> Guess:
    """Choose the style classes that are walls; nothing chosen means no class pairs up.

    ``hinges`` (k, 2) are where doors seem to hang: lines of walls end there, those of foundations, roofs and
    furniture do not.
    """
    pens = [replace(pen, jambs=_jambs(sheet, pen, hinges)) for pen in _pens(sheet, meaning, eligible)]
    if any(pen.jambs >= HUNG and not pen.swings for pen in pens):
        # Leaves end at their own hinges: what is drawn with the doors' pen is no wall as long as another fits.
        pens = [pen for pen in pens if not pen.swings]
    pens.sort(key=lambda pen: -pen.score)
    free = _free(sheet, meaning, eligible)
    alone = len(pens) == 1 and bool(free.any()) and pens[0].strokes[free].mean() > 0.9
    # Where doors hang on the pen and another one draws them, it drew the walls and not everything.
    alone &= bool(pens) and (pens[0].swings or len(hinges) < 2 or pens[0].jambs < HUNG)
    if not pens or alone:
        closed = _closed_strips(sheet, free)
        if float(shapely.length(closed).sum()) / 2 >= 0.4 * sum(pen.length for pen in pens) and len(closed):
            return _only_shapes(sheet, closed)
    if not pens:
        return _only_shapes(sheet, np.zeros(0, np.object_))
    best = pens[0]
    chosen = [best] + [
        pen
        for pen in pens[1:]
        if pen.length >= RELATED * best.length
        and (pen.jambs >= 0.3 * best.jambs or not _follows(sheet, pen, best))
        and pen.score >= RELATED * best.score
        and (pen.jambs >= 0.3 * best.jambs or _touches(sheet, pen, best))
        and not _in_gaps(sheet, pen, best)
    ]
    strokes = np.logical_or.reduce([pen.strokes for pen in chosen])
    areas = np.logical_or.reduce([pen.areas for pen in chosen])
    ways = ", ".join(dict.fromkeys(pen.how for pen in chosen))
    rest = sum(pen.length for pen in pens[len(chosen) :])
    confidence = 0.5 + 0.35 * chosen[0].length / (sum(pen.length for pen in chosen) + rest)
    pure = _purity(sheet, [pen.strokes for pen in chosen])
    return Guess(strokes, areas, f"geometry: {ways}", float(confidence), np.zeros(0, np.object_), pure)


def _purity(sheet: Linework, masks: list[Bools]) -> float:
    """Share of the length of thin lines that pairs up, with what is drawn across at the ends of the pairs."""
    total = paired = 0.0
    for mask in masks:
        thin = mask & (sheet.strokes.width < LOW)
        total += float(sheet.strokes.length[thin].sum())
        if thin.any():
            strips = _strips(sheet, thin)
            paired += 2 * float(strips.length.sum() + strips.thickness.sum())
    return min(1.0, paired / total) if total > 0 else 1.0


def _only_shapes(sheet: Linework, shapes: Geometries) -> Guess:
    """A guess that takes no rows as they are."""
    strokes, areas = np.zeros(len(sheet.strokes), np.bool_), np.zeros(len(sheet.areas), np.bool_)
    return Guess(strokes, areas, "geometry: closed strips between lines", 0.55 if len(shapes) else 0.0, shapes, 0.0)


def _free(sheet: Linework, meaning: Meaning, eligible: Bools) -> Bools:
    """(n,) strokes that may be walls as far as names go, and that no small block draws."""
    free = eligible & np.isin(meaning.strokes, UNSAID) & ~_in_things(sheet, sheet.strokes.instance)
    return np.asarray(free, dtype=np.bool_)


def _closed_strips(sheet: Linework, free: Bools) -> Geometries:
    """Faces between the lines that are long, thin, even, and of a thickness that is common among them.

    What finds walls where one pen drew everything. Faces side by side (treads, boards, louvres) are not walls.
    """
    strokes = sheet.strokes.take(free & (sheet.strokes.arc < 0))
    found = faces(strokes.start, strokes.end)
    broad = width(found)
    # A strip's mean width is its area over its length, a little less than its thickness.
    # Piers are short and thin; what is short and thick is a slab or a table.
    aspect = np.where(broad < 0.25, 4.0, 6.0)
    slender = (broad > LOW * 0.8) & (broad < HIGH) & (shapely.length(found) / 2 > aspect * broad)
    found, broad = found[slender], broad[slender]
    # Where walls cross, a circle of 0.71 of their thickness fits between the four corners.
    found = found[shapely.is_empty(offset(found, -0.8 * broad))]
    found = found[~_side_by_side(found)]
    broad, length = width(found), shapely.length(found) / 2
    support = (np.abs(broad[:, None] - broad[None, :]) < 0.02) @ length if len(found) <= 5000 else length
    return np.asarray(found[support >= 0.08 * length.sum()], dtype=np.object_)


def _side_by_side(shapes: Geometries) -> Bools:
    """(n,) shapes in groups of three or more that share most of their length, and are alike in size."""
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    length, broad = shapely.length(shapes), width(shapes)
    # A shelf in front of a wall is as long as it likes, and no other tread.
    alike = (i < j) & (np.abs(np.log(length[i] / length[j])) < 0.5) & (np.abs(np.log(broad[i] / broad[j])) < 0.2)
    i, j = i[alike], j[alike]
    common = shapely.length(shapely.intersection(shapely.boundary(shapes[i]), shapely.boundary(shapes[j])))
    shared = common > 0.15 * np.minimum(shapely.length(shapes[i]), shapely.length(shapes[j]))
    label = components(len(shapes), i[shared], j[shared])
    return np.asarray(np.bincount(label, minlength=len(shapes))[label] >= 3, dtype=np.bool_)


def _jambs(sheet: Linework, pen: _Pen, hinges: Floats) -> float:
    """Share of the hinges at which a line or an outline of the pen ends."""
    if len(hinges) < 2:
        return 1.0
    strokes, rings = sheet.strokes, sheet.areas.rings.take(pen.areas)
    ends = np.concatenate([strokes.start[pen.strokes], strokes.end[pen.strokes], rings.points])
    # A door hangs at a corner of the stroke of a wall, which ends in the middle between two of them.
    half = strokes.width[pen.strokes] / 2
    reach = 0.12 + np.concatenate([half, half, np.zeros(len(rings.points))])
    found = shapely.STRtree(dots(hinges)).query(dots(ends), predicate="dwithin", distance=reach)[1]
    return len(np.unique(found)) / len(hinges)


def _follows(sheet: Linework, pen: _Pen, best: _Pen) -> bool:
    """Whether the pen's lines run beside the best pen's: finishes, insulation, foundations."""
    strokes = sheet.strokes
    if not best.strokes.any() or not pen.strokes.any():
        return False
    beside = rectangles(strokes.start[best.strokes], strokes.end[best.strokes], np.full(best.strokes.sum(), 2 * BESIDE))
    lines = segments(strokes.start[pen.strokes], strokes.end[pen.strokes])
    # Only what runs along it counts: an outer wall touches every inner wall that ends on it.
    near = shapely.length(shapely.intersection(lines, joined(beside)))
    return bool(near.sum() > 0.7 * strokes.length[pen.strokes].sum())


def _touches(sheet: Linework, pen: _Pen, best: _Pen) -> bool:
    """Whether lines of the best pen end on those of the pen, as inner walls do on outer ones: no site, no furniture."""
    strokes = sheet.strokes
    if not best.strokes.any() or not pen.strokes.any():
        return not pen.strokes.any()
    ends = np.concatenate([strokes.start[best.strokes], strokes.end[best.strokes]])
    lines = segments(strokes.start[pen.strokes], strokes.end[pen.strokes])
    met = np.unique(shapely.STRtree(lines).query(dots(ends), predicate="dwithin", distance=0.01)[0])
    return len(met) >= MEETINGS


def _in_gaps(sheet: Linework, pen: _Pen, best: _Pen) -> bool:
    """Whether the pen's strips continue the best pen's walls from end to end: windows and sills drawn in their gaps."""
    walls, fillings = (_strips(sheet, each.strokes) for each in (best, pen))
    if not len(walls) or not len(fillings):
        return False
    runs, _ = runs_of(walls)
    bands = rectangles(runs.at(runs.begin), runs.at(runs.finish), runs.thickness, wider=0.03)
    inside = np.zeros(len(fillings), np.bool_)
    inside[shapely.STRtree(bands).query(fillings.rectangles(), predicate="within")[0]] = True
    return bool(fillings.length[inside].sum() > 0.6 * fillings.length.sum())


def _pens(sheet: Linework, meaning: Meaning, eligible: Bools) -> list[_Pen]:
    strokes, areas = sheet.strokes, sheet.areas
    free = _free(sheet, meaning, eligible)
    loose = np.isin(meaning.areas, UNSAID) & ~_in_things(sheet, areas.instance)
    none = np.zeros(len(strokes), np.bool_)
    quarter = np.abs(np.degrees(sheet.arcs.sweep) - 90) < 15
    swinging = quarter & (sheet.arcs.radius > 0.5) & (sheet.arcs.radius < 1.3)
    found = []
    # Every thickness of wall may have a weight of its own.
    for wide in _classes(strokes.layer, strokes.color, where=free & (strokes.width >= LOW) & (strokes.width <= HIGH)):
        length = float(strokes.length[wide].sum())
        found.append(_Pen(wide, np.zeros(len(areas), np.bool_), length, "wide polylines"))
    for mask in _classes(strokes.layer, strokes.color, (strokes.weight * 100).astype(np.int64), where=free):
        thin = mask & (strokes.width < LOW)
        length = _paired_length(sheet, thin)
        if length > 0:
            swings = bool((thin & (strokes.arc >= 0) & swinging[strokes.arc]).any()) if len(swinging) else False
            found.append(_Pen(thin, np.zeros(len(areas), np.bool_), length, "pairs of parallel lines", swings))
    for mask in _classes(areas.layer, areas.color, where=loose & areas.filled):
        length, rows = _thin_fills(sheet, mask)
        if length > 0:
            found.append(_Pen(none, rows, length, "filled strips"))
    return [pen for pen in found if pen.length >= 3.0]


def _in_things(sheet: Linework, instance: np.ndarray[tuple[int], np.dtype[np.int32]]) -> Bools:
    """(n,) whether the row belongs to a block reference too small to be a plan."""
    if not len(sheet.instances):
        return np.zeros(len(instance), np.bool_)
    with np.errstate(invalid="ignore"):
        small = np.hypot(*(sheet.instances.high - sheet.instances.low).T) < THING
    return np.asarray((instance >= 0) & small[instance], dtype=np.bool_)


def _classes(*keys: np.ndarray[tuple[int], np.dtype[np.integer]], where: Bools) -> list[Bools]:
    """Masks of the rows that share all keys."""
    rows = np.flatnonzero(where)
    if not len(rows):
        return []
    table = np.stack([np.asarray(key, dtype=np.int64)[rows] for key in keys], axis=1)
    label = np.unique(table, axis=0, return_inverse=True)[1].ravel()
    masks = []
    for number in range(int(label.max()) + 1):
        mask = np.zeros(len(where), np.bool_)
        mask[rows[label == number]] = True
        masks.append(mask)
    return masks


def _paired_length(sheet: Linework, mask: Bools) -> float:
    """Metres of wall that the class's lines pair into; 0 where they are not walls."""
    strokes = sheet.strokes.take(mask)
    total = float(strokes.length.sum())
    if total < 6.0:
        return 0.0
    strips = _strips(sheet, mask)
    # What is drawn across at their ends is theirs too.
    caps = float(strips.thickness.sum()) * 2
    length = float(strips.length.sum())
    return length if 2 * length + caps >= PAIRED * total else 0.0


def _strips(sheet: Linework, mask: Bools) -> Strips:
    """Pairs of the masked lines, longer than thick and no ladders."""
    strokes = sheet.strokes.take(mask)
    strips = pair(strokes.start, strokes.end, low=LOW, high=HIGH)
    strips = strips.take(strips.length > 1.5 * strips.thickness)
    return strips.take(~ladders(strips, strokes.start, strokes.end))


def _thin_fills(sheet: Linework, mask: Bools) -> tuple[float, Bools]:
    """Metres of wall in the class's fills, and the rows that are thin enough."""
    rows = np.flatnonzero(mask)
    shapes, ring = polygons(sheet.areas.take(rows))
    broad = width(shapes)
    thin = (broad >= LOW / 2) & (broad <= HIGH)
    kept = np.zeros(len(mask), np.bool_)
    kept[np.isin(sheet.areas.region, sheet.areas.region[rows[ring[thin]]]) & mask] = True
    area = shapely.area(shapes)
    share = area[thin].sum() / area.sum() if len(area) and area.sum() > 0 else 0.0
    return (float(shapely.length(shapes[thin]).sum()) / 2 if share > 0.5 else 0.0), kept
