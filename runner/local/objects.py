"""An object store in a folder."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from runner.contract import key_fault
from runner.errors import LocalDiskFull, SourceMissing, SourceTooLarge, SourceUnreadable, StoreUnavailable
from runner.formats import media_type
from runner.protocols import Stored, idle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_CHUNK = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)


class DirectoryStore:
    """An object store in a folder; a key is a path below it.

    ``places`` puts single keys elsewhere: so does the command line, which names files as people do.
    """

    bucket = "local"

    def __init__(self, root: Path, places: Mapping[str, Path] | None = None) -> None:
        self._root = root.absolute()
        self._places = dict(places or {})

    def download(self, key: str, target: Path, *, limit: int, beat: Callable[[], None] = idle) -> Stored:
        """Copy an object to ``target``; see ``ObjectStore``."""
        with self._opened(key) as source:
            size = os.fstat(source.fileno()).st_size
            if size > limit:
                raise SourceTooLarge(f"The drawing has {size} bytes; {limit} are allowed.")
            try:
                with target.open("xb") as file:
                    return _stored(key, source, file, limit, beat)
            except OSError as error:
                if error.errno in _FULL:
                    raise LocalDiskFull(f"No space is left in {target.parent}.") from None
                raise

    def upload(self, key: str, source: Path, *, content_type: str, beat: Callable[[], None] = idle) -> Stored:
        """Copy ``source`` beside its place and rename it there; see ``ObjectStore``."""
        path = self._path(key)
        part = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with source.open("rb") as data, part.open("xb") as file:
                stored = _stored(key, data, file, None, beat)
            part.replace(path)
        except OSError as error:
            raise StoreUnavailable(
                f"{path} can't be written: {_said(error)}.",
                code="disk_full" if error.errno in _FULL else "output_not_writable",
                remedy="Make room there, or choose another place." if error.errno in _FULL else "Choose another place.",
            ) from None
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        return replace(stored, content_type=content_type)

    def find(self, key: str) -> Stored | None:
        """What is stored under ``key``; reads it whole, for the checksum."""
        try:
            with self._opened(key) as source:
                return _stored(key, source)
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
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            os.close(descriptor)
            raise SourceUnreadable(f"{path} is {'a folder' if stat.S_ISDIR(mode) else 'no regular file'}.")
        with open(path, "rb", opener=lambda _path, _flags: descriptor) as file:
            yield file


def _stored(
    key: str,
    source: BinaryIO,
    target: BinaryIO | None = None,
    limit: int | None = None,
    beat: Callable[[], None] = idle,
) -> Stored:
    """Copy a file, and say what was copied."""
    digest, size = hashlib.sha256(), 0
    while chunk := _read(source):
        size += len(chunk)
        if limit is not None and size > limit:
            raise SourceTooLarge(f"The drawing has more than {limit} bytes.")
        digest.update(chunk)
        beat()
        if target is not None:
            target.write(chunk)
    return Stored(key=key, size=size, checksum=f"sha256:{digest.hexdigest()}", content_type=media_type(key))


def _read(source: BinaryIO) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        raise SourceUnreadable(f"{source.name} can't be read: {_said(error)}.") from None


def _said(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
