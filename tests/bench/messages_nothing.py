"""A pipeline without conversion, in a process that imports what the real one imports.

It writes as many files as the real one, all small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pipelines.convert  # noqa: F401  that it is imported is all

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.options import ConvertOptions

FILES = ("model.glb", "overlay.png", "plan.geojson", "preview.png", "report.json")


def nothing(source: Path, out: Path, _options: ConvertOptions, _progress: object) -> dict[str, Any]:
    """Write the files; the report."""
    for name in FILES:
        (out / name).write_bytes(b"nothing\n")
    return {"source": source.name}
