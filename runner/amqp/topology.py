"""Which exchanges and queues there are, and what holds for them.

                 ┌──────────── dxf_retry_60, _180, _360 ◄── dxf.retry.60 ... ─┐
                 ▼ when its time has come                                     │
    ── dxf ──► dxf_queue ──► runner ──► settled                               │
    tasks        │ 21 deliveries  └── failed ─► tasks ────────────────────────┤
                 └──► dxf_dlq ◄───────────────────────────────────── dxf.dlq ─┘

An argument of a queue can never be changed, so a queue has none but its type; the rest are policies, which the
broker's HTTP API sets (``management``). Where that can't be used, a retry queue without its time to live would keep its
messages for ever: then, and only then, the same rules become arguments. ``topology diff`` tells where they differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runner.amqp.connection import QueueMissing, Unequal
from runner.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.amqp.connection import Broker

TASKS, EVENTS = "tasks", "events"
EXCHANGES = {TASKS: "direct", EVENTS: "topic"}
KINDS = ("dxf", "pdf")

#: A message that was delivered more often is dead-lettered by the broker. It is the last fence, before it stands the
#: attempt that the claim counts: the broker's count grows by everything that gives a message back.
DELIVERIES = 20
#: Looking at dead letters counts too, and here nothing may be dropped. (-1 says the same, but only since 4.0.)
_UNLIMITED = 1_000_000_000
#: A dead letter is removed here only once it has arrived there. Without the second rule the first does nothing.
_SAFE = {"dead-letter-strategy": "at-least-once", "overflow": "reject-publish"}


@dataclass(frozen=True, slots=True)
class Queue:
    """A quorum queue, bound to ``tasks``."""

    name: str
    key: str  #: the routing key by which messages come
    rules: Mapping[str, int | str] = field(default_factory=dict)  #: as policies call them

    @property
    def policy(self) -> str:
        """The name of its policy."""
        return f"cad-runner.{self.name}"

    def arguments(self, *, whole: bool) -> dict[str, Any]:
        """What it is declared with; ``whole`` where no policy says the rest."""
        rules = {f"x-{name}": value for name, value in self.rules.items()} if whole else {}
        return {"x-queue-type": "quorum", **rules}

    def ruling(self) -> dict[str, Any]:
        """The policy."""
        pattern = f"^{re.escape(self.name)}$"
        return {"pattern": pattern, "apply-to": "queues", "priority": 10, "definition": dict(self.rules)}


def queue(kind: str) -> str:
    """The queue of jobs of a kind."""
    return f"{kind}_queue"


def dead(kind: str) -> str:
    """The dead-letter queue of a kind."""
    return f"{kind}_dlq"


def dead_key(kind: str) -> str:
    """The routing key of dead letters."""
    return f"{kind}.dlq"


def retry_key(kind: str, delay: int) -> str:
    """The routing key by which a message waits for ``delay`` seconds."""
    return f"{kind}.retry.{delay}"


@dataclass(frozen=True, slots=True)
class Topology:
    """All that has to be there."""

    kinds: tuple[str, ...] = KINDS
    delays: tuple[int, ...] = RetryPolicy().delays  #: seconds

    @property
    def queues(self) -> tuple[Queue, ...]:
        """The queues, in the order in which they are made: one that others lead to comes first."""
        return tuple(each for kind in self.kinds for each in self._of(kind))

    def _of(self, kind: str) -> list[Queue]:
        back = {"dead-letter-exchange": TASKS, "dead-letter-routing-key": kind, **_SAFE}
        down = {"dead-letter-exchange": TASKS, "dead-letter-routing-key": dead_key(kind), **_SAFE}
        return [
            Queue(dead(kind), dead_key(kind), {"delivery-limit": _UNLIMITED}),
            Queue(queue(kind), kind, {"delivery-limit": DELIVERIES, **down}),
            *(
                Queue(f"{kind}_retry_{delay}", retry_key(kind, delay), {"message-ttl": delay * 1000, **back})
                for delay in sorted(set(self.delays))
            ),
        ]

    def definitions(self, vhost: str) -> dict[str, list[dict[str, Any]]]:
        """The same for ``rabbitmqctl import_definitions`` and for the HTTP API."""
        durable = {"vhost": vhost, "durable": True, "auto_delete": False}
        return {
            "exchanges": [
                {"name": name, "type": kind, "internal": False, "arguments": {}, **durable}
                for name, kind in EXCHANGES.items()
            ],
            "queues": [
                {"name": each.name, "arguments": each.arguments(whole=False), **durable} for each in self.queues
            ],
            "bindings": [
                {
                    "source": TASKS,
                    "vhost": vhost,
                    "destination": each.name,
                    "destination_type": "queue",
                    "routing_key": each.key,
                    "arguments": {},
                }
                for each in self.queues
            ],
            "policies": [{"name": each.policy, "vhost": vhost, **each.ruling()} for each in self.queues],
        }


def declare(broker: Broker, topology: Topology, *, whole: bool) -> list[str]:
    """Make what is missing; what was made. Nothing that is there is changed.

    ``whole`` makes queues with all their rules as arguments. Raises ``Unequal`` where something is there that was
    declared otherwise, and ``BrokerUnavailable``.
    """
    made = []
    for name, kind in EXCHANGES.items():
        with broker.asking(), broker.channel() as channel:
            channel.exchange_declare(name, kind, durable=True)
    for each in topology.queues:
        if standing(broker, each, whole=whole) is None:
            with broker.asking(), broker.channel() as channel:
                channel.queue_declare(each.name, durable=True, arguments=each.arguments(whole=whole))
            made.append(each.name)
        with broker.asking(), broker.channel() as channel:
            channel.queue_bind(each.name, TASKS, each.key)
    return made


def standing(broker: Broker, wanted: Queue, *, whole: bool) -> bool | None:
    """Whether a queue was declared as ``wanted``; None where it is not there."""
    if depth(broker, wanted.name) is None:
        return None
    try:
        with broker.asking(), broker.channel() as channel:
            channel.queue_declare(wanted.name, durable=True, arguments=wanted.arguments(whole=whole))
    except Unequal:
        return False
    return True


def depth(broker: Broker, name: str) -> tuple[int, int] | None:
    """How many messages are ready in a queue, and how many consumers it has; None where it is not there."""
    try:
        with broker.asking(), broker.channel() as channel:
            method = channel.queue_declare(name, passive=True).method
    except QueueMissing:
        return None
    return method.message_count, method.consumer_count
