"""What a message keeps when it is published again, and what is written on it.

A header may come from us, from whoever published the message, or from the broker. What the broker wrote must not come
back to it: a message that seems to run in a circle of dead-letter queues is dropped without a word.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pika

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.outcome import Failure

ATTEMPT, CODE, FIRST, LAST, HOST, AT = "x-attempt", "x-error-code", "x-first-error", "x-last-error", "x-host", "x-at"
OURS = (ATTEMPT, CODE, FIRST, LAST, HOST, AT)
#: Written by the broker, or an order to it: CC and BCC would send the copy to all that the original went to.
_BROKERS = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count", "x-opt-")
_ORDERS = ("cc", "bcc")
#: Characters; all headers together have to fit into one frame.
_LONGEST = 1000


def kept(headers: Mapping[str, Any] | None) -> dict[str, Any]:
    """The headers of a message without the broker's."""
    return {
        name: value
        for name, value in (headers or {}).items()
        if not name.lower().startswith(_BROKERS) and name.lower() not in _ORDERS
    }


def anew(headers: Mapping[str, Any] | None) -> dict[str, Any]:
    """The headers as whoever published the message had them."""
    return {name: value for name, value in kept(headers).items() if name not in OURS}


def failed(headers: Mapping[str, Any] | None, failure: Failure, attempt: int) -> dict[str, Any]:
    """The headers after ``attempt`` ended by ``failure``; 0 where it was none."""
    error = _text(f"{failure.code}: {failure.message}")
    when = failure.at.isoformat(timespec="seconds")
    news: dict[str, Any] = {CODE: failure.code, LAST: error, HOST: socket.gethostname(), AT: when}
    if attempt:
        news[ATTEMPT] = attempt
    return {FIRST: error} | kept(headers) | news


def copied(properties: pika.BasicProperties, headers: dict[str, Any]) -> pika.BasicProperties:
    """The properties of a message for its next publication: kept safe on disk, and without those that bind it.

    A time to live would end the message while it waits, and the broker takes a ``user_id`` from nobody but that user.
    """
    return pika.BasicProperties(
        content_type=properties.content_type,
        content_encoding=properties.content_encoding,
        headers=headers,
        delivery_mode=2,
        priority=properties.priority,
        correlation_id=properties.correlation_id,
        reply_to=properties.reply_to,
        message_id=properties.message_id,
        timestamp=properties.timestamp,
        type=properties.type,
        app_id=properties.app_id,
    )


def _text(text: str) -> str:
    """A text as a header takes it."""
    return " ".join(text.split())[:_LONGEST].encode("utf-8", "replace").decode()
