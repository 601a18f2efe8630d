"""Walls on a sheet, in each of the ways that offices show them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.geometry.areas import parts
from pipelines.geometry.pairs import dots
from pipelines.plan import WallKind
from pipelines.synth.layout import cuts
from pipelines.synth.sheet import Fill, Line, Poly, line, points
from pipelines.synth.style import WallStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark
    from pipelines.synth.style import Style

_STRAIGHT = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """A straight length of wall between openings and ends, as somebody draws it in one go."""

    start: Floats  #: (2,) on the centreline
    end: Floats
    thickness: float
    outer: bool
    capped: tuple[bool, bool]  #: whether it ends at an opening, or freely


def draw(storey: Storey, style: Style, rng: np.random.Generator) -> list[Mark]:
    """The marks of all walls of a storey."""
    marks = list(_glass(storey, style))
    solid = _region(storey, WallKind.SOLID, through=style.walls == WallStyle.THROUGH)
    if style.walls in (WallStyle.CROSSING, WallStyle.PIECES, WallStyle.WIDE):
        marks += _by_run(storey, style)
    else:
        marks += _by_region(storey, solid, style)
    if style.doubled:
        marks += _careless(marks, rng)
    if style.broken:
        marks = [piece for mark in marks for piece in _pieces(mark, rng)]
    return marks


def _region(storey: Storey, kind: WallKind, *, through: bool = False) -> shapely.Geometry:
    rows = [k for k, each in enumerate(storey.walls.kind) if each == kind]
    whole = shapely.union_all(storey.walls.footprint[rows], grid_size=1e-4)
    away = [*storey.columns.footprint]
    if kind == WallKind.GLASS:
        away += [w for w, each in zip(storey.walls.footprint, storey.walls.kind, strict=True) if each != kind]
    if not through:
        away += list(cuts(storey.openings))
    left = shapely.difference(whole, shapely.union_all(away), grid_size=1e-4)
    return shapely.simplify(left, 5e-4)


def _by_region(storey: Storey, region: shapely.Geometry, style: Style) -> Iterator[Mark]:
    """Lines, polylines and fills along the boundary of all walls together."""
    wall = style.layer("wall")
    if style.walls in (WallStyle.SOLID, WallStyle.POCHE, WallStyle.PATTERN):
        pattern = "ANSI31" if style.walls == WallStyle.PATTERN else "SOLID"
        layer = style.layer("hatch") if style.walls == WallStyle.PATTERN else wall
        for part in parts(region):
            yield Fill(layer, tuple(points(ring) for ring in _rings(part)), pattern, 0.06)
    if style.walls == WallStyle.SOLID:
        return
    tall = 2.7 if style.tall else 0.0
    if style.walls in (WallStyle.POLYLINE, WallStyle.POCHE):
        for part in parts(region):
            for ring in _rings(part):
                yield Poly(wall, points(ring), closed=True, thickness=tall)
        return
    segments = np.concatenate([np.stack([r, np.roll(r, -1, axis=0)], axis=1) for p in parts(region) for r in _rings(p)])
    if style.walls == WallStyle.OPEN:
        segments = segments[~_caps(segments, storey)]
    for segment, outer in zip(segments, _is_outer(segments, storey), strict=True):
        layer = wall if outer else style.layer("partition")
        a, b = points(segment)
        yield Line(layer, a, b, thickness=tall)
    if style.walls in (WallStyle.LAYERED, WallStyle.PLASTER):
        yield from _within(storey, region, style)


def _within(storey: Storey, region: shapely.Geometry, style: Style) -> Iterator[Mark]:
    """The lines of what walls are made of, between their faces."""
    inner: shapely.Geometry = shapely.boundary(shapely.buffer(region, -0.018, join_style="mitre"))
    if style.walls == WallStyle.LAYERED:
        whole = shapely.union_all([*storey.walls.footprint, *storey.rooms.footprint])
        rows = [k for k, layer in enumerate(storey.walls.layer) if layer == "outer"]
        thickness = float(np.median(storey.walls.thickness[rows]))
        hulls = shapely.union_all([shapely.Polygon(part.exterior) for part in parts(whole)])
        depths = (0.05, 0.35) if thickness > 0.25 else (0.3,)
        levels = [shapely.buffer(hulls, -thickness * depth, join_style="mitre") for depth in depths]
        rings = shapely.union_all(np.asarray(shapely.boundary(np.array(levels, dtype=np.object_)), dtype=np.object_))
        inner = shapely.intersection(rings, shapely.buffer(region, -1e-3))
    for chain in shapely.get_parts(inner):
        spots = shapely.get_coordinates(shapely.simplify(chain, 1e-4))
        for a, b in itertools.pairwise(spots):
            if np.hypot(*(b - a)) > 0.02:
                yield line(style.layer("wall"), a, b)


def _rings(part: shapely.Polygon) -> list[Floats]:
    return [shapely.get_coordinates(ring)[:-1] for ring in (part.exterior, *part.interiors)]


def _caps(segments: Floats, storey: Storey) -> NDArray[np.bool_]:
    """(n,) segments that close a wall at an opening."""
    openings = storey.openings
    if not len(openings):
        return np.zeros(len(segments), dtype=np.bool_)
    along = openings.direction * (openings.width / 2)[:, None]
    ends = dots(np.concatenate([openings.center - along, openings.center + along]))
    middle = dots(segments.mean(axis=1))
    found = np.zeros(len(segments), dtype=np.bool_)
    found[shapely.STRtree(ends).query(middle, predicate="dwithin", distance=0.02)[0]] = True
    return found


def _is_outer(segments: Floats, storey: Storey) -> NDArray[np.bool_]:
    """(n,) segments on the faces of outer walls."""
    rows = [k for k, layer in enumerate(storey.walls.layer) if layer == "outer"]
    middle = dots(segments.mean(axis=1))
    found = np.zeros(len(segments), dtype=np.bool_)
    tree = shapely.STRtree(storey.walls.footprint[np.array(rows, dtype=np.intp)])
    found[tree.query(middle, predicate="dwithin", distance=0.004)[0]] = True
    return found


def _by_run(storey: Storey, style: Style) -> Iterator[Mark]:
    """Each run by itself."""
    tall = 2.7 if style.tall else 0.0
    for run in runs(storey):
        layer = style.layer("wall" if run.outer else "partition")
        along = run.end - run.start
        across = np.array([-along[1], along[0]]) / np.hypot(*along) * run.thickness / 2
        a, b, c, d = points(np.array([run.start - across, run.end - across, run.end + across, run.start + across]))
        if style.walls == WallStyle.WIDE:
            yield Poly(layer, points(np.array([run.start, run.end])), width=run.thickness)
        elif style.walls == WallStyle.PIECES:
            yield Poly(layer, (a, b, c, d), closed=True, thickness=tall)
        else:
            yield Line(layer, a, b, thickness=tall)
            yield Line(layer, c, d, thickness=tall)
            if run.capped[0]:
                yield Line(layer, d, a, thickness=tall)
            if run.capped[1]:
                yield Line(layer, b, c, thickness=tall)


def runs(storey: Storey, kind: WallKind = WallKind.SOLID) -> list[Run]:
    """Straight lengths of wall through their junctions, reaching to the far face at corners, cut at openings."""
    walls = storey.walls
    rows = [k for k in range(len(walls)) if walls.kind[k] == kind]
    found = []
    for group in _collinear(storey, rows):
        start, end = _ends(walls.axis[group])
        length = float(np.hypot(*(end - start)))
        u = (end - start) / length
        thickness = float(walls.thickness[group[0]])
        low, reach_low = _reach(storey, start, -u, thickness)
        high, reach_high = _reach(storey, end, u, thickness)
        gaps = sorted(
            (float((o.center - start) @ u) - o.width / 2, float((o.center - start) @ u) + o.width / 2)
            for o in _rows_of(storey, group)
        )
        cut = [(-low, reach_low)] + [(t, True) for gap in gaps for t in gap] + [(length + high, reach_high)]
        for (a, cap_a), (b, cap_b) in zip(cut[::2], cut[1::2], strict=True):
            if b - a > 1e-3:
                outer = walls.layer[group[0]] == "outer"
                found.append(Run(start + u * a, start + u * b, thickness, outer, (cap_a, cap_b)))
    return found


@dataclass(frozen=True, slots=True)
class _Hole:
    center: Floats
    width: float


def _rows_of(storey: Storey, group: list[int]) -> list[_Hole]:
    held = set(group)
    openings = storey.openings
    return [
        _Hole(openings.center[k], float(openings.width[k])) for k in range(len(openings)) if openings.host[k] in held
    ]


def _ends(axes: Floats) -> tuple[Floats, Floats]:
    """The two ends that lie farthest apart."""
    spots = axes.reshape(-1, 2)
    u = axes[0, 1] - axes[0, 0]
    t = spots @ u
    return spots[int(t.argmin())], spots[int(t.argmax())]


def _collinear(storey: Storey, rows: list[int]) -> list[list[int]]:
    """Walls of one thickness that continue each other."""
    walls = storey.walls
    groups: list[list[int]] = []
    for k in rows:
        joined = [group for group in groups if any(_continues(walls.axis[k], walls.axis[g]) for g in group)]
        joined = [group for group in joined if abs(walls.thickness[group[0]] - walls.thickness[k]) < 1e-6]
        merged = [k, *(g for group in joined for g in group)]
        groups = [group for group in groups if group not in joined] + [merged]
    return groups


def _continues(one: Floats, other: Floats) -> bool:
    u, v = one[1] - one[0], other[1] - other[0]
    sine = abs(u[0] * v[1] - u[1] * v[0]) / (np.hypot(*u) * np.hypot(*v))
    gap = min(float(np.hypot(*(a - b))) for a in one for b in other)
    return bool(sine < _STRAIGHT and gap < 1e-3)


def _reach(storey: Storey, node: Floats, away: Floats, thickness: float) -> tuple[float, bool]:
    """How far a run reaches beyond the node where it ends, and whether it ends freely there."""
    walls = storey.walls
    found: list[float] = []
    for axis, other in zip(walls.axis, walls.thickness, strict=True):
        for k in (0, 1):
            if np.hypot(*(axis[k] - node)) < 1e-3:
                u = axis[1 - k] - axis[k]
                cosine = float(u @ away) / float(np.hypot(*u))
                if cosine > -0.999:
                    turn = float(np.arccos(np.clip(cosine, -1, 1)))
                    found.append(min(other / 2, thickness / 2 * np.tan(turn / 2)) if turn < 1.4 else other / 2)
    return (max(found), False) if found else (0.0, True)


def _glass(storey: Storey, style: Style) -> Iterator[Mark]:
    """Curtain walls: faces, the pane between them, mullions."""
    layer = style.layer("glass")
    region = _region(storey, WallKind.GLASS)
    for part in parts(region):
        for ring in _rings(part):
            yield Poly(layer, points(ring), closed=True)
    for run in runs(storey, WallKind.GLASS):
        length = float(np.hypot(*(run.end - run.start)))
        if length < 0.3:
            continue
        u = (run.end - run.start) / length
        across = np.array([-u[1], u[0]]) * run.thickness / 2
        yield line(layer, run.start, run.end)
        for t in np.linspace(0, length, max(2, round(length / 1.35) + 1))[1:-1]:
            post = run.start + u * t
            corners = [
                post - u * 0.025 - across,
                post + u * 0.025 - across,
                post + u * 0.025 + across,
                post - u * 0.025 + across,
            ]
            yield Poly(layer, points(np.array(corners)), closed=True)


def _pieces(mark: Mark, rng: np.random.Generator) -> list[Mark]:
    """A long line in two or three pieces, some of which overlap."""
    if not isinstance(mark, Line):
        return [mark]
    a, b = np.array(mark.start), np.array(mark.end)
    length = float(np.hypot(*(b - a)))
    if length < 1.0 or rng.random() < 0.5:
        return [mark]
    cuts_at = [0.0, *sorted(rng.uniform(0.2, 0.8, int(rng.integers(1, 3)))), 1.0]
    lap = float(rng.choice([0.0, 0.0, 0.1])) / length
    return [
        line(mark.layer, a + (b - a) * max(0.0, low - lap), a + (b - a) * high, thickness=mark.thickness)
        for low, high in itertools.pairwise(cuts_at)
    ]


def _careless(marks: list[Mark], rng: np.random.Generator) -> list[Mark]:
    """Lines drawn twice, and (by moving the first ones in place) ends that miss each other by millimetres."""
    twice: list[Mark] = []
    for k, drawn in enumerate(marks):
        if not isinstance(drawn, Line):
            continue
        chance = rng.random()
        if chance < 0.08:
            twice.append(drawn)
        elif chance < 0.16:
            a, b = np.array(drawn.start), np.array(drawn.end)
            short = (b - a) / max(float(np.hypot(*(b - a))), 1e-9) * 0.004
            marks[k] = line(drawn.layer, a + short, b - short, thickness=drawn.thickness)
    return twice
