"""The servers as fixtures: each test gets an empty database, virtual host or bucket of its own.

A server that is not to be had skips its tests on a laptop, with the reason, and fails them in CI.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

import pytest

from tests.services.buckets import bucket
from tests.services.certificates import Certificates
from tests.services.finding import Keeper, Service, shared, told
from tests.services.postgres_databases import Databases
from tests.services.process import Unavailable
from tests.services.proxy import Proxy
from tests.services.rabbitmq import Management

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a proxy has to know of a URL's scheme."""

    port: int
    secure: str  #: the scheme for TLS
    asked: bytes = b""  #: by which a client asks for it


_KINDS = {
    "amqp": _Kind(5672, "amqps"),
    "http": _Kind(80, "https"),
    "postgresql": _Kind(5432, "postgresql", bytes([0, 0, 0, 8, 4, 210, 22, 47])),
}


def missing(kind: str, reason: Unavailable) -> None:
    """Skip, or fail in CI."""
    text = f"no {kind}: {reason}"
    if os.environ.get("CI"):
        pytest.fail(text, pytrace=False)
    pytest.skip(text)


class _Finder(Protocol):
    def __call__(self, kind: str) -> Service: ...


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all processes of this run share."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(_place(config), ignore_errors=True)
        _place(config).mkdir(mode=0o700)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(_place(config), ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which servers the tests took."""
    for line in told(_place(terminalreporter.config)):
        terminalreporter.write_line(line)


def _run(config: pytest.Config) -> int:
    """The process whose end is the end of the test run: our own, or the one that gives xdist's workers their work."""
    return os.getppid() if hasattr(config, "workerinput") else os.getpid()


def _place(config: pytest.Config) -> Path:
    return Path(tempfile.gettempdir()) / f"cad-runner-tests-{_run(config)}"


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest) -> _Finder:
    """Finds the server of a kind (``rabbitmq``, ``postgres``, ``s3``); one for all processes of the test run."""

    def find(kind: str) -> Service:
        try:
            return shared(kind, _place(request.config), _run(request.config))
        except Unavailable as reason:
            missing(kind, reason)
            raise

    return find


@pytest.fixture(scope="session")
def postgres_server(service: _Finder) -> Iterator[Databases]:
    """The PostgreSQL of this run: it makes databases, from a template where one is named."""
    with Databases(service("postgres").settings["DATABASE_URL"]) as databases:
        yield databases


@pytest.fixture
def postgres_url(postgres_server: Databases) -> Iterator[str]:
    """URL of an empty database."""
    with postgres_server.fresh() as url:
        yield url


@pytest.fixture
def s3_settings(service: _Finder) -> Iterator[dict[str, str]]:
    """Where an empty bucket is, as the environment says it."""
    settings = {**service("s3").settings, "MINIO_BUCKET": f"test-{secrets.token_hex(6)}"}
    with bucket(settings):
        yield settings


@dataclass(frozen=True, slots=True)
class Broker:
    """A virtual host, and the HTTP API of its broker."""

    url: str
    vhost: str
    management: Management


@pytest.fixture
def broker(service: _Finder) -> Iterator[Broker]:
    """An empty virtual host, with the HTTP API of its broker."""
    settings = service("rabbitmq").settings
    parts = urlsplit(settings["RABBITMQ_URL"])
    host = f"http://{parts.username or 'guest'}:{parts.password or 'guest'}@{parts.hostname}:15672"
    management = Management(settings.get("RABBITMQ_MANAGEMENT_URL", host))
    name = f"test/{secrets.token_hex(6)}"
    management.make_vhost(name)
    yield Broker(urlunsplit(parts._replace(path="/" + quote(name, safe=""))), name, management)
    management.drop_vhost(name)


@pytest.fixture
def rabbitmq_url(broker: Broker) -> str:
    """URL of an empty virtual host."""
    return broker.url


class _Before(Protocol):
    def __call__(self, url: str, tls: ssl.SSLContext | None = None) -> tuple[str, Proxy]: ...


@pytest.fixture
def proxy() -> Iterator[_Before]:
    """Puts a proxy before the server of a URL: gives the URL that leads through it, and the proxy.

    With ``tls``, the URL is one for TLS.
    """
    with ExitStack() as stack:

        def before(url: str, tls: ssl.SSLContext | None = None) -> tuple[str, Proxy]:
            parts = urlsplit(url)
            assert parts.hostname
            kind = _KINDS[parts.scheme]
            each = stack.enter_context(Proxy(parts.hostname, parts.port or kind.port, tls=tls, asked=kind.asked))
            account, at, _ = parts.netloc.rpartition("@")
            scheme = kind.secure if tls else parts.scheme
            return urlunsplit(parts._replace(scheme=scheme, netloc=f"{account}{at}127.0.0.1:{each.port}")), each

        yield before


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority, a server on this machine that it vouches for, and a client."""
    try:
        return Certificates.made(tmp_path_factory.mktemp("certificates"))
    except Unavailable as reason:
        missing("certificates", reason)
        raise


@pytest.fixture
def own() -> Iterator[Callable[[str], tuple[Service, Keeper]]]:
    """Starts a server of a kind for this test alone: its keeper can stop it and start it again."""
    with ExitStack() as stack:

        def start(kind: str) -> tuple[Service, Keeper]:
            keeper = stack.enter_context(Keeper(kind))
            try:
                return keeper.service(), keeper
            except Unavailable as reason:
                missing(kind, reason)
                raise

        yield start
