"""A private PostgreSQL: fresh data, a free port, a socket in its own folder; fast rather than durable."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from tests.services.process import HOST, Process, Unavailable, free_ports, unprivileged

PACKAGES = ("postgresql",)
USER, PASSWORD, DATABASE = "cad", "cad-secret", "cadviewer"
#: A crash of the server loses nothing that was committed; one of the machine may.
_FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB"}


class Server:
    """One cluster, which can be stopped and started again with what it holds."""

    def __init__(self, folder: Path) -> None:
        self._programs = _programs()
        self.how = str(self._programs / "postgres")
        self._user = unprivileged()
        self._folder = folder
        self._data = folder / "data"
        (self._port,) = free_ports(1)
        self._process: Process | None = None
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        (folder / "password").write_text(PASSWORD)
        command = [str(self._programs / "initdb"), "-D", str(self._data), "-U", USER, "--no-sync", "-E", "UTF8"]
        command += ["--no-locale", "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={folder / 'password'}"]
        self._run(command)

    @property
    def settings(self) -> dict[str, str]:
        """Where it is, as the environment says it."""
        return {"DATABASE_URL": f"postgresql://{USER}:{PASSWORD}@{HOST}:{self._port}/{DATABASE}"}

    def start(self) -> None:
        """Start it, wait until it answers, and make the database where there is none."""
        options = {**_FAST, "listen_addresses": HOST, "port": self._port, "unix_socket_directories": self._folder}
        options |= {"max_connections": 200, "timezone": "UTC"}
        command = [self.how, "-D", str(self._data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self._process = Process(command, log=self._folder / "postgres.log", user=self._user)
        self._process.wait_until(lambda: self._psql("SELECT 1").returncode == 0)
        self._psql(f"CREATE DATABASE {DATABASE}")

    def stop(self) -> None:
        """End it at once: connections are cut."""
        if self._process:
            self._process.stop(signal.SIGINT)
        self._process = None

    def kill(self) -> None:
        """End it as a crash does."""
        if self._process:
            self._process.kill()
        self._process = None

    def _psql(self, statement: str) -> subprocess.CompletedProcess[bytes]:
        where = ["-h", str(self._folder), "-p", str(self._port), "-U", USER, "-d", "postgres"]
        command = [str(self._programs / "psql"), "-qAtX", *where, "-c", statement]
        return subprocess.run(command, check=False, capture_output=True, timeout=30)

    def _run(self, command: list[str]) -> None:
        account = pwd.getpwnam(self._user) if self._user else None
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
        if done.returncode:
            raise Unavailable(f"{command[0]} failed: {done.stderr.strip()}")


def _programs() -> Path:
    """The folder of the newest PostgreSQL. Debian keeps each version's programs in a folder that is in no PATH."""
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    if found is None:
        raise Unavailable("PostgreSQL is not installed; on Debian or Ubuntu: apt install postgresql")
    return Path(found).resolve().parent
