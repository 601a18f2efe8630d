"""What a job is processed with: the seams' implementations, and the few numbers that matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.retry import RetryPolicy
from runner.steps import Follower, Unfollowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.protocols import Events, JobStore, ObjectStore


def _never() -> bool:
    return False


def _unwatched(_stage: str, _share: float) -> None:
    pass


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
    stop: Callable[[], bool] = _never  #: whether the runner is asked to stop
    watch: Callable[[str, float], None] = _unwatched  #: told of all progress: stage, and share 0..1
    follower: Follower = field(default_factory=Unfollowed)  #: told of the steps
