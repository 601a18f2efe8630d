"""Jobs with the routing key ``pdf``: real drawings by real runners, and what fails otherwise than with ``dxf``."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from runner.cli import main
from runner.contract import ResultEvent, schema
from runner.outcome import Rejected, Retry
from runner.worker import SETTLED
from tests.integration.amqp_bench import taken

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.integration.place import Place

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
OBJECTS = {
    "model.glb": "model/gltf-binary",
    "overlay.png": "image/png",
    "plan.geojson": "application/geo+json",
    "preview.png": "image/png",
    "report.json": "application/json",
}


def runner(place: Place, **environment: str) -> subprocess.CompletedProcess[str]:
    """A runner of PDF as a process, which takes one message."""
    return subprocess.run(
        [sys.executable, "-m", "runner", "work", "--once"],
        cwd=ROOT,
        env=place.environment(WORKER_TYPE="pdf", CAD_RUNNER_LOG_FORMAT="json", **environment),
        capture_output=True,
        text=True,
        check=False,
    )


def published(place: Place, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    """Upload and publish by the command."""
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("RABBITMQ_MANAGEMENT_URL", raising=False)
    assert main(["publish", *arguments]) == 0


def last(place: Place, job_id: str) -> dict[str, Any]:
    """The last event of a job; each is as the contract says."""
    events = [each for each in place.heard() if each["subject"] == job_id]
    for each in events:
        jsonschema.Draft202012Validator(schema(ResultEvent)).validate(each)
    return events[-1]


def test_a_pdf_that_is_published_becomes_a_model_with_all_that_belongs_to_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(place, monkeypatch, str(EXAMPLES / "flat.pdf"), "--job-id", "j1", "--page", "1")
    assert place.depths() == {"pdf_queue": 1}
    done = runner(place)
    assert done.returncode == SETTLED, done.stderr
    row = place.row("j1")
    assert (row["state"], row["kind"], row["attempt"]) == ("completed", "pdf", 1)
    event = last(place, "j1")
    assert (event["type"], event["data"]["result_path"]) == ("job.completed", "results/j1/model.glb")
    assert {each["name"]: each["content_type"] for each in event["data"]["files"]} == OBJECTS
    for name, media in OBJECTS.items():
        stored = place.store().find(f"results/j1/{name}")
        assert stored is not None
        assert stored.content_type == media
    summary = event["data"]["summary"]
    assert (summary["format"], summary["pages"], summary["storeys"]) == ("pdf", [1], 1)
    assert (summary["scale"]["ratio"], summary["scale"]["method"]) == (50, "dimensions")
    source = place.store().find("uploads/j1/flat.pdf")
    assert source is not None
    assert source.content_type == "application/pdf"
    assert place.depths() == {}


def test_a_picture_goes_to_the_runners_of_pdf_with_its_scale(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "scan.PNG"
    picture.write_bytes(blank_png())
    published(place, monkeypatch, str(picture), "--job-id", "j1", "--scale", '1/4"=1\'-0"')
    inbox = place.letters.inbox(kind="pdf")
    letter = taken(inbox)
    inbox.close()
    assert json.loads(letter.body)["options"]["scale"] == 48
    source = place.store().find("uploads/j1/scan.PNG")
    assert source is not None
    assert source.content_type == "image/png"


def blank_png() -> bytes:
    """A white picture."""
    head = (1).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0"
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0\xff")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big") for name, data in chunks
    )


#: Contents of a job with the routing key pdf, and what it fails with.
FAULTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut-off": (lambda: (EXAMPLES / "flat.pdf").read_bytes()[:900], "corrupt_pdf"),
    "a-dxf": ((EXAMPLES / "flat.dxf").read_bytes, "unsupported_format"),
    "a-web-page": (lambda: b"<html><body>Sign in first</body></html>\n" * 20, "not_a_dxf"),
    "nothing": (lambda: b"", "empty_file"),
    "a-blank-picture": (blank_png, "picture_without_plan"),
}


def test_a_damaged_pdf_or_what_is_none_fails_the_job(place: Place) -> None:
    drawing = place.folder / "plan.pdf"
    for job_id, (content, code) in FAULTS.items():
        drawing.write_bytes(content())
        place.store().upload("in/plan.pdf", drawing, content_type="application/pdf")
        place.letters.job(job_id, key="pdf", file_path="in/plan.pdf")
        done = runner(place)
        assert done.returncode == SETTLED, done.stderr
        (line,) = (json.loads(each) for each in done.stderr.splitlines())
        assert (line["outcome"], line["code"], line["job_id"]) == ("failed", code, job_id)
        row = place.row(job_id)
        assert (row["state"], row["failure"]["code"], row["attempt"]) == ("failed", code, 1)
        event = last(place, job_id)
        assert (event["type"], event["data"]["error"]["code"]) == ("job.failed", code)
        assert event["data"]["error"]["remedy"]
    assert place.depths() == {}


def test_a_job_of_pdf_that_crashes_waits_in_queues_of_its_own_and_is_a_dead_letter_there(place: Place) -> None:
    place.job("j1", "raises", key="pdf")
    for delay in (1, 2, 3):
        each = place.runner(kind="pdf")
        assert each.once(20) == SETTLED
        assert isinstance(each.outcome, Retry)
        assert each.outcome.delay == delay
    each = place.runner(kind="pdf")
    assert each.once(20) == SETTLED
    assert isinstance(each.outcome, Rejected)
    place.comes_to({"pdf_dlq": 1})
    assert place.row("j1")["state"] == "dead"


def test_a_detector_that_can_not_be_run_stops_a_runner_before_it_takes_a_message(place: Place) -> None:
    place.job("j1", key="pdf")
    weights = place.folder / "weights.onnx"
    weights.write_text("rubbish")
    done = runner(place, YOLO_MODEL_PATH=str(weights))
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith("Error: weights.onnx is no detector that can be used")
    assert len(done.stderr.splitlines()) == 1
    absent = runner(place, YOLO_MODEL_PATH="/absent.onnx")
    assert absent.returncode == 78
    assert absent.stderr.startswith("Error: YOLO_MODEL_PATH: there is no file '/absent.onnx'")
    place.comes_to({"pdf_queue": 1})
    assert place.ledger.show("j1") is None


def test_a_detector_that_is_gone_later_costs_no_attempt(place: Place) -> None:
    place.job("j1", "finds_no_detector", key="pdf")
    each = place.runner(kind="pdf")
    assert each.once() == SETTLED
    assert isinstance(each.outcome, Retry)
    assert (each.outcome.failure.code, each.outcome.charged) == ("model_unusable", False)
    assert (place.row("j1")["state"], place.row("j1")["attempt"]) == ("waiting", 0)
