"""The development set-up in containers fits the program that it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from runner.cli import LazyGroup
from runner.settings.reading import Settings, names

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"].startswith("cad-runner"))


def seconds(text: str) -> int:
    return int(text.removesuffix("m")) * 60


def test_each_kind_has_its_runner() -> None:
    kinds = {SERVICES[name]["environment"].get("WORKER_TYPE") for name in OURS if SERVICES[name]["command"] == ["work"]}
    assert kinds == {"dxf", "pdf"}


@pytest.mark.parametrize("name", OURS)
def test_what_a_runner_is_told_is_a_setting_and_right(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert set(environment) <= set(names())
    settings = Settings.read(environment)
    assert settings.broker.url.get_secret_value().split("@")[1].startswith("rabbitmq:")
    assert settings.work.grace_period < seconds(SERVICES[name]["stop_grace_period"])
    for server in ("rabbitmq", "postgres", "s3"):
        assert f"{server}:" in " ".join(environment.values()).replace("@", " ")


@pytest.mark.parametrize("name", OURS)
def test_what_a_runner_is_to_do_is_a_command(name: str) -> None:
    assert SERVICES[name]["command"][0] in LazyGroup.commands_by_name


def test_nobody_waits_for_a_service_that_is_not_there() -> None:
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] == "service_completed_successfully" or "healthcheck" in SERVICES[other]


def test_no_port_is_open_to_the_network() -> None:
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_what_the_image_is_made_of_is_there() -> None:
    build = SERVICES["runner-dxf"]["build"]
    lines = (ROOT / build["context"] / build["dockerfile"]).read_text().splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from=" not in line]
    sources = [word for words in copied for word in words if not word.startswith("--")]
    assert sources
    for source in sources:
        assert list(ROOT.glob(source))
