"""The openings of a storey that are filled, ready to be measured from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.building.boxes import Boxes
from pipelines.building.shell import tops
from pipelines.geometry.pairs import left, rectangles
from pipelines.linework import Table
from pipelines.plan import OpeningKind, WallKind

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.plan import Storey

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

#: What is narrower or lower is no opening that anything would be hung in, metres.
NARROWEST, LOWEST = 0.25, 0.3
#: Frames are at least and at most this deep, whatever the wall, metres.
DEPTHS = (0.05, 0.6)
#: A sliding door wider than this to the outside is of glass, metres.
TERRACE = 1.2


@dataclass(frozen=True, slots=True)
class Holes(Table):
    """Openings with something in them. ``u`` runs along the wall, ``v`` across it to the left, from the middle."""

    row: Rows  #: (n,) into ``Openings``
    kind: tuple[OpeningKind, ...]
    center: Floats  #: (n, 2)
    along: Floats  #: (n, 2) unit vector
    width: Floats
    depth: Floats
    low: Floats
    high: Floats  #: not above the wall
    end: Rows  #: (n,) the end with the hinge, -1 or 1; -1 where it is not known
    swing: Rows  #: (n,) 1: to the left, -1: to the right, 0: not known
    glazed: Mask  #: in a glass wall, or a sliding door to the outside
    gate: Mask  #: in a low wall: nothing is over it

    @classmethod
    def of(cls, storey: Storey) -> Holes:
        """The openings that can be filled; of those that overlap, the surest."""
        table, walls = storey.openings, storey.walls
        top, glazed, gate = np.full(len(table), storey.height), np.zeros(len(table), bool), np.zeros(len(table), bool)
        hosted = np.flatnonzero(table.host >= 0) if len(walls) else np.zeros(0, dtype=np.intp)
        host = table.host[hosted]
        top[hosted] = tops(storey, walls.height)[host]
        glazed[hosted] = np.asarray([kind == WallKind.GLASS for kind in walls.kind], dtype=np.bool_)[host]
        gate[hosted] = np.asarray([kind == WallKind.LOW for kind in walls.kind], dtype=np.bool_)[host]
        holes = cls(
            row=np.arange(len(table)),
            kind=table.kind,
            center=table.center,
            along=table.direction,
            width=table.width,
            depth=np.clip(table.depth, *DEPTHS),
            low=np.maximum(table.sill, 0.0),
            high=np.minimum(table.head, top),
            end=np.where(table.hinge > 0, 1, -1),
            swing=np.sign(table.swing).astype(np.intp),
            glazed=glazed,
            gate=gate,
        )
        filled = np.asarray([kind != OpeningKind.OPENING for kind in table.kind], dtype=np.bool_)
        return _to_outside(_apart(holes.take(_sized(holes) & filled), table.confidence), storey)

    @property
    def across(self) -> Floats:
        """(n, 2) unit vector to the left of ``along``."""
        return left(self.along)

    def of_kind(self, *kinds: OpeningKind) -> Holes:
        """The openings of some kinds."""
        return self.take(np.asarray([kind in kinds for kind in self.kind], dtype=np.bool_))

    def boxes(
        self,
        u: Floats | float,
        v: Floats | float,
        length: Floats | float,
        depth: Floats | float,
        low: Floats,
        high: Floats,
        turn: Floats | float = 0.0,
    ) -> Boxes:
        """A box per hole with its middle ``u`` along and ``v`` across from the hole's middle, turned by ``turn``."""
        count = len(self.row)

        def column(value: Floats | float) -> Floats:
            made = np.empty(count)
            made[:] = value
            return made

        u, v, turn = column(u), column(v), column(turn)
        center = self.center + self.along * u[:, None] + self.across * v[:, None]
        cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]
        return Boxes(
            center,
            self.along * cosine + self.across * sine,
            column(length),
            column(depth),
            column(low),
            column(high),
            self.row,
        )


def _sized(holes: Holes) -> Mask:
    """(n,) openings in which something can be hung."""
    return np.asarray((holes.high - holes.low > LOWEST) & (holes.width > NARROWEST), dtype=np.bool_)


def _apart(holes: Holes, confidence: Floats) -> Holes:
    """Without those that overlap a surer one."""
    half = holes.along * (holes.width / 2 - 0.01)[:, None]
    shapes = rectangles(holes.center - half, holes.center + half, holes.depth)
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    meet = (i < j) & (np.minimum(holes.high[i], holes.high[j]) > np.maximum(holes.low[i], holes.low[j]))
    gone = np.zeros(len(shapes), dtype=np.bool_)
    sure = confidence[holes.row]
    for a, b in zip(i[meet].tolist(), j[meet].tolist(), strict=True):
        if not gone[a] and not gone[b]:
            gone[a if sure[a] < sure[b] else b] = True
    return holes.take(~gone)


def _to_outside(holes: Holes, storey: Storey) -> Holes:
    """Mark wide sliding doors as glazed where one side of them is in no room: they lead to a terrace."""
    wide = np.asarray([kind == OpeningKind.SLIDING_DOOR for kind in holes.kind], np.bool_) & (holes.width > TERRACE)
    if not wide.any() or not len(storey.rooms):
        return holes
    tree = shapely.STRtree(storey.rooms.footprint)
    outside = np.zeros(len(holes), dtype=np.bool_)
    for side in (-1.0, 1.0):
        probe = holes.center + holes.across * (side * (holes.depth / 2 + 0.2))[:, None]
        inside = np.zeros(len(holes), dtype=np.bool_)
        inside[tree.query(shapely.points(probe), predicate="intersects")[0]] = True
        outside |= ~inside
    return replace(holes, glazed=holes.glazed | (wide & outside))
