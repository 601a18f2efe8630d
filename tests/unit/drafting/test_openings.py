import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.plan import OpeningKind, Openings
from tests.unit.drafting import house
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import swing, understood
from tests.unit.drafting.turned import moved, similarity, turned

GAP = 2.0  #: where the gap in the lower wall of the room begins
WALL = 0.2


def room(board: Board, width: float = 0.9, *, layer: str = "A-WALL", through: bool = False) -> None:
    """Walls of a room of 6 by 4 m with a gap in the lower one, which lies on y = 0 .. 0.2."""
    if through:
        board.room((0, 0), (6, 4), layer, WALL)
        return
    a, b = GAP, GAP + width
    for y in (0.0, WALL):
        low, high = (0.0, 6.0) if y == 0 else (WALL, 6 - WALL)
        board.line((low, y), (a, y), layer)
        board.line((b, y), (high, y), layer)
    board.line((a, 0), (a, WALL), layer)
    board.line((b, 0), (b, WALL), layer)
    for corners in (
        [(6.0, 0.0), (6.0, 4.0), (0.0, 4.0), (0.0, 0.0)],
        [(6 - WALL, WALL), (6 - WALL, 4 - WALL), (WALL, 4 - WALL), (WALL, WALL)],
    ):
        for start, end in itertools.pairwise(corners):
            board.line(start, end, layer)


def openings(board: Board) -> Openings:
    return understood(board.sheet()).storey.openings


def only(board: Board, width: float = 0.9, begin: float = GAP) -> OpeningKind:
    """The kind of the only opening, which must lie on the lower wall and be as wide as its gap."""
    found = openings(board)
    assert len(found) == 1, found.kind
    np.testing.assert_allclose(found.center[0], [begin + width / 2, WALL / 2], atol=0.02)
    np.testing.assert_allclose(found.width[0], width, atol=0.02)
    assert abs(found.direction[0, 0]) == pytest.approx(1.0)
    return found.kind[0]


# --- hinged doors ----------------------------------------------------------------------------------------------------


def leaf_and_arc(board: Board, layer: str) -> None:
    swing(board, (GAP, WALL), (1, 0), (0, 1), 0.9, layer)


def thick_leaf_and_arc(board: Board, layer: str) -> None:
    board.path([(GAP, WALL), (GAP + 0.04, WALL), (GAP + 0.04, WALL + 0.9), (GAP, WALL + 0.9)], layer, closed=True)
    board.arc((GAP, WALL), 0.9, 0.0, math.pi / 2, layer)


def arc_only(board: Board, layer: str) -> None:
    board.arc((GAP, WALL), 0.9, 0.0, math.pi / 2, layer)


def half_open(board: Board, layer: str) -> None:
    half = math.pi / 4
    board.line((GAP, WALL), (GAP + 0.9 * math.cos(half), WALL + 0.9 * math.sin(half)), layer)
    board.arc((GAP, WALL), 0.9, 0.0, half, layer)


def with_frame(board: Board, layer: str) -> None:
    board.box((GAP, 0), (GAP + 0.05, WALL), layer)
    board.box((GAP + 0.85, 0), (GAP + 0.9, WALL), layer)
    swing(board, (GAP + 0.05, WALL), (1, 0), (0, 1), 0.8, layer)


def with_threshold(board: Board, layer: str) -> None:
    board.line((GAP, 0), (GAP + 0.9, 0), layer)
    board.line((GAP, WALL), (GAP + 0.9, WALL), layer)
    swing(board, (GAP, WALL), (1, 0), (0, 1), 0.9, layer)


def chords(board: Board, layer: str) -> None:
    """A leaf and an arc that some program chopped into lines."""
    board.line((GAP, WALL), (GAP, WALL + 0.9), layer)
    turns = np.linspace(0, math.pi / 2, 13)
    points = [(GAP + 0.9 * math.cos(turn), WALL + 0.9 * math.sin(turn)) for turn in turns]
    for start, end in itertools.pairwise(points):
        board.line(start, end, layer)


def chorded_polyline(board: Board, layer: str) -> None:
    board.line((GAP, WALL), (GAP, WALL + 0.9), layer)
    turns = np.linspace(0, math.pi / 2, 13)
    board.path([(GAP + 0.9 * math.cos(turn), WALL + 0.9 * math.sin(turn)) for turn in turns], layer)


HANDS = (leaf_and_arc, thick_leaf_and_arc, arc_only, half_open, with_frame, with_threshold)


#: Without a name, an arc without its leaf may be anything.
NAMELESS = tuple(draw for draw in HANDS if draw not in (arc_only, half_open))


