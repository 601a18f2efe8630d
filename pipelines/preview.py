"""The preview: a scene in shaded axonometry, as a PNG; made by ``convert`` from the same scene as the model.

It is drawn at twice its size, strip by strip, so that memory stays bounded: which triangle each sample sees, then band
by band its light, then four samples become a pixel. No graphics card, no window system: numpy and Pillow. Equal scenes
give equal bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.pictures.camera import Camera
from pipelines.pictures.light import SUN, Reach, ShadowMap, openness, received
from pipelines.pictures.raster import EMPTY, Frame, Keys, line_fragments, nearest, primitive, triangle_fragments
from pipelines.pictures.surfaces import Surfaces, spread, storeys

if TYPE_CHECKING:
    from pipelines.scene import Scene

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Mask = NDArray[np.bool_]

_VIEW = Camera.toward(azimuth=28.0, elevation=52.0)
_STRIP = 128  #: final rows of a picture whose samples are held at once
_BANDS = 16  #: final rows of a picture that are lit at once, so that what is worked on stays in the cache
_TOP_SKY, _LOW_SKY = np.array([0.91, 0.935, 0.965]), np.array([0.985, 0.98, 0.97])  #: sRGB of the background
_GLASS = 0.55  #: how much of its own colour glass adds where it is opaque


def render(scene: Scene, *, size: tuple[int, int] = (1600, 1000)) -> bytes:
    """``scene`` seen from the south-south-west and above, as a PNG of ``size`` (width, height).

    Storeys stand side by side, so that every plan can be seen; a scene without anything gives an empty sheet.
    """
    width, height = size
    parts, _ = spread([part for _, part in storeys(scene)], _VIEW, width / height)
    surfaces = Surfaces.joined(parts)
    picture = background(width, height)
    if len(surfaces.points):
        flat = _VIEW.flat(surfaces.points)
        camera = _VIEW.fitted(flat.min(axis=0), flat.max(axis=0), 2 * width, 2 * height, margin=0.07)
        _draw(_Drawn.of(surfaces, camera), picture)
    stream = io.BytesIO()
    Image.fromarray(to_bytes(picture)).save(stream, "PNG", compress_level=6)
    return stream.getvalue()


def background(width: int, height: int) -> Singles:
    """The empty sheet: (height, width, 3) linear RGB, a little bluer at the top."""
    share = np.linspace(0.0, 1.0, height)[:, None]
    rows = to_linear(_TOP_SKY * (1 - share) + _LOW_SKY * share).astype(np.float32)
    return np.repeat(rows[:, None], width, axis=1)


def to_linear(color: Floats) -> Floats:
    """Linear from sRGB, 0..1 (IEC 61966-2-1)."""
    return np.asarray(np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4), dtype=np.float64)


def to_bytes(color: Singles) -> NDArray[np.uint8]:
    """8-bit sRGB from linear RGB (h, w, 3) (IEC 61966-2-1), by a table of 4096 steps."""
    steps = np.arange(4097) / 4096
    table = np.where(steps <= 0.0031308, 12.92 * steps, 1.055 * steps ** (1 / 2.4) - 0.055)
    codes = np.rint(table * 255).astype(np.uint8)
    made = np.empty(color.shape, dtype=np.uint8)
    for top in range(0, len(color), _STRIP):
        part = np.clip(color[top : top + _STRIP], 0, 1)
        made[top : top + _STRIP] = codes[(part * np.float32(4096) + np.float32(0.5)).astype(np.int32)]
    return made


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What is the same in every strip: the triangles in samples of the picture, and how each is lit."""

    surfaces: Surfaces
    camera: Camera
    corners: Floats  #: (n, 3, 3) samples right and down, depth
    ends: Floats  #: (m, 2, 3) of lines, the same
    solid: NDArray[np.intp]  #: numbers of the triangles that hide what is behind them
    depths: tuple[float, float]  #: of everything
    reach: Reach
    around: Floats  #: (n, 3) light from all around on each triangle
    table: Singles  #: (8, s + 1): sunlight and light from around by RGB, depth per sample to the right and down
    bias: Singles  #: (s + 1,) how far behind the surface that the sun sees a point is in shadow, metres
    shadow: ShadowMap

    @classmethod
    def of(cls, surfaces: Surfaces, camera: Camera) -> _Drawn:
        """Surfaces before a camera. The last column of the table is the ground."""
        normals, towards = _normals(surfaces, camera)
        solid = np.flatnonzero(~surfaces.transparent & (towards | surfaces.two_sided))
        _, around = received(normals)
        flat = np.array([[0.0, 1.0, 0.0]])
        kept = np.concatenate([normals[solid], flat])
        albedo = np.concatenate([surfaces.color[solid, :3], np.ones((1, 3))])
        suns, arounds = received(kept)
        shadow = ShadowMap.of(surfaces.triangles[~surfaces.transparent])
        depths = camera.project(surfaces.points)[:, 2]
        table = np.concatenate([albedo * suns, albedo * arounds, _slopes(kept, camera)], axis=1)
        return cls(
            surfaces=surfaces,
            camera=camera,
            corners=camera.project(surfaces.triangles),
            ends=camera.project(surfaces.ends),
            solid=solid,
            depths=(float(depths.min()) - 1.0, float(depths.max()) + 1.0),
            reach=Reach.of(0.9, camera.scale),
            around=around,
            table=np.ascontiguousarray(table.T, dtype=np.float32),
            bias=shadow.bias(kept).astype(np.float32),
            shadow=shadow,
        )

    @property
    def ground(self) -> float:
        """Height of the ground under everything, metres."""
        return float(self.surfaces.points[:, 1].min()) - 0.01

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom pixel of all that differs from the empty sheet: things, and shadows around them."""
        points = self.surfaces.points
        thrown = points + SUN.forward * ((self.ground - points[:, 1:2]) / SUN.forward[1])
        places = self.camera.project(np.concatenate([points, thrown]))[:, :2]
        low = np.floor((places.min(axis=0) - self.reach.pixels) / 2) - 2
        high = np.ceil((places.max(axis=0) + self.reach.pixels) / 2) + 2
        left, top = np.clip(low, 0, (width, height)).astype(int)
        right, bottom = np.clip(high, 0, (width, height)).astype(int)
        return int(left), int(top), int(right), int(bottom)


def _draw(drawn: _Drawn, picture: Singles) -> None:
    """Draw into the empty sheet."""
    left, top, right, bottom = drawn.box(picture.shape[1], picture.shape[0])
    for first in range(top, bottom, _STRIP):
        part = picture[first : min(first + _STRIP, bottom), left:right]
        part[:] = _lit(_seen(drawn, (2 * left, 2 * first), 2 * part.shape[1], 2 * part.shape[0]), part)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What each sample of a strip (h, w at twice the size) sees."""

    drawn: _Drawn
    camera: Camera  #: onto the strip
    number: NDArray[np.int32]  #: (2h + 2, 2w) column of the table; a row more above and below
    depth: Singles  #: (2h + 2b, 2w + 2b), with a border of ``reach.pixels``
    glass: Singles | None  #: (4, 2h, 2w): premultiplied RGB over it, and what it lets through
    ink: Singles | None  #: (4, 2h, 2w): the same of lines


