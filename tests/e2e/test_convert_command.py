"""The command, as its user runs it: processes, files, exit codes."""

from __future__ import annotations

import io
import os
import pty
import resource
import select
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.cli import main
from runner.sandbox.converter import CONVERT

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "dxf"
#: The pipelines of ``tests/unit/runner/fakes.py``: each drawing says what happens to it.
OBEYS = "tests.unit.runner.fakes:obeys"
PROGRAM = f"""
import sys
import runner.cli.convert as convert
convert.PIPELINE = {OBEYS!r}
from runner.cli import main
sys.exit(main())
"""


@dataclass(frozen=True, slots=True)
class Done:
    """How the command ended, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def surroundings(folder: Path) -> dict[str, str]:
    """The environment, with temporary files in a folder of their own."""
    return os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(scratch(folder)), "TERM": "xterm", "COLUMNS": "80"}


def scratch(folder: Path) -> Path:
    """The folder of temporary files."""
    path = folder / "scratch"
    path.mkdir(exist_ok=True)
    return path


def require_clean(folder: Path) -> None:
    """Nothing temporary is left, beside the models neither."""
    assert list(scratch(folder).iterdir()) == []
    assert list(folder.rglob("*.part")) == []


def run(*arguments: str | Path, cwd: Path, pipeline: str = OBEYS) -> Done:
    """Run the command in this process, and its conversions in children as ever."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(cwd)
        patch.setattr("tempfile.tempdir", str(scratch(cwd)))
        patch.setattr("runner.cli.convert.PIPELINE", pipeline)
        code = main(["convert", *map(str, arguments)])
    written = []
    for stream in (out, err):
        stream.seek(0)
        written.append(stream.read())
    require_clean(cwd)
    return Done(code, *written)


def command(*arguments: str) -> list[str]:
    """The command as a process."""
    return [sys.executable, "-c", PROGRAM, "convert", *arguments]


def spawned(*arguments: str, cwd: Path, before: Callable[[], None] | None = None) -> Done:
    """Run the command as a process; ``before`` is called in it first."""
    done = subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=surroundings(cwd),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=before,
    )
    require_clean(cwd)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    for name in ("works", "refuses", "raises", "exits", "makes_nothing"):
        (tmp_path / f"{name}.dxf").write_text(name)
    return tmp_path


def test_a_drawing_becomes_a_model_beside_it(drawings: Path) -> None:
    done = spawned("works.dxf", cwd=drawings)
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


def test_what_is_asked_for_stands_beside_the_model(drawings: Path) -> None:
    assert run("works.dxf", "--preview", cwd=drawings).returncode == 0
    assert (drawings / "works.preview.png").read_bytes() == b"PNG"


def test_a_model_goes_where_it_is_told(drawings: Path) -> None:
    assert run("works.dxf", "-o", "house.glb", cwd=drawings).returncode == 0
    assert run("works.dxf", "-o", "models/new", cwd=drawings).returncode == 0
    assert (drawings / "house.glb").read_bytes() == (drawings / "models/new/works.glb").read_bytes() == b"glTFworks"
    assert not (drawings / "works.glb").exists()


def test_two_drawings_of_one_name_give_two_models(drawings: Path) -> None:
    for folder in ("a", "b"):
        (drawings / folder).mkdir()
        (drawings / folder / "plan.dxf").write_text(f"works {folder}")
    done = run("a/plan.dxf", "b/plan.dxf", "-o", "models", cwd=drawings)
    assert done.returncode == 0
    assert "b/plan.dxf -> models/plan-2.glb" in done.stdout
    assert (drawings / "models/plan.glb").read_bytes() == b"glTFworks a"
    assert (drawings / "models/plan-2.glb").read_bytes() == b"glTFworks b"


def test_an_old_model_is_replaced_only_by_a_new_one(drawings: Path) -> None:
    for name in ("works", "refuses"):
        (drawings / f"{name}.glb").write_bytes(b"old")
    run("works.dxf", "refuses.dxf", cwd=drawings)
    assert (drawings / "works.glb").read_bytes() == b"glTFworks"
    assert (drawings / "refuses.glb").read_bytes() == b"old"


