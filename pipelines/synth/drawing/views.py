"""The other drawings on a sheet: elevation, section, detail, electrical plan, roof plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.plan import OpeningKind
from pipelines.synth.drawing import notes
from pipelines.synth.sheet import Arc, Circle, Fill, Line, Poly, Text, path, points, rectangle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.plan import Storey
    from pipelines.synth.layout import Layout
    from pipelines.synth.sheet import Mark
    from pipelines.synth.style import Style


def elevation(layout: Layout, style: Style) -> list[Mark]:
    """The front, above a line of ground; windows where they are seen from below in plan."""
    layer = style.layer("elevation")
    marks: list[Mark] = []
    storeys = layout.plan.storeys
    low, high = notes.extent(storeys[0])
    width, top = float(high[0] - low[0]), 2.9 * len(storeys)
    marks += [Line(layer, (-1.5, 0.0), (width + 1.5, 0.0)), rectangle(layer, (0.0, 0.0), (width, top))]
    marks += path(layer, (-0.5, top), (width / 2, top + 2.2), (width + 0.5, top), closed=True)
    for level, storey in enumerate(storeys):
        base = 2.9 * level
        if level:
            marks.append(Line(layer, (0.0, base), (width, base)))
        openings = storey.openings
        for k in range(len(openings)):
            level_wall = abs(openings.direction[k, 0]) > 0.99
            if not level_wall or openings.center[k, 1] > low[1] + 0.5:
                continue
            x, half = float(openings.center[k, 0] - low[0]), float(openings.width[k]) / 2
            if openings.kind[k] == OpeningKind.WINDOW:
                marks += [rectangle(style.layer("window"), (x - half, base + 0.9), (x + half, base + 2.1))]
                marks.append(Line(style.layer("window"), (x, base + 0.9), (x, base + 2.1)))
            else:
                marks.append(rectangle(style.layer("door"), (x - half, base), (x + half, base + 2.1)))
    return marks


def section(layout: Layout, style: Style) -> list[Mark]:
    """Slabs and cut walls."""
    layer = style.layer("elevation")
    storeys = layout.plan.storeys
    low, high = notes.extent(storeys[0])
    width = float(high[1] - low[1])
    marks: list[Mark] = [Line(layer, (-1.5, 0.0), (width + 1.5, 0.0))]
    for level in range(len(storeys) + 1):
        y = 2.9 * level
        marks.append(rectangle(layer, (0.0, y - 0.2), (width, y)))
        if level == len(storeys):
            marks += path(layer, (0.0, y), (width / 2, y + 2.0), (width, y))
            continue
        for x in (0.0, width * 0.45, width - 0.25):
            marks += [Line(layer, (x, y), (x, y + 2.7)), Line(layer, (x + 0.25, y), (x + 0.25, y + 2.7))]
        marks.append(Text(style.layer("text"), (width + 1.0, y + 0.15), 0.2, f"+{y:.2f}"))
    return marks


def detail(_layout: Layout, style: Style) -> list[Mark]:
    """A wall's foot, drawn large, within a circle."""
    layer = style.layer("annotation")
    wall = style.layer("elevation")
    marks: list[Mark] = [Circle(layer, (2.5, 2.5), 2.5)]
    marks += [Line(wall, (x, 1.2), (x, 4.6)) for x in (1.6, 1.9, 2.6, 2.9)]
    marks += [
        rectangle(wall, (0.8, 0.8), (4.2, 1.2)),
        Fill(style.layer("hatch"), (((0.8, 0.8), (4.2, 0.8), (4.2, 1.2), (0.8, 1.2)),), "ANSI31", 0.12),
    ]
    for k in range(12):
        marks.append(Line(layer, (1.9, 1.3 + k * 0.27), (2.6, 1.43 + k * 0.27)))
    for k, words in enumerate(("RENDER 15", "INSULATION 120", "BRICK 240")):
        marks += [
            Line(layer, (2.2 + 0.2 * k, 3.0 + k * 0.4), (5.3, 3.2 + k * 0.4)),
            Text(style.layer("text"), (6.4, 3.2 + k * 0.4), 0.2, words),
        ]
    return marks


