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
HABITS = {UnitName.MM: 0.0, UnitName.M: -0.2, UnitName.CM: -0.5, UnitName.INCH: -5.0, UnitName.FOOT: -6.0}
#: Denominators that any drawing of a building has, from a joint of a window to a town.
LEAST, MOST = 0.9, 20_000.0
#: Numbers agree where their ratios differ by no more than this (logarithm): half the width of the
#: search, after it, and of the search for its exact place.
_WINDOW, _CLOSE, _FINE = 0.006, 0.01, 0.0015
#: Peaks taken of each habit, and how far they are apart (logarithm).
_PEAKS, _APART = 4, 0.03
#: Of the numbers that measure something in the right habit this share is expected to agree; the rest is noise.
_HONEST = 0.45
#: What agrees no better than this (logarithm) may well be chance.
_VAGUE = 0.005
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
    voice = _voices(number, metres[number]) * _alone(metres[number], measured, max(slack, 0.05))
    cast = _Cast(number, place, measured, voice, weight)
    tops = _tops(place, voice * np.sqrt(weight), _WINDOW)
    return [_agreement(top, habit, cast, slack) for top in tops]


def _voices(number: Rows, metres: Floats) -> Floats:
    """(n,) how much each vote counts: a length that is written many times is hardly more than one witness."""
    length = np.unique(np.round(metres, 4), return_inverse=True)[1]
    each = np.unique(np.column_stack([number, length]), axis=0)[:, 1]
    count = np.bincount(each)[length]
    return np.asarray((1.0 + 0.3 * np.log(count)) / count, dtype=np.float64)


def _alone(metres: Floats, measured: Floats, grid: float) -> Floats:
    """(n,) one over how many lengths are written for the distance of each vote: one distance has one length.

    In the cells of a table many different numbers stand midway between lines of equal distance.
    """
    place = np.round(measured / grid).astype(np.int64)
    length = np.unique(np.round(metres, 4), return_inverse=True)[1]
    held = np.unique(np.column_stack([place, length]), axis=0)[:, 0]
    crowd = np.searchsorted(held, place, side="right") - np.searchsorted(held, place, side="left")
    return np.asarray(1.0 / crowd, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Cast:
    """The votes that count in one habit of writing."""

    number: Rows
    place: Floats  #: (n,) logarithm of the denominator
    measured: Floats  #: (n,) mm
    voice: Floats  #: (n,) how much each counts
    weight: Floats  #: (n,) how well it fits among the votes of its number


def _tops(place: Floats, weight: Floats, window: float, most: int = _PEAKS) -> list[float]:
    """Places around which most weight lies, within half a width."""
    order = np.argsort(place, kind="stable")
    place, weight = place[order], weight[order]
    total = np.append(0.0, np.cumsum(weight))
    mass = (
        total[np.searchsorted(place, place + window, side="right")]
        - total[np.searchsorted(place, place - window, side="left")]
    )
    tops: list[float] = []
    for k in np.argsort(-mass, kind="stable").tolist():
        if all(abs(place[k] - top) > _APART for top in tops):
            tops.append(float(place[k]))
            if len(tops) == most:
                break
    return tops


def _agreement(top: float, habit: UnitName, cast: _Cast, slack: float) -> Agreement:
    """The exact place of a peak, and how many numbers agree on it."""
    number, place, measured, voice = cast.number, cast.place, cast.measured, cast.voice
    worth = measured * voice * cast.weight
    around = np.flatnonzero(np.abs(place - top) <= 2 * _WINDOW)
    (top,) = _tops(place[around], worth[around], _FINE, 1)
    for reach in (2 * _WINDOW, _WINDOW):  # the first round centres the second
        rows = _nearest(number, place, top, reach + slack / measured)
        top = _median(place[rows], worth[rows])
    rows = _nearest(number, place, top, _CLOSE + slack / measured)
    off = np.abs(place[rows] - top)
    spread = _median(off, worth[rows])
    close = rows[off <= max(3.0 * spread, 0.002)]
    ratio = float(np.exp(np.average(place[close], weights=worth[close])))
    tries = np.bincount(number)[number[rows]]
    chance = np.minimum(tries * 6 * (_CLOSE + slack / measured[rows]) / np.log(MOST / LEAST), 0.9)
    says = np.clip(np.log(_HONEST / chance), 0.0, _SAYS)
    asked = len(np.unique(number))
    vague = spread > _VAGUE + slack / float(np.median(measured[rows]))
    strength = float((voice[rows] * says).sum()) * (0.5 if vague else 1.0) + HABITS[habit]
    return Agreement(ratio, habit, len(rows), asked, spread, strength)


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
