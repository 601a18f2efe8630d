"""When to try again: pure arithmetic, so that it can be read and tested as such."""

from __future__ import annotations

from dataclasses import dataclass

from runner.errors import LimitExceeded, RunnerError, Transient


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """A first attempt, and one more after each delay."""

    delays: tuple[int, ...] = (60, 180, 360)  #: seconds; one retry queue for each

    def __post_init__(self) -> None:
        if any(delay <= 0 for delay in self.delays):
            raise ValueError("delays of a retry policy are positive")

    @property
    def attempts(self) -> int:
        """How often a job is tried in all."""
        return len(self.delays) + 1

    def delay(self, attempt: int) -> int | None:
        """Seconds to wait after the failure of ``attempt`` (1 is the first); None where none is left."""
        return self.delays[max(attempt, 1) - 1] if max(attempt, 1) <= len(self.delays) else None

    def after(self, error: RunnerError, *, attempt: int, previous: str | None) -> int | None:
        """Seconds to wait after ``error`` ended ``attempt``; None where it is not tried again.

        A limit is exceeded twice at most: ``previous`` is the code by which the attempt before failed.
        """
        if not isinstance(error, Transient):
            return None
        if isinstance(error, LimitExceeded) and previous == error.reason:
            return None
        return self.delay(attempt)

    def pause(self, attempt: int) -> int:
        """Seconds to wait where the attempt is not charged: as after its failure, and never None."""
        return self.delays[min(max(attempt, 1), len(self.delays)) - 1] if self.delays else 60
