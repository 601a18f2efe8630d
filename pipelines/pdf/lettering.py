"""Letters that are drawn as strokes or outlines: found, so that nobody takes them for walls.

CAD programs plot their stroke fonts as lines, and converters explode all text. What gives letters away is how they
stand: small shapes of one height on one base line, close to each other, and of different forms. A row of chairs or of
window panes is as regular, but each of its shapes is like the next.

The rows of a page are found in two rounds: long rows first, which also tell how high letters are on this page; then
short ones of such a height.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.geometry.components import components
from pipelines.linework import Bools, Floats, Origin
from pipelines.pdf.glyphs import glyphs, pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Linework
    from pipelines.pdf.glyphs import Glyphs, Shapes

    Rows = NDArray[np.intp]

#: Letters are so high, mm of paper; converters shrink pages. On a large sheet they may be this share of it.
LOWEST: Final = 0.18
HIGHEST: Final = 14.0
SHARE: Final = 0.015
#: A letter is at most so wide, as a share of its height; letters may touch, so shapes may be as wide as three.
WIDEST: Final = 3.2
NARROWEST: Final = 0.2
#: A shape with a side so many times as long as the highest letter is none, and is not part of one.
LARGEST: Final = 1.7
#: Letters of a row are alike in height, and in the place of their base line, within these shares of the height.
ALIKE: Final = 0.07
LEVEL: Final = 0.06
#: Space between letters of a row, as a share of their height: between letters, and between words.
APART: Final = 1.1
FARTHER: Final = 2.2
#: A long row has so many letters, at least two of them different; a short row of a known height has at least two.
LONG: Final = 4
#: Zeros abound in dimensions: up to this share of a row may be of one form.
MOSTLY: Final = 0.85
#: Rows of strokes as tall as this, mm, have at least so many different ones, ...
TALL: Final = 5.0
TALL_DIFFERENT: Final = 4
#: ... and lines in more than so many directions: windows of an elevation have two.
TALL_WAYS: Final = 2.4
#: Heights that so many letters in long rows have are known on the page; or so many shapes of so many forms.
KNOWN: Final = 8
OFTEN: Final = 12
MANY: Final = 5
#: Smaller parts (dots, small letters, dashes) belong to a row within so much of its height around it.
ABOVE: Final = 0.4
BESIDE: Final = 1.0
#: Small letters are so high beside capitals; they carry a row on so many times.
SMALL: Final = 0.55
#: What follows a letter was drawn so many outlines later at most, and is at most so many times as large.
NEXT: Final = 3
LARGER: Final = 1.5
ON: Final = 3


def lettered(sheet: Linework) -> Linework:
    """The sheet with its drawn letters marked as text, without the areas and arcs that they would be."""
    chain = letters(sheet)
    if not chain.any():
        return sheet
    strokes, arcs, areas = sheet.strokes, sheet.arcs, sheet.areas
    written = chain[strokes.source]
    kept = ~chain[arcs.source]
    number = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    arc = strokes.arc.copy()
    arc[arc >= 0] = number[arc[arc >= 0]]
    origin = np.where(written, np.int32(Origin.TEXT), strokes.origin).astype(np.int32)
    marked = replace(sheet, strokes=replace(strokes, origin=origin, arc=arc))
    return marked.select(arcs=kept, areas=~chain[areas.source])


def letters(sheet: Linework) -> Bools:
    """(handles,) whether each chain of lines is part of a letter."""
    count = len(sheet.handles)
    bounds = sheet.bounds()
    highest = max(HIGHEST, SHARE * float((bounds[1] - bounds[0]).max())) if bounds is not None else HIGHEST
    found = glyphs(sheet, LARGEST * highest)
    if found is None:
        return np.zeros(count, np.bool_)
    shapes = found.shapes
    views = [_along(shapes, highest, turned=turned) for turned in (False, True)]
    known = _known(views)
    written = np.logical_or.reduce([_written(view, known) for view in views])
    written |= _following(found, written)
    result = np.zeros(count, np.bool_)
    result[found.chains[written[found.owner]]] = True
    return result


def _following(found: Glyphs, written: Bools) -> Bools:
    """(n,) filled outlines that were drawn right before or after a letter, are about as large, and stand near it.

    The ``m`` behind a number is too far from it for its row, the capital of a word stands alone in its height.
    """
    shapes, count = found.shapes, int(found.chains.max()) + 1
    owner = np.full(count + 2 * NEXT, -1, np.intp)
    owner[found.chains + NEXT] = found.owner
    first, last = np.full(len(shapes), count), np.zeros(len(shapes), np.intp)
    np.minimum.at(first, found.owner, found.chains)
    np.maximum.at(last, found.owner, found.chains)
    size = (shapes.high - shapes.low).max(axis=1)
    rows = np.flatnonzero(shapes.printed)
    steps = np.arange(1, NEXT + 1)
    beside = np.concatenate([owner[first[rows, None] - steps + NEXT], owner[last[rows, None] + steps + NEXT]], axis=1)
    gap = np.maximum(shapes.low[beside] - shapes.high[rows, None], shapes.low[rows, None] - shapes.high[beside])
    fits = (beside >= 0) & (gap.max(axis=2) < size[beside]) & (size[rows, None] < LARGER * size[beside])
    known = written.copy()
    while True:
        more = rows[(fits & known[beside]).any(axis=1) & ~known[rows]]
        if not len(more):
            return known
        known[more] = True


@dataclass(frozen=True, slots=True)
class _Along:
    """The shapes of a page seen along x or y: which may be letters, and which stand in long rows."""

    box: Floats  #: (n, 4) of all shapes
    seeds: Rows  #: (k,) shapes that may be letters
    tall: Floats  #: (k,) their heights
    form: Floats  #: (k, 4)
    row: Rows  #: (k,)
    long: Bools  #: (k,) in a long row
    paired: Bools  #: (k,) not alone


def _along(shapes: Shapes, highest: float, *, turned: bool) -> _Along:
    order = [1, 0] if turned else [0, 1]
    box = np.concatenate([shapes.low[:, order], shapes.high[:, order]], axis=1)
    high, wide = box[:, 3] - box[:, 1], box[:, 2] - box[:, 0]
    may = (high >= LOWEST) & (high <= highest) & (wide <= WIDEST * high) & (wide >= NARROWEST * high)
    seeds = np.flatnonzero(may & (shapes.ways >= 2))
    tall, form = high[seeds], _forms(shapes, box, seeds)
    row = _joined(box[seeds], APART)
    count = np.bincount(row)
    different, usual = _variety(row, form, len(count))
    height = np.bincount(row, weights=tall) / np.maximum(count, 1)
    long = (count >= LONG) & (different >= 2) & (usual <= MOSTLY * count)
    printed = np.bincount(row, weights=shapes.printed[seeds]) == count
    slanting = np.bincount(row, weights=shapes.ways[seeds]) > TALL_WAYS * count
    long &= (height < TALL) | ((different >= TALL_DIFFERENT) & slanting) | printed
    return _Along(box, seeds, tall, form, row, np.asarray(long[row], np.bool_), np.asarray(count > 1, np.bool_)[row])


def _written(view: _Along, known: Floats) -> Bools:
    """(n,) shapes that are letters, given the heights that letters have on this page."""
    # Of a known height, letters may stand farther apart, and be two.
    wide_row = _joined(view.box[view.seeds], FARTHER)
    several, _ = _variety(wide_row, view.form, int(wide_row.max(initial=-1)) + 1)
    short = several >= 2
    short_row = np.asarray(short[wide_row] & _near(view.tall, known), np.bool_)
    written = view.long | short_row
    result = np.zeros(len(view.box), np.bool_)
    result[view.seeds[written]] = True
    row = np.where(short_row, wide_row + len(view.row), view.row)[written]
    return np.asarray(result | _parts(view.box, row, view.box[view.seeds[written]]), dtype=np.bool_)


def _joined(box: Floats, apart: float) -> Rows:
    """(n,) the row of each box: boxes of one height on one base line, not farther apart than that."""
    high = box[:, 3] - box[:, 1]
    reach = shapely.box(box[:, 0] - apart * high, box[:, 1], box[:, 2] + apart * high, box[:, 3])
    near = pairs(shapely.box(*box.T), reach)
    if near is None:
        return np.arange(len(box))
    i, j = near
    tall = np.maximum(high[i], high[j])
    fits = (i < j) & (np.abs(high[i] - high[j]) < ALIKE * tall) & (np.abs(box[i, 1] - box[j, 1]) < LEVEL * tall)
    return components(len(box), i[fits], j[fits])


def _forms(shapes: Shapes, box: Floats, seeds: Rows) -> Floats:
    """(n, 4) the form of each shape, in steps by which shapes differ that look different."""
    high = box[seeds, 3] - box[seeds, 1]
    inside = (shapes.middle[seeds] - shapes.low[seeds]) / high[:, None]
    ratio = (box[seeds, 2] - box[seeds, 0]) / high
    return np.column_stack([6 * ratio, 8 * inside, 4 * shapes.ink[seeds] / high])


def _variety(row: Rows, form: Floats, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(count,) how many different forms each row has, and how often its most frequent one."""
    # Steps are counted from the least of each row, or shapes that are the same would fall on both sides of one.
    least = np.full((count, form.shape[1]), np.inf)
    np.minimum.at(least, row, form)
    steps = np.round(form - least[row]).astype(np.int64)
    kinds, number = np.unique(np.column_stack([row, steps]), axis=0, return_counts=True)
    usual = np.zeros(count, np.int64)
    np.maximum.at(usual, kinds[:, 0], number)
    return np.bincount(kinds[:, 0], minlength=count), usual


