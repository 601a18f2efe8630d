"""Pages as pixels, and what printers, years and scanners do to them."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pymupdf
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    from pipelines.linework import Floats

#: (height, width) grey, 255 is white.
Grey: TypeAlias = NDArray[np.uint8]


_FIELD = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """What happened to a sheet on its way to a file of pixels. All zero is a clean scan."""

    ink: float = 0.0  #: above 0 lines run, 1 by a pixel; below 0 they fade, and thin ones break
    turn: float = 0.0  #: degrees, anticlockwise
    skew: float = 0.0  #: shear, share of the height
    perspective: float = 0.0  #: of a photograph: how much corners move in, share of the size
    shrink: float = 1.0  #: of the result, below 1 smaller
    blur: float = 0.0  #: radius, pixels of the result
    noise: float = 0.0  #: standard deviation, grey levels
    specks: float = 0.0  #: share of pixels that are dirt
    tone: float = 255.0  #: grey of the paper
    black: float = 0.0  #: grey of the ink
    shade: float = 0.0  #: uneven light, grey levels from bright to dark
    grain: float = 0.0  #: of the paper, grey levels
    folds: int = 0
    stamps: int = 0
    stains: int = 0
    markers: int = 0  #: strokes of a felt pen along lines
    moire: float = 0.0  #: amplitude, grey levels
    threshold: float = 0.0  #: 1 bit at this grey level, 0 for none
    jpeg: int = 0  #: quality, 0 for none


@dataclass(frozen=True, slots=True)
class Worn:
    """A worn picture."""

    image: Grey
    matrix: Floats  #: (3, 3) homography, pixels of the clean picture -> pixels of this one


def rasterise(data: bytes, dpi: float, rng: np.random.Generator | None = None, *, page: int = 0) -> Grey:
    """A page as it is shown, in grey. With ``rng`` edges are smoothed in one way or another, as renderers differ."""
    level = 8 if rng is None else int(rng.choice([8, 8, 8, 4, 2, 0]))
    before = pymupdf.TOOLS.show_aa_level()
    pymupdf.TOOLS.set_aa_level(level)
    try:
        with pymupdf.open(stream=data, filetype="pdf") as doc:
            pixmap = doc[page].get_pixmap(matrix=pymupdf.Matrix(dpi / 72, dpi / 72), colorspace="gray")
            return (
                np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width].copy()
            )
    finally:
        pymupdf.TOOLS.set_aa_level(before["graphics"])


def draw_wear(rng: np.random.Generator, *, strength: float | None = None) -> Wear:
    """Wear by chance, from 0 (nearly clean) to 1 (a bad photograph of an old print)."""
    much = float(rng.uniform(0, 1)) ** 1.5 if strength is None else strength
    chance = rng.random

    def sometimes(share: float, value: float) -> float:
        return value if chance() < share else 0.0

    photo = bool(chance() < 0.25 * much)
    return Wear(
        ink=sometimes(0.4, float(rng.uniform(-0.8, 1.0)) * much),
        turn=float(rng.normal(0, 0.8)) * much,
        skew=sometimes(0.2, float(rng.normal(0, 0.006)) * much),
        perspective=float(rng.uniform(0.01, 0.05)) * much if photo else 0.0,
        blur=float(rng.uniform(0, 1.1)) * much,
        noise=float(rng.uniform(0, 14)) * much,
        specks=sometimes(0.4, float(rng.uniform(0, 0.0015)) * much),
        tone=255 - float(rng.uniform(0, 45)) * much,
        black=float(rng.uniform(0, 80)) * much,
        shade=float(rng.uniform(10, 70)) * much if photo else sometimes(0.3, float(rng.uniform(0, 30)) * much),
        grain=sometimes(0.5, float(rng.uniform(0, 5)) * much),
        folds=int(rng.integers(1, 4)) if chance() < 0.3 * much else 0,
        stamps=int(rng.integers(1, 3)) if chance() < 0.3 * much else 0,
        stains=1 if chance() < 0.15 * much else 0,
        markers=int(rng.integers(1, 6)) if chance() < 0.2 * much else 0,
        moire=sometimes(0.12, float(rng.uniform(3, 12)) * much),
        threshold=float(rng.uniform(150, 225)) if chance() < 0.22 else 0.0,
        jpeg=int(rng.integers(30, 95)) if chance() < 0.7 else 0,
    )


def degrade(image: Grey, rng: np.random.Generator, wear: Wear) -> Worn:
    """Wear a picture out. The same picture, wear and state of ``rng`` give the same pixels."""
    picture = _inked(Image.fromarray(image), wear.ink)
    for count, put in ((wear.markers, _marker), (wear.stamps, _stamp), (wear.stains, _stain)):
        for _ in range(count):
            picture = put(picture, rng)
    picture, matrix = _moved(picture, rng, wear)
    grey = np.asarray(picture, dtype=np.float32)
    grey = wear.black + grey * ((wear.tone - wear.black) / 255)
    grey = _lit(grey, rng, wear)
    if wear.blur > 0.2:
        blurred = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(wear.blur))
        grey = np.asarray(blurred, dtype=np.float32)
    grey = _noisy(grey, rng, wear)
    if wear.threshold:
        # Seen against the tone of the paper, as scanners set it.
        grey = np.where(grey > wear.threshold * wear.tone / 255, np.float32(255), np.float32(0))
    worn = np.clip(grey, 0, 255).astype(np.uint8)
    if wear.jpeg:
        worn = np.asarray(Image.open(io.BytesIO(jpeg(worn, wear.jpeg))))
    return Worn(worn, matrix)


def jpeg(image: Grey, quality: int) -> bytes:
    """A picture as a grey JPEG file."""
    out = io.BytesIO()
    Image.fromarray(image).save(out, "jpeg", quality=quality)
    return out.getvalue()


def _inked(picture: Image.Image, ink: float) -> Image.Image:
    """Every pixel nearer to the darkest or brightest of those around it."""
    if abs(ink) < 0.05:
        return picture
    pixels = np.asarray(picture)
    least = np.minimum if ink > 0 else np.maximum
    rows = pixels.copy()
    least(rows[1:], pixels[:-1], out=rows[1:])
    least(rows[:-1], pixels[1:], out=rows[:-1])
    both = rows.copy()
    least(both[:, 1:], rows[:, :-1], out=both[:, 1:])
    least(both[:, :-1], rows[:, 1:], out=both[:, :-1])
    return Image.blend(picture, Image.fromarray(both), min(abs(ink), 1.0))


def _moved(picture: Image.Image, rng: np.random.Generator, wear: Wear) -> tuple[Image.Image, Floats]:
    """Turned about its middle, sheared, seen from an angle, and made smaller."""
    wide, high = picture.size
    turn = math.radians(-wear.turn)
    c, s = math.cos(turn), math.sin(turn)
    middle = _shift(wide / 2, high / 2) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    middle = middle @ np.array([[1, wear.skew, 0], [0, 1, 0], [0, 0, 1]]) @ _shift(-wide / 2, -high / 2)
    matrix = middle
    if wear.perspective:
        corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float64)
        inward = np.sign(np.array([wide / 2, high / 2]) - corners)
        moved = corners + inward * rng.uniform(0, wear.perspective, (4, 2)) * (wide, high)
        matrix = _homography(corners, moved) @ matrix
    size = max(1, round(wide * wear.shrink)), max(1, round(high * wear.shrink))
    if not np.allclose(matrix, np.eye(3)):
        inverse = np.linalg.inv(matrix)
        inverse /= inverse[2, 2]
        picture = picture.transform(
            picture.size, Image.Transform.PERSPECTIVE, inverse.reshape(-1)[:8].tolist(), Image.Resampling.BILINEAR,
            fillcolor=int(rng.integers(150, 256)) if wear.perspective else 255,
        )  # fmt: skip
    if wear.shrink != 1:
        picture = picture.resize(size, Image.Resampling.BOX if wear.shrink < 1 else Image.Resampling.BICUBIC)
        matrix = np.diag([size[0] / wide, size[1] / high, 1.0]) @ matrix
    return picture, np.asarray(matrix / matrix[2, 2])


def _shift(x: float, y: float) -> Floats:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], dtype=np.float64)


def _homography(start: Floats, end: Floats) -> Floats:
    """(3, 3) that takes four points to four others."""
    rows = []
    for (x, y), (u, v) in zip(start, end, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    found = np.linalg.solve(np.array(rows), end.reshape(-1))
    return np.append(found, 1.0).reshape(3, 3)


def _lit(grey: NDArray[np.float32], rng: np.random.Generator, wear: Wear) -> NDArray[np.float32]:
    """Uneven light, grain, folds and moire."""
    high, wide = grey.shape
    if wear.shade or wear.grain:
        grey = grey * _light(rng, wear, wide, high)
    y, x = np.linspace(-1, 1, high, dtype=np.float32)[:, None], np.linspace(-1, 1, wide, dtype=np.float32)[None]
    for _ in range(wear.folds):
        across = rng.random() < 0.5
        at, width = float(rng.uniform(-0.8, 0.8)), 2.5 / (high if across else wide)
        line = np.exp(-((((y if across else x) - at) / width) ** 2))
        grey = grey + float(rng.choice([-60, -35, 45])) * line + 8 * np.sign((y if across else x) - at)
    if wear.moire:
        period, angle = float(rng.uniform(3, 12)), float(rng.uniform(0, math.pi))
        phase = x * (wide * math.cos(angle)) + y * (high * math.sin(angle))
        grey = grey + wear.moire * np.sin(phase * (math.pi / period))
    return grey.astype(np.float32)


def _light(rng: np.random.Generator, wear: Wear, wide: int, high: int) -> NDArray[np.float32]:
    """What light and grain leave of white, 1 for all: coarse fields, smoothed."""
    rows, columns = high // 24 + 2, wide // 24 + 2
    y, x = np.linspace(-1, 1, rows)[:, None], np.linspace(-1, 1, columns)[None]
    angle = float(rng.uniform(0, 2 * math.pi))
    slope = (x * math.cos(angle) + y * math.sin(angle) - 1.42) / 2.84
    vignette = (x * x + y * y) / 2 * float(rng.uniform(0, 0.7))
    field = 1 + wear.shade / 255 * (slope - vignette) + wear.grain / 255 * rng.normal(0, 1, (rows, columns))
    smooth = Image.fromarray(field.astype(np.float32)).resize((wide, high), Image.Resampling.BILINEAR)
    return np.asarray(smooth, dtype=np.float32)


def _noisy(grey: NDArray[np.float32], rng: np.random.Generator, wear: Wear) -> NDArray[np.float32]:
    if wear.noise:
        # A field large enough for nobody to see that it repeats.
        field = np.float32(wear.noise) * rng.standard_normal((_FIELD, _FIELD), dtype=np.float32)
        grey = grey.copy()
        for top in range(0, grey.shape[0], _FIELD):
            for left in range(0, grey.shape[1], _FIELD):
                part = grey[top : top + _FIELD, left : left + _FIELD]
                part += field[: part.shape[0], : part.shape[1]]
    if wear.specks:
        count = int(wear.specks * grey.size)
        at = rng.integers(0, grey.size, count)
        grey.reshape(-1)[at] = rng.choice([20, 90, 240], count)
    return grey


def _marker(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A broad stroke of a felt pen, through which lines are still seen."""
    wide, high = picture.size
    layer = Image.new("L", picture.size, 255)
    start = rng.uniform(0.1, 0.9, 2) * (wide, high)
    away = rng.uniform(0.1, 0.4) * wide * (np.array([1.0, 0.02]) if rng.random() < 0.5 else np.array([0.02, 1.0]))
    tone = int(rng.integers(150, 225))
    ImageDraw.Draw(layer).line(
        [*start, *(start + away)], fill=tone, width=max(2, int(wide * rng.uniform(0.004, 0.012)))
    )
    return _darker(picture, layer)


