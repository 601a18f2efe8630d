"""The guard before a dependency: asks its circuit, and tells it how it went.

``GuardedStore`` and ``GuardedJobs`` stand before the object store and the job store, and look like them.
"""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from runner.circuit import Circuit, Position, Rule
from runner.errors import DatabaseUnavailable, Outage, Permanent, StoreUnavailable
from runner.protocols import idle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from runner.outcome import Failure, Result
    from runner.protocols import Answer, Claim, JobRequest, JobState, JobStore, ObjectStore, Standing, Stored


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a circuit."""

    dependency: str
    before: Circuit
    after: Circuit
    now: float  #: by the clock of the circuit's memory

    @property
    def opened(self) -> bool:
        """Whether it was closed and no longer is."""
        return self.before.position is Position.CLOSED and self.after.position is not Position.CLOSED

    @property
    def closed(self) -> bool:
        """Whether it is closed and was not."""
        return self.before.position is not Position.CLOSED and self.after.position is Position.CLOSED


class Memory(Protocol):
    """Where circuits are remembered."""

    def change(self, dependency: str, step: Callable[[Circuit, float], Circuit], *, error: str | None = None) -> Change:
        """Take a circuit one step further: ``step`` gets it and the time, and nobody else changes it meanwhile.

        ``step`` may be called several times. Raises ``DatabaseUnavailable``.
        """
        ...


class LocalMemory:
    """Circuits that live as long as the process; safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._circuits: dict[str, Circuit] = {}
        self._lock = threading.Lock()

    def change(self, dependency: str, step: Callable[[Circuit, float], Circuit], *, error: str | None = None) -> Change:
        """Take a circuit one step further; see ``Memory``."""
        del error
        with self._lock:
            before, now = self._circuits.get(dependency, Circuit()), self._clock()
            after = self._circuits[dependency] = step(before, now)
            return Change(dependency, before, after, now)


def _unnoted(_change: Change) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets calls through to one dependency as its circuit says."""

    dependency: str
    down: type[Outage]  #: what its failure is called
    memory: Memory
    rule: Rule = field(default_factory=Rule)
    noted: Callable[[Change], None] = _unnoted  #: told when the circuit opens or closes
    local: LocalMemory = field(default_factory=LocalMemory)  #: in place of a memory that is down itself

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Around one call. Raises ``down`` where the circuit is open.

        The dependency has failed where the call raises ``down``; it has answered where the call succeeds or ends by
        the drawing's own fault, such as a missing object; everything else says nothing about it.
        """
        ticket = secrets.token_hex(8)
        self._enter(ticket)
        try:
            yield
        except self.down as error:
            self._changed(lambda circuit, now: circuit.failed(ticket, now, self.rule), error.message)
            raise
        except Permanent:
            self._changed(lambda circuit, _: circuit.succeeded(ticket))
            raise
        except BaseException:
            self._changed(lambda circuit, now: circuit.abandoned(ticket, now))
            raise
        self._changed(lambda circuit, _: circuit.succeeded(ticket))

    def _enter(self, ticket: str) -> None:
        change = self._changed(
            lambda circuit, now: circuit if circuit.wait(now) else circuit.asked(ticket, now, self.rule)
        )
        if wait := change.before.wait(change.now):
            raise self.down(
                f"The {self.dependency} failed {change.before.failures} times in a row: none asks it for {wait:.0f} s."
            )

    def _changed(self, step: Callable[[Circuit, float], Circuit], error: str | None = None) -> Change:
        try:
            change = self.memory.change(self.dependency, step, error=error)
        except DatabaseUnavailable:
            change = self.local.change(self.dependency, step)
        if change.opened or change.closed:
            self.noted(change)
        return change


def guard_store(memory: Memory, *, rule: Rule | None = None, noted: Callable[[Change], None] = _unnoted) -> Guard:
    """The guard of the object store."""
    return Guard("object store", StoreUnavailable, memory, rule or Rule(), noted)


def guard_database(*, rule: Rule | None = None, noted: Callable[[Change], None] = _unnoted) -> Guard:
    """The guard of the database, whose circuit can't lie in the database."""
    memory = LocalMemory()
    return Guard("database", DatabaseUnavailable, memory, rule or Rule(), noted, memory)


@dataclass(frozen=True, slots=True)
class GuardedStore:
    """An object store behind its guard; see ``ObjectStore``."""

    store: ObjectStore
    guard: Guard

    @property
    def bucket(self) -> str:
        """Name of the bucket."""
        return self.store.bucket

    def download(self, key: str, target: Path, *, limit: int, beat: Callable[[], None] = idle) -> Stored:
        """Write an object to a file."""
        with self.guard.passage():
            return self.store.download(key, target, limit=limit, beat=beat)

    def upload(self, key: str, source: Path, *, content_type: str, beat: Callable[[], None] = idle) -> Stored:
        """Store a file."""
        with self.guard.passage():
            return self.store.upload(key, source, content_type=content_type, beat=beat)

    def find(self, key: str) -> Stored | None:
        """What is stored under ``key``."""
        with self.guard.passage():
            return self.store.find(key)

    def delete(self, key: str) -> None:
        """Remove an object."""
        with self.guard.passage():
            self.store.delete(key)


@dataclass(frozen=True, slots=True)
class GuardedJobs:
    """A job store behind its guard; see ``JobStore``.

    Only a claim is turned away: whoever holds one has done the work, and tries to write it down in any case.
    """

    store: JobStore
    guard: Guard

    def claim(self, request: JobRequest, *, owner: str, lease: float, attempts: int) -> Answer:
        """Claim a job."""
        with self.guard.passage():
            return self.store.claim(request, owner=owner, lease=lease, attempts=attempts)

    def renew(self, claim: Claim, *, lease: float, stage: str, share: float) -> Standing:
        """Prolong the lease."""
        return self.store.renew(claim, lease=lease, stage=stage, share=share)

    def complete(self, claim: Claim, result: Result) -> bool:
        """The job is completed."""
        return self.store.complete(claim, result)

    def fail(self, claim: Claim, failure: Failure, *, dead: bool) -> bool:
        """The job has failed for good."""
        return self.store.fail(claim, failure, dead=dead)

    def retry(self, claim: Claim, failure: Failure, *, charged: bool) -> bool:
        """The job waits."""
        return self.store.retry(claim, failure, charged=charged)

    def cancel(self, job_id: str) -> JobState | None:
        """Cancel a job."""
        return self.store.cancel(job_id)

    def cancelled(self, claim: Claim) -> bool:
        """The job is cancelled."""
        return self.store.cancelled(claim)
