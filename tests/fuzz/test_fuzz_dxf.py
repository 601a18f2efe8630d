"""Whatever becomes of a drawing on its way: a drawing comes out, or a ``DrawingError``, and nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from pipelines.dxf.expand import expand
from pipelines.dxf.parser import read
from pipelines.errors import CODES, DrawingError
from tests.fuzz.mutation import damaged, mutations
from tests.unit.dxf.drawings import KINDS, VERSIONS, document

if TYPE_CHECKING:
    from tests.fuzz.mutation import Mutation

#: Kinds of one file, small enough to be hit where it hurts.
GROUPS = (
    ("LINE", "ARC", "CIRCLE", "POLYLINE", "POLYLINE as mesh", "SOLID", "3DFACE", "INSERT", "DIMENSION"),
    ("LWPOLYLINE", "ELLIPSE", "SPLINE", "HATCH", "MLINE", "LEADER", "WIPEOUT", "MESH"),
)


def seed(version: str, fmt: str, group: int) -> bytes:
    """A small file of many kinds."""
    made = document(version)
    for kind in GROUPS[group]:
        draw, since = KINDS[kind]
        if VERSIONS.index(since) <= VERSIONS.index(version):
            draw(made.modelspace(), made)
    made.modelspace().add_text("거실", dxfattribs={"layer": "벽체"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seed.dxf"
        made.saveas(path, fmt=fmt)
        return path.read_bytes()


CASES = [("R12", "asc", 0), ("R2000", "asc", 0), ("R2010", "asc", 1), ("R2018", "bin", 0), ("R12", "bin", 0)]
SEEDS = {case: seed(*case) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=mutations)
def test_only_a_drawing_error_escapes(case: tuple[str, str, int], steps: list[Mutation], tmp_path: Path) -> None:
    path = tmp_path / "damaged.dxf"
    path.write_bytes(damaged(SEEDS[case], steps, text=case[1] == "asc"))
    reason: str | None = None
    try:
        drawing, report = read(path)
        sheet, _ = expand(drawing)
    except DrawingError as error:
        reason = error.reason
    else:
        assert report.reader == "ezdxf" or report.mended
        for table in (sheet.strokes.start, sheet.strokes.end, sheet.areas.rings.points, sheet.faces.rings.points,
                      sheet.texts.position, sheet.arcs.center):  # fmt: skip
            assert np.isfinite(table).all()
        "".join((*sheet.texts.text, *sheet.instances.block, *(layer.name for layer in sheet.layers))).encode("utf-8")
    assert reason is None or reason in CODES


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_the_seed_itself_is_sound(case: tuple[str, str, int], tmp_path: Path) -> None:
    path = tmp_path / "seed.dxf"
    path.write_bytes(SEEDS[case])
    _, report = read(path)
    assert (report.reader, report.mended) == ("ezdxf", ())
