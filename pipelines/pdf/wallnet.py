"""Walls, windows and doors by a trained network: how likely every pixel of a picture is part of one.

The network looks at a picture of 25 pixels a metre, in overlapping tiles where it is large. Without its weights walls
are found by their shape (``masks``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pipelines.pdf import inference
from pipelines.pdf.preprocessor import resized

if TYPE_CHECKING:
    from pipelines.pdf.inference import Network
    from pipelines.pdf.preprocessor import Grey

#: Pixels per metre that it was trained at, where its file does not say.
RESOLUTION: Final = 25.0
#: Sides of a picture have to be multiples of this.
STEP: Final = 32
#: Tiles are as large as this, and overlap by this; half of the overlap on each side is not believed.
SIDE: Final = 1024
OVERLAP: Final = 128

Share = NDArray[np.float32]  #: (h, w), 0..1


@dataclass(frozen=True, slots=True)
class Likely:
    """What is seen, pixel by pixel of a picture."""

    wall: Share
    window: Share
    door: Share
    pixels_per_metre: float  #: of these


def load() -> Network | None:
    """The network that comes with the program, None where it is not installed."""
    path = inference.WEIGHTS / "walls.onnx"
    return inference.load(path) if path.is_file() else None


def see(network: Network, grey: Grey, pixels_per_metre: float) -> Likely:
    """Look at a picture (h, w), black on white.

    Args:
        network: The wall network.
        grey: The picture.
        pixels_per_metre: Of the picture.

    Returns:
        Likelihoods at the resolution of the network.
    """
    try:
        resolution = float(network.notes.get("pixels_per_metre", RESOLUTION))
    except ValueError:
        resolution = RESOLUTION
    picture = resized(grey, resolution / pixels_per_metre)
    likely = _tiled(network, picture)
    return Likely(likely[0], likely[1], likely[2], pixels_per_metre * picture.shape[1] / grey.shape[1])


def _tiled(network: Network, picture: Grey) -> NDArray[np.float32]:
    """(3, h, w) for a picture of any size."""
    height, width = picture.shape
    found = np.zeros((3, height, width), np.float32)
    margin = OVERLAP // 2
    for top in range(0, max(1, height - OVERLAP), SIDE - OVERLAP):
        for left in range(0, max(1, width - OVERLAP), SIDE - OVERLAP):
            bottom, right = min(top + SIDE, height), min(left + SIDE, width)
            seen = _whole(network, picture[top:bottom, left:right])
            y, x = top and top + margin, left and left + margin
            found[:, y:bottom, x:right] = seen[:, y - top :, x - left :]
    return found


def _whole(network: Network, picture: Grey) -> NDArray[np.float32]:
    """(3, h, w) for a picture in one piece, with white around it to the next multiple of ``STEP``."""
    height, width = picture.shape
    padded = np.full((-(-height // STEP) * STEP, -(-width // STEP) * STEP), 255, np.uint8)
    padded[:height, :width] = picture
    values = padded[None, None].astype(np.float32) / np.float32(255)
    return np.asarray(network.run(values)[0, :3, :height, :width], dtype=np.float32)
