"""The model card: what the published networks learned from, what they know, where they fail; as measured."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from pipelines.pdf.detector import SURE
from pipelines.synth.training import reading
from pipelines.synth.training.lettering import lettered
from pipelines.synth.training.shards import DRAWINGS, EACH, HELD_OUT, HELD_OUT_SHEETS, OF_SHEET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.linework import Seen
    from pipelines.synth.training.configuration import Configuration, Course
    from pipelines.synth.training.score import Count

TEMPLATE = Path(__file__).with_name("card.template.md")
#: Figures of the curve that are pictured, with the name and the colour of each.
CURVES = {
    "walls": (
        ("wall", "walls", "#444444"),
        ("window", "windows", "#1f6feb"),
        ("wall_on_sheets", "walls on sheets", "#888888"),
    ),
    "detector": (
        ("held_out", "held-out tiles", "#444444"),
        ("scan_door", "real scans, doors", "#d1242f"),
        ("scan_window", "real scans, windows", "#1f6feb"),
    ),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of the published files."""

    shares: dict[str, float]  #: of the wall net: intersection over union by channel
    on_sheets: dict[str, float]  #: the same on tiles of whole sheets
    kinds: dict[Seen, Count]  #: of the detector on held-out tiles
    scans: dict[str, Count] | None  #: of the detector on real scans, None where there are none
    pictures: int  #: scans
    held_out: int  #: tiles
    sizes: dict[str, int]  #: bytes of each published file
    parameters: dict[str, int]


def curve(folder: Path, course: Course) -> list[dict[str, float]]:
    """The lines that a training wrote as it went on."""
    path = folder / f"{course.name}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def picture(rows: dict[str, list[dict[str, float]]]) -> Image.Image:
    """The curves of both networks, side by side: figures from 0 to 1 over minutes."""
    image = Image.new("RGB", (1240, 440), "white")
    for k, (name, lines) in enumerate(CURVES.items()):
        _axes(image, 60 + k * 620, rows.get(name, []), lines, name)
    return image


def _axes(
    image: Image.Image,
    left: int,
    rows: list[dict[str, float]],
    lines: Sequence[tuple[str, str, str]],
    name: str,
) -> None:
    draw = ImageDraw.Draw(image)
    top, width, height = 60, 520, 320
    end = max((row["minutes"] for row in rows), default=1.0)
    title = "wall net: intersection over union" if name == "walls" else "detector: F1 at an overlap of 0.5"
    _write(image, (left, 14), title, 13)
    for step in range(6):
        y = top + height - round(height * step / 5)
        draw.line([(left, y), (left + width, y)], fill="#dddddd")
        _write(image, (left - 34, y - 7), f"{step / 5:.1f}", 10)
    for share in (0.0, 0.5, 1.0):
        _write(image, (left + round(width * share) - 12, top + height + 8), f"{end * share:.0f} min", 10)
    for k, (key, label, colour) in enumerate(lines):
        spots = [(left + width * row["minutes"] / end, top + height * (1 - row[key])) for row in rows if key in row]
        if len(spots) > 1:
            draw.line(spots, fill=colour, width=3, joint="curve")
        x = left + k * 175
        draw.line([(x, 46), (x + 22, 46)], fill=colour, width=3)
        _write(image, (x + 28, 39), label, 10)


def _write(image: Image.Image, at: tuple[int, int], words: str, height: int) -> None:
    ink = lettered(words, "DejaVuSans", height, 0.0)
    if ink is not None:
        image.paste("#222222", at, ink)


