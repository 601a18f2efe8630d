"""A picture looked at for what tells its scale in writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.geometry.pairs import segments
from pipelines.pdf import traced
from pipelines.pdf.legible import reader
from pipelines.pdf.legible.ruling import ruled
from pipelines.pdf.scale.lines import Lines

if TYPE_CHECKING:
    from pipelines.linework import Floats, Texts
    from pipelines.pdf.legible.reader import Network, Numbers
    from pipelines.pdf.preprocessor import Grey, Mask

#: Boxes of texts are this much higher than their letters, as ``traced.texts`` has them.
_BOX: Final = 0.75
#: Lines are at least so long, in the height of most numbers, and so many pixels.
LINE, LEAST = 1.1, 9


@dataclass(frozen=True, slots=True)
class Legible:
    """Numbers and lines, millimetres of paper from the picture's lower left, y up."""

    texts: Texts
    net: Lines


def look(grey: Grey, ink: Mask, mm: float, network: Network | None) -> Legible:
    """What is legible on a page made ready, ``mm`` millimetres a pixel; nothing without a network."""
    numbers = reader.read(network, grey, ink) if network is not None else reader.NOTHING
    corners = _millimetres(numbers.corners.reshape(-1, 2), grey.shape[0], mm).reshape(-1, 4, 2)
    texts = traced.texts(_aired(corners), numbers.text)
    start, end = ruled(ink, _least(numbers)) if len(numbers) else (np.zeros((0, 2)), np.zeros((0, 2)))
    start, end = (_millimetres(each, grey.shape[0], mm) for each in (start + 0.5, end + 0.5))
    return Legible(texts, Lines(start, end, shapely.STRtree(segments(start, end))))


def _least(numbers: Numbers) -> int:
    high = np.hypot(*(numbers.corners[:, 3] - numbers.corners[:, 0]).T)
    return max(LEAST, round(LINE * float(np.median(high))))


def _millimetres(pixels: Floats, height: int, mm: float) -> Floats:
    return np.stack([pixels[:, 0], height - pixels[:, 1]], axis=1) * mm


def _aired(corners: Floats) -> Floats:
    """Boxes with air above and below the letters."""
    up = (corners[:, 0] - corners[:, 3]) * (1 / _BOX - 1) / 2
    return np.stack([corners[:, 0] + up, corners[:, 1] + up, corners[:, 2] - up, corners[:, 3] - up], axis=1)
