"""Letters for room names in any language, from the fonts that the system has; nothing is ever downloaded.

A text is cut into runs by the first face that has each letter. Where no face has a letter nor a plain form of it, the
text is not drawable, and the caller draws something else instead: a picture without a name is better than one with
boxes.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterable

Font = ImageFont.FreeTypeFont

#: Names of font files, best first in each group: Latin, Greek and Cyrillic; all of East Asia; then script by script.
_FACES = {
    False: (
        ("Inter-Regular", "NotoSans-Regular", "DejaVuSans", "LiberationSans-Regular", "Arial", "Helvetica"),
        ("NotoSansCJK-Regular", "NotoSansCJKkr-Regular", "SourceHanSans-Regular", "AppleSDGothicNeo", "malgun"),
        ("NanumGothic", "NanumBarunGothic", "NotoSansKR-Regular", "UnDotum"),
        (
            "Hiragino Sans GB",
            "ヒラギノ角ゴシック W3",
            "YuGothR",
            "NotoSansJP-Regular",
            "ipag",
            "TakaoGothic",
            "VL-Gothic",
        ),
        (
            "PingFang",
            "msyh",
            "NotoSansSC-Regular",
            "wqy-microhei",
            "wqy-zenhei",
            "DroidSansFallbackFull",
            "DroidSansFallback",
            "uming",
        ),
        ("NotoSansThai-Regular", "NotoSansArabic-Regular", "NotoSansHebrew-Regular", "unifont"),
    ),
    True: (
        ("Inter-SemiBold", "NotoSans-SemiBold", "NotoSans-Bold", "DejaVuSans-Bold", "LiberationSans-Bold", "arialbd"),
        ("NotoSansCJK-Bold", "NotoSansCJKkr-Bold", "SourceHanSans-Bold", "malgunbd"),
        ("NanumGothicBold", "NanumBarunGothicBold", "NotoSansKR-Bold"),
        ("YuGothB", "NotoSansJP-Bold"),
        ("msyhbd", "NotoSansSC-Bold"),
    ),
}
_PLAIN = {"·": "-", "–": "-", "—": "-", "×": "x", "’": "'", "“": '"', "”": '"', "ß": "ss", "ø": "o", "Ø": "O", "ı": "i"}
_SUFFIXES = (".ttf", ".otf", ".ttc")


def folders() -> tuple[Path, ...]:
    """Where the system keeps fonts: what fontconfig, macOS and Windows look into."""
    home = Path.home()
    data = [Path(entry) for entry in os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":") if entry]
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",)
    if sys.platform == "darwin":
        return (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    return (home / ".local/share/fonts", home / ".fonts", *(folder / "fonts" for folder in data))


@cache
def _files(places: tuple[Path, ...]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for place in places:
        for folder, names, files in os.walk(place):
            names.sort()
            for name in sorted(files):
                if name.endswith(_SUFFIXES):
                    found.setdefault(name.rpartition(".")[0], Path(folder) / name)
    return found


@dataclass(frozen=True, slots=True)
class Faces:
    """Font files in the order in which they are asked for a letter; the built-in Latin face comes last."""

    files: tuple[Path, ...]

    @classmethod
    def installed(cls, *, bold: bool = False, places: tuple[Path, ...] | None = None) -> Faces:
        """The best installed face of each script, semi-bold faces before regular ones where ``bold``."""
        found = _files(places if places is not None else folders())
        groups = (*_FACES[True], *_FACES[False]) if bold else _FACES[False]
        first = [next((found[name] for name in group if name in found), None) for group in groups]
        return cls(tuple(path for path in first if path is not None))

    def runs(self, text: str, size: int) -> list[tuple[Font, str]]:
        """``text`` in pieces of one font each; raises ``LookupError`` where no font has a letter of it.

        A letter that no font has may have a plain form that one has: m2 can be read for m², e for é.
        """
        faces = (*self.files, None)
        chosen: list[tuple[int, str]] = []
        for letter in unicodedata.normalize("NFC", text):
            # A space stays with the word before it: it has no shape by which a font could be preferred.
            before = [number for number, _ in chosen[-1:]] if letter.isspace() else []
            found = next(
                (
                    [(number, form) for form in forms]
                    for forms in (letter, _plain(letter))
                    for number in (*before, *range(len(faces)))
                    if forms and all(_has(faces[number], form) for form in forms)
                ),
                None,
            )
            if found is None:
                raise LookupError(letter)
            chosen += found
        return [
            (_font(faces[number], size), "".join(letter for _, letter in run))
            for number, run in groupby(chosen, key=lambda pair: pair[0])
        ]

    def drawable(self, text: str) -> bool:
        """Whether every letter of ``text`` has a shape in some font."""
        try:
            self.runs(text, 16)
        except LookupError:
            return False
        return True

    def width(self, text: str, size: int) -> float:
        """Pixels that ``text`` is wide."""
        return sum(font.getlength(run) for font, run in self.runs(text, size))

    def draw(self, on: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: int, **style: object) -> None:
        """Write ``text`` with its baseline's left end at ``place``; ``style`` is Pillow's: fill, stroke ..."""
        x, y = place
        for font, run in self.runs(text, size):
            on.text((x, y), run, font=font, anchor="ls", **style)  # type: ignore[arg-type]
            x += font.getlength(run)


def printable(text: str, faces: Iterable[Faces]) -> str:
    """``text`` on one line without control characters, or '' where one of ``faces`` cannot draw it."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if all(face.drawable(plain) for face in faces) else ""


def _plain(letter: str) -> str:
    """What can be read instead of ``letter`` without accents and typography, or ''."""
    apart = unicodedata.normalize("NFKD", letter)
    return _PLAIN.get(letter) or "".join(one for one in apart if not unicodedata.combining(one)).replace(letter, "")


@cache
def _font(path: Path | None, size: int) -> Font:
    """The face in ``path``, or Pillow's own."""
    if path is not None:
        return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@cache
def _has(path: Path | None, letter: str) -> bool:
    """Whether the face has a shape for ``letter``: one unlike that of a code point that can never be a letter."""
    if letter.isspace():
        return True
    font = _font(path, 16)
    shape = _shape(font, letter)
    return shape[1] != b"" and shape != _shape(font, "\uffff")


def _shape(font: Font, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask) if mask.size[0] else b""
