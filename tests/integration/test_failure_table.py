"""Every row of the failure table, each by causing the failure: see docs/reference/failures.md."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from runner.circuit import Rule
from runner.contract import parse
from runner.outcome import Completed, Rejected, Released, Retry, Superseded, Withdrawn
from runner.postgres.circuits import PostgresCircuits
from runner.postgres.database import Database
from runner.postgres.jobs import PostgresJobs
from runner.postgres.ledger import Which
from runner.protocols import Claim, JobRequest, JobState
from runner.s3 import Patience
from runner.sandbox.converter import Limits
from runner.worker import AGAIN, SETTLED, Stop
from tests.integration.place import LEASE, Place, Runner, hung_up, migrated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.outcome import Result
    from tests.services.finding import Keeper, Service
    from tests.services.postgres_databases import Databases
    from tests.services.proxy import Proxy

Between = Callable[[str], tuple[str, "Proxy"]]
QUICK = Patience(connect=2, answer=2, attempts=1)


def claimed(place: Place, job_id: str, *, lease: float, does: str = "works") -> Claim:
    """A claim of another runner, which is silent from then on."""
    message = parse(f'{{"job_id": "{job_id}", "file_path": "in/{does}.dxf"}}'.encode())
    request = JobRequest(
        job_id=job_id, kind="dxf", fingerprint=message.fingerprint, message=message.model_dump_json(exclude_none=True)
    )
    claim = PostgresJobs(place.database).claim(request, owner=secrets.token_hex(4), lease=lease, attempts=4)
    assert isinstance(claim, Claim)
    return claim


# The straight path, and an empty queue


def test_a_job_is_done_and_everything_says_so(place: Place) -> None:
    place.job("j1")
    runner = place.runner()
    assert runner.once() == SETTLED
    assert isinstance(runner.outcome, Completed)
    assert (place.row("j1")["state"], place.row("j1")["attempt"]) == ("completed", 1)
    assert place.told("j1") == ["started", "completed"]
    place.comes_to({})
    found = place.store().find("results/j1/model.glb")
    assert found is not None
    assert place.row("j1")["result"]["artifacts"][-1]["checksum"] == found.checksum


def test_an_empty_queue_ends_well(place: Place) -> None:
    assert place.runner().once(0.5) == SETTLED


# What is no job


@pytest.mark.parametrize("body", [b"not json", b'{"job_id": 7}', b'{"job_id": "j", "file_path": "a", "version": 2}'])
def test_what_is_no_job_is_a_dead_letter_and_nothing_of_it_is_lost(place: Place, body: bytes) -> None:
    place.letters.send(body, headers={"theirs": "1"})
    runner = place.runner()
    assert runner.once() == SETTLED
    found, properties = place.letters.await_in("dxf_dlq")
    assert found == body
    assert properties.headers
    assert (properties.headers["x-error-code"], properties.headers["theirs"]) == ("invalid_message", "1")
    assert place.heard() == []


def test_a_job_id_for_other_content_is_a_dead_letter(place: Place) -> None:
    place.job("j1")
    place.runner().once()
    place.job("j1", "refuses")
    place.runner().once()
    _, properties = place.letters.await_in("dxf_dlq")
    assert properties.headers
    assert properties.headers["x-error-code"] == "job_conflict"
    assert place.row("j1")["state"] == "completed"


# Twice the same


def test_a_completed_job_is_told_again_and_not_done_again(place: Place) -> None:
    place.job("j1")
    place.job("j1")
    place.runner().once()
    runner = place.runner()
    assert runner.once() == SETTLED
    assert isinstance(runner.outcome, Completed)
    assert runner.outcome.repeated
    first, second = (each for each in place.heard() if each["type"] == "job.completed")
    assert first == second
    assert place.row("j1")["runs"] == 1


def test_two_runners_with_one_job_do_it_once(place: Place) -> None:
    place.job("j1", "dawdles")
    place.job("j1", "dawdles")
    second = place.runner()
    codes: list[int] = []

    def meanwhile(_stage: str, _share: float) -> None:
        if not codes:
            codes.append(second.once())

    first = place.runner(watch=meanwhile)
    assert first.once() == SETTLED
    assert codes == [SETTLED]
    assert isinstance(first.outcome, Completed)
    busy = second.outcome
    assert isinstance(busy, Retry)
    assert (busy.failure.code, busy.charged) == ("busy", False)
    third = place.runner()
    assert third.once() == SETTLED
    assert isinstance(third.outcome, Completed)
    assert third.outcome.repeated
    assert place.row("j1")["runs"] == 1
    place.comes_to({})


def test_a_job_under_a_live_lease_waits_in_a_retry_queue_uncharged(place: Place) -> None:
    claimed(place, "j1", lease=100)
    place.job("j1")
    runner = place.runner()
    assert runner.once() == SETTLED
    assert isinstance(runner.outcome, Retry)
    assert place.row("j1")["attempt"] == 1
    # Only for a second: then it is back.
    place.comes_to({"dxf_queue": 1})


# Used up


def test_a_drawing_that_kills_its_runner_is_tried_four_times_and_never_a_fifth(place: Place) -> None:
    for number in range(1, 5):
        assert claimed(place, "j1", lease=0.01).attempt == number
        time.sleep(0.05)
    place.job("j1")
    runner = place.runner()
    assert runner.once() == SETTLED
    assert isinstance(runner.outcome, Rejected)
    _, properties = place.letters.await_in("dxf_dlq")
    assert properties.headers
    assert (properties.headers["x-error-code"], properties.headers["x-attempt"]) == ("attempts_exhausted", 4)
    assert (place.row("j1")["state"], place.row("j1")["attempt"], place.row("j1")["runs"]) == ("dead", 4, 4)
    assert place.told("j1") == ["dead"]


@pytest.mark.parametrize("does", ["is_killed", "says_farewell", "exits", "raises"])
def test_a_crash_is_tried_four_times_with_pauses_and_is_then_a_dead_letter(place: Place, does: str) -> None:
    place.job("j1", does)
    runners = [place.runner() for _ in range(4)]
    assert [each.once(20) for each in runners] == [SETTLED] * 4
    retries = [each.outcome for each in runners[:3]]
    assert [each.delay for each in retries if isinstance(each, Retry)] == [1, 2, 3]
    last = runners[3].outcome
    code = "unexpected_error" if does == "raises" else "child_crashed"
    assert isinstance(last, Rejected)
    assert (last.failure.code, last.dead_letter, last.attempt) == (code, True, 4)
    _, properties = place.letters.await_in("dxf_dlq")
    assert properties.headers
    assert (properties.headers["x-error-code"], properties.headers["x-attempt"]) == (code, 4)
    assert str(properties.headers["x-first-error"]).startswith(code)
    assert place.row("j1")["state"] == "dead"
    assert place.told("j1") == ["started"] * 4 + ["dead"]
    place.comes_to({})


# Limits


@pytest.mark.parametrize(
    ("does", "limits", "code"),
    [
        ("sleeps", Limits(soft_seconds=1, hard_seconds=20), "time_limit"),
        ("is_deaf", Limits(soft_seconds=0.5, hard_seconds=1), "time_limit"),
        ("devours", Limits(memory=300_000_000), "memory_limit"),
    ],
)
def test_a_limit_is_tried_once_more_and_is_then_a_dead_letter(
    place: Place, does: str, limits: Limits, code: str
) -> None:
    place.job("j1", does)
    first, second = place.runner(limits=limits), place.runner(limits=limits)
    assert first.once() == second.once(20) == SETTLED
    assert isinstance(first.outcome, Retry)
    assert (first.outcome.failure.code, first.outcome.charged) == (code, True)
    assert isinstance(second.outcome, Rejected)
    assert (place.row("j1")["state"], place.row("j1")["attempt"]) == ("dead", 2)
    place.comes_to({"dxf_dlq": 1})


# The drawing's own fault


@pytest.mark.parametrize(
    ("does", "changes", "code"),
    [
        ("refuses", {}, "nothing_drawable"),
        ("works", {"file_path": "in/nothing.dxf"}, "source_missing"),
        ("works", {"checksum": "sha256:" + "0" * 64}, "checksum_mismatch"),
        ("works", {"size": 1}, "checksum_mismatch"),
    ],
)
def test_the_drawings_own_fault_fails_the_job_at_once_and_is_no_dead_letter(
    place: Place, does: str, changes: dict[str, Any], code: str
) -> None:
    place.job("j1", does, **changes)
    assert place.runner().once() == SETTLED
    row = place.row("j1")
    assert (row["state"], row["failure"]["code"], row["attempt"]) == ("failed", code, 1)
    assert place.told("j1") == ["started", "failed"]
    place.comes_to({})


def test_a_drawing_that_is_too_large_fails_the_job(place: Place) -> None:
    place.job("j1")
    assert place.runner(largest_source=2).once() == SETTLED
    assert place.row("j1")["failure"]["code"] == "source_too_large"


# The object store


@pytest.fixture
def refusing() -> Iterator[str]:
    """A store that answers 503 to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def is_postponed(place: Place, runner: Runner, code: str) -> None:
    """The message waits, and nothing was charged."""
    assert runner.once() == SETTLED
    outcome = runner.outcome
    assert isinstance(outcome, Retry)
    assert (outcome.failure.code, outcome.charged) == (code, False), outcome.failure
    again = place.runner()
    assert again.once(20) == SETTLED
    assert isinstance(again.outcome, Completed)
    assert again.outcome.attempt == 1


