"""``migrate``, ``jobs`` and ``sweep``, as their users call them."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pika
import pytest

from runner.amqp import topology
from runner.amqp.connection import Broker as Connection
from runner.amqp.topology import Topology
from runner.cli import AGAIN, CONFIG, DATA, USAGE, main, tables
from runner.outcome import Failure
from runner.postgres.jobs import PostgresJobs
from runner.postgres.migrations import migrations
from runner.postgres.queries import Query
from runner.protocols import Claim, JobRequest, JobState, Settled, Standing

if TYPE_CHECKING:
    from runner.postgres.database import Database
    from tests.services.fixtures import Broker

FAILURE = Failure("child_crashed", "It crashed\x1b[31m\nbadly.", "Try again.")


class Terminal:
    """Calls commands, and reads what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.err = ""

    def __call__(self, *arguments: str, code: int = 0) -> str:
        assert main(list(arguments)) == code
        out, self.err = self._capsys.readouterr()
        return out

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", code=code))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal where nothing is set."""
    for name in ("DATABASE_URL", "RABBITMQ_URL", "MINIO_ENDPOINT", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    return Terminal(capsys)


@pytest.fixture
def jobs(run: Terminal, database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> PostgresJobs:
    """The job store that the commands look at."""
    assert run.err == ""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return PostgresJobs(database)


def claim(jobs: PostgresJobs, job: str, owner: str | None = None, lease: float = 60, **message: object) -> Claim:
    body = json.dumps({"job_id": job, "file_path": f"in/{job}.dxf"} | message)
    request = JobRequest(job_id=job, kind="dxf", fingerprint="f", message=body)
    claim = jobs.claim(request, owner=owner or f"host:1:{job}", lease=lease, attempts=4)
    assert isinstance(claim, Claim)
    return claim


def test_a_schema_is_checked_made_and_checked_again(
    run: Terminal, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    out = run("migrate", "--check", code=AGAIN)
    assert re.fullmatch(r"(missing \d{4} \w+\n)+The schema is out of date. Run `cad-runner migrate`.\n", out)
    assert re.fullmatch(r"(applied \d{4} \w+\n)+The schema is up to date, at migration \d.\n", run("migrate"))
    assert re.fullmatch(r"The schema is up to date, at migration \d.\n", run("migrate"))
    assert re.fullmatch(r"The schema is up to date, at migration \d.\n", run("migrate", "--check"))


def test_a_newer_schema_is_up_to_date(run: Terminal, jobs: PostgresJobs) -> None:
    newer = "INSERT INTO cad_runner.migrations SELECT max(number) + 1, 'x', 'y' FROM cad_runner.migrations"
    jobs.database.run(Query("test", "-", newer))
    assert "1 more than this version knows" in run("migrate", "--check")
    assert run.json("migrate") == {"migration": len(migrations()) + 1, "applied": [], "missing": [], "newer": 1}


def test_a_schema_of_another_making_is_refused(run: Terminal, jobs: PostgresJobs) -> None:
    jobs.database.run(Query("test", "-", "UPDATE cad_runner.migrations SET checksum = 'x' WHERE number = 1"))
    run("migrate", code=DATA)
    assert run.err.startswith("Error: Migration 1 (jobs) of the database is not the one of this program. Use ")


def test_without_a_database_nothing_is_made(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    run("migrate", code=CONFIG)
    assert run.err.startswith("Error: DATABASE_URL is not set.")
    monkeypatch.setenv("DATABASE_URL", "postgresql://cad:s3cret@127.0.0.1:1/cadviewer")
    run("migrate", code=AGAIN)
    assert run.err.startswith("Error: The database can't be reached: ")
    assert run.err.count("\n") == 1
    assert "s3cret" not in run.err


def test_jobs_are_listed_as_a_table(run: Terminal, jobs: PostgresJobs) -> None:
    held = claim(jobs, "running")
    jobs.renew(held, lease=60, stage="walls", share=0.256)
    jobs.fail(claim(jobs, "벽"), FAILURE, dead=True)
    claim(jobs, "expired", lease=0)
    lines = run("jobs", "ls").splitlines()
    assert lines[0].split() == ["job", "kind", "state", "attempt", "age", "stands", "file"]
    assert [line.split()[:4] for line in lines[1:]] == [
        ["expired", "dxf", "running", "1"],
        ["벽", "dxf", "dead", "1"],
        ["running", "dxf", "running", "1"],
    ]
    assert "no sign for 0s" in lines[1]
    assert "child_crashed" in lines[2]
    assert "walls 26%" in lines[3]
    assert lines[3].endswith("in/running.dxf")
    places = {tables._width(line[: line.index("dxf")]) for line in lines[1:]}
    assert len(places) == 1


def test_jobs_are_listed_as_json(run: Terminal, jobs: PostgresJobs) -> None:
    jobs.fail(claim(jobs, "j1", tenant="acme"), FAILURE, dead=True)
    claim(jobs, "j2")
    assert [job["job_id"] for job in run.json("jobs", "ls")] == ["j2", "j1"]
    (job,) = run.json("jobs", "ls", "--state", "dead", "--tenant", "acme", "--code", "child_crashed", "--since", "1h")
    assert (job["job_id"], job["code"], job["attempt"]) == ("j1", "child_crashed", 1)
    assert datetime.now(UTC) - datetime.fromisoformat(job["created_at"]) < timedelta(minutes=5)
    assert run.json("jobs", "ls", "--kind", "pdf") == []
    assert run.json("jobs", "ls", "--limit", "1")[0]["job_id"] == "j2"
    assert run("jobs", "ls", "--kind", "pdf") == ""
    assert run.err == "There are no such jobs.\n"
    run("jobs", "ls", "--state", "lost", code=USAGE)


def test_a_job_is_shown_with_its_attempts(run: Terminal, jobs: PostgresJobs) -> None:
    jobs.retry(claim(jobs, "j1", "host:1:a", tenant="acme"), FAILURE, charged=True)
    claim(jobs, "j1", "host:2:b")
    jobs.cancel("j1", who="ann@desk", why="wrong\nfloor")
    out = run("jobs", "show", "j1")
    for line in (
        "  state          running",
        "  tenant         acme",
        "  runner         host:2:b",
        "  file           in/j1.dxf",
        "  attempts       2 that count, 2 in all",
        "  progress       begins, 0%, asked to stop",
        "  last error     child_crashed: It crashed [31m badly. Try again.",
    ):
        assert line in out.splitlines()
    assert re.search(
        r"\n1 +\S+ \S+ UTC +0s +retried +child_crashed +host:1:a\n2 +\S+ \S+ UTC +0s +runs +host:2:b\n", out
    )
    assert re.search(r"UTC +ann@desk +cancel +wrong floor\n$", out)
    shown = run.json("jobs", "show", "j1")
    assert [each["outcome"] for each in shown["attempts"]] == ["retried", None]
    assert shown["audit"][0]["why"] == "wrong\nfloor"
    assert run("jobs", "show", "none", code=DATA) == ""
    assert run.err == "There is no job 'none'.\n"


def test_jobs_are_cancelled_and_it_is_written_down(run: Terminal, jobs: PostgresJobs) -> None:
    held = claim(jobs, "running")
    jobs.retry(claim(jobs, "waiting"), FAILURE, charged=True)
    out = run("jobs", "cancel", "running", "waiting", "--why", "wrong drawing")
    assert out == "running: Runs; its runner stops within seconds.\nwaiting: Is cancelled.\n"
    assert jobs.renew(held, lease=60, stage="x", share=0) is Standing.CANCELLED
    assert run("jobs", "cancel", "waiting", "none", code=DATA) == (
        "waiting: Is cancelled already.\nnone: There is no such job. If its message waits to be taken, add --ahead.\n"
    )
    (note,) = run.json("jobs", "show", "waiting")["audit"]
    assert (note["action"], note["why"], note["state"]) == ("cancel", "wrong drawing", "waiting")
    assert "@" in note["who"]
    assert run.json("jobs", "cancel", "none", code=DATA) == [{"job_id": "none", "before": None}]


def test_a_job_is_cancelled_before_a_runner_takes_it(run: Terminal, jobs: PostgresJobs) -> None:
    held = claim(jobs, "running")
    assert run("jobs", "cancel", "queued", "running", "--ahead", "--why", "typo") == (
        "queued: Is cancelled.\nrunning: Runs; its runner stops within seconds.\n"
    )
    request = JobRequest(job_id="queued", kind="dxf", fingerprint="any", message="{}")
    settled = jobs.claim(request, owner="a", lease=60, attempts=4)
    assert isinstance(settled, Settled)
    assert settled.state is JobState.CANCELLED
    assert jobs.renew(held, lease=60, stage="x", share=0) is Standing.CANCELLED
    (note,) = run.json("jobs", "show", "queued")["audit"]
    assert (note["action"], note["why"]) == ("cancel", "typo")
    assert "Is cancelled already." in run("jobs", "cancel", "queued", "--ahead", code=DATA)


@pytest.fixture
def queues(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Broker:
    """A broker with all queues, which the commands use; and an object store that they never ask."""
    with closing(Connection(broker.url)) as connection:
        topology.declare(connection, Topology(), whole=True)
    monkeypatch.setenv("RABBITMQ_URL", broker.url)
    monkeypatch.setenv("MINIO_ENDPOINT", "http://127.0.0.1:1")
    return broker


def published(broker: Broker) -> list[Any]:
    """What is in the queue of drawings."""
    connection = pika.BlockingConnection(pika.URLParameters(broker.url))
    channel = connection.channel()
    found = []
    while (answer := channel.basic_get("dxf_queue", auto_ack=True))[0] is not None:
        assert answer[2] is not None
        found.append(json.loads(answer[2]))
    connection.close()
    return found


def test_jobs_are_retried_with_all_their_attempts(run: Terminal, jobs: PostgresJobs, queues: Broker) -> None:
    jobs.fail(claim(jobs, "j1", tenant="벽"), FAILURE, dead=True)
    held = claim(jobs, "j2")
    assert run("jobs", "retry", "j1", "--why", "mended") == "j1: Was dead, begins anew.\n"
    assert published(queues) == [{"job_id": "j1", "file_path": "in/j1.dxf", "tenant": "벽"}]
    assert claim(jobs, "j1", "again").attempt == 1
    out = run("jobs", "retry", "j2", "none", code=DATA)
    assert out == "j2: Is running; only what failed, died or was cancelled is retried.\nnone: There is no such job.\n"
    jobs.fail(held, FAILURE, dead=False)
    (told,) = run.json("jobs", "retry", "j2")
    assert (told["job_id"], told["retried"], told["published"], told["before"]) == ("j2", True, True, "failed")
    assert len(published(queues)) == 1


def test_what_can_t_be_published_goes_out_with_the_next_sweep(
    run: Terminal, jobs: PostgresJobs, queues: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.fail(claim(jobs, "j1"), FAILURE, dead=True)
    monkeypatch.setenv("RABBITMQ_URL", "amqp://127.0.0.1:1")
    assert "j1: Begins anew with the next `cad-runner sweep`" in run("jobs", "retry", "j1")
    run("sweep", code=AGAIN)
    assert run.err.startswith("broker_unavailable: ")
    monkeypatch.setenv("RABBITMQ_URL", queues.url)
    assert run("sweep") == "published j1\n1 published, 0 objects and 0 rows deleted\n"
    assert [message["job_id"] for message in published(queues)] == ["j1"]
    swept = {"alone": True, "published": [], "deleted": 0, "forgotten": 0, "outages": []}
    assert run.json("sweep") == swept


def test_a_lost_message_is_published_but_not_while_others_wait(
    run: Terminal, jobs: PostgresJobs, queues: Broker
) -> None:
    for job in ("j1", "j2"):
        jobs.retry(claim(jobs, job), FAILURE, charged=True)
    hour = "UPDATE cad_runner.jobs SET updated_at = updated_at - interval '1 hour'"
    jobs.database.run(Query("test", "-", hour))
    assert run("sweep").startswith("published j1\npublished j2\n2 published")
    later = f"{hour}, swept_at = swept_at - interval '1 hour'"
    jobs.database.run(Query("test", "-", later))
    assert run.json("sweep")["published"] == []
    assert len(published(queues)) == 2
    assert run.json("sweep")["published"] == ["j1", "j2"]


def test_a_database_without_a_schema_names_the_remedy(
    run: Terminal, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    run("jobs", "ls", code=AGAIN)
    assert run.err.endswith("Run `cad-runner migrate`.\n")


def test_times_are_told_in_their_largest_unit() -> None:
    assert [tables.span(seconds) for seconds in (-1, 0, 59.9, 60, 3599, 7200, 200_000)] == [
        *("0s", "0s", "59s", "1m", "59m", "2h", "2d")
    ]


def test_no_letter_of_a_cell_breaks_a_line() -> None:
    assert tables.printable("a\x1b[2Jb\r\nc\u202ed") == "a [2Jb c d"
