"""The statements, by name, from the files of ``runner/sql``.

A file holds statements one after the other, each under a line ``-- name --`` and a sentence that says what it does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import LiteralString

_HEAD = re.compile(r"^-- (\w+) --$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """One statement."""

    name: str  #: 'jobs.claim'
    purpose: str
    text: LiteralString  #: with places for parameters, ``%(name)s``; as much a part of the program as a string in it


@cache
def queries(file: str) -> dict[str, Query]:
    """The statements of ``runner/sql/FILE.sql`` by name."""
    return parsed(file, (files("runner") / "sql" / f"{file}.sql").read_text(encoding="utf-8"))


def parsed(file: str, content: str) -> dict[str, Query]:
    """The statements of a file. Raises ``ValueError`` where one has no purpose, or a name is used twice."""
    _, *parts = _HEAD.split(content)
    found = {name: _query(f"{file}.{name}", body) for name, body in zip(parts[::2], parts[1::2], strict=True)}
    if len(found) < len(parts) // 2:
        raise ValueError(f"a name is used twice in {file}.sql")
    return found


def _query(name: str, body: str) -> Query:
    lines = body.strip().splitlines()
    end = next((place for place, line in enumerate(lines) if not line.startswith("--")), len(lines))
    purpose = " ".join(line.removeprefix("--").strip() for line in lines[:end])
    text = "\n".join(lines[end:])
    if not purpose or not text:
        raise ValueError(f"the query {name} has no purpose or no statement")
    return Query(name, purpose, text)
