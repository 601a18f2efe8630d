from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines.pdf import thinlines

if TYPE_CHECKING:
    from pipelines.pdf.preprocessor import Mask

PPM = 50.0


def drawn(*boxes: tuple[int, int, int, int]) -> Mask:
    """Ink in boxes left, top, right, bottom (right and bottom not included)."""
    ink = np.zeros((300, 400), np.bool_)
    for left, top, right, bottom in boxes:
        ink[top:bottom, left:right] = True
    return ink


NO_WALLS = np.zeros((300, 400), np.bool_)


def test_lines_along_and_across_are_found_where_they_are() -> None:
    found = thinlines.find(drawn((50, 100, 250, 102), (300, 40, 302, 200)), NO_WALLS, PPM, 2.0)
    assert len(found) == 2
    assert found.start[0] == pytest.approx((50, 100.5), abs=1.1)
    assert found.end[0] == pytest.approx((249, 100.5), abs=1.1)
    assert found.start[1] == pytest.approx((300.5, 40), abs=1.1)
    assert found.end[1] == pytest.approx((300.5, 199), abs=1.1)
    assert found.width == pytest.approx([2, 2], abs=0.3)


def test_two_panes_are_two_lines() -> None:
    assert len(thinlines.find(drawn((50, 100, 150, 102), (50, 106, 150, 108)), NO_WALLS, PPM, 2.0)) == 2


def test_walls_blocks_and_letters_are_no_lines() -> None:
    ink = drawn((50, 100, 250, 115), (300, 40, 340, 200), (20, 20, 27, 22))
    walls = drawn((50, 100, 250, 115))
    assert not len(thinlines.find(ink, walls, PPM, 2.0))


def test_a_line_that_leans_by_a_pixel_is_one() -> None:
    assert len(thinlines.find(drawn((50, 100, 150, 102), (150, 101, 250, 103)), NO_WALLS, PPM, 2.0)) == 1


def test_of_a_texture_the_longest_lines_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinlines, "MOST", 2)
    ink = drawn((10, 10, 60, 11), (10, 50, 350, 51), (10, 90, 200, 91))
    found = thinlines.find(ink, NO_WALLS, PPM, 1.0)
    assert sorted(found.start[:, 1].round().tolist()) == [50, 90]
