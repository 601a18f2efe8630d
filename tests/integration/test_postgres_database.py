"""The connection: what it says when the server fails, and that it is bounded in time."""

from __future__ import annotations

import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import conninfo

from runner.errors import DatabaseUnavailable
from runner.postgres.database import ConnectionLost, Database, Patience
from runner.postgres.queries import Query, queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.proxy import Proxy

ONE = Query("test.one", "-", "SELECT 1 AS one")
SECRET = "s3cret/p@ss word"


def query(text: str) -> Query:
    return Query("test.query", "-", text)


def test_rows_are_dictionaries(database: Database) -> None:
    assert database.run(ONE) == [{"one": 1}]
    assert database.run(query("SET application_name = 'x'")) == []


def test_a_password_of_its_own_comes_before_the_one_in_the_address(postgres_url: str) -> None:
    right = str(conninfo.conninfo_to_dict(postgres_url)["password"])
    wrong = conninfo.make_conninfo(postgres_url, password="wrong")
    with closing(Database(wrong, right)) as database:
        assert database.run(ONE)
    with pytest.raises(DatabaseUnavailable, match="password authentication failed"):
        Database(postgres_url, "wrong").run(ONE)


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://cad:{SECRET}@127.0.0.1:1/cadviewer",
        f"postgresql://cad:{SECRET}%zz@127.0.0.1/cadviewer",
        f"host=127.0.0.1 password={SECRET}",
        f"password='{SECRET}' host=127.0.0.1 port=1",
        f"postgresql://cad:{SECRET.replace('/', '%2F').replace('@', '%40')}@127.0.0.1:1/cadviewer",
        SECRET,
    ],
)
def test_no_error_tells_the_password(address: str) -> None:
    database = Database(address)
    with pytest.raises(DatabaseUnavailable) as caught:
        database.run(ONE)
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None
    for part in (SECRET, "s3cret", "p@ss"):
        assert part not in caught.value.message + caught.value.advice + repr(database) + str(caught.value)


def test_a_server_that_is_not_there_is_an_outage() -> None:
    with pytest.raises(DatabaseUnavailable, match="can't be reached") as caught:
        Database("postgresql://cad@127.0.0.1:1/cadviewer").run(ONE)
    assert caught.value.code == "database_unavailable"


@pytest.mark.parametrize(
    "code", ["53100", "53200", "53300", "57P03", "57014", "55P03", "25006", "42501", "58030", "XX002"]
)
def test_what_the_server_can_t_do_is_an_outage(code: str, database: Database) -> None:
    failing = f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"
    with pytest.raises(DatabaseUnavailable, match="The database refuses: no"):
        database.run(query(failing))
    assert database.run(ONE)


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_what_was_undone_for_others_is_tried_three_times(code: str, database: Database) -> None:
    database.script("CREATE SEQUENCE tries")
    failing = f"PERFORM nextval('tries'); RAISE EXCEPTION 'no' USING ERRCODE = '{code}'"
    with pytest.raises(DatabaseUnavailable, match="3 times"):
        database.run(query(f"DO $$ BEGIN {failing}; END $$"))
    assert database.run(query("SELECT last_value FROM tries")) == [{"last_value": 3}]
    with suppress(psycopg.errors.SerializationFailure, DatabaseUnavailable), database.transaction():
        database.run(query(f"DO $$ BEGIN {failing}; END $$"))
    assert database.run(query("SELECT last_value FROM tries")) == [{"last_value": 4}]


