"""``cad-runner doctor``: whether everything is there that a conversion needs."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner import __version__
from runner.cli import AGAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LIBRARIES = ("click", "ezdxf", "numpy", "pillow", "pydantic", "shapely")
_PIPELINE = "pipelines.convert"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and what to do where that is bad."""

    what: str
    state: str
    remedy: str | None = None


@click.command("doctor")
def command() -> int:
    """Check that everything is there that a conversion needs."""
    findings = list(examine())
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        mark = "ok " if finding.remedy is None else "BAD"
        click.echo(f"{mark} {finding.what:<{width}}  {finding.state}")
        if finding.remedy is not None:
            click.echo(f"    {finding.remedy}")
    return AGAIN if any(finding.remedy for finding in findings) else 0


def examine() -> Iterator[Finding]:
    """Look at everything."""
    yield Finding("cad-runner", __version__)
    yield Finding("python", f"{platform.python_version()} ({sys.executable})")
    for name in _LIBRARIES:
        yield _guarded(name, partial(importlib.metadata.version, name), "Install cad-runner again.")
    yield _guarded("pipeline", _pipeline, "Install cad-runner again; a library is missing or does not fit.")
    yield _guarded("temporary files", _temporary, "Set TMPDIR to a folder that can be written and has room.")
    yield Finding("memory", f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.1f} GB")


def _guarded(what: str, look: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(what, look())
    except Exception as error:  # noqa: BLE001  whatever is wrong is what was looked for
        return Finding(what, f"{type(error).__name__}: {error}", remedy)


def _pipeline() -> str:
    importlib.import_module(_PIPELINE)
    return "dxf"


def _temporary() -> str:
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
    folder = Path(tempfile.gettempdir())
    space = os.statvfs(folder)
    free = space.f_bavail * space.f_frsize
    if free < 1 << 30:
        raise OSError(f"only {free / 1e9:.1f} GB free in {folder}")
    return f"{folder}, {free / 1e9:.1f} GB free"
