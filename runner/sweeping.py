"""The sweeper: publishes again what got lost, and deletes what is kept no longer.

A message can vanish though its job is unsettled: a queue was purged, a broker lost its disk, a runner died between two
steps while the broker was restored from a backup. The row knows better. Publishing a message that was not lost after
all does no harm, since the claim turns the second one away; it is kept rare all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from runner.errors import BrokerUnavailable, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from runner.errors import Outage
    from runner.protocols import JobState, ObjectStore

DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """An unsettled job that nobody works on, and whose message may be in no queue."""

    job_id: str
    kind: str
    message: str  #: as JSON
    state: JobState
    since: datetime | None  #: how long it has been still; None where somebody let it begin anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """A completed job whose results are kept no longer."""

    job_id: str
    keys: tuple[str, ...]  #: of the objects; none where a later job's are in the same place


class Shelf(Protocol):
    """The rows, as the sweeper needs them. Every method raises ``DatabaseUnavailable``."""

    def alone(self) -> AbstractContextManager[bool]:
        """Whether no other sweeper is at work; none begins before the end."""
        ...

    def strays(self, kind: str, *, still: float, after: str, limit: int) -> Sequence[Stray]:
        """Jobs that have been still for so many seconds, by id, from the one that follows ``after``."""
        ...

    def swept(self, stray: Stray) -> None:
        """The message of a job was published again."""
        ...

    def full(self, *, age: float, limit: int) -> Sequence[Full]:
        """Jobs that were completed longer ago than ``age`` seconds and whose results are there, the oldest first."""
        ...

    def emptied(self, full: Full) -> None:
        """The results of a job were deleted."""
        ...

    def forget(self, *, age: float, limit: int, full: bool) -> int:
        """Delete rows of jobs that were settled longer ago than ``age`` seconds, the oldest first; how many it were.

        A completed job whose results are there goes only where ``full``.
        """
        ...

    def forget_audit(self, *, age: float) -> None:
        """Delete notes of what people did that are older than ``age`` seconds."""
        ...


class Courier(Protocol):
    """The queues, as the sweeper needs them. Every method raises ``BrokerUnavailable``."""

    def waiting(self, kind: str) -> int:
        """How many messages of a kind wait in its work queue and its retry queues."""
        ...

    def send(self, kind: str, job_id: str, message: str) -> None:
        """Put a message into the work queue of its kind, safely."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the sweeper waits for, in seconds."""

    still: float = 900.0  #: a job is lost after this long without a sign where its queues are empty; exceeds all delays
    crowded: float = 6 * 3600.0  #: where messages wait, and its own may be among them
    rows: float | None = 90 * DAY  #: how long rows of settled jobs are kept; for ever where None, as with the others
    results: float | None = None  #: what jobs made
    audit: float | None = 365 * DAY  #: notes of what people did
    batch: int = 100
    most: int = 10_000  #: jobs of each kind in one run

    def __post_init__(self) -> None:
        ages = [age for age in (self.rows, self.results, self.audit) if age is not None]
        if min(self.still, self.crowded, *ages) <= 0 or self.batch < 1:
            raise ValueError("a sweeper waits for more than no time, and takes at least one job at once")


@dataclass(slots=True)
class Sweep:
    """What one run did."""

    alone: bool = True  #: otherwise another sweeper was at work, and nothing was done
    published: list[str] = field(default_factory=list)  #: jobs
    forgotten: int = 0  #: rows
    deleted: int = 0  #: objects
    outages: list[Outage] = field(default_factory=list)  #: what ended a part of the run early


def sweep(shelf: Shelf, courier: Courier, objects: ObjectStore, kinds: Sequence[str], terms: Terms) -> Sweep:
    """Do it all once. A broker or an object store that is down ends its part, and the next run goes on from there.

    Raises ``DatabaseUnavailable``.
    """
    done = Sweep()
    with shelf.alone() as alone:
        done.alone = alone
        if not alone:
            return done
        for kind in kinds:
            try:
                _publish(shelf, courier, kind, terms, done)
            except BrokerUnavailable as outage:
                done.outages.append(outage)
                break
        try:
            _empty(shelf, objects, terms, done)
        except StoreUnavailable as outage:
            done.outages.append(outage)
        _forget(shelf, terms, done)
        if terms.audit is not None:
            shelf.forget_audit(age=terms.audit)
    return done


def _publish(shelf: Shelf, courier: Courier, kind: str, terms: Terms, done: Sweep) -> None:
    """Publish the messages of strays. Each is marked after it is safe: at worst it is published twice."""
    # A queue that is not empty may hold the message. Asked before the first of ours is in it.
    still = terms.crowded if courier.waiting(kind) else terms.still
    for stray in _strays(shelf, kind, still, terms):
        courier.send(stray.kind, stray.job_id, stray.message)
        shelf.swept(stray)
        done.published.append(stray.job_id)


def _strays(shelf: Shelf, kind: str, still: float, terms: Terms) -> Iterator[Stray]:
    after, count = "", 0
    while count < terms.most:
        batch = shelf.strays(kind, still=still, after=after, limit=min(terms.batch, terms.most - count))
        if not batch:
            return
        yield from batch
        after, count = batch[-1].job_id, count + len(batch)


def _empty(shelf: Shelf, objects: ObjectStore, terms: Terms, done: Sweep) -> None:
    """Delete results: the objects first, so that none is left that no row knows."""
    looked = 0
    while terms.results is not None and looked < terms.most:
        batch = shelf.full(age=terms.results, limit=min(terms.batch, terms.most - looked))
        if not batch:
            return
        looked += len(batch)
        for full in batch:
            for key in full.keys:
                objects.delete(key)
            shelf.emptied(full)
            done.deleted += len(full.keys)


def _forget(shelf: Shelf, terms: Terms, done: Sweep) -> None:
    while terms.rows is not None and done.forgotten < terms.most:
        limit = min(terms.batch, terms.most - done.forgotten)
        gone = shelf.forget(age=terms.rows, limit=limit, full=terms.results is None)
        if not gone:
            return
        done.forgotten += gone
