"""Tiny real implementations of what ``process`` needs, and faults to put into them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from runner.local.events import MemoryEvents
from runner.local.jobs import MemoryJobs
from runner.local.objects import DirectoryStore
from runner.parts import Parts
from runner.protocols import Delivery
from runner.sandbox.converter import Beat

DRAWING = b"0\nEOF\n"
CHECKSUM = "sha256:" + hashlib.sha256(DRAWING).hexdigest()
Work = Callable[[Path, Path, dict[str, Any], Beat], dict[str, Any]]


def makes_model(_source: Path, out: Path, _options: dict[str, Any], beat: Beat) -> dict[str, Any]:
    """A pipeline's work: a model and a report."""
    beat("read", 0.0)
    (out / "model.glb").write_bytes(b"glTF")
    (out / "report.json").write_text("{}")
    return {"method": "floor_plan", "storeys": [], "timings": {"read": 0.5}}


@dataclass(slots=True)
class Scripted:
    """A converter that does what the test says."""

    desk: Path
    work: Work = makes_model
    killed: bool = False
    runs: int = 0

    def run(self, source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        self.runs += 1
        return self.work(source, out, options, beat)

    def alive(self) -> bool:
        return not self.killed

    def kill(self) -> None:
        self.killed = True

    def close(self) -> None:
        pass


@dataclass(slots=True)
class Clock:
    """Seconds that pass when the test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Faulty:
    """Wraps a part; a method with a fault raises it instead, as long as faults are left in its list."""

    def __init__(self, part: object, **faults: Sequence[Exception]) -> None:
        self._part = part
        self._faults = {name: list(each) for name, each in faults.items()}

    def __getattr__(self, name: str) -> Any:
        faults = self._faults.get(name)
        fault = faults.pop(0) if faults else None
        if fault is None:
            return getattr(self._part, name)

        def raises(*_arguments: object, **_named: object) -> None:
            raise fault

        return raises


@dataclass(slots=True)
class Bench:
    """Everything that one job needs, in a folder of the test."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    work: Work = makes_model
    desks: Iterator[int] = field(default_factory=lambda: iter(range(1000)))
    jobs: MemoryJobs = field(init=False)
    objects: DirectoryStore = field(init=False)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    changes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.jobs = MemoryJobs(self.clock)
        self.objects = DirectoryStore(self.folder / "store")
        (self.folder / "store" / "in").mkdir(parents=True)
        (self.folder / "store" / "in" / "plan.dxf").write_bytes(DRAWING)

    def but(self, **changes: Any) -> Self:
        """The same with other parts."""
        self.changes = changes
        return self

    @property
    def parts(self) -> Parts:
        parts = Parts(objects=self.objects, jobs=self.jobs, events=self.events)
        return replace(parts, **self.changes)

    def converter(self) -> Scripted:
        desk = self.folder / f"desk-{next(self.desks)}"
        desk.mkdir()
        return Scripted(desk, self.work)

    @property
    def told(self) -> list[str]:
        """What was published, in order."""
        return [event.type for event in self.events.published]


def message(**changes: Any) -> Delivery:
    """A delivery of a job for ``in/plan.dxf``."""
    return Delivery(body=json.dumps({"job_id": "j1", "file_path": "in/plan.dxf"} | changes).encode())
