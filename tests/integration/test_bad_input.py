"""Whatever is published, for real: each message gets its code and its place, and nothing of it is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from runner.contract import LARGEST_MESSAGE, ResultEvent, schema
from runner.outcome import Completed, Rejected
from runner.sandbox.converter import CONVERT
from runner.sandbox.inprocess import InProcess
from runner.worker import SETTLED
from tests.integration.place import PIPELINE, Place

if TYPE_CHECKING:
    from runner.outcome import Outcome

ROOT = Path(__file__).parents[2]
EXAMPLES = [
    json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "docs" / "contract" / "examples" / "invalid").glob("*.json"))
]
LEAST = {"job_id": "j1", "file_path": "in/works.dxf"}
#: Bodies that are no job, and a word of the reason.
NO_JOBS = [
    (b"", "JSON"),
    (b" ", "JSON"),
    (b'{"job_id": "j1", "file_path": "in/wor', "JSON"),
    (b"\xff\xfe{\x00}\x00", "JSON"),
    (b'{"job_id": "\xe9", "file_path": "a"}', "JSON"),
    (b"[" * 100_000, "JSON"),
    (b'{"a":' * 40_000, "JSON"),
    (b'{"job_id": "j1", "file_path": "in/works.dxf", "size": ' + b"9" * 10_000 + b"}", "number out of range"),
    (b'{"job_id": "j1", "file_path": "in/works.dxf", "options": {"wall_height": NaN}}', "wall_height"),
    (b'{"job_id": "j1", "file_path": "\\ud800"}', "JSON"),
    (b"<job><id>j1</id></job>", "JSON"),
    (b"\xac\xed\x00\x05sr\x00\x10example.Job", "JSON"),
    (json.dumps(LEAST).encode() + b"\x00", "JSON"),
    (json.dumps(LEAST | {"bucket": "other-files"}).encode(), "'other-files'"),
    (json.dumps(LEAST | {"note": "x" * LARGEST_MESSAGE}).encode(), "more than 256000"),
    (json.dumps(LEAST | {"note": "x" * 10_000_000}).encode(), "more than 256000"),
    *((json.dumps(each["message"]).encode(), each["fault"]) for each in EXAMPLES),
]
#: Keys at which there is no drawing, where there is one at in/works.dxf.
NO_SOURCES = {
    "in": "source_unreadable",  # as on a disk, where it is a folder
    "in/works.dxf/plan": "source_missing",
    "in/WORKS.dxf": "source_missing",
    "in/works.dxf ": "source_missing",
    "벽/평면.dxf": "source_missing",
}
#: Contents that are no DXF.
NO_DRAWINGS = [
    (b"", "empty_file"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "unsupported_format"),
    (b"AC1032" + bytes(200), "unsupported_format"),
    (b"PK\x03\x04" + bytes(200), "unsupported_format"),
    (b"\x89PNG\r\n\x1a\n" + bytes(200), "unsupported_format"),
    (b"<html><body>Sign in first</body></html>\n" * 20, "not_a_dxf"),
    (bytes(5000), "not_a_dxf"),
]


def worked(place: Place, pipeline: str = PIPELINE) -> Outcome:
    """What becomes of the next message."""
    runner = place.runner(start=partial(InProcess, pipeline))
    assert runner.once() == SETTLED
    return runner.outcome


def heard(place: Place, job_id: str) -> list[dict[str, Any]]:
    """The events of a job, each as the contract says."""
    events = [each for each in place.heard() if each["subject"] == job_id]
    for each in events:
        jsonschema.Draft202012Validator(schema(ResultEvent)).validate(each)
    return events


def has_failed(place: Place, job_id: str, code: str, outcome: Outcome) -> None:
    """A job has failed, by the drawing's own fault: the row and an event say so, and there is no dead letter."""
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.dead_letter, outcome.failure.trace) == (code, False, None)
    row = place.row(job_id)
    assert (row["state"], row["failure"]["code"], row["attempt"]) == ("failed", code, 1)
    last = heard(place, job_id)[-1]
    assert (last["type"], last["data"]["error"]["code"]) == ("job.failed", code)
    assert last["data"]["error"]["remedy"]
    assert place.depths() == {}


