"""Tiny pipelines, each of which does one thing that a conversion may do; run in real children by name."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import NothingDrawable
from pipelines.options import OptionUnusable

if TYPE_CHECKING:
    from pipelines.options import ConvertOptions

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Report:
    source: str
    height: float
    bytes: int


def works(source: Path, out: Path, options: ConvertOptions, progress: Progress) -> Report:
    progress("read", 0.0)
    data = source.read_bytes()
    (out / "model.glb").write_bytes(b"glTF" + data)
    if options.preview:
        (out / "preview.png").write_bytes(b"PNG")
    progress("done", 1.0)
    return Report(source.name, options.wall_height, len(data))


def obeys(source: Path, out: Path, options: ConvertOptions, progress: Progress) -> Report:
    """Do what the drawing says: its text is the name of one of the functions here."""
    name = source.read_text().split()[0]
    report = globals()[name](source, out, options, progress)
    assert isinstance(report, Report)
    return report


def refuses(_source: Path, _out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    raise NothingDrawable("The drawing has no visible geometry.")


def finds_no_detector(_source: Path, _out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    raise OptionUnusable("There is no file other.onnx.", remedy="Mount it.", code="model_unusable")


def raises(_source: Path, _out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    raise ValueError("seven is no wall")


def raises_rubbish(_source: Path, _out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    raise NothingDrawable("The layer \udcba is empty.")


def makes_nothing(source: Path, _out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    return Report(source.name, 0.0, 0)


def exits(_source: Path, _out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    os._exit(3)


def says_farewell(_source: Path, _out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    sys.stderr.write("x" * 1_000_000 + " the very last words\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def is_killed(_source: Path, _out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def aborts_for_memory(_source: Path, _out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    sys.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\n")
    sys.stderr.flush()
    os.abort()


def devours(_source: Path, _out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    hoard = []
    while True:
        hoard.append(bytearray(50_000_000))


def sleeps(source: Path, out: Path, options: ConvertOptions, progress: Progress) -> Report:
    progress("sleep", 0.5)
    time.sleep(60)
    return works(source, out, options, progress)


def is_deaf(_source: Path, _out: Path, _options: ConvertOptions, progress: Progress) -> Report:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    progress("sleep", 0.5)
    while True:
        time.sleep(60)


def chatters(source: Path, out: Path, options: ConvertOptions, progress: Progress) -> Report:
    for step in range(200_000):
        progress("chat", step / 200_000)
    for step in range(2_000):
        progress(f"stage {step}", 1.0)
    return works(source, out, options, progress)


def dawdles(source: Path, out: Path, options: ConvertOptions, progress: Progress) -> Report:
    for share in (0.5, 0.7, 0.9):
        progress("walls", share)
        time.sleep(0.2)
    return works(source, out, options, progress)


def prints(source: Path, out: Path, options: ConvertOptions, progress: Progress) -> Report:
    os.write(1, b'{"report": {"source": "forged"}}\n' * 10_000)
    return works(source, out, options, progress)


def litters(source: Path, out: Path, options: ConvertOptions, progress: Progress) -> Report:
    Path(tempfile.mkstemp()[1]).write_text("rubbish")
    Path("here").write_text("rubbish")
    return works(source, out, options, progress)


def begets(source: Path, out: Path, options: ConvertOptions, progress: Progress) -> Report:
    """Leave a process behind that holds every pipe open; its number goes into the model."""
    orphan = subprocess.Popen(["sleep", "60"], close_fds=False)
    report = works(source, out, options, progress)
    (out / "model.glb").write_text(str(orphan.pid))
    return report


def tells(source: Path, out: Path, options: ConvertOptions, _progress: Progress) -> Report:
    """Write what was asked for into the model, and which readers were there before the drawing was."""
    asked = {"page": options.page, "scale": options.scale, "model": options.model, "gpu": options.gpu}
    readers = [kind for kind in ("dxf", "pdf") if f"pipelines.{kind}.reader" in sys.modules]
    (out / "model.glb").write_text(json.dumps(asked | {"readers": readers}))
    return Report(source.name, 0.0, 0)


def environment(source: Path, out: Path, _options: ConvertOptions, _progress: Progress) -> Report:
    (out / "model.glb").write_text("\n".join(os.environ))
    return Report(source.name, 0.0, 0)
