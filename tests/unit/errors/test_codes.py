"""The codes that a drawing is refused with: one list, in the code and in the reference."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines import errors
from pipelines.errors import CODES, DrawingError

ROOT = Path(__file__).parents[3]
REFERENCE = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, str]:
    """Code and meaning of the table below a heading."""
    part = REFERENCE.split(heading, 1)[1].split("\n#", 1)[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", part, re.MULTILINE))


def test_the_reference_has_every_code_with_its_meaning() -> None:
    assert rows("# Why a drawing is refused") == CODES


def test_every_reason_for_leaving_something_out_is_in_the_reference() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "pipelines/dxf").rglob("*.py")))
    counted = re.findall(r"skipped\[.+?\] \+= |_kept\(.+?skipped\)|skipped\.update\(.+?\)", source)
    used = set(re.findall(r'"([a-z_]+)"', " ".join(counted))) - {"stroke", "area", "face"}
    known = rows("## What does not refuse a drawing")
    assert {"layer_hidden", "cyclic_block", "degree_too_high", "not_finite"} <= used
    assert used <= set(known)


def test_every_code_that_is_raised_is_listed() -> None:
    sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "pipelines").rglob("*.py"))]
    raised = {code for source in sources for code in re.findall(r'code="(\w+)"', source)}
    assert raised
    assert raised <= set(CODES)


@pytest.mark.parametrize("name", ["NotThisFormat", "UnsupportedFormat", "CorruptDrawing", "DrawingTooComplex",
                                  "NothingDrawable"])  # fmt: skip
def test_every_class_has_a_listed_code_and_says_what_to_do(name: str) -> None:
    kind: type[DrawingError] = getattr(errors, name)
    error = kind("It is broken.")
    assert error.reason == kind.code
    assert kind.code in CODES
    assert error.advice.endswith(".")
    assert str(error) == "It is broken."


def test_a_narrower_code_takes_precedence() -> None:
    error = errors.CorruptDrawing("It is empty.", code="empty_file", remedy="Send it again.")
    assert (error.reason, error.advice) == ("empty_file", "Send it again.")
