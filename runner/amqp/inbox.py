"""Takes messages from a queue of jobs, one at a time, and settles them by their outcome.

A message is acknowledged late: when its job is settled, and a copy that goes on (to a retry queue, to the dead letters)
is safe with the broker. A runner that vanishes between the two leaves both behind, and the claim tells them apart.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runner.amqp import headers
from runner.amqp.topology import TASKS, dead_key, queue, retry_key
from runner.errors import BrokerUnavailable
from runner.outcome import Failure, Outcome, Rejected, Released, Retry
from runner.protocols import Delivery

if TYPE_CHECKING:
    import pika
    from pika import spec
    from pika.adapters.blocking_connection import BlockingChannel

    from runner.amqp.connection import Broker

_SLICE_SECONDS = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A message that is ours until it is settled, or until its channel breaks: then the broker gives it to another."""

    delivery: Delivery
    redelivered: bool  #: whether it may have been delivered before
    body: bytes = field(repr=False)
    properties: pika.BasicProperties = field(repr=False)
    tag: int
    channel: BlockingChannel = field(repr=False)


@dataclass(slots=True)
class Inbox:
    """The messages of one kind."""

    broker: Broker
    kind: str
    delays: tuple[int, ...]  #: for which there are retry queues
    _channel: BlockingChannel | None = field(default=None, init=False, repr=False)
    _consumer: str | None = field(default=None, init=False)
    _arrived: list[Taken] = field(default_factory=list, init=False, repr=False)

    def take(self, seconds: float) -> Taken | None:
        """The next message; None where none comes within ``seconds``. Raises ``BrokerUnavailable``.

        The one before has to be settled: the broker sends no second one earlier.
        """
        deadline = time.monotonic() + seconds
        self._listen()
        while not self._arrived and (left := deadline - time.monotonic()) > 0:
            self.broker.wait(min(left, _SLICE_SECONDS))
            if self._channel is None or not self._channel.is_open or self._consumer is None:
                raise BrokerUnavailable(f"The broker no longer sends messages of {queue(self.kind)}.")
        return self._arrived.pop() if self._arrived else None

    def hush(self) -> None:
        """Take no more messages. Before the last one is settled, or the broker sends one more."""
        channel, consumer, self._consumer = self._channel, self._consumer, None
        if channel is not None and consumer is not None and channel.is_open:
            try:
                with self.broker.asking():
                    channel.basic_cancel(consumer)
            except BrokerUnavailable:
                return  # then it sends nothing either

    def holds(self, taken: Taken) -> bool:
        """Whether a message is still ours, as far as is known."""
        return self.broker.connected and taken.channel.is_open

    def settle(self, taken: Taken, outcome: Outcome) -> bool:
        """Do with a message what its outcome asks for; whether it is settled, and not given back.

        Raises ``BrokerUnavailable`` where it could not be: the broker gives it back then.
        """
        if not self.holds(taken):
            # The number of a message means another one, or none, on another channel.
            raise BrokerUnavailable("The connection over which the message came is gone; the message was given back.")
        match outcome:
            case Released():
                with self.broker.asking():
                    taken.channel.basic_nack(taken.tag, requeue=True)
                return False
            case Retry(failure=failure, attempt=attempt):
                self._pass_on(taken, retry_key(self.kind, self._delay(outcome)), failure, attempt)
            case Rejected(dead_letter=True, failure=failure, attempt=attempt):
                self._pass_on(taken, dead_key(self.kind), failure, attempt)
            case _:
                pass
        with self.broker.asking():
            taken.channel.basic_ack(taken.tag)
        return True

    def close(self) -> bool:
        """Hang up; whether the broker has heard all that it was told."""
        self._channel = self._consumer = None
        self._arrived.clear()
        return self.broker.close()

    def _delay(self, outcome: Retry) -> int:
        """The delay of the retry queue that comes closest from above."""
        return min((each for each in self.delays if each >= outcome.delay), default=max(self.delays))

    def _pass_on(self, taken: Taken, key: str, failure: Failure, attempt: int) -> None:
        """Publish a copy of a message that says what became of it."""
        written = headers.failed(taken.properties.headers, failure, attempt)
        self.broker.publish(TASKS, key, taken.body, headers.copied(taken.properties, written))

    def _listen(self) -> None:
        """Be sent messages, one at a time."""
        if self._channel is not None and self._channel.is_open and self._consumer is not None:
            return
        self._arrived.clear()
        if self._channel is None or not self._channel.is_open:
            self._channel = self.broker.channel()
        with self.broker.asking():
            self._channel.basic_qos(prefetch_count=1)
            self._channel.add_on_cancel_callback(lambda _frame: self._cancelled())
            self._consumer = self._channel.basic_consume(queue(self.kind), self._arrive)

    def _cancelled(self) -> None:
        """The queue is gone, or moves."""
        self._consumer = None

    def _arrive(
        self, channel: BlockingChannel, method: spec.Basic.Deliver, properties: pika.BasicProperties, body: bytes
    ) -> None:
        self._arrived.append(
            Taken(
                delivery=Delivery(
                    body=body,
                    kind=self.kind,
                    headers={name: _text(value) for name, value in (properties.headers or {}).items()},
                    reply_to=properties.reply_to,
                    correlation_id=properties.correlation_id,
                ),
                redelivered=bool(method.redelivered),
                body=body,
                properties=properties,
                tag=int(method.delivery_tag or 0),
                channel=channel,
            )
        )


def _text(value: Any) -> str:
    """The value of a header as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
