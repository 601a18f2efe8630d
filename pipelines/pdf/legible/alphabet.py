"""What the reader of numbers tells apart, and the strips of pixels that it looks at.

It knows digits and the marks that lengths and scales are written with. Everything else is one character, ``OTHER``:
words are told from numbers, not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipelines.pdf.preprocessor import Grey

    Strip = NDArray[np.float32]

#: Stands for any run of letters and signs that no length is written with.
OTHER: Final = "?"
#: The reader's classes from 1 on; 0 is nothing, and parts equal characters.
CHARACTERS: Final = "0123456789.,'\"-/:=m " + OTHER
#: Height of a strip, and of the letters in its middle, pixels; one column of the answer is so many of the strip.
HIGH, LETTER, STEP = 24, 16, 2
#: What is shown to the left and right of the letters, in their height.
BESIDE: Final = 0.4
#: The narrowest and the widest strips, pixels.
NARROWEST, WIDEST = 24, 320
#: Grey levels that ink differs from paper by, at least.
CONTRAST: Final = 32


def strip(grey: Grey, box: tuple[float, float, float, float]) -> Strip:
    """The strip (HIGH, w) of a picture around letters: 0 paper to 1 ink.

    Args:
        grey: Dark on bright.
        box: Left, top, right and bottom of the letters, pixels.
    """
    left, top, right, bottom = box
    tall = max(bottom - top, 1.0)
    around, beside = tall * (HIGH - LETTER) / 2 / LETTER, tall * BESIDE
    x0, x1 = int(np.floor(left - beside)), int(np.ceil(right + beside))
    y0, y1 = int(np.floor(top - around)), int(np.ceil(bottom + around))
    part = grey[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)]
    if not part.size:
        return np.zeros((HIGH, NARROWEST), np.float32)
    paper = int(np.partition(part, -1 - part.size // 10, axis=None)[-1 - part.size // 10])
    ink = min(int(part.min()), paper - CONTRAST)
    over = ((max(-y0, 0), y1 - y0 - max(-y0, 0) - part.shape[0]), (max(-x0, 0), x1 - x0 - max(-x0, 0) - part.shape[1]))
    whole = Image.fromarray(np.pad(part, over, constant_values=np.uint8(max(paper, 0))))
    wide = int(np.clip(STEP * round(whole.width * HIGH / whole.height / STEP), NARROWEST, WIDEST))
    pixels = np.asarray(whole.resize((wide, HIGH), Image.Resampling.BICUBIC), dtype=np.float32)
    return np.asarray(np.clip((paper - pixels) / (paper - ink), 0.0, 1.0), dtype=np.float32)


def joined(strips: Sequence[Strip]) -> Strip:
    """Strips as one input (n, 1, HIGH, w) of the reader: paper is added on the right of narrower ones."""
    result = np.zeros((len(strips), 1, HIGH, max(each.shape[1] for each in strips)), np.float32)
    for row, each in enumerate(strips):
        result[row, 0, :, : each.shape[1]] = each
    return result
