"""Containers as a cluster runs them: no root, no capability, nothing to write to but one folder."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

DOCKER = os.environ.get("DOCKER", "docker")
RESTRICTED = (
    "--read-only",
    *("--cap-drop", "ALL"),
    *("--security-opt", "no-new-privileges"),
    *("--pids-limit", "256"),
)


def docker(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Ask the engine."""
    done = subprocess.run([DOCKER, *arguments], capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, f"docker {' '.join(arguments)}: {done.stderr}"
    return done


@dataclass(frozen=True, slots=True)
class Image:
    """An image."""

    name: str

    def inspected(self) -> dict[str, Any]:
        """What the engine knows of it."""
        (found,) = json.loads(docker("image", "inspect", self.name).stdout)
        assert isinstance(found, dict)
        return found

    def run(
        self,
        *arguments: str,
        folder: Path | None = None,
        examples: Path | None = None,
        program: str | None = None,
        user: str | None = None,
        memory: int | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command without any network until it ends; ``folder`` is its /work, else that is in memory."""
        options = ["--rm", "--network", "none", *RESTRICTED]
        options += ["--volume", f"{folder}:/work"] if folder else ["--tmpfs", "/work:mode=1777,size=1g"]
        options += ["--volume", f"{examples}:/examples:ro"] if examples else []
        options += ["--entrypoint", program] if program else []
        options += ["--user", user] if user else []
        options += ["--memory", str(memory)] if memory else []
        return docker("run", *options, self.name, *arguments, check=False)

    def sh(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the shell inside."""
        return self.run("-c", script, program="sh")

    def python(self, script: str) -> str:
        """What a script of Python inside prints; it must not fail."""
        done = self.run("-c", script, program="python")
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass(slots=True)
class Pod:
    """A container that runs by itself."""

    image: Image
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    network: str = "none"
    examples: Path | None = None
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = f"cad-runner-test-{secrets.token_hex(4)}"
        options = ["--detach", "--name", self.name, "--network", self.network, *RESTRICTED]
        options += ["--tmpfs", "/work:mode=1777,size=1g"]
        options += ["--volume", f"{self.examples}:/examples:ro"] if self.examples else []
        for name, value in self.environment.items():
            options += ["--env", f"{name}={value}"]
        docker("run", *options, self.image.name, *self.arguments)

    def inside(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command inside, beside what runs there."""
        return docker("exec", self.name, *command, check=False)

    def has(self, path: str) -> bool:
        """Whether there is a file."""
        return self.inside("test", "-f", path).returncode == 0

    def signal(self, name: str) -> None:
        """Send a signal to the first process, as a kubelet does."""
        docker("kill", "--signal", name, self.name)

    def ended(self) -> int:
        """The exit code, once it has ended."""
        return int(docker("wait", self.name).stdout)

    def log(self) -> list[str]:
        """What it said so far, line by line."""
        done = docker("logs", self.name)
        return (done.stdout + done.stderr).splitlines()

    def remove(self) -> None:
        """End it for good."""
        docker("rm", "--force", "--volumes", self.name, check=False)
