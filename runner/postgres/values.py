"""Results, failures and messages as JSON on rows, and back.

PostgreSQL takes neither a NUL in a text nor half of a surrogate pair, and JSON knows no NaN. All three may come out of
a drawing, or out of the last words of a process that crashed.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from runner.outcome import Artifact, Failure, Result


def text(value: str) -> str:
    """``value`` as a text column takes it."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def message(body: str) -> tuple[Jsonb, str | None, str | None]:
    """A message, its tenant and its trace context."""
    content = _clean(json.loads(body))
    return Jsonb(content), content.get("tenant"), content.get("traceparent")


def failure(value: Failure | None) -> Jsonb | None:
    """A failure as JSON."""
    return None if value is None else Jsonb(_clean(asdict(value) | {"at": value.at.isoformat()}))


def read_failure(content: dict[str, Any] | None) -> Failure | None:
    """A failure from JSON."""
    return None if content is None else Failure(**content | {"at": datetime.fromisoformat(content["at"])})


def result(value: Result) -> Jsonb:
    """A result as JSON."""
    return Jsonb(_clean(asdict(value) | {"at": value.at.isoformat()}))


def read_result(content: dict[str, Any] | None) -> Result | None:
    """A result from JSON."""
    if content is None:
        return None
    artifacts = tuple(Artifact(**each) for each in content["artifacts"])
    return Result(artifacts=artifacts, summary=content["summary"], at=datetime.fromisoformat(content["at"]))


def _clean(value: Any) -> Any:
    """``value`` without what the database refuses."""
    match value:
        case str():
            return text(value)
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {text(str(key)): _clean(each) for key, each in value.items()}
        case list() | tuple():
            return [_clean(each) for each in value]
        case _:
            return value


def plain(value: dict[str, Any] | None) -> Jsonb | None:
    """Plain JSON types as JSON."""
    return None if value is None else Jsonb(_clean(value))
