"""docs/contract: the schemas are those of the models, the examples are what they say, the AsyncAPI document holds."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import jsonschema
import pytest
import yaml

from runner.amqp import headers
from runner.amqp.topology import EXCHANGES, Topology
from runner.cli.schema import SCHEMAS
from runner.contract import EventType, JobMessage, JobOptions, ResultEvent, parse, schema
from runner.errors import InvalidMessage

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "contract"
SPECIFICATION = ROOT / "tests" / "validator" / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"
VALID, INVALID = (sorted((FOLDER / "examples" / each).glob("*.json")) for each in ("valid", "invalid"))
FORMATS = jsonschema.FormatChecker([])


@FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def checker(model: type[JobMessage | ResultEvent]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema(model), format_checker=FORMATS)


def name(path: Path) -> str:
    return path.stem


# The schemas


@pytest.mark.parametrize("what", SCHEMAS)
def test_a_schema_is_the_one_that_the_command_prints(what: str) -> None:
    assert read(FOLDER / f"{what}.schema.json") == json.loads(json.dumps(SCHEMAS[what]()))


# The examples


@pytest.mark.parametrize("path", [each for each in VALID if each.stem.startswith("message")], ids=name)
def test_a_valid_message_is_one_for_the_schema_and_for_the_runner(path: Path) -> None:
    checker(JobMessage).validate(read(path))
    assert parse(path.read_bytes()).job_id


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_an_invalid_message_is_rejected_by_the_schema_and_by_the_runner_for_its_fault(path: Path) -> None:
    example = read(path)
    assert not checker(JobMessage).is_valid(example["message"])
    with pytest.raises(InvalidMessage) as caught:
        parse(json.dumps(example["message"]).encode())
    assert example["fault"] in caught.value.message
    assert caught.value.message.count(";") == 0, "it has one fault alone"


@pytest.mark.parametrize("path", [each for each in VALID if each.stem.startswith("event")], ids=name)
def test_an_event_is_one_for_the_schema_and_reads_back_as_it_was(path: Path) -> None:
    event = read(path)
    checker(ResultEvent).validate(event)
    assert json.loads(ResultEvent.model_validate_json(path.read_bytes()).to_json()) == event
    assert event["type"] == path.stem.replace("event-", "job.")


def test_there_is_an_example_of_every_event_and_of_every_field_of_a_message() -> None:
    assert {path.stem.replace("event-", "job.") for path in VALID} >= set(get_args(EventType))
    full = read(FOLDER / "examples" / "valid" / "message-full.json")
    assert full.keys() == JobMessage.model_fields.keys()
    assert full["options"].keys() == JobOptions.model_fields.keys()


# AsyncAPI


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def specification() -> jsonschema.Draft7Validator:
    """The schema of AsyncAPI 3.0 with its bindings, as its authors publish it."""
    if not SPECIFICATION.exists():
        reason = "@asyncapi/specs is missing: install Node.js, then `cd tests/validator && npm ci`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return jsonschema.Draft7Validator(read(SPECIFICATION))


def queues(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    bindings = {key: each["bindings"]["amqp"] for key, each in document["channels"].items() if "bindings" in each}
    return {key: each["queue"] for key, each in bindings.items() if each["is"] == "queue"}


def test_the_document_is_asyncapi(document: dict[str, Any], specification: jsonschema.Draft7Validator) -> None:
    specification.validate(document)


def test_a_wrong_binding_would_be_found(document: dict[str, Any], specification: jsonschema.Draft7Validator) -> None:
    broken = json.loads(json.dumps(document))
    broken["channels"]["tasks"]["bindings"]["amqp"]["exchange"]["type"] = "directly"
    assert not specification.is_valid(broken)


def test_the_document_names_what_the_broker_has(document: dict[str, Any]) -> None:
    wanted = Topology()
    assert {each["name"] for each in queues(document).values()} == {each.name for each in wanted.queues}
    assert all(key == each["name"] and each["durable"] for key, each in queues(document).items())
    bindings = [each["bindings"]["amqp"] for each in document["channels"].values() if "bindings" in each]
    exchanges = [each["exchange"] for each in bindings if each["is"] == "routingKey"]
    assert {each["name"]: each["type"] for each in exchanges} == EXCHANGES
    channels = document["channels"]
    assert tuple(channels["tasks"]["parameters"]["kind"]["enum"]) == wanted.kinds
    assert tuple(channels["events"]["parameters"]["type"]["enum"]) == get_args(EventType)


def test_the_document_names_the_headers_of_dead_letters(document: dict[str, Any]) -> None:
    for each in ("retriedJob", "deadLetter"):
        said = document["components"]["messages"][each]["headers"]
        assert set(said["properties"]) == set(headers.OURS)
        assert set(said["required"]) == set(headers.OURS) - {headers.ATTEMPT}


def test_every_reference_of_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    found = list(references(document))
    assert {"message.schema.json", "event.schema.json"} < set(found)
    for each in found:
        if each.startswith("#"):
            at: Any = document
            for part in each[2:].split("/"):
                at = at[part]
        else:
            assert (FOLDER / each).exists()


def test_the_examples_of_the_document_are_messages(document: dict[str, Any]) -> None:
    for example in document["components"]["messages"]["job"]["examples"]:
        assert parse(json.dumps(example["payload"]).encode()).job_id


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
