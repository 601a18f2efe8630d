"""Light in a picture: sun with soft shadows, sky, and the darkness of corners.

The picture is drawn at twice its size, and each of the four samples of a pixel looks at different places around it:
when they are averaged, four looks have become sixteen, without noise and without storing any.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from pipelines.pictures.camera import Camera
from pipelines.pictures.raster import EMPTY, Frame, nearest, triangle_fragments

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

#: The sun, from the west and slightly from the south, high enough for its shadows not to fill rooms.
SUN = Camera.toward(azimuth=68.0, elevation=56.0)
SUN_COLOR = np.array([1.0, 0.955, 0.87]) * 0.92
SKY_COLOR = np.array([0.80, 0.90, 1.06]) * 0.46
BOUNCE_COLOR = np.array([1.0, 0.96, 0.91]) * 0.34

_SOFTNESS = 0.06  #: radius of the blur of shadows, metres
_RIM = 16  #: empty pixels around a shadow map, twice


def received(normals: Floats) -> tuple[Floats, Floats]:
    """(n, 3) light from the sun and from all around on surfaces with ``normals`` (n, 3)."""
    facing = np.clip(-(normals @ SUN.forward), 0, None)[:, None]
    upward = (normals[:, 1:2] + 1) / 2
    return facing * SUN_COLOR, upward * SKY_COLOR + (1 - upward) * BOUNCE_COLOR


def taps(sample: int, count: int) -> list[tuple[float, float]]:
    """Where sample 0..3 of a pixel looks: ``count`` of the 4 * count places that fill a disc of radius 1 evenly."""
    golden = pi * (3 - sqrt(5))
    every = [(sqrt((k + 0.5) / (4 * count)), k * golden) for k in range(4 * count)]
    return [(radius * cos(angle), radius * sin(angle)) for radius, angle in every[sample::4]]


@dataclass(frozen=True, slots=True)
class ShadowMap:
    """What the sun sees."""

    camera: Camera
    depth: Singles  #: (height, width), far behind everything where the sun sees nothing

    @classmethod
    def of(cls, triangles: Floats, size: int = 1800) -> ShadowMap:
        """The map of ``triangles`` (n, 3, 3); both their sides throw shadows."""
        flat = SUN.flat(triangles.reshape(-1, 3))
        low, high = (flat.min(axis=0), flat.max(axis=0)) if len(flat) else (np.zeros(2), np.ones(2))
        span = np.maximum(high - low, 1e-6)
        width, height = (np.clip(np.ceil(size * span / span.max()), 16, size)).astype(int)
        # Two rims stay empty: one for the blur to look into from the edge of the map, and one between that edge and
        # whatever throws shadows, or all that lies outside the map would lie in the shadow of what touches it.
        width, height = width + 4 * _RIM, height + 4 * _RIM
        camera = SUN.fitted(low, high, width, height, margin=2 * _RIM / min(width, height))
        corners = camera.project(triangles)
        depths = corners[:, :, 2]
        frame = Frame(width, height, float(depths.min(initial=0)), float(depths.max(initial=1)))
        keys = nearest(frame, triangle_fragments(frame, corners))
        depth = frame.depth(keys)
        depth[keys == EMPTY] = 1e30
        return cls(camera=camera, depth=depth.reshape(height, width))

    def bias(self, normals: Floats) -> Floats:
        """(n,) metres that a surface must lie behind what the sun sees to be in shadow.

        The blur looks sideways, and a surface that the sun grazes is at quite another depth there.
        """
        facing = np.clip(-(normals @ self.camera.forward), 0.05, 1)
        sideways = np.sqrt(1 - facing**2) / facing
        return np.asarray(0.012 + (1.5 / self.camera.scale) + (self.blur + 1) / self.camera.scale * sideways)

    @property
    def blur(self) -> float:
        """Radius of the blur in the map's pixels."""
        return min(max(_SOFTNESS * self.camera.scale, 1.0), _RIM - 2)

    def lit(self, across: Singles, down: Singles, away: Singles, sample: int) -> Singles:
        """Share of the sun, 0..1, at places in the map's pixels and depth, for one sample of a pixel."""
        height, width = self.depth.shape
        place = np.clip(down, _RIM, height - _RIM - 1).astype(np.int32)
        place *= np.int32(width)
        place += np.clip(across, _RIM, width - _RIM - 1).astype(np.int32)
        share = np.zeros(across.shape, dtype=np.float32)
        flat = self.depth.ravel()
        looks = taps(sample, 4)
        for right, below in looks:
            share += flat[place + np.int32(round(below * self.blur) * width + round(right * self.blur))] > away
        return share * np.float32(1 / len(looks))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far around itself a surface looks for what hides the sky."""

    metres: float
    pixels: int  #: the same distance in samples of the picture, even

    @classmethod
    def of(cls, metres: float, samples_per_metre: float) -> Reach:
        """A reach that stays within bounds in the picture."""
        pixels = 2 * int(np.clip(round(metres * samples_per_metre / 2), 2, 48))
        return cls(metres=pixels / samples_per_metre, pixels=pixels)


def openness(depth: Singles, slope_x: Singles, slope_y: Singles, first: int, reach: Reach, sample: int) -> Singles:
    """Share of the sky, 0..1, that a surface sees past what stands near it, for one sample of each pixel.

    ``depth`` is the whole picture at twice its size with a border of ``reach.pixels``; ``first`` is the first wanted
    row of it, border not counted; slopes (rows, columns) are those of the wanted samples: depth per sample to the
    right and down. A place nearby that rises above the surface's own plane takes away from the sky, and less so
    where it is far in front and hardly near at all.
    """
    top, left = divmod(sample, 2)
    count, width = slope_x.shape

    def around(right: int, below: int) -> Singles:
        row, column = reach.pixels + first + top + below, reach.pixels + left + right
        return depth[row : row + 2 * count : 2, column : column + 2 * width : 2]

    own = around(0, 0)
    hidden = np.zeros(slope_x.shape, dtype=np.float32)
    looks = taps(sample, 4)
    for x, y in looks:
        right, below = round(x * reach.pixels), round(y * reach.pixels)
        rise = own - around(right, below)
        rise += slope_x * np.float32(right)
        rise += slope_y * np.float32(below)
        rise *= np.float32(1 / reach.metres)
        rise -= np.float32(0.03)
        np.clip(rise, 0, None, out=rise)
        hidden += rise / (np.float32(0.5) + np.float32(0.5) * rise * rise)
    return np.asarray(np.clip(np.float32(1) - hidden * np.float32(0.62 / len(looks)), 0, 1), dtype=np.float32)
