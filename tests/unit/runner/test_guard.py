from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from runner.circuit import Circuit, Position
from runner.errors import (
    DatabaseUnavailable,
    LocalDiskFull,
    SourceMissing,
    SourceTooLarge,
    Stopping,
    StoreUnavailable,
)
from runner.guard import Change, Guard, GuardedJobs, GuardedStore, LocalMemory, guard_database, guard_store
from runner.job import process
from runner.local.jobs import MemoryJobs
from runner.local.objects import DirectoryStore
from runner.outcome import Completed, Rejected, Retry
from runner.protocols import Claim, JobRequest, JobState
from tests.unit.runner.doubles import Bench, Clock, Faulty, message

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DOWN = StoreUnavailable("The store says 503.")
REQUEST = JobRequest(job_id="j1", kind="dxf", fingerprint="f", message="{}")


@dataclass(slots=True)
class Watched:
    """A guard whose time passes when the test says so, and what it told."""

    clock: Clock = field(default_factory=Clock)
    told: list[Change] = field(default_factory=list)

    def guard(self, memory: Any = None) -> Guard:
        return guard_store(memory or LocalMemory(self.clock), noted=self.told.append)


def call(guard: Guard, error: BaseException | None = None) -> None:
    with guard.passage():
        if error:
            raise error


def fail(guard: Guard, times: int) -> None:
    for _ in range(times):
        with pytest.raises(StoreUnavailable, match="503"):
            call(guard, DOWN)


def test_a_dependency_that_is_down_is_left_alone() -> None:
    guard = Watched().guard()
    fail(guard, 5)
    with pytest.raises(StoreUnavailable, match="object store failed 5 times in a row: none asks it for 60 s"):
        call(guard)


def test_one_probe_closes_it_again_and_both_are_told_once() -> None:
    watched = Watched()
    guard = watched.guard()
    fail(guard, 5)
    watched.clock.now += 60
    call(guard)
    call(guard)
    assert [(change.opened, change.closed) for change in watched.told] == [(True, False), (False, True)]
    assert watched.told[0].dependency == "object store"
    assert watched.told[0].after.position is Position.OPEN


def test_a_probe_that_fails_is_not_told_as_another_opening() -> None:
    watched = Watched()
    guard = watched.guard()
    fail(guard, 5)
    watched.clock.now += 60
    fail(guard, 1)
    watched.clock.now += 59
    with pytest.raises(StoreUnavailable, match="6 times in a row: none asks it for 1 s"):
        call(guard)
    assert len(watched.told) == 1


@pytest.mark.parametrize("error", [SourceMissing(), SourceTooLarge()])
def test_a_missing_object_is_an_answer(error: Exception) -> None:
    watched = Watched()
    guard = watched.guard()
    fail(guard, 4)
    with pytest.raises(type(error)):
        call(guard, error)
    fail(guard, 4)
    call(guard)
    assert watched.told == []


@pytest.mark.parametrize("error", [LocalDiskFull(), Stopping(), KeyboardInterrupt(), ValueError()])
def test_what_is_not_of_the_dependency_s_making_says_nothing_about_it(error: BaseException) -> None:
    watched = Watched()
    guard = watched.guard()
    fail(guard, 4)
    with pytest.raises(type(error)):
        call(guard, error)
    fail(guard, 1)
    watched.clock.now += 60
    with pytest.raises(type(error)):
        call(guard, error)
    call(guard)
    assert watched.told[-1].closed


def test_of_many_that_come_when_a_probe_is_due_one_gets_through() -> None:
    watched = Watched()
    guard = watched.guard()
    fail(guard, 5)
    watched.clock.now += 60
    inside, leave = threading.Semaphore(0), threading.Event()
    answers: list[str] = []

    def runner() -> None:
        try:
            with guard.passage():
                inside.release()
                leave.wait(30)
                answers.append("through")
        except StoreUnavailable:
            answers.append("refused")

    runners = [threading.Thread(target=runner) for _ in range(6)]
    for each in runners:
        each.start()
    assert inside.acquire(timeout=30)
    while len(answers) < 5:
        leave.wait(0.01)
    leave.set()
    for each in runners:
        each.join()
    assert sorted(answers) == ["refused"] * 5 + ["through"]


