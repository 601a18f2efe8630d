"""The steps of a job, for whoever follows them from outside, as ``runner.traces`` does."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.contract import JobMessage
    from runner.outcome import Outcome

Step = Literal["claim", "download", "convert", "upload", "complete", "fail"]


class Follower(Protocol):
    """Follows one job at a time. It raises nothing, and swallows nothing that is raised within a job or a step."""

    def job(self, message: JobMessage, kind: str) -> AbstractContextManager[None]:
        """Around a job, from the claim on."""
        ...

    def step(self, name: Step) -> AbstractContextManager[None]:
        """Around a step of the job."""
        ...

    def stages(self, seconds: Mapping[str, float]) -> None:
        """Within a step, at its end: the stages that it had, one after the other, in seconds."""
        ...

    def ended(self, outcome: Outcome) -> None:
        """Within a job, at its end: how it ended."""
        ...


class Unfollowed:
    """Nobody follows."""

    def job(self, _message: JobMessage, _kind: str) -> AbstractContextManager[None]:
        """Around a job."""
        return nullcontext()

    def step(self, _name: Step) -> AbstractContextManager[None]:
        """Around a step."""
        return nullcontext()

    def stages(self, seconds: Mapping[str, float]) -> None:
        """The stages of a step."""

    def ended(self, outcome: Outcome) -> None:
        """How a job ended."""
