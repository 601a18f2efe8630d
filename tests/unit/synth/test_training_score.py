"""What checkpoints are judged by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.linework import Seen
from pipelines.synth.training.examine import Sight, leaves, sighted, single
from pipelines.synth.training.loop import rate_at
from pipelines.synth.training.nets import layers
from pipelines.synth.training.score import Count, matched, overlap, overlaps


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def test_overlap_of_boxes_is_their_share_of_their_union() -> None:
    table = overlaps(boxes((0, 0, 2, 2), (5, 5, 6, 6)), boxes((0, 0, 2, 2), (1, 0, 3, 2), (9, 9, 10, 10)))
    assert table == pytest.approx(np.array([[1.0, 1 / 3, 0.0], [0.0, 0.0, 0.0]]))


def test_each_true_box_is_found_once() -> None:
    truth = boxes((0, 0, 10, 10), (20, 0, 30, 10))
    found = boxes((0, 0, 10, 10), (1, 0, 11, 10), (50, 50, 60, 60))
    count = matched(found, np.array([0.6, 0.9, 0.5]), truth)
    assert count == Count(hits=1, wrong=2, missed=1)
    assert (count.precision, count.recall) == (1 / 3, 1 / 2)
    assert count.f1 == pytest.approx(2 / 5)


def test_nothing_found_and_nothing_there() -> None:
    nothing = boxes()
    assert matched(nothing, np.zeros(0), nothing) == Count()
    assert matched(nothing, np.zeros(0), boxes((0, 0, 1, 1))) == Count(missed=1)
    assert matched(boxes((0, 0, 1, 1)), np.ones(1), nothing) == Count(wrong=1)
    assert Count().f1 == 0.0


def test_counts_add_up() -> None:
    assert Count(1, 2, 3) + Count(4, 5, 6) == Count(5, 7, 9)


def test_masks_share_pixels() -> None:
    one, other = np.array([True, True, False]), np.array([True, False, True])
    assert overlap(one, other) == (1, 3)


def test_a_yolo_says_centres_and_sizes() -> None:
    rows = np.zeros((4 + len(Seen), 3), np.float32)
    rows[:4, 0] = (10, 20, 4, 8)
    rows[4 + Seen.WINDOW, 0] = 0.8
    rows[:4, 1] = (50, 50, 10, 10)
    rows[4 + Seen.DOOR, 1] = 0.2
    sight = sighted(rows, 0.3)
    assert sight.boxes.tolist() == [[8.0, 16.0, 12.0, 24.0]]
    assert sight.kinds.tolist() == [Seen.WINDOW]
    assert sight.scores == pytest.approx(np.array([0.8]))


def test_a_door_of_two_kinds_is_one_and_a_window_upon_it_another() -> None:
    three = boxes((0, 0, 10, 10), (0, 0, 10, 11), (0, 0, 10, 10))
    sight = single(Sight(three, np.array([Seen.DOOR, Seen.DOUBLE_DOOR, Seen.WINDOW]), np.array([0.5, 0.9, 0.4])))
    assert sight.kinds.tolist() == [Seen.DOUBLE_DOOR, Seen.WINDOW]


def test_a_double_door_has_two_leaves_along_its_longer_side() -> None:
    kinds = np.array([Seen.DOUBLE_DOOR, Seen.DOUBLE_DOOR, Seen.DOOR])
    found = leaves(Sight(boxes((0, 0, 20, 10), (0, 0, 10, 20), (5, 5, 6, 6)), kinds, np.ones(3)))
    assert found.tolist() == [
        [0, 0, 10, 10],
        [10, 0, 20, 10],
        [0, 0, 10, 10],
        [0, 10, 10, 20],
        [5, 5, 6, 6],
    ]


@given(share=st.floats(0, 1), later=st.floats(0, 1))
def test_the_rate_falls_to_a_hundredth(share: float, later: float) -> None:
    first, last = sorted((share, later))
    assert rate_at(first) >= rate_at(last) - 1e-12
    assert rate_at(0.0) == pytest.approx(1.0)
    assert rate_at(1.0) == rate_at(2.0) == pytest.approx(0.01)


def test_the_detector_has_a_class_for_everything_that_is_seen() -> None:
    assert layers(0.2, 0.3, 8)["nc"] == len(Seen)
