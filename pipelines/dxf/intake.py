"""The first look at a file, before a library sees it: is it a DXF, of which version, and is it safe to parse?

Costs one pass over the bytes at the speed of the disk, in constant memory, and no import.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipelines.dxf.encoding import byte_order
from pipelines.errors import CorruptDrawing, DrawingTooComplex, NotThisFormat, UnsupportedFormat

if TYPE_CHECKING:
    from pathlib import Path

BINARY: Final = b"AutoCAD Binary DXF\r\n\x1a\x00"
#: Read as this version where the file says none, but has subclass markers.
ASSUMED: Final = "AC1015"
#: A longer line is no DXF: the format's strings end at 2,049 characters, embedded data is cut into lines of 254.
LONGEST_LINE: Final = 4_000_000
_CHUNK: Final = 4_000_000

#: First bytes of formats that are sent by mistake (a dot is any byte), with what to say.
_OTHERS: Final = (
    (b"AC10", "a DWG drawing", "Open it in a CAD program and export it as DXF."),
    (b"PK\x03\x04", "a ZIP archive", "Unpack it and send the DXF inside."),
    (b"%PDF", "a PDF", "Send it to the PDF queue, or export the drawing as DXF."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and send the DXF inside."),
    (b"\x89PNG", "a PNG picture", "Export the drawing itself as DXF."),
    (b"\xff\xd8\xff", "a JPEG picture", "Export the drawing itself as DXF."),
    (b"GIF8", "a GIF picture", "Save it as PNG."),
    (b"BM....\0\0\0\0", "a BMP picture", "Save it as PNG."),
    (b"RIFF....WEBP", "a WebP picture", "Save it as PNG."),
    (b"....ftyp", "a HEIC picture, or a film", "Save the picture as JPEG."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it and send the DXF inside."),
    (b"Rar!", "a RAR archive", "Unpack it and send the DXF inside."),
    (b"\xd0\xcf\x11\xe0", "an Office or DGN V8 file", "Export the drawing as DXF."),
    (b"glTF", "a GLB model", "Send the drawing that it was made from."),
)
_VERSION: Final = re.compile(rb"\$ACADVER\s+1\s+(\S+)")
#: So many bytes from its start tell what a file is.
_HEAD: Final = 200_000
#: The oldest and the newest version that is read. Versions before R12 (AC1009) differ too little to matter.
OLDEST, R12, NEWEST = "AC1002", "AC1009", "AC1032"


@dataclass(frozen=True, slots=True)
class Intake:
    """What the bytes say before they are parsed."""

    size: int
    binary: bool
    version: str  #: 'AC1015'
    stated: bool = True  #: False where the version is inferred, as of a file without a header


def inspect(path: Path) -> Intake:
    """Check a file. Raises ``NotThisFormat``, ``UnsupportedFormat``, ``CorruptDrawing``, ``DrawingTooComplex``."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip() and size <= _HEAD:
        raise CorruptDrawing("The file is empty.", code="empty_file", remedy="Upload the drawing again.")
    for magic, what, remedy in _OTHERS:
        if re.match(magic, head, re.DOTALL):
            raise UnsupportedFormat(f"The file is {what}, which is not read.", remedy=remedy)
    if head.startswith(BINARY):
        return _intake(size, head, _binary_version(head), binary=True)
    wide = byte_order(head)
    if wide:
        head = head.decode(wide, "replace").encode("utf-8")
    _require_tags(head)
    _require_lines(path)
    match = _VERSION.search(head)
    return _intake(size, head, match[1].decode("ascii", "replace") if match else "", binary=False)


def _intake(size: int, head: bytes, version: str, *, binary: bool) -> Intake:
    """The verdict on a version, which may be missing: subclass markers came with R2000."""
    if not version:
        marked = b"AcDbEntity" in head
        return Intake(size, binary, ASSUMED if marked else R12, stated=not marked)
    if not re.fullmatch(r"AC\d{4}", version) or version > NEWEST:
        raise UnsupportedFormat(
            f"DXF version {version[:20]} is not known (the newest is {NEWEST}, R2018).", code="unsupported_version"
        )
    if version < OLDEST:
        raise UnsupportedFormat(f"DXF version {version} is older than R12.", code="unsupported_version")
    return Intake(size, binary, version)


def _binary_version(head: bytes) -> str:
    at = head.find(b"$ACADVER", 0, 4096)
    match = re.search(rb"AC\d{4}", head[at : at + 24]) if at >= 0 else None
    return match[0].decode("ascii") if match else ""


def _require_tags(head: bytes) -> None:
    """A DXF is pairs of lines, the first of each a number; it has a section."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    lines = text.split(b"\n", 40)[:40]
    codes = [line.strip() for line in lines[::2]][:15]
    numbers = sum(re.fullmatch(rb"-?\d{1,4}", code) is not None for code in codes)
    if b"SECTION" not in head and b"ENTITIES" not in head:
        if numbers < max(1, len(codes) - 1):
            raise NotThisFormat("The file is neither a DXF nor a PDF, nor a picture.", code="not_a_dxf")
        raise CorruptDrawing("The DXF has no sections: it is cut off, or was never finished.", code="missing_sections")
    if numbers < len(codes) // 2:
        raise NotThisFormat("The file is neither a DXF nor a PDF, nor a picture.", code="not_a_dxf")


def _require_lines(path: Path) -> None:
    """No line longer than ``LONGEST_LINE``: libraries read lines whole."""
    carried = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
            if first < 0:
                carried += len(chunk)
            else:
                # Lines within a chunk are shorter than the chunk, and so than the limit.
                if carried + first > LONGEST_LINE:
                    break
                carried = len(chunk) - last - 1
            if carried > LONGEST_LINE:
                break
        else:
            return
    raise DrawingTooComplex(
        f"A line of the DXF is longer than {LONGEST_LINE // 1_000_000} million characters.", code="line_too_long"
    )
