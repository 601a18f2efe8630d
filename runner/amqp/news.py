"""Hears the events of some jobs, for whoever waits for them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runner.amqp.topology import EVENTS
from runner.errors import BrokerUnavailable

if TYPE_CHECKING:
    import pika
    from pika import spec
    from pika.adapters.blocking_connection import BlockingChannel

    from runner.amqp.connection import Broker


@dataclass(slots=True)
class News:
    """All events from the moment on at which ``listen`` was called."""

    broker: Broker
    _channel: BlockingChannel | None = field(default=None, init=False, repr=False)
    _arrived: list[dict[str, Any]] = field(default_factory=list, init=False, repr=False)

    def listen(self) -> None:
        """Begin to hear. Raises ``BrokerUnavailable``."""
        self._channel = self.broker.channel()
        with self.broker.asking():
            queue = self._channel.queue_declare("", exclusive=True, auto_delete=True).method.queue
            self._channel.queue_bind(queue, EVENTS, "job.*")
            self._channel.basic_consume(queue, self._arrive, auto_ack=True)

    def heard(self, seconds: float) -> list[dict[str, Any]]:
        """Events that came, each as JSON; none where none comes within ``seconds``. Raises ``BrokerUnavailable``."""
        if self._channel is None or not self._channel.is_open:
            raise BrokerUnavailable("The connection to the broker was lost, and events with it.")
        if not self._arrived:
            self.broker.wait(seconds)
        arrived, self._arrived = self._arrived, []
        return arrived

    def _arrive(
        self, _channel: BlockingChannel, _method: spec.Basic.Deliver, _properties: pika.BasicProperties, body: bytes
    ) -> None:
        event = json.loads(body)
        if isinstance(event, dict):
            self._arrived.append(event)
