"""Openings: marks laid on the gaps of walls, and on walls drawn through.

A gap with a mark in it is that door or window; a gap crossed by glazing lines is a window; a gap between two equal
wall ends with nothing in it is a bare opening. A mark on a wall without a gap cuts its own. A mark between the
flanks of two walls (a door as wide as its corridor) stands on its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.meaning import built
from pipelines.drafting.roomwords import names_garage
from pipelines.geometry.areas import joined, parts
from pipelines.geometry.pairs import dots, left, rectangles, segments, unit
from pipelines.geometry.region import covered
from pipelines.geometry.runs import Gaps, gaps_of
from pipelines.plan import OpeningKind, Openings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.marks import Marks
    from pipelines.drafting.walls import Network
    from pipelines.linework import Bools, Floats, Ints, Linework

#: Width of gaps that may be openings, metres.
NARROWEST, WIDEST = 0.35, 6.4
#: Marks less sure than this say which way a leaf stands, not that a wall is cut.
DOUBTFUL = 0.5
#: From this share of its area on a gap is built over.
BUILT = 0.2
#: Width of bare openings: nothing but the gap speaks for them.
BARE = (0.6, 2.4)
#: In the walls of a garage they may be as wide as its door, metres.
GARAGE = 6.0
#: A garage's name is written within this of its door, metres.
NAMED = 9.0
#: A mark this near to the end of its gap reaches to it (frames and stops), metres; so does a fifth of its width.
FRAME = 0.16
#: A run without a strip of this length is a row of posts, metres.
STUB = 0.6
#: What is left of a gap beside its mark is a thing of its own from this width on, metres.
LEFTOVER = 0.3


@dataclass(frozen=True, slots=True)
class Heights:
    """Where doors and windows end, metres above the floor."""

    door_head: float = 2.1
    window_sill: float = 0.9
    window_head: float = 2.1


@dataclass(slots=True)
class _Draft:
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
    confidence: float
    handles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """Marks laid on lines: row ``mark`` covers ``begin .. finish`` of run ``run``, within gap ``gap`` or none."""

    mark: NDArray[np.intp]
    run: NDArray[np.intp]
    gap: NDArray[np.intp]  #: -1: in the wall itself
    begin: Floats
    finish: Floats
    score: Floats


def find(
    sheet: Linework, network: Network, marks: Marks, heights: Heights, *, pillars: NDArray[np.object_]
) -> tuple[Openings, Ints]:
    """The openings of a view in plan metres, and (n,) the run that each lies on, -1 for none.

    ``pillars`` (k,) are its columns: where one stands in the line of a wall, the gap ends at it.
    """
    built = joined(np.concatenate([parts(network.whole), pillars]))
    gaps = _free(gaps_of(network.runs, network.strips, network.run, built, low=NARROWEST, high=WIDEST), network)
    placed = _best(_place(marks, network, gaps), marks)
    drafts: list[_Draft] = []
    used = np.zeros(len(gaps), np.bool_)
    order = np.argsort(placed.gap, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(placed.gap[order])) + 1) if len(order) else []:
        gap = int(placed.gap[rows[0]])
        if gap < 0:
            drafts += [_through(marks, network, placed, int(row)) for row in rows]
        else:
            used[gap] = True
            drafts += _fill(marks, network, gaps, placed, rows)
    drafts += _standing(marks, network, placed)
    drafts = _apart(drafts)
    taken = _rectangles(drafts)
    free = np.flatnonzero(~used)
    drafts += _glazed(sheet, network, gaps, free, taken)
    drafts = _apart(drafts)
    return _table(drafts, heights), np.asarray([draft.run for draft in drafts], dtype=np.int32)


def _free(gaps: Gaps, network: Network) -> Gaps:
    """The gaps through which no wall runs: a pier seen across looks past the thinner wall that it ends."""
    a = network.runs.origin[gaps.run] + network.runs.direction[gaps.run] * gaps.begin[:, None]
    b = network.runs.origin[gaps.run] + network.runs.direction[gaps.run] * gaps.finish[:, None]
    return gaps.take(covered(rectangles(a, b, gaps.depth), parts(network.whole)) < BUILT)


def _project(points: Floats, origin: Floats, direction: Floats) -> tuple[Floats, Floats]:
    """Coordinates along and across the lines."""
    offset = points - origin
    return (
        np.einsum("ij,ij->i", offset, direction),
        np.einsum("ij,ij->i", offset, left(direction)),
    )


def _place(marks: Marks, network: Network, gaps: Gaps) -> _Placed:
    """Every way to lay a mark on a gap or on a wall, with a score."""
    runs, strips = network.runs, network.strips
    nothing = np.zeros(0, np.intp)
    if not len(marks) or not len(strips):
        return _Placed(nothing, nothing, nothing, np.zeros(0), np.zeros(0), np.zeros(0))
    lines = segments(marks.start, marks.end)
    gap_a = runs.origin[gaps.run] + runs.direction[gaps.run] * gaps.begin[:, None]
    gap_b = runs.origin[gaps.run] + runs.direction[gaps.run] * gaps.finish[:, None]
    targets = np.concatenate([rectangles(gap_a, gap_b, gaps.depth), strips.rectangles()])
    run = np.concatenate([gaps.run, network.run])
    gap = np.concatenate([np.arange(len(gaps)), np.full(len(strips), -1)])
    depth = np.concatenate([gaps.depth, strips.thickness])
    ends_a, _ = _project(np.concatenate([gap_a, strips.start]), runs.origin[run], runs.direction[run])
    ends_b, _ = _project(np.concatenate([gap_b, strips.end]), runs.origin[run], runs.direction[run])
    low, high = np.minimum(ends_a, ends_b), np.maximum(ends_a, ends_b)
    mark, target = shapely.STRtree(targets).query(lines, predicate="dwithin", distance=0.12)
    u0, v0 = _project(marks.start[mark], runs.origin[run[target]], runs.direction[run[target]])
    u1, v1 = _project(marks.end[mark], runs.origin[run[target]], runs.direction[run[target]])
    begin, finish = np.minimum(u0, u1), np.maximum(u0, u1)
    wide = np.hypot(*(marks.end - marks.start)[mark].T)
    skew = np.abs(v1 - v0) / np.maximum(wide, 1e-9)
    across = np.abs(v0 + v1) / 2
    common = np.minimum(finish, high[target]) - np.maximum(begin, low[target])
    in_gap = gap[target] >= 0
    shorter = np.minimum(wide, high[target] - low[target])
    keep = (
        (skew < 0.2)
        & (across <= depth[target] / 2 + np.where(in_gap, 0.1, 0.06))
        & (common >= np.where(in_gap, 0.5 * shorter, 0.75 * wide))
        # A leaf that stands open along a wall is no door in it.
        & (in_gap | (marks.confidence[mark] >= DOUBTFUL))
    )
    # A gap's fit counts both ways; a wall drawn through is a weaker sign than a gap.
    whole = np.maximum(finish, high[target]) - np.minimum(begin, low[target])
    fit = np.where(in_gap, 0.5 + 0.5 * common / whole, 0.35 * common / wide)
    score = marks.confidence[mark] * fit - across - skew
    rows = np.flatnonzero(keep)
    return _Placed(mark[rows], run[target[rows]], gap[target[rows]], begin[rows], finish[rows], score[rows])


def _best(placed: _Placed, marks: Marks) -> _Placed:
    """One place for each group of marks: the best."""
    group = marks.group[placed.mark]
    order = np.lexsort((-placed.score, group))
    head = order[np.flatnonzero(np.append(True, group[order][1:] != group[order][:-1]))] if len(order) else order
    columns = {name: getattr(placed, name)[head] for name in _Placed.__slots__}
    return _Placed(**columns)


def _draft(marks: Marks, network: Network, mark: int, run: int, begin: float, finish: float, depth: float) -> _Draft:
    origin, direction = network.runs.origin[run], network.runs.direction[run]
    hinge, swing = _hand(marks, mark, origin + direction * (begin + finish) / 2, direction)
    return _Draft(
        origin, direction, begin, finish, depth, marks.kind[mark], hinge, swing, run,
        marks.layer[mark], float(marks.confidence[mark]), marks.handles[mark],
    )  # fmt: skip


def _hand(marks: Marks, mark: int, center: Floats, direction: Floats) -> tuple[int, int]:
    """Which end the hinge is at, and to which side the leaf swings."""
    hinge, tip = marks.hinge[mark], marks.tip[mark]
    if np.isnan(hinge).any():
        return 0, 0
    normal = np.array([-direction[1], direction[0]])
    side = 1 if (hinge - center) @ direction > 0 else -1
    return (0 if marks.kind[mark] == OpeningKind.DOUBLE_DOOR else side), (1 if (tip - hinge) @ normal > 0 else -1)


def _through(marks: Marks, network: Network, placed: _Placed, row: int) -> _Draft:
    """A mark on a wall that is drawn through."""
    mark, run = int(placed.mark[row]), int(placed.run[row])
    return _draft(
        marks,
        network,
        mark,
        run,
        float(placed.begin[row]),
        float(placed.finish[row]),
        float(network.runs.thickness[run]),
    )


def _fill(marks: Marks, network: Network, gaps: Gaps, placed: _Placed, rows: NDArray[np.intp]) -> list[_Draft]:
    """The marks of one gap as openings side by side that fill it."""
    gap, run = int(placed.gap[rows[0]]), int(placed.run[rows[0]])
    low, high, depth = float(gaps.begin[gap]), float(gaps.finish[gap]), float(gaps.depth[gap])
    drafts: list[_Draft] = []
    for row in sorted(rows, key=lambda r: (marks.rank[placed.mark[r]], -placed.score[r])):
        begin, finish = max(low, float(placed.begin[row])), min(high, float(placed.finish[row]))
        if _pocketed(marks.kind[placed.mark[row]], float(placed.finish[row] - placed.begin[row]), high - low):
            begin, finish = low, high
        overlap = sum(max(0.0, min(finish, d.finish) - max(begin, d.begin)) for d in drafts)
        if overlap > 0.4 * (finish - begin):
            continue
        drafts.append(_draft(marks, network, int(placed.mark[row]), run, begin, finish, depth))
    drafts.sort(key=lambda d: d.begin)
    drafts = _doubled(drafts)
    edges = [low, *(d.finish for d in drafts)]
    nexts = [*(d.begin for d in drafts), high]
    for k, (left_edge, right_edge) in enumerate(zip(edges, nexts, strict=True)):
        space = right_edge - left_edge
        near = [d for d in (drafts[k - 1] if k > 0 else None, drafts[k] if k < len(drafts) else None) if d is not None]
        # Loose lines tell only roughly how far a door goes: overlapping panels, a pocket in the wall.
        share = 0.2 if all(d.hinge for d in near) else 0.45
        if space <= max(FRAME, LEFTOVER, share * max(d.finish - d.begin for d in near)):
            _stretch(drafts, k, left_edge, right_edge)
    return drafts


def _pocketed(kind: OpeningKind, panel: float, gap: float) -> bool:
    """Whether a panel drawn half in its pocket fills the gap when it is shut: it is as wide."""
    return kind in (OpeningKind.SLIDING_DOOR, OpeningKind.OPENING) and abs(panel - gap) < 0.08 * gap


def _stretch(drafts: list[_Draft], k: int, low: float, high: float) -> None:
    """Give the space ``low .. high`` before draft ``k`` to its neighbours."""
    if k == 0:
        drafts[0].begin = low
    elif k == len(drafts):
        drafts[-1].finish = high
    else:
        drafts[k - 1].finish = drafts[k].begin = (low + high) / 2


def _doubled(drafts: list[_Draft]) -> list[_Draft]:
    """Two leaves that meet, hinged at the outer ends, are one double door."""
    result: list[_Draft] = []
    for draft in drafts:
        last = result[-1] if result else None
        if (
            last is not None
            and last.kind == draft.kind == OpeningKind.DOOR
            and last.hinge == -1
            and draft.hinge == 1
            and last.swing == draft.swing
            and draft.begin - last.finish < 0.12
        ):
            last.finish, last.kind, last.hinge = draft.finish, OpeningKind.DOUBLE_DOOR, 0
            last.handles += draft.handles
        else:
            result.append(draft)
    return result


def _standing(marks: Marks, network: Network, placed: _Placed) -> list[_Draft]:
    """Marks on no wall's axis that nevertheless reach from wall to wall."""
    done = set(marks.group[placed.mark].tolist())
    rows = np.flatnonzero([group not in done for group in marks.group.tolist()]) if len(marks) else np.zeros(0, np.intp)
    drafts: dict[int, tuple[float, _Draft]] = {}
    shapely.prepare(network.whole)
    for row in rows:
        a, b = marks.start[row], marks.end[row]
        direction = unit((b - a)[None])[0]
        wide = float(np.hypot(*(b - a)))
        if wide < NARROWEST or shapely.is_empty(network.whole):
            continue
        reach = max(FRAME + 0.1, 0.2 * wide)
        low, high = (_wall_beside(network.whole, point, way, reach) for point, way in ((a, -direction), (b, direction)))
        if low is None or high is None:
            continue
        # Farther than a frame there is a side light or a panel: not part of the door.
        low, high = (rest if rest <= FRAME else 0.0 for rest in (low, high))
        draft = _Draft(
            a, direction, -low, wide + high, float(np.clip(marks.depth[row], network.thickness, 0.5)), marks.kind[row],
            *_hand(marks, int(row), (a + b) / 2, direction), -1,
            marks.layer[row], 0.6 * float(marks.confidence[row]), marks.handles[row],
        )  # fmt: skip
        known = drafts.get(int(marks.group[row]))
        if known is None or low + high < known[0]:
            drafts[int(marks.group[row])] = (low + high, draft)
    return [draft for _, draft in drafts.values()]


