"""Puts jobs into their queues, and says how full these are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import pika

from runner.amqp.topology import TASKS, Topology, dead, depth

if TYPE_CHECKING:
    from runner.amqp.connection import Broker
    from runner.amqp.management import Management


@dataclass(frozen=True, slots=True)
class AmqpCourier:
    """Where jobs are published; see ``runner.sweeping.Courier``."""

    broker: Broker
    topology: Topology
    management: Management | None = None  #: tells of messages that are held, too

    def send(self, kind: str, job_id: str, message: str, *, traceparent: str | None = None) -> None:
        """Put a message into the queue of its kind, and wait until it is safe there. Raises ``BrokerUnavailable``."""
        properties = pika.BasicProperties(
            content_type="application/json",
            delivery_mode=2,
            message_id=job_id,
            app_id="cad-runner",
            headers={"traceparent": traceparent} if traceparent else None,
        )
        self.broker.publish(TASKS, kind, message.encode(), properties)

    def waiting(self, kind: str) -> int:
        """How many messages of a kind are in its work queue and its retry queues. Raises ``BrokerUnavailable``.

        Those that a runner holds are counted where the broker's HTTP API is there to tell.
        """
        names = [
            each.name for each in self.topology.queues if each.name.startswith(f"{kind}_") and each.name != dead(kind)
        ]
        return sum(self._within(name) for name in names)

    def _within(self, name: str) -> int:
        ready, _ = depth(self.broker, name) or (0, 0)
        if self.management is None:
            return ready
        told = self.management.get(f"queues/{{vhost}}/{quote(name, safe='')}") or {}
        return ready + int(told.get("messages_unacknowledged", 0))
