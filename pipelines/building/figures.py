"""Things that are drawn alike, each figure once: the chairs of an office are one chair at a hundred places."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.geometry.pairs import segments
from pipelines.linework import Ragged

if TYPE_CHECKING:
    from pipelines.linework import Floats

Geometries = NDArray[np.object_]
Rows = NDArray[np.intp]

#: Steps that are added before rounding, so that a half is rounded the same way wherever a piece stands.
_HAIR = 1e-4


@dataclass(frozen=True, slots=True)
class Figures:
    """Distinct figures about the origin, and where each piece shows which."""

    strokes: Ragged  #: per figure, (2k, 2): from and to of its k strokes, right and above of zero
    place: Floats  #: (n, 2) the lower left corner of each piece
    figure: Rows  #: (n,) into ``strokes``

    @classmethod
    def of(cls, ends: Floats, owner: Rows, count: int, grid: float) -> Self:
        """The figures of strokes (k, 2, 2) of ``count`` pieces, rounded to ``grid``; ``owner`` (k,) ascends."""
        bounds = np.searchsorted(owner, np.arange(count + 1))
        drawn = np.flatnonzero(np.diff(bounds))
        place = np.zeros((count, 2))
        if len(drawn):
            place[drawn] = np.minimum.reduceat(ends.min(axis=1), bounds[drawn])
        steps = np.floor((ends - place[owner][:, None]) / grid + (0.5 + _HAIR)).astype(np.int32)
        text, size = steps.tobytes(), steps.itemsize * 4
        known: dict[bytes, int] = {}
        spans = pairwise((bounds * size).tolist())
        figure = np.fromiter((known.setdefault(text[a:b], len(known)) for a, b in spans), dtype=np.intp, count=count)
        first = np.unique(figure, return_index=True)[1]
        every = Ragged(steps.reshape(-1, 2).astype(np.float64), (bounds * 2).astype(np.int64)).take(first)
        return cls(Ragged(_welded(every) * grid, every.offsets), place, figure)

    def lines(self) -> Geometries:
        """The strokes of each figure as a MultiLineString."""
        made: Geometries = np.empty(len(self.strokes), dtype=np.object_)
        made[:] = shapely.MultiLineString()
        ends = self.strokes.points.reshape(-1, 2, 2)
        if len(ends):
            shapely.multilinestrings(segments(ends[:, 0], ends[:, 1]), indices=self.strokes.owner[::2], out=made)
        return made

    def placed(self, shapes: Geometries) -> Geometries:
        """(n,) for each piece what its figure has, moved to its place."""
        made: Geometries = shapes[self.figure]
        points, owner = shapely.get_coordinates(made, return_index=True)
        shapely.set_coordinates(made, points + self.place[owner])
        return made


def _welded(strokes: Ragged) -> Floats:
    """The ends of strokes, in steps, where loose ones have moved to ends of their figure that are a step away."""
    # Figures far apart, so that one index of points holds them all.
    ends = strokes.points
    apart = np.column_stack([strokes.owner * (ends.max(initial=0.0) + 4.0), np.zeros(len(ends))])
    _, place, count = np.unique(ends + apart, axis=0, return_inverse=True, return_counts=True)
    loose = count[place.ravel()] == 1
    spots = shapely.points(ends + apart)
    i, j = shapely.STRtree(spots).query(spots[loose], predicate="dwithin", distance=1.5)
    i = np.flatnonzero(loose)[i]
    # The two ends of one short stroke stay two; of two loose ends the later moves.
    moves = (i // 2 != j // 2) & (~loose[j] | (j < i))
    made = ends.copy()
    made[i[moves][::-1]] = ends[j[moves][::-1]]
    return made
