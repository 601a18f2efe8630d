"""The drawings that stand side by side on a sheet: separated, named, and judged plan or not.

A title decides where there is one; else the layers that dominate, door swings, room names, tables of text, and the
shape beside that of a known plan (an elevation is as wide as its plan and lower). Nothing here needs the unit.
``stacking`` makes storeys of the plans.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.drafting import clusters, titles
from pipelines.drafting.naming import Category
from pipelines.drafting.titles import ViewKind
from pipelines.linework import Seen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.drafting.titles import Title
    from pipelines.linework import Bools, Floats, Linework, Ragged, Sightings

__all__ = ["View", "ViewKind", "select", "split"]


@dataclass(frozen=True, slots=True)
class View:
    """One drawing on the sheet."""

    kind: ViewKind
    title: str  #: as written, '' where there is none
    storey_level: int | None  #: from the title; 0 is the ground floor
    reason: str  #: why it is taken for this kind, in plain English
    confidence: float  #: 0..1
    low: Floats  #: (2,) drawing units
    high: Floats
    strokes: Bools  #: rows of the sheet's tables that belong to it
    arcs: Bools
    areas: Bools
    texts: Bools
    dimensions: Bools
    faces: Bools
    richness: float = 0.0  #: how much a plan tells: of two of one storey the richer is modelled

    @property
    def size(self) -> Floats:
        """(2,) width and height, drawing units."""
        return self.high - self.low


#: What surrounds and annotates drawings, and must not join them.
_LOOSE = (
    Category.AXIS,
    Category.DIMENSION,
    Category.ANNOTATION,
    Category.TEXT,
    Category.TITLE_BLOCK,
    Category.CONSTRUCTION,
)
_CERTAIN = (
    Category.WALL,
    Category.GLASS_WALL,
    Category.DOOR,
    Category.WINDOW,
    Category.OPENING,
    Category.COLUMN,
    Category.STAIR,
)
#: Doors that a detector saw, and how sure it has to be of one.
_DOORS, _SURE = (Seen.DOOR, Seen.DOUBLE_DOOR, Seen.SLIDING_DOOR), 0.5
#: A group is a drawing of its own from this many lines and this share of the largest one's size.
_LINES, _SHARE, _MOST = 10, 0.08, 200
#: What lies within this share of a drawing's size around it belongs to it: geometry, and writing.
_NEAR, _AROUND = 0.03, 0.2


def split(linework: Linework, meaning: Meaning) -> tuple[View, ...]:
    """The drawings of a sheet, the one with the most lines first; none for an empty sheet."""
    owner, boxes = _owners(linework, meaning)
    owner = _adopted(linework, owner, boxes)
    views = [_blank(linework, owner, boxes, k) for k in range(len(boxes))]
    named = _titled(linework, views)
    traits = [_traits(linework, meaning, view) for view in views]
    return tuple(_judged(k, views, traits, named) for k in range(len(views)))


def select(linework: Linework, view: View) -> Linework:
    """The rows of one view."""
    return linework.select(
        strokes=view.strokes,
        arcs=view.arcs,
        areas=view.areas,
        texts=view.texts,
        dimensions=view.dimensions,
        faces=view.faces,
    )


def _owners(linework: Linework, meaning: Meaning) -> tuple[NDArray[np.intp], Floats]:
    """(n,) which drawing each stroke belongs to, -1 for none yet; and (k, 2, 2) the corners of the drawings."""
    strokes = linework.strokes
    core = ~np.isin(meaning.strokes, _LOOSE)
    rings = linework.areas.filled & ~np.isin(meaning.areas, _LOOSE)
    if np.count_nonzero(core) + np.count_nonzero(rings) < _LINES:
        core = np.ones(len(strokes), dtype=np.bool_)
    start, end, certain, width = _outline(linework, meaning, core, rings)
    if not len(start):
        return np.zeros(len(strokes), dtype=np.intp), np.zeros((0, 2, 2))
    label, _ = clusters.drawings(clusters.Segments(start, end, certain, width))
    kept = _substantial(label, start, end)
    number = np.full(int(label.max()) + 2, -1, dtype=np.intp)
    number[kept] = np.arange(len(kept))
    owner = np.full(len(strokes), -1, dtype=np.intp)
    owner[core] = number[label[: np.count_nonzero(core)]]
    return owner, _boxes(start, end, number[label], len(kept))


def _outline(linework: Linework, meaning: Meaning, core: Bools, rings: Bools) -> tuple[Floats, Floats, Bools, Floats]:
    """Lines to group, the strokes under ``core`` first; which of them are surely part of a drawing; how wide they are.

    Fills are drawn by their edges; where there is nothing else, so are outlines and faces.
    """
    strokes, areas = linework.strokes, linework.areas
    filled = areas.rings.take(rings)
    start, end = _edges(filled)
    of = np.flatnonzero(rings)[filled.owner]
    starts, ends = [strokes.start[core], start], [strokes.end[core], end]
    certain = [np.isin(meaning.strokes[core], _CERTAIN), np.isin(meaning.areas[of], _CERTAIN)]
    if not len(start) and not core.any():
        for lists in (areas.rings, linework.faces.rings):
            start, end = _edges(lists)
            starts, ends = [*starts, start], [*ends, end]
            certain.append(np.zeros(len(start), dtype=np.bool_))
    # Doors and windows that a detector saw bridge the gaps of walls that were traced off a picture.
    start, end = _framed(linework.sightings)
    starts, ends = [*starts, start], [*ends, end]
    certain.append(np.ones(len(start), dtype=np.bool_))
    begins = np.concatenate(starts)
    width = np.zeros(len(begins))
    width[: np.count_nonzero(core)] = strokes.width[core]
    return begins, np.concatenate(ends), np.concatenate(certain), width


def _framed(seen: Sightings) -> tuple[Floats, Floats]:
    """(m, 2) from and to of the sides of the boxes of doors and windows."""
    sure = np.isin(seen.kind, (*_DOORS, Seen.WINDOW)) & (seen.score > _SURE)
    x0, y0, x1, y1 = np.concatenate([seen.low[sure], seen.high[sure]], axis=1).T
    corners = np.stack([np.stack([x0, y0]), np.stack([x1, y0]), np.stack([x1, y1]), np.stack([x0, y1])]).transpose(
        2, 0, 1
    )
    return corners.reshape(-1, 2), np.roll(corners, -1, axis=1).reshape(-1, 2)


def _edges(rings: Ragged) -> tuple[Floats, Floats]:
    """(m, 2) from and to of the edges of closed rings, in the order of their points."""
    following = np.arange(1, len(rings.points) + 1)
    last = rings.offsets[1:][rings.counts > 0]
    following[last - 1] = rings.offsets[:-1][rings.counts > 0]
    return rings.points[:, :2], rings.points[following, :2]


def _substantial(label: NDArray[np.intp], start: Floats, end: Floats) -> NDArray[np.intp]:
    """The groups that are drawings of their own."""
    count = np.bincount(label[label >= 0])
    low, high = np.full((len(count), 2), np.inf), np.full((len(count), 2), -np.inf)
    inside = label >= 0
    np.minimum.at(low, label[inside], np.minimum(start, end)[inside])
    np.maximum.at(high, label[inside], np.maximum(start, end)[inside])
    extent = (high - low).max(axis=1)
    # A stray giant must not make drawings look like specks: the size to compare with is that of the richest group.
    kept = (count >= _LINES) & (extent >= _SHARE * extent[0])
    kept[0] = True
    return np.flatnonzero(kept)[:_MOST]


def _boxes(start: Floats, end: Floats, owner: NDArray[np.intp], count: int) -> Floats:
    """(count, 2, 2) lower left and upper right of each drawing."""
    boxes = np.stack([np.full((count, 2), np.inf), np.full((count, 2), -np.inf)], axis=1)
    inside = owner >= 0
    for points in (start[inside], end[inside]):
        np.minimum.at(boxes[:, 0], owner[inside], points)
        np.maximum.at(boxes[:, 1], owner[inside], points)
    return boxes


def _nearest(points: Floats, boxes: Floats, margin: float) -> NDArray[np.intp]:
    """(n,) the drawing that each point lies in or nearest to, within a share of its size; -1 for none."""
    best = np.full(len(points), np.inf)
    owner = np.full(len(points), -1, dtype=np.intp)
    for k, (low, high) in enumerate(boxes):
        size = float((high - low).max()) or 1.0
        away = np.hypot(*np.maximum(np.maximum(low - points, points - high), 0.0).T) / size
        nearer = (away <= margin) & (away < best)
        best[nearer], owner[nearer] = away[nearer], k
    return owner


def _adopted(linework: Linework, owner: NDArray[np.intp], boxes: Floats) -> NDArray[np.intp]:
    """Strokes that no drawing owns go to the one around them, if they stay within its surroundings."""
    free = np.flatnonzero(owner < 0)
    first = _nearest(linework.strokes.start[free], boxes, _AROUND)
    second = _nearest(linework.strokes.end[free], boxes, _AROUND)
    owner = owner.copy()
    owner[free] = np.where(first == second, first, -1)
    return owner


def _blank(linework: Linework, owner: NDArray[np.intp], boxes: Floats, number: int) -> View:
    """A view of the rows in and around its box, not yet judged."""
    rings = linework.areas.rings
    faces = linework.faces.rings
    dimensions = linework.dimensions
    measured = (dimensions.first + dimensions.second) / 2
    return View(
        kind=ViewKind.OTHER,
        title="",
        storey_level=None,
        reason="",
        confidence=0.0,
        low=boxes[number, 0],
        high=boxes[number, 1],
        strokes=np.asarray(owner == number, dtype=np.bool_),
        arcs=_nearest(linework.arcs.center, boxes, _NEAR) == number,
        areas=_nearest(_firsts(rings.points, rings.offsets), boxes, _NEAR) == number,
        texts=_nearest(linework.texts.center, boxes, _AROUND) == number,
        dimensions=_nearest(measured, boxes, _AROUND) == number,
        faces=_nearest(_firsts(faces.points[:, :2], faces.offsets), boxes, _NEAR) == number,
    )


def _firsts(points: Floats, offsets: NDArray[np.int64]) -> Floats:
    """(n, 2) the middle of each list of points; nan for empty ones."""
    count = np.diff(offsets)
    total = np.zeros((len(count), 2))
    np.add.at(total, np.repeat(np.arange(len(count)), count), points)
    return total / np.where(count > 0, count, np.nan)[:, None]


def _titled(linework: Linework, views: list[View]) -> list[Title | None]:
    """The title of each view: a large text below it, above it or, with less trust, in it.

    A title between two drawings may stand as near to the one as to the other: the best pairs are taken first.
    """
    texts = linework.texts
    read = titles.settle([titles.read(text) for text in texts.text])
    usual = float(np.median(texts.height)) if len(texts) else 1.0
    least = 0.4 * max((float(view.size.max()) for view in views), default=0.0)
    pairs: list[tuple[float, int, int]] = []
    for row, title in enumerate(read):
        if title is None:
            continue
        size = float(np.clip(texts.height[row] / (usual or 1.0), 0.3, 4.0)) if len(texts) > 3 else 2.0
        if title.weight <= 0.5 and size < 1.3:
            continue
        fits = [_fit(texts.center[row], view, least) for view in views]
        worth = title.weight * min(size, 2.5)
        pairs += [(fit * worth, row, k) for k, fit in enumerate(fits) if fit * worth > 0.3 and fit > 0.75 * max(fits)]
    best: dict[int, int] = {}
    for _, row, k in sorted(pairs, key=lambda pair: -pair[0]):
        if k not in best and row not in best.values():
            best[k] = row
    return [read[best[k]] if k in best else None for k in range(len(views))]


def _fit(point: Floats, view: View, least: float) -> float:
    """How well a title at this point stands to a view, 0..1; distances count by its size, or ``least`` if it is less.

    Titles stand as far from a small detail as from a large plan.
    """
    size = view.size
    reach = max(float(size.max()), least) or 1.0
    below, above = float(view.low[1] - point[1]), float(point[1] - view.high[1])
    beside = float(max(view.low[0] - point[0], point[0] - view.high[0], 0.0))
    if below <= 0 and above <= 0 and beside <= 0:
        edge = min(float(point[1] - view.low[1]), float(view.high[1] - point[1])) / max(float(size[1]), 1e-12)
        return 0.6 if edge < 0.12 else 0.35
    away = float(np.hypot(beside, max(below, above, 0.0))) / reach
    favour = 1.0 if below > 0 else 0.75 if above > 0 else 0.5
    return favour * max(0.0, 1.0 - 1.6 * away)


@dataclass(frozen=True, slots=True)
class _Traits:
    """What the content of a view shows."""

    lines: int
    swings: int  #: quarter circles of the size of door leaves, or doors that a detector saw
    doors: int  #: references to door blocks
    rooms: int  #: names of rooms
    texts: int
    upright: float  #: share of the lines that are horizontal or vertical
    share: dict[Category, float]  #: of the length of all lines
    faces: int


_ROOMS = re.compile(
    r"\b(bed ?room|bath|kitchen|living|dining|garage|hall|closet|office|laundry|porch|entry|foyer|lobby|corridor"
    r"|storage|toilet|w\.?i\.?c"
    r"|kuche|bad|schlafzimmer|wohnzimmer|flur|diele|buro|chambre|salon|sejour|cuisine|salle|entree|bureau|couloir"
    r"|dormitorio|cocina|bano|sala|comedor|recamara|pasillo|camera|cucina|bagno|soggiorno|corridoio|quarto|cozinha|banheiro"
    r"|mutfak|banyo|salon|yatak odasi|koridor|hol|phong|bep|wc)\b"
    r"|거실|주방|침실|욕실|화장실|현관|발코니|드레스룸|안방|사무실|복도"
    r"|居間|寝室|洋室|和室|台所|浴室|玄関|便所|廊下|卧室|客厅|厨房|卫生间|餐厅|书房|阳台|臥室|客廳|廚房|浴廁|餐廳|辦公"
)


def _traits(linework: Linework, meaning: Meaning, view: View) -> _Traits:
    strokes = linework.strokes
    rows = np.flatnonzero(view.strokes)
    length = strokes.length[rows]
    vector = np.abs(strokes.end[rows] - strokes.start[rows])
    total = float(length.sum()) or 1.0
    weight = np.bincount(meaning.strokes[rows], weights=length, minlength=len(Category)) / total
    reach = float(view.size.max())
    arcs = linework.arcs
    leaf = (
        view.arcs & (np.abs(arcs.sweep - np.pi / 2) < 0.3) & (arcs.radius > 0.008 * reach) & (arcs.radius < 0.2 * reach)
    )
    leaf &= np.isin(
        meaning.arcs, (Category.DOOR, Category.OPENING, Category.UNKNOWN, Category.WALL, Category.FURNITURE)
    )
    inside = np.unique(strokes.instance[rows])
    doors = np.isin(meaning.named[inside[inside >= 0]], (Category.DOOR,))
    words = [linework.texts.text[k] for k in np.flatnonzero(view.texts)]
    return _Traits(
        lines=len(rows),
        swings=int(np.count_nonzero(leaf)) + _seen(linework.sightings, view),
        doors=int(np.count_nonzero(doors)),
        rooms=sum(1 for text in words if len(text) < 40 and _ROOMS.search(titles.plain(text))),
        texts=len(words),
        upright=float(np.count_nonzero(vector.min(axis=1) < 1e-6 * reach)) / max(len(rows), 1),
        share={category: float(weight[category]) for category in Category if weight[category] > 0},
        faces=int(np.count_nonzero(view.faces)),
    )


def _seen(seen: Sightings, view: View) -> int:
    """How many doors a detector saw in a view of a picture, which has no arcs."""
    middle = (seen.low + seen.high) / 2
    inside = ((middle >= view.low) & (middle <= view.high)).all(axis=1)
    return int(np.count_nonzero(inside & np.isin(seen.kind, _DOORS) & (seen.score > _SURE)))


_Verdict = tuple[ViewKind, str, float]


def _judged(number: int, views: list[View], traits: list[_Traits], named: list[Title | None]) -> View:
    """A view with its kind, and why."""
    view, trait, title = views[number], traits[number], named[number]
    kind, reason, confidence = _by_title(title) or _by_content(number, views, traits)
    walls = sum(trait.share.get(category, 0.0) for category in _CERTAIN)
    return replace(
        view,
        kind=kind,
        title=title.text if title is not None else "",
        storey_level=_level(title),
        reason=reason,
        confidence=confidence,
        richness=trait.lines * (0.2 + walls) + 20.0 * (trait.swings + trait.doors + trait.rooms),
    )


#: An attic stands above every storey that a sheet can name.
TOP_LEVEL = 99


def _level(title: Title | None) -> int | None:
    if title is None:
        return None
    return TOP_LEVEL if title.top else title.level


def _by_title(title: Title | None) -> _Verdict | None:
    if title is None:
        return None
    shown = " ".join(title.text.split())
    return title.kind, f'its title says "{shown}"', 0.95


def _by_content(number: int, views: list[View], traits: list[_Traits]) -> _Verdict:
    """The kind of an untitled view: by what it holds, then by comparison with the other views."""
    trait = traits[number]
    if trait.faces > max(trait.lines, 12):
        return ViewKind.MODEL3D, f"it consists of {trait.faces} faces in space", 0.8
    dominant = _dominant(trait)
    if dominant is not None and not trait.swings:
        return dominant
    if trait.swings:
        confidence = 0.9 if trait.swings > 1 or trait.rooms else 0.75
        return ViewKind.PLAN, f"doors swing in it ({trait.swings})", confidence
    if (
        trait.texts >= 8
        and trait.upright > 0.95
        and trait.texts > 0.1 * trait.lines
        and trait.rooms < 0.3 * trait.texts
    ):
        return ViewKind.TABLE, f"it holds {trait.texts} texts between horizontal and vertical lines", 0.6
    return _beside(number, views, traits)


_DOMINANT = {
    Category.ROOF: ViewKind.ROOF_PLAN,
    Category.ELEVATION: ViewKind.ELEVATION,
    Category.SECTION: ViewKind.SECTION,
    Category.CEILING: ViewKind.CEILING_PLAN,
    Category.ELECTRICAL: ViewKind.ELECTRICAL_PLAN,
    Category.LIGHTING: ViewKind.ELECTRICAL_PLAN,
    Category.TITLE_BLOCK: ViewKind.TITLE_BLOCK,
    Category.SITE: ViewKind.SITE_PLAN,
}


def _dominant(trait: _Traits) -> _Verdict | None:
    """The kind that most of the lines' layers name."""
    for category, kind in _DOMINANT.items():
        share = trait.share.get(category, 0.0)
        if share > 0.4:
            named = category.name.lower().replace("_", " ")
            return kind, f"{share:.0%} of its lines are on {named} layers and no door swings in it", 0.5 + 0.4 * share
    return None


