"""The broker's HTTP API: for policies, and for what AMQP does not tell. No runner needs it, only ``topology``."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from runner.amqp.connection import Tls
from runner.errors import BrokerUnavailable

_SECONDS = 10.0
_MISSING = 404


class ManagementUnavailable(BrokerUnavailable):
    """The broker's HTTP API can't be reached, or refuses."""

    remedy = "Enable the plugin rabbitmq_management, and give the user the tag policymaker; or use --rules arguments."


@dataclass(frozen=True, slots=True)
class Management:
    """The HTTP API of a broker, for one virtual host."""

    url: str = field(repr=False)  #: http:// or https://; may hold user and password
    vhost: str
    user: str = "guest"  #: where the URL names none
    password: str | None = field(default=None, repr=False)  #: see ``user``
    tls: Tls = field(default_factory=Tls)  #: for https://

    def get(self, path: str) -> Any:
        """What is at ``path`` ({vhost} stands for ours); None where nothing is. Raises ``ManagementUnavailable``."""
        return self._call("GET", path, None)

    def put(self, path: str, body: dict[str, Any]) -> None:
        """Make what is at ``path`` be ``body``. Raises ``ManagementUnavailable``."""
        self._call("PUT", path, body)

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        parts = urlsplit(self.url)
        user, password = unquote(parts.username or self.user), unquote(parts.password or "") or self.password or ""
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
        target = f"{place}/api/{path.format(vhost=quote(self.vhost, safe=''))}"
        context = self.tls.context() if parts.scheme == "https" else None
        try:
            request = urllib.request.Request(  # noqa: S310  whoever sets the address may read files anyway
                target,
                data=None if body is None else json.dumps(body).encode(),
                method=method,
                headers={
                    "Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(),
                    "Content-Type": "application/json",
                },
            )
            with urllib.request.urlopen(request, timeout=_SECONDS, context=context) as answer:  # noqa: S310  see above
                text = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                if error.code == _MISSING and method == "GET":
                    return None
                raise ManagementUnavailable(
                    f"The broker's HTTP API answers {error.code} to {method} {path}: {_reason(error)}."
                ) from None
        except (OSError, ValueError) as error:
            raise ManagementUnavailable(f"The broker's HTTP API can't be reached: {error}.") from None
        return json.loads(text) if text else None


def _reason(error: urllib.error.HTTPError) -> str:
    """Why the broker says no."""
    text = error.read(2000).decode("utf-8", "replace")
    try:
        answer = json.loads(text)
    except ValueError:
        return error.reason
    return str(answer.get("reason") or answer.get("error")) if isinstance(answer, dict) else error.reason
