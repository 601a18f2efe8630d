"""What fills each opening, once it is known what stands beside it and what lies on either side.

Three things settle a doubtful kind, the surest first: a size code that agrees with its width; whether it leads outside
(lines in an outer wall are glazing, lines in an inner wall a sliding door); the room that it belongs to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting import codes
from pipelines.drafting.leaves import SASHES
from pipelines.drafting.roomwords import names_garage
from pipelines.geometry.areas import parts
from pipelines.geometry.pairs import left
from pipelines.plan import Evidence, OpeningKind

if TYPE_CHECKING:
    from pipelines.drafting.codes import Code
    from pipelines.linework import Linework
    from pipelines.plan import Openings, Rooms

#: A code stands within this of its opening's middle, metres, and agrees with its width within this share of it.
REACH, AGREES = 1.5, 0.08
#: Bare openings from this width in the wall of a garage are its door, metres.
GARAGE = 2.1


def settle(openings: Openings, rooms: Rooms, closed: shapely.Geometry, sheet: Linework) -> Openings:
    """The openings with kinds, labels and heights as far as the drawing tells them.

    ``closed`` is the region of walls with their openings filled.
    """
    if not len(openings):
        return openings
    written = _codes(openings, sheet)
    outside = _outside(openings, closed)
    garage = _of_garage(openings, rooms)
    kinds, labels = list(openings.kind), list(openings.label)
    sill, head = openings.sill.copy(), openings.head.copy()
    for k in range(len(openings)):
        text, code = written.get(k, ("", None))
        labels[k] = labels[k] or text
        kinds[k] = _kind(openings, k, code, bool(outside[k]), bool(garage[k]))
        sill[k], head[k] = _heights(kinds[k], code, float(sill[k]), float(head[k]), was=openings.kind[k])
    return replace(openings, kind=tuple(kinds), label=tuple(labels), sill=sill, head=head)


def _kind(openings: Openings, k: int, code: Code | None, outside: bool, garage: bool) -> OpeningKind:
    kind, drawn = openings.kind[k], openings.layer[k] != "" or Evidence.DETECTOR in openings.evidence[k]
    if code is not None and code.kind is not None and not (kind.is_door and code.kind == OpeningKind.WINDOW):
        return code.kind
    if kind == OpeningKind.SLIDING_DOOR and outside and openings.confidence[k] <= SASHES:
        return OpeningKind.WINDOW
    bare = kind == OpeningKind.OPENING
    if bare and outside and garage and openings.width[k] >= GARAGE:
        return OpeningKind.OVERHEAD_DOOR
    if bare and drawn and outside:
        return OpeningKind.WINDOW
    if not outside and not kind.is_door and (code is not None or (bare and drawn)):
        return OpeningKind.SLIDING_DOOR
    return OpeningKind.OPENING if kind == OpeningKind.WINDOW and not drawn and not outside else kind


def _heights(
    kind: OpeningKind, code: Code | None, sill: float, head: float, *, was: OpeningKind
) -> tuple[float, float]:
    height = code.height if code is not None else None
    if kind == OpeningKind.WINDOW:
        if was != OpeningKind.WINDOW:
            sill = 0.9
        return (max(0.0, head - height) if height else sill), head
    return 0.0, height if height and height >= 1.8 else head


def _codes(openings: Openings, sheet: Linework) -> dict[int, tuple[str, Code]]:
    """For each opening the nearest size code that agrees with its width; each text speaks for one opening."""
    texts = sheet.texts
    read = [(row, code) for row, text in enumerate(texts.text) if (code := codes.read(text)) is not None]
    if not read:
        return {}
    rows = np.array([row for row, _ in read])
    widths = np.array([code.width for _, code in read])
    tree = shapely.STRtree(shapely.points(texts.center[rows]))
    reach = REACH + openings.width / 2
    opening, near = tree.query(shapely.points(openings.center), predicate="dwithin", distance=reach)
    fits = np.abs(widths[near] - openings.width[opening]) <= np.maximum(0.04, AGREES * openings.width[opening])
    opening, near = opening[fits], near[fits]
    distance = np.hypot(*(texts.center[rows[near]] - openings.center[opening]).T)
    taken: dict[int, tuple[str, Code]] = {}
    spent: set[int] = set()
    for k in np.argsort(distance, kind="stable"):
        o, c = int(opening[k]), int(near[k])
        if o not in taken and c not in spent:
            taken[o] = (texts.text[rows[c]].splitlines()[0].strip(), read[c][1])
            spent.add(c)
    return taken


def _beside(openings: Openings) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.object_]], ...]:
    """Points (n,) 0.4 m in front of each face of the openings."""
    across = left(openings.direction) * (openings.depth / 2 + 0.4)[:, None]
    return tuple(np.asarray(shapely.points(openings.center + side * across), dtype=np.object_) for side in (1, -1))


def _outside(openings: Openings, closed: shapely.Geometry) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """(n,) whether just one side of the opening is within the outer line of the walls."""
    hull = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts(closed))))
    shapely.prepare(hull)
    one, other = (np.asarray(shapely.contains(hull, points)) for points in _beside(openings))
    return np.asarray(one ^ other, dtype=np.bool_)


def _of_garage(openings: Openings, rooms: Rooms) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """(n,) whether a room beside the opening is named a garage."""
    found = np.zeros(len(openings), np.bool_)
    rows = [k for k, name in enumerate(rooms.name) if names_garage(name)]
    for points in _beside(openings):
        if rows:
            found[shapely.STRtree(rooms.footprint[rows]).query(points, predicate="within")[0]] = True
    return found
