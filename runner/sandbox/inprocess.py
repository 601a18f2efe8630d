"""Runs a pipeline in this very process: for a debugger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.errors import MemoryLimit, RunnerError
from runner.sandbox import inside
from runner.sandbox.answers import judged
from runner.sandbox.converter import Setting
from runner.sandbox.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

    from runner.sandbox.converter import Beat


class InProcess:
    """Runs a pipeline in this very process. No limits hold, and a crash is a crash."""

    def __init__(self, pipeline: str, setting: Setting | None = None) -> None:
        self._pipeline = pipeline
        self._setting = setting or Setting()
        self._desk = Desk()
        self.desk = self._desk.path

    def run(self, source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        """Convert ``source`` into the folder ``out``; see ``Converter``."""
        try:
            every = {**options, **self._setting.options}
            report = inside.run(inside.load(self._pipeline), source, out, every, beat)
        except RunnerError:
            raise
        except MemoryError as error:
            raise MemoryLimit("The conversion needed more memory than there is.") from error
        except Exception as error:  # the child's judgement, so that both ways end alike
            raise judged(inside.described(error)) from error
        assert isinstance(report, dict)
        return report

    def alive(self) -> bool:
        """Always: it is this process."""
        return True

    def kill(self) -> None:
        """Nothing: there is no process to kill."""

    def close(self) -> None:
        """Remove the desk."""
        self._desk.clear()
