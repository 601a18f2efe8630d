"""The servers of a development set-up: started once, and there until they are told to go."""

from __future__ import annotations

import importlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.services import buckets
from tests.services.finding import NAMES, Keeper
from tests.services.process import Unavailable

#: Debian's package of a kind, and a program that is there once it is installed.
_PACKAGES = {
    "rabbitmq-server": "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "postgresql": "/usr/lib/postgresql/*/bin/initdb",
    "openssl": "/usr/bin/openssl",
}
_ROOT = Path(__file__).parents[2]
_PLACE = _ROOT / "build" / "services"
_FURTHER = {"MINIO_BUCKET": "cad-files", "WORKER_TYPE": "dxf"}


def install() -> int:
    """Install what is missing from Debian's packages, where that can be done."""
    missing = [package for package, program in _PACKAGES.items() if not list(Path("/").glob(program[1:]))]
    if not missing:
        return 0
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.stderr.write(f"missing: {' '.join(missing)}; as root, on Debian or Ubuntu: apt install them\n")
        return 1
    # The packages start servers for the whole system, which nobody asked for; this run level starts none.
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=env)
    command = ["apt-get", "install", "-qq", "--yes", "--no-install-recommends", *missing]
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
    return 0


def up() -> int:
    """Start what does not run yet, and print the settings to use as the shell takes them."""
    if os.geteuid() == 0:
        install()
    _PLACE.mkdir(parents=True, exist_ok=True)
    states = {kind: _state(kind) for kind in NAMES}
    keepers = {kind: Keeper(kind, pid=0) for kind, state in states.items() if state is None}
    for kind, keeper in keepers.items():
        try:
            service = keeper.service()
        except Unavailable as reason:
            sys.stderr.write(f"{kind}: {reason}\n")
            for each in keepers.values():
                each.close()
            return 1
        shutil.copy(keeper.folder / "state.json", _PLACE / f"{kind}.json")
        states[kind] = _state(kind)
        sys.stderr.write(f"{kind}: {service.how}\n")
    for keeper in keepers.values():
        keeper.abandon()
    settings = dict(_FURTHER)
    for state in states.values():
        settings |= state["settings"] if state else {}
    buckets.ensure_bucket(settings)
    _prepare(settings)
    text = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in settings.items())
    (_PLACE / "env").write_text(text)
    sys.stdout.write(text)
    sys.stderr.write(f"For this shell: . {(_PLACE / 'env').relative_to(_ROOT)}\n")
    return 0


def down() -> int:
    """Stop what runs, and throw away what it holds."""
    for kind in NAMES:
        state = _state(kind)
        if state is not None:
            os.kill(state["keeper"], signal.SIGTERM)
            while _state(kind) is not None:
                time.sleep(0.05)
            sys.stderr.write(f"{kind}: stopped\n")
    shutil.rmtree(_PLACE, ignore_errors=True)
    return 0


def status() -> int:
    """Say what runs."""
    for kind in NAMES:
        state = _state(kind)
        sys.stdout.write(f"{kind}: {state['how'] if state else 'not running'}\n")
    return 0


def _state(kind: str) -> dict[str, Any] | None:
    """What is known of a server that runs."""
    with suppress(OSError, ValueError):
        state: dict[str, Any] = json.loads((_PLACE / f"{kind}.json").read_text())
        os.kill(state["keeper"], 0)
        return state
    return None


def _prepare(settings: dict[str, str]) -> None:
    """Let the program make its tables and queues."""
    known = importlib.import_module("runner.cli").LazyGroup.commands_by_name
    for command in (["migrate"], ["topology", "apply"]):
        if command[0] in known:
            full = [sys.executable, "-m", "runner", *command]
            # Our own output is for the shell to take.
            subprocess.run(full, check=True, env={**os.environ, **settings}, stdout=sys.stderr)