def test_a_schema_that_is_not_there_is_an_outage_with_a_remedy(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database, pytest.raises(DatabaseUnavailable) as caught:
        database.run(queries("jobs")["state"], job_id="j1")
    assert caught.value.advice == "Run `cad-runner migrate`."


def test_a_statement_that_is_wrong_is_a_fault_of_the_program(database: Database) -> None:
    with pytest.raises(psycopg.errors.SyntaxError):
        database.run(query("SELEKT"))
    assert database.run(ONE)


def test_a_row_that_somebody_holds_is_waited_for_so_long(database_url: str) -> None:
    patience = Patience(lock=0.1)
    with closing(Database(database_url, patience=patience)) as database, psycopg.connect(database_url) as busy:
        busy.execute("LOCK TABLE cad_runner.jobs")
        with pytest.raises(DatabaseUnavailable, match="lock timeout"):
            database.run(queries("jobs")["state"], job_id="j1")
        busy.rollback()
        assert database.run(queries("jobs")["state"], job_id="j1") == []


def test_a_statement_that_takes_too_long_is_ended(database_url: str) -> None:
    with closing(Database(database_url, patience=Patience(statement=0.1))) as database:
        with pytest.raises(DatabaseUnavailable, match="statement timeout"):
            database.run(query("SELECT pg_sleep(60)"))
        assert database.run(ONE)


def test_a_server_that_falls_silent_is_not_waited_for(
    database_url: str, proxy: Callable[[str], tuple[str, Proxy]]
) -> None:
    url, between = proxy(database_url)
    with closing(Database(url, patience=Patience(connect=2, statement=0.1, silence=0.1))) as database:
        assert database.run(ONE)
        between.silence()
        with pytest.raises(ConnectionLost):
            database.run(ONE)
        with pytest.raises(DatabaseUnavailable):
            database.run(ONE)
        between.heal()
        assert database.run(ONE)


def test_a_connection_that_is_cut_within_a_statement_is_an_outage_and_then_made_anew(
    database_url: str, proxy: Callable[[str], tuple[str, Proxy]]
) -> None:
    url, between = proxy(database_url)
    with closing(Database(url)) as database:
        assert database.run(ONE)
        cutter = threading.Thread(target=_cut_once_it_sleeps, args=(database_url, between))
        cutter.start()
        with pytest.raises(ConnectionLost):
            database.run(query("SELECT pg_sleep(60)"))
        cutter.join()
        assert database.run(ONE)
        assert between.connections == 2


def _cut_once_it_sleeps(url: str, between: Proxy) -> None:
    with psycopg.connect(url, autocommit=True) as watcher:
        while not watcher.execute("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'").fetchall():
            pass
    between.cut()


def test_a_connection_that_the_server_ended_is_made_anew(database: Database, database_url: str) -> None:
    mine = database.run(query("SELECT pg_backend_pid() AS pid"))[0]["pid"]
    with psycopg.connect(database_url) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s, 10000)", [mine])
    assert database.run(query("SELECT pg_backend_pid() AS pid"))[0]["pid"] != mine


@pytest.mark.parametrize("scope", ["transaction", "session"])
def test_what_belongs_together_goes_over_one_connection_or_fails(
    scope: str, database: Database, database_url: str
) -> None:
    def work() -> None:
        with getattr(database, scope)():
            mine = database.run(query("SELECT pg_backend_pid() AS pid"))[0]["pid"]
            with psycopg.connect(database_url) as administrator:
                administrator.execute("SELECT pg_terminate_backend(%s, 10000)", [mine])
            database.run(ONE)

    with pytest.raises(ConnectionLost):
        work()
    assert database.run(ONE)


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def work() -> None:
        with database.transaction():
            database.script("CREATE TABLE half ()")
            raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        work()
    assert database.run(query("SELECT to_regclass('half') AS half")) == [{"half": None}]


def test_a_closed_database_can_be_used_again(database: Database) -> None:
    database.close()
    database.close()
    assert database.run(ONE)


@pytest.mark.parametrize("file", ["jobs", "ledger", "circuit", "sweeping", "migrations"])
def test_every_statement_is_one_that_the_server_understands(file: str, database: Database) -> None:
    """Names of tables and columns are right, and no parameter's type is in doubt."""
    for each in queries(file).values():
        assert each.purpose.endswith((".", ":"))
        if each.name in ("migrations.make_schema", "migrations.make_table"):
            continue
        names = set(psycopg.sql.SQL(each.text).as_string().split("%(")[1:])
        values = dict.fromkeys({name.partition(")")[0] for name in names})
        with suppress(psycopg.errors.NotNullViolation, DatabaseUnavailable):
            database.run(each, **values)
