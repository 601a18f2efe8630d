"""Values that between them render every template of the charts, each branch of it somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.chart import charts

if TYPE_CHECKING:
    from pathlib import Path

_TLS = {"existingSecret": "tls", "caKey": "ca.crt", "certKey": "tls.crt", "keyKey": "tls.key"}
_DEPLOYMENT = {"mode": "deployment", "minReplicas": 1}

RUNNER: dict[str, dict[str, Any]] = {
    "platform": {"platform": "platform"},
    "own services": {
        "rabbitmq": {"host": "mq.internal", "existingSecret": "mq"},
        "postgresql": {"host": "db.internal", "existingSecret": "db"},
        "s3": {"endpoint": "https://s3.internal", "existingSecret": "store"},
    },
    "addresses in secrets": {
        "rabbitmq": {"existingSecret": "mq", "urlKey": "url", "management": {"urlKey": "api"}},
        "postgresql": {"existingSecret": "db", "urlKey": "url", "migration": {"existingSecret": "owner"}},
        "s3": {"endpoint": "https://s3.internal"},
        "kinds": {"pdf": _DEPLOYMENT},
    },
    "deployments": {"platform": "platform", "kinds": {"dxf": _DEPLOYMENT, "pdf": _DEPLOYMENT | {"paused": True}}},
    "everything": {
        "platform": "platform",
        "commonLabels": {"team": "cad"},
        "commonAnnotations": {"owner": "me"},
        "imagePullSecrets": [{"name": "registry"}],
        "rabbitmq": {"tls": _TLS | {"enabled": True, "verify": False}, "keda": {"existingSecret": "reader"}},
        "postgresql": {"tls": _TLS},
        "s3": {"tls": _TLS},
        "settings": {"CAD_RUNNER_KEEP_RESULTS": "30d", "CAD_RUNNER_LARGEST_SOURCE": 300000000},
        "runner": {
            "nodeSelector": {"pool": "cad"},
            "tolerations": [{"key": "spot", "operator": "Exists"}],
            "affinity": {"nodeAffinity": {}},
            "topologySpreadConstraints": [
                {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}
            ],
            "podLabels": {"team": "cad"},
            "podAnnotations": {"note": "x"},
            "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
            "extraVolumes": [{"name": "models", "emptyDir": {"sizeLimit": "1Gi"}}],
            "extraVolumeMounts": [{"name": "models", "mountPath": "/models"}],
        },
        "kinds": {
            "dxf": {"settings": {"CAD_RUNNER_LEASE": 180}, "priorityClassName": "low"},
            "pdf": _DEPLOYMENT | {"gpu": {"runtimeClassName": "nvidia", "nodeSelector": {"pool": "gpu"}}},
            "dwg": {"image": {"repository": "registry/dwg", "tag": "1"}, "scaling": {"strategy": "default"}},
        },
        "exporter": {"enabled": True},
        "serviceAccount": {"annotations": {"role": "x"}},
        "extraManifests": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "more"}}],
    },
}
PLATFORM: dict[str, dict[str, Any]] = {
    "default": {},
    "everything": {
        "commonLabels": {"team": "cad"},
        "commonAnnotations": {"owner": "me"},
        "imagePullSecrets": [{"name": "registry"}],
        "service": {"nodeSelector": {"pool": "cad"}, "tolerations": [{"operator": "Exists"}]},
        "rabbitmq": {"persistence": {"enabled": False}},
        "postgresql": {"existingSecret": "db", "persistence": {"storageClassName": "fast"}},
        "s3": {"image": {"digest": f"sha256:{'a' * 64}"}},
    },
}
#: Chart, values, and what to call them.
ALL: list[tuple[Path, dict[str, Any], str]] = [
    *((charts.RUNNER, given, f"runner, {name}") for name, given in RUNNER.items()),
    *((charts.PLATFORM, given, f"platform, {name}") for name, given in PLATFORM.items()),
]
