"""The scale of a page, with a sentence for each hypothesis and each vote.

Numbers beside what they measure decide. A written scale is believed where there are none and where doors and walls do
not contradict it. Doors and walls alone give an estimate, and the report says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.drafting import lengths
from pipelines.linework import Dimensions, Floats, Origin, Texts
from pipelines.options import UnitName
from pipelines.pdf.scale import practice
from pipelines.pdf.scale.agreement import agreements
from pipelines.pdf.scale.dimensions import ballot
from pipelines.pdf.scale.known import known
from pipelines.pdf.scale.leaves import gauged
from pipelines.pdf.scale.lines import lines_of
from pipelines.pdf.scale.notes import notes
from pipelines.report import ScaleReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Bools, Linework
    from pipelines.pdf.scale.agreement import Agreement
    from pipelines.pdf.scale.dimensions import Ballot
    from pipelines.pdf.scale.known import Known
    from pipelines.pdf.scale.lines import Lines
    from pipelines.pdf.scale.notes import Note

#: Two scales are one within this (logarithm).
_SAME = 0.015
#: Numbers that must agree before they decide, and how much likelier than chance (logarithm) that must be.
_FEWEST, _STRONG = 3, 4.0
#: What fewer can say at most, as a logarithm: the rest of the page may overrule them.
_FEW = 4.5
#: Two are enough where a note says the same, or where there are no others.
_CONFIRMED = 2
#: How strongly a note speaks, as a logarithm, at full weight; on a page that was likely refitted after it was written.
_NOTE, _REFITTED = 4.5, 1.2
#: How near to a note the sizes of doors and walls come, where it is true (logarithm).
_ABOUT = 0.08
#: Share of a plan's size around it in which its dimensions stand.
_AROUND = 0.3
#: Numbers above this are no marks of doors and rooms, but millimetres.
_METRIC = 1000.0
#: A scale that is less usual than this (``practice.SCALES``) is not taken for one that doors gauge.
_RARE = -1.3
#: A plot whose lines differ by less in width (mm) has one pen.
_ONE_WIDTH = 0.01
#: Denominators that are tried where no practice binds.
_GRID = np.exp(np.arange(math.log(5.0), math.log(2000.0), 0.01))
#: A picture has no dimensions that its reader knows.
NO_DIMENSIONS = Dimensions(
    np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0), (), np.zeros(0), np.zeros(0, np.int32), np.zeros(0, np.int32)
)
#: No method is surer than this.
_CAPS = {"dimensions": 0.99, "note": 0.85, "doors": 0.55, "walls": 0.4, "assumed": 0.2}


def measure(
    sheet: Linework,
    meaning: Meaning,
    *,
    page: tuple[float, float],
    explicit: float | None = None,
    regions: Floats | None = None,
    drawn: Texts | None = None,
    slack: float = 0.0,
) -> ScaleReport:
    """The scale of one page.

    Args:
        sheet: The page's rows, in millimetres of paper, arcs restored.
        meaning: What its rows stand for.
        page: Width and height of the page, millimetres, as shown.
        explicit: The denominator that the user gave; it decides alone.
        regions: (k, 2, 2) lower left and upper right of the plans on the page, where they are known: what is
            written in and around them decides before what belongs to details.
        drawn: Numbers that were read of drawn letters (``pdf.numerals``), where the page keeps no words.
        slack: By how many millimetres lines and texts may lie beside their true place: 0 for vectors, about
            two pixels for a scan.

    Pure; never raises for want of evidence: the method then is 'assumed', and the confidence low.
    """
    texts = sheet.texts if drawn is None else _both(sheet.texts, drawn)
    net = lines_of(sheet)
    votes = ballot(texts, sheet.dimensions, net, slack=slack)
    found = known(sheet, meaning, net)
    counted = _Counted(texts, votes, regions, slack)
    case = _case(counted, found, page, free=_free(sheet, page))
    return _given(explicit, case) if explicit is not None else _judged(case)


def legible(
    texts: Texts, net: Lines, things: tuple[Known, ...], *, page: tuple[float, float], slack: float, placed: bool
) -> ScaleReport:
    """The scale of a picture, before anything but its writing, its lines and some things of known size is understood.

    Args:
        texts: The numbers and notes on it, millimetres.
        net: Its straight lines.
        things: What has a known size in truth.
        page: Width and height of the picture, millimetres.
        slack: As of ``measure``.
        placed: Whether millimetres are those of a page. Else no note is true, and no scale likelier than another.
    """
    votes = ballot(texts, NO_DIMENSIONS, net, slack=slack)
    case = _case(_Counted(texts, votes, None, slack), things, page, free=not placed)
    # Many numbers of a picture are misread, and a few of them agree on anything.
    strong = tuple(each for each in case.agreements if each.agree >= _CONFIRMED and each.strength >= _STRONG)
    case = replace(case, agreements=strong)
    if placed:
        return _judged(case)
    return replace(_judged(replace(case, notes=(), placed=False)), ratio=None)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is written, and how its numbers voted."""

    texts: Texts
    votes: Ballot
    regions: Floats | None
    slack: float


