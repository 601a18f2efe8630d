"""Results that are kept in a file as they come, so that a measurement that was stopped goes on."""

from __future__ import annotations

import json
import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pipelines.report import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


class Named(Protocol):
    """What is measured, or what came of it."""

    @property
    def name(self) -> str:
        """What it is called: a case as its result."""


R = TypeVar("R", bound=Named)


@dataclass(frozen=True, slots=True)
class Kept(Generic[R]):
    """A file of results, JSON line by line."""

    path: Path
    restored: Callable[[dict[str, Any]], R]  #: a result from its plain JSON types

    def read(self) -> dict[str, R]:
        """Results by name; none where there is no such file."""
        if not self.path.is_file():
            return {}
        rows = (self.restored(json.loads(line)) for line in self.path.read_text("utf-8").splitlines())
        return {result.name: result for result in rows}

    def measured(self, cases: Sequence[Named], task: Callable[..., R], jobs: int) -> Iterator[R]:
        """Results as they come; those in the file are not measured again, others are added to it."""
        known = self.read()
        yield from (known[case.name] for case in cases if case.name in known)
        missing = [case for case in cases if case.name not in known]
        if jobs < 2:
            yield from self._noted(map(task, missing))
            return
        with multiprocessing.get_context("spawn").Pool(jobs) as pool:
            yield from self._noted(pool.imap_unordered(task, missing))

    def _noted(self, results: Iterator[R]) -> Iterator[R]:
        for result in results:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(plain(result), ensure_ascii=False) + "\n")
            yield result
