"""The preview: a scene in shaded axonometry, as a PNG; made by ``convert`` from the same scene as the model.

The whole picture is drawn at twice its size: which triangle each sample sees, then band by band its light, then four
samples become a pixel. No graphics card, no window system: numpy and Pillow. Equal scenes give equal bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.pictures.camera import Camera
from pipelines.pictures.light import Reach, ShadowMap, openness, received
from pipelines.pictures.raster import EMPTY, Frame, Keys, line_fragments, nearest, primitive, triangle_fragments
from pipelines.pictures.surfaces import Surfaces, spread, storeys

if TYPE_CHECKING:
    from pipelines.scene import Scene

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Mask = NDArray[np.bool_]

_VIEW = Camera.toward(azimuth=28.0, elevation=52.0)
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
        picture = _lit(_seen(surfaces, camera, 2 * width, 2 * height), picture)
    stream = io.BytesIO()
    Image.fromarray(to_bytes(picture)).save(stream, "PNG", compress_level=6)
    return stream.getvalue()


def background(width: int, height: int) -> Singles:
    """The empty sheet: (height, width, 3) linear RGB, a little bluer at the top."""
    share = np.linspace(0.0, 1.0, height)[:, None]
    rows = to_linear(_TOP_SKY * (1 - share) + _LOW_SKY * share)
    return np.repeat(rows[:, None], width, axis=1).astype(np.float32)


def to_linear(color: Floats) -> Floats:
    """Linear from sRGB, 0..1 (IEC 61966-2-1)."""
    return np.asarray(np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4), dtype=np.float64)


def to_bytes(color: Singles) -> NDArray[np.uint8]:
    """8-bit sRGB from linear RGB (IEC 61966-2-1), by a table of 4096 steps."""
    steps = np.arange(4097) / 4096
    table = np.where(steps <= 0.0031308, 12.92 * steps, 1.055 * steps ** (1 / 2.4) - 0.055)
    codes = np.rint(table * 255).astype(np.uint8)
    return np.asarray(
        codes[(np.clip(color, 0, 1) * np.float32(4096) + np.float32(0.5)).astype(np.int32)], dtype=np.uint8
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What each sample of the doubled picture sees, and how what it sees is lit."""

    camera: Camera
    number: NDArray[np.intp]  #: (2h, 2w) row of the tables; the last row is the ground
    depth: Singles  #: (2h + 2b, 2w + 2b), with a border of ``reach.pixels``
    reach: Reach
    table: Singles  #: (8, n + 1): sunlight and light from around by RGB, depth per sample to the right and down
    bias: Singles  #: (n + 1,) how far behind the surface that the sun sees a point is in shadow, metres
    shadow: ShadowMap
    glass: Singles | None  #: (4, 2h, 2w): premultiplied RGB over it, and what it lets through
    ink: Singles | None  #: (4, 2h, 2w): the same of lines


