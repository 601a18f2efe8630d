"""The schema: made step by step, by whoever comes first, and always the same."""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.errors import DatabaseUnavailable
from runner.postgres import migrations
from runner.postgres.database import Database
from runner.postgres.migrations import Migration, SchemaMismatch, SchemaOutdated, inspect, migrate, require
from runner.postgres.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterator

SNAPSHOT = Path(__file__).with_name("schema.txt")
COLUMNS = """
    SELECT format('%s.%s %s%s%s', table_name, column_name, data_type, CASE is_nullable WHEN 'NO' THEN ' NOT NULL' END,
        coalesce(' DEFAULT ' || column_default, CASE is_identity WHEN 'YES' THEN ' IDENTITY' END))
    FROM information_schema.columns WHERE table_schema = 'cad_runner' ORDER BY table_name, ordinal_position
"""
CONSTRAINTS = """
    SELECT format('%s: %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
    WHERE connamespace = 'cad_runner'::regnamespace AND contype IN ('c', 'f', 'p', 'u') ORDER BY conname
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'cad_runner' ORDER BY indexname"
OPTIONS = """
    SELECT format('%s: %s', relname, array_to_string(reloptions, ', ')) FROM pg_class
    WHERE relnamespace = 'cad_runner'::regnamespace AND reloptions IS NOT NULL ORDER BY relname
"""
FURTHER = Migration(99, "further", "CREATE TABLE cad_runner.further (); CREATE TABLE cad_runner.more ();")


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """An empty database."""
    with closing(Database(postgres_url)) as database:
        yield database


def steps(*further: Migration) -> tuple[Migration, ...]:
    """All steps that there are, and more."""
    known = migrations.migrations()
    return known + tuple(replace(each, number=len(known) + place) for place, each in enumerate(further, 1))


def schema(url: str) -> str:
    """The schema as text."""
    with psycopg.connect(url) as connection:
        parts = [[row[0] for row in connection.execute(each)] for each in (COLUMNS, CONSTRAINTS, INDEXES, OPTIONS)]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def test_the_schema_after_all_migrations_is_the_one_that_was_looked_at(postgres_url: str, database: Database) -> None:
    list(migrate(database))
    made = schema(postgres_url)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(made)
    assert made == SNAPSHOT.read_text(), "look at the difference, then run this with UPDATE_SNAPSHOTS=1"


def test_an_empty_database_lacks_everything_and_then_nothing(database: Database) -> None:
    known = migrations.migrations()
    assert inspect(database) == migrations.Schema(0, known, 0)
    with pytest.raises(SchemaOutdated, match=f"lacks {len(known)} of {len(known)}") as caught:
        require(database)
    assert caught.value.advice == "Run `cad-runner migrate`."
    assert list(migrate(database)) == list(known)
    assert inspect(database) == migrations.Schema(len(known), (), 0)
    require(database)
    assert list(migrate(database)) == []


def test_only_what_is_missing_is_applied(database: Database) -> None:
    list(migrate(database))
    assert [step.name for step in migrate(database, steps(FURTHER))] == ["further"]


def test_a_step_that_fails_leaves_nothing_behind(database: Database) -> None:
    broken = replace(FURTHER, text="CREATE TABLE cad_runner.half (); SELECT 1 / 0")
    list(migrate(database))
    with pytest.raises(psycopg.errors.DivisionByZero):
        list(migrate(database, steps(broken)))
    assert inspect(database).applied == len(steps())
    assert [step.name for step in migrate(database, steps(FURTHER))] == ["further"]


def test_a_step_that_was_changed_afterwards_is_refused(database: Database) -> None:
    list(migrate(database, steps(FURTHER)))
    changed = steps(replace(FURTHER, text="SELECT 1"))
    for act in (inspect, lambda *each: list(migrate(*each))):
        with pytest.raises(SchemaMismatch, match=r"Migration \d \(further\)"):
            act(database, changed)


def test_a_schema_with_a_gap_is_refused(database: Database) -> None:
    list(migrate(database))
    with database.transaction():
        database.script("DELETE FROM cad_runner.migrations WHERE number = 2")
    with pytest.raises(SchemaMismatch):
        inspect(database)


def test_a_newer_schema_is_accepted_and_left_alone(database: Database) -> None:
    list(migrate(database, steps(FURTHER, replace(FURTHER, text="SELECT 1"))))
    assert inspect(database) == migrations.Schema(len(steps()) + 2, (), 2)
    require(database)
    assert list(migrate(database)) == []


def test_many_migrators_at_once_apply_each_step_once(postgres_url: str) -> None:
    start, applied, wrong = threading.Barrier(6), list[int](), list[Exception]()

    def migrator() -> None:
        with closing(Database(postgres_url)) as own:
            start.wait()
            try:
                applied.extend(step.number for step in migrate(own, steps(FURTHER)))
            except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
                wrong.append(error)

    migrators = [threading.Thread(target=migrator) for _ in range(6)]
    for each in migrators:
        each.start()
    for each in migrators:
        each.join()
    assert wrong == []
    assert sorted(applied) == [step.number for step in steps(FURTHER)]


def test_a_migrator_waits_for_another_and_finds_it_done(postgres_url: str, database: Database) -> None:
    list(migrate(database))
    done: list[int] = []
    with closing(Database(postgres_url)) as other, other.transaction():
        other.run(queries("migrations")["lock"], key=migrations._LOCK)
        waiting = threading.Thread(
            target=lambda: done.extend(each.number for each in migrate(database, steps(FURTHER)))
        )
        waiting.start()
        waiting.join(0.3)
        assert not done
    waiting.join(30)
    assert done == [len(steps()) + 1]


def test_a_table_in_use_ends_the_wait(postgres_url: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "_TABLE", "50ms")
    list(migrate(database))
    with psycopg.connect(postgres_url) as busy:
        busy.execute("SELECT FROM cad_runner.jobs")
        change = replace(FURTHER, text="ALTER TABLE cad_runner.jobs ADD extra text")
        with pytest.raises(DatabaseUnavailable, match="lock timeout"):
            list(migrate(database, steps(change)))
    assert len(list(migrate(database, steps(change)))) == 1


def test_a_schema_that_an_administrator_made_is_used(postgres_url: str) -> None:
    owner = f"owner_{secrets.token_hex(4)}"
    with psycopg.connect(postgres_url, autocommit=True) as administrator:
        administrator.execute(f"CREATE ROLE {owner} LOGIN PASSWORD 'm'")
        administrator.execute(f"CREATE SCHEMA cad_runner AUTHORIZATION {owner}")
        try:
            own = psycopg.conninfo.make_conninfo(postgres_url, user=owner, password="m")
            with closing(Database(own)) as database:
                assert list(migrate(database)) == list(steps())
        finally:
            administrator.execute(f"DROP OWNED BY {owner}; DROP ROLE {owner}")


def test_the_numbers_of_the_steps_have_no_gap() -> None:
    assert [step.number for step in steps()] == list(range(1, len(steps()) + 1))
