"""Which encoding the bytes of a DXF are in, whatever its header says.

Exports from localised programs often lack ``$DWGCODEPAGE``, or claim ANSI_1252 over bytes of another code page. The
non-ASCII words of the file are therefore tried in every candidate and judged as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: So much of the file is looked at, bytes from its start and from its middle.
SAMPLE: Final = 4_000_000
#: So many different non-ASCII words are judged.
WORDS: Final = 400
#: Longer lines are no names.
LONGEST: Final = 400
#: The declared encoding is kept where it reads about as well as the best.
MARGIN: Final = 0.1

_CODEPAGES: Final = {
    "874": "cp874", "932": "cp932", "936": "gbk", "949": "cp949", "950": "cp950", "1250": "cp1250", "1251": "cp1251",
    "1252": "cp1252", "1253": "cp1253", "1254": "cp1254", "1255": "cp1255", "1256": "cp1256", "1257": "cp1257",
    "1258": "cp1258", "1361": "johab",
}  # fmt: skip
_OTHER_NAMES: Final = {
    "ks_c_5601": "cp949", "ksc5601": "cp949", "big5": "cp950", "gb2312": "gbk", "dos932": "cp932", "utf-8": "utf-8",
    "utf8": "utf-8",
}  # fmt: skip
#: Tried where the header is silent or implausible; earlier ones win a tie.
_CANDIDATES: Final = (
    "cp949", "cp932", "gbk", "cp950", "cp1252", "cp1251", "cp1254", "cp1250", "cp1253", "cp1258",
)  # fmt: skip
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_CODEPAGE: Final = re.compile(rb"\$DWGCODEPAGE\s+3?\s*([A-Za-z]+_?(\d+)|[A-Za-z0-9_-]+)")

#: Words that drawings are full of; one of them outweighs many plausible letters.
_KNOWN_WORDS: Final = """
    벽 문 창 거실 주방 침실 욕실 화장실 현관 발코니 계단 기둥 가구 치수 도면 평면 실명 외벽 내벽 벽체
    창호 중심선 안방 방 층 壁 柱 窓 扉 建具 階段 寸法 通芯 家具 部屋 室名 文字 平面図 居間 台所 玄関
    和室 洋室 廊下 浴室 便所 外壁 内壁 墙 墙体 门 窗 门窗 楼梯 轴线 标注 家具 卫生间 客厅 卧室 厨房
    阳台 建筑 平面图 文字 尺寸 餐厅 书房 走廊 柱子 牆 門 樓梯 軸線 標註 客廳 臥室 廚房 陽台 建築
    主卧 次卧 电梯 图框 填充 平面圖 餐廳 書房 電梯 圖框 玄關 主臥 衛生間
"""
_KNOWN: Final = tuple(_KNOWN_WORDS.split())
_VOWELS: Final = frozenset("aeiouyäöüáéíóúàèìòùâêîôûãõåøæœıąęăơư")
#: Letters that stand in the code page of Western Europe where Turkish has its own; Icelandic plans are rare.
_RARE: Final = frozenset("ðþýÐÞÝÿ")
_SIGNS: Final = frozenset("²³°±×ØøµΩ–—’“”·•、。「」（）：・㎡ー")
_DIACRITIC_CAPITALS: Final = re.compile(r"[a-zäöüß][ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ]")
_CAPITAL_INSIDE: Final = re.compile(r"[а-яёά-ώ][А-ЯЁΆ-Ώ]")
_TWO_ALPHABETS: Final = re.compile(r"[A-Za-z][Ͱ-ԯ]|[Ͱ-ԯ][A-Za-z]")
#: First bytes of the common characters in the two-byte sets: level 1 of GB 2312 and of JIS, frequent ones of Big5.
_LEVEL_1: Final = (("gb2312", 0xB0, 0xD7), ("shift_jis", 0x88, 0x97), ("big5", 0xA4, 0xC6))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file."""

    name: str  #: Python's name of it
    declared: str  #: what the header says, as Python's name; 'cp1252' where it is silent
    method: str  #: 'header', 'sniffed', 'utf-8', 'byte order mark'


