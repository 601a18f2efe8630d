"""What every reader of DXF has to fulfil: subclass ``ReaderConformance`` and give it a ``read`` fixture.

The columns of ``Drawing`` are the contract. A reader may be faster, or know more kinds; what it reads has to be the
same.
"""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pytest

from pipelines.dxf import drawing as d
from pipelines.dxf.expand import expand
from pipelines.errors import CODES, DrawingError
from pipelines.linework import Origin, Ragged
from tests.unit.dxf.drawings import DOWN, KINDS, VERSIONS, document, save
from tests.unit.dxf.oracle import assert_same, drawn, expected
from tests.unit.dxf.tagged import header, line, pairs, section, write

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.report import ReadReport

TABLES = ("lines", "conics", "polylines", "hatches", "meshes", "inserts", "words", "measures")


class Read(Protocol):
    """How a reader is called."""

    def __call__(self, path: Path) -> tuple[d.Drawing, ReadReport]: ...


def everything(path: Path, version: str) -> Path:
    """A drawing of every kind that a version has."""
    made = document(version)
    for draw, since in KINDS.values():
        if VERSIONS.index(since) <= VERSIONS.index(version):
            for block in ("CHAIR", "TABLE", "ROOM"):
                if block in made.blocks:
                    made.blocks.rename_block(block, f"{block}-{len(made.blocks)}")
            draw(made.modelspace(), made)
    return save(made, path)


