"""What commands show: tables for people, JSON for programs."""

from __future__ import annotations

import json
import shutil
import sys
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from runner.cli.display import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = "  "
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))

#: The option of every command that shows something.
plain = click.option("--json", "plain", is_flag=True, help="Print JSON.")


def as_json(value: Any) -> None:
    """Print a value as JSON; times as ISO 8601."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def show(rows: Sequence[Sequence[object]], *, heading: Sequence[str]) -> None:
    """Print rows under a heading, each column as wide as its widest cell; a terminal's width ends the lines."""
    cells = [[printable("" if cell is None else str(cell)) for cell in row] for row in (heading, *rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for row in cells:
        line = _GAP.join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.echo(line if columns is None else cut(line, columns))


def printable(text: str) -> str:
    """A text as one line, without letters that a terminal obeys."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago something was: '5m', '3d'."""
    return "" if then is None else span((now - then).total_seconds())


def span(seconds: float) -> str:
    """A time in its largest unit."""
    whole = max(0, int(seconds))
    return next((f"{whole // size}{unit}" for size, unit in _UNITS if whole >= size), "0s")


def moment(when: datetime | None) -> str:
    """A time as people read it, in UTC."""
    return "" if when is None else f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
