"""Operating it from a terminal: publish, dlq, status, topology, on real servers."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from runner.cli import main
from runner.outcome import Completed, Rejected, Retry
from tests.integration.amqp_bench import taken

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.place import Place
    from tests.services.fixtures import Broker as Host


@pytest.fixture(autouse=True)
def environment(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the place, as the environment of this process."""
    for name in ("RABBITMQ_MANAGEMENT_URL", "MINIO_BUCKET"):
        monkeypatch.delenv(name, raising=False)
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """What was printed as JSON."""
    return json.loads(capsys.readouterr().out)


def died(place: Place, *jobs: str, does: str = "raises") -> None:
    """Jobs that were tried four times."""
    for job in jobs:
        place.job(job, does)
        for _ in range(4):
            assert place.runner().once(20) == 0


# publish


def test_a_drawing_is_published_with_all_that_makes_it_safe(place: Place, tmp_path: Path) -> None:
    drawing = tmp_path / "plan.dxf"
    drawing.write_text("works")
    assert main(["publish", str(drawing), "--job-id", "j1", "--tenant", "acme", "--wall-height", "3"]) == 0
    inbox = place.letters.inbox()
    found = taken(inbox)
    inbox.close()
    message = json.loads(found.body)
    assert (message["job_id"], message["tenant"], message["size"]) == ("j1", "acme", 5)
    assert message["options"]["wall_height"] == 3
    stored = place.store().find(message["file_path"])
    assert stored is not None
    assert stored.checksum == message["checksum"]
    assert (found.properties.message_id, found.properties.delivery_mode) == ("j1", 2)