@pytest.mark.parametrize(
    ("draw", "layer"), [*itertools.product(HANDS, ["A-DOOR", "문", "Türen"]), *itertools.product(NAMELESS, ["0"])]
)
def test_a_hinged_door_is_found_however_it_is_drawn(draw: Callable[[Board, str], None], layer: str) -> None:
    board = Board()
    room(board)
    draw(board, layer)
    found = openings(board)
    assert only(board) == OpeningKind.DOOR
    assert found.hinge[0] * found.direction[0, 0] < 0
    assert found.swing[0] * found.direction[0, 0] > 0


@pytest.mark.parametrize("draw", [chords, chorded_polyline], ids=lambda draw: draw.__name__)
def test_an_arc_chopped_into_chords_is_a_swing_too(draw: Callable[[Board, str], None]) -> None:
    board = Board()
    room(board)
    draw(board, "A-DOOR")
    assert only(board) == OpeningKind.DOOR


@pytest.mark.parametrize("name", ["DOOR-900", "M0921", "방화문", "Tür_90", "puerta", "D-01"])
def test_a_door_block_is_a_door_on_any_layer(name: str) -> None:
    board = Board()
    room(board)
    board.insert(name, "A-FURN")
    leaf_and_arc(board, "A-FURN")
    assert only(board) == OpeningKind.DOOR
    assert len(understood(board.sheet()).storey.furniture) == 0


def test_a_door_may_be_drawn_on_a_wall_that_runs_through() -> None:
    board = Board()
    room(board, through=True)
    board.insert("DOOR-900", "A-DOOR")
    leaf_and_arc(board, "A-DOOR")
    assert only(board) == OpeningKind.DOOR


@settings(max_examples=30, deadline=None)
@given(width=st.floats(0.65, 1.2), frame=st.floats(0, 0.06), layer=st.sampled_from(["A-DOOR", "0"]))
def test_the_width_is_that_of_the_gap_within_two_centimetres(width: float, frame: float, layer: str) -> None:
    board = Board()
    room(board, width)
    swing(board, (GAP + frame, WALL), (1, 0), (0, 1), width - 2 * frame, layer)
    assert only(board, width) == OpeningKind.DOOR


@settings(max_examples=40, deadline=None)
@given(
    turn=st.integers(0, 3),
    tilt=st.sampled_from([0.0, 0.0, 0.3]),
    mirrored=st.booleans(),
    at_end=st.booleans(),
    inwards=st.booleans(),
    as_block=st.booleans(),
)
def test_the_hand_is_kept_whichever_way_the_door_is_mirrored_and_turned(
    turn: int, tilt: float, mirrored: bool, at_end: bool, inwards: bool, as_block: bool
) -> None:
    board = Board()
    room(board)
    if as_block:
        board.insert("DOOR-900", "A-DOOR")
    side = 1 if inwards else -1
    hinge = (GAP + 0.9 * at_end, WALL if inwards else 0.0)
    swing(board, hinge, (-1 if at_end else 1, 0), (0, side), 0.9, "A-DOOR")
    matrix = similarity(angle=turn * math.pi / 2 + tilt, mirrored=mirrored, shift=(3.0, -7.0))
    found = understood(turned(board.sheet(), matrix)).storey.openings
    assert len(found) == 1
    middle, along = found.center[0], found.direction[0]
    at = moved(np.array([hinge]), matrix)[0] - middle
    opened = matrix[:, :2] @ np.array([0.0, side])
    assert found.hinge[0] == np.sign(at @ along)
    assert found.swing[0] == np.sign(opened @ np.array([-along[1], along[0]]))


# --- other doors -----------------------------------------------------------------------------------------------------


def test_two_leaves_that_meet_are_a_double_door() -> None:
    board = Board()
    room(board, 1.6)
    swing(board, (GAP, WALL), (1, 0), (0, 1), 0.8, "A-DOOR")
    swing(board, (GAP + 1.6, WALL), (-1, 0), (0, 1), 0.8, "A-DOOR")
    assert only(board, 1.6) == OpeningKind.DOUBLE_DOOR


def test_an_unequal_double_door_is_one_door() -> None:
    board = Board()
    room(board, 1.3)
    swing(board, (GAP, WALL), (1, 0), (0, 1), 0.9, "A-DOOR")
    swing(board, (GAP + 1.3, WALL), (-1, 0), (0, 1), 0.4, "A-DOOR")
    assert only(board, 1.3) == OpeningKind.DOUBLE_DOOR


def sliding(board: Board) -> None:
    """Two panels that overlap in the middle."""
    board.box((GAP, 0.06), (GAP + 0.95, 0.1), "A-DOOR")
    board.box((GAP + 0.85, 0.1), (GAP + 1.8, 0.14), "A-DOOR")


