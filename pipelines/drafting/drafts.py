"""Openings in the making: intervals on lines, before they become a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.geometry.pairs import rectangles
from pipelines.plan import OpeningKind, Openings

if TYPE_CHECKING:
    from pipelines.geometry.areas import Geometries
    from pipelines.linework import Floats
    from pipelines.plan import Evidence


@dataclass(frozen=True, slots=True)
class Heights:
    """Where doors and windows end, metres above the floor."""

    door_head: float = 2.1
    window_sill: float = 0.9
    window_head: float = 2.1


@dataclass(slots=True)
class Draft:
    """One opening in the making: on the line ``origin + direction * t``, from ``begin`` to ``finish``."""

    origin: Floats
    direction: Floats
    begin: float
    finish: float
    depth: float
    kind: OpeningKind
    hinge: int
    swing: int
    run: int
    layer: str
    evidence: tuple[Evidence, ...]
    confidence: float
    handles: tuple[str, ...]


def hand(kind: OpeningKind, hinge: Floats, tip: Floats, center: Floats, direction: Floats) -> tuple[int, int]:
    """Which end the hinge is at, and to which side the leaf swings."""
    if np.isnan(hinge).any():
        return 0, 0
    normal = np.array([-direction[1], direction[0]])
    side = 1 if (hinge - center) @ direction > 0 else -1
    return (0 if kind == OpeningKind.DOUBLE_DOOR else side), (1 if (tip - hinge) @ normal > 0 else -1)


def footprints(drafts: list[Draft]) -> Geometries:
    """(n,) the rectangle that each takes of its wall."""
    if not drafts:
        return np.zeros(0, dtype=np.object_)
    start = np.stack([d.origin + d.direction * d.begin for d in drafts])
    end = np.stack([d.origin + d.direction * d.finish for d in drafts])
    return rectangles(start, end, np.array([d.depth for d in drafts]))


def apart(drafts: list[Draft]) -> list[Draft]:
    """Of openings that overlap by half, the surer one."""
    shapes = footprints(drafts)
    if len(shapes) < 2:
        return drafts
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = i < j
    i, j = i[once], j[once]
    common = shapely.area(shapely.intersection(shapes[i], shapes[j]))
    clash = common > 0.4 * np.minimum(shapely.area(shapes[i]), shapely.area(shapes[j]))
    gone: set[int] = set()
    for a, b in zip(i[clash].tolist(), j[clash].tolist(), strict=True):
        if a in gone or b in gone:
            continue
        gone.add(a if drafts[a].confidence < drafts[b].confidence else b)
    return [draft for k, draft in enumerate(drafts) if k not in gone]


def table(drafts: list[Draft], heights: Heights) -> Openings:
    """The drafts as a table, with the heights that their kinds have."""
    count = len(drafts)
    window = np.array([d.kind == OpeningKind.WINDOW for d in drafts], dtype=np.bool_)
    origin = np.array([d.origin for d in drafts]).reshape(count, 2)
    direction = np.array([d.direction for d in drafts]).reshape(count, 2)
    begin, finish = np.array([d.begin for d in drafts]), np.array([d.finish for d in drafts])
    return Openings(
        center=origin + direction * ((begin + finish) / 2).reshape(count, 1),
        direction=direction,
        width=(finish - begin).reshape(count),
        depth=np.array([d.depth for d in drafts], dtype=np.float64),
        sill=np.where(window, heights.window_sill, 0.0),
        head=np.where(window, heights.window_head, heights.door_head),
        kind=tuple(d.kind for d in drafts),
        hinge=np.array([d.hinge for d in drafts], dtype=np.int32),
        swing=np.array([d.swing for d in drafts], dtype=np.int32),
        host=np.full(count, -1, dtype=np.int32),
        layer=tuple(d.layer for d in drafts),
        label=("",) * count,
        evidence=tuple(d.evidence for d in drafts),
        confidence=np.array([d.confidence for d in drafts], dtype=np.float64),
        handles=tuple(d.handles for d in drafts),
    )
