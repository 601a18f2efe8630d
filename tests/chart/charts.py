"""The charts, and helm, which renders them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CHARTS = ROOT / "charts"
RUNNER, PLATFORM = CHARTS / "cad-runner", CHARTS / "cad-platform"


def helm() -> str | None:
    """The program: what HELM names, what is installed, or what ``make helm`` has fetched."""
    fetched = ROOT / "build" / "bin" / "helm"
    return os.environ.get("HELM") or shutil.which("helm") or (str(fetched) if fetched.exists() else None)


class Refused(Exception):
    """Helm did not take the values."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What helm makes of a chart."""

    text: str
    objects: tuple[dict[str, Any], ...] = field(repr=False)

    def all(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind."""
        return [each for each in self.objects if each["kind"] == kind]

    def one(self, kind: str, end: str = "") -> dict[str, Any]:
        """The object of a kind whose name ends so."""
        found = [each for each in self.all(kind) if each["metadata"]["name"].endswith(end)]
        assert len(found) == 1, f"{len(found)} objects {kind} that end in {end!r}"
        return found[0]


def render(chart: Path, *options: str, release: str = "cad", values: dict[str, Any] | None = None) -> Rendered:
    """Render a chart. Raises ``Refused`` with what helm says."""
    program = helm()
    assert program
    given = ["--values", "-"] if values is not None else []
    done = subprocess.run(
        [program, "template", release, str(chart), *given, *options],
        input=json.dumps(values) if values is not None else None,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "KUBECONFIG": "/nonexistent"},
    )
    if done.returncode:
        raise Refused(done.stderr)
    objects = tuple(each for each in yaml.safe_load_all(done.stdout) if each)
    return Rendered(done.stdout, objects)


def pods(shown: Rendered) -> list[dict[str, Any]]:
    """The specs of all pods in it, whatever makes them."""
    found = []
    left: list[Any] = list(shown.objects)
    while left:
        match left.pop():
            case {"containers": _} as spec:
                found.append(spec)
            case dict() as inner:
                left += inner.values()
            case list() as inner:
                left += inner
    assert found
    return found
