"""The folder in which one drawing is converted, gone when that is done.

Nobody clears up after a process that was killed. So a desk is locked while its process lives, and ``sweep`` clears
the ones that are not.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_PREFIX, _LOCK = "cad-runner-", ".lock"
#: A desk is made in two steps: the folder, then the lock.
_NEW_SECONDS = 60.0


class Desk:
    """A temporary folder."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def clear(self) -> None:
        """Remove the folder and all in it. May be called twice."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def sweep() -> int:
    """Remove this user's desks whose process is gone; how many there were."""
    swept = 0
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError):
            if path.stat().st_uid == os.getuid() and path.stat().st_mtime < time.time() - _NEW_SECONDS:
                swept += _swept(path)
    return swept


def _swept(lock: Path) -> bool:
    """Remove a desk, if its lock is free."""
    with lock.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(lock.parent, ignore_errors=True)
    return not lock.exists()