def test_a_store_that_answers_503_postpones(place: Place, refusing: str) -> None:
    place.job("j1")
    is_postponed(place, place.runner(store=place.store(refusing, patience=QUICK)), "store_unavailable")


@pytest.mark.parametrize("fault", ["refuse", "silence", "truncate", "break_after"])
def test_a_store_that_is_down_silent_or_breaks_off_postpones(place: Place, proxy: Between, fault: str) -> None:
    place.job("j1")
    url, between = proxy(place.s3["MINIO_ENDPOINT"])
    # The answer's head comes, and of its body nothing, or less than all.
    getattr(between, fault)(*(() if fault in ("refuse", "silence") else (100,)))
    is_postponed(place, place.runner(store=place.store(url, patience=QUICK)), "store_unavailable")


def test_a_store_that_is_slow_costs_time_only(place: Place, proxy: Between) -> None:
    place.job("j1")
    url, between = proxy(place.s3["MINIO_ENDPOINT"])
    between.delay(0.2)
    runner = place.runner(store=place.store(url))
    assert runner.once() == SETTLED
    assert isinstance(runner.outcome, Completed)


def test_runners_share_a_circuit_that_opens_and_closes(place: Place, refusing: str) -> None:
    rule = Rule(failures=3, pause=2)
    for number in range(5):
        place.job(f"j{number}")
        assert place.runner(store=place.store(refusing, patience=QUICK), rule=rule).once() == SETTLED
    (circuit,) = PostgresCircuits(place.database).all()
    # Those that came after the third did not ask, unless one of them was the probe.
    assert circuit["openings"] == 1
    assert circuit["failures"] in (3, 4)
    for _ in range(300):
        if len(place.ledger.jobs(Which(states=[JobState.COMPLETED]), limit=9)) == 5:
            break
        assert place.runner(rule=rule).once(0.5) == SETTLED
    assert [place.row(f"j{number}")["attempt"] for number in range(5)] == [1] * 5
    (circuit,) = PostgresCircuits(place.database).all()
    assert (circuit["failures"], circuit["probe_at"]) == (0, None)


