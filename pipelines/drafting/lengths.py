"""Numbers on drawings, read as the lengths that they state: 3600, 3.60, 360 cm, 3.65⁵, 12'-6.

Most are written without a unit. Which one is meant is the habit of the office that drew the sheet, so it is no part
of the number: ``Written.metres`` takes it as an argument, and is nan where such an office would not write so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.options import UnitName

_NAN = float("nan")
_VULGAR = {"¼": "1/4", "½": "1/2", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
_QUOTES = str.maketrans({"’": "'", "‘": "'", "′": "'", "`": "'", "´": "'", "”": '"', "“": '"', "″": '"', "⁄": "/"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
#: What may stand before and after a length without changing it.
_BEFORE = r"(?:(?:ca|approx|abt)\.?\s*|[~≈=(*]\s*)?"
_AFTER = r"\s*\)?(?:\s*(?:typ|clr|clear|min|max|nom|opg|o\.?\s?c|c/c|±|\+/-)\.?)*\s*"
_FRACTION = r"(\d{1,2})/(\d{1,2})"
_FEET = re.compile(
    rf"{_BEFORE}(?:(\d+(?:\.\d+)?)\s*(?:'|ft\.?|feet)\s*-?\s*)?"
    rf"(?:(\d+(?:\.\d+)?)?(?:\s*[ -]?\s*{_FRACTION})?\s*(\"|''|in\.?|inch(?:es)?)?)?{_AFTER}",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"{_BEFORE}(\d{{1,3}}(?:[ ']\d{{3}})+|\d{{1,3}}(?:,\d{{3}}){{2,}}|\d*[.,]\d+|\d+)"
    rf"([⁰¹²³⁴-⁹]?)\s*(mm|cm|m)?{_AFTER}",
    re.IGNORECASE,
)
#: Longest text that states nothing but a length.
_LONGEST = 24
#: Labels are shorter than this.
_LABEL = 40


@dataclass(frozen=True, slots=True)
class Written:
    """A number that may be a length."""

    value: float  #: as written; metres where the unit is feet and inches
    unit: UnitName | None  #: as written beside it; FOOT for all that is written in feet and inches
    decimals: int  #: digits after the point, a raised one included
    raised: bool = False  #: whether the last digit stands above the line (3.65⁵, 88⁵: half a centimetre)

    def metres(self, habit: UnitName) -> float:
        """The length, where numbers without a unit are written in the ``habit`` of an office; nan where none is.

        An office that writes metres writes what is shorter than one in centimetres (24, 88⁵), and one that writes
        millimetres may part thousands by a point (3.650). A program may write any number with two decimals (3500.00).
        """
        if self.unit is UnitName.FOOT:
            return self.value
        if self.unit is not None:
            return self.value * self.unit.metres
        plain = self.decimals < 2 or (self.decimals == 2 and self.value >= 100)
        match habit:
            case UnitName.MM:
                factor = 1.0 if self.decimals == 3 else 0.001 if plain and not self.raised else _NAN
            case UnitName.CM:
                factor = 0.01 if plain else _NAN
            case UnitName.M:
                small = self.decimals == 0 or (self.raised and self.decimals == 1)
                factor = (0.01 if self.value < 100 else _NAN) if small else 1.0
            case _:
                factor = habit.metres if not self.raised else _NAN
        return self.value * factor


@lru_cache(maxsize=4096)
def read(text: str) -> Written | None:
    """The length that a text states, None where it states something else: a sign, a date, a size of two numbers."""
    if len(text) > _LONGEST or not any(letter.isdigit() for letter in text.translate(_DIGITS)):
        return None
    plain = straightened(text.strip())
    return _imperial(plain) or _metric(plain)


def straightened(text: str) -> str:
    """A text with one kind of quotes and dashes, and with fractions in plain digits: 6½” becomes 6 1/2"."""
    for letter, fraction in _VULGAR.items():
        text = text.replace(letter, f" {fraction}")
    return text.translate(_QUOTES).translate(_DASHES)


_DIGITS = str.maketrans(dict.fromkeys(_VULGAR, "1"))


def _imperial(plain: str) -> Written | None:
    """Feet and inches, either alone, fractions of inches; the last mark may be missing: 12'-6."""
    found = _FEET.fullmatch(plain)
    if found is None:
        return None
    feet, inches, above, below, mark = found.groups()
    if (feet is None and mark is None) or not any((feet, inches, above)):
        return None
    if any(len(part) > 1 and part[0] == "0" and part[1] != "." for part in (feet or "", inches or "")):
        return None  # 00'006 is a number upside down
    part = float(above) / float(below) if below and float(below) else 0.0
    inch = float(inches or 0.0) + part
    if part >= 1.0 or (feet is not None and inch >= 12.0):
        return None
    value = float(feet or 0.0) * UnitName.FOOT.metres + inch * UnitName.INCH.metres
    return Written(value, UnitName.FOOT, 0) if value > 0 else None


def _metric(plain: str) -> Written | None:
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    digits, raised, unit = found.groups()
    digits = digits.replace(" ", "").replace("'", "")
    if digits.count(",") > 1:
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".")
    whole, _, rest = digits.partition(".")
    if len(whole) > 1 and whole.startswith("0"):
        return None  # 007 is a number of something
    if raised:
        rest += _RAISED[raised]
    value = float(f"{whole or 0}.{rest or 0}")
    name = UnitName(unit.lower()) if unit else None
    return Written(value, name, len(rest), raised=bool(raised)) if value > 0 else None


def metres(text: str) -> float:
    """A written dimension in metres where nothing is known of the office; nan where it is not one.

    Without a unit, what has decimals and is below 100 is in metres, what is 300 or more in millimetres.
    """
    written = read(text.replace("%%c", ""))
    if written is None:
        return _NAN
    if written.unit is None and written.decimals == 0 and written.value < 300:
        return _NAN
    habit = UnitName.M if written.decimals and written.value < 100 else UnitName.MM
    return written.metres(habit)


_IMPERIAL_LABEL = re.compile(
    r"\d\s*'\s*-?\s*\d|\d\s*'\s*[xX]|^\s*[1-9]\d?[0-9]?[046]8\b|^\s*\d0\d0\b|\bsq\.? ?ft\b|\b(?:S\.?F\.?)$",
    re.IGNORECASE,
)
_METRIC_LABEL = re.compile(r"\d\s*(?:m2|m²|㎡|mm|cm|qm|m\.? ?kare)\b|㎡|坪|평$|帖|\d\s*m²", re.IGNORECASE)


def imperial(text: str) -> bool | None:
    """Whether a label gives a size in feet and inches (13'8 x 14', door 2668), or a metric one (12.5 m²); else None."""
    if len(text) >= _LABEL:
        return None
    return True if _IMPERIAL_LABEL.search(text) else False if _METRIC_LABEL.search(text) else None
