"""What the runner says: one line for each message, and few others. JSON in a pipe, colours on a terminal.

Ids, codes and figures are fields and never part of a text, so that a line can be searched for.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, TextIO

import structlog

from runner.contract import parse
from runner.errors import AttemptsExhausted, ChildCrashed, InvalidMessage, UnexpectedError
from runner.outcome import Completed, Rejected, Released, Retry, Superseded, Withdrawn

if TYPE_CHECKING:
    from runner.outcome import Failure
    from runner.protocols import Delivery
    from runner.worker import Ended

Fields = dict[str, Any]
#: What nobody but we can mend: an error, with the trace.
_FAULTS = (ChildCrashed.code, UnexpectedError.code, AttemptsExhausted.code)
_FIGURES = ("method", "unit", "storeys", "walls", "doors", "windows", "rooms", "area", "triangles", "peak_memory")


def configure(stream: TextIO | None = None, *, level: str = "info", plain: bool | None = None) -> None:
    """Set up how this process logs, libraries included. ``plain`` is for people: where the stream is a terminal."""
    stream = stream or sys.stderr
    plain = stream.isatty() if plain is None else plain
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True)
        if not plain
        else structlog.processors.TimeStamper("%H:%M:%S"),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty())
        if plain
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    )
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, _ordered, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries tell of every turn they take; what comes of it is told by us.
    root.setLevel(max(number, logging.WARNING))


def _ordered(_logger: object, _method: str, fields: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """When, how bad and what, before everything else."""
    first = {name: fields[name] for name in ("timestamp", "level", "event") if name in fields}
    return {**first, **fields}


def line(end: Ended) -> tuple[str, Fields]:
    """The level and the fields of the line for a message."""
    level, fields = _told(end)
    fields |= {"seconds": round(end.seconds, 3), "settled": end.settled, "redelivered": end.letter.redelivered}
    if end.unsettled is not None:
        level, fields["unsettled"] = _worse(level), end.unsettled
    return level, _named(end.letter.delivery) | fields


def write(end: Ended) -> None:
    """Write the line for a message."""
    level, fields = line(end)
    getattr(structlog.get_logger(), level)("job", **fields)


def trouble(what: str, failure: Failure) -> None:
    """Write that something befell the runner itself."""
    structlog.get_logger().warning(what, code=failure.code, error=failure.message, remedy=failure.remedy)


def _named(delivery: Delivery) -> Fields:
    """Which message it was."""
    named: Fields = {"kind": delivery.kind, "message_bytes": len(delivery.body)}
    try:
        message = parse(delivery.body)
    except InvalidMessage:
        trace = delivery.headers.get("traceparent")
    else:
        named |= {"job_id": message.job_id, "file_path": message.file_path}
        named |= {"tenant": message.tenant} if message.tenant else {}
        trace = message.traceparent or delivery.headers.get("traceparent")
    return named | ({"traceparent": trace} if trace else {})


def _told(end: Ended) -> tuple[str, Fields]:
    """The level and the fields of an outcome."""
    match end.outcome:
        case Completed(attempt=attempt, result=result, repeated=repeated):
            figures = {name: result.summary[name] for name in _FIGURES if result.summary.get(name) is not None}
            size = sum(each.size for each in result.artifacts)
            told = {"outcome": "completed", "attempt": attempt, "result_path": result.path, "result_bytes": size}
            return "info", told | figures | ({"repeated": True} if repeated else {})
        case Rejected(failure=failure, dead_letter=dead, attempt=attempt):
            told = {"outcome": "dead" if dead else "failed", "attempt": attempt}
            return _level(failure, "warning" if dead else "info"), told | _failed(failure)
        case Retry(failure=failure, delay=delay, charged=charged, attempt=attempt):
            told = {"outcome": "retry", "attempt": attempt, "delay": delay, "charged": charged}
            return _level(failure, "warning"), told | _failed(failure)
        case Released(failure=failure):
            return _level(failure, "warning"), {"outcome": "released"} | _failed(failure)
        case Withdrawn():
            return "info", {"outcome": "cancelled"}
        case Superseded(attempt=attempt):
            return "warning", {"outcome": "superseded", "attempt": attempt}


def _failed(failure: Failure) -> Fields:
    fields: Fields = {"code": failure.code, "error": failure.message, "remedy": failure.remedy}
    return fields | ({"trace": failure.trace} if failure.trace and failure.code in _FAULTS else {})


def _level(failure: Failure, otherwise: str) -> str:
    return "error" if failure.code in _FAULTS else otherwise


def _worse(level: str) -> str:
    return "warning" if level == "info" else level
