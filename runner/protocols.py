"""The three seams: objects, jobs, events. ``job.process`` knows them and no client library.

Each is small enough to be implemented for real in memory, which is what the tests use; one conformance suite per
protocol, in ``tests/contract``, holds every implementation to what is written here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from runner.contract import ResultEvent
    from runner.outcome import Failure, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message as it was delivered."""

    body: bytes
    kind: str = "dxf"  #: the routing key: which pipeline
    headers: Mapping[str, str] = field(default_factory=dict)
    reply_to: str | None = None
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object in the store."""

    key: str
    size: int  #: bytes
    checksum: str  #: 'sha256:' and 64 hexadecimal digits
    content_type: str


def idle() -> None:
    """Nothing to be done meanwhile."""


class ObjectStore(Protocol):
    """Files under keys such as ``uploads/plan.dxf``, in one bucket.

    Every method raises ``StoreUnavailable`` where the store can't be reached or refuses. ``beat`` is called every now
    and then while bytes flow; what it raises ends the transfer.
    """

    @property
    def bucket(self) -> str:
        """Name of the bucket."""
        ...

    def download(self, key: str, target: Path, *, limit: int, beat: Callable[[], None] = idle) -> Stored:
        """Write an object to the file ``target``, without ever holding it in memory.

        Raises ``SourceMissing``; ``SourceUnreadable`` where it is no plain object; ``SourceTooLarge`` where it has
        more than ``limit`` bytes, before they are read where the store knows; ``LocalDiskFull``.
        """
        ...

    def upload(self, key: str, source: Path, *, content_type: str, beat: Callable[[], None] = idle) -> Stored:
        """Store a file, over what was there; readers see the old object or the new one, never a part of it."""
        ...

    def find(self, key: str) -> Stored | None:
        """What is stored under ``key``; None where nothing is."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens where there is none."""
        ...


class JobState(StrEnum):
    """Where a job is on its way; the last four are final."""

    WAITING = "waiting"  #: seen, and to be tried again
    RUNNING = "running"  #: claimed, under a lease
    COMPLETED = "completed"
    FAILED = "failed"  #: the drawing's own fault
    DEAD = "dead"  #: given up, and in the dead-letter queue
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens to the job by itself."""
        return self not in (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """What a message asks for, as the job store sees it."""

    job_id: str
    kind: str
    fingerprint: str  #: the same for two messages that ask for the same
    message: str  #: the message as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to work on a job, until its lease ends.

    ``(job_id, attempt, owner)`` is the fence: whoever writes with one that is no longer in force changes nothing.
    An owner is never used for two claims.
    """

    job_id: str
    attempt: int  #: 1 for the first
    owner: str
    previous: str | None = None  #: code by which the attempt before failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Another runner holds the job under a live lease."""

    owner: str
    seconds: float  #: until the lease ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The job is in a final state."""

    state: JobState
    attempt: int
    result: Result | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """The job_id stands for a job with another fingerprint."""


Answer = Claim | Busy | Settled | Conflict


class Standing(StrEnum):
    """What became of a claim meanwhile."""

    HELD = "held"
    CANCELLED = "cancelled"  #: somebody wants the job stopped
    LOST = "lost"  #: another runner took it over, or it is settled


class JobStore(Protocol):
    """The rows of the jobs: the record, and the arbiter between runners.

    Every method raises ``DatabaseUnavailable`` where the store can't be reached. Methods that take a claim change
    the row only where the claim is in force, and return whether it was.
    """

    def claim(self, request: JobRequest, *, owner: str, lease: float, attempts: int) -> Answer:
        """Claim a job for ``lease`` seconds, and count the attempt.

        A job that was never seen is made. One that waits, or whose lease has ended, is claimed; if ``attempts`` are
        used up it becomes dead instead, with the failure ``attempts_exhausted``.
        """
        ...

    def renew(self, claim: Claim, *, lease: float, stage: str, share: float) -> Standing:
        """Prolong the lease to ``lease`` seconds from now, and note the progress (``share`` 0..1)."""
        ...

    def complete(self, claim: Claim, result: Result) -> bool:
        """The job is completed."""
        ...

    def fail(self, claim: Claim, failure: Failure, *, dead: bool) -> bool:
        """The job has failed for good; it is dead rather than failed where it goes to the dead-letter queue."""
        ...

    def retry(self, claim: Claim, failure: Failure, *, charged: bool) -> bool:
        """The job waits for another attempt; the one that ends counts only where it is ``charged``."""
        ...

    def cancel(self, job_id: str) -> JobState | None:
        """Cancel a waiting job, or ask the runner of a running one to stop; the state it was in, None if unknown."""
        ...

    def cancelled(self, claim: Claim) -> bool:
        """The runner has stopped, as it was asked: the job is cancelled."""
        ...


class Events(Protocol):
    """Where the world hears of jobs. At least once: the same event may come twice, under the same id."""

    def publish(self, event: ResultEvent, *, reply_to: str | None = None, correlation_id: str | None = None) -> None:
        """Publish an event, and send it to ``reply_to`` as well. Raises ``BrokerUnavailable``."""
        ...
