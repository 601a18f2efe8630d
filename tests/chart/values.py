"""A chart's ``values.yaml`` with what its comments say: the one source of its schema and of the table in its README."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MARK = re.compile(r"@(schema|define|use|map|settings)\b ?(.*)")


@dataclass(frozen=True, slots=True)
class Value:
    """One value, and what the comment above it says."""

    path: tuple[str, ...]
    default: Any
    text: str  #: what it means; empty for a map that only holds others
    marks: dict[str, str] = field(default_factory=dict)
    inner: tuple[Value, ...] = ()  #: the values of a map, where each has a comment of its own

    @property
    def name(self) -> str:
        """As one would write it after ``--set``."""
        return ".".join(self.path)

    @property
    def schema(self) -> dict[str, Any]:
        """What ``@schema`` adds."""
        found = json.loads(self.marks.get("schema", "{}"))
        assert isinstance(found, dict)
        return found

    def walk(self) -> Iterator[Value]:
        """This one and those in it."""
        yield self
        for each in self.inner:
            yield from each.walk()


def read(path: Path) -> Value:
    """All values of a chart, as one map."""
    text = path.read_text(encoding="utf-8")
    node = yaml.compose(text)
    assert node is not None
    return _value(node, (), text.splitlines(), line=None)


def _value(node: yaml.Node, path: tuple[str, ...], lines: list[str], *, line: int | None) -> Value:
    text, marks = _comment(lines, line) if line is not None else ("", {})
    inner: tuple[Value, ...] = ()
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        pairs = [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
        # A map that says what may be in it is a default, and no group of values.
        if not marks.keys() & {"schema", "map"}:
            inner = tuple(_value(value, (*path, key.value), lines, line=key.start_mark.line) for key, value in pairs)
    return Value(path, yaml.safe_load(yaml.serialize(node)), text, marks, inner)


def _comment(lines: list[str], line: int) -> tuple[str, dict[str, str]]:
    """What stands above a key: what it means, and marks."""
    above: list[str] = []
    while line > 0 and lines[line - 1].lstrip().startswith("#"):
        line -= 1
        above.insert(0, lines[line].lstrip().removeprefix("#").strip())
    text: list[str] = []
    marks: dict[str, str] = {}
    for each in above:
        if found := _MARK.fullmatch(each):
            marks[found[1]] = found[2].strip()
        elif each.startswith("-- "):
            text = [each.removeprefix("-- ")]
        elif text:
            text.append(each)
    return " ".join(text), marks
