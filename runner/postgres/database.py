"""One connection to the database, made when it is needed and made anew when it was cut.

Whether the server is down, refuses, is full or lacks a table: it leaves this module as ``DatabaseUnavailable``, since
the job is not to blame. Only a statement that is wrong in itself fails as psycopg says.
"""

from __future__ import annotations

import select
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import conninfo, errors
from psycopg.rows import dict_row

from runner import __version__
from runner.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import LiteralString

    from psycopg.abc import PQGen

    from runner.postgres.queries import Query

Row = dict[str, Any]

#: How often a statement is tried that the server undid for the sake of another one.
_TURNS = 3
_UNDONE = (errors.SerializationFailure, errors.DeadlockDetected)
_LACKING = (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName)
_MIGRATE = "Run `cad-runner migrate`."
_GRANT = "Grant the role what docs/howto/postgres.md lists."


class ConnectionLost(DatabaseUnavailable):
    """The connection to the database broke within a statement: whether it was carried out is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the database may take, in seconds."""

    connect: int = 5
    statement: float = 15.0  #: until the server ends a statement
    silence: float = 2.0  #: beyond that, until we give up a server that hangs
    lock: float = 10.0


class _Connection(psycopg.Connection[Row]):
    """A connection that waits for an answer so long and no longer, even where the server has fallen silent."""

    longest: float | None = None

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        return super().wait(gen, interval, self.longest if timeout is None else timeout)


@dataclass(slots=True)
class Database:
    """The database at an address. Its methods may be called from any thread; one at a time gets through."""

    address: str = field(repr=False)  #: URL or key=value pairs; may hold the password
    password: str | None = field(default=None, repr=False)  #: in place of the one in the address
    patience: Patience = field(default_factory=Patience)
    name: str = "cad-runner"  #: how the server's own lists call us
    _pinned: bool = field(default=False, init=False, repr=False)
    _connection: _Connection | None = field(default=None, init=False, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False)

    def run(self, query: Query, **values: object) -> list[Row]:
        """The rows that a statement gives, each a dictionary; it is committed then.

        Raises ``DatabaseUnavailable``; as ``ConnectionLost`` where it may have been carried out nevertheless.
        """
        with self._lock:
            for _ in range(_TURNS):
                with suppress(*_UNDONE):
                    return self._rows(query, values)
            raise DatabaseUnavailable(f"The database undid {query.name} {_TURNS} times for the sake of others.")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Statements that are carried out together, or not at all. Raises ``DatabaseUnavailable``."""
        with self.session():
            try:
                with self._open().transaction():
                    yield
            except psycopg.Error as error:
                raise self._named(error) from None

    @contextmanager
    def session(self) -> Iterator[None]:
        """Statements over one connection: where it breaks, those that follow fail instead of going over another."""
        with self._lock:
            self._open()
            outer, self._pinned = self._pinned, True
            try:
                yield
            finally:
                self._pinned = outer

    def script(self, text: LiteralString) -> None:
        """Carry out several statements without parameters."""
        with self._lock:
            try:
                self._open().execute(text)
            except psycopg.Error as error:
                raise self._named(error) from None

    def close(self) -> None:
        """Hang up. A later call connects anew."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _rows(self, query: Query, values: Mapping[str, object]) -> list[Row]:
        """The rows. Raises ``_UNDONE`` as it comes, where the statement stood alone, and anything else by our names."""
        connection = self._open()
        alone = connection.pgconn.transaction_status == psycopg.pq.TransactionStatus.IDLE
        try:
            cursor = connection.execute(query.text, values)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            if alone and isinstance(error, _UNDONE):
                raise
            raise self._named(error) from None

    def _open(self) -> _Connection:
        """The connection, looked at before it is used: a server that restarted has said so by now."""
        if self._connection is not None and not _alive(self._connection):
            self.close()
        if self._connection is None:
            if self._pinned:
                raise ConnectionLost
            self._connection = self._connected()
        return self._connection

    def _connected(self) -> _Connection:
        patience = self.patience
        try:
            connection = _Connection.connect(
                self._conninfo(),
                autocommit=True,
                # A pooler between us and the server does not know what was prepared.
                prepare_threshold=None,
                row_factory=dict_row,
            )
        except psycopg.Error as error:
            raise self._named(error) from None
        connection.longest = patience.statement + patience.silence if patience.statement else None
        try:
            connection.execute(
                "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false),"
                " set_config('default_transaction_isolation', 'read committed', false)",
                (f"{patience.statement * 1000:.0f}", f"{patience.lock * 1000:.0f}"),
            )
        except psycopg.Error as error:
            connection.close()
            raise self._named(error) from None
        return connection

    def _conninfo(self) -> str:
        """The address with what we want of a connection, where it does not say otherwise."""
        try:
            given = conninfo.conninfo_to_dict(self.address)
        except psycopg.Error:
            # What libpq says here quotes the address, and with it the password.
            raise DatabaseUnavailable(
                "The address of the database can't be understood.",
                remedy="Write it as postgresql://USER@HOST:5432/DATABASE, and @ or / in a part of it as %40 or %2F.",
            ) from None
        asked = {key: value for key, value in given.items() if value is not None}
        if self.password is not None:
            asked["password"] = self.password
        wanted: dict[str, str | int] = {
            "connect_timeout": self.patience.connect,
            "application_name": f"{self.name} {__version__}",
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 15_000,
        }
        return conninfo.make_conninfo("", **(wanted | asked))

    def _named(self, error: psycopg.Error) -> Exception:
        """What an error is to whoever called: an outage, or still a fault of the program's."""
        text = self._without_password(" ".join(str(error).split()))
        if self._connection is None:
            return DatabaseUnavailable(f"The database can't be reached: {text}")
        if self._connection.closed or (isinstance(error, psycopg.OperationalError) and error.sqlstate is None):
            self.close()
            return ConnectionLost(f"The connection to the database broke: {text}")
        if isinstance(error, _LACKING):
            return DatabaseUnavailable(f"The database lacks a table or column: {text}", remedy=_MIGRATE)
        if isinstance(error, errors.InsufficientPrivilege):
            return DatabaseUnavailable(f"The database refuses: {text}", remedy=_GRANT)
        if isinstance(error, (psycopg.OperationalError, psycopg.InternalError)):
            return DatabaseUnavailable(f"The database refuses: {text}")
        return error

    def _without_password(self, text: str) -> str:
        with suppress(psycopg.Error):
            for secret in (self.password, conninfo.conninfo_to_dict(self.address).get("password")):
                text = text.replace(str(secret), "***") if secret else text
        return text


def _alive(connection: _Connection) -> bool:
    """Whether the connection holds, as far as can be seen without asking the server.

    A server says nothing unasked, except farewell.
    """
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)
