"""A sheet to draw on in anti-aliased layers: fills, lines, text. Pixels are counted from the upper left, y down."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipelines.pictures.fills import area, edges
from pipelines.pictures.strokes import coverage

if TYPE_CHECKING:
    from pipelines.pictures.fonts import Faces

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Geometries = NDArray[np.object_]
Color = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Canvas:
    """The sheet: sRGB 0..255, (height, width, 3)."""

    pixels: Singles

    @classmethod
    def blank(cls, width: int, height: int, color: Color) -> Canvas:
        """A sheet of one colour."""
        return cls(np.full((height, width, 3), color, dtype=np.float32))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def window(self, left: int, top: int, width: int, height: int) -> Canvas:
        """A part of the sheet with its own corner as origin; what is drawn there is drawn here."""
        return Canvas(self.pixels[top : top + height, left : left + width])

    def blend(self, share: Singles, color: Color, opacity: float = 1.0) -> None:
        """Lay ``color`` over the sheet where ``share`` (height, width) is above 0."""
        rows = np.flatnonzero(share.any(axis=1))
        if not len(rows):
            return
        band = slice(rows[0], rows[-1] + 1)
        pixels, part = self.pixels[band], share[band]
        if np.count_nonzero(part) < part.size / 8:
            some = np.nonzero(part)
            under = pixels[some]
            pixels[some] = under + (np.array(color, np.float32) - under) * (part[some] * np.float32(opacity))[:, None]
            return
        part = part * np.float32(opacity)
        for channel, value in enumerate(color):
            plane = pixels[..., channel]
            plane += (np.float32(value) - plane) * part

    def fill(self, shapes: Geometries, color: Color, opacity: float = 1.0) -> None:
        """Fill polygons, in pixels; where they overlap they are one."""
        self.blend(area(shapes, self.pixels.shape[:2]), color, opacity)

    def lines(self, ends: Floats, color: Color, *, width: float = 1.0, opacity: float = 1.0) -> None:
        """Draw lines (n, 2, 2), in pixels."""
        if len(ends):
            self.blend(coverage(ends, (self.pixels.shape[0], self.pixels.shape[1]), width=width), color, opacity)

    def outlines(self, shapes: Geometries, color: Color, *, width: float = 1.0, opacity: float = 1.0) -> None:
        """Draw the boundaries of polygons, in pixels."""
        self.lines(edges(shapes), color, width=width, opacity=opacity)

    def image(self) -> Image.Image:
        """The sheet as 8-bit RGB."""
        codes = np.empty(self.pixels.shape, dtype=np.uint8)
        for code, row in zip(codes, self.pixels, strict=True):
            code[:] = np.clip(np.rint(row), 0, 255)
        return Image.fromarray(codes)


@dataclass(frozen=True, slots=True)
class Writing:
    """Words on a finished sheet."""

    faces: Faces
    on: ImageDraw.ImageDraw

    def at(self, x: float, y: float, text: str, size: int, color: Color, *, halo: bool = False) -> None:
        """Write ``text`` from ``x`` on the baseline ``y``, with a light rim where it crosses lines."""
        style: dict[str, object] = {"fill": color}
        if halo:
            style |= {"stroke_width": max(1, round(size / 8)), "stroke_fill": (255, 255, 255)}
        self.faces.draw(self.on, (x, y), text, size, **style)


def png(image: Image.Image) -> bytes:
    """An image as a PNG."""
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=6)
    return stream.getvalue()
