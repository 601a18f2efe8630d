"""The program of docs/howto/publish-from-spring.md, on real servers and with a real runner: ``make test-spring``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.place import Place

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DRAWING = "uploads/flat.dxf"
SECONDS = 60.0

pytestmark = pytest.mark.timeout(600)


class Backend:
    """The program: publishes what it is told line by line, and tells what happens."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: Queue[str] = Queue()
        self._log: list[str] = []
        Thread(target=self._read, daemon=True).start()
        self.says("ready")

    def publishes(self, kind: str, job_id: str, file_path: str) -> None:
        assert self._process.stdin
        print(kind, job_id, file_path, file=self._process.stdin, flush=True)

    def says(self, start: str) -> str:
        """The rest of the next line, which has to begin so."""
        try:
            line = self._lines.get(timeout=SECONDS)
        except Empty:
            line = "nothing"
        assert line.startswith(start), "\n".join([line, *self._log])
        return line.removeprefix(start).strip()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("> "):
                self._lines.put(line.removeprefix("> ").strip())
            else:
                self._log.append(line.rstrip())


@pytest.fixture(scope="session")
def program() -> Path:
    """The program, built."""
    maven = shutil.which("mvn")
    if maven is None or shutil.which("java") is None:
        pytest.skip("Maven is missing; on Debian or Ubuntu: apt install maven")
    done = subprocess.run([maven, "-q", "-B", "package"], cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "build" / "spring" / "backend.jar"


@pytest.fixture
def backend(program: Path, place: Place) -> Iterator[Backend]:
    parts = urlsplit(place.rabbitmq_url)
    broker = {
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5672),
        "USERNAME": unquote(parts.username or "guest"),
        "PASSWORD": unquote(parts.password or "guest"),
        "VIRTUALHOST": unquote(parts.path[1:]),
    }
    environment = os.environ | {f"SPRING_RABBITMQ_{name}": value for name, value in broker.items()}
    java = subprocess.Popen(
        ["java", "-XX:TieredStopAtLevel=1", "-jar", str(program)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with java:
        try:
            yield Backend(java)
        finally:
            java.kill()


def runner_works(place: Place) -> None:
    """One message is taken and settled, as a pod would."""
    command = [sys.executable, "-m", "runner", "work", "--once"]
    environment = place.environment(PYTHONPATH=str(ROOT), CAD_RUNNER_WAIT="30")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_job_becomes_a_model_once_and_the_backend_hears_where_it_is(place: Place, backend: Backend) -> None:
    place.store().upload(DRAWING, ROOT / "examples" / "flat.dxf", content_type="image/vnd.dxf")
    backend.publishes("dxf", "j1", DRAWING)
    assert backend.says("published") == "j1"
    runner_works(place)
    assert backend.says("completed") == "j1 results/j1/model.glb"
    model = place.folder / "model.glb"
    place.store().download("results/j1/model.glb", model, limit=1 << 30)
    assert model.read_bytes().startswith(b"glTF")

    backend.publishes("dxf", "j1", DRAWING)
    assert backend.says("published") == "j1"
    runner_works(place)
    assert backend.says("again").startswith("j1:job.completed:")
    assert place.row("j1")["runs"] == 1


def test_what_cannot_become_a_model_is_told_or_is_a_dead_letter(place: Place, backend: Backend) -> None:
    backend.publishes("dxf", "j1", "uploads/nothing.dxf")
    assert backend.says("published") == "j1"
    body, properties = place.letters.await_in("dxf_queue")
    assert properties.delivery_mode == 2
    place.letters.send(body)
    runner_works(place)
    assert backend.says("failed") == "j1 source_missing"

    backend.publishes("dxf", "j2", "../secrets")
    assert backend.says("published") == "j2"
    runner_works(place)
    body, properties = place.letters.await_in("dxf_dlq")
    assert b'"job_id":"j2"' in body
    assert properties.headers
    assert properties.headers["x-error-code"] == "invalid_message"
    assert (properties.message_id, properties.content_type) == ("j2", "application/json")
    assert properties.timestamp

    backend.publishes("dwg", "j3", DRAWING)
    assert backend.says("unpublished j3").endswith("no queue takes it: NO_ROUTE")
