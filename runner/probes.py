"""What Kubernetes is told of the runner: whether it is alive, and whether it is ready.

As files: ``ready`` is there while it is, ``live`` is written anew with every sign of life, so that its age tells.
And over HTTP, where a port is named: ``/ready`` and ``/live``.

A runner that hangs gives no more signs of life. One that only waits does: for the broker, for a message, for a slow
conversion that has its own limits.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

#: A sign of life is good for this long: longer than any wait without one, which is that for a dead connection.
LIVE_SECONDS = 180.0
_BEAT_SECONDS = 1.0


class Probes:
    """The state of this runner. Without a folder and a port it is kept to itself."""

    def __init__(self, folder: Path | None = None, *, port: int | None = None, host: str = "") -> None:
        self._ready = False
        self._beaten = time.monotonic()
        self._folder = folder
        self._server: ThreadingHTTPServer | None = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._write(ready=False)
            self._touch()
        if port is not None:
            self._server = ThreadingHTTPServer((host, port), self._handler())
            threading.Thread(target=self._server.serve_forever, name="probes", daemon=True).start()

    @property
    def port(self) -> int | None:
        """Where it is told over HTTP."""
        return None if self._server is None else self._server.server_address[1]

    @property
    def ready(self) -> bool:
        """Whether the runner is ready."""
        return self._ready

    @ready.setter
    def ready(self, value: bool) -> None:
        if value != self._ready:
            self._ready = value
            self._write(ready=value)

    @property
    def live(self) -> bool:
        """Whether there was a sign of life of late."""
        return time.monotonic() < self._beaten + LIVE_SECONDS

    def beat(self) -> None:
        """A sign of life."""
        now = time.monotonic()
        if now >= self._beaten + _BEAT_SECONDS:
            self._beaten = now
            self._touch()

    def close(self) -> None:
        """Say no more, and be ready for nothing."""
        self.ready = False
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, *, ready: bool) -> None:
        """A full disk must not end the work."""
        if self._folder is not None:
            with suppress(OSError):
                path = self._folder / "ready"
                path.touch() if ready else path.unlink(missing_ok=True)

    def _touch(self) -> None:
        if self._folder is not None:
            with suppress(OSError):
                (self._folder / "live").touch()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        probes = self

        class Handler(BaseHTTPRequestHandler):
            """Answers a probe."""

            def do_GET(self) -> None:
                """Answer."""
                state = {"/ready": probes.ready, "/live": probes.live}.get(self.path)
                if state is None:
                    self.send_error(HTTPStatus.NOT_FOUND)
                    return
                body = f"{self.path[1:]}: {'yes' if state else 'no'}\n".encode()
                self.send_response(HTTPStatus.OK if state else HTTPStatus.SERVICE_UNAVAILABLE)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the library names it
                """Nothing: a probe comes every few seconds."""

        return Handler
