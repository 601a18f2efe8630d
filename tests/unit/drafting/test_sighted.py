"""What a detector saw, as evidence of openings: boxes laid on the plan of a room or of a house."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.drafting.curves import restored
from pipelines.drafting.drafts import Heights
from pipelines.drafting.meaning import classify
from pipelines.drafting.storey import find
from pipelines.linework import Linework, Origin, Seen, Sightings
from pipelines.plan import Evidence, OpeningKind, Openings, Storey
from tests.unit.drafting import house
from tests.unit.drafting.drawn import Board, Point

DOOR, WINDOW = OpeningKind.DOOR, OpeningKind.WINDOW
DETECTOR, GAP, SWING = Evidence.DETECTOR, Evidence.GAP, Evidence.SWING
Seeing = tuple[Seen, list[Point], float]


def seen(*things: Seeing) -> Sightings:
    """Boxes around points."""
    points = [np.asarray(points) for _, points, _ in things]
    nowhere = np.full((len(things), 2), np.nan)
    return Sightings(
        low=np.array([each.min(axis=0) for each in points]).reshape(-1, 2),
        high=np.array([each.max(axis=0) for each in points]).reshape(-1, 2),
        kind=np.array([kind for kind, _, _ in things], np.int32),
        score=np.array([score for _, _, score in things]),
        hinge=nowhere,
        tip=nowhere.copy(),
        traced=np.zeros(len(things), np.bool_),
    )


def corners(x0: float, y0: float, x1: float, y1: float) -> list[Point]:
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def understood(sheet: Linework, sightings: Sightings | None = None) -> Storey:
    sheet = restored(sheet if sightings is None else replace(sheet, sightings=sightings))
    found = find(
        sheet, classify(sheet), name="", level=0, elevation=0.0, height=2.7, affine=np.eye(2, 3), heights=Heights()
    )
    return found.storey


def at(openings: Openings, x: float, y: float) -> int:
    """The only opening around a place."""
    (row,) = np.flatnonzero(np.hypot(*(openings.center - (x, y)).T) < 0.35)
    return int(row)


def solid() -> Linework:
    """The house as fills, with walls that run through everything."""
    board = Board()
    for wall in house.WALLS:
        points = shapely.get_coordinates(shapely.get_exterior_ring(wall.band()))[:-1]
        board.area([(float(x), float(y)) for x, y in points], "A-WALL")
    return traced(board)


def traced(board: Board) -> Linework:
    """What is filled as if it came off a picture."""
    sheet = board.sheet()
    return replace(sheet, areas=replace(sheet.areas, origin=np.full(len(sheet.areas), Origin.TRACED, np.int32)))


def through() -> Board:
    """The house as double lines that run through everything."""
    board = Board()
    for start, end in house.edges(house.region(())):
        board.line(start, end, "A-WALL")
    return board


#: The entrance of the house, its inner doors, its windows, its passage: what a detector would frame.
ENTRANCE = corners(2.0, 0.0, 3.0, 1.25)
INNER = corners(5.1, 1.75, 6.06, 2.65)
EAST = corners(9.75, 1.5, 10.0, 2.7)
NORTH = corners(3.2, 7.75, 5.0, 8.0)
PASSAGE = corners(7.26, 3.94, 8.26, 4.95)


def plan() -> Linework:
    """The house with gaps in its walls and nothing in them."""
    board = Board()
    house.double_lines(board, "A-WALL")
    return board.sheet()


def drawn() -> Linework:
    """The house with its doors and windows drawn."""
    board = Board()
    house.double_lines(board, "A-WALL")
    house.openings(board)
    return board.sheet()


# --- gaps ------------------------------------------------------------------------------------------------------------


def test_bare_gaps_become_what_was_seen_in_them() -> None:
    sightings = seen((Seen.DOOR, ENTRANCE, 0.9), (Seen.DOOR, INNER, 0.8), (Seen.WINDOW, EAST, 0.8))
    found = understood(plan(), sightings).openings

    for place, kind, width in (((2.5, 0.125), DOOR, 1.0), ((6.0, 2.2), DOOR, 0.9), ((9.875, 2.1), WINDOW, 1.2)):
        row = at(found, *place)
        assert found.kind[row] == kind
        assert found.evidence[row] == (DETECTOR, GAP)
        assert found.width[row] == pytest.approx(width, abs=0.02)
        assert found.confidence[row] > 0.6
    # What nobody saw stays bare.
    row = at(found, 7.76, 4.0)
    assert found.kind[row] == OpeningKind.OPENING
    assert found.evidence[row] == (GAP,)


def test_a_door_opens_to_the_side_on_which_it_was_seen() -> None:
    inward, outward = corners(2.0, 0.0, 3.0, 1.25), corners(2.0, -1.0, 3.0, 0.25)
    sides = []
    for box in (inward, outward):
        found = understood(plan(), seen((Seen.DOOR, box, 0.9))).openings
        row = at(found, 2.5, 0.125)
        sides.append(int(found.swing[row] * np.sign(found.direction[row, 0])))

    assert sides == [1, -1]


def test_where_the_leaf_is_known_it_hangs_there() -> None:
    sightings = seen((Seen.DOOR, ENTRANCE, 0.9))
    sightings = replace(sightings, hinge=np.array([[2.98, 0.25]]), tip=np.array([[2.98, 1.23]]))
    found = understood(plan(), sightings).openings
    row = at(found, 2.5, 0.125)

    assert found.evidence[row] == (DETECTOR, SWING, GAP)
    assert found.hinge[row] * np.sign(found.direction[row, 0]) == 1
    assert found.swing[row] * np.sign(found.direction[row, 0]) == 1


def test_a_swing_that_was_traced_is_told_as_one() -> None:
    swing = seen((Seen.DOOR, ENTRANCE, 0.9))
    swing = replace(swing, hinge=np.array([[2.02, 0.25]]), tip=np.array([[2.02, 1.23]]), traced=np.ones(1, np.bool_))
    found = understood(plan(), swing).openings

    assert found.evidence[at(found, 2.5, 0.125)] == (SWING, GAP)
    confirmed = understood(drawn(), swing).openings
    assert confirmed.evidence[at(confirmed, 2.5, 0.125)] == (SWING,)


def test_a_double_door_is_seen_as_one() -> None:
    box = corners(3.2, 7.0, 5.0, 8.0)
    found = understood(plan(), seen((Seen.DOUBLE_DOOR, box, 0.9))).openings

    assert found.kind[at(found, 4.1, 7.875)] == OpeningKind.DOUBLE_DOOR


# --- walls drawn through ---------------------------------------------------------------------------------------------


def test_what_was_seen_on_a_wall_without_a_gap_cuts_its_own() -> None:
    board = through()
    board.line((9.875, 1.5), (9.875, 2.7))
    board.line((3.2, 7.85), (5.0, 7.85))
    for x in (2.0, 3.0):
        board.line((x, 0.0), (x, 0.25))
    sightings = seen((Seen.WINDOW, EAST, 0.8), (Seen.WINDOW, NORTH, 0.8), (Seen.DOOR, ENTRANCE, 0.8))
    found = understood(board.sheet(), sightings).openings

    assert len(found) == 3
    for place, kind, width in (((9.875, 2.1), WINDOW, 1.2), ((4.1, 7.875), WINDOW, 1.8), ((2.5, 0.125), DOOR, 1.0)):
        row = at(found, *place)
        assert found.kind[row] == kind
        assert found.evidence[row] == (DETECTOR,)
        assert found.width[row] == pytest.approx(width, abs=0.02)
        assert found.host[row] >= 0


def test_nothing_cuts_a_wall_that_was_drawn_without_a_line_that_shows_it() -> None:
    axis = through()
    axis.line((9.875, 0.0), (9.875, 8.0))
    pier = through()
    for y in (1.5, 2.7):
        pier.line((9.75, y), (10.0, y))
    for board in (through(), axis, pier):
        sightings = seen((Seen.WINDOW, EAST, 0.95), (Seen.DOOR, ENTRANCE, 0.95))
        assert not len(understood(board.sheet(), sightings).openings)


def test_walls_that_are_filled_are_cut_as_well() -> None:
    found = understood(solid(), seen((Seen.WINDOW, EAST, 0.8), (Seen.DOOR, INNER, 0.8))).openings

    assert found.kind[at(found, 9.875, 2.1)] == WINDOW
    assert found.kind[at(found, 6.0, 2.2)] == DOOR


def test_what_is_hardly_sure_cuts_no_wall() -> None:
    board = through()
    board.line((9.875, 1.5), (9.875, 2.7))

    assert len(understood(board.sheet(), seen((Seen.WINDOW, EAST, 0.3))).openings) == 0


def test_without_a_wall_nothing_is_an_opening() -> None:
    inside = corners(2.0, 3.0, 2.9, 3.9), corners(8.0, 1.5, 9.0, 1.75)
    found = understood(plan(), seen((Seen.DOOR, inside[0], 0.95), (Seen.WINDOW, inside[1], 0.95))).openings

    assert not any(DETECTOR in evidence for evidence in found.evidence)


def test_a_box_across_a_wall_is_no_window_in_it() -> None:
    found = understood(plan(), seen((Seen.WINDOW, corners(0.0, 3.0, 3.0, 3.2), 0.95))).openings

    assert not any(DETECTOR in evidence for evidence in found.evidence)


# --- between walls ---------------------------------------------------------------------------------------------------


def corridor() -> Linework:
    """Two walls side by side, 1 m apart."""
    board = Board()
    for low in (0.0, 1.2):
        board.box((0.0, low), (8.0, low + 0.2), "A-WALL")
    return board.sheet()


def test_a_door_from_wall_to_wall_stands_on_its_own() -> None:
    sightings = seen((Seen.DOOR, corners(3.9, 0.2, 5.0, 1.2), 0.8))
    # Its leaf tells at which side of the box it shuts.
    sightings = replace(sightings, hinge=np.array([[4.0, 0.2]]), tip=np.array([[5.0, 0.22]]))
    found = understood(corridor(), sightings).openings

    row = at(found, 4.0, 0.7)
    assert found.kind[row] == DOOR
    assert found.evidence[row] == (DETECTOR, SWING, GAP)
    assert found.width[row] == pytest.approx(1.0, abs=0.02)
    assert abs(found.direction[row, 1]) == pytest.approx(1.0)


def test_a_door_that_reaches_one_wall_only_is_none() -> None:
    assert len(understood(corridor(), seen((Seen.DOOR, corners(3.9, -0.9, 4.8, 0.2), 0.9))).openings) <= 1
    beside = understood(corridor(), seen((Seen.DOOR, corners(8.5, 0.2, 9.5, 1.2), 0.9))).openings
    assert not any(DETECTOR in evidence for evidence in beside.evidence)


# --- what lines told -------------------------------------------------------------------------------------------------


def test_what_lines_told_is_confirmed_and_surer() -> None:
    before = understood(drawn()).openings
    after = understood(drawn(), seen((Seen.DOOR, ENTRANCE, 0.8), (Seen.WINDOW, EAST, 0.6))).openings

    np.testing.assert_array_equal(after.center, before.center)
    assert after.kind == before.kind
    np.testing.assert_array_equal(after.hinge, before.hinge)
    np.testing.assert_array_equal(after.swing, before.swing)
    for place, old in (((2.5, 0.125), Evidence.SWING), ((9.875, 2.1), Evidence.LINES)):
        row = at(after, *place)
        assert after.evidence[row] == (old, DETECTOR)
        assert after.confidence[row] > before.confidence[row]
    other = at(after, 4.1, 7.875)
    assert after.evidence[other] == before.evidence[other]
    assert after.confidence[other] == before.confidence[other]


def test_of_a_window_and_a_door_the_surer_stays() -> None:
    sure = understood(drawn(), seen((Seen.SLIDING_DOOR, NORTH, 0.95))).openings
    unsure = understood(drawn(), seen((Seen.SLIDING_DOOR, NORTH, 0.4))).openings

    row = at(sure, 4.1, 7.875)
    assert sure.kind[row] == OpeningKind.SLIDING_DOOR
    assert sure.evidence[row] == (DETECTOR, Evidence.LINES)
    assert sure.sill[row] == 0.0
    row = at(unsure, 4.1, 7.875)
    assert unsure.kind[row] == WINDOW
    assert unsure.evidence[row] == (Evidence.LINES,)


def test_a_door_with_its_swing_is_no_window_whatever_was_seen() -> None:
    frame = corners(2.0, 0.0, 3.0, 0.25)
    found = understood(drawn(), seen((Seen.WINDOW, frame, 0.99))).openings
    row = at(found, 2.5, 0.125)

    assert found.kind[row] == DOOR
    assert found.evidence[row] == (SWING,)


def test_a_gap_with_nothing_in_it_is_rather_a_door_than_a_window() -> None:
    door = understood(plan(), seen((Seen.DOOR, PASSAGE, 0.4))).openings
    window = understood(plan(), seen((Seen.WINDOW, corners(7.26, 3.94, 8.26, 4.06), 0.4))).openings

    assert door.kind[at(door, 7.76, 4.0)] == DOOR
    assert window.kind[at(window, 7.76, 4.0)] == OpeningKind.OPENING


def test_two_windows_seen_in_one_confirm_it() -> None:
    found = understood(drawn(), seen((Seen.WINDOW, corners(3.2, 7.75, 3.9, 8.0), 0.7))).openings
    row = at(found, 4.1, 7.875)

    assert found.width[row] == pytest.approx(1.8, abs=0.02)
    assert found.evidence[row] == (Evidence.LINES, DETECTOR)


def test_an_opening_is_not_told_twice() -> None:
    shifted = corners(2.3, 0.0, 3.3, 1.25)
    twice = seen(
        (Seen.DOOR, ENTRANCE, 0.9), (Seen.DOOR, shifted, 0.6), (Seen.WINDOW, corners(2.0, 0.0, 3.0, 0.25), 0.5)
    )
    found = understood(drawn(), twice).openings

    assert len(found) == len(understood(drawn()).openings)
    assert found.kind[at(found, 2.5, 0.125)] == DOOR


def test_without_sightings_a_plan_is_as_it_was() -> None:
    before, after = (understood(drawn(), each).openings for each in (None, Sightings.none()))

    assert before.kind == after.kind
    assert before.evidence == after.evidence
    np.testing.assert_array_equal(before.confidence, after.confidence)


# --- walls of any angle ----------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.floats(0, 2 * math.pi), st.booleans())
def test_sightings_fit_walls_of_any_angle(turn: float, closed: bool) -> None:
    c, s = math.cos(turn), math.sin(turn)

    def turned(points: list[Point]) -> list[Point]:
        return [(c * x - s * y, s * x + c * y) for x, y in points]

    board = Board()
    for start, end in house.edges(house.region(() if closed else house.HOLES)):
        one, other = turned([start, end])
        board.line(one, other, "A-WALL")
    swept = [
        (2.0, 0.0),
        (3.0, 0.0),
        (2.0, 1.25),
        *((2 + math.cos(a), 0.25 + math.sin(a)) for a in np.linspace(0, 1.57, 9)),
    ]
    board.area(turned([(0.1, 0.1), (0.2, 0.1), (0.2, 0.2)]), "A-WALL")
    sightings = seen((Seen.DOOR, turned(swept), 0.9), (Seen.WINDOW, turned(EAST), 0.9))
    found = understood(traced(board), sightings).openings

    for place, kind, width in (((2.5, 0.125), DOOR, 1.0), ((9.875, 2.1), WINDOW, 1.2)):
        row = at(found, *turned([place])[0])
        assert found.kind[row] == kind
        assert found.evidence[row][0] == DETECTOR
        assert found.width[row] == pytest.approx(width, abs=0.02 if not closed else 0.25)
