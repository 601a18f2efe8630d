"""What there is beside the runners, and the switches of it."""

from typing import Any

import pytest

from tests.chart.charts import RUNNER, Refused, Rendered, pods, render

PLACE = {"platform": "platform"}
OPERATOR = ("--api-versions", "monitoring.coreos.com/v1")


def rendered(*options: str, **given: Any) -> Rendered:
    return render(RUNNER, *options, values=PLACE | given)


def test_hooks_make_queues_and_tables_before_anything_starts() -> None:
    shown = rendered()
    jobs = {each["metadata"]["name"]: each for each in shown.all("Job")}
    assert set(jobs) == {"cad-cad-runner-topology", "cad-cad-runner-migrate"}
    for job in jobs.values():
        assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    commands = [job["spec"]["template"]["spec"]["containers"][0]["args"] for job in jobs.values()]
    assert sorted(commands) == [["migrate"], ["topology", "apply"]]


def test_a_hook_needs_nothing_that_the_release_makes_later() -> None:
    shown = rendered()
    made = {each["metadata"]["name"] for each in shown.objects if "annotations" not in each["metadata"]}
    for job in shown.all("Job"):
        spec = job["spec"]["template"]["spec"]
        assert spec["serviceAccountName"] == "default"
        assert "envFrom" not in spec["containers"][0]
        named = [each["configMap"]["name"] for each in spec["volumes"] if "configMap" in each]
        assert not made & set(named)
        settings = shown.one("ConfigMap", "cad-runner")["data"]
        assert settings.items() <= {each["name"]: each.get("value") for each in spec["containers"][0]["env"]}.items()


def test_a_hook_does_not_repeat_what_can_not_become_better() -> None:
    for job in rendered().all("Job"):
        rules = job["spec"]["podFailurePolicy"]["rules"]
        assert rules[0]["action"] == "FailJob"
        assert rules[0]["onExitCodes"] == {"operator": "In", "values": [64, 65, 78]}
        assert job["spec"]["backoffLimit"] > 0, "a broker may not be there yet"


@pytest.mark.parametrize("name", ["topology", "migrate"])
def test_a_hook_is_switched_off(name: str) -> None:
    names = [each["metadata"]["name"] for each in rendered(hooks={name: False}).all("Job")]
    assert names
    assert not [each for each in names if each.endswith(name)]


def test_the_other_settings_of_hooks() -> None:
    hooks = {
        "backoffLimit": 1,
        "activeDeadlineSeconds": 60,
        "extraEnv": [{"name": "RABBITMQ_URL", "value": "amqp://x"}],
    }
    for job in rendered(hooks=hooks | {"resources": {"limits": {"memory": "1Gi"}}}).all("Job"):
        assert (job["spec"]["backoffLimit"], job["spec"]["activeDeadlineSeconds"]) == (1, 60)
        (container,) = job["spec"]["template"]["spec"]["containers"]
        assert container["env"][-1] == {"name": "RABBITMQ_URL", "value": "amqp://x"}
        assert container["resources"]["limits"]["memory"] == "1Gi"


def test_the_sweeper_runs_alone_and_often() -> None:
    spec = rendered().one("CronJob")["spec"]
    assert spec["schedule"] == "*/5 * * * *"
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"] == ["sweep"]


def test_switches_of_the_sweeper() -> None:
    assert rendered(sweeper={"enabled": False}).all("CronJob") == []
    spec = rendered(sweeper={"schedule": "0 3 * * *", "suspend": True, "activeDeadlineSeconds": 77}).one("CronJob")[
        "spec"
    ]
    assert (spec["schedule"], spec["suspend"]) == ("0 3 * * *", True)
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 77


def test_the_exporter_is_off_until_the_image_has_one() -> None:
    assert [each for each in rendered().objects if "exporter" in each["metadata"]["name"]] == []


