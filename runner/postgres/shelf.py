"""The rows as the sweeper needs them; see ``runner.sweeping.Shelf``."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.errors import DatabaseUnavailable
from runner.postgres import values
from runner.postgres.queries import queries
from runner.protocols import JobState
from runner.sweeping import Full, Stray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.postgres.database import Database, Row

#: Any number that nobody else locks by.
_LOCK = 0x63_61_64_02


@dataclass(frozen=True, slots=True)
class PostgresShelf:
    """The rows in the database."""

    database: Database

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other sweeper is at work; see ``Shelf``."""
        with self.database.session():
            mine = bool(self._run("only_me", key=_LOCK)[0]["mine"])
            try:
                yield mine
            finally:
                # Where the connection is lost, the lock went with it.
                with suppress(DatabaseUnavailable):
                    if mine:
                        self._run("no_more", key=_LOCK)

    def strays(self, kind: str, *, still: float, after: str, limit: int) -> list[Stray]:
        """Jobs that have been still; see ``Shelf``."""
        rows = self._run("strays", kind=kind, still=still, after=after, limit=limit)
        return [
            Stray(
                job_id=row["job_id"],
                kind=row["kind"],
                message=json.dumps(row["message"], ensure_ascii=False),
                state=JobState(row["state"]),
                since=None if row["anew"] else row["still_since"],
            )
            for row in rows
        ]

    def swept(self, stray: Stray) -> None:
        """The message of a job was published again; see ``Shelf``."""
        self._run("swept", job_id=stray.job_id)

    def full(self, *, age: float, limit: int) -> list[Full]:
        """Jobs whose results are kept no longer; see ``Shelf``."""
        return [Full(job_id=row["job_id"], keys=_keys(row)) for row in self._run("full", age=age, limit=limit)]

    def emptied(self, full: Full) -> None:
        """The results of a job were deleted; see ``Shelf``."""
        self._run("emptied", job_id=full.job_id)

    def forget(self, *, age: float, limit: int, full: bool) -> int:
        """Delete rows; see ``Shelf``."""
        return len(self._run("forget", age=age, limit=limit, full=full))

    def forget_audit(self, *, age: float) -> None:
        """Delete old notes; see ``Shelf``."""
        self._run("forget_audit", age=age)

    def _run(self, name: str, **parameters: object) -> list[Row]:
        return self.database.run(queries("sweeping")[name], **parameters)


def _keys(row: Row) -> tuple[str, ...]:
    result = None if row["shared"] else values.read_result(row["result"])
    return tuple(artifact.path for artifact in result.artifacts) if result else ()
