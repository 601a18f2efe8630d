"""A scan on the sheet: it is seen where it lies, however large it and the window are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import backdrop
from pipelines.backdrop import Backdrop
from pipelines.pictures.planview import View


def scan(width: int = 200, height: int = 100) -> Backdrop:
    """A scan 20 by 10, from (3, 4): white, with a black square from (5, 6) to (7, 8)."""
    grey = np.full((height, width), 255, np.uint8)
    grey[6 * height // 10 : 8 * height // 10, 2 * width // 20 : 4 * width // 20] = 0
    return Backdrop(grey, np.array([3.0, 4.0]), np.array([23.0, 14.0]))


def window(low: tuple[float, float], scale: float, height: float) -> View:
    return View(low=np.array(low), scale=scale, height=height)


WHOLE = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@pytest.mark.parametrize("size", [(200, 100), (20, 10), (4000, 2000)])
@pytest.mark.parametrize("scale", [2.0, 10.0, 37.0])
def test_what_is_drawn_is_seen_where_it_lies(size: tuple[int, int], scale: float) -> None:
    view = window((0.0, 0.0), scale, 20 * scale)
    seen = scan(*size).seen(view.source(WHOLE), (int(20 * scale), int(30 * scale)))
    for point, value in (((6, 7), 0), ((6, 9.5), 255), ((9.5, 7), 255), ((1, 7), 255), ((6, 2), 255), ((28, 18), 255)):
        column, row = np.floor(view.points(np.array(point, dtype=float))).astype(int)
        assert seen[row, column] == value, point


def test_a_storeys_own_affine_is_undone() -> None:
    affine = np.array([[0.05, 0.0, -1.0], [0.0, 0.05, 2.0]])
    view = window((-1.0, 1.0), 100.0, 200.0)
    seen = scan().seen(view.source(affine), (200, 100))
    column, row = np.floor(view.points(affine[:, :2] @ np.array([6.0, 7.0]) + affine[:, 2])).astype(int)
    assert seen[row, column] == 0
    assert (seen < 128).mean() == pytest.approx(0.1 * 0.1 / (1.0 * 2.0), rel=0.25)


def test_a_thin_line_is_not_lost_between_the_samples_of_a_small_window() -> None:
    grey = np.full((1000, 1000), 255, np.uint8)
    grey[:, 501] = 0
    shown = Backdrop(grey, np.zeros(2), np.ones(2)).seen(window((0.0, 0.0), 50.0, 50.0).source(WHOLE), (50, 50))
    assert (shown.min(axis=1) < 250).all()


def test_moving_it_is_as_moving_linework() -> None:
    moved = scan().moved(np.array([1.0, 2.0]), 0.5)
    assert moved.low.tolist() == [1.0, 1.0]
    assert moved.high.tolist() == [11.0, 6.0]
    assert moved.grey is not None


def test_a_large_scan_is_kept_smaller_and_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backdrop, "MOST", 10_000)
    large = scan(400, 200)
    kept = Backdrop.of(large.grey, large.low, large.high)
    assert kept.grey.size <= 10_000
    view = window((0.0, 0.0), 10.0, 200.0).source(WHOLE)
    differ = np.abs(kept.seen(view, (200, 300)).astype(int) - large.seen(view, (200, 300)).astype(int))
    assert (differ > 128).mean() < 0.01
    assert Backdrop.of(kept.grey, kept.low, kept.high).grey is kept.grey


def test_marks_are_where_something_is_drawn() -> None:
    marks = scan(2000, 1000).marks()
    assert len(marks)
    assert np.abs(marks.min(axis=(0, 1)) - (5, 6)).max() < 0.2
    assert np.abs(marks.max(axis=(0, 1)) - (7, 8)).max() < 0.2
    assert not len(Backdrop(np.full((50, 80), 200, np.uint8), np.zeros(2), np.ones(2)).marks())


@given(st.integers(1, 700), st.integers(1, 700))
def test_any_size_has_marks_and_is_seen(width: int, height: int) -> None:
    dark = Backdrop(np.zeros((height, width), np.uint8), np.zeros(2), np.array([width, height], dtype=float))
    marks = dark.marks()
    assert (marks >= 0).all()
    assert (marks <= (width, height)).all()
    assert dark.seen(window((0.0, 0.0), 1.0, float(height)).source(WHOLE), (height, width)).max() == 0


def test_what_lies_on_it_is_told_from_what_does_not() -> None:
    assert scan().holds(np.array([[6.0, 7.0], [3.0, 4.0], [2.9, 7.0], [6.0, 14.1]])).tolist() == [
        True,
        True,
        False,
        False,
    ]
