"""Results of plots and scans as tables, each figure beside its aim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.accuracy.score import Tally
from pipelines.synth.accuracy.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipelines.synth.accuracy.paper import Result
    from pipelines.synth.accuracy.score import StoreyScore


@dataclass(frozen=True, slots=True)
class Aims:
    """What a kind of page is to reach; '' where nothing was asked."""

    iou: str = ""
    low: str = ""
    openings: str = ""
    scale: str = ""


VECTORS = Aims("0.92", "0.80", "0.92", "98 %")
SCANS = Aims("0.80", "", "0.85", "")


@dataclass(frozen=True, slots=True)
class Summary:
    """Many pages together. Storeys that were not found count as nothing found in them."""

    pages: int
    iou: tuple[float, float]  #: of walls, at the scale that was found: median, 10th percentile
    straight: tuple[float, float]  #: the same at the true scale
    doors: Tally
    windows: Tally
    bare: Tally
    kinds: float
    hands: float
    rooms: float
    rooms_found: float
    named: float
    scale: float
    storeys: float
    failed: int

    @property
    def openings(self) -> Tally:
        """Doors and windows."""
        return self.doors + self.windows


def summary(results: Sequence[Result]) -> Summary:
    """The figures of a list of results, which is not empty."""
    storeys = [storey for result in results for storey in result.storeys]
    return Summary(
        pages=len(results),
        iou=_spread([storey.iou for storey in storeys]),
        straight=_spread([iou for result in results for iou in result.straight]),
        doors=_all(storeys, lambda storey: storey.doors),
        windows=_all(storeys, lambda storey: storey.windows),
        bare=_all(storeys, lambda storey: storey.bare),
        kinds=_share(storey.kinds for storey in storeys),
        hands=_share(storey.hands for storey in storeys),
        rooms=_share((storey.right_rooms, storey.rooms) for storey in storeys),
        rooms_found=_share((storey.found_rooms, storey.rooms) for storey in storeys),
        named=_share(storey.named_rooms for storey in storeys),
        scale=_share((result.scale_right, 1) for result in results),
        storeys=_share((result.storeys_right, 1) for result in results),
        failed=sum(bool(result.error) for result in results),
    )


def _all(storeys: Iterable[StoreyScore], part: Callable[[StoreyScore], Tally]) -> Tally:
    return sum((part(storey) for storey in storeys), Tally())


def _spread(values: list[float]) -> tuple[float, float]:
    return float(np.median(values)), float(np.percentile(values, 10))


def _share(parts: Iterable[tuple[int, int]]) -> float:
    pairs = list(parts)
    whole = sum(total for _, total in pairs)
    return sum(part for part, _ in pairs) / whole if whole else 1.0


def overall(results: Sequence[Result], aims: Aims) -> list[str]:
    """The main table."""
    total = summary(results)
    dimensioned = [each for each in results if each.facets["dimensions"] == "yes"]
    rows = [
        ("wall IoU, median", f"{total.iou[0]:.3f}", aims.iou),
        ("wall IoU, 10th percentile", f"{total.iou[1]:.3f}", aims.low),
        ("wall IoU at the true scale, median", f"{total.straight[0]:.3f}", ""),
        ("wall IoU at the true scale, 10th percentile", f"{total.straight[1]:.3f}", ""),
        ("doors and windows, F1", f"{total.openings.f1:.3f}", aims.openings),
        *((f"{name}: precision, recall", _both(tally), "") for name, tally in _kinds(total)),
        ("doors found: kind right", f"{total.kinds:.1%}", ""),
        ("single doors found: hinge and swing right", f"{total.hands:.1%}", ""),
        ("rooms found with their area within 5 %", f"{total.rooms:.1%}", ""),
        ("rooms found, over rooms there", f"{total.rooms_found:.1%}", ""),
        ("rooms found: name right", f"{total.named:.1%}", ""),
        ("scale within 1 %", f"{total.scale:.1%}", aims.scale),
        *(
            [(f"scale within 1 %, of {len(dimensioned)} with dimensions", f"{summary(dimensioned).scale:.1%}", "")]
            if dimensioned
            else []
        ),
        ("storeys right", f"{total.storeys:.1%}", ""),
        ("pages that failed", f"{total.failed}", "0"),
    ]
    return table(("", "measured", "aim"), rows)


def _kinds(total: Summary) -> Iterable[tuple[str, Tally]]:
    return (("doors", total.doors), ("windows", total.windows), ("bare openings", total.bare))


def _both(tally: Tally) -> str:
    return f"{tally.precision:.3f}, {tally.recall:.3f}"


_HEAD = (
    "pages",
    "IoU median",
    "IoU p10",
    "at the true scale",
    "doors F1",
    "windows F1",
    "rooms",
    "scale",
    "storeys",
)


def breakdown(results: Sequence[Result], facet: str) -> list[str]:
    """One row per value of a facet, the weakest first."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.facets[facet], []).append(result)
    rows = []
    for value, group in groups.items():
        part = summary(group)
        figures = (*part.iou, part.straight[0], part.doors.f1, part.windows.f1)
        shares = (part.rooms, part.scale, part.storeys)
        cells = (value, str(part.pages), *(f"{x:.3f}" for x in figures), *(f"{x:.0%}" for x in shares))
        rows.append((part.iou[0] + part.openings.f1 + part.rooms, cells))
    return table((facet, *_HEAD), [cells for _, cells in sorted(rows)])


def worst(results: Sequence[Result], count: int, told: Sequence[str]) -> list[str]:
    """The pages that were understood least, with some of their facets."""
    rows = []
    for result in sorted(results, key=lambda each: each.worst)[:count]:
        part = summary([result])
        figures = (f"{part.iou[1]:.3f}", f"{part.straight[1]:.3f}", f"{part.doors.f1:.2f}", f"{part.windows.f1:.2f}")
        scale = f"{result.scale - 1:+.1%}" if result.scale else ""
        what = ", ".join(result.facets[key] for key in told)
        note = result.error.strip().splitlines()[-1] if result.error else ""
        rows.append((result.name, *figures, f"{part.rooms:.0%}", scale, what, note))
    head = ("page", "IoU", "at the true scale", "doors F1", "windows F1", "rooms", "scale off by", "page is", "error")
    return table(head, rows)
