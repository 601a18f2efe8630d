"""The page of failures names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/reference/failures.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "`test_" in line]
TESTS = {
    name
    for path in (ROOT / "tests/integration").glob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_each_row_is_proved_by_a_test_that_is_there(row: str) -> None:
    (name,) = re.findall(r"`(test_\w+)`", row.split("|")[4])
    assert name in TESTS


def test_every_row_of_the_table_names_a_test() -> None:
    table = PAGE.partition("| What fails |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(table) == len(ROWS)
