import math
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.linework import Origin
from pipelines.plan import OpeningKind, WallKind
from tests.unit.drafting import house
from tests.unit.drafting.drawn import Board
from tests.unit.drafting.house import overlap, understood

Style = Callable[[Board, str], None]


def walls_of(board: Board) -> shapely.Geometry:
    whole: shapely.Geometry = shapely.union_all(understood(board.sheet()).storey.walls.footprint, grid_size=1e-4)
    return whole


def agree(made: shapely.Geometry, truth: shapely.Geometry) -> float:
    return float(shapely.area(shapely.intersection(made, truth)) / shapely.area(shapely.union(made, truth)))


def band(points: list[tuple[float, float]], thickness: float) -> shapely.Geometry:
    shape: shapely.Geometry = shapely.buffer(
        shapely.LineString(points), thickness / 2, cap_style="flat", join_style="mitre"
    )
    return shape


def outline(board: Board, shape: shapely.Geometry, layer: str = "A-WALL") -> None:
    for start, end in house.edges(shape):
        board.line(start, end, layer)


@pytest.mark.parametrize("layer", ["A-WALL", "0"])
@pytest.mark.parametrize("style", house.STYLES, ids=lambda style: style.__name__)
def test_the_house_is_the_same_however_its_walls_are_drawn(style: Style, layer: str) -> None:
    board = Board()
    style(board, layer)
    house.openings(board)
    found = understood(board.sheet())
    assert overlap(found, house.region()) > 0.97
    np.testing.assert_allclose(np.sort(found.storey.rooms.area), np.sort(house.ROOMS), rtol=0.02)
    kinds = sorted(found.storey.openings.kind)
    assert kinds == sorted([OpeningKind.DOOR] * 3 + [OpeningKind.WINDOW] * 2 + [OpeningKind.OPENING])


@pytest.mark.parametrize(
    "layer",
    ["A-WALL", "벽체", "壁", "墙体", "Wand", "MUR", "MUROS", "Muratura", "Paredes", "DUVAR", "Tuong", "plan$0$A-WALL"],
)
def test_walls_are_named_in_eleven_languages(layer: str) -> None:
    board = Board()
    house.double_lines(board, layer)
    board.box((3, 3), (3.2, 5), "Z-99")  # something as thick as a wall on a layer that says nothing
    found = understood(board.sheet())
    assert found.method == "layer names"
    assert overlap(found, house.region()) > 0.97
    assert set(found.storey.walls.layer) == {layer}


def test_everything_on_one_layer_is_told_by_geometry_alone() -> None:
    board = Board()
    house.double_lines(board, "0")
    house.openings(board, door="0", window="0")
    found = understood(board.sheet())
    assert found.method.startswith("geometry")
    assert found.confidence < 0.9
    assert overlap(found, house.region()) > 0.9
    assert len(found.storey.rooms) == 3
    assert sum(kind.is_door for kind in found.storey.openings.kind) == 3


def test_a_wall_layer_with_hardly_any_wall_is_not_believed() -> None:
    board = Board()
    house.double_lines(board, "PLAN")
    house.openings(board)
    board.box((20, 0), (21, 0.2), "A-WALL")
    found = understood(board.sheet())
    assert found.method.startswith("geometry")
    assert overlap(found, house.region()) > 0.95


def test_what_runs_beside_walls_does_not_become_wall() -> None:
    board = Board()
    house.double_lines(board, "PLAN")
    house.openings(board)
    for k, low in enumerate((-0.6, -1.4, -2.2)):  # chains of dimensions
        board.line((0, low), (10, low), "A-DIMS", Origin.DIMENSION)
        board.line((low, 0), (low, 8), "A-DIMS", Origin.DIMENSION)
        board.line((3.0 * k, low), (3.0 * k, 0), "A-DIMS", Origin.DIMENSION)
    for x in (0.125, 6, 9.875):  # axes through the walls
        board.line((x, -3), (x, 11), "A-GRID")
    board.box((-0.3, -0.3), (10.3, 8.3), "S-FNDN")  # a footing around the house
    board.box((0.55, 0.55), (9.45, 7.45), "S-FNDN")
    found = understood(board.sheet())
    assert overlap(found, house.region()) > 0.97


