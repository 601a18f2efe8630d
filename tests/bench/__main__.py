"""``make bench``: measure, and write docs/benchmarks.md.

    python -m tests.bench [--sizes 1,10,50] [--limit SECONDS] [--memory GIGABYTES] [--real FOLDER] [--out FILE]
    python -m tests.bench --messages [--out FILE]
    python -m tests.bench --plots [--paths 10000,180000] [--scans A4,A0] [--torch-model FILE] [--out FILE]

Nothing else should run on the machine meanwhile. ``--real`` names a folder of drawings to measure beside those that are
made. ``--messages`` measures the runner's own overhead alone, ``--plots`` PDFs alone, and leaves the rest of the page
as it is; the figures are also in build/bench. ``--torch-model`` names weights to run in torch, where it is installed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import messages, messages_page, page, plots, plots_page
from tests.bench.page import Measured
from tests.bench.race import Limits, Run, race
from tests.services.process import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data" / "dxf"
MESSAGES, PLOTS = (ROOT / "build" / "bench" / f"{name}.json" for name in ("messages", "plots"))
CHILD = (sys.executable, "-m", "tests.bench.child")
COMMAND = Path(sys.executable).with_name("cad-runner")


def main() -> None:
    """Measure conversions, and what the runner adds to them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure time and memory.")
    parser.add_argument("--sizes", default="1,10,50", help="megabytes of the drawings that are made")
    parser.add_argument("--limit", type=float, default=300, help="seconds for each process")
    parser.add_argument("--memory", type=float, default=16, help="gigabytes for each process")
    parser.add_argument("--real", type=Path, default=REAL, help="folder of drawings to measure too, if it is there")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--messages", action="store_true", help="measure the runner's own overhead alone")
    parser.add_argument("--plots", action="store_true", help="measure PDFs alone")
    parser.add_argument("--paths", default="10000,50000,180000", help="paths of plots that are made")
    parser.add_argument("--scans", default="A4,A3,A2,A1,A0", help="sizes of scans that are made")
    parser.add_argument("--torch-model", type=Path, help="weights to run in torch beside ONNX Runtime")
    asked = parser.parse_args()
    conversions, pdfs, overhead = _kept(asked.out)
    if not asked.messages and not asked.plots:
        conversions = _conversions(asked, Limits(asked.limit, int(asked.memory * 1e9)))
    if not asked.messages:
        pdfs = _pdfs(asked)
    if not asked.plots:
        overhead = _overhead() or overhead
    parts = (each.strip("\n") for each in (conversions, pdfs, overhead))
    asked.out.write_text("\n\n".join(each for each in parts if each) + "\n", encoding="utf-8")
    sys.stdout.write(f"{asked.out}\n")


def _kept(out: Path) -> tuple[str, str, str]:
    """The parts of the page as it is: drawings, PDFs, messages."""
    text = out.read_text(encoding="utf-8") if out.exists() else f"{page.TITLE}\n"
    rest, head, after = text.partition(f"\n{messages_page.HEAD}\n")
    drawings, of_pdfs, pdfs = rest.partition(f"\n{plots_page.HEAD}\n")
    return drawings, f"{of_pdfs}{pdfs}", f"{head}{after}"


def _pdfs(asked: argparse.Namespace) -> str:
    """What was measured of PDFs."""
    paths = [int(count) for count in asked.paths.split(",")]
    measured = plots.measure(paths, [name for name in asked.scans.split(",") if name], asked.limit, asked.torch_model)
    PLOTS.parent.mkdir(parents=True, exist_ok=True)
    PLOTS.write_text(json.dumps(measured, indent=1), encoding="utf-8")
    return plots_page.section(
        measured, page.machine("pymupdf", "onnxruntime", "opencv-python-headless", "numpy", "shapely")
    )


def _overhead() -> str:
    """What was measured of messages; nothing where there are no servers."""
    try:
        measured = messages.measure()
    except Unavailable as reason:
        sys.stderr.write(f"messages: not measured: {reason}\n")
        return ""
    MESSAGES.parent.mkdir(parents=True, exist_ok=True)
    MESSAGES.write_text(json.dumps(measured, indent=1), encoding="utf-8")
    return messages_page.section(measured, page.machine("pika", "psycopg", "botocore", "pydantic"))


def _conversions(asked: argparse.Namespace, limits: Limits) -> str:
    """All sizes, then the real drawings, then the command as a whole."""
    with tempfile.TemporaryDirectory() as folder:
        sized = [_sized(Path(folder), float(size)) for size in asked.sizes.split(",")]
        made = [_measure(file, f"{file.stem} MB", limits) for file in sized]
        real = [_measure(file, file.name, limits) for file in sorted(asked.real.glob("*.dxf"))]
        whole = [_whole(file, f"{file.stem} MB", limits) for file in sized if file.stat().st_size < 2e7]
        start = _start(limits)
    return page.render(made, real, whole, start, limits)


def _sized(folder: Path, megabytes: float) -> Path:
    """A drawing of this size, made elsewhere: a child's measure of memory begins with what its parent holds."""
    file = folder / f"{megabytes:g}.dxf"
    call = f"write_sized(Path({str(file)!r}), {megabytes})"
    code = f"from pathlib import Path; from tests.bench.sized import write_sized; {call}"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    return file


def _rounds(file: Path) -> int:
    return 5 if file.stat().st_size < 2e6 else 3 if file.stat().st_size < 2e7 else 1


def _measure(file: Path, name: str, limits: Limits) -> Measured:
    """All rivals on one file."""
    sys.stderr.write(f"{name}\n")
    file.read_bytes()  # whoever comes first shall not wait for the disk
    commands: dict[str, Sequence[str | Path]] = {
        rival: (*CHILD, rival, file) for rival in ("pipeline", "ezdxf", "ezdxf-flatten", "trimesh")
    }
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.glb"
        if shutil.which("assimp"):
            commands["assimp"] = ("assimp", "export", file, model, "-fglb2")
        runs = race(commands, limits, _rounds(file))
        if model.exists():
            runs["assimp"] = replace(runs["assimp"], made=model.stat().st_size)
    return Measured(name, file.stat().st_size, runs)


def _whole(file: Path, name: str, limits: Limits) -> Measured:
    """The command as anybody would type it: the model alone, and with everything beside it."""
    sys.stderr.write(f"cad-runner convert, {name}\n")
    every = ("--preview", "--overlay", "--plan", "--report")
    with tempfile.TemporaryDirectory() as folder:
        model = (COMMAND, "convert", file, "-o", Path(folder) / "model.glb")
        runs = race({"model": model, "everything": (*model, *every)}, limits, _rounds(file))
    return Measured(name, file.stat().st_size, runs)


def _start(limits: Limits) -> dict[str, Run]:
    """What it takes to begin at all."""
    sys.stderr.write("cad-runner --help\n")
    return race({"help": (COMMAND, "--help"), "python": (sys.executable, "-c", "pass")}, limits, 11)


if __name__ == "__main__":
    main()
