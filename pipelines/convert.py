"""One drawing in, one model out: the whole path, and the files that it leaves.

This is what the runner's child process calls, and the only function of the library that writes files.
"""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING

from pipelines import build, geojson, gltf
from pipelines.report import ConvertReport
from pipelines.stopwatch import Progress, Stopwatch
from pipelines.understand import understand

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.options import ConvertOptions
    from pipelines.scene import Scene
    from pipelines.understand import Understanding

MODEL, PLAN, PREVIEW, OVERLAY, REPORT = "model.glb", "plan.geojson", "preview.png", "overlay.png", "report.json"


def convert(source: Path, out: Path, options: ConvertOptions, progress: Progress) -> ConvertReport:
    """Convert ``source`` into files in the existing folder ``out``.

    Always writes ``model.glb``; beside it ``plan.geojson``, ``preview.png``, ``overlay.png`` and ``report.json`` as
    the options ask. ``progress`` is called with the name of each stage as it begins, and the share of the work that
    lies behind, 0..1. Raises ``DrawingError`` where the drawing can't be used.
    """
    watch = Stopwatch(progress)
    found = understand(source, options, watch)
    with watch.stage("build", 0.8):
        scene = build.build(found.plan, options)
    with watch.stage("write", 0.9):
        data = gltf.write(scene)
        (out / MODEL).write_bytes(data)
        if options.plan:
            (out / PLAN).write_bytes(geojson.write(found.plan))
    _pictures(out, found, scene, options, watch)
    report = ConvertReport(
        source=source.name,
        read=found.read,
        units=found.units,
        views=found.views,
        storeys=found.storeys,
        model=gltf.measure(scene, data),
        method=found.method,
        warnings=found.warnings,
        timings=watch.seconds,
        peak_memory=peak_memory(),
    )
    if options.report:
        (out / REPORT).write_text(report.to_json(), encoding="utf-8")
    progress("done", 1.0)
    return report


def _pictures(out: Path, found: Understanding, scene: Scene, options: ConvertOptions, watch: Stopwatch) -> None:
    """The pictures; their libraries are imported only where one is asked for."""
    if options.preview:
        with watch.stage("preview", 0.93):
            from pipelines import preview  # noqa: PLC0415  a tenth of a second that most jobs do not need

            (out / PREVIEW).write_bytes(preview.render(scene))
    if options.overlay:
        with watch.stage("overlay", 0.97):
            from pipelines import overlay  # noqa: PLC0415  see above

            (out / OVERLAY).write_bytes(overlay.render(found.plan, found.linework, found.backdrops))


def peak_memory() -> int:
    """Bytes that this process has held at most."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
