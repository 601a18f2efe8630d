"""Every pod of both charts is restricted, in every variant."""

from itertools import chain
from typing import Any

import pytest

from tests.chart import variants
from tests.chart.charts import Rendered, pods, render


@pytest.fixture(scope="module", params=variants.ALL, ids=lambda each: str(each[2]))
def shown(request: pytest.FixtureRequest) -> Rendered:
    chart, given, _ = request.param
    return render(chart, values=given)


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return list(chain(pod["containers"], pod.get("initContainers", [])))


def test_a_pod_meets_the_standard_restricted(shown: Rendered) -> None:
    for pod in pods(shown):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0, "a number, so that the kubelet can check it"
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not pod.keys() & {"hostNetwork", "hostPID", "hostIPC"}
        for each in containers(pod):
            context = each["securityContext"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["readOnlyRootFilesystem"] is True
            assert context["capabilities"] == {"drop": ["ALL"]}
        kinds = set(chain.from_iterable(volume.keys() for volume in pod["volumes"])) - {"name"}
        assert kinds <= {"emptyDir", "secret", "configMap"}


def test_a_pod_has_no_access_to_the_api_and_hears_of_no_services(shown: Rendered) -> None:
    for pod in pods(shown):
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
    assert not {each["kind"] for each in shown.objects} & {"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"}


def test_a_container_has_limits_and_only_arguments_for_its_image(shown: Rendered) -> None:
    for pod in pods(shown):
        for each in containers(pod):
            assert each["resources"]["limits"]["memory"]
            assert each["resources"]["requests"]["cpu"]
            assert ":" in each["image"]
            assert not each["image"].endswith(":latest")


def test_what_is_written_is_limited(shown: Rendered) -> None:
    for pod in pods(shown):
        for volume in pod["volumes"]:
            if "emptyDir" in volume:
                assert volume["emptyDir"]["sizeLimit"]


def test_no_password_stands_where_it_can_be_read(shown: Rendered) -> None:
    for pod in pods(shown):
        for each in containers(pod):
            for variable in each.get("env", []):
                if variable["name"].endswith(("PASSWORD", "SECRET_KEY", "_PASS")):
                    assert "secretKeyRef" in variable["valueFrom"]
