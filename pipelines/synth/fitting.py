"""Furniture in a draft, along the walls of each room and clear of doors and stairs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.plan import FurnitureKind, OpeningKind
from pipelines.synth.layout import Item

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.synth.layout import Draft

_F, _S, _K, _A = FurnitureKind.FURNITURE, FurnitureKind.SANITARY, FurnitureKind.KITCHEN, FurnitureKind.APPLIANCE


@dataclass(frozen=True, slots=True)
class Piece:
    """What is put into a room."""

    name: str
    kind: FurnitureKind
    width: float
    depth: float
    middle: bool = False  #: stands free rather than along a wall


_BED = Piece("bed_double", _F, 1.6, 2.05)
_SINGLE = Piece("bed_single", _F, 0.9, 2.0)
_WARDROBE = Piece("wardrobe", _F, 1.8, 0.6)
_DESK = Piece("desk", _F, 1.4, 0.7)
_SOFA = Piece("sofa", _F, 2.1, 0.9)
_TABLE = Piece("table", _F, 1.6, 0.9, middle=True)
_WC = Piece("wc", _S, 0.38, 0.68)
_BASIN = Piece("basin", _S, 0.6, 0.48)
_TUB = Piece("bathtub", _S, 1.7, 0.75)
_SHOWER = Piece("shower", _S, 0.9, 0.9)
_COUNTER = Piece("counter", _K, 2.4, 0.6)
_FRIDGE = Piece("fridge", _A, 0.65, 0.65)
_STOVE = Piece("stove", _A, 0.6, 0.6)
_CABINET = Piece("cabinet", _F, 1.2, 0.45)
_WORKPLACE = Piece("desk", _F, 1.6, 0.8, middle=True)
_MEETING = Piece("table", _F, 2.8, 1.2, middle=True)
_CAR = Piece("car", FurnitureKind.VEHICLE, 1.8, 4.4, middle=True)
_PLANT = Piece("plant", FurnitureKind.PLANT, 0.5, 0.5)

PROGRAM: dict[str, tuple[Piece, ...]] = {
    "bedroom": (_BED, _WARDROBE, _CABINET),
    "kids_room": (_SINGLE, _DESK, _WARDROBE),
    "living_room": (_SOFA, _TABLE, _CABINET, _PLANT),
    "dining_room": (_TABLE, _CABINET),
    "study": (_DESK, _CABINET),
    "kitchen": (_COUNTER, _FRIDGE, _STOVE),
    "bathroom": (_TUB, _WC, _BASIN),
    "wc": (_WC, _BASIN),
    "utility": (_FRIDGE, _BASIN),
    "wardrobe": (_WARDROBE,),
    "garage": (_CAR,),
    "office": (_DESK, _CABINET),
    "open_office": (_WORKPLACE,) * 8,
    "meeting": (_MEETING,),
    "lobby": (_SOFA, _PLANT),
    "kitchenette": (_COUNTER, _FRIDGE),
}


def furnish(rng: np.random.Generator, draft: Draft, *, density: float = 0.85) -> None:
    """Put into each room what belongs there, as far as it fits."""
    away = blocked(draft)
    for use, room in zip(draft.uses, draft.free(), strict=True):
        if room.is_empty:
            continue
        taken: list[shapely.Polygon] = []
        for piece in PROGRAM.get(use, ()):
            if rng.random() > density:
                continue
            item = _placed(rng, piece, room, [*away, *taken])
            if item is not None:
                draft.items.append(item)
                taken.append(item.footprint)


def blocked(draft: Draft) -> list[shapely.Polygon]:
    """Where nothing may stand: before doors and windows, on stairs."""
    found = []
    for opening in draft.openings:
        graph = draft.graph
        direction = graph.direction[opening.edge]
        across = np.array([-direction[1], direction[0]])
        middle = graph.lines[opening.edge, 0] + direction * opening.at
        window = opening.kind == OpeningKind.WINDOW
        reach = graph.thickness[opening.edge] / 2
        reach += 0.01 if window else max(0.7, opening.width if opening.hinge else 0.0)
        x, y = direction * opening.width, across * 2 * reach
        found.append(_rectangle(middle - x / 2 - y / 2, x, y))
    for flight in draft.flights:
        across = np.array([-flight.up[1], flight.up[0]])
        found.append(_rectangle(flight.corner, flight.up * flight.going * flight.steps, across * flight.width))
    return [shapely.buffer(shape, 0.02, join_style="mitre") for shape in found]


def _rectangle(corner: Floats, x: Floats, y: Floats) -> shapely.Polygon:
    return shapely.Polygon([corner, corner + x, corner + x + y, corner + y])


def _placed(rng: np.random.Generator, piece: Piece, room: shapely.Polygon, taken: list[shapely.Polygon]) -> Item | None:
    """A place for a piece that is within the room and clear of what stands there, None where there is none."""
    ring = np.asarray(shapely.get_coordinates(shapely.orient_polygons(room).exterior))
    sides = list(itertools.pairwise(ring))
    for _ in range(8):
        start, end = sides[int(rng.integers(len(sides)))]
        length = float(np.hypot(*(end - start)))
        if length < piece.width + 0.02:
            continue
        along = (end - start) / length
        inward = np.array([-along[1], along[0]])
        gap = 0.02
        if piece.middle:
            gap = float(rng.uniform(0.6, max(0.7, np.sqrt(room.area) / 1.5)))
        at = float(
            rng.choice(
                [
                    0.02,
                    (length - piece.width) / 2,
                    length - piece.width - 0.02,
                    rng.uniform(0, 1) * (length - piece.width),
                ]
            )
        )
        item = Item(piece.name, piece.kind, start + along * at + inward * gap, along, (piece.width, piece.depth))
        shape = item.footprint
        if shapely.contains(room, shape) and not any(shapely.intersects(shape, other) for other in taken):
            return item
    return None
