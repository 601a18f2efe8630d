"""A place with a broker, a database and an object store of its own, where fake drawings are converted for real.

The text of a drawing is what its conversion does: the name of a function in ``tests.unit.runner.fakes``.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from runner.amqp.connection import Broker, Patience
from runner.amqp.events import AmqpEvents
from runner.amqp.inbox import Inbox, Taken
from runner.amqp.topology import KINDS
from runner.circuit import Rule
from runner.guard import GuardedJobs, GuardedStore, guard_database, guard_store
from runner.parts import Parts
from runner.postgres.circuits import PostgresCircuits
from runner.postgres.database import Database
from runner.postgres.jobs import PostgresJobs
from runner.postgres.ledger import Ledger
from runner.postgres.migrations import migrate
from runner.probes import Probes
from runner.retry import RetryPolicy
from runner.s3 import S3Store
from runner.sandbox.converter import Limits
from runner.sandbox.process import Child
from runner.worker import Ended, Stop, Worker
from tests.integration.amqp_bench import DELAYS, Hasty, Letters, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from runner.outcome import Outcome
    from runner.sandbox.converter import Converter

PIPELINE = "tests.unit.runner.fakes:obeys"
#: Short enough to wait for, long enough for a machine that is busy.
LEASE = 4.0
LIMITS = Limits(soft_seconds=20, hard_seconds=30, memory=1 << 30)


def migrated(url: str) -> None:
    """Fill a template of databases."""
    with closing(Database(url)) as database:
        list(migrate(database))


@dataclass(slots=True)
class Runner:
    """A runner in this process, and what it did."""

    worker: Worker[Taken]
    stop: Stop
    ended: list[Ended] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def once(self, seconds: float = 10.0) -> int:
        return self.worker.once(seconds)

    @property
    def outcome(self) -> Outcome:
        """What became of the last message."""
        return self.ended[-1].outcome


@dataclass(slots=True)
class Place:
    """The services, seen by who publishes and by who looks after them."""

    rabbitmq_url: str
    database_url: str
    s3: Mapping[str, str]
    folder: Path
    letters: Letters = field(init=False)
    database: Database = field(init=False)
    heard: Callable[[], list[dict[str, Any]]] = field(init=False)
    stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.letters = Letters(self.rabbitmq_url, Hasty(delays=DELAYS))
        self.stack.callback(self.letters.broker.close)
        self.database = self.stack.enter_context(closing(Database(self.database_url)))
        self.heard = self.letters.listener()

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.database)

    def store(self, endpoint: str | None = None, **changes: Any) -> S3Store:
        return S3Store(
            self.s3["MINIO_BUCKET"],
            endpoint=endpoint or self.s3["MINIO_ENDPOINT"],
            access_key=self.s3["MINIO_ACCESS_KEY"],
            secret_key=self.s3["MINIO_SECRET_KEY"],
            **changes,
        )

    def job(self, job_id: str, does: str = "works", *, key: str = "dxf", **changes: Any) -> None:
        """Upload a drawing that does something, and publish its job."""
        path = self.folder / f"{does}.dxf"
        path.write_text(does)
        self.store().upload(f"in/{does}.dxf", path, content_type="image/vnd.dxf")
        self.letters.job(job_id, key=key, **({"file_path": f"in/{does}.dxf"} | changes))

    def runner(
        self,
        *,
        rabbitmq_url: str | None = None,
        database_url: str | None = None,
        store: S3Store | None = None,
        limits: Limits = LIMITS,
        rule: Rule | None = None,
        grace: float = 0.0,
        start: Callable[[], Converter] | None = None,
        kind: str = "dxf",
        **changes: Any,
    ) -> Runner:
        """A runner in this process; ``changes`` are other parts."""
        broker = Broker(rabbitmq_url or self.rabbitmq_url, patience=Patience(connect=3))
        database = Database(database_url or self.database_url)
        self.stack.callback(broker.close)
        self.stack.callback(database.close)
        stop, rule = Stop(grace), rule or Rule(failures=1000)
        parts = Parts(
            objects=GuardedStore(store or self.store(), guard_store(PostgresCircuits(database), rule=rule)),
            jobs=GuardedJobs(PostgresJobs(database), guard_database(rule=rule)),
            events=AmqpEvents(broker),
            policy=RetryPolicy(DELAYS),
            lease=LEASE,
            notice=0.1,
            stop=stop.due,
            watch=lambda _stage, _share: broker.serve(),
        )
        ended: list[Ended] = []
        troubles: list[str] = []
        worker = Worker(
            mailbox=Inbox(broker, kind, DELAYS),
            start=start or partial(Child, PIPELINE, limits),
            parts=replace(parts, **changes),
            stop=stop,
            probes=Probes(),
            ended=ended.append,
            troubled=lambda what, failure: troubles.append(f"{what}: {failure.code}"),
        )
        return Runner(worker, stop, ended, troubles)

    def row(self, job_id: str) -> dict[str, Any]:
        """The row of a job."""
        row = self.ledger.show(job_id)
        assert row is not None
        return row

    def told(self, job_id: str) -> list[str]:
        """The types of the events of a job so far, without progress."""
        events = [each for each in self.heard() if each["subject"] == job_id]
        return [each["type"].removeprefix("job.") for each in events if each["type"] != "job.progress"]

    def depths(self) -> dict[str, int]:
        """How many messages are ready in each queue that has some."""
        ends = ["queue", "dlq", *(f"retry_{delay}" for delay in DELAYS)]
        names = [f"{kind}_{end}" for kind in KINDS for end in ends]
        return {name: count for name in names if (count := self.letters.ready(name))}

    def comes_to(self, depths: dict[str, int]) -> None:
        """Assert that so many messages are ready, as soon as the broker has counted them."""
        eventually(lambda: self.depths() == depths)

    def environment(self, **changes: str) -> dict[str, str]:
        """The environment of a runner that is a process of its own."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        places = {"RABBITMQ_URL": self.rabbitmq_url, "DATABASE_URL": self.database_url, **self.s3}
        delays = ",".join(map(str, DELAYS))
        return kept | places | {"CAD_RUNNER_RETRY_DELAYS": delays, "TMPDIR": str(self.folder)} | changes


@contextmanager
def hung_up(place: Place) -> Iterator[Place]:
    """A place, left in order."""
    with place.stack:
        yield place
