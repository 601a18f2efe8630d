"""A PDF or a picture as a ``Reading``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.drafting.curves import restored
from pipelines.pdf.extractor import Document
from pipelines.pdf.scale import measure as scale_of
from pipelines.pdf.vectors import linework
from pipelines.reading import Reading
from pipelines.report import ReadReport, UnitReport

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Linework
    from pipelines.options import ConvertOptions
    from pipelines.stopwatch import Stopwatch


def read(source: Path, options: ConvertOptions, watch: Stopwatch) -> Reading:
    """Read a document; raises ``DrawingError`` where it can't be used."""
    with watch.stage("read", 0.0), Document(source) as document:
        page = document.page(options.page or 1)
        version, mended = document.version, document.mended()
    with watch.stage("expand", 0.45):
        sheet = restored(linework(page))

    def measure(linework: Linework, meaning: Meaning) -> UnitReport:
        found = scale_of(linework, meaning, page=page.size, explicit=options.scale)
        return UnitReport(
            name="mm",
            metres_per_unit=found.metres_per_mm,
            confidence=found.confidence,
            declared=None,
            method=found.method,
            evidence=found.evidence,
        )

    report = ReadReport(
        format="pdf", version=version, encoding="", encoding_method="header", reader="pymupdf",
        bytes=source.stat().st_size, entities={"path": len(page.paths)}, layers=len(page.layers),
        blocks=0, mended=mended,
    )  # fmt: skip
    return Reading(sheet, report, measure)
