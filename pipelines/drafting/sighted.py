"""Openings that a detector saw, held against walls and against what the lines told of them.

A sighting counts where it fits an opening, a gap in a wall, or a wall: the box around the door or window that would
be there must be much the same as the one that was seen, on walls of any angle. Where it fits an opening that lines
told, it confirms it; a bare one becomes what was seen; of a window and a door the surer stays. Where it fits a gap, a
wall, or has a wall at both of its ends, it is an opening of its own. What has no wall is dropped; so is, where walls
were drawn and not traced, what would cut one without a line that bears it out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.drafting import backing
from pipelines.drafting.drafts import Draft, footprints, hand
from pipelines.drafting.laying import FRAME, Fits, Hosts, jambs, known, laid, lines, near, within
from pipelines.linework import Seen
from pipelines.plan import Evidence, OpeningKind

if TYPE_CHECKING:
    from pipelines.drafting.walls import Network
    from pipelines.geometry.runs import Gaps
    from pipelines.linework import Bools, Floats, Linework, Sightings

KINDS: Final = {
    Seen.DOOR: OpeningKind.DOOR,
    Seen.DOUBLE_DOOR: OpeningKind.DOUBLE_DOOR,
    Seen.SLIDING_DOOR: OpeningKind.SLIDING_DOOR,
    Seen.WINDOW: OpeningKind.WINDOW,
}
#: How much of the two boxes must be common to both, of those with a swing and of flat ones.
FITS: Final = 0.4
FITS_FLAT: Final = 0.5
#: The same where only the sighting tells the line.
FITS_BETWEEN: Final = 0.6
#: What lies in an opening of its own sort by this share of its length confirms it though it is smaller.
WITHIN: Final = 0.8
#: Widths of openings, metres.
NARROWEST: Final = 0.4
WIDEST: Final = 6.0
#: Less sure than this, a sighting makes no opening of a gap, and cuts no wall that is drawn through.
SURE_IN_GAP: Final = 0.35
SURE: Final = 0.5
#: What a wall that is drawn through counts beside a gap, and what the line between two walls does.
THROUGH: Final = 0.8
BETWEEN: Final = 0.7
#: From this share on, what an opening lies in is a wall.
BUILT: Final = 0.5


def settled(drafts: list[Draft], sheet: Linework, network: Network, gaps: Gaps) -> list[Draft]:
    """The openings, with those that were seen, in plan metres.

    Args:
        drafts: What lines and gaps told; they are changed.
        sheet: The lines, and what a detector saw, of any kind.
        network: The walls.
        gaps: Of the walls, whatever lies in them.
    """
    seen = sheet.sightings.take(np.flatnonzero(np.isin(sheet.sightings.kind, list(KINDS))))
    if not len(seen):
        return drafts
    used = _judge(drafts, seen)
    seen = seen.take(np.flatnonzero(~used))
    return drafts + _placed(sheet, seen, network, gaps, drafts)


def _judge(drafts: list[Draft], seen: Sightings) -> Bools:
    """Let the sightings that fit openings judge them; returns (n,) which did."""
    used = np.zeros(len(seen), np.bool_)
    if not drafts:
        return used
    hosts = Hosts(
        origin=np.stack([draft.origin for draft in drafts]),
        direction=np.stack([draft.direction for draft in drafts]),
        begin=np.array([draft.begin for draft in drafts]),
        finish=np.array([draft.finish for draft in drafts]),
        depth=np.array([draft.depth for draft in drafts]),
        run=np.array([draft.run for draft in drafts], dtype=np.intp),
        open=np.ones(len(drafts), np.bool_),
    )
    fits = laid(seen, hosts, near(seen, hosts), whole=True)
    inside = within(seen, fits, hosts)
    order = np.argsort(-(seen.score[fits.seen] * fits.fit), kind="stable")
    judged: set[int] = set()
    for row in order.tolist():
        k, draft = int(fits.seen[row]), drafts[fits.host[row]]
        kind, score = KINDS[Seen(int(seen.kind[k]))], float(seen.score[k])
        alike = kind.is_door == draft.kind.is_door and draft.kind != OpeningKind.OPENING
        if used[k] or (fits.fit[row] < _least(kind) and not (alike and inside[row] >= WITHIN)):
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
    return (Evidence.DETECTOR,) if np.isnan(seen.tip[k]).any() else (Evidence.DETECTOR, Evidence.SWING)


def _yields(draft: Draft, kind: OpeningKind, score: float) -> bool:
    """Whether what lines told gives way to another kind that was seen.

    A leaf and its arc are a door whatever else is there. A gap with nothing in it may have a door that was not
    recognised; a window or a sliding door would have shown its lines.
    """
    if kind == OpeningKind.WINDOW and Evidence.SWING in draft.evidence:
        return False
    hinged = kind in (OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR)
    return (draft.kind == OpeningKind.OPENING and hinged) or score > draft.confidence


def _hang(draft: Draft, seen: Sightings, k: int, side: int) -> None:
    """Give a door the hinge and side that were seen, as far as they were."""
    draft.hinge = draft.swing = 0
    if draft.kind not in (OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR):
        return
    middle = draft.origin + draft.direction * (draft.begin + draft.finish) / 2
    tip = seen.tip[k]
    if np.isnan(tip).any():
        tip = seen.hinge[k] + side * np.array([-draft.direction[1], draft.direction[0]])
    draft.hinge, draft.swing = hand(draft.kind, seen.hinge[k], tip, middle, draft.direction)
    draft.swing = side if np.isnan(seen.tip[k]).any() else draft.swing


def _placed(sheet: Linework, seen: Sightings, network: Network, gaps: Gaps, drafts: list[Draft]) -> list[Draft]:
    """Sightings in gaps, on walls and between walls as openings of their own, where none lies yet."""
    if not len(seen) or not len(network.strips):
        return []
    held = known(network, gaps)
    one = laid(seen, held, near(seen, held), whole=False)
    free, pairs = lines(seen, network)
    other, covered = _between(laid(seen, free, pairs, whole=False), free, network)
    hosts = Hosts.joined([held, free])
    fits = Fits.joined([one, replace(other, host=other.host + len(held))])
    in_gap = held.open[one.host]
    built = np.concatenate([~in_gap, covered >= BUILT])
    value = np.concatenate([np.where(in_gap, 1.0, THROUGH), np.full(len(other), BETWEEN)])
    least = np.array([_least(KINDS[Seen(int(kind))]) for kind in seen.kind])[fits.seen]
    least[len(one) :] = FITS_BETWEEN
    wide, score = fits.finish - fits.begin, seen.score[fits.seen]
    sound = (fits.fit >= least) & (wide >= NARROWEST) & (wide <= WIDEST)
    rows = np.flatnonzero(sound & (score >= np.where(built, SURE, SURE_IN_GAP)))
    rows = rows[~built[rows] | backing.shown(sheet, seen, fits.take(rows), hosts)]
    fits, built, worth = fits.take(rows), built[rows], (fits.fit * score * value)[rows]
    made: list[Draft] = []
    done: set[int] = set()
    for row in np.argsort(-worth, kind="stable").tolist():
        k = int(fits.seen[row])
        if k not in done:
            done.add(k)
            made.append(_draft(seen, fits, hosts, row, float(worth[row]), gap=not built[row]))
    return _beside(made, drafts)


def _between(fits: Fits, hosts: Hosts, network: Network) -> tuple[Fits, Floats]:
    """The fits that have walls at both ends, made to reach them; and which share of each a wall covers."""
    low, high, covered = jambs(fits, hosts, network.whole)
    rows = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
    fits, low, high = fits.take(rows), low[rows], high[rows]
    # Farther than a frame there is something else: a side light, a panel.
    begin, finish = fits.begin - np.where(low <= FRAME, low, 0.0), fits.finish + np.where(high <= FRAME, high, 0.0)
    return replace(fits, begin=begin, finish=finish), covered[rows]


def _draft(seen: Sightings, fits: Fits, hosts: Hosts, row: int, worth: float, *, gap: bool) -> Draft:
    k, host = int(fits.seen[row]), int(fits.host[row])
    evidence = (*_evidence(seen, k), Evidence.GAP) if gap else _evidence(seen, k)
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


def _least(kind: OpeningKind) -> float:
    """How well a sighting must fit."""
    return FITS_FLAT if kind in (OpeningKind.WINDOW, OpeningKind.SLIDING_DOOR) else FITS
