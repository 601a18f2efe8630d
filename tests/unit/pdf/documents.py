"""Small PDFs written by hand: what each byte of their pages says is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pymupdf

from pipelines.pdf.extractor import Document
from pipelines.pdf.vectors import linework

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.linework import Linework
    from pipelines.pdf.page import Page

#: Points of a millimetre.
POINTS = 72 / 25.4


def document(*contents: str, size: tuple[float, float] = (400, 300), **keys: str) -> bytes:
    """A PDF with a page for each content stream; ``keys`` are entries of the page dictionaries, such as Rotate."""
    made = pymupdf.open()
    for content in contents:
        page = made.new_page(width=size[0], height=size[1])
        page.insert_text((0, 0), "x", fontname="helv")
        made.update_stream(page.get_contents()[0], content.encode("latin-1"))
        for key, value in keys.items():
            made.xref_set_key(page.xref, key, value)
    data: bytes = made.tobytes(deflate=True)
    return data


def read(data: bytes, folder: Path, number: int = 1) -> Page:
    """A page of it."""
    path = folder / "drawn.pdf"
    path.write_bytes(data)
    with Document(path) as opened:
        return opened.page(number)


def drawn(content: str, folder: Path, **options: Any) -> Linework:
    """What a page of this content shows."""
    return linework(read(document(content, **options), folder))


def circle(x: float, y: float, r: float, k: float = 0.5522847498) -> str:
    """A circle of four curves, counter-clockwise."""
    c = k * r
    return (
        f"{x + r} {y} m {x + r} {y + c} {x + c} {y + r} {x} {y + r} c {x - c} {y + r} {x - r} {y + c} {x - r} {y} c "
        f"{x - r} {y - c} {x - c} {y - r} {x} {y - r} c {x + c} {y - r} {x + r} {y - c} {x + r} {y} c h "
    )