def _wall_beside(region: shapely.Geometry, point: Floats, way: Floats, reach: float) -> float | None:
    """How far the region is from the point in the given direction, None where it is farther than ``reach``."""
    probe = shapely.linestrings(np.stack([point - way * 0.05, point + way * reach]))
    hit = shapely.intersection(shapely.buffer(probe, 0.03, cap_style="flat"), region)
    if shapely.is_empty(hit):
        return None
    along = (shapely.get_coordinates(hit) - point) @ way
    return max(0.0, float(along.min()))


def _rectangles(drafts: list[_Draft]) -> NDArray[np.object_]:
    if not drafts:
        return np.zeros(0, dtype=np.object_)
    start = np.stack([d.origin + d.direction * d.begin for d in drafts])
    end = np.stack([d.origin + d.direction * d.finish for d in drafts])
    return rectangles(start, end, np.array([d.depth for d in drafts]))


def _apart(drafts: list[_Draft]) -> list[_Draft]:
    """Of openings that overlap by half, the surer one."""
    shapes = _rectangles(drafts)
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


def _glazed(
    sheet: Linework, network: Network, gaps: Gaps, free: NDArray[np.intp], taken: NDArray[np.object_]
) -> list[_Draft]:
    """Gaps without a mark: windows where lines run through them, bare openings between equal ends."""
    runs = network.runs
    if not len(free):
        return []
    gap = gaps.take(free)
    a = runs.origin[gap.run] + runs.direction[gap.run] * gap.begin[:, None]
    b = runs.origin[gap.run] + runs.direction[gap.run] * gap.finish[:, None]
    shapes = rectangles(a, b, gap.depth)
    busy = np.zeros(len(free), np.bool_)
    if len(taken):
        busy[shapely.STRtree(taken).query(shapes, predicate="intersects")[0]] = True
    # Posts and piers have gaps between them too: at least one real wall must end there; glazing tells a corner too.
    wall = (runs.longest[gap.run] >= STUB) & (runs.longest[gap.run] >= 1.5 * gap.depth)
    corner = wall | _beside_walls(network, a, b, gap.depth)
    lines = _crossing_lines(sheet, network, gap, shapes)
    both = gap.capped_begin & gap.capped_finish
    widest = np.where(_before_garage(sheet, network, (a + b) / 2), GARAGE, BARE[1])
    drafts = []
    for k in np.flatnonzero(~busy & corner):
        run = int(gap.run[k])
        if lines[k] >= 2 and gap.width[k] <= 5.0:
            kind, confidence = OpeningKind.WINDOW, 0.65
        elif wall[k] and both[k] and BARE[0] <= gap.width[k] <= widest[k]:
            kind, confidence = OpeningKind.OPENING, 0.5
        else:
            continue
        drafts.append(
            _Draft(
                runs.origin[run],
                runs.direction[run],
                float(gap.begin[k]),
                float(gap.finish[k]),
                float(gap.depth[k]),
                kind,
                0,
                0,
                run,
                "",
                confidence,
                (),
            )
        )
    return drafts