def _seen(surfaces: Surfaces, camera: Camera, width: int, height: int) -> _Seen:
    corners = camera.project(surfaces.triangles)
    normals, towards = _normals(surfaces, camera)
    solid = ~surfaces.transparent & (towards | surfaces.two_sided)
    depths = camera.project(surfaces.points)[:, 2]
    frame = Frame(width, height, float(depths.min()) - 1.0, float(depths.max()) + 1.0)
    rows = np.flatnonzero(solid)
    keys = nearest(frame, triangle_fragments(frame, corners[rows]))

    kept = np.append(rows, len(normals))
    normals = np.concatenate([normals, [[0.0, 1.0, 0.0]]])
    albedo = np.concatenate([surfaces.color[:, :3], [[1.0, 1.0, 1.0]]])[kept]
    sun, around = received(normals)
    table = np.concatenate([albedo * sun[kept], albedo * around[kept], _slopes(normals[kept], camera)], axis=1)
    shadow = ShadowMap.of(surfaces.triangles[~surfaces.transparent])

    reach = Reach.of(0.9, camera.scale)
    ground = _ground(surfaces, camera, width, height, reach.pixels)
    depth = ground
    inner = depth[reach.pixels : reach.pixels + height, reach.pixels : reach.pixels + width]
    filled = (keys != EMPTY).reshape(height, width)
    np.copyto(inner, frame.depth(keys).reshape(height, width), where=filled)
    number = np.where(filled, primitive(keys).reshape(height, width), len(rows)).astype(np.intp)
    return _Seen(
        camera=camera,
        number=number,
        depth=depth,
        reach=reach,
        table=np.ascontiguousarray(table.T, dtype=np.float32),
        bias=shadow.bias(normals[kept]).astype(np.float32),
        shadow=shadow,
        glass=_glass(frame, surfaces, corners, around[:-1], keys),
        ink=_ink(frame, surfaces, camera, keys),
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


def _ground(surfaces: Surfaces, camera: Camera, width: int, height: int, edge: int) -> Singles:
    """(height + 2 edge, width + 2 edge) depths of the ground under everything."""
    low = np.array([0.0, surfaces.points[:, 1].min() - 0.01, 0.0])
    ((right, down),) = _slopes(np.array([[0.0, 1.0, 0.0]]), camera)
    x0, y0, z0 = camera.project(low)
    across = (np.arange(width + 2 * edge) - edge + 0.5 - x0) * right
    along = (np.arange(height + 2 * edge) - edge + 0.5 - y0) * down + z0
    return np.asarray(across.astype(np.float32) + along[:, None].astype(np.float32), dtype=np.float32)


def _glass(frame: Frame, surfaces: Surfaces, corners: Floats, light: Floats, keys: Keys) -> Singles | None:
    """What transparent triangles in front of everything else add and let through."""
    rows = np.flatnonzero(surfaces.transparent)
    if not len(rows):
        return None
    through = np.ones(len(keys), dtype=np.float32)
    first = frame.empty()
    passes = (1 - surfaces.color[rows, 3]).astype(np.float32)
    for pixels, depth in triangle_fragments(frame, corners[rows]):
        before = depth < keys[pixels]
        shown, near = pixels[before], depth[before]
        np.multiply.at(through, shown, passes[primitive(near)])
        np.minimum.at(first, shown, near)
    color = (surfaces.color[rows, :3] * light[rows] * _GLASS + 0.18).astype(np.float32)
    blended = np.zeros((4, len(keys)), dtype=np.float32)
    some = np.flatnonzero(first != EMPTY)
    blended[3] = through
    blended[:3, some] = (color[primitive(first[some])] * (1 - through[some])[:, None]).T
    return blended.reshape(4, frame.height, frame.width)


def _ink(frame: Frame, surfaces: Surfaces, camera: Camera, keys: Keys) -> Singles | None:
    """What lines that nothing hides add and let through."""
    if not len(surfaces.ends):
        return None
    toward = 0.03 + 2 / camera.scale
    wide = 2 if len(surfaces.triangles) else 3
    lines = nearest(frame, line_fragments(frame, camera.project(surfaces.ends), width=wide, toward=toward))
    some = np.flatnonzero(lines < keys)
    blended = np.zeros((4, len(keys)), dtype=np.float32)
    blended[3] = 1
    color = surfaces.line_color.astype(np.float32)[primitive(lines[some])]
    blended[:3, some] = (color[:, :3] * color[:, 3:]).T
    blended[3, some] = 1 - color[:, 3]
    return blended.reshape(4, frame.height, frame.width)


def _lit(seen: _Seen, sheet: Singles) -> Singles:
    """The picture in linear RGB, (h, w, 3), over the empty sheet."""
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
    pick = (slice(2 * rows.start + top, 2 * rows.stop, 2), slice(left, None, 2))
    number = seen.number[pick]
    light = [np.take(column, number) for column in seen.table]
    sky = openness(seen.depth, light[6], light[7], 2 * rows.start, seen.reach, sample)
    sun = _sunlit(seen, pick, light[0] > 0, np.take(seen.bias, number), sample)
    ground = number == seen.table.shape[1] - 1
    edge = edges[top::2, left::2]
    layers = [layer[:, *pick] for layer in (seen.glass, seen.ink) if layer is not None]
    planes = []
    for channel in range(3):
        plane = light[channel] * sun + light[channel + 3] * sky
        full = seen.table[channel, -1] + seen.table[channel + 3, -1]
        plane = np.where(ground, plane * (sheet[..., channel] / full), plane) * edge
        for layer in layers:
            plane = plane * layer[3] + layer[channel]
        planes.append(np.asarray(plane, dtype=np.float32))
    return planes


def _sunlit(seen: _Seen, pick: tuple[slice, slice], facing: Mask, bias: Singles, sample: int) -> Singles:
    """Share of the sun at one sample of each pixel; 0 where the surface turns away from it anyway."""
    edge, left = seen.reach.pixels, sample % 2
    eye, eye_offset = seen.camera.matrix
    matrix, offset = seen.shadow.camera.matrix
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
    share[where] = seen.shadow.lit(across, down, depth - bias.ravel()[where], sample)
    return share.reshape(height, width)


def _edges(seen: _Seen, rows: slice) -> Singles:
    """(2 * rows, 2w) 1, and less where a surface bends or something stands before something else."""
    first, stop = 2 * rows.start, min(2 * rows.stop + 1, len(seen.number))
    edge = seen.reach.pixels
    depth = seen.depth[edge + first : edge + stop, edge : edge + seen.number.shape[1]]
    slopes = [np.take(column, seen.number[first:stop]) for column in seen.table[6:]]
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
    return shade[: 2 * (rows.stop - rows.start)]
