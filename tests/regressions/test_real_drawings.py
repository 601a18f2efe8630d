"""Drawings from real offices that are understood whole, against what a person read off them.

They live beside the checkout, not in it; where they are not there, these tests are skipped.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.options import ConvertOptions
from pipelines.plan import OpeningKind
from pipelines.understand import Understanding, understand

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not (DATA / "truth.json").exists(), reason="the real drawings are not on this machine")

INCH = 0.0254


@cache
def read(name: str) -> Understanding:
    return understand(DATA / "dxf" / name, ConvertOptions())


@cache
def truth(name: str) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((DATA / "truth.json").read_text("utf-8"))[name]
    return known


@pytest.mark.parametrize("name", ["house-imperial.dxf", "barcelona-sheet.dxf", "barcelona-plan.dxf"])
def test_the_unit_is_the_one_it_was_drawn_in(name: str) -> None:
    assert read(name).units.name == truth(name)["unit"]
    assert read(name).units.declared == truth(name)["declared_unit"]


@pytest.mark.parametrize("name", ["house-imperial.dxf", "barcelona-sheet.dxf", "barcelona-plan.dxf"])
def test_the_views_are_told_apart(name: str) -> None:
    words = {"floor plan": "plan", "roof plan": "roof_plan", "elevation": "elevation"}
    expected = {words[kind]: count for kind, count in truth(name)["views"].items()}
    found = Counter(view.kind for view in read(name).views if view.kind in words.values())
    assert found == expected
    assert sum(view.modelled for view in read(name).views) == 1


def test_every_door_and_window_of_the_house_is_found_with_its_width() -> None:
    doors = truth("house-imperial.dxf")["doors"]
    expected = [
        *((OpeningKind.DOOR, each) for each in doors["swing"]),
        *((OpeningKind.SLIDING_DOOR, each) for way in ("pocket", "bypass", "sliding glass") for each in doors[way]),
        *((OpeningKind.OVERHEAD_DOOR, each) for each in doors["overhead"]),
        *((OpeningKind.WINDOW, each) for each in truth("house-imperial.dxf")["windows"]),
    ]
    (storey,) = read("house-imperial.dxf").plan.storeys
    for kind in dict.fromkeys(kind for kind, _ in expected):
        widths = sorted(each["width_in"] for of, each in expected if of == kind for _ in range(each["count"]))
        found = np.asarray([each == kind for each in storey.openings.kind])
        # Frames and stops are drawn into some of the gaps.
        np.testing.assert_allclose(np.sort(storey.openings.width[found]) / INCH, widths, atol=4.5, err_msg=str(kind))


@pytest.mark.parametrize(
    ("name", "inches"),
    [
        ("MASTER BEDROOM", (164, 168)),
        ("MSTR. BATH", (84, 67)),
        ("BEDROOM 2", (162, 132)),
        ("BEDROOM 3", (138, 156)),
        ("BATH", (60, 97)),
        ("2 CAR GARAGE", (254, 250)),
    ],
)
def test_rooms_have_their_names_and_nominal_sizes(name: str, inches: tuple[int, int]) -> None:
    (storey,) = read("house-imperial.dxf").plan.storeys
    areas = [float(area) for named, area in zip(storey.rooms.name, storey.rooms.area, strict=True) if named == name]
    assert len(areas) == 1, storey.rooms.name
    assert areas[0] == pytest.approx(inches[0] * inches[1] * INCH**2, rel=0.05)


def test_the_eight_crosses_of_the_pavilion_are_its_columns() -> None:
    (storey,) = read("barcelona-sheet.dxf").plan.storeys
    assert len(storey.columns) == truth("barcelona-sheet.dxf")["columns"]["count"]
