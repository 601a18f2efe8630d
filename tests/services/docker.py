"""Servers in containers, where the programs are not installed and a Docker engine answers."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.services.postgres import DATABASE, PASSWORD, USER
from tests.services.process import HOST, START_SECONDS, Unavailable, free_ports

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Image:
    """How a server is run from its image."""

    name: str
    ports: tuple[int, ...]  #: inside the container
    settings: Mapping[str, str]  #: with {0}, {1} for the ports on this machine
    ready: tuple[str, ...]  #: a command inside that ends with 0 once the server answers
    env: tuple[str, ...] = ()


IMAGES = {
    "rabbitmq": Image(
        "rabbitmq:4-management",
        (5672, 15672),
        {
            "RABBITMQ_URL": f"amqp://guest:guest@{HOST}:{{0}}/%2F",
            "RABBITMQ_MANAGEMENT_URL": f"http://guest:guest@{HOST}:{{1}}",
        },
        ("rabbitmq-diagnostics", "--quiet", "check_port_connectivity"),
    ),
    "postgres": Image(
        "postgres:17",
        (5432,),
        {"DATABASE_URL": f"postgresql://{USER}:{PASSWORD}@{HOST}:{{0}}/{DATABASE}"},
        ("pg_isready", "--host", HOST),
        (f"POSTGRES_USER={USER}", f"POSTGRES_PASSWORD={PASSWORD}", f"POSTGRES_DB={DATABASE}"),
    ),
}


class Container:
    """A server in a container."""

    def __init__(self, kind: str, _folder: Path) -> None:
        if kind not in IMAGES or not answers():
            raise Unavailable("no Docker engine answers")
        self._image = IMAGES[kind]
        self.how = f"Docker image {self._image.name}"
        self._name = f"cad-runner-{kind}-{secrets.token_hex(4)}"
        self._ports = free_ports(len(self._image.ports))

    @property
    def settings(self) -> dict[str, str]:
        """Where it is, as the environment says it."""
        return {name: value.format(*self._ports) for name, value in self._image.settings.items()}

    def start(self) -> None:
        """Start it, and wait until it answers."""
        if _docker("start", self._name).returncode:
            command = ["run", "--detach", "--name", self._name]
            for outside, inside in zip(self._ports, self._image.ports, strict=True):
                command += ["--publish", f"{HOST}:{outside}:{inside}"]
            for each in self._image.env:
                command += ["--env", each]
            done = _docker(*command, self._image.name)
            if done.returncode:
                raise Unavailable(f"{self.how}: {done.stderr.strip()}")
        deadline = time.monotonic() + START_SECONDS
        while _docker("exec", self._name, *self._image.ready).returncode:
            if time.monotonic() > deadline:
                raise Unavailable(f"{self.how} did not answer")
            time.sleep(0.5)

    def stop(self) -> None:
        """End it, and keep what it holds."""
        _docker("stop", self._name)

    def kill(self) -> None:
        """End it as a crash does."""
        _docker("kill", self._name)

    def remove(self) -> None:
        """End it for good."""
        _docker("rm", "--force", "--volumes", self._name)


def answers() -> bool:
    """Whether there is a Docker engine."""
    return shutil.which("docker") is not None and _docker("info").returncode == 0


def _docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *arguments], check=False, capture_output=True, text=True)
