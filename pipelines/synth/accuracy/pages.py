"""Plots and scans: which are measured, and what is said of them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from pipelines.synth.accuracy import papertables as tables
from pipelines.synth.accuracy.paper import Case, Result, measure
from pipelines.synth.accuracy.score import StoreyScore, Tally
from pipelines.synth.paper.page import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: Dots per inch that plots are scanned at.
DENSITIES = (100.0, 150.0, 200.0)
#: So many worst cases are listed, and so many of them pictured.
WORST, PICTURED = 8, 3
_VECTOR_FACETS = ("writer", "scale by", "scale note", "dimensions", "building", "walls", "doors", "windows", "views")
_SCAN_FACETS = ("dpi", "kind", "scale by", "building", "walls", "windows", "views")
_TITLES = {"scale by": "what told the scale"}
#: Width of a published picture, and how many colours it has.
_WIDE, _COLORS = 900, 48


def plots(begin: int, each: int) -> list[Case]:
    """So many plots by each writer, every one of another building."""
    writers = list(Writer)
    return [Case(begin + k, writers[k % len(writers)]) for k in range(each * len(writers))]


def scans(begin: int, each: int) -> list[Case]:
    """So many scans at each density."""
    return [Case(begin + k, dpi=DENSITIES[k % len(DENSITIES)]) for k in range(each * len(DENSITIES))]


def restored(row: dict[str, Any]) -> Result:
    """A result from its plain JSON types."""
    storeys = tuple(_storey(each) for each in row["storeys"])
    return Result(**{**row, "storeys": storeys, "straight": tuple(row["straight"])})


def _storey(row: dict[str, Any]) -> StoreyScore:
    made: dict[str, Any] = {}
    for key, value in row.items():
        made[key] = Tally(**value) if isinstance(value, dict) else tuple(value) if isinstance(value, list) else value
    return StoreyScore(**made)


def vectors_section(results: Sequence[Result], begin: int, pictures: Sequence[str], *, with_file: bool) -> str:
    """What is said of plots."""
    each = len(results) // len(Writer)
    lines = [
        f"{len(results)} plots of as many buildings, {each} by each of {len(Writer)} writers: programs that keep or",
        "lose layers, that draw letters as strokes, arcs as chords, lines as filled outlines, all of a pen as one path",
        "or every piece in a form of its own, that clip, and converters that put a plot on another page at another",
        f"scale with one width for all lines. Seeds from {begin}. {_building(with_file)}",
        _told("--kind pdf --only SEED --writer WRITER"),
        "",
        *tables.overall(results, tables.VECTORS),
    ]
    return _rest(lines, results, _VECTOR_FACETS, ("writer", "walls", "scale by", "scale note"), pictures)


def scans_section(results: Sequence[Result], begin: int, pictures: Sequence[str], *, with_file: bool) -> str:
    """What is said of scans."""
    each = len(results) // len(DENSITIES)
    lines = [
        f"{len(results)} plots, {each} at each density, printed, worn, scanned or photographed: blurred, askew, with",
        "noise, folds, stamps, uneven light, as JPEG, some in black and white. The file holds pixels only, no word and",
        f"no line. Seeds from {begin}. {_building(with_file)}",
        _told("--kind scan --only SEED --dpi DPI"),
        "",
        *tables.overall(results, tables.SCANS),
    ]
    return _rest(lines, results, _SCAN_FACETS, ("kind", "walls", "scale by", "views"), pictures)


def _building(with_file: bool) -> str:
    return "Every third building is a real one, from a file of layouts." if with_file else "All buildings are random."


def _told(arguments: str) -> str:
    return (
        "Walls, openings and rooms are compared in metres as they were found, laid on the middle of the true plan:\n"
        "where the scale is wrong, so are walls and areas; the wall IoU at the true scale tells one from the other.\n"
        f"`python -m pipelines.synth.accuracy {arguments}` tells all about one page."
    )


def _rest(
    lines: list[str], results: Sequence[Result], facets: Sequence[str], told: Sequence[str], pictures: Sequence[str]
) -> str:
    for facet in facets:
        lines += ["", f"### By {_TITLES.get(facet, facet)}", "", *tables.breakdown(results, facet)]
    lines += ["", "### Worst cases", "", *tables.worst(results, WORST, told)]
    for picture in pictures:
        lines += ["", f"![{picture.rpartition('/')[2].removesuffix('.png')}]({picture})"]
    return "\n".join(lines) + "\n"


def pictured(
    results: Sequence[Result], cases: Sequence[Case], layouts: Path | None, build: Path, out: Path, prefix: str
) -> list[str]:
    """Pictures of the worst pages, small, in ``out``; their names. Buildings of the file of layouts are not shown."""
    for old in out.glob(f"{prefix}-*.png"):
        old.unlink()
    by_name = {case.name: case for case in cases}
    bad = sorted((each for each in results if not each.error), key=lambda each: each.worst)
    made = []
    for result in [each for each in bad if each.facets["building"] != "file"][:PICTURED]:
        measure(by_name[result.name], layouts, build)
        name = f"{prefix}-{result.name}.png"
        out.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(small((build / f"{result.name}.png").read_bytes()))
        made.append(name)
    return made


def small(picture: bytes) -> bytes:
    """A picture with fewer pixels and colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.thumbnail((_WIDE, _WIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.quantize(_COLORS, dither=Image.Dither.NONE).save(out, "png", optimize=True)
    return out.getvalue()
