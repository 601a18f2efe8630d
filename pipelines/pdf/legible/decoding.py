"""From probabilities column by column to what is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.pdf.legible.alphabet import CHARACTERS

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Read:
    """What a strip says."""

    text: str
    sure: float  #: 0..1, of its most doubtful character


def decoded(answers: NDArray[np.float32]) -> list[Read]:
    """The likeliest characters of each strip, by its probabilities (n, columns, classes)."""
    best, sure = answers.argmax(axis=2), answers.max(axis=2)
    result = []
    for codes, chances in zip(best, sure, strict=True):
        head = np.flatnonzero(np.append(True, np.diff(codes) != 0))
        peak = np.maximum.reduceat(chances, head)
        kept = codes[head] > 0
        text = "".join(CHARACTERS[code - 1] for code in codes[head][kept].tolist())
        result.append(Read(text.strip(), float(peak[kept].min(initial=1.0)) if kept.any() else 0.0))
    return result
