"""What ``cad-runner convert`` shows: results on standard output, all else on standard error.

On a terminal a bar shows how far everything is; in a pipe there are only lines.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
import unicodedata
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from runner.outcome import Failure, Result

_BAR, _REFRESH_SECONDS = 24, 0.05
#: A scale that is less sure is shown as an estimate.
_SURE = 0.8


class Display:
    """The progress and the results of some drawings; its methods may be called from any thread."""

    def __init__(self, total: int, *, results: TextIO, notes: TextIO) -> None:
        self._total = total
        self._results = results
        self._notes = notes
        self._settled = 0
        self._shares: dict[str, float] = {}
        self._next = 0.0
        self._drawn = False
        self._lock = threading.Lock()
        self._bar = notes.isatty() and os.environ.get("TERM") != "dumb"

    def progress(self, name: str, stage: str, share: float) -> None:
        """One drawing is at ``stage``, with ``share`` (0..1) of the work behind it."""
        now = time.monotonic()
        with self._lock:
            self._shares[name] = share
            if self._bar and now >= self._next:
                self._next = now + _REFRESH_SECONDS
                self._draw(name, stage)

    def done(self, name: str, model: str, result: Result, seconds: float) -> None:
        """One drawing became a model."""
        with self._lock:
            self._settle(name)
            print(f"{name} -> {model}: {described(result.summary)}, {seconds:.1f} s", file=self._results, flush=True)
            for warning in result.summary["warnings"]:
                print(printable(f"{name}: note: {warning}"), file=self._notes)

    def failed(self, name: str, failure: Failure, *, trace: bool) -> None:
        """One drawing did not; ``trace`` shows where the program failed."""
        with self._lock:
            self._settle(name)
            if trace and failure.trace:
                print(failure.trace, file=self._notes)
            line = " ".join(f"{name}: {failure.code}: {failure.message} {failure.remedy}".split())
            print(printable(line), file=self._notes)

    def close(self) -> None:
        """Take the bar away."""
        with self._lock:
            self._clear()

    def _settle(self, name: str) -> None:
        self._clear()
        self._shares.pop(name, None)
        self._settled += 1

    def _clear(self) -> None:
        if self._drawn:
            self._notes.write("\r\x1b[K")
            self._notes.flush()
            self._drawn = False

    def _draw(self, name: str, stage: str) -> None:
        share = (self._settled + sum(self._shares.values())) / self._total
        full = int(share * _BAR)
        count = f" {self._settled + 1}/{self._total}" if self._total > 1 else ""
        line = f"[{'#' * full}{'-' * (_BAR - full)}] {share:4.0%}{count}  {PurePath(name).name}: {stage}"
        self._notes.write("\r" + cut(line, shutil.get_terminal_size().columns - 1) + "\x1b[K")
        self._notes.flush()
        self._drawn = True


def cut(line: str, columns: int) -> str:
    """The beginning of ``line`` that fits into ``columns`` of a terminal; East Asian signs take two."""
    taken = 0
    for place, sign in enumerate(line):
        taken += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if taken > columns:
            return line[:place]
    return line


def described(figures: dict[str, Any]) -> str:
    """The figures of a result in words."""
    parts = _sheet(figures) + [
        _count(figures[key], key[:-1]) for key in ("storeys", "walls", "doors", "windows", "rooms") if figures[key]
    ]
    if figures["area"]:
        parts.append(f"{figures['area']:.1f} m²")
    if not figures["storeys"]:
        parts.append(str(figures["method"] or "model").replace("_", " "))
    return ", ".join([*parts, _size(figures["bytes"])])


def _sheet(figures: dict[str, Any]) -> list[str]:
    """Pages and scale of what has them; a DXF has neither."""
    found, pages = figures.get("scale"), figures.get("pages") or []
    if not found:
        return []
    about = "" if found["confidence"] >= _SURE else "about "
    scale = f"{about}1:{found['ratio'] or 1000 * found['metres_per_mm']:.4g}"
    return [f"{len(pages)} pages at {scale}" if len(pages) > 1 else scale]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"


def printable(text: str) -> str:
    """What a drawing or the name of a file says, without what a terminal obeys and without bytes of no encoding."""
    text = os.fsencode(text).decode("utf-8", "replace")
    return "".join("_" if unicodedata.category(sign) == "Cc" else sign for sign in text)
