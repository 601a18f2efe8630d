"""A parallel projection: where a point in space falls in a picture, for the eye and for the sun."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks along ``axes[2]``; ``axes`` are right, up, forward as rows, (3, 3), orthonormal, in a Y-up world."""

    axes: Floats
    scale: float = 1.0  #: pixels per metre
    shift: tuple[float, float] = (0.0, 0.0)  #: pixel of the world's origin

    @classmethod
    def toward(cls, azimuth: float, elevation: float) -> Camera:
        """A camera that looks down at ``elevation`` degrees, to the north turned ``azimuth`` degrees to the east."""
        turn, tilt = radians(azimuth), radians(elevation)
        right = np.array([cos(turn), 0.0, sin(turn)])
        forward = np.array([sin(turn) * cos(tilt), -sin(tilt), -cos(turn) * cos(tilt)])
        return cls(axes=np.stack([right, np.cross(right, forward), forward]))

    @property
    def forward(self) -> Floats:
        """(3,) the direction of view."""
        return np.asarray(self.axes[2], dtype=np.float64)

    @property
    def matrix(self) -> tuple[Floats, Floats]:
        """(3, 3) and (3,): a point p falls on ``matrix @ p + offset``: pixels right, pixels down, metres away."""
        factors = np.array([self.scale, -self.scale, 1.0])
        return self.axes * factors[:, None], np.array([*self.shift, 0.0])

    def project(self, points: Floats) -> Floats:
        """Points (..., 3) to pixels right, pixels down and depth in metres."""
        matrix, offset = self.matrix
        return np.asarray(points @ matrix.T + offset, dtype=np.float64)

    def unproject(self, places: Floats) -> Floats:
        """The points (..., 3) that ``project`` sent to ``places``."""
        matrix, offset = self.matrix
        return np.asarray((places - offset) @ np.linalg.inv(matrix).T, dtype=np.float64)

    def fitted(self, low: Floats, high: Floats, width: float, height: float, margin: float) -> Camera:
        """The same view, zoomed so that right-up coordinates from ``low`` to ``high`` (2,) fill a picture.

        ``margin`` is a share of the picture's smaller side.
        """
        border = margin * min(width, height)
        span = np.maximum(high - low, 1e-6)
        scale = float(min((width - 2 * border) / span[0], (height - 2 * border) / span[1]))
        middle = (low + high) / 2
        return replace(self, scale=scale, shift=(width / 2 - scale * middle[0], height / 2 + scale * middle[1]))

    def flat(self, points: Floats) -> Floats:
        """Right and up coordinates in metres, (..., 2), before any zoom."""
        return np.asarray(points @ self.axes[:2].T, dtype=np.float64)
