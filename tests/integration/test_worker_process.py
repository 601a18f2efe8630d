"""Runners as processes: killed at each step, stopped, and started again; nothing is lost and nothing is done twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.amqp_bench import eventually
from tests.integration.place import LEASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.place import Place
    from tests.services.proxy import Proxy

ROOT = Path(__file__).parents[2]


class Process:
    """A runner."""

    def __init__(self, place: Place, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.program", "work", *arguments],
            env=place.environment(**environment),
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self) -> int:
        """The exit code, once it has ended."""
        _, self.log = self.process.communicate(timeout=60)
        return self.process.returncode

    def lines(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.splitlines()]


@pytest.fixture
def running() -> Iterator[list[Process]]:
    """Runners that are ended with the test."""
    each: list[Process] = []
    yield each
    for runner in each:
        if runner.process.poll() is None:
            runner.process.kill()
            runner.process.communicate()


def finished(place: Place, job_id: str) -> str:
    """The state of a job once runners came and went until there was nothing left to do."""
    for _ in range(60):
        runner = Process(place, "--once", CAD_RUNNER_WAIT="4")
        assert runner.ended() == 0, runner.log
        if place.row(job_id)["settled_at"] is not None and set(place.depths()) <= {"dxf_dlq"}:
            break
    return str(place.row(job_id)["state"])


def test_a_job_is_one_line_in_the_log(place: Place) -> None:
    place.letters.job("j0", file_path="in/nothing.dxf")
    place.job("j1", tenant="acme", traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    first, second = Process(place, "--once"), Process(place, "--once")
    assert first.ended() == second.ended() == 0
    (line,) = (each for runner in (first, second) for each in runner.lines() if each["job_id"] == "j1")
    assert (line["event"], line["outcome"], line["job_id"], line["attempt"]) == ("job", "completed", "j1", 1)
    assert (line["tenant"], line["settled"], line["level"]) == ("acme", True, "info")
    assert line["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c")


def test_an_attempt_is_written_down_with_its_seconds_and_bytes(place: Place) -> None:
    place.job("j1")
    assert Process(place, "--once").ended() == 0
    (attempt,) = place.row("j1")["attempts"]
    assert set(attempt["seconds"]) == {"download", "upload"}  # the fake pipeline has no stages
    assert all(seconds >= 0 for seconds in attempt["seconds"].values())
    assert attempt["source_bytes"] == len("works")


def test_a_runner_sends_its_traces_before_it_ends(place: Place) -> None:
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    place.job("j1", traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        runner = Process(place, "--once", CAD_RUNNER_OTLP_ENDPOINT=f"http://127.0.0.1:{server.server_port}")
        assert runner.ended() == 0
        server.shutdown()
    sent = b"".join(received)
    assert bytes.fromhex("0af7651916cd43dd8448eb211c80319c") in sent
    assert all(step in sent for step in (b"claim", b"download", b"convert", b"upload", b"complete"))
    assert [line["outcome"] for line in runner.lines()] == ["completed"]


def test_a_schema_that_lacks_a_migration_is_one_line_and_no_message_is_taken(place: Place) -> None:
    place.job("j1")
    with place.database.transaction():
        place.database.script("DELETE FROM cad_runner.migrations WHERE number = 4")
    for arguments in ([], ["--once"]):
        runner = Process(place, *arguments)
        assert runner.ended() == 75
        assert runner.log == "Error: The schema of the database lacks 1 of 4 migrations. Run `cad-runner migrate`.\n"
    place.comes_to({"dxf_queue": 1})
    assert place.ledger.show("j1") is None


def test_a_runner_starts_while_the_database_is_away(place: Place) -> None:
    place.job("j1")
    away = Process(place, "--once", DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    assert away.ended() == 0
    (line,) = away.lines()
    assert (line["outcome"], line["code"], line["charged"]) == ("retry", "database_unavailable", False)
    assert finished(place, "j1") == "completed"


@pytest.mark.parametrize(
    "step",
    [
        *("claim", "claim+", "download", "download+", "run", "run+", "upload", "upload+"),
        *("complete", "complete+", "publish", "publish+", "settle", "settle+", "close"),
    ],
)
def test_a_runner_that_is_killed_at_any_step_loses_nothing(place: Place, step: str) -> None:
    place.job("j1")
    runner = Process(place, "--once", DIES_AT=step)
    assert runner.ended() == -signal.SIGKILL
    assert finished(place, "j1") == "completed"
    row = place.row("j1")
    # Whoever died between claim and completion has used an attempt, and nobody else has.
    used = step not in ("claim", "complete+", "settle", "settle+", "close")
    assert row["attempt"] == row["runs"] == (2 if used else 1)
    assert place.told("j1")[-1] == "completed"
    assert place.store().find("results/j1/model.glb") is not None


def test_a_drawing_that_kills_every_runner_is_tried_four_times_and_is_then_a_dead_letter(place: Place) -> None:
    place.job("j1")
    deaths = 0
    for _ in range(80):
        runner = Process(place, "--once", DIES_AT="run", CAD_RUNNER_WAIT="4")
        deaths += runner.ended() == -signal.SIGKILL
        if place.row("j1")["state"] == "dead":
            break
    assert deaths == 4
    _, properties = place.letters.await_in("dxf_dlq")
    assert properties.headers
    assert properties.headers["x-error-code"] == "attempts_exhausted"
    assert place.row("j1")["runs"] == 4


def test_a_runner_that_is_killed_between_the_copy_and_the_acknowledgement_leaves_two_and_no_fifth_attempt(
    place: Place,
) -> None:
    place.job("j1", "raises")
    runner = Process(place, "--once", DIES_AT="copied+")
    assert runner.ended() == -signal.SIGKILL
    assert finished(place, "j1") == "dead"
    assert (place.row("j1")["attempt"], place.row("j1")["runs"]) == (4, 4)
    # Both are kept for whoever looks: which was the copy is not to be told.
    place.comes_to({"dxf_dlq": 2})


def test_a_job_runner_that_is_stopped_gives_its_message_back(place: Place) -> None:
    place.job("j1", "dawdles")
    runner = Process(place, "--once", STOPS_AT="run")
    assert runner.ended() == 75
    (line,) = runner.lines()
    assert (line["outcome"], line["code"], line["settled"]) == ("released", "stopping", False)
    assert (place.row("j1")["state"], place.row("j1")["attempt"]) == ("waiting", 0)
    place.comes_to({"dxf_queue": 1})
    assert finished(place, "j1") == "completed"
    assert place.row("j1")["attempt"] == 1


def test_a_steady_runner_does_one_job_after_the_other_and_drains(place: Place, running: list[Process]) -> None:
    for number in range(3):
        place.job(f"j{number}")
    runner = Process(place)
    running.append(runner)
    eventually(lambda: [each["type"] for each in place.heard()].count("job.completed") == 3)
    place.job("j3", "dawdles")
    eventually(lambda: any(each["subject"] == "j3" for each in place.heard()))
    # The signal first: on a slow machine the next job was taken before it came.
    runner.process.send_signal(signal.SIGTERM)
    place.job("j4")
    assert runner.ended() == 0
    assert place.row("j3")["state"] == "completed"
    place.comes_to({"dxf_queue": 1})
    assert [line["job_id"] for line in runner.lines()] == ["j0", "j1", "j2", "j3"]


def test_a_steady_runner_waits_for_a_broker_that_is_gone_and_goes_on(
    place: Place, running: list[Process], proxy: Callable[[str], tuple[str, Proxy]]
) -> None:
    url, between = proxy(place.rabbitmq_url)
    runner = Process(place, RABBITMQ_URL=url)
    running.append(runner)
    place.job("j0")
    eventually(lambda: "completed" in place.told("j0"))
    between.refuse()
    place.job("j1")
    connections = between.connections
    eventually(lambda: between.connections > connections)
    between.heal()
    eventually(lambda: "completed" in place.told("j1"))
    runner.process.send_signal(signal.SIGTERM)
    assert runner.ended() == 0
    assert [line["event"] for line in runner.lines()] == ["job", "waiting for the broker", "job"]
    assert [place.row(job)["runs"] for job in ("j0", "j1")] == [1, 1]


def test_a_steady_runner_whose_grace_period_ends_gives_its_message_back(place: Place, running: list[Process]) -> None:
    place.job("j1", "sleeps")
    runner = Process(place, CAD_RUNNER_GRACE_PERIOD="1")
    running.append(runner)
    eventually(lambda: place.told("j1"))
    runner.process.send_signal(signal.SIGTERM)
    assert runner.ended() == 75
    assert (place.row("j1")["state"], place.row("j1")["attempt"]) == ("waiting", 0)
    place.comes_to({"dxf_queue": 1})


def test_a_runner_that_hangs_is_replaced_and_when_it_wakes_it_writes_nothing(
    place: Place, running: list[Process]
) -> None:
    place.job("j1", "dawdles")
    runner = Process(place, "--once")
    running.append(runner)
    eventually(lambda: place.told("j1"))
    runner.process.send_signal(signal.SIGSTOP)
    time.sleep(LEASE)
    place.job("j1", "dawdles")
    second = place.runner()
    for _ in range(100):
        assert second.once(10) == 0
        if place.row("j1")["state"] == "completed":
            break
    result = place.row("j1")["result"]
    runner.process.send_signal(signal.SIGCONT)
    assert runner.ended() == 0
    assert runner.lines()[-1]["outcome"] == "superseded"
    assert place.row("j1")["result"] == result
    assert place.told("j1").count("completed") == 1


def test_probes_tell_that_a_message_is_held(place: Place, tmp_path: Path, running: list[Process]) -> None:
    folder = tmp_path / "probes"
    runner = Process(place, "--once", CAD_RUNNER_PROBE_FOLDER=str(folder), CAD_RUNNER_WAIT="20")
    running.append(runner)
    eventually((folder / "live").exists)
    assert not (folder / "ready").exists()
    place.job("j1", "dawdles")
    eventually((folder / "ready").exists)
    assert runner.ended() == 0
    assert not (folder / "ready").exists()


def test_a_broker_that_is_not_there_ends_a_job_runner_with_what_to_do(place: Place) -> None:
    runner = Process(place, "--once", RABBITMQ_URL="amqp://guest:guest@127.0.0.1:1/")
    assert runner.ended() == 75
    (line,) = runner.lines()
    assert (line["code"], line["level"]) == ("broker_unavailable", "warning")
    assert "guest:guest" not in runner.log
