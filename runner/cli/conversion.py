"""Converts the drawings of one command: a message for each, taken down the runner's own path."""

from __future__ import annotations

import sys
import threading
import time
import uuid
from collections import deque
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from pydantic import ValidationError

from runner.cli import AGAIN, DATA
from runner.cli.display import Display, printable
from runner.contract import JobMessage, JobOptions
from runner.formats import routing_key
from runner.job import process
from runner.local.events import MemoryEvents
from runner.local.jobs import MemoryJobs
from runner.local.objects import DirectoryStore
from runner.outcome import Completed, Rejected, Released, Retry, Superseded, Withdrawn
from runner.parts import Parts
from runner.protocols import Delivery
from runner.sandbox.desk import sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.cli.targets import Order
    from runner.outcome import Failure, Outcome
    from runner.sandbox.converter import Converter


#: Bytes; on one's own machine the limits of time and memory are limit enough.
LARGEST_SOURCE = 1 << 40
#: What to do, where this command has its own way.
_REMEDIES = {
    "time_limit": "Raise the limit (--time), or purge the drawing of what the plan does not need.",
    "memory_limit": "Raise the limit (--memory), or purge the drawing of what the plan does not need.",
}


def options(**values: Any) -> JobOptions:
    """The options of the messages. Raises ``click.UsageError`` where a value makes no sense."""
    try:
        return JobOptions.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        option = "--" + str(first["loc"][0]).replace("_", "-")
        raise click.UsageError(f"Invalid value for '{option}': {first['msg'].lower()}.") from None


class Conversion:
    """One run of the command."""

    def __init__(
        self, orders: list[Order], chosen: JobOptions, start: Callable[[Path], Converter], *, in_process: bool
    ) -> None:
        self._waiting = deque(orders)
        self._options = chosen
        self._start = start
        self._in_process = in_process
        self._display = Display(len(orders), results=sys.stdout, notes=sys.stderr)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._converters: set[Converter] = set()
        self._worst = 0

    def run(self, first: Converter, *, jobs: int) -> int:
        """Convert everything; the exit code. ``first`` is a converter that was started ahead."""
        self._converters.add(first)
        if self._in_process:
            # A debugger wants to stop where the work is done.
            self._work(first)
            return self._worst
        count = min(jobs, len(self._waiting))
        with ThreadPoolExecutor(count) as pool:
            # Not threads, but futures: an interrupt while a thread is joined makes it look ended (bpo-45274).
            workers = [pool.submit(self._work, first if n == 0 else None) for n in range(count)]
            try:
                sweep()
                wait(workers, return_when=FIRST_EXCEPTION)
            finally:
                self._stop()
                wait(workers)
                self._display.close()
        for worker in workers:
            worker.result()
        return self._worst

    def _stop(self) -> None:
        """End all conversions at once."""
        self._stopping.set()
        with self._lock:
            for converter in self._converters:
                converter.kill()

    def _work(self, spare: Converter | None) -> None:
        """Convert one drawing after the other; the next converter gets ready while one works."""
        try:
            while not self._stopping.is_set() and (order := self._next()):
                converter = spare or self._started(order)
                spare = None
                with closing(converter):
                    spare = self._spare()
                    self._convert(order, converter)
                with self._lock:
                    self._converters.discard(converter)
        finally:
            if spare is not None:
                spare.close()

    def _next(self) -> Order | None:
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def _spare(self) -> Converter | None:
        """A converter for a drawing like the next, which another thread may take."""
        try:
            following = self._waiting[0]
        except IndexError:
            return None
        return self._started(following)

    def _started(self, order: Order) -> Converter:
        with self._lock:
            converter = self._start(order.source)
            self._converters.add(converter)
        if self._stopping.is_set():
            converter.kill()
        return converter

    def _convert(self, order: Order, converter: Converter) -> None:
        begin = time.perf_counter()
        key = "source/" + printable(order.source.name).replace("\\", "_")
        message = JobMessage(job_id=uuid.uuid4().hex, file_path=key, target_prefix="out", options=self._options)
        places = {key: order.source} | {f"out/{name}": path for name, path in order.files.items()}
        name = printable(str(order.source))
        parts = Parts(
            objects=DirectoryStore(order.model.parent, places),
            jobs=MemoryJobs(),
            events=MemoryEvents(),
            largest_source=LARGEST_SOURCE,
            stop=self._stopping.is_set,
            watch=lambda stage, share: self._display.progress(name, stage, share),
        )
        kind = routing_key(order.source) or "dxf"
        outcome = process(Delivery(body=message.model_dump_json().encode(), kind=kind), converter, parts)
        if not self._stopping.is_set():
            self._settle(name, order, outcome, time.perf_counter() - begin)

    def _settle(self, name: str, order: Order, outcome: Outcome, seconds: float) -> None:
        match outcome:
            case Completed(result=result):
                self._display.done(name, printable(str(order.model)), result, seconds)
            case Rejected(failure=failure):
                self._fail(name, failure, DATA)
            case Retry(failure=failure) | Released(failure=failure):
                self._fail(name, failure, AGAIN)
            case Withdrawn() | Superseded():  # nobody else knows of the job
                raise AssertionError(outcome)

    def _fail(self, name: str, failure: Failure, code: int) -> None:
        with self._lock:
            self._worst = max(self._worst, code)
        failure = replace(failure, remedy=_REMEDIES.get(failure.code, failure.remedy))
        self._display.failed(name, failure, trace=self._in_process)
