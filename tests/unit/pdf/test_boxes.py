from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.pdf.boxes import SAME, Boxes, merged

Row = tuple[int, int, int, int, int, int]

rows = st.lists(
    st.tuples(
        st.integers(0, 60), st.integers(0, 60), st.integers(1, 40), st.integers(1, 40), st.integers(0, 2),
        st.integers(1, 99),
    ),
    max_size=40,
)  # fmt: skip


def table(several: list[Row]) -> Boxes:
    values = np.asarray(several, dtype=float).reshape(-1, 6)
    low = values[:, :2]
    return Boxes(low, low + values[:, 2:4], values[:, 4].astype(np.int32), values[:, 5] / 100)


def overlap(boxes: Boxes, i: int, j: int) -> float:
    sides = np.clip(np.minimum(boxes.high[i], boxes.high[j]) - np.maximum(boxes.low[i], boxes.low[j]), 0, None)
    common = float(sides.prod())
    return common / (float(boxes.size[i].prod() + boxes.size[j].prod()) - common)


@given(rows)
def test_what_stays_is_what_taking_the_surest_one_by_one_leaves(several: list[Row]) -> None:
    boxes = table(several)
    kept: list[int] = []
    for row in np.argsort(-boxes.score, kind="stable").tolist():
        if all(boxes.kind[row] != boxes.kind[k] or overlap(boxes, k, row) <= SAME for k in kept):
            kept.append(row)

    left = merged(boxes)

    np.testing.assert_array_equal(left.low, boxes.low[kept])
    np.testing.assert_array_equal(left.high, boxes.high[kept])
    np.testing.assert_array_equal(left.kind, boxes.kind[kept])


@given(rows)
def test_merging_twice_changes_nothing(several: list[Row]) -> None:
    once = merged(table(several))
    twice = merged(once)

    np.testing.assert_array_equal(once.low, twice.low)
    np.testing.assert_array_equal(once.score, twice.score)


def test_a_box_cut_by_its_tile_gives_way_to_the_whole_one_though_it_is_surer() -> None:
    boxes = table([(0, 0, 40, 20, 3, 60), (0, 0, 22, 20, 3, 95)])

    left = merged(boxes, np.array([False, True]))

    assert left.high.tolist() == [[40, 20]]


def test_a_box_cut_by_its_tile_stays_where_no_other_shows_the_thing() -> None:
    boxes = table([(0, 0, 22, 20, 3, 95), (50, 0, 20, 20, 3, 90)])

    assert len(merged(boxes, np.array([True, False]))) == 2


def test_boxes_of_different_kinds_stay_beside_each_other() -> None:
    assert len(merged(table([(0, 0, 20, 20, 0, 90), (0, 0, 20, 20, 3, 80)]))) == 2
