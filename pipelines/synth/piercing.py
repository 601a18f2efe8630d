"""Openings in a draft: doors so that every room is reached, windows to the outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.plan import OpeningKind, WallKind
from pipelines.synth.layout import Opening

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.synth.layout import Draft

#: From where a building is entered, first choice first.
HUBS = ("lobby", "corridor", "hall", "living_room", "open_office", "kitchen")
#: Rooms through which one does not pass.
ENDS = frozenset({"closet", "wc", "bathroom", "storage", "wardrobe", "utility", "copy", "server", "shaft"})
#: Wall left between an opening and what it is next to, metres.
MARGIN = 0.08


@dataclass(slots=True)
class _Site:
    """The draft with what is free of it."""

    draft: Draft
    rng: np.random.Generator
    room: list[shapely.Polygon]
    taken: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    swept: list[shapely.Polygon] = field(default_factory=list)

    def spans(self, edge: int) -> list[tuple[float, float]]:
        """The parts of an edge where an opening may be."""
        low, high = self.draft.pieces.clear[edge]
        found, at = [], float(low) + MARGIN
        for begin, finish in sorted(self.taken.get(edge, [])):
            found.append((at, begin - 2 * MARGIN))
            at = finish + 2 * MARGIN
        return [*found, (at, float(high) - MARGIN)]

    def widest(self, edge: int) -> tuple[float, float]:
        """The longest of them."""
        return max(self.spans(edge), key=lambda span: span[1] - span[0])

    def put(self, edge: int, at: float, width: float, kind: OpeningKind, hinge: int = 0, swing: int = 0) -> None:
        """Cut an opening."""
        self.draft.openings.append(Opening(edge, at, width, kind, hinge, swing))
        self.taken.setdefault(edge, []).append((at - width / 2, at + width / 2))


def pierce(rng: np.random.Generator, draft: Draft, *, level: int) -> None:
    """Put doors and windows into a draft; what can't be reached stays so (``sound`` tells)."""
    site = _Site(draft, rng, draft.free())
    hub = _hub(draft)
    _connect(site, hub)
    if level == 0:
        _enter(site, hub)
    _light(site)


def _hub(draft: Draft) -> int:
    for use in HUBS:
        found = [k for k, each in enumerate(draft.uses) if each == use]
        if found:
            return max(found, key=lambda k: draft.cells[k].area)
    return max(range(len(draft.uses)), key=lambda k: draft.cells[k].area)


def _borders(site: _Site, least: float) -> dict[tuple[int, int], list[int]]:
    """Pairs of rooms with the edges between them that take a door, the longest first."""
    graph = site.draft.graph
    found: dict[tuple[int, int], list[int]] = {}
    for edge in np.flatnonzero(~graph.outer):
        low, high = site.widest(int(edge))
        if high - low >= least:
            one, other = sorted(int(side) for side in graph.sides[edge])
            found.setdefault((one, other), []).append(int(edge))
    for edges in found.values():
        edges.sort(key=lambda edge: np.subtract(*site.widest(edge)))
    return found


def _cost(uses: tuple[str, str], rng: np.random.Generator) -> float:
    one, other = uses
    if "shaft" in uses:
        return 99.0
    if "closet" in uses:
        return 1.0 if {"bedroom", "kids_room"} & set(uses) else 60.0
    cost = 1.0 + float(rng.random())
    for use in uses:
        if use in ENDS:
            cost += 2.0
        if use in ("hall", "corridor", "lobby"):
            cost -= 1.0
    if set(uses) == {"living_room", "kitchen"}:
        cost -= 0.5
    if "garage" in uses:
        cost += 3.0
    return cost + (6.0 if one in ENDS and other in ENDS else 0.0)


def _connect(site: _Site, hub: int) -> None:
    """A tree of doors from the hub, then a few more."""
    uses = site.draft.uses
    borders = _borders(site, 0.62)
    costs = {pair: _cost((uses[pair[0]], uses[pair[1]]), site.rng) for pair in borders}
    reached = {hub}
    linked: set[tuple[int, int]] = set()
    while True:
        steps = []
        for pair in borders:
            inside = [k for k in pair if k in reached]
            if len(inside) == 1:
                through = 8.0 if uses[inside[0]] in ENDS else 0.0
                steps.append((costs[pair] + through, pair, inside[0]))
        if not steps:
            break
        _, pair, source = min(steps)
        target = pair[1] if source == pair[0] else pair[0]
        _join(site, borders[pair][0], source, target)
        linked.add(pair)
        reached.add(target)
    for pair in sorted(borders):
        if pair not in linked and costs[pair] < 2.0 and site.rng.random() < 0.18:
            _join(site, borders[pair][0], *pair)


