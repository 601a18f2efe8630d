"""Flights of stairs of one plan, in metres: runs of equal, parallel, equally spaced treads.

On stair layers and in stair blocks three treads make a flight; elsewhere it takes five with the going of a real stair
(0.22 to 0.36 m, the range of building codes) that nothing crosses as tiles and shelves are crossed. Arrows and the
words UP and DOWN tell which way the flight climbs; the other flight of a U takes the opposite way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.naming import Category
from pipelines.geometry.components import components
from pipelines.linework import Origin, Ragged
from pipelines.plan import Stairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Bools, Floats, Linework

#: Going of one step, metres, where a name says stair and where only the lines do.
GOING_NAMED, GOING_PLAIN = (0.18, 0.45), (0.22, 0.36)
#: Length of a tread, metres.
WIDTH_NAMED, WIDTH_PLAIN = (0.45, 6.0), (0.7, 3.0)
_ENOUGH_NAMED, _ENOUGH_PLAIN = 3, 5
_MOST = 40  #: more lines than this in a row are paving or parking
_PLAIN = (Category.UNKNOWN, Category.FLOOR, Category.STRUCTURE)
_UP = re.compile(
    r"(?i)^\W*(up|auf|oben|sube|subir|mont\w*|sale|salita|sobe|çık\w*|lên|len|上|上り|上がる|오름|올라\w*)\b|^[上↑]"
)
_DOWN = re.compile(r"(?i)^\W*(dn|down|ab|baja|bajar|desc\w*|scende|desce|in\w?iş|xuống|下|下り|내림|내려\w*)\b|^[下↓]")


@dataclass(frozen=True, slots=True)
class _Treads:
    """Tread lines, sorted by flight and along it."""

    row: NDArray[np.intp]  #: (k,) into the strokes
    flight: NDArray[np.intp]  #: (k,)


def find(sheet: Linework, meaning: Meaning) -> Stairs:
    """The flights of a view in plan metres."""
    length = sheet.strokes.length
    named = (meaning.strokes == Category.STAIR) & _between(length, WIDTH_NAMED)
    treads, confidence = _runs(sheet, np.flatnonzero(named), GOING_NAMED, _ENOUGH_NAMED), 0.9
    if not len(treads.row):
        plain = (
            np.isin(meaning.strokes, _PLAIN) & (sheet.strokes.origin != Origin.HATCH) & _between(length, WIDTH_PLAIN)
        )
        rows = np.flatnonzero(plain & (sheet.strokes.arc < 0))
        treads, confidence = _uncrossed(sheet, _runs(sheet, rows, GOING_PLAIN, _ENOUGH_PLAIN), rows), 0.55
    return _table(sheet, treads, confidence)


def _between(value: Floats, limits: tuple[float, float]) -> Bools:
    return np.asarray((value >= limits[0]) & (value <= limits[1]), dtype=np.bool_)


def _runs(sheet: Linework, rows: NDArray[np.intp], going: tuple[float, float], enough: int) -> _Treads:
    """Maximal rows of parallel lines side by side, alike in length and evenly spaced."""
    start, end = sheet.strokes.start[rows], sheet.strokes.end[rows]
    vector = end - start
    angle = np.mod(np.arctan2(vector[:, 1], vector[:, 0]), np.pi)
    turn = np.mod(np.round(angle / np.radians(1.0)), 180.0)
    along = np.stack([np.cos(np.radians(turn)), np.sin(np.radians(turn))], axis=1)
    middle = (start + end) / 2
    place = np.einsum("ij,ij->i", middle, along)
    offset = middle[:, 1] * along[:, 0] - middle[:, 0] * along[:, 1]
    column = _columns(turn, place, np.hypot(*vector.T))
    order = np.lexsort((offset, column))
    order = order[_distinct(column[order], offset[order])]
    gap = np.diff(offset[order])
    fits = (np.diff(column[order]) == 0) & _between(gap, going)
    steady = np.append(False, np.abs(np.diff(gap)) < 0.12 * gap[1:]) if len(gap) else np.zeros(0, np.bool_)
    joins = fits & (steady | ~np.append(False, fits[:-1])) if len(gap) else fits
    flight = np.cumsum(np.append(True, ~joins)) - 1 if len(order) else np.zeros(0, np.intp)
    count = np.bincount(flight) if len(flight) else np.zeros(0, np.intp)
    kept = _between(count[flight].astype(np.float64), (enough, _MOST)) if len(flight) else np.zeros(0, np.bool_)
    number = np.unique(flight[kept], return_inverse=True)[1]
    return _Treads(row=rows[order[kept]], flight=number.astype(np.intp))


def _columns(turn: Floats, place: Floats, length: Floats) -> NDArray[np.intp]:
    """Number of the group of lines of one direction that lie side by side and are alike in length."""
    # Directions are set far apart so that one search serves all of them.
    spread = 1e5 * turn
    points = np.asarray(shapely.points(place + spread, length), dtype=np.object_)
    i, j = shapely.STRtree(points).query(points, predicate="dwithin", distance=0.08)
    return components(len(turn), i[i < j], j[i < j])


def _distinct(column: NDArray[np.intp], offset: Floats) -> Bools:
    """Of lines on top of each other (a tread drawn twice, a nosing beside its riser) the first."""
    if not len(column):
        return np.zeros(0, dtype=np.bool_)
    return np.append(True, (np.diff(column) > 0) | (np.diff(offset) > 0.06))


def _uncrossed(sheet: Linework, treads: _Treads, rows: NDArray[np.intp]) -> _Treads:
    """Without the runs that other lines cross again and again: grids of tiles, shelves, gratings."""
    if not len(treads.row):
        return treads
    strokes = sheet.strokes
    lines = np.asarray(shapely.linestrings(np.stack([strokes.start[rows], strokes.end[rows]], axis=1)))
    own = shapely.linestrings(np.stack([strokes.start[treads.row], strokes.end[treads.row]], axis=1))
    tread = shapely.STRtree(lines).query(own, predicate="crosses")[0]
    crossings = np.bincount(treads.flight[tread], minlength=treads.flight.max() + 1) / np.bincount(treads.flight)
    kept = crossings[treads.flight] < 3
    return _Treads(treads.row[kept], np.unique(treads.flight[kept], return_inverse=True)[1].astype(np.intp))


def _table(sheet: Linework, treads: _Treads, confidence: float) -> Stairs:
    """One row per flight."""
    count = int(treads.flight.max()) + 1 if len(treads.flight) else 0
    tread_lines = [_aligned(sheet, treads.row[treads.flight == k]) for k in range(count)]
    footprint = np.empty(count, dtype=np.object_)
    footprint[:] = [shapely.oriented_envelope(shapely.multipoints(run.reshape(-1, 2))) for run in tread_lines]
    words = _words(sheet, footprint)
    rise = np.asarray([_climb(sheet, run, words.get(k, [])) for k, run in enumerate(tread_lines)]).reshape(count, 2)
    rise = _returning(tread_lines, rise)
    axes = [run[-1].mean(axis=0) - run[0].mean(axis=0) for run in tread_lines]
    against = [axis @ up < 0 for axis, up in zip(axes, rise, strict=True)]
    tread_lines = [run[::-1] if turn else run for run, turn in zip(tread_lines, against, strict=True)]
    counts = np.asarray([len(run) for run in tread_lines], dtype=np.int32)
    points = np.concatenate([run.reshape(-1, 2) for run in tread_lines]) if count else np.zeros((0, 2))
    sources = [sheet.strokes.source[treads.row[treads.flight == k]] for k in range(count)]
    return Stairs(
        footprint=footprint,
        tread_count=counts,
        up=rise,
        layer=tuple(sheet.layers[sheet.strokes.layer[treads.row[treads.flight == k][0]]].plain for k in range(count)),
        confidence=np.full(count, confidence),
        handles=tuple(tuple(sheet.handles[s] for s in np.unique(of) if s >= 0) for of in sources),
        treads=Ragged(points=points, offsets=np.append(0, np.cumsum(2 * counts)).astype(np.int64)),
    )


def _aligned(sheet: Linework, rows: NDArray[np.intp]) -> Floats:
    """(k, 2, 2) treads of a flight, all drawn the same way round."""
    lines = np.stack([sheet.strokes.start[rows], sheet.strokes.end[rows]], axis=1)
    vector = lines[:, 1] - lines[:, 0]
    backwards = vector @ vector[0] < 0
    return np.where(backwards[:, None, None], lines[:, ::-1], lines)


def _words(sheet: Linework, footprint: NDArray[np.object_]) -> dict[int, list[int]]:
    """The texts UP and DOWN of each flight: a word speaks for the flight nearest to it, not for both of a U."""
    rows = [row for row, text in enumerate(sheet.texts.text) if _says(text)]
    spoken: dict[int, list[int]] = {}
    if rows and len(footprint):
        nearest = shapely.STRtree(footprint).query_nearest(
            np.asarray(shapely.points(sheet.texts.center[rows])), all_matches=False
        )
        for word, flight in nearest.T.tolist():
            spoken.setdefault(flight, []).append(rows[word])
    return spoken


def _says(text: str) -> int:
    """1 for up, -1 for down, 0 for neither."""
    return 1 if _UP.search(text.strip()) else -1 if _DOWN.search(text.strip()) else 0


def _climb(sheet: Linework, run: Floats, words: list[int]) -> Floats:
    """Unit vector in which a flight climbs, from the word or the arrow on it, nan where neither is there."""
    bottom, top = run[0].mean(axis=0), run[-1].mean(axis=0)
    length = float(np.hypot(*(top - bottom)))
    along = (top - bottom) / length
    sign = _by_word(sheet, run, along, length, words) or _by_arrow(sheet, run, along, length)
    return along * sign if sign else np.full(2, np.nan)


def _within(points: Floats, run: Floats, along: Floats, *, side: float, ends: float) -> Bools:
    """Whether points lie on the flight, widened by so much (metres) at the sides and the ends."""
    base = run[0].mean(axis=0)
    across = np.array([-along[1], along[0]])
    half = float(np.hypot(*(run[0, 1] - run[0, 0]))) / 2
    length = float((run[-1].mean(axis=0) - base) @ along)
    t, s = (points - base) @ along, (points - base) @ across
    return np.asarray((np.abs(s) <= half + side) & (t >= -ends) & (t <= length + ends), dtype=np.bool_)


def _by_word(sheet: Linework, run: Floats, along: Floats, length: float, words: list[int]) -> int:
    """1 or -1 by UP or DOWN beside the flight, 0 for neither: both are written where one starts to walk."""
    center = sheet.texts.center[words]
    near = np.flatnonzero(_within(center, run, along, side=0.6, ends=1.2))
    if not len(near):
        return 0
    says = _says(sheet.texts.text[words[near[0]]])
    return says if (center[near[0]] - run[0].mean(axis=0)) @ along < length / 2 else -says


def _by_arrow(sheet: Linework, run: Floats, along: Floats, length: float) -> int:
    """1 or -1 by the arrow that runs up the middle of the flight, 0 where there is none."""
    strokes = sheet.strokes
    vector = strokes.end - strokes.start
    reach = strokes.length
    middle = (strokes.start + strokes.end) / 2
    on = _within(middle, run, along, side=-0.1, ends=0.5)
    shaft = np.flatnonzero(on & (reach > 0.4 * length) & (np.abs(vector @ along) > 0.95 * reach))
    barb = on & (reach < 0.45) & (np.abs(vector @ along) < 0.97 * reach) & (np.abs(vector @ along) > 0.2 * reach)
    ends = np.concatenate([strokes.start[barb], strokes.end[barb], sheet.areas.rings.points[_tips(sheet)]])
    for row in shaft:
        tail, head = sorted((strokes.start[row], strokes.end[row]), key=lambda point: float(point @ along))
        at = [int(np.count_nonzero(np.hypot(*(ends - point).T) < 0.06)) for point in (tail, head)]
        if at[0] != at[1]:
            return 1 if at[1] > at[0] else -1
    return 0


def _tips(sheet: Linework) -> Bools:
    """(m,) corners of filled triangles: solid arrow heads."""
    three = sheet.areas.filled & (sheet.areas.rings.counts <= 4)
    return np.asarray(three[sheet.areas.rings.owner], dtype=np.bool_)


def _returning(runs: list[Floats], rise: Floats) -> Floats:
    """Give a flight of unknown direction the opposite one of its neighbour in a U."""
    rise = rise.copy()
    middles = np.asarray([run.mean(axis=(0, 1)) for run in runs]).reshape(-1, 2)
    for k in np.flatnonzero(np.isnan(rise[:, 0])):
        width = float(np.hypot(*(runs[k][0, 1] - runs[k][0, 0])))
        axis = runs[k][-1].mean(axis=0) - runs[k][0].mean(axis=0)
        axis /= np.hypot(*axis)
        for other in np.flatnonzero(~np.isnan(rise[:, 0])):
            beside = middles[other] - middles[k]
            parallel = abs(float(rise[other] @ axis)) > 0.98
            if parallel and np.hypot(*beside) < 2 * width + 0.5 and abs(float(beside @ axis)) < 1.0:
                rise[k] = -rise[other]
                break
    return rise