def test_a_dashed_line_beside_a_wall_is_no_wall() -> None:
    board = Board()
    house.double_lines(board, "A-WALL")
    for low, high in (((-0.4, -0.4), (10.4, 8.4)), ((0.6, 0.6), (9.4, 7.4))):
        x0, y0, x1, y1 = *low, *high
        for a, b in (((x0, y0), (x1, y0)), ((x1, y0), (x1, y1)), ((x1, y1), (x0, y1)), ((x0, y1), (x0, y0))):
            board.line(a, b, "A-WALL", dashed=True)
    assert overlap(understood(board.sheet()), house.region()) > 0.97


@settings(max_examples=25, deadline=None)
@given(
    outer=st.floats(0.15, 0.45),
    inner=st.floats(0.08, 0.3),
    at=st.floats(0.3, 0.7),
    cross=st.booleans(),
    layer=st.sampled_from(["A-WALL", "0"]),
)
def test_walls_of_any_thickness_meet_in_corners_tees_and_crosses(
    outer: float, inner: float, at: float, cross: bool, layer: str
) -> None:
    truth = shapely.box(0, 0, 9, 7) - shapely.box(outer, outer, 9 - outer, 7 - outer)
    truth |= band([(9 * at, outer / 2), (9 * at, 7 - outer / 2)], inner)
    if cross:
        truth |= band([(outer / 2, 3), (9 - outer / 2, 3)], inner)
    board = Board()
    outline(board, truth, layer)
    assert agree(walls_of(board), truth) > 0.97


@settings(max_examples=25, deadline=None)
@given(angle=st.floats(25, 155), thickness=st.floats(0.1, 0.35))
def test_a_slanting_wall_is_closed_at_both_ends(angle: float, thickness: float) -> None:
    truth = shapely.box(0, 0, 12, 7) - shapely.box(0.3, 0.3, 11.7, 6.7)
    lean = 7 / math.tan(math.radians(angle))
    middle = band([(6 - lean / 2, 0), (6 + lean / 2, 7)], thickness)
    truth = shapely.union(truth, shapely.intersection(middle, shapely.box(0, 0, 12, 7)))
    board = Board()
    outline(board, truth)
    found = understood(board.sheet())
    assert agree(shapely.union_all(found.storey.walls.footprint, grid_size=1e-4), truth) > 0.97
    assert len(found.storey.rooms) == 2


def test_a_wall_around_a_bay_is_curved() -> None:
    board = Board()
    center, inner, outer = (5.0, 0.0), 3.0, 3.25
    board.arc(center, inner, math.pi, math.pi, "A-WALL")
    board.arc(center, outer, math.pi, math.pi, "A-WALL")
    rest = shapely.box(1.75, 0, 8.25, 6) - shapely.box(2, 0, 8, 5.75)
    for a, b in house.edges(rest):
        if a[1] > 0 or b[1] > 0:
            board.line(a, b, "A-WALL")
    circle = shapely.Point(center).buffer(outer, quad_segs=64) - shapely.Point(center).buffer(inner, quad_segs=64)
    truth = rest | (circle & shapely.box(0, -5, 10, 0))
    found = understood(board.sheet())
    assert agree(shapely.union_all(found.storey.walls.footprint, grid_size=1e-4), truth) > 0.97
    np.testing.assert_allclose(found.storey.rooms.area, [6 * 5.75 + math.pi * 9 / 2], rtol=0.02)


def test_lines_on_a_glazed_wall_layer_are_a_thin_wall_of_glass() -> None:
    board = Board()
    outline(board, shapely.box(0, 0, 8, 6) - shapely.box(0.2, -1, 7.8, 5.8))
    board.line((0.2, 0.1), (7.8, 0.1), "A-GLAZ-CURT")
    found = understood(board.sheet()).storey
    assert found.walls.kind.count(WallKind.GLASS) == 1
    assert len(found.rooms) == 1
    glass = found.walls.footprint[found.walls.kind.index(WallKind.GLASS)]
    assert agree(glass, shapely.box(0.2, 0.08, 7.8, 0.12)) > 0.9