def _join(site: _Site, edge: int, source: int, target: int) -> None:
    uses = frozenset((site.draft.uses[source], site.draft.uses[target]))
    low, high = site.widest(edge)
    kind, width = _door(site.rng, uses, high - low)
    _hang(site, edge, kind, width, into=target)


def _door(rng: np.random.Generator, uses: frozenset[str], room: float) -> tuple[OpeningKind, float]:
    """What closes the way between two rooms, and how wide, within ``room`` metres of wall."""
    kinds = {OpeningKind.DOOR: 1.0}
    if "closet" in uses:
        kinds = {OpeningKind.SLIDING_DOOR: 0.5, OpeningKind.FOLDING_DOOR: 0.3, OpeningKind.DOUBLE_DOOR: 0.2}
    elif "stairs" in uses:
        kinds = {OpeningKind.OPENING: 0.6, OpeningKind.DOOR: 0.4}
    elif uses <= {"living_room", "kitchen", "dining_room", "hall"}:
        kinds = {
            OpeningKind.DOOR: 0.5,
            OpeningKind.OPENING: 0.25,
            OpeningKind.DOUBLE_DOOR: 0.13,
            OpeningKind.SLIDING_DOOR: 0.12,
        }
    elif uses & {"lobby", "meeting", "open_office"}:
        kinds = {OpeningKind.DOOR: 0.75, OpeningKind.DOUBLE_DOOR: 0.25}
    elif uses & {"bathroom", "wc", "utility"}:
        kinds = {OpeningKind.DOOR: 0.93, OpeningKind.SLIDING_DOOR: 0.07}
    wide = {OpeningKind.DOUBLE_DOOR: 1.2, OpeningKind.SLIDING_DOOR: 0.75, OpeningKind.FOLDING_DOOR: 0.75}
    fitting = {kind: weight for kind, weight in kinds.items() if room >= wide.get(kind, 0.6)} or {OpeningKind.DOOR: 1.0}
    names = list(fitting)
    weights = np.array([fitting[kind] for kind in names])
    kind = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    small = bool(uses & {"bathroom", "wc", "storage", "utility"})
    choices = {
        OpeningKind.DOOR: (0.6, 0.7, 0.75, 0.8) if small else (0.75, 0.8, 0.8, 0.85, 0.9, 0.9, 1.0),
        OpeningKind.DOUBLE_DOOR: (1.2, 1.4, 1.5, 1.6, 1.8),
        OpeningKind.SLIDING_DOOR: (0.8, 0.9, 1.5, 1.6, 1.8) if "closet" not in uses else (1.2, 1.5, 1.8, 2.0),
        OpeningKind.FOLDING_DOOR: (0.8, 1.2, 1.5),
        OpeningKind.OPENING: (0.8, 0.9, 1.0, 1.2, 1.5),
    }[kind]
    width = float(rng.choice([size for size in choices if size <= room] or [room]))
    return kind, width


def _hang(site: _Site, edge: int, kind: OpeningKind, width: float, *, into: int) -> None:
    """Put a door where its leaf has room: near an end of the wall or in its middle, swinging into a room first."""
    rng, graph = site.rng, site.draft.graph
    low, high = site.widest(edge)
    slack = high - low - width
    inward = 1 if graph.sides[edge, 0] == into else -1
    near = min(slack, float(rng.choice([0.0, 0.02, 0.1])))
    places = [near, slack - near, slack / 2]
    rng.shuffle(places)
    if rng.random() < 0.55:
        places.sort(key=lambda place: abs(place - near))
    best: tuple[float, int, int] | None = None
    for swing in (inward, -inward):
        for place in places:
            at = low + place + width / 2
            for hinge in (-1, 1) if place <= slack / 2 else (1, -1):
                if best is None:
                    best = (at, hinge, swing)
                if kind in (OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR) and _clear(site, edge, at, width, swing):
                    _settle(site, edge, at, width, kind, hinge, swing)
                    return
    assert best is not None
    _settle(site, edge, best[0], width, kind, best[1], best[2])