# The database


def test_a_database_that_is_down_at_the_claim_postpones(place: Place, proxy: Between) -> None:
    place.job("j1")
    url, between = proxy(place.database_url)
    between.refuse()
    is_postponed(place, place.runner(database_url=url), "database_unavailable")


@dataclass(slots=True)
class Interrupted:
    """A job store before whose completion something happens."""

    store: PostgresJobs
    before: Callable[[], None]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def complete(self, claim: Claim, result: Result) -> bool:
        self.before()
        return self.store.complete(claim, result)


def test_postgres_stopped_between_upload_and_complete_is_mended_by_the_redelivery(
    rabbitmq_url: str,
    s3_settings: dict[str, str],
    own: Callable[[str], tuple[Service, Keeper]],
    tmp_path: Path,
) -> None:
    server, keeper = own("postgres")
    url = server.settings["DATABASE_URL"]
    migrated(url)
    with hung_up(Place(rabbitmq_url, url, s3_settings, tmp_path)) as place:
        place.job("j1")
        database = Database(url)
        runner = place.runner(jobs=Interrupted(PostgresJobs(database), keeper.stop))
        assert runner.once() == SETTLED
        database.close()
        outcome = runner.outcome
        assert isinstance(outcome, Retry)
        assert (outcome.failure.code, outcome.charged) == ("database_unavailable", False)
        assert place.store().find("results/j1/model.glb") is not None
        assert "completed" not in place.told("j1")
        keeper.start()
        for _ in range(100):
            again = place.runner()
            assert again.once(20) == SETTLED
            if isinstance(again.outcome, Completed):
                break
        assert place.row("j1")["state"] == "completed"
        assert place.told("j1")[-1] == "completed"


