"""One PDF in a process of its own: ``python -m tests.bench.plots_child WHAT FILE [MODEL]``.

``convert`` makes a model, a plan and a report of it; ``first`` reads its first page; ``detector`` looks at a picture of
its first page with a given network. Prints JSON: of each part the seconds on the wall, those on a processor, and the
bytes that the process had held at most by its end.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Pixels of a metre at which a detector looks, and how many pixels of a page it is given.
_DENSITY, _PART = 50.0, 2400

Part = tuple[float, float, int]


@dataclass(slots=True)
class Clock:
    """What each part took, in order."""

    parts: dict[str, Part] = field(default_factory=dict)
    begun: tuple[str, float, float] = ("", 0.0, 0.0)

    def stage(self, name: str, _share: float = 0.0) -> None:
        """A part begins, and the one before it ends."""
        wall, cpu = time.perf_counter(), time.process_time()
        before, walled, spent = self.begun
        if before:
            more = self.parts.get(before, (0.0, 0.0, 0))
            held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            self.parts[before] = (more[0] + wall - walled, more[1] + cpu - spent, held)
        self.begun = (name, wall, cpu)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A part of the work."""
        self.stage(name)
        yield
        self.stage("")


def convert(source: Path, clock: Clock) -> None:
    """The conversion without pictures; imports that every PDF needs are left out."""
    from pipelines import convert as conversion  # noqa: PLC0415  # imports are left out of every measure
    from pipelines.options import ConvertOptions  # noqa: PLC0415  # see above
    from pipelines.source import prepare  # noqa: PLC0415  # see above

    options = ConvertOptions(preview=False, overlay=False)
    list(prepare("pdf", options))
    with tempfile.TemporaryDirectory() as folder:
        conversion.convert(source, Path(folder), options, clock.stage)


def first(source: Path, clock: Clock) -> None:
    """The first page as columns, imports included."""
    with clock.part("imports"):
        from pipelines.pdf.extractor import Document  # noqa: PLC0415  # what is measured
    with clock.part("first page"), Document(source) as document:
        document.page(1)


def detector(source: Path, clock: Clock, model: Path) -> None:
    """A detector on a part of a page."""
    from pipelines.pdf.detector import open_detector  # noqa: PLC0415  # imports are left out of every measure
    from pipelines.pdf.extractor import Document  # noqa: PLC0415  # see above

    with Document(source) as document:
        grey = document.render(1, 10.0, (0.0, 0.0, _PART / 10, _PART / 10))
    with clock.part("open"):
        opened = open_detector(str(model), gpu=False).detector
    if opened is None:
        raise SystemExit(f"{model} can't be opened")
    opened.see(grey, _DENSITY)
    with clock.part("look"):
        opened.see(grey, _DENSITY)


def main(what: str, source: Path, *models: str) -> None:
    """Run, and say what it took."""
    clock = Clock()
    if what == "convert":
        convert(source, clock)
    elif what == "first":
        first(source, clock)
    else:
        detector(source, clock, Path(models[0]))
    json.dump(clock.parts, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
