import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.drafting.curves import restored
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.turned import shuffled


def chop(board: Board, start: float, sweep: float, count: int, *, radius: float = 0.9, joined: bool = False) -> None:
    turns = np.linspace(start, start + sweep, count + 1)
    points = [(3 + radius * math.cos(turn), 4 + radius * math.sin(turn)) for turn in turns]
    if joined:
        board.path(points, "A-DOOR")
        return
    for one, other in itertools.pairwise(points):
        board.line(one, other, "A-DOOR")


@settings(max_examples=60, deadline=None)
@given(
    start=st.floats(-math.pi, math.pi),
    sweep=st.floats(math.radians(60), math.radians(300)),
    radius=st.floats(0.01, 1000),
    joined=st.booleans(),
    seed=st.integers(0, 99),
)
def test_a_chopped_arc_is_the_arc_it_was(start: float, sweep: float, radius: float, joined: bool, seed: int) -> None:
    board = Board()
    chop(board, start, sweep, max(6, int(sweep / 0.2)), radius=radius, joined=joined)
    sheet = restored(shuffled(board.sheet(), seed))
    assert len(sheet.arcs) == 1
    np.testing.assert_allclose(sheet.arcs.center, [[3, 4]], atol=1e-4 * radius)
    np.testing.assert_allclose(sheet.arcs.radius, radius, rtol=1e-6)
    np.testing.assert_allclose(sheet.arcs.sweep, sweep, rtol=1e-6)
    assert abs(math.remainder(sheet.arcs.start[0] - start, math.tau)) < 1e-4
    assert set(sheet.strokes.arc.tolist()) == {0}


def test_a_chopped_circle_is_whole() -> None:
    board = Board()
    chop(board, 0, math.tau, 32)
    np.testing.assert_allclose(restored(board.sheet()).arcs.sweep, math.tau)


def test_a_leaf_at_the_end_of_its_arc_is_no_chord() -> None:
    board = Board()
    chop(board, 0, math.pi / 2, 9)
    board.line((3, 4), (3, 4.9), "A-DOOR")
    board.line((3.9, 4), (3.9, 3.8), "A-DOOR")
    sheet = restored(board.sheet())
    assert sheet.strokes.arc.tolist() == [0] * 9 + [-1, -1]
    np.testing.assert_allclose(sheet.arcs.sweep, math.pi / 2)


def test_arcs_that_were_there_keep_their_numbers() -> None:
    board = Board()
    board.arc((10, 10), 1.0, 0.0, 1.0)
    known = len(board.strokes)
    chop(board, 0, math.pi / 2, 9)
    sheet = restored(board.sheet())
    assert sheet.strokes.arc.tolist() == [0] * known + [1] * 9
    assert len(sheet.arcs) == 2


def test_two_arcs_that_follow_each_other_with_another_bend_are_two() -> None:
    board = Board()
    chop(board, 0, math.pi / 2, 9, radius=1.0)
    turns = np.linspace(0, math.pi / 2, 10)
    points = [(3 + 2 * math.sin(turn), 3 + 2 * math.cos(turn)) for turn in turns]
    for one, other in itertools.pairwise(points):
        board.line(one, other, "A-DOOR")
    assert sorted(restored(board.sheet()).arcs.radius.round(3).tolist()) == [1.0, 2.0]


def test_what_has_corners_or_wiggles_or_is_no_circle_stays_as_it_is() -> None:
    board = Board()
    board.box((0, 0), (2, 1))
    board.path([(0.1 * k, 0.05 * (k % 2)) for k in range(20)])  # a zigzag
    board.path([(5 + 0.3 * k, 5.0) for k in range(20)])  # a straight polyline
    board.path([(math.cos(a) * 4, 9 + math.sin(a)) for a in np.linspace(0, math.tau, 65)[:-1]], closed=True)
    sheet = board.sheet()
    assert restored(sheet).arcs.radius.tolist() == []


def test_few_lines_and_none_are_left_alone() -> None:
    sheet = Board().sheet()
    assert restored(sheet) is sheet
