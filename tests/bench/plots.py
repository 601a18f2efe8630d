"""PDFs measured: plots of many paths, scans of every size, the start, and networks beside each other.

Everything measured is plain JSON types, to be kept; ``plots_page`` tells it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.synth.pdf import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "pipelines" / "pdf" / "weights" / "detector.onnx"
#: Where the files stay that were made; the same are made each time.
FILES = ROOT / "build" / "bench"
#: Plots whose words are strokes are read in another way.
LETTERED = 50_000
_STARTS = 5

Measured = dict[str, Any]


def measure(paths: Sequence[int], scans: Sequence[str], limit: float, torch_model: Path | None = None) -> Measured:
    """Measure it all; ``limit`` is the seconds that a process may take."""
    load = os.getloadavg()[0]
    files = dict(_files(paths, scans))
    first = next(iter(files.values()))
    return {
        "load": load,
        "cores": len(os.sched_getaffinity(0)),
        "runs": {name: _run("convert", file, limit) for name, file in files.items()},
        "first": next(iter(files)),
        "start": [_run("first", first, limit) for _ in range(_STARTS)],
        "detectors": {name: _run("detector", first, limit, model) for name, model in _models(torch_model)},
    }


def _files(paths: Sequence[int], scans: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Files to measure."""
    for count in paths:
        yield f"{count:,} paths", _made(f"plot-{count}.pdf", f"write_plotted(Path({{}}), {count})")
    if LETTERED in paths:
        call = f"write_plotted(Path({{}}), {LETTERED}, Writer({Writer.LETTERED.value!r}))"
        yield f"{LETTERED:,}, letters as strokes", _made(f"plot-{LETTERED}-letters.pdf", call)
    for name in scans:
        yield f"{name} scan", _made(f"scan-{name}.pdf", f"write_scanned(Path({{}}), {name!r})")


def _made(name: str, call: str) -> Path:
    """A file of an earlier run, or one made elsewhere: a child's memory begins with what its parent holds."""
    file = FILES / name
    if not file.exists():
        FILES.mkdir(parents=True, exist_ok=True)
        names = "write_plotted, write_scanned, Writer"
        code = f"from pathlib import Path; from tests.bench.plotted import {names}; {call.format(repr(str(file)))}"
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    return file


def _models(torch_model: Path | None) -> Iterator[tuple[str, Path]]:
    yield "ONNX Runtime", WEIGHTS
    if torch_model is not None and importlib.util.find_spec("torch") is not None:
        yield "torch", torch_model


def _run(what: str, file: Path, limit: float, *more: Path) -> Measured:
    """Parts of a run in a process of its own; ``failure`` says why there are none."""
    sys.stderr.write(f"{what} {file.name}\n")
    command = [sys.executable, "-m", "tests.bench.plots_child", what, str(file), *map(str, more)]
    before = os.times()
    try:
        done = subprocess.run(command, check=True, capture_output=True, timeout=limit, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return {"failure": f"out of time ({limit:g} s)", "parts": {}}
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return {"failure": "".join(told) or "fails", "parts": {}}
    after = os.times()
    parts = json.loads(done.stdout)
    return {
        "parts": parts,
        "wall": after.elapsed - before.elapsed,
        "cpu": after.children_user + after.children_system - before.children_user - before.children_system,
    }