def test_what_is_no_job_is_a_dead_letter_as_it_came(place: Place) -> None:
    runner = place.runner(start=partial(InProcess, PIPELINE))
    for body, reason in NO_JOBS:
        place.letters.send(body)
        assert runner.once() == SETTLED
        outcome = runner.outcome
        assert isinstance(outcome, Rejected), body[:80]
        assert (outcome.failure.code, outcome.dead_letter, outcome.failure.trace) == ("invalid_message", True, None)
        found, properties = place.letters.await_in("dxf_dlq")
        assert found == body
        written = properties.headers or {}
        assert written["x-error-code"] == "invalid_message"
        assert reason in str(written["x-last-error"])
        assert "x-attempt" not in written
    assert place.depths() == {}
    assert place.heard() == []
    assert place.ledger.show("j1") is None


def test_a_key_at_which_there_is_no_drawing_fails_the_job(place: Place) -> None:
    place.job("j0")
    assert isinstance(worked(place), Completed)
    for number, (key, code) in enumerate(NO_SOURCES.items(), 1):
        place.letters.job(f"j{number}", file_path=key)
        has_failed(place, f"j{number}", code, worked(place))


def test_content_that_is_not_as_the_routing_key_says_fails_the_job(place: Place) -> None:
    drawing = place.folder / "other"
    for number, (content, code) in enumerate(NO_DRAWINGS):
        drawing.write_bytes(content)
        place.store().upload("in/works.dxf", drawing, content_type="image/vnd.dxf")
        place.letters.job(f"j{number}", file_path="in/works.dxf")
        has_failed(place, f"j{number}", code, worked(place, CONVERT))


#: What is odd in a message and in its properties, and no fault.
ODD: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"headers": {"__TypeId__": "example.Job", "spring_listener_return_correlation": "1"}}),
    ({}, {"content_type": "text/plain", "content_encoding": "gzip"}),
    ({"priority": [1, {"deep": None}]}, {}),
    ({}, {"headers": {"traceparent": 7, "x-attempt": "many", "x-delivery-count": "none", "x-death": "rubbish"}}),
    ({}, {"headers": {"traceparent": "0" * 5000, "x-death": [{"count": 9}]}}),
    ({}, {"reply_to": "nobody.listens", "correlation_id": "c1"}),
    ({}, {"reply_to": "x" * 255, "message_id": "another", "type": "job"}),
]


def test_what_is_odd_is_no_fault(place: Place) -> None:
    place.job("j0")
    assert isinstance(worked(place), Completed)
    for number, (changes, properties) in enumerate(ODD, 1):
        place.letters.send(json.dumps(LEAST | {"job_id": f"j{number}"} | changes).encode(), **properties)
        assert isinstance(worked(place), Completed), properties
        assert heard(place, f"j{number}")[-1]["type"] == "job.completed"
    assert place.depths() == {}


def test_a_mistake_is_one_line_in_the_log_and_no_traceback(place: Place) -> None:
    drawing = place.folder / "plan.pdf"
    drawing.write_bytes(b"%PDF-1.7\n")
    place.store().upload("in/plan.pdf", drawing, content_type="application/pdf")
    place.letters.job("j1", file_path="in/plan.pdf")
    place.letters.job("../j2")
    command = [sys.executable, "-m", "runner", "work", "--once"]
    for code, job in (("unsupported_format", "j1"), ("invalid_message", None)):
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=place.environment(CAD_RUNNER_LOG_FORMAT="json"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == SETTLED
        lines = [json.loads(each) for each in (done.stdout + done.stderr).splitlines()]
        (line,) = lines
        assert code in json.dumps(line)
        assert line.get("job_id") == job
        assert "Traceback" not in json.dumps(line)
