"""A drawing by seed: a building, a hand, the file, and the truth of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth import dxf, vectors
from pipelines.synth.drawing.compose import compose
from pipelines.synth.style import draw_style

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.synth.drawing.compose import Placed
    from pipelines.synth.layout import Layout
    from pipelines.synth.style import Style


@dataclass(frozen=True, slots=True)
class Drawing:
    """A file and what is known of it."""

    seed: int
    layout: Layout
    style: Style
    placed: tuple[Placed, ...]
    data: bytes


def random_drawing(seed: int, layouts: Path | None = None) -> Drawing:
    """The drawing of a seed; the same seed gives the same bytes.

    With ``layouts``, a file of plans in vectors, every third building is one of the file's.
    """
    layout = vectors.some(seed, layouts)
    style = draw_style(np.random.default_rng([seed, 2]), imperial=layout.imperial)
    return drawn(layout, style, seed)


def drawn(layout: Layout, style: Style, seed: int = 0) -> Drawing:
    """A layout drawn in a style."""
    sheet = compose(layout, style, seed)
    return Drawing(seed, layout, style, sheet.placed, dxf.write(sheet.sheet, style))
