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
#: So many swings that agree are evidence.
FEW: Final = 2
#: Assumed where nothing tells, denominator of the scale.
USUAL: Final = 100.0


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
    if count >= FEW:
        found, method = width / LEAF, "doors"
        said = f"{count} door leaves are about {width * mm:.1f} mm wide on paper, as leaves of {LEAF:g} m would be."
        sure = min(0.7, 0.35 + 0.06 * count)
    elif gauge is not None and (best := gauge.gauge(grey, _guesses(grey, mm, placed=placed))).agreement >= 1.0:
        found, method = best.pixels_per_metre, "doors"
        said = f"The detector recognises doors where a metre has {found:.0f} pixels."
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


def _guesses(grey: Grey, mm: float, *, placed: bool) -> list[float]:
    """Pixels per metre that are worth a look."""
    if placed:
        return [1000.0 / (ratio * mm) for ratio in (50.0, 100.0, 200.0)]
    return [max(grey.shape) / across for across in (7.0, 10.0, 14.0, 20.0, 28.0)]
