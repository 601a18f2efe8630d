"""Strokes as wide as walls are walls; heavy pens, faces of walls, letters and dashes are not."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.linework import Linework, Origin
from pipelines.pdf.broad import broadened
from tests.unit.drafting.drawn import Board

#: A sheet at 1:100 in mm of paper.
METRES = 0.1


def sheet(*, wall: float, dashed: bool = False, origin: Origin = Origin.LINE, doubled: bool = False) -> Linework:
    """Four walls of 8 by 6 m drawn with a pen of ``wall`` mm, and twenty thin lines."""
    board = Board()
    corners = [(0.0, 0.0), (80.0, 0.0), (80.0, 60.0), (0.0, 60.0)]
    for inset in (0.0, 4.0) if doubled else (0.0,):
        ring = [(x + (inset if x == 0 else -inset), y + (inset if y == 0 else -inset)) for x, y in corners]
        for k in range(4):
            board.line(ring[k], ring[(k + 1) % 4], "0", origin, dashed=dashed)
    walls = len(board.strokes)
    for k in range(20):
        board.line((5.0, 3.0 * k), (60.0, 3.0 * k), "0")
    drawn = board.sheet()
    weight = np.where(np.arange(len(drawn.strokes)) < walls, wall, 0.2)
    return replace(drawn, strokes=replace(drawn.strokes, weight=weight))


def wide(drawn: Linework, metres: float = METRES) -> int:
    return int(np.count_nonzero(broadened(drawn, metres).strokes.width))


@pytest.mark.parametrize("wall", [1.0, 2.4, 4.0])
def test_strokes_as_wide_as_walls_get_their_width(wall: float) -> None:
    found = broadened(sheet(wall=wall), METRES).strokes
    np.testing.assert_array_equal(found.width, np.where(found.weight == wall, wall, 0.0))


@pytest.mark.parametrize("wall", [0.2, 0.35, 0.49, 7.0])
def test_pens_too_thin_or_too_wide_for_a_wall_stay_lines(wall: float) -> None:
    assert not wide(sheet(wall=wall))


def test_the_same_pen_is_a_wall_at_a_coarser_scale_only() -> None:
    drawn = sheet(wall=0.7)
    assert (wide(drawn, 0.2), wide(drawn, 0.05)) == (4, 0)


def test_a_heavy_pen_that_draws_both_faces_of_walls_stays_a_line() -> None:
    assert not wide(sheet(wall=1.0, doubled=True))


def test_dashes_and_letters_are_no_walls() -> None:
    assert not wide(sheet(wall=2.0, dashed=True))
    assert not wide(sheet(wall=2.0, origin=Origin.TEXT))


def test_a_pen_that_drew_nearly_everything_is_a_pen() -> None:
    drawn = sheet(wall=0.6)
    drawn = replace(drawn, strokes=replace(drawn.strokes, weight=np.full(len(drawn.strokes), 0.6)))
    assert not wide(drawn)


def test_a_short_heavy_line_is_no_wall() -> None:
    drawn = sheet(wall=2.0)
    strokes = replace(drawn.strokes, start=drawn.strokes.start / 10, end=drawn.strokes.end / 10)
    assert not wide(replace(drawn, strokes=strokes))


def test_an_empty_sheet_stays_as_it_is() -> None:
    assert len(broadened(Board().sheet(), METRES).strokes) == 0
