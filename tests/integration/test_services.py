"""The servers that tests run on: each is there, empty, and gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pika
import psycopg
import pytest

from tests.services.buckets import client

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.finding import Keeper, Service
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


def test_a_server_of_its_own_can_be_stopped_and_keeps_what_it_holds(
    own: Callable[[str], tuple[Service, Keeper]],
) -> None:
    server, keeper = own("postgres")
    url = server.settings["DATABASE_URL"]
    fill(url)
    keeper.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    keeper.start()
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE filled")


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
