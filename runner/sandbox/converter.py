"""What a job needs of whatever converts its drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

CONVERT = "pipelines.convert:convert"  #: the pipeline of every routing key: the drawing's bytes choose its reader
TRIAL = "pipelines.pdf.detector:tried"  #: converts nothing: tries the detector that the options ask for

Beat = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one conversion may use."""

    soft_seconds: float = 540.0  #: then it is asked to stop, and says where it was
    hard_seconds: float = 600.0  #: then it is killed
    memory: int | None = 4 << 30  #: bytes of memory of its own (RLIMIT_DATA); None is no limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a converter is told before it is told of its drawing."""

    kind: str | None = None  #: what the drawing most likely is, so that its reader is imported ahead
    options: Mapping[str, Any] = field(default_factory=dict)  #: of ``ConvertOptions``: the runner's, not the message's


class Converter(Protocol):
    """Something that converts one drawing and is then spent."""

    @property
    def desk(self) -> Path:
        """A folder for the drawing and the result, gone when the converter is closed."""
        ...

    def run(self, source: Path, out: Path, options: dict[str, Any], beat: Beat) -> dict[str, Any]:
        """Convert ``source`` into the folder ``out``; the report as plain JSON types.

        ``beat`` is called with stage and share (0..1), at least once a second; what it raises ends the conversion.
        """
        ...

    def alive(self) -> bool:
        """Whether it can still be run: it may have been killed while it waited."""
        ...

    def kill(self) -> None:
        """End the conversion at once. May be called from any thread."""
        ...

    def close(self) -> None:
        """End it, and remove its desk. May be called twice, by the thread that runs it."""
        ...
