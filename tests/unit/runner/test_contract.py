from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.options import ConvertOptions, UnitName
from runner.amounts import SCALE
from runner.contract import JobMessage, JobOptions, ResultEvent, key_fault, parse, schema
from runner.errors import InvalidMessage

LEAST = {"job_id": "j1", "file_path": "in/plan.dxf"}
FULL: dict[str, Any] = {
    "version": 1,
    "job_id": "0198f1c2-7a7e-7d7f-9a55-6a9d4f0c1b2e",
    "file_path": "업로드/2024/평면.dxf",
    "bucket": "cad-files",
    "checksum": "sha256:" + "ab" * 32,
    "size": 1000,
    "options": {"units": "ft", "page": 2, "scale": "1:50", "wall_height": 3, "extrude": 2.5, "preview": False},
    "target_prefix": "models/7",
    "created_at": "2024-05-01T12:00:00Z",
    "tenant": "acme",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}


def body(**changes: Any) -> bytes:
    return json.dumps(LEAST | changes).encode()


def test_the_least_message_is_a_job() -> None:
    message = parse(body())
    assert message.prefix == "results/j1"
    assert message.options == JobOptions()


def test_the_full_message_is_a_job() -> None:
    message = parse(json.dumps(FULL).encode())
    assert message.prefix == "models/7"
    assert message.options.units is UnitName.FOOT
    assert message.created_at is not None
    assert message.created_at.tzinfo is not None


def test_the_options_are_those_of_the_pipeline_with_the_same_defaults() -> None:
    assert ConvertOptions(**JobOptions().model_dump()) == ConvertOptions()


def test_fields_of_later_versions_are_passed_over() -> None:
    assert parse(body(priority=7)) == parse(body())


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"version": 2}, "version"),
        ({"version": "1"}, "version"),
        ({"job_id": ""}, "job_id"),
        ({"job_id": "a/b"}, "job_id"),
        ({"job_id": "a\n"}, "job_id"),
        ({"job_id": "x" * 129}, "job_id"),
        ({"job_id": None}, "job_id"),
        ({"file_path": ""}, "file_path"),
        ({"file_path": "/etc/passwd"}, "absolute"),
        ({"file_path": "a/../b"}, "'..'"),
        ({"file_path": "s3://bucket/key"}, "scheme"),
        ({"file_path": "a\\b"}, "backslash"),
        ({"file_path": "a\0b"}, "control"),
        ({"file_path": "a//b"}, "empty"),
        ({"file_path": "a/"}, "empty"),
        ({"file_path": "x" * 1025}, "1024"),
        ({"target_prefix": "../up"}, "target_prefix"),
        ({"checksum": "md5:0"}, "checksum"),
        ({"size": -1}, "size"),
        ({"size": 1.5}, "size"),
        ({"size": "1"}, "size"),
        ({"options": {"units": "yard"}}, "options.units"),
        ({"options": {"wall_height": 0}}, "options.wall_height"),
        ({"options": {"wall_height": 1e300}}, "options.wall_height"),
        ({"options": {"wall_height": float("nan")}}, "wall_height"),
        ({"options": {"wall_height": "2.7"}}, "options.wall_height"),
        ({"options": {"wal_height": 2.7}}, "options.wal_height"),
        ({"options": {"preview": "no"}}, "options.preview"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": "2024-05-01T12:00:00"}, "created_at"),
        ({"version": True}, "version"),
        ({"size": True}, "size"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(InvalidMessage) as caught:
        parse(body(**changes))
    assert word in caught.value.message
    assert "\n" not in caught.value.message


def test_a_fault_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(InvalidMessage) as caught:
        parse(body(size="hush " * 1000, tenant=7, checksum="hush"))
    assert "hush" not in caught.value.message


@pytest.mark.parametrize(
    ("field", "value"), [("size", 1.0), ("version", 1.0), ("created_at", "2024-05-01T12:00:00+09:00")]
)
def test_what_the_schema_takes_is_taken(field: str, value: object) -> None:
    jsonschema.validate(LEAST | {field: value}, schema(JobMessage))
    assert getattr(parse(body(**{field: value})), field) is not None


@given(st.binary(max_size=200) | st.text(max_size=50).map(str.encode))
def test_rubbish_is_no_job_and_no_crash(data: bytes) -> None:
    with pytest.raises(InvalidMessage):
        parse(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(FULL)), JSON), st.booleans())
def test_a_message_is_parsed_just_where_its_schema_holds(changes: dict[str, Any], least: bool) -> None:
    text = json.dumps((LEAST if least else FULL) | changes)
    checker = jsonschema.Draft202012Validator(
        schema(JobMessage), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    try:
        parse(text.encode("utf-8", "replace"))
    except InvalidMessage:
        return
    checker.validate(json.loads(text))


@given(st.text(alphabet=st.sampled_from("ab/.:\\\0\n 벽"), max_size=12))
def test_the_pattern_of_the_schema_says_what_the_code_does(key: str) -> None:
    pattern = schema(JobMessage)["properties"]["file_path"]["pattern"]
    assert (key_fault(key) is None) == (re.search(pattern, key) is not None)


def test_a_fingerprint_is_of_what_is_asked_for_and_of_nothing_else() -> None:
    plain = parse(body()).fingerprint
    assert parse(body(tenant="acme", created_at="2024-05-01T12:00:00Z", options={})).fingerprint == plain
    others: list[dict[str, Any]] = [
        {"file_path": "b.dxf"},
        {"options": {"units": "mm"}},
        {"checksum": "sha256:" + "0" * 64},
    ]
    assert len({plain, *(parse(body(**each)).fingerprint for each in others)}) == 4


def test_a_message_without_page_and_scale_has_the_fingerprint_that_it_had_before_there_were_any() -> None:
    assert parse(body()).fingerprint == "f3492e9ce8623b12f630ceb536a7c2215d6b55077d473c2c9c87d68abbe0eb82"
    others = [{"page": 1}, {"page": 2}, {"scale": 50}, {"scale": 100}]
    assert len({parse(body(options=each)).fingerprint for each in others}) == 4


def test_a_scale_is_the_same_however_it_is_written() -> None:
    written = [48, 48.0, "48", "1:48", "1/48", '1/4"=1\'-0"', "0.25 in = 1 ft"]
    jobs = [parse(body(options={"scale": each})) for each in written]
    assert {job.options.scale for job in jobs} == {48.0}
    assert len({job.fingerprint for job in jobs}) == 1


@given(st.text(alphabet=st.sampled_from("0123456789:/ =\"'-.inft"), max_size=16))
def test_a_text_is_a_scale_just_where_the_pattern_of_the_schema_says_so(text: str) -> None:
    pattern = schema(JobMessage)["$defs"]["JobOptions"]["properties"]["scale"]["anyOf"][1]["pattern"]
    found = ""
    try:
        SCALE.read(text)
    except ValueError as error:
        found = str(error)
    # A number that is no scale of a plan is beyond a pattern.
    assert (re.search(pattern, text) is None) == ("write it as" in found)


@pytest.mark.parametrize("model", [JobMessage, ResultEvent])
def test_the_schemas_are_schemas_and_every_field_of_the_message_is_described(model: type[Any]) -> None:
    made = schema(model)
    jsonschema.Draft202012Validator.check_schema(made)
    if model is JobMessage:
        fields = made["properties"] | made["$defs"]["JobOptions"]["properties"]
        assert [name for name, field in fields.items() if "description" not in field] == []
        assert made["required"] == ["job_id", "file_path"]
