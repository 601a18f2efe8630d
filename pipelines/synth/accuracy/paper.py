"""One plot or scan by seed: drawn, printed, perhaps scanned, understood, scored in true metres."""

from __future__ import annotations

import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.errors import DrawingError
from pipelines.options import ConvertOptions
from pipelines.overlay import render
from pipelines.pdf import triage
from pipelines.pdf.extractor import Document
from pipelines.pdf.preprocessor import prepare
from pipelines.pdf.scanned import COARSE, FINE
from pipelines.synth.accuracy.score import StoreyScore, mapped, missed, score, wall_iou
from pipelines.synth.hands import ROOMS
from pipelines.synth.paper.page import Writer
from pipelines.synth.plot import Scan, random_plot, random_scan
from pipelines.understand import understand

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.plot import Plot
    from pipelines.understand import Understanding

#: A scale is right within this share.
SAME_SCALE = 0.01
_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be measured: the plot of a seed by a writer, or a scan of it."""

    seed: int
    writer: Writer = Writer.FLAT
    dpi: float = 0.0  #: 0 for the plot itself

    @property
    def name(self) -> str:
        """What the case is called in tables and files."""
        return f"{self.seed}-{self.dpi:g}dpi" if self.dpi else f"{self.seed}-{self.writer}"


@dataclass(frozen=True, slots=True)
class Result:
    """How well one page was understood."""

    name: str
    facets: dict[str, str]  #: what is particular about the page
    storeys: tuple[StoreyScore, ...]  #: at the scale that was found: where it is wrong, so are walls and areas
    straight: tuple[float, ...]  #: wall IoU of each storey at the true scale
    scale: float  #: found over true, 0 where nothing was found
    method: str  #: how the scale was found
    storeys_right: bool
    seconds: float
    cpu: float  #: seconds on a processor
    error: str = ""

    @property
    def scale_right(self) -> bool:
        """Whether lengths are right within 1 %."""
        return abs(self.scale - 1) <= SAME_SCALE

    @property
    def worst(self) -> float:
        """One number to rank by: the mean of wall IoU, openings F1 and right rooms of the worst storey."""
        marks = []
        for storey in self.storeys:
            rooms = storey.right_rooms / storey.rooms if storey.rooms else 1.0
            marks.append((storey.iou + (storey.doors + storey.windows).f1 + rooms) / 3)
        return min(marks, default=0.0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of one page, its truth, and where on the page it is."""

    case: Case
    plot: Plot
    data: bytes
    facets: dict[str, str]
    scan: Scan | None = None

    def place(self, source: Path) -> Floats:
        """(3, 3) millimetres as the reader has them, y up -> metres of the sheet; ``source`` is its file."""
        return on_page(self.plot) if self.scan is None else straightened(source, self.scan)


def sheet(case: Case, layouts: Path | None = None) -> Sheet:
    """Draw the page of a case; the same case gives the same page on every machine."""
    if case.dpi:
        scan = random_scan(case.seed, case.dpi, layouts)
        return Sheet(case, scan.plot, scan.pdf(), _of_plot(scan.plot) | _of_scan(scan), scan)
    plot = random_plot(case.seed, layouts, case.writer)
    return Sheet(case, plot, plot.printed.data, _of_plot(plot))


def on_page(plot: Plot) -> Floats:
    """(3, 3) millimetres of the page, from its lower left -> metres of the sheet."""
    points = 72 / _INCH
    downwards = np.array([[points, 0, 0], [0, -points, plot.printed.paper.page[1] * points], [0, 0, 1]])
    return np.asarray(np.linalg.inv(np.vstack([plot.printed.affine, [0, 0, 1]])) @ downwards)


def straightened(source: Path, scan: Scan) -> Floats:
    """(3, 3) millimetres of the page as the reader sets it straight, from its lower left -> metres of the sheet.

    The page is rendered and made ready once more, as the reader does it.
    """
    with Document(source) as document:
        page = document.page(1)
        density = float(np.clip(triage.density(page), COARSE, FINE))
        ready = prepare(document.render(1, density, triage.pictured(page)))
    unit = 1 / (density * float(np.sqrt(abs(np.linalg.det(ready.matrix[:2, :2])))))
    # Pixels of the reader are counted by their middle.
    half = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
    up = np.array([[unit, 0, 0], [0, -unit, ready.grey.shape[0] * unit], [0, 0, 1]]) @ np.linalg.inv(half)
    finer = np.diag([density * _INCH / scan.dpi, density * _INCH / scan.dpi, 1.0])
    return np.asarray(np.linalg.inv(up @ ready.matrix @ half @ finer @ scan.matrix))


def _of_plot(plot: Plot) -> dict[str, str]:
    style, paper = plot.style, plot.printed.paper
    note = "none" if paper.note is None else "right" if paper.note == plot.printed.ratio else "wrong"
    return {
        "writer": str(paper.writer),
        "building": plot.layout.kind,
        "walls": str(style.walls),
        "doors": str(style.doors),
        "windows": str(style.windows),
        "dimensions": "yes" if style.dimensions else "no",
        "scale note": note,
        "page": "turned" if paper.rotation else "upright",
        "views": "several views" if style.views else "plans only",
        "ratio": f"1:{plot.printed.ratio:.0f}",
    }


def _of_scan(scan: Scan) -> dict[str, str]:
    wear = scan.wear
    kind = "photo" if wear.perspective else "black and white" if wear.threshold else "grey scan"
    return {"dpi": f"{scan.dpi:g}", "kind": kind}


