"""Amounts with a unit, as people write them: on the command line and in settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
            raise ValueError(f"{text!r} is no {self.name}; write it as {self.example}.")
        return float(match[1]) * self.units[match[2]]


SIZE = Measure(
    "size",
    {"": 1, "b": 1} | {f"{prefix}{b}": 1024.0**n for n, prefix in enumerate("kmgt", 1) for b in ("", "b", "ib")},
    "800M or 4G",
)
DURATION = Measure("duration", {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}, "90, 10m or 1h")
