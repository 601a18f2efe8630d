"""Layouts from a file of plans in vectors: walls, openings and labels in pixels, turned into buildings in metres.

The file is a JSON list of ``{"items": [[x1, y1, x2, y2, label, type, variant], ...]}``; y points down. Walls and
openings ('door') are centrelines along the axes. The size of a pixel is taken from the openings that are ordinary
doors.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from pipelines.geometry.areas import parts
from pipelines.plan import OpeningKind
from pipelines.synth import building
from pipelines.synth import cells as division
from pipelines.synth.cells import Cell
from pipelines.synth.dwelling import Masonry, walled
from pipelines.synth.fitting import furnish
from pipelines.synth.layout import Layout, Opening, UnsoundError, floor_plan, storey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.linework import Floats
    from pipelines.synth.layout import Draft

#: Ends of walls nearer than this are one, pixels.
JOINED = 5.0
#: Types of openings as wide as one leaf, and how wide that usually is, metres.
SINGLE, USUAL = ("1", "2"), 0.8
#: What other types are inside of a dwelling; outside all are windows, but for those of a hall.
_KINDS = {
    "3": OpeningKind.SLIDING_DOOR, "4": OpeningKind.FOLDING_DOOR, "5": OpeningKind.DOOR, "6": OpeningKind.SLIDING_DOOR,
    "9": OpeningKind.OPENING, "10": OpeningKind.OPENING,
}  # fmt: skip

_USES = {
    "living_room": "living_room", "bedroom": "bedroom", "kitchen": "kitchen", "bathroom": "bathroom",
    "restroom": "wc", "washing_room": "utility", "balcony": "balcony", "corridor": "hall", "entrance": "hall",
    "closet": "closet", "PS": "shaft",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vectors:
    """One plan of the file."""

    walls: Floats  #: (n, 2, 2)
    openings: Floats  #: (k, 2, 2)
    types: tuple[str, ...]  #: of the openings
    labels: tuple[tuple[float, float, str], ...]


@lru_cache(maxsize=2)
def load(path: Path) -> tuple[Vectors, ...]:
    """The plans of a file, y turned upwards.

    Raises ``OSError`` where it can't be read, ``ValueError`` where it is not such a file.
    """
    return tuple(_plan(each["items"]) for each in json.loads(path.read_text("utf-8")))


def _plan(items: list[list[Any]]) -> Vectors:
    walls = [item for item in items if item[4] == "wall"]
    doors = [item for item in items if item[4] == "door"]
    return Vectors(
        walls=_lines(walls),
        openings=_lines(doors),
        types=tuple(str(item[5]) for item in doors),
        labels=tuple(
            ((item[0] + item[2]) / 2, -(item[1] + item[3]) / 2, _USES[item[4]]) for item in items if item[4] in _USES
        ),
    )


def _lines(items: list[list[Any]]) -> Floats:
    rows = np.array([item[:4] for item in items], dtype=np.float64).reshape(-1, 2, 2)
    return np.asarray(rows * np.array([1.0, -1.0]), dtype=np.float64)


def build(path: Path, seed: int) -> Layout:
    """A building of the file: which one, and of what it is built, is the seed's choice."""
    plans = load(path)
    rng = np.random.default_rng([seed, 4])
    while True:
        try:
            draft = _draft(plans[int(rng.integers(len(plans)))], rng)
        except UnsoundError:
            continue
        return Layout("file", imperial=False, plan=floor_plan([storey(draft, "level 0", 0)]))


def some(seed: int, path: Path | None) -> Layout:
    """The building of a seed: with a file of plans, every third is one of the file's."""
    return build(path, seed) if path is not None and seed % 3 == 0 else building.build(seed)


