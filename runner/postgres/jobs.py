"""The job store on PostgreSQL; see ``runner.protocols.JobStore``.

Each change is one statement, so that no runner ever sees half of one. What a statement did is told by the row it gives.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.errors import AttemptsExhausted, DatabaseUnavailable
from runner.outcome import Failure, Result
from runner.postgres import values
from runner.postgres.database import ConnectionLost, Database
from runner.postgres.queries import queries
from runner.protocols import Answer, Busy, Claim, Conflict, JobRequest, JobState, Settled, Standing

if TYPE_CHECKING:
    from runner.postgres.database import Row

#: How often a claim is tried while others change the job between our asking and our looking.
_TURNS = 20
#: The fingerprint of a job that was cancelled before anybody saw it.
_ANY = ""
#: Seconds between two tries to write a result down.
_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class PostgresJobs:
    """Jobs in a database that all runners share; safe for threads, which take turns."""

    database: Database
    insist: float = 20.0  #: seconds for which a result is offered to a database that is away, as while it restarts

    def claim(self, request: JobRequest, *, owner: str, lease: float, attempts: int) -> Answer:
        """Claim a job; see ``JobStore``."""
        content, tenant, traceparent = values.message(request.message)
        asked = {
            "job_id": request.job_id,
            "kind": request.kind,
            "fingerprint": request.fingerprint,
            "message": content,
            "tenant": tenant,
            "traceparent": traceparent,
            "owner": owner,
            "lease": lease,
            "attempts": attempts,
        }
        for _ in range(_TURNS):
            if row := self._row("claim", **asked):
                return Claim(job_id=request.job_id, attempt=row["attempt"], owner=owner, previous=row["previous"])
            row = self._row("look", job_id=request.job_id)
            if row and (answer := _refusal(row, request, owner)):
                return answer
            if row and (row["stop"] or row["attempt"] >= attempts):
                self._give_up(request.job_id, row, attempts)
        raise DatabaseUnavailable(f"The job {request.job_id} changed too often to be claimed.")

    def renew(self, claim: Claim, *, lease: float, stage: str, share: float) -> Standing:
        """Prolong the lease; see ``JobStore``."""
        row = self._row("renew", **_fence(claim), lease=lease, stage=values.text(stage), share=share)
        if row is None:
            return Standing.LOST
        return Standing.CANCELLED if row["stop"] else Standing.HELD

    def complete(self, claim: Claim, result: Result) -> bool:
        """The job is completed; see ``JobStore``."""
        return self._settle(claim, JobState.COMPLETED, "completed", result=result, insist=self.insist)

    def fail(self, claim: Claim, failure: Failure, *, dead: bool) -> bool:
        """The job has failed for good; see ``JobStore``."""
        state = JobState.DEAD if dead else JobState.FAILED
        return self._settle(claim, state, state, failure=failure, insist=self.insist)

    def retry(self, claim: Claim, failure: Failure, *, charged: bool) -> bool:
        """The job waits; see ``JobStore``."""
        return self._settle(claim, JobState.WAITING, "retried" if charged else "released", failure=failure)

    def cancelled(self, claim: Claim) -> bool:
        """The job is cancelled; see ``JobStore``."""
        return self._settle(claim, JobState.CANCELLED, "cancelled")

    def cancel(self, job_id: str, *, who: str | None = None, why: str = "") -> JobState | None:
        """Cancel a job, and write down ``who`` did; see ``JobStore``."""
        asked = self._row("cancel", job_id=job_id, who=who and values.text(who), why=values.text(why))
        row = asked or self._row("state", job_id=job_id)
        return JobState(row["state"]) if row else None

    def _settle(
        self,
        claim: Claim,
        state: JobState,
        outcome: str,
        *,
        result: Result | None = None,
        failure: Failure | None = None,
        insist: float = 0.0,
    ) -> bool:
        summary = result.summary if result else {}
        ending = {
            "state": state,
            "outcome": outcome,
            "given_back": int(outcome == "released"),
            "result": result and values.result(result),
            "result_path": result and values.text(result.path),
            "failure": values.failure(failure),
            "charged_failure": None if outcome == "released" else values.failure(failure),
            "seconds": values.plain(summary.get("timings")),
            "source_bytes": summary.get("source_bytes"),
            "bytes": summary.get("bytes"),
            "peak_memory": summary.get("peak_memory"),
        }
        deadline, lost = time.monotonic() + insist, False
        while True:
            try:
                if self._row("settle", **_fence(claim), **ending):
                    return True
                # Done before the line was cut, perhaps: then this try found the claim ended.
                return lost and self._ended(claim, outcome)
            except DatabaseUnavailable as outage:
                again = isinstance(outage, ConnectionLost) and not lost
                lost = lost or isinstance(outage, ConnectionLost)
                if not again and time.monotonic() >= deadline:
                    raise
                if not again:
                    time.sleep(_PAUSE)

    def _ended(self, claim: Claim, outcome: str) -> bool:
        """Whether a claim ended so."""
        row = self._row("outcome", job_id=claim.job_id, owner=claim.owner)
        return row is not None and row["outcome"] == outcome

    def _give_up(self, job_id: str, row: Row, attempts: int) -> None:
        """Settle a job that may not be tried again."""
        failure = Failure.of(AttemptsExhausted(trace=(row["failure"] or {}).get("trace")))
        self._row("give_up", job_id=job_id, attempts=attempts, failure=values.failure(failure))

    def _row(self, name: str, **parameters: Any) -> Row | None:
        rows = self.database.run(queries("jobs")[name], **parameters)
        return rows[0] if rows else None


def _refusal(row: Row, request: JobRequest, owner: str) -> Answer | None:
    """Why a job could not be claimed; None where it could be by now, or has to be given up."""
    state = JobState(row["state"])
    if row["fingerprint"] not in (request.fingerprint, _ANY):
        return Conflict()
    if state.is_final:
        result, failure = values.read_result(row["result"]), values.read_failure(row["failure"])
        return Settled(state=state, attempt=row["attempt"], result=result, failure=failure)
    if state is JobState.RUNNING and row["owner"] == owner:
        # The claim was ours, and only the answer was lost.
        code = (row["failure"] or {}).get("code")
        return Claim(job_id=request.job_id, attempt=row["attempt"], owner=owner, previous=code)
    if state is JobState.RUNNING and row["seconds"] > 0:
        return Busy(owner=row["owner"], seconds=row["seconds"])
    return None


def _fence(claim: Claim) -> dict[str, Any]:
    return {"job_id": claim.job_id, "attempt": claim.attempt, "owner": claim.owner}
