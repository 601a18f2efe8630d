"""What every channel of events has to do. An implementation joins with a ``Channel`` in ``CHANNELS``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from runner.amqp.connection import Broker
from runner.amqp.events import AmqpEvents
from runner.amqp.topology import EVENTS, Topology, declare
from runner.contract import JobMessage, ResultEvent, schema
from runner.events import Herald
from runner.local.events import MemoryEvents
from runner.outcome import Artifact, Failure, Result
from runner.protocols import JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.protocols import Events

jsonschema = pytest.importorskip("jsonschema")

RESULT = Result(
    artifacts=(
        Artifact(name="model.glb", path="r/model.glb", size=4, checksum="sha256:" + "0" * 64, content_type="x/y"),
    ),
    summary={"walls": 7},
)
FAILURE = Failure("memory_limit", "Too much.", "Raise the limit.", "a trace")


@dataclass(frozen=True, slots=True)
class Channel:
    """A fresh channel, and what arrives at its other end."""

    events: Events
    arrived: Callable[[], list[dict[str, Any]]]
    replies: Callable[[], list[tuple[str, str | None, dict[str, Any]]]]


def memory() -> Channel:
    events = MemoryEvents()
    return Channel(
        events,
        lambda: [json.loads(event.to_json()) for event in events.published],
        lambda: [(to, ident, json.loads(event.to_json())) for to, ident, event in events.replies],
    )


def amqp(url: str) -> Iterator[Channel]:
    """A virtual host, seen by who is bound to all events and by who waits for a reply."""
    broker, other = Broker(url), Broker(url)
    declare(broker, Topology(), whole=True)
    queues = other.channel()
    queues.queue_declare("all")
    queues.queue_bind("all", EVENTS, "job.*")
    queues.queue_declare("gen-1")
    got: dict[str, list[tuple[str | None, dict[str, Any]]]] = {"all": [], "gen-1": []}

    def drained(queue: str) -> list[tuple[str | None, dict[str, Any]]]:
        while True:
            _, properties, body = queues.basic_get(queue, auto_ack=True)
            if body is None or properties is None:
                return got[queue]
            got[queue].append((properties.correlation_id, json.loads(body)))

    yield Channel(
        AmqpEvents(broker),
        lambda: [event for _, event in drained("all")],
        lambda: [("gen-1", ident, event) for ident, event in drained("gen-1")],
    )
    broker.close()
    other.close()


@pytest.fixture(params=["memory", "amqp"])
def channel(request: pytest.FixtureRequest) -> Iterator[Channel]:
    """A fresh channel of each kind."""
    if request.param == "memory":
        yield memory()
    else:
        yield from amqp(request.getfixturevalue("rabbitmq_url"))


def of_all_types() -> list[ResultEvent]:
    herald = Herald(JobMessage(job_id="j1", file_path="a.dxf", tenant="acme"))
    return [
        herald.started(1),
        herald.progress(1, "walls", 0.25),
        herald.completed(1, RESULT),
        herald.failed(1, FAILURE, JobState.FAILED),
        herald.failed(1, FAILURE, JobState.DEAD),
    ]


def test_events_arrive_in_order_and_whole(channel: Channel) -> None:
    events = of_all_types()
    for event in events:
        channel.events.publish(event)
    assert [each["type"] for each in channel.arrived()] == [
        "job.started",
        "job.progress",
        "job.completed",
        "job.failed",
        "job.dead",
    ]
    assert channel.arrived() == [json.loads(event.to_json()) for event in events]
    assert channel.replies() == []


def test_every_event_is_as_the_schema_says(channel: Channel) -> None:
    checker = jsonschema.Draft202012Validator(schema(ResultEvent), format_checker=jsonschema.FormatChecker())
    for event in of_all_types():
        channel.events.publish(event)
    for each in channel.arrived():
        checker.validate(each)
        assert None not in each["data"].values()


def test_an_event_goes_to_whoever_asked_for_a_reply_as_well(channel: Channel) -> None:
    event = of_all_types()[2]
    channel.events.publish(event, reply_to="gen-1", correlation_id="c7")
    assert channel.arrived() == [json.loads(event.to_json())]
    assert channel.replies() == [("gen-1", "c7", json.loads(event.to_json()))]


def test_a_trace_of_the_program_never_leaves_it(channel: Channel) -> None:
    for event in of_all_types():
        channel.events.publish(event)
    assert "a trace" not in json.dumps(channel.arrived())
