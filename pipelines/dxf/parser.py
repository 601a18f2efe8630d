"""DXF bytes into a ``Drawing`` by ezdxf: check, decode, load, walk.

A bulk reader for large files will stand beside it: the same ``read``, the same ``Drawing``.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.dxf.encoding import sniff
from pipelines.dxf.intake import inspect
from pipelines.report import ReadReport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.dxf.drawing import Drawing


def read(path: Path) -> tuple[Drawing, ReadReport]:
    """Read a DXF file of any version from R12 on, ASCII or binary, mending what can be mended.

    Raises ``NotThisFormat``, ``UnsupportedFormat``, ``CorruptDrawing``, ``DrawingTooComplex``.
    """
    intake = inspect(path)
    encoding = sniff(path, version=intake.version, binary=intake.binary)
    # Half a second of imports, which the checks before must not cost.
    from pipelines.dxf.collector import Collector  # noqa: PLC0415
    from pipelines.dxf.document import load, release  # noqa: PLC0415

    with _uncollected():
        loaded = load(path, intake, encoding)
        collector = Collector(loaded.document)
        collector.run()
        report = ReadReport(
            format="dxf",
            version=str(loaded.document.acad_release or "unknown"),
            encoding=encoding.name,
            encoding_method=encoding.method,
            reader=loaded.reader,
            bytes=intake.size,
            entities=dict(sorted(collector.counts.items())),
            layers=len(collector.tables.layers),
            blocks=collector.blocks,
            skipped=collector.left_out(),
            mended=(*loaded.mended, *collector.notes),
        )
        release(loaded.document)  # before the columns need its room
        return collector.drawing(), report


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: it finds nothing in a growing document, and takes a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
