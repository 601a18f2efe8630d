"""JSON Schemas (draft 2020-12) of the files that stand beside a model; printed by ``cad-runner schema``.

``docs/contract/*.schema.json`` are these, written out; a test compares them. The schemas are open: a later version
may add members without raising ``version``, so readers ignore what they do not know.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pipelines.schemas import plan, report

Name = Literal["plan", "report"]


def schema(name: Name) -> dict[str, Any]:
    """The schema of ``plan.geojson`` or of ``report.json``."""
    return plan.schema() if name == "plan" else report.schema()


def text(name: Name) -> str:
    """The schema as it is written out."""
    return json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"
