"""Where a door hangs: the corner of its box around which the arc of its leaf turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.linework import Seen

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.pdf.boxes import Boxes
    from pipelines.pdf.tiles import Grey

#: Boxes of doors are at most so many times longer than wide, and at least so many pixels wide.
SQUARE: Final = 1.8
SMALLEST: Final = 10
#: Share of an arc that has to be drawn, and by how much more than around any other corner.
DRAWN: Final = 0.65
CLEARER: Final = 0.15
#: Darker than this is ink, of a picture that was smoothed as it was resampled.
INK: Final = 170
#: The corners: left or right, upper or lower; and the ways from each into the box.
_CORNERS: Final = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
_INTO: Final = 1.0 - 2.0 * _CORNERS
#: Angles from one side of the box to the other without the leaf and the jamb; radii as shares of its shorter side.
_ANGLES: Final = np.radians(np.linspace(12, 78, 23))
_RADII: Final = np.linspace(0.84, 1.04, 11)


def hinges(grey: Grey, boxes: Boxes) -> Floats:
    """(n, 2) the corners at which the leaves of single doors hang, in pixels; nan for all else and where none is clear.

    The box holds the depth of the wall too, at one of its sides: each corner is tried as it is, and moved inwards
    along the longer side by what that is longer.

    Args:
        grey: (h, w), 0 black to 255 white.
        boxes: What a detector saw on it.
    """
    found = np.full((len(boxes), 2), np.nan)
    size = boxes.size
    fits = (boxes.kind == Seen.DOOR) & (size.max(axis=1) <= SQUARE * size.min(axis=1)) & (size.min(axis=1) >= SMALLEST)
    rows = np.flatnonzero(fits)
    if not len(rows):
        return found
    sides = size[rows]
    corners = np.where(_CORNERS == 0, boxes.low[rows, None], boxes.high[rows, None])
    longer = (sides - sides.min(axis=1)[:, None])[:, None] * _INTO
    drawn = np.maximum(*(_arcs(grey, corners + shift, sides.min(axis=1)) for shift in (0.0 * longer, longer)))
    order = np.sort(drawn, axis=1)
    clear = (order[:, -1] >= DRAWN) & (order[:, -1] - order[:, -2] >= CLEARER)
    found[rows[clear]] = corners[np.arange(len(rows)), drawn.argmax(axis=1)][clear]
    return found


def _arcs(grey: Grey, hinge: Floats, radius: Floats) -> Floats:
    """(n, 4) share of the quarter circle about each hinge (n, 4, 2), into the box, that is drawn."""
    height, width = grey.shape
    way = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)[None, :] * _INTO[:, None]
    reach = radius[:, None, None, None, None] * _RADII[:, None]
    points = hinge[:, :, None, None] + way[None, :, :, None] * reach
    x, y = np.floor(points[..., 0]).astype(np.intp), np.floor(points[..., 1]).astype(np.intp)
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    dark = inside & (grey[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] < INK)
    return np.asarray(dark.any(axis=-1).mean(axis=-1), dtype=np.float64)
