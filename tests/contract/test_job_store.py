"""What every job store has to do: by examples, and by a state machine that knows what has to come out.

An implementation joins with a fixture that makes a fresh ``Harness`` as often as it is called, named in ``STORES``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from runner.local.jobs import MemoryJobs
from runner.outcome import Artifact, Failure, Result
from runner.postgres.database import Database
from runner.postgres.jobs import PostgresJobs
from runner.postgres.migrations import migrate
from runner.postgres.queries import Query
from runner.protocols import Answer, Busy, Claim, Conflict, JobRequest, JobState, JobStore, Settled, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.services.postgres_databases import Databases

LEASE, ATTEMPTS = 100.0, 4
AT = datetime(2024, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
FAILURE = Failure("child_crashed", "It crashed.", "Try again.", "trace", AT)
RESULT = Result(
    artifacts=(
        Artifact(name="model.glb", path="r/model.glb", size=4, checksum="sha256:" + "0" * 64, content_type="x/y"),
    ),
    summary={"walls": 7, "area": 12.5, "warnings": ["벽"]},
    at=AT,
)


@dataclass(frozen=True, slots=True)
class Harness:
    """A fresh store, and a way to let time pass for it."""

    store: JobStore
    wait: Callable[[float], None]


@contextmanager
def memory() -> Iterator[Harness]:
    now = [0.0]

    def wait(seconds: float) -> None:
        now[0] += seconds

    yield Harness(MemoryJobs(lambda: now[0]), wait)


Make = Callable[[], AbstractContextManager[Harness]]
STORES = ["memory", "postgres"]


@pytest.fixture(scope="session", name="memory")
def make_memory() -> Make:
    """Makes stores in memory."""
    return memory


@pytest.fixture(scope="session", name="postgres")
def make_postgres(postgres_server: Databases) -> Iterator[Make]:
    """Makes stores in PostgreSQL: one database, emptied for each."""
    with postgres_server.fresh() as url, closing(Database(url)) as database:
        assert list(migrate(database))

        @contextmanager
        def postgres() -> Iterator[Harness]:
            database.run(Query("test.empty", "-", "DELETE FROM cad_runner.jobs"))
            yield Harness(PostgresJobs(database), wait)

        def wait(seconds: float) -> None:
            age = "UPDATE cad_runner.jobs SET lease_until = lease_until - make_interval(secs => %(seconds)s)"
            database.run(Query("test.wait", "-", age), seconds=seconds)

        yield postgres


@pytest.fixture(params=STORES)
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    """A fresh store of each kind."""
    with request.getfixturevalue(request.param)() as harness:
        yield harness


def ask(harness: Harness, owner: str, *, job: str = "j1", content: str = "same", attempts: int = ATTEMPTS) -> Answer:
    request = JobRequest(job_id=job, kind="dxf", fingerprint=content, message="{}")
    return harness.store.claim(request, owner=owner, lease=LEASE, attempts=attempts)


def claimed(harness: Harness, owner: str, *, job: str = "j1") -> Claim:
    answer = ask(harness, owner, job=job)
    assert isinstance(answer, Claim)
    return answer


def test_a_new_job_is_claimed_as_its_first_attempt(harness: Harness) -> None:
    assert ask(harness, "a") == Claim(job_id="j1", attempt=1, owner="a", previous=None)


def test_a_held_job_is_busy_until_its_lease_ends(harness: Harness) -> None:
    claimed(harness, "a")
    harness.wait(LEASE * 0.6)
    busy = ask(harness, "b")
    assert isinstance(busy, Busy)
    assert busy.owner == "a"
    assert 0 < busy.seconds <= LEASE * 0.4 + 1
    harness.wait(LEASE * 0.6)
    assert ask(harness, "b") == Claim(job_id="j1", attempt=2, owner="b", previous=None)


def test_a_sign_of_life_prolongs_the_lease(harness: Harness) -> None:
    claim = claimed(harness, "a")
    for _ in range(3):
        harness.wait(LEASE * 0.6)
        assert harness.store.renew(claim, lease=LEASE, stage="walls", share=0.5) is Standing.HELD
    assert isinstance(ask(harness, "b"), Busy)


def test_a_lease_that_ended_unnoticed_still_holds(harness: Harness) -> None:
    claim = claimed(harness, "a")
    harness.wait(LEASE * 2)
    assert harness.store.renew(claim, lease=LEASE, stage="walls", share=0.5) is Standing.HELD
    assert isinstance(ask(harness, "b"), Busy)
    harness.wait(LEASE * 2)
    assert harness.store.complete(claim, RESULT)


def test_jobs_do_not_meet(harness: Harness) -> None:
    one, two = claimed(harness, "a", job="j1"), claimed(harness, "a2", job="j2")
    assert harness.store.complete(one, RESULT)
    assert harness.store.renew(two, lease=LEASE, stage="x", share=0) is Standing.HELD


ENDINGS: dict[str, Callable[[JobStore, Claim], bool]] = {
    "complete": lambda store, claim: store.complete(claim, RESULT),
    "fail": lambda store, claim: store.fail(claim, FAILURE, dead=False),
    "die": lambda store, claim: store.fail(claim, FAILURE, dead=True),
    "retry": lambda store, claim: store.retry(claim, FAILURE, charged=True),
    "release": lambda store, claim: store.retry(claim, FAILURE, charged=False),
    "cancelled": lambda store, claim: store.cancelled(claim),
}
FINAL = {
    "complete": Settled(state=JobState.COMPLETED, attempt=1, result=RESULT),
    "fail": Settled(state=JobState.FAILED, attempt=1, failure=FAILURE),
    "die": Settled(state=JobState.DEAD, attempt=1, failure=FAILURE),
    "cancelled": Settled(state=JobState.CANCELLED, attempt=1),
}


@pytest.mark.parametrize("ending", FINAL)
def test_a_settled_job_stays_settled(harness: Harness, ending: str) -> None:
    assert ENDINGS[ending](harness.store, claimed(harness, "a"))
    harness.wait(LEASE * 2)
    assert ask(harness, "b") == FINAL[ending]
    assert ask(harness, "c", attempts=1) == FINAL[ending]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("other", ENDINGS)
def test_a_claim_ends_once(harness: Harness, ending: str, other: str) -> None:
    claim = claimed(harness, "a")
    assert ENDINGS[ending](harness.store, claim)
    assert not ENDINGS[other](harness.store, claim)
    assert harness.store.renew(claim, lease=LEASE, stage="x", share=0) is Standing.LOST


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "stale",
    [
        Claim(job_id="j1", attempt=1, owner="b"),
        Claim(job_id="j1", attempt=2, owner="a"),
        Claim(job_id="j2", attempt=1, owner="a"),
    ],
)
def test_a_claim_that_is_not_in_force_changes_nothing(harness: Harness, ending: str, stale: Claim) -> None:
    claim = claimed(harness, "a")
    assert not ENDINGS[ending](harness.store, stale)
    assert harness.store.renew(stale, lease=LEASE, stage="x", share=0) is Standing.LOST
    assert harness.store.complete(claim, RESULT)


def test_a_retried_job_is_claimed_at_once_and_knows_how_it_failed(harness: Harness) -> None:
    harness.store.retry(claimed(harness, "a"), FAILURE, charged=True)
    assert ask(harness, "b") == Claim(job_id="j1", attempt=2, owner="b", previous="child_crashed")


def test_an_attempt_that_is_not_charged_does_not_count(harness: Harness) -> None:
    for number in range(10):
        harness.store.retry(claimed(harness, f"a{number}"), FAILURE, charged=False)
    assert ask(harness, "b") == Claim(job_id="j1", attempt=1, owner="b", previous=None)


def test_the_attempts_may_be_used_up_by_runners_that_vanished(harness: Harness) -> None:
    for number in range(ATTEMPTS):
        assert claimed(harness, f"a{number}").attempt == number + 1
        harness.wait(LEASE * 1.5)
    for owner in ("b", "c"):
        answer = ask(harness, owner)
        assert isinstance(answer, Settled)
        assert (answer.state, answer.attempt) == (JobState.DEAD, ATTEMPTS)
        assert answer.failure is not None
        assert answer.failure.code == "attempts_exhausted"


@pytest.mark.parametrize("ending", [None, "complete", "fail", "retry"])
def test_an_id_stands_for_one_job(harness: Harness, ending: str | None) -> None:
    claim = claimed(harness, "a")
    if ending:
        ENDINGS[ending](harness.store, claim)
    before = ask(harness, "b")
    assert ask(harness, "c", content="other") == Conflict()
    if isinstance(before, Claim):
        assert harness.store.complete(before, RESULT)
    elif ending is None:
        assert harness.store.complete(claim, RESULT)


def test_a_waiting_job_is_cancelled_at_once(harness: Harness) -> None:
    harness.store.retry(claimed(harness, "a"), FAILURE, charged=True)
    assert harness.store.cancel("j1") is JobState.WAITING
    answer = ask(harness, "b")
    assert isinstance(answer, Settled)
    assert answer.state is JobState.CANCELLED


def test_a_running_job_is_asked_to_stop(harness: Harness) -> None:
    claim = claimed(harness, "a")
    assert harness.store.cancel("j1") is JobState.RUNNING
    assert harness.store.renew(claim, lease=LEASE, stage="x", share=0) is Standing.CANCELLED
    assert harness.store.cancelled(claim)
    assert ask(harness, "b") == FINAL["cancelled"]


@pytest.mark.parametrize("ending", ["retry", "release", None])
def test_a_job_that_was_asked_to_stop_is_not_tried_again(harness: Harness, ending: str | None) -> None:
    claim = claimed(harness, "a")
    harness.store.cancel("j1")
    if ending:
        assert ENDINGS[ending](harness.store, claim)
    harness.wait(LEASE * 2)
    answer = ask(harness, "b")
    assert isinstance(answer, Settled)
    assert answer.state is JobState.CANCELLED


@pytest.mark.parametrize("ending", ["complete", "fail"])
def test_a_job_that_ended_before_it_heard_has_ended(harness: Harness, ending: str) -> None:
    claim = claimed(harness, "a")
    harness.store.cancel("j1")
    assert ENDINGS[ending](harness.store, claim)
    assert ask(harness, "b") == FINAL[ending]


@pytest.mark.parametrize("ending", FINAL)
def test_a_settled_job_is_not_cancelled(harness: Harness, ending: str) -> None:
    ENDINGS[ending](harness.store, claimed(harness, "a"))
    assert harness.store.cancel("j1") is FINAL[ending].state
    assert ask(harness, "b") == FINAL[ending]


def test_a_job_that_nobody_knows_is_not_cancelled(harness: Harness) -> None:
    assert harness.store.cancel("j1") is None
    assert isinstance(ask(harness, "a"), Claim)


def test_of_many_runners_one_gets_the_job(harness: Harness) -> None:
    answers: list[Answer] = []
    start = threading.Barrier(8)

    def runner(number: int) -> None:
        start.wait()
        answers.append(ask(harness, f"r{number}"))

    runners = [threading.Thread(target=runner, args=(number,)) for number in range(8)]
    for each in runners:
        each.start()
    for each in runners:
        each.join()
    assert sorted(type(answer).__name__ for answer in answers) == ["Busy"] * 7 + ["Claim"]


@dataclass(slots=True)
class Model:
    """What is known of a job from outside: the whole truth, in a few fields."""

    content: str
    state: JobState = JobState.WAITING
    attempt: int = 0
    owner: str = ""
    ends: float = 0.0
    stop: bool = False
    previous: str | None = None
    settled: Settled | None = None


class Runners(RuleBasedStateMachine):
    """Runners that claim, work, vanish and come back; a store, and a model that it has to agree with."""

    make: Make

    @initialize()
    def begin(self) -> None:
        self.context = self.make()
        self.harness = self.context.__enter__()
        self.now = 0.0
        self.jobs: dict[str, Model] = {}
        self.claims: list[Claim] = []
        self.owners = 0

    def teardown(self) -> None:
        self.context.__exit__(None, None, None)

    @rule(job=st.sampled_from(["j1", "j2"]), content=st.sampled_from(["same", "same", "same", "other"]))
    def claim(self, job: str, content: str) -> None:
        self.owners += 1
        owner = f"r{self.owners}"
        answer = ask(self.harness, owner, job=job, content=content)
        model = self.jobs.setdefault(job, Model(content))
        if model.content != content:
            assert answer == Conflict()
        elif model.settled:
            assert answer == model.settled
        elif model.state is JobState.RUNNING and model.ends > self.now:
            assert isinstance(answer, Busy)
            assert answer.owner == model.owner
        elif model.stop:
            model.settled = Settled(state=JobState.CANCELLED, attempt=model.attempt, failure=self.failure(answer))
            assert answer == model.settled
        elif model.attempt == ATTEMPTS:
            model.settled = Settled(state=JobState.DEAD, attempt=ATTEMPTS, failure=self.failure(answer))
            assert answer == model.settled
        else:
            model.state, model.attempt, model.owner = JobState.RUNNING, model.attempt + 1, owner
            model.ends = self.now + LEASE
            assert answer == Claim(job_id=job, attempt=model.attempt, owner=owner, previous=model.previous)
            self.claims.append(answer)

    @staticmethod
    def failure(answer: Answer) -> Failure | None:
        return answer.failure if isinstance(answer, Settled) else None

    @rule(seconds=st.sampled_from([1.0, LEASE / 2, LEASE, LEASE * 3]))
    def time_passes(self, seconds: float) -> None:
        self.harness.wait(seconds)
        self.now += seconds

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), ending=st.sampled_from(sorted(ENDINGS)))
    def settle(self, data: st.DataObject, ending: str) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        model = self.jobs[claim.job_id]
        held = self.holds(claim)
        assert ENDINGS[ending](self.harness.store, claim) is held
        if not held:
            return
        model.owner, model.state = "", JobState.WAITING
        match ending:
            case "retry":
                model.previous = FAILURE.code
            case "release":
                model.attempt -= 1
            case _:
                final = FINAL[ending]
                failure = None if ending == "complete" else final.failure
                answer = ask(self.harness, "observer", job=claim.job_id, content=model.content)
                if ending == "cancelled":
                    failure = self.failure(answer)
                model.settled = Settled(state=final.state, attempt=model.attempt, result=final.result, failure=failure)
                assert answer == model.settled

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        model = self.jobs[claim.job_id]
        standing = self.harness.store.renew(claim, lease=LEASE, stage="walls", share=0.5)
        if not self.holds(claim):
            assert standing is Standing.LOST
        else:
            assert standing is (Standing.CANCELLED if model.stop else Standing.HELD)
            model.ends = self.now + LEASE

    @rule(job=st.sampled_from(["j1", "j2", "j3"]))
    def cancel(self, job: str) -> None:
        model = self.jobs.get(job)
        before = self.harness.store.cancel(job)
        if model is None:
            assert before is None
        elif model.settled:
            assert before is model.settled.state
        else:
            assert before is model.state
            if model.state is JobState.RUNNING:
                model.stop = True
            else:
                answer = ask(self.harness, "observer", job=job, content=model.content)
                model.settled = Settled(state=JobState.CANCELLED, attempt=model.attempt, failure=self.failure(answer))
                assert answer == model.settled

    def holds(self, claim: Claim) -> bool:
        model = self.jobs[claim.job_id]
        fence = (model.state, model.attempt, model.owner, model.settled)
        return fence == (JobState.RUNNING, claim.attempt, claim.owner, None)

    @invariant()
    def nobody_holds_a_job_twice(self) -> None:
        for job in getattr(self, "jobs", {}):
            assert sum(claim.job_id == job and self.holds(claim) for claim in self.claims) <= 1


@pytest.mark.parametrize("store", STORES)
def test_a_store_does_as_the_model_says(store: str, request: pytest.FixtureRequest) -> None:
    machine = type("Machine", (Runners,), {"make": staticmethod(request.getfixturevalue(store))})
    run_state_machine_as_test(machine, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))
