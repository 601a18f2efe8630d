"""Storeys made of the plans on a sheet.

Plans of one level are one storey, of which the richest is modelled: the electrical plan of a floor is not another
floor. Without titles, plans are laid over each other: where nearly everything coincides they show the same storey
twice; where the outer walls, stairs and columns do, they are storeys of one building, counted from the left, then
from below, as sheets are read. Plans that do not fit over each other are different buildings or units: they stay
where they are, side by side on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.drafting.naming import Category
from pipelines.drafting.titles import ViewKind
from pipelines.drafting.views import TOP_LEVEL, View
from pipelines.geometry.areas import joined, polygons
from pipelines.geometry.region import edges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Floats, Linework

    Lines = tuple[Floats, Floats]  #: from and to, (n, 2)


@dataclass(frozen=True, slots=True)
class Placed:
    """A plan and where it goes."""

    view: int  #: into the views
    offset: tuple[float, float]  #: drawing units to add to its coordinates to lay it over the ground storey


@dataclass(frozen=True, slots=True)
class Stack:
    """One storey: the plans that are modelled for it, and those that show the same once more."""

    level: int  #: 0 is the ground floor
    name: str
    plans: tuple[Placed, ...]  #: usually one; several where buildings stand side by side
    others: tuple[int, ...]  #: views of this storey that are not modelled
    confidence: float
    reason: str


#: Of what is laid over each other, the share that coincides between storeys of one building, and copies of one plan.
_SAME_BUILDING, _SAME_PLAN = 0.45, 0.85
#: Outlines of storeys of one building may differ by this share.
_OUTLINE = 0.12
_RASTER = 256
#: What bears, and how many lines of it tell a plan.
_FEW = 8
_BEARING = (Category.WALL, Category.GLASS_WALL, Category.COLUMN, Category.STAIR)
#: Kinds to model where a sheet holds no floor plan, in this order.
_SUBSTITUTES = (
    ViewKind.ELECTRICAL_PLAN,
    ViewKind.CEILING_PLAN,
    ViewKind.STRUCTURE_PLAN,
    ViewKind.OTHER,
    ViewKind.DETAIL,
)
_SERVICES = (ViewKind.ELECTRICAL_PLAN, ViewKind.CEILING_PLAN, ViewKind.STRUCTURE_PLAN)


def group(views: tuple[View, ...], linework: Linework, meaning: Meaning) -> tuple[Stack, ...]:
    """The storeys of a sheet, lowest first; none where it holds no plan at all."""
    plans = _plans(views)
    if not plans:
        return ()
    titled = {k: level for k in plans if (level := views[k].storey_level) is not None}
    top = max((level for level in titled.values() if level != TOP_LEVEL), default=0) + 1
    levels = {k: top if level == TOP_LEVEL else level for k, level in titled.items()}
    base = max(
        (k for k in plans if levels.get(k, 0) == min(levels.values(), default=0)), key=lambda k: views[k].richness
    )
    fits = {k: fit(linework, meaning, views[k], views[base]) for k in plans}
    sizes = {k: _outline(linework, meaning, views[k]) for k in plans}
    levels, reasons = _levelled(plans, views, levels, fits, base, sizes)
    return tuple(
        _stack(level, [k for k in plans if levels[k] == level], views, fits, reasons)
        for level in sorted({levels[k] for k in plans})
    )


def _plans(views: tuple[View, ...]) -> list[int]:
    """The views to model: plans, or what comes nearest to one."""
    for kinds in ((ViewKind.PLAN,), *((kind,) for kind in _SUBSTITUTES)):
        found = [k for k, view in enumerate(views) if view.kind in kinds]
        if found:
            return found if kinds[0] == ViewKind.PLAN else found[:1]
    return []


@dataclass(frozen=True, slots=True)
class Fit:
    """How one plan lies over another."""

    offset: tuple[float, float]  #: to add to the first plan's coordinates
    share: float  #: of its bearing lines that coincide with the other's, 0..1


def _levelled(
    plans: list[int],
    views: tuple[View, ...],
    levels: dict[int, int],
    fits: dict[int, Fit],
    base: int,
    sizes: dict[int, Floats],
) -> tuple[dict[int, int], dict[int, str]]:
    """A level for each plan: from its title, from lying over the others, else the ground."""
    levels, reasons = dict(levels), dict.fromkeys(levels, "the titles name the storeys")
    levels.setdefault(base, 0)
    reasons.setdefault(base, "it is the ground plan")
    taken = set(levels.values())
    for k in sorted((k for k in plans if k not in levels), key=lambda k: _reading_order(views[k], views[base])):
        if fits[k].share >= _SAME_PLAN:
            levels[k], reasons[k] = (
                levels[base],
                f"{fits[k].share:.0%} of it coincides with another plan: the same storey",
            )
        elif fits[k].share >= _SAME_BUILDING and _alike(sizes[k], sizes[base]):
            levels[k] = max(taken) + 1
            reasons[k] = f"its outline and {fits[k].share:.0%} of its walls coincide with the plan below"
        elif fits[k].share >= _SAME_BUILDING and _within(sizes[k], sizes[base]):
            levels[k] = max(taken) + 1
            reasons[k] = f"{fits[k].share:.0%} of its walls coincide with the larger plan below"
        else:
            levels[k], reasons[k] = 0, "it has no title and fits over no other plan: it stands beside them"
        taken.add(levels[k])
    return levels, reasons


def _reading_order(view: View, base: View) -> tuple[float, float]:
    """Left to right, where drawings stand in a row; else from the bottom up."""
    shift = view.low - base.low
    return (0.0, float(shift[1])) if abs(shift[0]) < 0.5 * float(base.size[0]) else (float(shift[0]), float(shift[1]))


def _alike(one: Floats, other: Floats) -> bool:
    """Whether two outlines have the same size."""
    return bool((np.abs(one - other) <= _OUTLINE * np.maximum(one, other)).all())


def _within(one: Floats, other: Floats) -> bool:
    """Whether an outline is smaller than another and fits into it: an upper floor without the garage below."""
    return bool((one <= (1 + _OUTLINE) * other).all())


def _outline(linework: Linework, meaning: Meaning, view: View) -> Floats:
    """(2,) width and depth of what bears in a plan: gardens, axes and notes around it do not count."""
    points = np.concatenate(_bearing(linework, meaning, view))
    return np.asarray(np.ptp(points, axis=0) if len(points) else view.size, dtype=np.float64)


def _stack(
    level: int, members: list[int], views: tuple[View, ...], fits: dict[int, Fit], reasons: dict[int, str]
) -> Stack:
    """One storey of the plans at a level."""
    ranked = sorted(members, key=lambda k: -views[k].richness)
    first = ranked[0]
    titled = views[first].storey_level is not None
    # Of untitled plans those that do not fit over the first are buildings of their own.
    beside = [k for k in ranked[1:] if views[k].storey_level is None and fits[k].share < _SAME_BUILDING]
    placed = [Placed(first, fits[first].offset if titled or fits[first].share >= _SAME_BUILDING else (0.0, 0.0))]
    placed += [Placed(k, (0.0, 0.0)) for k in beside]
    services = [k for k, view in enumerate(views) if view.kind in _SERVICES and titled and view.storey_level == level]
    others = [k for k in ranked[1:] if k not in beside] + [k for k in services if k not in members]
    sure = 0.95 if titled else 0.8 if len(members) == 1 and level == 0 else 0.6
    return Stack(
        level=level,
        name=" ".join(views[first].title.split()) if titled else _name(level),
        plans=tuple(placed),
        others=tuple(others),
        confidence=sure * (1.0 if level == 0 or fits[first].share >= _SAME_BUILDING else 0.8),
        reason=reasons[first],
    )


def _name(level: int) -> str:
    """A plain name for a storey without a title."""
    if level == 0:
        return "Ground floor"
    return f"Floor {level}" if level > 0 else f"Basement {-level}"


def fit(linework: Linework, meaning: Meaning, view: View, base: View) -> Fit:
    """Lay a plan over another: the shift under which most of its walls, columns and stairs coincide.

    Phase-free cross-correlation of coarse rasters finds the place, the commonest difference of the long vertical and
    horizontal lines' coordinates makes it exact.
    """
    if view is base:
        return Fit((0.0, 0.0), 1.0)
    lines, of = _bearing(linework, meaning, view), _bearing(linework, meaning, base)
    if not len(lines[0]) or not len(of[0]):
        return Fit(_corner(view, base), 0.0)
    cell = float(max(view.size.max(), base.size.max())) / _RASTER
    mine, theirs = _raster(lines, view.low, cell), _raster(of, base.low, cell)
    shape = (2 * _RASTER + 8, 2 * _RASTER + 8)
    wide = _widened(theirs)
    product = np.fft.rfft2(wide, shape) * np.conj(np.fft.rfft2(mine, shape))
    overlap = np.fft.irfft2(product, shape)
    peak = np.unravel_index(int(overlap.argmax()), shape)
    shift = np.array([_signed(int(peak[0]), shape[0]), _signed(int(peak[1]), shape[1])], dtype=np.float64)
    share = float(overlap[peak]) / max(float(mine.sum()), 1.0)
    offset = base.low - view.low + shift * cell
    exact = _exact(lines, of, offset, 2.5 * cell)
    return Fit((float(exact[0]), float(exact[1])), min(share, 1.0))


def _corner(view: View, base: View) -> tuple[float, float]:
    """The shift that lays lower left on lower left."""
    shift = base.low - view.low
    return float(shift[0]), float(shift[1])


def _bearing(linework: Linework, meaning: Meaning, view: View) -> Lines:
    """What goes on from storey to storey, strokes or else edges of areas; all strokes where names tell neither."""
    strokes = linework.strokes
    named = view.strokes & np.isin(meaning.strokes, _BEARING)
    if np.count_nonzero(named) < _FEW:
        shapes, _ = polygons(linework.areas.take(view.areas & np.isin(meaning.areas, _BEARING)))
        sides = edges(joined(shapes))
        if len(sides[0]) >= _FEW:
            return sides
        named = view.strokes
    return strokes.start[named], strokes.end[named]


def _raster(lines: Lines, low: Floats, cell: float) -> NDArray[np.float64]:
    """Cells that the lines pass, 1 or 0; x first."""
    start, end = lines
    steps = np.clip(np.ceil(np.hypot(*(end - start).T) / cell).astype(np.intp) + 1, 1, 2 * _RASTER)
    of = np.repeat(np.arange(len(start)), steps)
    at = (np.arange(len(of)) - np.repeat(np.cumsum(steps) - steps, steps)) / np.maximum(steps[of] - 1, 1)
    place = np.floor((start[of] + (end - start)[of] * at[:, None] - low) / cell).astype(np.intp)
    inside = ((place >= 0) & (place < _RASTER + 4)).all(axis=1)
    grid = np.zeros((_RASTER + 4, _RASTER + 4))
    grid[place[inside, 0], place[inside, 1]] = 1.0
    return grid


def _widened(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cells and their neighbours: lines may fall on either side of a cell's border."""
    wide = grid.copy()
    wide[1:] = np.maximum(wide[1:], grid[:-1])
    wide[:-1] = np.maximum(wide[:-1], grid[1:])
    tall = wide.copy()
    tall[:, 1:] = np.maximum(tall[:, 1:], wide[:, :-1])
    tall[:, :-1] = np.maximum(tall[:, :-1], wide[:, 1:])
    return tall


