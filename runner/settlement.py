"""How an attempt is settled: the row first, then the event, then the outcome for whoever holds the message.

In that order since each step is repeated where the one after it fails: the redelivery finds the row settled, and
tells again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.errors import AttemptsExhausted, BrokerUnavailable, Cancelled, Halted, LeaseLost, Outage, Permanent
from runner.outcome import Completed, Failure, Outcome, Rejected, Released, Result, Retry, Superseded, Withdrawn
from runner.protocols import JobState, Settled

if TYPE_CHECKING:
    from runner.contract import ResultEvent
    from runner.errors import RunnerError
    from runner.events import Herald
    from runner.parts import Parts
    from runner.protocols import Claim, Delivery


@dataclass(frozen=True, slots=True)
class Settlement:
    """Settles the job of one delivery."""

    job_id: str
    delivery: Delivery
    herald: Herald
    parts: Parts

    def completed(self, claim: Claim, result: Result) -> Outcome:
        """The result is stored."""
        try:
            held = self.parts.jobs.complete(claim, result)
        except Outage as outage:
            return self.postponed(outage, claim.attempt)
        if not held:
            return self._superseded(claim)
        return self._done(claim.attempt, result, repeated=False)

    def failed(self, claim: Claim, error: RunnerError) -> Outcome:
        """The attempt ended by ``error``."""
        try:
            match error:
                case LeaseLost():
                    return self._superseded(claim)
                case Cancelled():
                    held = self.parts.jobs.cancelled(claim)
                    outcome: Outcome = Withdrawn(job_id=self.job_id)
                case Halted():
                    held = self.parts.jobs.retry(claim, Failure.of(error), charged=False)
                    outcome = Released(failure=Failure.of(error), job_id=self.job_id)
                case Outage():
                    held = self.parts.jobs.retry(claim, Failure.of(error), charged=False)
                    outcome = self.postponed(error, claim.attempt)
                case _:
                    return self._judged(claim, error)
        except Outage as outage:
            return self.postponed(outage, claim.attempt)
        return outcome if held else self._superseded(claim)

    def _judged(self, claim: Claim, error: RunnerError) -> Outcome:
        """Try again, or give up. Raises ``Outage``."""
        failure = Failure.of(error)
        delay = self.parts.policy.after(error, attempt=claim.attempt, previous=claim.previous)
        if delay is not None:
            if not self.parts.jobs.retry(claim, failure, charged=True):
                return self._superseded(claim)
            return Retry(job_id=self.job_id, failure=failure, delay=delay, charged=True, attempt=claim.attempt)
        state = JobState.FAILED if isinstance(error, Permanent) else JobState.DEAD
        if not self.parts.jobs.fail(claim, failure, dead=state is JobState.DEAD):
            return self._superseded(claim)
        return self._given_up(claim.attempt, failure, state)

    def repeated(self, settled: Settled) -> Outcome:
        """The job was settled before: tell again, since whoever did it may not have come to that."""
        match settled:
            case Settled(state=JobState.COMPLETED, result=Result() as result):
                return self._done(settled.attempt, result, repeated=True)
            case Settled(state=JobState.CANCELLED):
                return Withdrawn(job_id=self.job_id)
            case _:
                failure = settled.failure or Failure.of(AttemptsExhausted())
                return self._given_up(settled.attempt, failure, settled.state)

    def postponed(self, outage: Outage, attempt: int) -> Retry:
        """Something is down that the job is not to blame for: the message waits, and the attempt does not count."""
        delay = self.parts.policy.pause(attempt)
        return Retry(job_id=self.job_id, failure=Failure.of(outage), delay=delay, charged=False, attempt=attempt)

    def _superseded(self, claim: Claim) -> Superseded:
        return Superseded(job_id=self.job_id, attempt=claim.attempt)

    def _done(self, attempt: int, result: Result, *, repeated: bool) -> Outcome:
        outcome = Completed(job_id=self.job_id, attempt=attempt, result=result, repeated=repeated)
        return self._announced(outcome, self.herald.completed(attempt, result))

    def _given_up(self, attempt: int, failure: Failure, state: JobState) -> Outcome:
        dead = state is JobState.DEAD
        outcome = Rejected(failure=failure, dead_letter=dead, job_id=self.job_id, attempt=attempt)
        return self._announced(outcome, self.herald.failed(attempt, failure, state))

    def _announced(self, outcome: Outcome, event: ResultEvent) -> Outcome:
        """The outcome, once its event is out; where it can't be, the message goes back, and the redelivery tells."""
        delivery = self.delivery
        try:
            self.parts.events.publish(event, reply_to=delivery.reply_to, correlation_id=delivery.correlation_id)
        except BrokerUnavailable as error:
            return Released(failure=Failure.of(error), job_id=self.job_id)
        return outcome
