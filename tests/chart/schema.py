"""A chart's ``values.schema.json``: closed, so that a misspelt value is refused and not ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from runner.settings.reading import GROUPS, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chart.values import Value

_SERVICES = ("RABBITMQ", "DATABASE", "MINIO")
#: Settings that the chart makes of other values.
OWN = frozenset({
    "RABBITMQ_URL", "RABBITMQ_PASSWORD", "RABBITMQ_MANAGEMENT_URL", "DATABASE_URL", "DATABASE_PASSWORD",
    "MINIO_ENDPOINT", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "MINIO_BUCKET", "CAD_RUNNER_MINIO_REGION",
    "CAD_RUNNER_MINIO_PATH_STYLE", "WORKER_TYPE", "YOLO_MODEL_PATH", "USE_GPU", "CAD_RUNNER_SOFT_TIME_LIMIT",
    "CAD_RUNNER_HARD_TIME_LIMIT", "CAD_RUNNER_GRACE_PERIOD", "CAD_RUNNER_PROBE_PORT",
    *(f"CAD_RUNNER_{service}_TLS_{what}" for service in _SERVICES for what in ("CA", "CERT", "KEY", "VERIFY")),
})  # fmt: skip
#: What the images set.
IMAGES = frozenset({"CAD_RUNNER_PROBE_FOLDER"})
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
#: As a name in Kubernetes, and in the name of a queue.
_KIND = {"pattern": "^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$"}


def settable() -> Iterator[tuple[str, str]]:
    """The settings that the chart leaves to `settings`, with what they mean."""
    for group in GROUPS:
        for name, info in group.model_fields.items():
            if name_of(group, name) not in OWN | IMAGES:
                assert info.annotation is not SecretStr
                yield name_of(group, name), info.description or ""


def schema(values: Value) -> dict[str, Any]:
    """What may be set."""
    definitions = {
        each.marks["define"]: _map({inner.path[-1]: _schema(inner) for inner in each.inner})
        for each in values.walk()
        if "define" in each.marks
    }
    found = _map({each.path[-1]: _schema(each, definitions) for each in values.inner})
    found["properties"]["global"] = {"type": "object", "description": "What Helm hands to every chart below another."}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": "Written by `make docs` from values.yaml.",
        "definitions": definitions,
        **found,
    }


def _schema(value: Value, definitions: dict[str, Any] | None = None) -> dict[str, Any]:
    told = {"description": value.text} if value.text else {}
    marks = value.marks
    if "define" in marks:
        return told | {"$ref": f"#/definitions/{marks['define']}"}
    if "map" in marks:
        each = {"$ref": f"#/definitions/{marks['map']}"}
        return told | {"type": "object", "propertyNames": _KIND, "additionalProperties": each}
    if "use" in marks:
        shared = (definitions or {})[marks["use"]]["properties"]
        own = {each.path[-1]: _schema(each) for each in value.inner if each.text}
        return told | _map(shared | own)
    if "settings" in marks:
        kinds = ["string", "number", "boolean"]
        return told | _map({name: {"type": kinds, "description": text} for name, text in settable()})
    if value.inner:
        return told | _map({each.path[-1]: _schema(each) for each in value.inner})
    return told | _typed(value)


def _typed(value: Value) -> dict[str, Any]:
    more = value.schema
    if value.default is None:
        assert "type" in more, f"{value.name} is null: say of which type it is, with @schema"
        return more
    found: dict[str, Any] = {"type": _TYPES[type(value.default)]}
    if found["type"] == "object":
        assert "additionalProperties" in more, f"{value.name}: say what may be in it, with @schema"
    elif found["type"] == "array":
        assert "items" in more, f"{value.name}: say what it lists, with @schema"
    else:
        found["default"] = value.default
    return found | more


def _map(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}
