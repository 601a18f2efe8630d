"""Traces of jobs, sent over OTLP: a span for the job, and one for each step and stage, below the span of its message.

The only module that imports OpenTelemetry, which the extra ``otel`` brings; nothing imports this one where no traces
are asked for. What OpenTelemetry's own variables say holds too, such as ``OTEL_EXPORTER_OTLP_HEADERS``.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from runner import __version__
from runner.errors import Halted, RunnerError
from runner.outcome import Completed, Rejected, Released, Retry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.contract import JobMessage
    from runner.outcome import Outcome
    from runner.steps import Step

_PATH = "/v1/traces"
#: Seconds that a collector may take: it must not keep a runner from its next job, or from its end.
_PATIENCE = 5.0


class Traces:
    """Follows jobs, and sends what it sees from a thread of its own; see ``runner.steps.Follower``."""

    def __init__(self, endpoint: str) -> None:
        resource = Resource.create({"service.name": "cad-runner", "service.version": __version__})
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/').removesuffix(_PATH)}{_PATH}", timeout=_PATIENCE)
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("cad-runner", __version__)

    @contextmanager
    def job(self, message: JobMessage, kind: str) -> Iterator[None]:
        """The span of a job, below the one that its message names; else the first of a trace."""
        parent = TraceContextTextMapPropagator().extract({"traceparent": message.traceparent or ""})
        known = {"job.id": message.job_id, "job.kind": kind, "job.file": message.file_path}
        with self._tracer.start_as_current_span(
            "job",
            context=parent,
            kind=SpanKind.CONSUMER,
            attributes=known | ({"job.tenant": message.tenant} if message.tenant else {}),
        ):
            yield

    @contextmanager
    def step(self, name: Step) -> Iterator[None]:
        """The span of a step, with the code of the error that ended it."""
        with self._tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
            try:
                yield
            except Exception as error:
                code = error.reason if isinstance(error, RunnerError) else type(error).__name__
                span.set_attribute("error.type", code)
                if not isinstance(error, Halted):  # that is no failure: somebody said stop
                    span.set_status(Status(StatusCode.ERROR, code))
                raise

    def stages(self, seconds: Mapping[str, float]) -> None:
        """The spans of the stages of the step in hand, which end one where the next begins, the last one now."""
        below = set_span_in_context(get_current_span())
        begin = time.time_ns() - _nanoseconds(sum(seconds.values()))
        for name, each in seconds.items():
            span = self._tracer.start_span(name, context=below, start_time=begin)
            begin += _nanoseconds(each)
            span.end(begin)

    def ended(self, outcome: Outcome) -> None:
        """Put the outcome on the span of the job."""
        span = get_current_span()
        span.set_attribute("job.outcome", type(outcome).__name__.lower())
        match outcome:
            case Completed(attempt=attempt, result=result):
                span.set_attributes({"job.attempt": attempt, "job.result": result.path})
            case Rejected(failure=failure) | Retry(failure=failure) | Released(failure=failure):
                span.set_attribute("error.type", failure.code)
                if isinstance(outcome, Rejected):
                    span.set_status(Status(StatusCode.ERROR, failure.code))

    def close(self) -> None:
        """Send what is left, for some seconds at most."""
        self._provider.shutdown()


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)
