"""A runner as a process of its own that notes where its time goes.

    python -m tests.bench.messages_program PIPELINE FILE work [--once]

It is ``cad-runner``, but for the pipeline. To FILE it writes lines of JSON: what it did, when that began on the clock
that all processes of a machine share (``time.monotonic``), how long it took without what it called for that (seconds
on the wall, and of this process on a processor), and the seconds that this process had spent on a processor by its end.
"""

from __future__ import annotations

import time

BORN = time.monotonic()

import json  # noqa: E402  the time before the first import is the interpreter's
import resource  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable


class Times:
    """Where the time goes."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, float, float, float]] = []
        self._within = [[0.0, 0.0]]

    def mark(self, name: str, begin: float) -> None:
        """Something ended just now."""
        now = time.process_time()
        self.rows.append((name, begin, time.monotonic() - begin, now, now))

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function; each call is noted."""

        def call(*arguments: Any, **named: Any) -> Any:
            begin, busy = time.monotonic(), time.process_time()
            self._within.append([0.0, 0.0])
            try:
                return function(*arguments, **named)
            finally:
                wall, spent = time.monotonic() - begin, time.process_time() - busy
                inner = self._within.pop()
                self._within[-1][0] += wall
                self._within[-1][1] += spent
                self.rows.append((name, begin, wall - inner[0], spent - inner[1], busy + spent))

        return call


class Part:
    """A part of a runner, timed; ``names`` says what its calls are noted as."""

    def __init__(self, part: Any, times: Times, names: dict[str, str]) -> None:
        self._part, self._times, self._names = part, times, names

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._part, name)
        return self._times.timed(self._names[name], value) if name in self._names else value


def main(pipeline: str, target: Path, arguments: list[str]) -> int:
    """Run it."""
    from dataclasses import replace  # noqa: PLC0415  imports are measured

    times = Times()
    begin = time.monotonic()
    from runner.cli import main, work  # noqa: PLC0415  see above
    from runner.worker import Worker  # noqa: PLC0415  see above

    times.mark("imports", begin)
    assembled = work.assembled

    def wrapped(*arguments: Any) -> Any:
        worker: Any = times.timed("assembly", assembled)(*arguments)
        parts, started = worker.parts, worker.start
        store = Part(parts.objects.store, times, {"download": "download", "upload": "upload"})
        worker.parts = replace(
            parts,
            objects=Part(replace(parts.objects, store=store), times, {"download": "circuit", "upload": "circuit"}),
            jobs=Part(parts.jobs, times, {"claim": "claim", "renew": "renewal", "complete": "completion"}),
            events=Part(parts.events, times, {"publish": "events"}),
        )
        worker.mailbox = Part(worker.mailbox, times, {"take": "take", "hush": "hush", "settle": "acknowledgement"})
        start = times.timed("child: start", started)
        names = {"run": "child: run", "close": "child: clear away"}
        worker.start = lambda: Part(start(), times, names)
        worker.ended = times.timed("log", worker.ended)
        Worker._done = times.timed("rest", Worker._done)  # type: ignore[method-assign]
        return worker

    work.assembled = wrapped  # type: ignore[assignment]
    work.PIPELINES["dxf"] = pipeline
    try:
        return main(arguments)
    finally:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = children.ru_utime + children.ru_stime
        rows = [("python", BORN, 0.0, 0.0, 0.0), *times.rows, ("children", time.monotonic(), 0.0, spent, spent)]
        target.write_text("".join(json.dumps(row) + "\n" for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
