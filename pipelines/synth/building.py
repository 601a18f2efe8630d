"""Random buildings by seed: the layouts that accuracy, examples and training draw from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.plan import OpeningKind
from pipelines.synth import dwelling, office
from pipelines.synth.dwelling import Masonry
from pipelines.synth.layout import IMPERIAL, METRIC, Layout, UnsoundError, floor_plan, storey, turned

if TYPE_CHECKING:
    from pipelines.synth.layout import Draft

KINDS = ("flat", "house", "office")
TWO_INCHES = 0.0508
_SHARES = (0.42, 0.36, 0.22)


def build(seed: int, kind: str | None = None, *, storeys: int | None = None) -> Layout:
    """The building of a seed; of a given kind, and a house of 1 or 2 storeys, where that is said.

    The same seed gives the same building.
    """
    rng = np.random.default_rng([seed, 1])
    chosen = kind or str(rng.choice(KINDS, p=_SHARES))
    imperial = bool(rng.random() < 0.25)
    chance = np.random.default_rng([seed, 5])
    post = float(chance.choice([0.3, 0.4, 0.5])) if chance.random() < 0.25 and not imperial else 0.0
    while True:
        try:
            drafts = _drafts(rng, chosen, imperial=imperial, post=post, storeys=storeys)
        except UnsoundError:
            continue
        if all(sound(draft) for draft in drafts):
            break
    for draft in drafts if imperial else []:
        # Made to whole even inches, as doors and windows are sold.
        draft.openings = [replace(row, width=int(row.width / TWO_INCHES + 1e-6) * TWO_INCHES) for row in draft.openings]
    heights = IMPERIAL if imperial else METRIC
    angle = 0.0
    if rng.random() < 0.12:
        angle = float(rng.choice([np.pi / 2, np.radians(rng.uniform(-40, 40))]))
    made = [turned(storey(draft, f"level {level}", level, heights), angle) for level, draft in enumerate(drafts)]
    return Layout(chosen, imperial, floor_plan(made))


def _drafts(rng: np.random.Generator, kind: str, *, imperial: bool, post: float, storeys: int | None) -> list[Draft]:
    if kind == "office":
        return [office.storey(rng, imperial=imperial)]
    masonry = Masonry.usual(rng, imperial=imperial)
    house = kind == "house"
    base = dwelling.frame(rng, house=house, imperial=imperial)
    base = replace(base, post=post)
    first = dwelling.storey(rng, base, masonry, level=0)
    single = rng.random() < 0.35 if storeys is None else storeys == 1
    if not house or single:
        return [first]
    return [first, dwelling.storey(rng, replace(base, garage=None), masonry, level=1)]


def sound(draft: Draft) -> bool:
    """Whether every room is a room and is reached, and the walls are walls."""
    if not shapely.is_valid(draft.pieces.footprint).all() or len(draft.cells) < 3:
        return False
    rooms = draft.free()
    if any(shape.area < 0.5 for shape in rooms):
        return False
    if shapely.area(shapely.union_all(rooms)) < 0.999 * sum(shape.area for shape in rooms):
        return False  # one room lies in another
    return len(reached(draft)) == len(draft.cells)


def reached(draft: Draft) -> set[int]:
    """The rooms that one gets to from the first through doors and openings."""
    ways = [
        tuple(int(side) for side in draft.graph.sides[row.edge])
        for row in draft.openings
        if row.kind != OpeningKind.WINDOW and not draft.graph.outer[row.edge]
    ]
    found, waiting = {0}, [0]
    while waiting:
        room = waiting.pop()
        for one, other in ways:
            for here, there in ((one, other), (other, one)):
                if here == room and there not in found:
                    found.add(there)
                    waiting.append(there)
    return found
