from __future__ import annotations

import io
import os
from typing import Any

import pytest

from runner.cli.display import Display, cut, described, printable
from runner.outcome import Artifact, Failure, Result

FIGURES: dict[str, Any] = {
    "method": "floor_plan",
    "storeys": 2,
    "walls": 34,
    "doors": 1,
    "windows": 0,
    "rooms": 11,
    "area": 182.44,
    "bytes": 412_345,
    "warnings": [],
}
FAILURE = Failure("child_crashed", "It\ncrashed.", "Try again.", "Traceback: here")


def result(**changes: Any) -> Result:
    model = Artifact(name="model.glb", path="out/model.glb", size=1, checksum="", content_type="")
    return Result(artifacts=(model,), summary=FIGURES | changes)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 60 columns."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((60, 20)))
    return Terminal()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "2 storeys, 34 walls, 1 door, 11 rooms, 182.4 m², 412 kB"),
        ({"bytes": 2_500_000}, "2 storeys, 34 walls, 1 door, 11 rooms, 182.4 m², 2.5 MB"),
        (
            {"method": "linework", "storeys": 0, "walls": 0, "doors": 0, "rooms": 0, "area": 0.0, "bytes": 10},
            "linework, 1 kB",
        ),
        (
            {"scale": {"ratio": 100.0, "metres_per_mm": 0.1, "method": "dimensions", "confidence": 0.99}, "pages": [1]},
            "1:100, 2 storeys, 34 walls, 1 door, 11 rooms, 182.4 m², 412 kB",
        ),
        (
            {"scale": {"ratio": None, "metres_per_mm": 0.0963, "method": "doors", "confidence": 0.4}, "pages": [2, 4]},
            "2 pages at about 1:96.3, 2 storeys, 34 walls, 1 door, 11 rooms, 182.4 m², 412 kB",
        ),
        (
            {
                "method": "linework",
                "storeys": 0,
                "walls": 0,
                "doors": 0,
                "rooms": 0,
                "area": 0.0,
                "bytes": 10,
                "scale": {"ratio": 50.0, "metres_per_mm": 0.05, "method": "option", "confidence": 1.0},
                "pages": [3],
            },
            "1:50, linework, 1 kB",
        ),
    ],
)
def test_a_result_is_described_in_figures_that_are_not_zero(changes: dict[str, Any], words: str) -> None:
    assert described(FIGURES | changes) == words


def test_in_a_pipe_there_are_only_lines() -> None:
    out, err = io.StringIO(), io.StringIO()
    display = Display(2, results=out, notes=err)
    display.progress("a.dxf", "walls", 0.5)
    display.done("a.dxf", "a.glb", result(warnings=["The unit is a guess."]), 1.24)
    display.failed("b.dxf", FAILURE, trace=False)
    display.close()
    assert out.getvalue() == "a.dxf -> a.glb: 2 storeys, 34 walls, 1 door, 11 rooms, 182.4 m², 412 kB, 1.2 s\n"
    assert err.getvalue() == "a.dxf: note: The unit is a guess.\nb.dxf: child_crashed: It crashed. Try again.\n"


def test_no_line_holds_what_a_terminal_obeys() -> None:
    notes = io.StringIO()
    display = Display(2, results=io.StringIO(), notes=notes)
    display.done("a.dxf", "a.glb", result(warnings=["\x1b[2J"]), 1.0)
    display.failed("b.dxf", Failure("source_missing", "There is no file \x1b[2J.", "Look."), trace=False)
    assert "\x1b" not in notes.getvalue()
    assert len(notes.getvalue().splitlines()) == 2


def test_a_trace_is_shown_where_it_is_wanted() -> None:
    notes = io.StringIO()
    Display(1, results=io.StringIO(), notes=notes).failed("b.dxf", FAILURE, trace=True)
    assert "Traceback: here" in notes.getvalue()


def test_on_a_terminal_a_bar_shows_all_drawings_and_goes(terminal: Terminal) -> None:
    display = Display(4, results=io.StringIO(), notes=terminal)
    display.failed("a.dxf", FAILURE, trace=False)
    display.progress("far/away/b.dxf", "walls", 0.5)
    drawn = terminal.getvalue().split("\r")[-1]
    assert drawn == "[#########---------------]  38% 2/4  b.dxf: walls\x1b[K"
    display.close()
    assert terminal.getvalue().endswith("\r\x1b[K")
    display.close()
    assert terminal.getvalue().count("\r") == 2


def test_lines_never_stand_behind_the_bar(terminal: Terminal) -> None:
    display = Display(1, results=io.StringIO(), notes=terminal)
    display.progress("a.dxf", "walls", 0.5)
    display.failed("a.dxf", FAILURE, trace=False)
    assert terminal.getvalue().endswith("\r\x1b[Ka.dxf: child_crashed: It crashed. Try again.\n")


def test_a_terminal_that_knows_no_controls_gets_no_bar(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    Display(1, results=io.StringIO(), notes=terminal).progress("a.dxf", "walls", 0.5)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(
    ("line", "columns", "fits"), [("abc", 3, "abc"), ("abcd", 3, "abc"), ("벽체a", 4, "벽체"), ("벽체", 3, "벽")]
)
def test_a_line_is_cut_by_the_columns_that_it_takes(line: str, columns: int, fits: str) -> None:
    assert cut(line, columns) == fits


def test_a_name_is_shown_without_what_a_terminal_obeys_and_without_unknown_bytes() -> None:
    assert printable("plan\n\x1b[2J.dxf") == "plan__[2J.dxf"
    assert printable(os.fsdecode(b"\xba\xae.dxf")) == "\ufffd\ufffd.dxf"
    assert printable("평면\\1.dxf\x9b") == "평면\\1.dxf_"
