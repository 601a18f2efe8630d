from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import (
    ChildCrashed,
    DrawingRefused,
    MemoryLimit,
    RunnerError,
    Stopping,
    StoreUnavailable,
    TimeLimit,
)
from runner.retry import RetryPolicy

POLICY = RetryPolicy()


def test_a_job_is_tried_after_60_180_and_360_seconds_and_no_more() -> None:
    assert POLICY.attempts == 4
    assert [POLICY.delay(attempt) for attempt in range(1, 6)] == [60, 180, 360, None, None]


@pytest.mark.parametrize("error", [DrawingRefused("Bad."), Stopping()])
def test_what_does_not_pass_is_not_tried_again(error: RunnerError) -> None:
    assert POLICY.after(error, attempt=1, previous=None) is None


@pytest.mark.parametrize(
    ("error", "previous", "delay"),
    [
        (TimeLimit(), None, 180),
        (TimeLimit(), "child_crashed", 180),
        (TimeLimit(), "memory_limit", 180),
        (TimeLimit(), "time_limit", None),
        (MemoryLimit(), "memory_limit", None),
        (ChildCrashed(), "child_crashed", 180),
        (StoreUnavailable(), "store_unavailable", 180),
    ],
)
def test_the_same_limit_is_exceeded_twice_at_most(error: RunnerError, previous: str | None, delay: int | None) -> None:
    assert POLICY.after(error, attempt=2, previous=previous) == delay


@given(st.lists(st.integers(1, 10_000), max_size=6), st.integers(0, 10))
def test_a_pause_never_ends_the_attempts(delays: list[int], attempt: int) -> None:
    policy = RetryPolicy(tuple(delays))
    assert policy.pause(attempt) > 0
    assert policy.pause(attempt) in [*delays, 60]
    assert (policy.delay(attempt) is None) == (attempt >= policy.attempts or not delays)


@pytest.mark.parametrize("delays", [(0,), (60, -1)])
def test_a_delay_is_positive(delays: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="positive"):
        RetryPolicy(delays)
