"""The bytes of a DXF as tags, compiled for ezdxf: all that it needs, and nothing that no drawing shows.

A tag is a pair of lines, a group code and a value. Three sources give pairs (text, binary, mended text), one compiler
makes tags of them. Left out on the way: comments, extended data of entities, reactors, thumbnails, ACIS data, and
objects other than those that draw something or say where it is. That is a third of a real file, and of its time.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Final

from ezdxf.lldxf.const import DXFStructureError
from ezdxf.lldxf.encoding import decode_mif_to_unicode
from ezdxf.lldxf.types import BINARY_DATA, POINT_CODES, TYPE_TABLE, DXFBinaryTag, DXFTag, DXFVertex

from pipelines.dxf.intake import BINARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Pair = tuple[str, str]

#: Sections that hold nothing to draw.
UNUSED_SECTIONS: Final = frozenset(("CLASSES", "ACDSDATA", "THUMBNAILIMAGE"))
#: Objects that entities or layouts refer to; all others are left out.
USED_OBJECTS: Final = frozenset(
    (
        "DICTIONARY",
        "ACDBDICTIONARYWDFLT",
        "LAYOUT",
        "MLINESTYLE",
        "MLEADERSTYLE",
        "IMAGEDEF",
        "SECTION",
        "ENDSEC",
        "EOF",
    )
)
_STRING, _FLOAT, _INTEGER, _POINT, _BINARY, _STRUCTURE, _GROUP, _UNUSED, _EXTENDED = range(9)
_SPECIAL: Final = {0: _STRUCTURE, 102: _GROUP, 999: _UNUSED}
_ESCAPED: Final = ("\\U+", "\\M+", "\\u+")
_WIDE: Final = re.compile(r"\\[Uu]\+([0-9A-Fa-f]{4})")


class _Codes(dict[str, tuple[int, int]]):
    """Group code and kind of a value, by the line that the code stands on."""

    def __missing__(self, line: str) -> tuple[int, int]:
        try:
            code = int(line)
        except ValueError:
            raise DXFStructureError(f"group code expected, '{line.strip()[:40]}' found") from None
        found = self[line] = code, kind_of(code)
        return found


def kind_of(code: int) -> int:
    """How the value of a group code is to be read."""
    if code in _SPECIAL:
        return _SPECIAL[code]
    if code >= 1000:
        return _EXTENDED
    if code in POINT_CODES:
        return _POINT
    if code in BINARY_DATA:
        return _BINARY
    type_ = TYPE_TABLE.get(code, str)
    return _FLOAT if type_ is float else _INTEGER if type_ is int else _STRING


def value_fits(code: int, value: str) -> bool:
    """Whether a value can be read as its group code demands."""
    kind = kind_of(code)
    try:
        if kind in (_FLOAT, _POINT) or code - 10 in POINT_CODES or code - 20 in POINT_CODES:
            float(value)
        elif kind == _INTEGER:
            int(value)
        elif kind == _BINARY:
            bytes.fromhex(value.strip())
    except ValueError:
        return False
    return True


def text_pairs(path: Path, encoding: str) -> Iterator[Pair]:
    """The pairs of a text DXF; a last line without its value is left out."""
    with path.open(encoding=encoding, errors="surrogateescape") as file:
        yield from zip(file, file, strict=False)


def compiled(pairs: Iterable[Pair]) -> Iterator[DXFTag]:  # noqa: C901, PLR0912  one loop, as hot as loops get here
    """Tags of pairs, without what is not used. Raises ``DXFStructureError`` where a pair is no tag."""
    codes, rest = _Codes(), iter(pairs)
    # An entity's extended data, a group in braces, a whole entity or section that is passed over.
    grouped = dropped = passed = objects = extended = False
    pair = next(rest, None)
    while pair is not None:
        (code, kind), value = codes[pair[0]], pair[1]
        if kind == _STRUCTURE:
            name = value.strip().upper()
            grouped, extended = False, name == "BLOCK_RECORD"  # whose extended data name dynamic blocks
            if name == "SECTION" and (pair := next(rest, None)) is not None:
                section = pair[1].strip().upper()
                passed, objects = section in UNUSED_SECTIONS, section == "OBJECTS"
                if not passed:
                    yield DXFTag(0, "SECTION")
                    yield DXFTag(codes[pair[0]][0], section)
                pair, dropped = next(rest, None), False
                continue
            dropped = passed or (objects and name not in USED_OBJECTS)
            if not dropped:
                yield DXFTag(0, name)
            if name == "ENDSEC":
                passed = objects = False
            elif name == "EOF":
                return
        elif dropped or passed or kind == _UNUSED:
            pass
        elif kind == _GROUP:
            opened = value.startswith("{")
            if not opened and not grouped:
                yield DXFTag(code, value.rstrip("\r\n"))
            grouped = opened
        elif grouped or (kind == _EXTENDED and not extended):
            pass
        elif kind == _POINT:
            second, third = next(rest, None), next(rest, None)
            if second is None or codes[second[0]][0] != code + 10:
                raise DXFStructureError(f"group code {code + 10} expected after {code}")
            spatial = third is not None and codes[third[0]][0] == code + 20
            try:
                point = (float(value), float(second[1]), *((float(third[1]),) if spatial and third else ()))
            except ValueError:
                raise DXFStructureError(f"coordinates expected after {code}") from None
            yield DXFVertex(code, point)
            if not spatial:
                pair = third
                continue
        else:
            yield _single(code, kind, value)
        pair = next(rest, None)


def _single(code: int, kind: int, value: str) -> DXFTag:
    """A tag of one value."""
    try:
        if kind == _FLOAT:
            return DXFTag(code, float(value))
        if kind == _INTEGER:
            return DXFTag(code, int(value))
        if kind == _BINARY:
            return DXFBinaryTag(code, bytes.fromhex(value))
        if kind == _EXTENDED:
            return _extended(code, value)
    except ValueError:
        try:
            return DXFTag(code, int(float(value)))  # some programs write whole numbers with a point
        except (ValueError, OverflowError):
            raise DXFStructureError(f"number expected after {code}, '{value.strip()[:40]}' found") from None
    text = value.rstrip("\r\n")
    return DXFTag(code, unescaped(text) if "\\" in text else text)


def _extended(code: int, value: str) -> DXFTag:
    """Extended data, of which only strings and handles are of use: points are kept as single numbers."""
    return DXFTag(code, value.rstrip("\r\n")) if code < 1010 else DXFTag(1000, value.strip())


def unescaped(text: str) -> str:
    r"""Text with ``\U+XXXX`` and ``\M+nXXXX`` replaced by the characters that they stand for."""
    if not any(mark in text for mark in _ESCAPED):
        return text
    return str(decode_mif_to_unicode(_WIDE.sub(lambda match: chr(int(match[1], 16)), text)))


def binary_pairs(path: Path, encoding: str) -> Iterator[Pair]:
    """The pairs of a binary DXF, as text; ends where the file is cut off."""
    data = path.read_bytes()
    at = len(BINARY)
    # R12 writes group codes as one byte, later versions as two; the first code is 0 in both.
    narrow = len(data) > at + 1 and data[at + 1] != 0
    try:
        while at < len(data):
            code, at = _binary_code(data, at, narrow=narrow)
            value, at = _binary_value(data, at, code, encoding)
            yield str(code), value
    except (struct.error, IndexError, ValueError):
        return


def binary_strings(path: Path) -> Iterator[bytes]:
    """The strings of a binary DXF as they are stored, those beyond ASCII alone."""
    for code, value in binary_pairs(path, "latin-1"):
        if not value.isascii() and kind_of(int(code)) in (_STRING, _EXTENDED):
            yield value.encode("latin-1")


def _binary_code(data: bytes, at: int, *, narrow: bool) -> tuple[int, int]:
    if not narrow:
        return struct.unpack_from("<h", data, at)[0], at + 2
    if data[at] == 255:
        return struct.unpack_from("<h", data, at + 1)[0], at + 3
    return data[at], at + 1


def _binary_value(data: bytes, at: int, code: int, encoding: str) -> tuple[str, int]:
    if code in BINARY_DATA:
        end = at + 1 + data[at]
        return data[at + 1 : end].hex(), end
    form = _binary_form(code)
    if form:
        return repr(struct.unpack_from(form, data, at)[0]), at + struct.calcsize(form)
    end = data.index(b"\0", at)
    return data[at:end].decode(encoding, "surrogateescape"), end + 1


def _binary_form(code: int) -> str:
    """How ``struct`` reads the number of a group code, '' for a string (DXF reference, "Group code value types")."""
    type_ = TYPE_TABLE.get(code, str)
    if type_ is float:
        return "<d"
    if type_ is not int:
        return ""
    if 160 <= code < 170:
        return "<q"
    if 290 <= code < 300:
        return "<B"
    return "<i" if 90 <= code < 100 or 420 <= code < 460 or code == 1071 else "<h"
