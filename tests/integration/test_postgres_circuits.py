"""One circuit that all runners share."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from runner.circuit import Circuit, Position, Rule
from runner.errors import StoreUnavailable
from runner.guard import Guard, guard_store
from runner.postgres.circuits import PostgresCircuits
from runner.postgres.database import Database
from runner.postgres.queries import Query

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.guard import Change
    from tests.services.proxy import Proxy

RUNNERS = 6
LATER = Query(
    "test.later",
    "-",
    "UPDATE cad_runner.circuit SET probe_at = probe_at - make_interval(secs => 60), version = version + 1",
)


def fail(guard: Guard, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(StoreUnavailable, match="503"), guard.passage():
            raise StoreUnavailable("The store says 503.")


def refused(guard: Guard) -> bool:
    try:
        with guard.passage():
            return False
    except StoreUnavailable:
        return True


def test_a_change_stays_and_keeps_its_times(database: Database) -> None:
    circuits = PostgresCircuits(database)
    opened = circuits.change("object store", lambda circuit, now: circuit.failed("t", now, Rule(1, 60)), error="503")
    seen = circuits.change("object store", lambda circuit, _: circuit)
    assert (opened.before, opened.opened) == (Circuit(), True)
    assert seen.before == seen.after == opened.after
    assert 59 < seen.after.wait(seen.now) <= 60


def test_people_see_how_it_stands(database: Database) -> None:
    circuits = PostgresCircuits(database)
    guard = guard_store(circuits)
    assert circuits.all() == []
    fail(guard, 5)
    (row,) = circuits.all()
    assert (row["dependency"], row["failures"], row["openings"], row["probing"]) == ("object store", 5, 1, False)
    assert row["error"] == "The store says 503."
    assert row["opened_at"] <= row["now"] < row["probe_at"]
    database.run(LATER)
    fail(guard)
    database.run(LATER)
    assert not refused(guard)
    (row,) = circuits.all()
    assert (row["failures"], row["openings"], row["opened_at"], row["probe_at"]) == (0, 1, None, None)
    fail(guard, 5)
    assert circuits.all()[0]["openings"] == 2


def test_runners_open_it_together_and_one_probes(database_url: str) -> None:
    told: list[Change] = []
    open_to, leave, lock = threading.Barrier(RUNNERS), threading.Event(), threading.Lock()
    turned_away, probes = [0], [0]

    def runner(number: int) -> None:
        with closing(Database(database_url)) as own:
            guard = guard_store(PostgresCircuits(own), rule=Rule(failures=RUNNERS), noted=told.append)
            fail(guard)
            open_to.wait()
            assert refused(guard)
            if open_to.wait() == 0:
                own.run(LATER)
            open_to.wait()
            try:
                with guard.passage():
                    with lock:
                        probes[0] += 1
                    assert leave.wait(30)
            except StoreUnavailable:
                with lock:
                    turned_away[0] += 1
                    if turned_away[0] == RUNNERS - 1:
                        leave.set()
            open_to.wait()
            assert not refused(guard), number

    runners = [threading.Thread(target=runner, args=(number,)) for number in range(RUNNERS)]
    for each in runners:
        each.start()
    for each in runners:
        each.join()
    assert (probes[0], turned_away[0]) == (1, RUNNERS - 1)
    assert sorted((change.opened, change.closed) for change in told) == [(False, True), (True, False)]


def test_no_change_is_lost_where_many_change_it_at_once(database_url: str) -> None:
    def runner() -> None:
        with closing(Database(database_url)) as own:
            circuits = PostgresCircuits(own)
            for _ in range(10):
                circuits.change("x", lambda circuit, _: Circuit(circuit.failures + 1))

    runners = [threading.Thread(target=runner) for _ in range(4)]
    for each in runners:
        each.start()
    for each in runners:
        each.join()
    with closing(Database(database_url)) as database:
        assert PostgresCircuits(database).change("x", lambda circuit, _: circuit).before.failures == 40


def test_without_a_database_a_runner_remembers_for_itself(
    database_url: str, proxy: Callable[[str], tuple[str, Proxy]]
) -> None:
    url, between = proxy(database_url)
    with closing(Database(url)) as database:
        guard = guard_store(PostgresCircuits(database))
        fail(guard, 3)
        between.refuse()
        fail(guard, 5)
        assert refused(guard)
        between.heal()
        assert not refused(guard)
        assert PostgresCircuits(database).all()[0]["failures"] == 0


def test_a_runner_that_vanishes_while_it_probes_is_replaced(database: Database) -> None:
    circuits = PostgresCircuits(database)
    guard = guard_store(circuits)
    fail(guard, 5)
    database.run(LATER)
    vanished = circuits.change("object store", lambda circuit, now: circuit.asked("gone", now, Rule()))
    assert vanished.after.position is Position.PROBING
    assert refused(guard)
    database.run(LATER)
    assert not refused(guard)
    assert circuits.change("object store", lambda circuit, _: circuit).after == Circuit()
