"""How a job ended, as a value: what ``process`` returns, and whoever holds the message acts on.

| outcome    | the message is                                  | the job's row is        |
|------------|-------------------------------------------------|-------------------------|
| Completed  | acknowledged                                    | completed               |
| Rejected   | acknowledged, or sent to the dead-letter queue  | failed, dead, untouched |
| Retry      | sent to a retry queue                           | waiting                 |
| Released   | given back as it came                           | waiting, or settled     |
| Withdrawn  | acknowledged                                    | cancelled               |
| Superseded | acknowledged; nothing is published              | another runner's        |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runner.errors import RunnerError


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as a value: it goes on rows, into events, headers and log lines."""

    code: str
    message: str
    remedy: str
    trace: str | None = None  #: never leaves the runner's own log and row
    at: datetime = field(default_factory=_now)

    @classmethod
    def of(cls, error: RunnerError) -> Failure:
        """The value of an error. Its texts can be sent: names of files may be bytes of no known encoding."""
        message, advice, trace = (
            None if text is None else text.encode("utf-8", "replace").decode("utf-8")
            for text in (error.message, error.advice, error.trace)
        )
        return cls(error.reason, message or "", advice or "", trace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One stored file of a result."""

    name: str  #: 'model.glb'
    path: str  #: its key in the object store
    size: int
    checksum: str  #: 'sha256:...'
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a completed job made."""

    artifacts: tuple[Artifact, ...]
    summary: dict[str, Any]  #: counts and areas, see ``runner.summary``
    at: datetime = field(default_factory=_now)

    @property
    def path(self) -> str:
        """Where the model lies."""
        return next(each.path for each in self.artifacts if each.name.endswith(".glb"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The model is stored, the row says so, and the event is out."""

    job_id: str
    attempt: int
    result: Result
    repeated: bool = False  #: it had been completed before; only the event was published again


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """It will never become a model."""

    failure: Failure
    dead_letter: bool  #: for on-call to look at; a drawing's own fault is none of their business
    job_id: str | None = None  #: None where the message does not even say
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Not now: later."""

    job_id: str
    failure: Failure
    delay: int  #: seconds
    charged: bool  #: whether the attempt counts
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """The message goes back as it came; the attempt does not count."""

    failure: Failure
    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The job was cancelled."""

    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """Another runner has the job, or has settled it."""

    job_id: str
    attempt: int


Outcome = Completed | Rejected | Retry | Released | Withdrawn | Superseded