def test_the_exporter_and_those_who_read_it() -> None:
    policy = {"metricsFrom": [{"namespaceSelector": {"matchLabels": {"name": "monitoring"}}}]}
    shown = rendered(exporter={"enabled": True, "port": 9999}, networkPolicy=policy)
    (container,) = shown.one("Deployment", "-exporter")["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["export-metrics", "--port", "9999"]
    assert container["ports"] == [{"name": "metrics", "containerPort": 9999}]
    assert shown.one("Service", "-exporter")["spec"]["ports"][0]["port"] == 9999
    (rule,) = shown.one("NetworkPolicy", "-exporter")["spec"]["ingress"]
    assert rule == {"ports": [{"port": "metrics"}], "from": policy["metricsFrom"]}


def test_prometheus_is_told_of_the_exporter_where_its_operator_is() -> None:
    monitor = {"serviceMonitor": {"enabled": True, "interval": "5s", "labels": {"release": "prometheus"}}}
    shown = rendered(*OPERATOR, exporter={"enabled": True}, monitoring=monitor)
    found = shown.one("ServiceMonitor")
    assert found["metadata"]["labels"]["release"] == "prometheus"
    assert found["spec"]["endpoints"] == [{"port": "metrics", "interval": "5s"}]
    labels = shown.one("Service", "-exporter")["metadata"]["labels"]
    assert found["spec"]["selector"]["matchLabels"].items() <= labels.items()
    with pytest.raises(Refused, match="The Prometheus operator is not in this cluster"):
        rendered(exporter={"enabled": True}, monitoring=monitor)


def test_rules_and_dashboards_are_switched_on_before_there_are_any() -> None:
    monitoring = {"prometheusRule": {"enabled": True}, "dashboard": {"enabled": True}}
    assert len(rendered(*OPERATOR, monitoring=monitoring).objects) == len(rendered().objects)


def test_the_account_has_no_token_and_may_have_a_role() -> None:
    account = rendered(serviceAccount={"annotations": {"eks.amazonaws.com/role-arn": "arn:x"}}).one("ServiceAccount")
    assert account["automountServiceAccountToken"] is False
    assert account["metadata"]["annotations"] == {"eks.amazonaws.com/role-arn": "arn:x"}
    assert rendered().all("Role") == rendered().all("ClusterRole") == rendered().all("RoleBinding") == []


def test_an_account_that_is_there_already_serves_hooks_too() -> None:
    shown = rendered(serviceAccount={"create": False, "name": "mine"})
    assert shown.all("ServiceAccount") == []
    for pod in pods(shown):
        assert pod["serviceAccountName"] == "mine"


def test_pods_reach_names_and_services_and_nothing_else() -> None:
    spec = rendered().one("NetworkPolicy", "cad-runner")["spec"]
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert spec["ingress"] == []
    assert [{each["port"] for each in rule["ports"]} for rule in spec["egress"]] == [
        {53},
        {5672, 15672},
        {5432},
        {9000},
    ]
    for rule in spec["egress"][1:]:
        (peer,) = rule["to"]
        assert peer["podSelector"]["matchLabels"]["app.kubernetes.io/instance"] == "platform"


def test_services_of_ones_own_are_reached_where_they_are() -> None:
    policy: dict[str, list[dict[str, Any]]] = {
        "rabbitmq": [{"ipBlock": {"cidr": "10.1.0.0/16"}}],
        "postgresql": [{"ipBlock": {"cidr": "10.2.0.0/16"}}],
        "s3": [{"namespaceSelector": {}}],
        "extraEgress": [{"ports": [{"port": 4318}]}],
    }
    shown = render(
        RUNNER,
        values={
            "rabbitmq": {"host": "mq", "port": 5673, "existingSecret": "x"},
            "postgresql": {"host": "db", "port": 5433, "existingSecret": "x"},
            "s3": {"endpoint": "https://s3.internal/"},
            "networkPolicy": policy,
        },
    )
    rules = shown.one("NetworkPolicy", "cad-runner")["spec"]["egress"]
    assert [rule["ports"][0]["port"] for rule in rules] == [53, 5673, 5433, 443, 4318]
    peers = [None, policy["rabbitmq"], policy["postgresql"], policy["s3"], None]
    assert [rule.get("to") for rule in rules] == peers


@pytest.mark.parametrize(("endpoint", "port"), [("http://s3", 80), ("https://s3", 443), ("https://s3:8443", 8443)])
def test_the_port_of_the_store_is_that_of_its_address(endpoint: str, port: int) -> None:
    rules = rendered(s3={"endpoint": endpoint}).one("NetworkPolicy", "cad-runner")["spec"]["egress"]
    assert rules[3] == {"ports": [{"port": port, "protocol": "TCP"}]}


def test_hooks_have_a_policy_before_the_release_has_one() -> None:
    hook = rendered().one("NetworkPolicy", "-hooks")
    assert int(hook["metadata"]["annotations"]["helm.sh/hook-weight"]) < 0
    assert hook["spec"]["egress"] == rendered().one("NetworkPolicy", "cad-runner")["spec"]["egress"]


def test_policies_are_switched_off() -> None:
    assert rendered(networkPolicy={"enabled": False}).all("NetworkPolicy") == []


def test_helm_test_has_a_drawing_converted() -> None:
    shown = rendered(tests={"timeoutSeconds": 100})
    pod = shown.one("Pod")
    assert pod["metadata"]["annotations"]["helm.sh/hook"] == "test"
    assert pod["spec"]["activeDeadlineSeconds"] == 160
    assert [each["args"] for each in pod["spec"]["initContainers"]] == [["migrate", "--check"], ["topology", "diff"]]
    assert pod["spec"]["containers"][0]["args"][:2] == ["publish", "/examples/room.dxf"]
    assert shown.one("ConfigMap", "-test")["data"]["room.dxf"].startswith("0\nSECTION\n")
    assert rendered(tests={"enabled": False}).all("Pod") == []


def test_helm_test_without_a_runner_of_dxf_looks_at_the_services() -> None:
    pod = rendered(kinds={"dxf": {"enabled": False}}).one("Pod")
    assert pod["spec"]["containers"][0]["args"] == ["status"]


def test_names_labels_and_annotations_of_everything() -> None:
    shown = rendered(
        fullnameOverride="drawings", commonLabels={"team": "cad"}, commonAnnotations={"owner": "me"},
        imagePullSecrets=[{"name": "registry"}],
    )  # fmt: skip
    for each in shown.objects:
        assert each["metadata"]["name"].startswith("drawings")
        assert each["metadata"]["labels"]["team"] == "cad"
        assert each["metadata"]["annotations"]["owner"] == "me"
    for pod in pods(shown):
        assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert rendered(nameOverride="plans").one("ServiceAccount")["metadata"]["name"] == "cad-plans"
    assert render(RUNNER, values=PLACE, release="cad-runner").one("ServiceAccount")["metadata"]["name"] == "cad-runner"


def test_which_image() -> None:
    digest, gpu = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
    shown = rendered(
        image={"repository": "registry/cad", "tag": "9", "digest": digest, "gpuDigest": gpu, "pullPolicy": "Always"}
    )
    images = {each["image"] for pod in pods(shown) for each in pod["containers"]}
    assert images == {f"registry/cad:9@{digest}", f"registry/cad:9-gpu@{gpu}"}
    assert "registry/cad:other-gpu" in rendered(image={"repository": "registry/cad", "gpuTag": "other-gpu"}).text
    assert {each["imagePullPolicy"] for pod in pods(shown) for each in pod["containers"]} == {"Always"}


def test_more_objects_as_yaml_and_as_text_with_templates() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-text'}"
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "{{ .Release.Name }}-made"}}
    shown = rendered(extraManifests=[text, made])
    assert shown.one("ConfigMap", "cad-text")
    assert shown.one("ConfigMap", "cad-made")


def test_ids_that_a_platform_gives_itself() -> None:
    none = {"runAsUser": None, "runAsGroup": None, "fsGroup": None}
    for pod in pods(rendered(podSecurityContext=none)):
        assert not pod["securityContext"].keys() & {"runAsUser", "runAsGroup", "fsGroup"}
    for pod in pods(rendered(podSecurityContext={"runAsUser": 1000650000})):
        assert pod["securityContext"]["runAsUser"] == 1000650000