def sniff(path: Path, *, version: str, binary: bool) -> Encoding:
    """The encoding of a DXF of the given ``$ACADVER`` ('AC1015')."""
    with path.open("rb") as file:
        data = file.read(SAMPLE)
        size = path.stat().st_size
        if size > 2 * SAMPLE:
            file.seek(size // 2)
            data += b"\n" + file.read(SAMPLE)
    stated = _declared(data)
    modern = version >= "AC1021"
    declared = "utf-8" if modern else stated or "cp1252"
    marked = byte_order(data)
    if marked:
        return Encoding(marked, declared, "byte order mark")
    words = _words(path, data, binary=binary)
    if not words:
        return Encoding(declared, declared, "header")
    if _decodes(words, "utf-8") or (modern and _mostly(words, "utf-8")):
        return Encoding("utf-8", declared, "utf-8")
    best = judge(words, stated)
    return Encoding(best, declared, "header" if best == stated else "sniffed")


def byte_order(data: bytes) -> str:
    """The encoding that a byte order mark, or the zeros between ASCII letters, give away; '' for none."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:200]
    if len(head) > 20 and head.count(0) > len(head) * 2 // 5 and not data.startswith(b"AutoCAD Binary DXF"):
        return "utf-16-le" if not any(head[1::2]) else "utf-16-be" if not any(head[::2]) else ""
    return ""


def judge(words: list[bytes], declared: str | None) -> str:
    """The candidate in which the words read best; the declared one wins where it is about as good."""
    candidates = dict.fromkeys(([declared] if declared else []) + list(_CANDIDATES))
    scores = {name: plausibility(words, name) for name in candidates}
    best = max(scores, key=lambda name: scores[name])
    if declared is not None and scores[declared] > 0 and scores[declared] >= scores[best] - MARGIN:
        return declared
    return best if scores[best] > 0 else declared or "cp1252"


def plausibility(words: list[bytes], name: str) -> float:
    """How much the words read like text in an encoding: mean over words of -1 (impossible) .. 3 (known words)."""
    total = 0.0
    for word in words:
        try:
            text = word.decode(name)
        except (UnicodeDecodeError, LookupError):
            total -= 1.0
            continue
        total += _reads(text)
    return total / len(words)


def _reads(text: str) -> float:
    """0..3: how much a decoded word looks like one."""
    foreign = [char for char in text if ord(char) > 127]
    if not foreign:
        return 0.0
    score = sum(map(_letter, foreign)) / len(foreign)
    if any(known in text for known in _KNOWN):
        score += 2.0
    if all(ord(char) < 0x250 for char in foreign):
        return _latin(text, foreign, score)
    if all(0x370 <= ord(char) < 0x530 for char in foreign):
        # A word has its capitals in front, or nothing else, and the letters of one alphabet.
        return score * (0.4 if _CAPITAL_INSIDE.search(text) else 1.0) * (0.2 if _TWO_ALPHABETS.search(text) else 1.0)
    return score


def _latin(text: str, foreign: list[str], score: float) -> float:
    """Accented letters stand among plain ones, rarely two together: ``Küche``, not ``º®Ã¼``."""
    letters = [char for char in text if char.isalpha()]
    plain = len(letters) - len([char for char in foreign if char.isalpha()])
    if not letters or plain < len(foreign):
        return min(score, 0.35 if plain else 0.15)
    return score * (0.4 if _DIACRITIC_CAPITALS.search(text) else 1.0) + (0.3 if _VOWELS & set(text.lower()) else 0.0)


@cache
def _letter(char: str) -> float:  # noqa: PLR0911  one line a script
    """0..1: how often a character stands in a drawing's words."""
    code = ord(char)
    if 0xAC00 <= code <= 0xD7A3:
        # All that Korean is written with is in the older set; other code pages read as Korean give the rest.
        return 1.0 if _encodes(char, "euc_kr") else 0.2
    if 0x3040 <= code <= 0x30FF:
        return 1.0
    if 0x4E00 <= code <= 0x9FFF:
        return 0.75 if _is_level_1(char) else 0.2
    if 0x0410 <= code <= 0x0451:
        return 0.85
    if char in _RARE:
        return 0.3
    if char.isalpha() and code < 0x0500:
        return 0.7
    if char in _SIGNS:
        return 0.6
    return 0.05 if 0xFF61 <= code <= 0xFF9F or not char.isprintable() else 0.15


def _encodes(char: str, codec: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _is_level_1(char: str) -> bool:
    """Whether a Chinese character is among the common half of any legacy set."""
    for codec, low, high in _LEVEL_1:
        try:
            raw = char.encode(codec)
        except UnicodeEncodeError:
            continue
        if len(raw) == 2 and low <= raw[0] <= high:
            return True
    return False


def _declared(data: bytes) -> str | None:
    match = _CODEPAGE.search(data[:200_000])
    if match is None:
        return None
    if match[2]:
        return _CODEPAGES.get(match[2].decode("ascii"), _OTHER_NAMES.get(match[1].decode("ascii").lower()))
    return _OTHER_NAMES.get(match[1].decode("ascii", "replace").lower())


def _words(path: Path, data: bytes, *, binary: bool) -> list[bytes]:
    """Different lines, or strings of a binary file, with bytes above 127."""
    if data.isascii():
        return []
    if not binary:
        return list(_lines(data))
    # Numbers are full of such bytes: the tags have to be walked, with what the loader needs anyway.
    from pipelines.dxf.tags import binary_strings  # noqa: PLC0415

    found: dict[bytes, None] = {}
    for word in binary_strings(path):
        if len(word) <= LONGEST:
            found[word] = None
        if len(found) >= WORDS:
            break
    return list(found)


def _lines(data: bytes) -> Iterable[bytes]:
    found: dict[bytes, None] = {}
    at = 0
    while len(found) < WORDS and (match := _HIGH.search(data, at)):
        start = max(data.rfind(b"\n", 0, match.start()), match.start() - LONGEST) + 1
        end = data.find(b"\n", match.end())
        at = end if end >= 0 else len(data)
        word = data[start:at].strip()
        if len(word) <= LONGEST:
            found[word] = None
    return found


def _decodes(words: list[bytes], name: str) -> bool:
    try:
        for word in words:
            word.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _mostly(words: list[bytes], name: str) -> bool:
    """Whether nearly all words can be decoded: a modern file with a few damaged ones."""
    return sum(_decodes([word], name) for word in words) >= 0.9 * len(words)
