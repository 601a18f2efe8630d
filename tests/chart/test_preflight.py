"""Values that can't be used are refused, with what to do."""

from typing import Any

import pytest

from tests.chart.charts import PLATFORM, RUNNER, Refused, render

PLACE = {"platform": "platform"}


OPERATOR = "The Prometheus operator is not in this cluster"


def kind(**own: Any) -> dict[str, Any]:
    return PLACE | {"kinds": {"dxf": own}}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"postgresql": {"host": "x", "existingSecret": "x"}, "s3": {"endpoint": "http://x"}}, "set rabbitmq.host"),
        (PLACE | {"rabbitmq": {"host": "x"}}, "rabbitmq.existingSecret is not set"),
        ({"rabbitmq": {"host": "x", "existingSecret": "x"}, "s3": {"endpoint": "http://x"}}, "set postgresql.host"),
        (PLACE | {"postgresql": {"host": "x"}}, "postgresql.existingSecret is not set"),
        ({"rabbitmq": {"host": "x", "existingSecret": "x"}}, "set s3.endpoint"),
        (PLACE | {"kinds": {"dxf": {"enabled": False}, "pdf": {"enabled": False}}}, "set kinds.dxf.enabled"),
        (PLACE | {"fullnameOverride": "f" * 50}, "Set fullnameOverride to something shorter"),
        (PLACE | {"kinds": {"dwg": {}}}, "set kinds.dwg.image.repository to an image that knows it"),
        (kind(scaling={"strategy": "eager"}), "is eager, which starts a Job for nothing"),
        (kind(scaling={"strategy": "custom"}), "set it to accurate"),
        (kind(scaling={"protocol": "http"}), "leave it empty for mode: job"),
        (kind(minReplicas=1), "set it to 0, or kinds.dxf.mode to deployment"),
        (kind(mode="deployment", scaling={"protocol": "amqp"}), "so that busy runners are stopped"),
        (kind(mode="deployment") | {"rabbitmq": {"management": {"enabled": False}}}, "management.enabled to true"),
        (kind(mode="deployment") | {"rabbitmq": {"urlKey": "x", "existingSecret": "x"}}, "rabbitmq.management.urlKey"),
        (kind(mode="deployment", minReplicas=9, maxReplicas=3), "raise the one or lower the other"),
        (kind(timeLimits={"softSeconds": 700}), "not more than softSeconds, 700"),
        (kind(job={"activeDeadlineSeconds": 600}), "raise it, or leave it out"),
        (PLACE | {"kinds": {"pdf": {"gpu": {"count": 0}}}}, "is true without a GPU to ask for"),
        (PLACE | {"kinds": {"pdf": {"gpu": {"resource": ""}}}}, "is true without a GPU to ask for"),
        (kind(resources={"limits": {"nvidia.com/gpu": 1}}), "would hold without use"),
        (kind(resources={"limits": {"memory": None}}), "a conversion gets 80 % of it"),
        (PLACE | {"monitoring": {"serviceMonitor": {"enabled": True}}}, "there is no exporter to look at"),
        (PLACE | {"monitoring": {"prometheusRule": {"enabled": True}}}, OPERATOR),
    ],
)  # fmt: skip
def test_values_that_do_not_go_together_are_refused_with_what_to_do(given: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as refused:
        render(RUNNER, values=given)
    assert said in str(refused.value)
    assert "nil pointer" not in str(refused.value)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(Refused, match="4 of the values of cad-runner") as refused:
        render(RUNNER, values={"kinds": {"dxf": {"minReplicas": 2}}})
    assert str(refused.value).count("\n  - ") == 4


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"replicas": 3}, "additional properties 'replicas' not allowed"),
        ({"kinds": {"dxf": {"maxReplica": 3}}}, "additional properties 'maxReplica' not allowed"),
        ({"kinds": {"DXF": {}}}, "invalid propertyName 'DXF'"),
        ({"kinds": {"dxf": {"mode": "jobs"}}}, "value must be one of 'job', 'deployment'"),
        ({"kinds": {"dxf": {"maxReplicas": 0}}}, "minimum: got 0, want 1"),
        ({"kinds": {"dxf": {"maxReplicas": "3"}}}, "got string, want integer"),
        ({"settings": {"CAD_RUNNER_LEASES": "2m"}}, "additional properties 'CAD_RUNNER_LEASES' not allowed"),
        ({"settings": {"RABBITMQ_PASSWORD": "secret"}}, "additional properties 'RABBITMQ_PASSWORD' not allowed"),
        ({"rabbitmq": {"password": "secret"}}, "additional properties 'password' not allowed"),
        ({"s3": {"endpoint": "store:9000"}}, "does not match pattern"),
        ({"image": {"digest": "sha256:12"}}, "does not match pattern"),
        ({"image": {"pullPolicy": "always"}}, "value must be one of"),
    ],
)
def test_the_schema_refuses_what_is_misspelt_or_out_of_range(given: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as refused:
        render(RUNNER, values=PLACE | given)
    assert said in str(refused.value)


def test_the_platform_refuses_what_is_misspelt() -> None:
    with pytest.raises(Refused, match="additional properties 'usrname' not allowed"):
        render(PLATFORM, values={"rabbitmq": {"usrname": "cad"}})


def test_a_cluster_without_keda_is_refused_and_one_with_it_is_not() -> None:
    with pytest.raises(Refused, match="KEDA is not in this cluster"):
        render(RUNNER, "--api-versions", "v1/Pod", values=PLACE)
    render(RUNNER, "--api-versions", "v1/Pod", "--api-versions", "keda.sh/v1alpha1", values=PLACE)