def test_a_railing_does_not_reach_the_ceiling() -> None:
    board = Board()
    outline(board, shapely.box(0, 0, 8, 6) - shapely.box(0.2, 0.2, 7.8, 5.8))
    for a, b in (((8, 1), (10, 1)), ((10, 1), (10, 4)), ((10, 4), (8, 4))):
        board.line(a, b, "A-RAILING")
    found = understood(board.sheet()).storey
    low = np.asarray([kind == WallKind.LOW for kind in found.walls.kind])
    assert low.any()
    assert (found.walls.height[low] < 1.5).all()
    assert np.isnan(found.walls.height[~low]).all()


def test_posts_in_a_row_are_no_wall_and_their_gaps_no_doors() -> None:
    board = Board()
    house.double_lines(board, "A-WALL")
    house.openings(board)
    for x in np.arange(0, 10, 1.2):
        board.box((float(x), -3.0), (float(x) + 0.2, -2.8), "A-WALL")
    found = understood(board.sheet()).storey
    assert len(found.openings) == 6
    assert (found.openings.center[:, 1] > -0.1).all()


def test_a_wall_runs_through_its_doors_in_one_piece() -> None:
    board = Board()
    house.double_lines(board, "A-WALL")
    house.openings(board)
    found = understood(board.sheet()).storey
    hosts = found.walls.footprint[found.openings.host]
    assert shapely.contains_xy(hosts, *found.openings.center.T).all()
    # The front wall from its corner to the inner wall that meets it, with the entrance in it.
    front = hosts[int(found.openings.center[:, 1].argmin())]
    assert shapely.contains(front, shapely.box(0.3, 0.01, 5.9, 0.24))
    np.testing.assert_allclose(np.sort(np.unique(found.walls.thickness.round(3))), [0.12, 0.25])


def test_each_piece_of_wall_knows_the_lines_that_drew_it() -> None:
    board = Board()
    house.double_lines(board, "A-WALL")
    board.line((3, 3), (4, 3), "A-FURN")
    sheet = board.sheet()
    found = understood(sheet).storey
    drawn = {sheet.handles[k] for k in sheet.strokes.source[:-1]}
    assert all(handles for handles in found.walls.handles)
    assert set().union(*found.walls.handles) == drawn


def test_a_sheet_of_furniture_has_no_walls() -> None:
    board = Board()
    for x in range(5):
        board.box((x, 0), (x + 0.6, 0.6), "A-FURN")
    found = understood(board.sheet())
    assert len(found.storey.walls) == len(found.storey.rooms) == 0
    assert found.confidence == 0.0


def test_an_empty_sheet_is_an_empty_storey() -> None:
    found = understood(Board().sheet()).storey
    counts = [len(t) for t in (found.walls, found.openings, found.columns, found.stairs, found.rooms, found.furniture)]
    assert counts == [0] * 6


def test_columns_in_the_line_of_a_wall_close_the_room() -> None:
    board = Board()
    hall = shapely.difference(shapely.box(0, 0, 12, 6), shapely.box(0.2, 0.2, 11.8, 5.8))
    columns = [shapely.box(x - 0.3, -0.2, x + 0.3, 0.4) for x in (4.0, 8.0)]
    outline(board, shapely.difference(hall, shapely.union_all(columns)))
    for column in columns:
        x0, y0, x1, y1 = (float(value) for value in shapely.bounds(column))
        board.path([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], "S-COLS", closed=True)
    found = understood(board.sheet()).storey
    assert len(found.columns) == 2
    assert len(found.openings) == 0
    np.testing.assert_allclose(found.rooms.area, [11.6 * 5.6 - 2 * 0.6 * 0.2], rtol=1e-3)


