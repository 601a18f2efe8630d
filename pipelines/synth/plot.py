"""A plotted sheet and a scan by seed, with the truth of where everything is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth import vectors
from pipelines.synth.drawing.compose import apart, compose
from pipelines.synth.pdf import Printed, Writer, bind, draw_paper, photograph, write
from pipelines.synth.pixels import Grey, Wear, degrade, draw_wear, jpeg, rasterise
from pipelines.synth.style import WindowStyle, draw_style

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.linework import Floats
    from pipelines.synth.drawing.compose import Placed
    from pipelines.synth.layout import Layout
    from pipelines.synth.style import Style


@dataclass(frozen=True, slots=True)
class Plot:
    """A page of a PDF and what is known of it."""

    seed: int
    layout: Layout
    style: Style
    placed: tuple[Placed, ...]
    printed: Printed


@dataclass(frozen=True, slots=True)
class Scan:
    """A picture of a plot and what is known of it."""

    plot: Plot
    wear: Wear
    dpi: float
    image: Grey
    matrix: Floats  #: (3, 3) homography, metres of the sheet -> pixels, from the upper left, y down

    @property
    def ratio(self) -> float:
        """The denominator of the true scale, of what was scanned."""
        return self.plot.printed.ratio

    def pdf(self, quality: int = 80) -> bytes:
        """A PDF of the page that holds the picture and nothing else."""
        high, wide = self.image.shape
        return photograph(jpeg(self.image, quality), (wide, high), (wide / self.dpi * 25.4, high / self.dpi * 25.4))


def random_plot(seed: int, layouts: Path | None = None, writer: Writer | None = None) -> Plot:
    """The plot of a seed, the same bytes each time.

    The building and the hand are those of ``draw.random_drawing``, with some choices that only plots make.
    """
    layout = vectors.some(seed, layouts)
    return plotted(layout, hand(seed, imperial=layout.imperial), seed, writer)


def hand(seed: int, *, imperial: bool) -> Style:
    """The style of a seed's plot."""
    style = draw_style(np.random.default_rng([seed, 2]), imperial=imperial)
    rng = np.random.default_rng([seed, 9])
    return replace(
        style,
        windows=WindowStyle.CASEMENT if rng.random() < 0.2 else style.windows,
        rounded=bool(rng.random() < 0.6),
        chains=bool(rng.random() < 0.35),
    )


def plotted(layout: Layout, style: Style, seed: int, writer: Writer | None = None) -> Plot:
    """A layout drawn in a style, on a paper that is the seed's choice."""
    drawn = compose(layout, style, seed)
    paper = draw_paper(np.random.default_rng([seed, 6]), drawn.sheet, style, writer)
    return Plot(seed, layout, style, drawn.placed, write(drawn.sheet, style, paper))


def bound(layout: Layout, style: Style, seed: int, writer: Writer = Writer.FLAT) -> tuple[Plot, ...]:
    """A layout drawn in a style, every view on a page of its own: plots that share one file."""
    sheets = apart(layout, style, seed)
    rng = np.random.default_rng([seed, 6])
    papers = [draw_paper(rng, drawn.sheet, style, writer) for drawn in sheets]
    pages = bind([(drawn.sheet, paper) for drawn, paper in zip(sheets, papers, strict=True)], style)
    return tuple(Plot(seed, layout, style, drawn.placed, page) for drawn, page in zip(sheets, pages, strict=True))


def random_scan(seed: int, dpi: float, layouts: Path | None = None, *, strength: float | None = None) -> Scan:
    """The scan of a seed, the same pixels each time; ``strength`` is that of ``draw_wear``."""
    return scanned(random_plot(seed, layouts, Writer.FLAT), dpi, strength=strength)


def scanned(plot: Plot, dpi: float, *, strength: float | None = None, wear: Wear | None = None) -> Scan:
    """A plot on its way through printer, years and scanner, with a given wear or one by chance."""
    rng = np.random.default_rng([plot.seed, 8])
    wear = wear or draw_wear(rng, strength=strength)
    worn = degrade(rasterise(plot.printed.data, dpi, rng, page=plot.printed.page), rng, wear)
    return Scan(plot, wear, dpi, worn.image, worn.matrix @ np.vstack([plot.printed.pixels(dpi), [0, 0, 1]]))
