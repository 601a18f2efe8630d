"""What tests of the broker share: the topology with short delays, letters, and a look into queues."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pika

from runner.amqp.connection import Broker
from runner.amqp.inbox import Inbox, Taken
from runner.amqp.topology import EVENTS, TASKS, Queue, Topology, declare, depth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DELAYS = (1, 2, 3)


class Hasty(Topology):
    """The topology with its names, in which a second of waiting is a fifth of one."""

    @property
    def queues(self) -> tuple[Queue, ...]:
        return tuple(replace(each, rules=_hasty(each.rules)) for each in super().queues)


def _hasty(rules: Mapping[str, int | str]) -> dict[str, int | str]:
    return {name: int(value) // 5 if name == "message-ttl" else value for name, value in rules.items()}


Message = tuple[bytes, pika.BasicProperties]


def eventually(holds: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What ``holds`` gives, once that is true."""
    deadline = time.monotonic() + seconds
    while not (value := holds()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
    return value


@dataclass(slots=True)
class Letters:
    """A virtual host with our queues, seen from outside."""

    url: str
    topology: Topology = field(default_factory=lambda: Topology(delays=DELAYS))
    broker: Broker = field(init=False)

    def __post_init__(self) -> None:
        self.broker = Broker(self.url)
        declare(self.broker, self.topology, whole=True)

    def inbox(self, url: str | None = None, kind: str = "dxf") -> Inbox:
        return Inbox(Broker(url or self.url), kind, DELAYS)

    def send(self, body: bytes = b"{}", key: str = "dxf", **properties: Any) -> None:
        self.broker.publish(TASKS, key, body, pika.BasicProperties(**({"delivery_mode": 2} | properties)))

    def job(self, job_id: str = "j1", *, key: str = "dxf", **changes: Any) -> None:
        self.send(json.dumps({"job_id": job_id, "file_path": "in/plan.dxf"} | changes).encode(), key)

    def ready(self, queue: str) -> int:
        found = depth(self.broker, queue)
        assert found is not None
        return found[0]

    def get(self, queue: str) -> Message | None:
        """Take a message out of a queue."""
        with self.broker.channel() as channel:
            _, properties, body = channel.basic_get(queue, auto_ack=True)
        return None if body is None or properties is None else (body, properties)

    def await_in(self, queue: str, seconds: float = 20.0) -> Message:
        found = eventually(lambda: self.get(queue), seconds)
        assert isinstance(found, tuple)
        return found

    def listener(self) -> Callable[[], list[dict[str, Any]]]:
        """Hears all events from now on; gives those that came, each time all of them."""
        channel = self.broker.channel()
        name = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(name, EVENTS, "#")
        heard: list[dict[str, Any]] = []

        def listen() -> list[dict[str, Any]]:
            while True:
                _, _, body = channel.basic_get(name, auto_ack=True)
                if body is None:
                    return heard
                heard.append(json.loads(body))

        return listen


def taken(inbox: Inbox, seconds: float = 10.0) -> Taken:
    """The next message, which has to come."""
    found = inbox.take(seconds)
    assert found is not None
    return found