def _seen(drawn: _Drawn, corner: tuple[int, int], width: int, height: int) -> _Seen:
    edge = drawn.reach.pixels
    shift = np.array([corner[0], corner[1] - edge, 0.0])
    frame = Frame(width, height + 2 * edge, *drawn.depths)
    keys = nearest(frame, triangle_fragments(frame, drawn.corners[drawn.solid] - shift))
    tall = (frame.height, width)
    filled = (keys != EMPTY).reshape(tall)
    number = np.where(filled, primitive(keys).reshape(tall), len(drawn.solid)).astype(np.int32)
    x, y = drawn.camera.shift
    camera = replace(drawn.camera, shift=(x - corner[0], y - corner[1]))
    depth = _ground(drawn.ground, camera, width, height, edge)
    np.copyto(depth[:, edge : edge + width], frame.depth(keys).reshape(tall), where=filled)
    inner = slice(edge, edge + height)
    return _Seen(
        drawn=drawn,
        camera=camera,
        number=number[edge - 1 : edge + height + 1],
        depth=depth,
        glass=_glass(frame, drawn, shift, keys, inner),
        ink=_ink(frame, drawn, shift, keys, inner),
    )


def _normals(surfaces: Surfaces, camera: Camera) -> tuple[Floats, NDArray[np.bool_]]:
    """Unit normals (n, 3) turned to the camera, and which triangles face it by their winding."""
    corners = surfaces.triangles
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    towards = normals @ camera.forward < 0
    return np.where(towards[:, None], normals, -normals), towards


