"""One line for each message."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from runner import logs
from runner.outcome import (
    Artifact,
    Completed,
    Failure,
    Outcome,
    Rejected,
    Released,
    Result,
    Retry,
    Superseded,
    Withdrawn,
)
from runner.protocols import Delivery
from runner.worker import Ended
from tests.unit.runner.doubles import message

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = Artifact(name="model.glb", path="r/model.glb", size=4, checksum="sha256:" + "0" * 64, content_type="x/y")
CRASH = Failure("child_crashed", "It died.", "Report it.", "the last words")


@dataclass(frozen=True, slots=True)
class Note:
    delivery: Delivery
    redelivered: bool = False


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    made = io.StringIO()
    logs.configure(made)
    yield made
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


def end(outcome: Outcome, delivery: Delivery | None = None, **changes: Any) -> Ended:
    told = {"seconds": 1.23456, "settled": True} | changes
    return Ended(letter=Note(delivery or message(tenant="acme")), outcome=outcome, **told)


def written(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    fields = json.loads(line)
    assert isinstance(fields, dict)
    return fields


def test_a_completed_job_is_one_line_of_json(stream: io.StringIO) -> None:
    result = Result(artifacts=(MODEL,), summary={"walls": 7, "method": "floor_plan", "warnings": ["x"]})
    logs.write(end(Completed(job_id="j1", attempt=2, result=result)))
    fields = written(stream)
    assert fields["timestamp"].endswith("Z")
    assert (fields["level"], fields["event"], fields["outcome"], fields["job_id"]) == ("info", "job", "completed", "j1")
    assert (fields["attempt"], fields["seconds"], fields["result_bytes"], fields["walls"]) == (2, 1.235, 4, 7)
    assert (fields["tenant"], fields["settled"]) == ("acme", True)


@pytest.mark.parametrize(
    ("outcome", "level", "name"),
    [
        (Rejected(failure=Failure("source_missing", "m", "r"), dead_letter=False), "info", "failed"),
        (Rejected(failure=Failure("invalid_message", "m", "r"), dead_letter=True), "warning", "dead"),
        (Rejected(failure=CRASH, dead_letter=True), "error", "dead"),
        (Retry(job_id="j1", failure=CRASH, delay=60, charged=True), "error", "retry"),
        (Retry(job_id="j1", failure=Failure("busy", "m", "r"), delay=60, charged=False), "warning", "retry"),
        (Released(failure=Failure("stopping", "m", "r"), job_id="j1"), "warning", "released"),
        (Withdrawn(job_id="j1"), "info", "cancelled"),
        (Superseded(job_id="j1", attempt=1), "warning", "superseded"),
    ],
)
def test_each_outcome_has_its_level_and_name(outcome: Outcome, level: str, name: str, stream: io.StringIO) -> None:
    logs.write(end(outcome))
    fields = written(stream)
    assert (fields["level"], fields["outcome"]) == (level, name)
    assert ("trace" in fields) == (fields.get("code") == "child_crashed")


def test_an_unsettled_message_says_why(stream: io.StringIO) -> None:
    logs.write(end(Withdrawn(job_id="j1"), settled=False, unsettled="It is gone."))
    fields = written(stream)
    assert (fields["level"], fields["settled"], fields["unsettled"]) == ("warning", False, "It is gone.")


def test_what_is_no_job_has_no_id_but_its_trace(stream: io.StringIO) -> None:
    delivery = Delivery(body=b"secret", headers={"traceparent": "00-1-2-3"})
    logs.write(end(Rejected(failure=Failure("invalid_message", "m", "r"), dead_letter=True), delivery))
    fields = written(stream)
    assert "job_id" not in fields
    assert (fields["traceparent"], fields["message_bytes"]) == ("00-1-2-3", 6)
    assert "secret" not in stream.getvalue()


def test_libraries_write_the_same_lines(stream: io.StringIO) -> None:
    logging.getLogger("urllib3").warning("retrying %s", "x")
    fields = written(stream)
    assert (fields["event"], fields["level"], fields["logger"]) == ("retrying x", "warning", "urllib3")


def test_people_get_no_json() -> None:
    made = io.StringIO()
    logs.configure(made, plain=True)
    try:
        logs.write(end(Withdrawn(job_id="j1")))
    finally:
        structlog.reset_defaults()
    assert "outcome=cancelled" in made.getvalue()
