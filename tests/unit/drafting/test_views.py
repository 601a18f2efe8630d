"""Sheets as offices put them together: what is a drawing of its own, and what kind of drawing."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import shapely

from pipelines.drafting.meaning import classify
from pipelines.drafting.stacking import Stack, group
from pipelines.drafting.titles import ViewKind
from pipelines.drafting.views import View, select, split
from tests.unit.drafting import house
from tests.unit.drafting.drawn import Board

Point = tuple[float, float]


def at(board: Board, shift: Point, draw: Callable[[Board], None]) -> None:
    """Draw something elsewhere on the sheet."""
    before = board.shift
    board.shift = (before[0] + shift[0] * board.scale, before[1] + shift[1] * board.scale)
    draw(board)
    board.shift = before


def plan(board: Board) -> None:
    house.double_lines(board, "A-WALL")
    house.openings(board)
    board.text((3, 4), "LIVING")
    board.text((8, 6), "BATH")
    board.text((8, 2), "BEDROOM")


def upper(board: Board) -> None:
    """The storey above: the same outer walls, other rooms."""
    outer = shapely.box(0, 0, 10, 8) - shapely.box(0.25, 0.25, 9.75, 7.75)
    inner = shapely.box(3.94, 0.25, 4.06, 7.75) | shapely.box(0.25, 4.94, 3.94, 5.06)
    for start, end in house.edges((outer | inner) - shapely.box(3.9, 1.5, 4.1, 2.4)):
        board.line(start, end, "A-WALL")
    house.swing(board, (3.94, 1.5), (0, 1), (-1, 0), 0.9, "A-DOOR")
    board.text((2, 2.5), "BEDROOM")
    board.text((7, 4), "BEDROOM 2")


def electrical(board: Board) -> None:
    """The plan once more, with the electrician's lines in it."""
    plan(board)
    for k in range(30):
        x, y = 0.5 + 1.5 * (k % 6), 0.7 + 1.4 * (k // 6)
        board.arc((x, y), 0.12, 0.0, math.tau, "E-LITE")
        board.line((x, y), (x + 1.2, y + 0.3), "E-POWR")


def elevation(board: Board) -> None:
    board.box((0, 0), (10, 5.4), "A-ELEV")
    for x in (1.0, 4.0, 7.0):
        board.box((x, 1), (x + 1.4, 2.4), "A-ELEV")
        board.box((x, 3.6), (x + 1.4, 4.8), "A-ELEV")
    for k in range(12):
        board.line((0, 0.4 * k), (10, 0.4 * k), "A-ELEV")


def plain_elevation(board: Board) -> None:
    """An elevation on layers that say nothing."""
    board.box((0, 0), (10, 5.4), "0")
    for x in (1.0, 4.0, 7.0):
        board.box((x, 1), (x + 1.4, 2.4), "0")
    board.line((0, 5.4), (5, 6.4), "0")
    board.line((5, 6.4), (10, 5.4), "0")


def section(board: Board) -> None:
    board.box((0, 0), (8, 0.3), "A-SECT")
    board.box((0, 2.9), (8, 3.2), "A-SECT")
    for x in (0.0, 7.75):
        board.box((x, 0.3), (x + 0.25, 2.9), "A-SECT")
    for k in range(10):
        board.line((1 + 0.3 * k, 0.3 + 0.25 * k), (1.3 + 0.3 * k, 0.3 + 0.25 * k), "A-SECT")


def detail(board: Board) -> None:
    for k in range(14):
        board.line((0, 0.1 * k), (1.4, 0.1 * k), "0")
    board.box((0, 0), (1.4, 1.4), "0")


def roof(board: Board) -> None:
    board.box((-0.4, -0.4), (10.4, 8.4), "A-ROOF")
    board.line((3.6, 4), (6.4, 4), "A-ROOF")
    for corner, ridge in (((-0.4, -0.4), 3.6), ((-0.4, 8.4), 3.6), ((10.4, -0.4), 6.4), ((10.4, 8.4), 6.4)):
        board.line(corner, (ridge, 4.0), "A-ROOF")
    board.box((7, 5.5), (7.6, 6.1), "A-ROOF")


def stamp(board: Board) -> None:
    """A title block with its grid of lines and texts."""
    for k in range(9):
        board.line((0, 0.6 * k), (6, 0.6 * k), "TITLEBLOCK")
    for x in (0.0, 2.0, 6.0):
        board.line((x, 0), (x, 4.8), "TITLEBLOCK")
    for k, words in enumerate(
        ("PROJECT", "DATE", "SCALE 1:100", "DRAWN BY", "CHECKED", "SHEET A-101", "REV 3", "CLIENT")
    ):
        board.text((0.2, 0.2 + 0.6 * k), words, layer="TITLEBLOCK")


def views_of(board: Board) -> tuple[View, ...]:
    sheet = board.sheet()
    return split(sheet, classify(sheet))


def stacks_of(board: Board) -> tuple[tuple[View, ...], tuple[Stack, ...]]:
    sheet = board.sheet()
    meaning = classify(sheet)
    views = split(sheet, meaning)
    return views, group(views, sheet, meaning)


def kinds(board: Board) -> list[ViewKind]:
    """Kinds from left to right."""
    return [view.kind for view in sorted(views_of(board), key=lambda view: float(view.low[0]))]


def test_one_plan_is_one_view_with_all_that_is_in_it() -> None:
    board = Board()
    plan(board)
    sheet = board.sheet()
    (view,) = split(sheet, classify(sheet))
    assert view.kind == ViewKind.PLAN
    assert view.strokes.all()
    assert view.arcs.all()
    assert view.texts.all()
    np.testing.assert_allclose([*view.low, *view.high], [0, 0, 10, 8], atol=1e-6)
    assert len(select(sheet, view).strokes) == len(sheet.strokes)


@pytest.mark.parametrize("scale", [1.0, 1000.0, 39.37, 0.001])
def test_a_sheet_of_all_kinds_is_taken_apart_whatever_its_unit(scale: float) -> None:
    board = Board(scale=scale)
    for k, (draw, title) in enumerate(
        (
            (plan, "GROUND FLOOR PLAN"),
            (elevation, "SOUTH ELEVATION"),
            (section, "SECTION A-A"),
            (roof, "ROOF PLAN"),
            (detail, "DETAIL 1"),
        )
    ):
        at(board, (16.0 * k, 0), draw)
        board.text((16.0 * k + (0.7 if draw is detail else 5), -1.0), title, height=0.4)
    at(board, (80, -3), stamp)
    assert kinds(board)[:5] == [
        ViewKind.PLAN, ViewKind.ELEVATION, ViewKind.SECTION, ViewKind.ROOF_PLAN, ViewKind.DETAIL,
    ]  # fmt: skip
    views, stacks = stacks_of(board)
    (stack,) = stacks
    assert (stack.level, stack.name) == (0, "GROUND FLOOR PLAN")
    assert [views[placed.view].title for placed in stack.plans] == ["GROUND FLOOR PLAN"]


def test_without_titles_the_layers_tell() -> None:
    board = Board()
    for k, draw in enumerate((plan, elevation, section, roof)):
        at(board, (16.0 * k, 0), draw)
    assert kinds(board) == [ViewKind.PLAN, ViewKind.ELEVATION, ViewKind.SECTION, ViewKind.ROOF_PLAN]
    assert len(stacks_of(board)[1]) == 1


def test_without_titles_and_layers_the_shape_beside_the_plan_tells() -> None:
    board = Board()
    plan(board)
    at(board, (16, 0), plain_elevation)
    at(board, (32, 0), plain_elevation)
    assert kinds(board) == [ViewKind.PLAN, ViewKind.ELEVATION, ViewKind.ELEVATION]


def test_a_title_block_is_no_plan() -> None:
    board = Board()
    plan(board)
    at(board, (20, 0), stamp)
    views, stacks = stacks_of(board)
    assert sum(view.kind == ViewKind.PLAN for view in views) == 1
    assert sum(len(stack.plans) for stack in stacks) == 1


def test_outer_walls_that_inner_ones_meet_are_no_frame() -> None:
    board = Board()
    # A long plan on a layer without a name; without its outer walls two groups of small rooms are left.
    board.box((0, 0), (6, 14), "1")
    board.box((0.2, 0.2), (5.8, 13.8), "1")
    for y in (1.5, 3.0, 11.0, 12.5):
        for x in (0.2, 3.1):
            board.box((x, y), (x + 2.7, y + 0.1), "1")
    for x in (1.7, 2.9, 4.2):
        for y in (0.2, 10.8):
            board.box((x, y), (x + 0.1, y + 3.0), "1")
    (view,) = split(board.sheet(), classify(board.sheet()))
    np.testing.assert_allclose(view.size, (6, 14))


def test_a_plan_that_is_empty_in_its_middle_is_one() -> None:
    board = Board()
    # Two faces of each outer wall, small rooms at either end, and lines all around.
    board.box((0, 0), (6, 20), "1")
    board.box((0.2, 0.2), (5.8, 19.8), "1")
    for y in (1.4, 2.6, 17.4, 18.6):
        for x in (0.2, 2.4, 4.6):
            board.box((x, y), (min(x + 1.6, 5.8), y + 0.1), "1")
    for x in (1.7, 2.9, 4.2):
        for y in (0.2, 17.0):
            board.box((x, y), (x + 0.1, y + 2.8), "1")
    board.box((-3.0, -3.0), (9.0, 23.0), "1")
    (view,) = views_of(board)
    assert view.size[1] >= 20


def test_wide_lines_meet_where_their_widths_do() -> None:
    board = Board()
    # The same plan with walls as one wide line each: inner ones end at the face of an outer one, not at its axis.
    for y in (0.0, 14.0):
        board.line((0, y), (6, y), "1", width=0.2)
    for x in (0.0, 6.0):
        board.line((x, 0), (x, 14), "1", width=0.2)
    for y in (1.5, 3.0, 11.0, 12.5):
        for x in (0.1, 2.9):
            board.line((x, y), (x + 3.0, y), "1", width=0.1)
    for x in (1.0, 1.7, 2.9, 3.6, 4.2, 5.1):
        for y in (0.1, 10.9):
            board.line((x, y), (x, y + 3.0), "1", width=0.1)
    (view,) = split(board.sheet(), classify(board.sheet()))
    np.testing.assert_allclose(view.size, (6, 14))


@pytest.mark.parametrize("layer", ["0", "TITLEBLOCK", "A-ANNO-TTLB", "도곽", "BORDER"])
def test_a_frame_around_everything_holds_nothing_together(layer: str) -> None:
    board = Board()
    plan(board)
    at(board, (16, 0), elevation)
    for inset in (0.0, 0.5):
        board.box((-4 + inset, -6 + inset), (34 - inset, 14 - inset), layer)
    found = [view.kind for view in views_of(board)]
    assert found.count(ViewKind.PLAN) == 1
    assert found.count(ViewKind.ELEVATION) == 1


def test_a_frame_is_seen_beside_many_bubbles_of_axes_and_wide_elevations_of_few_lines() -> None:
    board = Board()
    house.double_lines(board, "0")
    house.openings(board, door="0", window="0")
    for x in (0.0, 3.3, 6.6, 10.0):
        for y in (-4.0, 12.0):
            board.arc((x, y), 0.5, 0.0, 2 * np.pi, "0")
        board.line((x, -4.0), (x, 12.0), "0")
    at(board, (18, 0), lambda board: board.path([(0, 0), (14, 0), (14, 3), (7, 6), (0, 3), (0, 0)], "0"))
    board.box((-8, -8), (36, 16), "0")
    (view,) = [view for view in views_of(board) if view.kind is ViewKind.PLAN]
    assert (view.low > (-2, -6)).all()
    assert (view.high < (12, 14)).all()


def test_axes_and_dimensions_join_no_drawings() -> None:
    board = Board()
    plan(board)
    at(board, (16, 0), upper)
    for y in (0.125, 7.875):
        board.line((-3, y), (30, y), "A-GRID")
    board.line((0, -1.5), (26, -1.5), "A-DIMS")
    assert kinds(board) == [ViewKind.PLAN, ViewKind.PLAN]


def test_dimensions_and_names_around_a_plan_belong_to_it() -> None:
    board = Board()
    plan(board)
    at(board, (16, 0), elevation)
    board.line((0, -0.8), (10, -0.8), "A-DIMS")
    board.dimension((0, 0), (10, 0))
    board.text((5, -0.7), "10.00", layer="A-DIMS")
    view = next(view for view in views_of(board) if view.kind == ViewKind.PLAN)
    assert view.dimensions.all()
    assert view.strokes[-1]


def test_a_plan_far_from_the_origin_is_found_beside_a_stray_line() -> None:
    board = Board(shift=(4.5e5, 5.2e6))
    plan(board)
    board.strokes[0] = ((0.0, 0.0), (1.0, 0.0), *board.strokes[0][2:])
    views = views_of(board)
    assert views[0].kind == ViewKind.PLAN
    np.testing.assert_allclose(views[0].high - views[0].low, [10, 8], atol=0.3)


def test_the_same_plan_for_the_electrician_is_one_storey() -> None:
    board = Board()
    plan(board)
    at(board, (16, 0), electrical)
    board.text((5, -1.0), "GROUND FLOOR PLAN", height=0.4)
    board.text((21, -1.0), "ELECTRICAL PLAN", height=0.4)
    views, stacks = stacks_of(board)
    (stack,) = stacks
    assert [views[placed.view].kind for placed in stack.plans] == [ViewKind.PLAN]


def test_a_copy_of_a_plan_without_titles_is_one_storey() -> None:
    board = Board()
    plan(board)
    at(board, (16, 0), plan)
    _, stacks = stacks_of(board)
    assert [len(stack.plans) for stack in stacks] == [1]
    assert len(stacks[0].others) == 1


@pytest.mark.parametrize(
    ("lower", "higher", "levels"),
    [
        ("GROUND FLOOR PLAN", "FIRST FLOOR PLAN", [0, 1]),
        ("FIRST FLOOR PLAN", "SECOND FLOOR PLAN", [0, 1]),
        ("1층 평면도", "2층 평면도", [0, 1]),
        ("1階平面図", "2階平面図", [0, 1]),
        ("一层平面图", "二层平面图", [0, 1]),
        ("Grundriss EG", "Grundriss OG", [0, 1]),
        ("Rez-de-chaussée", "Plan étage 1", [0, 1]),
        ("PLANTA BAJA", "PLANTA ALTA", [0, 1]),
        ("Piano terra", "Piano primo", [0, 1]),
        ("ZEMİN KAT PLANI", "1. KAT PLANI", [0, 1]),
        ("BASEMENT PLAN", "GROUND FLOOR PLAN", [-1, 0]),
        ("GROUND FLOOR PLAN", "ATTIC PLAN", [0, 1]),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_titles_stack_storeys_wherever_they_stand(lower: str, higher: str, levels: list[int], swapped: bool) -> None:
    board = Board()
    for place, (draw, title) in enumerate(
        ((upper, higher), (plan, lower)) if swapped else ((plan, lower), (upper, higher))
    ):
        at(board, (16.0 * place, 0), draw)
        board.text((16.0 * place + 5, -1.0), title, height=0.4)
    views, stacks = stacks_of(board)
    assert [stack.level for stack in stacks] == levels
    assert [stack.name for stack in stacks] == [lower, higher]
    # Laid over each other, the two stand on the same spot.
    corners = [views[stack.plans[0].view].low + stack.plans[0].offset for stack in stacks]
    np.testing.assert_allclose(corners[0], corners[1], atol=0.01)
    assert all(stack.confidence >= 0.9 for stack in stacks)


def test_a_title_halfway_between_two_drawings_belongs_to_the_one_that_has_none() -> None:
    def terrace(board: Board) -> None:
        """A wide elevation, to whose size the distance of the title above it is little."""
        elevation(board)
        at(board, (10, 0), elevation)

    board = Board()
    for draw, title, y in (
        (plan, "一层平面图", 0.0),
        (upper, "二层平面图", -15.0),
        (terrace, "南立面图", -27.5),
        (section, "1-1剖面图", -42.5),
    ):
        at(board, (0, y), draw)
        board.text((5, y - 3.6), title, height=0.45)
    views, stacks = stacks_of(board)
    assert sorted(view.title for view in views) == sorted(["一层平面图", "二层平面图", "南立面图", "1-1剖面图"])
    assert [stack.name for stack in stacks] == ["一层平面图", "二层平面图"]


@pytest.mark.parametrize("shift", [(16.0, 0.0), (0.0, 14.0)])
def test_storeys_without_titles_are_stacked_in_reading_order(shift: Point) -> None:
    board = Board()
    plan(board)
    at(board, shift, upper)
    views, stacks = stacks_of(board)
    assert [stack.level for stack in stacks] == [0, 1]
    lowest = views[stacks[0].plans[0].view]
    assert lowest.low.tolist() == pytest.approx([0, 0], abs=0.01)
    offset = stacks[1].plans[0].offset
    assert offset == pytest.approx((-shift[0], -shift[1]), abs=0.01)
    assert stacks[1].confidence < 0.9


def test_plans_of_different_buildings_stand_side_by_side() -> None:
    board = Board()
    plan(board)

    def other(board: Board) -> None:
        board.room((0, 0), (14, 5))
        board.room((14, 0), (20, 5))
        house.swing(board, (3.0, 0.2), (1, 0), (0, 1), 0.9, "A-DOOR")
        house.swing(board, (15.0, 0.2), (1, 0), (0, 1), 0.9, "A-DOOR")

    at(board, (20, 0), other)
    _, stacks = stacks_of(board)
    (stack,) = stacks
    assert stack.level == 0
    assert [placed.offset for placed in stack.plans] == [(0.0, 0.0), (0.0, 0.0)]


def test_every_view_says_why() -> None:
    board = Board()
    for k, draw in enumerate((plan, elevation, section, roof, plain_elevation, detail)):
        at(board, (16.0 * k, 0), draw)
    for view in views_of(board):
        assert view.reason
        assert not view.reason.startswith("it is it")
        assert 0 < view.confidence <= 1


def test_an_empty_sheet_has_no_views() -> None:
    views, stacks = stacks_of(Board())
    assert stacks == ()
    assert all(view.kind != ViewKind.PLAN or not view.strokes.any() for view in views)


def test_a_sheet_of_a_few_lines_is_one_drawing() -> None:
    board = Board()
    board.box((0, 0), (3, 2))
    (view,) = views_of(board)
    assert view.strokes.all()
