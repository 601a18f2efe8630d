"""What the numbers on a page measure: each length votes with the distances that it may stand for.

A dimension's number stands beside or in its line, in the middle between two stations: ends of the line, or places
where ticks and extension lines meet it. The line may run on through a whole chain of dimensions, or be broken where
the number stands. So every pair of stations with the number midway between them is a candidate; wrong pairs give
ratios that scatter, right ones agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting import lengths
from pipelines.linework import Floats, Table
from pipelines.pdf.scale.numbers import Numbers, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.lengths import Written
    from pipelines.linework import Dimensions, Texts
    from pipelines.pdf.scale.lines import Lines

    Rows = NDArray[np.intp]

#: In letter heights: how far a line may lie beside the middle of its number, and end short of the number's box.
_BESIDE, _SHORT = 2.2, 1.6
#: In letter heights: a number from midway, stations from the line, lines of one place from each other.
_MIDWAY, _TOUCH, _ONE_LINE = 0.45, 0.2, 0.2
#: Sines of angles: more is not parallel to the number, less does not cross the line.
_PARALLEL, _CROSSING = 0.02, 0.25
#: Distances shorter than this many letter heights leave no room for a number between their ends.
_SHORTEST = 0.8
#: Shorter pieces of line than this many letter heights are no part of a dimension line.
_PIECE = 0.3
#: Candidates kept for each number.
_MOST = 8


@dataclass(frozen=True, slots=True)
class Votes(Table):
    """Distances that numbers may state, several for one number."""

    number: NDArray[np.intp]  #: (n,) which number votes
    measured: Floats  #: (n,) mm of paper
    weight: Floats  #: (n,) 0..1, how well the distance fits; of one number they add to 1


@dataclass(frozen=True, slots=True)
class Ballot:
    """All numbers that measure something, and their votes."""

    written: tuple[Written, ...]
    spot: Floats  #: (n, 2) where the numbers stand
    votes: Votes


def ballot(texts: Texts, table: Dimensions, net: Lines, *, slack: float) -> Ballot:
    """Every length on the page, as a text or a dimension of its reader, with the distances that it may measure."""
    told = numbers(texts)
    voted = _candidates(net, told, slack)
    sure = [
        (written, row)
        for row, text in enumerate(table.text)
        if (written := lengths.read(text)) is not None and table.measured[row] > 0
    ]
    rows = np.asarray([row for _, row in sure], dtype=np.intp)
    return Ballot(
        written=(*told.written, *(written for written, _ in sure)),
        spot=np.concatenate([told.center, (table.first[rows] + table.second[rows]) / 2]),
        votes=Votes(
            number=np.concatenate([voted.number, len(told) + np.arange(len(rows))]),
            measured=np.concatenate([voted.measured, table.measured[rows]]),
            weight=np.concatenate([voted.weight, np.ones(len(rows))]),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Lines(Table):
    """Dimension lines, or what looks like one: a piece of line beside a number, in the number's own directions."""

    number: NDArray[np.intp]
    offset: Floats  #: (n,) distance of the line from the number's middle, mm, upwards as it is read
    begin: Floats  #: (n,) along the reading direction from the number's middle, mm
    finish: Floats


def _candidates(net: Lines, told: Numbers, slack: float) -> Votes:
    none = Votes(np.zeros(0, np.intp), np.zeros(0), np.zeros(0))
    if not len(told) or not len(net.start):
        return none
    lines, own = _beside(told, net, slack)
    if not len(lines):
        return none
    line, place = _stations(told, lines, net, slack)
    line, place = np.concatenate([line, own[0]]), np.concatenate([place, own[1]])
    return _pairs(told, lines, *_merged(told, lines, line, place, slack), slack)


def _local(told: Numbers, number: Rows, points: Floats) -> tuple[Floats, Floats]:
    """Along and across (n,) of points, seen from the middle of a number as it is read."""
    away = points - told.center[number]
    along = told.along[number]
    return np.einsum("ij,ij->i", away, along), along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0]


def _boxes(told: Numbers, number: Rows, low: tuple[Floats, Floats], high: tuple[Floats, Floats]) -> NDArray[np.object_]:
    """Rectangles (along, across) in the directions of numbers, as polygons on the page."""
    u = told.along[number]
    v = np.column_stack([-u[:, 1], u[:, 0]])
    corners = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
    rings = np.stack([told.center[number] + u * x[:, None] + v * y[:, None] for x, y in corners], axis=1)
    return np.asarray(shapely.polygons(rings), dtype=object)


