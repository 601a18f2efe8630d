"""What the suite of job stores can't show: several processes, cuts, restarts, and what stands on the rows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.errors import DatabaseUnavailable
from runner.outcome import Artifact, Failure, Result
from runner.postgres.database import Database
from runner.postgres.jobs import PostgresJobs
from runner.postgres.ledger import Ledger, Mark
from runner.postgres.migrations import migrate
from runner.postgres.queries import Query
from runner.postgres.values import text
from runner.protocols import Claim, JobRequest, JobState, Settled, Standing

if TYPE_CHECKING:
    from runner.protocols import Answer
    from tests.services.finding import Keeper, Service
    from tests.services.proxy import Proxy

ROOT = Path(__file__).parents[2]
AT = datetime(2024, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
FAILURE = Failure("child_crashed", "It crashed.", "Try again.", "trace", AT)
MODEL = Artifact(name="model.glb", path="r/model.glb", size=4, checksum="sha256:" + "0" * 64, content_type="x/y")
SUMMARY = {"walls": 7, "source_bytes": 8, "bytes": 4, "peak_memory": 9, "timings": {"read": 0.5}}
RESULT = Result(artifacts=(MODEL,), summary=SUMMARY, at=AT)
Ending = Callable[[PostgresJobs, Claim], bool]
MESSAGE = '{"job_id": "j1", "file_path": "a.dxf", "tenant": "acme", "traceparent": "00-1-2-01"}'


@pytest.fixture
def jobs(database: Database) -> PostgresJobs:
    """An empty job store."""
    return PostgresJobs(database)


def ask(jobs: PostgresJobs, owner: str, *, lease: float = 60, job: str = "j1", message: str = MESSAGE) -> Answer:
    request = JobRequest(job_id=job, kind="dxf", fingerprint="f", message=message)
    return jobs.claim(request, owner=owner, lease=lease, attempts=4)


def claimed(jobs: PostgresJobs, owner: str, *, lease: float = 60, job: str = "j1") -> Claim:
    answer = ask(jobs, owner, lease=lease, job=job)
    assert isinstance(answer, Claim)
    return answer


def rows(jobs: PostgresJobs, statement: str, **values: object) -> list[dict[str, Any]]:
    return jobs.database.run(Query("test", "-", statement), **values)


def job(jobs: PostgresJobs) -> dict[str, Any]:
    return rows(jobs, "SELECT * FROM cad_runner.jobs")[0]


def test_a_row_knows_its_message_and_its_claim(jobs: PostgresJobs) -> None:
    claimed(jobs, "a")
    row = job(jobs)
    assert (row["tenant"], row["traceparent"], row["kind"]) == ("acme", "00-1-2-01", "dxf")
    assert row["message"]["file_path"] == "a.dxf"
    assert (row["state"], row["attempt"], row["runs"], row["owner"]) == ("running", 1, 1, "a")
    assert 59 < (row["lease_until"] - row["claimed_at"]).total_seconds() < 61


def test_a_row_knows_its_result(jobs: PostgresJobs) -> None:
    claim = claimed(jobs, "a")
    jobs.renew(claim, lease=60, stage="walls", share=0.25)
    assert (job(jobs)["stage"], job(jobs)["share"]) == ("walls", 0.25)
    assert jobs.complete(claim, RESULT)
    row = job(jobs)
    assert (row["state"], row["result_path"], row["owner"]) == ("completed", "r/model.glb", None)
    assert row["settled_at"] >= row["claimed_at"]


def test_a_row_knows_its_first_failure_and_its_last(jobs: PostgresJobs) -> None:
    for number, code in enumerate(["memory_limit", "child_crashed", "time_limit"]):
        jobs.retry(claimed(jobs, f"a{number}"), replace(FAILURE, code=code), charged=True)
    jobs.retry(claimed(jobs, "b"), replace(FAILURE, code="stopping"), charged=False)
    row = job(jobs)
    assert (row["first_failure"]["code"], row["failure"]["code"]) == ("memory_limit", "time_limit")
    assert (row["attempt"], row["runs"]) == (3, 4)


def test_every_attempt_is_written_down_with_how_it_ended(jobs: PostgresJobs) -> None:
    claimed(jobs, "a", lease=0)
    jobs.retry(claimed(jobs, "b"), FAILURE, charged=True)
    jobs.retry(claimed(jobs, "c"), replace(FAILURE, code="store_unavailable"), charged=False)
    jobs.complete(claimed(jobs, "d"), RESULT)
    attempts = rows(jobs, "SELECT *, failure ->> 'code' AS code FROM cad_runner.attempts ORDER BY number")
    assert [(each["attempt"], each["owner"], each["outcome"], each["code"]) for each in attempts] == [
        (1, "a", "vanished", None),
        (2, "b", "retried", "child_crashed"),
        (3, "c", "released", "store_unavailable"),
        (3, "d", "completed", None),
    ]
    last = attempts[3]
    assert last["seconds"] == {"read": 0.5}
    assert (last["source_bytes"], last["bytes"], last["peak_memory"]) == (8, 4, 9)
    assert all(each["started_at"] <= each["ended_at"] for each in attempts)


def test_a_job_that_is_given_up_closes_its_last_attempt(jobs: PostgresJobs) -> None:
    for number in range(4):
        claimed(jobs, f"a{number}", lease=0)
    assert isinstance(ask(jobs, "b"), Settled)
    outcomes = rows(jobs, "SELECT outcome FROM cad_runner.attempts")
    assert [each["outcome"] for each in outcomes] == ["vanished"] * 4
    assert job(jobs)["first_failure"]["code"] == "attempts_exhausted"


def test_a_reader_of_attempts_gets_each_once_also_while_others_write(jobs: PostgresJobs, database_url: str) -> None:
    seen: list[int] = []
    marks = [Mark()]

    def read() -> None:
        for row in Ledger(jobs.database).ended(marks[-1], limit=3):
            seen.append(row["number"])
            marks.append(Mark.after(row))

    for number in range(3):
        jobs.complete(claimed(jobs, f"a{number}", job=f"j{number}"), RESULT)
    with psycopg.connect(database_url) as slow:
        late = claimed(jobs, "late", job="late")
        ended = (
            "UPDATE cad_runner.attempts SET outcome = 'vanished', ended_at = now(), ended_in = pg_current_xact_id()"
            " WHERE owner = %s"
        )
        slow.execute(ended, [late.owner])
        jobs.complete(claimed(jobs, "b", job="j9"), RESULT)
        read()
        read()
        assert len(seen) == 3
    while len(seen) < 5:
        read()
    read()
    assert len(seen) == len(set(seen)) == 5


RACER = """
import sys
from runner.postgres.database import Database
from runner.postgres.jobs import PostgresJobs
from runner.protocols import JobRequest
url, owner = sys.argv[1:]
jobs = PostgresJobs(Database(url))
print(type(jobs.cancel("none")).__name__, flush=True)
for line in sys.stdin:
    request = JobRequest(job_id=line.strip(), kind="dxf", fingerprint="f", message="{}")
    print(type(jobs.claim(request, owner=f"{owner}-{line.strip()}", lease=60, attempts=4)).__name__, flush=True)
