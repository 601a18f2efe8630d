"""How many pixels a metre has, before anything is known of a picture: an option says it, or doors, or walls do.

Doors are the best yardstick a plan has: most leaves are between 0.7 and 1 m wide. Where the picture lies on a page of
known size, the scale has to be one of drawing practice, and the nearest is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from pipelines.report import ScaleReport

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.pdf.preprocessor import Grey
    from pipelines.pdf.swings import Swings

#: Width of an ordinary leaf, metres.
LEAF: Final = 0.8
#: Scales that plans are drawn at.
METRIC: Final = (20.0, 25.0, 50.0, 100.0, 200.0, 250.0, 500.0)
#: A scale is taken for one of practice within this factor of it.
NEAR: Final = 1.25
#: So many swings that agree are evidence; so many make a look by a detector superfluous.
FEW, MANY = 2, 4
#: Assumed where nothing tells, denominator of the scale.
USUAL: Final = 100.0
#: How many metres a picture of unknown scale may show, along its longer side.
ACROSS: Final = (7.0, 10.0, 14.5, 21.0, 30.0)
#: A detector looks at so much of a picture to tell its scale, square metres: a dwelling.
MOST: Final = 600.0


class Gauged(Protocol):
    """What a detector says of a picture's scale."""

    @property
    def pixels_per_metre(self) -> float:
        """The scale at which it recognised most."""

    @property
    def agreement(self) -> float:
        """About how many doors speak for it."""


class Gauge(Protocol):
    """A detector that can tell at which size a picture shows doors as wide as doors."""

    def gauge(self, grey: Grey, guesses: list[float]) -> Gauged:
        """Try some numbers of pixels per metre, and give the best."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Pixels per metre of a picture, and how that is known."""

    pixels_per_metre: float
    report: ScaleReport


def measure(
    grey: Grey, swings: Swings, *, mm: float, placed: bool, explicit: float | None, gauge: Gauge | None = None
) -> Yardstick:
    """The scale of a picture.

    Args:
        grey: The picture, black on white.
        swings: Its swings.
        mm: Millimetres of paper of one of its pixels.
        placed: Whether ``mm`` is known from a page, or only assumed.
        explicit: Denominator of the scale, where it was given.
        gauge: A detector to ask where swings do not tell.
    """
    if explicit is not None:
        said = f"1:{explicit:g} was given."
        return _of_ratio(explicit, mm, 1.0, "option", (said,))
    width, count = _leaf(swings)
    # A detector judges better than a few arcs do, but has to look at several sizes.
    if count >= (FEW if gauge is None else MANY if placed else np.inf):
        found, method = width / LEAF, "doors"
        said = f"{count} door leaves are about {width * mm:.1f} mm wide on paper, as leaves of {LEAF:g} m would be."
        sure = min(0.7, 0.35 + 0.06 * count)
    elif gauge is not None and (best := _gauged(gauge, grey, swings, mm, placed=placed)).agreement >= 1.0:
        found, method = best.pixels_per_metre, "doors"
        said = f"Doors are recognised as such, and as wide as doors, where a metre has {found:.0f} pixels."
        sure = min(0.6, 0.3 + 0.06 * best.agreement)
    elif placed:
        return _of_ratio(USUAL, mm, 0.2, "assumed", (f"Nothing tells the scale: 1:{USUAL:g} is assumed.",))
    else:
        # A plan of a dwelling is about as wide as its picture.
        found, method, sure = max(grey.shape) / 14.0, "assumed", 0.1
        said = "Nothing tells the scale: the picture is assumed to show 14 m."
    ratio = 1000.0 / (found * mm)
    near = min(METRIC, key=lambda each: abs(np.log(ratio / each)))
    if placed and abs(np.log(ratio / near)) < np.log(NEAR):
        more = f"1:{near:g} is the nearest scale of drawing practice to 1:{ratio:.0f}."
        return _of_ratio(near, mm, min(0.85, sure + 0.15), method, (said, more))
    report = ScaleReport(ratio=None, metres_per_mm=1 / (found * mm), confidence=sure, method=method, evidence=(said,))
    return Yardstick(found, report)


def _of_ratio(ratio: float, mm: float, sure: float, method: str, evidence: tuple[str, ...]) -> Yardstick:
    report = ScaleReport(
        ratio=ratio, metres_per_mm=ratio / 1000, confidence=sure, method=method, evidence=evidence
    )  # fmt: skip
    return Yardstick(1000.0 / (ratio * mm), report)


def _leaf(swings: Swings) -> tuple[float, int]:
    """The width that most swings have, within a fifth, and how many do; each counts with its score."""
    if not len(swings):
        return 0.0, 0
    log: Floats = np.log(swings.radius)
    near = np.abs(log[:, None] - log) < 0.2
    support = (near * swings.score).sum(axis=1)
    # Of two sizes with the same support, doors are the larger: small arcs are furniture.
    best = int(np.lexsort((log, support.round(1)))[-1])
    members = near[best]
    return float(np.exp(np.average(log[members], weights=swings.score[members]))), int(members.sum())


@dataclass(frozen=True, slots=True)
class _Best:
    """Pixels per metre, and what speaks for them."""

    pixels_per_metre: float
    agreement: float


def _gauged(gauge: Gauge, grey: Grey, swings: Swings, mm: float, *, placed: bool) -> _Best:
    """What the detector recognises best, at scales of practice or at any; swings of that size speak for it as well."""

    def judged(guess: float) -> _Best:
        seen = gauge.gauge(_busiest(grey, MOST * guess**2), [guess]).agreement
        fit = np.exp(-((np.log(swings.radius / (LEAF * guess)) / 0.2) ** 2))
        return _Best(guess, seen + float((swings.score * fit).sum()))

    if placed:
        guesses = [1000.0 / (ratio * mm) for ratio in (50.0, 100.0, 200.0)]
        return max((judged(guess) for guess in guesses), key=lambda each: each.agreement)
    best = max((judged(max(grey.shape) / across) for across in ACROSS), key=lambda each: each.agreement)
    finer = [judged(best.pixels_per_metre * step) for step in (0.8, 0.9, 1.1, 1.25)]
    return max([best, *finer], key=lambda each: each.agreement)


def _busiest(grey: Grey, most: float) -> Grey:
    """As much of a picture as has ``most`` pixels: the part of it that most is drawn in."""
    if grey.size <= most:
        return grey
    share = float(np.sqrt(most / grey.size))
    high, wide = max(1, int(grey.shape[0] * share)), max(1, int(grey.shape[1] * share))
    drawn = np.pad(np.cumsum(np.cumsum(grey[::8, ::8] < 150, axis=0), axis=1), ((1, 0), (1, 0)))
    h, w = max(1, high // 8), max(1, wide // 8)
    inside = drawn[h:, w:] - drawn[:-h, w:] - drawn[h:, :-w] + drawn[:-h, :-w]
    y, x = np.unravel_index(int(inside.argmax()), inside.shape)
    return grey[int(y) * 8 : int(y) * 8 + high, int(x) * 8 : int(x) * 8 + wide]
