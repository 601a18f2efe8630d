"""The work of one attempt: download, convert, upload. A result, or one error of ``runner.errors``."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from runner.errors import (
    BrokerUnavailable,
    Cancelled,
    ChecksumMismatch,
    LeaseLost,
    Outage,
    Stopping,
    UnexpectedError,
)
from runner.formats import media_type, require
from runner.outcome import Artifact, Result
from runner.protocols import Standing
from runner.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.contract import JobMessage
    from runner.events import Herald
    from runner.parts import Parts
    from runner.protocols import Claim
    from runner.sandbox.converter import Converter
    from runner.steps import Step

MODEL = "model.glb"
#: Bytes of a file name that every file system takes.
_LONGEST_NAME = 200


class Making:
    """One attempt at a job that is claimed."""

    def __init__(self, message: JobMessage, kind: str, claim: Claim, herald: Herald, parts: Parts) -> None:
        self._message = message
        self._kind = kind  #: the routing key
        self._claim = claim
        self._herald = herald
        self._parts = parts
        self._noted = -float("inf")
        self._now = ("download", 0.0)
        self._seconds: dict[str, float] = {}

    def result(self, converter: Converter) -> Result:
        """Make the result and store it. Raises any ``RunnerError``."""
        source, out = converter.desk / "source", converter.desk / "out"
        source.mkdir()
        out.mkdir()
        drawing = source / _name(self._message.file_path)
        with self._step("download"):
            self._beat("download", 0.0)
            source_bytes = self._download(drawing)
        require(drawing, self._kind)
        with self._step("convert"):
            report = converter.run(drawing, out, self._message.options.model_dump(mode="json"), self._beat)
            self._parts.follower.stages(report.get("timings") or {})
        with self._step("upload"):
            self._beat("upload", 1.0)
            artifacts = self._uploaded(out)
        download, upload = self._seconds["download"], self._seconds["upload"]
        figures = summary(report, source_bytes=source_bytes, download=download, upload=upload)
        return Result(artifacts=artifacts, summary=figures)

    @contextmanager
    def _step(self, name: Step) -> Iterator[None]:
        begin = time.monotonic()
        with self._parts.follower.step(name):
            yield
        self._seconds[name] = time.monotonic() - begin

    def _download(self, drawing: Path) -> int:
        """Fetch the drawing; its bytes."""
        message, limit = self._message, self._parts.largest_source
        stored = self._parts.objects.download(message.file_path, drawing, limit=limit, beat=self._still)
        if message.size not in (None, stored.size):
            raise ChecksumMismatch(f"The drawing has {stored.size} bytes, not {message.size} as the message says.")
        if message.checksum not in (None, stored.checksum):
            raise ChecksumMismatch(f"The drawing has the checksum {stored.checksum}, not the one of the message.")
        return stored.size

    def _uploaded(self, out: Path) -> tuple[Artifact, ...]:
        """Everything that the pipeline wrote, stored; the model last, so that it never comes without the rest."""
        files = sorted(
            (path for path in out.iterdir() if path.is_file()), key=lambda path: (path.name == MODEL, path.name)
        )
        if not files or files[-1].name != MODEL:
            raise UnexpectedError("The conversion ended without a model.")
        return tuple(self._upload(path) for path in files)

    def _upload(self, path: Path) -> Artifact:
        key = f"{self._message.prefix}/{path.name}"
        media = media_type(path.name)
        stored = self._parts.objects.upload(key, path, content_type=media, beat=self._still)
        return Artifact(name=path.name, path=key, size=stored.size, checksum=stored.checksum, content_type=media)

    def _beat(self, stage: str, share: float) -> None:
        """A sign of life: renews the lease and tells of the progress, once a second at most. Raises ``Halted``."""
        self._now = (stage, share)
        self._parts.watch(stage, share)
        if self._parts.stop():
            raise Stopping
        now = time.monotonic()
        if now >= self._noted + self._parts.notice:
            self._noted = now
            # A database or broker that is away for a moment costs the lease at worst, not the work.
            with suppress(Outage):
                self._note(stage, share)

    def _still(self) -> None:
        """A sign of life within a stage."""
        self._beat(*self._now)

    def _note(self, stage: str, share: float) -> None:
        match self._parts.jobs.renew(self._claim, lease=self._parts.lease, stage=stage, share=share):
            case Standing.CANCELLED:
                raise Cancelled
            case Standing.LOST:
                raise LeaseLost
            case Standing.HELD:
                with suppress(BrokerUnavailable):
                    self._parts.events.publish(self._herald.progress(self._claim.attempt, stage, share))


def _name(key: str) -> str:
    """The last part of a key as a file name; the end of it where it is too long."""
    return key.rpartition("/")[2].encode()[-_LONGEST_NAME:].decode("utf-8", "ignore")
