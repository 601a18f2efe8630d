"""Events on the broker; see ``runner.protocols.Events``."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pika

from runner.amqp.topology import EVENTS
from runner.errors import BrokerUnavailable

if TYPE_CHECKING:
    from runner.amqp.connection import Broker
    from runner.contract import ResultEvent

MEDIA_TYPE = "application/cloudevents+json"
_PASSING = ("job.started", "job.progress")
#: Seconds that nobody waits again for a broker that is gone, just to tell it of progress.
_PAUSE = 10.0


@dataclass(slots=True)
class AmqpEvents:
    """Publishes to the topic exchange ``events``, each event under its type.

    That nobody listens is no fault, so an event need not reach a queue. Neither need a reply: whoever asked for it may
    be gone by now.
    """

    broker: Broker
    _quiet_until: float = field(default=0.0, init=False)

    def publish(self, event: ResultEvent, *, reply_to: str | None = None, correlation_id: str | None = None) -> None:
        """Publish an event; see ``Events``."""
        if event.type in _PASSING:
            self._require_ready()
        properties = pika.BasicProperties(
            content_type=MEDIA_TYPE,
            delivery_mode=2,
            message_id=event.id,
            type=event.type,
            timestamp=int(event.time.timestamp()),
            app_id="cad-runner",
            correlation_id=correlation_id,
            headers={"traceparent": event.traceparent} if event.traceparent else None,
        )
        body = event.to_json()
        try:
            self.broker.publish(EVENTS, event.type, body, properties, mandatory=False)
            if reply_to is not None:
                self.broker.publish("", reply_to, body, properties, mandatory=False)
        except BrokerUnavailable:
            self._quiet_until = time.monotonic() + _PAUSE
            raise

    def _require_ready(self) -> None:
        """News of the moment is worth no waiting. Raises ``BrokerUnavailable``."""
        if self.broker.blocked:
            raise BrokerUnavailable("The broker takes no messages just now.")
        if not self.broker.connected and time.monotonic() < self._quiet_until:
            raise BrokerUnavailable("The broker was gone a moment ago.")
