"""A font of single strokes: words as plotters drew them, which no reader of text sees.

Glyphs stand on a grid, capitals 4 wide and 6 high. Small letters are drawn as capitals, accents are dropped, and
characters of East Asian scripts get strokes that stand for them, the same ones each time.
"""

from __future__ import annotations

import itertools
import math
import random
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from pipelines.synth.paper.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.synth.paper.shapes import Words

Chain: TypeAlias = tuple[tuple[float, float], ...]

#: Chains of grid points, 'xy', per character.
_GLYPHS = {
    "A": "00 26 40,12 32", "B": "00 06 36 45 44 33 03,33 42 41 30 00", "C": "45 36 16 05 01 10 30 41",
    "D": "00 06 26 44 42 20 00", "E": "46 06 00 40,03 33", "F": "46 06 00,03 33",
    "G": "45 36 16 05 01 10 30 41 43 23", "H": "00 06,40 46,03 43", "I": "16 36,26 20,10 30", "J": "46 41 30 10 01",
    "K": "00 06,46 02,13 40", "L": "06 00 40", "M": "00 06 23 46 40", "N": "00 06 40 46",
    "O": "10 01 05 16 36 45 41 30 10", "P": "00 06 36 45 44 33 03", "Q": "10 01 05 16 36 45 41 30 10,22 40",
    "R": "00 06 36 45 44 33 03,23 40", "S": "45 36 16 05 04 13 33 42 41 30 10 01", "T": "06 46,26 20",
    "U": "06 01 10 30 41 46", "V": "06 20 46", "W": "06 10 23 30 46", "X": "00 46,06 40", "Y": "06 23 46,23 20",
    "Z": "06 46 00 40", "0": "10 01 05 16 36 45 41 30 10", "1": "15 26 20,10 30", "2": "05 16 36 45 44 00 40",
    "3": "05 16 36 45 44 33 42 41 30 10 01,33 23", "4": "30 36 02 42", "5": "46 06 04 34 43 41 30 10 01",
    "6": "45 36 16 05 01 10 30 41 42 33 13 02", "7": "06 46 10",
    "8": "13 04 05 16 36 45 44 33 13 02 01 10 30 41 42 33", "9": "01 10 30 41 45 36 16 05 04 13 33 44",
    ".": "20 21", ",": "21 10", "-": "13 33", "+": "03 43,25 21", "/": "00 46", ":": "21 22,24 25", "'": "25 26",
    '"': "15 16,35 36", "(": "36 25 21 30", ")": "16 25 21 10", "=": "02 42,04 44", "_": "00 40",
    "±": "03 43,25 21,00 40", "²": "05 16 25 13 33", "@": "33 23 13 12 22 32 35 44 42 30 10 01 05 16 36 45",
    "#": "10 16,30 36,02 42,04 44", "&": "40 05 16 25 02 01 10 20 42", "ß": "00 05 16 26 35 34 23 32 31 20",
    "Ø": "10 01 05 16 36 45 41 30 10,00 46", "Æ": "00 16 46,16 10 40,13 33,03 13", "Ð": "00 06 26 44 42 20 00,03 23",
}  # fmt: skip
_WIDE = 5.6
_EAST = 7.4


def strokes(words: Words) -> Iterator[Shape]:
    """The strokes of a line of text, a path for each chain."""
    unit = words.height / 6
    chains, width = laid(words.words)
    left, base = (-width / 2, -3.0) if words.anchor == "middle" else (0.0, 0.0)
    c, s = math.cos(words.angle) * unit, math.sin(words.angle) * unit
    x0, y0 = words.at
    for chain in chains:
        yield Shape(
            words.layer,
            (tuple((x0 + c * (x + left) - s * (y + base), y0 + s * (x + left) + c * (y + base)) for x, y in chain),),
        )


def laid(text: str) -> tuple[list[Chain], float]:
    """The chains of a text from x = 0 on its base line, in units of the grid, and how long it is."""
    chains: list[Chain] = []
    at = 0.0
    for character in text:
        glyph, wide = _glyph(character)
        chains += [tuple((x + at, y) for x, y in chain) for chain in glyph]
        at += wide
    return chains, max(at - (_WIDE - 4), 0.0)


@lru_cache(maxsize=4096)
def _glyph(character: str) -> tuple[tuple[Chain, ...], float]:
    if character == " ":
        return (), _WIDE
    if is_east(character):
        return _stand_in(ord(character)), _EAST
    plain = unicodedata.normalize("NFKD", character).upper()
    drawn = _GLYPHS.get(character) or _GLYPHS.get(plain[:1]) or _GLYPHS["-"]
    return tuple(tuple((float(p[0]), float(p[1])) for p in chain.split()) for chain in drawn.split(",")), _WIDE


def is_east(character: str) -> bool:
    """Whether a character is as wide as it is high."""
    return unicodedata.east_asian_width(character) in "WF"


def _stand_in(code: int) -> tuple[Chain, ...]:
    """Strokes within a square: boxes, bars, stems and ticks, by the character's code."""
    rng = random.Random(code)  # noqa: S311  # a shape, no secret
    chains: list[Chain] = []
    for x, y in rng.sample(list(itertools.product((0.0, 3.2), (0.0, 3.2))), rng.randint(3, 4)):
        kind = rng.randrange(5)
        if kind == 0:
            chains.append(((x, y), (x + 2.6, y), (x + 2.6, y + 2.6), (x, y + 2.6), (x, y)))
        elif kind == 1:
            chains += [((x, y + 1.3), (x + 2.8, y + 1.3)), ((x + 1.3, y), (x + 1.3, y + 2.6))]
        elif kind == 2:
            chains += [((x, y + 2.4), (x + 2.6, y + 2.4), (x + 2.0, y))]
        elif kind == 3:
            chains += [((x, y), (x + 1.3, y + 2.6), (x + 2.6, y)), ((x + 0.4, y + 0.9), (x + 2.2, y + 0.9))]
        else:
            chains += [((x, y + 2.2), (x, y), (x + 2.6, y)), ((x + 1.4, y + 2.6), (x + 2.4, y + 1.2))]
    return tuple(chains)
