"""The table of a chart's values in its README."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chart.values import Value

BEGIN = "<!-- Written by `make docs` from values.yaml; change it there. -->"
END = "<!-- End of what is written. -->"
_LONG = 60


def page(text: str, values: Value) -> str:
    """The README with the table as it has to be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    assert after, f"the README has to have the lines {BEGIN} and {END}"
    rows = ["| value | default | meaning |", "|---|---|---|", *_rows(values)]
    return "\n".join([f"{before}{BEGIN}", "", *rows, "", f"{END}{after}"])


def _rows(value: Value) -> Iterator[str]:
    if value.text:
        default = "" if value.inner and value.marks.keys() & {"define", "use"} else _shown(value)
        yield f"| `{value.name}` | {default} | {value.text.replace('|', chr(92) + '|')} |"
    for each in value.inner:
        yield from _rows(each)


def _shown(value: Value) -> str:
    if value.default in (None, ""):
        return ""
    text = json.dumps(value.default, ensure_ascii=False)
    return f"`{text}`" if len(text) <= _LONG else "see values.yaml"
