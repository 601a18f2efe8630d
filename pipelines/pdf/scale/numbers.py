"""The texts of a page that state lengths, put together where the page holds them in pieces.

A writer of PDFs may set "12'-6" and '1/2"' as two words, and the raised digit of 3.65⁵ as a small word of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting import lengths
from pipelines.geometry.pairs import dots
from pipelines.linework import Floats, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.lengths import Written
    from pipelines.linework import Texts

_PIECE = re.compile(r"[\d.,'\"’”′″/½¼¾⅛⅜⅝⅞⁰¹²³⁴-⁹()-]{1,12}|mm|cm|m|ft\.?|in\.?|feet|typ\.?|clr\.?", re.IGNORECASE)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
#: Of the words of one number, in letter heights: the gap, how far they may stand beside one line; cosine of the turn.
_GAP, _ASIDE, _TURN = 0.8, 0.35, 0.999
#: A digit of this share of its neighbour's height, standing higher, is raised.
_SMALL = 0.8


@dataclass(frozen=True, slots=True)
class Numbers(Table):
    """Lengths as they stand on the page."""

    center: Floats  #: (n, 2) middle of the written box
    along: Floats  #: (n, 2) unit vector in which it is read
    height: Floats  #: (n,) of the letters, mm
    width: Floats  #: (n,) of the written box, mm
    written: tuple[Written, ...]


def numbers(texts: Texts) -> Numbers:
    """All lengths among the texts."""
    along = np.column_stack([np.cos(texts.rotation), np.sin(texts.rotation)])
    chains, used = _joined(texts, along)
    found = [
        (row, texts.center[row], float(texts.width[row]), written)
        for row, text in enumerate(texts.text)
        if row not in used and (written := lengths.read(text)) is not None
    ]
    for rows, written in chains:
        reach = (texts.center[rows] - texts.center[rows[0]]) @ along[rows[0]]
        begin = float((reach - texts.width[rows] / 2).min())
        finish = float((reach + texts.width[rows] / 2).max())
        middle = texts.center[rows[0]] + along[rows[0]] * (begin + finish) / 2
        found.append((rows[0], middle, finish - begin, written))
    head = np.asarray([each[0] for each in found], dtype=np.intp)
    return Numbers(
        center=np.asarray([each[1] for each in found], dtype=np.float64).reshape(-1, 2),
        along=along[head],
        height=texts.height[head],
        width=np.asarray([each[2] for each in found], dtype=np.float64),
        written=tuple(each[3] for each in found),
    )


def _joined(texts: Texts, along: Floats) -> tuple[list[tuple[list[int], Written]], set[int]]:
    """Words that state a length together: their rows in reading order, and all rows that are used so."""
    rows = np.asarray([k for k, text in enumerate(texts.text) if _PIECE.fullmatch(text.strip())], dtype=np.intp)
    following, raised = _followers(texts, along, rows)
    chains: list[tuple[list[int], Written]] = []
    used: set[int] = set()
    for first in sorted(following.keys() - set(following.values())):
        chain = [first]
        while chain[-1] in following and following[chain[-1]] not in chain:
            chain.append(following[chain[-1]])
        said = texts.text[first].strip()
        for row in chain[1:]:
            word = texts.text[row].strip()
            said += word.translate(_RAISED) if row in raised else f" {word}"
        written = lengths.read(said)
        if written is not None:
            chains.append((chain, written))
            used.update(chain)
    return chains, used


def _followers(texts: Texts, along: Floats, rows: NDArray[np.intp]) -> tuple[dict[int, int], set[int]]:
    """For each word the one that follows it closely on its line; and which of these are raised."""
    reach = along[rows] * texts.width[rows, None] / 2
    finish, begin = texts.center[rows] + reach, texts.center[rows] - reach
    height = texts.height[rows]
    one, other = shapely.STRtree(dots(begin)).query(dots(finish), predicate="dwithin", distance=_GAP * height)
    step = begin[other] - finish[one]
    ahead = np.einsum("ij,ij->i", step, along[rows[one]])
    aside = along[rows[one], 0] * step[:, 1] - along[rows[one], 1] * step[:, 0]
    small = height[other] < _SMALL * height[one]
    level = np.where(small, (aside > -0.1 * height[one]), np.abs(aside) < _ASIDE * height[one])
    same = np.einsum("ij,ij->i", along[rows[one]], along[rows[other]]) > _TURN
    fits = (one != other) & same & level & (ahead > -_ASIDE * height[one]) & (height[other] < height[one] / _SMALL)
    following: dict[int, int] = {}
    raised: set[int] = set()
    for k in np.flatnonzero(fits)[np.argsort(-ahead[fits], kind="stable")].tolist():
        following[int(rows[one[k]])] = int(rows[other[k]])
        if small[k] and texts.text[rows[other[k]]].strip().isdigit():
            raised.add(int(rows[other[k]]))
    return following, raised
