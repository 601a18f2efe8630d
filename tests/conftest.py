"""What every folder of tests may use: the servers, see ``tests.services``."""

from __future__ import annotations

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
