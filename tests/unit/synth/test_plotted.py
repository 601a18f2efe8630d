"""Plots by other programs: found on their page, compared with the drawing, and left out where a program is missing."""

from pathlib import Path

import numpy as np
import pytest

from pipelines.linework import Strokes
from pipelines.synth.accuracy import plotted, programs
from pipelines.synth.accuracy.pairs import Pair
from pipelines.synth.accuracy.plotted import Job
from pipelines.synth.accuracy.programs import NotPlottedError, Program
from pipelines.synth.accuracy.register import registered
from tests.unit.drafting.drawn import Board

EXAMPLES = Path(__file__).parents[3] / "examples"


def strokes(scale: float, shift: tuple[float, float]) -> Strokes:
    """A few walls, and lines that only the plot has where it is larger."""
    board = Board()
    rng = np.random.default_rng(3)
    for box in rng.uniform(0, 10, (12, 4)):
        low, high = np.sort(box.reshape(2, 2), axis=0)
        board.box(tuple(low * scale + shift), tuple(high * scale + shift), "0")
    for k in range(40 if scale > 1 else 0):
        board.line((0.0, 3.0 * k), (500.0, 3.0 * k))
    return board.sheet().strokes


def test_a_plot_is_found_where_its_lines_were_moved_to() -> None:
    place = registered(strokes(1.0, (0, 0)), strokes(17.3, (200.0, -40.0)))
    assert place is not None
    assert place == pytest.approx(np.array([[17.3, 0, 200], [0, 17.3, -40]]), abs=1e-3)


def test_nothing_is_found_where_there_is_nothing() -> None:
    assert registered(strokes(1.0, (0, 0)), Board().sheet().strokes) is None


def test_a_plot_is_compared_with_its_drawing(tmp_path: Path) -> None:
    pair = plotted.compare(Job(EXAMPLES / "flat.dxf", Program.PYMUPDF), tmp_path)
    assert not pair.error
    assert pair.same
    assert pair.rooms[1:] == (0, 0)
    assert {path.suffix for path in tmp_path.iterdir()} == {".pdf", ".png"}
    assert "The same within 2 cm: **1 of 2**; scale within 1 %: **1 of 2**." in plotted.section([pair, Pair("lost")])


def test_a_program_that_is_not_there_is_not_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "`librecad` is not installed" in programs.missing(Program.LIBRECAD)
    assert not {job.program for job in plotted.jobs(tmp_path, EXAMPLES)} & {Program.LIBRECAD, Program.INKSCAPE}
    assert "LibreCAD was not asked: `librecad` is not installed." in plotted.section([])


def test_what_is_no_drawing_is_not_plotted(tmp_path: Path) -> None:
    with pytest.raises(NotPlottedError, match="ezdxf, PyMuPDF"):
        programs.plot(Program.PYMUPDF, tmp_path / "none.dxf", 1.0, tmp_path)


def test_a_program_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = tmp_path / "librecad"
    command.write_text("#!/bin/sh\nexec sleep 60\n", "utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(programs, "PATIENCE", 0.2)
    pair = plotted.compare(Job(EXAMPLES / "flat.dxf", Program.LIBRECAD))
    assert pair.error == "LibreCAD: not done after 0.2 seconds"
