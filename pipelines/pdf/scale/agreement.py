"""On which scales the numbers of a page agree with what they measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.options import UnitName

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Bools, Floats
    from pipelines.pdf.scale.dimensions import Ballot

    Rows = NDArray[np.intp]

#: How offices write lengths without a unit, and how common each habit is: logarithms, up to a constant.
HABITS = {UnitName.MM: 0.0, UnitName.M: -0.2, UnitName.CM: -0.5, UnitName.INCH: -3.0, UnitName.FOOT: -4.0}
#: Denominators that any drawing of a building has, from a joint of a window to a town.
LEAST, MOST = 0.9, 20_000.0
#: Numbers agree where their ratios differ by no more than this (logarithm): half the width of the search, and after it.
_WINDOW, _CLOSE = 0.006, 0.01
#: Peaks taken of each habit, and how far they are apart (logarithm).
_PEAKS, _APART = 4, 0.03
#: Of the numbers that measure something in the right habit this share is expected to agree; the rest is noise.
_HONEST = 0.45
#: The most that one number can say, as a logarithm.
_SAYS = 3.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """A scale on which numbers agree."""

    ratio: float  #: denominator
    habit: UnitName  #: what numbers without a unit are in
    agree: int  #: numbers that agree
    asked: int  #: numbers that measure anything
    spread: float  #: usual relative deviation of those that agree
    strength: float  #: logarithm of how much likelier this agreement is than chance


def agreements(ballot: Ballot, members: Bools, *, slack: float) -> tuple[Agreement, ...]:
    """The scales on which the numbers under ``members`` agree best, for each habit of writing, strongest first."""
    found = [each for habit in HABITS for each in _of(ballot, members, habit, slack)]
    return tuple(sorted(found, key=lambda each: -each.strength))


def _of(ballot: Ballot, members: Bools, habit: UnitName, slack: float) -> list[Agreement]:
    votes = ballot.votes
    metres = np.asarray([each.metres(habit) for each in ballot.written], dtype=np.float64)
    ratio = metres[votes.number] * 1000.0 / votes.measured
    with np.errstate(invalid="ignore"):
        valid = members[votes.number] & (ratio > LEAST) & (ratio < MOST)
    if not valid.any():
        return []
    number, place, weight = votes.number[valid], np.log(ratio[valid]), votes.weight[valid]
    measured = votes.measured[valid]
    voice = _voices(metres)
    tops = _tops(place, voice[number] * np.sqrt(weight))
    asked = len(np.unique(number))
    return [_agreement(top, habit, number, place, measured, voice, asked, slack) for top in tops]


def _voices(metres: Floats) -> Floats:
    """(n,) how much each number counts: a number that is written many times is no independent witness each time."""
    _, same, count = np.unique(np.round(np.nan_to_num(metres), 4), return_inverse=True, return_counts=True)
    return np.asarray(1.0 / np.sqrt(count[same]), dtype=np.float64)


def _tops(place: Floats, weight: Floats) -> list[float]:
    """Places around which most weight lies."""
    order = np.argsort(place, kind="stable")
    place, weight = place[order], weight[order]
    total = np.append(0.0, np.cumsum(weight))
    mass = (
        total[np.searchsorted(place, place + _WINDOW, side="right")]
        - total[np.searchsorted(place, place - _WINDOW, side="left")]
    )
    tops: list[float] = []
    for k in np.argsort(-mass, kind="stable").tolist():
        if all(abs(place[k] - top) > _APART for top in tops):
            tops.append(float(place[k]))
            if len(tops) == _PEAKS:
                break
    return tops


def _agreement(
    top: float,
    habit: UnitName,
    number: Rows,
    place: Floats,
    measured: Floats,
    voice: Floats,
    asked: int,
    slack: float,
) -> Agreement:
    """The exact place of a peak, and how many numbers agree on it."""
    for reach in (2 * _WINDOW, _WINDOW):  # the first round centres the second
        rows = _nearest(number, place, top, reach + slack / measured)
        top = _median(place[rows], measured[rows])
    rows = _nearest(number, place, top, _CLOSE + slack / measured)
    off = np.abs(place[rows] - top)
    spread = float(_median(off, measured[rows]))
    close = rows[off <= max(3.0 * spread, 0.002)]
    ratio = float(np.exp(np.average(place[close], weights=measured[close])))
    tries = np.bincount(number)[number[rows]]
    chance = np.minimum(tries * 2 * (_CLOSE + slack / measured[rows]) / np.log(MOST / LEAST) * 3, 0.9)
    says = np.clip(np.log(_HONEST / chance), 0.0, _SAYS)
    agree = len(rows)
    missing = asked - agree
    strength = float((voice[number[rows]] * says).sum()) + missing * np.log(1 - _HONEST) * 0.2
    return Agreement(ratio, habit, agree, asked, spread, strength + HABITS[habit])


def _nearest(number: Rows, place: Floats, top: float, reach: Floats) -> Rows:
    """Of each number the vote nearest to a place, where it is within reach."""
    off = np.abs(place - top)
    rows = np.flatnonzero(off <= reach)
    rows = rows[np.lexsort((off[rows], number[rows]))]
    return rows[np.append(True, np.diff(number[rows]) > 0)] if len(rows) else rows


def _median(values: Floats, weights: Floats) -> float:
    """Weighted median."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
