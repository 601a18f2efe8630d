"""Pictures of plans: PNG, JPEG and TIFF files as grey pixels, upright as they are meant to be seen."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageOps

from pipelines.errors import CorruptDrawing, DrawingError, DrawingTooComplex, NothingDrawable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

#: A picture up to this many pixels is decoded.
MOST_PIXELS: Final = 170_000_000
#: Where a picture does not say how many pixels go into an inch.
ASSUMED_DPI: Final = 150.0
#: What a picture says of that is believed within these bounds: screens and cameras write 72 and 96 into anything.
CREDIBLE: Final = (98.0, 2400.0)
FORMATS: Final = ("PNG", "JPEG", "TIFF", "MPO")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in grey."""

    grey: NDArray[np.uint8]  #: (h, w), 0 black to 255 white
    dpi: float
    placed: bool  #: whether the file says its dpi, so that its size on paper is known
    format: str  #: 'png', 'jpeg', 'tiff'
    frames: int  #: pictures in the file

    @property
    def mm_per_pixel(self) -> float:
        """Millimetres of paper."""
        return 25.4 / self.dpi


def load(source: Path, frame: int, check: Callable[[int, int], None]) -> Picture:
    """Decode a picture; ``frame`` counts from 1.

    ``check`` is asked whether a picture of this width and height is to be read, before it is decoded.

    Raises:
        CorruptDrawing: It cannot be decoded.
        NothingDrawable: It has no such frame.
        DrawingTooComplex: It has more pixels than can be worked on.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(source, formats=FORMATS) as image:
                return _decoded(image, frame, check)
    except Image.DecompressionBombError as error:
        raise _too_large(str(error)) from error
    except DrawingError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError, TypeError, KeyError) as error:
        said = " ".join(str(error).split()).replace(str(source), source.name)[:200]
        raise CorruptDrawing(
            f"The picture cannot be decoded: {said}.",
            code="corrupt_picture",
            remedy="Save it as PNG, JPEG or TIFF, and send it again.",
        ) from error


def _decoded(image: Image.Image, frame: int, check: Callable[[int, int], None]) -> Picture:
    frames = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    if not 1 <= frame <= frames:
        raise NothingDrawable(
            f"The picture has no page {frame}: it has {frames}.",
            code="no_such_page",
            remedy="Ask for a page that it has; pages count from 1.",
        )
    if frame > 1:
        image.seek(frame - 1)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise _too_large(f"{width} by {height} pixels")
    check(width, height)
    dpi = _dpi(image)
    image.draft("L", (width, height))
    turned = ImageOps.exif_transpose(image)
    return Picture(
        grey=_grey(turned),
        dpi=dpi or ASSUMED_DPI,
        placed=dpi is not None,
        format={"MPO": "jpeg"}.get(str(image.format), str(image.format).lower()),
        frames=frames,
    )


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    """Pixels on white paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        grey, alpha = image.convert("RGBA").convert("LA").split()
        paper = Image.new("L", image.size, 255)
        paper.paste(grey, mask=alpha)
        image = paper
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        deep = np.asarray(image, dtype=np.float32)
        return np.asarray(np.clip(deep * (255.0 / max(float(deep.max(initial=0.0)), 1.0)), 0, 255), dtype=np.uint8)
    return np.array(image.convert("L"), dtype=np.uint8)


def _dpi(image: Image.Image) -> float | None:
    """Dots per inch where the file says them, and means them."""
    said = image.info.get("dpi")
    try:
        x, y = (float(value) for value in said) if said else (0.0, 0.0)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not (CREDIBLE[0] <= x <= CREDIBLE[1]) or abs(x - y) > 0.02 * x:
        return None
    return x


def _too_large(said: str) -> DrawingTooComplex:
    return DrawingTooComplex(
        f"The picture is too large: {said}.",
        code="picture_too_large",
        remedy="Scan at 300 dpi or less, or scale the picture down.",
    )
