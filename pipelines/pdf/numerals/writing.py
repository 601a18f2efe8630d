"""Lines of glyphs as texts, where they are numbers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.drafting import lengths
from pipelines.linework import Origin, Texts
from pipelines.pdf.numerals.forms import NARROW, pictures, resembled
from pipelines.pdf.numerals.glyphs import Ink, Line, extents, ink, lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Bools, Floats, Linework
    from pipelines.pdf.numerals.forms import Reading

    Rows = NDArray[np.intp]

#: Directions in which numbers are read: to the right, upwards, downwards.
_WAYS = (0.0, math.pi / 2, -math.pi / 2)
#: A glyph that is farther from every form than this is none.
_FAR = 0.5
#: Space that parts words, as a share of the height.
_SPACE = 0.62
#: Characters of the same form as a digit: read so among digits.
_TWINS = {"l": "1", "|": "1", "D": "0", "Q": "0", "B": "8", "S": "5"}
_NUMERIC = frozenset("0123456789.,'\"-/ :=")
#: A small letter: of a unit, if it stands after a number.
_LITTLE = "~"
#: A scale, once its colon is one.
_SCALE = re.compile(r"1 ?: ?\d{1,4}|\d[\d/ ]*\" ?= ?\d+'(?: ?-? ?\d+\")?")
#: Narrow glyphs leave space before and after marks, which is none between words.
_GAP = re.compile(r" (?=['\".:])|(?<=[.:]) ")
#: Marks above each other, within this (mm).
_TINY = 1e-6
_PAIRS = {"..": ":", ".'": ":", "'.": ":", ".~": ":", "~.": ":", "--": "=", "-~": "=", "~-": "=", ".-": ":", "-.": ":"}


@dataclass(frozen=True, slots=True)
class _Said:
    """A number as it was read."""

    text: str
    shapes: frozenset[int]
    center: tuple[float, float]
    width: float
    height: float
    angle: float
    off: float  #: how far its glyphs are from their forms, on the average


def numerals(sheet: Linework, marked: Linework) -> Texts:
    """The numbers among the drawn letters of a page.

    Args:
        sheet: The page in millimetres of paper, with the outlines of its letters.
        marked: The same page after ``lettering.lettered`` has marked what is drawn as letters.

    Numbers are read to the right, upwards and downwards. What is neither a length nor a scale is left out.
    """
    every = ink(sheet, _letters(sheet, marked))
    if not len(every):
        return _texts([])
    found = [said for angle in _WAYS for said in _along(every, angle)]
    return _texts(_best(found))


def _letters(sheet: Linework, marked: Linework) -> Bools:
    """(handles,) the chains of lines that were marked as parts of letters."""
    result = np.zeros(len(sheet.handles), np.bool_)
    result[sheet.areas.source] = True
    result[marked.areas.source] = False
    result[marked.strokes.source[marked.strokes.origin == Origin.TEXT]] = True
    return result


def _along(every: Ink, angle: float) -> list[_Said]:
    """The numbers that are read in a direction."""
    c, s = math.cos(angle), math.sin(angle)
    turn = np.array([[c, -s], [s, c]])
    start, end = every.start @ turn, every.end @ turn
    low, high = extents(np.minimum(start, end), np.maximum(start, end), every.shape)
    rows = lines(low, high)
    reading = _read(every, start, end, rows, low, high)
    said: list[_Said] = []
    for line in rows:
        for text, shapes, off in _numbers(line, reading, low, high):
            left, right = float(low[shapes, 0].min()), float(high[shapes, 0].max())
            x, y = (left + right) / 2, line.foot + line.height / 2
            center = (c * x - s * y, s * x + c * y)
            said.append(_Said(text, frozenset(shapes.tolist()), center, right - left, line.height, angle, off))
    return said


def _read(
    every: Ink, start: Floats, end: Floats, rows: list[Line], low: Floats, high: Floats
) -> dict[int, tuple[str, float]]:
    """Character of each glyph in lines, and how far it is from its form."""
    if not rows:
        return {}
    glyphs = np.unique(np.concatenate([line.shapes[line.tall] for line in rows]))
    held = np.isin(every.shape, glyphs)
    number = np.searchsorted(glyphs, every.shape[held])
    foot, tall = low[glyphs], (high - low)[glyphs, 1]
    a = (start[held] - foot[number]) / tall[number, None]
    b = (end[held] - foot[number]) / tall[number, None]
    # What was put together of strokes and of fills is drawn with strokes; its fills are short ones.
    solid = np.bincount(number, weights=~every.outline[held], minlength=len(glyphs)) == 0
    outline = solid[number]
    chosen, form = _forms(a, b, number, len(glyphs))
    kept = np.isin(number, chosen)
    number = np.searchsorted(chosen, number[kept])
    a, b, outline = a[kept], b[kept], outline[kept]
    names, offs = [], []
    first = np.searchsorted(number, np.arange(len(chosen) + 1))
    for begin in range(0, len(chosen), _AT_ONCE):
        until = min(begin + _AT_ONCE, len(chosen))
        part = slice(first[begin], first[until])
        own = number[part] - begin
        read = resembled(pictures(a[part], b[part], own, until - begin, outline[part]))
        names += _named(read)
        offs += read.off.tolist()
    return {glyph: (names[k], offs[k]) for glyph, k in zip(glyphs.tolist(), form.tolist(), strict=True)}


#: Glyphs whose pictures are made at once; features of equal glyphs differ by less than this.
_AT_ONCE, _GRID = 256, 0.02


def _forms(start: Floats, end: Floats, glyph: Rows, count: int) -> tuple[Rows, Rows]:
    """One glyph of each form, rising, and (count,) which of these each glyph is like: a font repeats its glyphs."""
    length = np.hypot(*(end - start).T)
    middle = (start + end) / 2
    ink = np.bincount(glyph, weights=length, minlength=count)
    share = np.maximum(ink, 1e-9) * _GRID
    moments = (middle[:, 0], middle[:, 1], middle[:, 1] ** 2, middle[:, 0] * middle[:, 1])
    features = [np.bincount(glyph, weights=length * values, minlength=count) / share for values in moments]
    features += [ink / _GRID, np.bincount(glyph, minlength=count).astype(np.float64)]
    table = np.round(np.column_stack(features)).astype(np.int64)
    _, chosen, form = np.unique(table, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(chosen)
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return chosen[order], rank[form.ravel()]


def _named(read: Reading) -> list[str]:
    """Characters of glyphs, '?' where they resemble none."""
    pairs = zip(read.character.tolist(), read.off.tolist(), strict=True)
    return [_TWINS.get(name, name) if off < _FAR else "?" for name, off in pairs]


def _numbers(
    line: Line, reading: dict[int, tuple[str, float]], low: Floats, high: Floats
) -> list[tuple[str, Rows, float]]:
    """The numbers of a line: all of it, or those of its words that are."""
    characters, offs = [], []
    for row, tall in zip(line.shapes.tolist(), line.tall.tolist(), strict=True):
        character, off = reading[row] if tall else (_mark(line, low[row], high[row]), 0.0)
        characters.append(character)
        offs.append(off)
    left, right = low[line.shapes, 0], high[line.shapes, 0]
    characters, kept = _stacked(characters, left, right)
    parted = np.append(False, left[kept][1:] - right[kept][:-1] > _SPACE * line.height)
    words = np.split(np.arange(len(kept)), np.flatnonzero(parted))
    found = []
    begin = 0
    while begin < len(words):
        runs = ((until, np.concatenate(words[begin:until])) for until in range(min(len(words), begin + 8), begin, -1))
        until, run, text = next(
            ((until, run, text) for until, run in runs if (text := _said(words[begin:until], characters)) is not None),
            (begin + 1, None, None),
        )
        if run is not None and text is not None:
            # A small word after a number is its unit: the number stands in the middle together with it.
            unit = until + 1 == len(words) and {characters[k] for k in words[until]} == {_LITTLE}
            last = len(offs) if unit or until == len(words) else kept[words[until][0]]
            rows = np.arange(kept[run[0]], last)
            found.append((text, line.shapes[rows], float(np.mean([offs[k] for k in rows.tolist()]))))
        begin = until
    return found


def _stacked(characters: list[str], left: Floats, right: Floats) -> tuple[list[str], list[int]]:
    """Characters with marks above each other as one: a colon, an equals sign; and where each of them begins."""
    result: list[str] = []
    kept: list[int] = []
    for k, character in enumerate(characters):
        if kept and left[k] <= right[k - 1] + _TINY and (pair := _PAIRS.get(result[-1] + character)) is not None:
            result[-1] = pair
        else:
            result.append(character)
            kept.append(k)
    return result, kept


def _said(words: list[Rows], characters: list[str]) -> str | None:
    """Words as one text, where it states a length or a scale."""
    spaced = " ".join("".join(characters[k] for k in word.tolist()) for word in words)
    text = _GAP.sub("", spaced.replace("''", '"').rstrip(_LITTLE))
    if (
        set(text) <= _NUMERIC
        and len(text) > 1
        and (lengths.read(text) is not None or _SCALE.fullmatch(text) is not None)
    ):
        return text
    return None


def _mark(line: Line, low: Floats, high: Floats) -> str:
    """A shape smaller than a glyph: by where it stands in the line."""
    wide, tall = (high - low) / line.height
    middle = ((low[1] + high[1]) / 2 - line.foot) / line.height
    if middle > 0.62 and wide < NARROW and tall < 0.55:
        return "'"
    if middle < 0.3 and wide < NARROW:
        return "."
    if 0.25 < middle < 0.68 and tall < 0.2 and wide > 0.15:
        return "-"
    return _LITTLE


def _best(found: list[_Said]) -> list[_Said]:
    """Where a shape is read in several directions, the number whose glyphs are nearest to their forms."""
    taken: set[int] = set()
    kept = []
    for said in sorted(found, key=_doubt):
        if not taken & said.shapes:
            taken |= said.shapes
            kept.append(said)
    return kept


def _doubt(said: _Said) -> tuple[float, float, str]:
    """What speaks against a reading: unlike glyphs, few of them, feet without a mark of inches, reading downwards."""
    odd = "'" in said.text and said.text[-1] not in "'\""
    return said.off - 0.05 * len(said.shapes) + 0.06 * odd, -said.angle, said.text


def _texts(found: list[_Said]) -> Texts:
    count = len(found)
    none = np.full(count, -1, np.int32)
    center = np.asarray([said.center for said in found], dtype=np.float64).reshape(-1, 2)
    return Texts(
        position=center,
        center=center,
        height=np.asarray([said.height for said in found], dtype=np.float64),
        width=np.asarray([said.width for said in found], dtype=np.float64),
        rotation=np.asarray([said.angle for said in found], dtype=np.float64),
        text=tuple(said.text for said in found),
        layer=none,
        origin=np.full(count, Origin.TEXT, np.int32),
        source=none,
        instance=none,
    )
