"""What cannot be used is refused with its own code, before it costs time or memory."""

from __future__ import annotations

import functools
import io
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pymupdf
import pytest
from PIL import Image

from pipelines.drafting.meaning import classify
from pipelines.errors import CODES, DrawingError
from pipelines.options import ConvertOptions
from pipelines.pdf import picture
from pipelines.source import read
from pipelines.stopwatch import Stopwatch
from tests.unit.pdf.documents import document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipelines.reading import Reading

DRAWN = "".join(f"{20 + 5 * k} 20 m {60 + 4 * k} 200 l S {30 + 3 * k} 60 50 {40 + k} re S " for k in range(50))
LETTER = "".join(f"BT /helv 11 Tf 40 {40 + 12 * k} Td (We thank you for your letter of May.) Tj ET " for k in range(20))
TABLE = (
    "".join(f"30 {40 + 12 * k} m 300 {40 + 12 * k} l S " for k in range(21)) + "30 40 80 240 re S 110 40 80 240 re S"
)


def written(content: bytes, *, filters: str = "/FlateDecode", resources: str = "", objects: bytes = b"") -> bytes:
    """A document around a packed content stream, without a table of its objects."""
    head = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 4 0 R/Resources<<" + resources.encode()
    )
    stream = b">>>>endobj\n4 0 obj<</Length %d/Filter %b>>stream\n" % (len(content), filters.encode())
    return head + stream + content + b"\nendstream endobj\n" + objects + b"trailer<</Root 1 0 R/Size 40>>\n%%EOF"


@functools.cache
def bomb() -> bytes:
    """Content that unpacks to 168 MB."""
    packer = zlib.compressobj(1)
    chunk = b"0 0 m 9 9 l S\n" * 80_000
    return b"".join(packer.compress(chunk) for _ in range(150)) + packer.flush()


def changed(change: Callable[[pymupdf.Document], None], **saved: Any) -> bytes:
    made = pymupdf.open("pdf", document(DRAWN))
    change(made)
    data: bytes = made.tobytes(**saved)
    return data


def forms() -> bytes:
    """Eight forms, each of which draws the next ten times."""
    found = b""
    for k in range(5, 13):
        body = b"/F Do " * 10 if k < 12 else b"0 0 m 9 9 l S"
        inner = b"/Resources<</XObject<</F %d 0 R>>>>" % (k + 1) if k < 12 else b""
        head = b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 99 99]%b/Length %d>>stream\n" % (k, inner, len(body))
        found += head + body + b"\nendstream endobj\n"
    return written(zlib.compress(b"/F Do"), resources="/XObject<</F 5 0 R>>", objects=found)


def picture_page(side: int) -> bytes:
    """A page that is one picture of so many pixels square, which are not there."""
    data = zlib.compress(bytes(1000))
    head = b"5 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray" % (
        side, side,
    )  # fmt: skip
    image = head + b"/Length %d/Filter/FlateDecode>>stream\n%b\nendstream endobj\n" % (len(data), data)
    content = zlib.compress(b"q 842 0 0 595 0 0 cm /I Do Q")
    return written(content, resources="/XObject<</I 5 0 R>>", objects=image)


def portfolio(made: pymupdf.Document) -> None:
    made.embfile_add("plan.dxf", b"0\nEOF\n")
    made.xref_set_key(made.pdf_catalog(), "Collection", "<</View/D>>")


def form(made: pymupdf.Document) -> None:
    made.xref_set_key(made.pdf_catalog(), "AcroForm", "<</Fields[]/XFA(x)>>")
    made.xref_set_key(made.pdf_catalog(), "NeedsRendering", "true")


PACKED = b"%PDF-1.5\n7 0 obj<</Type/ObjStm/N 2000000000/First 40/Length 9>>stream\n123456789\nendstream endobj\n%%EOF"
NO_PAGES = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R/Size 3>>\n%%EOF"
)
#: By AES with 256 bits.
LOCK = {"encryption": 5, "owner_pw": "owner"}

BAD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "locked": ("encrypted", lambda: changed(lambda _: None, user_pw="secret", **LOCK)),
    "only a header": ("corrupt_pdf", lambda: b"%PDF-1.7"),
    "garbage": ("corrupt_pdf", lambda: b"%PDF-1.7\n" + b"hello world " * 1000),
    "cut in half": ("corrupt_pdf", lambda: document(DRAWN)[:300]),
    "no pages": ("no_pages", lambda: NO_PAGES),
    "blank": ("nothing_drawable", lambda: document("")),
    "a letter": ("no_drawing", lambda: document(LETTER)),
    "an invoice": ("no_drawing", lambda: document(LETTER + TABLE)),
    "a portfolio": ("portfolio", lambda: changed(portfolio)),
    "a form": ("dynamic_form", lambda: changed(form)),
    "packed content": ("content_too_large", lambda: written(bomb())),
    "content packed twice": (
        "content_too_large", lambda: written(zlib.compress(bomb(), 6), filters="[/FlateDecode/FlateDecode]")
    ),
    "packed objects": ("content_too_large", lambda: PACKED),
    "forms within forms": ("nesting_too_deep", forms),
    "a huge picture": ("picture_too_large", lambda: picture_page(100_000)),
}  # fmt: skip


