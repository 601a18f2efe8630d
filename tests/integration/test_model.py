"""Whatever happens in whatever order: every job ends in exactly one way, nothing is lost, and events agree with rows.

A machine draws what happens. Time passes when it says so: leases end by a statement, and what waits in a retry queue is
moved on. Converters are scripted; the broker, the database and the object store are real.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import pika
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from runner.amqp.letters import DeadLetters, Which
from runner.amqp.topology import TASKS, Topology, declare
from runner.errors import ChildCrashed, DrawingRefused, TimeLimit
from runner.postgres.jobs import PostgresJobs
from runner.retry import RetryPolicy
from runner.worker import SETTLED
from tests.integration.place import Place, Runner, hung_up, migrated
from tests.unit.runner.doubles import Scripted, makes_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.sandbox.converter import Beat
    from tests.services.postgres_databases import Databases

#: So long that nothing comes back by itself.
DELAYS = (600, 601, 602)
STEPS = ("claim", "download", "upload", "complete", "fail", "retry", "publish", "settle")
FINAL = {"completed": "completed", "failed": "failed", "dead": "dead"}


class Vanished(BaseException):
    """The runner ended, as when it is killed: nothing in it hears of that."""


def converts(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
    """Do what the drawing says."""
    match source.read_text():
        case "refuses":
            raise DrawingRefused("Empty.", code="nothing_drawable")
        case "raises":
            raise ChildCrashed
        case "sleeps":
            raise TimeLimit
        case _:
            return makes_model(source, out, options, beat)


@dataclass(slots=True)
class Fatal:
    """Wraps a part; the runner vanishes before or after the first call of a name."""

    part: Any
    step: str
    after: bool
    done: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.part, name)
        if name != self.step:
            return value

        def vanishing(*arguments: Any, **named: Any) -> None:
            if self.after:
                value(*arguments, **named)
            raise Vanished

        return vanishing


class Jobs(RuleBasedStateMachine):
    """What may happen to jobs."""

    place: ClassVar[Place]
    count: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[str, str] = {}  #: what each does
        self.requeued: set[str] = set()

    @rule(does=st.sampled_from(["works", "works", "refuses", "raises", "sleeps"]))
    def publish(self, does: str) -> None:
        Jobs.count += 1
        job_id = f"m{Jobs.count}"
        self.jobs[job_id] = does
        self._send(job_id)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def duplicate(self, data: st.DataObject) -> None:
        self._send(data.draw(st.sampled_from(sorted(self.jobs))))

    @rule()
    def work(self) -> None:
        assert self._runner().once(0.3) == SETTLED

    @rule(step=st.sampled_from(STEPS), after=st.booleans())
    def vanish(self, step: str, after: bool) -> None:
        runner = self._runner(partial(Fatal, step=step, after=after))
        try:
            runner.once(0.3)
        except Vanished:
            runner.worker.mailbox.close()

    @rule()
    def stop(self) -> None:
        runner = self._runner()
        runner.worker.start = lambda: self._stopped(runner)
        runner.once(0.3)

    @rule()
    def clock(self) -> None:
        """The leases end, and so does all waiting."""
        self.place.database.script(
            "UPDATE cad_runner.jobs SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'running'"
        )
        for delay in DELAYS:
            while found := self.place.letters.get(f"dxf_retry_{delay}"):
                body, properties = found
                self.place.letters.broker.publish(TASKS, "dxf", body, pika.BasicProperties(headers=properties.headers))

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        PostgresJobs(self.place.database).cancel(data.draw(st.sampled_from(sorted(self.jobs))))

    @rule()
    def requeue(self) -> None:
        def begin(letter: Any) -> None:
            if self.place.ledger.requeue(letter.job_id, who="me", why="model", action="requeue"):
                self.requeued.add(letter.job_id)

        DeadLetters(self.place.letters.broker, "dxf").requeue(Which(), begin)

    def teardown(self) -> None:
        """Let everything come to its end, and look at it."""
        for _ in range(30):
            self.clock()
            if not self.place.letters.ready("dxf_queue"):
                break
            while self.place.letters.ready("dxf_queue"):
                assert self._runner().once(0.3) == SETTLED
        assert set(self.place.depths()) <= {"dxf_dlq"}
        dead = {each.job_id for each in DeadLetters(self.place.letters.broker, "dxf").purge(Which(), lambda _: None)}
        events: dict[str, list[str]] = {}
        for each in self.place.heard():
            events.setdefault(each["subject"], []).append(each["type"].removeprefix("job."))
        for job_id, does in self.jobs.items():
            self._is_settled(job_id, does, events.get(job_id, []), dead)

    def _is_settled(self, job_id: str, does: str, events: list[str], dead: set[str | None]) -> None:
        row = self.place.row(job_id)
        state = row["state"]
        assert state in ("completed", "failed", "dead", "cancelled"), state
        assert row["attempt"] <= 4
        found = self.place.store().find(f"results/{job_id}/model.glb")
        if state == "completed":
            assert found is not None
            assert does == "works"
        if state == "dead":
            assert job_id in dead, "a dead job has a dead letter"
            assert does != "refuses"
        if state in FINAL:
            assert FINAL[state] in events, "how a job ended was told"
        if job_id not in self.requeued:
            told = {each for each in events if each in FINAL.values()}
            assert told <= {FINAL.get(state, "")}, "nothing else was told"

    def _send(self, job_id: str) -> None:
        self.place.job(job_id, self.jobs[job_id])

    def _runner(self, wrap: Callable[[Any], Any] = lambda part: part) -> Runner:
        """A runner whose parts are wrapped."""
        runner = self.place.runner(policy=RetryPolicy(DELAYS), notice=100.0)
        worker = runner.worker
        parts = worker.parts
        object.__setattr__(parts, "objects", wrap(parts.objects))
        object.__setattr__(parts, "jobs", wrap(parts.jobs))
        object.__setattr__(parts, "events", wrap(parts.events))
        worker.mailbox.delays = DELAYS  # type: ignore[attr-defined]
        worker.mailbox = wrap(worker.mailbox)
        worker.start = self._started
        return runner

    def _started(self) -> Scripted:
        Jobs.count += 1
        desk = self.place.folder / f"desk-{Jobs.count}"
        desk.mkdir()
        return Scripted(desk, converts)

    def _stopped(self, runner: Runner) -> Scripted:
        runner.stop()
        return self._started()


@pytest.mark.timeout(400)
def test_every_job_ends_in_one_way(
    rabbitmq_url: str, postgres_server: Databases, s3_settings: dict[str, str], tmp_path: Path
) -> None:
    with postgres_server.fresh(migrated) as url, hung_up(Place(rabbitmq_url, url, s3_settings, tmp_path)) as place:
        declare(place.letters.broker, Topology(delays=DELAYS), whole=True)
        Jobs.place = place
        run_state_machine_as_test(
            Jobs,
            settings=settings(
                max_examples=8,
                stateful_step_count=25,
                deadline=None,
                phases=[Phase.explicit, Phase.reuse, Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
