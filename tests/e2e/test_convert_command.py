"""The command, as its user runs it: processes, files, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: The command with the pipelines of ``tests/unit/runner/fakes.py``: each drawing says what happens to it.
OBEDIENT = """
import sys
import runner.cli.convert as convert
convert.PIPELINE = "tests.unit.runner.fakes:obeys"
from runner.cli import main
sys.exit(main())
"""


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", OBEDIENT, "convert", *map(str, arguments)]


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    scratch = cwd / "scratch"
    scratch.mkdir(exist_ok=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)}
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert list(scratch.iterdir()) == []
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    for name in ("works", "refuses", "raises", "exits", "makes_nothing"):
        (tmp_path / f"{name}.dxf").write_text(name)
    return tmp_path


def test_a_drawing_becomes_a_model_beside_it(drawings: Path) -> None:
    done = run("works.dxf", cwd=drawings)
    assert done.returncode == 0
    assert done.stdout.startswith("works.dxf -> works.glb: ")
    assert done.stderr == ""
    assert (drawings / "works.glb").read_bytes() == b"glTFworks"
    assert not (drawings / "works.preview.png").exists()


def test_a_bad_drawing_gives_one_line_and_65(drawings: Path) -> None:
    done = run("refuses.dxf", cwd=drawings)
    assert (done.returncode, done.stdout) == (65, "")
    assert done.stderr == (
        "refuses.dxf: nothing_drawable: The drawing has no visible geometry. "
        "Check that the plan is in model space, on layers that are neither off nor frozen.\n"
    )
    assert not (drawings / "refuses.glb").exists()


def test_one_bad_drawing_stops_no_other(drawings: Path) -> None:
    done = run("refuses.dxf", "works.dxf", "missing.dxf", cwd=drawings)
    assert done.returncode == 65
    assert done.stdout.startswith("works.dxf -> works.glb: ")
    assert [line.split(": ")[:2] for line in done.stderr.splitlines()] == [
        ["refuses.dxf", "nothing_drawable"],
        ["missing.dxf", "source_missing"],
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [("raises", "unexpected_error"), ("exits", "child_crashed"), ("makes_nothing", "unexpected_error")],
)
def test_75_where_trying_again_may_help(drawings: Path, name: str, code: str) -> None:
    done = run(f"{name}.dxf", "refuses.dxf", cwd=drawings)
    assert done.returncode == 75
    assert done.stderr.startswith(f"{name}.dxf: {code}: ")
    assert len(done.stderr.splitlines()) == 2
