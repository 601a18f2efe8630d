"""Object coordinate systems: the plane that a 2D entity is drawn in, from its extrusion alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipelines.linework import Floats


def axes(extrusion: Floats) -> Floats:
    """(n, 3, 3) rows x, y, z of the object coordinate systems of (n, 3) extrusions, in world coordinates.

    The arbitrary axis algorithm (DXF reference): where the normal is within 1/64 of the world's z axis, x is
    perpendicular to world y, else to world z. Extrusions of length zero count as (0, 0, 1).
    """
    length = np.sqrt((extrusion**2).sum(axis=1))
    z = np.where((length > 1e-12)[:, None], extrusion / np.maximum(length, 1e-300)[:, None], (0.0, 0.0, 1.0))
    near = (np.abs(z[:, 0]) < 1 / 64) & (np.abs(z[:, 1]) < 1 / 64)
    x = np.where(near[:, None], np.cross((0.0, 1.0, 0.0), z), np.cross((0.0, 0.0, 1.0), z))
    x /= np.maximum(np.sqrt((x**2).sum(axis=1)), 1e-300)[:, None]
    return np.stack([x, np.cross(z, x), z], axis=1)


def to_world(points: Floats, extrusion: Floats) -> Floats:
    """(n, 3) world coordinates of points (n, 3), each in the system of its extrusion (n, 3)."""
    flat = (np.abs(extrusion[:, :2]) < 1e-12).all(axis=1) & (extrusion[:, 2] > 0)
    if flat.all():
        return points
    return np.where(flat[:, None], points, np.einsum("ni,nij->nj", points, axes(extrusion)))
