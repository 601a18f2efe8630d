"""Words as small pictures, turned, in the fonts that the system has."""

from __future__ import annotations

import math
import os
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipelines.pictures.fonts import folders

#: Families that drawings are lettered in, by the beginning of their files' names; the last ones know Korean.
FAMILIES = (
    "DejaVuSans", "DejaVuSansMono", "DejaVuSansCondensed", "DejaVuSerif", "LiberationSans-Regular",
    "LiberationSans-Bold", "LiberationSansNarrow-Regular", "LiberationMono-Regular", "LiberationSerif-Italic",
    "DejaVuSans-Bold", "DejaVuSans-ExtraLight", "NanumGothic", "NanumBarunGothic", "NanumSquareR", "NanumPen",
)  # fmt: skip


@lru_cache(maxsize=1)
def faces() -> dict[str, Path]:
    """Those of ``FAMILIES`` that are installed."""
    found: dict[str, Path] = {}
    for place in folders():
        for folder, names, files in os.walk(place):
            names.sort()
            for name in sorted(files):
                stem, _, suffix = name.rpartition(".")
                if stem in FAMILIES and suffix in ("ttf", "otf"):
                    found.setdefault(stem, Path(folder) / name)
    return {name: found[name] for name in FAMILIES if name in found}


@lru_cache(maxsize=256)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = faces().get(face)
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(str(path), size)


def lettered(words: str, face: str, height: float, angle: float) -> Image.Image | None:
    """Ink (255) of words whose capitals are ``height`` pixels high, turned counter-clockwise by ``angle`` radians."""
    font = _font(face, max(4, round(height * 1.35)))
    low_x, low_y, high_x, high_y = ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((0, 0), words, font=font)
    wide, high = math.ceil(high_x - low_x) + 2, math.ceil(high_y - low_y) + 2
    if wide < 3 or high < 3 or wide > 4000:
        return None
    ink = Image.new("L", (wide, high), 0)
    ImageDraw.Draw(ink).text((1 - low_x, 1 - low_y), words, fill=255, font=font)
    degrees = math.degrees(angle)
    if abs(degrees) < 0.5:
        return ink
    return ink.rotate(degrees, Image.Resampling.BILINEAR, expand=True)
