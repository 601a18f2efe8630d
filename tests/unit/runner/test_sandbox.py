"""Real children that work, crash, hang and devour; see ``fakes.py`` for what each does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runner.errors import (
    ChildCrashed,
    DetectorUnusable,
    DrawingRefused,
    MemoryLimit,
    Outage,
    RunnerError,
    Stopping,
    TimeLimit,
    UnexpectedError,
)
from runner.sandbox.answers import Answers
from runner.sandbox.converter import Converter, Limits, Setting
from runner.sandbox.inprocess import InProcess
from runner.sandbox.process import Child
from runner.sandbox.trial import Trial

ROOT = Path(__file__).parents[3]
FAKES = "tests.unit.runner.fakes"

Start = Callable[..., Converter]


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of temporary files, which has to be empty in the end."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def used(
    converter: Converter, beat: Callable[[str, float], None] = lambda _stage, _share: None, **options: Any
) -> dict[str, Any]:
    """Run a converter on a small drawing; its report, with the files that it wrote under 'files'."""
    try:
        source, out = converter.desk / "plan.dxf", converter.desk / "out"
        out.mkdir()
        source.write_text("drawing")
        report = converter.run(source, out, {"units": "mm", "wall_height": 3.0} | options, beat)
        return report | {"files": {path.name: path.read_bytes() for path in out.iterdir()}}
    finally:
        converter.close()


def child(name: str, **limits: Any) -> Child:
    return Child(f"{FAKES}:{name}", Limits(**limits))


def failure(name: str, **limits: Any) -> RunnerError:
    with pytest.raises(RunnerError) as caught:
        used(child(name, **limits))
    return caught.value


def in_process(name: str) -> InProcess:
    return InProcess(f"{FAKES}:{name}")


@pytest.mark.parametrize("start", [child, in_process])
def test_the_report_and_the_files_come_back(start: Start) -> None:
    beats: list[tuple[str, float]] = []
    report = used(start("works"), lambda stage, share: beats.append((stage, share)))
    assert (report["source"], report["height"]) == ("plan.dxf", 3.0)
    assert report["files"] == {"model.glb": b"glTFdrawing", "preview.png": b"PNG"}
    assert ("read", 0.0) in beats or start is child


@pytest.mark.parametrize("start", [partial(Child, f"{FAKES}:tells", Limits()), partial(InProcess, f"{FAKES}:tells")])
def test_what_the_runner_sets_reaches_the_pipeline_beside_what_the_message_asks(start: Start) -> None:
    given = {"model": "/weights/other.onnx", "gpu": True}
    told = json.loads(used(start(Setting(options=given)), page=2, scale=50.0)["files"]["model.glb"])
    assert {name: told[name] for name in ("page", "scale", *given)} == {"page": 2, "scale": 50.0, **given}


@pytest.mark.parametrize(("kind", "readers"), [("dxf", ["dxf"]), ("pdf", ["pdf"]), (None, [])])
def test_a_child_has_the_reader_of_its_kind_before_it_has_the_drawing(kind: str | None, readers: list[str]) -> None:
    report = used(Child(f"{FAKES}:tells", Limits(), Setting(kind=kind)))
    assert json.loads(report["files"]["model.glb"])["readers"] == readers


@pytest.mark.parametrize("start", [child, in_process])
def test_a_refusal_crosses_as_a_value(start: Start) -> None:
    with pytest.raises(DrawingRefused) as caught:
        used(start("refuses"))
    error = caught.value
    assert (error.reason, error.message) == ("nothing_drawable", "The drawing has no visible geometry.")
    assert error.advice.startswith("Check that the plan is in model space")


@pytest.mark.parametrize("start", [child, in_process])
def test_a_detector_that_can_not_be_run_is_no_drawings_fault(start: Start) -> None:
    with pytest.raises(DetectorUnusable) as caught:
        used(start("finds_no_detector"))
    error = caught.value
    assert isinstance(error, Outage)
    assert (error.reason, error.message) == ("model_unusable", "There is no file other.onnx.")
    assert error.advice == "Mount it."


def test_the_detector_is_tried_in_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "rubbish.onnx").write_text("rubbish")
    for name, said in (("absent.onnx", "There is no file"), ("rubbish.onnx", "is no detector that can be used")):
        trial = Trial({"model": str(tmp_path / name)})
        with pytest.raises(DetectorUnusable, match=said) as caught:
            trial.state()
        assert caught.value.reason == "model_unusable"
        trial.close()


@pytest.mark.parametrize("start", [child, in_process])
def test_a_fault_says_what_and_where_and_brings_its_trace(start: Start) -> None:
    with pytest.raises(UnexpectedError) as caught:
        used(start("raises"))
    assert "ValueError: seven is no wall (fakes.py:" in caught.value.message
    assert "Traceback" in (caught.value.trace or "")


def test_letters_of_no_encoding_do_not_cross() -> None:
    assert failure("raises_rubbish").message == "The layer ? is empty."


@pytest.mark.parametrize("name", ["nothing_of_this_name", "no.such.module:convert"])
def test_a_pipeline_that_can_not_be_imported_is_a_fault(name: str) -> None:
    with pytest.raises(UnexpectedError):
        used(Child(name if ":" in name else f"{FAKES}:{name}"))


def test_a_child_that_ends_without_an_answer_has_crashed() -> None:
    error = failure("exits")
    assert isinstance(error, ChildCrashed)
    assert "exit code 3" in error.message


def test_a_segmentation_fault_is_named_and_its_last_words_are_kept_within_bounds() -> None:
    error = failure("says_farewell")
    assert isinstance(error, ChildCrashed)
    assert "SIGSEGV" in error.message
    assert "the very last words" in (error.trace or "")
    assert "Fatal Python error: Segmentation fault" in (error.trace or "")
    assert len(error.trace or "") <= 16_000


def test_a_child_that_somebody_kills_has_crashed() -> None:
    error = failure("is_killed")
    assert isinstance(error, ChildCrashed)
    assert "SIGKILL" in error.message


def test_more_memory_than_allowed_is_a_limit() -> None:
    error = failure("devours", memory=300_000_000)
    assert isinstance(error, MemoryLimit)
    assert "300 MB" in error.message


def test_a_library_that_aborts_for_memory_is_a_limit() -> None:
    assert isinstance(failure("aborts_for_memory"), MemoryLimit)


def test_the_soft_limit_ends_a_child_and_says_where_it_was() -> None:
    error = failure("sleeps", soft_seconds=1.0, hard_seconds=30.0)
    assert isinstance(error, TimeLimit)
    assert "1 s" in error.message
    assert "in sleeps" in (error.trace or "")


def test_the_hard_limit_ends_a_child_that_does_not_listen() -> None:
    error = failure("is_deaf", soft_seconds=0.8, hard_seconds=1.5)
    assert isinstance(error, TimeLimit)
    assert "1.5 s" in error.message


def test_chatter_is_thinned_and_arrives_in_order() -> None:
    beats: list[tuple[str, float]] = []
    used(child("chatters"), lambda stage, share: beats.append((stage, share)))
    assert len(beats) < 3000
    stages = [int(stage.split()[1]) for stage, _ in beats if stage.startswith("stage ")]
    assert stages
    assert stages == sorted(set(stages))


def test_a_silent_child_still_beats() -> None:
    beats: list[str] = []

    def beat(stage: str, _share: float) -> None:
        beats.append(stage)
        if len(beats) > 3:
            raise Stopping

    with pytest.raises(Stopping):
        used(child("sleeps"), beat)
    assert beats[-1] == "sleep"


def test_what_a_pipeline_prints_is_no_answer() -> None:
    assert used(child("prints"))["source"] == "plan.dxf"


def test_a_process_that_the_child_leaves_behind_goes_with_it() -> None:
    orphan = int(used(child("begets"))["files"]["model.glb"])
    deadline = time.monotonic() + 10
    while alive(orphan) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(orphan)


def alive(process: int) -> bool:
    """Whether a process runs; one that nobody has collected yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_litter_goes_with_the_desk() -> None:
    assert "model.glb" in used(child("litters"))["files"]


