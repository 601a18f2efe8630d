from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from runner.errors import BrokerUnavailable, DatabaseUnavailable, StoreUnavailable
from runner.protocols import JobState
from runner.sweeping import Full, Stray, Terms, sweep
from tests.unit.runner.doubles import Faulty

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2024, 5, 1, tzinfo=UTC)
KINDS = ["dxf", "pdf"]


@dataclass(slots=True)
class Rows:
    """Rows of strays, by kind, and of old jobs; what is done goes down in ``log``."""

    log: list[str]
    still: dict[str, list[str]] = field(default_factory=dict)
    aged: list[str] = field(default_factory=list)
    rows: int = 0  # that are old
    another: bool = False
    asked: list[tuple[str, float, int]] = field(default_factory=list)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        self.log.append("begin")
        yield not self.another
        self.log.append("end")

    def strays(self, kind: str, *, still: float, after: str, limit: int) -> list[Stray]:
        self.asked.append((kind, still, limit))
        found = [job for job in sorted(self.still.get(kind, [])) if job > after]
        return [
            Stray(job_id=job, kind=kind, message=f'"{job}"', state=JobState.WAITING, since=AT) for job in found[:limit]
        ]

    def swept(self, stray: Stray) -> None:
        self.log.append(f"swept {stray.job_id}")

    def full(self, *, age: float, limit: int) -> list[Full]:
        del age
        return [Full(job_id=job, keys=(f"{job}/a", f"{job}/b")) for job in self.aged[:limit]]

    def emptied(self, full: Full) -> None:
        self.aged.remove(full.job_id)
        self.log.append(f"emptied {full.job_id}")

    def forget(self, *, age: float, limit: int, full: bool) -> int:
        self.log.append(f"forget {limit} of {age:.0f} s{' and their results' * (not full)}")
        gone, self.rows = min(limit, self.rows), max(0, self.rows - limit)
        return gone

    def forget_audit(self, *, age: float) -> None:
        self.log.append(f"forget audit of {age:.0f} s")


@dataclass(slots=True)
class Queues:
    log: list[str]
    held: dict[str, int] = field(default_factory=dict)

    def waiting(self, kind: str) -> int:
        return self.held.get(kind, 0)

    def send(self, kind: str, job_id: str, message: str) -> None:
        self.log.append(f"send {kind} {job_id} {message}")


@dataclass(slots=True)
class Store:
    log: list[str]

    def delete(self, key: str) -> None:
        self.log.append(f"delete {key}")


def run(shelf: Any, *, queues: Any = None, store: Any = None, **terms: Any) -> Any:
    objects: Any = store or Store(shelf.log)
    return sweep(shelf, queues or Queues(shelf.log), objects, KINDS, Terms(**{"audit": None, "rows": None} | terms))


def test_a_message_is_safe_before_it_counts_as_published() -> None:
    rows = Rows([], {"pdf": ["j2", "j1"]})
    assert run(rows).published == ["j1", "j2"]
    assert rows.log == ["begin", 'send pdf j1 "j1"', "swept j1", 'send pdf j2 "j2"', "swept j2", "end"]


def test_where_messages_wait_patience_is_longer() -> None:
    rows = Rows([])
    run(rows, queues=Queues([], {"pdf": 3}), still=10, crowded=99)
    assert [(kind, still) for kind, still, _ in rows.asked] == [("dxf", 10), ("pdf", 99)]


def test_it_takes_them_in_batches_and_so_many_in_all() -> None:
    rows = Rows([], {"dxf": [f"j{number}" for number in range(9)]})
    assert run(rows, batch=2, most=5).published == ["j0", "j1", "j2", "j3", "j4"]
    assert [limit for _, _, limit in rows.asked if limit] == [2, 2, 1, 2]


def test_what_a_job_made_goes_before_its_row_says_so() -> None:
    rows = Rows([], aged=["j1", "j2", "j3"])
    assert run(rows, batch=2, results=1).deleted == 6
    assert rows.log[1:4] == ["delete j1/a", "delete j1/b", "emptied j1"]


def test_rows_go_after_results_in_batches() -> None:
    rows = Rows([], aged=["j1"], rows=5)
    assert run(rows, batch=3, results=1, rows=2).forgotten == 5
    assert rows.log[-4:-1] == [f"forget 3 of 2 s{' and their results'}"] * 3
    rows = Rows([], rows=5)
    assert run(rows, most=4, rows=2).forgotten == 4
    assert rows.log[1] == "forget 4 of 2 s"


def test_a_broker_that_is_down_ends_only_its_own_part() -> None:
    rows = Rows([], {"dxf": ["j1", "j2"], "pdf": ["j3"]}, ["j9"], 1)
    queues = Faulty(Queues(rows.log), send=[BrokerUnavailable("gone")])
    done = run(rows, queues=queues, results=1, rows=1)
    assert (done.published, done.deleted, done.forgotten) == ([], 2, 1)
    assert [outage.code for outage in done.outages] == ["broker_unavailable"]
    assert "swept j1" not in rows.log


def test_a_store_that_is_down_ends_only_its_own_part() -> None:
    rows = Rows([], {"dxf": ["j1"]}, ["j9"], 1)
    done = run(rows, store=Faulty(Store(rows.log), delete=[StoreUnavailable("503")]), results=1, rows=1, audit=7)
    assert (done.published, done.deleted, done.forgotten) == (["j1"], 0, 1)
    assert [outage.code for outage in done.outages] == ["store_unavailable"]
    assert rows.aged == ["j9"]
    assert "forget audit of 7 s" in rows.log


def test_a_database_that_is_down_ends_it() -> None:
    rows: Any = Faulty(Rows([], {"dxf": ["j1"]}), swept=[DatabaseUnavailable()])
    with pytest.raises(DatabaseUnavailable):
        run(rows, queues=Queues([]), store=Store([]))


def test_beside_another_it_does_nothing() -> None:
    rows = Rows([], {"dxf": ["j1"]}, ["j9"], another=True)
    done = run(rows, audit=7)
    assert not done.alone
    assert rows.log == ["begin", "end"]


def test_what_is_kept_for_ever_is_not_deleted() -> None:
    rows = Rows([], aged=["j9"], rows=3)
    done = run(rows)
    assert (done.forgotten, done.deleted) == (0, 0)


@pytest.mark.parametrize(
    "terms", [{"still": 0}, {"crowded": -1}, {"rows": -1}, {"results": 0}, {"audit": -1}, {"batch": 0}]
)
def test_terms_make_sense(terms: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="sweeper"):
        Terms(**terms)
