"""Doors drawn without an arc: what their leaves alone tell, on layers of any name."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from pipelines.drafting import leaves
from pipelines.plan import OpeningKind
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import understood
from tests.unit.drafting.test_openings import GAP, WALL, only, openings, room

HALF = math.pi / 4


def stroke(board: Board, layer: str) -> None:
    board.line((GAP, WALL), (GAP + 0.9 * math.cos(HALF), WALL + 0.9 * math.sin(HALF)), layer)


def folds(board: Board, layer: str) -> None:
    q = 0.9 / 4
    for begin, way in ((GAP, 1), (GAP + 0.9, -1)):
        points = [(begin, 0.1), (begin + way * 0.6 * q, 0.1 + 0.8 * q), (begin + way * 1.2 * q, 0.1)]
        board.path(points, layer)


def panels(board: Board, layer: str) -> None:
    board.box((GAP, 0.1), (GAP + 0.5, 0.14), layer)
    board.box((GAP + 0.4, 0.06), (GAP + 0.9, 0.1), layer)


@pytest.mark.parametrize("layer", ["A-DOOR", "17"])
@pytest.mark.parametrize(
    ("draw", "kind"),
    [(stroke, OpeningKind.DOOR), (folds, OpeningKind.FOLDING_DOOR), (panels, OpeningKind.SLIDING_DOOR)],
)
def test_a_leaf_in_a_gap_is_a_door_whatever_its_layer(
    draw: Callable[[Board, str], None], kind: OpeningKind, layer: str
) -> None:
    board = Board()
    room(board)
    draw(board, layer)
    assert only(board) == kind


@pytest.mark.parametrize(("faces", "kind"), [((0.0,), OpeningKind.SLIDING_DOOR), ((0.0, WALL), OpeningKind.WINDOW)])
def test_a_sliding_door_may_have_a_threshold_along_one_face(faces: tuple[float, ...], kind: OpeningKind) -> None:
    board = Board()
    room(board)
    panels(board, "17")
    for y in faces:
        board.line((GAP, y), (GAP + 0.9, y), "17")
    assert only(board) == kind


def test_a_leaf_hangs_at_the_end_that_it_begins_at_and_opens_to_its_tip() -> None:
    board = Board()
    room(board)
    stroke(board, "17")
    found = openings(board)
    sign = 1 if found.direction[0, 0] > 0 else -1
    assert (found.hinge[0] * sign, found.swing[0] * sign) == (-1, 1)


def test_two_leaves_make_a_double_door() -> None:
    board = Board()
    room(board, 1.6)
    for begin, way in ((GAP, 1), (GAP + 1.6, -1)):
        board.line((begin, WALL), (begin + way * 0.8 * math.cos(HALF), WALL + 0.8 * math.sin(HALF)), "17")
    assert only(board, 1.6) == OpeningKind.DOUBLE_DOOR


def test_a_block_of_a_door_needs_no_arc() -> None:
    board = Board()
    room(board)
    board.insert("DOOR-90", "0")
    stroke(board, "0")
    board.inside = -1
    assert only(board) == OpeningKind.DOOR


@pytest.mark.parametrize(
    "tip",
    [(GAP + 0.9, 0.0), (GAP + 0.3, WALL + 0.3), (GAP + 0.9, WALL + 2.0)],
    ids=["a diagonal of the gap", "too short", "too long"],
)
def test_a_line_that_is_no_leaf_makes_no_door(tip: tuple[float, float]) -> None:
    board = Board()
    room(board)
    board.line((GAP, WALL), tip, "17")
    assert only(board) == OpeningKind.OPENING


def test_panels_need_no_gap_beside_them() -> None:
    board = Board()
    room(board)
    board.box((GAP + 0.2, 0.1), (GAP + 0.6, 0.14), "17")
    (kind,) = understood(board.sheet()).storey.openings.kind
    assert kind == OpeningKind.OPENING


def test_lines_of_an_open_leaf_are_told_from_the_wall_beside_it() -> None:
    board = Board()
    board.box((0, 0), (0.04, 0.9), "0")
    board.line((0.12, 0), (0.12, 0.9))
    board.line((0.02, 0), (0.02, 2.9))
    board.line((0.9, 0), (0, 0))
    found = leaves.drawn(board.sheet(), np.array([[0.0, 0.0]]), np.array([[0.0, 0.9]]))
    lines = board.sheet().strokes.take(found)
    assert sorted(lines.start[:, 0].tolist()) == [0.0, 0.04]
    assert lines.length.tolist() == pytest.approx([0.9, 0.9])
