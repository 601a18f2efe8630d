"""The path of one job: claim, download, convert, upload, complete, tell, and the outcome as a value.

``process`` raises nothing: whatever happens is an outcome, which whoever holds the message then acts on. The
unacknowledged message is the outbox: a runner may vanish between any two steps, and the redelivery mends it.
"""

from __future__ import annotations

import errno
import os
import secrets
import socket
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runner.contract import parse
from runner.errors import (
    AttemptsExhausted,
    BrokerUnavailable,
    Cancelled,
    ChecksumMismatch,
    Halted,
    InvalidMessage,
    JobConflict,
    LeaseLost,
    LocalDiskFull,
    Outage,
    Permanent,
    RunnerError,
    Stopping,
    UnexpectedError,
)
from runner.events import Herald
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
from runner.protocols import Busy, Claim, Conflict, JobRequest, JobState, Settled, Standing
from runner.retry import RetryPolicy
from runner.summary import summary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.contract import JobMessage, ResultEvent
    from runner.protocols import Delivery, Events, JobStore, ObjectStore
    from runner.sandbox import Converter

MODEL = "model.glb"
_TYPES = {
    ".glb": "model/gltf-binary",
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".png": "image/png",
}


def _nobody() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a job is processed with."""

    objects: ObjectStore
    jobs: JobStore
    events: Events
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    lease: float = 120.0  #: seconds that a claim holds without a sign of life
    largest_source: int = 500_000_000  #: bytes
    notice: float = 1.0  #: seconds between two notes of progress on the row and as an event
    stop: Callable[[], bool] = _nobody  #: whether the runner is asked to stop
    watch: Callable[[str, float], None] | None = None  #: told of all progress, in this process


def process(delivery: Delivery, converter: Converter, parts: Parts) -> Outcome:
    """Take a message to its outcome. The ``converter`` is spent; closing it is the caller's."""
    try:
        message = parse(delivery.body)
        _require_bucket(message, parts.objects)
    except InvalidMessage as error:
        return Rejected(failure=Failure.of(error), dead_letter=True)
    attempt = _Attempt(message, delivery, converter, parts)
    try:
        return attempt.outcome()
    except Exception as error:  # noqa: BLE001  a fault of ours is an outcome too: the job must not vanish
        return attempt.failed(_unexpected(error))


def _require_bucket(message: JobMessage, objects: ObjectStore) -> None:
    if message.bucket not in (None, objects.bucket):
        raise InvalidMessage(
            f"The message names the bucket {message.bucket!r}; this runner serves {objects.bucket!r}.",
            remedy="Publish to the runners of that bucket, or leave the bucket out.",
        )


def _unexpected(error: Exception) -> RunnerError:
    if isinstance(error, RunnerError):
        return error
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LocalDiskFull("No space is left for temporary files.")
    trace = "".join(traceback.format_exception(error))
    return UnexpectedError(f"The runner failed: {type(error).__name__}: {error}.", trace=trace)


