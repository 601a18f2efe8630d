"""Tiles of whole sheets: their truth lies where their ink is."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.synth.training.shards import OF_SHEET
from pipelines.synth.training.sheets import tiles
from pipelines.synth.training.tiles import Plan

PLAN = Plan(size=256, scale=25.0, jitter=(0.8, 1.25), stretch=1.0)


@pytest.mark.parametrize("seed", [3, 8])
def test_walls_are_outlined_where_the_truth_has_them(seed: int) -> None:
    made = list(tiles(PLAN, seed, OF_SHEET))
    assert all(tile.picture.shape == (256, 256) and tile.masks.shape == (3, 256, 256) for tile in made)
    pictures, walls = (
        np.stack([tile.picture for tile in made]).astype(float),
        np.stack([tile.masks[0] for tile in made]).astype(float),
    )
    rim = (walls > 40) & (walls < 215)  # pixels that the faces of walls run through
    assert rim.sum() > 500
    # Moved by half a metre the truth would lie on paper.
    beside = np.roll(rim, 12, axis=(1, 2))
    assert pictures[rim].mean() < pictures[beside].mean() - 25


def test_what_is_no_plan_has_nothing_to_find() -> None:
    """Borders, title blocks and tables are on some tiles, and are no walls."""
    made = list(tiles(PLAN, 3, 30))
    empty = [tile for tile in made if not tile.masks.any()]
    assert any((tile.picture < 128).sum() > 30 for tile in empty)


def test_the_same_seed_gives_the_same_tiles() -> None:
    one, other = (list(tiles(PLAN, 5, 2)) for _ in range(2))
    for a, b in zip(one, other, strict=True):
        assert (a.picture == b.picture).all()
        assert (a.masks == b.masks).all()
