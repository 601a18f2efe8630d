"""What is written from the charts' values is what it should be, and the versions are one."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from runner.settings.reading import GROUPS, name_of, names
from tests.chart import pages, schema, values
from tests.chart.charts import PLATFORM, ROOT, RUNNER, render

CHARTS = [RUNNER, PLATFORM]
WRITTEN = pages.written(snapshots=False)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_page_is_as_it_would_be_written(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == WRITTEN[path], "make docs"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: str(chart.name))
def test_the_defaults_make_what_the_snapshot_shows(chart: Path) -> None:
    kept = pages.SNAPSHOTS / f"{chart.name}.yaml"
    assert pages.snapshot(chart) == kept.read_text(encoding="utf-8"), "look at it, then: make docs"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: str(chart.name))
def test_every_value_says_what_it_means(chart: Path) -> None:
    silent = [
        each.name
        for each in values.read(chart / "values.yaml").walk()
        if not each.inner and not each.text and each.path[0] not in ("rabbitmq", "postgresql", "s3", "kinds")
    ]
    assert silent == []


def test_the_version_of_the_charts_is_that_of_the_package() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for chart in CHARTS:
        told = yaml.safe_load((chart / "Chart.yaml").read_text(encoding="utf-8"))
        assert (told["version"], told["appVersion"]) == (package, package)


def test_every_setting_is_a_value_of_the_chart_or_can_be_set_as_it_is() -> None:
    left = {name for name, _ in schema.settable()}
    assert left | schema.OWN | schema.IMAGES == set(names())
    assert not left & schema.OWN


def test_no_secret_is_among_the_settings_that_stand_in_values() -> None:
    left = {name for name, _ in schema.settable()}
    secret = {
        name_of(group, field)
        for group in GROUPS
        for field, info in group.model_fields.items()
        if "SecretStr" in str(info.annotation)
    }
    assert secret
    assert not left & secret


def test_the_chart_sets_every_setting_that_it_calls_its_own() -> None:
    tls = {"existingSecret": "tls", "caKey": "ca", "certKey": "cert", "keyKey": "key", "verify": False}
    given = {
        "platform": "platform",
        "rabbitmq": {"tls": tls | {"enabled": True}},
        "postgresql": {"tls": tls},
        "s3": {"tls": tls},
        "kinds": {"pdf": {"modelPath": "/models/own.onnx"}},
    }
    text = render(RUNNER, values=given).text
    assert {name for name in schema.OWN if not re.search(rf"\b{name}\b", text)} == set()
