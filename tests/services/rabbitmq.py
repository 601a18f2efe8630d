"""A private RabbitMQ: own node name, own epmd, own folders; it never meets one that the system runs."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from tests.services.process import HOST, Process, Unavailable, free_ports, listens, wait_until_free

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGES = ("rabbitmq-server",)
#: Debian's script in /usr/sbin insists on the system's user and folders; the one that it calls does not.
_SCRIPTS = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/homebrew/sbin/rabbitmq-server")
_NOTED_SECONDS = 1.0
_CONFIG = """\
listeners.tcp.default = {host}:{port}
management.tcp.ip = {host}
management.tcp.port = {management}
disk_free_limit.absolute = 50MB
log.file.level = warning
"""


class Server:
    """One node, which can be stopped and started again with what it holds."""

    def __init__(self, folder: Path) -> None:
        self._script = next((each for each in _SCRIPTS if Path(each).exists()), None) or shutil.which("rabbitmq-server")
        self._epmd = shutil.which("epmd")
        if self._script is None or self._epmd is None:
            raise Unavailable("rabbitmq-server is not installed; on Debian or Ubuntu: apt install rabbitmq-server")
        self.how = self._script
        self._folder = folder
        self._processes: list[Process] = []
        self._port, self._management, self._names, distribution = free_ports(4)
        self._env = {
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(self._names),
            "ERL_EPMD_ADDRESS": HOST,
            "RABBITMQ_NODENAME": f"cad-runner-{secrets.token_hex(4)}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "config"),
            # One scheduler that does not spin: many of these share a machine.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
        }
        config = _CONFIG.format(host=HOST, port=self._port, management=self._management)
        (folder / "rabbitmq.conf").write_text(config)
        (folder / "plugins").write_text("[rabbitmq_management].\n")

    @property
    def settings(self) -> dict[str, str]:
        """Where it is, as the environment says it."""
        return {
            "RABBITMQ_URL": f"amqp://guest:guest@{HOST}:{self._port}/%2F",
            "RABBITMQ_MANAGEMENT_URL": f"http://guest:guest@{HOST}:{self._management}",
        }

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert self._script
        assert self._epmd
        log = self._folder / "output.log"
        names = Process([self._epmd, "-port", str(self._names)], log=log, env=self._env)
        self._processes.append(names)
        names.wait_until(lambda: listens(self._names))
        node = Process([self._script], log=log, env=self._env)
        self._processes.append(node)
        node.wait_until(lambda: listens(self._port) and listens(self._management))

    def stop(self) -> None:
        """End it in an orderly way."""
        while self._processes:
            self._processes.pop().stop()
        wait_until_free(self._port, self._management, self._names)

    def kill(self) -> None:
        """End it as a crash does.

        RabbitMQ 3.10 notes a new quorum queue only half a second later, and one that it has not noted is broken for
        ever: no matter for queues that were declared long ago, as ours are, so it gets a second.
        """
        time.sleep(_NOTED_SECONDS)
        while self._processes:
            self._processes.pop().kill()
        wait_until_free(self._port, self._management, self._names)


class Management:
    """The HTTP API of a broker."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        self._base = f"{parts.scheme}://{parts.hostname}:{parts.port or 15672}/api"
        self.user = parts.username or "guest"
        credentials = f"{self.user}:{parts.password or 'guest'}".encode()
        self._headers = {
            "Authorization": f"Basic {base64.b64encode(credentials).decode()}",
            "Content-Type": "application/json",
        }

    def call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> object:
        """Call it; the decoded answer, None where it is empty."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data=data, headers=self._headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read()
        return json.loads(text) if text else None

    def make_vhost(self, name: str) -> None:
        """Make a virtual host that our user may do anything in."""
        self.call("PUT", f"/vhosts/{quote(name, safe='')}", {})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self.call("PUT", f"/permissions/{quote(name, safe='')}/{quote(self.user, safe='')}", everything)

    def drop_vhost(self, name: str) -> None:
        """Remove a virtual host with all that it holds."""
        self.call("DELETE", f"/vhosts/{quote(name, safe='')}")
