"""What each switch of a kind does."""

from typing import Any

import pytest

from tests.chart.charts import RUNNER, Rendered, render

PLACE = {"platform": "platform"}


def rendered(name: str = "dxf", /, **own: Any) -> Rendered:
    return render(RUNNER, values=PLACE | {"kinds": {name: own}})


def pod(shown: Rendered, name: str = "dxf") -> dict[str, Any]:
    """The spec of a runner's pod."""
    for each in shown.objects:
        if each["metadata"]["name"] == f"cad-cad-runner-{name}" and each["kind"] in ("ScaledJob", "Deployment"):
            spec = each["spec"].get("jobTargetRef", each["spec"])["template"]["spec"]
            assert isinstance(spec, dict)
            return spec
    raise AssertionError(f"no runner of {name}")


def environment(spec: dict[str, Any]) -> dict[str, Any]:
    """What is set in a pod's environment; later ones win."""
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in spec["containers"][0]["env"]}


def test_a_job_is_started_for_each_message_and_never_for_nothing() -> None:
    spec = rendered().one("ScaledJob", "-dxf")["spec"]
    (trigger,) = spec["triggers"]
    assert trigger["metadata"]["protocol"] == "amqp"
    assert trigger["metadata"]["value"] == "1"
    assert trigger["metadata"]["queueName"] == "dxf_queue"
    assert "metricType" not in trigger
    assert spec["scalingStrategy"] == {"strategy": "accurate", "pendingPodConditions": ["Ready"]}
    assert spec["rollout"] == {"strategy": "gradual"}
    assert pod(rendered())["containers"][0]["readinessProbe"]["httpGet"]["path"] == "/ready"


def test_keda_finds_the_broker_from_its_own_namespace() -> None:
    options = ("--namespace", "drawings")
    (trigger,) = render(RUNNER, *options, values=PLACE).one("ScaledJob", "-dxf")["spec"]["triggers"]
    assert trigger["metadata"]["host"] == "amqp://platform-rabbitmq.drawings.svc:5672"


def test_the_strategy_default_is_not_written_out_since_keda_would_refuse_it() -> None:
    assert "scalingStrategy" not in rendered(scaling={"strategy": "default"}).one("ScaledJob", "-dxf")["spec"]


def test_a_job_is_not_repeated_and_survives_the_drain_of_its_node() -> None:
    job = rendered().one("ScaledJob", "-dxf")["spec"]["jobTargetRef"]
    assert job["backoffLimit"] == 0
    assert job["podReplacementPolicy"] == "Failed"
    assert job["podFailurePolicy"] == {
        "rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}],
    }
    assert job["ttlSecondsAfterFinished"] == 600
    assert job["template"]["spec"]["restartPolicy"] == "Never"
    assert job["template"]["metadata"]["annotations"] == {
        "karpenter.sh/do-not-disrupt": "true",
        "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
    }
    assert "activeDeadlineSeconds" not in job, "waiting for a node would count"


def test_a_pod_of_a_job_may_run_as_long_as_its_conversion_and_some_more() -> None:
    assert pod(rendered())["activeDeadlineSeconds"] == 900
    assert pod(rendered(timeLimits={"softSeconds": 1700, "hardSeconds": 1800}))["activeDeadlineSeconds"] == 2100
    assert pod(rendered(job={"activeDeadlineSeconds": 1234}))["activeDeadlineSeconds"] == 1234


def test_the_other_settings_of_jobs() -> None:
    job = {"ttlSecondsAfterFinished": 5, "successfulJobsHistoryLimit": 6, "failedJobsHistoryLimit": 7}
    shown = rendered(maxReplicas=8, scaling={"pollingInterval": 9}, job=job | {"terminationGracePeriodSeconds": 10})
    spec = shown.one("ScaledJob", "-dxf")["spec"]
    assert spec["jobTargetRef"]["ttlSecondsAfterFinished"] == 5
    assert (spec["successfulJobsHistoryLimit"], spec["failedJobsHistoryLimit"]) == (6, 7)
    assert (spec["maxReplicaCount"], spec["pollingInterval"]) == (8, 9)
    assert pod(shown)["terminationGracePeriodSeconds"] == 10


