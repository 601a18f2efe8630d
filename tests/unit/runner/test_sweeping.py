from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from runner.errors import BrokerUnavailable, DatabaseUnavailable, StoreUnavailable
from runner.protocols import JobState
from runner.sweeping import Old, Stray, Terms, sweep
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

    def old(self, *, age: float, limit: int) -> list[Old]:
        del age
        return [Old(job_id=job, settled_at=AT, keys=(f"{job}/a", f"{job}/b")) for job in self.aged[:limit]]

    def forget(self, old: Old) -> bool:
        self.aged.remove(old.job_id)
        self.log.append(f"forget {old.job_id}")
        return True

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


def run(rows: Rows, *, queues: Any = None, store: Any = None, **terms: Any) -> Any:
    objects: Any = store or Store(rows.log)
    return sweep(rows, queues or Queues(rows.log), objects, KINDS, Terms(**{"audit": None} | terms))


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


def test_what_a_job_made_goes_before_its_row() -> None:
    rows = Rows([], aged=["j1", "j2", "j3"])
    done = run(rows, batch=2)
    assert rows.log[1:4] == ["delete j1/a", "delete j1/b", "forget j1"]
    assert (done.forgotten, done.deleted) == (3, 6)


def test_a_broker_that_is_down_ends_only_its_own_part() -> None:
    rows = Rows([], {"dxf": ["j1", "j2"], "pdf": ["j3"]}, ["j9"])
    queues = Faulty(Queues(rows.log), send=[BrokerUnavailable("gone")])
    done = run(rows, queues=queues)
    assert (done.published, done.forgotten) == ([], 1)
    assert [outage.code for outage in done.outages] == ["broker_unavailable"]
    assert "swept j1" not in rows.log


def test_a_store_that_is_down_keeps_the_row() -> None:
    rows = Rows([], {"dxf": ["j1"]}, ["j9"])
    done = run(rows, store=Faulty(Store(rows.log), delete=[StoreUnavailable("503")]), audit=7)
    assert (done.published, done.forgotten) == (["j1"], 0)
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
    rows = Rows([], aged=["j9"])
    assert run(rows, kept=None).forgotten == 0


@pytest.mark.parametrize("terms", [{"still": 0}, {"crowded": -1}, {"kept": -1}, {"audit": -1}, {"batch": 0}])
def test_terms_make_sense(terms: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="sweeper"):
        Terms(**terms)
