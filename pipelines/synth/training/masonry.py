"""Walls, columns and stairs as many offices draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.geometry.areas import parts
from pipelines.linework import Seen
from pipelines.plan import WallKind
from pipelines.synth.layout import cuts
from pipelines.synth.sheet import Circle, Fill, Line, Poly, Text, line, point, points
from pipelines.synth.training.leaves import Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark

PATTERNS = ("ANSI31", "CROSS", "NET", "BRICK", "WAVE", "DOTS", "LINES")


def draw(storey: Storey, rng: np.random.Generator) -> list[Mark]:
    """Walls of brick, block, insulation: outer and inner ones each in their own way, cut at openings."""
    solid = [k for k, kind in enumerate(storey.walls.kind) if kind == WallKind.SOLID]
    outer = [k for k in solid if storey.walls.layer[k] == "outer"]
    inner = [k for k in solid if storey.walls.layer[k] != "outer"]
    away = shapely.union_all(cuts(storey.openings))
    shell = shapely.union_all(storey.walls.footprint[outer], grid_size=1e-4)
    rest = shapely.difference(shapely.union_all(storey.walls.footprint[inner], grid_size=1e-4), shell)
    together = rng.random() < 0.35
    regions = [shapely.union(shell, rest)] if together else [shell, rest]
    marks: list[Mark] = []
    for k, region in enumerate(regions):
        body = shapely.difference(region, away, grid_size=1e-4)
        layer = "partition" if k else "wall"
        marks += _body(body, layer, rng, layered=k == 0 and rng.random() < 0.45)
    return marks


def _body(body: shapely.Geometry, layer: str, rng: np.random.Generator, *, layered: bool) -> Iterator[Mark]:
    """A region of wall: what fills it, and its outline."""
    fill = str(rng.choice(["none", "SOLID", "GREY", "hatch"], p=[0.3, 0.2, 0.15, 0.35]))
    if layered:
        yield from _layers(body, rng)
        fill = "none"
    if fill != "none":
        pattern = str(rng.choice(PATTERNS)) if fill == "hatch" else fill
        yield from fills(body, layer if fill == "SOLID" else "wallhatch", pattern, float(rng.uniform(0.04, 0.16)))
    if fill in ("SOLID", "GREY") and rng.random() < 0.5:
        return
    for part in parts(body):
        for ring in (part.exterior, *part.interiors):
            yield Poly(layer, points(shapely.get_coordinates(ring)[:-1]), closed=True)


def fills(shape: shapely.Geometry, layer: str, pattern: str, step: float) -> Iterator[Mark]:
    """The parts of a region, hatched."""
    for part in parts(shape):
        rings = tuple(points(shapely.get_coordinates(ring)[:-1]) for ring in (part.exterior, *part.interiors))
        yield Fill(layer, rings, pattern, step)


def _layers(body: shapely.Geometry, rng: np.random.Generator) -> Iterator[Mark]:
    """Cladding, insulation and core: a hatched middle between lines, or hatched faces around an empty one."""
    inset = float(rng.uniform(0.03, 0.09))
    core = shapely.buffer(body, -inset, join_style="mitre")
    pattern = str(rng.choice(PATTERNS))
    step = float(rng.uniform(0.04, 0.14))
    chance = rng.random()
    if chance < 0.6:
        yield from fills(core, "wallhatch", pattern, step)
    else:
        yield from fills(
            shapely.difference(body, core),
            "wall" if chance > 0.85 else "wallhatch",
            "SOLID" if chance > 0.85 else pattern,
            step,
        )
    for part in parts(core):
        for ring in (part.exterior, *part.interiors):
            yield Poly("wallhatch", points(shapely.get_coordinates(ring)[:-1]), closed=True)


def columns(storey: Storey, rng: np.random.Generator) -> list[Symbol]:
    """Columns: outlined, filled, hatched, crossed."""
    found = []
    fill = str(rng.choice(["none", "SOLID", "GREY", "hatch", "cross"], p=[0.25, 0.3, 0.1, 0.2, 0.15]))
    pattern = str(rng.choice(PATTERNS)) if fill == "hatch" else fill
    for shape in storey.columns.footprint:
        ring = shapely.get_coordinates(shape.exterior)[:-1]
        marks: list[Mark] = []
        if fill not in ("none", "cross"):
            marks += fills(shape, "column", pattern, 0.08)
        if len(ring) > 8:
            center = shapely.get_coordinates(shape.centroid)[0]
            marks.append(Circle("column", point(center), float(np.hypot(*(ring[0] - center)))))
        else:
            marks.append(Poly("column", points(ring), closed=True))
            if fill == "cross":
                marks += [line("column", ring[0], ring[2]), line("column", ring[1], ring[3])]
        found.append(Symbol(marks, ring, Seen.COLUMN))
    return found


def stairs(storey: Storey, rng: np.random.Generator) -> list[Symbol]:
    """Flights: treads, strings, arrows, a break line."""
    found = []
    strings = int(rng.choice([0, 1, 2], p=[0.2, 0.55, 0.25]))
    arrow = bool(rng.random() < 0.7)
    for k in range(len(storey.stairs)):
        treads = storey.stairs.treads[k].reshape(-1, 2, 2)
        up = storey.stairs.up[k]
        marks: list[Mark] = []
        broken = len(treads) > 8 and rng.random() < 0.35
        cut = int(len(treads) * rng.uniform(0.45, 0.75)) if broken else len(treads)
        for n, (a, b) in enumerate(treads):
            if n < cut:
                marks.append(line("stair", a, b))
            elif n % 2 or rng.random() < 0.7:
                marks.append(Line("dashes", point(a), point(b)))
        marks += _flight(treads, up, cut if broken else 0, strings, arrow=arrow, rng=rng)
        found.append(Symbol(marks, treads.reshape(-1, 2), Seen.STAIR))
    return found


def _flight(treads: Floats, up: Floats, cut: int, strings: int, *, arrow: bool, rng: np.random.Generator) -> list[Mark]:
    """What stands around the treads of a flight, which breaks off behind ``cut`` of them where that is not 0."""
    across = np.array([-up[1], up[0]])
    wide = float(np.hypot(*(treads[0, 1] - treads[0, 0])))
    marks: list[Mark] = []
    if cut:
        a, b = treads[cut - 1]
        spots = [a, a + (b - a) * 0.45 + up * 0.2, a + (b - a) * 0.55 - up * 0.1, b + up * 0.15]
        marks.append(Poly("stair", points(np.array(spots))))
    for side in (0, 1)[: 2 if strings else 0]:
        for n in range(strings):
            away = across * 0.06 * n * (1 if side else -1) * np.sign(float((treads[0, 1] - treads[0, 0]) @ across))
            marks.append(line("stair", treads[0, side] + away, treads[-1, side] + away))
    if arrow:
        first, last = treads[0].mean(axis=0), treads[-1].mean(axis=0)
        marks.append(line("stair", first, last))
        size = wide * 0.12
        marks += [line("stair", last, last - up * 2 * size + across * size * sign) for sign in (-1, 1)]
        if rng.random() < 0.4:
            marks.append(Circle("stair", point(first), 0.06))
    if rng.random() < 0.4:
        words = str(rng.choice(["UP", "DN", "17 R", "ylös", "16x17.5/28"]))
        marks.append(Text("text", point(treads[0].mean(axis=0) - up * 0.25), 0.15, words))
    return marks
