"""Blocks in blocks, mirrored, stretched, tilted and in arrays, are placed where exploding them by hand places them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from ezdxf.filemanagement import readfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.dxf.drawings import document, save
from tests.unit.dxf.oracle import linework

if TYPE_CHECKING:
    from pathlib import Path

    from ezdxf.layouts.base import BaseLayout
    from ezdxf.math import Matrix44
    from numpy.typing import NDArray

SCALES = st.sampled_from([1.0, -1.0, 2.0, 0.5, -0.25, 1.0])
PLACES = st.fixed_dictionaries(
    {
        "at": st.tuples(*[st.integers(-50, 50)] * 3),
        "rotation": st.sampled_from([0, 30, 90, 180, -45, 217]),
        "scale": st.tuples(SCALES, SCALES, st.sampled_from([1.0, 2.0])),
        "extrusion": st.sampled_from([(0, 0, 1), (0, 0, 1), (0, 0, -1), (0.3, -0.4, 0.8), (1, 0, 0)]),
        "rows": st.integers(1, 3),
        "columns": st.integers(1, 3),
        "spacing": st.tuples(st.integers(5, 20), st.integers(-20, -5)),
    }
)
#: Which blocks stand in block 0, 1, 2 and on the sheet; a block holds only later ones.
TREES = st.tuples(*[st.lists(st.tuples(st.integers(0, 9), PLACES), max_size=2) for _ in range(3)],
                  st.lists(st.tuples(st.integers(0, 9), PLACES), min_size=1, max_size=2))  # fmt: skip


def reference(layout: BaseLayout, name: str, place: dict[str, Any]) -> None:
    """Place a block."""
    attributes = {
        "rotation": place["rotation"], "extrusion": place["extrusion"],
        "xscale": place["scale"][0], "yscale": place["scale"][1], "zscale": place["scale"][2],
        "row_count": place["rows"], "column_count": place["columns"],
        "row_spacing": place["spacing"][0], "column_spacing": place["spacing"][1],
    }  # fmt: skip
    layout.add_blockref(name, place["at"], dxfattribs=attributes)


def drawing(tree: Any, path: Path) -> Path:
    made = document()
    names = ["A", "B", "C"]
    for k, name in enumerate(names):
        block = made.blocks.new(name, base_point=(k, -k, 1))
        block.add_line((k, 1, 2), (10, 3 * k, -4))
        block.add_line((0, 0), (0, 7 + k))
        later = names[k + 1 :]
        for number, place in tree[k] if later else ():
            reference(block, later[number % len(later)], place)
    for number, place in tree[3]:
        reference(made.modelspace(), names[number % 3], place)
    return save(made, path)


def lines(layout: Any, outer: list[Matrix44]) -> list[tuple[float, ...]]:
    """Ends of all lines below a layout, by the matrices that ezdxf has for its references."""
    found: list[tuple[float, ...]] = []
    for entity in layout:
        if entity.dxftype() == "LINE":
            points = [entity.dxf.start, entity.dxf.end]
            for matrix in outer:
                points = [matrix.transform(point) for point in points]
            found.append((points[0].x, points[0].y, points[1].x, points[1].y, (points[0].z + points[1].z) / 2))
        else:
            for single in entity.multi_insert():
                found += lines(entity.block(), [single.matrix44(), *outer])
    return found


def sorted_rows(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows in an order that rounding does not change."""
    return rows[np.lexsort(np.round(rows, 4).T)] + 0.0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES)
def test_nested_references_are_placed_as_ezdxf_multiplies_them(tree: Any, tmp_path: Path) -> None:
    path = drawing(tree, tmp_path / "nested.dxf")
    sheet, _ = linework(path)
    theirs = np.array(lines(readfile(path).modelspace(), []))
    length = np.hypot(theirs[:, 0] - theirs[:, 2], theirs[:, 1] - theirs[:, 3])
    ours = np.concatenate([sheet.strokes.start, sheet.strokes.end, sheet.strokes.z[:, None]], axis=1)
    seen = np.hypot(ours[:, 0] - ours[:, 2], ours[:, 1] - ours[:, 3]) > 1e-9  # not seen from its end
    assert seen.sum() == (length > 1e-9).sum()
    assert np.allclose(sorted_rows(ours[seen]), sorted_rows(theirs[length > 1e-9]), atol=1e-6)


def test_distances_of_an_array_are_scaled_by_what_it_stands_in_alone(tmp_path: Path) -> None:
    made = document()
    made.blocks.new("DOT").add_line((0, 0), (1, 0))
    row = made.blocks.new("ROW")
    row.add_blockref("DOT", (0, 0), dxfattribs={"xscale": 5, "column_count": 3, "column_spacing": 10})
    made.modelspace().add_blockref("ROW", (100, 0), dxfattribs={"xscale": 2, "yscale": 2, "zscale": 2})
    sheet, _ = linework(save(made, tmp_path / "row.dxf"))
    assert sheet.strokes.start[:, 0].tolist() == [100.0, 120.0, 140.0]
    assert sheet.strokes.length.tolist() == [10.0, 10.0, 10.0]


def test_parents_stand_before_children_and_know_what_they_draw(tmp_path: Path) -> None:
    made = document()
    made.blocks.new("LEAF").add_line((0, 0), (10, 0))
    made.blocks.new("DOOR").add_blockref("LEAF", (0, 5))
    made.blocks.new("EMPTY")
    made.modelspace().add_blockref("DOOR", (100, 100), dxfattribs={"rotation": 90})
    made.modelspace().add_blockref("EMPTY", (0, 0))
    sheet, _ = linework(save(made, tmp_path / "doors.dxf"))
    instances = sheet.instances
    named = dict(zip(instances.block, range(3), strict=True))
    assert instances.parent[named["DOOR"]] == -1
    assert instances.parent[named["LEAF"]] == named["DOOR"]
    assert np.allclose(instances.low[named["DOOR"]], (95, 100))
    assert np.allclose(instances.high[named["DOOR"]], (95, 110))
    assert np.isnan(instances.low[named["EMPTY"]]).all()
    assert sheet.strokes.instance.tolist() == [named["LEAF"]]
