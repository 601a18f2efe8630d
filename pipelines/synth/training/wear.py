"""What printing, copying, scanning and saving do to a picture."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]  #: (h, w) grey, 255 is paper


def worn(picture: Picture, rng: np.random.Generator) -> Picture:
    """A picture after a random life; where things are does not change."""
    image = Image.fromarray(picture)
    size = image.size
    if rng.random() < 0.45:
        factor = float(rng.uniform(0.45, 0.95))
        small = (max(8, round(size[0] * factor)), max(8, round(size[1] * factor)))
        way = Image.Resampling.BICUBIC if rng.random() < 0.7 else Image.Resampling.BILINEAR
        image = image.resize(small, Image.Resampling.BOX)
        if rng.random() < 0.5:
            image = _saved(image, rng)
        image = image.resize(size, way)
    chance = rng.random()
    if chance < 0.08:
        image = image.filter(ImageFilter.MinFilter(3))
    elif chance < 0.25:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.1))))
    pixels = _copied(np.asarray(image, dtype=np.float32), rng)
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if rng.random() < 0.4:
        image = _saved(image, rng)
    return np.asarray(image, dtype=np.uint8)


def _copied(pixels: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Uneven light, paler ink, noise, specks, black and white."""
    if rng.random() < 0.3:
        pixels = _shaded(pixels, rng)
    if rng.random() < 0.35:
        ink, paper = float(rng.uniform(0, 90)), float(rng.uniform(205, 255))
        pixels = ink + pixels * ((paper - ink) / 255)
    if rng.random() < 0.3:
        pixels = pixels + rng.normal(0, float(rng.uniform(2, 14)), pixels.shape).astype(np.float32)
    if rng.random() < 0.12:
        speck = rng.random(pixels.shape) < float(rng.uniform(0.0005, 0.004))
        pixels = np.where(speck, np.float32(rng.choice([0, 255])), pixels)
    if rng.random() < 0.15:
        # As many scanners' software sets it: at a level that keeps the thinnest lines.
        level = float(np.clip(np.quantile(pixels, 0.5) - rng.uniform(25, 60), 150, 235))
        pixels = np.where(pixels < level, np.float32(0), np.float32(255))
    return np.asarray(pixels, dtype=np.float32)


def _saved(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """As a JPEG file gives it back."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=int(rng.integers(25, 92)))
    return Image.open(stream).convert("L")


def _shaded(pixels: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Uneven light, and a fold."""
    height, width = pixels.shape
    x, y = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    a, b = rng.uniform(-0.12, 0.12, 2)
    light = 1 + a * x + b * y
    if rng.random() < 0.3:
        at, dark = float(rng.uniform(-1, 1)), float(rng.uniform(0.05, 0.25))
        light = light - dark * np.exp(-(((x if rng.random() < 0.5 else y) - at) ** 2) / 2e-4)
    return np.asarray(pixels * light, dtype=np.float32)
