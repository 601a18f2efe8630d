"""A page as columns: what is drawn, written and pictured on it, in millimetres of paper as a reader holds it.

x runs to the right and y up from the lower left corner of the page as it is shown: rotation, crop box and user unit
are resolved. ``vectors`` turns a page into a ``Linework``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pipelines.linework import Bools, Floats, Ints, Table, Texts

if TYPE_CHECKING:
    import shapely

#: A picture: (h, w), 0 black to 255 white, the upper row first.
Grey = NDArray[np.uint8]
#: Kinds of piece: a straight line, a cubic Bezier curve, a rectangle and a quadrilateral.
LINE, CURVE, RECTANGLE, QUAD = range(4)

#: Millimetres in a point.
MM: Final = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Paths(Table):
    """Paths in the order in which they were painted, without what is hidden or cannot be seen."""

    stroked: Bools  #: (n,)
    filled: Bools  #: (n,)
    weight: Floats  #: (n,) width of the pen, mm; 0 where not stroked
    pen: Ints  #: (n,) colour of the stroke, 0xRRGGBB
    paint: Ints  #: (n,) colour of the fill, 0xRRGGBB
    dashed: Bools  #: (n,)
    even_odd: Bools  #: (n,) rule of the fill; else nonzero winding
    layer: Ints  #: (n,) into ``Page.layers``
    clip: Ints  #: (n,) into ``Page.clips``, -1 where nothing clips


@dataclass(frozen=True, slots=True)
class Pieces(Table):
    """What the paths consist of."""

    path: Ints  #: (m,) into ``Paths``
    kind: NDArray[np.int8]  #: (m,) LINE, CURVE, RECTANGLE or QUAD
    points: Floats  #: (m, 4, 2) from, control, control, to; of a line the first and last; corners in turn


@dataclass(frozen=True, slots=True)
class Images(Table):
    """Pictures on the page."""

    low: Floats  #: (n, 2) mm
    high: Floats
    width: Ints  #: (n,) pixels
    height: Ints

    @property
    def area(self) -> Floats:
        """(n,) mm²."""
        return np.asarray(np.prod(self.high - self.low, axis=1), dtype=np.float64)

    @property
    def density(self) -> Floats:
        """(n,) pixels per mm."""
        held = self.width.astype(np.float64) * self.height
        return np.asarray(np.sqrt(held / np.maximum(self.area, 1e-9)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    number: int  #: from 1
    size: tuple[float, float]  #: mm as shown
    rotation: int  #: 0, 90, 180, 270: how it was turned to be shown
    magnified: float  #: how many times as large it is here as in the file; 1 unless that is no size of paper
    paths: Paths
    pieces: Pieces
    clips: Floats  #: (k, 4) x0, y0, x1, y1: rectangles outside of which nothing is shown
    shapes: dict[int, shapely.Geometry]  #: of the clips that are no rectangles, what they show
    layers: tuple[str, ...]  #: names of optional content and marked content; '' for none
    texts: Texts  #: one row per line of text; ``layer``, ``source`` and ``instance`` are -1
    images: Images
    skipped: dict[tuple[str, str], int]  #: (kind, reason) -> count of what was left out
