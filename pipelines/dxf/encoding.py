"""Which encoding the bytes of a DXF are in, whatever its header says.

Exports from localised programs often lack ``$DWGCODEPAGE``, or claim ANSI_1252 over bytes of another code page. The
non-ASCII runs of the file are therefore tried in every candidate and judged as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: So much of the file is looked at, bytes from its start and from its middle.
SAMPLE = 4_000_000
#: So many different non-ASCII words are judged.
WORDS = 400

_CODEPAGES = {
    "874": "cp874", "932": "cp932", "936": "gbk", "949": "cp949", "950": "cp950", "1250": "cp1250", "1251": "cp1251",
    "1252": "cp1252", "1253": "cp1253", "1254": "cp1254", "1255": "cp1255", "1256": "cp1256", "1257": "cp1257",
    "1258": "cp1258",
}  # fmt: skip
#: Tried where the header is silent or implausible; earlier ones win a tie.
_CANDIDATES = ("cp949", "cp932", "gbk", "cp950", "cp1252", "cp1251", "cp1254", "cp1250", "cp1253", "cp1258")
_WORD = re.compile(rb"[^\r\n\x00-\x1f]*[\x80-\xff][^\r\n\x00-\x1f]*")
_CODEPAGE = re.compile(rb"\$DWGCODEPAGE\s+3?\s*([A-Za-z]+_?(\d+)|[A-Za-z0-9_-]+)")

#: Words that drawings are full of; one of them outweighs many plausible letters.
_KNOWN_WORDS = """
    벽 문 창 거실 주방 침실 욕실 화장실 현관 발코니 계단 기둥 가구 치수 도면 평면 실명 외벽 내벽 벽체
    창호 중심선 안방 방 층 壁 柱 窓 扉 建具 階段 寸法 通芯 家具 部屋 室名 文字 平面図 居間 台所 玄関
    和室 洋室 廊下 浴室 便所 外壁 内壁 墙 墙体 门 窗 门窗 楼梯 轴线 标注 家具 卫生间 客厅 卧室 厨房
    阳台 建筑 平面图 文字 尺寸 餐厅 书房 走廊 柱子 牆 門 樓梯 軸線 標註 客廳 臥室 廚房 陽台 建築
"""
_KNOWN = tuple(_KNOWN_WORDS.split())
_VOWELS = frozenset("aeiouyäöüáéíóúàèìòùâêîôûãõåøæœıąęăơư")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file."""

    name: str  #: Python's name of it
    declared: str  #: what the header says, as Python's name; 'cp1252' where it is silent
    method: str  #: 'header', 'sniffed', 'utf-8'


