from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.postgres.queries import Query, parsed, queries

FOLDER = Path(__file__).parents[3] / "runner" / "sql"
FILES = sorted(path.stem for path in FOLDER.glob("*.sql"))
FENCE = "job_id = %(job_id)s AND attempt = %(attempt)s AND owner = %(owner)s AND state = 'running'"


def test_a_file_is_taken_apart_by_names() -> None:
    content = (
        "-- About.\n\n-- one --\n-- First.\n-- More.\nSELECT 1\n\n-- two --\n-- Second.\nSELECT 2 -- not a name --\n"
    )
    assert parsed("f", content) == {
        "one": Query("f.one", "First. More.", "SELECT 1"),
        "two": Query("f.two", "Second.", "SELECT 2 -- not a name --"),
    }


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("-- one --\nSELECT 1\n", "f.one has no purpose"),
        ("-- one --\n-- First.\n", "no statement"),
        ("-- one --\n-- First.\nSELECT 1\n-- one --\n-- Second.\nSELECT 2\n", "twice in f.sql"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(content: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parsed("f", content)


@pytest.mark.parametrize("file", FILES)
def test_every_statement_is_used(file: str) -> None:
    program = "\n".join(path.read_text() for path in FOLDER.parent.rglob("*.py"))
    for name in queries(file):
        assert re.search(rf"[\"']{name}[\"']", program), f"{file}.{name}"


@pytest.mark.parametrize("name", ["renew", "settle"])
def test_whoever_holds_a_claim_changes_nothing_without_it(name: str) -> None:
    assert FENCE in queries("jobs")[name].text


@pytest.mark.parametrize("file", FILES)
def test_time_is_the_database_s_and_names_are_whole(file: str) -> None:
    for query in queries(file).values():
        assert not re.search(r"\bnow\(\)|current_timestamp", query.text, re.IGNORECASE)
        for table in re.findall(
            r"\b(?:FROM|INTO|UPDATE|JOIN) (?!SKIP|SET)([\w.]*\b(?:jobs|attempts|audit|circuit)\b)", query.text
        ):
            assert table.startswith("cad_runner."), query.name
