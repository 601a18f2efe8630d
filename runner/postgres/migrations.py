"""The schema, step by step: numbered files of SQL, each applied once, in order, and remembered by its checksum.

Several migrators may run at once: each step is a transaction under one lock, and whoever comes second finds it done.

A step that was published never changes; a mistake in it is mended by the next one. A schema may be newer than the
program, as it is while a release is rolled out: steps within a major version only add, so that older runners work on.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, LiteralString

from runner.errors import DatabaseUnavailable, Permanent
from runner.postgres.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.postgres.database import Database, Row

_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
#: Any number that nobody else locks by.
_LOCK = 0x63_61_64_01
#: How long to wait for another migrator, and for a table.
_MIGRATOR, _TABLE = "5min", "15s"


class SchemaMismatch(Permanent):
    """The schema was not made by the migrations of this program."""

    code = "schema_mismatch"
    remedy = "Use the program that made the schema, or an empty database."


class SchemaOutdated(DatabaseUnavailable):
    """The schema lacks migrations of this program."""

    remedy = "Run `cad-runner migrate`."


@dataclass(frozen=True, slots=True)
class Migration:
    """One step."""

    number: int  #: 1 for the first
    name: str
    text: LiteralString

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Schema:
    """What a database has, and lacks."""

    applied: int  #: number of the newest step; 0 where there is none
    pending: tuple[Migration, ...]
    newer: int  #: steps that this program does not know


@cache
def migrations() -> tuple[Migration, ...]:
    """All steps in order. Raises ``ValueError`` where a number is missing or used twice."""
    found = [
        Migration(int(match[1]), match[2], path.read_text(encoding="utf-8"))
        for path in sorted((files("runner") / "sql" / "migrations").iterdir(), key=lambda path: path.name)
        if (match := _NAME.fullmatch(path.name))
    ]
    if [step.number for step in found] != list(range(1, len(found) + 1)):
        raise ValueError("the numbers of the migrations are not 1, 2, 3, ...")
    return tuple(found)


def inspect(database: Database, steps: Sequence[Migration] | None = None) -> Schema:
    """What a database lacks. Raises ``DatabaseUnavailable``, ``SchemaMismatch``."""
    known = migrations() if steps is None else steps
    there = database.run(queries("migrations")["exists"])[0]
    return _compared(database.run(queries("migrations")["applied"]) if there["migrations"] else [], known)


def migrate(database: Database, steps: Sequence[Migration] | None = None) -> Iterator[Migration]:
    """Apply what is missing; gives each step once it is there. Raises ``DatabaseUnavailable``, ``SchemaMismatch``."""
    known = migrations() if steps is None else steps
    while step := _next(database, known):
        yield step


def require(database: Database) -> None:
    """Raise ``SchemaOutdated`` where the schema lacks a step; ``DatabaseUnavailable``, ``SchemaMismatch``."""
    if pending := inspect(database).pending:
        raise SchemaOutdated(f"The schema of the database lacks {len(pending)} of {len(migrations())} migrations.")


def _next(database: Database, known: Sequence[Migration]) -> Migration | None:
    """Apply the first step that is missing; None where none is."""
    statements = queries("migrations")
    # Asked without the lock first: a role that may only read can run this where nothing is to be done.
    if not inspect(database, known).pending:
        return None
    with database.transaction():
        database.run(statements["patience"], lock=_MIGRATOR)
        database.run(statements["lock"], key=_LOCK)
        database.run(statements["patience"], lock=_TABLE)
        there = database.run(statements["exists"])[0]
        if not there["schema"]:
            database.run(statements["make_schema"])
        if not there["migrations"]:
            database.run(statements["make_table"])
        pending = _compared(database.run(statements["applied"]), known).pending
        if not pending:
            return None
        step = pending[0]
        database.script(step.text)
        database.run(statements["note"], number=step.number, name=step.name, checksum=step.checksum)
    return step


def _compared(rows: Sequence[Row], known: Sequence[Migration]) -> Schema:
    """What of the ``known`` steps is missing."""
    for row, step in zip(rows, known, strict=False):
        if (row["number"], row["checksum"]) != (step.number, step.checksum):
            raise SchemaMismatch(
                f"Migration {row['number']} ({row['name']}) of the database is not the one of this program."
            )
    applied = rows[-1]["number"] if rows else 0
    if applied != len(rows):
        raise SchemaMismatch(f"The database has {len(rows)} migrations, but the newest is number {applied}.")
    return Schema(applied, tuple(known[len(rows) :]), max(0, len(rows) - len(known)))