def measure(case: Case, layouts: Path | None = None, overlay: Path | None = None) -> Result:
    """Draw, understand and score a case; with ``overlay`` its picture and file are kept there."""
    drawn = sheet(case, layouts)
    begin, cpu = time.perf_counter(), time.process_time()
    error = ""
    found: Understanding | None = None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{case.name}.pdf"
        source.write_bytes(drawn.data)
        try:
            found = understand(source, ConvertOptions())
        except DrawingError as fault:
            error = f"{fault.code}: {fault.message}"
        except Exception:  # noqa: BLE001  # a crash is a result to be counted, not the end of the run
            error = traceback.format_exc(limit=-2)
        took = time.perf_counter() - begin, time.process_time() - cpu
        place = drawn.place(source) if found is not None else np.eye(3)
    if overlay is not None:
        overlay.mkdir(parents=True, exist_ok=True)
        (overlay / f"{case.name}.pdf").write_bytes(drawn.data)
        if found is not None:
            picture = render(found.plan, found.linework, found.backdrops, size=1500)
            (overlay / f"{case.name}.png").write_bytes(picture)
    if found is None:
        storeys = tuple(missed(storey) for storey in drawn.plot.layout.plan.storeys)
        nothing = (0.0,) * len(storeys)
        return Result(case.name, drawn.facets | {"scale by": "nothing"}, storeys, nothing, 0.0, "", False, *took, error)
    return judge(drawn, found, place, *took)


def judge(drawn: Sheet, found: Understanding, place: Floats, seconds: float, cpu: float) -> Result:
    """What was understood of a page against its truth."""
    plot = drawn.plot
    names = ROOMS[plot.style.convention.language] if plot.style.room_names else None
    scores, straight, hosts, scales = [], [], [], []
    for level, true in enumerate(plot.layout.plan.storeys):
        tries = []
        for number, storey in enumerate(found.plan.storeys):
            for placed in plot.placed:
                if placed.level != level or placed.kind not in ("plan", "electrical"):
                    continue
                spot = Spot.of(true, storey, place, placed.frame.at)
                exact = mapped(storey, spot.matrix(1 / spot.scale))
                if near(true, exact):
                    seen = mapped(storey, spot.matrix(1.0))
                    tries.append((wall_iou(true, exact)[0], score(true, seen, names), number, spot.scale))
        best = max(tries, key=lambda each: each[0], default=(0.0, missed(true), -1, 0.0))
        straight.append(best[0])
        scores.append(best[1])
        hosts.append(best[2])
        scales += [best[3]] if best[2] >= 0 else []
    right = len(set(hosts)) == len(hosts) == len(found.plan.storeys) and -1 not in hosts
    scale = scales[0] if scales else _overall(found, place)
    facets = drawn.facets | {"scale by": found.units.method}
    return Result(
        drawn.case.name, facets, tuple(scores), tuple(straight), scale, found.units.method, right, seconds, cpu
    )


def _overall(found: Understanding, place: Floats) -> float:
    """Found over true scale where no plan was found: in the middle of the page."""
    box = found.linework.bounds()
    if box is None:
        return 0.0
    return found.units.metres_per_unit / _similar(place, (box[0] + box[1]) / 2)[0]


@dataclass(frozen=True, slots=True)
class Spot:
    """How a found storey lies on the true one: its middle, how much too large it is, and how it is turned."""

    true: Floats  #: (2,) middle of the true storey, its own metres
    found: Floats  #: (2,) the same place in the metres of the found storey
    scale: float  #: found over true lengths
    angle: float  #: radians, by which what was found is turned to lie on the truth

    @classmethod
    def of(cls, true: Storey, found: Storey, place: Floats, at: tuple[float, float]) -> Spot:
        """Where a storey was found, of which the true one is at ``at`` on its sheet."""
        middle = np.array(shapely.total_bounds(true.walls.footprint)).reshape(2, 2).mean(axis=0)
        back = np.linalg.inv(place) @ [*(middle + at), 1.0]
        there = back[:2] / back[2]
        metres, angle = _similar(place, there)
        unit = float(np.sqrt(abs(np.linalg.det(found.affine[:, :2]))))
        return cls(middle, found.affine[:, :2] @ there + found.affine[:, 2], unit / metres, angle)

    def matrix(self, factor: float) -> Floats:
        """(2, 3) from metres of the found storey to those of the true one, ``factor`` times as large."""
        c, s = np.cos(self.angle) * factor, np.sin(self.angle) * factor
        turn = np.array([[c, -s], [s, c]])
        return np.column_stack([turn, self.true - turn @ self.found])


def _similar(place: Floats, point: Floats) -> tuple[float, float]:
    """Scale and turn, radians, of a homography (3, 3) at a point: those of the similarity nearest to it there."""
    x, y, w = place @ [*point, 1.0]
    local = (place[:2, :2] - np.outer([x / w, y / w], place[2, :2])) / w
    a, b = (local[0, 0] + local[1, 1]) / 2, (local[1, 0] - local[0, 1]) / 2
    return float(np.hypot(a, b)), float(np.arctan2(b, a))


def near(true: Storey, seen: Storey) -> bool:
    """Whether a found storey lies where the true one does."""
    if not len(seen.walls):
        return False
    one, other = (np.array(shapely.total_bounds(each.walls.footprint)) for each in (true, seen))
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    return float(np.prod(np.maximum(high - low, 0))) > 0.2 * float(np.prod(one[2:] - one[:2]))