def test_who_waits_sees_the_model_come(place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, does in (("good", "works"), ("bad", "refuses")):
        (tmp_path / f"{name}.dxf").write_text(does)
    threads = [threading.Thread(target=place.runner().once, args=(30.0,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    files = [str(tmp_path / "good.dxf"), str(tmp_path / "bad.dxf")]
    code = main(["publish", *files, "--wait", "-o", str(tmp_path / "out")])
    for thread in threads:
        thread.join()
    assert code == 65
    assert (tmp_path / "out" / "good.glb").read_bytes() == b"glTFworks"
    assert not (tmp_path / "out" / "bad.glb").exists()
    output = capsys.readouterr()
    assert "good.glb" in output.out
    assert "nothing_drawable" in output.err
    assert list((tmp_path / "out").glob(".*")) == []


@pytest.mark.parametrize("name", ["plan.png", "plan"])
def test_what_is_no_drawing_is_not_published(place: Place, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    assert main(["publish", str(tmp_path / name)]) == 65
    place.comes_to({})


@pytest.mark.parametrize("arguments", [["--job-id", "a b"], ["--job-id", "j1", "other.dxf"], ["--wall-height", "0"]])
def test_a_wrong_call_says_so(tmp_path: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("plan.dxf", "other.dxf"):
        (tmp_path / name).touch()
    assert main(["publish", "plan.dxf", *arguments]) == 64


# dlq


def test_dead_letters_are_listed_and_stay(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.letters.send(b"no job")
    place.runner().once()
    died(place, "j1")
    for _ in range(3):
        assert main(["dlq", "ls", "--json"]) == 0
        letters = said(capsys)
        assert {each["code"]: each["job_id"] for each in letters} == {"invalid_message": None, "unexpected_error": "j1"}
    place.comes_to({"dxf_dlq": 2})
    assert main(["dlq", "ls", "--code", "unexpected_error"]) == 0
    table = capsys.readouterr().out
    assert "j1" in table
    assert "invalid_message" not in table


def test_a_dead_letter_is_shown_whole(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    died(place, "j1")
    assert main(["dlq", "show", "j1", "--json"]) == 0
    (letter,) = said(capsys)
    assert (letter["attempt"], letter["message"]["file_path"]) == (4, "in/raises.dxf")
    assert "seven is no wall" in letter["last_error"]
    assert main(["dlq", "show", "j1"]) == 0
    assert "seven is no wall" in capsys.readouterr().out
    assert main(["dlq", "show", "unknown"]) == 65


def test_a_requeued_job_begins_anew_with_all_attempts_and_leaves_a_record(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    died(place, "j1", "j2")
    mended = tmp_path / "raises.dxf"
    mended.write_text("works")
    place.store().upload("in/raises.dxf", mended, content_type="x/y")
    assert main(["dlq", "requeue", "j1", "--why", "mended", "--who", "me", "--json"]) == 0
    assert [each["job_id"] for each in said(capsys)] == ["j1"]
    place.comes_to({"dxf_queue": 1, "dxf_dlq": 1})
    runner = place.runner()
    assert runner.once() == 0
    assert isinstance(runner.outcome, Completed)
    assert runner.outcome.attempt == 1
    assert not [name for name in runner.ended[0].letter.delivery.headers if name.startswith(("x-death", "x-error"))]
    (note,) = place.row("j1")["audit"]
    assert (note["who"], note["why"], note["action"], note["state"]) == ("me", "mended", "requeue", "dead")
    assert note["at"]


def test_a_requeued_job_that_fails_again_goes_all_the_way_again(place: Place) -> None:
    """What the broker wrote on it in its first life does not make it a message that runs in circles."""
    died(place, "j1")
    assert main(["dlq", "requeue", "--code", "unexpected_error", "--why", "again"]) == 0
    outcomes = []
    for _ in range(4):
        runner = place.runner()
        assert runner.once(20) == 0
        outcomes.append(runner.outcome)
    assert [type(each) for each in outcomes] == [Retry, Retry, Retry, Rejected]
    place.comes_to({"dxf_dlq": 1})


def test_a_letter_that_the_broker_itself_gave_up_can_be_requeued(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.job("j1")
    inbox = place.letters.inbox()
    for _ in range(21):
        found = taken(inbox)
        found.channel.basic_nack(found.tag, requeue=True)
    inbox.close()
    body, properties = place.letters.await_in("dxf_dlq")
    place.letters.send(body, "dxf.dlq", headers=properties.headers)
    assert main(["dlq", "ls", "--json"]) == 0
    assert [each["code"] for each in said(capsys)] == ["delivery_limit"]
    assert main(["dlq", "requeue", "--all", "--why", "the node was bad"]) == 0
    runner = place.runner()
    assert runner.once() == 0
    assert isinstance(runner.outcome, Completed)


def test_a_conflict_does_not_let_the_other_job_begin_anew(place: Place) -> None:
    place.job("j1", "refuses")
    place.runner().once()
    place.job("j1", "works")
    place.runner().once()
    assert place.row("j1")["state"] == "failed"
    assert main(["dlq", "requeue", "j1", "--why", "?"]) == 0
    assert place.row("j1")["state"] == "failed"
    assert [each["action"] for each in place.row("j1")["audit"]] == ["requeue"]


def test_purged_letters_are_gone_and_on_record(place: Place) -> None:
    died(place, "j1", "j2")
    assert main(["dlq", "purge", "j1", "--why", "a test", "--yes"]) == 0
    place.comes_to({"dxf_dlq": 1})
    assert [each["action"] for each in place.row("j1")["audit"]] == ["purge"]
    assert place.row("j1")["state"] == "dead"
    assert main(["dlq", "purge", "j1", "--why", "a test", "--yes"]) == 65


@pytest.mark.parametrize(
    "arguments", [["requeue", "--why", "x"], ["requeue", "j1"], ["purge", "--all", "j1", "--why", "x"]]
)
def test_dead_letters_are_never_touched_by_mistake(place: Place, arguments: list[str]) -> None:
    died(place, "j1", does="raises")
    assert main(["dlq", *arguments]) == 64
    place.comes_to({"dxf_dlq": 1})


# status


def test_status_tells_how_all_stands(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.job("j1", "refuses")
    place.runner().once()
    place.job("j2")
    place.letters.job("j3", file_path="in/x.dxf")
    assert main(["status", "--json"]) == 0
    found = said(capsys)
    assert {"queue": "dxf_queue", "ready": 2, "consumers": 0} in found["queues"]
    assert [(each["dependency"], each["state"]) for each in found["circuits"]] == [("object store", "closed")]
    assert [(each["job"], each["code"]) for each in found["errors"]] == [("j1", "nothing_drawable")]
    assert found["running"] == found["faults"] == []
    assert main(["status"]) == 0
    assert "nothing_drawable" in capsys.readouterr().out


def test_status_shows_what_can_be_asked_where_something_is_down(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://cad:secret-word@127.0.0.1:1/cadviewer")
    assert main(["status"]) == 75
    output = capsys.readouterr()
    assert "dxf_queue" in output.out
    assert "database_unavailable" in output.err
    assert "secret-word" not in output.err


# topology


def test_the_topology_is_made_compared_and_shown(
    place: Place, broker: Host, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with place.letters.broker.channel() as channel:
        for each in place.letters.topology.queues:
            channel.queue_delete(each.name)
    assert main(["topology", "apply"]) == 0
    assert "made queue dxf_retry_1" in capsys.readouterr().out
    assert main(["topology", "diff"]) == 0
    assert main(["topology", "apply"]) == 0
    assert "Nothing to do." in capsys.readouterr().out
    with place.letters.broker.channel() as channel:
        channel.queue_delete("pdf_dlq")
    assert main(["topology", "diff", "--json"]) == 65
    assert [each["what"] for each in said(capsys)] == ["queue pdf_dlq"]
    assert main(["topology", "apply", "--json"]) == 0
    assert said(capsys) == {"done": ["queue pdf_dlq"], "differences": []}
    assert main(["topology", "apply", "--rules", "policies"]) == 64
    assert main(["topology", "show", "--json"]) == 0
    assert {each["vhost"] for each in said(capsys)["queues"]} == {broker.vhost}
    monkeypatch.setenv("RABBITMQ_URL", "amqp://guest:secret-word@127.0.0.1:1/")
    capsys.readouterr()
    assert main(["topology", "diff"]) == 75
    assert "secret-word" not in capsys.readouterr().err
