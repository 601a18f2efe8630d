"""Runners in containers that reach the broker, the database and the store, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runner.cli import AGAIN, CONFIG
from runner.worker import SETTLED
from tests.integration.amqp_bench import eventually

if TYPE_CHECKING:
    from tests.images.conftest import Site
    from tests.images.pod import Image, Pod
    from tests.integration.place import Place

EXAMPLES = Path(__file__).parents[2] / "examples"
#: Bytes a second at which a drawing takes long enough to come for a runner to be stopped meanwhile.
SLOWLY = 4000.0

pytestmark = pytest.mark.timeout(600)


def published(place: Place, job_id: str, drawing: str = "flat.dxf") -> None:
    """Upload an example, and publish its job."""
    key = f"in/{drawing}"
    place.store().upload(key, EXAMPLES / drawing, content_type="application/octet-stream")
    place.letters.job(job_id, key=drawing.rpartition(".")[2], file_path=key)


def lines(pod: Pod) -> list[dict[str, Any]]:
    """What a runner logged."""
    return [json.loads(line) for line in pod.log()]


def test_one_message_is_one_model(site: Site, cpu: Image) -> None:
    published(site.place, "j1")
    pod = site.pod(cpu, "work", "--once")
    assert pod.ended() == SETTLED, pod.log()
    row = site.place.row("j1")
    assert row["state"] == "completed"
    assert site.place.told("j1") == ["started", "completed"]
    assert [line["outcome"] for line in lines(pod)] == ["completed"]
    site.place.comes_to({})


def test_a_scan_is_converted_by_the_image_for_gpus_where_none_is_asked_for(site: Site, gpu: Image) -> None:
    published(site.place, "j1", "flat-scan.pdf")
    pod = site.pod(gpu, "work", "--once", WORKER_TYPE="pdf")
    assert pod.ended() == SETTLED, pod.log()
    assert site.place.row("j1")["state"] == "completed"


def test_a_gpu_that_is_asked_for_and_not_there_leaves_the_message(site: Site, gpu: Image) -> None:
    published(site.place, "j1", "flat.pdf")
    pod = site.pod(gpu, "work", "--once", WORKER_TYPE="pdf", USE_GPU="true")
    assert pod.ended() == CONFIG
    assert any("no CUDA device answered" in line for line in pod.log())
    site.place.comes_to({"pdf_queue": 1})


def test_an_empty_queue_is_no_failure(site: Site, cpu: Image) -> None:
    pod = site.pod(cpu, "work", "--once", CAD_RUNNER_WAIT="0.5")
    assert pod.ended() == SETTLED
    assert pod.log() == []


def test_a_broker_that_is_away_leaves_the_message(site: Site, cpu: Image) -> None:
    published(site.place, "j1")
    site.proxy("RABBITMQ_URL").refuse()
    pod = site.pod(cpu, "work", "--once")
    assert pod.ended() == AGAIN
    assert [line["event"] for line in lines(pod)] == ["no message could be taken"]
    site.place.comes_to({"dxf_queue": 1})


def test_a_job_that_is_stopped_gives_its_message_back(site: Site, cpu: Image) -> None:
    published(site.place, "j1")
    site.proxy("MINIO_ENDPOINT").throttle(SLOWLY)
    pod = site.pod(cpu, "work", "--once")
    eventually(lambda: pod.has("/work/probes/ready"))
    assert site.place.depths() == {}
    pod.signal("TERM")
    assert pod.ended() == AGAIN, pod.log()
    site.place.comes_to({"dxf_queue": 1})
    site.proxy("MINIO_ENDPOINT").heal()
    assert site.pod(cpu, "work", "--once").ended() == SETTLED
    row = site.place.row("j1")
    assert (row["state"], row["attempt"]) == ("completed", 1)


def test_a_runner_that_is_stopped_ends_its_drawing_first(site: Site, cpu: Image) -> None:
    published(site.place, "j1")
    site.proxy("MINIO_ENDPOINT").throttle(SLOWLY)
    pod = site.pod(cpu, "work")
    eventually(lambda: site.place.ledger.show("j1") is not None)
    published(site.place, "j2")
    pod.signal("TERM")
    site.proxy("MINIO_ENDPOINT").heal()
    assert pod.ended() == SETTLED, pod.log()
    assert site.place.row("j1")["state"] == "completed"
    site.place.comes_to({"dxf_queue": 1})


def test_a_runner_tells_probes_how_it_is_and_clears_away_what_others_leave(site: Site, cpu: Image) -> None:
    pod = site.pod(cpu, "work", CAD_RUNNER_PROBE_PORT="8081")
    eventually(lambda: pod.has("/work/probes/ready"))
    ask = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8081/ready').status)"
    assert pod.inside("python", "-c", ask).stdout == "200\n"
    _, *health = cpu.inspected()["Config"]["Healthcheck"]["Test"]
    assert pod.inside(*health).returncode == 0
    # The one in the middle ends at once, so that the other one's parent is the first process of the container.
    assert pod.inside("sh", "-c", "(sleep 0.2 & ) ; sleep 1").returncode == 0
    states = pod.inside("sh", "-c", "cat /proc/[0-9]*/stat").stdout.splitlines()
    assert states
    assert not [line for line in states if line.rpartition(")")[2].split()[0] == "Z"]
    pod.signal("TERM")
    assert pod.ended() == SETTLED


def test_the_schema_is_made_by_the_image(site: Site, cpu: Image) -> None:
    """As a hook of an installation does it; it may be done twice."""
    with site.place.database.transaction():
        site.place.database.script("DROP SCHEMA cad_runner CASCADE")
    published(site.place, "j1")
    commands = ["work", "--once"], ["migrate"], ["migrate"], ["work", "--once"]
    assert [site.pod(cpu, *command).ended() for command in commands] == [AGAIN, 0, 0, SETTLED]
    assert site.place.row("j1")["state"] == "completed"
