"""Drawings that other programs plotted: the model of the PDF against that of the DXF."""

from __future__ import annotations

import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.errors import DrawingError
from pipelines.options import ConvertOptions
from pipelines.overlay import render
from pipelines.synth.accuracy import pairs
from pipelines.synth.accuracy.programs import NotPlottedError, Program, missing, plot
from pipelines.synth.accuracy.register import registered
from pipelines.synth.accuracy.score import mapped
from pipelines.synth.accuracy.totals import complaint, table
from pipelines.understand import understand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.understand import Understanding

#: What of the project's own drawings is no plan of a building.
NO_PLANS: Final = ("flange-and-bracket",)


@dataclass(frozen=True, slots=True)
class Job:
    """A drawing and who is to plot it."""

    source: Path
    program: Program

    @property
    def name(self) -> str:
        """What the job is called in tables and files."""
        return f"{self.source.stem}-{self.program.name.lower()}"


def jobs(real: Path, examples: Path) -> list[Job]:
    """Real drawings, where there are some, and the project's own, by every program that is here."""
    folders = [folder for folder in (real / "dxf", examples) if folder.is_dir()]
    drawings = [path for folder in folders for path in sorted(folder.glob("*.dxf")) if path.stem not in NO_PLANS]
    return [Job(path, program) for path in drawings for program in Program if not missing(program)]


def compare(job: Job, overlay: Path | None = None) -> pairs.Pair:
    """A drawing and its plot, both understood; with ``overlay`` files and pictures are kept there."""
    with tempfile.TemporaryDirectory() as folder:
        where = overlay or Path(folder)
        where.mkdir(parents=True, exist_ok=True)
        try:
            drawn = understand(job.source, ConvertOptions())
            printed = understand(plot(job.program, job.source, drawn.units.metres_per_unit, where), ConvertOptions())
        except DrawingError as error:
            return pairs.Pair(job.name, error=error.message)
        except NotPlottedError as error:
            return pairs.Pair(job.name, error=str(error))
        except Exception:  # noqa: BLE001  # a crash is a result to be counted, not the end of the run
            return pairs.Pair(job.name, error=traceback.format_exc(limit=-2))
        if overlay is not None:
            for name, each in (("dxf", drawn), ("pdf", printed)):
                picture = render(each.plan, each.linework, each.backdrops, size=1500)
                (where / f"{job.name}-{name}.png").write_bytes(picture)
    place = registered(drawn.linework.strokes, printed.linework.strokes)
    if place is None:
        return pairs.Pair(job.name, error="the plot's lines are not those of the drawing")
    return judged(job.name, drawn, printed, place)


def judged(name: str, drawn: Understanding, printed: Understanding, place: Floats) -> pairs.Pair:
    """Two understandings of one drawing; ``place`` (2, 3) takes units of the first to millimetres of the second."""
    scale = printed.units.metres_per_unit * float(place[0, 0]) / drawn.units.metres_per_unit
    left = list(printed.plan.storeys)
    both: list[tuple[Storey | None, Storey | None]] = []
    for first in drawn.plan.storeys:
        common = [_common(first, mapped(each, _onto(first, each, place))) for each in left]
        if max(common, default=0.0) == 0:
            both.append((first, None))
            continue
        second = left.pop(int(np.argmax(common)))
        exact = _onto(first, second, place)
        both.append((first, mapped(second, _grown(mapped(second, exact), scale) @ np.vstack([exact, [0, 0, 1]]))))
    both += [(None, each) for each in left]
    return pairs.judged(name, both, scale)


def _grown(storey: Storey, scale: float) -> Floats:
    """(2, 3) that makes a storey larger about its middle."""
    middle = np.asarray(shapely.total_bounds(storey.walls.footprint)).reshape(2, 2).mean(axis=0)
    return np.column_stack([np.eye(2) * scale, middle * (1 - scale)])


def _onto(first: Storey, second: Storey, place: Floats) -> Floats:
    """(2, 3) metres of the second model -> metres of the first, at the true scale."""
    down = np.array([0.0, 0.0, 1.0])
    on_page, back, plan = (np.vstack([each, down]) for each in (second.affine, place, first.affine))
    return np.asarray((plan @ np.linalg.inv(back) @ np.linalg.inv(on_page))[:2])


def _common(one: Storey, other: Storey) -> float:
    """Square metres that walls of both share."""
    first, second = (shapely.union_all(each.walls.footprint) for each in (one, other))
    return float(shapely.area(shapely.intersection(first, second, grid_size=1e-4)))


def lines(found: Sequence[pairs.Pair]) -> list[str]:
    """The table of plots."""
    head = (
        "drawing and program", "scale found, of the true one", "wall IoU beyond 2 cm", "doors", "windows",
        "openings differ by", "rooms", "same", "error",
    )  # fmt: skip
    rows = []
    for each in found:
        scale = f"{each.scale:.2%}" if each.scale else ""
        cells = (scale, f"{each.iou:.3f}", pairs.told(each.doors), pairs.told(each.windows), pairs.apart(each))
        last = (pairs.told(each.rooms), "yes" if each.same else "**no**", complaint(each.error))
        rows.append((each.name, *cells, *last))
    return table(head, rows)


def section(found: Sequence[pairs.Pair]) -> str:
    """What is said of plots by other programs."""
    absent = [f"{program} was not asked: {why}." for program in Program if (why := missing(program))]
    right = sum(each.same for each in found)
    told = sum(abs(each.scale - 1) <= 0.01 for each in found)
    return "\n".join(
        [
            "Drawings of others, where there are some beside the checkout, and those in `examples/`, plotted by other",
            "programs: ezdxf's drawing add-on with PyMuPDF at 1:100, and with matplotlib, fitted to a page; Inkscape,",
            "from an SVG at 1:100; LibreCAD's `dxf2pdf`, fitted to an A1 page. Only what is drawn tells the scale.",
            "All draw letters as outlines or strokes, so that no room has its name. Models are compared as above,",
            "walls and openings as large as they were found; a room is in both where its area is, within 5 %.",
            f"The same within 2 cm: **{right} of {len(found)}**; scale within 1 %: **{told} of {len(found)}**.",
            *absent,
            "",
            *lines(found),
        ]
    )
