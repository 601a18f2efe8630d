"""The part of docs/benchmarks.md on PDFs, from what was measured."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from tests.bench.page import size, table

if TYPE_CHECKING:
    from tests.bench.plots import Measured

HEAD = "## PDFs and scans"
#: Seconds for a whole conversion.
_AIMS = {"50,000 paths": 3.0, "180,000 paths": 6.0, "A1 scan": 12.0}
_MEMORY, _START = 2e9, 1.0


def section(measured: Measured, machine: str) -> str:
    """The part, without its head."""
    parts = [
        HEAD,
        (
            "Plots are floors of flats with hatches, tiles, furniture and dimensions; one of them draws its letters as"
            " strokes. Scans are such floors at 300 dpi, in grey, askew, with noise. Each runs once, in a process of"
            " its own: reading, understanding, model, plan and report, no pictures; what a warm process has imported is"
            f" left out. Cores that could be used: {measured['cores']}. Load of the machine when this began:"
            f" {measured['load']:.1f}. Where others compute as well, the seconds on a processor tell more than those on"
            " the wall."
        ),
        machine,
        _aims(measured),
        "### Stages of PDFs",
        "Seconds on the wall, seconds on a processor, and the memory that the process had held at most by then.",
        _stages({name: run for name, run in measured["runs"].items() if "scan" not in name}),
        _stages({name: run for name, run in measured["runs"].items() if "scan" in name}),
        "### Networks",
        "A detector on a picture of 2,400 by 2,400 pixels, the second time it looks.",
        _networks(measured),
    ]
    return "\n\n".join(each for each in parts if each) + "\n"


def _total(run: Measured) -> tuple[float, float, int]:
    """Wall, processor, memory of a whole run."""
    parts = list(run["parts"].values())
    return sum(p[0] for p in parts), sum(p[1] for p in parts), max(p[2] for p in parts)


def _aims(measured: Measured) -> str:
    rows = []
    for name, aim in _AIMS.items():
        run = measured["runs"].get(name)
        if run is None:
            continue
        if run.get("failure"):
            rows.append((name, f"under {aim:g} s", run["failure"], "**no**"))
            continue
        wall, cpu, _ = _total(run)
        rows.append((name, f"under {aim:g} s", f"{wall:.2f} s, on a processor {cpu:.2f} s", _yes(wall < aim)))
    held = {name: _total(run)[2] for name, run in measured["runs"].items() if not run.get("failure")}
    if held:
        most = max(held, key=lambda name: held[name])
        rows.append(("peak memory", "under 2 GB", f"{size(held[most])} ({most})", _yes(held[most] < _MEMORY)))
    begun = [run for run in measured["start"] if not run.get("failure")]
    if begun:
        wall, cpu = (statistics.median(run[key] for run in begun) for key in ("wall", "cpu"))
        told = f"{wall:.2f} s, on a processor {cpu:.2f} s"
        rows.append((f"process start to first page read: {measured['first']}", "under 1 s", told, _yes(wall < _START)))
    return table(("what", "aim", "measured", ""), rows)


def _yes(reached: bool) -> str:
    return "yes" if reached else "**no**"


def _stages(runs: Measured) -> str:
    if not runs:
        return ""
    names = list(dict.fromkeys(stage for run in runs.values() for stage in run["parts"]))
    rows = [(name, *(_cell(run["parts"].get(name)) for run in runs.values())) for name in names]
    total = (run.get("failure") or _cell(_total(run)) for run in runs.values())
    return table(("stage", *runs), [*rows, ("**all**", *total)])


def _cell(part: tuple[float, float, int] | None) -> str:
    return f"{part[0]:.2f} s, {part[1]:.2f} s, {size(part[2])}" if part else ""


def _networks(measured: Measured) -> str:
    rows = []
    for name, run in measured["detectors"].items():
        told = [
            f"{run['parts'][part][0]:.2f} s, {run['parts'][part][1]:.2f} s" if run["parts"] else ""
            for part in ("open", "look")
        ]
        rows.append((name, *told, run.get("failure", "")))
    return table(("", "open: wall, processor", "look: wall, processor", ""), rows)
