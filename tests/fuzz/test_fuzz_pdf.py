"""Whatever becomes of a PDF on its way: a page comes out, or a ``DrawingError``, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pymupdf
import pytest
from hypothesis import HealthCheck, given, settings

from pipelines.errors import CODES, DrawingError
from pipelines.pdf import intake, triage
from pipelines.pdf.extractor import Document
from pipelines.pdf.lettering import lettered
from pipelines.pdf.vectors import linework
from pipelines.synth.pdf import Writer
from pipelines.synth.plot import random_plot
from tests.fuzz.mutation import damaged, mutations

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzz.mutation import Mutation


def unpacked(data: bytes) -> bytes:
    """The same document with its streams as they are, where a changed byte changes what is drawn."""
    made = pymupdf.open("pdf", data)
    result: bytes = made.tobytes(expand=255)
    return result


SEEDS = {writer: random_plot(3, writer=writer).printed.data for writer in (Writer.LAYERED, Writer.NESTED)}
CASES = {
    "layers": SEEDS[Writer.LAYERED],
    "forms": SEEDS[Writer.NESTED],
    "layers, unpacked": unpacked(SEEDS[Writer.LAYERED]),
    "clips, unpacked": unpacked(random_plot(4, writer=Writer.CLIPPED).printed.data),
}


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=mutations)
def test_only_a_drawing_error_escapes(case: str, steps: list[Mutation], tmp_path: Path) -> None:
    path = tmp_path / "damaged.pdf"
    path.write_bytes(damaged(CASES[case], steps, text="unpacked" in case))
    reason: str | None = None
    try:
        intake.inspect(path)
        with Document(path) as document:
            intake.require(document)
            (outlook,) = intake.chosen(document, 1)
            page = document.page(outlook.number)
            triage.judge(page)
            sheet = lettered(linework(page))
            document.mended()
    except DrawingError as error:
        reason = error.reason
    else:
        for table in (sheet.strokes.start, sheet.strokes.end, sheet.areas.rings.points, sheet.texts.position,
                      sheet.arcs.center, sheet.arcs.radius):  # fmt: skip
            assert np.isfinite(table).all()
        "".join((*sheet.texts.text, *(layer.name for layer in sheet.layers))).encode("utf-8")
    assert reason is None or reason in CODES


@pytest.mark.parametrize("case", CASES)
def test_the_seed_itself_is_sound(case: str, tmp_path: Path) -> None:
    path = tmp_path / "seed.pdf"
    path.write_bytes(CASES[case])
    with Document(path) as document:
        assert triage.judge(document.page(1)) == triage.Content.VECTOR
        assert document.mended() == ()
