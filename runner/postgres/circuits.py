"""Circuits in the database, shared by all runners; see ``runner.guard.Memory``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.circuit import Circuit
from runner.errors import DatabaseUnavailable
from runner.guard import Change
from runner.postgres.queries import queries
from runner.postgres.values import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.postgres.database import Database, Row

#: How often a change is made anew because somebody else changed the circuit meanwhile.
_TURNS = 50
_LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class PostgresCircuits:
    """The circuits of all runners. A change is written over the version that it was made from, and over no other."""

    database: Database

    def change(self, dependency: str, step: Callable[[Circuit, float], Circuit], *, error: str | None = None) -> Change:
        """Take a circuit one step further; see ``Memory``."""
        statements = queries("circuit")
        for _ in range(_TURNS):
            rows = self.database.run(statements["read"], dependency=dependency)
            if not rows:
                self.database.run(statements["begin"], dependency=dependency)
                continue
            row = rows[0]
            before = Circuit(row["failures"], row["probe_at"], row["probe"])
            after = step(before, row["now"])
            if after == before or self._written(dependency, row, after, error):
                return Change(dependency, before, after, row["now"])
        raise DatabaseUnavailable(f"The circuit of the {dependency} changed too often to be changed.")

    def all(self) -> list[Row]:
        """Every circuit, for people: see the query ``circuit.all``."""
        return self.database.run(queries("circuit")["all"])

    def _written(self, dependency: str, row: Row, circuit: Circuit, error: str | None) -> bool:
        """Whether nobody else was faster."""
        return bool(
            self.database.run(
                queries("circuit")["write"],
                dependency=dependency,
                version=row["version"],
                failures=circuit.failures,
                probe_at=circuit.probe_at,
                probe=circuit.probe,
                error=error and text(error)[:_LONGEST_ERROR],
            )
        )
