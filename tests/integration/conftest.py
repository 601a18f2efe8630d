"""What integration tests share."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from runner.postgres.database import Database
from tests.integration.place import Place, hung_up, migrated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.services.postgres_databases import Databases


@pytest.fixture
def place(
    rabbitmq_url: str, postgres_server: Databases, s3_settings: dict[str, str], tmp_path: Path
) -> Iterator[Place]:
    """A broker, a database and an object store, all empty."""
    with postgres_server.fresh(migrated) as url, hung_up(Place(rabbitmq_url, url, s3_settings, tmp_path)) as each:
        yield each


@pytest.fixture
def database_url(postgres_server: Databases) -> Iterator[str]:
    """URL of a database with the schema and nothing in it."""
    with postgres_server.fresh(migrated) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with the schema and nothing in it."""
    with closing(Database(database_url)) as database:
        yield database
