"""PDF documents by PyMuPDF: pages as columns, pictures of them, and what can be told without reading them.

The only module that knows the library, besides those that write PDFs for tests. Its messages are kept from the
terminal and counted; whatever it raises becomes a ``CorruptDrawing``.
"""

from __future__ import annotations

import gc
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import pymupdf

from pipelines.errors import CorruptDrawing, DrawingTooComplex
from pipelines.pdf.drawings import MOST_PIECES, Collector
from pipelines.pdf.page import MM, Images, Page
from pipelines.pdf.patterns import plain
from pipelines.pdf.spans import Notes, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pipelines.linework import Floats

#: A picture of a page has at most so many pixels.
MOST_PIXELS: Final = 160_000_000
#: Content of one page unpacks to at most so many bytes, and holds at most so many painting operators' worth of them.
MOST_CONTENT: Final = 160_000_000
#: Content that is packed smaller than this cannot unpack to harmful amounts by one filter.
_HARMLESS: Final = MOST_CONTENT // 1100
_CHUNK: Final = 1 << 20
#: Paper is so large, mm; a page that is smaller or larger is taken for one as long as A1.
PAPER: Final = (60.0, 6000.0)
A1: Final = 841.0
#: Forms are drawn so often on a page at most, and counted so deep; what calls itself is counted no deeper.
MOST_FORMS: Final = 300_000
MOST_NESTED: Final = 12
_CALL: Final = re.compile(rb"/([^\s/\[\]<>(){}%]+)\s+Do\b")
#: A point, and the operator of a path that it is given to.
_PATH: Final = re.compile(rb"-?[\d.]+\s+-?[\d.]+\s+(?:[mlcvy]|re)\b")
#: How its messages begin, without the numbers that make each its own.
_NUMBER: Final = re.compile(r"\d+")
_HIDDEN_WORDS: Final = "AutoCAD SHX Text"
_WORDS: Final = (
    pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_USE_CID_FOR_UNKNOWN_UNICODE
) & ~pymupdf.TEXT_PRESERVE_IMAGES


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a page promises, told from its dictionary alone."""

    number: int  #: from 1
    size: tuple[float, float]  #: mm as shown
    rotation: int
    content: int  #: bytes of its content and of the forms that it may draw, packed
    images: int
    pixels: int  #: of its largest image


class Document:
    """An opened PDF. Pages are numbered from 1."""

    def __init__(self, path: Path) -> None:
        """Open a file, from disk as it is needed; raises ``CorruptDrawing`` where it is no PDF."""
        pymupdf.TOOLS.mupdf_display_errors(False)
        pymupdf.TOOLS.mupdf_display_warnings(False)
        pymupdf.TOOLS.mupdf_warnings(reset=True)
        self._messages: Counter[str] = Counter()
        self._rotation: dict[int, int] = {}
        with self._guarded("opened"):
            self._pdf = pymupdf.open(path, filetype="pdf")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._pdf.close()

    @property
    def locked(self) -> bool:
        """Whether it needs a password to be read."""
        return bool(self._pdf.needs_pass)

    @property
    def version(self) -> str:
        """'1.7'."""
        return str((self._pdf.metadata or {}).get("format") or "").removeprefix("PDF ").strip()

    @property
    def portfolio(self) -> bool:
        """Whether its drawings are files inside of it."""
        with self._guarded("read"):
            return self._entry("Collection") != "null" and self._pdf.embfile_count() > 0

    @property
    def dynamic(self) -> bool:
        """Whether its pages are made by a form's program when it is opened."""
        with self._guarded("read"):
            kind, value = self._pdf.xref_get_key(self._pdf.pdf_catalog(), "AcroForm/XFA")
            return (kind, value) != ("null", "null") and self._entry("NeedsRendering") == "true"

    def _entry(self, name: str) -> str:
        return str(self._pdf.xref_get_key(self._pdf.pdf_catalog(), name)[1])

    def __len__(self) -> int:
        """The number of pages."""
        with self._guarded("read"):
            return int(self._pdf.page_count)

    def mended(self) -> tuple[str, ...]:
        """What the library complained of, most frequent first, with counts."""
        self._listen()
        found = [f"{text} ({count})" for text, count in self._messages.most_common(20)]
        return ("the file's structure was rebuilt", *found) if self._pdf.is_repaired else tuple(found)

    def outlook(self, number: int) -> Outlook:
        """What one page promises; an unreadable one promises nothing."""
        try:
            page = self._pdf.load_page(number - 1)
            rotation, _, size, factor = self._upright(page)
            size = (size[0] / factor, size[1] / factor)
            images = page.get_images()
            content = sum(self._length(xref) for xref in _streams(page))
            pixels = max((int(row[2]) * int(row[3]) for row in images), default=0)
        except Exception:  # noqa: BLE001  # the library raises what it likes; the page is read, or not, later
            self._listen()
            return Outlook(number, (0.0, 0.0), 0, 0, 0, 0)
        return Outlook(number, size, rotation, content, len(images), pixels)

    def ruled(self, number: int) -> float:
        """The share of a page's content that is paths rather than writing, 0..1; 1 where there is too much to look."""
        try:
            page = self._pdf.load_page(number - 1)
            streams = _streams(page)
            if sum(self._length(xref) for xref in streams) >= _HARMLESS:
                return 1.0
            content = b"\n".join(self._pdf.xref_stream(xref) or b"" for xref in streams)
        except Exception:  # noqa: BLE001  # as above
            self._listen()
            return 0.0
        paths = sum(len(found) for found in _PATH.findall(content))
        return min(1.0, paths / max(len(content), 1))

    def _length(self, xref: int) -> int:
        kind, value = self._pdf.xref_get_key(xref, "Length")
        if kind == "xref":
            value = self._pdf.xref_object(int(value.split()[0]))
        return int(value) if value.isdecimal() else 0

    def page(self, number: int) -> Page:
        """Read one page.

        Raises:
            CorruptDrawing: The page cannot be read.
            DrawingTooComplex: It holds more than any drawing.
        """
        with self._guarded(f"page {number} read"), _uncollected():
            self._weigh(number)
            page = self._plain(number)
            rotation, affine, size, factor = self._upright(page)
            taken = Collector(affine)
            page.get_cdrawings(extended=True, callback=taken.take)
            if taken.pieces > MOST_PIECES:
                raise DrawingTooComplex(
                    f"Page {number} is drawn with more than {MOST_PIECES / 1e6:.1f} million lines.",
                    code="too_many_points",
                )
            paths, pieces = taken.columns()
            notes = Notes.of(
                (annot.rect, annot.info.get("content", ""))
                for annot in page.annots() or ()
                if annot.info.get("title") == _HIDDEN_WORDS
            )
            texts = texts_of(page.get_text("dict", flags=_WORDS), notes, affine)
            images = self._images(page, affine)
        return Page(
            number=number,
            size=size,
            rotation=rotation,
            magnified=factor,
            paths=paths,
            pieces=pieces,
            clips=taken.clips,
            shapes=taken.shapes,
            layers=tuple(taken.layers) or ("",),
            texts=texts,
            images=images,
            skipped={("path", "invisible"): taken.faint} if taken.faint else {},
        )

    def render(
        self, number: int, pixels_per_mm: float, box: tuple[float, float, float, float] | None = None
    ) -> NDArray[np.uint8]:
        """A page, or a box of it, in grey as it is shown, the upper row first.

        ``box`` is x0, y0, x1, y1 in mm, y up. The density sinks where the picture would have more than
        ``MOST_PIXELS``; the size of the result says what it became.
        """
        with self._guarded(f"page {number} drawn"):
            page = self._pdf.load_page(number - 1)
            rotation, affine, size, factor = self._upright(page)
            x0, y0, x1, y1 = box or (0.0, 0.0, *size)
            zoom = min(pixels_per_mm, float(np.sqrt(MOST_PIXELS / max((x1 - x0) * (y1 - y0), 1e-9))))
            zoom *= MM * factor
            back = np.linalg.inv(np.vstack([affine, [0, 0, 1]]))[:2]
            corners = np.array([[x0, y0], [x1, y1]]) @ back[:, :2].T + back[:, 2]
            pixmap = page.get_pixmap(
                matrix=pymupdf.Matrix(zoom, zoom),
                colorspace=pymupdf.csGRAY,
                clip=pymupdf.Rect(*corners.min(axis=0), *corners.max(axis=0)),
                alpha=False,
            )
            grey = np.frombuffer(pixmap.samples_mv, np.uint8).reshape(pixmap.height, pixmap.stride)
            # A copy: the memory goes with the pixmap.
            return np.array(np.rot90(grey[:, : pixmap.width], -rotation // 90), order="C")

    def _images(self, page: pymupdf.Page, affine: Floats) -> Images:
        """Pictures on a page, where they lie."""
        rows = page.get_image_info() if page.get_images() else []
        boxes = np.array([row["bbox"] for row in rows], dtype=np.float64).reshape(-1, 2, 2)
        corners = boxes @ affine[:, :2].T + affine[:, 2]
        sides = np.array([(row["width"], row["height"]) for row in rows], dtype=np.int64).reshape(-1, 2)
        width, height = np.asarray(np.minimum(sides, np.iinfo(np.int32).max).T, dtype=np.int32)
        return Images(corners.min(axis=1), corners.max(axis=1), width, height)

    def _upright(self, page: pymupdf.Page) -> tuple[int, Floats, tuple[float, float], float]:
        """A page's rotation, taken off; how its points become mm; its size in mm as shown; and how it was magnified.

        Some programs plot on pages of a few millimetres, or as large as the building: these are taken for A1.
        """
        # The library reads and draws pages as if they were not rotated, and forgets that they were.
        rotation = self._rotation.setdefault(int(page.number), int(page.rotation) % 360 // 90 * 90)
        page.set_rotation(0)
        width, height = page.rect.width, page.rect.height
        turn = {
            0: [[1, 0, 0], [0, -1, height]],
            90: [[0, -1, height], [-1, 0, width]],
            180: [[-1, 0, width], [0, 1, 0]],
            270: [[0, 1, 0], [1, 0, 0]],
        }[rotation]
        shown = (width, height) if rotation % 180 == 0 else (height, width)
        longer = max(shown) * MM
        factor = 1.0 if PAPER[0] <= longer <= PAPER[1] else A1 / longer
        unit = MM * factor
        return rotation, np.array(turn, dtype=np.float64) * unit, (shown[0] * unit, shown[1] * unit), factor

    def _weigh(self, number: int) -> None:
        """Refuse a page whose content would unpack to more than any drawing has, before it is unpacked whole."""
        page = self._pdf.load_page(number - 1)
        total = 0
        for xref in _streams(page):
            packed = self._length(xref)
            filters = self._pdf.xref_get_key(xref, "Filter")[1].count("/")
            if packed < _HARMLESS and filters <= 1:
                total += packed
                continue
            total += self._unpacked(xref, MOST_CONTENT - total)
            if total >= MOST_CONTENT:
                raise DrawingTooComplex(
                    f"Page {number} unpacks to more than {MOST_CONTENT // 1_000_000} MB.", code="content_too_large"
                )

        self._unfold(number, page)

    def _unfold(self, number: int, page: pymupdf.Page) -> None:
        """Refuse a page whose forms hold forms that hold forms, more than any drawing has in the end."""
        held: dict[int, dict[str, int]] = {}
        for xref, name, holder, *_ in page.get_xobjects():
            held.setdefault(int(holder), {})[str(name)] = int(xref)
        if not any(form in held for inner in held.values() for form in inner.values()):
            return
        inner: dict[int, Counter[int]] = {}
        for form in {0, *(xref for names in held.values() for xref in names.values())}:
            content = page.read_contents() if form == 0 else self._pdf.xref_stream(form) or b""
            names = held.get(form, {})
            called = Counter(name.decode("latin-1") for name in _CALL.findall(content))
            inner[form] = Counter({names[name]: count for name, count in called.items() if name in names})
        total = dict.fromkeys(inner, 0)
        for _ in range(MOST_NESTED):
            total = {form: sum(n * (1 + total[each]) for each, n in calls.items()) for form, calls in inner.items()}
            if total[0] > MOST_FORMS:
                raise DrawingTooComplex(
                    f"Page {number} draws forms within forms more than {MOST_FORMS:,} times.", code="nesting_too_deep"
                )

    def _plain(self, number: int) -> pymupdf.Page:
        """A page, with its patterns and shadings made plain fills where it has any."""
        page: pymupdf.Page = self._pdf.load_page(number - 1)
        # Resources may be inherited, then any may be there.
        bare = self._pdf.xref_get_key(page.xref, "Resources")[0] == "null"
        if not bare and not any(self._patterned(xref) for xref in (page.xref, *_forms(page))):
            return page
        names: dict[bytes, int] = {}
        changed = False
        for xref in _streams(page):
            content = self._pdf.xref_stream(xref) or b""
            made = plain(content, names)
            if made != content:
                self._pdf.update_stream(xref, made)
                changed = True
        if changed:
            page = self._pdf.load_page(number - 1)
        return page

    def _patterned(self, xref: int) -> bool:
        return any(self._pdf.xref_get_key(xref, f"Resources/{key}")[0] != "null" for key in ("Pattern", "Shading"))

    def _unpacked(self, xref: int, most: int) -> int:
        """Bytes of a stream unpacked, counted up to ``most`` without being kept."""
        pdf = pymupdf._as_pdf_document(self._pdf)  # noqa: SLF001  # PyMuPDF itself unpacks streams whole only
        stream = pymupdf.mupdf.pdf_open_stream_number(pdf, xref)
        total = 0
        while total < most:
            skipped = int(pymupdf.mupdf.fz_skip(stream, _CHUNK))
            if skipped <= 0:
                break
            total += skipped
        return total

    @contextmanager
    def _guarded(self, done: str) -> Iterator[None]:
        """Whatever the library raises as a ``CorruptDrawing``."""
        try:
            yield
        except (DrawingTooComplex, MemoryError):
            raise
        except Exception as error:
            said = _said(error)
            raise CorruptDrawing(
                f"The PDF cannot be {done}: {said}.",
                code="corrupt_pdf",
                remedy="Open the PDF in a viewer, check it, and print or export it again.",
            ) from error
        finally:
            self._listen()

    def _listen(self) -> None:
        """Count the library's messages since the last time."""
        said: Any = pymupdf.TOOLS.mupdf_warnings(reset=True)
        for line in str(said).splitlines():
            if line.strip():
                self._messages[_NUMBER.sub("#", line.strip())[:120]] += 1


def _forms(page: pymupdf.Page) -> set[int]:
    """The forms that a page may draw, by their number."""
    return {int(row[0]) for row in page.get_xobjects()}


def _streams(page: pymupdf.Page) -> tuple[int, ...]:
    """What holds the operators of a page, by number: its contents, and the forms that it may draw."""
    return (*page.get_contents(), *_forms(page))


def _said(error: Exception) -> str:
    """What an exception of the library says, without the path of the file."""
    text = " ".join(str(error).split()).rstrip(".")
    return "it holds no document" if "open file" in text else text[:200]


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: a hundred thousand dictionaries are made, and none of them is garbage."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
