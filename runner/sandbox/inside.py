"""What runs in the converting process: ``python -P -m runner.sandbox.inside SETTINGS``, started by ``process``.

Imports the pipeline first, while the parent still fetches the drawing, then reads one task from standard input and
answers on a pipe of its own in lines of JSON. Nothing in here imports the rest of the runner: this process parses
what strangers drew, and holds neither the runner's secrets nor its connections.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from types import FrameType

#: Exit code of a child too short of memory to say so.
NO_MEMORY = 86
_PR_SET_PDEATHSIG = 1
#: Progress is for people: more often than this it only costs time.
_PROGRESS_SECONDS = 0.1


class OutOfTime(BaseException):
    """The soft time limit has passed; no pipeline catches it by mistake."""


def main(argument: str) -> NoReturn:
    """Run one task, as ``argument`` (JSON) says: all that ``process`` puts there."""
    settings = json.loads(argument)
    _die_with(settings["parent"])
    answers = Answers(settings["answers"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGTERM, _out_of_time)
    faulthandler.enable()
    faulthandler.register(signal.SIGTERM, chain=True)
    try:
        answers.send(_answer(settings, answers))
    except MemoryError:
        os._exit(NO_MEMORY)
    sys.stdout.flush()
    sys.stderr.flush()
    # Nothing is left to do: taking the interpreter apart would keep the parent waiting.
    os._exit(0)


class Answers:
    """The pipe to the parent."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self._file = os.fdopen(descriptor, "w", encoding="utf-8", errors="replace")
        self._next = 0.0
        self._stage = ""

    def send(self, answer: dict[str, Any]) -> None:
        """Send one answer; a parent that is gone needs none."""
        try:
            self._file.write(json.dumps(answer, ensure_ascii=False) + "\n")
            self._file.flush()
        except BrokenPipeError:
            os._exit(1)

    def progress(self, stage: str, share: float) -> None:
        """Tell how far the conversion is: each stage, and within a stage ten times a second at most."""
        now = time.monotonic()
        if stage == self._stage and now < self._next:
            return
        self._stage, self._next = stage, now + _PROGRESS_SECONDS
        self.send({"stage": str(stage), "share": float(share)})


def _answer(settings: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """Do the task, and turn however it ends into a value."""
    try:
        pipeline = load(settings["pipeline"])
        if settings["kind"]:
            _prepare(settings["kind"], settings["options"])
        task = json.loads(sys.stdin.readline() or "null")
        if task is None:
            os._exit(0)
        if memory := settings["memory"]:
            # Not RLIMIT_AS: libraries reserve address space that they never use.
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        return {"report": run(pipeline, Path(task["source"]), Path(task["out"]), task["options"], answers.progress)}
    except MemoryError:
        return {"memory": True}
    except OutOfTime:
        return {"time": True}
    except Exception as error:  # noqa: BLE001  every way to fail crosses to the parent as a value
        return described(error)


def _prepare(kind: str, options: dict[str, Any]) -> None:
    """Get ready for a kind of drawings, until the task is there."""
    from pipelines.options import ConvertOptions  # noqa: PLC0415  with the pipeline
    from pipelines.source import prepare  # noqa: PLC0415  see above

    for _step in prepare(kind, ConvertOptions(**options)):
        if select.select([sys.stdin], [], [], 0)[0]:
            return


def load(name: str) -> Any:
    """The function that ``package.module:function`` names."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def run(pipeline: Any, source: Path, out: Path, options: dict[str, Any], progress: Any) -> Any:
    """Call a pipeline; its report as plain JSON types."""
    from pipelines.options import ConvertOptions, UnitName  # noqa: PLC0415  after the limits are set up
    from pipelines.report import plain  # noqa: PLC0415  see above

    options = {**options, "units": UnitName(options.get("units", UnitName.AUTO))}
    return plain(pipeline(source, out, ConvertOptions(**options), progress))


def described(error: Exception) -> dict[str, Any]:
    """An exception as a value: the verdict of a ``DrawingError``, or a fault with its trace."""
    from pipelines.errors import DrawingError  # noqa: PLC0415  after the limits are set up
    from pipelines.options import OptionUnusable  # noqa: PLC0415  see above

    if isinstance(error, OptionUnusable):
        return {"unusable": {"code": error.code, "message": error.message, "remedy": error.remedy}}
    if isinstance(error, DrawingError):
        return {"refused": {"code": error.reason, "message": error.message, "remedy": error.advice}}
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return {
        "fault": f"{type(error).__name__}: {error}"[:500] + place,
        "full": isinstance(error, OSError) and error.errno in (28, 122),
        "trace": "".join(traceback.format_exception(error))[-16_000:],
    }


def _out_of_time(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however it ends (Linux)."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  the parent imports this module too, and has no use for it

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
