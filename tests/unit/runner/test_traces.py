"""Traces of jobs, as a collector receives them over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from runner.cli import wiring
from runner.errors import ChildCrashed, DrawingRefused, StoreUnavailable, WrongSetting
from runner.job import process
from runner.settings.groups import Logs
from runner.traces import Traces
from tests.unit.runner.doubles import Bench, Faulty, makes_model, message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.proto.trace.v1.trace_pb2 import Span

ROOT = Path(__file__).parents[3]
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
ERROR = 2  #: STATUS_CODE_ERROR


@dataclass(slots=True)
class Collector:
    """What was received."""

    endpoint: str
    paths: list[str] = field(default_factory=list)
    requests: list[ExportTraceServiceRequest] = field(default_factory=list)

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def span(self, name: str) -> Span:
        (span,) = (each for each in self.spans if each.name == name)
        return span

    def below(self, name: str) -> list[str]:
        """The names of the spans below one, in the order of their beginnings."""
        parent = self.span(name).span_id
        found = [each for each in self.spans if each.parent_span_id == parent]
        return [each.name for each in sorted(found, key=lambda each: each.start_time_unix_nano)]


def attributes(span: Span) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value") or "") for each in span.attributes}


@contextmanager
def listening(status: int = 200) -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.paths.append(self.path)
            heard.requests.append(ExportTraceServiceRequest.FromString(body))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the library's
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        heard = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield heard
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with listening() as collector:
        yield collector


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def traced(bench: Bench, collector: Collector, **changes: Any) -> None:
    """Have a job done, and its trace sent."""
    with closing(Traces(collector.endpoint)) as traces:
        parts = bench.but(**bench.changes, follower=traces).parts
        process(message(**changes), bench.converter(), parts)


def test_a_job_is_a_tree_of_spans_below_the_one_of_its_message(bench: Bench, collector: Collector) -> None:
    traced(bench, collector, tenant="acme", traceparent=f"00-{TRACE}-{PARENT}-01")
    assert set(collector.paths) == {"/v1/traces"}
    job = collector.span("job")
    assert {span.trace_id.hex() for span in collector.spans} == {TRACE}
    assert job.parent_span_id.hex() == PARENT
    assert collector.below("job") == ["claim", "download", "convert", "upload", "complete"]
    assert collector.below("convert") == ["read"]
    read = collector.span("read")
    assert read.end_time_unix_nano - read.start_time_unix_nano == 500_000_000
    assert read.end_time_unix_nano <= collector.span("convert").end_time_unix_nano
    assert attributes(job) == {
        "job.id": "j1",
        "job.kind": "dxf",
        "job.file": "in/plan.dxf",
        "job.tenant": "acme",
        "job.outcome": "completed",
        "job.attempt": 1,
        "job.result": "results/j1/model.glb",
    }
    (resource,) = (each.resource for each in collector.requests[0].resource_spans)
    assert attributes_of(resource.attributes)["service.name"] == "cad-runner"


def attributes_of(pairs: Any) -> dict[str, Any]:
    return {each.key: each.value.string_value for each in pairs}


@pytest.mark.parametrize("given", [{}, {"traceparent": "rubbish"}])
def test_a_message_without_a_trace_begins_one(bench: Bench, collector: Collector, given: dict[str, str]) -> None:
    traced(bench, collector, **given)
    assert collector.span("job").parent_span_id == b""


def test_a_trace_that_is_not_sampled_is_not_sent(bench: Bench, collector: Collector) -> None:
    traced(bench, collector, traceparent=f"00-{TRACE}-{PARENT}-00")
    assert collector.spans == []


@pytest.mark.parametrize(
    ("error", "outcome", "bad"),
    [(DrawingRefused("No.", code="nothing_drawable"), "rejected", ERROR), (ChildCrashed("It died."), "retry", 0)],
)
def test_a_failure_is_on_its_step_and_on_the_job(
    bench: Bench, collector: Collector, error: Exception, outcome: str, bad: int
) -> None:
    def fails(*_arguments: object) -> dict[str, Any]:
        raise error

    bench.work = fails
    traced(bench, collector)
    assert collector.below("job") == ["claim", "download", "convert", "fail"]
    convert, job = collector.span("convert"), collector.span("job")
    code = attributes(convert)["error.type"]
    assert code in ("nothing_drawable", "child_crashed")
    assert convert.status.code == ERROR
    assert (attributes(job)["error.type"], attributes(job)["job.outcome"]) == (code, outcome)
    assert job.status.code == bad


def test_who_stops_a_job_does_not_break_it(bench: Bench, collector: Collector) -> None:
    traced(bench.but(stop=lambda: True), collector)
    download = collector.span("download")
    assert attributes(download)["error.type"] == "stopping"
    assert download.status.code == 0


def test_a_store_that_is_away_is_seen_at_its_step(bench: Bench, collector: Collector) -> None:
    traced(bench.but(objects=Faulty(bench.objects, upload=[StoreUnavailable()])), collector)
    assert attributes(collector.span("upload"))["error.type"] == "store_unavailable"
    assert collector.below("convert") == ["read"]


def test_a_collector_that_refuses_costs_no_job(bench: Bench) -> None:
    with listening(status=400) as collector:
        traced(bench, collector)
        assert collector.spans
    assert bench.told[-1] == "job.completed"


def test_what_is_traced_is_what_would_be_done_untraced(tmp_path: Path, collector: Collector) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain, followed = Bench(tmp_path / "a", work=makes_model), Bench(tmp_path / "b", work=makes_model)
    process(message(), plain.converter(), plain.parts)
    traced(followed, collector)
    assert followed.told == plain.told


def test_without_the_setting_nothing_follows_and_nothing_is_imported() -> None:
    code = """
import sys
from runner.cli import wiring, work
from runner.settings.groups import Logs
assert wiring.traces(Logs()) is None
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "[]\n"


def test_the_setting_without_the_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "runner.traces")
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(WrongSetting) as caught:
        wiring.traces(Logs(otlp_endpoint="http://collector:4318"))
    (fault,) = caught.value.faults
    assert fault.startswith("CAD_RUNNER_OTLP_ENDPOINT is set, but opentelemetry")
    assert "cad-runner[otel]" in fault
