"""A PDF as a ``Reading``: its pages read, told apart, measured, and laid side by side on one sheet.

Pages of lines are read by their lines, scans by their pixels. Only pages that may show a plan are used, and all are
brought to the scale of the first of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.drafting.curves import restored
from pipelines.drafting.meaning import classify
from pipelines.drafting.views import ViewKind, split
from pipelines.errors import DrawingError, DrawingTooComplex, NothingDrawable
from pipelines.pdf import intake, triage
from pipelines.pdf.assembly import beside, joined
from pipelines.pdf.broad import broadened
from pipelines.pdf.extractor import MOST_PIXELS, Document
from pipelines.pdf.lettering import lettered
from pipelines.pdf.numerals import numerals
from pipelines.pdf.scale import measure as scale_of
from pipelines.pdf.triage import Content
from pipelines.pdf.vectors import linework
from pipelines.reading import Place, Reading
from pipelines.report import DetectorReport, PageReport, ReadReport, ScaleReport, Skipped, UnitReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pipelines.backdrop import Backdrop
    from pipelines.drafting.views import View
    from pipelines.linework import Floats, Linework
    from pipelines.options import ConvertOptions
    from pipelines.pdf.assembly import Placed
    from pipelines.pdf.extractor import Outlook
    from pipelines.pdf.page import Grey, Page
    from pipelines.reading import Look, Looked
    from pipelines.stopwatch import Stopwatch

#: When so many pieces have been read, the rest of the document stays unread.
MOST_READ: Final = 1_500_000
#: So many scans of a document are traced.
MOST_SCANS: Final = 6
#: A page whose scale is less certain than this takes that of a page where it is known.
SURE: Final = 0.5
#: Kinds of drawing that make a page worth using beside pages with plans.
_PLANS: Final = (ViewKind.PLAN,)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that may be used."""

    number: int
    size: tuple[float, float]  #: mm
    linework: Linework  #: mm of its paper
    scale: ScaleReport
    plans: int  #: drawings on it that are taken for plans
    backdrop: Backdrop | None = None  #: the scan that it was traced from, at which a detector has looked already
    looked: DetectorReport | None = None  #: what it saw


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a page."""

    report: PageReport
    sheet: Sheet | None
    fault: DrawingError | None = None
    warnings: tuple[str, ...] = ()


def read(source: Path, options: ConvertOptions, watch: Stopwatch) -> Reading:
    """Read a document; raises ``DrawingError`` where it can't be used."""
    intake.inspect(source)
    with Document(source) as document:
        with watch.stage("read", 0.0):
            intake.require(document)
            pages = intake.chosen(document, options.page)
        outcomes = list(_outcomes(document, pages, options, watch))
        used = _used(outcomes, options)
        return _reading(source, document, outcomes, used, options)


def _outcomes(
    document: Document, pages: Sequence[Outlook], options: ConvertOptions, watch: Stopwatch
) -> Iterable[Outcome]:
    """Pages read one by one, until enough has been read."""
    pieces = scans = 0
    for outlook in pages:
        if pieces > MOST_READ or scans >= MOST_SCANS:
            yield Outcome(_unread(outlook), None)
            continue
        try:
            with watch.stage("read", 0.05):
                page = document.page(outlook.number)
                content = triage.judge(page)
            pieces += len(page.pieces)
            scans += content == Content.SCAN
            yield _outcome(document, page, content, options, watch)
        except DrawingError as error:
            if len(pages) == 1:
                raise
            yield Outcome(_unread(outlook), None, error)


