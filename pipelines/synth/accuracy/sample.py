"""One drawing by seed: drawn, written, understood, scored."""

from __future__ import annotations

import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipelines.errors import DrawingError
from pipelines.options import ConvertOptions
from pipelines.overlay import render
from pipelines.synth.accuracy.score import StoreyScore, mapped, missed, score
from pipelines.synth.draw import random_drawing
from pipelines.synth.hands import ROOMS
from pipelines.understand import understand

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.report import ViewReport
    from pipelines.synth.draw import Drawing
    from pipelines.understand import Understanding


#: A view was found where this share of its box is common to both.
SAME_VIEW = 0.25


@dataclass(frozen=True, slots=True)
class Result:
    """How well one drawing was understood."""

    seed: int
    facets: dict[str, str]  #: what is particular about the drawing
    storeys: tuple[StoreyScore, ...]
    unit_right: bool
    storeys_right: bool  #: as many as there are, each where it is
    views_right: bool  #: plans are modelled and nothing else is
    kinds: tuple[int, int]  #: titled views of the right kind, of all
    seconds: float
    error: str = ""

    @property
    def worst(self) -> float:
        """One number to rank by: the mean of wall IoU, door and window F1 and right rooms of the worst storey."""
        return min((_overall(storey) for storey in self.storeys), default=0.0)


def _overall(storey: StoreyScore) -> float:
    openings = (storey.doors + storey.windows).f1
    return (storey.iou + openings + (storey.right_rooms / storey.rooms if storey.rooms else 1.0)) / 3


def facets(drawing: Drawing) -> dict[str, str]:
    """What the tables are broken down by."""
    style, layout = drawing.style, drawing.layout
    return {
        "building": layout.kind,
        "walls": str(style.walls),
        "layers": style.convention.key,
        "doors": f"{style.doors} {'block' if style.door_blocks else 'loose'}",
        "windows": f"{style.windows} {'block' if style.window_blocks else 'loose'}",
        "block names": style.block_names if style.door_blocks or style.window_blocks else "no blocks",
        "unit": f"{style.unit}",
        "header": "silent" if style.declared is None else "right" if style.declared == style.unit else "wrong",
        "version": f"{style.version}{' binary' if style.binary else ''}",
        "views": "plans only" if not style.views else "several views",
        "storeys": str(len(layout.plan.storeys)),
        "care": " and ".join(name for name, bad in (("doubled", style.doubled), ("in pieces", style.broken)) if bad)
        or "clean",
        "plan": "a block" if style.in_block else "loose",
        "around": "a site" if style.surroundings and layout.kind == "house" else "nothing",
        "remarks": "yes" if style.remarks else "no",
        "arrangement": "below each other" if style.vertical else "side by side",
        "layer use": "openings on the walls' layer" if style.one_layer else "apart",
    }


def measure(seed: int, layouts: Path | None = None, overlay: Path | None = None) -> Result:
    """Draw, understand and score the drawing of a seed; with ``overlay`` its picture and file are kept there."""
    drawing = random_drawing(seed, layouts)
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{seed}.dxf"
        source.write_bytes(drawing.data)
        if overlay is not None:
            overlay.mkdir(parents=True, exist_ok=True)
            (overlay / f"{seed}.dxf").write_bytes(drawing.data)
        try:
            found = understand(source, ConvertOptions())
        except DrawingError as error:
            return _failed(drawing, f"{error.reason}: {error.message}", time.perf_counter() - begin)
        except Exception:  # noqa: BLE001  # a crash is a result to be counted, not the end of the run
            return _failed(drawing, traceback.format_exc(limit=-2), time.perf_counter() - begin)
    seconds = time.perf_counter() - begin
    if overlay is not None:
        (overlay / f"{seed}.png").write_bytes(render(found.plan, found.linework, size=1800))
    return judge(drawing, found, seconds)


def _failed(drawing: Drawing, error: str, seconds: float) -> Result:
    storeys = tuple(missed(storey) for storey in drawing.layout.plan.storeys)
    return Result(
        drawing.seed, facets(drawing), storeys, unit_right=False, storeys_right=False, views_right=False,
        kinds=(0, len(drawing.placed)), seconds=seconds, error=error,
    )  # fmt: skip


