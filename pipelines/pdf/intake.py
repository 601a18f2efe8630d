"""The first look at a PDF: can it be opened, has it pages, does it hold what it shows, and which pages to read?"""

from __future__ import annotations

import mmap
import re
from typing import TYPE_CHECKING, Final

from pipelines.errors import CorruptDrawing, DrawingTooComplex, NothingDrawable, UnsupportedFormat

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.pdf.extractor import Document, Outlook

#: Pages that are looked into at most; of a thicker document those with the most drawn on them.
MOST_PAGES: Final = 24
#: Pages whose dictionaries are looked at to choose those: the rest of a book is not asked.
MOST_SEEN: Final = 5_000
#: Objects that are packed into one at most; and where, around its kind, their number stands.
MOST_PACKED: Final = 1_000_000
_AROUND: Final = 200
_PACKED: Final = re.compile(rb"/N\s+(\d{1,15})")
#: A page with a picture of so many pixels may be a scan, worth as much as so many bytes of lines.
_SCAN: Final = 500_000
_SCAN_WORTH: Final = 20_000


def inspect(source: Path) -> None:
    """Raise what is wrong with the bytes, before they are parsed: at the speed of the disk, in constant memory.

    Raises:
        CorruptDrawing: There are none.
        DrawingTooComplex: Objects are packed together by the million, which no program does.
    """
    if not source.stat().st_size:
        raise CorruptDrawing("The file is empty.", code="empty_file", remedy="Upload the drawing again.")
    with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = data.find(b"/ObjStm")
        while at >= 0:
            near = data[max(0, at - _AROUND) : at + _AROUND]
            if any(int(number) > MOST_PACKED for number in _PACKED.findall(near)):
                raise DrawingTooComplex(
                    f"The PDF packs more than {MOST_PACKED:,} objects into one.", code="content_too_large"
                )
            at = data.find(b"/ObjStm", at + 1)


def require(document: Document) -> None:
    """Raise what is wrong with a document as a whole.

    Raises:
        UnsupportedFormat: It needs a password, or another program to make or hold its pages.
        CorruptDrawing: It has no pages.
    """
    if document.locked:
        raise UnsupportedFormat(
            "The PDF opens with a password only.", code="encrypted", remedy="Save it without a password."
        )
    if document.portfolio:
        raise UnsupportedFormat(
            "The PDF is a portfolio: a cover around other files.",
            code="portfolio",
            remedy="Take the drawings out of it and send each by itself.",
        )
    if document.dynamic:
        raise UnsupportedFormat(
            "The PDF is a form whose pages are made by the program that opens it.",
            code="dynamic_form",
            remedy="Print it to a PDF from the program that shows it.",
        )
    if not len(document):
        raise CorruptDrawing("The PDF has no pages.", code="no_pages", remedy="Export the drawing again.")


def chosen(document: Document, page: int | None) -> tuple[Outlook, ...]:
    """The pages to read, in their order: the one asked for, or those with the most drawn on them.

    Raises:
        NothingDrawable: There is no page of that number.
    """
    count = len(document)
    if page is not None:
        if not 1 <= page <= count:
            raise NothingDrawable(
                f"The PDF has no page {page}: it has {count}.",
                code="no_such_page",
                remedy="Ask for a page that it has; pages count from 1.",
            )
        return (document.outlook(page),)
    seen = [document.outlook(number) for number in range(1, min(count, MOST_SEEN) + 1)]
    if count <= MOST_PAGES:
        return tuple(seen)
    ranked = sorted(seen, key=lambda each: (-_worth(document, each), each.number))[:MOST_PAGES]
    return tuple(sorted(ranked, key=lambda each: each.number))


def _worth(document: Document, page: Outlook) -> float:
    """Bytes of lines on a page; a page of writing has hardly any."""
    return page.content * document.ruled(page.number) + (_SCAN_WORTH if page.pixels >= _SCAN else 0)
