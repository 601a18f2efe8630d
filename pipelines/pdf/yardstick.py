"""How many pixels a metre has, before anything of a picture is understood.

An option says it; else dimensions do, measured by the lines that they stand at; else a note of the scale that doors do
not contradict. Where nothing can be read, doors are the best yardstick that a plan has: most leaves are between 0.7
and 1 m wide, and a detector recognises them best where they have that size. A picture on a page of known size has a
scale of drawing practice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from pipelines.pdf.scale import legible
from pipelines.pdf.scale.known import Known
from pipelines.report import ScaleReport

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.pdf.legible import Legible
    from pipelines.pdf.preprocessor import Grey
    from pipelines.pdf.swings import Swings

#: Width of an ordinary leaf, metres, and how much widths differ (logarithm).
LEAF, SPREAD = 0.82, 0.17
#: Scales at which a detector looks at a picture on a page, denominators.
LOOKS: Final = (50.0, 71.0, 100.0, 141.0, 200.0)
#: How many metres a picture of unknown size may show, along its longer side.
ACROSS: Final = (7.0, 10.0, 14.5, 21.0, 30.0)
#: A detector looks at so much of a picture to tell its scale, square metres: a dwelling.
MOST: Final = 600.0
#: Assumed where nothing tells: the denominator of a page's scale, the metres that any other picture shows.
USUAL, SHOWN = 100.0, 14.0
#: Dimensions that are believed this much need no other evidence.
SURE, SURE_UNPLACED = 0.8, 0.55
#: What a swing says of the scale beside a door that a detector recognised: arcs are drawn in furniture too.
BESIDE: Final = 0.15
#: What a door says of a scale, as a logarithm; what all of them say at most.
DOOR, MOST_SAID = 1.0, 8.0
#: Steps in which a detector looks more closely around its best look.
CLOSER: Final = (0.8, 0.9, 1.1, 1.25)


class Gauged(Protocol):
    """What a detector says of a picture's scale."""

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


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture whose scale is asked for."""

    grey: Grey  #: black on white
    mm: float  #: millimetres of paper of a pixel
    placed: bool  #: whether that is known from a page, or only assumed
    page: tuple[float, float]  #: width and height of the page, mm


def given(denominator: float, mm: float) -> Yardstick:
    """The scale that an option says; ``mm`` are those of a pixel."""
    report = ScaleReport(
        ratio=denominator,
        metres_per_mm=denominator / 1000,
        confidence=1.0,
        method="option",
        evidence=(f"1:{denominator:g} was given.",),
    )
    return _of(report, mm)


def written(picture: Picture, seen: Legible) -> Yardstick | None:
    """The scale that dimensions on a picture tell by themselves; None where they do not."""
    report = legible(seen.texts, seen.net, (), page=picture.page, slack=2 * picture.mm, placed=picture.placed)
    needed = SURE if picture.placed else SURE_UNPLACED
    return _of(report, picture.mm) if report.method == "dimensions" and report.confidence >= needed else None


def measure(picture: Picture, swings: Swings, seen: Legible, gauge: Gauge | None = None) -> Yardstick:
    """The scale of a picture by all that there is: notes, swings, and a detector's looks.

    Args:
        picture: The picture.
        swings: Its swings.
        seen: What is legible on it.
        gauge: A detector to ask.
    """
    doors = _doors(picture, swings, gauge)
    things = (doors,) if len(doors.sizes) or len(doors.looks) else ()
    report = legible(seen.texts, seen.net, things, page=picture.page, slack=2 * picture.mm, placed=picture.placed)
    return _of(report, picture.mm) if report.method != "assumed" else _assumed(picture)


def _assumed(picture: Picture) -> Yardstick:
    """The scale of a picture of which nothing is known."""
    if picture.placed:
        metres_per_mm, said = USUAL / 1000, f"1:{USUAL:g} is assumed."
    else:
        # A plan of a dwelling is about as wide as its picture.
        metres_per_mm = SHOWN / (max(picture.grey.shape) * picture.mm)
        said = f"the picture is assumed to show {SHOWN:g} m."
    report = ScaleReport(
        ratio=USUAL if picture.placed else None,
        metres_per_mm=metres_per_mm,
        confidence=0.2 if picture.placed else 0.1,
        method="assumed",
        evidence=(f"Nothing tells the scale: {said}",),
    )
    return _of(report, picture.mm)


def _of(report: ScaleReport, mm: float) -> Yardstick:
    return Yardstick(1.0 / (report.metres_per_mm * mm), report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors(Known):
    """What looks like doors: swings, and what a detector recognised at some scales."""

    weight: Floats  #: (n,) how much each of the n swings, ``sizes`` wide, is taken for a door
    looks: Floats  #: (k,) denominators at which a detector looked, rising
    seen: Floats  #: (k,) about how many doors it recognised

    def count(self, ratios: Floats) -> Floats:
        """(m,) about how many doors there would be at some scales."""
        off = np.log(self.sizes[:, None] * ratios / 1000.0 / self.usual) / self.spread
        swings = (self.weight[:, None] * np.exp(-0.5 * off**2)).sum(axis=0)
        looked = np.interp(np.log(ratios), np.log(self.looks), self.seen) if len(self.looks) else 0.0
        return np.asarray(swings + looked, dtype=np.float64)

    def likelihood(self, ratios: Floats) -> Floats:
        """As of ``Known``: each door speaks for itself."""
        # The first ones say most.
        fit = MOST_SAID * (1.0 - np.exp(-self.trust * self.count(ratios) / MOST_SAID))
        return np.asarray(fit - fit.max(), dtype=np.float64)

    def sentence(self, ratio: float) -> str:
        """How many there would be at a scale."""
        return self.says.format(count=f"{float(self.count(np.array([ratio]))[0]):.0f}")


def _doors(picture: Picture, swings: Swings, gauge: Gauge | None) -> Doors:
    """What looks like doors on a picture."""
    looks = [] if gauge is None else _looks(picture, gauge)
    order = sorted(looks, key=lambda each: -each.pixels_per_metre)
    return Doors(
        kind="doors",
        says="About {count} things that look like doors are as wide as doors at this scale.",
        sizes=swings.radius * picture.mm,
        usual=LEAF,
        spread=SPREAD,
        trust=DOOR,
        weight=swings.score * (1.0 if gauge is None else BESIDE),
        looks=np.array([1000.0 / (each.pixels_per_metre * picture.mm) for each in order]),
        seen=np.array([each.count for each in order]),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """What a detector saw at one scale."""

    pixels_per_metre: float
    count: float  #: about how many doors as wide as doors


def _looks(picture: Picture, gauge: Gauge) -> list[_Look]:
    """Looks at scales of practice, or at any, and more closely around the best."""

    def look(guess: float) -> _Look:
        return _Look(guess, gauge.gauge(_busiest(picture.grey, MOST * guess**2), [guess]).agreement)

    if picture.placed:
        return [look(1000.0 / (ratio * picture.mm)) for ratio in LOOKS]
    made = [look(max(picture.grey.shape) / across) for across in ACROSS]
    best = max(made, key=lambda each: each.count).pixels_per_metre
    return [*made, *(look(best * step) for step in CLOSER)]


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
