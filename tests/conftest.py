"""What every folder of tests may use: the servers, see ``tests.services``."""

from __future__ import annotations

import os

from hypothesis import settings

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
settings.load_profile("ci" if os.environ.get("CI") else "here")