class _Attempt:
    """One message on its way."""

    def __init__(self, message: JobMessage, delivery: Delivery, converter: Converter, parts: Parts) -> None:
        self._message = message
        self._delivery = delivery
        self._converter = converter
        self._parts = parts
        self._claim = Claim(job_id=message.job_id, attempt=0, owner=_owner())
        self._herald = Herald(message)
        self._noted = -float("inf")

    def outcome(self) -> Outcome:
        """Claim the job, and do or repeat what its state asks for."""
        message, parts = self._message, self._parts
        request = JobRequest(
            job_id=message.job_id,
            kind=self._delivery.kind,
            fingerprint=message.fingerprint,
            message=message.model_dump_json(exclude_none=True),
        )
        try:
            answer = parts.jobs.claim(
                request, owner=self._claim.owner, lease=parts.lease, attempts=parts.policy.attempts
            )
        except Outage as error:
            return self._later(error)
        match answer:
            case Claim():
                self._claim = answer
                return self._worked()
            case Settled():
                return self._repeated(answer)
            case Busy(seconds=seconds):
                failure = Failure("busy", f"Another runner holds the job for {seconds:.0f} s more.", "Wait.")
                return Retry(job_id=message.job_id, failure=failure, delay=parts.policy.pause(1), charged=False)
            case Conflict():
                return Rejected(failure=Failure.of(JobConflict()), dead_letter=True, job_id=message.job_id)

    def _worked(self) -> Outcome:
        """Download, convert, upload; then settle the job by how that ended."""
        try:
            self._tell(self._herald.started(self._claim.attempt))
            result = self._made()
        except Exception as error:  # noqa: BLE001  every way to fail is settled in one place
            return self.failed(Stopping() if self._parts.stop() else _unexpected(error))
        return self._completed(result)

    def _made(self) -> Result:
        """The result, stored."""
        source, out = self._converter.desk / "source", self._converter.desk / "out"
        source.mkdir()
        out.mkdir()
        drawing = source / self._message.file_path.rpartition("/")[2]
        self._beat("download", 0.0)
        self._download(drawing)
        report = self._converter.run(drawing, out, self._options(), self._beat)
        self._beat("upload", 1.0)
        return Result(artifacts=self._uploaded(out), summary=summary(report))

    def _options(self) -> dict[str, Any]:
        return self._message.options.model_dump(mode="json")

    def _download(self, drawing: Path) -> None:
        message = self._message
        stored = self._parts.objects.download(message.file_path, drawing, limit=self._parts.largest_source)
        if message.size not in (None, stored.size):
            raise ChecksumMismatch(f"The drawing has {stored.size} bytes, not {message.size} as the message says.")
        if message.checksum not in (None, stored.checksum):
            raise ChecksumMismatch(f"The drawing's checksum is {stored.checksum}, not as the message says.")

    def _uploaded(self, out: Path) -> tuple[Artifact, ...]:
        """Everything that the pipeline wrote, stored; the model last, so that it is never there alone."""
        files = sorted(
            (path for path in out.iterdir() if path.is_file()), key=lambda path: (path.name == MODEL, path.name)
        )
        if not files or files[-1].name != MODEL:
            raise UnexpectedError("The conversion ended without a model.")
        return tuple(self._upload(path) for path in files)

    def _upload(self, path: Path) -> Artifact:
        key = f"{self._message.prefix}/{path.name}"
        media = _TYPES.get(path.suffix, "application/octet-stream")
        stored = self._parts.objects.upload(key, path, content_type=media)
        return Artifact(
            name=path.name, path=key, size=stored.size, checksum=stored.checksum, content_type=stored.content_type
        )

    def _beat(self, stage: str, share: float) -> None:
        """A sign of life: renews the lease and tells of the progress, once a second at most; raises to stop."""
        if self._parts.watch is not None:
            self._parts.watch(stage, share)
        if self._parts.stop():
            raise Stopping
        now = time.monotonic()
        if now < self._noted + self._parts.notice:
            return
        self._noted = now
        # A database that is away for a moment costs the lease at worst, not the work.
        with suppress(Outage):
            match self._parts.jobs.renew(self._claim, lease=self._parts.lease, stage=stage, share=share):
                case Standing.CANCELLED:
                    raise Cancelled
                case Standing.LOST:
                    raise LeaseLost
                case Standing.HELD:
                    self._tell(self._herald.progress(self._claim.attempt, stage, share))

    def _completed(self, result: Result) -> Outcome:
        try:
            if not self._parts.jobs.complete(self._claim, result):
                return Superseded(job_id=self._claim.job_id, attempt=self._claim.attempt)
        except Outage as error:
            return self._later(error)
        done = Completed(job_id=self._claim.job_id, attempt=self._claim.attempt, result=result)
        return self._announced(done, self._herald.completed(done.attempt, result))

    def failed(self, error: RunnerError) -> Outcome:
        """Settle the job after ``error``."""
        try:
            match error:
                case Cancelled():
                    held = self._parts.jobs.cancelled(self._claim)
                    outcome: Outcome = Withdrawn(job_id=self._claim.job_id)
                case LeaseLost():
                    held = False
                    outcome = Superseded(job_id=self._claim.job_id, attempt=self._claim.attempt)
                case Halted():
                    held = self._parts.jobs.retry(self._claim, Failure.of(error), charged=False)
                    outcome = Released(failure=Failure.of(error), job_id=self._claim.job_id)
                case _:
                    return self._charged(error)
        except Outage as outage:
            return self._later(outage)
        return outcome if held else Superseded(job_id=self._claim.job_id, attempt=self._claim.attempt)

    def _charged(self, error: RunnerError) -> Outcome:
        """Settle the job after a failure: try again, or give up."""
        claim, policy, failure = self._claim, self._parts.policy, Failure.of(error)
        charged = not isinstance(error, Outage)
        delay = (
            policy.after(error, attempt=claim.attempt, previous=claim.previous)
            if charged
            else policy.pause(claim.attempt)
        )
        if delay is not None:
            if not self._parts.jobs.retry(claim, failure, charged=charged):
                return Superseded(job_id=claim.job_id, attempt=claim.attempt)
            return Retry(job_id=claim.job_id, failure=failure, delay=delay, charged=charged, attempt=claim.attempt)
        dead = not isinstance(error, Permanent)
        if not self._parts.jobs.fail(claim, failure, dead=dead):
            return Superseded(job_id=claim.job_id, attempt=claim.attempt)
        return self._rejected(failure, claim.attempt, dead=dead)

    def _repeated(self, settled: Settled) -> Outcome:
        """The job had been settled before: tell again, since the runner that did it may not have come to it."""
        match settled:
            case Settled(state=JobState.COMPLETED, result=Result() as result):
                done = Completed(job_id=self._claim.job_id, attempt=settled.attempt, result=result, repeated=True)
                return self._announced(done, self._herald.completed(done.attempt, result))
            case Settled(state=JobState.CANCELLED):
                return Withdrawn(job_id=self._claim.job_id)
            case _:
                failure = settled.failure or Failure.of(AttemptsExhausted())
                return self._rejected(failure, settled.attempt, dead=settled.state is JobState.DEAD)

    def _rejected(self, failure: Failure, attempt: int, *, dead: bool) -> Outcome:
        outcome = Rejected(failure=failure, dead_letter=dead, job_id=self._claim.job_id, attempt=attempt)
        state = JobState.DEAD if dead else JobState.FAILED
        return self._announced(outcome, self._herald.failed(attempt, failure, state))

    def _later(self, outage: Outage) -> Retry:
        """Something is down that the job's row lies in: nothing is written, and the message waits."""
        return Retry(
            job_id=self._claim.job_id,
            failure=Failure.of(outage),
            delay=self._parts.policy.pause(self._claim.attempt),
            charged=False,
            attempt=self._claim.attempt,
        )

    def _announced(self, outcome: Outcome, event: ResultEvent) -> Outcome:
        """The outcome, once its event is out; the message goes back where it can't be, and the redelivery tells."""
        delivery = self._delivery
        try:
            self._parts.events.publish(event, reply_to=delivery.reply_to, correlation_id=delivery.correlation_id)
        except BrokerUnavailable as error:
            return Released(failure=Failure.of(error), job_id=self._claim.job_id)
        return outcome

    def _tell(self, event: ResultEvent) -> None:
        """Publish what is nice to know: that it gets lost is no reason to stop."""
        with suppress(BrokerUnavailable):
            self._parts.events.publish(event)


def _owner() -> str:
    """Who works on the job: the machine and the process, and never the same twice."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
