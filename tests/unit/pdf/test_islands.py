from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines.pdf import islands

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.pdf.preprocessor import Mask

PPM = 20.0


def _walls(*boxes: tuple[float, float, float, float]) -> Mask:
    """Outlines of boxes, 0.2 m thick, in metres."""
    mask = np.zeros((600, 800), np.bool_)
    for left, top, right, bottom in boxes:
        x0, y0, x1, y1 = (round(each * PPM) for each in (left, top, right, bottom))
        for x in (x0, x1 - 4):
            mask[y0:y1, x : x + 4] = True
        for y in (y0, y1 - 4):
            mask[y : y + 4, x0:x1] = True
    return mask


PLAN, OTHER, TABLE = (3.0, 3.0, 11.0, 9.0), (16.0, 3.0, 23.0, 9.0), (27.0, 2.0, 33.0, 20.0)
DOOR = (5.0, 8.0, 6.0, 9.2)


def _openings(*boxes: tuple[float, float, float, float]) -> Floats:
    return np.array(boxes).reshape(-1, 4) * PPM


def test_a_table_beside_a_plan_is_none() -> None:
    found = islands.plans(_walls(PLAN, TABLE), _openings(DOOR), np.array([0.9]), PPM)
    assert (found.mask == _walls(PLAN)).all()
    assert found.low.tolist() == [pytest.approx([60, 60], abs=3)]
    assert found.high.tolist() == [pytest.approx([220, 180], abs=3)]


def test_a_border_around_a_plan_is_none() -> None:
    found = islands.plans(_walls(PLAN, (0.5, 0.5, 39.0, 29.0)), _openings(DOOR), np.array([0.9]), PPM)
    assert (found.mask == _walls(PLAN)).all()


def test_a_hut_within_a_plan_stays_without_a_door() -> None:
    walls = _walls((3.0, 3.0, 15.0, 15.0), (8.0, 8.0, 9.0, 9.0))
    found = islands.plans(walls, _openings((5.0, 14.0, 6.0, 15.2)), np.array([0.9]), PPM)
    assert (found.mask == walls).all()


def test_two_plans_stay_two() -> None:
    other = (18.0, 8.0, 19.0, 9.2)
    found = islands.plans(_walls(PLAN, OTHER), _openings(DOOR, other), np.array([0.9, 0.8]), PPM)
    assert (found.mask == _walls(PLAN, OTHER)).all()
    assert len(found.low) == 2


def test_a_weak_sighting_in_a_table_makes_no_plan_of_it() -> None:
    found = islands.plans(_walls(PLAN, TABLE), _openings(DOOR, (28.0, 4.0, 29.0, 5.0)), np.array([0.9, 0.45]), PPM)
    assert (found.mask == _walls(PLAN)).all()


def test_all_walls_stay_where_no_opening_was_seen() -> None:
    walls = _walls(PLAN, TABLE)
    assert (islands.plans(walls, np.zeros((0, 4)), np.zeros(0), PPM).mask == walls).all()


def test_a_line_is_held_by_one_plan_only() -> None:
    found = islands.plans(_walls(PLAN, OTHER), np.zeros((0, 4)), np.zeros(0), PPM)
    start, end = (
        np.array([[60.0, 100.0], [60.0, 100.0], [60.0, 400.0]]),
        np.array([[200.0, 100], [400, 100], [200, 400]]),
    )
    assert found.hold(start, end, 20.0).tolist() == [True, False, False]
