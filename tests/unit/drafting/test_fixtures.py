"""Stairs, columns and fixtures that were only seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from pipelines.drafting import fixtures
from pipelines.linework import Linework, Seen, Sightings
from pipelines.plan import Columns, Furniture, FurnitureKind, Stairs
from tests.unit import sample
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.test_sighted import corners, seen

STOREY = sample.storey()
#: Nothing lies here on the sample storey.
FREE = shapely.MultiPolygon()
NOTHING = np.zeros(0, np.intp)
STAIRS, COLUMNS, FURNITURE = STOREY.stairs.take(NOTHING), STOREY.columns.take(NOTHING), STOREY.furniture.take(NOTHING)


def sheet(sightings: Sightings, board: Board | None = None) -> Linework:
    return replace((board or Board()).sheet(), sightings=sightings)


def flights(box: tuple[float, float, float, float], board: Board | None = None, score: float = 0.8) -> Stairs:
    drawn = sheet(seen((Seen.STAIR, corners(*box), score)), board)
    return fixtures.stairs(STAIRS, drawn, FREE)


def test_a_flight_that_was_seen_has_a_tread_for_every_step_along_its_longer_side() -> None:
    found = flights((1.0, 2.0, 2.0, 4.8))
    treads = found.treads[0].reshape(-1, 2, 2)

    assert found.tread_count.tolist() == [11]
    assert np.isnan(found.up).all()
    np.testing.assert_allclose(np.diff(treads[:, 0, 1]), 0.28)
    np.testing.assert_allclose(treads[:, 0, 0], 1.0)
    np.testing.assert_allclose(treads[:, 1, 0], 2.0)
    assert shapely.equals(found.footprint[0], shapely.box(1.0, 2.0, 2.0, 4.8))


def test_its_treads_run_as_the_lines_in_it_do() -> None:
    board = Board()
    for x in np.arange(1.2, 3.0, 0.28):
        board.line((float(x), 2.05), (float(x), 4.75))
    found = flights((1.0, 2.0, 3.0, 4.8), board)
    treads = found.treads[0].reshape(-1, 2, 2)

    np.testing.assert_allclose(treads[:, 0, 1], 2.0)
    np.testing.assert_allclose(treads[:, 1, 1], 4.8)


@pytest.mark.parametrize("box", [(0.0, 0.0, 0.4, 3.0), (0.0, 0.0, 1.0, 12.0), (0.0, 0.0, 6.0, 6.0)])
def test_what_is_no_size_for_stairs_is_none(box: tuple[float, float, float, float]) -> None:
    assert len(flights(box)) == 0


def test_what_is_hardly_sure_is_not_built() -> None:
    assert len(flights((1.0, 2.0, 2.0, 4.8), score=0.3)) == 0


def test_a_flight_that_lines_told_is_not_told_again() -> None:
    around = sheet(seen((Seen.STAIR, corners(5.9, 2.9, 7.0, 4.0), 0.9), (Seen.STAIR, corners(1.0, 1.0, 2.0, 4.0), 0.9)))
    found = fixtures.stairs(STOREY.stairs, around, FREE)

    assert len(found) == 2
    assert found.confidence.tolist() == [0.7, 0.9]
    assert found.treads.counts.tolist() == [6, 24]


def test_of_two_that_lie_on_each_other_the_surer_stays() -> None:
    both = seen((Seen.STAIR, corners(1.0, 1.0, 2.0, 4.0), 0.6), (Seen.STAIR, corners(1.1, 1.0, 2.1, 4.0), 0.9))
    found = fixtures.stairs(STAIRS, sheet(both), FREE)

    assert found.confidence.tolist() == [0.9]


def columns(board: Board, walls: shapely.Geometry = FREE) -> Columns:
    drawn = sheet(seen((Seen.COLUMN, corners(4.0, 4.0, 4.4, 4.4), 0.8)), board)
    return fixtures.columns(COLUMNS, drawn, walls)


def test_a_column_that_was_seen_stands_where_something_is_filled() -> None:
    filled = Board()
    filled.area([(4.02, 4.02), (4.38, 4.02), (4.38, 4.38), (4.02, 4.38)])

    assert len(columns(filled)) == 1
    assert len(columns(Board())) == 0


def test_a_column_within_a_wall_is_wall() -> None:
    filled = Board()
    filled.area([(0.0, 4.0), (9.0, 4.0), (9.0, 4.4), (0.0, 4.4)])

    assert len(columns(filled, shapely.box(0.0, 4.0, 9.0, 4.4))) == 0


def fitted(*things: tuple[Seen, tuple[float, float, float, float]], walls: shapely.Geometry = FREE) -> Furniture:
    boxes = seen(*((kind, corners(*box), 0.8) for kind, box in things))
    return fixtures.furniture(FURNITURE, sheet(boxes), walls)


def test_fixtures_that_were_seen_are_drawn_as_their_boxes() -> None:
    found = fitted((Seen.TOILET, (1.0, 1.0, 1.4, 1.7)), (Seen.COUNTER, (3.0, 1.0, 6.0, 1.6)))

    assert found.kind == (FurnitureKind.SANITARY, FurnitureKind.KITCHEN)
    assert found.name == ("toilet", "counter")
    assert found.height.tolist() == [0.45, 0.9]
    lines = shapely.multilinestrings(list(found.lines[0].reshape(-1, 2, 2)))
    assert shapely.equals(shapely.convex_hull(lines), shapely.box(1, 1, 1.4, 1.7))
    assert shapely.length(lines) == pytest.approx(2.2)


def test_the_box_of_a_counter_around_a_corner_is_full_of_floor_and_left_out() -> None:
    assert len(fitted((Seen.COUNTER, (3.0, 1.0, 6.0, 3.0)))) == 0


def test_what_lies_in_a_wall_is_left_out() -> None:
    assert len(fitted((Seen.BASIN, (1.0, 1.0, 1.5, 1.4)), walls=shapely.box(0.0, 1.1, 9.0, 1.4))) == 0


def test_without_sightings_everything_is_as_it_was() -> None:
    blank = sheet(Sightings.none())

    assert fixtures.stairs(STOREY.stairs, blank, FREE) is STOREY.stairs
    assert fixtures.columns(STOREY.columns, blank, FREE) is STOREY.columns
    assert fixtures.furniture(STOREY.furniture, blank, FREE) is STOREY.furniture
