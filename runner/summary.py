"""The few figures of a report that people and rows want, whatever the pipeline."""

from __future__ import annotations

from typing import Any


def summary(
    report: dict[str, Any], *, source_bytes: int = 0, download: float = 0.0, upload: float = 0.0
) -> dict[str, Any]:
    """Counts, areas (m²), bytes, seconds and peak memory of a ``ConvertReport`` as plain JSON types.

    ``pages`` are the numbers of those that the model is of, ``scale`` is that of the first; a DXF has neither.
    ``seconds`` is what the conversion took; ``timings`` is that by stage, and what the transfers around it took.
    """
    stages = report.get("timings") or {}
    timings = {"download": download, **stages, "upload": upload}
    storeys = report.get("storeys") or []
    openings: dict[str, int] = {}
    for storey in storeys:
        for kind, count in storey.get("openings", {}).items():
            openings[kind] = openings.get(kind, 0) + count
    model = report.get("model") or {}
    read = report.get("read") or {}
    pages = [page for page in read.get("pages") or () if page.get("used")]
    return {
        "format": read.get("format"),
        "method": report.get("method"),
        "unit": (report.get("units") or {}).get("name"),
        "scale": _scale(pages[0].get("scale")) if pages else None,
        "pages": [page.get("number") for page in pages],
        "storeys": len(storeys),
        "walls": sum(storey.get("walls", 0) for storey in storeys),
        "doors": sum(count for kind, count in openings.items() if kind.endswith("door")),
        "windows": openings.get("window", 0),
        "rooms": sum(storey.get("rooms", 0) for storey in storeys),
        "area": round(sum(storey.get("room_area", 0.0) for storey in storeys), 2),
        "triangles": model.get("triangles", 0),
        "source_bytes": source_bytes,
        "bytes": model.get("bytes", 0),
        "seconds": round(sum(stages.values()), 3),
        "timings": {stage: round(seconds, 3) for stage, seconds in timings.items()},
        "peak_memory": report.get("peak_memory", 0),
        "warnings": list(report.get("warnings") or ()),
    }


def _scale(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """How large a page's drawing is in truth, how that was found, and how sure it is; without the evidence."""
    return {name: found.get(name) for name in ("ratio", "metres_per_mm", "method", "confidence")} if found else None