def test_a_deployment_is_scaled_on_all_messages_also_those_in_work() -> None:
    scaling = {"messagesPerReplica": 2, "cooldownPeriod": 60, "scaleDownStabilizationSeconds": 30}
    shown = rendered(mode="deployment", minReplicas=1, maxReplicas=5, scaling=scaling)
    spec = shown.one("ScaledObject", "-dxf")["spec"]
    (trigger,) = spec["triggers"]
    assert trigger["metadata"]["protocol"] == "http"
    assert trigger["metadata"]["host"] == "http://platform-rabbitmq.default.svc:15672"
    assert trigger["metadata"]["value"] == "2"
    assert trigger["metricType"] == "AverageValue"
    assert (spec["minReplicaCount"], spec["maxReplicaCount"], spec["cooldownPeriod"]) == (1, 5, 60)
    assert spec["fallback"] == {"failureThreshold": 3, "replicas": 1, "behavior": "currentReplicasIfHigher"}
    hpa = spec["advanced"]["horizontalPodAutoscalerConfig"]
    assert hpa["name"] == "cad-cad-runner-dxf"
    assert hpa["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 30
    deployment = shown.one("Deployment", "-dxf")
    assert spec["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    assert "replicas" not in deployment["spec"], "an upgrade would set it back"
    assert not [each for each in shown.all("ScaledJob") if each["metadata"]["name"].endswith("-dxf")]


def test_a_pod_of_a_deployment_gets_the_time_to_finish_its_drawing() -> None:
    spec = pod(rendered(mode="deployment", timeLimits={"softSeconds": 900, "hardSeconds": 1000}))
    grace = int(environment(spec)["CAD_RUNNER_GRACE_PERIOD"])
    assert grace > 1000
    assert spec["terminationGracePeriodSeconds"] > grace
    assert "activeDeadlineSeconds" not in spec
    assert spec["containers"][0]["args"] == ["work"]


def test_a_drain_takes_the_pods_of_a_deployment_one_by_one() -> None:
    budget = rendered(mode="deployment").one("PodDisruptionBudget")["spec"]
    assert budget["maxUnavailable"] == 1
    labels = rendered(mode="deployment").one("Deployment", "-dxf")["spec"]["template"]["metadata"]["labels"]
    assert budget["selector"]["matchLabels"].items() <= labels.items()
    assert rendered(mode="deployment", podDisruptionBudget={"enabled": False}).all("PodDisruptionBudget") == []
    assert rendered().all("PodDisruptionBudget") == [], "for Jobs it would do nothing"


def test_new_settings_roll_a_deployment() -> None:
    def checksum(**more: Any) -> str:
        given = PLACE | {"kinds": {"dxf": {"mode": "deployment"}}} | more
        metadata = render(RUNNER, values=given).one("Deployment", "-dxf")["spec"]["template"]["metadata"]
        return str(metadata["annotations"]["checksum/settings"])

    assert checksum() != checksum(settings={"CAD_RUNNER_LEASE": "3m"})


@pytest.mark.parametrize("mode", ["job", "deployment"])
def test_the_brake_pauses_a_kind(mode: str) -> None:
    kind = {"job": "ScaledJob", "deployment": "ScaledObject"}[mode]
    paused = rendered(mode=mode, paused=True).one(kind, "-dxf")["metadata"]["annotations"]
    assert paused == {"autoscaling.keda.sh/paused": "true"}
    assert "annotations" not in rendered(mode=mode).one(kind, "-dxf")["metadata"]


def test_a_kind_with_a_gpu_gets_the_image_the_device_and_the_nodes() -> None:
    gpu = {"nodeSelector": {"pool": "gpu"}, "runtimeClassName": "nvidia", "priorityClassName": "high", "count": 2}
    spec = pod(rendered("pdf", gpu=gpu), "pdf")
    (container,) = spec["containers"]
    assert container["image"] == "cad-runner:0.1.0-gpu"
    assert container["resources"]["limits"]["nvidia.com/gpu"] == 2
    assert container["resources"]["limits"]["memory"] == "16Gi"
    assert environment(spec)["USE_GPU"] == "yes"
    assert spec["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]
    assert spec["nodeSelector"] == {"pool": "gpu"}
    assert (spec["runtimeClassName"], spec["priorityClassName"]) == ("nvidia", "high")


def test_a_kind_without_a_gpu_gets_nothing_of_it() -> None:
    gpu = {"enabled": False, "nodeSelector": {"pool": "gpu"}, "runtimeClassName": "nvidia", "priorityClassName": "x"}
    spec = pod(rendered("pdf", gpu=gpu), "pdf")
    (container,) = spec["containers"]
    assert container["image"] == "cad-runner:0.1.0"
    assert "nvidia.com/gpu" not in container["resources"]["limits"]
    assert environment(spec)["USE_GPU"] == "no"
    assert not spec.keys() & {"tolerations", "nodeSelector", "runtimeClassName", "priorityClassName"}


def test_what_a_pod_is_given_besides() -> None:
    spec = pod(
        rendered(
            nodeSelector={"disk": "fast"},
            tolerations=[{"key": "spot", "operator": "Exists"}],
            affinity={"nodeAffinity": {}},
            topologySpreadConstraints=[{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}],
            priorityClassName="low",
            runtimeClassName="gvisor",
            extraEnv=[{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
            extraVolumes=[{"name": "models", "emptyDir": {}}],
            extraVolumeMounts=[{"name": "models", "mountPath": "/models"}],
            work={"sizeLimit": "9Gi", "medium": "Memory"},
            modelPath="/models/own.onnx",
        )
    )
    (container,) = spec["containers"]
    assert spec["nodeSelector"] == {"disk": "fast"}
    assert spec["tolerations"] == [{"key": "spot", "operator": "Exists"}]
    assert spec["affinity"] == {"nodeAffinity": {}}
    assert spec["topologySpreadConstraints"][0]["maxSkew"] == 1
    assert (spec["priorityClassName"], spec["runtimeClassName"]) == ("low", "gvisor")
    assert environment(spec)["HTTPS_PROXY"] == "http://proxy:3128"
    assert environment(spec)["YOLO_MODEL_PATH"] == "/models/own.onnx"
    assert {"name": "models", "emptyDir": {}} in spec["volumes"]
    assert {"name": "models", "mountPath": "/models"} in container["volumeMounts"]
    assert spec["volumes"][0] == {"name": "work", "emptyDir": {"sizeLimit": "9Gi", "medium": "Memory"}}


def test_labels_and_annotations_of_pods() -> None:
    shown = rendered(podLabels={"team": "cad"}, podAnnotations={"note": "x"})
    metadata = shown.one("ScaledJob", "-dxf")["spec"]["jobTargetRef"]["template"]["metadata"]
    assert metadata["labels"]["team"] == "cad"
    assert metadata["annotations"]["note"] == "x"
    assert metadata["annotations"]["karpenter.sh/do-not-disrupt"] == "true"


def test_a_kind_is_switched_off() -> None:
    shown = rendered("pdf", enabled=False)
    assert [each["metadata"]["name"] for each in shown.all("ScaledJob")] == ["cad-cad-runner-dxf"]


def test_a_kind_of_ones_own_has_its_own_image_and_queue() -> None:
    image = {"repository": "registry/dwg-runner", "tag": "7"}
    shown = rendered("dwg", image=image)
    assert pod(shown, "dwg")["containers"][0]["image"] == "registry/dwg-runner:7"
    assert environment(pod(shown, "dwg"))["WORKER_TYPE"] == "dwg"
    assert shown.one("ScaledJob", "-dwg")["spec"]["triggers"][0]["metadata"]["queueName"] == "dwg_queue"


def test_what_holds_for_every_kind_and_what_one_says_itself() -> None:
    given = PLACE | {
        "runner": {"maxReplicas": 7, "priorityClassName": "all"},
        "kinds": {"dxf": {"priorityClassName": ""}},
    }
    shown = render(RUNNER, values=given)
    assert shown.one("ScaledJob", "-dxf")["spec"]["maxReplicaCount"] == 7
    assert shown.one("ScaledJob", "-pdf")["spec"]["maxReplicaCount"] == 4, "it says so itself"
    assert "priorityClassName" not in pod(shown)
    assert pod(shown, "pdf")["priorityClassName"] == "all"


def test_what_is_false_for_a_kind_outweighs_what_is_true_for_all() -> None:
    given = PLACE | {
        "runner": {"enabled": True, "gpu": {"enabled": True}},
        "kinds": {"dxf": {"gpu": {"enabled": False}}},
    }
    assert environment(pod(render(RUNNER, values=given)))["USE_GPU"] == "no"


def test_settings_of_a_kind_outweigh_those_for_all() -> None:
    shown = render(
        RUNNER,
        values=PLACE
        | {
            "settings": {"CAD_RUNNER_LEASE": "3m", "CAD_RUNNER_LARGEST_SOURCE": 2000000000},
            "kinds": {"dxf": {"settings": {"CAD_RUNNER_LEASE": 240, "CAD_RUNNER_WAIT": 0.5}}},
        },
    )
    data = shown.one("ConfigMap", "cad-runner")["data"]
    assert data["CAD_RUNNER_LEASE"] == "3m"
    assert data["CAD_RUNNER_LARGEST_SOURCE"] == "2000000000", "and not 2e+09"
    assert environment(pod(shown))["CAD_RUNNER_LEASE"] == "240"
    assert environment(pod(shown))["CAD_RUNNER_WAIT"] == "0.5"
    assert "CAD_RUNNER_LEASE" not in environment(pod(shown, "pdf"))


def test_the_work_folder_has_room_for_two_of_the_largest_drawings_within_what_the_pod_may_store() -> None:
    for name in ("dxf", "pdf"):
        spec = pod(rendered(), name)
        room = int(spec["volumes"][0]["emptyDir"]["sizeLimit"].removesuffix("Gi")) << 30
        assert room > 2 * 500_000_000
        for what in ("requests", "limits"):
            storage = spec["containers"][0]["resources"][what]["ephemeral-storage"]
            assert int(storage.removesuffix("Gi")) << 30 > room
