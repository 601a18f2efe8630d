from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.pdf.tiles import count, tiles

SIDE, OVERLAP = (64, 48), 20


def inked(width: int, height: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.zeros((height, width), np.uint8)


@given(st.integers(1, 300), st.integers(1, 300))
def test_tiles_cover_all_of_a_picture_and_none_lies_beyond_it(width: int, height: int) -> None:
    laid = tiles(inked(width, height), SIDE, OVERLAP)
    seen = np.zeros((height, width), np.bool_)
    for x, y in laid.corner.tolist():
        seen[y : y + SIDE[1], x : x + SIDE[0]] = True
        assert x + SIDE[0] <= max(width, SIDE[0])
        assert y + SIDE[1] <= max(height, SIDE[1])

    assert seen.all()
    assert len(laid) == count(width, height, SIDE, OVERLAP)


@given(st.integers(20, 300), st.integers(20, 300), st.data())
def test_what_is_no_larger_than_the_overlap_is_whole_in_one_tile(width: int, height: int, data: st.DataObject) -> None:
    laid = tiles(inked(width, height), SIDE, OVERLAP)
    x = data.draw(st.integers(0, width - OVERLAP))
    y = data.draw(st.integers(0, height - OVERLAP))

    assert any(
        left <= x and x + OVERLAP <= left + SIDE[0] and top <= y and y + OVERLAP <= top + SIDE[1]
        for left, top in laid.corner.tolist()
    )


def test_tiles_without_ink_are_left_out() -> None:
    picture = np.full((48, 200), 255, np.uint8)
    picture[10, 190] = 0

    laid = tiles(picture, SIDE, OVERLAP)

    assert laid.corner.tolist() == [[136, 0]]


def test_what_lies_beyond_a_small_picture_is_paper() -> None:
    picture = np.zeros((10, 30), np.uint8)

    (tile,) = tiles(picture, SIDE, OVERLAP).cut(picture)

    assert tile.shape == (48, 64)
    assert (tile[:10, :30] == 0).all()
    assert tile.astype(int).sum() == 255 * (48 * 64 - 300)


def test_a_box_is_cut_where_its_tile_ends_and_the_picture_goes_on() -> None:
    laid = tiles(inked(100, 48), SIDE, OVERLAP)
    right = np.array([36.0, 0.0])
    low, high = np.array([[0.0, 0.0], [50.0, 5.0]]), np.array([[20.0, 20.0], [63.0, 20.0]])

    # The edge of the picture cuts nothing.
    assert laid.cuts(0, low, high).tolist() == [False, True]
    assert laid.cuts(1, low + right, high + right).tolist() == [True, False]
