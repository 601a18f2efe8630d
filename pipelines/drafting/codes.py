"""Size codes beside doors and windows: '3068', '6068 S.G.D.', 'M0921', 'C1518', '900x2100', '2'-8"'.

A code is believed where its width agrees with the opening that it stands beside; it then gives the heights, and says
what kind of opening it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.plan import OpeningKind

INCH, FOOT = 0.0254, 0.3048


@dataclass(frozen=True, slots=True)
class Code:
    """A size as written: metres, nan-free; ``height`` and ``kind`` None where the code does not say."""

    width: float
    height: float | None
    kind: OpeningKind | None


#: Words behind a size, as US, UK and Asian offices write them, without dots and in capitals.
_KINDS: tuple[tuple[OpeningKind, frozenset[str]], ...] = tuple(
    (kind, frozenset(words.split()))
    for kind, words in (
        (OpeningKind.OVERHEAD_DOOR, "OH OHD OVERHEAD GARAGE ROLLUP JLM"),
        (OpeningKind.SLIDING_DOOR, "SGD SLIDER SLIDING PKT POCKET BYPASS BP BPS PATIO TLM"),
        (OpeningKind.FOLDING_DOOR, "BF BIFOLD FOLDING ACCORDION"),
        (OpeningKind.DOUBLE_DOOR, "FR FRENCH DBL PAIR PR"),
        (
            OpeningKind.WINDOW,
            "XO OX XOX SH DH FX FIX FIXED CSMT CASEMENT AWN AWNING SL HS PICT PICTURE WINDOW WIN TRANSOM EGRESS",
        ),
    )
)

_CHINESE = re.compile(r"^([A-Z]{1,4})(\d{2})(\d{2})[A-Z]?$")
_PRODUCT = re.compile(r"^[A-Z]{0,2}-?(\d{3,4})\s*[xX×*]\s*(\d{3,4})$")
_FEET = re.compile(r"^(\d{1,2})'\s*-?\s*(\d{1,2})?\"?\s*[xX×]\s*(\d{1,2})'\s*-?\s*(\d{1,2})?\"?$")


def read(text: str) -> Code | None:
    """The code in the first line of a text, None where it is no size code."""
    line = text.strip().splitlines()[0].strip() if text.strip() else ""
    words = line.split()
    if not words or len(line) > 28:
        return None
    kind = _kind(words[1:])
    head = words[0].upper()
    if match := _FEET.match(line):
        feet, inches, high_feet, high_inches = (int(g) if g else 0 for g in match.groups())
        height = high_feet * FOOT + high_inches * INCH
        width = feet * FOOT + inches * INCH
        return Code(width, height, None) if width <= 7 and height <= 3.2 else None
    if match := _PRODUCT.match(line):
        return Code(int(match[1]) / 1000, int(match[2]) / 1000, None)
    if match := _CHINESE.match(head):
        return _chinese(match)
    if head.isdigit() and len(head) in (4, 5):
        return _american(head, kind)
    return None


def _american(digits: str, kind: OpeningKind | None) -> Code | None:
    """'3068' is 3'0" by 6'8"; '16070' is 16'0" by 7'0"."""
    wide, high = digits[:-2], digits[-2:]
    width = int(wide[:-1]) * FOOT + int(wide[-1]) * INCH
    height = int(high[0]) * FOOT + int(high[1]) * INCH
    return Code(width, height, kind) if 0.3 <= width <= 7 and 0.2 <= height <= 3.2 else None


def _chinese(match: re.Match[str]) -> Code | None:
    """'M0921' is a door (men) of 0.9 by 2.1 m, 'C1518' a window (chuang) of 1.5 by 1.8 m (GB/T 5824)."""
    letters, width, height = match[1], int(match[2]) / 10, int(match[3]) / 10
    if not 0.4 <= width <= 7 or not 0.4 <= height <= 3.6:
        return None
    if letters in ("JLM", "TLM"):
        return Code(width, height, _kind([letters]))
    return Code(width, height, OpeningKind.WINDOW if letters.endswith("C") else None)


def _kind(words: list[str]) -> OpeningKind | None:
    plain = {word.upper().replace(".", "").strip("(),-") for word in words}
    return next((kind for kind, names in _KINDS if plain & names), None)
