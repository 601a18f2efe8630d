"""All that is written from the charts' values: schema, README, and a snapshot of what the defaults make."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.chart import schema, table, values
from tests.chart.charts import PLATFORM, RUNNER, render

SNAPSHOTS = Path(__file__).parent / "snapshots"
#: Release and values of the snapshots: the least that renders.
DEFAULTS = {RUNNER: ("cad", {"platform": "platform"}), PLATFORM: ("platform", {})}
_RANDOM = re.compile(r"^(  (?:password|secret-key): )\"[A-Za-z0-9+/=]{44}\"$", re.MULTILINE)


def written(*, snapshots: bool) -> dict[Path, str]:
    """Each file, and what has to be in it."""
    found = {}
    for chart in (RUNNER, PLATFORM):
        tree = values.read(chart / "values.yaml")
        found[chart / "values.schema.json"] = json.dumps(schema.schema(tree), indent=2, ensure_ascii=False) + "\n"
        page = chart / "README.md"
        found[page] = table.page(page.read_text(encoding="utf-8"), tree)
    if snapshots:
        found |= {SNAPSHOTS / f"{chart.name}.yaml": snapshot(chart) for chart in (RUNNER, PLATFORM)}
    return found


def snapshot(chart: Path) -> str:
    """What the defaults make, without what is random."""
    release, given = DEFAULTS[chart]
    return _RANDOM.sub(r'\1"(random)"', render(chart, release=release, values=given).text)