def test_a_wall_may_change_its_thickness() -> None:
    truth = shapely.difference(shapely.box(0, 0, 10, 6), shapely.box(0.3, 0.3, 9.7, 5.7))
    truth = shapely.union(truth, shapely.union(shapely.box(5, 0.3, 5.3, 3), shapely.box(5, 3, 5.12, 5.7)))
    board = Board()
    outline(board, truth)
    found = understood(board.sheet()).storey
    assert agree(shapely.union_all(found.walls.footprint, grid_size=1e-4), truth) > 0.98
    assert len(found.rooms) == 2


@pytest.mark.parametrize("layer", ["A-WALL-FNSH", "A-WALL", "벽체"])
def test_a_wall_is_as_thick_as_its_plaster_makes_it(layer: str) -> None:
    core = shapely.difference(shapely.box(0, 0, 9, 6), shapely.box(0.25, 0.25, 8.75, 5.75))
    board = Board()
    outline(board, core)
    low, high = 0.02, 0.27
    board.box((-low, -low), (9 + low, 6 + low), layer)
    board.box((high, high), (9 - high, 6 - high), layer)
    found = understood(board.sheet()).storey
    truth = shapely.difference(shapely.box(-low, -low, 9 + low, 6 + low), shapely.box(high, high, 9 - high, 6 - high))
    assert agree(shapely.union_all(found.walls.footprint, grid_size=1e-4), truth) > 0.99
    np.testing.assert_allclose(found.walls.thickness, 0.29, atol=1e-3)


def test_lines_a_finger_apart_that_follow_no_wall_are_no_plaster() -> None:
    board = Board()
    core = shapely.difference(shapely.box(0, 0, 9, 6), shapely.box(0.25, 0.25, 8.75, 5.75))
    outline(board, core)
    board.box((2, 2), (5, 2.02), "A-WALL")
    board.line((2, 3), (2, 5), "A-WALL")
    board.line((2.03, 3), (2.03, 5), "A-WALL")
    assert agree(walls_of(board), core) > 0.99


def test_an_insulated_wall_of_three_leaves_is_one_wall() -> None:
    leaves = [(0.0, 0.12), (0.12, 0.2), (0.2, 0.4)]
    board = Board()
    for low, high in leaves:
        outer = shapely.box(low, low, 9 - low, 6 - low)
        outline(board, shapely.difference(outer, shapely.box(high, high, 9 - high, 6 - high)))
    truth = shapely.difference(shapely.box(0, 0, 9, 6), shapely.box(0.4, 0.4, 8.6, 5.6))
    assert agree(walls_of(board), truth) > 0.98


@pytest.mark.parametrize("layer", ["A-WALL", "벽"])
def test_walls_drawn_as_single_lines_are_thin_walls(layer: str) -> None:
    board = Board()
    for start, end in (((0, 0), (3, 0)), ((3.9, 0), (8, 0)), ((8, 0), (8, 5)), ((8, 5), (0, 5)), ((0, 5), (0, 0))):
        board.line(start, end, layer)
    board.line((4.5, 0), (4.5, 5), layer)
    house.swing(board, (3.0, 0.0), (1, 0), (0, 1), 0.9, "A-DOOR")
    found = understood(board.sheet())
    assert found.confidence < 0.8
    assert len(found.storey.rooms) == 2
    assert found.storey.openings.kind == (OpeningKind.DOOR,)
    np.testing.assert_allclose(found.storey.walls.thickness, 0.1, atol=0.03)
    np.testing.assert_allclose(found.storey.rooms.area.sum(), 40, rtol=0.06)


def test_a_door_as_wide_as_its_corridor_closes_it() -> None:
    board = Board()
    truth = shapely.difference(shapely.box(0, 0, 10, 4), shapely.box(0.2, 0.2, 9.8, 3.8))
    truth = shapely.union(truth, shapely.box(0.2, 1.2, 9.8, 1.4))  # a corridor of 1 m along the lower wall
    outline(board, truth)
    house.swing(board, (5.0, 1.2), (0, -1), (1, 0), 1.0, "A-DOOR")
    found = understood(board.sheet()).storey
    assert found.openings.kind == (OpeningKind.DOOR,)
    assert len(found.rooms) == 3
