"""What the runner itself costs: messages through real servers, with a conversion that does nothing.

Everything measured is plain JSON types, to be kept; ``messages_page`` tells it.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.messages_place import EXAMPLES, Place, Runner, place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOTHING = "tests.bench.messages_nothing:nothing"
COMMAND = (str(Path(sys.executable).with_name("cad-runner")),)
BURSTS, RUNNERS = (1, 10, 50), (1, 2)
_PAUSE = 1.5  #: seconds, after which the child for the next message has nothing more to import
_STARTS, _JOBS, _LEISURELY = 9, 9, 15

#: What, when, and of it alone the seconds on the wall and on a processor; then those on a processor by its end.
Row = tuple[str, float, float, float, float]
Measured = dict[str, Any]


def measure() -> Measured:
    """Measure it all. Raises ``Unavailable`` where a server is not to be had."""
    with place() as (here, servers):
        return {
            "servers": servers,
            "load": os.getloadavg()[0],
            "starts": _said("from start to claim", _starts, here),
            "jobs": _said("a process for each message", _jobs, here),
            "leisurely": _said("one message after the other", _leisurely, here),
            "bursts": [
                _said(f"{count} at once, runners: {runners}", _burst, here, count, runners)
                for runners in RUNNERS
                for count in BURSTS
            ],
            "memory": _said("memory", _memory, here),
        }


def _said(what: str, measured: Callable[..., Any], *arguments: Any) -> Any:
    """What was measured, announced."""
    sys.stderr.write(f"messages: {what}\n")
    return measured(*arguments)


def _starts(here: Place) -> Measured:
    """The real command and a real drawing: seconds until the row says that the job is claimed, and until the end."""
    claimed, lives = [], []
    for _ in range(_STARTS):
        job, _ = here.publish()
        runner = Runner(here, COMMAND, "--once")
        lives.append(runner.ended())
        claimed.append(here.claimed_at(job) - runner.clock)
    return {"claimed": claimed, "lives": lives}


def _jobs(here: Place) -> Measured:
    """Job mode without conversion: seconds until the event and until the end, and where they go."""
    told, lives, runs = [], [], []
    for _ in range(_JOBS):
        job, _ = here.publish()
        runner, times = here.program(NOTHING, "--once")
        lives.append(runner.ended())
        here.done(job)
        told.append(here.listener.heard[job] - runner.begin)
        runs.append([(row[0], row[1] - runner.begin, *row[2:]) for row in _read(times)])
    steps = _steps([message for rows in runs for message in _messages(rows)])
    return {"told": told, "lives": lives, "startup": _startup(runs), "steps": steps, "children": _children(runs, 1)}


def _leisurely(here: Place) -> Measured:
    """Deployment mode, each message when the runner has nothing else to do: its next child is warm."""
    runner, times = here.program(NOTHING)
    here.published(1)
    seconds = []
    for _ in range(_LEISURELY):
        time.sleep(_PAUSE)
        seconds += here.published(1)
    runner.stop()
    rows = _read(times)
    return {
        "seconds": seconds,
        "steps": _steps(_messages(rows)[1:]),
        "children": _children([rows], _LEISURELY + 2),  # one for the first message, one that waits in vain
    }


def _burst(here: Place, count: int, runners: int) -> Measured:
    """Seconds from publishing to hearing that the job is completed, for each of some messages at once."""
    started = [here.program(NOTHING) for _ in range(runners)]
    # A message each, so that all have their connections: the broker deals them out in turn.
    here.consumed_by(runners)
    here.published(runners)
    time.sleep(_PAUSE)
    begin = time.monotonic()
    seconds = here.published(count)
    wall = time.monotonic() - begin
    for runner, _ in started:
        runner.stop()
    steps = _steps([message for _, times in started for message in _messages(_read(times))[1:]])
    peak = max(runner.peak for runner, _ in started)
    return {"count": count, "runners": runners, "seconds": seconds, "wall": wall, "steps": steps, "peak": peak}


def _memory(here: Place) -> Measured:
    """Bytes that the real command and its children held at most, over real drawings."""
    runner = Runner(here, COMMAND)
    here.done(*(here.publish(name)[0] for name in EXAMPLES))
    runner.stop()
    return {"main": runner.peak, "child": runner.child_peak}


def _read(times: Path) -> list[Row]:
    return [tuple(json.loads(line)) for line in times.read_text().splitlines()]


def _children(runs: list[list[Row]], count: int) -> float:
    """Seconds that one child spent on a processor, of so many in each run."""
    return statistics.median(rows[-1][3] for rows in runs) / count


def _messages(rows: list[Row]) -> list[list[Row]]:
    """What was done for each message, in turn."""
    messages: list[list[Row]] = [[]]
    for row in sorted(rows, key=lambda row: row[1]):
        if row[0] == "take":
            messages.append([])
        elif row[0] != "children":
            messages[-1].append(row)
    return [each for each in messages if any(row[0] == "claim" for row in each)]


def _steps(messages: list[list[Row]]) -> dict[str, tuple[float, float, float]]:
    """Of each step of a message the median of the seconds on the wall and on a processor, and how often it is taken."""
    sums: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for rows in messages:
        for name in {row[0] for row in rows}:
            same = [row for row in rows if row[0] == name]
            sums[name].append((sum(row[2] for row in same), sum(row[3] for row in same), len(same)))
    columns = {name: list(zip(*each, strict=True)) for name, each in sums.items()}
    return {name: (_middle(wall), _middle(busy), _middle(times)) for name, (wall, busy, times) in columns.items()}


def _middle(figures: tuple[float, ...]) -> float:
    return float(statistics.median(figures))


def _startup(runs: list[list[Row]]) -> dict[str, tuple[float, float]]:
    """The moments of a start, in seconds since it was begun, and what the process had spent on a processor by then."""
    moments: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for rows in runs:
        for name, at, spent in _moments(rows):
            moments[name].append((at, spent))
    columns = {name: list(zip(*each, strict=True)) for name, each in moments.items()}
    return {name: (_middle(at), _middle(spent)) for name, (at, spent) in columns.items()}


def _moments(rows: list[Row]) -> Iterator[tuple[str, float, float]]:
    ends = {name: (begin + wall, spent) for name, begin, wall, _, spent in reversed(rows)}
    yield "the interpreter runs", *ends["python"]
    yield "the runner's modules are imported", *ends["imports"]
    yield "settings are read, the store's client is imported", *ends["assembly"]
    yield "the message has come", *ends["take"]
    yield "the child is started", *ends["child: start"]
    yield "the job is claimed", *ends["claim"]
