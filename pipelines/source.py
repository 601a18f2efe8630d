"""Which reader reads a file: told by its first bytes, never by its name."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from pipelines.options import OptionUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipelines.options import ConvertOptions
    from pipelines.reading import Reading
    from pipelines.stopwatch import Stopwatch

    Read = Callable[[Path, ConvertOptions, Stopwatch], Reading]

#: First bytes of pictures that are read as scans.
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
#: How a DXF begins: with the sentinel of the binary form, or with a section; comments may stand before it.
_DXF = re.compile(rb"AutoCAD Binary DXF|(\xef\xbb\xbf)?\s*(999\s*\n[^\n]*\n\s*)*0\s*\n\s*SECTION\s", re.IGNORECASE)
#: A PDF's header may stand behind other bytes (PDF 1.7, implementation note 13).
_HEAD = 1024


def kind(source: Path) -> str:
    """'dxf', 'pdf' or 'picture'; 'unknown' where a file begins like none of them."""
    with source.open("rb") as file:
        head = file.read(_HEAD)
    if _DXF.match(head):
        return "dxf"
    if b"%PDF-" in head:
        return "pdf"
    return "picture" if head.startswith(_PICTURES) else "unknown"


def prepare(kind: str, options: ConvertOptions) -> Iterator[None]:
    """Import and load what drawings of a kind are read with, step by step, while the drawing is still on its way.

    Whoever has the drawing takes no further step: most are read without some of what the last ones bring.
    """
    _reader(kind)
    yield
    if kind in ("pdf", "picture"):
        from pipelines.pdf import scanned, wallnet  # noqa: F401, PLC0415  see above

        yield
        from pipelines.pdf.detector import open_detector  # noqa: PLC0415  see above

        with suppress(OptionUnusable):  # a drawing that needs it will say so
            open_detector(options.model, gpu=options.gpu)
        yield
        wallnet.load()


def read(source: Path, options: ConvertOptions, watch: Stopwatch) -> Reading:
    """Read a drawing of any format; raises ``DrawingError`` where it can't be used."""
    return _reader(kind(source))(source, options, watch)


def _reader(kind: str) -> Read:
    """The reader of a kind. Each brings imports that the others' drawings must not wait for."""
    if kind == "picture":
        from pipelines.pdf.scanned import read_picture  # noqa: PLC0415  see above

        return read_picture
    if kind == "pdf":
        from pipelines.pdf.reader import read as pdf  # noqa: PLC0415  see above

        return pdf
    # The reader of DXF also knows what the unknown is, and says so; a damaged drawing may yet be mended.
    from pipelines.dxf.reader import read as dxf  # noqa: PLC0415  see above

    return dxf