def _case(counted: _Counted, found: tuple[Known, ...], page: tuple[float, float], *, free: bool) -> _Case:
    curve = sum((each.likelihood(_GRID) for each in found), np.zeros(len(_GRID)))
    feet = _feet(counted.texts, counted.votes)
    return _Case(
        agreements=_counted(counted.votes, counted.regions, counted.slack, feet=feet is True),
        notes=notes(counted.texts, page),
        known=found,
        curve=curve - curve.max(),
        page=page,
        free=free,
        imperial=practice.imperial(page) if feet is None else feet,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """All that speaks for or against a scale."""

    agreements: tuple[Agreement, ...]
    notes: tuple[Note, ...]
    known: tuple[Known, ...]
    curve: Floats  #: (k,) how well the known things suit each denominator of the grid, a logarithm
    page: tuple[float, float]
    free: bool  #: whether the page may have any scale
    imperial: bool | None  #: whether the office writes feet and inches, None where nothing tells
    placed: bool = True  #: whether the page is one of paper

    def agreement(self, ratio: float) -> Agreement | None:
        """The strongest agreement of numbers on a scale."""
        return next((each for each in self.agreements if _same(each.ratio, ratio)), None)

    def note(self, ratio: float) -> Note | None:
        """The best note that says a scale."""
        return next((each for each in self.notes if _same(each.ratio, ratio)), None)

    def score(self, ratio: float) -> float:
        """How much speaks for a scale, as a logarithm up to a constant."""
        agreement, note = self.agreement(ratio), self.note(ratio)
        score = practice.usual(ratio, self.imperial) if self.placed else 0.0
        if agreement is not None:
            score += float(np.clip(agreement.strength, 0.0, math.inf if agreement.agree >= _FEWEST else _FEW))
        if note is not None:
            score += (_REFITTED if self.free and not self.borne_out(ratio) else _NOTE) * note.weight
        return score + self.fit(ratio)

    def borne_out(self, ratio: float) -> bool:
        """Whether a scale is about that which things of known size tell, as it would be by chance on few pages."""
        return bool(self.known) and abs(math.log(ratio / _estimate(self))) < _ABOUT

    def fit(self, ratio: float) -> float:
        """How well the things of known size suit a scale: 0 for the best."""
        return float(np.interp(math.log(ratio), np.log(_GRID), self.curve))


def _both(written: Texts, drawn: Texts) -> Texts:
    """Words and drawn numbers in one table."""
    return Texts(
        position=np.concatenate([written.position, drawn.position]),
        center=np.concatenate([written.center, drawn.center]),
        height=np.concatenate([written.height, drawn.height]),
        width=np.concatenate([written.width, drawn.width]),
        rotation=np.concatenate([written.rotation, drawn.rotation]),
        text=written.text + drawn.text,
        layer=np.concatenate([written.layer, drawn.layer]),
        origin=np.concatenate([written.origin, drawn.origin]),
        source=np.concatenate([written.source, drawn.source]),
        instance=np.concatenate([written.instance, drawn.instance]),
    )


def _same(one: float, other: float) -> bool:
    return abs(math.log(one / other)) <= _SAME


def _counted(votes: Ballot, regions: Floats | None, slack: float, *, feet: bool) -> tuple[Agreement, ...]:
    """On what the numbers agree: those of the plans, or of the whole page where the plans have too few.

    Where an office writes ``feet`` and inches, numbers without a mark are codes of doors and numbers of rooms.
    """
    every = np.fromiter((not feet or each.unit is not None for each in votes.written), np.bool_, len(votes.written))
    if regions is not None and len(regions):
        found = agreements(votes, every & _within(votes.spot, regions), slack=slack)
        if found and found[0].agree >= _FEWEST and found[0].strength >= _STRONG:
            return found
    return agreements(votes, every, slack=slack)


def _within(spots: Floats, regions: Floats) -> Bools:
    """(n,) spots in a plan or around it."""
    margin = _AROUND * (regions[:, 1] - regions[:, 0]).max(axis=1)[:, None]
    low, high = regions[:, 0] - margin, regions[:, 1] + margin
    inside = (spots[:, None] >= low) & (spots[:, None] <= high)
    return np.asarray(inside.all(axis=2).any(axis=1), dtype=np.bool_)


def _free(sheet: Linework, page: tuple[float, float]) -> bool:
    """Whether the page may have any scale: one of a converter, which keeps no words and refits what it plots."""
    if len(sheet.texts):
        return False
    weight = sheet.strokes.weight[sheet.strokes.origin != Origin.TEXT]
    return not practice.paper(page) or (len(weight) > 0 and float(np.ptp(weight)) < _ONE_WIDTH)


def _feet(texts: Texts, votes: Ballot) -> bool | None:
    """Whether the office writes feet and inches, by its numbers and labels; None where they do not tell."""
    labels = [lengths.imperial(text) for text in texts.text]
    feet = sum(each.unit is UnitName.FOOT for each in votes.written) + labels.count(True)
    metric = sum(each.unit is None and each.value > _METRIC for each in votes.written) + labels.count(False)
    if feet >= _FEWEST and 3 * feet > metric:
        return True
    return False if metric >= _FEWEST else None


def _judged(case: _Case) -> ScaleReport:
    """The scale for which most speaks."""
    candidates = [each.ratio for each in case.agreements] + [note.ratio for note in case.notes]
    candidates += [ratio for ratio, worth in practice.SCALES.items() if worth > -3.0]
    if case.free and case.known:
        candidates.append(_estimate(case))
    candidates = list(dict.fromkeys(candidates))
    scores = [case.score(ratio) for ratio in candidates]
    best = int(np.argmax(scores))
    ratio = candidates[best]
    method = _method(case, ratio)
    if method == "dimensions":
        agreement = case.agreement(ratio)
        assert agreement is not None
        exact, named = _settled(agreement)
    elif method != "note" and case.free and case.known:
        exact = _estimate(case)
        named = practice.snapped(exact, 1e-9)
    else:
        exact = practice.snapped(ratio) or ratio
        named = exact
    others = [
        score for score, other in zip(scores, candidates, strict=True) if abs(math.log(other / ratio)) > 2 * _SAME
    ]
    margin = scores[best] - max(others, default=-math.inf)
    return ScaleReport(
        ratio=named,
        metres_per_mm=exact / 1000.0,
        confidence=_confidence(method, margin),
        method=method,
        evidence=tuple(_evidence(case, exact, method)),
    )


def _method(case: _Case, ratio: float) -> str:
    """Which evidence decided for a scale."""
    agreement, note = case.agreement(ratio), case.note(ratio)
    if agreement is not None and agreement.strength >= _STRONG and agreement.agree >= _FEWEST:
        return "dimensions"
    alone = agreement is not None and agreement.agree == agreement.asked
    confirmed = agreement is not None and agreement.agree >= _CONFIRMED and agreement.strength >= _STRONG
    if confirmed and (alone or note is not None):
        return "dimensions"
    if note is not None:
        return "note"
    kinds = {each.kind for each in case.known}
    return "doors" if "doors" in kinds else "walls" if kinds & {"walls", "stairs"} else "assumed"


def _settled(agreement: Agreement) -> tuple[float, float | None]:
    """The exact denominator that dimensions give, and its name in practice; None where it has none.

    Many dimensions that agree closely on an odd scale are right: the page was refitted.
    """
    doubt = agreement.spread / math.sqrt(agreement.agree)
    within = practice.NEAR if agreement.agree < 4 else max(0.004, 4.0 * doubt)
    named = practice.snapped(agreement.ratio, within)
    return (named or agreement.ratio), named


def _estimate(case: _Case) -> float:
    """The denominator, of practice or not, that suits the things of known size best."""
    rough = float(_GRID[case.curve.argmax()])
    doors = next((each for each in case.known if each.kind == "doors"), None)
    exact = gauged(doors.sizes, rough) if doors is not None and case.placed else None  # pixels are too coarse
    if exact is None:
        return rough
    near = practice.snapped(exact)
    return near if near is not None and practice.SCALES[near] > _RARE else exact


def _confidence(method: str, margin: float) -> float:
    sure = 1.0 / (1.0 + math.exp(-min(margin, 50.0) / 1.5))
    return round(_CAPS[method] * sure, 3)


def _evidence(case: _Case, ratio: float, method: str) -> Iterator[str]:
    """A sentence for each hypothesis."""
    shown = practice.spoken(ratio)
    agreement = case.agreement(ratio)
    if agreement is not None:
        yield _agreed(agreement, shown)
    elif case.agreements and case.agreements[0].agree >= _FEWEST and case.agreements[0].strength >= _STRONG:
        other = case.agreements[0]
        yield f"{_agreed(other, practice.spoken(other.ratio))[:-1]}, which nothing else supports."
    for note in case.notes[:4]:
        yield _noted(note, ratio)
    for each in case.known:
        yield each.sentence(ratio)
    if case.placed:
        yield _sized(case.page)
    if method in ("doors", "walls"):
        yield f"Neither dimensions nor a note tell the scale: {shown} is an estimate by {method}."
    elif method == "assumed":
        yield f"Nothing on the page tells its scale: {shown} was assumed."


def _sized(page: tuple[float, float]) -> str:
    name, size = practice.paper(page), f"{page[0]:.0f} x {page[1]:.0f} mm"
    return f"The page is {name} ({size})." if name else f"The page is {size}, no standard size: it may be refitted."


def _agreed(agreement: Agreement, shown: str) -> str:
    percent = max(round(100 * agreement.spread, 1), 0.1)
    return f"{agreement.agree} of {agreement.asked} dimension texts agree on {shown} within {percent:g} %."


def _noted(note: Note, ratio: float) -> str:
    said = f'A note says "{note.text}"'
    if note.paper:
        said += f", which is {practice.spoken(note.ratio)} on a page of this size"
    return f"{said}." if _same(note.ratio, ratio) else f"{said}, which was not followed."


def _given(explicit: float, case: _Case) -> ScaleReport:
    """The scale that the user gave, and what contradicts it."""
    evidence = [f"The scale was given: {practice.spoken(explicit)}."]
    strong = next((each for each in case.agreements if each.agree >= _FEWEST and each.strength >= _STRONG), None)
    if strong is not None:
        exact, _ = _settled(strong)
        said = _agreed(strong, practice.spoken(exact))
        evidence.append(said if _same(exact, explicit) else f"But {said}")
    evidence += [each.sentence(explicit) for each in case.known]
    return ScaleReport(
        ratio=explicit, metres_per_mm=explicit / 1000.0, confidence=1.0, method="option", evidence=tuple(evidence)
    )
