"""Two models of one drawing, and by how much they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from pipelines.synth.accuracy.score import group, matched, wall_iou
from pipelines.synth.accuracy.totals import complaint, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.plan import Rooms, Storey

#: Models that differ by less are the same, metres.
SAME: Final = 0.02
#: Walls are the same from this IoU on, and areas of rooms within this share.
SAME_WALLS, SAME_AREA = 0.999, 0.05

#: In both, in the DXF alone, in the PDF alone.
Counts = tuple[int, int, int]
_NONE: Final = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Pair:
    """One drawing, understood twice."""

    name: str
    iou: float = 0.0  #: of the walls of both, differences under 2 cm apart; the worst storey's
    doors: Counts = _NONE
    windows: Counts = _NONE
    rooms: Counts = _NONE  #: in both by place and area
    away: float = float("nan")  #: metres that openings in both differ at most in place or width, nan without any
    scale: float = 0.0  #: of the PDF over that of the DXF, 0 where nothing was found
    error: str = ""

    @property
    def same(self) -> bool:
        """Whether all walls, doors and windows are the same within 2 cm."""
        openings = self.doors[1:] + self.windows[1:]
        return not self.error and self.iou > SAME_WALLS and not any(openings) and not self.away > SAME

    @classmethod
    def restored(cls, row: dict[str, Any]) -> Pair:
        """A pair from its plain JSON types."""
        counts = {key: tuple(row[key]) for key in ("doors", "windows", "rooms")}
        away = float("nan") if row["away"] is None else row["away"]
        return cls(**{**row, **counts, "away": away})


def judged(name: str, storeys: Iterable[tuple[Storey | None, Storey | None]], scale: float) -> Pair:
    """Storeys of both models in the same metres, that of the DXF first, None where a model has none."""
    ious: list[float] = []
    away: list[float] = []
    counts = {"door": np.zeros(3, np.int64), "window": np.zeros(3, np.int64)}
    rooms = np.zeros(3, np.int64)
    for first, second in storeys:
        if first is None or second is None:
            ious.append(0.0)
            for side, each in ((1, first), (2, second)):
                if each is not None:
                    rooms[side] += len(each.rooms)
                    for kind, count in counts.items():
                        count[side] += sum(group(other) == kind for other in each.openings.kind)
            continue
        ious.append(wall_iou(first, second)[1])
        pairs = matched(first.openings, second.openings)
        for kind in counts:
            both = sum(group(first.openings.kind[i]) == kind for i, _ in pairs)
            alone = [sum(group(each) == kind for each in one.openings.kind) - both for one in (first, second)]
            counts[kind] += np.array([both, *alone])
        for i, j in pairs:
            place = float(np.hypot(*(first.openings.center[i] - second.openings.center[j])))
            away.append(max(place, abs(float(first.openings.width[i] - second.openings.width[j]))))
        both = _alike(first.rooms, second.rooms)
        rooms += np.array([both, len(first.rooms) - both, len(second.rooms) - both])
    doors, windows, halls = ((int(t[0]), int(t[1]), int(t[2])) for t in (*counts.values(), rooms))
    return Pair(name, min(ious, default=1.0), doors, windows, halls, max(away, default=float("nan")), scale)


def _alike(one: Rooms, other: Rooms) -> int:
    """How many rooms are in both: in the same place, and of the same area."""
    if not len(one) or not len(other):
        return 0
    inside = shapely.contains(other.footprint[None], shapely.point_on_surface(one.footprint)[:, None])
    areas = np.abs(one.area[:, None] - other.area[None]) <= SAME_AREA * one.area[:, None]
    return int((inside & areas).any(axis=1).sum())


def lines(found: Sequence[Pair]) -> list[str]:
    """The table of pairs."""
    head = ("drawing", "wall IoU beyond 2 cm", "doors", "windows", "openings differ by", "scale by", "same", "error")
    rows = []
    for each in found:
        cells = (each.name, f"{each.iou:.3f}", told(each.doors), told(each.windows), apart(each), _off(each))
        rows.append((*cells, "yes" if each.same else "**no**", complaint(each.error)))
    return table(head, rows)


def told(counts: Counts) -> str:
    """How many there are in both, and how many in one alone."""
    both, first, second = counts
    alone = [f"{first} only in the DXF"] * bool(first) + [f"{second} only in the PDF"] * bool(second)
    return ", ".join([str(both), *alone])


def apart(pair: Pair) -> str:
    """By how much openings differ."""
    return "" if np.isnan(pair.away) else f"{pair.away * 100:.1f} cm"


def _off(pair: Pair) -> str:
    return f"{pair.scale - 1:+.2%}" if pair.scale else ""
