"""Which unit a drawing is drawn in.

The header is wrong in about half of real drawings, so it is one vote among others. Each vote compares something of
known size (a door leaf, a wall, a step, a building) with its size in the drawing, as a log-likelihood over the five
units that buildings are drawn in; the sum, normalised, is the confidence.

Sizes are those of ordinary building practice: leaves of 0.6 to 1.1 m, walls of 0.08 to 0.45 m, goings of 0.25 to
0.32 m, letters that are 2 to 3.5 mm high on paper at scales of 1:50 to 1:100.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.drafting import lengths
from pipelines.drafting.naming import Category
from pipelines.drafting.sizes import commonest, distances, log_likelihood
from pipelines.linework import Origin
from pipelines.options import UnitName
from pipelines.report import UnitReport

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Floats, Linework

UNITS = (UnitName.MM, UnitName.CM, UnitName.M, UnitName.INCH, UnitName.FOOT)
_METRES = np.array([unit.metres for unit in UNITS])
_IMPERIAL = np.array([False, False, False, True, True])
#: How often drawings are drawn in each unit: logarithms, up to a constant.
_USUAL = np.array([0.0, -1.2, -0.6, -0.5, -2.2])
_NAMES = {
    UnitName.MM: "millimetres",
    UnitName.CM: "centimetres",
    UnitName.M: "metres",
    UnitName.INCH: "inches",
    UnitName.FOOT: "feet",
}
#: Codes of $INSUNITS (DXF reference, HEADER section).
_DECLARED = {1: "in", 2: "ft", 3: "mi", 4: "mm", 5: "cm", 6: "m", 7: "km", 8: "microinch", 9: "mil", 10: "yd", 14: "dm"}


@dataclass(frozen=True, slots=True)
class Vote:
    """One piece of evidence."""

    says: str
    likelihood: Floats  #: (5,) logarithms, up to a constant


def infer(
    linework: Linework,
    meaning: Meaning,
    *,
    declared: int | None,
    measurement: int | None,
    explicit: UnitName,
) -> UnitReport:
    """The unit of a sheet, with a sentence for each piece of evidence.

    ``declared`` is $INSUNITS, ``measurement`` $MEASUREMENT (0 imperial, 1 metric), both None where the file has none.
    An ``explicit`` unit other than AUTO decides alone.
    """
    said = _DECLARED.get(declared) if declared else None
    if explicit is not UnitName.AUTO:
        return UnitReport(
            name=explicit.value,
            metres_per_unit=explicit.metres,
            confidence=1.0,
            declared=said,
            method="option",
            evidence=(f"The unit was given: {_NAMES[explicit]}.",),
        )
    found = _votes(linework, meaning)
    votes = [vote for vote in found if vote is not None]
    # A sheet on which nothing has a known size may hold a machine: its extent does not overrule what the file says.
    header = _header(said, measurement, trust=1.2 if any(found[:-1]) else 8.0)
    total = _USUAL + sum((vote.likelihood for vote in [*votes, header]), np.zeros(len(UNITS)))
    chance = np.exp(total - total.max())
    chance /= chance.sum()
    best = int(total.argmax())
    return UnitReport(
        name=UNITS[best].value,
        metres_per_unit=UNITS[best].metres,
        confidence=round(float(chance[best]), 3),
        declared=said,
        method="evidence" if votes else "header" if said else "default",
        evidence=tuple(vote.says for vote in [*votes, header]),
    )


def _votes(linework: Linework, meaning: Meaning) -> list[Vote | None]:
    return [
        _swings(linework, meaning),
        _blocks(linework, meaning, Category.DOOR, 1.0, 0.35, "door blocks", "wide"),
        _blocks(linework, meaning, Category.SANITARY, 0.75, 0.45, "sanitary blocks", "long"),
        _blocks(linework, meaning, Category.VEHICLE, 4.6, 0.2, "vehicle blocks", "long"),
        _walls(linework, meaning),
        _treads(linework, meaning),
        _written(linework),
        _measured(linework),
        _letters(linework),
        _labels(linework),
        _extent(linework, meaning),
    ]


def _vote(sizes: Floats, what: str, *, usual: float, spread: float, weight: float) -> Vote | None:
    """A vote by things of known size, with its sentence."""
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not len(sizes):
        return None
    trust = weight * min(1.0, 0.4 + 0.2 * len(sizes))
    likelihood = trust * log_likelihood(sizes, _METRES, usual=usual, spread=spread)
    middle = float(np.median(sizes))
    best = UNITS[int(likelihood.argmax())]
    shown = f"{middle:.4g} units, {middle * best.metres:.3g} m if drawn in {_NAMES[best]}"
    return Vote(f"{what.format(count=len(sizes))} {shown}.", likelihood)


def _swings(linework: Linework, meaning: Meaning) -> Vote | None:
    """Radii of quarter circles on door layers or in door blocks, else of all that no layer explains."""
    arcs = linework.arcs
    quarter = np.abs(arcs.sweep - np.pi / 2) < 0.15
    named = quarter & (meaning.arcs == Category.DOOR)
    if named.any():
        return _vote(arcs.radius[named], "{count} door swings have a radius of", usual=0.82, spread=0.22, weight=1.3)
    loose = quarter & np.isin(meaning.arcs, (Category.UNKNOWN, Category.OPENING, Category.WALL))
    radius = commonest(arcs.radius[loose])
    return _vote(radius, "{count} quarter circles, likely door swings, measure", usual=0.82, spread=0.25, weight=0.8)


def _blocks(
    linework: Linework, meaning: Meaning, category: Category, usual: float, spread: float, what: str, how: str
) -> Vote | None:
    """Sizes of references to blocks of a kind, outermost ones only."""
    table = linework.instances
    if not len(table):
        return None
    ours = meaning.named == category
    ours &= (table.parent < 0) | (meaning.named[table.parent] != category)
    size = (table.high - table.low)[ours].max(axis=1, initial=0.0)
    return _vote(size, f"{{count}} {what} are {how}:", usual=usual, spread=spread, weight=0.8)


def _walls(linework: Linework, meaning: Meaning) -> Vote | None:
    """Distances between the two lines of walls, on wall layers or else anywhere."""
    strokes = linework.strokes
    named = meaning.strokes == Category.WALL
    wide = strokes.width[named & (strokes.width > 0)]
    gaps = np.concatenate([distances(linework, named), wide])
    if len(gaps) >= 3:
        return _vote(gaps, "{count} pairs of wall lines lie apart by", usual=0.17, spread=0.5, weight=1.0)
    loose = np.isin(meaning.strokes, (Category.UNKNOWN, Category.STRUCTURE)) & (strokes.origin != Origin.HATCH)
    gaps = distances(linework, loose)
    if len(gaps) < 8:
        return None
    return _vote(gaps, "{count} pairs of long parallel lines lie apart by", usual=0.17, spread=0.6, weight=0.5)


def _treads(linework: Linework, meaning: Meaning) -> Vote | None:
    """Distances between treads, on stair layers."""
    gaps = distances(linework, meaning.strokes == Category.STAIR)
    common = commonest(gaps)
    if len(common) < 4:
        return None
    return _vote(common, "{count} lines of stairs lie apart by", usual=0.27, spread=0.2, weight=0.8)


def _written(linework: Linework) -> Vote | None:
    """What dimensions say beside what they measure."""
    table = linework.dimensions
    metres = np.asarray([lengths.metres(text) for text in table.text], dtype=np.float64)
    ratio = metres / np.where(table.measured > 0, table.measured, np.nan)
    ratio = ratio[np.isfinite(ratio)]
    if not len(ratio):
        return None
    near = np.abs(np.log(ratio[:, None] / _METRES[None])) < 0.04
    if not near.any():
        return None
    count = near.sum(axis=0)
    best = int(count.argmax())
    likelihood = 6.0 * (count - count.max()) / len(ratio) * min(1.0, 0.4 + 0.2 * len(ratio))
    return Vote(f"{int(count[best])} of {len(ratio)} written dimensions fit {_NAMES[UNITS[best]]}.", likelihood)


def _measured(linework: Linework) -> Vote | None:
    """Lengths of dimensions: rooms and walls of a building."""
    table = linework.dimensions
    if len(table) < 3:
        return None
    return _vote(table.measured, "{count} dimensions measure", usual=2.2, spread=1.1, weight=0.9)


def _letters(linework: Linework) -> Vote | None:
    """Heights of texts."""
    height = linework.texts.height
    return _vote(height, "{count} texts are high:", usual=0.2, spread=0.65, weight=0.6) if len(height) >= 3 else None


def _labels(linework: Linework) -> Vote | None:
    """Whether sizes in the texts are metric (12.5 m²) or imperial (13'8 x 14', door 2668)."""
    labels = [lengths.imperial(text) for text in linework.texts.text]
    imperial, metric = labels.count(True), labels.count(False)
    if imperial + metric < 2 or imperial == metric:
        return None
    more = max(imperial, metric)
    strength = min(2.0, 0.3 * abs(imperial - metric))
    favoured = _IMPERIAL if imperial > metric else ~_IMPERIAL
    name = "feet and inches" if imperial > metric else "metric units"
    return Vote(f"{more} labels give sizes in {name}.", np.where(favoured, 0.0, -strength))


def _extent(linework: Linework, meaning: Meaning) -> Vote | None:
    """The size of the whole, without its outermost lines."""
    strokes = linework.strokes
    drawn = ~np.isin(meaning.strokes, (Category.AXIS, Category.DIMENSION, Category.TITLE_BLOCK, Category.ANNOTATION))
    walls = meaning.strokes == Category.WALL
    rows = walls if np.count_nonzero(walls) > 8 else drawn
    if not rows.any():
        return None
    middle: NDArray[np.float64] = (strokes.start[rows] + strokes.end[rows]) / 2
    size = float((np.quantile(middle, 0.97, axis=0) - np.quantile(middle, 0.03, axis=0)).max())
    if size <= 0:
        return None
    likelihood = log_likelihood(np.array([size]), _METRES, usual=25.0, spread=1.0)
    best = UNITS[int(likelihood.argmax())]
    return Vote(f"The drawing is {size:.4g} units wide, {size * best.metres:.3g} m in {_NAMES[best]}.", likelihood)


def _header(said: str | None, measurement: int | None, *, trust: float) -> Vote:
    """What the file declares; ``trust`` is the logarithm of how much likelier that is than any other unit."""
    declared = np.array([unit.value == said for unit in UNITS])
    if declared.any():
        return Vote(f"The header declares {_NAMES[UNITS[int(declared.argmax())]]}.", np.where(declared, 0.0, -trust))
    if measurement == 0:
        return Vote("The header declares no unit, but imperial patterns.", np.where(_IMPERIAL, 0.0, -0.3))
    if measurement == 1:
        return Vote("The header declares no unit, but metric patterns.", np.where(_IMPERIAL, -0.3, 0.0))
    return Vote("The header declares no unit.", np.zeros(len(UNITS)))
