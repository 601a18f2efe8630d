"""The files that come and go: the media type of each by its name, and of drawings the routing key by their bytes."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from pipelines import source as sources
from runner.errors import DrawingRefused

if TYPE_CHECKING:
    from pathlib import Path

_MEDIA: Final = {
    ".dxf": "image/vnd.dxf",
    ".geojson": "application/geo+json",
    ".glb": "model/gltf-binary",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
#: What ``pipelines.source`` tells apart -> the routing key of its jobs, and what it is called.
_KINDS: Final = {"dxf": ("dxf", "a DXF"), "pdf": ("pdf", "a PDF"), "picture": ("pdf", "a picture")}


def media_type(name: str) -> str:
    """Media type of a file by its name."""
    return _MEDIA.get(PurePath(name).suffix.lower()) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def kind(drawing: Path) -> str | None:
    """What ``pipelines.source`` takes a file for; None where it can't be read."""
    try:
        # To open a pipe would wait for whoever writes to it.
        return sources.kind(drawing) if drawing.is_file() else None
    except OSError:
        return None


def routing_key(drawing: Path) -> str | None:
    """'dxf' or 'pdf', by the first bytes; None where they are no drawing's, or can't be read."""
    found = kind(drawing)
    return _KINDS[found][0] if found in _KINDS else None


def require(drawing: Path, key: str) -> None:
    """Raise ``DrawingRefused`` where a drawing came by the routing key of another kind.

    Whoever runs the pipeline judges what is no drawing at all. Queues have machines of their own, and their lengths
    say how many: a drawing is not converted by the wrong ones, however well it would go.
    """
    found = kind(drawing)
    if found in _KINDS and _KINDS[found][0] != key:
        right, name = _KINDS[found]
        raise DrawingRefused(
            f"The file is {name}, but its message came with the routing key '{key}'.",
            code="unsupported_format",
            remedy=f"Publish it with the routing key '{right}', under a new job_id.",
        )
