"""A DXF file as a ``Reading``: read into columns, blocks resolved, arcs restored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.drafting.curves import restored
from pipelines.dxf.expand import expand
from pipelines.dxf.parser import read as parse
from pipelines.dxf.units import infer
from pipelines.reading import Reading
from pipelines.report import Skipped

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Linework
    from pipelines.options import ConvertOptions
    from pipelines.report import UnitReport
    from pipelines.stopwatch import Stopwatch


def read(source: Path, options: ConvertOptions, watch: Stopwatch) -> Reading:
    """Read a DXF file; raises ``DrawingError`` where it can't be used."""
    with watch.stage("read", 0.0):
        drawing, report = parse(source)
    with watch.stage("expand", 0.45):
        sheet, skipped = expand(drawing)
        sheet = restored(sheet)
        header = drawing.header
        del drawing

    def measure(linework: Linework, meaning: Meaning) -> UnitReport:
        declared, measurement = header.insunits, header.measurement
        return infer(linework, meaning, declared=declared, measurement=measurement, explicit=options.units)

    return Reading(sheet, replace(report, skipped=_added(report.skipped, skipped)), measure)


def _added(one: tuple[Skipped, ...], other: tuple[Skipped, ...]) -> tuple[Skipped, ...]:
    """Both counts together, most first."""
    total: dict[tuple[str, str], int] = {}
    for each in (*one, *other):
        total[each.kind, each.reason] = total.get((each.kind, each.reason), 0) + each.count
    ranked = sorted(total.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Skipped(kind=kind, reason=reason, count=count) for (kind, reason), count in ranked)
