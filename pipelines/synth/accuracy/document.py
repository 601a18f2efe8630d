"""The part of ``docs/accuracy.md`` on drawings in DXF."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from pipelines.synth.accuracy import real, tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipelines.synth.accuracy.sample import Result

PACKAGES = ("cad-runner", "ezdxf", "shapely", "numpy")
FACETS = (
    "building",
    "walls",
    "doors",
    "windows",
    "block names",
    "layers",
    "layer use",
    "unit",
    "header",
    "version",
    "views",
    "storeys",
    "care",
    "plan",
    "around",
    "remarks",
    "arrangement",
)


def markdown(results: Sequence[Result], seeds: range, real_folder: Path, *, with_file: bool) -> str:
    """What is said of drawings; the other parts of the document follow it."""
    real_layouts = ["Every third building is a real one, from a file of layouts; the others are random."]
    of_file = " (with `--layouts` where its building is of the file)" if with_file else ""
    lines = [
        f"Measured by `make accuracy` on {len(results)} drawings, seeds {seeds.start} to {seeds.stop - 1}, drawn by",
        "`pipelines.synth`; other seeds than these serve for development. Each is a random building in a random",
        "drafting hand; it is written as a file, read and understood as any other, and compared with the plan that it",
        "was drawn from. The hands are those of the generator: drawings of offices that it does not know may do worse.",
        *(real_layouts if with_file else []),
        "An opening is right within half its width of its place and of its class (door, window, bare opening).",
        "Walls are compared as areas with openings cut out. Storeys that are not found count as nothing found in them.",
        "The same seeds give the same drawings on every machine: `python -m pipelines.synth.accuracy --only SEED`",
        f"tells all about one of them{of_file}.",
        "",
        f"Run with {', '.join(f'{name} {version(name)}' for name in PACKAGES)}.",
        "",
        "## All drawings",
        "",
        *tables.overall(tables.summary(results)),
    ]
    found = real.measure(real_folder)
    if found:
        lines += [
            "",
            "## Real drawings",
            "",
            "Doors and windows are right where one as wide (within 8 cm) was found, rooms where one of that name was",
            "found whose area is that of the nominal sizes (within 10 %).",
            "",
            *real.lines(found),
        ]
    for facet in FACETS:
        lines += ["", f"## By {facet}", "", *tables.breakdown(results, facet)]
    lines += [
        "",
        "## Worst cases",
        "",
        "Pictures of these are in `build/accuracy/` after a run.",
        "",
        *tables.worst(results),
    ]
    return "\n".join(lines) + "\n"
