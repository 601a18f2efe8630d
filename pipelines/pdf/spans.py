"""What is written on a page, line by line, from the dictionary that the library makes of its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from pipelines.linework import Floats, Origin, Texts

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Capital letters are as high as this share of the size of their font.
CAPITAL: Final = 0.7
#: A line of text breaks where so many blanks stand in it.
_GAP: Final = re.compile(r"\s{3,}")
#: A page holds at most so many lines of text, and a line so many characters.
MOST_LINES: Final = 200_000
LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Notes:
    """Text that a program left as remarks over the strokes that draw it."""

    boxes: Floats  #: (n, 4) x0, y0, x1, y1 in the library's points
    words: tuple[str, ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, str]]) -> Self:
        """Notes of rectangles and words."""
        found = [(tuple(box), clean(words)) for box, words in rows]
        found = [(box, words) for box, words in found if words]
        return cls(np.array([box for box, _ in found], np.float64).reshape(-1, 4), tuple(words for _, words in found))


@dataclass(frozen=True, slots=True)
class _Line:
    position: tuple[float, float]
    box: tuple[float, float, float, float]
    direction: tuple[float, float]
    size: float
    text: str


def texts_of(page: dict[str, Any], notes: Notes, affine: Floats) -> Texts:
    """The lines of text of a page, in mm as shown; ``affine`` (2, 3) takes the library's points there."""
    lines = [
        line
        for block in page["blocks"]
        if block["type"] == 0
        for each in block["lines"]
        if (line := _line(each)) is not None
    ][:MOST_LINES]
    lines += [_note(box, text) for box, text in zip(notes.boxes.tolist(), notes.words, strict=True)]
    count = len(lines)
    spot = np.array([line.position for line in lines], np.float64).reshape(-1, 2)
    box = np.array([line.box for line in lines], np.float64).reshape(-1, 2, 2)
    way = np.array([line.direction for line in lines], np.float64).reshape(-1, 2)
    unit = float(np.hypot(*affine[:, 0]))  # mm of a point
    size = np.array([line.size for line in lines], np.float64) * unit
    # The box around a slanting line: its length is what is left when its height is taken off.
    extent = np.abs(box[:, 1] - box[:, 0]) * unit
    cosine, sine = np.abs(way[:, 0]), np.abs(way[:, 1])
    high = 1.2 * size
    flat = cosine >= sine
    width = np.where(flat, extent[:, 0] - high * sine, extent[:, 1] - high * cosine) / np.maximum(cosine, sine)
    shown = way @ affine[:, :2].T
    none = np.full(count, -1, np.int32)
    return Texts(
        position=spot @ affine[:, :2].T + affine[:, 2],
        center=box.mean(axis=1) @ affine[:, :2].T + affine[:, 2],
        height=CAPITAL * size,
        width=np.maximum(width, 0.2 * size),
        rotation=np.arctan2(shown[:, 1], shown[:, 0]),
        text=tuple(line.text for line in lines),
        layer=np.zeros(count, np.int32),
        origin=np.full(count, Origin.TEXT, np.int32),
        source=none,
        instance=none,
    )


def clean(text: str) -> str:
    """Text without control characters and lone surrogates, its blanks single."""
    kept = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(char for char in kept if char.isprintable() or char.isspace()).split())[:LONGEST]


def _line(line: dict[str, Any]) -> _Line | None:
    spans = line["spans"]
    text = clean("".join(span["text"] for span in spans))
    if not text:
        return None
    first = max(spans, key=lambda span: len(span["text"].strip()))
    begin = next(span for span in spans if span["text"].strip())
    values = (*begin["origin"], *line["bbox"], *line["dir"], first["size"])
    if not all(map(np.isfinite, values)) or not first["size"] > 0:
        return None
    return _Line(tuple(begin["origin"]), tuple(line["bbox"]), tuple(line["dir"]), float(first["size"]), text)


def _note(box: list[float], text: str) -> _Line:
    """A remark lies over its strokes, along the longer side of its box."""
    x0, y0, x1, y1 = box
    upright = y1 - y0 > 1.5 * (x1 - x0) and len(text) > 2
    size = (x1 - x0 if upright else y1 - y0) / CAPITAL
    position = (x1, y1) if upright else (x0, y1)
    return _Line(position, (x0, y0, x1, y1), (0.0, -1.0) if upright else (1.0, 0.0), max(size, 0.1), text)