def _signed(index: int, size: int) -> int:
    """A cyclic shift as the shorter way round."""
    return index - size if index > size // 2 else index


def _exact(lines: Lines, of: Lines, offset: Floats, reach: float) -> Floats:
    """The offset made exact by the commonest difference between upright lines' coordinates, each way."""
    exact = offset.copy()
    for axis in (0, 1):
        mine, weight = _levels(lines, axis)
        theirs, other = _levels(of, axis)
        apart = theirs[None] - mine[:, None] - offset[axis]
        near = np.abs(apart) <= reach
        if not near.any():
            continue
        bins = np.round(apart[near] / (reach / 100)).astype(np.intp) + 100
        votes = np.bincount(bins, weights=np.minimum(weight[:, None], other[None])[near], minlength=201)
        winner = int(votes.argmax())
        exact[axis] += float(np.median(apart[near][np.abs(bins - winner) <= 1]))
    return exact


def _levels(lines: Lines, axis: int) -> tuple[Floats, Floats]:
    """Coordinates along ``axis`` of the 300 longest lines that keep it, and their lengths."""
    start, end = lines
    length = np.hypot(*(end - start).T)
    keeps = np.abs(end[:, axis] - start[:, axis]) < 1e-3 * np.maximum(length, 1e-12)
    order = np.argsort(-length[keeps], kind="stable")[:300]
    return start[keeps, axis][order], length[keeps][order]
