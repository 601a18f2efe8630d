"""A drawing file understood: read, split into views, measured, and its plans turned into one floor plan.

The stages in order, each of which hands its values to the next and nothing back:
bytes -> ``Linework`` (columns) -> views -> unit -> ``FloorPlan``. Only ``pipelines.source`` knows the format.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting import solids
from pipelines.drafting import storey as storeys
from pipelines.drafting.drafts import Heights
from pipelines.drafting.meaning import classify
from pipelines.drafting.stacking import group
from pipelines.drafting.views import ViewKind, select, split
from pipelines.errors import NothingDrawable
from pipelines.geometry.areas import joined
from pipelines.plan import FloorPlan, LineSet
from pipelines.report import DetectorReport, StoreyReport, UnitReport, ViewReport
from pipelines.source import read
from pipelines.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.backdrop import Backdrop
    from pipelines.drafting.meaning import Meaning
    from pipelines.drafting.stacking import Stack
    from pipelines.drafting.views import View
    from pipelines.linework import Floats, Linework
    from pipelines.options import ConvertOptions
    from pipelines.plan import Storey
    from pipelines.reading import Place
    from pipelines.report import ReadReport


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one drawing holds, with the evidence."""

    plan: FloorPlan
    linework: Linework  #: in drawing units, all views
    read: ReadReport
    units: UnitReport
    views: tuple[ViewReport, ...]
    storeys: tuple[StoreyReport, ...]
    method: str  #: 'floor_plan', 'solids', 'extrusion', 'linework'
    warnings: tuple[str, ...]
    backdrops: tuple[Backdrop, ...] = ()  #: the scans that ``linework`` was traced from


