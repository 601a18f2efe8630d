"""Processes of servers, and the ports that they listen on."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

HOST = "127.0.0.1"
#: A busy machine takes its time.
START_SECONDS, STOP_SECONDS = 100.0, 15.0


class Unavailable(Exception):
    """A server is not to be had here; says why."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]


def unprivileged() -> str | None:
    """A user for servers that refuse to run as root; None where we are not root."""
    if os.geteuid() != 0:
        return None
    names = {each.pw_name for each in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), "nobody")


class Process:
    """A server's process and all of its children: they are one process group."""

    def __init__(
        self, command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, user: str | None = None
    ) -> None:
        self.command = command
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
            )

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait until the server answers. Raises ``Unavailable`` where it ends instead, or never answers."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self._process.poll() is not None:
                raise Unavailable(f"{self.command[0]} ended with {self._process.returncode}:\n{self._last_words()}")
            if time.monotonic() > deadline:
                self.stop()
                raise Unavailable(f"{self.command[0]} did not answer:\n{self._last_words()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a crash does."""
        self.stop(signal.SIGKILL)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it: with ``number`` first, with SIGKILL where that does not help."""
        for each in (number, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, each)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
                break
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def wait_until_free(*ports: int) -> None:
    """Wait until nobody listens on these ports any more: a process may outlive the one that started it."""
    deadline = time.monotonic() + STOP_SECONDS
    while any(map(listens, ports)) and time.monotonic() < deadline:
        time.sleep(0.02)


def listens(port: int) -> bool:
    """Whether somebody takes connections on a port of this machine."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False
