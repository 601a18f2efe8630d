"""The roles of docs/howto/postgres.md: enough for each, and no more."""

from __future__ import annotations

import re
import secrets
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import conninfo

from runner.errors import DatabaseUnavailable
from runner.guard import guard_store
from runner.outcome import Failure
from runner.postgres.circuits import PostgresCircuits
from runner.postgres.database import Database
from runner.postgres.jobs import PostgresJobs
from runner.postgres.ledger import Ledger, Which
from runner.postgres.migrations import inspect, migrate, require
from runner.postgres.queries import Query
from runner.postgres.shelf import PostgresShelf
from runner.protocols import Claim, JobRequest, JobState

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "postgres.md"


@pytest.fixture
def roles(postgres_url: str) -> Iterator[tuple[Database, Database]]:
    """The migrator and the runner, made as the page says."""
    (statements,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    # Roles belong to the whole server, and it may have such roles already.
    own = secrets.token_hex(4)
    statements = re.sub(r"\b(ROLE|TO|AUTHORIZATION) (cad_\w+)", rf"\1 \2_{own}", statements)
    with psycopg.connect(postgres_url, autocommit=True) as administrator:
        gone = "DROP OWNED BY {0}; DROP ROLE {0}"
        try:
            administrator.execute(statements)

            def connected(role: str) -> Database:
                return Database(conninfo.make_conninfo(postgres_url, user=f"{role}_{own}", password="..."))

            with closing(connected("cad_migrator")) as migrator, closing(connected("cad_runner")) as runner:
                yield migrator, runner
        finally:
            for role in ("cad_runner", "cad_migrator"):
                administrator.execute(gone.format(f"{role}_{own}"))


def test_each_role_may_do_its_work_and_no_more(roles: tuple[Database, Database]) -> None:
    migrator, runner = roles
    with pytest.raises(DatabaseUnavailable, match="permission denied"):
        list(migrate(runner))
    assert list(migrate(migrator))
    require(runner)
    assert list(migrate(runner)) == []
    assert inspect(runner).pending == ()

    jobs, ledger = PostgresJobs(runner), Ledger(runner)
    claim = jobs.claim(
        JobRequest(job_id="j1", kind="dxf", fingerprint="f", message="{}"), owner="a", lease=9, attempts=4
    )
    assert isinstance(claim, Claim)
    jobs.renew(claim, lease=9, stage="x", share=0)
    assert jobs.cancel("j1", who="ann") is JobState.RUNNING
    assert jobs.fail(claim, Failure("x", "y", "z"), dead=True)
    assert ledger.requeue("j1", who="ann", why="mended")
    assert ledger.show("j1")
    assert ledger.jobs(Which(), limit=1)
    with guard_store(PostgresCircuits(runner)).passage():
        pass
    shelf = PostgresShelf(runner)
    with shelf.alone() as alone:
        assert alone
        (stray,) = shelf.strays("dxf", still=1, after="", limit=1)
        shelf.swept(stray)
        shelf.forget(age=1, limit=1, full=True)
        shelf.forget_audit(age=1)

    for statement in ("DROP TABLE cad_runner.jobs", "CREATE TABLE cad_runner.x ()", "TRUNCATE cad_runner.audit"):
        with pytest.raises(DatabaseUnavailable) as caught:
            runner.run(Query("test", "-", statement))
        assert "docs/howto/postgres.md" in caught.value.advice
