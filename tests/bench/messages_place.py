"""Private servers, runners as processes, and an ear for what they say: where messages are measured."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from runner.amqp.connection import Broker
from runner.amqp.topology import EVENTS, Topology, depth, queue
from runner.postgres.database import Database
from runner.postgres.ledger import Ledger
from tests.integration.amqp_bench import Letters, eventually
from tests.integration.place import migrated
from tests.services.buckets import bucket, client
from tests.services.finding import Keeper
from tests.services.postgres_databases import Databases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

ROOT = Path(__file__).parents[2]
EXAMPLES = ("inches-declared-mm.dxf", "office.dxf", "house-two-storeys.dxf")
_PATIENCE = 120.0  #: seconds


@dataclass(slots=True)
class Listener:
    """Hears in a thread of its own when which job was completed."""

    url: str
    heard: dict[str, float] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _bound: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Listen until it is over."""
        broker = Broker(self.url)
        channel = broker.channel()
        name = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(name, EVENTS, "job.completed")

        def note(_channel: object, _method: object, _properties: object, body: bytes) -> None:
            self.heard[json.loads(body)["subject"]] = time.monotonic()

        channel.basic_consume(name, note, auto_ack=True)
        self._bound.set()
        while not self._over.is_set():
            broker.wait(0.1)
        broker.close()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """As long as it is needed."""
        thread = threading.Thread(target=self.listen)
        thread.start()
        assert self._bound.wait(_PATIENCE), "the listener does not come to listen"
        try:
            yield
        finally:
            self._over.set()
            thread.join()


class Runner:
    """A runner as a process, and the most memory that it and its children held."""

    def __init__(self, place: Place, command: Sequence[str], *arguments: str) -> None:
        self.begin = time.monotonic()
        self.clock = time.time()
        self.process = subprocess.Popen(
            [*command, "work", *arguments],
            env=place.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stderr=place.log.open("a"),
        )
        self.peak = self.child_peak = 0
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        while self.process.poll() is None:
            try:
                children = tasks.read_text().split()
            except OSError:
                return
            self.peak = max(self.peak, _peak(self.process.pid))
            self.child_peak = max(self.child_peak, *(_peak(int(each)) for each in children), 0)
            time.sleep(0.02)

    def ended(self) -> float:
        """The seconds of its whole life."""
        self.process.wait(_PATIENCE)
        self._thread.join()
        return time.monotonic() - self.begin

    def stop(self) -> None:
        """Ask it to end."""
        self.process.send_signal(signal.SIGTERM)
        self.ended()


def _peak(pid: int) -> int:
    """Bytes that a process held at most; those before its program began are not counted."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
        if Path(f"/proc/{pid}/cmdline").read_bytes().count(b"\0") < 2:
            return 0
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("VmHWM")), 0)


@dataclass(slots=True)
class Place:
    """The servers, and what is published to them."""

    settings: dict[str, str]
    folder: Path
    letters: Letters
    database: str
    listener: Listener

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a runner."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | self.settings | {"DATABASE_URL": self.database, "TMPDIR": str(self.folder)}

    @property
    def log(self) -> Path:
        """What the runners say."""
        return self.folder / "log"

    def publish(self, name: str = EXAMPLES[0]) -> tuple[str, float]:
        """Publish the job of a drawing; its id, and when that was."""
        job = secrets.token_hex(6)
        now = time.monotonic()
        self.letters.job(job, file_path=f"in/{name}")
        return job, now

    def published(self, count: int) -> list[float]:
        """Publish some jobs and wait; of each the seconds until it was heard that it is completed."""
        jobs = dict(self.publish() for _ in range(count))
        self.done(*jobs)
        return [self.listener.heard[job] - begin for job, begin in jobs.items()]

    def consumed_by(self, count: int) -> None:
        """Wait until so many runners listen."""
        eventually(lambda: (depth(self.letters.broker, queue("dxf")) or (0, 0))[1] == count, _PATIENCE)

    def claimed_at(self, job: str) -> float:
        """When a job was claimed, by the clock of the machine."""
        with closing(Database(self.database)) as database:
            row = Ledger(database).show(job)
        assert row is not None
        claimed: datetime = row["claimed_at"]
        return claimed.timestamp()

    def done(self, *jobs: str) -> None:
        """Wait until these are completed."""
        heard = self.listener.heard
        eventually(lambda: all(job in heard for job in jobs), _PATIENCE)

    def program(self, pipeline: str, *arguments: str) -> tuple[Runner, Path]:
        """A runner with a pipeline that does nothing, and the file in which it tells its times."""
        times = self.folder / f"times-{secrets.token_hex(4)}"
        command = (sys.executable, "-m", "tests.bench.messages_program", pipeline, str(times))
        return Runner(self, command, *arguments), times


@contextmanager
def place() -> Iterator[tuple[Place, dict[str, str]]]:
    """Private servers, and what they are. Raises ``Unavailable``."""
    with ExitStack() as stack:
        found = {kind: stack.enter_context(Keeper(kind)) for kind in ("rabbitmq", "postgres", "s3")}
        services = {kind: keeper.service() for kind, keeper in found.items()}
        settings = {name: value for each in services.values() for name, value in each.settings.items()}
        settings["MINIO_BUCKET"] = "bench"
        stack.enter_context(bucket(settings))
        for name in EXAMPLES:
            body = (ROOT / "examples" / name).read_bytes()
            client(settings).put_object(Bucket="bench", Key=f"in/{name}", Body=body, ContentType="image/vnd.dxf")
        databases = stack.enter_context(Databases(settings["DATABASE_URL"]))
        url = stack.enter_context(databases.fresh(migrated))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        letters = Letters(settings["RABBITMQ_URL"], Topology())
        stack.callback(letters.broker.close)
        listener = Listener(settings["RABBITMQ_URL"])
        stack.enter_context(listener.listening())
        yield Place(settings, folder, letters, url, listener), {kind: each.how for kind, each in services.items()}