def test_many_drawings_at_a_time(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.dxf").write_text(f"works {number}")
    (tmp_path / "bad.dxf").write_text("exits")
    done = run(*sorted(tmp_path.glob("*.dxf")), "--jobs", "3", cwd=tmp_path)
    assert done.returncode == 75
    assert len(done.stdout.splitlines()) == 6
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.glb")} == {
        f"{number}.glb": f"glTFworks {number}".encode() for number in range(6)
    }


def test_in_process_takes_the_same_path_and_shows_the_trace_of_a_fault(drawings: Path) -> None:
    done = run("works.dxf", "refuses.dxf", "--in-process", cwd=drawings)
    assert done.returncode == 65
    assert done.stdout.startswith("works.dxf -> works.glb: ")
    assert done.stderr.startswith("refuses.dxf: nothing_drawable: ")
    fault = run("raises.dxf", "--in-process", cwd=drawings)
    assert fault.returncode == 75
    assert "in raises" in fault.stderr


@pytest.mark.parametrize(
    ("name", "option", "code"),
    [("sleeps", ("--time", "1"), "time_limit"), ("devours", ("--memory", "300M"), "memory_limit")],
)
def test_limits_are_named_with_the_option_that_raises_them(
    tmp_path: Path, name: str, option: tuple[str, str], code: str
) -> None:
    (tmp_path / "big.dxf").write_text(name)
    done = run("big.dxf", *option, cwd=tmp_path)
    assert done.returncode == 75
    assert done.stderr.startswith(f"big.dxf: {code}: ")
    assert f"({option[0]})" in done.stderr


def test_what_is_no_readable_file_is_rejected_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.dxf")
    (tmp_path / "folder.dxf").mkdir()
    (tmp_path / "link.dxf").symlink_to("nowhere")
    done = run("fifo.dxf", "folder.dxf", "link.dxf", "missing.dxf", cwd=tmp_path)
    assert done.returncode == 65
    assert [line.split(": ")[:2] for line in done.stderr.splitlines()] == [
        ["fifo.dxf", "source_unreadable"],
        ["folder.dxf", "source_unreadable"],
        ["link.dxf", "source_missing"],
        ["missing.dxf", "source_missing"],
    ]