"""


def test_of_two_processes_one_gets_the_job(database_url: str) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, database_url, owner],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for owner in "ab"
    ]

    def said(racer: subprocess.Popen[str]) -> str:
        assert racer.stdout
        return racer.stdout.readline().strip()

    assert [said(racer) for racer in racers] == ["NoneType"] * 2
    for number in range(30):
        for racer in racers:
            assert racer.stdin
            racer.stdin.write(f"j{number}\n")
            racer.stdin.flush()
        assert sorted(said(racer) for racer in racers) == ["Busy", "Claim"]
    for racer in racers:
        racer.communicate()


def test_a_runner_that_wakes_up_too_late_writes_nothing(jobs: PostgresJobs, database_url: str) -> None:
    with closing(Database(database_url)) as database:
        sleeper = PostgresJobs(database)
        old = claimed(sleeper, "old", lease=0)
        new = claimed(jobs, "new")
        before = job(jobs)
        assert sleeper.renew(old, lease=1000, stage="x", share=1) is Standing.LOST
        assert not sleeper.complete(old, RESULT)
        assert not sleeper.fail(old, FAILURE, dead=True)
        assert not sleeper.retry(old, FAILURE, charged=False)
        assert not sleeper.cancelled(old)
        assert job(jobs) == before
        assert jobs.complete(new, RESULT)


def test_a_cancelled_runner_hears_of_it_from_another_process(jobs: PostgresJobs, database_url: str) -> None:
    claim = claimed(jobs, "a")
    with closing(Database(database_url)) as database:
        assert PostgresJobs(database).cancel("j1", who="ann", why="wrong drawing") is JobState.RUNNING
    assert jobs.renew(claim, lease=60, stage="x", share=0) is Standing.CANCELLED
    audit = rows(jobs, "SELECT who, action, why, job_id, state FROM cad_runner.audit")
    assert audit == [{"who": "ann", "action": "cancel", "why": "wrong drawing", "job_id": "j1", "state": "running"}]


def test_a_claim_whose_answer_was_lost_is_still_the_claim(jobs: PostgresJobs) -> None:
    first = claimed(jobs, "a")
    assert ask(jobs, "a") == first
    assert job(jobs)["runs"] == 1


def test_a_connection_that_is_cut_between_two_calls_is_made_anew(
    database_url: str, proxy: Callable[[str], tuple[str, Proxy]]
) -> None:
    url, between = proxy(database_url)
    with closing(Database(url)) as database:
        jobs = PostgresJobs(database, insist=0)
        claim = claimed(jobs, "a")
        between.cut()
        assert jobs.renew(claim, lease=60, stage="x", share=0) is Standing.HELD
        between.refuse()
        with pytest.raises(DatabaseUnavailable):
            jobs.complete(claim, RESULT)
        between.heal()
        assert jobs.complete(claim, RESULT)


def test_a_result_whose_answer_was_lost_is_stored(
    jobs: PostgresJobs, database_url: str, proxy: Callable[[str], tuple[str, Proxy]]
) -> None:
    url, between = proxy(database_url)
    with closing(Database(url)) as far:
        claim = claimed(PostgresJobs(far), "a")
        between.delay(1.0)
        held: list[bool] = []
        runner = threading.Thread(target=lambda: held.append(PostgresJobs(far).complete(claim, RESULT)))
        runner.start()
        while job(jobs)["state"] != "completed":
            pass
        # Its answer is on the way.
        between.cut()
        between.heal()
        runner.join(30)
    assert held == [True]
    assert between.connections == 2
    assert isinstance(ask(jobs, "b"), Settled)


def test_a_server_that_restarts_between_two_calls_is_not_noticed(own: Callable[[str], tuple[Service, Keeper]]) -> None:
    server, keeper = own("postgres")
    with closing(Database(server.settings["DATABASE_URL"])) as database:
        list(migrate(database))
        jobs = PostgresJobs(database, insist=0)
        claim = claimed(jobs, "a")
        keeper.stop()
        with pytest.raises(DatabaseUnavailable, match="can't be reached"):
            jobs.complete(claim, RESULT)
        keeper.start()
        assert jobs.renew(claim, lease=60, stage="x", share=0) is Standing.HELD
        keeper.stop()
        keeper.start()
        assert jobs.complete(claim, RESULT)


def test_a_result_is_offered_until_the_database_is_back(
    database_url: str, proxy: Callable[[str], tuple[str, Proxy]]
) -> None:
    url, between = proxy(database_url)
    with closing(Database(url)) as database:
        jobs = PostgresJobs(database, insist=60)
        claims = [claimed(jobs, f"a{number}", job=f"j{number}") for number in range(2)]
        for claim, end in zip(claims, ENDS, strict=True):
            between.refuse()
            refused, held = between.connections, list[bool]()
            runner = threading.Thread(target=_call, args=(end, jobs, claim, held))
            runner.start()
            while between.connections < refused + 2:
                pass
            between.heal()
            runner.join(30)
            assert held == [True]


def _call(end: Ending, jobs: PostgresJobs, claim: Claim, held: list[bool]) -> None:
    held.append(end(jobs, claim))


ENDS: list[Ending] = [
    lambda jobs, claim: jobs.complete(claim, RESULT),
    lambda jobs, claim: jobs.fail(claim, FAILURE, dead=True),
]


def test_a_runner_that_is_told_to_stop_does_not_wait_for_a_database_that_is_away(
    database_url: str, proxy: Callable[[str], tuple[str, Proxy]]
) -> None:
    url, between = proxy(database_url)
    with closing(Database(url)) as database:
        jobs = PostgresJobs(database, insist=3600)
        claim = claimed(jobs, "a")
        between.refuse()
        with pytest.raises(DatabaseUnavailable):
            jobs.retry(claim, FAILURE, charged=False)
        with pytest.raises(DatabaseUnavailable):
            jobs.cancelled(claim)


def test_whatever_a_drawing_says_goes_on_a_row_and_comes_back(jobs: PostgresJobs) -> None:
    wild = st.text(st.characters(exclude_categories=()), max_size=20)

    @settings(max_examples=50, deadline=None)
    @given(wild, wild, st.dictionaries(wild, wild | st.floats() | st.lists(wild), max_size=3))
    def check(one: str, two: str, summary: dict[str, Any]) -> None:
        names = iter(range(10_000))
        jobs.database.run(Query("test", "-", "DELETE FROM cad_runner.jobs"))
        message = json.dumps({"job_id": "j1", "tenant": one})
        first = ask(jobs, f"o{next(names)}", message=message)
        assert isinstance(first, Claim)
        jobs.renew(first, lease=60, stage=two, share=0.5)
        jobs.retry(first, Failure(one, two, one, two, AT), charged=True)
        second = ask(jobs, f"o{next(names)}", message=message)
        assert isinstance(second, Claim)
        assert second.previous == text(one)
        assert jobs.complete(second, replace(RESULT, summary=summary))
        settled = ask(jobs, "b", message=message)
        assert isinstance(settled, Settled)
        assert settled.result is not None
        assert settled.result.summary.keys() == {text(key) for key in summary}

    check()


@pytest.mark.parametrize("clean", ["", "plain", "벽체 🏠", 'a\nb\t"\\'])
def test_text_that_the_database_takes_stays_as_it_is(clean: str) -> None:
    assert text(clean) == clean


@pytest.mark.parametrize("level", ["read committed", "repeatable read", "serializable"])
def test_the_isolation_that_a_database_is_set_to_does_not_matter(
    level: str, database: Database, database_url: str
) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    database.script(f"ALTER DATABASE {name} SET default_transaction_isolation = '{level}'")
    database.close()
    jobs = PostgresJobs(database)
    answers: list[Answer] = []
    start = threading.Barrier(4)

    def runner(number: int) -> None:
        with closing(Database(database_url)) as own:
            start.wait()
            answers.append(ask(PostgresJobs(own), f"r{number}"))

    runners = [threading.Thread(target=runner, args=(number,)) for number in range(4)]
    for each in runners:
        each.start()
    for each in runners:
        each.join()
    assert sorted(type(answer).__name__ for answer in answers) == ["Busy"] * 3 + ["Claim"]
    assert job(jobs)["runs"] == 1


def test_a_sign_of_life_changes_no_index(jobs: PostgresJobs) -> None:
    """So that it is written in place, and a long conversion leaves no trail of dead entries."""
    claim = claimed(jobs, "a")
    before = job(jobs)
    jobs.renew(claim, lease=600, stage="x", share=0.5)
    after = job(jobs)
    changed = {name for name, value in after.items() if value != before[name]}
    assert changed == {"lease_until", "stage", "share", "updated_at"}
    indexes = rows(jobs, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'cad_runner' AND tablename = 'jobs'")
    used = set(re.findall(r"\w+", " ".join(each["indexdef"].partition("USING")[2] for each in indexes)))
    assert not changed & used
    assert {"state", "created_at"} <= used
