"""What is in the images, and what is not."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner import __version__
from runner.probes import LIVE_SECONDS
from tests.images.pod import docker

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.images.pod import Image

ROOT = Path(__file__).parents[2]
#: What the image for nodes without a GPU may have beside its base.
ROOM = 450_000_000
BUILD_TOOLS = "as cc c++ cmake g++ gcc hatchling ld make pip pip3 strip uv wheel"

pytestmark = pytest.mark.timeout(600)


def test_the_image_is_small(cpu: Image) -> None:
    """Layers come newest first; the first of ours takes out what the base has too much."""
    history = docker("history", "--no-trunc", "--human=false", "--format", "{{.Size}} {{.CreatedBy}}", cpu.name).stdout
    ours, first, _ = history.partition("/bare.py")
    assert first
    sizes = [int(line.split()[0]) for line in ours.splitlines()]
    assert 100_000_000 < sum(sizes) < ROOM


def test_labels_say_what_it_is(image: Image) -> None:
    labels = image.inspected()["Config"]["Labels"]
    said = {name.removeprefix("org.opencontainers.image."): value for name, value in labels.items()}
    assert said["title"] == "cad-runner"
    assert said["version"] == __version__
    assert said["licenses"] == "AGPL-3.0-or-later"
    assert said["base.name"]
    assert re.fullmatch("[0-9a-f]{40}", said["revision"])
    assert re.match(r"\d{4}-\d\d-\d\dT", said["created"])


def test_the_user_is_a_number_and_not_root(image: Image) -> None:
    """Kubernetes refuses a name where it has to be sure that it isn't root."""
    user, group = image.inspected()["Config"]["User"].split(":")
    assert int(user) > 0
    assert int(group) > 0


def test_it_says_its_version(image: Image, record_property: Callable[[str, object], None]) -> None:
    assert image.run("--version").stdout == f"cad-runner {__version__}\n"
    seconds = image.python(
        "import subprocess, time\n"
        "def start():\n"
        "    begin = time.perf_counter()\n"
        "    subprocess.run(['cad-runner', '--version'], check=True, stdout=subprocess.DEVNULL)\n"
        "    return time.perf_counter() - begin\n"
        "print(f'{min(start() for _ in range(5)):.3f}')"
    )
    record_property("seconds until --version", float(seconds))


def test_nothing_is_left_to_build_or_install_with(image: Image) -> None:
    assert image.sh(f"command -v {BUILD_TOOLS}").stdout == ""
    modules = "pip", "setuptools", "wheel", "ensurepip", "hatchling", "uv"
    look = f"import importlib.util as u; print([m for m in {modules} if u.find_spec(m)])"
    assert image.python(look) == "[]\n"
    base = image.python("import os, sys; print(os.path.realpath(sys.executable))").strip()
    done = image.run("-c", look, program=base)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_weights_are_those_of_the_project(image: Image) -> None:
    inside = image.python(
        "import hashlib, json, pathlib, pipelines\n"
        "found = pathlib.Path(pipelines.__file__).parent.rglob('*.onnx')\n"
        "print(json.dumps({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}))"
    )
    ours = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (ROOT / "pipelines").rglob("*.onnx")}
    assert json.loads(inside) == ours
    assert len(ours) > 1


def test_all_that_a_runner_imports_is_compiled(image: Image) -> None:
    missing = image.python(
        "import os, sys\n"
        "import runner.cli.work, runner.cli.convert, pipelines.convert, pipelines.dxf.parser, pipelines.pdf.reader\n"
        "files = [getattr(module, '__cached__', None) for module in list(sys.modules.values())]\n"
        "print(len(files), [path for path in files if path and not os.path.exists(path)])"
    )
    count, _, names = missing.strip().partition(" ")
    assert int(count) > 500
    assert names == "[]"


def test_every_module_can_be_imported(image: Image) -> None:
    """What was taken out to save room is not missed."""
    failed = image.python(
        "import importlib, pkgutil, pipelines, runner\n"
        "for package in (pipelines, runner):\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if not found.name.endswith('__main__'):\n"
        "            importlib.import_module(found.name)"
    )
    assert failed == ""


def test_botocore_has_the_services_that_open_a_bucket(cpu: Image) -> None:
    services = cpu.python(
        "from botocore.session import Session\n"
        "session = Session()\n"
        "print(*session.get_available_services())\n"
        "for name in ('s3', 'sts', 'sso', 'sso-oidc'):\n"
        "    session.create_client(name, region_name='eu-central-1', aws_access_key_id='a', aws_secret_access_key='b')"
    ).split()
    assert {"s3", "sts", "sso", "sso-oidc"} <= set(services) <= {"s3", "signin", "sso", "sso-oidc", "sts"}


def test_the_doctor_finds_all_well(image: Image) -> None:
    done = image.run("doctor")
    assert done.returncode == 0, done.stdout
    assert "BAD" not in done.stdout
    assert "fonts                   Latin, Korean, Japanese, Chinese" in done.stdout


def test_a_runner_knows_how_much_memory_it_may_have(cpu: Image) -> None:
    look = "from runner.sandbox import cgroup; print(cgroup.memory())"
    assert int(cpu.run("-c", look, program="python", memory=512 << 20).stdout) == 512 << 20


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("true", 0),
        ("mkdir probes && touch probes/live", 0),
        (f"mkdir probes && touch -d '{LIVE_SECONDS - 20:.0f} seconds ago' probes/live", 0),
        (f"mkdir probes && touch -d '{LIVE_SECONDS + 20:.0f} seconds ago' probes/live", 1),
        ("mkdir probes", 1),
    ],
    ids=["not a worker", "alive", "silent for a while", "silent for too long", "never alive"],
)
def test_health_is_a_sign_of_life_of_late(image: Image, state: str, code: int) -> None:
    kind, *command = image.inspected()["Config"]["Healthcheck"]["Test"]
    assert kind == "CMD"
    assert command[:2] == ["sh", "-c"]
    done = image.sh(f"cd /work && {state} && {command[2]}")
    assert done.returncode == code, done.stderr


def test_builds_get_only_what_they_need() -> None:
    """Whatever lies about in the folder, nothing of it gets into an image or holds up a build."""
    wanted = {"LICENSE", "README.md", "images", "pipelines", "pyproject.toml", "runner"}
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in lines if line.startswith("!")} == wanted
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert wanted <= {line.split("/")[0] for line in tracked.splitlines()}
