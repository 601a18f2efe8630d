"""Results as numbers, and numbers as the tables of ``docs/accuracy.md``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.accuracy.score import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.synth.accuracy.sample import Result


@dataclass(frozen=True, slots=True)
class Summary:
    """Many drawings together."""

    drawings: int
    iou_median: float
    iou_p10: float
    tolerant_median: float
    tolerant_p10: float
    doors: Tally
    windows: Tally
    bare: Tally
    columns: Tally
    door_kinds: float
    door_hands: float
    rooms_right: float  #: share of rooms that were found with their area within 5 %
    rooms_found: float  #: number of rooms found over number of rooms
    rooms_named: float
    units: float
    storeys: float
    views: float
    view_kinds: float
    failed: int
    seconds_median: float

    @property
    def openings(self) -> Tally:
        """Doors and windows."""
        return self.doors + self.windows


def summary(results: Sequence[Result]) -> Summary:
    """The figures of a list of results, which is not empty."""
    storeys = [storey for result in results for storey in result.storeys]
    ious = np.array([storey.iou for storey in storeys])
    tolerant = np.array([storey.tolerant_iou for storey in storeys])
    return Summary(
        drawings=len(results),
        iou_median=float(np.median(ious)),
        iou_p10=float(np.percentile(ious, 10)),
        tolerant_median=float(np.median(tolerant)),
        tolerant_p10=float(np.percentile(tolerant, 10)),
        doors=sum((storey.doors for storey in storeys), Tally()),
        windows=sum((storey.windows for storey in storeys), Tally()),
        bare=sum((storey.bare for storey in storeys), Tally()),
        columns=sum((storey.columns for storey in storeys), Tally()),
        door_kinds=_share(storey.kinds for storey in storeys),
        door_hands=_share(storey.hands for storey in storeys),
        rooms_right=_share((storey.right_rooms, storey.rooms) for storey in storeys),
        rooms_found=_share((storey.found_rooms, storey.rooms) for storey in storeys),
        rooms_named=_share(storey.named_rooms for storey in storeys),
        units=_share((result.unit_right, 1) for result in results),
        storeys=_share((result.storeys_right, 1) for result in results),
        views=_share((result.views_right, 1) for result in results),
        view_kinds=_share(result.kinds for result in results),
        failed=sum(bool(result.error) for result in results),
        seconds_median=float(np.median([result.seconds for result in results])),
    )


def _share(parts: Iterable[tuple[int, int]]) -> float:
    pairs = list(parts)
    whole = sum(total for _, total in pairs)
    return sum(part for part, _ in pairs) / whole if whole else 1.0


def overall(total: Summary) -> list[str]:
    """The main table, each figure beside its aim."""
    rows = [
        ("wall IoU, median", f"{total.iou_median:.3f}", "0.95"),
        ("wall IoU, 10th percentile", f"{total.iou_p10:.3f}", "0.85"),
        ("wall IoU without differences under 2 cm, median", f"{total.tolerant_median:.3f}", ""),
        ("wall IoU without differences under 2 cm, 10th percentile", f"{total.tolerant_p10:.3f}", ""),
        ("doors and windows, F1", f"{total.openings.f1:.3f}", "0.95"),
        ("doors: precision, recall", f"{total.doors.precision:.3f}, {total.doors.recall:.3f}", ""),
        ("windows: precision, recall", f"{total.windows.precision:.3f}, {total.windows.recall:.3f}", ""),
        ("bare openings: precision, recall", f"{total.bare.precision:.3f}, {total.bare.recall:.3f}", ""),
        ("doors found: kind right", f"{total.door_kinds:.1%}", ""),
        ("single doors found: hinge and swing right", f"{total.door_hands:.1%}", ""),
        ("rooms found with their area within 5 %", f"{total.rooms_right:.1%}", "90 %"),
        ("rooms found, over rooms there", f"{total.rooms_found:.1%}", ""),
        ("rooms found: name right", f"{total.rooms_named:.1%}", ""),
        ("columns: precision, recall", f"{total.columns.precision:.3f}, {total.columns.recall:.3f}", ""),
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
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.facets[facet], []).append(result)
    rows = []
    for value, group in groups.items():
        part = summary(group)
        figures = (part.iou_median, part.iou_p10, part.doors.f1, part.windows.f1)
        shares = (part.rooms_right, part.units, part.storeys)
        mean = part.iou_p10 + part.openings.f1 + part.rooms_right
        cells = (value, str(part.drawings), *(f"{x:.3f}" for x in figures), *(f"{x:.0%}" for x in shares))
        rows.append((mean, cells))
    return table((facet, *_HEAD[1:]), [cells for _, cells in sorted(rows)])


def worst(results: Sequence[Result], count: int = 12) -> list[str]:
    """The drawings that were understood least."""
    rows = []
    for result in sorted(results, key=lambda each: each.worst)[:count]:
        part = summary([result])
        told = ", ".join(result.facets[key] for key in ("building", "walls", "layers", "doors", "windows", "header"))
        note = result.error.strip().splitlines()[-1] if result.error else ""
        figures = (f"{part.iou_p10:.3f}", f"{part.doors.f1:.2f}", f"{part.windows.f1:.2f}", f"{part.rooms_right:.0%}")
        rows.append((str(result.seed), *figures, "yes" if result.unit_right else "no", told, note))
    return table(("seed", "IoU", "doors F1", "windows F1", "rooms", "unit right", "drawing", "error"), rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return [
        "| " + " | ".join(head) + " |",
        "|" + " --- |" * len(head),
        *("| " + " | ".join(row) + " |" for row in cells),
    ]
