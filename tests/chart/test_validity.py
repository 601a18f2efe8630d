"""Everything that the charts make is what Kubernetes and KEDA know, in every version that the charts are for."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest

from tests.chart import variants
from tests.chart.charts import PLATFORM, RUNNER, render

#: The schemas of KEDA 2.20.2's own objects, without what they say in words and without the template of a Job, which is
#: checked as the Job that it makes.
CRDS = Path(__file__).parent / "crds"
KUBERNETES = ("1.31", "1.35", "1.37")


def closed(schema: Any) -> Any:
    """A schema that refuses what it does not name, as the API server's strict validation does."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(each) for name, each in schema.items()}
    if "properties" in found and isinstance(found.get("type"), str):
        found.setdefault("additionalProperties", found.pop("x-kubernetes-preserve-unknown-fields", False))
    return found


def validate(thing: dict[str, Any], kubernetes: str) -> None:
    """Raise what is wrong with an object."""
    if thing["apiVersion"].startswith("keda.sh/"):
        schema = closed(json.loads((CRDS / f"{thing['kind']}.json").read_text(encoding="utf-8")))
        schema["properties"]["metadata"] = {"type": "object"}
        jsonschema.validate(thing, schema)
        if thing["kind"] == "ScaledJob":
            job = {
                "apiVersion": "batch/v1",
                "kind": "Job",
                "metadata": {"name": "x"},
                "spec": thing["spec"]["jobTargetRef"],
            }
            validate(job, kubernetes)
    else:
        kubernetes_validate.validate(thing, kubernetes, strict=True)


@pytest.mark.parametrize("kubernetes", KUBERNETES)
@pytest.mark.parametrize(("chart", "given", "_name"), variants.ALL, ids=[name for *_, name in variants.ALL])
def test_every_object_is_valid(chart: Path, given: dict[str, Any], _name: str, kubernetes: str) -> None:
    for each in render(chart, "--kube-version", kubernetes, values=given).objects:
        validate(each, kubernetes)


def test_what_is_misspelt_would_be_found() -> None:
    job = render(RUNNER, values=variants.RUNNER["platform"]).one("ScaledJob", "-dxf")
    job["spec"]["rollout"] = {"strategy": "default"}
    with pytest.raises(jsonschema.ValidationError, match="'default' is not one of"):
        validate(job, "1.35")
    job["spec"]["rollout"] = {"strategy": "gradual"}
    job["spec"]["maxReplicas"] = 3
    with pytest.raises(jsonschema.ValidationError, match="maxReplicas"):
        validate(job, "1.35")
    del job["spec"]["maxReplicas"]
    job["spec"]["jobTargetRef"]["backOffLimit"] = 0
    with pytest.raises(kubernetes_validate.ValidationError, match="backOffLimit"):
        validate(job, "1.35")


def test_names_are_unique_and_lie_in_the_namespace_of_the_release() -> None:
    for chart, every in ((RUNNER, variants.RUNNER), (PLATFORM, variants.PLATFORM)):
        for given in every.values():
            objects = [
                each
                for each in render(chart, "--namespace", "drawings", values=given).objects
                if each["metadata"]["name"] != "more"
            ]
            names = [(each["kind"], each["metadata"]["name"]) for each in objects]
            assert len(names) == len(set(names))
            assert {each["metadata"]["namespace"] for each in objects} == {"drawings"}
