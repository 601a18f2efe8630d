"""What is trained and how, as ``configuration.toml`` says."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pipelines.synth.training.tiles import Plan

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Course:
    """The training of one network."""

    name: str  #: 'walls' or 'detector'
    plan: Plan
    seeds: tuple[int, int]  #: of drawings, from and to
    batch: int
    rate: float  #: of learning, at its highest
    warmup: int  #: steps until then
    decay: float  #: of weights
    minutes: float  #: after which the rate has fallen to nothing
    seed: int
    width: float = 0.0  #: of a YOLO's layers
    depth: float = 0.0
    bins: int = 0  #: of a YOLO's distances
    sheets: tuple[int, int] = (0, 0)  #: seeds of whole sheets, from and to


@dataclass(frozen=True, slots=True)
class Reading:
    """The training of the reader of numbers."""

    batch: int
    rate: float  #: of learning, at its highest
    decay: float  #: of weights
    minutes: float  #: after which the rate has fallen to nothing
    seed: int


@dataclass(frozen=True, slots=True)
class Configuration:
    """The whole file."""

    courses: tuple[Course, ...]
    scans: Path | None  #: None where there are none
    reading: Reading


def load(file: Path = FILE) -> Configuration:
    """The configuration; paths in it are looked for from the working directory."""
    said = tomllib.loads(file.read_text("utf-8"))
    layouts, scans = Path(said["layouts"]), Path(said["scans"])
    courses = []
    for name in ("walls", "detector"):
        part = said[name]
        low, high = part.pop("jitter")
        plan = Plan(
            size=part.pop("size"),
            scale=part.pop("scale"),
            jitter=(low, high),
            stretch=part.pop("stretch"),
            layouts=layouts if layouts.exists() else None,
        )
        first, end = part.pop("seeds")
        one, other = part.pop("sheets", (0, 0))
        courses.append(Course(name, plan, (first, end), sheets=(one, other), **part))
    return Configuration(tuple(courses), scans if scans.exists() else None, Reading(**said["numerals"]))
