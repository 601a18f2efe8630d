"""Openings: marks laid on the gaps of walls, and on walls drawn through.

A gap with a mark in it is that door or window; a gap crossed by glazing lines is a window; a gap between two equal
wall ends with nothing in it is a bare opening. A mark on a wall without a gap cuts its own. A mark between the
flanks of two walls (a door as wide as its corridor) stands on its own. What a detector saw comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting import bare, leaves, sighted
from pipelines.drafting.drafts import Draft, apart, footprints, hand, table
from pipelines.drafting.walls import THICKEST
from pipelines.geometry.areas import joined, parts
from pipelines.geometry.pairs import left, rectangles, segments, unit
from pipelines.geometry.region import covered
from pipelines.geometry.runs import Gaps, gaps_of
from pipelines.linework import Table
from pipelines.plan import Evidence, OpeningKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.drafts import Heights
    from pipelines.drafting.leaves import Leaves
    from pipelines.drafting.marks import Marks
    from pipelines.drafting.meaning import Meaning
    from pipelines.drafting.walls import Network
    from pipelines.geometry.areas import Geometries
    from pipelines.linework import Floats, Ints, Linework
    from pipelines.plan import Openings

#: Width of gaps that may be openings, metres.
NARROWEST, WIDEST = 0.35, 6.4
#: Marks less sure than this say which way a leaf stands, not that a wall is cut.
DOUBTFUL = 0.5
#: From this share of its area on a gap is built over.
BUILT = 0.2
#: A mark this near to the end of its gap reaches to it (frames and stops), metres; so does a fifth of its width.
FRAME = 0.16
#: What is left of a gap beside its mark is a thing of its own from this width on, metres.
LEFTOVER = 0.3


@dataclass(frozen=True, slots=True)
class _Placed(Table):
    """Marks laid on lines: row ``mark`` covers ``begin .. finish`` of run ``run``, within gap ``gap`` or none."""

    mark: NDArray[np.intp]
    run: NDArray[np.intp]
    gap: NDArray[np.intp]  #: -1: in the wall itself
    begin: Floats
    finish: Floats
    score: Floats


def find(
    sheet: Linework, meaning: Meaning, network: Network, marks: Marks, heights: Heights, *, pillars: Geometries
) -> tuple[Openings, Ints]:
    """The openings of a view in plan metres, and (n,) the run that each lies on, -1 for none.

    ``pillars`` (k,) are its columns: where one stands in the line of a wall, the gap ends at it.
    """
    built = joined(np.concatenate([parts(network.whole), pillars]))
    gaps = _free(gaps_of(network.runs, network.strips, network.run, built, low=NARROWEST, high=WIDEST), network)
    placed = _best(_place(marks, network, gaps), marks)
    # A leaf that fits shut between two walls is not taken for one that stands open in a gap beside them.
    upright, standing = _standing(marks, network, placed)
    placed = placed.take(~np.isin(marks.group[placed.mark], upright))
    drafts: list[Draft] = []
    used = np.zeros(len(gaps), np.bool_)
    order = np.argsort(placed.gap, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(placed.gap[order])) + 1) if len(order) else []:
        gap = int(placed.gap[rows[0]])
        if gap < 0:
            drafts += [_through(marks, network, placed, int(row)) for row in rows]
        else:
            used[gap] = True
            drafts += _fill(marks, network, gaps, placed, rows)
    drafts += standing
    drafts = apart(drafts)
    free = _not_taken(network, gaps, np.flatnonzero(~used), footprints(drafts))
    hung = leaves.find(sheet, meaning, *_ends(network, gaps.take(free)), gaps.depth[free], network.whole)
    drafts += _of_leaves(hung, sheet, network, gaps, free)
    drafts += _unmarked(sheet, network, gaps, _not_taken(network, gaps, free, footprints(drafts)))
    drafts = sighted.settled(apart(drafts), sheet, network, gaps)
    drafts = apart(drafts + _narrow(network, footprints(drafts), pillars))
    return table(drafts, heights), np.asarray([draft.run for draft in drafts], dtype=np.int32)


def _ends(network: Network, gaps: Gaps) -> tuple[Floats, Floats]:
    """(n, 2) points on the axis at which each gap begins and ends."""
    return network.runs.take(gaps.run).at(gaps.begin), network.runs.take(gaps.run).at(gaps.finish)


def _not_taken(network: Network, gaps: Gaps, rows: NDArray[np.intp], taken: Geometries) -> NDArray[np.intp]:
    """The rows of gaps in which no opening lies yet."""
    shapes = rectangles(*_ends(network, gaps.take(rows)), gaps.depth[rows])
    busy = np.zeros(len(rows), np.bool_)
    busy[shapely.STRtree(taken).query(shapes, predicate="intersects")[0]] = True
    return rows[~busy]


def _free(gaps: Gaps, network: Network) -> Gaps:
    """The gaps through which no wall runs: a pier seen across looks past the thinner wall that it ends."""
    built_over = covered(rectangles(*_ends(network, gaps), gaps.depth), parts(network.whole))
    return gaps.take((built_over < BUILT) & (gaps.depth <= THICKEST))


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
    gap_a, gap_b = _ends(network, gaps)
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
    return placed.take(head)


def _draft(marks: Marks, network: Network, mark: int, run: int, begin: float, finish: float, depth: float) -> Draft:
    origin, direction = network.runs.origin[run], network.runs.direction[run]
    middle = origin + direction * (begin + finish) / 2
    hinge, swing = hand(marks.kind[mark], marks.hinge[mark], marks.tip[mark], middle, direction)
    return Draft(
        origin, direction, begin, finish, depth, marks.kind[mark], hinge, swing, run,
        marks.layer[mark], (marks.evidence[mark],), float(marks.confidence[mark]), marks.handles[mark],
    )  # fmt: skip


def _through(marks: Marks, network: Network, placed: _Placed, row: int) -> Draft:
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


def _fill(marks: Marks, network: Network, gaps: Gaps, placed: _Placed, rows: NDArray[np.intp]) -> list[Draft]:
    """The marks of one gap as openings side by side that fill it."""
    gap, run = int(placed.gap[rows[0]]), int(placed.run[rows[0]])
    low, high, depth = float(gaps.begin[gap]), float(gaps.finish[gap]), float(gaps.depth[gap])
    drafts: list[Draft] = []
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


def _stretch(drafts: list[Draft], k: int, low: float, high: float) -> None:
    """Give the space ``low .. high`` before draft ``k`` to its neighbours."""
    if k == 0:
        drafts[0].begin = low
    elif k == len(drafts):
        drafts[-1].finish = high
    else:
        drafts[k - 1].finish = drafts[k].begin = (low + high) / 2


def _doubled(drafts: list[Draft]) -> list[Draft]:
    """Two leaves that meet, hinged at the outer ends, are one double door."""
    result: list[Draft] = []
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


def _standing(marks: Marks, network: Network, placed: _Placed) -> tuple[list[int], list[Draft]]:
    """Marks on no wall's axis that nevertheless reach from wall to wall: their groups and themselves."""
    sure = marks.confidence >= DOUBTFUL
    settled = np.isin(marks.group, marks.group[placed.mark[sure[placed.mark]]])
    doubtful = np.isin(marks.group, marks.group[placed.mark]) & ~sure
    rows = np.flatnonzero(~settled & ~doubtful)
    drafts: dict[int, tuple[float, Draft]] = {}
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
        draft = Draft(
            a, direction, -low, wide + high, float(np.clip(marks.depth[row], network.thickness, 0.5)), marks.kind[row],
            *hand(marks.kind[row], marks.hinge[row], marks.tip[row], (a + b) / 2, direction), -1,
            marks.layer[row], (marks.evidence[row],), 0.6 * float(marks.confidence[row]), marks.handles[row],
        )  # fmt: skip
        known = drafts.get(int(marks.group[row]))
        if known is None or low + high < known[0]:
            drafts[int(marks.group[row])] = (low + high, draft)
    return list(drafts), [draft for _, draft in drafts.values()]


