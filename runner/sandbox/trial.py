"""Tries the detector in a process of its own, since only there are the libraries imported that run it.

Started early and asked late, it costs a runner no time: meanwhile that connects to its services.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from runner.errors import DetectorUnusable, RunnerError
from runner.sandbox.converter import TRIAL, Limits, Setting
from runner.sandbox.process import Child

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A GPU may have to be woken.
_LIMITS = Limits(soft_seconds=60, hard_seconds=70, memory=None)


class Trial:
    """The detector that options ask for, being tried."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._child = Child(TRIAL, _LIMITS, Setting(options=options))

    def state(self) -> str:
        """What runs the detector, in a line. Raises ``DetectorUnusable`` where nothing does. To be called once."""
        with closing(self._child) as child:
            try:
                found = child.run(child.desk, child.desk, {}, lambda _stage, _share: None)
            except DetectorUnusable:
                raise
            except RunnerError as error:
                raise DetectorUnusable(f"The detector can't be tried: {error.message}") from None
        if found["problem"] is not None:
            raise DetectorUnusable(found["problem"], code=found["code"], remedy=found["remedy"])
        return str(found["state"])

    def close(self) -> None:
        """Give it up. May be called twice, and after ``state``."""
        self._child.close()