def text(said: Configuration, folder: Path, figures: Figures) -> str:
    """The card in Markdown; ``folder`` is where the training was."""
    walls, detector = said.courses
    facts = {
        "files": _table(("file", "what it tells", "takes", "parameters", "size"), _files(said, figures)),
        "width": f"{detector.width:g}",
        "bins": str(detector.bins),
        "source": _FLATS if detector.plan.layouts else "All buildings are random.",
        "held_seed": f"{HELD_OUT:,}",
        "held_out": str(figures.held_out),
        "chosen": _CHOSEN if figures.scans else "Held-out tiles chose the checkpoints.",
        "sure": f"{SURE:g}",
        "kinds": _table(
            _HEAD, [_row(seen.name.lower().replace("_", " "), count) for seen, count in figures.kinds.items()]
        ),
        "scans": _scans(figures),
        "held_sheets": f"{HELD_OUT_SHEETS:,}",
        "shares": _table(
            ("mask", "IoU on drawn tiles", "IoU on tiles of whole sheets"),
            [(name, f"{share:.2f}", f"{figures.on_sheets[name]:.2f}") for name, share in figures.shares.items()],
        ),
    }
    for course in (walls, detector):
        rows, files = curve(folder, course), sorted(int(path.stem) for path in (folder / course.name).glob("*.npz"))
        sheets = [seed for seed in files if course.sheets[0] <= seed < course.sheets[1]]
        files = [seed for seed in files if seed not in sheets]
        nothing = {"tiles": 0.0, "minutes": 0.0, "keep": 0.0}
        last = rows[-1] if rows else nothing
        comparable = [row for row in rows if row.keys() == last.keys()]
        best = max(reversed(comparable), key=lambda row: row["keep"]) if rows else nothing
        facts |= {
            f"{course.name}_seeds": f"{files[0]:,} to {files[-1] + DRAWINGS - 1:,}" if files else "none",
            f"{course.name}_made": f"{len(files) * DRAWINGS * EACH:,}",
            f"{course.name}_sheets": f"{len(sheets) * DRAWINGS:,}",
            f"{course.name}_sheets_made": f"{len(sheets) * DRAWINGS * OF_SHEET:,}",
            f"{course.name}_tiles": f"{last['tiles']:,.0f}",
            f"{course.name}_minutes": f"{last['minutes']:.0f}",
            f"{course.name}_best": f"{best['minutes']:.0f}",
        }
    alone = [row["minutes"] for row in curve(folder, walls) if "wall_on_sheets" not in row]
    facts["reader"] = _reader(folder)
    facts["later"] = _LATER.format(max(alone)) if alone else ""
    return Template(TEMPLATE.read_text("utf-8")).substitute(facts)


_FLATS = (
    "Half of the buildings are random; half are real flats of a published set of 1,279 layouts in vectors, whose "
    "annotations are under the MIT licence. No picture of that set was used."
)
_LATER = " Tiles of whole sheets came in after {:.0f} minutes; since then held-out ones choose the checkpoint."
_CHOSEN = (
    "Real plans with boxes of doors and windows (labels CC BY 4.0) chose the detector's checkpoint. They are no part "
    "of the project, and were never trained on. Held-out tiles chose the wall net's."
)
_HEAD = ("kind", "there are", "precision", "recall", "F1")


def _files(said: Configuration, figures: Figures) -> list[tuple[str, ...]]:
    told = {
        "detector": "boxes of doors, windows, stairs, columns and fixtures",
        "walls": "for each pixel, how probable wall, window gap and door gap are",
    }
    return [
        (
            f"`pipelines/pdf/weights/{course.name}.onnx`",
            told[course.name],
            f"grey, 0 to 1, {course.plan.scale:g} pixels per metre",
            f"{figures.parameters[course.name]:,}",
            f"{figures.sizes[course.name] / 1e6:.1f} MB",
        )
        for course in reversed(said.courses)
    ]


def _reader(folder: Path) -> str:
    """What the reader of numbers learned, in a paragraph."""
    rows = reading.curve(folder)
    if not rows:
        return "It was not trained here."
    best = max(reversed(rows), key=lambda row: row["read"])
    return (
        f"It learned for {rows[-1]['minutes']:.0f} minutes, from {rows[-1]['strips']:,.0f} strips that were drawn as "
        f"it went on. On strips of {reading.CHECKED} held-out sheets (from seed {reading.HELD_OUT:,} on), which also "
        f"chose its checkpoint, it reads {best['read']:.0%} of the numbers rightly and {best['misread']:.0%} wrongly, "
        f"and takes {best['invented']:.0%} of the words for numbers."
    )


def _scans(figures: Figures) -> str:
    if figures.scans is None:
        return "There were no real scans to measure it on."
    whole = figures.scans["door"] + figures.scans["window"]
    rows = [_row(name, count) for name, count in (*figures.scans.items(), ("both", whole))]
    said = (
        f"The detector on the {figures.pictures} real scans, whose scale it had to find as well. Their labels know "
        "doors and windows only, and a double door as two; so it was counted. They also chose the checkpoint, "
        "the score from which boxes count and the rule that finds the scale, which flatters it:"
    )
    return f"{said}\n\n{_table(_HEAD, rows)}"


def _row(name: str, count: Count) -> tuple[str, ...]:
    there = f"{count.hits + count.missed:,}"
    return name, there, f"{count.precision:.2f}", f"{count.recall:.2f}", f"**{count.f1:.2f}**"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)
