"""Where a test's servers come from: the environment, else a private one that lives as long as the test run."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.services.process import START_SECONDS, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Set all of these, and the tests use that server.
NAMES = {
    "rabbitmq": ("RABBITMQ_URL",),
    "postgres": ("DATABASE_URL",),
    "s3": ("MINIO_ENDPOINT", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"),
}
_FURTHER = {"rabbitmq": ("RABBITMQ_MANAGEMENT_URL",), "postgres": (), "s3": ()}
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Service:
    """A server that answers."""

    settings: Mapping[str, str]  #: where it is, as the environment says it
    how: str  #: where it comes from


class Keeper:
    """The keeper of a server of one's own: it can be stopped and started again."""

    def __init__(self, kind: str, *, pid: int | None = None, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix=f"cad-runner-{kind}-"))
        # The server may run as another user.
        self.folder.chmod(0o711)
        command = [sys.executable, "-m", "tests.services.keeper", kind, str(self.folder)]
        with (self.folder / "keeper.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, str(os.getpid() if pid is None else pid)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=_ROOT,
                start_new_session=True,
            )

    def service(self) -> Service:
        """The server, once it answers. Raises ``Unavailable``."""
        deadline = time.monotonic() + START_SECONDS
        path = self.folder / "state.json"
        while not path.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise Unavailable(f"no server came up: {(self.folder / 'keeper.log').read_text()}")
            time.sleep(0.02)
        state = json.loads(path.read_text())
        if "error" in state:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise Unavailable(state["error"])
        return Service(state["settings"], state["how"])

    def stop(self) -> None:
        """Stop the server, and keep what it holds."""
        self._say("stop")

    def kill(self) -> None:
        """Let the server crash; what it had safe it keeps."""
        self._say("kill")

    def start(self) -> None:
        """Start the server again."""
        self._say("start")

    def close(self) -> None:
        """End it all."""
        self._process.terminate()
        self._process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def abandon(self) -> None:
        """Leave it to the process that it watches."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        # Not waiting for it is what we want, so it is not worth a warning.
        self._process.returncode = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _say(self, command: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        if self._process.stdout.readline().strip() != command:
            raise Unavailable(f"the server did not {command}: {(self.folder / 'keeper.log').read_text()}")


def from_environment(kind: str) -> Service | None:
    """The server that the environment names."""
    if not all(os.environ.get(name) for name in NAMES[kind]):
        return None
    names = (*NAMES[kind], *_FURTHER[kind])
    return Service({name: os.environ[name] for name in names if name in os.environ}, "the environment")


def shared(kind: str, place: Path, pid: int) -> Service:
    """The server that all processes of a test run share; the first that asks starts it.

    ``place`` is a folder that they share, ``pid`` the process whose end ends the server. Raises ``Unavailable``.
    """
    path = place / f"{kind}.json"
    with (place / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.write_text(json.dumps(_found(kind, pid)))
        state = json.loads(path.read_text())
    if "error" in state:
        raise Unavailable(state["error"])
    return Service(state["settings"], state["how"])


def told(place: Path) -> list[str]:
    """Which servers were taken, a line each."""
    states = {path.stem: json.loads(path.read_text()) for path in sorted(place.glob("*.json"))}
    return [f"{kind}: {state.get('how') or 'none; ' + state['error']}" for kind, state in states.items()]


def _found(kind: str, pid: int) -> dict[str, Any]:
    if service := from_environment(kind):
        return {"settings": dict(service.settings), "how": service.how}
    keeper = Keeper(kind, pid=pid)
    try:
        service = keeper.service()
    except Unavailable as reason:
        return {"error": str(reason)}
    finally:
        keeper.abandon()
    return {"settings": dict(service.settings), "how": service.how}
