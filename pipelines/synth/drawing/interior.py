"""What stands within the walls: columns, stairs, furniture, floors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.plan import FurnitureKind
from pipelines.synth.drawing import rounded, symbols
from pipelines.synth.drawing.symbols import NAMES
from pipelines.synth.sheet import Circle, Fill, Frame, Insert, Poly, Text, line, points
from pipelines.synth.style import WallStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark, Sheet
    from pipelines.synth.style import Style

_ROLES = {
    FurnitureKind.SANITARY: "sanitary",
    FurnitureKind.KITCHEN: "kitchen",
    FurnitureKind.APPLIANCE: "kitchen",
}


def columns(storey: Storey, style: Style) -> Iterator[Mark]:
    """Columns as closed lines or circles, filled where walls are."""
    layer = style.layer("column")
    for shape in storey.columns.footprint:
        ring = shapely.get_coordinates(shape.exterior)[:-1]
        if len(ring) > 8:
            x, y = shapely.get_coordinates(shape.centroid)[0]
            yield Circle(layer, (float(x), float(y)), float(np.hypot(*(ring[0] - (x, y)))))
        else:
            yield Poly(layer, points(ring), closed=True)
        if style.walls in (WallStyle.SOLID, WallStyle.POCHE):
            yield Fill(layer, (points(ring),))


def stairs(storey: Storey, style: Style) -> Iterator[Mark]:
    """Treads, strings, and an arrow up."""
    layer = style.layer("stair")
    for k in range(len(storey.stairs)):
        treads = storey.stairs.treads[k].reshape(-1, 2, 2)
        for a, b in treads:
            yield line(layer, a, b)
        for side in (0, 1):
            yield line(layer, treads[0, side], treads[-1, side])
        first, last = treads[0].mean(axis=0), treads[-1].mean(axis=0)
        up = storey.stairs.up[k]
        across = np.array([-up[1], up[0]])
        yield line(layer, first, last)
        for sign in (-1, 1):
            yield line(layer, last, last - up * 0.25 + across * 0.1 * sign)
        if k % 2 == 0:
            x, y = first - up * 0.25
            yield Text(style.layer("text"), (float(x), float(y)), 0.15, "UP")


def furniture(storey: Storey, style: Style, sheet: Sheet) -> Iterator[Mark]:
    """Furniture by block or line by line."""
    pieces = storey.furniture
    symbol = rounded.symbol if style.rounded else symbols.symbol
    for k in range(len(pieces)):
        ring = shapely.get_coordinates(pieces.footprint[k].exterior)
        along, deep = ring[1] - ring[0], ring[2] - ring[1]
        w, d = round(float(np.hypot(*along)), 3), round(float(np.hypot(*deep)), 3)
        layer = style.layer(_ROLES.get(pieces.kind[k], "furniture"))
        place = Frame((float(ring[0, 0]), float(ring[0, 1])), float(np.arctan2(along[1], along[0])))
        name = pieces.name[k]
        if not style.furniture_blocks:
            yield from (place.mark(mark) for mark in symbol(name, layer, w, d))
            continue
        block = f"{NAMES[name]} {round(w * 1000)}"
        if block not in sheet.blocks:
            sheet.blocks[block] = symbol(name, "0", w, d)
        yield Insert(layer, block, place.at, place.angle)


def floors(storey: Storey, style: Style) -> Iterator[Mark]:
    """Tiles in wet rooms."""
    if not style.floor_pattern:
        return
    layer = style.layer("floor")
    for name, shape in zip(storey.rooms.name, storey.rooms.footprint, strict=True):
        if name in ("bathroom", "wc", "kitchen", "utility", "kitchenette"):
            rings = tuple(points(shapely.get_coordinates(ring)[:-1]) for ring in (shape.exterior, *shape.interiors))
            yield Fill(layer, rings, "NET", 0.3)
