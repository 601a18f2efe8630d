"""docs/benchmarks.md, from what was measured."""

from __future__ import annotations

import importlib.metadata
import math
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.bench.race import Limits, Run

RIVALS = {
    "pipeline": "cad-runner: model, preview, overlay, plan, report",
    "ezdxf": "`ezdxf.readfile` alone",
    "ezdxf-flatten": "ezdxf: read, resolve blocks, flatten every entity",
    "trimesh": "trimesh: load, write the lines as GLB",
    "assimp": "assimp: convert to GLB",
}
_PICTURES = ("preview", "overlay")


@dataclass(frozen=True, slots=True)
class Measured:
    """One file and what each program took for it."""

    name: str
    size: int
    runs: dict[str, Run]

    def after_reading(self, *besides: str) -> float:
        """Times that all stages but reading, and ``besides``, take of ``ezdxf.readfile``."""
        parts = self.runs["pipeline"].parts
        return sum(parts[stage][0] for stage in parts if stage not in ("read", *besides)) / self.runs["ezdxf"].work


TITLE = "# Benchmarks"


def render(
    made: list[Measured], real: list[Measured], whole: list[Measured], start: dict[str, Run], limits: Limits
) -> str:
    """The page."""
    parts = [
        TITLE,
        (
            "Written by `make bench`; apart from the tests, in which nothing is timed. Each program runs in a process"
            " of its own, in turn with the others, on the same file; the median of 5 rounds for files up to 2 MB, of 3"
            " up to 20 MB, else one run, as where one takes longer than 20 s. Times are of the work, imports left out,"
            " unless the whole process is meant. Memory is"
            f" what the process held at most. A process may take {limits.seconds:g} s and {limits.memory / 1e9:g} GB."
        ),
        machine("ezdxf", "numpy", "shapely", "pillow", "trimesh"),
        "## Aims",
        _aims(made, whole, start),
        "## Stages",
        (
            "Drawings of a generated floor of offices: about 5,000 entities a megabyte. Seconds of each stage, and the"
            " memory that the process had held at most by the end of it."
        ),
        _stages(made),
        "## Beside other programs",
        (
            "The others read a drawing or copy its lines; none of them makes walls. Times, ratios to `ezdxf.readfile`,"
            " memory, and the size of the GLB where one is made: assimp leaves most kinds of entities out."
        ),
        _rivals(made),
    ]
    if real:
        parts += ["Real drawings, which are not part of this project:", _rivals(real), _stages(real)]
    parts += [
        "## The whole command",
        "From the shell's point of view, imports and child process included.",
        _whole(whole, start),
    ]
    return "\n\n".join(parts) + "\n"


def _aims(made: list[Measured], whole: list[Measured], start: dict[str, Run]) -> str:
    rows = []
    for each in made:
        if each.runs["pipeline"].failure:
            rows.append((f"{each.name}: a model", "", each.runs["pipeline"].failure, False))
            continue
        for what, besides in (("model and plan", _PICTURES), ("pictures too", ())):
            share = each.after_reading(*besides)
            told = f"{each.name}: all after reading, beside `ezdxf.readfile`: {what}"
            rows.append((told, "under 1 ×", f"{share:.2f} ×", share < 1))
    for each in whole:
        aim = {"1 MB": 1.5, "10 MB": 8.0}.get(each.name)
        if aim:
            wall = math.inf if each.runs["model"].failure else each.runs["model"].wall
            rows.append(
                (f"{each.name}: `cad-runner convert`, whole process", f"under {aim:g} s", f"{wall:.2f} s", wall < aim)
            )
    for each in made:
        share = each.runs["pipeline"].peak / each.size
        if (
            each.size > 5e6 and not each.runs["pipeline"].failure
        ):  # below that, the libraries alone weigh more than 20 times the file
            rows.append((f"{each.name}: peak memory, beside the file", "under 20 ×", f"{share:.1f} ×", share < 20))
    wall = start["help"].wall
    rows.append(("`cad-runner --help`", "under 0.2 s", f"{wall:.2f} s", wall < 0.2))
    return table(("what", "aim", "measured", ""), [(*row[:3], "yes" if row[3] else "**no**") for row in rows])


def _stages(files: list[Measured]) -> str:
    stages = list(dict.fromkeys(stage for each in files for stage in each.runs["pipeline"].parts))
    rows = []
    for stage in stages:
        cells = [each.runs["pipeline"].parts.get(stage) for each in files]
        rows.append((stage, *(f"{cell[0]:.2f} s, {size(cell[1])}" if cell else "" for cell in cells)))
    total = (f"{each.runs['pipeline'].work:.2f} s, {size(each.runs['pipeline'].peak)}" for each in files)
    return table(("stage", *(each.name for each in files)), [*rows, ("**all**", *total)])


def _rivals(files: list[Measured]) -> str:
    names = [name for name in RIVALS if any(name in each.runs for each in files)]
    rows = [(RIVALS[name], *(_beside(each, name) for each in files)) for name in names]
    return table(("", *(each.name for each in files)), rows)


def _beside(file: Measured, name: str) -> str:
    run, base = file.runs[name], file.runs["ezdxf"]
    if run.failure:
        return _failed(run)
    ratio = "" if base.failure or name == "ezdxf" else f" ({run.work / base.work:.2f} ×)"
    model = f", makes {size(run.made)}" if run.made else ""
    return f"{run.work:.2f} s{ratio}, {size(run.peak)}{model}"


def _failed(run: Run) -> str:
    return {"": "", "time": "out of time", "memory": "out of memory"}.get(run.failure, "fails")


def _whole(files: list[Measured], start: dict[str, Run]) -> str:
    words = {"model": "`cad-runner convert`", "everything": "with `--preview --overlay --plan --report`"}
    rows = [
        (f"{each.name}: {words[name]}", _failed(run) or f"{run.wall:.2f} s", size(run.peak))
        for each in files
        for name, run in each.runs.items()
    ]
    rows.append(("`cad-runner --help`", f"{start['help'].wall:.2f} s", size(start["help"].peak)))
    rows.append(("`python -c pass`, for comparison", f"{start['python'].wall:.2f} s", size(start["python"].peak)))
    return table(("command", "time", "memory"), rows)


def machine(*libraries: str) -> str:
    """The machine that it was measured on, and the libraries."""
    versions = {name: importlib.metadata.version(name) for name in libraries}
    if "trimesh" in libraries and shutil.which("assimp"):
        told = subprocess.run(["assimp", "version"], capture_output=True, text=True, check=False).stdout
        found = re.search(r"Version (\S+)", told)
        versions["assimp"] = found[1] if found else "unknown"
    model = re.search(r"model name\s*:\s*(.+)", _text(Path("/proc/cpuinfo")))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return table(
        ("machine", ""),
        [
            ("processor", f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores"),
            ("memory", f"{memory / 2**30:.0f} GiB"),
            ("Python", platform.python_version()),
            ("libraries", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ],
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def size(count: int) -> str:
    """Bytes in words."""
    return (
        f"{count / 1e9:.1f} GB"
        if count >= 1e9
        else f"{count / 1e6:.0f} MB"
        if count >= 1e6
        else f"{count / 1e3:.0f} kB"
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *map(list, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
