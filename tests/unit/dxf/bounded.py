"""A conversion of hostile input in a process of its own, with a limit on its memory and its time."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: Of address space: what the imports take, and a drawing of moderate size beside.
MEMORY = 2_000_000_000
#: Seconds, for a machine that does other things too; none of these takes long by itself.
SECONDS = 60

_PROGRAM = """
import json, sys
from pathlib import Path
from pipelines.dxf.expand import expand
from pipelines.dxf.parser import read
from pipelines.errors import DrawingError
try:
    drawing, report = read(Path(sys.argv[1]))
    sheet, skipped = expand(drawing)
    lost = {f"{each.kind} {each.reason}": each.count for each in (*report.skipped, *skipped)}
    print(json.dumps({"strokes": len(sheet.strokes), "lost": lost, "mended": report.mended}))
except DrawingError as error:
    print(json.dumps({"code": error.reason, "message": error.message, "advice": error.advice}))
"""


@dataclass(frozen=True)
class Ending:
    """How it ended: with a code, or with a drawing and what was lost of it."""

    code: str
    strokes: int
    lost: dict[str, int]


def converted(path: Path) -> Ending:
    """Read and expand a file; a traceback, a crash or a limit exceeded fails the test."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(path)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert not done.stderr
    answer = json.loads(done.stdout)
    return Ending(answer.get("code", ""), answer.get("strokes", 0), answer.get("lost", {}))
