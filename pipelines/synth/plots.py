"""The PDFs of ``examples/``: a plot, a converter's page and a scan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.building import build
from pipelines.synth.drawing.compose import compose
from pipelines.synth.hands import BY_KEY
from pipelines.synth.paper.page import draw_pens, fitted
from pipelines.synth.paper.shapes import spread
from pipelines.synth.pdf import Paper, Writer, write
from pipelines.synth.pixels import Wear
from pipelines.synth.plot import Plot, scanned
from pipelines.synth.style import DoorStyle, Style, WallStyle, WindowStyle

if TYPE_CHECKING:
    from pipelines.synth.layout import Layout

_SCANNED = Style(
    convention=BY_KEY["korean"],
    walls=WallStyle.POCHE,
    doors=DoorStyle.LEAF,
    windows=WindowStyle.TWO,
    room_areas=True,
)
_WEAR = Wear(
    turn=-0.7, ink=0.3, blur=0.5, noise=5.0, specks=0.0002, tone=236.0, black=38.0, shade=14.0, grain=1.5, folds=1,
    stamps=1,
)  # fmt: skip
#: Dots per inch and JPEG quality of the scan.
_DPI, _QUALITY = 150.0, 45


def flat(style: Style) -> bytes:
    """The flat of ``flat.dxf`` plotted at 1:50, its layers lost."""
    return _plot(build(5001, "flat"), style, 5001, Writer.FLAT, 50.0).printed.data


def house(style: Style) -> bytes:
    """The house of ``house-two-storeys.dxf`` at 1:100, put on a smaller page by a converter, which left the note."""
    return _plot(build(5005, "house", storeys=2), style, 5005, Writer.CONVERTER, 100.0).printed.data


def scan() -> bytes:
    """A flat at 1:100, scanned askew."""
    plot = _plot(build(5004, "flat"), _SCANNED, 5004, Writer.FLAT, 100.0)
    return scanned(plot, _DPI, wear=_WEAR).pdf(_QUALITY)


def _plot(layout: Layout, style: Style, seed: int, writer: Writer, ratio: float) -> Plot:
    style = replace(style, title_block=False)
    drawn = compose(layout, style, seed)
    low, high = spread(drawn.sheet)
    ratio, name, size = fitted((high[0] - low[0], high[1] - low[1]), ratio, block=True)
    pens = draw_pens(np.random.default_rng([seed, 6]), writer, ratio)
    paper = Paper(writer=writer, ratio=ratio, size=size, name=name, pens=pens, note=ratio, note_size=True, block=True)
    if writer == Writer.CONVERTER:
        factor = 0.97 * min(420.0 / size[0], 297.0 / size[1])
        paper = replace(paper, refit=factor, refitted=(420.0, 297.0), rotation=90)
    return Plot(seed, layout, style, drawn.placed, write(drawn.sheet, style, paper))
