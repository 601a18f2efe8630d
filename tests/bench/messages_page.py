"""The section of docs/benchmarks.md on messages, from what was measured."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from tests.bench.page import size, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.bench.messages import Measured

HEAD = "## The runner's own overhead"
_CHILD = ("child: start", "child: run", "child: clear away")
#: Steps in the order in which they are taken, and what they are.
_STEPS = {
    "hush": "take no more messages",
    "child: start": "start a child",
    "claim": "claim the job",
    "events": "publish events",
    "circuit": "ask the store's circuit",
    "download": "download the drawing",
    "child: run": "wait for the child",
    "renewal": "renew the lease",
    "upload": "upload the files",
    "completion": "complete the job",
    "acknowledgement": "acknowledge the message",
    "log": "write the log line",
    "child: clear away": "end the child, remove its folder",
    "rest": "all else",
}


def section(measured: Measured, machine: str) -> str:
    """The section."""
    servers = ", ".join(f"{kind} ({how.rpartition('/')[2]})" for kind, how in measured["servers"].items())
    parts = [
        HEAD,
        (
            "Messages through real servers with a conversion that does nothing: its process imports what a real one"
            " imports, and writes five files of a few bytes. Written by `python -m tests.bench --messages`, which"
            f" starts servers of its own on the same machine: {servers}. Of everything the median, unless it says"
            " otherwise. *Wall* is what passes on the clock, the servers' work and that of other programs included;"
            " *CPU* is what the runner's main process spends on a processor, which is its own overhead. The load of the"
            f" machine at the beginning was {measured['load']:.1f}."
        ),
        machine,
        _aims(measured),
        "### From start to claim",
        (
            "Moments in the life of `cad-runner work --once`, in seconds since its process was begun. The message waits"
            " in the queue; the drawing's download comes after."
        ),
        _startup(measured["jobs"]),
        "### Where the time of a message goes",
        (
            "*Deployment*: `cad-runner work`, each message when there is nothing else to do, so that its child is warm;"
            " there, the child that is started is the next message's. *At once*: 50 messages; each child begins to"
            " import when the message before it is taken. *Job*: `cad-runner work --once`, where every connection is"
            " made anew. Milliseconds for each message, wall and CPU."
        ),
        _where(measured),
        "### From publishing to completed",
        (
            "Messages published at once to runners that are up, in Deployment mode. Seconds from publishing until the"
            " event `job.completed` is heard. Each message needs a new process, whose imports are most of the time."
        ),
        _bursts(measured["bursts"]),
        "### Memory",
        f"What a process held at most: over {_EXAMPLES}, and over 50 messages without conversion.",
        _memory(measured),
    ]
    return "\n\n".join(parts) + "\n"


_EXAMPLES = "three drawings of `examples/`, the largest of them a house of two storeys"


def _aims(measured: Measured) -> str:
    starts, leisurely, jobs = measured["starts"], measured["leisurely"], measured["jobs"]
    claimed = statistics.median(starts["claimed"])
    spent = jobs["startup"]["the job is claimed"][1]
    busy, memory = _busy(leisurely["steps"]), max(measured["memory"]["main"], *_peaks(measured))
    rows = [
        ("`work --once`: process start to claim, wall", "under 0.8 s", f"{claimed:.2f} s", claimed < 0.8),
        ("the best of them", "", f"{min(starts['claimed']):.2f} s", None),
        ("its CPU", "", f"{spent:.2f} s", None),
        ("`work`: CPU of the main process for a message", "under 40 ms", _ms(busy), busy < 0.04),
        ("with the CPU of its child", "", _ms(busy + leisurely["children"]), None),
        ("wall, without child", "", _ms(_wall(leisurely["steps"], _CHILD)), None),
        ("wall, with a warm child", "", _ms(_wall(leisurely["steps"])), None),
        ("publish to completed, wall", "", _ms(statistics.median(leisurely["seconds"])), None),
        ("`work --once`: process start to completed, wall", "", f"{statistics.median(jobs['told']):.2f} s", None),
        ("process start to end, wall", "", f"{statistics.median(jobs['lives']):.2f} s", None),
        ("CPU of the main process from message to end", "", _ms(_busy(jobs["steps"])), None),
        ("main process, memory", "under 120 MB", size(memory), memory < 120e6),
    ]
    words = {True: "yes", False: "**no**", None: ""}
    return table(("what", "aim", "measured", ""), [(*row[:3], words[row[3]]) for row in rows])


def _startup(jobs: Any) -> str:
    rows = [(name, f"{at:.3f}", f"{spent:.3f}") for name, (at, spent) in jobs["startup"].items()]
    return table(("when", "wall", "CPU"), rows)


def _where(measured: Measured) -> str:
    at_once = next(each for each in measured["bursts"] if (each["count"], each["runners"]) == (50, 1))
    modes = [each["steps"] for each in (measured["leisurely"], at_once, measured["jobs"])]
    rows = [
        (words, _often([each.get(step) for each in modes]), *(_cell(each.get(step)) for each in modes))
        for step, words in _STEPS.items()
        if any(step in each for each in modes)
    ]
    total = (f"{_wall(each) * 1e3:.0f}, {_busy(each) * 1e3:.0f}" for each in modes)
    return table(("step", "times", "Deployment", "at once", "Job"), [*rows, ("**all**", "", *total)])


def _often(steps: Iterable[Sequence[float] | None]) -> str:
    return f"{max(each[2] for each in steps if each):.0f}"


def _cell(step: Sequence[float] | None) -> str:
    return f"{step[0] * 1e3:.1f}, {step[1] * 1e3:.1f}" if step else ""


def _wall(steps: dict[str, Sequence[float]], without: Iterable[str] = ()) -> float:
    return sum(each[0] for name, each in steps.items() if name not in without)


def _busy(steps: dict[str, Sequence[float]]) -> float:
    return sum(each[1] for each in steps.values())


def _bursts(bursts: list[Measured]) -> str:
    rows = []
    for each in bursts:
        seconds = sorted(each["seconds"])
        late = seconds[max(0, -(-len(seconds) * 95 // 100) - 1)]
        figures = (statistics.median(seconds), late, each["wall"])
        rate = each["count"] / each["wall"]
        rows.append((str(each["count"]), str(each["runners"]), *(f"{one:.2f}" for one in figures), f"{rate:.1f}"))
    return table(("messages", "runners", "p50", "p95", "until the last", "messages a second"), rows)


def _peaks(measured: Measured) -> list[int]:
    return [each["peak"] for each in measured["bursts"]]


def _memory(measured: Measured) -> str:
    rows = [
        ("main process, real drawings", size(measured["memory"]["main"])),
        ("main process, 50 messages", size(max(_peaks(measured)))),
        ("child, real drawings", size(measured["memory"]["child"])),
    ]
    return table(("process", "memory"), rows)


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.0f} ms"