def _beside_walls(network: Network, begin: Floats, finish: Floats, depth: Floats) -> Bools:
    """(n,) whether what stands at both ends of each gap is more than a post: much longer than thick, all in all."""
    pieces = parts(network.whole)
    reach = shapely.length(pieces) / 2
    tree = shapely.STRtree(pieces)
    result = np.ones(len(begin), np.bool_)
    for ends in (begin, finish):
        at, piece = tree.query(dots(ends), predicate="dwithin", distance=0.02)
        longest = np.zeros(len(begin))
        np.maximum.at(longest, at, reach[piece])
        result &= longest >= np.maximum(2 * STUB, 4 * depth)
    return result


def _before_garage(sheet: Linework, network: Network, places: Floats) -> Bools:
    """(n,) whether the name of a garage is in sight of each place."""
    found = np.zeros(len(places), np.bool_)
    named = sheet.texts.center[[k for k, text in enumerate(sheet.texts.text) if names_garage(text)]].reshape(-1, 2)
    if not len(named):
        return found
    name, place = shapely.STRtree(dots(places)).query(dots(named), predicate="dwithin", distance=NAMED)
    sight = segments(places[place], named[name])
    found[place[~shapely.intersects(sight, network.whole)]] = True
    return found


def _crossing_lines(sheet: Linework, network: Network, gap: Gaps, shapes: NDArray[np.object_]) -> Ints:
    """(n,) how many lines at different offsets run through each gap along the wall, from end to end."""
    rows = np.flatnonzero(built(sheet) & (sheet.strokes.arc < 0))
    strokes = sheet.strokes
    lines = segments(strokes.start[rows], strokes.end[rows])
    k, s = shapely.STRtree(lines).query(shapely.buffer(shapes, 0.01), predicate="intersects")
    origin, direction = network.runs.origin[gap.run[k]], network.runs.direction[gap.run[k]]
    u0, v0 = _project(strokes.start[rows[s]], origin, direction)
    u1, v1 = _project(strokes.end[rows[s]], origin, direction)
    inside = (np.abs(v0 - v1) < 0.02) & (np.abs(v0 + v1) / 2 < gap.depth[k] / 2 + 0.02)
    covers = np.minimum(np.maximum(u0, u1), gap.finish[k]) - np.maximum(np.minimum(u0, u1), gap.begin[k])
    long = inside & (covers > 0.3 * gap.width[k])
    k, offset, covers = k[long], ((v0 + v1) / 2)[long].round(2), covers[long]
    if not len(k):
        return np.zeros(len(shapes), np.int32)
    # Lines at one offset count together: a sash is often drawn in pieces.
    key = np.stack([k.astype(np.float64), offset], axis=1)
    unique, number = np.unique(key, axis=0, return_inverse=True)
    total = np.bincount(number.ravel(), weights=covers)
    owner = unique[:, 0].astype(np.intp)
    full = total > 0.8 * gap.width[owner]
    return np.bincount(owner[full], minlength=len(shapes)).astype(np.int32)


def _table(drafts: list[_Draft], heights: Heights) -> Openings:
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
        confidence=np.array([d.confidence for d in drafts], dtype=np.float64),
        handles=tuple(d.handles for d in drafts),
    )
