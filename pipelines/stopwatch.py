"""Seconds per stage of a conversion, and word of each as it begins."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Progress = Callable[[str, float], None]


@dataclass(slots=True)
class Stopwatch:
    """Seconds per stage, in order; tells a listener which stage begins."""

    progress: Progress = lambda _stage, _share: None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, share: float) -> Iterator[None]:
        """Time a stage; ``share`` is how much of all the work lies before it, 0..1."""
        self.progress(name, share)
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begin