def pocket(board: Board) -> None:
    """A panel that is half in its pocket."""
    board.box((GAP - 0.7, 0.08), (GAP + 1.2, 0.12), "A-DOOR")


def folding(board: Board) -> None:
    points = [(GAP + 0.225 * k, WALL / 2 + 0.2 * (k % 2)) for k in range(9)]
    for start, end in itertools.pairwise(points):
        board.line(start, end, "A-DOOR")


@pytest.mark.parametrize(
    ("draw", "width"), [(sliding, 1.8), (folding, 1.8)], ids=lambda value: getattr(value, "__name__", "")
)
def test_a_door_without_a_swing_does_not_swing(draw: Callable[[Board], None], width: float) -> None:
    board = Board()
    room(board, width)
    draw(board)
    kind = only(board, width)
    assert kind.is_door
    assert kind not in (OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SLIDING DOOR 1800", OpeningKind.SLIDING_DOOR),
        ("TLM1821", OpeningKind.SLIDING_DOOR),
        ("POCKET-DOOR", OpeningKind.SLIDING_DOOR),
        ("Bypass Door", OpeningKind.SLIDING_DOOR),
        ("BIFOLD DOOR", OpeningKind.FOLDING_DOOR),
        ("Falttür", OpeningKind.FOLDING_DOOR),
        ("GARAGE DOOR", OpeningKind.OVERHEAD_DOOR),
        ("overhead door 18", OpeningKind.OVERHEAD_DOOR),
    ],
)
def test_the_name_of_a_block_says_how_a_door_works(name: str, kind: OpeningKind) -> None:
    board = Board()
    room(board, 1.8)
    board.insert(name, "A-DOOR")
    board.box((GAP, 0.05), (GAP + 1.8, 0.15), "A-DOOR")
    assert only(board, 1.8) == kind


def test_the_panel_of_a_pocket_door_fills_its_gap_only() -> None:
    board = Board()
    room(board, 1.2)
    pocket(board)
    assert only(board, 1.2) == OpeningKind.SLIDING_DOOR


# --- windows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "layer"),
    [
        *itertools.product(
            [(0.05, 0.15), (0.0, 0.1, 0.2), (0.0, 0.08, 0.12, 0.2)], ["A-GLAZ", "창", "Fenster", "Fenêtres", "窗"]
        ),
        ((0.08, 0.12), "A-WALL"),
        ((0.0, 0.08, 0.12, 0.2), "0"),
        ((0.05, 0.15), "A-WALL"),
        ((0.0, 0.1, 0.2), "A-WALL"),
        ((0.0, 0.1, 0.2), "0"),
    ],
)
def test_glazing_lines_in_a_gap_are_a_window(lines: tuple[float, ...], layer: str) -> None:
    board = Board()
    room(board, 1.5, layer="A-WALL" if layer != "0" else "0")
    swing(board, (5.8, 1.5), (0, 1), (-1, 0), 0.9, "A-DOOR")  # a door, so that walls are known by it
    for y in lines:
        board.line((GAP, y), (GAP + 1.5, y), layer)
    found = openings(board)
    windows = [k for k, kind in enumerate(found.kind) if kind == OpeningKind.WINDOW]
    assert len(windows) == 1
    assert found.center[windows[0]] == pytest.approx([GAP + 0.75, WALL / 2], abs=0.02)
    assert found.width[windows[0]] == pytest.approx(1.5, abs=0.02)
    assert found.sill[windows[0]] == 0.9


@pytest.mark.parametrize("through", [True, False])
@pytest.mark.parametrize("name", ["WINDOW-1500", "C1515", "창문", "Fenster 150", "AW-3"])
def test_a_window_block_is_a_window_in_a_gap_or_on_the_wall(name: str, through: bool) -> None:
    board = Board()
    room(board, 1.5, through=through)
    board.insert(name, "A-FURN")
    for y in (0.0, 0.1, 0.2):
        board.line((GAP, y), (GAP + 1.5, y), "A-FURN")
    assert only(board, 1.5) == OpeningKind.WINDOW


@pytest.mark.parametrize("through", [True, False])
def test_a_rectangle_on_a_window_layer_is_a_window(through: bool) -> None:
    board = Board()
    room(board, 1.5, through=through)
    board.path([(GAP, 0.06), (GAP + 1.5, 0.06), (GAP + 1.5, 0.14), (GAP, 0.14)], "A-GLAZ", closed=True)
    assert only(board, 1.5) == OpeningKind.WINDOW


def test_a_window_of_two_sashes_is_one_window() -> None:
    board = Board()
    room(board, 1.8)
    for y in (0.0, 0.2):
        board.line((GAP, y), (GAP + 1.8, y), "A-GLAZ")
    board.box((GAP, 0.06), (GAP + 0.95, 0.1), "A-GLAZ")
    board.box((GAP + 0.85, 0.1), (GAP + 1.8, 0.14), "A-GLAZ")
    assert only(board, 1.8) == OpeningKind.WINDOW


