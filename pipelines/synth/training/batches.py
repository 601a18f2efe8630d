"""Batches without end out of tiles in files, turned and mirrored at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.training.shards import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.synth.training.shards import Shard


@dataclass(frozen=True, slots=True)
class Batch:
    """Tiles as the networks take them."""

    pictures: NDArray[np.uint8]  #: (b, s, s)
    masks: NDArray[np.uint8]  #: (b, 3, s, s)
    boxes: Floats  #: (n, 4) x0, y0, x1, y1 in pixels
    kinds: NDArray[np.int64]  #: (n,)
    owner: NDArray[np.int64]  #: (n,) the picture in the batch


def batches(folder: Path, size: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Batches of ``size`` tiles: all files of a folder, again and again, with what is added meanwhile."""
    held: dict[Path, Shard] = {}
    while True:
        for path in sorted(folder.glob("*.npz")):
            if path not in held:
                held[path] = read(path)
        shards = list(held.values())
        order = np.array([(k, tile) for k, shard in enumerate(shards) for tile in range(len(shard))])
        rng.shuffle(order)
        for rows in np.split(order[: len(order) // size * size], len(order) // size):
            yield _batch([(shards[k], tile) for k, tile in rows], rng)


def _batch(rows: list[tuple[Shard, int]], rng: np.random.Generator) -> Batch:
    pictures, masks, boxes, kinds = [], [], [], []
    for shard, tile in rows:
        picture, mask = shard.pictures[tile], shard.masks[tile]
        box, kind = shard.boxes_of(tile)
        turn, mirror = int(rng.integers(4)), bool(rng.integers(2))
        picture, mask = turned(picture, turn, mirror=mirror), turned(mask, turn, mirror=mirror)
        pictures.append(_toned(picture, rng))
        masks.append(mask)
        boxes.append(boxes_turned(box, turn, picture.shape[0], mirror=mirror))
        kinds.append(kind)
    counts = [len(each) for each in kinds]
    return Batch(
        np.stack(pictures),
        np.stack(masks),
        np.concatenate(boxes),
        np.concatenate(kinds),
        np.repeat(np.arange(len(rows)), counts),
    )


def turned(pixels: NDArray[np.uint8], turn: int, *, mirror: bool) -> NDArray[np.uint8]:
    """(..., s, s) turned counter-clockwise by so many quarters, then mirrored left to right."""
    moved = np.rot90(pixels, turn, axes=(-2, -1))
    return moved[..., ::-1] if mirror else moved


def boxes_turned(boxes: Floats, turn: int, side: int, *, mirror: bool) -> Floats:
    """(n, 4) boxes on a picture of ``side`` pixels as ``turned`` moves them."""
    x0, y0, x1, y1 = boxes.T
    for _ in range(turn % 4):
        x0, y0, x1, y1 = y0, side - x1, y1, side - x0
    if mirror:
        x0, x1 = side - x1, side - x0
    return np.column_stack([x0, y0, x1, y1])


def _toned(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Darker or paler ink."""
    if rng.random() < 0.5:
        return picture
    table = 255 * (np.arange(256) / 255) ** float(rng.uniform(0.6, 1.7))
    return table.astype(np.uint8)[picture]