def test_a_child_that_is_closed_before_it_works_leaves_nothing() -> None:
    unused = child("works")
    unused.close()
    unused.close()
    assert not unused.desk.exists()


def test_a_child_that_is_killed_meanwhile_has_crashed() -> None:
    victim = child("sleeps")
    with pytest.raises(ChildCrashed):
        used(victim, lambda stage, _share: victim.kill() if stage == "sleep" else None)


def test_a_child_can_be_killed_from_another_thread() -> None:
    victim = child("sleeps")
    timer = threading.Timer(0.5, victim.kill)
    timer.start()
    with pytest.raises(ChildCrashed):
        used(victim)
    timer.join()


def test_a_child_does_not_see_the_secrets_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINIO_SECRET_KEY", "hush")
    names = used(child("environment"))["files"]["model.glb"].decode().split("\n")
    assert "PATH" in names
    assert "MINIO_SECRET_KEY" not in names


def test_a_module_in_the_working_folder_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('stranger')")
    monkeypatch.chdir(tmp_path)
    assert used(child("works"))["source"] == "plan.dxf"


PARENT = """
import signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored where the tests were started to outlive their terminal
from runner.sandbox.process import Child
child = Child("tests.unit.runner.fakes:sleeps")
print(child._process.pid, flush=True)
(child.desk / "out").mkdir()
child.run(child.desk, child.desk / "out", {}, lambda stage, share: print(stage, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_child_dies_with_its_parent(number: signal.Signals, tmp_path: Path, scratch: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, env=environment, text=True) as parent:
        assert parent.stdout is not None
        orphan = int(parent.stdout.readline())
        while parent.stdout.readline().strip() != "sleep":
            pass
        assert alive(orphan)
        parent.send_signal(number)
        parent.wait(timeout=10)
    deadline = time.monotonic() + 10
    while alive(orphan) and time.monotonic() < deadline:
        time.sleep(0.02)
    survived = alive(orphan)
    with suppress(ProcessLookupError):
        os.kill(orphan, signal.SIGKILL)
    assert not survived
    assert list(scratch.iterdir()) == []


def test_answers_may_come_in_pieces() -> None:
    answers = Answers()
    for piece in (b'{"stage": "re', b'ad", "share": 0.25}\n{"rep', b'ort": {}}', b"\n"):
        answers.take(piece)
    assert answers.fresh
    assert answers.progress() == ("read", 0.25)
    assert not answers.fresh
    assert answers.last == {"report": {}}


@pytest.mark.parametrize("share", ["7", "-1", "1e300"])
def test_a_share_is_held_between_0_and_1(share: str) -> None:
    answers = Answers()
    answers.take(f'{{"stage": "read", "share": {share}}}\n'.encode())
    assert 0.0 <= answers.progress()[1] <= 1.0


@pytest.mark.parametrize("line", [b"\n", b"rubbish\n", b"[]\n", b'{"report": \n', b"\xff\n"])
def test_an_answer_that_makes_no_sense_is_a_crash(line: bytes) -> None:
    with pytest.raises(ChildCrashed):
        Answers().take(line)