def understand(source: Path, options: ConvertOptions, watch: Stopwatch | None = None) -> Understanding:
    """Read a drawing and make a floor plan of it.

    Raises ``DrawingError`` where the file can't be read or holds nothing drawable.
    """
    watch = watch or Stopwatch()
    reading = read(source, options, watch)
    sheet, report, warnings = reading.linework, reading.report, reading.warnings
    if sheet.bounds() is None:
        raise NothingDrawable("The drawing has no visible geometry.")
    with watch.stage("views", 0.6):
        meaning = classify(sheet)
        views = split(sheet, meaning)
    with watch.stage("units", 0.65):
        units = reading.measure(sheet, meaning)
    if reading.look is not None:
        with watch.stage("look", 0.67):
            looked = reading.look(sheet, views, units)
        seen = DetectorReport.together([report.detector, looked.report])
        sheet, report = looked.linework, replace(report, detector=seen)
        warnings += looked.warnings
    with watch.stage("plan", 0.7):
        stacks = group(views, sheet, meaning)
        found = _storeys(sheet, meaning, views, stacks, units, options)
        plan, method = _floor_plan(sheet, found, units, options)
    made = {view: each.storey.name for each in found for view in each.views} if method == "floor_plan" else {}
    report, idle = _paged(report, reading.places, views, made)
    return Understanding(
        plan=plan,
        linework=sheet,
        read=report,
        units=units,
        views=tuple(_view(view, made.get(k)) for k, view in enumerate(views)),
        storeys=tuple(_report(each) for each in found) if method == "floor_plan" else (),
        method=method,
        warnings=(*warnings, *idle, *_doubts(units, found, method, paper=bool(report.pages))),
        backdrops=reading.backdrops,
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """A storey, the views that it was made of, and how sure its walls are."""

    storey: Storey
    views: tuple[int, ...]
    method: str
    confidence: float
    stacked: float  #: confidence that it lies where it was put


def _storeys(
    sheet: Linework,
    meaning: Meaning,
    views: tuple[View, ...],
    stacks: tuple[Stack, ...],
    units: UnitReport,
    options: ConvertOptions,
) -> list[_Made]:
    """The storeys of the plans that were found, lowest first, in metres from the lower left of the first plan."""
    scale, height = units.metres_per_unit, options.wall_height
    heights = Heights(options.door_head, options.window_sill, options.window_head)
    made = []
    for stack in stacks:
        for offset in dict.fromkeys(placed.offset for placed in stack.plans):
            members = tuple(placed.view for placed in stack.plans if placed.offset == offset)
            origin = _origin(views, stacks) - np.asarray(offset)
            part, sense = _part(sheet, meaning, [views[k] for k in members])
            found = storeys.find(
                part.moved(origin, scale),
                sense,
                name=stack.name,
                level=stack.level,
                elevation=stack.level * (height + options.slab_thickness),
                height=height,
                affine=np.array([[scale, 0.0, -origin[0] * scale], [0.0, scale, -origin[1] * scale]]),
                heights=heights,
            )
            made.append(_Made(found.storey, members, found.method, found.confidence, stack.confidence))
    return made


def _origin(views: tuple[View, ...], stacks: tuple[Stack, ...]) -> Floats:
    """Lower left of the ground plan, to which the others were laid; of everything where there is none."""
    ground = min(stacks, key=lambda stack: (abs(stack.level), stack.level), default=None)
    if ground is None:
        return np.min([view.low for view in views], axis=0) if views else np.zeros(2)
    return np.asarray(np.min([views[placed.view].low + placed.offset for placed in ground.plans], axis=0))


def _part(sheet: Linework, meaning: Meaning, views: list[View]) -> tuple[Linework, Meaning]:
    """The rows of some views, with what they mean."""
    if len(views) == 1:
        masks = views[0]
        part = select(sheet, masks)
        strokes, arcs, areas, texts = masks.strokes, masks.arcs, masks.areas, masks.texts
    else:
        strokes, arcs, areas, texts, dimensions, faces = (
            np.logical_or.reduce([getattr(view, name) for view in views])
            for name in ("strokes", "arcs", "areas", "texts", "dimensions", "faces")
        )
        part = sheet.select(strokes=strokes, arcs=arcs, areas=areas, texts=texts, dimensions=dimensions, faces=faces)
    seen = (sheet.sightings.low + sheet.sightings.high) / 2
    of = np.zeros(len(seen), np.bool_)
    for view in views:
        of |= ((seen >= view.low) & (seen <= view.high)).all(axis=1)
    part = part.select(sightings=of)
    # Strokes go on pointing at their arcs.
    number = np.where(arcs, np.cumsum(arcs) - 1, -1).astype(np.int32)
    held = part.strokes.arc
    if len(number):
        part = replace(part, strokes=replace(part.strokes, arc=np.where(held >= 0, number[held], -1).astype(np.int32)))
    return part, meaning.select(strokes=strokes, arcs=arcs, areas=areas, texts=texts)


def _floor_plan(
    sheet: Linework, found: list[_Made], units: UnitReport, options: ConvertOptions
) -> tuple[FloorPlan, str]:
    """The plan; where it has no walls, what else the drawing gives: bodies, extruded profiles, or lines."""
    scale = units.metres_per_unit
    if any(len(each.storey.walls) or len(each.storey.columns) for each in found):
        affine = found[0].storey.affine
        origin = (float(-affine[0, 2] / scale), float(-affine[1, 2] / scale))
        kept = tuple(each.storey for each in found)
        return FloorPlan(kept, scale, origin, solids.none(), _no_lines()), "floor_plan"
    bounds = sheet.bounds()
    low = bounds[0] if bounds is not None else np.zeros(2)
    metric = sheet.moved(low, scale)
    bodies = solids.find(metric, extrude=options.extrude)
    method = "linework" if not len(bodies) else "extrusion" if bodies.category[0] == "extrusion" else "solids"
    strokes = metric.strokes.take(np.abs(metric.strokes.thickness) < 1e-9) if method == "solids" else metric.strokes
    lines = LineSet(
        start=strokes.start,
        end=strokes.end,
        layer=tuple(map([layer.plain for layer in sheet.layers].__getitem__, strokes.layer.tolist())),
        category=("linework",) * len(strokes),
    )
    return FloorPlan((), scale, (float(low[0]), float(low[1])), bodies, lines), method


def _no_lines() -> LineSet:
    return LineSet(np.zeros((0, 2)), np.zeros((0, 2)), (), ())


def _paged(
    report: ReadReport, places: tuple[Place, ...], views: tuple[View, ...], made: dict[int, str]
) -> tuple[ReadReport, tuple[str, ...]]:
    """The report with the pages that the model is of; a warning where others show plans that are no storey of it."""
    if len(places) < 2 or not made:
        return report, ()
    page = [next((each.page for each in places if each.holds((view.low + view.high) / 2)), 0) for view in views]
    used = {page[k] for k in made}
    scans = {each.number for each in report.pages if each.used and each.content == "scan"}
    idle = sorted((scans | {page[k] for k, view in enumerate(views) if view.kind is ViewKind.PLAN}) - used)
    pages = tuple(replace(each, used=each.number in used) for each in report.pages)
    said = tuple(
        f"The plan on page {k} is no storey of this building: convert it alone, with --page {k}." for k in idle
    )
    return replace(report, pages=pages), said


def _view(view: View, storey: str | None) -> ViewReport:
    box = (float(view.low[0]), float(view.low[1]), float(view.high[0]), float(view.high[1]))
    return ViewReport(
        kind=str(view.kind),
        title=view.title,
        reason=view.reason,
        confidence=view.confidence,
        modelled=storey is not None,
        storey=storey,
        box=box,
    )


def _report(made: _Made) -> StoreyReport:
    storey = made.storey
    walls = storey.walls
    length = np.hypot(*(walls.axis[:, 1] - walls.axis[:, 0]).T)
    kinds = sorted({str(kind) for kind in storey.openings.kind})
    return StoreyReport(
        name=storey.name,
        level=storey.level,
        elevation=storey.elevation,
        height=storey.height,
        walls=len(walls),
        wall_length=float(np.nansum(length)),
        wall_area=float(shapely.area(joined(walls.footprint))) if len(walls) else 0.0,
        openings={kind: sum(str(each) == kind for each in storey.openings.kind) for kind in kinds},
        found_by=dict(sorted(Counter("+".join(each) for each in storey.openings.evidence).items())),
        columns=len(storey.columns),
        stairs=len(storey.stairs),
        rooms=len(storey.rooms),
        room_area=float(storey.rooms.area.sum()),
        furniture=len(storey.furniture),
        wall_method=made.method,
    )


#: Below these confidences a person should look at the overlay.
_SURE_UNIT, _SURE_WALLS = 0.8, 0.7


#: How the scale of paper was found, where neither its maker nor its user says it.
_ESTIMATES = {
    "dimensions": "by few dimensions",
    "doors": "by the width of its doors",
    "walls": "by the thickness of its walls",
    "note": "by a note",
}


def _doubts(units: UnitReport, found: list[_Made], method: str, *, paper: bool) -> Iterator[str]:
    """What a person should know before trusting the model."""
    yield from _unsure_scale(units) if paper else _unsure_unit(units)
    if method == "linework":
        yield "No walls were found: the model holds the drawing's lines only."
    if method == "extrusion":
        yield "No walls were found: closed profiles were extruded."
    for each in found if method == "floor_plan" else []:
        if each.confidence < _SURE_WALLS:
            yield f"{each.storey.name}: walls were told by geometry alone ({each.method})."
        if each.stacked < 0.5:
            yield f"{each.storey.name}: it is uncertain that this storey lies above the others."
        if not len(each.storey.rooms):
            yield f"{each.storey.name}: no closed rooms were found."


def _unsure_unit(units: UnitReport) -> Iterator[str]:
    if units.confidence < _SURE_UNIT:
        yield f"The unit is uncertain ({units.name}, {units.confidence:.0%}): check one measure, or give --units."
    elif units.declared not in (None, units.name) and units.method == "evidence":
        yield f"The file declares '{units.declared}' but is drawn in '{units.name}'."


def _unsure_scale(units: UnitReport) -> Iterator[str]:
    """Paper has a scale instead of a unit."""
    if units.confidence < _SURE_UNIT:
        scale = f"1:{units.metres_per_unit * 1000:.4g}"
        if units.method in _ESTIMATES:
            how = _ESTIMATES[units.method]
            yield f"The scale is an estimate {how} ({scale}, {units.confidence:.0%}): check a measure, or give --scale."
        else:
            yield f"Nothing on the page tells its scale, {scale} was assumed: check a measure, or give --scale."
