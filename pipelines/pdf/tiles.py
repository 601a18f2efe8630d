"""A large picture as overlapping tiles of one size, so that a network of fixed input sees all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pipelines.linework import Bools, Floats

Grey = NDArray[np.uint8]

#: Brighter than this is paper.
PAPER: Final = 224
#: A box this near to the edge of its tile is cut off by it, pixels.
_AT_EDGE: Final = 2.5


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where the tiles of a picture lie."""

    corner: NDArray[np.intp]  #: (n, 2) upper left corner of each, x and y in pixels of the picture
    side: tuple[int, int]  #: width and height of a tile
    picture: tuple[int, int]  #: width and height of the picture

    def __len__(self) -> int:
        """How many."""
        return len(self.corner)

    def part(self, first: int, number: int) -> Tiles:
        """So many tiles from one on."""
        return Tiles(self.corner[first : first + number], self.side, self.picture)

    def cut(self, picture: Grey) -> NDArray[np.uint8]:
        """(n, height, width) the tiles themselves; what lies beyond the picture is paper."""
        width, height = self.side
        made = np.full((len(self), height, width), 255, np.uint8)
        for k, (x, y) in enumerate(self.corner.tolist()):
            part = picture[y : y + height, x : x + width]
            made[k, : part.shape[0], : part.shape[1]] = part
        return made

    def cuts(self, tile: int, low: Floats, high: Floats) -> Bools:
        """(n,) which boxes, in pixels of the picture, end at an edge of their tile where the picture goes on."""
        begin = self.corner[tile].astype(np.float64)
        end = begin + self.side
        inner = np.array([begin > 0, end < self.picture])
        near = np.stack([low < begin + _AT_EDGE, high > end - _AT_EDGE])
        return np.asarray((near & inner[:, None]).any(axis=(0, 2)), dtype=np.bool_)


def tiles(picture: Grey, side: tuple[int, int], overlap: int) -> Tiles:
    """The tiles of a picture that have anything drawn in them.

    Args:
        picture: (h, w).
        side: Width and height of a tile.
        overlap: Least overlap of neighbours, pixels, at most half a tile: a thing no larger is whole in one of them.
    """
    height, width = picture.shape
    along, down = _begins(width, side[0], overlap), _begins(height, side[1], overlap)
    corner = np.stack(np.meshgrid(along, down), axis=-1).reshape(-1, 2)
    inked = [bool((picture[y : y + side[1], x : x + side[0]] < PAPER).any()) for x, y in corner.tolist()]
    return Tiles(corner[np.asarray(inked, np.bool_)], side, (width, height))


def count(width: int, height: int, side: tuple[int, int], overlap: int) -> int:
    """How many tiles a picture of a size takes, if there is something drawn everywhere."""
    return len(_begins(width, side[0], overlap)) * len(_begins(height, side[1], overlap))


def _begins(length: int, side: int, overlap: int) -> NDArray[np.intp]:
    """Where tiles begin along one side of the picture, spread evenly."""
    number = 1 if length <= side else 1 - (side - length) // (side - min(overlap, side // 2))
    return np.linspace(0, max(0, length - side), number).round().astype(np.intp)
