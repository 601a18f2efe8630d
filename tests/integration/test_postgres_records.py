"""The rows as people, the sweeper and the exporter read them."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from runner.local.objects import DirectoryStore
from runner.outcome import Artifact, Failure, Result
from runner.postgres.database import Database
from runner.postgres.jobs import PostgresJobs
from runner.postgres.ledger import Ledger, Requeued, Which
from runner.postgres.queries import Query
from runner.postgres.shelf import PostgresShelf
from runner.protocols import Claim, JobRequest, JobState, Settled
from runner.sweeping import DAY, Sweep, Terms, sweep

if TYPE_CHECKING:
    from pathlib import Path

FAILURE = Failure("child_crashed", "It crashed.", "Try again.")


@dataclass(slots=True)
class Queues:
    """Queues that take everything."""

    sent: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def waiting(self, _kind: str) -> int:
        return 0

    def send(self, kind: str, job_id: str, message: str) -> None:
        self.sent.append((kind, job_id, json.loads(message)))


@dataclass(slots=True)
class World:
    """A database, and everything to do with jobs in it."""

    database: Database
    store: DirectoryStore
    queues: Queues = field(default_factory=Queues)
    claims: int = 0

    @property
    def jobs(self) -> PostgresJobs:
        return PostgresJobs(self.database)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.database)

    def claim(self, job: str, *, lease: float = 60, **message: Any) -> Claim:
        self.claims += 1
        body = json.dumps({"job_id": job, "file_path": f"{job}.dxf"} | message)
        request = JobRequest(job_id=job, kind="dxf", fingerprint="f", message=body)
        claim = self.jobs.claim(request, owner=f"o{self.claims}", lease=lease, attempts=4)
        assert isinstance(claim, Claim)
        return claim

    def complete(self, job: str, *, prefix: str | None = None, **message: Any) -> None:
        key = f"{prefix or 'results/' + job}/model.glb"
        source = self.store_folder / "source"
        source.write_bytes(b"glTF")
        stored = self.store.upload(key, source, content_type="model/gltf-binary")
        artifact = Artifact(
            name="model.glb", path=key, size=4, checksum=stored.checksum, content_type=stored.content_type
        )
        claim = self.claim(job, **message)
        assert self.jobs.complete(claim, Result(artifacts=(artifact,), summary={}, at=datetime.now(UTC)))

    @property
    def store_folder(self) -> Path:
        folder = self.store._root.parent
        assert folder.is_dir()
        return folder

    def wait(self, seconds: float) -> None:
        """Let time pass: everything that is written down is older by so much."""
        for table, columns in {
            "jobs": "created_at claimed_at updated_at lease_until settled_at swept_at",
            "audit": "at",
        }.items():
            changes = ", ".join(f"{name} = {name} - make_interval(secs => %(age)s)" for name in columns.split())
            self.database.run(Query("test", "-", f"UPDATE cad_runner.{table} SET {changes}"), age=seconds)

    def sweep(self, **terms: Any) -> Sweep:
        self.queues.sent.clear()
        return sweep(PostgresShelf(self.database), self.queues, self.store, ["dxf", "pdf"], Terms(**terms))


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """An empty one."""
    return World(database, DirectoryStore(tmp_path / "store"))


def test_a_job_that_is_worked_on_is_no_stray(world: World) -> None:
    world.claim("j1", lease=3600)
    world.wait(1800)
    assert world.sweep().published == []


def test_a_job_whose_runner_vanished_is_published_once_its_message_must_be_lost(world: World) -> None:
    world.claim("j1", lease=60, tenant="벽")
    world.wait(60 + 800)
    assert world.sweep().published == []
    world.wait(101)
    assert world.sweep().published == ["j1"]
    assert world.queues.sent == [("dxf", "j1", {"job_id": "j1", "file_path": "j1.dxf", "tenant": "벽"})]
    assert world.claim("j1").attempt == 2


def test_a_job_whose_retry_was_lost_is_published(world: World) -> None:
    world.jobs.retry(world.claim("j1"), FAILURE, charged=True)
    assert world.sweep().published == []
    world.wait(901)
    assert world.sweep().published == ["j1"]


def test_a_message_that_nobody_takes_is_published_ever_more_rarely(world: World) -> None:
    world.jobs.retry(world.claim("j1"), FAILURE, charged=True)
    times = []
    for quarter in range(1, 65):
        world.wait(901)
        if world.sweep().published:
            times.append(quarter)
    assert times == [1, 3, 7, 15, 31, 63]
    world.jobs.retry(world.claim("j1"), FAILURE, charged=True)
    world.wait(901)
    assert world.sweep().published == ["j1"]


@pytest.mark.parametrize("dead", [False, True])
def test_a_settled_job_is_no_stray(world: World, dead: bool) -> None:
    world.jobs.fail(world.claim("j1"), FAILURE, dead=dead)
    world.complete("j2")
    world.wait(DAY)
    assert world.sweep().published == []


def test_two_sweepers_do_not_double(world: World, database_url: str) -> None:
    world.claim("j1", lease=1)
    world.wait(DAY)
    with closing(Database(database_url)) as other, PostgresShelf(other).alone() as alone:
        assert alone
        assert world.sweep() == Sweep(alone=False)
    assert world.sweep().published == ["j1"]
    assert world.sweep().published == []


def test_many_strays_are_all_found(world: World) -> None:
    for number in range(25):
        world.claim(f"j{number}", lease=1)
    world.wait(DAY)
    assert len(set(world.sweep(batch=7).published)) == 25


def kept(world: World) -> set[str]:
    """The jobs that are there."""
    return {row["job_id"] for row in world.ledger.jobs(Which(), limit=100)}


def test_old_jobs_go_with_what_they_made(world: World) -> None:
    world.complete("j1")
    world.jobs.fail(world.claim("j2"), FAILURE, dead=False)
    world.wait(20 * DAY)
    world.complete("j3")
    world.claim("j4")
    world.wait(20 * DAY)
    for number in (2, 0):
        done = world.sweep(still=100 * DAY, rows=30 * DAY, results=30 * DAY)
        assert (done.forgotten, done.deleted) == (number, number // 2)
        assert world.store.find("results/j1/model.glb") is None
        assert world.store.find("results/j3/model.glb") is not None
        assert kept(world) == {"j3", "j4"}


def test_results_may_go_before_rows(world: World) -> None:
    world.complete("j1")
    world.wait(40 * DAY)
    for number in (1, 0):
        done = world.sweep(rows=90 * DAY, results=30 * DAY)
        assert (done.forgotten, done.deleted) == (0, number)
    assert kept(world) == {"j1"}
    world.wait(60 * DAY)
    assert world.sweep(rows=90 * DAY, results=30 * DAY).forgotten == 1


def test_rows_stay_as_long_as_their_results_are_to_be_deleted(world: World) -> None:
    world.complete("j1")
    world.wait(40 * DAY)
    assert world.sweep(rows=30 * DAY, results=90 * DAY).forgotten == 0
    world.wait(60 * DAY)
    done = world.sweep(rows=30 * DAY, results=90 * DAY)
    assert (done.forgotten, done.deleted) == (1, 1)


def test_results_that_are_kept_for_ever_outlive_their_rows(world: World) -> None:
    world.complete("j1")
    world.wait(100 * DAY)
    done = world.sweep()
    assert (done.forgotten, done.deleted) == (1, 0)
    assert world.store.find("results/j1/model.glb") is not None


def test_what_another_job_put_in_the_same_place_stays(world: World) -> None:
    world.complete("j1", prefix="project", target_prefix="project")
    world.wait(40 * DAY)
    world.complete("j2", prefix="project", target_prefix="project")
    assert world.sweep(results=30 * DAY).deleted == 0
    world.wait(40 * DAY)
    claim = world.claim("j3", target_prefix="project")
    assert world.sweep(still=100 * DAY, results=30 * DAY).deleted == 0
    assert world.store.find("project/model.glb") is not None
    world.jobs.cancelled(claim)
    world.complete("j4", prefix="project", target_prefix="project")
    world.wait(40 * DAY)
    world.complete("j5", prefix="project", target_prefix="project")
    world.wait(40 * DAY)
    assert world.sweep(results=30 * DAY).deleted == 1
    assert world.store.find("project/model.glb") is None


def test_notes_outlive_jobs_for_a_while(world: World) -> None:
    world.jobs.fail(world.claim("j1"), FAILURE, dead=True)
    world.ledger.requeue("j1", who="ann", why="mended")
    world.jobs.fail(world.claim("j1"), FAILURE, dead=True)
    notes = Query("test", "-", "SELECT count(*) AS notes FROM cad_runner.audit")
    world.wait(100 * DAY)
    assert world.sweep().forgotten == 1
    assert world.database.run(notes) == [{"notes": 1}]
    world.wait(400 * DAY)
    world.sweep()
    assert world.database.run(notes) == [{"notes": 0}]


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.DEAD, JobState.CANCELLED])
def test_a_job_that_did_not_become_a_model_begins_anew_with_all_its_attempts(world: World, state: JobState) -> None:
    for _ in range(2):
        world.jobs.retry(world.claim("j1"), FAILURE, charged=True)
    claim = world.claim("j1")
    world.jobs.cancel("j1")
    if state is JobState.CANCELLED:
        world.jobs.cancelled(claim)
    else:
        world.jobs.fail(claim, FAILURE, dead=state is JobState.DEAD)
    anew = world.ledger.requeue("j1", who="ann", why="mended")
    assert anew is not None
    assert replace(anew, message="") == Requeued(job_id="j1", kind="dxf", message="", before=state)
    assert json.loads(anew.message) == {"job_id": "j1", "file_path": "j1.dxf"}
    waiting = world.ledger.show("j1")
    assert waiting is not None
    assert (waiting["state"], waiting["attempt"], waiting["stop"], waiting["failure"]) == ("waiting", 0, False, None)
    again = world.claim("j1")
    assert (again.attempt, again.previous) == (1, None)
    shown = world.ledger.show("j1")
    assert shown is not None
    assert (shown["runs"], shown["first_failure"]) == (4, None)
    notes = [(each["who"], each["action"], each["why"], each["state"]) for each in shown["audit"]]
    assert notes == [("ann", "retry", "mended", str(state))]
    assert [each["outcome"] for each in shown["attempts"]][:2] == ["retried", "retried"]


def test_a_job_that_begins_anew_goes_out_with_the_next_sweep_unless_it_was_published(world: World) -> None:
    for job in ("j1", "j2"):
        world.jobs.fail(world.claim(job), FAILURE, dead=True)
        world.ledger.requeue(job, who="ann", why="mended")
    world.ledger.published("j2")
    assert world.sweep().published == ["j1"]
    world.claim("j1", lease=60)
    assert world.sweep().published == []


def test_a_job_that_nobody_saw_has_nothing_to_begin_anew_with(world: World) -> None:
    assert world.ledger.forestall("j1", who="ann", why="typo")
    assert not world.ledger.forestall("j1", who="ann", why="typo")
    assert world.ledger.requeue("j1", who="ann", why="after all") is None


def test_a_job_that_needs_no_new_beginning_gets_none(world: World) -> None:
    world.complete("j1")
    world.claim("j2")
    world.jobs.retry(world.claim("j3"), FAILURE, charged=True)
    for job in ("j1", "j2", "j3", "unknown"):
        assert world.ledger.requeue(job, who="ann", why="no reason") is None
    assert isinstance(
        world.jobs.claim(
            JobRequest(job_id="j1", kind="dxf", fingerprint="f", message="{}"), owner="x", lease=1, attempts=4
        ),
        Settled,
    )


def test_jobs_are_listed_newest_first_by_what_is_asked(world: World) -> None:
    world.complete("j1", tenant="acme")
    world.wait(60)
    world.jobs.fail(world.claim("j2"), FAILURE, dead=True)
    world.wait(60)
    world.claim("j3", lease=1)
    world.wait(2)

    def listed(limit: int = 10, **which: Any) -> list[str]:
        return [row["job_id"] for row in world.ledger.jobs(Which(**which), limit=limit)]

    assert listed() == ["j3", "j2", "j1"]
    assert listed(limit=1) == ["j3"]
    assert listed(states=[JobState.DEAD, JobState.COMPLETED]) == ["j2", "j1"]
    assert listed(tenant="acme") == listed(since=1e9, tenant="acme") == ["j1"]
    assert listed(code="child_crashed") == ["j2"]
    assert listed(kind="pdf") == []
    assert listed(since=70) == ["j3", "j2"]
    assert [row["expired"] for row in world.ledger.jobs(Which(), limit=1)] == [True]


def test_a_job_that_nobody_knows_is_not_shown(world: World) -> None:
    assert world.ledger.show("none") is None
    assert world.ledger.show("n\0ne") is None


def test_the_jobs_of_each_state_are_counted(world: World) -> None:
    world.complete("j1")
    world.wait(DAY)
    world.complete("j2")
    world.claim("j3", lease=1)
    world.wait(2)
    figures = [(row["kind"], row["state"], row["jobs"], row["expired"]) for row in world.ledger.figures(since=3600)]
    assert figures == [("dxf", "completed", 1, 0), ("dxf", "running", 1, 1)]
