"""Dead letters: looked at, sent back to work, or thrown away."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runner.amqp import headers
from runner.amqp.topology import TASKS, dead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pika
    from pika.adapters.blocking_connection import BlockingChannel

    from runner.amqp.connection import Broker


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message in a dead-letter queue."""

    kind: str
    job_id: str | None  #: None where the message does not say
    code: str  #: why it is here
    attempt: int | None
    first_error: str | None
    last_error: str | None
    host: str | None  #: where it failed last
    at: str | None  #: when that was, ISO 8601
    body: bytes = field(repr=False)
    headers: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, kind: str, body: bytes, properties: pika.BasicProperties) -> DeadLetter:
        """What a message says of itself."""
        said: dict[str, Any] = dict(properties.headers or {})
        # One that the broker moved here says so in a header of the broker's own.
        code = said.get(headers.CODE) or said.get("x-first-death-reason") or "unknown"
        attempt = said.get(headers.ATTEMPT)
        return cls(
            kind=kind,
            job_id=_job_id(body),
            code=str(code),
            attempt=attempt if isinstance(attempt, int) else None,
            first_error=_said(said, headers.FIRST),
            last_error=_said(said, headers.LAST),
            host=_said(said, headers.HOST),
            at=_said(said, headers.AT),
            body=body,
            headers=said,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which dead letters; all where nothing is said."""

    job_ids: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()

    def __call__(self, letter: DeadLetter) -> bool:
        """Whether it is one of them."""
        return (not self.job_ids or letter.job_id in self.job_ids) and (not self.codes or letter.code in self.codes)


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The dead-letter queue of a kind. Every method raises ``BrokerUnavailable``."""

    broker: Broker
    kind: str

    def look(self, which: Which, *, limit: int) -> list[DeadLetter]:
        """Up to ``limit`` letters, the oldest first. All stay where they are."""
        found = []
        with self.broker.asking(), self.broker.channel() as channel:
            # What was taken and not acknowledged goes back to its place when the channel closes.
            for _, letter, _ in self._all(channel):
                if which(letter):
                    found.append(letter)
                    if len(found) == limit:
                        break
        return found

    def requeue(self, which: Which, before: Callable[[DeadLetter], None]) -> list[DeadLetter]:
        """Send letters back to work as whoever published them did; those that were sent.

        ``before`` is called for each ahead of that: it lets the job begin anew, and what it raises ends it all.
        """

        def send(letter: DeadLetter, properties: pika.BasicProperties) -> None:
            before(letter)
            fresh = headers.copied(properties, headers.anew(properties.headers))
            self.broker.publish(TASKS, self.kind, letter.body, fresh)

        return self._settled(which, send)

    def purge(self, which: Which, before: Callable[[DeadLetter], None]) -> list[DeadLetter]:
        """Throw letters away; those that are gone. ``before`` is called for each ahead of that."""
        return self._settled(which, lambda letter, _: before(letter))

    def _settled(self, which: Which, act: Callable[[DeadLetter, pika.BasicProperties], None]) -> list[DeadLetter]:
        done = []
        with self.broker.asking(), self.broker.channel() as channel:
            for tag, letter, properties in self._all(channel):
                if which(letter):
                    act(letter, properties)
                    channel.basic_ack(tag)
                    done.append(letter)
        return done

    def _all(self, channel: BlockingChannel) -> Iterator[tuple[int, DeadLetter, pika.BasicProperties]]:
        """Every letter that is there now, once: with those that come meanwhile there would be no end."""
        count = channel.queue_declare(dead(self.kind), passive=True).method.message_count
        for _ in range(count):
            method, properties, body = channel.basic_get(dead(self.kind))
            if method is None or properties is None or body is None:
                return
            yield int(method.delivery_tag or 0), DeadLetter.of(self.kind, body, properties), properties


def _job_id(body: bytes) -> str | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    named = content.get("job_id") if isinstance(content, dict) else None
    return named if isinstance(named, str) else None


def _said(headers: dict[str, Any], name: str) -> str | None:
    value = headers.get(name)
    return None if value is None else str(value)