def test_where_the_memory_is_down_each_remembers_for_itself() -> None:
    class Down:
        def change(self, _dependency: str, _step: Callable[[Circuit, float], Circuit], *, error: str | None) -> Change:
            raise DatabaseUnavailable(error or "")

    guard = Watched().guard(Down())
    fail(guard, 5)
    with pytest.raises(StoreUnavailable, match="none asks"):
        call(guard)


def test_a_guarded_store_is_a_store(tmp_path: Path) -> None:
    store = GuardedStore(DirectoryStore(tmp_path / "store"), Watched().guard())
    (tmp_path / "source").write_bytes(b"data")
    stored = store.upload("a/b.glb", tmp_path / "source", content_type="model/gltf-binary")
    assert store.find("a/b.glb") == stored
    assert store.download("a/b.glb", tmp_path / "target", limit=10).size == 4
    store.delete("a/b.glb")
    assert store.find("a/b.glb") is None
    assert store.bucket == DirectoryStore(tmp_path / "store").bucket


@pytest.mark.parametrize("method", ["download", "upload", "find", "delete"])
def test_every_method_of_a_store_goes_past_its_guard(method: str, tmp_path: Path) -> None:
    store = GuardedStore(Faulty(DirectoryStore(tmp_path), **{method: [DOWN] * 5}), Watched().guard())
    calls: dict[str, Callable[[], object]] = {
        "download": lambda: store.download("a", tmp_path / "t", limit=10),
        "upload": lambda: store.upload("a", tmp_path / "t", content_type="x/y"),
        "find": lambda: store.find("a"),
        "delete": lambda: store.delete("a"),
    }
    for _ in range(5):
        with pytest.raises(StoreUnavailable, match="503"):
            calls[method]()
    for each in calls.values():
        with pytest.raises(StoreUnavailable, match="none asks"):
            each()


def test_jobs_wait_uncharged_while_the_store_is_down(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    guard = Watched().guard()
    store = GuardedStore(Faulty(bench.objects, download=[DOWN] * 5), guard)
    parts = bench.but(objects=store).parts
    for _ in range(20):
        outcome = process(message(), bench.converter(), parts)
        assert isinstance(outcome, Retry)
        assert (outcome.failure.code, outcome.charged) == ("store_unavailable", False)
    row = bench.jobs.row("j1")
    assert row is not None
    assert (row.state, row.attempt) == (JobState.WAITING, 0)


def test_a_missing_drawing_is_rejected_however_often(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    parts = bench.but(objects=GuardedStore(bench.objects, Watched().guard())).parts
    for number in range(10):
        outcome = process(message(job_id=f"m{number}", file_path="none.dxf"), bench.converter(), parts)
        assert isinstance(outcome, Rejected)
    assert isinstance(process(message(), bench.converter(), parts), Completed)


def test_a_database_that_is_down_is_asked_for_no_claim_but_told_of_results() -> None:
    jobs = MemoryJobs()
    held = jobs.claim(REQUEST, owner="a", lease=60, attempts=4)
    assert isinstance(held, Claim)
    guarded = GuardedJobs(Faulty(jobs, claim=[DatabaseUnavailable("gone")] * 5), guard_database())
    for _ in range(5):
        with pytest.raises(DatabaseUnavailable, match="gone"):
            guarded.claim(REQUEST, owner="b", lease=60, attempts=4)
    with pytest.raises(DatabaseUnavailable, match="database failed 5 times"):
        guarded.claim(REQUEST, owner="c", lease=60, attempts=4)
    assert guarded.cancelled(held)
    assert guarded.cancel("j1") is JobState.CANCELLED