def test_two_windows_with_a_pier_between_them_are_two() -> None:
    board = Board()
    room(board, 2.4)
    board.box((GAP + 1.0, 0), (GAP + 1.4, WALL), "A-WALL")
    for y in (0.0, 0.1, 0.2):
        board.line((GAP, y), (GAP + 1.0, y), "A-GLAZ")
        board.line((GAP + 1.4, y), (GAP + 2.4, y), "A-GLAZ")
    found = openings(board)
    assert list(found.kind) == [OpeningKind.WINDOW] * 2
    np.testing.assert_allclose(np.sort(found.center[:, 0]), [GAP + 0.5, GAP + 1.9], atol=0.02)
    np.testing.assert_allclose(found.width, 1.0, atol=0.02)


def test_a_door_with_a_sidelight_is_a_door_and_a_window() -> None:
    board = Board()
    room(board, 1.5)
    swing(board, (GAP, WALL), (1, 0), (0, 1), 0.9, "A-DOOR")
    for y in (0.06, 0.14):
        board.line((GAP + 0.9, y), (GAP + 1.5, y), "A-GLAZ")
    found = openings(board)
    by_place = sorted(zip(found.center[:, 0].round(2).tolist(), found.kind, found.width.round(2).tolist(), strict=True))
    assert by_place == [
        (pytest.approx(GAP + 0.45, abs=0.03), OpeningKind.DOOR, pytest.approx(0.9, abs=0.03)),
        (pytest.approx(GAP + 1.2, abs=0.03), OpeningKind.WINDOW, pytest.approx(0.6, abs=0.03)),
    ]


# --- bare openings, and none -----------------------------------------------------------------------------------------


def test_a_gap_between_two_ends_of_a_wall_is_a_bare_opening() -> None:
    board = Board()
    room(board, 1.2)
    assert only(board, 1.2) == OpeningKind.OPENING
    assert openings(board).confidence[0] <= 0.5


def test_a_wide_gap_is_no_opening() -> None:
    board = Board()
    room(board, 3.4)
    assert len(openings(board)) == 0


def test_a_wall_without_gaps_and_marks_has_no_openings() -> None:
    board = Board()
    room(board, through=True)
    assert len(openings(board)) == 0


def test_a_swing_far_from_every_wall_is_no_door() -> None:
    board = Board()
    room(board, through=True)
    swing(board, (10, 10), (1, 0), (0, 1), 0.9, "A-DOOR")
    assert len(openings(board)) == 0


def test_a_quarter_circle_in_a_bathtub_or_on_a_road_is_no_door() -> None:
    board = Board()
    room(board, through=True)
    board.box((0.2, 0.2), (1.9, 0.9), "A-FLOR-PFIX")
    board.arc((1.2, 0.2), 0.6, 0.0, math.pi / 2, "A-FLOR-PFIX")
    board.arc((0.0, 0.0), 6.0, math.pi, math.pi / 2, "C-ROAD")
    assert len(openings(board)) == 0


def test_every_opening_of_a_house_stands_in_its_wall() -> None:
    board = Board()
    house.double_lines(board, "A-WALL")
    house.openings(board)
    found = openings(board)
    assert (found.host >= 0).all()
    np.testing.assert_allclose(np.sort(found.depth), [0.12, 0.12, 0.12, 0.25, 0.25, 0.25], atol=1e-3)
    doors = np.asarray([kind.is_door for kind in found.kind])
    assert (found.sill[doors] == 0).all()
    assert (found.head == 2.1).all()


def test_a_door_shut_between_two_stubs_is_not_one_that_stands_open_beside_them() -> None:
    board = Board()
    board.room((0, 0), (8, 5), "A-WALL", WALL)
    # A closet in the corner: its front is a door between stubs of 3 cm; beside it a gap of the same width.
    board.box((2.0, 0.2), (2.1, 1.5), "A-WALL")
    board.box((2.1, 1.4), (2.13, 1.5), "A-WALL")
    board.box((2.93, 1.4), (2.96, 1.5), "A-WALL")
    board.box((2.96, 0.2), (3.06, 1.5), "A-WALL")
    board.box((2.96, 2.3), (3.06, 4.8), "A-WALL")
    swing(board, (2.93, 1.5), (-1, 0), (0, 1), 0.8, "A-DOOR")
    found = openings(board)
    doors = [k for k, kind in enumerate(found.kind) if kind == OpeningKind.DOOR]
    assert len(doors) == 1
    np.testing.assert_allclose(found.center[doors[0]], [2.53, 1.5], atol=0.06)
