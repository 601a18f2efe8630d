import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipelines.geometry.pairs import Strips, rectangles
from pipelines.geometry.runs import Gaps, bridges, gaps_of, runs_of


def strips(*axes: tuple[float, float, float, float], thickness: float | list[float] = 0.2, turn: float = 0.0) -> Strips:
    table = np.array(axes, dtype=np.float64)
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos, -sin], [sin, cos]])
    nobody = np.full(len(table), -1, np.intp)
    broad = np.broadcast_to(np.asarray(thickness, np.float64), len(table)).copy()
    return Strips(table[:, :2] @ matrix.T, table[:, 2:] @ matrix.T, broad, nobody, nobody)


def gaps(given_: Strips, *, low: float = 0.35, high: float = 6.0) -> Gaps:
    runs, label = runs_of(given_)
    return gaps_of(runs, given_, label, shapely.union_all(given_.rectangles(), grid_size=1e-4), low=low, high=high)


@given(turn=st.floats(-np.pi, np.pi), gap=st.floats(0.4, 5))
def test_strips_on_one_axis_are_one_run_with_a_gap_between_them(turn: float, gap: float) -> None:
    wall = strips((0, 0, 3, 0), (3 + gap, 0, 9, 0), turn=turn)
    runs, label = runs_of(wall)
    assert label.tolist() == [0, 0]
    np.testing.assert_allclose(runs.finish - runs.begin, [9], atol=1e-6)
    np.testing.assert_allclose(runs.longest, [max(3, 6 - gap)], atol=1e-6)
    found = gaps(wall)
    np.testing.assert_allclose(found.width, [gap], atol=1e-3)
    np.testing.assert_allclose(found.depth, [0.2], atol=1e-6)
    assert found.capped_begin.all()
    assert found.capped_finish.all()


def test_parallel_walls_side_by_side_and_walls_of_other_thickness_are_other_runs() -> None:
    _, label = runs_of(strips((0, 0, 3, 0), (4, 0.3, 8, 0.3)))
    assert len(set(label.tolist())) == 2
    _, label = runs_of(strips((0, 0, 3, 0), (4, 0, 8, 0), thickness=[0.1, 0.3]))
    assert len(set(label.tolist())) == 2


def test_walls_too_far_apart_are_not_one_run() -> None:
    _, label = runs_of(strips((0, 0, 3, 0), (12, 0, 15, 0)))
    assert len(set(label.tolist())) == 2


def test_a_gap_that_ends_at_another_walls_flank_is_capped_on_one_side() -> None:
    found = gaps(strips((0, 0, 3, 0), (4, -2, 4, 2)))
    at_flank = np.flatnonzero(np.abs(found.width - 0.9) < 1e-3)
    assert len(at_flank) == 1
    assert [bool(found.capped_begin[at_flank[0]]), bool(found.capped_finish[at_flank[0]])].count(True) == 1


def test_slits_and_wide_spaces_are_no_gaps() -> None:
    assert len(gaps(strips((0, 0, 3, 0), (3.2, 0, 6, 0)))) == 0
    assert len(gaps(strips((0, 0, 3, 0), (9.3, 0, 12, 0)))) == 0


def test_the_way_a_run_points_does_not_depend_on_how_its_strips_were_drawn() -> None:
    one, _ = runs_of(strips((0, 0, 3, 0), (4, 0, 9, 0)))
    other, _ = runs_of(strips((9, 0, 4, 0), (3, 0, 0, 0)))
    np.testing.assert_allclose(one.direction, other.direction)


def test_bridges_close_short_gaps_only() -> None:
    wall = strips((0, 0, 3, 0), (3.2, 0, 6, 0), (7, 0, 9, 0))
    (bridge,) = bridges(wall, longest=0.3)
    expected = rectangles(np.array([[3.0, 0.0]]), np.array([[3.2, 0.0]]), np.array([0.2]))[0]
    assert float(shapely.area(shapely.symmetric_difference(bridge, expected))) < 1e-9


def test_nothing_has_no_runs() -> None:
    nothing = strips((0, 0, 1, 0)).take(np.zeros(0, np.intp))
    runs, label = runs_of(nothing)
    assert len(runs) == len(label) == 0
