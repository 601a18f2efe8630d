"""What the name of a layer or a block says about its content.

Names are split into tokens (camel case, separators, digits, scripts), known words are looked up from the longest
phrase to the shortest, and the strongest word decides: what is *done to* a thing (hatch, dimension, tag, demolition)
before the thing, special things before general ones. The words are data in ``words``.

Sources of the codes: AIA/NCS layer names ``D-MAJR-MINR-S``; ISO 13567-2 (agent, element, presentation) with the
elements of CI/SfB table 1.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from pipelines.drafting.words import NEUTRAL, OPENING_WORDS, SHORT, WEAK, WORDS, Category
from pipelines.plan import FurnitureKind, OpeningKind

__all__ = ["Category", "Match", "block", "furniture_kind", "layer", "opening_kind"]


@dataclass(frozen=True, slots=True)
class Match:
    """What a name means."""

    category: Category
    confidence: float  #: 0..1
    word: str  #: the part of the name that decided, '' where nothing did
    of: Category = Category.UNKNOWN  #: what a hatch, tag, text or dimension belongs to: ``WALL-HATCH`` is of a wall


SILENT = Match(Category.UNKNOWN, 0.0, "")

#: Which word decides where a name holds several; the higher number wins.
_RANK = {
    Category.DEMOLITION: 95,
    Category.TITLE_BLOCK: 90,
    Category.DIMENSION: 88,
    Category.HATCH: 84,
    Category.TEXT: 82,
    Category.ANNOTATION: 80,
    Category.CONSTRUCTION: 78,
    Category.AXIS: 76,
    Category.ELEVATION: 70,
    Category.SECTION: 69,
    Category.GLASS_WALL: 58,
    Category.LOW_WALL: 57,
    Category.DOOR: 56,
    Category.WINDOW: 56,
    Category.OPENING: 55,
    Category.STAIR: 54,
    Category.COLUMN: 53,
    Category.ROOF: 52,
    Category.CEILING: 51,
    Category.LIGHTING: 50,
    Category.SANITARY: 49,
    Category.APPLIANCE: 48,
    Category.VEHICLE: 47,
    Category.FURNITURE: 46,
    Category.PLANT: 45,
    Category.ELECTRICAL: 44,
    Category.HVAC: 43,
    Category.STRUCTURE: 42,
    Category.WALL: 40,
    Category.PLUMBING: 36,
    Category.KITCHEN: 34,
    Category.SITE: 30,
    Category.EQUIPMENT: 28,
    Category.ROOM: 26,
    Category.FLOOR: 20,
}
#: Categories from this rank on are done to a thing rather than being one.
_DONE_TO = 69

#: What a discipline designator alone suggests (NCS), where nothing else in the name speaks.
_DISCIPLINES = {
    "e": (Category.ELECTRICAL, 0.4),
    "t": (Category.ELECTRICAL, 0.3),
    "m": (Category.HVAC, 0.35),
    "p": (Category.PLUMBING, 0.4),
    "s": (Category.STRUCTURE, 0.35),
    "q": (Category.EQUIPMENT, 0.35),
    "l": (Category.SITE, 0.3),
    "c": (Category.SITE, 0.3),
    "i": (Category.FURNITURE, 0.25),
}

#: Two-letter designators of NCS that would be words of their own.
_DESIGNATORS = frozenset(
    [
        "ad",
        "ae",
        "af",
        "ai",
        "an",
        "cg",
        "cu",
        "ed",
        "el",
        "ep",
        "fa",
        "fx",
        "gc",
        "gi",
        "id",
        "in",
        "li",
        "lp",
        "md",
        "mh",
        "mi",
        "mp",
        "pd",
        "pl",
        "pp",
        "qf",
        "ql",
        "sb",
        "sd",
        "sf",
    ]
)

#: CI/SfB table 1, first two digits of the element field of ISO 13567.
_ELEMENTS = {
    "11": Category.SITE, "13": Category.FLOOR, "16": Category.STRUCTURE, "17": Category.STRUCTURE,
    "21": Category.WALL, "22": Category.WALL, "23": Category.FLOOR, "24": Category.STAIR, "27": Category.ROOF,
    "28": Category.COLUMN, "31": Category.OPENING, "32": Category.DOOR, "33": Category.FLOOR, "34": Category.LOW_WALL,
    "35": Category.CEILING, "37": Category.ROOF, "41": Category.FLOOR, "42": Category.FLOOR, "43": Category.FLOOR,
    "44": Category.STAIR, "45": Category.CEILING, "47": Category.ROOF, "52": Category.PLUMBING,
    "53": Category.PLUMBING, "54": Category.PLUMBING, "55": Category.HVAC, "56": Category.HVAC, "57": Category.HVAC,
    "61": Category.ELECTRICAL, "62": Category.ELECTRICAL, "63": Category.LIGHTING, "64": Category.ELECTRICAL,
    "66": Category.EQUIPMENT, "68": Category.ELECTRICAL, "71": Category.FURNITURE, "72": Category.FURNITURE,
    "73": Category.KITCHEN, "74": Category.SANITARY, "75": Category.APPLIANCE, "76": Category.FURNITURE,
    "81": Category.FURNITURE, "82": Category.FURNITURE, "83": Category.KITCHEN, "84": Category.SANITARY,
    "90": Category.SITE, "94": Category.SITE, "98": Category.PLANT,
}  # fmt: skip
_ISO = re.compile(r"^[a-z][a-z0-9_-]-?(\d\d)(?:[0-9a-z]?[-_]{2,}|[0-9]{2,4}[-_]+)([a-z])?(?![a-z])", re.IGNORECASE)
_PRESENTATIONS = {
    "d": Category.DIMENSION,
    "t": Category.TEXT,
    "h": Category.HATCH,
    "b": Category.TITLE_BLOCK,
    "g": Category.AXIS,
    "x": Category.CONSTRUCTION,
}

_XREF = re.compile(r"^.*(?:\$\d+\$|\|)")
_ANONYMOUS = re.compile(r"^\*|^A\$C[0-9A-F]+$", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z]+|[0-9]+|[぀-ヿㇰ-ㇿ㐀-䶿一-鿿豈-﫿가-힣々ー]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zà-ÿ])")
_LETTERS = str.maketrans({"đ": "d", "ı": "i", "ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "ß": "ss"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

#: Names of door and window blocks that are a mark and a size or number rather than words.
_MARKS: tuple[tuple[re.Pattern[str], Category, float], ...] = (
    (re.compile(r"^(?:F|G|A|B|甲|乙|丙)?M?LC\d{3,4}"), Category.WINDOW, 0.8),
    (re.compile(r"^(?:BY|G|P|T|T?L|Z|D)?C[-_]?\d{3,5}(?!\d)"), Category.WINDOW, 0.8),
    (re.compile(r"^MLC[-_]?\d+|^MC[-_]?\d{3,5}(?!\d)"), Category.OPENING, 0.7),
    (re.compile(r"^(?:F|T|TL|JL|ZJL|S|FJL|R|G|D|Z|B|LB|YF|P)?M[甲乙丙]?[-_]?\d{3,5}(?!\d)"), Category.DOOR, 0.8),
    (re.compile(r"^M[-_]?\d{1,2}(?!\d)"), Category.DOOR, 0.5),
    (re.compile(r"^(?:F?SS?D|WD|ASD|AD|FSD|PD|TD|SD|DR|D)[-_. ]?\d{1,4}[A-Z]?(?![0-9A-Z])"), Category.DOOR, 0.6),
    (re.compile(r"^(?:AW|PW|SW|WW|PLW|ALW|W|F)[-_. ]?\d{1,4}[A-Z]?(?![0-9A-Z])"), Category.WINDOW, 0.55),
    (re.compile(r"^D[-_][LRlr](?![A-Za-z])"), Category.DOOR, 0.5),
)
_MARK_KINDS = (
    (re.compile(r"^Z?F?JLM"), OpeningKind.OVERHEAD_DOOR),
    (re.compile(r"^TLM"), OpeningKind.SLIDING_DOOR),
    (re.compile(r"^SM\d"), OpeningKind.DOUBLE_DOOR),
    (re.compile(r"(?i)(?<![a-z])s\.?g\.?d\.?(?![a-z])"), OpeningKind.SLIDING_DOOR),
    (re.compile(r"(?i)(?<![a-z])o\.?h\.?\s*d(?:oor|\.)"), OpeningKind.OVERHEAD_DOOR),
)


def _latin(text: str) -> str:
    """Lower case without diacritics; letters of other scripts as they are (a syllable of Hangul stays whole)."""
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    if lowered.isascii():
        return lowered
    bases = ((letter, unicodedata.normalize("NFD", letter)[0]) for letter in lowered)
    return "".join(base if base.isascii() else letter for letter, base in bases if not unicodedata.combining(letter))


def _spellings(word: str) -> set[str]:
    """A word of the lists as it may stand in a name: hyphens dropped, umlauts as u or ue."""
    joined = word.replace("-", "")
    return {_latin(joined), _latin(joined.casefold().translate(_UMLAUTS))}


@dataclass(frozen=True, slots=True)
class _Word:
    """A known word."""

    category: Category | None  #: None for a neutral one
    confidence: float
    rank: int
    in_compounds: bool


def _lexicon() -> dict[str, _Word]:
    """All words by spelling. Of two categories for one spelling the first listed in the strongest list stays."""
    known: dict[str, _Word] = {}
    for words, confidence, drop, compounds in ((WORDS, 0.9, 0, True), (SHORT, 0.75, 0, False), (WEAK, 0.55, 60, False)):
        for category, listed in words.items():
            for word in listed.split():
                for spelling in _spellings(word):
                    entry = _Word(category, confidence, _RANK[category] - drop, compounds and len(spelling) >= 4)
                    known.setdefault(spelling, entry)
    for word in NEUTRAL.split():
        for spelling in _spellings(word):
            known.setdefault(spelling, _Word(None, 0.0, -100, in_compounds=False))
    return known


_LEXICON = _lexicon()
_LONGEST_EASTERN = max(len(word) for word in _LEXICON if not word.isascii())
_OPENING_KINDS = {
    spelling: kind
    for kind, listed in reversed(OPENING_WORDS)
    for word in listed.split()
    for spelling in _spellings(word)
}


def tokens(name: str) -> list[str]:
    """The parts of a name: runs of letters, of digits, of East Asian letters; lower case, without diacritics."""
    spaced = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name))
    return _TOKEN.findall(_latin(spaced))


def _split(token: str) -> list[tuple[str, _Word]]:
    """Words within a Latin token that is none itself: plurals, then compounds of two or three known words."""
    for ending in ("s", "es", "en", "n", "e", "er"):
        stem = token.removesuffix(ending)
        if stem != token and len(stem) >= 3 and stem in _LEXICON:
            return [(stem, _LEXICON[stem])]
    if len(token) < 5:
        return []
    for cut in range(len(token) - 3, 2, -1):
        head, tail = token[:cut], token[cut:]
        if head in _LEXICON and tail in _LEXICON and max(len(head), len(tail)) >= 4:
            return [(head, _LEXICON[head]), (tail, _LEXICON[tail])]
    for length in range(len(token) - 1, 3, -1):
        for part in (token[-length:], token[:length]):
            word = _LEXICON.get(part)
            if word is not None and word.in_compounds:
                share = 0.6 + 0.3 * length / len(token)
                return [(part, replace(word, confidence=word.confidence * share))]
    return []


def _eastern(token: str) -> list[tuple[str, _Word]]:
    """Words within a run of East Asian letters, longest first from the left; single letters count for less."""
    found, at = [], 0
    while at < len(token):
        for length in range(min(_LONGEST_EASTERN, len(token) - at), 0, -1):
            part = token[at : at + length]
            word = _LEXICON.get(part)
            if word is None:
                continue
            if length == 1 and len(token) > 1:
                word = replace(word, confidence=word.confidence * 0.8)
            found.append((part, word))
            at += length
            break
        else:
            at += 1
    return found


def _words(parts: list[str]) -> list[tuple[str, _Word]]:
    """The known words of a name in order, phrases of up to four tokens before single ones."""
    found: list[tuple[str, _Word]] = []
    at = 0
    while at < len(parts):
        for count in range(min(4, len(parts) - at), 0, -1):
            span = parts[at : at + count]
            phrase = "".join(span)
            if count > 1 and (len(phrase) < 5 or not phrase.isalpha() or not phrase.isascii()):
                continue
            word = _LEXICON.get(phrase)
            if word is None and count > 1 and phrase.endswith("s"):
                word = _LEXICON.get(phrase[:-1])
            if word is not None and (count == 1 or word.in_compounds):
                found.append((" ".join(span), word))
                at += count
                break
        else:
            token = parts[at]
            found.extend(_split(token) if token.isascii() else _eastern(token))
            at += 1
    return found


def _decide(found: list[tuple[str, _Word]]) -> Match:
    """The category of the strongest word; doors and windows together are openings."""
    spoken = [(word, known, known.category) for word, known in found if known.category is not None]
    if not spoken:
        return SILENT
    order = sorted(range(len(spoken)), key=lambda k: (spoken[k][1].rank, k), reverse=True)
    word, known, category = spoken[order[0]]
    things = [spoken[k] for k in order if spoken[k][1].rank < _DONE_TO]
    if known.rank >= _DONE_TO:
        return Match(category, known.confidence, word, things[0][2] if things else Category.UNKNOWN)
    if {Category.DOOR, Category.WINDOW} <= {thing[2] for thing in things}:
        return Match(Category.OPENING, 0.85, f"{things[0][0]} {things[1][0]}")
    return Match(category, known.confidence, word)


def _iso(name: str) -> Match:
    """The element code of a name after ISO 13567: agent (2), element (6), presentation (2)."""
    found = _ISO.match(name)
    if found is None or (element := _ELEMENTS.get(found[1])) is None:
        return SILENT
    shown = _PRESENTATIONS.get((found[2] or "").lower())
    if shown is not None:
        return Match(shown, 0.75, found[0], element)
    return Match(element, 0.8, found[0])


@lru_cache(maxsize=65536)
def layer(name: str) -> Match:
    """What a layer holds, by its name (with or without the prefix of a bound xref)."""
    name = _XREF.sub("", name)
    if (coded := _iso(name)).category:
        return coded
    parts = tokens(name)
    designated = len(parts) > 1 and (len(parts[0]) == 1 or parts[0] in _DESIGNATORS)
    found = _decide(_words(parts[1:])) if designated else SILENT
    if not found.category:
        found = _decide(_words(parts))
    if not found.category and len(parts) > 1 and parts[0] in _DISCIPLINES and not parts[1].isdigit():
        category, confidence = _DISCIPLINES[parts[0]]
        return Match(category, confidence, parts[0])
    if found.word == "str" and parts[0] == "s":
        return Match(Category.STRUCTURE, 0.5, "str")
    return found


@lru_cache(maxsize=65536)
def block(name: str) -> Match:
    """What a block draws, by its name; anonymous blocks (``*U12``, ``*D3``) are silent."""
    name = _XREF.sub("", name)
    if _ANONYMOUS.match(name):
        return SILENT
    marked = _mark(name)
    found = _decide(_words(tokens(name)))
    if marked.confidence > found.confidence:
        return marked
    if not found.category and (kind := opening_kind(name)) is not None:
        return Match(Category.DOOR if kind.is_door else Category.OPENING, 0.5, kind.value)
    return found


def _mark(name: str) -> Match:
    """Door and window marks: ``M0921``, ``C1518``, ``D01``, ``AW-3``."""
    written = unicodedata.normalize("NFKC", name).strip().upper()
    for pattern, category, confidence in _MARKS:
        if found := pattern.match(written):
            return Match(category, confidence, found[0])
    return SILENT


def opening_kind(name: str) -> OpeningKind | None:
    """How the door or window of this name works, None where the name does not say.

    A window stays a window however it opens; a name that says only "door" gives ``DOOR``.
    """
    name = _XREF.sub("", name)
    category = _decide(_words(tokens(name))).category
    if category == Category.UNKNOWN:
        category = _mark(name).category
    if category == Category.WINDOW:
        return OpeningKind.WINDOW
    for pattern, kind in _MARK_KINDS:
        if pattern.search(unicodedata.normalize("NFKC", name)):
            return kind
    found = [_OPENING_KINDS[word] for word in _kind_words(tokens(name)) if word in _OPENING_KINDS]
    if found:
        order = [kind for kind, _ in OPENING_WORDS]
        return min(found, key=order.index)
    return OpeningKind.DOOR if category == Category.DOOR else None


def _kind_words(parts: list[str]) -> list[str]:
    """Spans of tokens, and of letters within East Asian tokens, that may tell how an opening works."""
    spans = ["".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, min(i + 3, len(parts)) + 1)]
    inner = [
        part[i:j]
        for part in parts
        for i in range(len(part))
        for j in range(i + 2, min(i + 6, len(part)) + 1)
        if not part.isascii()
    ]
    starts = [part[:length] for part in parts if part.isascii() for length in range(5, len(part))]
    return spans + inner + starts


_FURNITURE_KINDS = {
    Category.FURNITURE: FurnitureKind.FURNITURE,
    Category.SANITARY: FurnitureKind.SANITARY,
    Category.KITCHEN: FurnitureKind.KITCHEN,
    Category.APPLIANCE: FurnitureKind.APPLIANCE,
    Category.PLANT: FurnitureKind.PLANT,
    Category.VEHICLE: FurnitureKind.VEHICLE,
    Category.EQUIPMENT: FurnitureKind.OTHER,
}


def furniture_kind(category: Category) -> FurnitureKind | None:
    """The kind of furniture of a category, None where it is none."""
    return _FURNITURE_KINDS.get(category)