@pytest.mark.parametrize(
    "name", [b"\xba\xae\xc3\xbc.dxf", "벽체 평면.dxf".encode(), b"new\nline.dxf", b"back\\slash.dxf", b"-o.dxf"]
)
def test_a_drawing_may_have_any_name(tmp_path: Path, name: bytes) -> None:
    source = tmp_path / os.fsdecode(name)
    source.write_text("works")
    done = run("--", os.fsdecode(name), cwd=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert source.with_suffix(".glb").read_bytes() == b"glTFworks"
    source.unlink()
    gone = run("--", os.fsdecode(name), cwd=tmp_path)
    assert gone.returncode == 65
    assert ": source_missing: There is no file " in gone.stderr
    assert len(gone.stderr.splitlines()) == 1


def test_a_folder_that_can_not_be_made_stops_the_command_at_once(drawings: Path) -> None:
    done = run("works.dxf", "-o", "works.dxf/models", cwd=drawings)
    assert done.returncode == 64
    assert "can't be made" in done.stderr


def test_a_model_that_can_not_be_written_says_so_and_stops_no_other(drawings: Path) -> None:
    (drawings / "works.glb").mkdir()
    (drawings / "other.dxf").write_text("works")
    done = run("works.dxf", "other.dxf", cwd=drawings)
    assert done.returncode == 75
    assert done.stderr.startswith("works.dxf: output_not_writable: works.glb can't be written: is a directory.")
    assert (drawings / "other.glb").exists()


def test_a_full_disk_says_so(drawings: Path) -> None:
    (drawings / "works.dxf").write_text("works " + "x" * 300_000)

    def little_room() -> None:
        # A limit on the size of files stands for the end of the disk: the kernel refuses to write in the same place.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = spawned("works.dxf", cwd=drawings, before=little_room)
    assert done.returncode == 75
    assert not (drawings / "works.glb").exists()
    assert len(done.stderr.splitlines()) == 1


def test_whoever_stops_reading_gets_no_complaint(drawings: Path) -> None:
    with subprocess.Popen(
        command("works.dxf"), cwd=drawings, env=surroundings(drawings), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    require_clean(drawings)


def test_a_command_without_any_output_works_all_the_same(drawings: Path) -> None:
    def closes() -> None:
        os.close(1)
        os.close(2)

    assert spawned("works.dxf", "refuses.dxf", cwd=drawings, before=closes) == Done(65, "", "")
    assert (drawings / "works.glb").exists()


def children(process: int) -> list[int]:
    """The children of a process that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == process and state != "Z":
            found.append(int(path.parent.name))
    return found


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGHUP, 128 + signal.SIGHUP)],
)
@pytest.mark.parametrize("options", [(), ("--jobs", "2"), ("--in-process",)])
def test_an_interrupt_ends_everything_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals, code: int, options: tuple[str, ...]
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.dxf").write_text("is_deaf" if not options else "sleeps")
    with subprocess.Popen(
        command("a.dxf", "b.dxf", "c.dxf", *options),
        cwd=tmp_path,
        env=surroundings(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_for(lambda: list(tmp_path.glob("scratch/*/source/*.dxf")))
        time.sleep(0.3)
        family = children(process.pid)
        assert bool(family) == ("--in-process" not in options)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert (out, err.strip()) == ("", "")
    assert [each for each in family if Path(f"/proc/{each}").exists()] == []
    require_clean(tmp_path)


def test_what_a_killed_command_left_is_cleared_by_a_later_one(tmp_path: Path) -> None:
    (tmp_path / "a.dxf").write_text("sleeps")
    (tmp_path / "b.dxf").write_text("works")
    with subprocess.Popen(command("a.dxf"), cwd=tmp_path, env=surroundings(tmp_path)) as process:
        wait_for(lambda: list(tmp_path.glob("scratch/*/source/*.dxf")))
        family = children(process.pid)
        process.kill()
    wait_for(lambda: not any(Path(f"/proc/{each}").exists() for each in family))
    (lock,) = tmp_path.glob("scratch/*/.lock")
    os.utime(lock, (0, 0))
    assert run("b.dxf", cwd=tmp_path).returncode == 0


def on_a_terminal(*arguments: str, cwd: Path) -> tuple[int, str]:
    """Run the command on a terminal; its exit code, and all that was written there."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command(*arguments), cwd=cwd, env=surroundings(cwd), stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        written = b""
        while select.select([ours], [], [], 30)[0]:
            try:
                written += os.read(ours, 4096)
            except OSError:  # the other side is closed
                break
    os.close(ours)
    return process.returncode, written.decode()


def test_a_terminal_gets_a_bar_and_a_pipe_none(drawings: Path) -> None:
    (drawings / "works.dxf").write_text("dawdles")
    code, written = on_a_terminal("works.dxf", "refuses.dxf", cwd=drawings)
    assert code == 65
    assert "[####" in written
    assert "1/2  works.dxf: walls" in written
    lines = written.rpartition("\x1b[K")[2].splitlines()
    assert lines[-1].startswith("refuses.dxf: nothing_drawable: ")
    assert "[" not in run("works.dxf", "refuses.dxf", cwd=drawings).stderr


@pytest.mark.skipif(not DATA.is_dir(), reason="the real drawings are not here")
@pytest.mark.parametrize("options", [(), ("--in-process",)])
def test_a_real_drawing_becomes_a_model_either_way(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = run(
        DATA / "barcelona-plan.dxf", "-o", "model.glb", "--plan", "--report", *options, cwd=tmp_path, pipeline=CONVERT
    )
    assert done.returncode == 0
    assert "walls" in done.stdout
    assert (tmp_path / "model.glb").read_bytes()[:4] == b"glTF"
    assert {path.name for path in tmp_path.glob("model.*")} == {"model.glb", "model.geojson", "model.report.json"}


def test_rubbish_is_refused_by_the_real_pipeline(tmp_path: Path) -> None:
    (tmp_path / "empty.dxf").touch()
    (tmp_path / "words.dxf").write_text("these are words\n" * 100)
    (tmp_path / "dwg.dxf").write_bytes(b"AC1032" + bytes(1000))
    done = run("empty.dxf", "words.dxf", "dwg.dxf", cwd=tmp_path, pipeline=CONVERT)
    assert done.returncode == 65
    assert [line.split(": ")[:2] for line in done.stderr.splitlines()] == [
        ["empty.dxf", "empty_file"],
        ["words.dxf", "not_a_dxf"],
        ["dwg.dxf", "unsupported_format"],
    ]
