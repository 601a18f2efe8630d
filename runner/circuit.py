"""The circuit of a dependency, as pure arithmetic: whether it is asked, or spared since it is down.

                      5 failures in a row
             CLOSED ───────────────────────► OPEN ◄──────┐
                ▲                              │ 60 s    │ the probe fails
                │                              ▼         │
                └───── the probe succeeds ── PROBING ────┘

While open, nobody asks. Then one may: the probe. If whoever probes vanishes, another may after the same time.
Times are seconds of any clock that all who share the circuit share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Position(StrEnum):
    """How a circuit stands."""

    CLOSED = "closed"  #: all may pass
    OPEN = "open"  #: none may
    PROBING = "probing"  #: one is trying


@dataclass(frozen=True, slots=True)
class Rule:
    """When a circuit opens, and for how long."""

    failures: int = 5  #: in a row
    pause: float = 60.0  #: seconds until a probe

    def __post_init__(self) -> None:
        if self.failures < 1 or self.pause <= 0:
            raise ValueError("a circuit opens after at least one failure, for more than no time")


@dataclass(frozen=True, slots=True)
class Circuit:
    """A circuit at one moment; a closed one without failures by default."""

    failures: int = 0  #: in a row
    probe_at: float | None = None  #: while it is not closed: when the next probe is due
    probe: str | None = None  #: the pass of whoever is probing

    @property
    def position(self) -> Position:
        """How it stands."""
        if self.probe_at is None:
            return Position.CLOSED
        return Position.OPEN if self.probe is None else Position.PROBING

    def wait(self, now: float) -> float:
        """Seconds until somebody may pass; 0 where one may at once."""
        return 0.0 if self.probe_at is None else max(0.0, self.probe_at - now)

    def asked(self, ticket: str, now: float, rule: Rule) -> Circuit:
        """The circuit once ``ticket`` was let through; only where ``wait`` is 0. Tickets are never used twice."""
        if self.probe_at is None:
            return self
        return replace(self, probe_at=now + rule.pause, probe=ticket)

    def succeeded(self, ticket: str) -> Circuit:
        """The circuit after the dependency answered ``ticket``.

        One that set out before the circuit opened has no say in it: its answer may be older than the failures.
        """
        return Circuit() if self.probe_at is None or self.probe == ticket else self

    def failed(self, ticket: str, now: float, rule: Rule) -> Circuit:
        """The circuit after the dependency failed ``ticket``."""
        if self.probe_at is None:
            failures = self.failures + 1
            return Circuit(failures, now + rule.pause if failures >= rule.failures else None)
        return Circuit(self.failures + 1, now + rule.pause) if self.probe == ticket else self

    def abandoned(self, ticket: str, now: float) -> Circuit:
        """The circuit after ``ticket`` turned back without an answer: if it was the probe, another may go at once."""
        return Circuit(self.failures, now) if self.probe is not None and self.probe == ticket else self
