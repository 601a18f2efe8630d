"""The same drawing as DXF and as PDF by seed: both are to give the same model."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.errors import DrawingError
from pipelines.options import ConvertOptions
from pipelines.overlay import render
from pipelines.synth import dxf
from pipelines.synth.accuracy import pairs
from pipelines.synth.accuracy.paper import Case, Spot, near, on_page
from pipelines.synth.accuracy.score import mapped
from pipelines.synth.drawing.compose import compose
from pipelines.synth.paper.page import Writer
from pipelines.synth.plot import random_plot
from pipelines.understand import understand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.accuracy.pairs import Pair
    from pipelines.synth.plot import Plot


def cases(begin: int, count: int) -> list[Case]:
    """So many drawings, each plotted by another writer."""
    writers = list(Writer)
    return [Case(seed, writers[seed % len(writers)]) for seed in range(begin, begin + count)]


def compare(case: Case, layouts: Path | None = None, overlay: Path | None = None) -> Pair:
    """One drawing as DXF and as PDF; with ``overlay`` files and pictures of both are kept there."""
    plot = random_plot(case.seed, layouts, case.writer)
    files = {
        "dxf": dxf.write(compose(plot.layout, plot.style, case.seed).sheet, plot.style),
        "pdf": plot.printed.data,
    }
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        where = overlay or Path(folder)
        where.mkdir(parents=True, exist_ok=True)
        for kind, data in files.items():
            source = where / f"{case.name}.{kind}"
            source.write_bytes(data)
            try:
                read = understand(source, ConvertOptions())
            except DrawingError as error:
                return pairs.Pair(case.name, error=f"{kind}: {error.message}")
            except Exception:  # noqa: BLE001  # a crash is a result to be counted, not the end of the run
                return pairs.Pair(case.name, error=f"{kind}: {traceback.format_exc(limit=-2)}")
            found[kind] = read.plan.storeys
            if overlay is not None:
                picture = render(read.plan, read.linework, read.backdrops, size=1500)
                (where / f"{case.name}-{kind}.png").write_bytes(picture)
    return _judged(case, plot, found["dxf"], found["pdf"])


def _judged(case: Case, plot: Plot, one: Sequence[Storey], other: Sequence[Storey]) -> Pair:
    """Storeys of both in the metres of the true ones; storeys that neither has are not counted."""
    scales: list[float] = []
    both: list[tuple[Storey | None, Storey | None]] = []
    for level, true in enumerate(plot.layout.plan.storeys):
        first, scale = _lies(true, one, _sheet(plot), plot, level)
        second, scaled = _lies(true, other, on_page(plot), plot, level)
        if first is not None or second is not None:
            both.append((first, second))
            scales.append(scaled / scale)
    return pairs.judged(case.name, both, float(np.mean(scales)) if scales else 0.0)


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


def lines(found: Sequence[Pair]) -> list[str]:
    """The table of pairs."""
    return pairs.lines(found)


def section(found: Sequence[Pair], begin: int) -> str:
    """What is said of pairs."""
    right = sum(each.same for each in found)
    return "\n".join(
        [
            f"{len(found)} drawings, seeds from {begin}, each written as a DXF and plotted by one of the writers.",
            "Both are understood, and the models compared in metres: walls without differences under 2 cm, doors and",
            "windows in both, and by how much these differ in place or width.",
            f"The same within 2 cm: **{right} of {len(found)}**.",
            "`python -m pipelines.synth.accuracy --kind same --only SEED` tells all about one of them.",
            "",
            *lines(found),
        ]
    )
