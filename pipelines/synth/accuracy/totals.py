"""Scores of many storeys together, and what every table of results is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from pipelines.synth.accuracy.score import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.synth.accuracy.score import StoreyScore


class Faceted(Protocol):
    """A result whose drawing is of some kind in several ways."""

    @property
    def facets(self) -> dict[str, str]:
        """Way -> kind."""


R = TypeVar("R", bound=Faceted)


@dataclass(frozen=True, slots=True)
class Totals:
    """Many storeys together. Those that were not found count as nothing found in them."""

    iou: tuple[float, float]  #: of walls: median, 10th percentile
    tolerant: tuple[float, float]  #: the same without differences under 2 cm
    doors: Tally
    windows: Tally
    bare: Tally
    columns: Tally
    kinds: float  #: doors found of the right kind
    hands: float  #: single doors found with hinge and swing right
    rooms: float  #: share of rooms that were found with their area within 5 %
    rooms_found: float  #: number of rooms found over number of rooms
    named: float

    @property
    def openings(self) -> Tally:
        """Doors and windows."""
        return self.doors + self.windows


def totals(storeys: Sequence[StoreyScore]) -> Totals:
    """The figures of a list of storeys, which is not empty."""
    return Totals(
        iou=spread([storey.iou for storey in storeys]),
        tolerant=spread([storey.tolerant_iou for storey in storeys]),
        doors=sum((storey.doors for storey in storeys), Tally()),
        windows=sum((storey.windows for storey in storeys), Tally()),
        bare=sum((storey.bare for storey in storeys), Tally()),
        columns=sum((storey.columns for storey in storeys), Tally()),
        kinds=share(storey.kinds for storey in storeys),
        hands=share(storey.hands for storey in storeys),
        rooms=share((storey.right_rooms, storey.rooms) for storey in storeys),
        rooms_found=share((storey.found_rooms, storey.rooms) for storey in storeys),
        named=share(storey.named_rooms for storey in storeys),
    )


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Median and 10th percentile."""
    return float(np.median(values)), float(np.percentile(values, 10))


def share(parts: Iterable[tuple[int, int]]) -> float:
    """Parts of wholes, all together; 1 where there was nothing to have a part of."""
    pairs = list(parts)
    whole = sum(total for _, total in pairs)
    return sum(part for part, _ in pairs) / whole if whole else 1.0


def openings(total: Totals) -> list[tuple[str, str, str]]:
    """Rows on how doors, windows and bare openings were found; none has an aim."""
    sides = (("doors", total.doors), ("windows", total.windows), ("bare openings", total.bare))
    return [
        *((f"{name}: precision, recall", both(tally), "") for name, tally in sides),
        ("doors found: kind right", f"{total.kinds:.1%}", ""),
        ("single doors found: hinge and swing right", f"{total.hands:.1%}", ""),
    ]


def both(tally: Tally) -> str:
    """Precision and recall as a cell."""
    return f"{tally.precision:.3f}, {tally.recall:.3f}"


def grouped(results: Iterable[R], facet: str) -> dict[str, list[R]]:
    """The results of each kind."""
    groups: dict[str, list[R]] = {}
    for result in results:
        groups.setdefault(result.facets[facet], []).append(result)
    return groups


def complaint(error: str) -> str:
    """The last line of an error, '' where there was none."""
    return error.strip().splitlines()[-1] if error else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return [
        "| " + " | ".join(head) + " |",
        "|" + " --- |" * len(head),
        *("| " + " | ".join(row) + " |" for row in cells),
    ]
