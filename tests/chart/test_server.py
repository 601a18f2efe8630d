"""A real API server accepts what the charts make, with KEDA's own checks, in a namespace that is restricted.

Nothing runs: the server is asked what it would say. The cluster is that of KUBECONFIG; without it the test is skipped,
so that nobody's current context is asked by chance.
"""

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chart import variants
from tests.chart.charts import Rendered, render


def kubectl(*arguments: str, given: Any = None) -> subprocess.CompletedProcess[str]:
    text = None if given is None else json.dumps(given)
    return subprocess.run(["kubectl", *arguments], input=text, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def namespace() -> Iterator[str]:
    """A namespace of the test's own."""
    if not os.environ.get("KUBECONFIG") or shutil.which("kubectl") is None:
        pytest.skip("no cluster: KUBECONFIG names none, or kubectl is missing (make cluster)")
    if kubectl("get", "--raw", "/readyz", "--request-timeout", "5s").returncode:
        pytest.skip("the cluster of KUBECONFIG does not answer")
    name = f"cad-runner-test-{secrets.token_hex(4)}"
    labels = {f"pod-security.kubernetes.io/{what}": "restricted" for what in ("enforce", "warn")}
    made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
    assert kubectl("create", "-f", "-", given=made).returncode == 0
    yield name
    kubectl("delete", "namespace", name, "--wait=false")


def asked(namespace: str, shown: Rendered) -> str:
    """What the server says of each object; an account has to be there before a pod is asked for."""
    for account in shown.all("ServiceAccount"):
        kubectl("apply", "--namespace", namespace, "-f", "-", given=account)
    things = {"apiVersion": "v1", "kind": "List", "items": list(shown.objects)}
    options = ("--dry-run=server", "--validate=strict", "--server-side", "--force-conflicts")
    done = kubectl("apply", "--namespace", namespace, *options, "-f", "-", given=things)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize(("chart", "given", "_name"), variants.ALL, ids=[name for *_, name in variants.ALL])
def test_the_server_accepts_every_object(namespace: str, chart: Path, given: dict[str, Any], _name: str) -> None:
    said = asked(namespace, render(chart, "--namespace", namespace, values=given))
    assert "Warning" not in said, said


def test_the_server_refuses_what_is_wrong(namespace: str) -> None:
    chart, given, _ = variants.ALL[0]
    job = render(chart, "--namespace", namespace, values=given).one("ScaledJob", "-dxf")
    job["spec"]["rollout"]["strategy"] = "default"
    with pytest.raises(AssertionError, match="Unsupported value"):
        asked(namespace, Rendered("", (job,)))
