"""Things of known size on a page: doors, walls, steps, the building.

They judge scales, and propose one as a last resort.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.meaning import built
from pipelines.drafting.naming import Category
from pipelines.drafting.sizes import commonest, distances, log_likelihood
from pipelines.linework import Origin
from pipelines.pdf.scale.lines import rectangles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Arcs, Bools, Floats, Linework
    from pipelines.pdf.scale.lines import Lines

#: A leaf leads from an arc's centre to its end, within this share of the radius.
_NEAR = 0.12
#: A swing turns by a right angle, within this (radians); that of a leaf which is drawn ajar by this at least.
_RIGHT, _AJAR = 0.15, 0.4
#: More arcs than these about one centre are a plant or a wheel between its spokes.
_ABOUT_ONE = 2
#: Radii of swings on paper (mm) at 1:500 to 1:10.
_SWINGS = (1.0, 120.0)


@dataclass(frozen=True, slots=True)
class Known:
    """Things of one kind."""

    kind: str  #: 'doors', 'walls', 'stairs', 'extent'
    says: str  #: a sentence with {count}, {mm} and {m}
    sizes: Floats  #: (n,) mm of paper
    usual: float  #: metres
    spread: float  #: of the logarithm
    trust: float
    floor: float = 8.0  #: as of ``log_likelihood``

    def likelihood(self, ratios: Floats) -> Floats:
        """(k,) log-likelihood of scales by their denominators; 0 for the best of them."""
        few = min(1.0, 0.4 + 0.2 * len(self.sizes))
        fit = log_likelihood(self.sizes, ratios / 1000.0, usual=self.usual, spread=self.spread, floor=self.floor)
        return np.asarray(self.trust * few * fit, dtype=np.float64)

    def sentence(self, ratio: float) -> str:
        """What these things are like on a scale; those of no usual size are left out where others have one."""
        metres = self.sizes * ratio / 1000.0
        fits = np.abs(np.log(metres / self.usual)) < 3 * self.spread
        told = self.sizes[fits] if fits.any() else self.sizes
        middle = float(np.median(told))
        return self.says.format(count=len(told), mm=f"{middle:.3g} mm", m=f"{middle * ratio / 1000:.2f} m")


def known(sheet: Linework, meaning: Meaning, net: Lines) -> tuple[Known, ...]:
    """What is known on a sheet, the surest first."""
    found = (*_doors(sheet, meaning, net), *_walls(sheet, meaning), *_stairs(sheet, meaning), *_extent(sheet, meaning))
    return tuple(each for each in found if len(each.sizes))


def _doors(sheet: Linework, meaning: Meaning, net: Lines) -> tuple[Known, ...]:
    """Radii of quarter circles with a leaf; of all quarter circles where none has one."""
    arcs = sheet.arcs
    loose = np.isin(meaning.arcs, (Category.UNKNOWN, Category.OPENING, Category.WALL, Category.DOOR))
    loose &= (arcs.sweep > _AJAR) & (arcs.sweep < np.pi / 2 + _RIGHT)
    rows = np.flatnonzero(loose & (arcs.radius > _SWINGS[0]) & (arcs.radius < _SWINGS[1]))
    rows = rows[_apart(arcs.take(rows))]
    leafed = rows[_leafed(arcs.take(rows), net)]
    says = "have a radius of {mm} on paper, {m} in truth."
    if len(leafed):
        return (Known("doors", "{count} door swings " + says, arcs.radius[leafed], 0.84, 0.17, 2.5, floor=3.0),)
    radius = commonest(arcs.radius[rows[arcs.sweep[rows] > np.pi / 2 - _RIGHT]])
    return (Known("doors", "{count} quarter circles, perhaps door swings, " + says, radius, 0.84, 0.25, 0.8),)


def _apart(arcs: Arcs) -> Bools:
    """(n,) whether an arc shares its centre with as few others as the swings of a door do."""
    low, high = arcs.center - _NEAR * arcs.radius[:, None], arcs.center + _NEAR * arcs.radius[:, None]
    centres = np.asarray(shapely.points(arcs.center), dtype=np.object_)
    arc, other = shapely.STRtree(centres).query(shapely.box(*low.T, *high.T))
    alike = np.abs(arcs.radius[other] - arcs.radius[arc]) < _NEAR * arcs.radius[arc]
    return np.asarray(np.bincount(arc[alike], minlength=len(arcs)) <= _ABOUT_ONE)


def _leafed(arcs: Arcs, net: Lines) -> Bools:
    """(n,) whether a line leads from the arc's centre to one of its ends: the leaf of a door."""
    near = _NEAR * arcs.radius
    arc, row = net.tree.query(shapely.box(*(arcs.center - near[:, None]).T, *(arcs.center + near[:, None]).T))
    radius, found = arcs.radius[arc], np.zeros(len(arcs), dtype=np.bool_)
    for hinge, other in ((net.start[row], net.end[row]), (net.end[row], net.start[row])):
        held = np.hypot(*(hinge - arcs.center[arc]).T) < near[arc]
        for angle in (arcs.start, arcs.start + arcs.sweep):
            tip = arcs.center[arc] + np.column_stack([np.cos(angle), np.sin(angle)])[arc] * radius[:, None]
            found[arc[held & (np.hypot(*(other - tip).T) < 2 * near[arc])]] = True
    return found