def _slopes(normals: Floats, camera: Camera) -> Floats:
    """(n, 2) depth per sample to the right and down of planes with ``normals``, within bounds."""
    seen = normals @ camera.axes.T
    away = np.minimum(seen[:, 2], -0.02)
    return np.stack([-seen[:, 0] / away, seen[:, 1] / away], axis=1) / camera.scale


def _ground(level: float, camera: Camera, width: int, height: int, edge: int) -> Singles:
    """(height + 2 edge, width + 2 edge) depths of the ground at the height ``level``."""
    ((right, down),) = _slopes(np.array([[0.0, 1.0, 0.0]]), camera)
    x0, y0, z0 = camera.project(np.array([0.0, level, 0.0]))
    across = (np.arange(width + 2 * edge) - edge + 0.5 - x0) * right
    along = (np.arange(height + 2 * edge) - edge + 0.5 - y0) * down + z0
    return np.asarray(across.astype(np.float32) + along[:, None].astype(np.float32), dtype=np.float32)


def _glass(frame: Frame, drawn: _Drawn, shift: Floats, keys: Keys, inner: slice) -> Singles | None:
    """What transparent triangles in front of everything else add and let through."""
    surfaces = drawn.surfaces
    rows = np.flatnonzero(surfaces.transparent)
    corners = drawn.corners[rows] - shift
    near = (corners[:, :, 1].max(axis=1) > inner.start) & (corners[:, :, 1].min(axis=1) < inner.stop)
    rows, corners = rows[near], corners[near]
    if not len(rows):
        return None
    through = np.ones(len(keys), dtype=np.float32)
    first = frame.empty()
    passes = (1 - surfaces.color[rows, 3]).astype(np.float32)
    for pixels, depth in triangle_fragments(frame, corners):
        before = depth < keys[pixels]
        shown, close = pixels[before], depth[before]
        np.multiply.at(through, shown, passes[primitive(close)])
        np.minimum.at(first, shown, close)
    color = (surfaces.color[rows, :3] * drawn.around[rows] * _GLASS + 0.18).astype(np.float32)
    cut = slice(inner.start * frame.width, inner.stop * frame.width)
    return _blended(first[cut], color, through[cut], frame.width)


def _ink(frame: Frame, drawn: _Drawn, shift: Floats, keys: Keys, inner: slice) -> Singles | None:
    """What lines that nothing hides add and let through."""
    ends = drawn.ends - shift
    rows = np.flatnonzero((ends[:, :, 1].max(axis=1) > inner.start - 2) & (ends[:, :, 1].min(axis=1) < inner.stop + 2))
    if not len(rows):
        return None
    toward = 0.03 + 2 / drawn.camera.scale
    wide = 2 if len(drawn.surfaces.triangles) else 3
    cut = slice(inner.start * frame.width, inner.stop * frame.width)
    lines = nearest(frame, line_fragments(frame, ends[rows], width=wide, toward=toward))[cut]
    lines[lines >= keys[cut]] = EMPTY
    color = drawn.surfaces.line_color[rows].astype(np.float32)
    through = np.append(1 - color[:, 3], np.float32(1))[np.minimum(primitive(lines), len(rows))]
    return _blended(lines, color[:, :3], through, frame.width)


def _blended(first: Keys, color: Singles, through: Singles, width: int) -> Singles:
    """(4, height, width): ``color`` of the first primitive, as far as nothing passes through; and what does."""
    blended = np.zeros((4, len(first)), dtype=np.float32)
    some = np.flatnonzero(first != EMPTY)
    blended[3] = through
    blended[:3, some] = (color[primitive(first[some])] * (1 - through[some])[:, None]).T
    return blended.reshape(4, -1, width)


def _lit(seen: _Seen, sheet: Singles) -> Singles:
    """The strip in linear RGB, (h, w, 3), over the empty sheet."""
    picture = np.zeros_like(sheet)
    for top in range(0, len(sheet), _BANDS):
        rows = slice(top, min(top + _BANDS, len(sheet)))
        edges = _edges(seen, rows)
        for sample in range(4):
            for channel, plane in enumerate(_sample(seen, sheet[rows], rows, sample, edges)):
                picture[rows, :, channel] += np.minimum(plane, np.float32(1)) * np.float32(0.25)
    return picture