def _like(view: View, trait: _Traits, plan: View, planned: _Traits) -> _Verdict | None:
    """The kind of a view without swings that shares its outline, or one side, with a plan."""
    roof = trait.share.get(Category.ROOF, 0.0) > 0.05
    if bool((np.abs(view.size - plan.size) < 0.15 * plan.size).all()) and (roof or trait.lines < 0.3 * planned.lines):
        more = " and has lines on roof layers" if roof else " and has few lines"
        return ViewKind.ROOF_PLAN, f"it has the outline of the plan{more}, but no door swings", 0.75 if roof else 0.55
    across = [side for side in plan.size if abs(side - view.size[0]) < 0.07 * side]
    if across and float(view.size[1]) < 0.8 * float(plan.size.max()):
        return ViewKind.ELEVATION, "it is as wide as a side of the plan, lower, and no door swings in it", 0.7
    return None


def _beside(number: int, views: list[View], traits: list[_Traits]) -> _Verdict:  # noqa: PLR0911  # a list of rules
    """The kind of a view without swings, beside the others."""
    view, trait = views[number], traits[number]
    plans = [k for k, other in enumerate(traits) if other.swings and k != number]
    flat = float(view.size[1]) < 0.45 * float(view.size[0])
    largest = max(float(other.size.max()) for other in views)
    for k in plans:
        if not trait.rooms and (likened := _like(view, trait, views[k], traits[k])) is not None:
            return likened
    if plans and flat and not trait.rooms:
        return ViewKind.ELEVATION, "it is low and wide, and no door swings in it as in the plan", 0.65
    walls = trait.share.get(Category.WALL, 0.0) + trait.share.get(Category.GLASS_WALL, 0.0)
    if trait.rooms >= 2 or trait.doors >= 2:
        return ViewKind.PLAN, f"it has names of rooms ({trait.rooms}) and door blocks ({trait.doors})", 0.8
    if not plans and (number == 0 or float(view.size.max()) > 0.7 * largest):
        said = (
            "it is the only drawing"
            if len(views) == 1
            else "it is among the largest drawings, and none has door swings"
        )
        return ViewKind.PLAN, said, 0.7 if walls > 0.2 or len(views) == 1 else 0.5
    if float(view.size.max()) < 0.45 * largest:
        return ViewKind.DETAIL, "it is small beside the largest drawing and has no title", 0.5
    if walls > 0.4:
        return ViewKind.PLAN, f"{walls:.0%} of its lines are walls", 0.55
    return ViewKind.OTHER, "neither a title nor its content tells what it is", 0.4
