"""Amounts with a unit, as people write them: on the command line and in settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured, and by which units."""

    name: str
    units: Mapping[str, float]  #: in the base unit, which "" is
    example: str

    def read(self, text: str) -> float:
        """A positive number, in the base unit. Raises ``ValueError`` with what is wrong."""
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", text.strip().lower())
        if match is None or match[2] not in self.units or not float(match[1]):
            raise ValueError(f"{text[:40]!r} is no {self.name}; write it as {self.example}.")
        return float(match[1]) * self.units[match[2]]


SIZE = Measure(
    "size",
    {"": 1, "b": 1} | {f"{prefix}{b}": 1024.0**n for n, prefix in enumerate("kmgt", 1) for b in ("", "b", "ib")},
    "800M or 4G",
)
DURATION = Measure("duration", {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}, "90, 10m or 1h")


class Scale:
    """How much larger than its paper a drawing is: 100 for 1:100, 48 for 1/4"=1'-0"."""

    name: Final = "scale"
    example: Final = '1:100, 100 or 1/4"=1\'-0"'
    least: Final = 10.0  #: larger is a detail of a building
    most: Final = 10_000.0  #: smaller is a map
    _INCHES = """(?:([0-9]{1,3}) +)?([0-9]{1,3}(?:[/][0-9]{1,3}|[.][0-9]{1,6})?) *(?:"|''|″|”|in|inch|inches)"""
    _FEET = "([0-9]{1,4}) *(?:'|′|’|ft|foot|feet)"
    _RATIO = "(?:1 *[:/] *)?([0-9]{1,5}(?:[.][0-9]{1,6})?)"
    #: Every way to write it, as Python and JSON Schema both read it.
    pattern: Final = f"^ *(?:{_RATIO}|{_INCHES} *= *{_FEET}(?: *-? *{_INCHES})?) *$"

    def read(self, text: str) -> float:
        """The scale. Raises ``ValueError`` with what is wrong."""
        from fractions import Fraction  # noqa: PLC0415  only where a scale is given

        match = re.fullmatch(self.pattern, text)
        if match is None:
            raise ValueError(f"{text[:40]!r} is no {self.name}: write it as {self.example}.")
        ratio, whole, part, feet, more, inches = match.groups(default="0")
        try:
            scale = Fraction(ratio) or (12 * int(feet) + int(more) + Fraction(inches)) / (int(whole) + Fraction(part))
        except ZeroDivisionError:
            scale = Fraction(0)
        if not self.least <= scale <= self.most:
            raise ValueError(f"{text[:40]!r} is no {self.name} of a plan: 1:{self.least:g} to 1:{self.most:g} are.")
        return float(scale)


SCALE = Scale()