def _beside(told: Numbers, net: Lines, slack: float) -> tuple[_Lines, tuple[Rows, Floats]]:
    """The lines that lie along each number, those of one place as one; and the ends of their pieces as stations."""
    height = told.height
    wide, tall = told.width / 2 + _SHORT * height + slack, _BESIDE * height + slack
    every = np.arange(len(told))
    number, stroke = net.tree.query(_boxes(told, every, (-wide, -tall), (wide, tall)), predicate="intersects")
    ax, ay = _local(told, number, net.start[stroke])
    bx, by = _local(told, number, net.end[stroke])
    length = np.hypot(bx - ax, by - ay)
    rise = np.abs(by - ay)
    flat = (rise < np.maximum(_PARALLEL * length, slack)) & (rise < _ONE_LINE * height[number] + slack)
    flat &= length > _PIECE * height[number]
    number, ax, bx, offset = number[flat], ax[flat], bx[flat], ((ay + by) / 2)[flat]
    if not len(number):
        return _Lines(number, offset, ax, bx), (number, ax)
    order = np.lexsort((offset, number))
    number, ax, bx, offset = number[order], ax[order], bx[order], offset[order]
    apart = np.diff(offset) > _ONE_LINE * height[number[1:]] + slack
    head = np.append(True, (np.diff(number) > 0) | apart)
    group = np.cumsum(head) - 1
    first = np.flatnonzero(head)
    begin, finish = np.minimum.reduceat(np.minimum(ax, bx), first), np.maximum.reduceat(np.maximum(ax, bx), first)
    middle = np.add.reduceat(offset, first) / np.diff(np.append(first, len(offset)))
    lines = _Lines(number[first], middle, begin, finish)
    return lines, (np.concatenate([group, group]), np.concatenate([ax, bx]))


def _stations(told: Numbers, lines: _Lines, net: Lines, slack: float) -> tuple[Rows, Floats]:
    """Where other strokes meet the lines: which line, and how far along."""
    height = told.height[lines.number]
    touch = _TOUCH * height + slack
    low = (lines.begin - touch, lines.offset - touch)
    high = (lines.finish + touch, lines.offset + touch)
    line, stroke = net.tree.query(_boxes(told, lines.number, low, high), predicate="intersects")
    number = lines.number[line]
    ax, ay = _local(told, number, net.start[stroke])
    bx, by = _local(told, number, net.end[stroke])
    rise, length = by - ay, np.hypot(bx - ax, by - ay)
    crosses = np.abs(rise) > _CROSSING * length
    line, ax, ay, bx, rise = line[crosses], ax[crosses], ay[crosses], bx[crosses], rise[crosses]
    share = np.clip((lines.offset[line] - ay) / np.where(rise == 0, 1.0, rise), 0.0, 1.0)
    return line, ax + share * (bx - ax)


def _merged(told: Numbers, lines: _Lines, line: Rows, place: Floats, slack: float) -> tuple[Rows, Floats, Floats]:
    """Stations of one place as one: which line, where, and how many strokes meet there."""
    order = np.lexsort((place, line))
    line, place = line[order], place[order]
    near = np.maximum(0.05 * told.height[lines.number[line]], 0.02) + slack
    head = np.append(True, (np.diff(line) > 0) | (np.diff(place) > near[1:]))
    first = np.flatnonzero(head)
    count = np.diff(np.append(first, len(line)))
    return line[first], np.add.reduceat(place, first) / count, count.astype(np.float64)


def _pairs(told: Numbers, lines: _Lines, line: Rows, place: Floats, count: Floats, slack: float) -> Votes:
    """Pairs of stations with the number midway between them, the best of each number."""
    height = told.height[lines.number[line]]
    left, right = place < -0.4 * height, place > 0.4 * height
    # One sorted key for line and place: lines are kept apart by more than any page is wide.
    wide = 4.0 * float(np.abs(place).max(initial=1.0)) + 1.0
    key = line[right] * wide + place[right]
    reach = _MIDWAY * 2 * height[left] + slack
    aim = line[left] * wide - place[left]
    low, high = np.searchsorted(key, aim - reach), np.searchsorted(key, aim + reach)
    found = high - low
    i = np.repeat(np.flatnonzero(left), found)
    j = np.flatnonzero(right)[np.repeat(low - np.append(0, np.cumsum(found)[:-1]), found) + np.arange(found.sum())]
    number = lines.number[line[i]]
    measured = place[j] - place[i]
    fits = measured > _SHORTEST * told.height[number]
    i, j, number, measured = i[fits], j[fits], number[fits], measured[fits]
    off = np.abs(place[i] + place[j]) / (2 * _MIDWAY * told.height[number] + slack)
    weight = np.minimum(count[i], 3.0) * np.minimum(count[j], 3.0) * (1.2 - np.minimum(off, 1.0))
    return _best(number, measured, weight)


def _best(number: Rows, measured: Floats, weight: Floats) -> Votes:
    """The heaviest candidates of each number, weights adding to 1."""
    order = np.lexsort((-weight, number))
    number, measured, weight = number[order], measured[order], weight[order]
    first = np.flatnonzero(np.append(True, np.diff(number) > 0)) if len(number) else np.zeros(0, np.intp)
    rank = np.arange(len(number)) - np.repeat(first, np.diff(np.append(first, len(number))))
    kept = rank < _MOST
    number, measured, weight = number[kept], measured[kept], weight[kept]
    total = np.bincount(number, weights=weight, minlength=int(number.max(initial=-1)) + 1)
    return Votes(number, measured, weight / total[number])
