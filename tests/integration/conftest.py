"""What the tests on real servers share."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from runner.postgres.database import Database
from runner.postgres.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.services.postgres_databases import Databases


def _migrated(url: str) -> None:
    with closing(Database(url)) as database:
        list(migrate(database))


@pytest.fixture
def database_url(postgres_server: Databases) -> Iterator[str]:
    """URL of a database with the schema and nothing in it."""
    with postgres_server.fresh(_migrated) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with the schema and nothing in it."""
    with closing(Database(database_url)) as database:
        yield database
