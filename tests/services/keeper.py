"""A process that keeps one server for as long as somebody wants it.

    python -m tests.services.keeper KIND FOLDER PID

It starts the server in FOLDER, writes to FOLDER/state.json where the server is, and stops it once the process PID has
ended, however it ended, or at SIGTERM. With PID 0 it waits for the signal alone. Lines on its standard input,
``start``, ``stop`` and ``kill``, do that to the server; the answer is a line too.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from tests.services import docker, postgres, rabbitmq, s3
from tests.services.process import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Server(Protocol):
    """What can be kept."""

    how: str  #: which program or image it is

    @property
    def settings(self) -> dict[str, str]:
        """Where it is, as the environment says it."""
        ...

    def start(self) -> None:
        """Start it, and wait until it answers."""
        ...

    def stop(self) -> None:
        """End it in an orderly way."""
        ...

    def kill(self) -> None:
        """End it as a crash does."""
        ...


SERVERS: dict[str, Callable[[Path], Server]] = {
    "rabbitmq": rabbitmq.Server,
    "postgres": postgres.Server,
    "s3": s3.Server,
}


def found(kind: str, folder: Path) -> Server:
    """A server of a kind: its program on this machine, else a container. Raises ``Unavailable``."""
    try:
        return SERVERS[kind](folder)
    except Unavailable as missing:
        try:
            return docker.Container(kind, folder)
        except Unavailable as reason:
            raise Unavailable(f"{missing}, and {reason}") from None


def keep(kind: str, folder: Path, pid: int) -> None:
    """Keep a server."""
    server: Server | None = None
    try:
        server = found(kind, folder)
        server.start()
        _write(folder, {"settings": server.settings, "how": server.how, "keeper": os.getpid()})
        with suppress(_End):
            for command in _commands(pid):
                getattr(server, command)()
                sys.stdout.write(f"{command}\n")
                sys.stdout.flush()
    except Unavailable as reason:
        _write(folder, {"error": str(reason)})
        return
    finally:
        # A second signal must not leave the server alone.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if server is not None:
            # What it holds is thrown away: nobody has to wait for it to be written.
            server.kill()
        if isinstance(server, docker.Container):
            server.remove()
    shutil.rmtree(folder, ignore_errors=True)


def _commands(pid: int) -> Iterator[str]:
    """Commands from standard input, until the process ``pid`` has ended."""
    poll = select.poll()
    watched = os.pidfd_open(pid) if pid else -1
    if pid:
        poll.register(watched, select.POLLIN)
    poll.register(sys.stdin.fileno(), select.POLLIN)
    while True:
        for number, _event in poll.poll():
            if number == watched:
                return
            line = sys.stdin.readline()
            if not line:
                poll.unregister(number)
            elif line.strip() in ("start", "stop", "kill"):
                yield line.strip()


def _write(folder: Path, state: dict[str, Any]) -> None:
    part = folder / "state.part"
    part.write_text(json.dumps(state))
    part.replace(folder / "state.json")


class _End(Exception):
    """The signal to end."""


def _end(_number: int, _frame: object) -> NoReturn:
    raise _End


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
