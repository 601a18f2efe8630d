"""``cad-runner doctor``: whether everything is there that a conversion needs."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner import __version__
from runner.cli import AGAIN
from runner.cli.wiring import own
from runner.contract import JobMessage
from runner.errors import DetectorUnusable, WrongSetting
from runner.job import process
from runner.local.events import MemoryEvents
from runner.local.jobs import MemoryJobs
from runner.local.objects import DirectoryStore
from runner.outcome import Completed, Rejected, Released, Retry
from runner.parts import Parts
from runner.protocols import Delivery
from runner.sandbox import cgroup
from runner.sandbox.converter import CONVERT
from runner.sandbox.process import Child
from runner.sandbox.trial import Trial
from runner.settings.groups import Work
from runner.settings.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIPELINE = CONVERT
_LIBRARIES = (
    "click",
    "ezdxf",
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "pillow",
    "pydantic",
    "pymupdf",
    "shapely",
)
#: What may be there in place of a library.
_TWINS = {"onnxruntime": "onnxruntime-gpu"}
_SCRIPTS = {"Korean": "거실", "Japanese": "和室リビング", "Chinese": "客厅"}
_SQUARE = ((0, 0, 5, 0), (5, 0, 5, 4), (5, 4, 0, 4), (0, 4, 0, 0))
_LEAST_ROOM = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, and how it is."""

    what: str
    state: str
    remedy: str | None = None  #: what to do, where something is missing
    bad: bool = False  #: whether nothing can be converted without it


@click.command("doctor")
def command() -> int:
    """Check that everything is there that a conversion needs."""
    worst = 0
    for finding in examine():
        mark = "BAD" if finding.bad else "ok " if finding.remedy is None else "-- "
        click.echo(f"{mark} {finding.what:<22}  {finding.state}")
        if finding.remedy is not None:
            click.echo(f"{'':26}  {finding.remedy}")
        worst = AGAIN if finding.bad else worst
    return worst


def examine() -> Iterator[Finding]:
    """Look at everything."""
    yield Finding("cad-runner", __version__)
    yield Finding("python", f"{platform.python_version()} ({sys.executable})")
    yield Finding("memory", f"{cgroup.memory() / 1e9:.1f} GB")
    for name in _LIBRARIES:
        yield _looked(name, partial(_version, name), "Install cad-runner again.")
    yield _looked("temporary files", _temporary, "Set TMPDIR to a folder that can be written and has room.")
    yield _fonts()
    yield detector()
    yield _looked("conversion", _conversion, "Mend what is BAD above; if nothing is, this is a fault of cad-runner.")


def _looked(what: str, look: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(what, look())
    except Exception as error:  # noqa: BLE001  whatever is wrong is what was looked for
        return Finding(what, f"{type(error).__name__}: {error}", remedy, bad=True)


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        if (twin := _TWINS.get(library)) is None:
            raise
        return f"{importlib.metadata.version(twin)} ({twin})"


def _temporary() -> str:
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
    folder = Path(tempfile.gettempdir())
    space = os.statvfs(folder)
    free = space.f_bavail * space.f_frsize
    if free < _LEAST_ROOM:
        raise OSError(f"only {free / 1e9:.1f} GB free in {folder}")
    return f"{folder}, {free / 1e9:.1f} GB free"


def _fonts() -> Finding:
    """In which scripts the names of rooms can be written into pictures."""
    try:
        faces = importlib.import_module("pipelines.pictures.fonts").Faces.installed()
        lacking = [script for script, word in _SCRIPTS.items() if not faces.drawable(word)]
    except ImportError as error:
        return Finding("fonts", str(error), "Install cad-runner again.", bad=True)
    if not lacking:
        return Finding("fonts", ", ".join(["Latin", *_SCRIPTS]))
    return Finding(
        "fonts",
        f"none for {', '.join(lacking)}",
        "overlay.png leaves out names in these scripts. On Debian or Ubuntu: apt install fonts-noto-cjk",
    )


def detector() -> Finding:
    """Whether the detector that is set can be run, for PDFs."""
    try:
        with closing(Trial(own(read(Work)))) as trial:
            return Finding("detector", trial.state())
    except WrongSetting as wrong:
        return Finding("detector", wrong.faults[0], "Correct the setting.", bad=True)
    except DetectorUnusable as error:
        return Finding("detector", error.message, error.advice, bad=True)


def _conversion() -> str:
    """A small drawing taken down the whole path."""
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, closing(Child(PIPELINE)) as child:
        (Path(folder) / "square.dxf").write_text(_drawing(), encoding="ascii")
        objects = DirectoryStore(Path(folder))
        message = JobMessage(job_id="doctor", file_path="square.dxf")
        parts = Parts(objects=objects, jobs=MemoryJobs(), events=MemoryEvents())
        outcome = process(Delivery(body=message.model_dump_json().encode()), child, parts)
    match outcome:
        case Completed(result=result):
            names = ", ".join(each.name for each in result.artifacts)
            return f"a drawing became {names} in {time.perf_counter() - begin:.1f} s"
        case Rejected(failure=failure) | Retry(failure=failure) | Released(failure=failure):
            raise RuntimeError(f"{failure.code}: {failure.message}")
        case _:
            raise RuntimeError(type(outcome).__name__)


def _drawing() -> str:
    """The walls of one room, 5 m by 4 m, as DXF R12."""
    lines = "".join(f"0\nLINE\n8\nA-WALL\n10\n{x0}\n20\n{y0}\n11\n{x1}\n21\n{y1}\n" for x0, y0, x1, y1 in _SQUARE)
    return f"0\nSECTION\n2\nENTITIES\n{lines}0\nENDSEC\n0\nEOF\n"
