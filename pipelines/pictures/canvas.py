"""A sheet to draw on in anti-aliased layers: fills, lines, text. Pixels are counted from the upper left, y down."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipelines.pictures.strokes import coverage

if TYPE_CHECKING:
    from pipelines.pictures.fonts import Faces

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Geometries = NDArray[np.object_]
Color = tuple[int, int, int]

_FINE = 4  #: samples per pixel and axis of a fill


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
        rows, columns = np.flatnonzero(share.any(axis=1)), np.flatnonzero(share.any(axis=0))
        if not len(rows):
            return
        box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        part = share[box] * np.float32(opacity)
        for channel, value in enumerate(color):
            plane = self.pixels[..., channel][box]
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


def area(shapes: Geometries, shape: tuple[int, ...]) -> Singles:
    """Share 0..1 of each pixel that polygons, in pixels, cover together."""
    height, width = shape[:2]
    drawn = shapely.clip_by_rect(shapely.make_valid(shapes), -1, -1, width + 1, height + 1)
    parts = shapely.get_parts(shapely.union_all(drawn))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    share = np.zeros((height, width), dtype=np.float32)
    if not len(parts):
        return share
    low_x, low_y, high_x, high_y = shapely.total_bounds(parts)
    left, top = int(max(np.floor(low_x), 0)), int(max(np.floor(low_y), 0))
    right, bottom = int(min(np.ceil(high_x), width)), int(min(np.ceil(high_y), height))
    if right <= left or bottom <= top:
        return share
    mask = Image.new("L", ((right - left) * _FINE, (bottom - top) * _FINE))
    pen = ImageDraw.Draw(mask)
    # Larger ones first: what stands in a hole of another is drawn after the hole.
    for part in parts[np.argsort(-shapely.area(shapely.envelope(parts)), kind="stable")]:
        for ring, value in ((part.exterior, 255), *((hole, 0) for hole in part.interiors)):
            # Pillow's coordinates are pixel middles, and its polygons include their edges.
            points = (shapely.get_coordinates(ring) - (left, top)) * _FINE - 0.5
            pen.polygon([tuple(point) for point in points], fill=value)
    share[top:bottom, left:right] = np.asarray(mask.reduce(_FINE), dtype=np.float32) / 255
    return share


def edges(shapes: Geometries) -> Floats:
    """The lines (n, 2, 2) of all rings of polygons, or of all line strings."""
    parts = shapely.get_parts(shapes)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings = np.concatenate([shapely.get_rings(parts[polygons]), parts[~polygons]])
    points, owner = shapely.get_coordinates(rings, return_index=True)
    same = owner[1:] == owner[:-1]
    return np.stack([points[:-1][same], points[1:][same]], axis=1) if len(points) else np.zeros((0, 2, 2))


def png(image: Image.Image) -> bytes:
    """An image as a PNG."""
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=6)
    return stream.getvalue()
