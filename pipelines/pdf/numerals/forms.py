"""What digits look like: skeletons of their strokes, and which of them a drawn glyph resembles most.

Plotters' fonts are single strokes; fonts of outlines surround the same skeletons. Both are compared as blurred
pictures of a glyph within its box, letters among them, so that words are not read as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Bools, Floats

    Rows = NDArray[np.intp]

#: Skeletons on a grid of 8 by 12 (0 to 8, 0 to c): chains of points 'xy', several hands of each character.
_SKELETONS: dict[str, tuple[str, ...]] = {
    "0": (
        "40 61 73 86 79 6b 4c 2b 19 06 13 21 40", "20 02 0a 2c 6c 8a 82 60 20",
        "40 61 83 89 6b 4c 2b 09 03 21 40,22 6a", "40 61 83 89 6b 4c 2b 09 03 21 40,45 47",
    ),
    "1": ("4c 40", "29 4c 40", "0a 5c 50", "1a 4c 40,20 60", "0a 5c 50,20 80", "19 6c 60", "08 5c 50"),
    "2": (
        "09 1b 2c 6c 7b 89 77 00 80", "0a 2c 6c 8a 88 00 80", "19 2b 4c 6b 79 77 64 10 70",
        "0a 2c 6c 8a 88 66 26 04 00 80",
    ),
    "3": (
        "0a 2c 6c 8a 88 66 84 82 60 20 02,66 46", "09 1b 4c 7b 79 66 46,66 83 61 40 21 03",
        "0c 8c 47 67 85 82 60 20 02", "0a 2c 6c 8a 88 66 26,66 84 82 60 20 02",
    ),
    "4": ("60 6c 03 83", "60 6c 04 84", "63 03 5c,60 69", "0c 05 85,6c 60", "80 8c 04 84"),
    "5": (
        "7c 1c 06 27 57 75 83 71 40 11 03", "8c 0c 07 67 85 82 60 20 02", "8c 0c 08 68 86 82 60 20 02",
        "7c 1c 17 67 84 71 31 02",
    ),
    "6": (
        "7b 5c 3c 1a 07 04 12 30 50 72 84 85 67 47 27 05", "7b 4c 2b 18 05 03 21 40 61 83 84 66 47 26 04",
        "8a 6c 2c 0a 02 20 60 82 84 66 26 04", "7c 4c 18 04 20 60 83 65 47 15 04",
        "6c 38 05 03 20 60 83 85 67 27 05", "79 6b 4c 2b 08 03 20 60 83 85 67 27 05",
    ),
    "7": ("0c 8c 20", "0c 8c 47 30", "0c 8c 40", "0c 8c 20,26 76", "0a 0c 8c 56 30"),
    "8": (
        "26 08 0a 2c 6c 8a 88 66 26 04 02 20 60 82 84 66", "46 18 1a 3c 5c 7a 78 46 05 02 20 60 82 85 46",
        "36 19 1b 4c 7b 79 56 36 04 02 20 60 82 84 56",
    ),
    "9": (
        "02 20 60 82 8a 6c 2c 0a 08 26 66 88", "10 40 74 88 6c 2c 09 27 47 77 88",
        "13 21 40 61 84 89 6c 2c 09 07 25 65 87", "20 54 87 89 6c 2c 09 07 25 65 87",
    ),
    "/": ("00 8c",),
    "A": ("00 4c 80,14 74", "00 4c 80,23 63"),
    "B": ("00 0c 6c 8a 88 66 06,66 84 82 60 00",),
    "C": ("89 6c 2c 0a 02 20 60 83", "8a 6b 4c 2b 09 03 21 40 61 82"),
    "D": ("00 0c 4c 89 83 40 00", "00 0c 5c 8a 82 50 00"),
    "E": ("8c 0c 00 80,06 66",),
    "F": ("8c 0c 00,06 66",),
    "G": ("8a 6c 2c 0a 02 20 60 82 86 56", "79 6b 4c 2b 09 03 21 40 71 75 55"),
    "H": ("00 0c,80 8c,06 86",),
    "J": ("8c 82 60 20 02", "6c 62 40 20 02"),
    "K": ("00 0c,8c 04,36 80",),
    "L": ("0c 00 80",),
    "M": ("00 0c 45 8c 80", "00 0c 40 8c 80"),
    "N": ("00 0c 80 8c",),
    "P": ("00 0c 6c 8a 88 66 06", "00 0c 6c 8a 87 65 05"),
    "R": ("00 0c 6c 8a 88 66 06,46 80",),
    "T": ("0c 8c,4c 40",),
    "U": ("0c 02 20 60 82 8c",),
    "V": ("0c 40 8c",),
    "W": ("0c 20 47 60 8c", "0c 20 4c 60 8c"),
    "X": ("00 8c,0c 80",),
    "Y": ("0c 46 8c,46 40",),
    "m": ("00 0c,0a 2c 4a 40,4a 6c 8a 80",),
    "Q": ("40 61 83 89 6b 4c 2b 09 03 21 40,53 80",),
    "h": ("0c 00,06 27 67 85 80",),
    "b": ("0c 00 50 82 86 57 06",),
    "d": ("8c 80 30 02 06 37 86",),
    "k": ("0c 00,78 03,25 80",),
    "l": ("4c 40",),
    "f": ("8c 5c 3a 30,08 68",),
    "t": ("3c 32 50 70,08 78",),
    "|": ("4c 40",),
}  # fmt: skip
#: Rows and columns of a picture, and what it shows around the box, as a share of it.
_HIGH, _WIDE, _ROUND = 16, 12, 0.06
#: A glyph that is narrower than this share of its height stays so; others are stretched to one width.
NARROW = 0.33
#: Width of a narrow glyph's picture as a share of its height.
_BOX = 0.66
#: How far ink blurs, and half the width of a stroke, as shares of the height.
_BLUR, _STEM = 0.09, 0.06


@dataclass(frozen=True, slots=True)
class Reading:
    """What glyphs resemble."""

    character: NDArray[np.str_]  #: (n,)
    off: Floats  #: (n,) how far from it, 0 to 1
    clear: Floats  #: (n,) how much farther the next other character is


def hands(character: str) -> list[list[list[tuple[float, float]]]]:
    """How a character is drawn: several hands, each chains of points from 0 to 1 of its width and height."""
    return [
        [[(int(spot[0], 16) / 8.0, int(spot[1], 16) / 12.0) for spot in chain.split()] for chain in hand.split(",")]
        for hand in _SKELETONS[character]
    ]


def resembled(pictures: Floats) -> Reading:
    """The characters that pictures (n, pixels) of glyphs resemble most."""
    names, forms = _templates()
    away = 1.0 - _unit(pictures) @ forms.T
    kinds = np.unique(names)
    each = np.stack([away[:, names == kind].min(axis=1) for kind in kinds], axis=1)
    order = np.argsort(each, axis=1)[:, :2]
    best, next_best = (np.take_along_axis(each, order[:, [k]], axis=1)[:, 0] for k in (0, 1))
    return Reading(kinds[order[:, 0]], best, next_best - best)


def pictures(start: Floats, end: Floats, glyph: Rows, count: int, outline: Bools) -> Floats:
    """(count, pixels) blurred pictures of glyphs, all as if drawn with strokes of one width.

    Args:
        start: (n, 2) where each piece of line begins, in heights of its glyph: x from its middle, y from its foot.
        end: (n, 2) where it ends.
        glyph: (n,) the glyph of each, rising.
        count: How many glyphs there are; each has a piece at least.
        outline: (n,) whether the piece bounds ink, rather than being a stroke.
    """
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, glyph, np.minimum(start[:, 0], end[:, 0]))
    np.maximum.at(high, glyph, np.maximum(start[:, 0], end[:, 0]))
    half = _half(start, end, glyph, count, outline)
    wide = np.maximum(high - low - 2 * half, 1e-9)
    # The middle lines of strokes fill the picture, however wide their ink is.
    stretch = np.where(wide < NARROW, 1.0, _BOX / wide)[glyph]
    middle, lift, tall = ((low + high) / 2)[glyph], half[glyph], np.maximum(1 - 2 * half, 0.3)[glyph]
    a = np.column_stack([(start[:, 0] - middle) * stretch, (start[:, 1] - lift) / tall])
    b = np.column_stack([(end[:, 0] - middle) * stretch, (end[:, 1] - lift) / tall])
    first = np.flatnonzero(np.append(True, np.diff(glyph) > 0))
    away, turns = _distances(a, b)
    nearest = np.minimum.reduceat(away, first, axis=0)
    inside = np.add.reduceat(turns * outline[:, None], first, axis=0) != 0
    beyond = np.where(inside, -nearest, nearest) + half[:, None] - _STEM
    return np.asarray(np.exp(-((np.maximum(beyond, 0.0) / _BLUR) ** 2)), dtype=np.float64)


def _half(start: Floats, end: Floats, glyph: Rows, count: int, outline: Bools) -> Floats:
    """(count,) half the width of the strokes that outlines bound: area by circumference; 0 for strokes."""
    cross = (start[:, 0] * end[:, 1] - end[:, 0] * start[:, 1]) / 2
    area = np.abs(np.bincount(glyph, weights=cross * outline, minlength=count))
    around = np.bincount(glyph, weights=np.hypot(*(end - start).T) * outline, minlength=count)
    return np.asarray(area / np.maximum(around, 1e-9), dtype=np.float64)


def _distances(start: Floats, end: Floats) -> tuple[Floats, NDArray[np.int8]]:
    """(n, pixels) from each piece of line to each pixel; and how it turns around it: 1, -1, or 0 where it does not."""
    x = np.linspace(-_BOX / 2 - _ROUND, _BOX / 2 + _ROUND, _WIDE)
    y = np.linspace(-_ROUND, 1 + _ROUND, _HIGH)
    spots = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    way = end - start
    square = np.maximum((way**2).sum(axis=1), 1e-12)[:, None]
    px, py = spots[None, :, 0] - start[:, None, 0], spots[None, :, 1] - start[:, None, 1]
    wx, wy = way[:, None, 0], way[:, None, 1]
    along = np.clip((px * wx + py * wy) / square, 0.0, 1.0)
    side = wx * py - wy * px
    # A ray to the right of the pixel is crossed upwards on its left side, or downwards on its right.
    up, down = (py >= 0) & (py < wy) & (side > 0), (py < 0) & (py >= wy) & (side < 0)
    return np.hypot(px - along * wx, py - along * wy), up.astype(np.int8) - down.astype(np.int8)


def _unit(values: Floats) -> Floats:
    """Pictures of one strength, without what all have in common."""
    flat = values - values.mean(axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9), dtype=np.float64)


@cache
def _templates() -> tuple[NDArray[np.str_], Floats]:
    """(t,) characters and (t, pixels) their pictures."""
    names: list[str] = []
    starts, ends, owners = [], [], []
    for name, hands in _SKELETONS.items():
        for hand in hands:
            for chain in hand.split(","):
                points = np.array([(int(spot[0], 16) / 12.0, int(spot[1], 16) / 12.0) for spot in chain.split()])
                starts.append(points[:-1])
                ends.append(points[1:])
                owners.append(np.full(len(points) - 1, len(names)))
            names.append(name)
    owner = np.concatenate(owners)
    shown = pictures(np.concatenate(starts), np.concatenate(ends), owner, len(names), np.zeros(len(owner), np.bool_))
    return np.array(names), _unit(shown)
