"""Runs a pipeline in a process of its own, under limits, so that no drawing can harm the runner.

A ``Child`` is started before its drawing is there: while the parent claims and downloads, it imports its pipeline.
It has a folder, its ``desk``, that is gone with it. However it ends, ``run`` returns the report or raises one error
of ``runner.errors``: ``DrawingRefused``, ``TimeLimit``, ``MemoryLimit``, ``ChildCrashed``, ``UnexpectedError``.

A child dies with the *thread* that started it (Linux, prctl(2) PR_SET_PDEATHSIG): start it in one that lives on.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.errors import ChildCrashed, MemoryLimit, RunnerError, TimeLimit
from runner.sandbox import cgroup, inside
from runner.sandbox.answers import Answers, judged
from runner.sandbox.converter import Limits, Setting
from runner.sandbox.desk import Desk

if TYPE_CHECKING:
    from runner.sandbox.converter import Beat

#: What a child inherits of the environment; the rest may be secret.
_INHERITED = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "XDG_DATA_DIRS"),
    # Which GPUs there are for this container, and how they are numbered.
    *("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES"),
)
_BEAT_SECONDS = 1.0
_TAIL = 16_000


class Child:
    """A converting process."""

    def __init__(self, pipeline: str, limits: Limits | None = None, setting: Setting | None = None) -> None:
        self.limits = limits or Limits()
        self._setting = setting or Setting()
        self._desk = Desk()
        self.desk = self._desk.path
        (self.desk / "tmp").mkdir()
        self._errors = b""
        self._closed = False
        self._oom_kills = cgroup.oom_kills()
        self._report, remote = os.pipe()
        try:
            self._process = self._start(pipeline, remote)
        except BaseException:
            os.close(self._report)
            self._desk.clear()
            raise
        finally:
            os.close(remote)

    def _start(self, pipeline: str, answers: int) -> subprocess.Popen[bytes]:
        settings = {
            "pipeline": pipeline,
            "kind": self._setting.kind,
            "options": dict(self._setting.options),
            "answers": answers,
            "parent": os.getpid(),
            "memory": self.limits.memory,
        }
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ} | {
            "PYTHONPATH": os.pathsep.join(str(Path(path).absolute()) for path in sys.path if path),
            "TMPDIR": str(self.desk / "tmp"),
            # Each thread of the linear algebra library reserves tens of megabytes; none is used here.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        return subprocess.Popen(
            [sys.executable, "-P", "-m", inside.__name__, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[answers],
            env=environment,
            cwd=self.desk,
            start_new_session=True,
        )

    def run(self, source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        """Convert ``source`` into the folder ``out``; see ``Converter``."""
        task = {"source": str(source), "out": str(out), "options": {**options, **self._setting.options}}
        return self._judged(self._watched(json.dumps(task).encode() + b"\n", beat))

    def _watched(self, task: bytes, beat: Beat) -> dict[str, Any] | None:
        """The child's last answer; None where it died without one. Raises what ``beat`` raises, and ``TimeLimit``."""
        answers = Answers()
        begin = time.monotonic()
        soft, hard = begin + self.limits.soft_seconds, begin + self.limits.hard_seconds
        self._tell(task)
        with selectors.DefaultSelector() as selector:
            selector.register(self._report, selectors.EVENT_READ)
            selector.register(self._stderr, selectors.EVENT_READ)
            next_beat = begin
            while answers.last is None:
                now = time.monotonic()
                if now >= hard:
                    raise self._out_of_time(self.limits.hard_seconds)
                if now >= soft:
                    self._process.terminate()
                    soft = hard
                if now >= next_beat or answers.fresh:
                    next_beat = now + _BEAT_SECONDS
                    beat(*answers.progress())
                ready = selector.select(max(0.0, min(next_beat, soft, hard) - time.monotonic()))
                if not ready and self._process.poll() is not None:
                    # Its end is not seen on the pipe where a process that it started holds the other side.
                    return None
                for key, _ in ready:
                    data = os.read(key.fd, 1 << 16)
                    if key.fd == self._report:
                        if not data:
                            return None
                        answers.take(data)
                    elif data:
                        self._errors = (self._errors + data)[-_TAIL:]
                    else:
                        selector.unregister(key.fd)
        return answers.last

    @property
    def _stderr(self) -> int:
        assert self._process.stderr is not None
        return self._process.stderr.fileno()

    def _tell(self, task: bytes) -> None:
        """Hand over the task; that the child is dead already is seen on its other pipe."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError), self._process.stdin as pipe:
            pipe.write(task)

    def _judged(self, answer: dict[str, Any] | None) -> dict[str, Any]:
        """The report in the child's last answer, or the error that it stands for."""
        match answer:
            case {"report": dict(report)}:
                return report
            case {"memory": True}:
                raise self._out_of_memory()
            case {"time": True}:
                raise self._out_of_time(self.limits.soft_seconds)
            case None:
                raise self._died()
            case _:
                raise judged(answer)

    def _died(self) -> RunnerError:
        """Why the child ended without an answer."""
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return ChildCrashed("The converting process closed its pipe and went on.", trace=self._last_words())
        words = self._last_words()
        if status == inside.NO_MEMORY or "bad_alloc" in words or "MemoryError" in words:
            return self._out_of_memory()
        if status == -signal.SIGKILL and cgroup.oom_kills() > self._oom_kills:
            return MemoryLimit("The machine ran out of memory, and killed the conversion.", trace=words)
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with exit code {status}"
        return ChildCrashed(f"The converting process {how}.", trace=words)

    def _last_words(self) -> str:
        """What the child wrote to standard error at last."""
        os.set_blocking(self._stderr, False)
        with suppress(BlockingIOError):
            while data := os.read(self._stderr, 1 << 16):
                self._errors = (self._errors + data)[-_TAIL:]
        return self._errors.decode("utf-8", "replace")

    def _out_of_time(self, seconds: float) -> TimeLimit:
        return TimeLimit(f"The conversion took longer than {seconds:g} s.", trace=self._last_words())

    def _out_of_memory(self) -> MemoryLimit:
        allowed = f" than the {self.limits.memory / 1e6:,.0f} MB that it may have" if self.limits.memory else ""
        return MemoryLimit(f"The conversion needed more memory{allowed}.", trace=self._last_words())

    def alive(self) -> bool:
        """Whether the child runs."""
        return not self._closed and self._process.poll() is None

    def kill(self) -> None:
        """Kill the child and whatever it has started; ``run`` then raises ``ChildCrashed``. From any thread."""
        # Once its end was noticed, its number may be another's.
        if self._process.returncode is None:
            self._kill_group()

    def _kill_group(self) -> None:
        # Its session is its own, so that the group outlives it where it left children of its own behind.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill the child, and remove its desk. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._kill_group()
        self._process.wait()
        os.close(self._report)
        for pipe in (self._process.stdin, self._process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._desk.clear()
