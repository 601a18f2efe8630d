"""Scales that are written on a page: "SCALE 1:100", 1/4" = 1'-0", "M 1:50", "축척 1/100", "1:100 @ A1".

Many are decoys: the scale of a detail, a slope, a mix of mortar, or a note that a plot on another paper size made
wrong. A note is a hypothesis, never a proof.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.drafting import lengths, titles
from pipelines.drafting.titles import ViewKind
from pipelines.pdf.scale import practice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats, Texts

#: What names a scale, in plain letters.
_LABEL = re.compile(
    r"\b(?:scales?|sc|echelle|ech|ma(?:ss|s|ß)?stab|mst|escala|esc|scala|scara|skala|schaal|malestokk|maalestok"
    r"|meritko|mierka|mertek|olcek|ty le|tl|масштаб)\b|\b[mм] ?[=:.]? ?(?=1 ?[:/])|\bs ?[=:.] ?(?=1 ?[:/])"
    r"|축척|축적|척도|縮尺|比例|尺度"
)
#: What is written as a ratio and is no scale: slopes, mixtures.
_NOT_SCALE = re.compile(
    r"\b(?:slope|ramp|falls?|grade|gradient|pitch|mix|mortar|cement|pente|gefalle|neigung|pendiente|pdte|pendenza"
    r"|inclinacao|declive|incl|rampe|rampa|max|min|egim)\b|\bi ?=|\d ?[ap]m\b|경사|구배|물매|勾配|坡度|斜率"
)
_RATIO = re.compile(r"(?<![\d:/.,])1 ?[:/] ?(\d{1,4}(?:[.,]\d{1,2})?)(?![\d:/\"']|[.,]\d)")
_FEET = re.compile(
    r"(\d+(?:[ -]\d+/\d+)?|\d+/\d+) ?(?:\"|''|in\.?|inch) ?= ?(\d+) ?(?:'|ft\.?|feet|foot)"
    r"(?: ?-? ?(\d+) ?(?:\"|''|in\.?)?)?"
)
_PAPER = re.compile(r"\b(a[0-4]|b[0-4]|(?:ansi|arch) [a-e]|arch e1|letter|tabloid)\b")
#: What a text needs to be looked at.
_MAYBE = re.compile(r"1\s*[:∶：/⁄]\s*\d|=|＝")
#: No note is longer; more notes are not read.
_LONGEST, _MOST = 120, 60
#: Denominators of unlabelled ratios that are believed at all.
_BELIEVED = (10.0, 2000.0)
#: In letter heights: how far a label, a title stand from their note.
_LABEL_REACH, _REACH = 6.0, 9.0
_DETAILS = (ViewKind.DETAIL, ViewKind.SECTION, ViewKind.ELEVATION, ViewKind.SITE_PLAN, ViewKind.LEGEND)


@dataclass(frozen=True, slots=True)
class Note:
    """A scale that is written on the page."""

    ratio: float  #: denominator, corrected where the note names another paper size
    text: str  #: as written
    spot: Floats  #: (2,)
    weight: float  #: 0..1, how surely it is the scale of the plan
    paper: str = ""  #: the paper size that it names


def notes(texts: Texts, page: tuple[float, float]) -> tuple[Note, ...]:
    """The scales that are written, the likeliest first."""
    found: list[Note] = []
    for row, raw in enumerate(texts.text):
        if len(raw) > _LONGEST or len(found) == _MOST or not _MAYBE.search(raw):
            continue
        text = _plain(raw)
        ratio, paper, factor = (0.0, "", 1.0) if _NOT_SCALE.search(text) else _said(text, page)
        weight = _weight(texts, row, text, ratio) if ratio > 0 else 0.0
        if weight > 0:
            found.append(Note(ratio * factor, " ".join(raw.split()), texts.center[row], weight, paper))
    return tuple(sorted(found, key=lambda note: -note.weight))


def _plain(text: str) -> str:
    """Lower case without diacritics, with one kind of quotes and single spaces."""
    bare = unicodedata.normalize("NFD", lengths.straightened(text).casefold())
    kept = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFKC", kept).replace("∶", ":").split())


def _said(text: str, page: tuple[float, float]) -> tuple[float, str, float]:
    """The denominator that a text states, 0 where it states none; the paper that it names, and what that changes.

    Where it states several for several papers ("1:50 @ A1, 1:100 @ A3") it is the one for the page's own.
    """
    read = [(found.start(), _feet(found)) for found in _FEET.finditer(text)]
    read = read or [(found.start(), float(found[1].replace(",", "."))) for found in _RATIO.finditer(text)]
    stated = [(start, ratio) for start, ratio in read if ratio >= 1.0]
    said = []
    for k, (start, ratio) in enumerate(stated):
        until = stated[k + 1][0] if k + 1 < len(stated) else len(text)
        found = _PAPER.search(text, start, until) or (_PAPER.search(text) if len(stated) == 1 else None)
        name = found[1].upper() if found is not None else ""
        said.append((ratio, name, practice.SIZES[name][0] / max(page) if name else 1.0))
    return min(said, key=lambda each: abs(each[2] - 1.0), default=(0.0, "", 1.0))


def _feet(found: re.Match[str]) -> float:
    """The denominator of 1/4" = 1'-0"."""
    paper = lengths.read(f'{found[1].replace("-", " ")}"')
    truth = (int(found[2]) * 12.0 + int(found[3] or 0)) * 0.0254
    return truth / paper.value if paper is not None else 0.0


def _weight(texts: Texts, row: int, text: str, ratio: float) -> float:
    """How surely a note is the scale of the plan: by its label, and by the title beside it."""
    away = np.abs(texts.center - texts.center[row]).max(axis=1) / max(float(texts.height[row]), 1e-9)
    near = np.flatnonzero(away < _REACH)
    near = near[np.argsort(away[near], kind="stable")]
    near = near[near != row]
    alone = _RATIO.fullmatch(text) is not None or _FEET.fullmatch(text) is not None
    if _LABEL.search(text) or any(_is_label(texts.text[k]) for k in near[away[near] < _LABEL_REACH].tolist()):
        weight = 0.8
    elif "'" in text or (alone and ":" in text):
        weight = 0.55
    else:
        weight = 0.3 if alone else 0.2
    if not _BELIEVED[0] <= ratio <= _BELIEVED[1] and "=" not in text:
        weight = 0.2 if weight >= 0.8 else 0.0
    return weight * _title(texts, row, near) if weight > 0 else 0.0


def _is_label(text: str) -> bool:
    return len(text) < 24 and _LABEL.search(_plain(text)) is not None


def _title(texts: Texts, row: int, near: NDArray[np.intp]) -> float:
    """How much the nearest title speaks for a note: that of a plan for it, that of a detail against it."""
    own = titles.read(texts.text[row])
    if own is not None:
        return _favour(own.kind)
    for k in near.tolist():
        if texts.height[k] >= 0.9 * texts.height[row] and (title := titles.read(texts.text[k])) is not None:
            return _favour(title.kind)
    return 0.9


def _favour(kind: ViewKind) -> float:
    return 1.2 if kind is ViewKind.PLAN else 0.35 if kind in _DETAILS else 0.7
