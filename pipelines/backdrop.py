"""A scan as it lies on the sheet: what a picture of the result shows below what was recognised."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from pipelines.linework import Floats

Grey = NDArray[np.uint8]

#: Pixels that are kept of a scan: A1 at 120 dpi. Nobody sees more of it in a picture of the result.
MOST: Final = 12_000_000
#: Squares along its longer side; what is darker than this is ink; a square with this share of ink is drawn on.
_CELLS, _INK, _DRAWN = 300, 128, 0.03


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A picture in grey on the sheet, upright."""

    grey: Grey  #: (h, w), 0 black to 255 white, the upper row first
    low: Floats  #: (2,) its lower left corner, in the sheet's units
    high: Floats  #: (2,) its upper right corner

    @classmethod
    def of(cls, grey: Grey, low: Floats, high: Floats) -> Self:
        """A picture of any size, made smaller where it has more than ``MOST`` pixels."""
        factor = int(np.ceil(np.sqrt(grey.size / MOST)))
        return cls(np.asarray(Image.fromarray(grey).reduce(factor)) if factor > 1 else grey, low, high)

    def moved(self, origin: Floats, scale: float) -> Self:
        """The same with ``origin`` (2,) as the new (0, 0) and all lengths times ``scale``: as ``Linework.moved``."""
        return replace(self, low=(self.low - origin) * scale, high=(self.high - origin) * scale)

    def holds(self, points: Floats) -> NDArray[np.bool_]:
        """(...) which of the points (..., 2) lie on it."""
        return np.asarray(((points >= self.low) & (points <= self.high)).all(axis=-1))

    def marks(self) -> Floats:
        """Where something is drawn: (n, 2, 2) lower left and upper right of small squares, in its units."""
        side = max(1, max(self.grey.shape) // _CELLS)
        height, width = (length // side * side for length in self.grey.shape)
        cells = (self.grey[:height, :width] < _INK).reshape(height // side, side, width // side, side)
        row, column = np.nonzero(cells.mean(axis=(1, 3)) > _DRAWN)
        step = (self.high - self.low) / self.grey.shape[::-1] * side
        left, top = self.low[0] + column * step[0], self.high[1] - row * step[1]
        return np.stack([np.stack([left, top - step[1]], axis=1), np.stack([left + step[0], top], axis=1)], axis=1)

    def seen(self, affine: Floats, shape: tuple[int, int]) -> Grey:
        """What a window of ``shape`` (h, w) pixels shows of it, white elsewhere.

        Args:
            affine: (2, 3), pixels of the window, x right and y down, to units of the sheet.
            shape: Height and width of the window.
        """
        size = np.array(self.grey.shape[::-1])
        steps = size / (self.high - self.low)
        # Pixels of the window -> pixels of the picture, y down in both.
        across = affine[0] * steps[0] - np.array([0, 0, self.low[0] * steps[0]])
        down = np.array([0, 0, self.high[1] * steps[1]]) - affine[1] * steps[1]
        image = Image.fromarray(self.grey)
        finer = max(1, int(min(np.hypot(*across[:2]), np.hypot(*down[:2]))))
        if finer > 1:  # else lines thinner than the step between two samples would be missed
            image = image.reduce(finer)
            across, down = (each * side for each, side in zip((across, down), image.size / size, strict=True))
        shown = image.transform(
            (shape[1], shape[0]),
            Image.Transform.AFFINE,
            (*across.tolist(), *down.tolist()),
            resample=Image.Resampling.BILINEAR,
            fillcolor=255,
        )
        return np.asarray(shown, dtype=np.uint8)
