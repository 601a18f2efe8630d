from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from pipelines.linework import Seen
from pipelines.pdf.classes import named


def test_names_are_read_as_people_write_them() -> None:
    notes = {"names": "{0: 'Single Doors', 1: 'double_door', 2: 'WINDOWS', 3: 'wash basin', 4: 'bathtub', 5: 'stairs'}"}
    kinds, unused = named(notes, 6)

    assert kinds.tolist() == [Seen.DOOR, Seen.DOUBLE_DOOR, Seen.WINDOW, Seen.BASIN, Seen.BATH, Seen.STAIR]
    assert unused == ()


def test_classes_that_are_not_known_are_told() -> None:
    kinds, unused = named({"names": "['sofa', 'door', 'north arrow']"}, 3)

    assert kinds.tolist() == [-1, Seen.DOOR, -1]
    assert unused == ("sofa", "north arrow")


def test_a_class_without_a_name_is_told_by_its_number() -> None:
    assert named({"names": "{0: 'door'}"}, 2)[1] == ("1",)


def test_ten_classes_without_names_are_those_of_this_program() -> None:
    kinds, _ = named({}, len(Seen))

    np.testing.assert_array_equal(kinds, [kind.value for kind in Seen])


def test_names_are_read_from_json_as_well() -> None:
    assert named({"names": '{"1": "window", "0": "door"}'}, 2)[0].tolist() == [Seen.DOOR, Seen.WINDOW]


def test_without_a_count_there_are_as_many_classes_as_names() -> None:
    assert named({"names": "{2: 'window', 0: 'door'}"}, None)[0].tolist() == [Seen.DOOR, -1, Seen.WINDOW]


@pytest.mark.parametrize("names", ["", "{0: 'cat', 1: 'dog'}", "no names", "{-1: 'door'}", "7"])
def test_a_network_that_knows_no_building_is_refused(names: str) -> None:
    with pytest.raises(ValueError, match="knows no doors"):
        named({"names": names}, 2)


def test_the_names_that_the_documentation_lists_are_known() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "detector.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page, re.MULTILINE)

    assert [name for name, _ in rows] == [kind.name.lower() for kind in Seen]
    for kind, (name, others) in zip(Seen, rows, strict=True):
        names = [name, *others.split(", ")]
        kinds, unused = named({"names": str(dict(enumerate(names)))}, len(names))
        assert kinds.tolist() == [kind] * len(names), names
        assert unused == ()
