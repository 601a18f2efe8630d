"""What a message keeps when it is published again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pika
from hypothesis import given
from hypothesis import strategies as st

from runner.amqp import headers
from runner.outcome import Failure

THEIRS: dict[str, Any] = {"traceparent": "00-1", "__TypeId__": "Job", "n": 7}
BROKERS: dict[str, Any] = {
    "x-death": [{"queue": "dxf_retry_60", "reason": "expired"}],
    "x-first-death-queue": "q",
    "x-first-death-reason": "delivery_limit",
    "x-last-death-exchange": "tasks",
    "x-delivery-count": 3,
    "x-acquired-count": 3,
    "CC": ["elsewhere"],
    "BCC": ["elsewhere"],
}
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def failure(code: str = "child_crashed", message: str = "It died.") -> Failure:
    return Failure(code, message, "Report it.", "a trace", AT)


def test_what_the_broker_wrote_goes_and_what_the_publisher_wrote_stays() -> None:
    assert headers.kept(THEIRS | BROKERS) == THEIRS
    assert headers.kept(None) == {}


def test_the_first_error_stays_the_first() -> None:
    once = headers.failed(THEIRS | BROKERS, failure(), 1)
    twice = headers.failed(once | BROKERS, failure("time_limit", "Too long."), 2)
    assert twice["x-first-error"] == "child_crashed: It died."
    assert twice["x-last-error"] == "time_limit: Too long."
    assert (twice["x-attempt"], twice["x-error-code"], twice["x-at"]) == (2, "time_limit", "2026-01-02T03:04:05+00:00")
    assert headers.kept(twice) == twice


def test_what_is_not_charged_leaves_the_attempt_as_it_was() -> None:
    once = headers.failed({}, failure(), 2)
    assert headers.failed(once, failure("busy"), 0)["x-attempt"] == 2
    assert "x-attempt" not in headers.failed({}, failure("busy"), 0)


def test_a_message_that_begins_anew_is_as_it_was_published() -> None:
    assert headers.anew(headers.failed(THEIRS, failure(), 4) | BROKERS) == THEIRS


def test_a_trace_never_goes_into_a_header() -> None:
    assert "a trace" not in str(headers.failed({}, failure(), 1))


@given(st.text())
def test_any_words_fit_into_a_header(words: str) -> None:
    written = headers.failed({}, failure(message=words + "\udcba" + "x" * 100_000), 1)
    assert len(written["x-last-error"].encode()) < 5_000
    assert "\n" not in written["x-last-error"]


def test_a_copy_has_no_time_to_live_and_no_user() -> None:
    original = pika.BasicProperties(
        content_type="application/json",
        delivery_mode=1,
        expiration="100",
        user_id="somebody",
        message_id="m",
        reply_to="r",
        correlation_id="c",
        priority=4,
        timestamp=5,
        type="t",
        app_id="a",
    )
    copy = headers.copied(original, {"a": "b"})
    assert (copy.expiration, copy.user_id, copy.delivery_mode) == (None, None, 2)
    for name in ("content_type", "message_id", "reply_to", "correlation_id", "priority", "timestamp", "type", "app_id"):
        assert getattr(copy, name) == getattr(original, name)
    assert copy.headers == {"a": "b"}
