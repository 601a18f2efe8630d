"""The servers that tests run on: each is there, empty, and gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pika
import pika.exceptions
import psycopg
import pytest

from tests.services.buckets import client
from tests.services.finding import Service, shared, told
from tests.services.fixtures import missing
from tests.services.keeper import found
from tests.services.process import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.finding import Keeper
    from tests.services.fixtures import Broker
    from tests.services.postgres_databases import Databases
    from tests.services.proxy import Proxy

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("_again", range(2))
def test_every_test_has_an_empty_database(postgres_url: str, _again: int) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE mine ()")
        assert connection.info.password


def fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE filled ()")


def test_databases_come_from_a_template_that_is_filled_once(postgres_server: Databases) -> None:
    for _ in range(2):
        with postgres_server.fresh(fill) as url, psycopg.connect(url) as connection:
            connection.execute("DROP TABLE filled")


@pytest.mark.parametrize("_again", range(2))
def test_every_test_has_an_empty_virtual_host(broker: Broker, _again: int) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(broker.url))
    channel = connection.channel()
    assert channel.queue_declare("mine", durable=True).method.message_count == 0
    channel.confirm_delivery()
    channel.basic_publish("", "mine", b"x", mandatory=True)
    connection.close()


@pytest.mark.parametrize("_again", range(2))
def test_every_test_has_an_empty_bucket(s3_settings: dict[str, str], _again: int) -> None:
    s3, name = client(s3_settings), s3_settings["MINIO_BUCKET"]
    assert s3.list_objects_v2(Bucket=name)["KeyCount"] == 0
    s3.put_object(Bucket=name, Key="mine", Body=b"x")


def test_a_proxy_passes_on_until_it_refuses(postgres_url: str, proxy: Callable[[str], tuple[str, Proxy]]) -> None:
    url, between = proxy(postgres_url)
    with psycopg.connect(url) as connection:
        between.refuse()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        between.heal()
        psycopg.connect(url).close()


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_server_of_its_own_can_be_ended_and_keeps_what_it_holds(
    own: Callable[[str], tuple[Service, Keeper]], end: str
) -> None:
    server, keeper = own("postgres")
    url = server.settings["DATABASE_URL"]
    fill(url)
    getattr(keeper, end)()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    keeper.start()
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE filled")


def test_a_broker_of_its_own_keeps_messages_over_a_crash(own: Callable[[str], tuple[Service, Keeper]]) -> None:
    server, keeper = own("rabbitmq")
    parameters = pika.URLParameters(server.settings["RABBITMQ_URL"])
    with closing(pika.BlockingConnection(parameters)) as connection:
        channel = connection.channel()
        channel.queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
        channel.confirm_delivery()
        channel.basic_publish("", "kept", b"x", pika.BasicProperties(delivery_mode=2))
    keeper.kill()
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        pika.BlockingConnection(parameters)
    keeper.start()
    with closing(pika.BlockingConnection(parameters)) as connection:
        assert connection.channel().basic_get("kept", auto_ack=True)[2] == b"x"


@pytest.mark.parametrize(("ci", "kind"), [("", "Skipped"), ("true", "Failed")])
def test_a_server_that_is_missing_skips_on_a_laptop_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, kind: str
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(BaseException, match="no postgres: it is not installed") as caught:
        missing("postgres", Unavailable("it is not installed"))
    assert caught.type.__name__ == kind


def test_a_server_that_is_not_installed_is_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("tests.services.rabbitmq._SCRIPTS", ())
    with pytest.raises(Unavailable, match="apt install rabbitmq-server, and no Docker engine answers"):
        found("rabbitmq", tmp_path)


def test_a_server_that_the_environment_names_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    service = shared("postgres", tmp_path, os.getpid())
    assert service == Service({"DATABASE_URL": "postgresql://elsewhere/db"}, "the environment")
    assert told(tmp_path) == ["postgres: the environment"]


def test_a_server_goes_when_its_tests_are_killed() -> None:
    test = "from tests.services.finding import *; k = Keeper('s3'); k.service(); print(k.folder, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", test], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as run:
        assert run.stdout
        folder = Path(run.stdout.readline().strip())
        assert folder.is_dir()
        os.kill(run.pid, signal.SIGKILL)
    while folder.exists():
        time.sleep(0.05)
