"""The shape that a clip path shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.geometry.areas import even_odd as alternating
from pipelines.pdf import beziers
from pipelines.pdf.page import CURVE, LINE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats

#: Where curves are looked at.
_TIMES: Final = np.arange(1, 8) / 8
#: Ends nearer than this are one, mm.
_SAME: Final = 1e-6


def outline(points: Floats, kind: NDArray[np.int8], *, even_odd: bool) -> shapely.Geometry:
    """The area within pieces (n, 4, 2) of the given kinds, filled by one rule or the other."""
    rings: list[list[Floats]] = []
    last = np.full(2, np.nan)
    for piece, what in zip(points, kind.tolist(), strict=True):
        if what not in (LINE, CURVE):
            rings.append([piece])
            last = np.full(2, np.nan)
            continue
        if not np.abs(piece[0] - last).max() < _SAME:
            rings.append([piece[:1]])
        if what == CURVE:
            rings[-1].append(beziers.at(piece[None], _TIMES)[0])
        rings[-1].append(piece[3:])
        last = piece[3]
    loops = [np.concatenate(ring) for ring in rings]
    shapes = np.array([shapely.Polygon(loop) for loop in loops if len(loop) >= 3], dtype=np.object_)
    shapes = shapely.make_valid(shapes)
    if even_odd or len(shapes) < 2:
        return alternating(shapes)
    # By winding an outline that runs the other way than the one around it is a hole.
    size = np.array([_turn(loop) for loop in loops if len(loop) >= 3])
    forward = np.sign(size) == np.sign(size[np.abs(size).argmax()])
    return shapely.difference(shapely.union_all(shapes[forward]), shapely.union_all(shapes[~forward]))


def _turn(loop: Floats) -> float:
    """Twice the signed area."""
    x, y = (loop - loop[0]).T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())
