"""TLS to every service, set up by the settings alone: who is not known is not talked to."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Protocol

import psycopg
import pytest

from runner.cli import wiring
from runner.errors import BrokerUnavailable, StoreUnavailable
from runner.settings.groups import Broker, Database, Store
from runner.settings.reading import read

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from runner.s3 import S3Store
    from tests.services.certificates import Certificates
    from tests.services.proxy import Proxy

    class Before(Protocol):
        def __call__(self, url: str, tls: ssl.SSLContext | None = None) -> tuple[str, Proxy]: ...


def files(certificates: Certificates, *, ca: Path | None, own: bool) -> dict[str, str]:
    """The settings for TLS, without the prefix of a service."""
    paths = {"TLS_CA": ca, "TLS_CERT": certificates.client[0], "TLS_KEY": certificates.client[1]}
    return {name: str(path) for name, path in paths.items() if path and (own or name == "TLS_CA")}


def store_of(environ: dict[str, str]) -> S3Store:
    return wiring.store(read(Store, environ))


@pytest.mark.parametrize("asks", [False, True])
def test_a_store_whose_certificate_is_trusted_is_used(
    s3_settings: dict[str, str], proxy: Before, certificates: Certificates, tmp_path: Path, asks: bool
) -> None:
    url, _ = proxy(s3_settings["MINIO_ENDPOINT"], certificates.context(asks=asks))
    given = {
        f"CAD_RUNNER_MINIO_{name}": path for name, path in files(certificates, ca=certificates.ca, own=asks).items()
    }
    store = store_of(s3_settings | {"MINIO_ENDPOINT": url} | given)
    (tmp_path / "source").write_bytes(b"x" * 100_000)
    stored = store.upload("a", tmp_path / "source", content_type="x/y")
    assert store.download("a", tmp_path / "target", limit=1 << 20) == stored


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("ca", ["other", None])
def test_a_store_whose_certificate_is_not_trusted_is_not(
    s3_settings: dict[str, str], proxy: Before, certificates: Certificates, ca: str | None
) -> None:
    url, _ = proxy(s3_settings["MINIO_ENDPOINT"], certificates.context())
    environ = s3_settings | {"MINIO_ENDPOINT": url}
    trusted = environ | ({"CAD_RUNNER_MINIO_TLS_CA": str(certificates.other)} if ca else {})
    with pytest.raises(StoreUnavailable) as caught:
        store_of(trusted).check()
    assert "CAD_RUNNER_MINIO_TLS_CA" in caught.value.advice
    store_of(environ | {"CAD_RUNNER_MINIO_TLS_VERIFY": "no"}).check()


def test_a_store_that_asks_who_we_are_is_told_of_no_one(
    s3_settings: dict[str, str], proxy: Before, certificates: Certificates
) -> None:
    url, _ = proxy(s3_settings["MINIO_ENDPOINT"], certificates.context(asks=True))
    given = {"MINIO_ENDPOINT": url, "CAD_RUNNER_MINIO_TLS_CA": str(certificates.ca)}
    with pytest.raises(StoreUnavailable):
        store_of(s3_settings | given).check()


@pytest.mark.parametrize("asks", [False, True])
def test_a_database_whose_certificate_is_trusted_is_used(
    postgres_url: str, proxy: Before, certificates: Certificates, asks: bool
) -> None:
    url, _ = proxy(postgres_url, certificates.context(asks=asks))
    given = {
        f"CAD_RUNNER_DATABASE_{name}": path for name, path in files(certificates, ca=certificates.ca, own=asks).items()
    }
    address = read(Database, {"DATABASE_URL": url} | given).address.get_secret_value()
    with closing(psycopg.connect(address)) as connection:
        assert connection.pgconn.ssl_in_use


def test_a_database_whose_certificate_is_not_trusted_is_not(
    postgres_url: str, proxy: Before, certificates: Certificates
) -> None:
    url, _ = proxy(postgres_url, certificates.context())
    given = {"DATABASE_URL": url, "CAD_RUNNER_DATABASE_TLS_CA": str(certificates.other)}
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(read(Database, given).address.get_secret_value())
    unverified = read(Database, given | {"CAD_RUNNER_DATABASE_TLS_VERIFY": "no"}).address.get_secret_value()
    psycopg.connect(unverified).close()


@pytest.mark.parametrize("asks", [False, True])
def test_a_broker_whose_certificate_is_trusted_is_used(
    rabbitmq_url: str, proxy: Before, certificates: Certificates, asks: bool
) -> None:
    url, _ = proxy(rabbitmq_url, certificates.context(asks=asks))
    given = {
        f"CAD_RUNNER_RABBITMQ_{name}": path for name, path in files(certificates, ca=certificates.ca, own=asks).items()
    }
    with closing(wiring.broker(read(Broker, {"RABBITMQ_URL": url} | given))) as broker:
        broker.channel().queue_declare("mine")


def test_a_broker_whose_certificate_is_not_trusted_is_not(
    rabbitmq_url: str, proxy: Before, certificates: Certificates
) -> None:
    url, _ = proxy(rabbitmq_url, certificates.context())
    given = {"RABBITMQ_URL": url, "CAD_RUNNER_RABBITMQ_TLS_CA": str(certificates.other)}
    with pytest.raises(BrokerUnavailable, match="certificate verify failed"):
        wiring.broker(read(Broker, given)).channel()
    with closing(wiring.broker(read(Broker, given | {"CAD_RUNNER_RABBITMQ_TLS_VERIFY": "no"}))) as broker:
        broker.channel()
