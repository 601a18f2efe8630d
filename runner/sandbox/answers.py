"""What the converting process says: lines of JSON, and the errors that they stand for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from runner.errors import ChildCrashed, DetectorUnusable, DrawingRefused, LocalDiskFull, UnexpectedError

if TYPE_CHECKING:
    from runner.errors import RunnerError

_LONGEST = 64_000_000


class Answers:
    """What arrives from the child: lines of JSON in pieces."""

    def __init__(self) -> None:
        self.last: dict[str, Any] | None = None  #: the answer that ends the conversation
        self.fresh = False  #: whether the progress is news
        self._rest = b""
        self._progress = ("start", 0.0)

    def take(self, data: bytes) -> None:
        """Take another piece. Raises ``ChildCrashed`` where it makes no sense."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST:
            raise ChildCrashed("The converting process gave an answer without end.")
        for line in lines:
            match self._decoded(line):
                case {"stage": str(stage), "share": float(share) | int(share)}:
                    self._progress, self.fresh = (stage[:80], min(max(float(share), 0.0), 1.0)), True
                case answer:
                    self.last = answer

    @staticmethod
    def _decoded(line: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise ChildCrashed("The converting process gave an answer that makes no sense.")
        return answer

    def progress(self) -> tuple[str, float]:
        """The latest stage and share; no news from now on."""
        self.fresh = False
        return self._progress


def judged(answer: dict[str, Any]) -> RunnerError:
    """The error that an answer of the child stands for."""
    match answer:
        case {"refused": {"code": code, "message": message, "remedy": remedy}}:
            return DrawingRefused(str(message), code=str(code), remedy=str(remedy))
        case {"unusable": {"code": code, "message": message, "remedy": remedy}}:
            return DetectorUnusable(str(message), code=str(code), remedy=str(remedy))
        case {"full": True}:
            return LocalDiskFull("No space is left on the disk.")
        case {"fault": fault, "trace": trace}:
            return UnexpectedError(f"The conversion failed: {fault}.", trace=str(trace))
        case _:
            return ChildCrashed("The converting process gave an answer that makes no sense.")
