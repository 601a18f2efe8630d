"""A runner as a process of its own: ``python -m tests.integration.program work [--once]``, as ``cad-runner`` would be.

It converts fake drawings, with a short lease. ``DIES_AT`` names the step at which it ends as the kernel would end it:
before a call of that name, or after it (``complete+``). ``STOPS_AT`` sends it SIGTERM there instead.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from typing import Any

from runner.amqp.inbox import Inbox
from runner.cli import main, work
from tests.integration.place import LEASE, PIPELINE

_SIGNALS = {"DIES_AT": signal.SIGKILL, "STOPS_AT": signal.SIGTERM}


class Stepped:
    """Wraps a part; something happens before or after a call."""

    def __init__(self, part: Any) -> None:
        self._part = part

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._part, name)
        if not callable(value):
            return value

        def stepped(*arguments: Any, **named: Any) -> Any:
            happen(name)
            answer = value(*arguments, **named)
            happen(f"{name}+")
            return answer

        return stepped


def happen(step: str) -> None:
    """Let happen what is to happen at a step."""
    for name, number in _SIGNALS.items():
        if os.environ.get(name) == step:
            os.kill(os.getpid(), number)


def assembled(*arguments: Any) -> Any:
    """The worker, with every part wrapped."""
    worker = _assembled(*arguments)
    parts = worker.parts
    worker.parts = replace(
        parts,
        objects=Stepped(parts.objects),
        jobs=Stepped(parts.jobs),
        events=Stepped(parts.events),
        lease=LEASE,
        notice=0.1,
    )
    pass_on = Inbox._pass_on

    def copied(*arguments: Any) -> None:
        pass_on(*arguments)
        happen("copied+")

    Inbox._pass_on = copied  # type: ignore[method-assign, assignment]
    worker.mailbox = Stepped(worker.mailbox)
    start = worker.start
    worker.start = lambda: Stepped(start())
    return worker


_assembled = work.assembled

if __name__ == "__main__":
    work.assembled = assembled  # type: ignore[assignment]
    work.PIPELINES["dxf"] = PIPELINE
    sys.exit(main(sys.argv[1:]))
