"""Numbers on pictures: rows of letters found, and read by the network that comes with the program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from pipelines.pdf import inference
from pipelines.pdf.legible.alphabet import CHARACTERS, OTHER, joined, strip
from pipelines.pdf.legible.decoding import decoded
from pipelines.pdf.legible.rows import HIGHEST, Found, blots, rows
from pipelines.pdf.preprocessor import binarised, resized

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.pdf.preprocessor import Grey, Mask

#: What is read with less confidence is not used.
SURE: Final = 0.5
#: How often a picture is halved, for larger letters; smaller sides than this are not looked at.
LEVELS, SMALLEST = 3, 160
#: Rows that are read, the most of one size; so many at once.
MOST, BATCH = 1600, 64
#: A number has a digit, and more than one character; a scale may stand among words.
_NUMBER = re.compile(r"(?=.*\d)[^?]{2,}")
#: No number has so many equal characters in a row: these are a hatch.
_TEXTURE = re.compile(r"(.)\1{4}")
_SCALE = re.compile(r"1 ?[:/] ?\d{1,4}|\d/\d{1,2} ?\" ?= ?\d+'(?: ?-? ?\d+\"?)?|\d\" ?= ?\d+'(?: ?-? ?\d+\"?)?")


class Network(Protocol):
    """What reads strips."""

    def run(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities (n, columns, classes)."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers and scales, as they are read, in pixels (x right, y down)."""

    corners: Floats  #: (n, 4, 2) of each, from its upper left clockwise, as it is read
    text: tuple[str, ...]
    sure: Floats  #: (n,) 0..1

    def __len__(self) -> int:
        """How many."""
        return len(self.text)


NOTHING: Final = Numbers(np.zeros((0, 4, 2)), (), np.zeros(0))


def load() -> inference.Network | None:
    """The network; None where the file is missing, or another program's."""
    path = inference.WEIGHTS / "numerals.onnx"
    if not path.is_file():
        return None
    network = inference.load(path)
    return network if network.notes.get("characters") == CHARACTERS else None


def read(network: Network, grey: Grey, ink: Mask) -> Numbers:
    """The numbers on a page made ready: those along it and those that are read up it."""
    found: list[tuple[Floats, str, float]] = []
    scale = 1.0
    for level in range(LEVELS):
        if level:
            grey = resized(grey, 0.5)
            if min(grey.shape) < SMALLEST:
                break
            ink, scale = binarised(grey), scale * 2
        low, high = blots(ink)
        tall = grey.shape[0]
        # A quarter turn clockwise takes (x, y) to (height - y, x): what runs up lies along.
        up = rows(np.column_stack([tall - high[:, 1], low[:, 0]]), np.column_stack([tall - low[:, 1], high[:, 0]]))
        for every, turned in ((rows(low, high), False), (up, True)):
            tall_enough = every.high[:, 1] - every.low[:, 1] > (0.45 * HIGHEST if level else 0.0)
            row = every.take(np.flatnonzero(tall_enough))
            picture = np.rot90(grey, -1) if turned else grey
            for box, text, sure in _said(network, picture, row):
                x0, y0, x1, y1 = box
                corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
                if turned:
                    corners = np.column_stack([corners[:, 1], tall - corners[:, 0]])
                found.append((corners * scale, text, sure))
    kept = _distinct(found)
    return Numbers(
        np.asarray([each[0] for each in kept], dtype=np.float64).reshape(-1, 4, 2),
        tuple(each[1] for each in kept),
        np.asarray([each[2] for each in kept], dtype=np.float64),
    )


def _said(network: Network, grey: Grey, row: Found) -> list[tuple[tuple[float, float, float, float], str, float]]:
    """What is a number or a scale among rows: its box, its text, how surely it is read."""
    if len(row) > MOST:
        height = row.high[:, 1] - row.low[:, 1]
        row = row.take(np.sort(np.argsort(np.abs(height - np.median(height)), kind="stable")[:MOST]))
    boxes = np.concatenate([row.low, row.high], axis=1).tolist()
    strips = [strip(grey, tuple(box)) for box in boxes]
    order = sorted(range(len(strips)), key=lambda k: strips[k].shape[1])
    result = []
    for at in range(0, len(order), BATCH):
        part = order[at : at + BATCH]
        for k, each in zip(part, decoded(network.run(joined([strips[k] for k in part]))), strict=True):
            text = _told(each.text)
            if text and each.sure >= SURE:
                result.append((tuple(boxes[k]), text, each.sure))
    return result


def _told(text: str) -> str:
    """A number, or the scale in a text; '' where it is neither."""
    if _TEXTURE.search(text):
        return ""
    if _NUMBER.fullmatch(text):
        return text
    found = _SCALE.search(text)
    return found[0] if found is not None and OTHER in text else ""


def _distinct(found: list[tuple[Floats, str, float]]) -> list[tuple[Floats, str, float]]:
    """Of what lies upon each other the surest, the longer one in doubt."""
    found = sorted(found, key=lambda each: -each[2] - 0.1 * len(each[1]))
    kept: list[tuple[Floats, str, float]] = []
    low = np.zeros((len(found), 2))
    high = np.zeros((len(found), 2))
    for each in found:
        a, b = each[0].min(axis=0), each[0].max(axis=0)
        count = len(kept)
        common = np.prod(np.maximum(np.minimum(high[:count], b) - np.maximum(low[:count], a), 0), axis=1)
        if not (common > 0.3 * np.prod(b - a)).any():
            low[count], high[count] = a, b
            kept.append(each)
    return kept
