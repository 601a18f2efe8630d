"""Every kind of entity, in every version and both formats, is drawn where ezdxf itself draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.dxf.drawings import FORMATS, KINDS, VERSIONS, document, save
from tests.unit.dxf.oracle import assert_same, drawn, expected, linework

if TYPE_CHECKING:
    from pathlib import Path

CASES = [
    pytest.param(kind, version, fmt, id=f"{kind}-{version}-{fmt}")
    for kind, (_, since) in KINDS.items()
    for version in VERSIONS[VERSIONS.index(since) :]
    for fmt in FORMATS
]


@pytest.mark.parametrize(("kind", "version", "fmt"), CASES)
def test_is_drawn_where_ezdxf_draws_it(kind: str, version: str, fmt: str, tmp_path: Path) -> None:
    made = document(version)
    KINDS[kind][0](made.modelspace(), made)
    path = save(made, tmp_path / "drawing.dxf", fmt=fmt)
    sheet, report = linework(path)
    assert report.reader == "ezdxf"
    assert report.version == version
    assert not report.mended
    assert {skipped.kind for skipped in report.skipped} <= {"POINT"}  # the definition points of dimensions
    # Circles have 128 chords at most; splines are cut before the scale of the drawing is known; the ticks of dimensions
    # are wide lines, of which ezdxf gives the outline.
    assert_same(drawn(sheet), expected(path), within=5e-2 if kind in ("SPLINE", "HATCH", "DIMENSION") else 1e-2)