def _draft(plan: Vectors, rng: np.random.Generator) -> Draft:
    hung = np.array([kind in SINGLE for kind in plan.types], dtype=np.bool_)
    lengths = np.abs(plan.openings[:, 1] - plan.openings[:, 0]).max(axis=1)
    if np.count_nonzero(hung) < 2:
        raise UnsoundError
    scale = USUAL / float(np.median(lengths[hung]))
    lines = _snapped(plan.walls) * scale
    faces = parts(shapely.polygonize(_strokes(lines)))
    if len(faces) < 4:
        raise UnsoundError
    whole = parts(shapely.union_all(faces, grid_size=1e-3))
    outline = max(whole, key=lambda shape: float(shape.area))
    uses = [_use(plan, shape, scale) for shape in faces]
    found = division.clipped([Cell(shape, use) for shape, use in zip(faces, uses, strict=True)], outline)
    if not 5 <= len(found) <= 40 or not 20 < outline.area < 400 or outline.interiors:
        raise UnsoundError
    draft = walled(rng, found, Masonry.usual(rng, imperial=False))
    if any(shape.area < 0.5 for shape in draft.free()):
        raise UnsoundError
    middles = plan.openings.mean(axis=1) * scale
    for middle, length, kind in zip(middles, lengths * scale, plan.types, strict=True):
        _open(draft, rng, middle, float(length), kind)
    furnish(rng, draft)
    return draft


def _snapped(walls: Floats) -> Floats:
    """Walls with coordinates that nearly agree made equal, so that they meet."""
    moved = walls.copy()
    for axis in (0, 1):
        values = np.unique(walls[:, :, axis])
        group = np.cumsum(np.append(0, np.diff(values) > JOINED))
        means = np.bincount(group, weights=values) / np.bincount(group)
        moved[:, :, axis] = means[group[np.searchsorted(values, walls[:, :, axis])]]
    return np.round(moved)


def _strokes(lines: Floats) -> list[shapely.Geometry]:
    long = np.abs(lines[:, 1] - lines[:, 0]).max(axis=1) > 0
    net = shapely.node(shapely.multilinestrings(list(shapely.linestrings(lines[long]))))
    return list(shapely.get_parts(net))


def _use(plan: Vectors, shape: shapely.Polygon, scale: float) -> str:
    inside = [use for x, y, use in plan.labels if shape.contains(shapely.Point(x * scale, y * scale))]
    if not inside:
        return "storage" if shape.area < 4 else "bedroom"
    if "closet" in inside and len(inside) == 1 and shape.area > 2.5:
        return "wardrobe"
    return next((use for use in ("living_room", "kitchen", "bedroom", "bathroom") if use in inside), inside[0])


def _spans(draft: Draft, edge: int) -> Iterator[tuple[float, float]]:
    """What of an edge is still free for openings."""
    low, high = draft.pieces.clear[edge]
    at = float(low) + 0.06
    for row in sorted((row for row in draft.openings if row.edge == edge), key=lambda row: row.at):
        yield at, row.at - row.width / 2 - 0.12
        at = row.at + row.width / 2 + 0.12
    yield at, float(high) - 0.06


def _open(draft: Draft, rng: np.random.Generator, middle: Floats, length: float, drawn: str) -> None:
    """Put an opening into the wall that it is drawn on, as far as there is room for it."""
    graph = draft.graph
    lines = graph.lines
    offset = middle - lines[:, 0]
    along = np.einsum("ij,ij->i", offset, graph.direction)
    across = np.abs(graph.direction[:, 0] * offset[:, 1] - graph.direction[:, 1] * offset[:, 0])
    near = np.where((along > 0) & (along < graph.length), across, np.inf)
    edge = int(near.argmin())
    if near[edge] > 0.35:
        return
    for low, high in _spans(draft, edge):
        begin, finish = max(low, along[edge] - length / 2), min(high, along[edge] + length / 2)
        if finish - begin < 0.5:
            continue
        kind = _kind(draft, edge, finish - begin, drawn)
        hinge = int(rng.choice([-1, 1])) if kind == OpeningKind.DOOR else 0
        swing = int(rng.choice([-1, 1])) if kind in (OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR) else 0
        draft.openings.append(Opening(edge, (begin + finish) / 2, finish - begin, kind, hinge, swing))
        return


def _kind(draft: Draft, edge: int, width: float, drawn: str) -> OpeningKind:
    """What an opening of a type is: a window outside, unless it leads into a hall."""
    if draft.graph.outer[edge]:
        use = draft.uses[int(draft.graph.sides[edge].max())]
        return OpeningKind.DOOR if drawn in SINGLE and use == "hall" and width < 1.2 else OpeningKind.WINDOW
    if drawn in SINGLE:
        return OpeningKind.DOOR if width < 1.2 else OpeningKind.DOUBLE_DOOR
    return _KINDS.get(drawn, OpeningKind.OPENING)
