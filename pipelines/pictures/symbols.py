"""The signs of a drawn plan, in metres: how a door swings, a window is glazed, a stair climbs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.pictures.strokes import dashed, polyline
from pipelines.plan import OpeningKind, Openings, Stairs

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

_ARC = 16  #: chords of a quarter circle
_NONE = np.zeros((0, 2, 2))
_UNIT = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2  #: corners of the unit square around the origin


@dataclass(frozen=True, slots=True)
class Sign:
    """One opening's sign."""

    heavy: Floats  #: (n, 2, 2) lines of leaves and panes
    light: Floats = field(default_factory=lambda: np.zeros((0, 2, 2)))  #: (n, 2, 2) lines of what moves or is not there
    swept: Floats = field(default_factory=lambda: np.zeros((0, 2)))  #: (k, 2) the region that a leaf sweeps


def gaps(openings: Openings) -> Geometries:
    """(n,) rectangles that the openings cut from their walls."""
    along, width, depth = openings.direction[:, None], openings.width[:, None, None], openings.depth[:, None, None]
    across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    corners = openings.center[:, None] + _UNIT[:, :1] * along * width + _UNIT[:, 1:] * across * depth
    return np.asarray(shapely.polygons(corners), dtype=object)


def sign(openings: Openings, row: int) -> Sign:
    """The sign of one opening, by its kind."""
    at = _Place(
        center=openings.center[row],
        along=openings.direction[row],
        width=float(openings.width[row]),
        depth=float(openings.depth[row]),
        hinge=int(openings.hinge[row]),
        swing=int(openings.swing[row]),
    )
    return _SIGNS[openings.kind[row]](at)


def arrows(stairs: Stairs) -> Floats:
    """(n, 2, 2) lines of the arrows along which stairs climb; flights of unknown direction have none."""
    made = [_NONE]
    for footprint, up in zip(stairs.footprint, stairs.up, strict=True):
        if not np.isfinite(up).all() or footprint.is_empty:
            continue
        middle = shapely.get_coordinates(footprint.centroid)[0]
        reach = (shapely.get_coordinates(footprint) - middle) @ up
        tail, tip = middle + up * reach.min() * 0.82, middle + up * reach.max() * 0.82
        side = np.array([-up[1], up[0]])
        barb = min(0.22, float(reach.max() - reach.min()) * 0.2)
        barbs = [tip - up * barb + side * barb * 0.6, tip, tip - up * barb - side * barb * 0.6]
        made += [polyline(np.stack([tail, tip])), polyline(np.stack(barbs))]
    return np.concatenate(made)


@dataclass(frozen=True, slots=True)
class _Place:
    """One opening."""

    center: Floats
    along: Floats
    width: float
    depth: float
    hinge: int
    swing: int

    @property
    def across(self) -> Floats:
        return np.array([-self.along[1], self.along[0]])

    @property
    def face(self) -> Floats:
        """The middle of the opening on that side of the wall to which its leaf swings."""
        return np.asarray(self.center + self.across * (self.swing * self.depth / 2), dtype=np.float64)

    @property
    def box(self) -> Floats:
        corners = self.center + _UNIT[:, :1] * self.along * self.width + _UNIT[:, 1:] * self.across * self.depth
        return np.asarray(corners, dtype=np.float64)

    def line(self, middle: Floats, share: float = 1.0) -> Floats:
        """A line along the wall around ``middle``."""
        reach = self.along * (self.width * share / 2)
        return np.stack([middle - reach, middle + reach])[None]


def _door(at: _Place) -> Sign:
    if not at.swing:
        return Sign(at.line(at.center))
    return _leaf(at.face, at.along * (at.hinge or -1) * at.width / 2, at.across * at.swing * at.width)


def _double_door(at: _Place) -> Sign:
    if not at.swing:
        return Sign(at.line(at.center))
    reach, leaf = at.along * at.width / 4, at.across * at.swing * at.width / 2
    one, two = _leaf(at.face - reach, -reach, leaf), _leaf(at.face + reach, reach, leaf)
    return Sign(
        heavy=np.concatenate([one.heavy, two.heavy]),
        light=np.concatenate([one.light, two.light]),
        swept=np.concatenate([one.swept, two.swept[::-1]]),
    )


def _sliding_door(at: _Place) -> Sign:
    aside, reach = at.across * min(at.depth, 0.12) / 4, at.along * at.width * 0.22
    return Sign(np.concatenate([at.line(at.center - reach - aside, 0.56), at.line(at.center + reach + aside, 0.56)]))


def _folding_door(at: _Place) -> Sign:
    places = np.linspace(-0.5, 0.5, 9)[:, None] * at.along * at.width + at.center
    places[1::2] += at.across * (at.swing or 1) * at.width / 8
    return Sign(polyline(places))


def _overhead_door(at: _Place) -> Sign:
    return Sign(at.line(at.center), dashed(polyline(at.box, closed=True), dash=0.2, gap=0.12))


def _window(at: _Place) -> Sign:
    return Sign(np.concatenate([polyline(at.box, closed=True), at.line(at.center)]))


def _bare(at: _Place) -> Sign:
    return Sign(_NONE, dashed(polyline(at.box, closed=True), dash=0.12, gap=0.09))


_SIGNS: dict[OpeningKind, Callable[[_Place], Sign]] = {
    OpeningKind.DOOR: _door,
    OpeningKind.DOUBLE_DOOR: _double_door,
    OpeningKind.SLIDING_DOOR: _sliding_door,
    OpeningKind.FOLDING_DOOR: _folding_door,
    OpeningKind.OVERHEAD_DOOR: _overhead_door,
    OpeningKind.WINDOW: _window,
    OpeningKind.OPENING: _bare,
}


def _leaf(middle: Floats, to_hinge: Floats, open_leaf: Floats) -> Sign:
    """A leaf that stands open at a right angle, and the quarter circle by which it closes."""
    hinge, tip = middle + to_hinge, middle + to_hinge + open_leaf
    turn = np.linspace(0, np.pi / 2, _ARC + 1)[:, None]
    arc = hinge + np.cos(turn) * open_leaf - np.sin(turn) * 2 * to_hinge
    return Sign(polyline(np.stack([hinge, tip])), polyline(arc), np.concatenate([hinge[None], arc]))
