"""Taking and settling messages on a real broker, and what becomes of them when it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pika
import pytest

from runner.amqp.connection import Broker, QueueMissing
from runner.amqp.inbox import Inbox
from runner.amqp.topology import TASKS
from runner.errors import BrokerUnavailable
from runner.outcome import Artifact, Completed, Failure, Rejected, Released, Result, Retry, Superseded, Withdrawn
from tests.integration.amqp_bench import DELAYS, Letters, eventually, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.services.finding import Keeper, Service
    from tests.services.proxy import Proxy

FAILURE = Failure("child_crashed", "The converting process died.", "Report it.")
MODEL = Artifact(name="model.glb", path="r/model.glb", size=4, checksum="sha256:" + "0" * 64, content_type="x/y")


@pytest.fixture
def letters(rabbitmq_url: str) -> Iterator[Letters]:
    each = Letters(rabbitmq_url)
    yield each
    each.broker.close()


@pytest.fixture
def inbox(letters: Letters) -> Iterator[Inbox]:
    each = letters.inbox()
    yield each
    each.close()


def test_a_message_is_taken_as_it_was_published(letters: Letters, inbox: Inbox) -> None:
    letters.send(b"x", headers={"traceparent": "00-1", "n": 7}, reply_to="r", correlation_id="c")
    found = taken(inbox)
    assert found.delivery.body == b"x"
    assert found.delivery.kind == "dxf"
    assert found.delivery.headers == {"traceparent": "00-1", "n": "7"}
    assert (found.delivery.reply_to, found.delivery.correlation_id) == ("r", "c")
    assert not found.redelivered


def test_an_empty_queue_gives_nothing(inbox: Inbox) -> None:
    assert inbox.take(0.3) is None


@pytest.mark.timeout(30)
def test_what_has_come_before_anybody_waits_is_not_waited_for(letters: Letters, inbox: Inbox) -> None:
    inbox.take(0)
    letters.send(b"x")
    # It is on its way as soon as it is no longer in the queue, and nobody reads it.
    eventually(lambda: letters.ready("dxf_queue") == 0)
    inbox.broker.wait(1000)
    assert taken(inbox).body == b"x"


def test_one_message_is_taken_and_the_others_are_left_to_others(letters: Letters, inbox: Inbox) -> None:
    for body in (b"1", b"2", b"3"):
        letters.send(body)
    assert taken(inbox).body == b"1"
    assert letters.ready("dxf_queue") == 2
    other = letters.inbox()
    assert taken(other).body == b"2"
    other.close()


def test_who_has_hushed_gets_no_further_message_with_the_acknowledgement(letters: Letters, inbox: Inbox) -> None:
    letters.send(b"1")
    letters.send(b"2")
    found = taken(inbox)
    inbox.hush()
    assert inbox.settle(found, Withdrawn(job_id="j"))
    inbox.broker.wait(0.2)
    assert letters.ready("dxf_queue") == 1
    assert inbox.close()
    assert letters.await_in("dxf_queue")[1].headers == {"x-delivery-count": 0}


@pytest.mark.parametrize(
    "outcome",
    [
        Completed(job_id="j", attempt=1, result=Result(artifacts=(MODEL,), summary={})),
        Rejected(failure=FAILURE, dead_letter=False, job_id="j", attempt=1),
        Withdrawn(job_id="j"),
        Superseded(job_id="j", attempt=1),
    ],
)
def test_what_is_settled_is_gone(letters: Letters, inbox: Inbox, outcome: Completed | Rejected) -> None:
    letters.send()
    assert inbox.settle(taken(inbox), outcome)
    assert inbox.close()
    for queue in ("dxf_queue", "dxf_dlq", "dxf_retry_1", "dxf_retry_2", "dxf_retry_3"):
        assert letters.ready(queue) == 0


def test_what_is_released_comes_back_as_it_was(letters: Letters, inbox: Inbox) -> None:
    letters.send(b"x", headers={"a": "b"})
    assert not inbox.settle(taken(inbox), Released(failure=FAILURE, job_id="j"))
    again = taken(inbox)
    assert (again.body, again.redelivered, again.delivery.headers["a"]) == (b"x", True, "b")


def test_a_retry_waits_and_comes_back_with_its_story(letters: Letters, inbox: Inbox) -> None:
    letters.send(b"x", headers={"a": "b", "CC": ["pdf"]}, expiration="60000", message_id="m", priority=3)
    found = taken(inbox)
    assert inbox.settle(found, Retry(job_id="j", failure=FAILURE, delay=1, charged=True, attempt=1))
    assert letters.ready("dxf_retry_1") == 1
    again = taken(inbox)
    headers = again.delivery.headers
    assert again.body == b"x"
    assert (headers["a"], headers["x-attempt"], headers["x-error-code"]) == ("b", "1", "child_crashed")
    assert headers["x-first-error"] == headers["x-last-error"] == "child_crashed: The converting process died."
    assert (again.properties.message_id, again.properties.priority, again.properties.expiration) == ("m", 3, None)
    # The publisher's own copy; ours has gone to nobody else.
    assert letters.ready("pdf_queue") == 1


def test_a_message_that_went_all_the_way_round_can_go_round_again(letters: Letters, inbox: Inbox) -> None:
    letters.send(b"x")
    for number, delay in enumerate((1, 2, 1), 1):
        failure = Failure("child_crashed", f"Number {number}.", "")
        outcome = Retry(job_id="j", failure=failure, delay=delay, charged=True, attempt=number)
        assert inbox.settle(taken(inbox), outcome)
    dead = Rejected(failure=Failure("attempts_exhausted", "Used up.", ""), dead_letter=True, job_id="j", attempt=4)
    found = taken(inbox)
    # Only the last turn is in the broker's own records: those of the turns before were left out.
    assert [each["count"] for each in found.properties.headers["x-death"]] == [1]  # type: ignore[index,union-attr,call-overload]
    assert inbox.settle(found, dead)
    body, properties = letters.await_in("dxf_dlq")
    assert body == b"x"
    assert properties.headers
    assert "x-death" not in properties.headers
    assert properties.headers["x-attempt"] == 4
    assert properties.headers["x-error-code"] == "attempts_exhausted"
    assert properties.headers["x-first-error"] == "child_crashed: Number 1."
    assert properties.headers["x-last-error"] == "attempts_exhausted: Used up."
    assert properties.headers["x-host"]


def test_a_message_that_was_delivered_too_often_becomes_a_dead_letter_and_can_be_tried_again(letters: Letters) -> None:
    """A record of its death by the delivery limit made the broker drop it in the retry queue."""
    letters.send(b"x")
    inbox = letters.inbox()
    for _ in range(21):
        assert not inbox.settle(taken(inbox), Released(failure=FAILURE, job_id="j"))
    body, properties = letters.await_in("dxf_dlq")
    assert properties.headers
    assert properties.headers["x-first-death-reason"] == "delivery_limit"
    letters.send(body, headers=properties.headers)
    found = taken(inbox)
    assert inbox.settle(found, Retry(job_id="j", failure=FAILURE, delay=1, charged=True, attempt=1))
    assert taken(inbox).body == b"x"
    inbox.close()


def test_a_lost_connection_gives_the_message_to_another(
    letters: Letters, proxy: Callable[[str], tuple[str, Proxy]]
) -> None:
    url, between = proxy(letters.url)
    inbox = letters.inbox(url)
    letters.send(b"x")
    found = taken(inbox)
    between.cut()
    other = letters.inbox()
    again = taken(other)
    assert (again.body, again.redelivered) == (b"x", True)
    assert other.settle(again, Withdrawn(job_id="j"))
    assert other.close()
    inbox.broker.serve()
    inbox.broker.publish(TASKS, "pdf", b"over a new connection", pika.BasicProperties())
    assert not inbox.holds(found)
    with pytest.raises(BrokerUnavailable):
        inbox.settle(found, Withdrawn(job_id="j"))
    # The number of the old message means another one on the new channel: nothing was acknowledged by it.
    letters.send(b"y")
    new = taken(inbox)
    with pytest.raises(BrokerUnavailable):
        inbox.settle(found, Withdrawn(job_id="j"))
    inbox.close()
    assert letters.await_in("dxf_queue")[0] == new.body == b"y"


def test_a_connection_that_is_served_outlives_many_heartbeats(letters: Letters) -> None:
    inbox = letters.inbox(letters.url + "?heartbeat=1")
    letters.send(b"x")
    found = taken(inbox)
    for _ in range(10):
        inbox.broker.wait(0.5)
        inbox.broker.serve()
    assert inbox.settle(found, Withdrawn(job_id="j"))
    assert inbox.close()
    assert letters.ready("dxf_queue") == 0


def test_a_broker_that_falls_silent_is_given_up(letters: Letters, proxy: Callable[[str], tuple[str, Proxy]]) -> None:
    url, between = proxy(letters.url)
    inbox = letters.inbox(url + "?heartbeat=1")
    letters.send(b"x")
    taken(inbox)
    between.silence()
    with pytest.raises(BrokerUnavailable):
        inbox.broker.publish(TASKS, "dxf", b"y", pika.BasicProperties())
    between.heal()


def test_a_missing_queue_says_what_to_do(rabbitmq_url: str) -> None:
    inbox = Inbox(Broker(rabbitmq_url), "dxf", DELAYS)
    with pytest.raises(QueueMissing, match="dxf_queue") as error:
        inbox.take(1)
    assert "topology apply" in error.value.advice
    inbox.close()


def test_a_message_with_nowhere_to_go_is_not_acknowledged(letters: Letters, inbox: Inbox) -> None:
    letters.send(b"x")
    found = taken(inbox)
    with letters.broker.channel() as channel:
        channel.queue_delete("dxf_dlq")
    with pytest.raises(QueueMissing, match=r"dxf\.dlq"):
        inbox.settle(found, Rejected(failure=FAILURE, dead_letter=True))
    assert inbox.holds(found)
    inbox.close()
    assert letters.await_in("dxf_queue")[0] == b"x"


def test_a_queue_that_is_deleted_under_a_consumer_is_noticed(letters: Letters, inbox: Inbox) -> None:
    assert inbox.take(0.1) is None
    with letters.broker.channel() as channel:
        channel.queue_delete("dxf_queue")
    with pytest.raises(BrokerUnavailable):
        inbox.take(10)


@pytest.mark.parametrize(
    "address", ["amqp://guest:secret-word@127.0.0.1:1/", "amqp://guest:secret-word@host:port/", "x"]
)
def test_a_broker_that_is_not_there_is_unavailable_and_no_password_is_told(address: str) -> None:
    with pytest.raises(BrokerUnavailable) as error:
        Broker(address).channel()
    assert "secret-word" not in f"{error.value} {error.value.advice}"


def test_a_wrong_password_is_refused(rabbitmq_url: str) -> None:
    with pytest.raises(BrokerUnavailable):
        Broker(rabbitmq_url, password="wrong").channel()


def test_messages_outlive_the_broker(own: Callable[[str], tuple[Service, Keeper]]) -> None:
    server, keeper = own("rabbitmq")
    letters = Letters(server.settings["RABBITMQ_URL"])
    inbox = letters.inbox()
    letters.send(b"held")
    letters.send(b"waiting")
    found = taken(inbox)
    keeper.stop()
    inbox.broker.serve()
    with pytest.raises(BrokerUnavailable):
        inbox.settle(found, Withdrawn(job_id="j"))
    with pytest.raises(BrokerUnavailable):
        inbox.take(1)
    keeper.start()
    bodies = {eventually(lambda: _attempt(inbox), 60) for _ in range(2)}
    assert bodies == {b"held", b"waiting"}
    inbox.close()
    letters.broker.close()


def _attempt(inbox: Inbox) -> bytes | None:
    """Take and settle a message, once the broker is there."""
    try:
        found = inbox.take(1)
        if found is None or not inbox.settle(found, Withdrawn(job_id="j")):
            return None
    except BrokerUnavailable:
        return None
    return found.body
