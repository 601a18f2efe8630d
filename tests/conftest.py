"""What every folder of tests may use: the servers, see ``tests.services``."""

from __future__ import annotations

import os

from hypothesis import settings
from hypothesis.internal.conjecture import providers

from tests.services.fixtures import (
    broker,
    certificates,
    own,
    postgres_server,
    postgres_url,
    proxy,
    pytest_configure,
    pytest_terminal_summary,
    pytest_unconfigure,
    rabbitmq_url,
    s3_settings,
    service,
)

__all__ = [
    "broker",
    "certificates",
    "own",
    "postgres_server",
    "postgres_url",
    "proxy",
    "pytest_configure",
    "pytest_terminal_summary",
    "pytest_unconfigure",
    "rabbitmq_url",
    "s3_settings",
    "service",
]

# No test is timed: machines differ. In CI the same examples are drawn every time, so that a change is judged by itself.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
if os.environ.get("CI"):
    # Nor do they come from numbers in modules that other tests happen to have imported: these change with the order.
    _NONE = providers._local_constants  # nothing was collected yet
    providers._get_local_constants = lambda: _NONE
settings.load_profile("ci" if os.environ.get("CI") else "here")
