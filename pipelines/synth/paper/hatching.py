"""Patterns of hatches as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.synth.sheet import Fill


def strokes(mark: Fill, hatch: str = "lines", *, whole: bool = False) -> Floats:
    """(n, 4) the lines x0, y0, x1, y1 of a pattern within its rings, or ``whole``, to be clipped by the page.

    'NET' is a grid along the axes. Any other pattern is of slanted lines: 'dense' ones are nearer to each other,
    'cross' runs in two directions.
    """
    region = shapely.make_valid(shapely.Polygon(mark.rings[0], mark.rings[1:]))
    if mark.pattern == "NET":
        turns, step = [0.0, np.pi / 2], mark.scale
    else:
        turns = [np.pi / 4, -np.pi / 4] if hatch == "cross" else [np.pi / 4]
        step = mark.scale * {"dense": 0.5, "cross": 0.9}.get(hatch, 1.0)
    return np.concatenate([_parallel(region, turn, step, whole=whole) for turn in turns])


def _parallel(region: shapely.Geometry, turn: float, step: float, *, whole: bool) -> Floats:
    x0, y0, x1, y1 = shapely.bounds(region)
    u, n = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    across, along = corners @ n, corners @ u
    at = np.arange(np.ceil(across.min() / step), np.floor(across.max() / step) + 1) * step
    lines = np.stack([at[:, None] * n + along.min() * u, at[:, None] * n + along.max() * u], axis=1)
    if whole:
        return np.asarray(lines.reshape(-1, 4))
    shapely.prepare(region)
    cut = shapely.get_parts(shapely.intersection(shapely.linestrings(lines), region))
    cut = cut[shapely.get_type_id(cut) == shapely.GeometryType.LINESTRING]
    cut = cut[~shapely.is_empty(cut)]
    return np.asarray(shapely.get_coordinates(cut).reshape(-1, 4))
