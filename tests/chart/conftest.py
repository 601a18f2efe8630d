"""What the charts' tests share. They run helm and no cluster, but for those that say so."""

from __future__ import annotations

import os

import pytest

from tests.chart.charts import helm


@pytest.fixture(scope="session", autouse=True)
def _helm() -> None:
    """Without helm, there is nothing to render with."""
    if helm() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("helm is missing: make helm")