def electrical(storey: Storey, style: Style) -> Iterator[Mark]:
    """Lights in rooms, switches beside doors, and the wires between them."""
    layer = style.layer("electrical")
    openings = storey.openings
    for shape, anchor in zip(storey.rooms.footprint, storey.rooms.anchor, strict=True):
        x, y = float(anchor[0]), float(anchor[1])
        yield Circle(layer, (x, y), 0.15)
        yield Line(layer, (x - 0.11, y - 0.11), (x + 0.11, y + 0.11))
        yield Line(layer, (x - 0.11, y + 0.11), (x + 0.11, y - 0.11))
        near = [
            k
            for k in range(len(openings))
            if openings.kind[k].is_door and shape.distance(shapely.Point(openings.center[k])) < 0.4
        ]
        for k in near[:1]:
            u = openings.direction[k]
            at = openings.center[k] + u * (openings.width[k] / 2 + 0.2)
            to = shapely.get_coordinates(shapely.shortest_line(shape, shapely.Point(at)))[0]
            sx, sy = float(to[0]), float(to[1])
            yield Circle(layer, (sx, sy), 0.06)
            yield Text(layer, (sx + 0.15, sy), 0.12, "S")
            distance = float(np.hypot(x - sx, y - sy))
            if distance > 0.4:
                middle = ((x + sx) / 2, (y + sy) / 2)
                angle = float(np.arctan2(sy - y, sx - x))
                yield Arc(layer, middle, distance / 2, angle + np.pi, angle + 2 * np.pi)


def roof(layout: Layout, style: Style) -> list[Mark]:
    """Eaves, ridge and hips."""
    layer = style.layer("roof")
    storey = layout.plan.storeys[-1]
    whole = shapely.union_all([*storey.walls.footprint, *storey.rooms.footprint])
    eaves = shapely.buffer(shapely.convex_hull(whole), 0.5, join_style="mitre")
    marks: list[Mark] = [Poly(layer, points(shapely.get_coordinates(eaves.exterior)[:-1]), closed=True)]
    low, high = notes.extent(storey)
    x0, y0, x1, y1 = float(low[0]) - 0.5, float(low[1]) - 0.5, float(high[0]) + 0.5, float(high[1]) + 0.5
    half = min(x1 - x0, y1 - y0) / 2
    ridge = [(x0 + half, y0 + half), (x1 - half, y1 - half)]
    marks.append(Line(layer, ridge[0], ridge[1]))
    marks += [Line(layer, (x0, y0), ridge[0]), Line(layer, (x1, y1), ridge[1])]
    marks += [Line(layer, (x0, y1), ridge[0]), Line(layer, (x1, y0), ridge[1])]
    for k in range(int((x1 - x0) / 0.6)):
        marks.append(Line(layer, (x0 + k * 0.6, y0), (x0 + k * 0.6, y0 + 0.3)))
    return marks


def schedule(layout: Layout, style: Style) -> list[Mark]:
    """A table of the doors: number, width, height, remark."""
    layer, text = style.layer("frame"), style.layer("text")
    widths = sorted({round(float(w), 3) for s in layout.plan.storeys for w in s.openings.width})[:10]
    columns = (0.0, 1.4, 3.4, 5.4, 9.0)
    rows = len(widths) + 1
    marks: list[Mark] = [Line(layer, (0.0, -0.6 * k), (columns[-1], -0.6 * k)) for k in range(rows + 1)]
    marks += [Line(layer, (x, 0.0), (x, -0.6 * rows)) for x in columns]
    cells = [
        ("No.", "W", "H", "REMARKS"),
        *((f"D{k + 1}", f"{w * 1000:.0f}", "2100", "PAINTED") for k, w in enumerate(widths)),
    ]
    for k, row in enumerate(cells):
        for j, words in enumerate(row):
            marks.append(Text(text, ((columns[j] + columns[j + 1]) / 2, -0.6 * k - 0.3), 0.2, words))
    return marks
