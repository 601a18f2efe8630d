"""The pages on how to publish: what they show is run against real servers and a real runner, or is what is run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

if TYPE_CHECKING:
    from tests.integration.place import Place
    from tests.services.fixtures import Broker

ROOT = Path(__file__).parents[2]
HOWTO, JAVA = ROOT / "docs" / "howto", ROOT / "tests" / "spring" / "src" / "main"
RUNNER = [sys.executable, "-m", "runner", "work", "--once"]


def blocks(page: str, language: str) -> list[str]:
    """The code of a page."""
    text = (HOWTO / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def environment(place: Place, broker: Broker, tmp_path: Path) -> dict[str, str]:
    """Where the servers are, and ``plan.dxf`` in the folder of the test."""
    shutil.copy(ROOT / "examples" / "flat.dxf", tmp_path / "plan.dxf")
    return place.environment(
        PYTHONPATH=str(ROOT),
        CAD_RUNNER_WAIT="30",
        RABBITMQ_MANAGEMENT_URL=broker.management.url,
        VHOST=quote(broker.vhost, safe=""),
    )


def test_the_python_page_makes_a_model(place: Place, environment: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("\n".join(blocks("publish-from-python.md", "python")), encoding="utf-8")
    words = [sys.executable, "-W", "error", script.name]
    with subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as told:
        try:
            subprocess.run(RUNNER, env=environment, check=True, capture_output=True)
            said, _ = told.communicate(timeout=60)
        finally:
            told.kill()
    assert told.returncode == 0, said
    assert said.split()[0] == "job.started"
    assert said.split()[-1] == "job.completed"
    assert (tmp_path / "plan.glb").read_bytes().startswith(b"glTF")
    assert place.depths() == {}


def test_the_curl_page_makes_a_model(place: Place, environment: dict[str, str], tmp_path: Path) -> None:
    *before, hear, fetch = blocks("publish-from-curl.md", "sh")
    script = "\n".join([*before, shlex.join(RUNNER), hear, fetch])
    done = subprocess.run(
        ["bash", "-eu", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '{"routed":true}' in done.stdout
    assert r"\"result_path\":\"results/trial-" in done.stdout
    assert (tmp_path / "plan.glb").read_bytes().startswith(b"glTF")
    assert place.depths() == {}


def test_what_curl_signs_is_what_a_store_expects(tmp_path: Path) -> None:
    heard: dict[str, Any] = {}

    class Store(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            heard.update(path=self.path, headers=dict(self.headers))
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    (tmp_path / "plan.dxf").write_bytes(b"drawing")
    with HTTPServer(("127.0.0.1", 0), Store) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        place = f"http://127.0.0.1:{server.server_port}"
        names = {"MINIO_ENDPOINT": place, "MINIO_BUCKET": "b", "MINIO_ACCESS_KEY": "cad", "MINIO_SECRET_KEY": "hush"}
        upload = blocks("publish-from-curl.md", "sh")[0]
        subprocess.run(
            ["bash", "-eu", "-c", upload], cwd=tmp_path, env=names | {"PATH": "/usr/bin:/bin"}, check=True, timeout=30
        )
        thread.join()
    sent = {name.lower(): value for name, value in heard["headers"].items()}
    found = re.search(r"SignedHeaders=([^,]+), Signature=(\w+)", sent["authorization"])
    assert found
    signed = found[1].split(";")
    assert {"host", "x-amz-date", "x-amz-content-sha256"} <= set(signed)
    request = AWSRequest("PUT", place + heard["path"], headers={name: sent[name] for name in signed})
    request.context["timestamp"] = sent["x-amz-date"]
    signer = S3SigV4Auth(Credentials("cad", "hush"), "s3", "us-east-1")
    text = signer.string_to_sign(request, signer.canonical_request(request))
    assert signer.signature(text, request) == found[2]


SPRING = "publish-from-spring.md"


@pytest.mark.parametrize("code", blocks(SPRING, "java"), ids=lambda code: code.split("(")[0].splitlines()[-1].strip())
def test_the_java_of_the_page_is_that_of_the_program(code: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in JAVA.rglob("*.java")]
    assert any(code in source or textwrap.indent(code, "    ") in source for source in sources)


@pytest.mark.parametrize("name", ["Job", "Jobs", "JobEvents", "Drawings"])
def test_the_page_shows_the_whole_of_a_class(name: str) -> None:
    source = (JAVA / "java" / "example" / f"{name}.java").read_text(encoding="utf-8")
    declared = re.search(r"^(?!package |import |$).*", source, re.MULTILINE)
    assert declared
    assert source[declared.start() :] in blocks(SPRING, "java")


def test_the_page_shows_the_settings_of_the_program() -> None:
    assert blocks(SPRING, "properties") == [(JAVA / "resources" / "application.properties").read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", [SPRING, "publish-from-python.md", "publish-from-curl.md", "../contract/README.md"])
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (HOWTO / page).read_text(encoding="utf-8"))
    assert links
    for target in links:
        assert ((HOWTO / page).parent / target).exists(), target
