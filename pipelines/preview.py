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

_VIEW = Camera.toward(azimuth=28.0, elevation=52.0)
_BANDS = 64  #: final rows of a picture that are lit at once, so that what is worked on stays in the cache
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
    return codes[(np.clip(color, 0, 1) * np.float32(4096) + np.float32(0.5)).astype(np.int32)]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What each sample of the doubled picture sees, and how what it sees is lit."""

    camera: Camera
    number: NDArray[np.uint32]  #: (2h, 2w) row of the tables; the last row is the ground
    depth: Singles  #: (2h + 2b, 2w + 2b), with a border of ``reach.pixels``
    reach: Reach
    table: Singles  #: (n + 1, 8): sunlight and light from around by RGB, depth per sample to the right and down
    shadow: ShadowMap
    glass: Singles | None  #: (2h, 2w, 4): premultiplied RGB over it, and what it lets through
    ink: Singles | None  #: (2h, 2w, 4): the same of lines


def _seen(surfaces: Surfaces, camera: Camera, width: int, height: int) -> _Seen:
    corners = camera.project(surfaces.triangles)
    normals, towards = _normals(surfaces, camera)
    solid = ~surfaces.transparent & (towards | surfaces.two_sided)
    depths = camera.project(surfaces.points)[:, 2]
    frame = Frame(width, height, float(depths.min()) - 1.0, float(depths.max()) + 1.0)
    rows = np.flatnonzero(solid)
    keys = nearest(frame, triangle_fragments(frame, corners[rows]))

    sun, around = received(np.concatenate([normals, [[0.0, 1.0, 0.0]]]))
    albedo = np.concatenate([surfaces.color[:, :3], [[1.0, 1.0, 1.0]]])
    table = np.zeros((len(rows) + 1, 8), dtype=np.float32)
    kept = np.append(rows, len(normals))
    table[:, :3], table[:, 3:6] = (albedo * sun)[kept], (albedo * around)[kept]
    table[:, 6:] = _slopes(np.concatenate([normals, [[0.0, 1.0, 0.0]]])[kept], camera)

    reach = Reach.of(0.9, camera.scale)
    ground = _ground(surfaces, camera, width, height, reach.pixels)
    depth = ground
    inner = depth[reach.pixels : reach.pixels + height, reach.pixels : reach.pixels + width]
    filled = (keys != EMPTY).reshape(height, width)
    np.copyto(inner, frame.depth(keys).reshape(height, width), where=filled)
    number = np.where(filled, primitive(keys).reshape(height, width), np.uint32(len(rows)))
    return _Seen(
        camera=camera,
        number=number,
        depth=depth,
        reach=reach,
        table=table,
        shadow=ShadowMap.of(surfaces.triangles[~surfaces.transparent]),
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
    return (across[None, :].astype(np.float32) + along[:, None].astype(np.float32)).astype(np.float32)


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
    blended = np.zeros((len(keys), 4), dtype=np.float32)
    some = np.flatnonzero(first != EMPTY)
    blended[:, 3] = through
    blended[some, :3] = color[primitive(first[some])] * (1 - through[some])[:, None]
    return blended.reshape(frame.height, frame.width, 4)


def _ink(frame: Frame, surfaces: Surfaces, camera: Camera, keys: Keys) -> Singles | None:
    """What lines that nothing hides add and let through."""
    if not len(surfaces.ends):
        return None
    toward = 0.03 + 2 / camera.scale
    wide = 2 if len(surfaces.triangles) else 3
    lines = nearest(frame, line_fragments(frame, camera.project(surfaces.ends), width=wide, toward=toward))
    some = np.flatnonzero(lines < keys)
    blended = np.zeros((len(keys), 4), dtype=np.float32)
    blended[:, 3] = 1
    color = surfaces.line_color.astype(np.float32)[primitive(lines[some])]
    blended[some, :3] = color[:, :3] * color[:, 3:]
    blended[some, 3] = 1 - color[:, 3]
    return blended.reshape(frame.height, frame.width, 4)


def _lit(seen: _Seen, sheet: Singles) -> Singles:
    """The picture in linear RGB, (h, w, 3), over the empty sheet."""
    picture = np.empty_like(sheet)
    for top in range(0, len(sheet), _BANDS):
        rows = slice(top, min(top + _BANDS, len(sheet)))
        lines = _edges(seen, rows)
        samples = [_sample(seen, sheet[rows], rows, number, lines) for number in range(4)]
        picture[rows] = (samples[0] + samples[1] + samples[2] + samples[3]) * np.float32(0.25)
    return picture


def _sample(seen: _Seen, sheet: Singles, rows: slice, sample: int, edges: Singles) -> Singles:
    """One of the four samples of each pixel in ``rows``."""
    top, left = divmod(sample, 2)
    pick = (slice(2 * rows.start + top, 2 * rows.stop, 2), slice(left, None, 2))
    number = seen.number[pick]
    values = np.take(seen.table, number, axis=0)
    slope_x, slope_y = values[..., 6], values[..., 7]
    sky = openness(seen.depth, slope_x, slope_y, 2 * rows.start, seen.reach, sample)
    sun = _sunlit(seen, pick, values, sample)
    color = values[..., :3] * sun[..., None] + values[..., 3:6] * sky[..., None]
    ground = number == len(seen.table) - 1
    color[ground] *= sheet[ground] / (seen.table[-1, :3] + seen.table[-1, 3:6])
    color *= edges[top::2, left::2][..., None]
    for layer in (seen.glass, seen.ink):
        if layer is not None:
            color = color * layer[pick][..., 3:] + layer[pick][..., :3]
    return np.minimum(color, np.float32(1))


def _sunlit(seen: _Seen, pick: tuple[slice, slice], values: Singles, sample: int) -> Singles:
    """Share of the sun at one sample of each pixel; 0 where the surface turns away from it anyway."""
    height, width = values.shape[:2]
    edge = seen.reach.pixels
    top, left = divmod(sample, 2)
    matrix, offset = seen.shadow.camera.matrix
    eye, eye_offset = seen.camera.matrix
    place = matrix @ np.linalg.inv(eye)
    shift = offset - place @ eye_offset
    shift[2] -= seen.shadow.bias
    facing = values[..., 0] > 0
    rows, columns = np.nonzero(facing)
    away = seen.depth[
        edge + pick[0].start : edge + pick[0].start + 2 * height : 2, edge + left : edge + left + 2 * width : 2
    ]
    points = away[rows, columns]
    x = (2 * columns + left).astype(np.float32) + np.float32(0.5)
    y = (2 * rows + pick[0].start).astype(np.float32) + np.float32(0.5)
    single = place.astype(np.float32)
    across, down, depth = (
        single[k, 0] * x + single[k, 1] * y + single[k, 2] * points + np.float32(shift[k]) for k in range(3)
    )
    share = np.zeros((height, width), dtype=np.float32)
    share[rows, columns] = seen.shadow.lit(across, down, depth, sample)
    return share


def _edges(seen: _Seen, rows: slice) -> Singles:
    """(2 * rows, 2w) 1, and less where a surface bends or something stands before something else."""
    first, stop = 2 * rows.start, min(2 * rows.stop + 1, len(seen.number))
    edge = seen.reach.pixels
    depth = seen.depth[edge + first : edge + stop, edge : edge + seen.number.shape[1]]
    slopes = np.take(seen.table[:, 6:], seen.number[first:stop], axis=0)
    shade = np.ones(depth.shape, dtype=np.float32)
    step, bend = np.float32(0.05 + 1.5 / seen.camera.scale), np.float32(0.35 / seen.camera.scale)
    for axis in (0, 1):
        one = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
        two = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
        gap = depth[two] - depth[one]
        slope = slopes[..., 1 - axis]
        apart = np.minimum(np.abs(gap - slope[one]), np.abs(gap - slope[two])) > step
        bent = np.abs(slopes[one] - slopes[two]).max(axis=-1) > bend
        line = np.where(apart, np.float32(0.45), np.where(bent, np.float32(0.72), np.float32(1)))
        shade[one] = np.minimum(shade[one], line)
        shade[two] = np.minimum(shade[two], np.where(apart, line, np.float32(1)))
    return shade[: 2 * (rows.stop - rows.start)]
