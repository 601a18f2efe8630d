"""Runs programs in turn, each in a process of its own with a limit of time and memory, and keeps what each took."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.bench.child import Parts


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may take."""

    seconds: float
    memory: int  #: bytes of address space


@dataclass(frozen=True, slots=True)
class Run:
    """One process that ran to its end, or why it did not."""

    wall: float  #: seconds of the whole process
    peak: int  #: bytes held at most, by it or by one of its children
    parts: Parts = field(default_factory=dict)
    made: int = 0  #: bytes of the model that it made, 0 where it makes none
    failure: str = ""  #: 'time', 'memory' or 'error'

    @property
    def work(self) -> float:
        """Seconds without imports, where the process told them."""
        return sum(seconds for seconds, _ in self.parts.values()) or self.wall


def run(command: Sequence[str | Path], limits: Limits) -> Run:
    """Run ``command`` to its end; where it prints JSON, that is its parts."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory)),  # noqa: PLW1509  no threads run yet
        )
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limits.seconds, stop)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        timer.cancel()
        timer.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        text, words = out.read().decode("utf-8", "replace"), errors.read().decode("utf-8", "replace")
    peak = usage.ru_maxrss * 1024
    if process.returncode == 0:
        return Run(wall, peak, **(json.loads(text) if text.startswith("{") else {}))
    failure = "time" if late.is_set() else "memory" if "MemoryError" in words or "bad_alloc" in words else "error"
    if failure == "error":
        sys.stderr.write("  " + "".join(words.splitlines(keepends=True)[-1:]))
    return Run(wall, peak, failure=failure)


def median(runs: list[Run]) -> Run:
    """The run of middle length; a failure where one failed."""
    failed = [each for each in runs if each.failure]
    middle = statistics.median_low([each.work for each in runs])
    return failed[0] if failed else next(each for each in runs if each.work == middle)


#: A run that takes longer than this is not repeated, seconds.
_LONG = 20.0


def race(commands: dict[str, Sequence[str | Path]], limits: Limits, rounds: int) -> dict[str, Run]:
    """The median run of each command; they run in turn, round by round. What fails or takes long runs once."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            if not any(each.failure or each.wall > _LONG for each in runs[name]):
                runs[name].append(run(command, limits))
                sys.stderr.write(f"  {name}: {runs[name][-1].work:.2f} s {runs[name][-1].failure}\n")
    return {name: median(each) for name, each in runs.items()}
