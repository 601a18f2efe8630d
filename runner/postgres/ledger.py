"""The record of the jobs, for people and for the exporter of metrics: to look things up, and to let jobs begin anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from runner.postgres.queries import queries
from runner.postgres.values import text
from runner.protocols import JobState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.postgres.database import Database, Row

#: What people do to jobs.
Action = Literal["cancel", "retry", "requeue", "purge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which jobs; all where nothing is said."""

    states: Sequence[JobState] | None = None
    kind: str | None = None
    tenant: str | None = None
    code: str | None = None  #: of the last failure
    since: float | None = None  #: made within so many seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Requeued:
    """A job that begins anew."""

    job_id: str
    kind: str
    message: str  #: as JSON
    before: JobState


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a reader of ended attempts has come; the beginning by default."""

    ended_in: str = "0"  #: the transaction, a number of up to 64 bits
    number: int = 0

    @classmethod
    def after(cls, row: Row) -> Mark:
        """The mark behind an attempt."""
        return cls(row["ended_in"], row["number"])


@dataclass(frozen=True, slots=True)
class Ledger:
    """The record. Rows come as they are, columns by name. Every method raises ``DatabaseUnavailable``."""

    database: Database

    def jobs(self, which: Which, *, limit: int) -> list[Row]:
        """The newest jobs; see the query ``ledger.list`` for the columns."""
        states = None if which.states is None else [str(state) for state in which.states]
        return self._run(
            "list",
            states=states,
            kind=which.kind,
            tenant=which.tenant,
            code=which.code,
            since=which.since,
            limit=limit,
        )

    def show(self, job_id: str) -> Row | None:
        """All of a job, with its ``attempts`` and what people did to it (``audit``)."""
        rows = self._run("show", job_id=text(job_id))
        if not rows:
            return None
        further = {name: self._run(name, job_id=text(job_id)) for name in ("attempts", "audit")}
        return rows[0] | further

    def figures(self, *, since: float) -> list[Row]:
        """How many jobs there are by kind and state; of settled ones those of the last ``since`` seconds."""
        return self._run("figures", since=since)

    def ended(self, mark: Mark, *, limit: int) -> list[Row]:
        """Attempts that ended behind a mark, in the order of their marks: each comes once, whoever writes meanwhile."""
        return self._run("ended_attempts", ended_in=mark.ended_in, number=mark.number, limit=limit)

    def note(self, job_id: str, *, who: str, why: str, action: Action, state: JobState | None = None) -> None:
        """Write down what somebody did to a job."""
        self._run("note", job_id=text(job_id), who=text(who), why=text(why), action=action, state=state)

    def forestall(self, job_id: str, *, who: str, why: str) -> bool:
        """Cancel a job whose message nobody has taken yet; False where somebody has."""
        return bool(self._run("forestall", job_id=text(job_id), who=text(who), why=text(why)))

    def requeue(self, job_id: str, *, who: str, why: str, action: Action = "retry") -> Requeued | None:
        """Let a job that is failed, dead or cancelled begin anew, with all its attempts; None where it is neither.

        Its message is still to be published; the next sweep does that for whoever can't.
        """
        rows = self._run("requeue", job_id=text(job_id), who=text(who), why=text(why), action=action)
        if not rows:
            return None
        message = json.dumps(rows[0]["message"], ensure_ascii=False)
        return Requeued(job_id=job_id, kind=rows[0]["kind"], message=message, before=JobState(rows[0]["state"]))

    def published(self, job_id: str) -> None:
        """The message of a job that begins anew is in its queue."""
        self._run("published", job_id=text(job_id))

    def _run(self, name: str, **parameters: object) -> list[Row]:
        return self.database.run(queries("ledger")[name], **parameters)