def _walls(sheet: Linework, meaning: Meaning) -> tuple[Known, ...]:
    """Gaps between the lines of walls that layers name; else widths of filled strips; else gaps of long lines."""
    named = meaning.strokes == Category.WALL
    apart = distances(sheet, named)
    if len(apart) >= 3:
        return (Known("walls", "{count} pairs of wall lines lie {mm} apart, {m} in truth.", apart, 0.17, 0.45, 1.0),)
    wide = _fills(sheet, meaning)
    if len(wide) >= 4:
        return (
            Known("walls", "{count} filled strips, likely walls, are {mm} wide, {m} in truth.", wide, 0.17, 0.5, 0.8),
        )
    loose = np.isin(meaning.strokes, (Category.UNKNOWN, Category.STRUCTURE)) & built(sheet)
    loose &= sheet.strokes.origin != Origin.HATCH
    apart = distances(sheet, loose)
    says = "{count} pairs of long parallel lines lie {mm} apart, {m} in truth."
    return (Known("walls", says, apart, 0.17, 0.6, 0.5),) if len(apart) >= 8 else ()


def _fills(sheet: Linework, meaning: Meaning) -> Floats:
    """Widths of long narrow filled rectangles: walls drawn as poche."""
    areas = sheet.areas
    rows = rectangles(areas)
    rows = rows[np.isin(meaning.areas[rows], (Category.UNKNOWN, Category.WALL))]
    if not len(rows):
        return np.zeros(0)
    corners = areas.rings.points[areas.rings.offsets[rows][:, None] + np.arange(4)]
    sides = np.hypot(*np.moveaxis(corners - np.roll(corners, 1, axis=1), 2, 0))
    short, long = np.sort((sides[:, :2] + sides[:, 2:]) / 2, axis=1).T
    return np.asarray(short[(long > 3 * short) & (short > 0.4) & (long > 8.0)], dtype=np.float64)


def _stairs(sheet: Linework, meaning: Meaning) -> tuple[Known, ...]:
    going = commonest(distances(sheet, meaning.strokes == Category.STAIR))
    if len(going) < 4:
        return ()
    return (Known("stairs", "{count} lines of stairs lie {mm} apart, {m} in truth.", going, 0.27, 0.2, 0.8),)


def _extent(sheet: Linework, meaning: Meaning) -> tuple[Known, ...]:
    """The size of what is drawn, without its outermost lines."""
    strokes = sheet.strokes
    loose = (Category.AXIS, Category.DIMENSION, Category.TITLE_BLOCK, Category.ANNOTATION)
    rows = built(sheet) & ~np.isin(meaning.strokes, loose)
    if np.count_nonzero(rows) < 8:
        return ()
    middle: NDArray[np.float64] = (strokes.start[rows] + strokes.end[rows]) / 2
    reach = np.quantile(middle, 0.97, axis=0) - np.quantile(middle, 0.03, axis=0)
    size = float(reach.max())
    if size <= 0:
        return ()
    return (Known("extent", "What is drawn is {mm} wide, {m} in truth.", np.array([size]), 22.0, 0.9, 1.0),)
