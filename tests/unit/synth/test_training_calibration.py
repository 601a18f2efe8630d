"""One score parts right from wrong for all kinds that are shifted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipelines.linework import Seen
from pipelines.pdf.detector import SURE
from pipelines.synth.training.calibration import ENOUGH, shifts
from pipelines.synth.training.examine import Sight

BOX = np.array([[10.0, 10.0, 30.0, 40.0]])
AWAY = BOX + 60.0


def look(kind: Seen, right: float, wrong: float) -> tuple[Sight, np.ndarray, np.ndarray]:
    """A tile with one thing that was seen with a score, and one that is not there with another."""
    kinds = np.array([kind, kind], dtype=np.int64)
    return Sight(np.vstack([BOX, AWAY]), kinds, np.array([right, wrong])), BOX, kinds[:1]


def shifted(score: float, by: float) -> float:
    return 1 / (1 + math.exp(-(math.log(score / (1 - score)) + by)))


@pytest.mark.parametrize(("right", "wrong"), [(0.24, 0.11), (0.49, 0.38)])
def test_what_is_right_counts_afterwards_and_what_is_wrong_does_not(right: float, wrong: float) -> None:
    by = shifts([look(Seen.TOILET, right, wrong)] * ENOUGH)
    assert shifted(right, by[Seen.TOILET]) >= SURE > shifted(wrong, by[Seen.TOILET])


def test_each_kind_has_its_own() -> None:
    by = shifts([look(Seen.TOILET, 0.24, 0.11), look(Seen.BATH, 0.49, 0.38)] * ENOUGH)
    assert by[Seen.TOILET] > 0 > by[Seen.BATH]


@pytest.mark.parametrize("kind", [Seen.DOOR, Seen.DOUBLE_DOOR, Seen.SLIDING_DOOR, Seen.WINDOW, Seen.STAIR])
def test_openings_and_stairs_stay(kind: Seen) -> None:
    assert kind not in shifts([look(kind, 0.24, 0.11)] * ENOUGH)


def test_few_tell_nothing() -> None:
    assert shifts([look(Seen.BASIN, 0.24, 0.11)] * (ENOUGH - 1)) == {}
