"""Certificates for trials: an authority, a server on this machine that it vouches for, and a client."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.services.process import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

_NEW = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
_NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


@dataclass(frozen=True, slots=True)
class Certificates:
    """A folder of certificates and keys (PEM), each NAME.pem and NAME.key."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Certificates:
        """Make them. Raises ``Unavailable`` where there is no openssl."""
        openssl = shutil.which("openssl")
        if openssl is None:
            raise Unavailable("openssl is not installed")
        own = cls(folder)
        for name in ("ca", "other"):
            command = [openssl, *_NEW, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"]
            subprocess.run(command, check=True, capture_output=True, cwd=folder)
        for name in ("server", "client"):
            command = [openssl, *_NEW, "-subj", f"/CN={name}", "-addext", _NAMES]
            command += ["-addext", "basicConstraints=CA:FALSE", "-CA", "ca.pem", "-CAkey", "ca.key"]
            command += ["-keyout", f"{name}.key", "-out", f"{name}.pem"]
            subprocess.run(command, check=True, capture_output=True, cwd=folder)
            (folder / f"{name}.key").chmod(0o600)
        return own

    @property
    def ca(self) -> Path:
        """The authority that vouches for the server and the client."""
        return self.folder / "ca.pem"

    @property
    def other(self) -> Path:
        """An authority that vouches for neither."""
        return self.folder / "other.pem"

    @property
    def client(self) -> tuple[Path, Path]:
        """Certificate and key of the client."""
        return self.folder / "client.pem", self.folder / "client.key"

    def context(self, *, asks: bool = False) -> ssl.SSLContext:
        """What a server speaks TLS by; with ``asks``, only to those who have a certificate of ours."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.ca)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
        return context
