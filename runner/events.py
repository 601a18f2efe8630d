"""The events of a job: what the backend hears, made of what happened."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runner.contract import EventData, EventError, EventFile, ResultEvent
from runner.protocols import JobState

if TYPE_CHECKING:
    from runner.contract import EventType, JobMessage, Status
    from runner.outcome import Failure, Result

_FAILED: dict[JobState, EventType] = {JobState.FAILED: "job.failed", JobState.DEAD: "job.dead"}


@dataclass(frozen=True, slots=True)
class Herald:
    """Makes the events of one message.

    How a job ended may be told twice, and is the same event then: its id and its time come from the row.
    """

    message: JobMessage

    def started(self, attempt: int) -> ResultEvent:
        """The job is claimed."""
        return self._passing("job.started", self._data("running", attempt))

    def progress(self, attempt: int, stage: str, share: float) -> ResultEvent:
        """The conversion is at ``stage``, with ``share`` (0..1) of the work behind it."""
        news = {"stage": stage, "progress": round(share, 3)}
        return self._passing("job.progress", self._data("running", attempt).model_copy(update=news))

    def completed(self, attempt: int, result: Result) -> ResultEvent:
        """The result is stored."""
        files = tuple(EventFile.model_validate(each, from_attributes=True) for each in result.artifacts)
        news = {"result_path": result.path, "files": files, "summary": result.summary}
        return self._last("job.completed", self._data("completed", attempt).model_copy(update=news), result.at)

    def failed(self, attempt: int, failure: Failure, state: JobState) -> ResultEvent:
        """The job is given up; ``state`` is FAILED or DEAD."""
        error = EventError(code=failure.code, message=failure.message, remedy=failure.remedy)
        data = self._data("dead" if state is JobState.DEAD else "failed", attempt)
        return self._last(_FAILED[state], data.model_copy(update={"error": error}), failure.at)

    def _data(self, status: Status, attempt: int) -> EventData:
        return EventData(job_id=self.message.job_id, status=status, attempt=attempt, tenant=self.message.tenant)

    def _passing(self, kind: EventType, data: EventData) -> ResultEvent:
        return self._event(kind, data, uuid.uuid4().hex, datetime.now(UTC))

    def _last(self, kind: EventType, data: EventData, at: datetime) -> ResultEvent:
        return self._event(kind, data, f"{data.job_id}:{kind}:{at.timestamp():.6f}", at)

    def _event(self, kind: EventType, data: EventData, ident: str, at: datetime) -> ResultEvent:
        return ResultEvent(
            id=ident, type=kind, subject=data.job_id, time=at, traceparent=self.message.traceparent, data=data
        )