def _stamp(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A round or square stamp with words."""
    size = max(40, int(min(picture.size) * rng.uniform(0.08, 0.2)))
    layer = Image.new("L", (size, size), 255)
    pen = ImageDraw.Draw(layer)
    tone, line = int(rng.integers(90, 190)), max(1, size // 40)
    box = (line, line, size - line, size - line)
    if rng.random() < 0.5:
        pen.ellipse(box, outline=tone, width=line)
        pen.ellipse((size // 6, size // 6, size - size // 6, size - size // 6), outline=tone, width=line)
    else:
        pen.rectangle((line, size // 3, size - line, size - size // 3), outline=tone, width=line)
    words = str(rng.choice(["APPROVED", "RECEIVED", "COPY", "VOID", "14 MAR 2021"]))
    font = ImageFont.load_default(size=max(8, size // 8))
    pen.text((size / 2, size / 2), words, fill=tone, font=font, anchor="mm")
    layer = layer.rotate(float(rng.uniform(-40, 40)), Image.Resampling.BILINEAR, fillcolor=255)
    return _darker(picture, layer, rng)


def _stain(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The ring of a cup."""
    size = max(60, int(min(picture.size) * rng.uniform(0.15, 0.3)))
    layer = Image.new("L", (size, size), 255)
    pen = ImageDraw.Draw(layer)
    pen.ellipse((4, 4, size - 4, size - 4), fill=246, outline=int(rng.integers(150, 215)), width=max(2, size // 30))
    return _darker(picture, layer.filter(ImageFilter.GaussianBlur(size / 80)), rng)


def _darker(picture: Image.Image, layer: Image.Image, rng: np.random.Generator | None = None) -> Image.Image:
    """The picture with a layer laid on it, by chance where the layer is smaller."""
    x, y = (0, 0)
    if rng is not None:
        x = int(rng.integers(-layer.width // 3, max(1, picture.width - layer.width // 2)))
        y = int(rng.integers(-layer.height // 3, max(1, picture.height - layer.height // 2)))
    whole = Image.new("L", picture.size, 255)
    whole.paste(layer, (x, y))
    both = np.asarray(picture, dtype=np.uint16) * np.asarray(whole, dtype=np.uint16) // 255
    return Image.fromarray(both.astype(np.uint8))
