"""The rights of docs/howto/rabbitmq.md are enough, and a runner's are no more than it needs."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

import pytest

from runner.amqp.connection import Broker
from runner.amqp.news import News
from runner.cli import main
from runner.outcome import Completed, Retry
from tests.integration.place import Place, hung_up, migrated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.services.fixtures import Broker as Host
    from tests.services.postgres_databases import Databases

NOTHING = "^$"
OURS = "^(tasks|events|(dxf|pdf)_(queue|dlq|retry_.*))$"
MAKER = {"configure": OURS, "write": OURS, "read": OURS}
RUNNER = {"configure": NOTHING, "write": r"^(tasks|events|amq\.default)$", "read": "^dxf_queue$"}
PUBLISHER = {"configure": r"^amq\.gen.*$", "write": r"^(tasks|amq\.gen.*)$", "read": r"^(events|amq\.gen.*)$"}
KEEPER = {"configure": NOTHING, "write": "^tasks$", "read": "^(dxf|pdf)_dlq$"}


@pytest.fixture
def user(broker: Host) -> Iterator[Callable[[dict[str, str]], str]]:
    """Makes users of some rights; gives the URL of the broker for them."""
    made = []

    def make(rights: dict[str, str]) -> str:
        name = f"user-{secrets.token_hex(4)}"
        broker.management.call("PUT", f"/users/{name}", {"password": "p", "tags": ""})
        broker.management.call("PUT", f"/permissions/{quote(broker.vhost, safe='')}/{name}", rights)
        made.append(name)
        parts = urlsplit(broker.url)
        return urlunsplit(parts._replace(netloc=f"{name}:p@{parts.hostname}:{parts.port}"))

    yield make
    for name in made:
        broker.management.call("DELETE", f"/users/{name}")


@pytest.fixture
def environment(
    broker: Host,
    postgres_server: Databases,
    s3_settings: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[str], Place]]:
    """The settings for a user, as the environment of this process, and the place."""
    monkeypatch.delenv("RABBITMQ_MANAGEMENT_URL", raising=False)
    with postgres_server.fresh(migrated) as url, hung_up(Place(broker.url, url, s3_settings, tmp_path)) as place:

        def become(address: str) -> Place:
            for name, value in place.environment(RABBITMQ_URL=address).items():
                monkeypatch.setenv(name, value)
            return place

        yield become


def test_who_makes_the_topology(
    user: Callable[[dict[str, str]], str], broker: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RABBITMQ_URL", user(MAKER))
    monkeypatch.delenv("RABBITMQ_MANAGEMENT_URL", raising=False)
    assert main(["topology", "apply"]) == 0
    assert main(["topology", "diff"]) == 0
    assert broker.vhost


def drawing(place: Place) -> Path:
    """One that makes the fake pipeline work."""
    path = place.folder / "works.dxf"
    path.write_text("works")
    return path


def test_a_runner_takes_replies_and_retries(
    user: Callable[[dict[str, str]], str], environment: Callable[[str], Place]
) -> None:
    address = user(RUNNER)
    place = environment(address)
    with place.letters.broker.channel() as channel:
        reply = channel.queue_declare("", exclusive=True).method.queue
        place.store().upload("in/works.dxf", drawing(place), content_type="image/vnd.dxf")
        body = json.dumps({"job_id": "j2", "file_path": "in/works.dxf"}).encode()
        place.letters.send(body, reply_to=reply, correlation_id="c")
        runner = place.runner(rabbitmq_url=address)
        assert runner.once() == 0
        assert isinstance(runner.outcome, Completed)
        _, properties, answer = channel.basic_get(reply, auto_ack=True)
    assert properties is not None
    assert answer is not None
    assert (properties.correlation_id, json.loads(answer)["type"]) == ("c", "job.completed")
    # Last, for what is to be tried again comes back to the queue two seconds later, and would be taken for another.
    place.job("j1", "raises")
    runner = place.runner(rabbitmq_url=address)
    assert runner.once() == 0
    assert isinstance(runner.outcome, Retry)


def test_who_publishes_and_waits(
    user: Callable[[dict[str, str]], str],
    environment: Callable[[str], Place],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = user(PUBLISHER)
    environment(address)
    (tmp_path / "plan.dxf").write_text("works")
    assert main(["publish", str(tmp_path / "plan.dxf")]) == 0
    # To wait takes a queue of one's own that hears events.
    broker = Broker(address)
    News(broker).listen()
    broker.close()
    assert "published as" in capsys.readouterr().err


def test_who_looks_after_dead_letters(
    user: Callable[[dict[str, str]], str], environment: Callable[[str], Place], capsys: pytest.CaptureFixture[str]
) -> None:
    place = environment(user(KEEPER))
    place.letters.send(b"no job", "dxf.dlq", headers={"x-error-code": "invalid_message"})
    assert main(["dlq", "ls", "--json"]) == 0
    assert [each["code"] for each in json.loads(capsys.readouterr().out)] == ["invalid_message"]
    assert main(["dlq", "requeue", "--all", "--why", "mended"]) == 0
    place.comes_to({"dxf_queue": 1})