def test_a_runner_that_lost_its_job_tells_nothing_and_settles_its_message(place: Place) -> None:
    place.job("j1", "dawdles")
    taken: list[int] = []

    def steal(_stage: str, share: float) -> None:
        if share >= 0.5 and not taken:
            taken.append(1)
            place.database.script(
                "UPDATE cad_runner.jobs SET owner = 'other', attempt = attempt + 1,"
                " lease_until = clock_timestamp() + interval '1 hour'"
            )

    runner = place.runner(watch=steal)
    assert runner.once() == SETTLED
    assert isinstance(runner.outcome, Superseded)
    assert place.row("j1")["owner"] == "other"
    assert place.told("j1") == ["started"]
    assert place.store().find("results/j1/model.glb") is None
    place.comes_to({})


# The broker


def test_a_connection_that_is_cut_while_converting_loses_nothing(place: Place, proxy: Between) -> None:
    place.job("j1", "dawdles")
    url, between = proxy(place.rabbitmq_url)

    def cut(_stage: str, share: float) -> None:
        if share >= 0.5:
            between.refuse()

    runner = place.runner(rabbitmq_url=url, watch=cut)
    assert runner.once() == AGAIN
    assert not runner.ended[0].settled
    assert place.row("j1")["state"] == "completed"
    again = place.runner()
    assert again.once() == SETTLED
    assert isinstance(again.outcome, Completed)
    assert again.outcome.repeated
    assert place.told("j1") == ["started", "completed"]
    place.comes_to({})


def test_a_broker_that_is_restarted_while_converting_loses_nothing(
    own: Callable[[str], tuple[Service, Keeper]],
    postgres_server: Databases,
    s3_settings: dict[str, str],
    tmp_path: Path,
) -> None:
    server, keeper = own("rabbitmq")
    with (
        postgres_server.fresh(migrated) as url,
        hung_up(Place(server.settings["RABBITMQ_URL"], url, s3_settings, tmp_path)) as place,
    ):
        place.job("j1", "dawdles")
        stopped: list[int] = []

        def stop(_stage: str, share: float) -> None:
            if share >= 0.5 and not stopped:
                stopped.append(1)
                keeper.stop()

        runner = place.runner(watch=stop)
        assert runner.once() == AGAIN
        assert isinstance(runner.outcome, Released)
        assert place.row("j1")["state"] == "completed"
        keeper.start()
        place.heard = place.letters.listener()
        again = place.runner()
        assert again.once(30) == SETTLED
        assert isinstance(again.outcome, Completed)
        assert again.outcome.repeated
        assert place.told("j1") == ["completed"]


# Stop and cancel


def test_a_stop_gives_the_message_back_uncharged(place: Place) -> None:
    place.job("j1", "dawdles")
    place.job("j2")
    stop = Stop()
    runner = place.runner(stop=stop.due, watch=lambda _stage, share: stop() if share >= 0.5 else None)
    assert runner.once() == AGAIN
    assert isinstance(runner.outcome, Released)
    assert (place.row("j1")["state"], place.row("j1")["attempt"]) == ("waiting", 0)
    place.comes_to({"dxf_queue": 2})


def test_a_waiting_job_that_is_cancelled_is_not_run(place: Place) -> None:
    place.job("j1", "raises")
    place.runner().once()
    PostgresJobs(place.database).cancel("j1")
    again = place.runner()
    assert again.once(10) == SETTLED
    assert isinstance(again.outcome, Withdrawn)
    assert (place.row("j1")["state"], place.row("j1")["runs"]) == ("cancelled", 1)
    place.comes_to({})


def test_a_running_job_that_is_cancelled_stops(place: Place) -> None:
    place.job("j1", "sleeps")

    def cancel(stage: str, _share: float) -> None:
        if stage == "sleep":
            PostgresJobs(place.database).cancel("j1")

    runner = place.runner(watch=cancel)
    assert runner.once() == SETTLED
    assert isinstance(runner.outcome, Withdrawn)
    assert place.row("j1")["state"] == "cancelled"
    place.comes_to({})


def test_a_claim_whose_runner_is_gone_is_taken_over_when_its_lease_ends(place: Place) -> None:
    claimed(place, "j1", lease=LEASE)
    place.job("j1")
    outcomes: list[Any] = []
    for _ in range(100):
        runner = place.runner()
        assert runner.once(10) == SETTLED
        outcomes.append(runner.outcome)
        if isinstance(runner.outcome, Completed):
            break
    assert isinstance(outcomes[0], Retry)
    assert isinstance(outcomes[-1], Completed)
    assert outcomes[-1].attempt == 2
