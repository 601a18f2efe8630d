"""Openings that a detector saw, held against walls and against what the lines told of them.

A sighting counts where it fits an opening, a gap in a wall, or a wall: the box around the door or window that would
be there must be much the same as the one that was seen, on walls of any angle. Where it fits an opening that lines
told, it confirms it; a bare one becomes what was seen; of a window and a door the surer stays. Where it fits a gap or
a wall, it is an opening of its own. What has no wall is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.drafting.drafts import Draft, footprints, hand
from pipelines.geometry.pairs import left, rectangles
from pipelines.linework import Floats, Seen, Table
from pipelines.plan import Evidence, OpeningKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.walls import Network
    from pipelines.geometry.runs import Gaps
    from pipelines.linework import Ints, Sightings

    Rows = NDArray[np.intp]

KINDS: Final = {
    Seen.DOOR: OpeningKind.DOOR,
    Seen.DOUBLE_DOOR: OpeningKind.DOUBLE_DOOR,
    Seen.SLIDING_DOOR: OpeningKind.SLIDING_DOOR,
    Seen.WINDOW: OpeningKind.WINDOW,
}
#: How much of the two boxes must be common to both, of those with a swing and of flat ones.
FITS: Final = 0.4
FITS_FLAT: Final = 0.5
#: A flat box lies within its wall by this, metres.
ASIDE: Final = 0.12
#: What lies in an opening of its own sort by this share of its length confirms it though it is smaller.
WITHIN: Final = 0.8
#: Widths of openings, metres.
NARROWEST: Final = 0.4
WIDEST: Final = 6.0
#: A sighting this near to the end of its gap reaches to it, metres; so does a fifth of its width.
FRAME: Final = 0.16
#: Less sure than this, a sighting makes no opening of a gap, and cuts no wall that is drawn through.
SURE_IN_GAP: Final = 0.35
SURE: Final = 0.5
#: How far a wall that is drawn through counts beside a gap.
THROUGH: Final = 0.8


@dataclass(frozen=True, slots=True)
class _Hosts(Table):
    """Stretches of lines in which an opening may be: gaps, strips of walls, or openings."""

    origin: Floats  #: (n, 2)
    direction: Floats  #: (n, 2) unit
    begin: Floats  #: (n,) along the line
    finish: Floats
    depth: Floats
    run: Rows
    open: NDArray[np.bool_]  #: a gap


@dataclass(frozen=True, slots=True)
class _Fits(Table):
    """Sightings laid on hosts."""

    seen: Rows
    host: Rows
    begin: Floats  #: (n,) along the host's line
    finish: Floats
    side: Ints  #: (n,) to which the leaf swings: 1 left of the line, -1 right, 0 not known
    fit: Floats  #: (n,) 0..1


def settled(drafts: list[Draft], seen: Sightings, network: Network, gaps: Gaps) -> list[Draft]:
    """The openings, with those that were seen, in plan metres.

    Args:
        drafts: What lines and gaps told; they are changed.
        seen: What a detector saw, of any kind.
        network: The walls.
        gaps: Of the walls, whatever lies in them.
    """
    seen = seen.take(np.flatnonzero(np.isin(seen.kind, list(KINDS))))
    if not len(seen):
        return drafts
    used = _judge(drafts, seen)
    seen = seen.take(np.flatnonzero(~used))
    return drafts + _placed(seen, network, gaps, drafts)


def _judge(drafts: list[Draft], seen: Sightings) -> NDArray[np.bool_]:
    """Let the sightings that fit openings judge them; returns (n,) which did."""
    used = np.zeros(len(seen), np.bool_)
    if not drafts:
        return used
    hosts = _Hosts(
        origin=np.stack([draft.origin for draft in drafts]),
        direction=np.stack([draft.direction for draft in drafts]),
        begin=np.array([draft.begin for draft in drafts]),
        finish=np.array([draft.finish for draft in drafts]),
        depth=np.array([draft.depth for draft in drafts]),
        run=np.array([draft.run for draft in drafts], dtype=np.intp),
        open=np.ones(len(drafts), np.bool_),
    )
    seen_row, host = _near(seen, hosts)
    fits = _fitted(seen, seen_row, hosts, host, whole=True)
    within = _within(seen, fits, hosts)
    order = np.argsort(-(seen.score[fits.seen] * fits.fit), kind="stable")
    judged: set[int] = set()
    for row in order.tolist():
        k, draft = int(fits.seen[row]), drafts[fits.host[row]]
        kind, score = KINDS[Seen(int(seen.kind[k]))], float(seen.score[k])
        alike = kind.is_door == draft.kind.is_door and draft.kind != OpeningKind.OPENING
        if used[k] or (fits.fit[row] < _least(kind) and not (alike and within[row] >= WITHIN)):
            continue
        used[k] = True
        if int(fits.host[row]) in judged:
            continue
        judged.add(int(fits.host[row]))
        if fits.fit[row] >= _least(kind) and kind != draft.kind and _yields(draft, kind, score):
            draft.kind, draft.evidence = kind, tuple(dict.fromkeys([*_evidence(seen, k), *draft.evidence]))
            _hang(draft, seen, k, int(fits.side[row]))
        elif alike:
            draft.evidence = tuple(dict.fromkeys([*draft.evidence, *_evidence(seen, k)]))
            if draft.kind == kind and not draft.swing:
                _hang(draft, seen, k, int(fits.side[row]))
        else:
            continue
        draft.confidence = 1 - (1 - draft.confidence) * (1 - score / 2)
    return used


def _evidence(seen: Sightings, k: int) -> tuple[Evidence, ...]:
    """What a sighting was told by."""
    if seen.traced[k]:
        return (Evidence.SWING,)
    return (Evidence.DETECTOR,) if np.isnan(seen.hinge[k]).any() else (Evidence.DETECTOR, Evidence.SWING)


def _yields(draft: Draft, kind: OpeningKind, score: float) -> bool:
    """Whether what lines told gives way to another kind that was seen.

    A leaf and its arc are a door whatever else is there. A gap with nothing in it may have a door that was not
    recognised; a window would have shown its lines.
    """
    if kind == OpeningKind.WINDOW and Evidence.SWING in draft.evidence:
        return False
    return (draft.kind == OpeningKind.OPENING and kind.is_door) or score > draft.confidence


def _hang(draft: Draft, seen: Sightings, k: int, side: int) -> None:
    """Give a door the hinge and side that were seen, as far as they were."""
    draft.hinge = draft.swing = 0
    if draft.kind not in (OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR):
        return
    middle = draft.origin + draft.direction * (draft.begin + draft.finish) / 2
    draft.hinge, draft.swing = hand(draft.kind, seen.hinge[k], seen.tip[k], middle, draft.direction)
    draft.swing = draft.swing or side


def _placed(seen: Sightings, network: Network, gaps: Gaps, drafts: list[Draft]) -> list[Draft]:
    """Sightings in gaps and on walls as openings of their own, where none lies yet."""
    hosts = _hosts(network, gaps)
    if not len(seen) or not len(hosts):
        return []
    seen_row, host = _near(seen, hosts)
    fits = _fitted(seen, seen_row, hosts, host, whole=False)
    least = np.array([_least(KINDS[Seen(int(kind))]) for kind in seen.kind])
    gap = hosts.open[fits.host]
    wide = fits.finish - fits.begin
    sound = (fits.fit >= least[fits.seen]) & (wide >= NARROWEST) & (wide <= WIDEST)
    sure = seen.score[fits.seen] >= np.where(gap, SURE_IN_GAP, SURE)
    fits = fits.take(np.flatnonzero(sound & sure))
    worth = fits.fit * seen.score[fits.seen] * np.where(hosts.open[fits.host], 1.0, THROUGH)
    made: list[Draft] = []
    done: set[int] = set()
    for row in np.argsort(-worth, kind="stable").tolist():
        k = int(fits.seen[row])
        if k not in done:
            done.add(k)
            made.append(_draft(seen, fits, hosts, row, float(worth[row])))
    return _beside(made, drafts)


def _draft(seen: Sightings, fits: _Fits, hosts: _Hosts, row: int, worth: float) -> Draft:
    k, host = int(fits.seen[row]), int(fits.host[row])
    evidence = (*_evidence(seen, k), Evidence.GAP) if hosts.open[host] else _evidence(seen, k)
    draft = Draft(
        hosts.origin[host], hosts.direction[host], float(fits.begin[row]), float(fits.finish[row]),
        float(hosts.depth[host]), KINDS[Seen(int(seen.kind[k]))], 0, 0, int(hosts.run[host]), "", evidence, worth, (),
    )  # fmt: skip
    _hang(draft, seen, k, int(fits.side[row]))
    return draft


def _beside(made: list[Draft], drafts: list[Draft]) -> list[Draft]:
    """Those of ``made``, the surest first, that lie neither on ``drafts`` nor on each other."""
    shapes = footprints([*drafts, *made])
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    area = shapely.area(shapes)
    common = shapely.area(shapely.intersection(shapes[i], shapes[j]))
    clash = (i < j) & (common > 0.1 * np.minimum(area[i], area[j]))
    kept = np.ones(len(shapes), np.bool_)
    for a, b in sorted(zip(i[clash].tolist(), j[clash].tolist(), strict=True)):
        # What was told before stays, however many lie on it.
        if b >= len(drafts) and kept[a]:
            kept[b] = False
    return [draft for k, draft in enumerate(made, len(drafts)) if kept[k]]


def _hosts(network: Network, gaps: Gaps) -> _Hosts:
    """Gaps, and the strips of walls."""
    runs, strips = network.runs, network.strips
    run = np.concatenate([gaps.run, network.run])
    ends = [np.einsum("ij,ij->i", at - runs.origin[network.run], runs.direction[network.run])
            for at in (strips.start, strips.end)]  # fmt: skip
    return _Hosts(
        origin=runs.origin[run],
        direction=runs.direction[run],
        begin=np.concatenate([gaps.begin, np.minimum(*ends)]),
        finish=np.concatenate([gaps.finish, np.maximum(*ends)]),
        depth=np.concatenate([gaps.depth, strips.thickness]),
        run=run,
        open=np.arange(len(run)) < len(gaps),
    )


def _near(seen: Sightings, hosts: _Hosts) -> tuple[Rows, Rows]:
    """Pairs of sightings and hosts that touch."""
    bands = rectangles(
        hosts.origin + hosts.direction * hosts.begin[:, None],
        hosts.origin + hosts.direction * hosts.finish[:, None],
        hosts.depth,
    )
    boxes = np.asarray(shapely.box(*seen.low.T, *seen.high.T), dtype=np.object_)
    row, host = shapely.STRtree(bands).query(boxes, predicate="intersects")
    return row, host


def _fitted(seen: Sightings, row: Rows, hosts: _Hosts, host: Rows, *, whole: bool) -> _Fits:
    """How sightings lie on hosts: in all of the host, or in that part of it where they are."""
    origin, direction, depth = hosts.origin[host], hosts.direction[host], hosts.depth[host]
    kind = seen.kind[row]
    flat = np.isin(kind, (Seen.SLIDING_DOOR, Seen.WINDOW))
    reach = np.where(flat, 0.0, np.where(kind == Seen.DOUBLE_DOOR, 0.5, 1.0))
    size, middle = (seen.high - seen.low)[row], (seen.high + seen.low)[row] / 2
    u, v = _frame(middle, origin, direction)
    wide = _width(size, np.abs(direction), depth, reach)
    begin, finish = u - wide / 2, u + wide / 2
    hung = ~np.isnan(seen.hinge[row]).any(axis=1) & (kind == Seen.DOOR)
    begin, finish = _by_hinge(seen, row, origin, direction, (begin, finish), hung)
    low, high = hosts.begin[host], hosts.finish[host]
    own = np.stack([begin, finish], axis=1)
    if whole:
        begin, finish = low, high
    else:
        snap = np.maximum(FRAME, 0.2 * wide)
        gap = hosts.open[host]
        begin = np.where(gap & (np.abs(begin - low) <= snap), low, np.maximum(begin, low))
        finish = np.where(gap & (np.abs(finish - high) <= snap), high, np.minimum(finish, high))
    fit, side = _fit(seen, row, (origin, direction, depth), (begin, finish), reach)
    common = np.minimum(finish, own[:, 1]) - np.maximum(begin, own[:, 0])
    along = common / np.maximum(np.maximum(finish, own[:, 1]) - np.minimum(begin, own[:, 0]), 1e-9)
    fit = np.where(flat, np.where(np.abs(v) <= depth / 2 + ASIDE, np.clip(along, 0.0, 1.0), 0.0), fit)
    return _Fits(row, host, begin, finish, np.where(flat, 0, side).astype(np.int32), fit)


def _frame(points: Floats, origin: Floats, direction: Floats) -> tuple[Floats, Floats]:
    """Coordinates along and across lines."""
    offset = points - origin
    return np.einsum("ij,ij->i", offset, direction), np.einsum("ij,ij->i", offset, left(direction))


def _width(size: Floats, lean: Floats, depth: Floats, reach: Floats) -> Floats:
    """How wide an opening is whose box has this size, in walls of these directions (their absolute components).

    The box of a rectangle a by b, turned, has a c + b s and a s + b c as its sides: their sum tells a where b is known.
    """
    square = lean.min(axis=1) < 0.05
    straight = np.where(lean[:, 0] > lean[:, 1], size[:, 0], size[:, 1])
    across = depth * np.where(reach > 0, 0.75, 1.0)
    turned = (size.sum(axis=1) / np.maximum(lean.sum(axis=1), 1e-9) - across) / (1 + reach)
    return np.asarray(np.maximum(np.where(square, straight, turned), 0.05), dtype=np.float64)


def _by_hinge(
    seen: Sightings, row: Rows, origin: Floats, direction: Floats, span: tuple[Floats, Floats], hung: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Begin and end of a door: where its hinge is known, from there as far as its leaf is long."""
    hinge, _ = _frame(seen.hinge[row], origin, direction)
    leaf = np.hypot(*(seen.tip - seen.hinge)[row].T)
    other = np.where(hinge < (span[0] + span[1]) / 2, hinge + leaf, hinge - leaf)
    begin, finish = np.minimum(hinge, other), np.maximum(hinge, other)
    return np.where(hung, begin, span[0]), np.where(hung, finish, span[1])


