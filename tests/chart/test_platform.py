"""The chart for a cluster that has nothing, and that the other one finds what it makes."""

from base64 import b64decode
from typing import Any

import pytest

from tests.chart.charts import PLATFORM, RUNNER, Rendered, pods, render

SERVICES = {"rabbitmq": 5672, "postgresql": 5432, "s3": 9000}


def rendered(**given: Any) -> Rendered:
    return render(PLATFORM, release="platform", values=given)


@pytest.mark.parametrize(("name", "port"), SERVICES.items())
def test_a_service_has_a_pod_an_address_and_a_volume(name: str, port: int) -> None:
    shown = rendered()
    stateful = shown.one("StatefulSet", f"-{name}")
    service = shown.one("Service", f"-{name}")
    assert port in [each["port"] for each in service["spec"]["ports"]]
    assert service["spec"]["selector"].items() <= stateful["spec"]["template"]["metadata"]["labels"].items()
    assert stateful["spec"]["replicas"] == 1
    (claim,) = stateful["spec"]["volumeClaimTemplates"]
    mounts = stateful["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
    assert claim["metadata"]["name"] in [each["name"] for each in mounts]
    named = {each["name"] for each in stateful["spec"]["template"]["spec"]["containers"][0]["ports"]}
    assert {each["targetPort"] for each in service["spec"]["ports"]} <= named


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_switched_off(name: str) -> None:
    assert [each for each in rendered(**{name: {"enabled": False}}).objects if name in each["metadata"]["name"]] == []


@pytest.mark.parametrize(("name", "key"), [("rabbitmq", "password"), ("postgresql", "password"), ("s3", "secret-key")])
def test_a_password_is_long_and_random_and_stays_when_the_release_goes(name: str, key: str) -> None:
    first, second = (rendered().one("Secret", f"-{name}") for _ in range(2))
    assert len(b64decode(first["data"][key])) == 32
    assert first["data"][key] != second["data"][key]
    assert first["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


@pytest.mark.parametrize("name", SERVICES)
def test_a_secret_of_ones_own_takes_the_place(name: str) -> None:
    shown = rendered(**{name: {"existingSecret": "mine"}})
    assert [each for each in shown.all("Secret") if each["metadata"]["name"].endswith(name)] == []
    spec = shown.one("StatefulSet", f"-{name}")["spec"]["template"]["spec"]
    references = [
        each["valueFrom"]["secretKeyRef"]["name"] for each in spec["containers"][0]["env"] if "valueFrom" in each
    ]
    assert set(references) == {"mine"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_without_a_volume(name: str) -> None:
    stateful = rendered(**{name: {"persistence": {"enabled": False}}}).one("StatefulSet", f"-{name}")
    assert "volumeClaimTemplates" not in stateful["spec"]
    assert "data" in {each["name"] for each in stateful["spec"]["template"]["spec"]["volumes"]}


def test_what_holds_for_all_and_what_one_says_itself() -> None:
    shown = rendered(
        service={"nodeSelector": {"disk": "fast"}}, s3={"persistence": {"size": "1Ti", "storageClassName": "big"}}
    )
    assert {pod["nodeSelector"]["disk"] for pod in pods(shown)} == {"fast"}
    (claim,) = shown.one("StatefulSet", "-s3")["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "1Ti"
    assert claim["spec"]["storageClassName"] == "big"


def test_the_broker_holds_messages_longer_than_any_conversion_and_spares_its_disk() -> None:
    conf = rendered(rabbitmq={"diskFreeLimit": "2GB"}).one("ConfigMap", "-rabbitmq")["data"]["90-cad-platform.conf"]
    found = dict(line.split(" = ") for line in conf.splitlines() if not line.startswith("#"))
    assert int(found["consumer_timeout"]) > 3 * 600 * 1000
    assert found["disk_free_limit.absolute"] == "2GB"


def test_the_bucket_and_the_database_are_made() -> None:
    shown = rendered(s3={"bucket": "plans"}, postgresql={"database": "plans"})
    (init,) = shown.one("StatefulSet", "-s3")["spec"]["template"]["spec"]["initContainers"]
    assert init["command"] == ["sh", "-c", "mkdir -p /data/plans"]
    assert {"name": "POSTGRES_DB", "value": "plans"} in (
        shown.one("StatefulSet", "-postgresql")["spec"]["template"]["spec"]["containers"][0]["env"]
    )


def test_the_runners_find_what_the_platform_makes() -> None:
    made = rendered()
    secrets = {each["metadata"]["name"]: set(each["data"]) for each in made.all("Secret")}
    services = {
        each["metadata"]["name"]: {port["port"] for port in each["spec"]["ports"]} for each in made.all("Service")
    }
    runner = render(RUNNER, values={"platform": "platform"})
    for pod in pods(runner):
        for each in [*pod["containers"], *pod.get("initContainers", [])]:
            for variable in each["env"]:
                if "valueFrom" in variable:
                    reference = variable["valueFrom"]["secretKeyRef"]
                    assert reference["key"] in secrets[reference["name"]]
    for auth in runner.all("TriggerAuthentication"):
        for reference in auth["spec"]["secretTargetRef"]:
            assert reference["key"] in secrets[reference["name"]]
    for rule in runner.one("NetworkPolicy", "cad-runner")["spec"]["egress"][1:]:
        labels = rule["to"][0]["podSelector"]["matchLabels"]
        (stateful,) = [
            each
            for each in made.all("StatefulSet")
            if labels.items() <= each["spec"]["template"]["metadata"]["labels"].items()
        ]
        assert {port["port"] for port in rule["ports"]} <= services[stateful["metadata"]["name"]]
    data = runner.one("ConfigMap", "cad-runner")["data"]
    assert data["MINIO_ENDPOINT"] == "http://platform-s3:9000"
    assert made.one("Service", "-s3")["metadata"]["name"] == "platform-s3"
