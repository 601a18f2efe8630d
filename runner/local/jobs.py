"""A job store in memory."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.errors import AttemptsExhausted
from runner.outcome import Failure, Result
from runner.protocols import Answer, Busy, Claim, Conflict, JobRequest, JobState, Settled, Standing

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One job, as the store knows it."""

    request: JobRequest
    state: JobState = JobState.WAITING
    attempt: int = 0
    owner: str | None = None
    lease_ends: float = 0.0
    stop: bool = False  #: its runner is asked to stop
    stage: str = ""
    share: float = 0.0
    result: Result | None = None
    failure: Failure | None = None

    @property
    def settled(self) -> Settled:
        """The row, where its state is final."""
        return Settled(state=self.state, attempt=self.attempt, result=self.result, failure=self.failure)


class MemoryJobs:
    """A job store that lives as long as the process; safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rows: dict[str, Row] = {}
        self._lock = threading.Lock()

    def row(self, job_id: str) -> Row | None:
        """What is known of a job."""
        return self._rows.get(job_id)

    def claim(self, request: JobRequest, *, owner: str, lease: float, attempts: int) -> Answer:
        """Claim a job; see ``JobStore``."""
        with self._lock:
            row = self._rows.setdefault(request.job_id, Row(request=request))
            if row.request.fingerprint != request.fingerprint:
                return Conflict()
            if row.state.is_final:
                return row.settled
            now = self._clock()
            if row.state is JobState.RUNNING and row.lease_ends > now:
                return Busy(owner=row.owner or "", seconds=row.lease_ends - now)
            if row.stop:
                row = replace(row, state=JobState.CANCELLED, owner=None)
            elif row.attempt >= attempts:
                failure = Failure.of(AttemptsExhausted(trace=row.failure.trace if row.failure else None))
                row = replace(row, state=JobState.DEAD, owner=None, failure=failure)
            else:
                ends = now + lease
                row = replace(
                    row,
                    state=JobState.RUNNING,
                    attempt=row.attempt + 1,
                    owner=owner,
                    lease_ends=ends,
                    stage="",
                    share=0.0,
                )
            self._rows[request.job_id] = row
            if row.state.is_final:
                return row.settled
            return Claim(
                job_id=request.job_id,
                attempt=row.attempt,
                owner=owner,
                previous=row.failure.code if row.failure else None,
            )

    def renew(self, claim: Claim, *, lease: float, stage: str, share: float) -> Standing:
        """Prolong the lease; see ``JobStore``."""
        with self._lock:
            row = self._held(claim)
            if row is None:
                return Standing.LOST
            ends = self._clock() + lease
            self._rows[claim.job_id] = replace(row, lease_ends=ends, stage=stage, share=share)
            return Standing.CANCELLED if row.stop else Standing.HELD

    def complete(self, claim: Claim, result: Result) -> bool:
        """The job is completed; see ``JobStore``."""
        return self._settle(claim, state=JobState.COMPLETED, result=result, failure=None)

    def fail(self, claim: Claim, failure: Failure, *, dead: bool) -> bool:
        """The job has failed for good; see ``JobStore``."""
        return self._settle(claim, state=JobState.DEAD if dead else JobState.FAILED, failure=failure)

    def retry(self, claim: Claim, failure: Failure, *, charged: bool) -> bool:
        """The job waits; see ``JobStore``."""
        if not charged:
            return self._settle(claim, state=JobState.WAITING, attempt=claim.attempt - 1)
        return self._settle(claim, state=JobState.WAITING, failure=failure)

    def cancelled(self, claim: Claim) -> bool:
        """The job is cancelled; see ``JobStore``."""
        return self._settle(claim, state=JobState.CANCELLED)

    def cancel(self, job_id: str) -> JobState | None:
        """Cancel a job; see ``JobStore``."""
        with self._lock:
            row = self._rows.get(job_id)
            if row is None:
                return None
            if row.state is JobState.WAITING:
                self._rows[job_id] = replace(row, state=JobState.CANCELLED)
            elif row.state is JobState.RUNNING:
                self._rows[job_id] = replace(row, stop=True)
            return row.state

    def _held(self, claim: Claim) -> Row | None:
        """The row, where the claim is in force."""
        row = self._rows.get(claim.job_id)
        fence = (JobState.RUNNING, claim.attempt, claim.owner)
        return row if row is not None and (row.state, row.attempt, row.owner) == fence else None

    def _settle(self, claim: Claim, **changes: object) -> bool:
        """End a claim, where it is in force."""
        with self._lock:
            row = self._held(claim)
            if row is None:
                return False
            self._rows[claim.job_id] = replace(row, owner=None, **changes)  # type: ignore[arg-type]  # fields of Row
            return True
