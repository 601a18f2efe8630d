"""The images that ``make images`` has built: ``make test-images`` builds them and runs these tests."""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import pytest

from runner import __version__
from tests.images.pod import Image, Pod, docker
from tests.integration.conftest import place
from tests.services.docker import answers
from tests.services.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.place import Place

__all__ = ["place"]
TESTBED = Path(os.environ.get("TESTBED") or Path(__file__).parents[3] / "shared" / "testbed")
_PORTS = {"RABBITMQ_URL": 5672, "DATABASE_URL": 5432, "MINIO_ENDPOINT": 80}


def _found(tag: str) -> Image:
    if not answers():
        if os.environ.get("CI") and TESTBED.is_dir():
            pytest.fail(f"no Docker engine answers, though {TESTBED} has one: {TESTBED}/up", pytrace=False)
        pytest.skip("no Docker engine answers")
    image = Image(f"{os.environ.get('IMAGE', 'cad-runner')}:{tag}")
    if docker("image", "inspect", image.name, check=False).returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"there is no image {image.name}: make images")
    return image


@pytest.fixture(scope="session")
def cpu() -> Image:
    """The image for nodes without a GPU."""
    return _found(__version__)


@pytest.fixture(scope="session")
def gpu() -> Image:
    """The image for nodes with one."""
    return _found(f"{__version__}-gpu")


@pytest.fixture(scope="session", params=["cpu", "gpu"])
def image(request: pytest.FixtureRequest) -> Image:
    """Either."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Image)
    return found


class Site:
    """A network with the services of ``place`` and nothing else, where pods run."""

    def __init__(self, place: Place, stack: ExitStack) -> None:
        self.place = place
        self._stack = stack
        self.network = f"cad-runner-test-{secrets.token_hex(4)}"
        docker("network", "create", "--internal", self.network)
        stack.callback(docker, "network", "rm", self.network, check=False)
        form = "{{(index .IPAM.Config 0).Gateway}}"
        self._gateway = docker("network", "inspect", "--format", form, self.network).stdout.strip()
        self._proxies: dict[str, Proxy] = {}
        self._places = {name: self._reached(name, url) for name, url in place.environment().items() if name in _PORTS}

    def pod(self, image: Image, *arguments: str, **environment: str) -> Pod:
        """Start a pod."""
        kept = {
            name: value
            for name, value in self.place.environment().items()
            if name.startswith(("MINIO_", "CAD_RUNNER_", "DATABASE_"))
        }
        pod = Pod(image, arguments, kept | self._places | environment, self.network)
        self._stack.callback(pod.remove)
        return pod

    def proxy(self, name: str) -> Proxy:
        """What stands before the service of a setting."""
        return self._proxies[name]

    def _reached(self, name: str, url: str) -> str:
        """A service's URL as it is for pods."""
        parts = urlsplit(url)
        assert parts.hostname
        self._proxies[name] = self._stack.enter_context(
            Proxy(parts.hostname, parts.port or _PORTS[name], at=self._gateway)
        )
        account, at, _ = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{account}{at}{self._gateway}:{self._proxies[name].port}"))


@pytest.fixture
def site(cpu: Image, place: Place) -> Iterator[Site]:
    """A network with a broker, a database and an object store, all empty."""
    del cpu  # without an engine, nothing is started
    with ExitStack() as stack:
        yield Site(place, stack)
