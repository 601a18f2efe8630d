"""What expanding any table needs: the placements of blocks, and what they do to layers, lengths and points."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.dxf.expansion.sound import finite
from pipelines.dxf.placement import Rows, gather, place, resolve
from pipelines.geometry.ocs import axes
from pipelines.linework import Bools, Floats, Ints, Origin

if TYPE_CHECKING:
    from pipelines.dxf import drawing as d

#: Chord tolerance as a share of the drawing's robust diagonal: a millimetre on a house of 50 m.
TOLERANCE: Final = 2e-5


@dataclass(frozen=True, slots=True)
class Placed:
    """The rows of one table as they appear on the sheet."""

    row: Rows
    place: Rows
    layer: Ints
    color: Ints
    weight: Floats
    dashed: Bools
    source: Ints
    origin: Ints
    instance: Ints


class Sheet:
    """A drawing with its placements, and what could not be used of it."""

    def __init__(self, drawing: d.Drawing, tolerance: float | None) -> None:
        self.drawing = drawing
        self.skipped: Counter[tuple[str, str]] = Counter()
        self.places = place(drawing, self.skipped)
        self.visible = np.array([row.layer.visible for row in drawing.layers] or [True], dtype=np.bool_)
        self.tolerance = tolerance or self._tolerance()
        self._paths = 0

    def placed(self, common: d.Common) -> Placed:
        """Gather a table for all placements; rows on hidden layers are dropped and counted."""
        row, where = gather(common.owner, self.places.block, len(self.drawing.blocks))
        layer, color, weight, dashed, _ = resolve(self.drawing, common, row, self.places, where)
        shown = self.visible[layer] & ~self.places.hidden[where]
        for origin, count in enumerate(np.bincount(common.origin[row[~shown]])):
            self.skipped[Origin(origin).name, "layer_hidden"] += int(count)
        row, where = row[shown], where[shown]
        forced = self.places.origin[where]
        return Placed(
            row=row,
            place=where,
            layer=layer[shown],
            color=color[shown],
            weight=np.maximum(weight[shown], 0) / 100.0,
            dashed=dashed[shown] > 0,
            source=common.source[row],
            origin=np.where(forced >= 0, forced, common.origin[row]).astype(np.int32),
            instance=(where - 1).astype(np.int32),
        )

    def world(self, points: Floats, where: Rows) -> Floats:
        """(n, 3) points of blocks on the sheet."""
        places = self.places
        if len(places) == 1:
            return points
        return np.asarray(np.einsum("nij,nj->ni", places.linear[where], points) + places.shift[where])

    def turned(self, vectors: Floats, where: Rows) -> Floats:
        """(n, 3) directions of blocks on the sheet."""
        return np.asarray(np.einsum("nij,nj->ni", self.places.linear[where], vectors))

    def scale(self, where: Rows) -> Floats:
        """(n,) linear scale of placements in the plane."""
        linear = self.places.linear[where]
        determinant = linear[:, 0, 0] * linear[:, 1, 1] - linear[:, 0, 1] * linear[:, 1, 0]
        return np.sqrt(np.abs(determinant))

    def stretch(self, placed: Placed, count: int) -> Floats:
        """(count,) the largest scale at which each row of a table is drawn, 1 where it is not drawn."""
        largest = np.zeros(count)
        np.maximum.at(largest, placed.row, np.nan_to_num(self.scale(placed.place)))
        return np.where(largest > 0, largest, 1.0)

    def tall(self, common: d.Common, placed: Placed) -> Floats:
        """(n,) thickness along the sheet's z axis: it runs along the extrusion, which may point down."""
        normal = self.turned(axes(common.extrusion[placed.row])[:, 2], placed.place)
        return np.asarray(common.thickness[placed.row] * normal[:, 2])

    def numbers(self, count: int) -> Ints:
        """(n,) fresh path numbers."""
        self._paths += count
        return np.arange(self._paths - count, self._paths, dtype=np.int32)

    def _tolerance(self) -> float:
        """A share of the diagonal within which most of the drawing lies (in the file's own coordinates)."""
        drawing = self.drawing
        lists = drawing.polylines.points
        parts = [
            drawing.lines.start[drawing.lines.common.owner == 0],
            lists.points[drawing.polylines.common.owner[lists.owner] == 0],
            drawing.conics.center[drawing.conics.common.owner == 0],
            self.places.shift[1:],
        ]
        points = np.concatenate([part[:, :2] for part in parts])
        if len(points) < 8:
            points = np.concatenate([points, drawing.lines.start[:, :2], lists.points[:, :2]])
        points = points[finite(points)]
        if not len(points):
            return 1e-3
        low, high = np.percentile(points, (2, 98), axis=0)
        diagonal = float(np.hypot(*(high - low)))
        return TOLERANCE * diagonal if diagonal > 0 else 1e-3