def _known(views: list[_Along]) -> Floats:
    """The heights that letters have on this page.

    Enough letters of long rows have them; or enough shapes that stand in pairs at least, and are of many forms.
    """
    height, long, paired, form = (
        np.concatenate([getattr(view, name) for view in views]) for name in ("tall", "long", "paired", "form")
    )
    kinds, at = np.unique(np.round(np.log(height) / (ALIKE / 2)).astype(np.int64), return_inverse=True)
    count = len(kinds)
    held = long | (paired & (height < TALL))
    forms, _ = _variety(at[held], form[held], count)
    letters = np.bincount(at, weights=long, minlength=count)
    every = np.bincount(at, weights=held, minlength=count)
    middle = np.bincount(at, weights=height, minlength=count) / np.maximum(np.bincount(at, minlength=count), 1)
    found = (letters >= KNOWN) | ((every >= OFTEN) & (forms >= MANY))
    return np.asarray(middle[found], dtype=np.float64)


def _near(height: Floats, known: Floats) -> Bools:
    """(n,) heights that are known."""
    away = np.abs(height[:, None] - known) < ALIKE * known
    return np.asarray(away.any(axis=1), dtype=np.bool_)


def _parts(box: Floats, row: Rows, letter: Floats) -> Bools:
    """(n,) shapes that stand within a row, or close beside it, and are no larger than its letters.

    What is as high as small letters are carries the row on: of a word in small letters only the first is near.
    """
    result = np.zeros(len(box), np.bool_)
    if not len(row):
        return result
    number = np.unique(row, return_inverse=True)[1]
    count = int(number.max()) + 1
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, number, letter[:, :2])
    np.maximum.at(high, number, letter[:, 2:])
    floor, tall = low[:, 1].copy(), high[:, 1] - low[:, 1]
    shapes = shapely.box(*box.T)
    for _ in range(ON):
        reach = shapely.box(
            low[:, 0] - BESIDE * tall, floor - ABOVE * tall, high[:, 0] + BESIDE * tall, floor + (1 + ABOVE) * tall
        )
        near = pairs(shapes, reach, predicate="contains")
        if near is None:
            break
        which, shape = near
        size = (box[shape, 2:] - box[shape, :2]) / tall[which, None]
        fits = (size[:, 1] < 1.5) & (size[:, 0] < WIDEST)
        result[shape[fits]] = True
        small = fits & (size[:, 1] > SMALL) & (size[:, 1] < 1 + ALIKE) & (size[:, 0] < 1.3)
        small &= np.abs(box[shape, 1] - floor[which]) < 2 * LEVEL * tall[which]
        np.minimum.at(low, which[small], box[shape[small], :2])
        np.maximum.at(high, which[small], box[shape[small], 2:])
    return result
