"""Results of plots and scans as tables, each figure beside its aim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.synth.accuracy.totals import Totals, complaint, grouped, openings, share, spread, table, totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.synth.accuracy.paper import Result


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
    """Many pages together."""

    pages: int
    found: Totals  #: at the scale that was found
    straight: tuple[float, float]  #: wall IoU at the true scale: median, 10th percentile
    scale: float
    storeys: float
    failed: int


def summary(results: Sequence[Result]) -> Summary:
    """The figures of a list of results, which is not empty."""
    return Summary(
        pages=len(results),
        found=totals([storey for result in results for storey in result.storeys]),
        straight=spread([iou for result in results for iou in result.straight]),
        scale=share((result.scale_right, 1) for result in results),
        storeys=share((result.storeys_right, 1) for result in results),
        failed=sum(bool(result.error) for result in results),
    )


def overall(results: Sequence[Result], aims: Aims) -> list[str]:
    """The main table."""
    total = summary(results)
    found = total.found
    dimensioned = [each for each in results if each.facets["dimensions"] == "yes"]
    rows = [
        ("wall IoU, median", f"{found.iou[0]:.3f}", aims.iou),
        ("wall IoU, 10th percentile", f"{found.iou[1]:.3f}", aims.low),
        ("wall IoU at the true scale, median", f"{total.straight[0]:.3f}", ""),
        ("wall IoU at the true scale, 10th percentile", f"{total.straight[1]:.3f}", ""),
        ("doors and windows, F1", f"{found.openings.f1:.3f}", aims.openings),
        *openings(found),
        ("rooms found with their area within 5 %", f"{found.rooms:.1%}", ""),
        ("rooms found, over rooms there", f"{found.rooms_found:.1%}", ""),
        ("rooms found: name right", f"{found.named:.1%}", ""),
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
    rows = []
    for value, group in grouped(results, facet).items():
        part = summary(group)
        found = part.found
        figures = (*found.iou, part.straight[0], found.doors.f1, found.windows.f1)
        shares = (found.rooms, part.scale, part.storeys)
        cells = (value, str(part.pages), *(f"{x:.3f}" for x in figures), *(f"{x:.0%}" for x in shares))
        rows.append((found.iou[0] + found.openings.f1 + found.rooms, cells))
    return table((facet, *_HEAD), [cells for _, cells in sorted(rows)])


def worst(results: Sequence[Result], count: int, told: Sequence[str]) -> list[str]:
    """The pages that were understood least, with some of their facets."""
    rows = []
    for result in sorted(results, key=lambda each: each.worst)[:count]:
        part = summary([result])
        found = part.found
        figures = (f"{found.iou[1]:.3f}", f"{part.straight[1]:.3f}", f"{found.doors.f1:.2f}", f"{found.windows.f1:.2f}")
        scale = f"{result.scale - 1:+.1%}" if result.scale else ""
        what = ", ".join(result.facets[key] for key in told)
        rows.append((result.name, *figures, f"{found.rooms:.0%}", scale, what, complaint(result.error)))
    head = ("page", "IoU", "at the true scale", "doors F1", "windows F1", "rooms", "scale off by", "page is", "error")
    return table(head, rows)
