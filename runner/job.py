"""The path of one job: claim, download, convert, upload, complete, tell, and the outcome as a value.

``process`` raises nothing: whatever happens is an outcome, on which whoever holds the message acts. The
unacknowledged message is the outbox: a runner may vanish between any two steps, and the redelivery mends it.
"""

from __future__ import annotations

import errno
import os
import secrets
import socket
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from runner.contract import parse
from runner.errors import (
    BrokerUnavailable,
    InvalidMessage,
    JobConflict,
    LocalDiskFull,
    Outage,
    RunnerError,
    Stopping,
    Transient,
    UnexpectedError,
)
from runner.events import Herald
from runner.making import Making
from runner.outcome import Failure, Rejected, Released, Retry
from runner.protocols import Busy, Claim, Conflict, JobRequest, Settled
from runner.settlement import Settlement

if TYPE_CHECKING:
    from runner.contract import JobMessage
    from runner.outcome import Outcome
    from runner.parts import Parts
    from runner.protocols import Answer, Delivery, ObjectStore
    from runner.sandbox.converter import Converter

_LONGEST_TRACE = 128  #: as the contract allows


def process(delivery: Delivery, converter: Converter, parts: Parts) -> Outcome:
    """Take a message to its outcome. The ``converter`` is spent; closing it is the caller's."""
    try:
        message = _traced(parse(delivery.body), delivery)
        _require_bucket(message, parts.objects)
    except InvalidMessage as error:
        return Rejected(failure=Failure.of(error), dead_letter=True)
    with parts.follower.job(message, delivery.kind):
        try:
            outcome = _processed(message, delivery, converter, parts)
        except Exception as error:  # noqa: BLE001  a fault in here must not lose the job: the message goes back
            outcome = Released(failure=Failure.of(_named(error)), job_id=message.job_id)
        parts.follower.ended(outcome)
    return outcome


def _processed(message: JobMessage, delivery: Delivery, converter: Converter, parts: Parts) -> Outcome:
    """Claim the job, and do what its state asks for."""
    settlement = Settlement(message.job_id, delivery, Herald(message), parts)
    try:
        with parts.follower.step("claim"):
            answer = _claimed(message, delivery, parts)
    except Outage as outage:
        return settlement.postponed(outage, 1)
    match answer:
        case Claim():
            return _attempted(message, answer, converter, settlement)
        case Settled():
            return settlement.repeated(answer)
        case Busy(seconds=seconds):
            failure = Failure("busy", f"Another runner holds the job, for {seconds:.0f} s more at least.", "Wait.")
            return Retry(job_id=message.job_id, failure=failure, delay=parts.policy.pause(1), charged=False)
        case Conflict():
            return Rejected(failure=Failure.of(JobConflict()), dead_letter=True, job_id=message.job_id)


def _claimed(message: JobMessage, delivery: Delivery, parts: Parts) -> Answer:
    request = JobRequest(
        job_id=message.job_id,
        kind=delivery.kind,
        fingerprint=message.fingerprint,
        message=message.model_dump_json(exclude_none=True),
    )
    return parts.jobs.claim(request, owner=_owner(), lease=parts.lease, attempts=parts.policy.attempts)


def _attempted(message: JobMessage, claim: Claim, converter: Converter, settlement: Settlement) -> Outcome:
    """Make the result, and settle the job by how that ended."""
    parts, herald = settlement.parts, settlement.herald
    with suppress(BrokerUnavailable):
        parts.events.publish(herald.started(claim.attempt))
    try:
        result = Making(message, settlement.delivery.kind, claim, herald, parts).result(converter)
    except Exception as error:  # noqa: BLE001  every way to fail is settled in one place
        named = _named(error)
        # A converter that was killed because the runner stops has not failed.
        with parts.follower.step("fail"):
            return settlement.failed(claim, Stopping() if isinstance(named, Transient) and parts.stop() else named)
    with parts.follower.step("complete"):
        return settlement.completed(claim, result)


def _traced(message: JobMessage, delivery: Delivery) -> JobMessage:
    """The message with the trace context of its headers, where tracing libraries put it, unless it says itself."""
    trace = delivery.headers.get("traceparent")
    if message.traceparent is not None or trace is None or len(trace) > _LONGEST_TRACE:
        return message
    return message.model_copy(update={"traceparent": trace})


def _require_bucket(message: JobMessage, objects: ObjectStore) -> None:
    if message.bucket not in (None, objects.bucket):
        raise InvalidMessage(
            f"The message names the bucket {message.bucket!r}; this runner serves {objects.bucket!r}.",
            remedy="Publish to the runners of that bucket, or leave the bucket out.",
        )


def _named(error: Exception) -> RunnerError:
    """The error of our tree that ``error`` is."""
    if isinstance(error, RunnerError):
        return error
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LocalDiskFull("No space is left for temporary files.")
    trace = "".join(traceback.format_exception(error))
    return UnexpectedError(f"The runner failed: {type(error).__name__}: {error}.", trace=trace)


def _owner() -> str:
    """Who works on the job: the machine and the process, and never the same twice."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
