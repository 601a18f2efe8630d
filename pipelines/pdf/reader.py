"""A PDF or a picture as a ``Reading``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.errors import UnsupportedFormat

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.options import ConvertOptions
    from pipelines.reading import Reading
    from pipelines.stopwatch import Stopwatch


def read(source: Path, options: ConvertOptions, watch: Stopwatch) -> Reading:
    """Read a document; raises ``DrawingError`` where it can't be used."""
    with watch.stage("read", 0.0):
        raise UnsupportedFormat(f"The file is a PDF or a picture (page {options.page}): {source.name} is not read yet.")
