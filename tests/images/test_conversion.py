"""Drawings converted by the images, without a network and on a root that is read-only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.cli import CONFIG, DATA, USAGE, main
from tests.images.pod import Pod
from tests.integration.amqp_bench import eventually

if TYPE_CHECKING:
    from tests.images.pod import Image

EXAMPLES = Path(__file__).parents[2] / "examples"
#: Files that a test's folder gets belong to whoever runs the tests; root stays outside.
OURSELVES = f"{os.getuid()}:{os.getgid()}" if os.getuid() else None

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that a container may write to."""
    tmp_path.chmod(0o777)
    return tmp_path


def test_a_drawing_becomes_the_same_model_as_here(image: Image, folder: Path, tmp_path: Path) -> None:
    done = image.run("convert", "/examples/flat.dxf", "-o", "inside", folder=folder, examples=EXAMPLES, user=OURSELVES)
    assert done.returncode == 0, done.stderr
    assert main(["convert", str(EXAMPLES / "flat.dxf"), "-o", str(tmp_path / "here")]) == 0
    assert (folder / "inside" / "flat.glb").read_bytes() == (tmp_path / "here" / "flat.glb").read_bytes()


def test_plots_and_scans_are_converted(image: Image, folder: Path) -> None:
    done = image.run(
        "convert",
        *("/examples/flat.pdf", "/examples/flat-scan.pdf"),
        *("-o", "out", "--overlay", "--preview"),
        folder=folder,
        examples=EXAMPLES,
        user=OURSELVES,
    )
    assert done.returncode == 0, done.stderr
    for name in ("flat.glb", "flat-scan.glb"):
        assert (folder / "out" / name).read_bytes().startswith(b"glTF")
    assert (folder / "out" / "flat-scan.overlay.png").stat().st_size > 10_000


def test_any_user_will_do(cpu: Image) -> None:
    """Some clusters run each namespace under numbers of its own, which no image knows."""
    done = cpu.run("convert", "/examples/flat.dxf", "-o", "out", examples=EXAMPLES, user="1000730000:0")
    assert done.returncode == 0, done.stderr
    assert "flat.glb" in done.stdout


def test_nothing_but_the_work_folder_can_be_written(image: Image) -> None:
    done = image.sh("for each in / /tmp /etc /opt/cad-runner /var/tmp /work; do touch $each/x && echo $each; done")
    assert done.stdout == "/work\n"


def test_exit_codes_come_through(cpu: Image) -> None:
    assert cpu.run("convert", "/etc/passwd").returncode == DATA
    assert cpu.run("convert", "--no-such-option").returncode == USAGE
    done = cpu.run("work", "--once")
    assert done.returncode == CONFIG
    assert "RABBITMQ_URL" in done.stderr
    assert cpu.run().stdout.startswith("Usage: cad-runner")


def test_a_conversion_can_be_stopped(cpu: Image) -> None:
    """The first process of a container is deaf to signals that it does not ask for."""
    pod = Pod(cpu, ["convert", *["/examples/flat-scan.pdf"] * 30, "-o", "out"], examples=EXAMPLES)
    try:
        eventually(lambda: pod.inside("test", "-d", "/work/out").returncode == 0)
        pod.signal("TERM")
        assert pod.ended() == 128 + 15
        assert len(pod.log()) < 30
    finally:
        pod.remove()