class ReaderConformance:
    """The suite."""

    @pytest.mark.parametrize("version", VERSIONS)
    def test_columns_fit_together(self, read: Read, version: str, tmp_path: Path) -> None:
        drawing, report = read(everything(tmp_path / "all.dxf", version))
        assert drawing.blocks[0] == ""
        assert drawing.base.shape == (len(drawing.blocks), 3)
        assert report.layers == len(drawing.layers)
        assert report.blocks == len(drawing.blocks) - 1
        for name in TABLES:
            table = getattr(drawing, name)
            count = len(table)
            for field in fields(table):
                column = getattr(table, field.name)
                assert len(column) == count, f"{name}.{field.name}"
                if isinstance(column, Ragged):
                    assert column.offsets[0] == 0
                    assert column.offsets[-1] == len(column.points)
                    assert (column.counts >= 0).all()
            common: d.Common = table.common
            assert ((common.owner >= 0) & (common.owner < len(drawing.blocks))).all()
            assert ((common.layer >= 0) & (common.layer < len(drawing.layers))).all()
            assert ((common.source >= 0) & (common.source < len(drawing.handles))).all()
            assert set(common.origin.tolist()) <= set(Origin)
            assert set(common.dashed.tolist()) <= {-2, -1, 0, 1}
            assert common.extrusion.shape == (count, 3)
            assert common.owner.dtype == common.layer.dtype == common.color.dtype == common.source.dtype == np.int32
        assert (drawing.inserts.block < len(drawing.blocks)).all()
        assert len(drawing.polylines.bulge.points) == len(drawing.polylines.points.points)
        assert len(drawing.hatches.bulge.points) == len(drawing.hatches.points.points)

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_is_drawn_where_it_belongs(self, read: Read, kind: str, tmp_path: Path) -> None:
        made = document()
        KINDS[kind][0](made.modelspace(), made)
        path = save(made, tmp_path / "kind.dxf")
        sheet, _ = expand(read(path)[0], tolerance=1e-4)
        assert_same(drawn(sheet), expected(path), within=5e-2)

    def test_raw_values_are_those_of_the_file(self, read: Read, tmp_path: Path) -> None:
        made = document()
        sheet = made.modelspace()
        look = {
            "layer": "A-WALL",
            "color": 3,
            "lineweight": 35,
            "linetype": "DASHED",
            "thickness": 2.5,
            "extrusion": DOWN,
        }
        first = sheet.add_line((1, 2, 3), (4, 5, 6), dxfattribs=look)
        sheet.add_arc((1, 2), 3, 350, 20)
        sheet.add_ellipse((1, 2), (3, 0), 0.5)
        sheet.add_lwpolyline([(0, 0, 0.1, 0.2, 0.5), (4, 4, 0, 0, 0)], close=True, dxfattribs={"elevation": 7})
        drawing, report = read(save(made, tmp_path / "raw.dxf"))
        lines, conics, polylines = drawing.lines, drawing.conics, drawing.polylines
        assert drawing.handles[lines.common.source[0]] == first.dxf.handle
        assert drawing.layers[lines.common.layer[0]].layer.name == "A-WALL"
        assert (lines.start.tolist(), lines.end.tolist()) == ([[1, 2, 3]], [[4, 5, 6]])
        row = lines.common.take(np.array([0]))
        assert (row.color[0], row.weight[0], row.dashed[0], row.thickness[0]) == (3, 35, 1, 2.5)
        assert row.extrusion.tolist() == [[0, 0, -1]]
        assert np.allclose(conics.start, [math.radians(350), 0])
        assert np.allclose(conics.sweep, [math.radians(30), 2 * math.pi])
        assert (conics.ratio.tolist(), conics.world.tolist()) == ([1.0, 0.5], [False, True])
        assert polylines.points.points.tolist() == [[0, 0, 7], [4, 4, 7]]
        assert polylines.bulge.points.tolist() == [[0.5], [0.0]]
        assert (polylines.width[0], bool(polylines.closed[0])) == (0.2, True)
        assert report.entities == {"ARC": 1, "ELLIPSE": 1, "LINE": 1, "LWPOLYLINE": 1}

    def test_silence_means_by_layer(self, read: Read, tmp_path: Path) -> None:
        text = header("AC1009") + section("ENTITIES", line()) + pairs(0, "EOF")
        drawing, _ = read(write(tmp_path / "plain.dxf", text))
        common = drawing.lines.common
        assert (common.color[0], common.weight[0], common.dashed[0]) == (d.BY_LAYER, d.WEIGHT_BY_LAYER, -1)
        assert common.extrusion.tolist() == [[0, 0, 1]]
        assert drawing.header.insunits is None

    def test_an_empty_drawing_has_empty_columns(self, read: Read, tmp_path: Path) -> None:
        drawing, _ = read(save(document(), tmp_path / "empty.dxf"))
        assert [len(getattr(drawing, name)) for name in TABLES] == [0] * len(TABLES)
        sheet, skipped = expand(drawing)
        assert sheet.bounds() is None
        assert skipped == ()

    def test_what_is_left_out_is_counted_by_kind_and_reason(self, read: Read, tmp_path: Path) -> None:
        text = header("AC1009") + section("ENTITIES", line() + pairs(0, "UNHEARD_OF", 8, "0") * 3) + pairs(0, "EOF")
        _, report = read(write(tmp_path / "odd.dxf", text))
        assert [(each.kind, each.reason, each.count) for each in report.skipped] == [("UNHEARD_OF", "unsupported", 3)]

    @pytest.mark.parametrize("data", [b"", b"not a drawing", b"%PDF-1.7", b"AC1032" + bytes(100)])
    def test_what_is_no_drawing_is_refused(self, read: Read, data: bytes, tmp_path: Path) -> None:
        path = tmp_path / "bad.dxf"
        path.write_bytes(data)
        with pytest.raises(DrawingError) as caught:
            read(path)
        assert caught.value.reason in CODES

    def test_the_same_file_gives_the_same_columns(self, read: Read, tmp_path: Path) -> None:
        path = everything(tmp_path / "all.dxf", "R2010")
        first, second = read(path)[0], read(path)[0]
        assert first.handles == second.handles
        assert first.layers == second.layers
        assert np.array_equal(first.lines.start, second.lines.start)
        assert np.array_equal(first.polylines.points.points, second.polylines.points.points)
        assert np.array_equal(first.inserts.common.source, second.inserts.common.source)
