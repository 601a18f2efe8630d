"""The exchanges and queues: made once, changed by policies only, and looked at."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pika
import pytest

from runner.amqp import drift
from runner.amqp.connection import Broker, Unequal
from runner.amqp.inbox import Inbox
from runner.amqp.management import Management, ManagementUnavailable
from runner.amqp.topology import TASKS, Queue, Topology, declare, depth
from runner.outcome import Failure, Retry
from tests.integration.amqp_bench import eventually, taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.services.fixtures import Broker as Host

SMALL = Topology(kinds=("dxf",), delays=(1, 2))
NAMES = ["dxf_dlq", "dxf_queue", "dxf_retry_1", "dxf_retry_2"]


@pytest.fixture
def server(rabbitmq_url: str) -> Iterator[Broker]:
    each = Broker(rabbitmq_url)
    yield each
    each.close()


@pytest.fixture
def management(broker: Host, service: object) -> Management:
    assert callable(service)
    found = service("rabbitmq").settings
    url = found.get("RABBITMQ_MANAGEMENT_URL", "http://guest:guest@127.0.0.1:15672")
    return Management(url, broker.vhost)


def differences(server: Broker, wanted: Topology, management: Management | None) -> list[str]:
    return [f"{each.what} {each.text}" for each in drift.diff(server, wanted, management)]


def retries(server: Broker) -> None:
    """A message goes into the retry queue and comes back."""
    inbox = Inbox(server, "dxf", SMALL.delays)
    server.publish(TASKS, "dxf", b"x", pika.BasicProperties())
    failure = Failure("child_crashed", "It died.", "")
    assert inbox.settle(taken(inbox), Retry(job_id="j", failure=failure, delay=1, charged=True, attempt=1))
    assert inbox.take(0.1) is None
    assert taken(inbox).body == b"x"


def test_the_usual_topology_is_the_one_of_the_contract() -> None:
    assert [each.name for each in Topology().queues] == [
        *("dxf_dlq", "dxf_queue", "dxf_retry_60", "dxf_retry_180", "dxf_retry_360"),
        *("pdf_dlq", "pdf_queue", "pdf_retry_60", "pdf_retry_180", "pdf_retry_360"),
    ]
    by_name = {each.name: each for each in Topology().queues}
    assert (by_name["dxf_queue"].key, by_name["dxf_dlq"].key) == ("dxf", "dxf.dlq")
    assert by_name["pdf_retry_180"].rules["message-ttl"] == 180_000
    assert by_name["pdf_retry_180"].rules["dead-letter-routing-key"] == "pdf"


def test_everything_but_the_type_is_a_policy(server: Broker, management: Management) -> None:
    done = drift.apply(server, SMALL, management)
    assert [each for each in done if each.startswith("queue")] == [f"queue {name}" for name in NAMES]
    for name in NAMES:
        assert management.get(f"queues/{{vhost}}/{name}")["arguments"] == {"x-queue-type": "quorum"}
    eventually(lambda: not differences(server, SMALL, management))
    retries(server)


def test_a_second_time_nothing_is_done(server: Broker, management: Management) -> None:
    drift.apply(server, SMALL, management)
    assert drift.apply(server, SMALL, management) == []


def test_a_policy_can_be_changed_later(server: Broker, management: Management) -> None:
    drift.apply(server, SMALL, management)
    policy = management.get("policies/{vhost}/cad-runner.dxf_retry_1")
    management.put("policies/{vhost}/cad-runner.dxf_retry_1", policy | {"definition": {"message-ttl": 9000}})
    told = {
        "queue dxf_retry_1 has message-ttl 9000, not 1000",
        "queue dxf_retry_1 has dead-letter-exchange unset, not tasks",
    }
    eventually(lambda: told <= set(differences(server, SMALL, management)))
    assert drift.apply(server, SMALL, management) == ["policy cad-runner.dxf_retry_1"]
    eventually(lambda: not differences(server, SMALL, management))


def test_without_the_http_api_the_rules_become_arguments(server: Broker) -> None:
    assert drift.apply(server, SMALL, None) == [f"queue {name}" for name in NAMES]
    assert differences(server, SMALL, None) == []
    retries(server)


def test_queues_with_the_same_rules_as_arguments_are_as_good(server: Broker, management: Management) -> None:
    drift.apply(server, SMALL, None)
    drift.apply(server, SMALL, management)
    eventually(lambda: not differences(server, SMALL, management))


def test_arguments_can_not_be_changed_and_the_difference_is_told(server: Broker, management: Management) -> None:
    retry = Queue("dxf_retry_1", "dxf.retry.1", {"message-ttl": 5000})
    with server.channel() as channel:
        channel.queue_declare(retry.name, durable=True, arguments=retry.arguments(whole=True))
    assert drift.apply(server, SMALL, None) == ["queue dxf_dlq", "queue dxf_queue", "queue dxf_retry_2"]
    assert ["was declared with other arguments" in each for each in differences(server, SMALL, None)] == [True]
    drift.apply(server, SMALL, management)
    found = eventually(lambda: [each for each in drift.diff(server, SMALL, management) if "5000" in each.text])
    assert found[0].text == "has message-ttl 5000, not 1000"
    assert "drain the queue" in found[0].remedy


def test_what_is_missing_is_told(server: Broker, management: Management) -> None:
    found = differences(server, SMALL, management)
    assert found == [
        *("exchange tasks is missing", "exchange events is missing"),
        *(f"queue {name} is missing" for name in NAMES),
    ]
    assert differences(server, SMALL, None) == [f"queue {name} is missing" for name in NAMES]


def test_a_queue_that_is_no_quorum_queue_or_not_bound_is_told(server: Broker, management: Management) -> None:
    with server.channel() as channel:
        channel.queue_declare("dxf_dlq", durable=True)
    drift.apply(server, SMALL, management)
    with server.channel() as channel:
        channel.queue_unbind("dxf_dlq", TASKS, "dxf.dlq")
    told = {"queue dxf_dlq is a classic queue, not a quorum queue", "queue dxf_dlq is not bound to tasks by dxf.dlq"}
    eventually(lambda: told <= set(differences(server, SMALL, management)))


def test_an_exchange_of_another_type_is_not_touched(server: Broker, management: Management) -> None:
    with server.channel() as channel:
        channel.exchange_declare(TASKS, "fanout", durable=True)
    with pytest.raises(Unequal):
        declare(server, SMALL, whole=True)
    assert "exchange tasks is not a durable direct exchange" in differences(server, SMALL, management)


def test_new_delays_make_new_queues_beside_the_old(server: Broker) -> None:
    declare(server, SMALL, whole=True)
    wanted = dataclasses.replace(SMALL, delays=(1, 2, 4))
    assert declare(server, wanted, whole=True) == ["dxf_retry_4"]
    assert depth(server, "dxf_retry_2") == (0, 0)


@pytest.mark.parametrize("url", ["http://guest:secret-word@127.0.0.1:1", "http://guest:secret-word@127.0.0.1:1/x", "x"])
def test_an_http_api_that_is_not_there_is_told_without_the_password(url: str) -> None:
    with pytest.raises(ManagementUnavailable) as error:
        Management(url, "/").get("overview")
    assert "secret-word" not in str(error.value)


def test_a_wrong_password_is_told(management: Management) -> None:
    wrong = Management(management.url.replace("guest:guest", "guest:wrong"), management.vhost)
    with pytest.raises(ManagementUnavailable, match="401"):
        wrong.put("policies/{vhost}/x", {})


def test_the_definitions_can_be_imported_as_they_are(server: Broker, management: Management, broker: Host) -> None:
    broker.management.call("POST", f"/definitions/{broker.vhost.replace('/', '%2F')}", SMALL.definitions(broker.vhost))
    eventually(lambda: not differences(server, SMALL, management))
    retries(server)
