from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.errors import NotThisFormat
from pipelines.options import ConvertOptions
from pipelines.source import kind, read
from pipelines.stopwatch import Stopwatch

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "a DXF": (b"0\nSECTION\n2\nHEADER\n", "dxf"),
    "a DXF that begins with comments": (b"999\nmade by X\n999\n\n  0\r\nSECTION\r\n", "dxf"),
    "a DXF with a byte order mark": (b"\xef\xbb\xbf0\nSECTION\n", "dxf"),
    "a DXF in small letters": (b"0\nsection\n", "dxf"),
    "a binary DXF": (b"AutoCAD Binary DXF\r\n\x1a\x00", "dxf"),
    "a DXF that speaks of PDF": (b"999\n%PDF-1.7\n0\nSECTION\n", "dxf"),
    "a PDF": (b"%PDF-2.0\n", "pdf"),
    "a PDF behind the headers of a mail": (b"Content-Type: application/pdf\n\n%PDF-1.7\n", "pdf"),
    "a PNG": (b"\x89PNG\r\n\x1a\n\x00", "picture"),
    "a JPEG": (b"\xff\xd8\xff\xe1", "picture"),
    "a TIFF of Intel": (b"II*\x00", "picture"),
    "a TIFF of Motorola": (b"MM\x00*", "picture"),
    "a DWG": (b"AC1032" + bytes(100), "unknown"),
    "a GIF": (b"GIF89a", "unknown"),
    "words about PDF": (b"see chapter 3 " * 80 + b"%PDF-1.7", "unknown"),
    "nothing": (b"", "unknown"),
}


@pytest.mark.parametrize(("content", "expected"), FILES.values(), ids=FILES)
def test_the_first_bytes_tell_the_kind(content: bytes, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "any.name"
    file.write_bytes(content)
    assert kind(file) == expected


_REFUSED = (
    (b"AC1032" + bytes(100), "a DWG drawing"),
    (b"GIF89a" + bytes(100), "a GIF picture"),
    (b"BM6\x01\0\0\0\0\0\0" + bytes(100), "a BMP picture"),
    (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP picture"),
    (b"\0\0\0\x18ftypheic" + bytes(100), "a HEIC picture"),
    (b"BMW of Munich\n" * 20, "neither a DXF nor a PDF"),
)


def test_what_is_unknown_is_refused_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "plan.pdf"
    for content, said in _REFUSED:
        file.write_bytes(content)
        with pytest.raises(NotThisFormat, match=said):
            read(file, ConvertOptions(), Stopwatch())
