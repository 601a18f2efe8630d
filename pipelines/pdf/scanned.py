"""Scans as linework: the pictures of a page put together, or a picture file, traced and measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.drafting.meaning import classify
from pipelines.linework import Texts
from pipelines.pdf import picture, scan, triage
from pipelines.pdf.detector import open_detector
from pipelines.pdf.reader import unit
from pipelines.pdf.scale import measure
from pipelines.reading import Reading
from pipelines.report import PageReport, ReadReport

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.backdrop import Backdrop
    from pipelines.linework import Floats, Linework
    from pipelines.options import ConvertOptions
    from pipelines.pdf.extractor import Document
    from pipelines.pdf.page import Page
    from pipelines.pdf.scan import Traced
    from pipelines.report import DetectorReport, ScaleReport
    from pipelines.stopwatch import Stopwatch

#: A scan is drawn with as many pixels per mm as it has, within these bounds: 100 and 300 dpi.
COARSE: Final = 3.94
FINE: Final = 11.82
#: What is written decides about the scale where it is so much surer than what is drawn, ...
SURER: Final = 0.1
#: ... and the walls are traced again where the two differ by more than this.
DIFFERS: Final = 0.08


@dataclass(frozen=True, slots=True)
class Scanned:
    """The scan on a page."""

    linework: Linework  #: mm of the page
    scale: ScaleReport
    backdrop: Backdrop  #: mm of the page
    looked: DetectorReport | None
    warnings: tuple[str, ...]


def read_page(document: Document, page: Page, options: ConvertOptions) -> Scanned:
    """The scan on a page, traced and measured.

    Raises:
        DrawingTooComplex: It has too many pixels.
        NothingDrawable: It shows no plan.
    """
    for width, height in zip(page.images.width.tolist(), page.images.height.tolist(), strict=True):
        if width * height > scan.LARGEST:
            scan.check(width, height)
    box = triage.pictured(page)
    grey = document.render(page.number, float(np.clip(triage.density(page), COARSE, FINE)), box)
    mm = float(np.sqrt((box[2] - box[0]) * (box[3] - box[1]) / max(grey.size, 1)))
    opened = open_detector(options.model, gpu=options.gpu)
    detector = opened.detector
    traced = scan.trace(grey, mm_per_pixel=mm, scale=options.scale, detector=detector)
    low = np.array(box[:2])
    written = _written(page.texts, low, traced)
    scale = traced.scale
    if len(written) and options.scale is None:
        said = _said(traced, written, page, mm)
        if said.confidence > scale.confidence + SURER:
            if abs(said.metres_per_mm / scale.metres_per_mm - 1) > DIFFERS:
                traced = scan.trace(grey, mm_per_pixel=mm, scale=1000 * said.metres_per_mm, detector=detector)
                written = _written(page.texts, low, traced)
            scale = said
    texts = written if len(written) else traced.linework.texts  # those that were read on it, where it came with none
    sheet = replace(traced.linework, texts=texts).moved(-low, 1.0)
    return Scanned(sheet, scale, traced.backdrop.moved(-low, 1.0), traced.looked, opened.warnings)


def read_picture(source: Path, options: ConvertOptions, watch: Stopwatch) -> Reading:
    """Read a picture file; raises ``DrawingError`` where it can't be used."""
    with watch.stage("read", 0.0):
        shown = picture.load(source, options.page or 1, scan.check)
    height, width = shown.grey.shape
    with watch.stage("trace", 0.2):
        opened = open_detector(options.model, gpu=options.gpu)
        traced = scan.trace(
            shown.grey,
            mm_per_pixel=shown.mm_per_pixel,
            scale=options.scale,
            placed=shown.placed,
            detector=opened.detector,
        )
    page = PageReport(
        number=options.page or 1,
        width=width * shown.mm_per_pixel,
        height=height * shown.mm_per_pixel,
        rotation=0,
        content=str(triage.Content.SCAN),
        paths=0,
        words=0,
        images=1,
        used=True,
        scale=traced.scale,
    )
    report = ReadReport(
        format=shown.format,
        version="",
        encoding="",
        encoding_method="header",
        reader="pillow",
        bytes=source.stat().st_size,
        entities={"image": 1},
        layers=0,
        blocks=0,
        pages=(page,),
        detector=traced.looked,
    )
    return Reading(
        traced.linework,
        report,
        lambda _sheet, _meaning: unit(traced.scale),
        warnings=opened.warnings,
        backdrops=(traced.backdrop,),
    )


def _written(texts: Texts, low: Floats, traced: Traced) -> Texts:
    """The words that came with a scan, where the straightened scan has them."""
    matrix = traced.matrix
    sheet = traced.linework

    def straight(points: Floats) -> Floats:
        there = np.column_stack([points - low, np.ones(len(points))]) @ matrix.T
        return np.asarray(there[:, :2] / there[:, 2:], dtype=np.float64)

    count = len(texts)
    ahead = np.stack([np.cos(texts.rotation), np.sin(texts.rotation)], axis=1)
    begin = straight(texts.position)
    way = straight(texts.position + ahead) - begin
    grown = np.hypot(*way.T)
    plain = len(sheet.layers) - 1
    return Texts(
        position=begin,
        center=straight(texts.center),
        height=texts.height * grown,
        width=texts.width * grown,
        rotation=np.arctan2(way[:, 1], way[:, 0]),
        text=texts.text,
        layer=np.full(count, plain, np.int32),
        origin=texts.origin,
        source=np.zeros(count, np.int32),
        instance=texts.instance,
    )


def _said(traced: Traced, written: Texts, page: Page, mm: float) -> ScaleReport:
    """The scale by what is written on a scan."""
    sheet = replace(traced.linework, texts=written)
    return measure(sheet, classify(sheet), page=page.size, slack=2 * mm)
