"""Tiles in files: made once by seed, read by every piece of a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.synth.training.tiles import tiles

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.synth.training.tiles import Plan

#: Drawings in a file, and tiles of each; sheets are dear to plot, and hold more.
DRAWINGS, EACH, OF_SHEET = 16, 4, 10
#: Seeds of drawings, and of sheets, that are never trained on begin here.
HELD_OUT, HELD_OUT_SHEETS = 5_000_000, 5_900_000


@dataclass(frozen=True, slots=True)
class Shard:
    """Tiles in columns."""

    pictures: NDArray[np.uint8]  #: (n, s, s)
    masks: NDArray[np.uint8]  #: (n, 3, s, s)
    boxes: Floats  #: (b, 4) pixels
    kinds: NDArray[np.int64]  #: (b,)
    owner: NDArray[np.int64]  #: (b,) the tile of each box

    def __len__(self) -> int:
        """The number of tiles."""
        return len(self.pictures)

    def boxes_of(self, tile: int) -> tuple[Floats, NDArray[np.int64]]:
        """The boxes of a tile, and their kinds."""
        rows = self.owner == tile
        return self.boxes[rows], self.kinds[rows]


def make(plan: Plan, seed: int, *, sheets: bool = False) -> Shard:
    """The tiles of ``DRAWINGS`` seeds from one on, of drawings or cut out of whole ``sheets``."""
    if sheets:
        from pipelines.synth.training.sheets import tiles as cut  # noqa: PLC0415  # needs OpenCV

        made = [tile for k in range(DRAWINGS) for tile in cut(plan, seed + k, OF_SHEET)]
    else:
        made = [tile for k in range(DRAWINGS) for tile in tiles(plan, seed + k, EACH)]
    return Shard(
        pictures=np.stack([tile.picture for tile in made]),
        masks=np.stack([tile.masks for tile in made]),
        boxes=np.concatenate([tile.boxes for tile in made]),
        kinds=np.concatenate([tile.kinds for tile in made]),
        owner=np.repeat(np.arange(len(made)), [len(tile.kinds) for tile in made]),
    )


def prepare(plan: Plan, folder: Path, seeds: range, *, sheets: bool = False) -> list[Path]:
    """The files of all seeds, made where they are missing; ``seeds`` steps by ``DRAWINGS``."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for seed in seeds:
        path = folder / f"{seed}.npz"
        if not path.exists():
            shard = make(plan, seed, sheets=sheets)
            partial = path.with_suffix(".part")
            with partial.open("wb") as stream:
                np.savez_compressed(
                    stream,
                    pictures=shard.pictures,
                    masks=shard.masks,
                    boxes=shard.boxes,
                    kinds=shard.kinds,
                    owner=shard.owner,
                )
            partial.rename(path)
        found.append(path)
    return found


def read(path: Path) -> Shard:
    """A file of tiles."""
    with np.load(path) as columns:
        return Shard(*(columns[name] for name in ("pictures", "masks", "boxes", "kinds", "owner")))
