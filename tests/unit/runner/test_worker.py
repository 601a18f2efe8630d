"""Taking messages one at a time, stopping, and what is done when the broker goes."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from runner import worker
from runner.errors import BrokerUnavailable, ChildCrashed
from runner.outcome import Completed, Failure, Outcome, Rejected, Released, Retry
from runner.probes import Probes
from runner.protocols import Delivery, JobState
from runner.worker import AGAIN, SETTLED, Ended, Stop, Worker
from tests.unit.runner.doubles import Bench, Faulty, Scripted, makes_model, message

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.sandbox.converter import Beat, Converter


@dataclass(frozen=True, slots=True)
class Note:
    delivery: Delivery
    redelivered: bool = False


@dataclass(slots=True)
class Box:
    """A mailbox in memory."""

    notes: list[Note] = field(default_factory=list)
    settled: list[Outcome] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  #: methods that fail, each once
    before: Callable[[], None] = lambda: None
    empty: Callable[[], None] = lambda: None
    orderly: bool = True

    def take(self, seconds: float) -> Note | None:
        assert seconds <= 1
        self._call("take")
        self.before()
        if self.notes:
            return self.notes.pop(0)
        self.empty()
        return None

    def hush(self) -> None:
        self._call("hush")

    def settle(self, letter: Note, outcome: Outcome, /) -> bool:
        assert letter.delivery.body
        self._call("settle")
        self.settled.append(outcome)
        return not isinstance(outcome, Released)

    def close(self) -> bool:
        self.calls.append("close")
        return self.orderly

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name in self.faults:
            self.faults.remove(name)
            raise BrokerUnavailable


@dataclass(slots=True)
class Shop:
    """A worker, and all that it does."""

    bench: Bench
    box: Box = field(default_factory=Box)
    stop: Stop = field(default_factory=Stop)
    probes: Probes = field(default_factory=Probes)
    ended: list[Ended] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    converters: list[Scripted] = field(default_factory=list)
    start: Callable[[], Converter] | None = None

    def started(self) -> Converter:
        self.converters.append(self.bench.converter())
        return self.converters[-1]

    def worker(self) -> Worker[Note]:
        return Worker(
            mailbox=self.box,
            start=self.start or self.started,
            parts=self.bench.but(stop=self.stop.due).parts,
            stop=self.stop,
            probes=self.probes,
            ended=self.ended.append,
            troubled=lambda what, failure: self.troubles.append(f"{what}: {failure.code}"),
        )


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(worker, "_PAUSES", (0.0,))
    return Shop(Bench(tmp_path))


def notes(*jobs: str) -> list[Note]:
    return [Note(message(job_id=job)) for job in jobs]


# One message


def test_one_message_is_taken_done_and_settled(shop: Shop) -> None:
    shop.box.notes = notes("a", "b")
    assert shop.worker().once(0.0) == SETTLED
    assert [type(each) for each in shop.box.settled] == [Completed]
    assert shop.box.calls == ["take", "hush", "settle", "close"]
    assert len(shop.box.notes) == 1
    assert shop.ended[0].settled
    assert shop.ended[0].unsettled is None


def test_an_empty_queue_is_no_fault_and_starts_no_converter(shop: Shop) -> None:
    assert shop.worker().once(0.0) == SETTLED
    assert (shop.converters, shop.ended) == ([], [])
    # One that comes too late is not held by a runner that has given up waiting.
    assert shop.box.calls[-1] == "close"


def test_ready_means_that_the_message_is_held(shop: Shop) -> None:
    seen = []

    def looks(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        seen.append(shop.probes.ready)
        return makes_model(source, out, options, beat)

    shop.bench.work = looks
    shop.box.notes = notes("a")
    shop.box.empty = lambda: seen.append(shop.probes.ready)
    shop.worker().once(0.0)
    assert seen == [True]
    shop.probes.ready = False
    shop.worker().once(0.0)
    assert seen == [True, False]


def test_a_rejected_message_is_settled_too(shop: Shop) -> None:
    shop.box.notes = [Note(Delivery(body=b"no job"))]
    assert shop.worker().once(0.0) == SETTLED
    assert isinstance(shop.box.settled[0], Rejected)


@pytest.mark.parametrize("fault", ["take", "hush", "settle"])
def test_a_broker_that_is_gone_is_tried_again(shop: Shop, fault: str) -> None:
    shop.box.notes = notes("a")
    shop.box.faults = [fault]
    assert shop.worker().once(0.0) == AGAIN
    row = shop.bench.jobs.row("a")
    assert (row is not None and row.state is JobState.COMPLETED) == (fault == "settle")


def test_an_acknowledgement_that_may_be_lost_is_no_success(shop: Shop) -> None:
    shop.box.notes = notes("a")
    shop.box.orderly = False
    assert shop.worker().once(0.0) == AGAIN


def test_a_stop_gives_the_one_message_back(shop: Shop) -> None:
    def asked(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        os.kill(os.getpid(), signal.SIGUSR2)
        return makes_model(source, out, options, beat)

    shop.bench.work = asked
    shop.box.notes = notes("a")
    before = signal.signal(signal.SIGUSR2, shop.stop)
    try:
        assert shop.worker().once(0.0) == AGAIN
    finally:
        signal.signal(signal.SIGUSR2, before)
    released = shop.box.settled[0]
    assert isinstance(released, Released)
    assert released.failure.code == "stopping"
    row = shop.bench.jobs.row("a")
    assert row is not None
    assert (row.state, row.attempt) == (JobState.WAITING, 0)


def test_a_stop_before_a_message_came_takes_none(shop: Shop) -> None:
    shop.stop()
    shop.box.notes = notes("a")
    assert shop.worker().once(5.0) == SETTLED
    assert len(shop.box.notes) == 1


def test_a_converter_that_can_not_be_started_gives_the_message_back(shop: Shop) -> None:
    def full() -> Converter:
        raise OSError(28, "No space left on device")

    shop.start = full
    shop.box.notes = notes("a")
    assert shop.worker().once(0.0) == AGAIN
    assert isinstance(shop.box.settled[0], Released)
    assert shop.bench.jobs.row("a") is None
    assert shop.troubles == ["no converter could be started: disk_full"]


# One after the other


def test_messages_are_done_one_after_the_other_until_asked_to_stop(shop: Shop) -> None:
    shop.box.notes = notes("a", "b", "c")
    shop.box.empty = shop.stop
    assert shop.worker().forever() == SETTLED
    assert [each.job_id for each in shop.box.settled if isinstance(each, Completed)] == ["a", "b", "c"]
    assert [each.runs for each in shop.converters] == [1, 1, 1, 0]
    assert not shop.probes.ready


def test_the_message_in_hand_is_finished_and_no_other_is_taken(shop: Shop) -> None:
    def asked(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        shop.stop()
        return makes_model(source, out, options, beat)

    shop.stop = Stop(grace=100)
    shop.bench.work = asked
    shop.box.notes = notes("a", "b")
    assert shop.worker().forever() == SETTLED
    assert len(shop.box.notes) == 1
    assert shop.box.calls == ["take", "hush", "settle", "close"]


def test_who_asks_twice_means_at_once(shop: Shop) -> None:
    def asked(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        shop.stop()
        shop.stop()
        return makes_model(source, out, options, beat)

    shop.stop = Stop(grace=100)
    shop.bench.work = asked
    shop.box.notes = notes("a")
    assert shop.worker().forever() == AGAIN
    assert isinstance(shop.box.settled[0], Released)


def test_a_broker_that_comes_back_is_waited_for_and_told_of_once(shop: Shop) -> None:
    shop.box.faults = ["take", "take", "take"]
    shop.box.notes = notes("a")
    shop.box.empty = shop.stop
    assert shop.worker().forever() == SETTLED
    assert [type(each) for each in shop.box.settled] == [Completed]
    assert shop.troubles == ["waiting for the broker: broker_unavailable"]


def test_a_message_that_could_not_be_settled_does_not_end_the_runner(shop: Shop) -> None:
    shop.box.faults = ["settle"]
    shop.box.notes = notes("a", "b")
    shop.box.empty = shop.stop
    assert shop.worker().forever() == SETTLED
    assert [each.settled for each in shop.ended] == [False, True]


def test_a_runner_at_fault_is_better_made_anew(shop: Shop) -> None:
    made = shop.worker()
    made.parts = shop.bench.but(jobs=Faulty(shop.bench.jobs, claim=[TypeError("oh")])).parts
    shop.box.notes = notes("a", "b")
    assert made.forever() == AGAIN
    assert len(shop.box.notes) == 1


def test_a_converter_that_died_while_it_waited_is_replaced_and_no_attempt_is_charged(shop: Shop) -> None:
    shop.box.notes = notes("a")

    def kills() -> None:
        for each in shop.converters:
            each.killed = True

    shop.box.before = kills
    shop.box.empty = shop.stop
    assert shop.worker().forever() == SETTLED
    assert shop.converters[0].runs == 0
    done = shop.box.settled[0]
    assert isinstance(done, Completed)
    assert done.attempt == 1


def test_a_crash_is_settled_and_the_next_is_done(shop: Shop) -> None:
    crashes = [ChildCrashed()]

    def works(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        if crashes:
            raise crashes.pop()
        return makes_model(source, out, options, beat)

    shop.bench.work = works
    shop.box.notes = notes("a", "b")
    shop.box.empty = shop.stop
    assert shop.worker().forever() == SETTLED
    assert [type(each) for each in shop.box.settled] == [Retry, Completed]


def test_failures_are_values_of_the_story(shop: Shop) -> None:
    shop.box.faults = ["settle"]
    shop.box.notes = notes("a")
    shop.worker().once(0.0)
    assert shop.ended[0].unsettled == Failure.of(BrokerUnavailable()).message
