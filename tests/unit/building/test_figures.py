"""Pieces that are drawn alike share a figure."""

import numpy as np
import pytest
import shapely

from pipelines.building.figures import Figures

SQUARE = np.array([[[0, 0], [1, 0]], [[1, 0], [1, 1]], [[1, 1], [0, 1]], [[0, 1], [0, 0]]], dtype=np.float64)
STEP = 0.002


def at(x: float, y: float) -> np.ndarray:
    return np.asarray(SQUARE + np.array([x, y]))


def figures(*pieces: np.ndarray) -> Figures:
    owner = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
    return Figures.of(np.concatenate(pieces), owner, len(pieces), STEP)


def test_what_differs_in_its_place_only_is_one_figure() -> None:
    made = figures(at(3.3, 4.7), SQUARE * 2, at(-1000 / 3, 1000 / 7))

    assert made.figure.tolist() == [0, 1, 0]
    assert len(made.lines()) == 2


def test_what_a_figure_has_stands_at_each_of_its_places() -> None:
    made = figures(at(3.3, 4.7), at(10, 20))
    boxes = made.placed(np.asarray([shapely.box(0, 0, 1, 1)], dtype=np.object_))

    assert shapely.bounds(boxes) == pytest.approx(np.array([[3.3, 4.7, 4.3, 5.7], [10, 20, 11, 21]]))


@pytest.mark.parametrize("shift", np.linspace(0.0, STEP, 7))
def test_ends_that_miss_each_other_by_less_than_a_step_meet_wherever_the_piece_stands(shift: float) -> None:
    gap = at(7 + shift, 8 + shift)
    gap[3, 1] += [0.0013, -0.0012]
    drawn = figures(gap).lines()[0]

    faces = shapely.get_parts(shapely.polygonize([drawn]))

    assert shapely.area(faces) == pytest.approx([1.0], abs=0.01)


def test_ends_that_miss_each_other_by_more_stay_apart() -> None:
    gap = SQUARE.copy()
    gap[3, 1] += [0.01, 0.01]

    assert not len(shapely.get_parts(shapely.polygonize([figures(gap).lines()[0]])))


def test_a_piece_without_strokes_has_a_figure_without_strokes() -> None:
    made = Figures.of(SQUARE, np.full(4, 1), 3, STEP)

    assert made.figure.tolist() == [0, 1, 0]
    assert shapely.is_empty(made.lines()).tolist() == [True, False]
    assert not len(Figures.of(np.zeros((0, 2, 2)), np.zeros(0, dtype=np.intp), 0, STEP).lines())