def _sample(seen: _Seen, sheet: Singles, rows: slice, sample: int, edges: Singles) -> list[Singles]:
    """Red, green and blue of one of the four samples of each pixel in ``rows``."""
    top, left = divmod(sample, 2)
    table = seen.drawn.table
    pick = (slice(2 * rows.start + top, 2 * rows.stop, 2), slice(left, None, 2))
    number = seen.number[1 + pick[0].start : 1 + pick[0].stop : 2, pick[1]]
    light = [np.take(column, number) for column in table]
    sky = openness(seen.depth, light[6], light[7], 2 * rows.start, seen.drawn.reach, sample)
    sun = _sunlit(seen, pick, light[0] > 0, np.take(seen.drawn.bias, number), sample)
    ground = number == table.shape[1] - 1
    edge = edges[top::2, left::2]
    layers = [layer[:, *pick] for layer in (seen.glass, seen.ink) if layer is not None]
    planes = []
    for channel in range(3):
        plane = light[channel] * sun + light[channel + 3] * sky
        full = table[channel, -1] + table[channel + 3, -1]
        plane = np.where(ground, plane * (sheet[..., channel] / full), plane) * edge
        for layer in layers:
            plane = plane * layer[3] + layer[channel]
        planes.append(np.asarray(plane, dtype=np.float32))
    return planes


def _sunlit(seen: _Seen, pick: tuple[slice, slice], facing: Mask, bias: Singles, sample: int) -> Singles:
    """Share of the sun at one sample of each pixel; 0 where the surface turns away from it anyway."""
    edge, left = seen.drawn.reach.pixels, sample % 2
    shadow = seen.drawn.shadow
    eye, eye_offset = seen.camera.matrix
    matrix, offset = shadow.camera.matrix
    place = matrix @ np.linalg.inv(eye)
    shift = (offset - place @ eye_offset).astype(np.float32)
    height, width = facing.shape
    first = edge + pick[0].start
    where = np.flatnonzero(facing)
    away = seen.depth[first : first + 2 * height : 2, edge + left : edge + left + 2 * width : 2].ravel()[where]
    row, column = np.divmod(where.astype(np.int32), np.int32(width))
    x = (2 * column + left).astype(np.float32) + np.float32(0.5)
    y = (2 * row + pick[0].start).astype(np.float32) + np.float32(0.5)
    a, b, c = place.astype(np.float32).T[:, :, None]
    across, down, depth = (a[k] * x + b[k] * y + c[k] * away + shift[k] for k in range(3))
    share = np.zeros(height * width, dtype=np.float32)
    share[where] = shadow.lit(across, down, depth - bias.ravel()[where], sample)
    return share.reshape(height, width)


def _edges(seen: _Seen, rows: slice) -> Singles:
    """(2 * rows, 2w) 1, and less where a surface bends or something stands before something else."""
    # One sample more above and below: a line lies on both sides of where two things meet.
    first, stop = 2 * rows.start, min(2 * rows.stop, len(seen.number) - 2) + 2
    edge, width = seen.drawn.reach.pixels, seen.number.shape[1]
    depth = seen.depth[edge - 1 + first : edge - 1 + stop, edge : edge + width]
    slopes = [np.take(column, seen.number[first:stop]) for column in seen.drawn.table[6:]]
    shade = np.ones(depth.shape, dtype=np.float32)
    step, bend = np.float32(0.05 + 1.5 / seen.camera.scale), np.float32(0.35 / seen.camera.scale)
    for axis, slope in ((0, slopes[1]), (1, slopes[0])):
        one = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
        two = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
        gap = depth[two] - depth[one]
        apart = (np.abs(gap - slope[one]) > step) & (np.abs(gap - slope[two]) > step)
        bent = (np.abs(slopes[0][one] - slopes[0][two]) > bend) | (np.abs(slopes[1][one] - slopes[1][two]) > bend)
        line = np.where(apart, np.float32(0.42), np.where(bent, np.float32(0.74), np.float32(1)))
        shade[one] = np.minimum(shade[one], line)
        shade[two] = np.minimum(shade[two], np.where(apart, line, np.float32(1)))
    return shade[1:-1]
