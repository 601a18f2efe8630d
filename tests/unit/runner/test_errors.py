from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import pytest

from runner import errors
from runner.errors import Halted, Permanent, RunnerError, Transient
from runner.outcome import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator


def below(kind: type[RunnerError]) -> Iterator[type[RunnerError]]:
    """Of what is defined in ``runner.errors``: adapters narrow some of it for themselves, and never let that out."""
    for each in kind.__subclasses__():
        if each.__module__ == kind.__module__:
            yield each
            yield from below(each)


LEAVES = [kind for kind in below(RunnerError) if not list(below(kind))]


def test_the_tree_at_the_top_of_the_module_is_the_tree() -> None:
    drawn = re.findall(r"^[ │]*(?:├── |└── )(\w+)", errors.__doc__ or "", re.MULTILINE)
    assert drawn == [kind.__name__ for kind in below(RunnerError)]


def test_codes_are_stable_names_and_no_two_are_the_same() -> None:
    codes = [kind.code for kind in LEAVES]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z][a-z_]+", code) for code in codes)


@pytest.mark.parametrize("kind", LEAVES)
def test_each_error_says_what_is_wrong_and_what_to_do(kind: type[RunnerError]) -> None:
    error = kind()
    assert error.message == inspect.getdoc(kind)
    assert error.advice.endswith(".")
    assert error.advice != RunnerError.remedy
    assert sum(isinstance(error, group) for group in (Permanent, Transient, Halted)) == 1


def test_an_error_may_be_narrower_than_its_class() -> None:
    error = errors.DrawingRefused("Empty.", code="empty_file", remedy="Upload it again.", trace="t")
    failure = Failure.of(error)
    assert failure == Failure("empty_file", "Empty.", "Upload it again.", "t", failure.at)
    assert str(error) == "Empty."


def test_the_text_of_a_failure_can_be_sent_whatever_a_file_is_called() -> None:
    failure = Failure.of(errors.SourceMissing("There is no file \udcba.dxf.", trace="\udcae"))
    assert (failure.message, failure.trace) == ("There is no file ?.dxf.", "?")
