"""The same drawing as DXF and as PDF: both are to give the same model."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.errors import DrawingError
from pipelines.options import ConvertOptions
from pipelines.synth import dxf
from pipelines.synth.accuracy.paper import Spot, near, on_page
from pipelines.synth.accuracy.score import group, mapped, matched, wall_iou
from pipelines.synth.accuracy.totals import table
from pipelines.synth.drawing.compose import compose
from pipelines.synth.paper.page import Writer
from pipelines.synth.plot import random_plot
from pipelines.understand import understand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.plot import Plot

#: Models that differ by less are the same, metres.
SAME: Final = 0.02


@dataclass(frozen=True, slots=True)
class Pair:
    """One drawing, understood twice."""

    seed: int
    writer: str
    iou: float  #: of the walls of both, differences under 2 cm apart; the worst storey's
    doors: tuple[int, int, int]  #: in both, in the DXF alone, in the PDF alone
    windows: tuple[int, int, int]
    away: float  #: metres that openings in both differ at most in place or width, nan where there is none
    scale: float  #: of the PDF over that of the DXF
    error: str = ""

    @property
    def same(self) -> bool:
        """Whether everything is the same within 2 cm."""
        openings = self.doors[1:] + self.windows[1:]
        return not self.error and self.iou > 0.999 and not any(openings) and not self.away > SAME


def measure(seeds: range, layouts: Path | None = None) -> Iterator[Pair]:
    """Compare drawings by seed, each plotted by another writer."""
    writers = list(Writer)
    for seed in seeds:
        yield compare(seed, writers[seed % len(writers)], layouts)


def compare(seed: int, writer: Writer, layouts: Path | None = None) -> Pair:
    """One drawing as DXF and as PDF."""
    plot = random_plot(seed, layouts, writer)
    files = {
        "dxf": dxf.write(compose(plot.layout, plot.style, seed).sheet, plot.style),
        "pdf": plot.printed.data,
    }
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, data in files.items():
            source = Path(folder) / f"{seed}.{kind}"
            source.write_bytes(data)
            try:
                found[kind] = understand(source, ConvertOptions()).plan.storeys
            except DrawingError as error:
                none = (0, 0, 0)
                return Pair(seed, writer, 0.0, none, none, float("nan"), 0.0, f"{kind}: {error.message}")
    return _judged(plot, found["dxf"], found["pdf"])


def _judged(plot: Plot, one: Sequence[Storey], other: Sequence[Storey]) -> Pair:
    """Storeys of both in the metres of the true ones; storeys that neither has are not counted."""
    ious: list[float] = []
    scales: list[float] = []
    away: list[float] = []
    counts = {"door": np.zeros(3, np.int64), "window": np.zeros(3, np.int64)}
    for level, true in enumerate(plot.layout.plan.storeys):
        first, scale = _lies(true, one, _sheet(plot), plot, level)
        second, scaled = _lies(true, other, on_page(plot), plot, level)
        if first is None or second is None:
            ious += [0.0] if first is not None or second is not None else []
            continue
        ious.append(wall_iou(first, second)[1])
        scales.append(scaled / scale)
        pairs = matched(first.openings, second.openings)
        for name, before in counts.items():
            both = sum(group(first.openings.kind[i]) == name for i, _ in pairs)
            alone = [sum(group(kind) == name for kind in each.openings.kind) - both for each in (first, second)]
            counts[name] = before + np.array([both, *alone])
        for i, j in pairs:
            place = float(np.hypot(*(first.openings.center[i] - second.openings.center[j])))
            away.append(max(place, abs(float(first.openings.width[i] - second.openings.width[j]))))
    doors, windows = ((int(t[0]), int(t[1]), int(t[2])) for t in counts.values())
    worst = max(away, default=float("nan"))
    writer = str(plot.printed.paper.writer)
    return Pair(plot.seed, writer, min(ious, default=1.0), doors, windows, worst, float(np.mean(scales or [1.0])))


def _sheet(plot: Plot) -> Floats:
    """(3, 3) units of the DXF -> metres of the sheet."""
    metres = plot.style.unit.metres
    x, y = plot.style.offset
    return np.array([[metres, 0, -x * metres], [0, metres, -y * metres], [0, 0, 1]])


def _lies(
    true: Storey, storeys: Sequence[Storey], place: Floats, plot: Plot, level: int
) -> tuple[Storey | None, float]:
    """The found storey on the true one, in its metres, as large as it was found; and found over true lengths."""
    best: tuple[Storey | None, float] = None, 1.0
    most = 0.0
    for storey in storeys:
        for placed in plot.placed:
            if placed.level == level and placed.kind in ("plan", "electrical"):
                spot = Spot.of(true, storey, place, placed.frame.at)
                exact = mapped(storey, spot.matrix(1 / spot.scale))
                one, other = (shapely.union_all(each.walls.footprint) for each in (true, exact))
                common = float(shapely.area(shapely.intersection(one, other))) if near(true, exact) else 0.0
                if common > most:
                    best, most = (mapped(storey, spot.matrix(1.0)), spot.scale), common
    return best


def lines(results: Sequence[Pair]) -> list[str]:
    """The table of the pairs."""
    rows = [
        (
            f"{each.seed}-{each.writer}",
            f"{each.iou:.3f}",
            _told(each.doors),
            _told(each.windows),
            "" if np.isnan(each.away) else f"{100 * each.away:.1f} cm",
            f"{each.scale - 1:+.2%}" if each.scale else "",
            "yes" if each.same else "**no**",
            each.error,
        )
        for each in results
    ]
    head = ("drawing", "wall IoU beyond 2 cm", "doors", "windows", "openings differ by", "scale by", "same", "error")
    return table(head, rows)


def _told(counts: tuple[int, int, int]) -> str:
    extra = [f"{count} only in the {what}" for count, what in zip(counts[1:], ("DXF", "PDF"), strict=True) if count]
    return ", ".join([str(counts[0]), *extra])


def section(results: Sequence[Pair], begin: int) -> str:
    """What is said of pairs."""
    right = sum(each.same for each in results)
    text = [
        f"{len(results)} drawings, seeds from {begin}, each written as a DXF and plotted by one of the writers. Both",
        "are understood, and the models compared in metres: walls without differences under 2 cm, doors and windows in",
        f"both, and by how much these differ in place or width. The same within 2 cm: **{right} of {len(results)}**.",
        "",
        *lines(results),
    ]
    return "\n".join(text)