def _fit(
    seen: Sightings, row: Rows, line: tuple[Floats, Floats, Floats], span: tuple[Floats, Floats], reach: Floats
) -> tuple[Floats, Ints]:
    """Share that the box of the door that would be there has in common with the one seen; the side it swings to."""
    origin, direction, depth = line
    across = left(direction)
    a, b = (origin + direction * t[:, None] for t in span)
    swept = (span[1] - span[0]) * reach + depth / 4
    shares = []
    for way in (1.0, -1.0):
        corners = np.stack([end + across * far[:, None] for end in (a, b) for far in (-way * depth / 2, way * swept)])
        low, high = corners.min(axis=0), corners.max(axis=0)
        common = np.clip(np.minimum(high, seen.high[row]) - np.maximum(low, seen.low[row]), 0, None).prod(axis=1)
        union = (high - low).prod(axis=1) + (seen.high - seen.low)[row].prod(axis=1) - common
        shares.append(common / np.maximum(union, 1e-9))
    one, other = shares
    side = np.where(np.abs(one - other) < 0.05, 0, np.where(one > other, 1, -1))
    return np.maximum(one, other), side.astype(np.int32)


def _within(seen: Sightings, fits: _Fits, hosts: _Hosts) -> Floats:
    """(n,) share of each sighting, along the line, that lies within its host."""
    at = fits.host
    corners = np.stack([seen.low, seen.high], axis=1)[fits.seen]
    every = np.stack([np.stack([corners[:, i, 0], corners[:, j, 1]], axis=1) for i in (0, 1) for j in (0, 1)])
    t = np.stack([_frame(corner, hosts.origin[at], hosts.direction[at])[0] for corner in every])
    low, high = t.min(axis=0), t.max(axis=0)
    common = np.minimum(high, hosts.finish[at]) - np.maximum(low, hosts.begin[at])
    return np.asarray(np.clip(common / np.maximum(high - low, 1e-9), 0.0, 1.0), dtype=np.float64)


def _least(kind: OpeningKind) -> float:
    """How well a sighting must fit."""
    return FITS_FLAT if kind in (OpeningKind.WINDOW, OpeningKind.SLIDING_DOOR) else FITS
