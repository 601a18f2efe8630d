"""Real scans: the doors and windows of the model, as boxes on the picture, against boxes that people drew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.errors import DrawingError
from pipelines.linework import Seen
from pipelines.options import ConvertOptions
from pipelines.pdf import picture
from pipelines.pdf.preprocessor import prepare
from pipelines.pdf.scan import check
from pipelines.plan import OpeningKind
from pipelines.synth.accuracy.score import group
from pipelines.synth.accuracy.totals import table
from pipelines.synth.training.examine import scans
from pipelines.synth.training.score import Count, matched
from pipelines.understand import understand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipelines.linework import Floats, Linework
    from pipelines.plan import Openings
    from pipelines.understand import Understanding

#: Doors whose symbol reaches as far from the wall as a leaf is wide.
_SWINGING: Final = (OpeningKind.DOOR, OpeningKind.DOUBLE_DOOR)
_DOORS: Final = (Seen.DOOR, Seen.DOUBLE_DOOR, Seen.SLIDING_DOOR)
CLASSES: Final = ("door", "window")


@dataclass(frozen=True, slots=True)
class Real:
    """What became of one scan."""

    name: str
    modelled: dict[str, Count]  #: doors and windows of the model
    seen: dict[str, Count]  #: what the detector alone saw
    scale: str = ""
    error: str = ""


def measure(folder: Path) -> Iterator[Real]:
    """Score every scan of ``folder / images``; nothing where there is no such folder."""
    if not (folder / "images").is_dir():
        return
    files = {path.stem: path for path in (folder / "images").iterdir()}
    for scan in scans(folder):
        truth = {"door": scan.boxes[scan.doors], "window": scan.boxes[~scan.doors]}
        try:
            found = understand(files[scan.name], ConvertOptions())
        except DrawingError as error:
            lost = {name: Count(missed=len(boxes)) for name, boxes in truth.items()}
            yield Real(scan.name, lost, lost, error=error.message)
            continue
        back = returned(files[scan.name])
        yield Real(
            scan.name,
            {name: matched(*drawn(found, name, back), truth[name]) for name in CLASSES},
            {name: matched(*sighted(found.linework, name, back), truth[name]) for name in CLASSES},
            scale=f"1:{1000 * found.units.metres_per_unit:.0f} ({found.units.method})",
        )


def returned(source: Path) -> Floats:
    """(3, 3) millimetres of a straightened picture -> pixels of the file, from its upper left."""
    shown = picture.load(source, 1, check)
    page = prepare(shown.grey)
    unit = shown.mm_per_pixel / float(np.sqrt(abs(np.linalg.det(page.matrix[:2, :2]))))
    half = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
    up = np.array([[unit, 0, 0], [0, -unit, page.grey.shape[0] * unit], [0, 0, 1]]) @ np.linalg.inv(half)
    return np.asarray(np.linalg.inv(up @ page.matrix @ half))


def drawn(found: Understanding, name: str, back: Floats) -> tuple[Floats, Floats]:
    """Boxes (n, 4) in pixels of the openings of a class, 'door' or 'window', and how sure they are."""
    boxes, scores = [np.zeros((0, 4))], [np.zeros(0)]
    for storey in found.plan.storeys:
        whole = np.linalg.inv(np.vstack([storey.affine, [0, 0, 1]]))
        openings = storey.openings
        for k, kind in enumerate(openings.kind):
            if group(kind) == name:
                corners = symbols(openings, k)
                boxes.append(_boxes(corners, back @ whole))
                scores.append(np.full(len(corners), float(openings.confidence[k])))
    return np.concatenate(boxes), np.concatenate(scores)


def sighted(sheet: Linework, name: str, back: Floats) -> tuple[Floats, Floats]:
    """The same of what the detector saw."""
    seen = sheet.sightings
    rows = np.isin(seen.kind, _DOORS if name == "door" else (Seen.WINDOW,))
    low, high = seen.low[rows], seen.high[rows]
    sides = np.column_stack([high[:, 0], low[:, 1]]), np.column_stack([low[:, 0], high[:, 1]])
    corners = np.stack([low, sides[0], high, sides[1]], axis=1)
    double = seen.kind[rows] == Seen.DOUBLE_DOOR
    boxes = _boxes(corners, back)
    return (
        np.concatenate([boxes[~double], *(_halves(box) for box in boxes[double])]),
        np.concatenate([seen.score[rows][~double], np.repeat(seen.score[rows][double], 2)]),
    )


def _halves(box: Floats) -> Floats:
    """A box cut across its longer side."""
    axis = int(box[3] - box[1] > box[2] - box[0])
    one, other = box.copy(), box.copy()
    one[axis + 2] = other[axis] = (box[axis] + box[axis + 2]) / 2
    return np.stack([one, other])


def symbols(openings: Openings, k: int) -> Floats:
    """(n, 4, 2) corners of what is drawn of an opening: its gap, with the swing of a leaf; each leaf for itself."""
    along, half = openings.direction[k], float(openings.width[k]) / 2
    across = np.array([-along[1], along[0]])
    depth = float(openings.depth[k]) / 2
    leaves = 2 if openings.kind[k] == OpeningKind.DOUBLE_DOOR else 1
    swing = int(openings.swing[k]) if openings.kind[k] in _SWINGING else 0
    leaf = 2 * half / leaves
    low, high = {0: (-depth, depth), 1: (-depth, max(depth, leaf)), -1: (-max(depth, leaf), depth)}[swing]
    shapes = []
    for n in range(leaves):
        a, b = leaf * n - half, leaf * (n + 1) - half
        spots = np.array([(a, low), (b, low), (b, high), (a, high)])
        shapes.append(openings.center[k] + spots[:, :1] * along + spots[:, 1:] * across)
    return np.array(shapes)


def _boxes(corners: Floats, matrix: Floats) -> Floats:
    """(n, 4) boxes around shapes (n, 4, 2) moved by a homography (3, 3)."""
    moved = np.concatenate([corners, np.ones((*corners.shape[:2], 1))], axis=2) @ matrix.T
    points = moved[..., :2] / moved[..., 2:]
    return np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1)


def lines(results: Sequence[Real]) -> list[str]:
    """The tables of the real scans."""
    rows = [_row(each.name.replace("_png", "").replace("_jpg", ""), each) for each in results]
    total = Real(
        "all",
        {name: sum((each.modelled[name] for each in results), Count()) for name in CLASSES},
        {name: sum((each.seen[name] for each in results), Count()) for name in CLASSES},
    )
    head = ("scan", "doors", "windows", "both", "detector alone: doors", "windows", "both", "scale", "error")
    return table(head, [*rows, _row("**all**", total)])


def both(counts: dict[str, Count]) -> Count:
    """Doors and windows."""
    return counts["door"] + counts["window"]


def _row(name: str, each: Real) -> tuple[str, ...]:
    figures = [
        f"{count.f1:.2f} ({count.hits} of {count.hits + count.missed}, {count.wrong} wrong)"
        for counts in (each.modelled, each.seen)
        for count in (counts["door"], counts["window"], both(counts))
    ]
    return (name, *figures, each.scale, each.error)


def section(results: Sequence[Real]) -> str:
    """What is said of real scans."""
    reached = both(sum_of(results)).f1
    return "\n".join(
        [
            f"{len(results)} scans and pictures of plans with boxes that people drew around doors and windows;",
            "they chose the detector's checkpoint, and nothing was trained on them. An opening is right where its box",
            "shares half of the union with one of its class. Boxes of the model are drawn around the gap and the swing",
            "of what was built.",
            f"F1 of doors and windows of the models: **{reached:.2f}**, aim 0.75.",
            "",
            *lines(results),
        ]
    )


def sum_of(results: Sequence[Real]) -> dict[str, Count]:
    """What the models of all scans hold."""
    return {name: sum((each.modelled[name] for each in results), Count()) for name in CLASSES}