def sniff(path: Path, *, version: str, binary: bool) -> Encoding:
    """The encoding of a DXF of the given ``$ACADVER`` ('AC1015')."""
    with path.open("rb") as file:
        data = file.read(SAMPLE)
        size = path.stat().st_size
        if size > 2 * SAMPLE:
            file.seek(size // 2)
            data += b"\n" + file.read(SAMPLE)
    declared = _declared(data)
    modern = version >= "AC1021"
    words = _words(data, binary=binary)
    if not words:
        return Encoding(
            "utf-8" if modern else declared or "cp1252", "utf-8" if modern else declared or "cp1252", "header"
        )
    if _decodes(words, "utf-8") and (modern or any(_is_multibyte(word) for word in words)):
        return Encoding("utf-8", "utf-8" if modern else declared or "cp1252", "utf-8")
    best = judge(words, declared)
    return Encoding(best, "utf-8" if modern else declared or "cp1252", "header" if best == declared else "sniffed")


def judge(words: list[bytes], declared: str | None) -> str:
    """The candidate in which the words read best; the declared one wins where it is about as good."""
    candidates = dict.fromkeys(([declared] if declared else []) + list(_CANDIDATES))
    scores = {name: plausibility(words, name) for name in candidates}
    best = max(scores, key=lambda name: scores[name])
    if declared is not None and scores[declared] > 0 and scores[declared] >= scores[best] - 0.1:
        return declared
    return best if scores[best] > 0 else declared or "cp1252"


def plausibility(words: list[bytes], name: str) -> float:
    """How much the words read like text in an encoding: mean over words of -1 (impossible) .. 3 (known words)."""
    total = 0.0
    for word in words:
        try:
            text = word.decode(name)
        except UnicodeDecodeError:
            total -= 1.0
            continue
        total += _reads(text)
    return total / len(words)


def _reads(text: str) -> float:
    """0..3: how much a decoded word looks like one."""
    foreign = [char for char in text if ord(char) > 127]
    if not foreign:
        return 0.0
    score = sum(_letter(char) for char in foreign) / len(foreign)
    if any(known in text for known in _KNOWN):
        score += 2.0
    if all(ord(char) < 0x250 for char in foreign):
        score = _latin(text, foreign, score)
    return score


def _latin(text: str, foreign: list[str], score: float) -> float:
    """Accented letters stand among plain ones, rarely two together: ``Küche``, not ``º®Ã¼``."""
    letters = [char for char in text if char.isalpha()]
    plain = len(letters) - len([char for char in foreign if char.isalpha()])
    if not letters or plain < len(foreign):
        return min(score, 0.15)
    middle = re.search(r"[a-zäöüß][ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ]", text) is not None
    return score * (0.4 if middle else 1.0) + (0.3 if _VOWELS & set(text.lower()) else 0.0)


def _letter(char: str) -> float:  # noqa: PLR0911  one line a script
    """0..1: how often a character stands in a drawing's words."""
    code = ord(char)
    if 0xAC00 <= code <= 0xD7A3:
        return 1.0
    if 0x3040 <= code <= 0x30FF:
        return 1.0
    if 0x4E00 <= code <= 0x9FFF:
        # The common half of each legacy set comes first in it: level 1 of GB 2312 and of JIS.
        return 0.75 if _common(char) else 0.2
    if 0x0400 <= code <= 0x04FF:
        return 0.7
    if char.isalpha() and code < 0x250:
        return 0.7
    if char in "²³°±×ØøµΩ–—’“”·•、。「」（）：・㎡ー":
        return 0.6
    return 0.05 if 0xFF61 <= code <= 0xFF9F or not char.isprintable() else 0.15


#: First bytes of the common characters in the two-byte sets.
_COMMON = (("gb2312", 0xB0, 0xD7), ("shift_jis", 0x88, 0x97), ("big5", 0xA4, 0xC6), ("euc_kr", 0xCA, 0xFD))


def _common(char: str) -> bool:
    for codec, low, high in (
        ("gb2312", 0xB0, 0xD7),
        ("shift_jis", 0x88, 0x97),
        ("big5", 0xA4, 0xC6),
        ("euc_kr", 0xCA, 0xFD),
    ):
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
    raw = match[1].decode("ascii", "replace").lower()
    if match[2]:
        return _CODEPAGES.get(match[2].decode("ascii"))
    return {"ks_c_5601": "cp949", "ksc5601": "cp949", "big5": "cp950", "gb2312": "gbk", "dos932": "cp932"}.get(raw)


def _words(data: bytes, *, binary: bool) -> list[bytes]:
    """Different lines with bytes above 127; in a binary file, strings of at least two of them."""
    if data.isascii():
        return []
    found: dict[bytes, None] = {}
    for match in _WORD.finditer(data):
        word = match[0].strip()
        if len(word) > 400 or (binary and not re.search(rb"[\x80-\xff]{2}", word)):
            continue
        found[word] = None
        if len(found) >= WORDS:
            break
    return list(found)


def _decodes(words: list[bytes], name: str) -> bool:
    try:
        for word in words:
            word.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _is_multibyte(word: bytes) -> bool:
    return re.search(rb"[\xc2-\xf4][\x80-\xbf]", word) is not None