def judge(drawing: Drawing, found: Understanding, seconds: float) -> Result:
    """What was understood of a drawing against its truth."""
    style = drawing.style
    names = ROOMS[style.convention.language] if style.room_names else None
    scores, hosts = [], []
    for level, true in enumerate(drawing.layout.plan.storeys):
        tries = []
        for number, storey in enumerate(found.plan.storeys):
            for placed in drawing.placed:
                if placed.level == level and placed.kind in ("plan", "electrical"):
                    seen = mapped(storey, _to_truth(drawing, storey, placed.frame.at))
                    if _near(true, seen):
                        tries.append((score(true, seen, names), number))
        best = max(tries, key=lambda each: each[0].iou, default=None)
        scores.append(best[0] if best else missed(true))
        hosts.append(best[1] if best else -1)
    distinct = len(set(hosts)) == len(hosts) and -1 not in hosts
    return Result(
        seed=drawing.seed,
        facets=facets(drawing),
        storeys=tuple(scores),
        unit_right=found.units.name == style.unit.value,
        storeys_right=distinct and len(found.plan.storeys) == len(scores),
        views_right=_views_right(drawing, found.views),
        kinds=_view_kinds(drawing, found.views) if style.titles else (0, 0),
        seconds=seconds,
    )


def _to_truth(drawing: Drawing, storey: Storey, at: tuple[float, float]) -> Floats:
    """(2, 3) from the found storey's metres through drawing units to the metres of the layout."""
    style = drawing.style
    back = np.linalg.inv(np.vstack([storey.affine, [0, 0, 1]]))
    metres = style.unit.metres
    sheet = np.array(
        [[metres, 0, -style.offset[0] * metres - at[0]], [0, metres, -style.offset[1] * metres - at[1]], [0, 0, 1]]
    )
    return np.asarray((sheet @ back)[:2])


def _near(true: Storey, seen: Storey) -> bool:
    """Whether a found storey lies where the true one does."""
    if not len(seen.walls):
        return False
    one, other = (np.asarray(_box(storey)) for storey in (true, seen))
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    common = float(np.prod(np.maximum(high - low, 0)))
    return common > 0.2 * float(np.prod(one[2:] - one[:2]))


def _box(storey: Storey) -> tuple[float, float, float, float]:
    boxes = np.array([shape.bounds for shape in storey.walls.footprint if not shape.is_empty])
    return (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))


_KINDS = {
    "plan": "plan",
    "elevation": "elevation",
    "section": "section",
    "detail": "detail",
    "electrical": "electrical_plan",
    "roof": "roof_plan",
    "schedule": "table",
}


def _seen(drawing: Drawing, views: tuple[ViewReport, ...]) -> list[ViewReport | None]:
    """For each view that was drawn the one that was found in its place: whose box has most in common with its own."""
    metres, offset = drawing.style.unit.metres, np.array(drawing.style.offset)
    found: list[ViewReport | None] = []
    for number, placed in enumerate(drawing.placed):
        low, high = (_drawn_box(drawing, number) + placed.frame.at) / metres + offset
        shares = [_common((*low, *high), view.box) for view in views]
        best = int(np.argmax(shares)) if shares else -1
        found.append(views[best] if best >= 0 and shares[best] > SAME_VIEW else None)
    return found


def _common(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Common area of two boxes over their joint area."""
    a, b = np.array(one), np.array(other)
    common = float(np.prod(np.maximum(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0)))
    joint = float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2])) - common
    return common / joint if joint > 0 else 0.0


def _drawn_box(drawing: Drawing, number: int) -> Floats:
    placed = drawing.placed[number]
    return np.array([placed.low, placed.high])


def _views_right(drawing: Drawing, views: tuple[ViewReport, ...]) -> bool:
    """Whether every plan is modelled, itself or by the electrical plan of its storey, and no other view is."""
    levels = {placed.level for placed in drawing.placed}
    modelled = set()
    for placed, view in zip(drawing.placed, _seen(drawing, views), strict=True):
        if view is not None and view.modelled:
            if placed.kind not in ("plan", "electrical"):
                return False
            modelled.add(placed.level)
    return modelled == levels


def _view_kinds(drawing: Drawing, views: tuple[ViewReport, ...]) -> tuple[int, int]:
    """Views of the right kind, of all; a schedule that is taken for no drawing at all is right as well."""
    pairs = [(p.kind, v) for p, v in zip(drawing.placed, _seen(drawing, views), strict=True)]
    right = sum(v.kind == _KINDS[kind] if v is not None else kind == "schedule" for kind, v in pairs)
    return right, len(pairs)
