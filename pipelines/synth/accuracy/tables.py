"""Results as numbers, and numbers as the tables of ``docs/accuracy.md``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.synth.accuracy.totals import Totals, both, complaint, grouped, openings, share, table, totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.synth.accuracy.sample import Result


@dataclass(frozen=True, slots=True)
class Summary:
    """Many drawings together."""

    drawings: int
    found: Totals
    units: float
    storeys: float
    views: float
    view_kinds: float
    failed: int


def summary(results: Sequence[Result]) -> Summary:
    """The figures of a list of results, which is not empty."""
    return Summary(
        drawings=len(results),
        found=totals([storey for result in results for storey in result.storeys]),
        units=share((result.unit_right, 1) for result in results),
        storeys=share((result.storeys_right, 1) for result in results),
        views=share((result.views_right, 1) for result in results),
        view_kinds=share(result.kinds for result in results),
        failed=sum(bool(result.error) for result in results),
    )


def overall(total: Summary) -> list[str]:
    """The main table, each figure beside its aim."""
    found = total.found
    rows = [
        ("wall IoU, median", f"{found.iou[0]:.3f}", "0.95"),
        ("wall IoU, 10th percentile", f"{found.iou[1]:.3f}", "0.85"),
        ("wall IoU without differences under 2 cm, median", f"{found.tolerant[0]:.3f}", ""),
        ("wall IoU without differences under 2 cm, 10th percentile", f"{found.tolerant[1]:.3f}", ""),
        ("doors and windows, F1", f"{found.openings.f1:.3f}", "0.95"),
        *openings(found),
        ("rooms found with their area within 5 %", f"{found.rooms:.1%}", "90 %"),
        ("rooms found, over rooms there", f"{found.rooms_found:.1%}", ""),
        ("rooms found: name right", f"{found.named:.1%}", ""),
        ("columns: precision, recall", both(found.columns), ""),
        ("unit right", f"{total.units:.1%}", "99 %"),
        ("storeys right", f"{total.storeys:.1%}", ""),
        ("plans modelled, and nothing else", f"{total.views:.1%}", ""),
        ("titled views of the right kind", f"{total.view_kinds:.1%}", ""),
        ("drawings that failed", f"{total.failed}", "0"),
    ]
    return table(("", "measured", "aim"), rows)


_HEAD = ("", "drawings", "IoU median", "IoU p10", "doors F1", "windows F1", "rooms", "units", "storeys")


def breakdown(results: Sequence[Result], facet: str) -> list[str]:
    """One row per value of a facet, the weakest first."""
    rows = []
    for value, group in grouped(results, facet).items():
        part = summary(group)
        found = part.found
        figures = (*found.iou, found.doors.f1, found.windows.f1)
        shares = (found.rooms, part.units, part.storeys)
        mean = found.iou[1] + found.openings.f1 + found.rooms
        cells = (value, str(part.drawings), *(f"{x:.3f}" for x in figures), *(f"{x:.0%}" for x in shares))
        rows.append((mean, cells))
    return table((facet, *_HEAD[1:]), [cells for _, cells in sorted(rows)])


def worst(results: Sequence[Result], count: int = 12) -> list[str]:
    """The drawings that were understood least."""
    rows = []
    for result in sorted(results, key=lambda each: each.worst)[:count]:
        found = totals(result.storeys)
        told = ", ".join(result.facets[key] for key in ("building", "walls", "layers", "doors", "windows", "header"))
        figures = (f"{found.iou[1]:.3f}", f"{found.doors.f1:.2f}", f"{found.windows.f1:.2f}", f"{found.rooms:.0%}")
        rows.append((str(result.seed), *figures, "yes" if result.unit_right else "no", told, complaint(result.error)))
    return table(("seed", "IoU", "doors F1", "windows F1", "rooms", "unit right", "drawing", "error"), rows)
