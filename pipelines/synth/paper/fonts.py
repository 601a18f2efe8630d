"""Text of a page in fonts that every viewer has: one of the base fonts, and one for East Asian scripts."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

import pymupdf

from pipelines.synth.paper.letters import is_east
from pipelines.synth.paper.shapes import moved

if TYPE_CHECKING:
    from pipelines.synth.paper.shapes import Matrix, Words

#: Height of capitals in the base fonts, em.
CAPITALS = 0.72
#: Name of the character map and ordering of the character collection, per language.
_EAST = {"ja": ("UniJIS-UTF16-H", "Japan1"), "zh": ("UniGB-UTF16-H", "GB1")}
_KOREAN = ("UniKS-UTF16-H", "Korea1")
_SHORT = {"Helvetica": "helv", "Helvetica-Bold": "hebo", "Times-Roman": "tiro", "Courier": "cour"}
_GLYPHS = {
    "Ğ": "Gbreve", "ğ": "gbreve", "İ": "Idotaccent", "ı": "dotlessi", "Ş": "Scedilla", "ş": "scedilla",
    "Đ": "Dcroat", "đ": "dcroat", "Ă": "Abreve", "ă": "abreve",
}  # fmt: skip
_MEASURES = "/Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 740 /StemV 80"
#: Codes of WinAnsi that are free for characters that it does not have.
_FREE = (*range(1, 32), 127, 129, 141, 143, 144, 157)


class Fonts:
    """The fonts of one document, which learn the characters that they have to show."""

    def __init__(self, base: str, language: str) -> None:
        self.base, self.language = base, language
        self.east = False  #: whether the East Asian font is used
        self.extra: dict[str, int] = {}  #: characters beyond WinAnsi, and their codes

    def shown(self, words: Words, matrix: Matrix) -> str:
        """The operators that show a line of text."""
        size = words.height / CAPITALS
        rows = [(east, "".join(group)) for east, group in groupby(words.words, is_east)]
        lengths = [size * (len(text) if east else _length(text, self.base)) for east, text in rows]
        x, y = words.at
        c, s = math.cos(words.angle), math.sin(words.angle)
        if words.anchor == "middle":
            half, low = sum(lengths) / 2, words.height / 2
            x, y = x - c * half + s * low, y - s * half - c * low
        unit = math.hypot(matrix[0], matrix[1])
        a = (matrix[0] * c + matrix[2] * s) / unit
        b = (matrix[1] * c + matrix[3] * s) / unit
        parts = []
        for (east, text), length in zip(rows, lengths, strict=True):
            px, py = moved(matrix, (x, y))
            font, coded = ("F2", self._wide(text)) if east else ("F1", self._narrow(text))
            turned = f"{a:.5f} {b:.5f} {-b:.5f} {a:.5f} {px:.3f} {py:.3f} Tm"
            parts.append(f"BT /{font} {size * unit:.3f} Tf {turned} <{coded}> Tj ET\n")
            x, y = x + c * length, y + s * length
        return "".join(parts)

    def _wide(self, text: str) -> str:
        self.east = True
        return text.encode("utf-16-be").hex()

    def _narrow(self, text: str) -> str:
        return "".join(f"{self._code(character):02x}" for character in text)

    def _code(self, character: str) -> int:
        try:
            return character.encode("cp1252")[0]
        except UnicodeEncodeError:
            if character not in self.extra and len(self.extra) == len(_FREE):
                return ord("?")
            return self.extra.setdefault(character, _FREE[len(self.extra) % len(_FREE)])

    def objects(self) -> dict[str, tuple[str, ...]]:
        """Per name of a font its objects, the first of which refers to the next one as ``@1`` and so on."""
        extra = ""
        if self.extra:
            rows = " ".join(f"{code} /{_GLYPHS.get(each, f'uni{ord(each):04X}')}" for each, code in self.extra.items())
            extra = f"/Differences [{rows}] "
        encoding = f"<< /Type /Encoding /BaseEncoding /WinAnsiEncoding {extra}>>"
        found: dict[str, tuple[str, ...]] = {
            "F1": (f"<< /Type /Font /Subtype /Type1 /BaseFont /{self.base} /Encoding {encoding} >>",)
        }
        if self.east:
            order, collection = _EAST.get(self.language, _KOREAN)
            system = f"<< /Registry (Adobe) /Ordering ({collection}) /Supplement 1 >>"
            name = f"/BaseFont /{collection}-Gothic"
            found["F2"] = (
                f"<< /Type /Font /Subtype /Type0 {name} /Encoding /{order} /DescendantFonts [@1] >>",
                f"<< /Type /Font /Subtype /CIDFontType0 {name} /CIDSystemInfo {system} /DW 1000 /FontDescriptor @2 >>",
                f"<< /Type /FontDescriptor /FontName /{collection}-Gothic {_MEASURES} >>",
            )
        return found


@lru_cache(maxsize=8192)
def _length(text: str, base: str) -> float:
    """How long a text is, em."""
    plain = text.encode("cp1252", "replace").decode("cp1252")
    return float(pymupdf.get_text_length(plain, fontname=_SHORT[base], fontsize=1))
