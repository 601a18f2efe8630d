"""A private S3 store: MinIO where its program is there, else moto's server, which keeps everything in memory."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from typing import TYPE_CHECKING

from tests.services.process import HOST, Process, Unavailable, free_ports, listens

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ()
ACCESS_KEY, SECRET_KEY = "cad-runner", "cad-runner-secret"


class Server:
    """One store, on its port whenever it runs."""

    def __init__(self, folder: Path) -> None:
        (port,) = free_ports(1)
        self._port, self._folder = port, folder
        self._process: Process | None = None
        minio = shutil.which("minio")
        if minio:
            self.how = minio
            self._command = [minio, "server", str(folder / "data"), "--address", f"{HOST}:{port}"]
        elif importlib.util.find_spec("moto"):
            self.how = "moto's server"
            self._command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
        else:
            raise Unavailable("neither MinIO nor moto is installed; `make setup` installs moto")

    @property
    def settings(self) -> dict[str, str]:
        """Where it is, as the environment says it."""
        return {
            "MINIO_ENDPOINT": f"http://{HOST}:{self._port}",
            "MINIO_ACCESS_KEY": ACCESS_KEY,
            "MINIO_SECRET_KEY": SECRET_KEY,
        }

    def start(self) -> None:
        """Start it, and wait until it answers."""
        env = {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY, "PYTHONWARNINGS": "ignore"}
        self._process = Process(self._command, log=self._folder / "s3.log", env=env)
        self._process.wait_until(lambda: listens(self._port))

    def stop(self) -> None:
        """End it; moto forgets what it held."""
        if self._process:
            self._process.stop()
        self._process = None

    def kill(self) -> None:
        """End it as a crash does."""
        if self._process:
            self._process.kill()
        self._process = None