def reading(data: bytes, folder: Path, name: str = "plan.pdf", **options: Any) -> Reading:
    path = folder / name
    path.write_bytes(data)
    return read(path, ConvertOptions(**options), Stopwatch())


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_with_its_own_code(name: str, tmp_path: Path) -> None:
    code, make = BAD[name]
    with pytest.raises(DrawingError) as caught:
        reading(make(), tmp_path)
    assert caught.value.reason == code
    assert code in CODES
    assert caught.value.message.endswith(".")
    assert str(tmp_path) not in caught.value.message


@pytest.mark.parametrize("page", [2, 99])
def test_a_page_that_is_not_there(page: int, tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match="it has 1") as caught:
        reading(document(DRAWN), tmp_path, page=page)
    assert caught.value.reason == "no_such_page"


def test_a_password_that_is_empty_is_none(tmp_path: Path) -> None:
    found = reading(changed(lambda _: None, user_pw="", permissions=0, **LOCK), tmp_path)
    assert len(found.linework.strokes) == 250


def test_damage_is_mended_and_told(tmp_path: Path) -> None:
    data = document(DRAWN)
    found = reading(data[: data.rindex(b"xref") - 3], tmp_path)
    assert len(found.linework.strokes) == 250
    assert found.report.mended[0] == "the file's structure was rebuilt"


def test_the_library_says_nothing_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    reading(document("/none gs /lost Do " + DRAWN), tmp_path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("factor", [0.02, 400.0])
def test_a_page_of_no_size_of_paper_is_taken_for_one(factor: float, tmp_path: Path) -> None:
    """Plotters of some programs write pages of ten millimetres, or as large as the house."""
    made = document(f"{factor} 0 0 {factor} 0 0 cm " + DRAWN, size=(400 * factor, 300 * factor))
    found = reading(made, tmp_path, scale=2.0)
    assert found.report.pages[0].width == pytest.approx(400 * factor * 25.4 / 72, rel=1e-3)
    units = found.measure(found.linework, classify(found.linework))
    usual = reading(document(DRAWN), tmp_path).linework
    size, true = (np.ptp(sheet.strokes.start[:, 0]) for sheet in (found.linework, usual))
    assert size * units.metres_per_unit == pytest.approx(true * factor * 0.002, rel=0.01)
    assert found.linework.strokes.start == pytest.approx(usual.strokes.start * (841 / (400 * 25.4 / 72)), rel=1e-2)


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cut.png", lambda: encoded(Image.new("L", (300, 300), 255), "PNG")[:60]),
        ("cut.jpg", lambda: encoded(Image.new("L", (300, 300), 255), "JPEG")[:100]),
        ("bare.tif", lambda: b"II*\0" + bytes(40)),
    ],
)
def test_a_damaged_picture(name: str, data: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data())
    with pytest.raises(DrawingError) as caught:
        picture.load(path, 1, lambda _width, _height: None)
    assert caught.value.reason == "corrupt_picture"
    assert str(tmp_path) not in caught.value.message


def test_a_picture_of_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    """Its header is enough: there are no pixels behind it."""
    data = bytearray(encoded(Image.new("1", (8, 8), 1), "PNG"))
    data[16:24] = (100_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    path = tmp_path / "huge.png"
    path.write_bytes(data)
    with pytest.raises(DrawingError) as caught:
        picture.load(path, 1, lambda _width, _height: None)
    assert caught.value.reason == "picture_too_large"


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "LA", "P", "I;16"])
def test_pictures_of_any_mode_are_grey_on_white(mode: str, tmp_path: Path) -> None:
    pixels = np.full((80, 120), 255, np.uint8)
    pixels[:, 100:] = 0
    image = Image.fromarray(pixels.astype(np.uint16) * 257 if mode == "I;16" else pixels)
    path = tmp_path / "plan.png"
    (image if mode == "I;16" else image.convert(mode)).save(path, dpi=(200, 200))
    found = picture.load(path, 1, lambda _width, _height: None)
    assert found.grey.shape == (80, 120)
    assert (found.grey[0, 0], found.grey[0, 110]) == (255, 0)
    assert (found.placed, found.format) == (True, "png")
    assert found.mm_per_pixel == pytest.approx(25.4 / 200, rel=1e-3)


def test_a_transparent_picture_lies_on_white_paper(tmp_path: Path) -> None:
    path = tmp_path / "plan.png"
    Image.new("RGBA", (80, 80), (0, 0, 0, 0)).save(path)
    assert (picture.load(path, 1, lambda _width, _height: None).grey == 255).all()


def test_a_photo_is_turned_as_the_camera_was_held(tmp_path: Path) -> None:
    pixels = np.full((80, 120), 255, np.uint8)
    pixels[:, :20] = 0
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: its left is above
    path = tmp_path / "photo.jpg"
    Image.fromarray(pixels).save(path, exif=exif, dpi=(72, 72))
    found = picture.load(path, 1, lambda _width, _height: None)
    assert found.grey.shape == (120, 80)
    assert found.grey[5, 40] < 60
    assert found.grey[110, 40] > 200
    assert not found.placed


def test_a_tiff_has_pages(tmp_path: Path) -> None:
    path = tmp_path / "plans.tif"
    Image.new("L", (90, 80), 255).save(path, save_all=True, append_images=[Image.new("L", (70, 80), 9)])
    assert picture.load(path, 2, lambda _width, _height: None).grey.shape == (80, 70)
    with pytest.raises(DrawingError) as caught:
        picture.load(path, 3, lambda _width, _height: None)
    assert caught.value.reason == "no_such_page"