def _outcome(document: Document, page: Page, content: Content, options: ConvertOptions, watch: Stopwatch) -> Outcome:
    """One page made a sheet, where it shows a drawing."""
    sheet: Sheet | None = None
    fault: DrawingError | None = None
    warnings: tuple[str, ...] = ()
    if options.scale is not None:
        options = replace(options, scale=options.scale / page.magnified)
    if content in (Content.VECTOR, Content.MIXED):
        with watch.stage("expand", 0.3):
            sheet = _vectors(page, options)
    elif content == Content.SCAN:
        from pipelines.pdf.scanned import read_page  # noqa: PLC0415  # needs OpenCV, which pages of lines do not

        with watch.stage("trace", 0.3):
            try:
                found = read_page(document, page, options)
                sheet = Sheet(page.number, page.size, found.linework, found.scale, 1, found.backdrop, found.looked)
                warnings = found.warnings
            except NothingDrawable as error:
                fault = error
    report = PageReport(
        number=page.number,
        width=page.size[0] / page.magnified,
        height=page.size[1] / page.magnified,
        rotation=page.rotation,
        content=str(content),
        paths=len(page.paths),
        words=len(page.texts),
        images=len(page.images),
        used=False,
        scale=None,
    )
    return Outcome(report, sheet, fault, warnings)


def _vectors(page: Page, options: ConvertOptions) -> Sheet:
    """A page of lines, measured by what its plans show."""
    plain = linework(page)
    sheet = restored(lettered(plain))
    meaning = classify(sheet)
    views = split(sheet, meaning) if sheet.bounds() is not None else ()
    plans = [view for view in views if view.kind in _PLANS]
    regions = np.array([(view.low, view.high) for view in plans]).reshape(-1, 2, 2)
    scale = scale_of(
        sheet,
        meaning,
        page=page.size,
        explicit=options.scale,
        regions=regions if len(regions) else None,
        drawn=numerals(plain, sheet),
    )
    return Sheet(page.number, page.size, broadened(sheet, scale.metres_per_mm), scale, len(plans))


def _used(outcomes: Sequence[Outcome], options: ConvertOptions) -> list[Sheet]:
    """The sheets to use: those with plans, else all. Raises what is wrong where there is none."""
    sheets = [each.sheet for each in outcomes if each.sheet is not None]
    drawn = [sheet for sheet in sheets if sheet.linework.bounds() is not None]
    if drawn:
        return [sheet for sheet in drawn if sheet.plans] or drawn
    for each in outcomes:
        if each.fault is not None:
            raise each.fault
    where = f"Page {options.page} holds" if options.page else "The pages hold"
    if any(each.report.content == Content.TEXT for each in outcomes):
        raise NothingDrawable(
            f"{where} writing only, no drawing.", code="no_drawing", remedy="Send the PDF that holds the plan."
        )
    raise NothingDrawable(f"{where} nothing that is drawn.", remedy="Send the PDF that holds the plan.")


def _reading(
    source: Path, document: Document, outcomes: Sequence[Outcome], used: Sequence[Sheet], options: ConvertOptions
) -> Reading:
    """The used sheets side by side, at the scale of the first whose scale is known."""
    scales = _agreed([sheet.scale for sheet in used])
    first = scales[0]
    factors = [scale.metres_per_mm / first.metres_per_mm for scale in scales]
    numbers = zip(used, factors, strict=True)
    places = beside([(sheet.number, sheet.size, factor) for sheet, factor in numbers])
    whole = joined([sheet.linework for sheet in used], places)
    own = {sheet.number: scale for sheet, scale in zip(used, scales, strict=True)}
    pages = tuple(
        replace(each.report, used=each.report.number in own, scale=own.get(each.report.number)) for each in outcomes
    )
    report = ReadReport(
        format="pdf",
        version=document.version,
        encoding="",
        encoding_method="header",
        reader="pymupdf",
        bytes=source.stat().st_size,
        entities=_counted(pages),
        layers=len([layer for layer in whole.layers if layer.name]),
        blocks=0,
        skipped=tuple(_skipped(pages, len(document))),
        mended=document.mended(),
        pages=pages,
        detector=DetectorReport.together(sheet.looked for sheet in used),
    )
    warnings = tuple(dict.fromkeys(said for each in outcomes for said in each.warnings))
    look = _look(source, places, options) if any(sheet.backdrop is None for sheet in used) else None
    backdrops = tuple(
        sheet.backdrop.moved(-place.low / place.factor, place.factor)
        for sheet, place in zip(used, places, strict=True)
        if sheet.backdrop is not None
    )
    where = tuple(Place(each.number, each.low, each.low + each.factor * np.array(each.size)) for each in places)
    return Reading(whole, report, lambda _sheet, _meaning: unit(first), look, warnings, backdrops, where)


