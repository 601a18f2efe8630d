"""The embedded parts: objects in a folder, jobs and events in memory.

The command line runs on them, and the tests of everything above the protocols.
"""

from __future__ import annotations

import errno
import hashlib
import mimetypes
import os
import secrets
import stat
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from runner.contract import key_fault
from runner.errors import (
    AttemptsExhausted,
    LocalDiskFull,
    SourceMissing,
    SourceTooLarge,
    SourceUnreadable,
    StoreUnavailable,
)
from runner.outcome import Failure, Result
from runner.protocols import (
    Answer,
    Busy,
    Claim,
    Conflict,
    JobRequest,
    JobState,
    Settled,
    Standing,
    Stored,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from runner.contract import ResultEvent

_CHUNK = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)
_TYPES = {".glb": "model/gltf-binary", ".geojson": "application/geo+json"}


class DirectoryStore:
    """An object store in a folder; a key is a path below it.

    ``places`` puts single keys elsewhere: so does the command line, which names files as people do.
    """

    bucket = "local"

    def __init__(self, root: Path, places: Mapping[str, Path] | None = None) -> None:
        self._root = root.absolute()
        self._places = dict(places or {})

    def download(self, key: str, target: Path, *, limit: int) -> Stored:
        """Copy an object to ``target``; see ``ObjectStore``."""
        with self._opened(key) as source:
            size = os.fstat(source.fileno()).st_size
            if size > limit:
                raise SourceTooLarge(f"The drawing has {size} bytes; {limit} are allowed.")
            try:
                with target.open("xb") as file:
                    return _stored(key, source, file, limit)
            except OSError as error:
                if error.errno in _FULL:
                    raise LocalDiskFull(f"No space is left in {target.parent}.") from None
                raise

    def upload(self, key: str, source: Path, *, content_type: str) -> Stored:
        """Copy ``source`` beside its place and rename it there; see ``ObjectStore``."""
        path = self._path(key)
        part = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with source.open("rb") as data, part.open("xb") as file:
                stored = _stored(key, data, file)
            part.replace(path)
        except OSError as error:
            raise StoreUnavailable(
                f"{path} can't be written: {_said(error)}.",
                code="disk_full" if error.errno in _FULL else "output_not_writable",
                remedy="Make room there, or choose another place." if error.errno in _FULL else "Choose another place.",
            ) from None
        finally:
            part.unlink(missing_ok=True)
        return replace(stored, content_type=content_type)

    def find(self, key: str) -> Stored | None:
        """What is stored under ``key``; reads it whole, for the checksum."""
        try:
            with self._opened(key) as source:
                return _stored(key, source, None)
        except (SourceMissing, SourceUnreadable):
            return None

    def delete(self, key: str) -> None:
        """Remove an object."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        """Where a key lies. Raises ``SourceUnreadable`` where that is outside the folder."""
        if key in self._places:
            return self._places[key]
        if fault := key_fault(key):
            raise SourceUnreadable(f"The key {key!r} {fault}.")
        path = self._root / key
        if not path.resolve().is_relative_to(self._root.resolve()):
            raise SourceUnreadable(f"The key {key!r} leads out of the store.")
        return path

    @contextmanager
    def _opened(self, key: str) -> Iterator[BinaryIO]:
        """The object, open for reading: a regular file, since a pipe or a device might never end."""
        path = self._path(key)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            raise SourceMissing(f"There is no file {path}.", remedy="Check its name.") from None
        except OSError as error:
            raise SourceUnreadable(f"{path} can't be read: {_said(error)}.") from None
        with os.fdopen(descriptor, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise SourceUnreadable(f"{path} is {'a folder' if stat.S_ISDIR(mode) else 'no regular file'}.")
            yield file


def _stored(key: str, source: BinaryIO, target: BinaryIO | None, limit: int | None = None) -> Stored:
    """Copy a file, and say what was copied."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if limit is not None and size > limit:
            raise SourceTooLarge(f"The drawing has more than {limit} bytes.")
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return Stored(key=key, size=size, checksum=f"sha256:{digest.hexdigest()}", content_type=content_type(key))


def content_type(name: str) -> str:
    """Media type of a file by its name."""
    guess = _TYPES.get(Path(name).suffix.lower()) or mimetypes.guess_type(name)[0]
    return guess or "application/octet-stream"