def _settle(site: _Site, edge: int, at: float, width: float, kind: OpeningKind, hinge: int, swing: int) -> None:
    swings = kind in (OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR)
    site.put(edge, at, width, kind, hinge if kind == OpeningKind.DOOR else 0, swing if swings else 0)
    if swings:
        site.swept.append(_swept(site, edge, at, width, swing))


def _swept(site: _Site, edge: int, at: float, width: float, swing: int) -> shapely.Polygon:
    graph = site.draft.graph
    direction = graph.direction[edge]
    across = np.array([-direction[1], direction[0]]) * swing
    base = graph.lines[edge, 0] + direction * at + across * graph.thickness[edge] / 2
    return _rectangle(base - direction * width / 2, direction * width, across * width)


def _rectangle(corner: Floats, x: Floats, y: Floats) -> shapely.Polygon:
    return shapely.Polygon([corner, corner + x, corner + x + y, corner + y])


def _clear(site: _Site, edge: int, at: float, width: float, swing: int) -> bool:
    """Whether the leaf swings within its room and meets no other leaf."""
    side = int(site.draft.graph.sides[edge, 0 if swing > 0 else 1])
    swept = shapely.buffer(_swept(site, edge, at, width, swing), -0.02)
    if side < 0 or not shapely.contains(site.room[side], swept):
        return False
    return not any(shapely.intersects(swept, other) for other in site.swept)


def _enter(site: _Site, hub: int) -> None:
    """The front door, into the hub or the first room that has an outer wall; and a garage's door."""
    draft = site.draft
    graph, uses = draft.graph, draft.uses
    order = [hub, *sorted(range(len(uses)), key=lambda k: HUBS.index(uses[k]) if uses[k] in HUBS else 9)]
    for room in order:
        edges = [int(e) for e in np.flatnonzero(graph.outer) if room in graph.sides[e]]
        edges = [e for e in edges if np.subtract(*site.widest(e)[::-1]) >= 1.0]
        if not edges or uses[room] in ENDS or uses[room] in ("garage", "stairs"):
            continue
        edge = edges[int(site.rng.integers(len(edges)))]
        low, high = site.widest(edge)
        office = uses[room] in ("lobby", "open_office", "corridor")
        double = high - low > 1.9 and site.rng.random() < (0.8 if office else 0.1)
        width = float(site.rng.choice([1.5, 1.6, 1.8] if double else [0.9, 0.9, 1.0]))
        _hang(site, edge, OpeningKind.DOUBLE_DOOR if double else OpeningKind.DOOR, width, into=room)
        break
    for room in [k for k, use in enumerate(uses) if use == "garage"]:
        edges = sorted(
            (int(e) for e in np.flatnonzero(graph.outer) if room in graph.sides[e]),
            key=lambda e: np.subtract(*site.widest(e)),
        )
        low, high = site.widest(edges[0])
        fit = [width for width in (2.4, 2.75, 4.9) if width <= high - low]
        if fit:
            site.put(edges[0], (low + high) / 2, fit[-1], OpeningKind.OVERHEAD_DOOR)


def _light(site: _Site) -> None:
    """Windows, and doors to the garden, in the outer walls of rooms that have them."""
    graph, rng = site.draft.graph, site.rng
    for edge in np.flatnonzero(graph.outer):
        if graph.kind[edge] == WallKind.GLASS:
            continue
        use = site.draft.uses[int(graph.sides[edge].max())]
        chance = {"closet": 0.0, "garage": 0.3, "stairs": 0.4, "storage": 0.2, "shaft": 0.0, "wardrobe": 0.3}
        for low, high in site.spans(int(edge)):
            room = high - low
            if room < 0.7 or rng.random() > chance.get(use, 0.88):
                continue
            count = 1 if room < 4.5 else 2 if room < 8 else max(2, int(room / 3.2))
            share = room / count
            for k in range(count):
                small = use in ("bathroom", "wc", "utility", "stairs")
                width = float(rng.choice([0.6, 0.6, 0.8, 0.9] if small else [0.9, 1.2, 1.2, 1.5, 1.8, 2.1, 2.4]))
                width = width if width <= share - 0.3 else round(share - 0.15, 1)
                if width < 0.45:
                    continue
                spare = share - width
                at = low + share * k + spare * float(rng.choice([0.5, 0.5, rng.uniform(0.15, 0.85)])) + width / 2
                patio = use == "living_room" and width >= 1.5 and rng.random() < 0.3
                site.put(int(edge), at, width, OpeningKind.SLIDING_DOOR if patio else OpeningKind.WINDOW)