def _look(source: Path, places: Sequence[Placed], options: ConvertOptions) -> Look:
    """What looks at pictures of the sheet's plans; the file is opened again when it does."""

    def look(sheet: Linework, views: tuple[View, ...], units: UnitReport) -> Looked:
        from pipelines.pdf.looking import looker  # noqa: PLC0415  # needs OpenCV and ONNX Runtime, which take a while

        with Document(source) as document:
            return looker(lambda *box: drawn(document, places, *box), options)(sheet, views, units)

    return look


def drawn(document: Document, places: Sequence[Placed], low: Floats, high: Floats, density: float) -> Grey:
    """A rectangle of the sheet in grey, from ``low`` to ``high`` (2,), at a density in pixels per mm of the sheet.

    White where no page is. Raises ``DrawingTooComplex`` where the picture would have too many pixels.
    """
    width, height = (max(1, round(float(side) * density)) for side in high - low)
    if width * height > MOST_PIXELS:
        raise DrawingTooComplex(f"A picture of {width} by {height} pixels is too large.", code="picture_too_large")
    canvas = np.full((height, width), 255, np.uint8)
    for place in places:
        box = place.box(low, high)
        if box is None:
            continue
        part = document.render(place.number, density * place.factor, box)
        x = round(float(place.low[0] + place.factor * box[0] - low[0]) * density)
        y = round(float(high[1] - place.low[1] - place.factor * box[3]) * density)
        part = part[: height - y, : width - x]
        canvas[y : y + part.shape[0], x : x + part.shape[1]] = part
    return canvas


def _agreed(scales: Sequence[ScaleReport]) -> list[ScaleReport]:
    """Scales in which those that are hardly known follow the best known."""
    best = max(scales, key=lambda scale: scale.confidence)
    if best.confidence < SURE:
        return list(scales)
    said = "Nothing certain on the page tells its scale: it was taken from another page."
    follows = replace(best, confidence=SURE, evidence=(said,))
    return [scale if scale.confidence >= SURE else follows for scale in scales]


def unit(scale: ScaleReport) -> UnitReport:
    """The scale of a page as the unit of its sheet, which is a millimetre of paper."""
    return UnitReport(
        name="mm",
        metres_per_unit=scale.metres_per_mm,
        confidence=scale.confidence,
        declared=None,
        method=scale.method,
        evidence=scale.evidence,
    )


def _unread(outlook: Outlook) -> PageReport:
    return PageReport(
        number=outlook.number,
        width=outlook.size[0],
        height=outlook.size[1],
        rotation=outlook.rotation,
        content=str(Content.UNREAD),
        paths=0,
        words=0,
        images=outlook.images,
        used=False,
        scale=None,
    )


def _counted(pages: Sequence[PageReport]) -> dict[str, int]:
    read = [page for page in pages if page.used]
    total = {
        "path": sum(page.paths for page in read),
        "text": sum(page.words for page in read),
        "image": sum(page.images for page in read),
    }
    return {name: count for name, count in total.items() if count}


def _skipped(pages: Sequence[PageReport], count: int) -> Iterable[Skipped]:
    """Pages that were not used, by the reason."""
    idle = [page for page in pages if not page.used]
    reasons = {
        "not_a_plan": sum(page.content in (Content.VECTOR, Content.MIXED, Content.SCAN) for page in idle),
        "text_only": sum(page.content == Content.TEXT for page in idle),
        "empty": sum(page.content == Content.EMPTY for page in idle),
        "unread": sum(page.content == Content.UNREAD for page in idle) + count - len(pages),
    }
    return (Skipped(kind="page", reason=reason, count=number) for reason, number in reasons.items() if number)
