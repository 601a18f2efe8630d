"""Words on pictures, read by RapidOCR where the extra ``ocr`` is installed; without it nothing is read.

Only what lies around the walls is read, once along and once across the page, since reading takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.pdf.preprocessor import Grey

#: What is read with less confidence is not used.
SURE: Final = 0.6
#: Larger pictures are not read: a minute or more.
MOST: Final = 12_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """Words in pixels (x right, y down)."""

    corners: Floats  #: (n, 4, 2) of each line of text, from its upper left clockwise, as it is read
    text: tuple[str, ...]
    score: Floats  #: (n,) 0..1

    def __len__(self) -> int:
        """How many."""
        return len(self.text)


def installed() -> bool:
    """Whether words can be read."""
    return _engine() is not None


def read(grey: Grey) -> Written:
    """The words on a picture: those along the page, and those that run up it."""
    engine = _engine()
    if engine is None or grey.size > MOST:
        return Written(np.zeros((0, 4, 2)), (), np.zeros(0))
    corners, text, score = _read(engine, grey)
    up, up_text, up_score = _read(engine, np.ascontiguousarray(np.rot90(grey, -1)))
    # A quarter turn clockwise took (x, y) to (height - 1 - y, x).
    back = [np.stack([each[:, 1], grey.shape[0] - 1 - each[:, 0]], axis=1) for each in up]
    boxes = [*corners, *back]
    tall = [np.ptp(box[:, 1]) > np.ptp(box[:, 0]) for box in boxes]
    # Each is believed in the direction in which it was read along.
    kept = [k for k, upright in enumerate(tall) if upright == (k >= len(corners)) or len((text + up_text)[k]) == 1]
    return Written(
        np.asarray([boxes[k] for k in kept], dtype=np.float64).reshape(-1, 4, 2),
        tuple((text + up_text)[k] for k in kept),
        np.asarray([(score + up_score)[k] for k in kept], dtype=np.float64),
    )


def _read(engine: Any, grey: Grey) -> tuple[list[Floats], list[str], list[float]]:
    found, _ = engine(np.repeat(grey[..., None], 3, axis=2))
    sure = [(np.asarray(box, dtype=np.float64), str(text), float(score)) for box, text, score in found or ()]
    sure = [each for each in sure if each[2] >= SURE and each[1].strip()]
    return [each[0] for each in sure], [each[1] for each in sure], [each[2] for each in sure]


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The reader, loaded once; None where it is not installed."""
    try:
        from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415  # an extra, and half a second to load
    except ImportError:
        return None
    return RapidOCR()
