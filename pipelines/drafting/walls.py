"""Walls: the region that they cover, whatever way they were drawn.

Double lines, outlines, fills, wide polylines and curved pairs all become polygons; their union is the region, and
the region's own boundary is taken apart into strips and runs again. So nothing after this module has to know how a
wall was drawn. Which lines are walls is said by names where names say anything, else by ``inference``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.drafting import growth, inference
from pipelines.drafting.meaning import UNSAID, built
from pipelines.drafting.naming import Category
from pipelines.geometry.areas import joined, offset, parts, polygons, width
from pipelines.geometry.pairs import Rows, Strips, dots, pair, rectangles, segments
from pipelines.geometry.region import accepted, covered, faces, patches, strips_within, union
from pipelines.geometry.runs import Runs, bridges, runs_of

if TYPE_CHECKING:
    from pipelines.drafting.inference import Guess
    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Bools, Floats, Linework

Geometries = NDArray[np.object_]

#: Thickness of walls, metres: a glazed partition or a toilet screen, and a fortress.
THINNEST, THICKEST = 0.04, 0.65
#: Above this a thickness has to be common in the drawing: shafts and cupboards are as deep.
USUAL = 0.34
#: Less wall than this in the named lines is no plan: names are then not believed, metres.
LEAST = 4.0

#: A pen of which less pairs up than this share drew other things too; then walls are those at which doors hang, if
#: there are a few of those and they are no less than this share of what pairs up.
PURE, FEWEST_HINGES, ANCHORED = 0.86, 3, 0.35

#: How far around a skin of plaster the wall is looked for, metres.
PLASTER = 0.01
#: Thickness of a wall that is drawn as one line, metres.
SKETCHED = 0.1
#: A pane with its frame, where it is drawn thinner or as one line, metres.
PANE = 0.04
#: Two flights of a stair are this near to each other, metres.
WELL = 0.4
#: Gaps in a wall up to this are no openings, metres.
BRIDGED = 0.3


@dataclass(frozen=True, slots=True)
class Network:
    """The walls of one view as regions, strips and runs; openings are still gaps where they are drawn as gaps."""

    solid: shapely.Geometry
    glass: shapely.Geometry
    low: shapely.Geometry
    whole: shapely.Geometry  #: union of the three
    strips: Strips
    runs: Runs
    run: Rows  #: (n,) run of each strip
    wall_strokes: Bools  #: (m,) which strokes of the linework were taken as lines of walls
    method: str  #: in words, for the report
    confidence: float

    @property
    def thickness(self) -> float:
        """The usual thickness: median over length."""
        return weighted_median(self.strips.thickness, self.strips.length, default=0.15)


def weighted_median(values: Floats, weights: Floats, *, default: float) -> float:
    """The value at half of the weight."""
    if not len(values):
        return default
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def find(
    sheet: Linework, meaning: Meaning, *, hinges: Floats, flights: Geometries, glazed: Bools, hatched: Bools
) -> Network:
    """The walls of a view in plan metres.

    ``hinges`` (k, 2) are where its doors seem to hang, ``flights`` (n,) the footprints of its stairs, ``glazed`` (m,)
    the strokes that draw windows, whatever their layer says, ``hatched`` (m,) those that are lines of a hatch.
    """
    eligible = built(sheet) & ~hatched
    named = eligible & (meaning.strokes == Category.WALL)
    eligible, named = eligible & ~glazed, named & ~glazed
    areas = meaning.areas == Category.WALL
    of = meaning.area_of(sheet.areas.layer)
    fills = areas | ((meaning.areas == Category.HATCH) & np.isin(of, (Category.WALL, Category.UNKNOWN)))
    solid, length = cover(sheet, named, areas, fills)
    method, confidence = "layer names", 0.95
    if length < LEAST:
        free = eligible & ~_of_stairs(sheet, flights)
        guess = inference.infer(sheet, meaning, free, hinges)
        if len(guess.shapes):
            other, other_length = union(guess.shapes), float(shapely.length(guess.shapes).sum()) / 2
        else:
            other, other_length = cover(sheet, guess.strokes, guess.areas, guess.areas)
        guess, other, other_length = _sifted(sheet, meaning, free, hinges, guess, other, other_length)
        more = growth.grown(sheet, free & np.isin(meaning.strokes, UNSAID), other)
        if more.any() and not len(guess.shapes):
            guess = replace(guess, strokes=guess.strokes | more)
            other, other_length = cover(sheet, guess.strokes, guess.areas, guess.areas)
        if other_length > length:
            solid, named, method, confidence = other, guess.strokes, guess.reason, guess.confidence
        elif (single := _single(sheet, named)) is not None:
            solid, method, confidence = single, "single lines on wall layers", 0.6
    crystal = eligible & (meaning.strokes == Category.GLASS_WALL)
    glass = glazing(sheet, crystal, meaning.areas == Category.GLASS_WALL)
    rails = eligible & (meaning.strokes == Category.LOW_WALL)
    low = glazing(sheet, rails, meaning.areas == Category.LOW_WALL)
    glass = shapely.difference(glass, solid)
    low = shapely.difference(shapely.difference(low, solid), glass)
    if all(shapely.is_empty(region) for region in (solid, glass, low)):
        method, confidence = "none found", 0.0
    return network(solid, glass, low, named, method, confidence)


def _sifted(
    sheet: Linework,
    meaning: Meaning,
    free: Bools,
    hinges: Floats,
    guess: Guess,
    region: shapely.Geometry,
    length: float,
) -> tuple[Guess, shapely.Geometry, float]:
    """The guess, its region and length; only walls that doors hang on, where a pen drew other things besides walls."""
    if guess.pure >= PURE or len(hinges) < FEWEST_HINGES:
        return guess, region, length
    unsaid = free & np.isin(meaning.strokes, UNSAID)
    anchored = growth.anchored(sheet, unsaid, hinges)
    core, known = cover(sheet, anchored, guess.areas, guess.areas)
    anchored |= growth.grown(sheet, unsaid, core)
    core, known = cover(sheet, anchored, guess.areas, guess.areas)
    if known < ANCHORED * length:
        return guess, region, length
    reason = "geometry: lines in pairs at which doors hang"
    return replace(guess, strokes=anchored, shapes=guess.shapes[:0], reason=reason, confidence=0.65), core, known


def _single(sheet: Linework, lines: Bools) -> shapely.Geometry | None:
    """Walls that a sketch draws as one line each, given a usual thickness; None where there are too few of them."""
    strokes = sheet.strokes.take(lines)
    if strokes.length.sum() < 2 * LEAST:
        return None
    bands = rectangles(strokes.start, strokes.end, np.full(len(strokes), SKETCHED))
    corners = shapely.buffer(dots(np.concatenate([strokes.start, strokes.end])), SKETCHED / 2, cap_style="square")
    # A corner is filled where lines meet; a line's free end, as at a door, stays where it was drawn.
    ends = shapely.STRtree(bands)
    count = np.bincount(ends.query(corners, predicate="intersects")[0], minlength=len(corners))
    return union(np.concatenate([bands, corners[count > 1]]))


def _of_stairs(sheet: Linework, flights: Geometries) -> Bools:
    """(n,) treads and stringers: what stays within the flights and the narrow well between two of them."""
    strokes = sheet.strokes
    found = np.zeros(len(strokes), np.bool_)
    well = offset(offset(joined(flights), WELL / 2), 0.03 - WELL / 2)
    lines = shapely.STRtree(segments(strokes.start, strokes.end))
    found[lines.query(parts(well), predicate="contains")[1]] = True
    return found


def network(
    solid: shapely.Geometry,
    glass: shapely.Geometry,
    low: shapely.Geometry,
    strokes: Bools,
    method: str,
    confidence: float,
) -> Network:
    """Take the regions apart into strips and runs."""
    several = [strips_within(region, low=THINNEST / 2, high=THICKEST * 1.5) for region in (solid, glass, low)]
    fields = ("start", "end", "thickness", "first", "second")
    strips = Strips(*(np.concatenate([getattr(each, name) for each in several]) for name in fields))
    strips = _lengthwise(strips.take(strips.length > 0.3 * np.minimum(strips.thickness, 0.2)))
    runs, run = runs_of(strips)
    drawn = [region for region in (solid, glass, low) if not shapely.is_empty(region)]
    whole = shapely.union_all(drawn) if len(drawn) != 1 else drawn[0]
    return Network(solid, glass, low, whole, strips, runs, run, strokes, method, confidence)


def _lengthwise(strips: Strips) -> Strips:
    """Without the strips that see a pier across: shorter than thick, and covered by strips that run along it."""
    squat = strips.length < 0.9 * strips.thickness
    long = strips.take(~squat).rectangles()
    doubtful = np.flatnonzero(squat)
    share = covered(strips.take(doubtful).rectangles(), long)
    keep = ~squat
    keep[doubtful[share < 0.6]] = True
    return strips.take(keep)


def cover(sheet: Linework, lines: Bools, outlines: Bools, fills: Bools) -> tuple[shapely.Geometry, float]:
    """The region of walls drawn by the masked strokes and areas, and the length of wall in it.

    ``outlines`` are areas that may be walls by their closed outline, ``fills`` those that are if they are filled.
    """
    shapes = [
        _filled(sheet, fills),
        _outlined(sheet, outlines),
        *_wide(sheet, lines),
        *_paired(sheet, lines),
        _curved(sheet, lines),
    ]
    every = np.concatenate([shape for shape in shapes if len(shape)] or [np.zeros(0, dtype=np.object_)])
    if not len(every):
        return shapely.MultiPolygon(), 0.0
    region = union(every)
    return region, float(shapely.length(region)) / 2


def glazing(sheet: Linework, lines: Bools, outlines: Bools) -> shapely.Geometry:
    """The region of glazed walls or railings: thin pairs, and single lines given the thickness of a pane."""
    strokes = sheet.strokes.take(lines & (sheet.strokes.arc < 0))
    strips = pair(strokes.start, strokes.end, low=PANE / 8, high=THICKEST / 2)
    strips = strips.take(strips.length > 2.0 * strips.thickness)
    single = np.ones(len(strokes), np.bool_)
    single[strips.first] = single[strips.second] = False
    alone = strokes.take(single & (strokes.length > 5 * PANE))
    panes = rectangles(alone.start, alone.end, np.full(len(alone), PANE))
    bands = rectangles(strips.start, strips.end, np.maximum(strips.thickness, PANE))
    shapes = [bands, panes, patches(strips), _outlined(sheet, outlines), _filled(sheet, outlines)]
    every = np.concatenate(shapes)
    return union(every) if len(every) else shapely.MultiPolygon()


def _filled(sheet: Linework, mask: Bools) -> Geometries:
    """Hatches and solids no wider than a wall."""
    shapes, _ = polygons(sheet.areas.take(mask & sheet.areas.filled))
    shapes = parts(shapes)
    return shapes[width(shapes) <= THICKEST]


def _outlined(sheet: Linework, mask: Bools) -> Geometries:
    """Closed polylines that are as thin as a wall."""
    shapes, _ = polygons(sheet.areas.take(mask & ~sheet.areas.filled))
    shapes = parts(shapes)
    broad = width(shapes)
    return shapes[(broad <= THICKEST) & (broad >= THINNEST / 2)]


def _wide(sheet: Linework, mask: Bools) -> list[Geometries]:
    """Polylines with a width: each piece a strip, corners by patches."""
    wide = sheet.strokes.take(mask & (sheet.strokes.width >= THINNEST) & (sheet.strokes.width <= THICKEST))
    if not len(wide):
        return []
    nobody = np.full(len(wide), -1, dtype=np.intp)
    strips = Strips(wide.start, wide.end, wide.width, nobody, nobody)
    return [strips.rectangles(), patches(strips), bridges(strips, longest=BRIDGED)]


def _paired(sheet: Linework, mask: Bools) -> list[Geometries]:
    """Double lines: strips, the patches between them, and the faces of the drawn lines that they cover."""
    thin = sheet.strokes.take(mask & (sheet.strokes.width < THINNEST))
    strips = plausible(pair(thin.start, thin.end, low=THINNEST, high=THICKEST))
    if not len(strips):
        return []
    skins = _skins(thin.start, thin.end, strips)
    bands = Strips(*(np.concatenate([getattr(each, name) for each in (strips, skins)]) for name in Strips.__slots__))
    found = accepted(faces(thin.start, thin.end), bands, high=THICKEST)
    return [bands.rectangles(), patches(strips), found, bridges(strips, longest=BRIDGED)]


def _skins(start: Floats, end: Floats, strips: Strips) -> Strips:
    """Plaster and boards: pairs too near to be walls, which lie along one over most of their length."""
    skins = pair(start, end, low=THINNEST / 5, high=THINNEST)
    skins = skins.take(skins.length > 2.0 * skins.thickness)
    beside = covered(skins.rectangles(wider=PLASTER), strips.rectangles())
    return skins.take(beside > 0.6 * PLASTER / (skins.thickness + 2 * PLASTER))


def plausible(strips: Strips) -> Strips:
    """The strips that can be wall: longer than thick, and of a thickness that is usual or common in the drawing."""
    strips = strips.take(strips.length > 0.6 * strips.thickness)
    if not len(strips):
        return strips
    near = np.abs(strips.thickness[:, None] - np.arange(0, THICKEST * 1.2, 0.01)) < 0.025
    support = (near * strips.length[:, None]).sum(axis=0)
    own = support[np.minimum((strips.thickness * 100).round().astype(np.intp), len(support) - 1)]
    return strips.take((strips.thickness <= USUAL) | (own >= 0.12 * strips.length.sum()))


def _curved(sheet: Linework, mask: Bools) -> Geometries:
    """Concentric arcs a wall's thickness apart: the ring between them, over the common sweep."""
    arcs = sheet.arcs
    used = np.zeros(len(arcs), dtype=np.bool_)
    rows = sheet.strokes.arc[mask]
    used[np.unique(rows[rows >= 0])] = True
    index = np.flatnonzero(used & (arcs.radius > 0.3))
    if len(index) < 2:
        return np.zeros(0, dtype=np.object_)
    points = dots(arcs.center[index])
    i, j = shapely.STRtree(points).query(points, predicate="dwithin", distance=0.02)
    i, j = index[i], index[j]
    apart = arcs.radius[j] - arcs.radius[i]
    keep = (apart >= THINNEST) & (apart <= THICKEST)
    shapes = []
    for inner, outer in zip(i[keep], j[keep], strict=True):
        # Angles are taken from the inner arc's start, so that the common sweep is one interval.
        shift = (arcs.start[outer] - arcs.start[inner] + np.pi) % (2 * np.pi) - np.pi
        begin = max(0.0, shift)
        finish = min(arcs.sweep[inner], shift + arcs.sweep[outer])
        if finish - begin < 0.02:
            continue
        angles = arcs.start[inner] + np.linspace(begin, finish, max(3, int((finish - begin) / 0.06) + 2))
        spokes = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        ring = np.concatenate([spokes * arcs.radius[inner], spokes[::-1] * arcs.radius[outer]]) + arcs.center[inner]
        shapes.append(shapely.Polygon(ring))
    return np.asarray(shapes, dtype=np.object_)
