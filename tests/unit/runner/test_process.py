"""Every row of the failure table: what fails, the outcome, the row, and the events."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from runner.contract import parse
from runner.errors import (
    BrokerUnavailable,
    ChildCrashed,
    DatabaseUnavailable,
    DrawingRefused,
    LimitExceeded,
    MemoryLimit,
    RunnerError,
    StoreUnavailable,
    TimeLimit,
    UnexpectedError,
)
from runner.job import process
from runner.local.objects import DirectoryStore
from runner.outcome import Completed, Outcome, Rejected, Released, Retry, Superseded, Withdrawn
from runner.protocols import Claim, Delivery, JobRequest, JobState
from tests.unit.runner.doubles import CHECKSUM, DRAWING, Bench, Faulty, Work, makes_model, message

if TYPE_CHECKING:
    from pathlib import Path

    from runner.sandbox.converter import Beat


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def run(bench: Bench, delivery: Delivery | None = None) -> Outcome:
    return process(delivery or message(), bench.converter(), bench.parts)


def state(bench: Bench, job_id: str = "j1") -> JobState:
    row = bench.jobs.row(job_id)
    assert row is not None
    return row.state


def failing(error: Exception) -> Work:
    def fails(_source: Path, _out: Path, _options: dict[str, Any], _beat: Beat) -> dict[str, Any]:
        raise error

    return fails


def claim_of(bench: Bench, job_id: str = "j1") -> Claim:
    row = bench.jobs.row(job_id)
    assert row is not None
    assert row.owner is not None
    return Claim(job_id=job_id, attempt=row.attempt, owner=row.owner)


# The straight path


@pytest.mark.parametrize(("key", "right"), [("dxf", "pdf"), ("pdf", "dxf")])
def test_a_drawing_of_another_kind_than_its_routing_key_fails_and_is_told_the_right_one(
    bench: Bench, key: str, right: str
) -> None:
    drawing = {"dxf": b"0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n", "pdf": b"%PDF-1.7\n"}[right]
    (bench.folder / "store" / "in" / "plan.dxf").write_bytes(drawing)
    outcome = run(bench, replace(message(), kind=key))
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.dead_letter) == ("unsupported_format", False)
    assert f"routing key '{key}'" in outcome.failure.message
    assert f"routing key '{right}'" in outcome.failure.remedy
    assert state(bench) is JobState.FAILED
    assert bench.told[-1] == "job.failed"


@pytest.mark.parametrize("key", ["dxf", "pdf"])
def test_what_is_no_drawing_is_left_to_the_pipeline_whatever_its_routing_key(bench: Bench, key: str) -> None:
    (bench.folder / "store" / "in" / "plan.dxf").write_bytes(b"rubbish")
    bench.work = failing(DrawingRefused("It is none.", code="not_a_dxf"))
    outcome = run(bench, replace(message(), kind=key))
    assert isinstance(outcome, Rejected)
    assert outcome.failure.code == "not_a_dxf"


def test_the_least_message_becomes_a_stored_model(bench: Bench) -> None:
    outcome = run(bench)
    assert isinstance(outcome, Completed)
    assert (outcome.job_id, outcome.attempt, outcome.repeated) == ("j1", 1, False)
    assert outcome.result.path == "results/j1/model.glb"
    assert [each.name for each in outcome.result.artifacts] == ["report.json", "model.glb"]
    stored = bench.objects.find("results/j1/model.glb")
    assert stored is not None
    assert (stored.checksum, stored.size) == (outcome.result.artifacts[-1].checksum, 4)
    assert [each.content_type for each in outcome.result.artifacts] == ["application/json", "model/gltf-binary"]
    assert state(bench) is JobState.COMPLETED
    assert bench.told == ["job.started", "job.progress", "job.completed"]


def test_the_event_says_where_the_result_is(bench: Bench) -> None:
    run(bench, message(tenant="acme", traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
    event = json.loads(bench.events.published[-1].to_json())
    assert event["specversion"] == "1.0"
    assert event["subject"] == "j1"
    assert event["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c")
    assert event["data"]["job_id"] == "j1"
    assert event["data"]["status"] == "completed"
    assert event["data"]["result_path"] == "results/j1/model.glb"
    assert event["data"]["tenant"] == "acme"
    assert [each["name"] for each in event["data"]["files"]] == ["report.json", "model.glb"]
    assert event["data"]["summary"]["seconds"] == 0.5
    assert "error" not in event["data"]


def test_the_pipeline_gets_the_file_under_its_name_and_the_options(bench: Bench) -> None:
    seen: list[tuple[str, bytes, Any]] = []

    def looks(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        seen.append((source.name, source.read_bytes(), options))
        return makes_model(source, out, options, beat)

    bench.work = looks
    run(bench, message(options={"units": "mm", "wall_height": 3, "preview": False}))
    name, data, options = seen[0]
    assert (name, data) == ("plan.dxf", DRAWING)
    assert (options["units"], options["wall_height"], options["preview"], options["report"]) == ("mm", 3, False, True)


def test_a_name_that_is_too_long_for_a_file_keeps_its_end(bench: Bench) -> None:
    key = "가" * 300 + ".dxf"
    seen: list[str] = []

    def looks(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        seen.append(source.name)
        return makes_model(source, out, options, beat)

    bench.work = looks
    bench.but(objects=DirectoryStore(bench.folder, {key: bench.folder / "store/in/plan.dxf"}))
    assert isinstance(run(bench, message(file_path=key)), Completed)
    assert seen[0].endswith("가.dxf")
    assert len(seen[0].encode()) <= 200


def test_the_result_goes_where_the_message_says(bench: Bench) -> None:
    outcome = run(bench, message(target_prefix="models/7"))
    assert isinstance(outcome, Completed)
    assert outcome.result.path == "models/7/model.glb"


def test_a_message_that_asks_for_a_reply_gets_the_last_event(bench: Bench) -> None:
    delivery = Delivery(body=message().body, reply_to="amq.gen-1", correlation_id="c7")
    run(bench, delivery)
    assert [(to, ident, event.type) for to, ident, event in bench.events.replies] == [
        ("amq.gen-1", "c7", "job.completed")
    ]


def test_all_progress_is_watched_but_little_is_published(bench: Bench) -> None:
    watched: list[tuple[str, float]] = []

    def chatters(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        for step in range(100):
            beat("walls", step / 100)
        return makes_model(source, out, options, beat)

    bench.work = chatters
    run(bench.but(watch=lambda stage, share: watched.append((stage, share))))
    assert len([stage for stage, _ in watched if stage == "walls"]) == 100
    assert bench.told.count("job.progress") == 1


# not JSON, schema violated, unknown version


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"job_id": "j1"}',
        b'{"job_id": 7, "file_path": "a.dxf"}',
        b'{"job_id": "j1", "file_path": "a.dxf", "version": 2}',
        b'{"job_id": "j1", "file_path": "../a.dxf"}',
        b'{"job_id": "j1", "file_path": "a.dxf", "options": {"wall_hight": 3}}',
        b'{"job_id": "j1", "file_path": "a.dxf", "bucket": "elsewhere"}',
        b'{"job_id": "j1", "file_path": "' + b"a" * 300_000 + b'"}',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_job_goes_to_the_dead_letters_untouched(bench: Bench, body: bytes) -> None:
    outcome = run(bench, Delivery(body=body))
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.dead_letter) == ("invalid_message", True)
    assert len(outcome.failure.message) < 1000
    assert bench.jobs.row("j1") is None
    assert bench.told == []


# job already completed, failed, dead, cancelled


def test_a_completed_job_is_told_again_and_not_done_again(bench: Bench) -> None:
    first = run(bench)
    converter = bench.converter()
    second = process(message(), converter, bench.parts)
    assert isinstance(first, Completed)
    assert isinstance(second, Completed)
    assert (second.repeated, second.result, second.attempt) == (True, first.result, 1)
    assert converter.runs == 0
    events = bench.events.published
    assert events[-1].type == "job.completed"
    assert events[-1] == events[-2]


def test_a_failed_job_is_told_again(bench: Bench) -> None:
    bench.work = failing(DrawingRefused("Empty.", code="nothing_drawable", remedy="Draw."))
    assert run(bench) == run(bench)
    assert bench.told[-2:] == ["job.failed", "job.failed"]
    assert bench.events.published[-1] == bench.events.published[-2]


def test_the_same_id_with_other_content_is_a_conflict(bench: Bench) -> None:
    run(bench)
    outcome = run(bench, message(options={"units": "mm"}))
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.dead_letter) == ("job_conflict", True)
    assert state(bench) is JobState.COMPLETED
    assert bench.told[-1] == "job.completed"


# a live lease elsewhere, and one that has ended


def requested() -> JobRequest:
    parsed = parse(message().body)
    return JobRequest(job_id="j1", kind="dxf", fingerprint=parsed.fingerprint, message="{}")


def test_a_job_that_another_runner_holds_waits_without_being_charged(bench: Bench) -> None:
    held = bench.jobs.claim(requested(), owner="other", lease=100, attempts=4)
    outcome = run(bench)
    assert isinstance(outcome, Retry)
    assert (outcome.failure.code, outcome.charged, outcome.delay) == ("busy", False, 60)
    assert isinstance(held, Claim)
    assert claim_of(bench).owner == "other"


def test_a_job_whose_lease_has_ended_is_taken_over_and_the_attempt_counts(bench: Bench) -> None:
    bench.jobs.claim(requested(), owner="gone", lease=100, attempts=4)
    bench.clock.now += 101
    outcome = run(bench)
    assert isinstance(outcome, Completed)
    assert outcome.attempt == 2


# attempts used up, also by runners that were killed


def test_a_drawing_that_kills_its_runner_is_tried_four_times_and_never_a_fifth(bench: Bench) -> None:
    for _ in range(4):
        assert isinstance(bench.jobs.claim(requested(), owner="killed", lease=100, attempts=4), Claim)
        bench.clock.now += 101
    converter = bench.converter()
    outcome = process(message(), converter, bench.parts)
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.dead_letter, outcome.attempt) == ("attempts_exhausted", True, 4)
    assert converter.runs == 0
    assert state(bench) is JobState.DEAD
    assert bench.told == ["job.dead"]


# the drawing's own fault


def test_a_missing_source_fails_the_job_at_once(bench: Bench) -> None:
    outcome = run(bench, message(file_path="in/nothing.dxf"))
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.dead_letter) == ("source_missing", False)
    assert state(bench) is JobState.FAILED
    assert bench.told[-1] == "job.failed"


@pytest.mark.parametrize(
    ("changes", "parts", "code"),
    [
        ({"checksum": "sha256:" + "0" * 64}, {}, "checksum_mismatch"),
        ({"size": 7}, {}, "checksum_mismatch"),
        ({"file_path": "in"}, {}, "source_unreadable"),
        ({}, {"largest_source": 3}, "source_too_large"),
    ],
)
def test_a_source_that_is_not_right_fails_the_job(
    bench: Bench, changes: dict[str, Any], parts: dict[str, Any], code: str
) -> None:
    outcome = run(bench.but(**parts), message(**changes))
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.dead_letter) == (code, False)
    assert state(bench) is JobState.FAILED


def test_the_right_checksum_and_size_pass(bench: Bench) -> None:
    assert isinstance(run(bench, message(checksum=CHECKSUM, size=len(DRAWING))), Completed)


def test_a_refused_drawing_fails_with_its_own_code_and_is_no_dead_letter(bench: Bench) -> None:
    bench.work = failing(DrawingRefused("Too deep.", code="drawing_too_complex", remedy="Purge it."))
    outcome = run(bench)
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.failure.remedy) == ("drawing_too_complex", "Purge it.")
    assert not outcome.dead_letter
    assert state(bench) is JobState.FAILED
    error = bench.events.published[-1].data.error
    assert error is not None
    assert (error.code, error.message, error.remedy) == ("drawing_too_complex", "Too deep.", "Purge it.")


# object store or database down


def test_a_store_that_is_down_while_downloading_delays_and_charges_nothing(bench: Bench) -> None:
    bench.but(objects=Faulty(bench.objects, download=[StoreUnavailable()]))
    outcome = run(bench)
    assert isinstance(outcome, Retry)
    assert (outcome.failure.code, outcome.charged, outcome.delay) == ("store_unavailable", False, 60)
    row = bench.jobs.row("j1")
    assert row is not None
    assert (row.state, row.attempt) == (JobState.WAITING, 0)


def test_an_outage_never_uses_the_attempts_up(bench: Bench) -> None:
    for _ in range(9):
        bench.but(objects=Faulty(bench.objects, upload=[StoreUnavailable()]))
        assert isinstance(run(bench), Retry)
    outcome = run(bench.but())
    assert isinstance(outcome, Completed)
    assert outcome.attempt == 1


def test_a_database_that_is_down_at_the_claim_delays(bench: Bench) -> None:
    bench.but(jobs=Faulty(bench.jobs, claim=[DatabaseUnavailable()]))
    outcome = run(bench)
    assert isinstance(outcome, Retry)
    assert (outcome.failure.code, outcome.charged) == ("database_unavailable", False)
    assert bench.jobs.row("j1") is None


def test_a_database_that_goes_down_between_upload_and_complete_is_mended_by_the_redelivery(bench: Bench) -> None:
    bench.but(jobs=Faulty(bench.jobs, complete=[DatabaseUnavailable()]))
    outcome = run(bench)
    assert isinstance(outcome, Retry)
    assert "job.completed" not in bench.told
    bench.clock.now += 1000
    assert isinstance(run(bench), Completed)


def test_a_database_that_is_away_for_a_moment_costs_nothing(bench: Bench) -> None:
    bench.but(jobs=Faulty(bench.jobs, renew=[DatabaseUnavailable()]), notice=0.0)
    assert isinstance(run(bench), Completed)


@pytest.mark.parametrize("error", [DrawingRefused("Bad."), ChildCrashed(), StoreUnavailable()])
@pytest.mark.parametrize("method", ["fail", "retry"])
def test_a_database_that_is_down_when_a_failure_is_settled_delays(
    bench: Bench, error: RunnerError, method: str
) -> None:
    bench.work = failing(error)
    bench.but(jobs=Faulty(bench.jobs, **{method: [DatabaseUnavailable()]}))
    touched = (method == "fail") == isinstance(error, DrawingRefused)
    outcome = run(bench)
    assert isinstance(outcome, Rejected if isinstance(error, DrawingRefused) and not touched else Retry)
    if touched:
        assert isinstance(outcome, Retry)
        assert outcome.failure.code == "database_unavailable"
        assert state(bench) is JobState.RUNNING


# time and memory


@pytest.mark.parametrize("error", [TimeLimit(), MemoryLimit()])
def test_a_limit_is_tried_once_more_and_then_given_up(bench: Bench, error: LimitExceeded) -> None:
    bench.work = failing(error)
    first, second = run(bench), run(bench)
    assert isinstance(first, Retry)
    assert (first.failure.code, first.delay, first.charged) == (error.code, 60, True)
    assert isinstance(second, Rejected)
    assert (second.failure.code, second.dead_letter, second.attempt) == (error.code, True, 2)
    assert state(bench) is JobState.DEAD
    assert bench.told[-1] == "job.dead"


# child crashed, unknown exception


@pytest.mark.parametrize(
    "error", [ChildCrashed(trace="the very last words"), UnexpectedError(trace="words"), KeyError("wall")]
)
def test_a_crash_is_tried_until_the_attempts_are_used_up(bench: Bench, error: Exception) -> None:
    bench.work = failing(error)
    outcomes = [run(bench) for _ in range(5)]
    assert [outcome.delay for outcome in outcomes if isinstance(outcome, Retry)] == [60, 180, 360]
    fourth, fifth = outcomes[3:]
    assert isinstance(fourth, Rejected)
    assert fourth.dead_letter
    assert fourth == fifth
    assert fourth.failure.trace
    row = bench.jobs.row("j1")
    assert row is not None
    assert (row.state, row.attempt) == (JobState.DEAD, 4)
    assert bench.told.count("job.dead") == 2
    assert b"last words" not in bench.events.published[-1].to_json()


def test_a_pipeline_that_makes_no_model_is_at_fault(bench: Bench) -> None:
    def makes_nothing(_source: Path, _out: Path, _options: dict[str, Any], _beat: Beat) -> dict[str, Any]:
        return {}

    bench.work = makes_nothing
    outcome = run(bench)
    assert isinstance(outcome, Retry)
    assert outcome.failure.code == "unexpected_error"


def test_a_full_disk_is_an_outage(bench: Bench) -> None:
    bench.work = failing(OSError(errno.ENOSPC, "No space left on device"))
    outcome = run(bench)
    assert isinstance(outcome, Retry)
    assert (outcome.failure.code, outcome.charged) == ("disk_full", False)


@pytest.mark.parametrize("method", ["claim", "complete"])
def test_a_fault_of_the_runner_itself_gives_the_message_back(bench: Bench, method: str) -> None:
    bench.but(jobs=Faulty(bench.jobs, **{method: [TypeError("oh")]}))
    outcome = run(bench)
    assert isinstance(outcome, Released)
    assert outcome.failure.code == "unexpected_error"
    assert "TypeError: oh" in (outcome.failure.trace or "")


# completion matches no row


def taken_over(bench: Bench, then: Work = makes_model) -> Work:
    def loses(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        bench.clock.now += 1000
        assert isinstance(bench.jobs.claim(requested(), owner="other", lease=100, attempts=4), Claim)
        return then(source, out, options, beat)

    return loses


@pytest.mark.parametrize(
    "then",
    [makes_model, failing(ChildCrashed()), failing(DrawingRefused("Bad.")), failing(StoreUnavailable())],
    ids=["completes", "crashes", "refuses", "outage"],
)
def test_a_runner_that_lost_its_job_writes_and_tells_nothing(bench: Bench, then: Work) -> None:
    bench.work = taken_over(bench, then)
    outcome = run(bench)
    assert outcome == Superseded(job_id="j1", attempt=1)
    row = bench.jobs.row("j1")
    assert row is not None
    assert (row.owner, row.state, row.result, row.failure) == ("other", JobState.RUNNING, None, None)
    assert bench.told == ["job.started", "job.progress"]


def test_a_runner_that_hears_of_its_loss_stops(bench: Bench) -> None:
    bench.work = taken_over(bench)
    assert run(bench.but(notice=0.0)) == Superseded(job_id="j1", attempt=1)
    assert bench.objects.find("results/j1/model.glb") is None


# broker gone


def test_a_broker_that_is_gone_does_not_stop_the_work_and_the_redelivery_tells(bench: Bench) -> None:
    gone = [BrokerUnavailable() for _ in range(3)]
    outcome = run(bench.but(events=Faulty(bench.events, publish=gone)))
    assert isinstance(outcome, Released)
    assert outcome.failure.code == "broker_unavailable"
    assert state(bench) is JobState.COMPLETED
    assert bench.told == []
    again = run(bench.but())
    assert isinstance(again, Completed)
    assert again.repeated
    assert bench.told == ["job.completed"]


def test_a_failure_that_could_not_be_told_is_told_by_the_redelivery(bench: Bench) -> None:
    bench.work = failing(DrawingRefused("Bad."))
    gone = [BrokerUnavailable() for _ in range(3)]
    assert isinstance(run(bench.but(events=Faulty(bench.events, publish=gone))), Released)
    assert isinstance(run(bench.but()), Rejected)
    assert bench.told == ["job.failed"]


# SIGTERM, cancel


def test_a_runner_that_is_asked_to_stop_gives_the_job_back_uncharged(bench: Bench) -> None:
    outcome = run(bench.but(stop=lambda: True))
    assert isinstance(outcome, Released)
    assert outcome.failure.code == "stopping"
    row = bench.jobs.row("j1")
    assert row is not None
    assert (row.state, row.attempt) == (JobState.WAITING, 0)


def test_a_converter_killed_because_the_runner_stops_is_no_crash(bench: Bench) -> None:
    stopping: list[bool] = []

    def is_killed(_source: Path, _out: Path, _options: dict[str, Any], _beat: Beat) -> dict[str, Any]:
        stopping.append(True)
        raise ChildCrashed

    bench.work = is_killed
    outcome = run(bench.but(stop=lambda: bool(stopping)))
    assert isinstance(outcome, Released)
    assert outcome.failure.code == "stopping"


def test_work_that_ended_before_the_stop_counts(bench: Bench) -> None:
    stopping: list[bool] = []

    def ends(_source: Path, _out: Path, _options: dict[str, Any], _beat: Beat) -> dict[str, Any]:
        stopping.append(True)
        raise DrawingRefused("Bad.")

    bench.work = ends
    assert isinstance(run(bench.but(stop=lambda: bool(stopping))), Rejected)


def test_a_running_job_that_is_cancelled_stops(bench: Bench) -> None:
    def is_cancelled(source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        bench.jobs.cancel("j1")
        return makes_model(source, out, options, beat)

    bench.work = is_cancelled
    assert run(bench.but(notice=0.0)) == Withdrawn(job_id="j1")
    assert state(bench) is JobState.CANCELLED
    assert run(bench) == Withdrawn(job_id="j1")
    assert bench.objects.find("results/j1/model.glb") is None


def test_a_stop_is_heard_while_bytes_flow(bench: Bench) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 1

    converter = bench.converter()
    outcome = process(message(), converter, bench.but(stop=stop).parts)
    assert isinstance(outcome, Released)
    assert converter.runs == 0