def _said(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One job, as the store knows it."""

    request: JobRequest
    state: JobState = JobState.WAITING
    attempt: int = 0
    owner: str | None = None
    lease_ends: float = 0.0
    stop: bool = False  #: its runner is asked to stop
    stage: str = ""
    share: float = 0.0
    result: Result | None = None
    failure: Failure | None = None

    @property
    def settled(self) -> Settled:
        """The row, where its state is final."""
        return Settled(state=self.state, attempt=self.attempt, result=self.result, failure=self.failure)


class MemoryJobs:
    """A job store that lives as long as the process; safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rows: dict[str, Row] = {}
        self._lock = threading.Lock()

    def row(self, job_id: str) -> Row | None:
        """What is known of a job."""
        return self._rows.get(job_id)

    def claim(self, request: JobRequest, *, owner: str, lease: float, attempts: int) -> Answer:
        """Claim a job; see ``JobStore``."""
        with self._lock:
            row = self._rows.setdefault(request.job_id, Row(request=request))
            if row.request.fingerprint != request.fingerprint:
                return Conflict()
            if row.state.is_final:
                return row.settled
            now = self._clock()
            if row.state is JobState.RUNNING and row.lease_ends > now:
                return Busy(owner=row.owner or "", seconds=row.lease_ends - now)
            if row.stop:
                row = replace(row, state=JobState.CANCELLED, owner=None)
            elif row.attempt >= attempts:
                failure = Failure.of(AttemptsExhausted(trace=row.failure.trace if row.failure else None))
                row = replace(row, state=JobState.DEAD, owner=None, failure=failure)
            else:
                ends = now + lease
                row = replace(
                    row,
                    state=JobState.RUNNING,
                    attempt=row.attempt + 1,
                    owner=owner,
                    lease_ends=ends,
                    stage="",
                    share=0.0,
                )
            self._rows[request.job_id] = row
            if row.state.is_final:
                return row.settled
            return Claim(
                job_id=request.job_id,
                attempt=row.attempt,
                owner=owner,
                previous=row.failure.code if row.failure else None,
            )

    def renew(self, claim: Claim, *, lease: float, stage: str, share: float) -> Standing:
        """Prolong the lease; see ``JobStore``."""
        with self._lock:
            row = self._held(claim)
            if row is None:
                return Standing.LOST
            ends = self._clock() + lease
            self._rows[claim.job_id] = replace(row, lease_ends=ends, stage=stage, share=share)
            return Standing.CANCELLED if row.stop else Standing.HELD

    def complete(self, claim: Claim, result: Result) -> bool:
        """The job is completed; see ``JobStore``."""
        return self._settle(claim, state=JobState.COMPLETED, result=result, failure=None)

    def fail(self, claim: Claim, failure: Failure, *, dead: bool) -> bool:
        """The job has failed for good; see ``JobStore``."""
        return self._settle(claim, state=JobState.DEAD if dead else JobState.FAILED, failure=failure)

    def retry(self, claim: Claim, failure: Failure, *, charged: bool) -> bool:
        """The job waits; see ``JobStore``."""
        if not charged:
            return self._settle(claim, state=JobState.WAITING, attempt=claim.attempt - 1)
        return self._settle(claim, state=JobState.WAITING, failure=failure)

    def cancelled(self, claim: Claim) -> bool:
        """The job is cancelled; see ``JobStore``."""
        return self._settle(claim, state=JobState.CANCELLED)

    def cancel(self, job_id: str) -> JobState | None:
        """Cancel a job; see ``JobStore``."""
        with self._lock:
            row = self._rows.get(job_id)
            if row is None:
                return None
            if row.state is JobState.WAITING:
                self._rows[job_id] = replace(row, state=JobState.CANCELLED)
            elif row.state is JobState.RUNNING:
                self._rows[job_id] = replace(row, stop=True)
            return row.state

    def _held(self, claim: Claim) -> Row | None:
        """The row, where the claim is in force."""
        row = self._rows.get(claim.job_id)
        fence = (JobState.RUNNING, claim.attempt, claim.owner)
        return row if row is not None and (row.state, row.attempt, row.owner) == fence else None

    def _settle(self, claim: Claim, **changes: object) -> bool:
        """End a claim, where it is in force."""
        with self._lock:
            row = self._held(claim)
            if row is None:
                return False
            self._rows[claim.job_id] = replace(row, owner=None, **changes)  # type: ignore[arg-type]  # fields of Row
            return True


@dataclass(slots=True)
class MemoryEvents:
    """Keeps what is published."""

    published: list[ResultEvent] = field(default_factory=list)
    replies: list[tuple[str, str | None, ResultEvent]] = field(default_factory=list)  #: (reply_to, correlation, event)

    def publish(self, event: ResultEvent, *, reply_to: str | None = None, correlation_id: str | None = None) -> None:
        """Keep an event; see ``Events``."""
        self.published.append(event)
        if reply_to is not None:
            self.replies.append((reply_to, correlation_id, event))
