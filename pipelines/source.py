"""Which reader reads a file: told by its first bytes, never by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.options import ConvertOptions
    from pipelines.reading import Reading
    from pipelines.stopwatch import Stopwatch

#: First bytes of pictures that are read as scans.
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
#: A PDF's header may stand behind other bytes (PDF 1.7, implementation note 13).
_HEAD = 1024


def kind(source: Path) -> str:
    """'pdf', 'picture', or 'dxf', which is also what refuses all else."""
    with source.open("rb") as file:
        head = file.read(_HEAD)
    if b"%PDF-" in head:
        return "pdf"
    return "picture" if head.startswith(_PICTURES) else "dxf"


def read(source: Path, options: ConvertOptions, watch: Stopwatch) -> Reading:
    """Read a drawing of any format; raises ``DrawingError`` where it can't be used."""
    # Each reader brings imports that the others' drawings must not wait for.
    if kind(source) == "dxf":
        from pipelines.dxf.reader import read as dxf  # noqa: PLC0415

        return dxf(source, options, watch)
    from pipelines.pdf.reader import read as pdf  # noqa: PLC0415

    return pdf(source, options, watch)