def _wall_beside(region: shapely.Geometry, point: Floats, way: Floats, reach: float) -> float | None:
    """How far the region is from the point in the given direction, None where it is farther than ``reach``."""
    probe = shapely.linestrings(np.stack([point - way * 0.05, point + way * reach]))
    hit = shapely.intersection(shapely.buffer(probe, 0.03, cap_style="flat"), region)
    if shapely.is_empty(hit):
        return None
    along = (shapely.get_coordinates(hit) - point) @ way
    return max(0.0, float(along.min()))


def _of_leaves(marks: Leaves, sheet: Linework, network: Network, gaps: Gaps, free: NDArray[np.intp]) -> list[Draft]:
    """Doors that their leaves tell, each of which fills its gap."""
    drafts = []
    for row in range(len(marks)):
        gap = int(free[marks.gap[row]])
        run = int(gaps.run[gap])
        origin, direction = network.runs.origin[run], network.runs.direction[run]
        begin, finish = float(gaps.begin[gap]), float(gaps.finish[gap])
        middle = origin + direction * (begin + finish) / 2
        hinge, swing = hand(marks.kind[row], marks.hinge[row], marks.tip[row], middle, direction)
        source = int(marks.source[row])
        drafts.append(
            Draft(
                origin, direction, begin, finish, float(gaps.depth[gap]), marks.kind[row], hinge, swing, run,
                sheet.layers[sheet.strokes.layer[source]].plain, (Evidence.LEAF,), float(marks.confidence[row]),
                (sheet.handles[sheet.strokes.source[source]],),
            )
        )  # fmt: skip
    return drafts


def _unmarked(sheet: Linework, network: Network, gaps: Gaps, free: NDArray[np.intp]) -> list[Draft]:
    """Gaps without a mark: windows where lines run through them, bare openings where nothing does."""
    found = bare.find(sheet, network, gaps.take(free))
    runs = network.runs
    drafts = []
    for row in range(len(found)):
        gap = int(free[found.gap[row]])
        run = int(gaps.run[gap])
        drafts.append(
            Draft(
                runs.origin[run], runs.direction[run], float(gaps.begin[gap]), float(gaps.finish[gap]),
                float(gaps.depth[gap]), found.kind[row], 0, 0, run, "",
                (Evidence.GLAZING if found.kind[row] == OpeningKind.WINDOW else Evidence.GAP,),
                float(found.confidence[row]), (),
            )
        )  # fmt: skip
    return drafts


def _narrow(network: Network, taken: Geometries, pillars: Geometries) -> list[Draft]:
    """Passages between a wall's end and something else."""
    found = bare.necks(network, taken=taken, pillars=pillars)
    ways, reach = unit(found.end - found.start), np.hypot(*(found.end - found.start).T)
    return [
        Draft(start, way, 0.0, float(wide), float(depth), OpeningKind.OPENING, 0, 0, -1, "", (Evidence.GAP,), 0.4, ())
        for start, way, wide, depth in zip(found.start, ways, reach, found.depth, strict=True)
    ]
