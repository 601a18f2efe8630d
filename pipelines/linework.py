"""Linework: what a sheet shows, flattened into columns, still in the units it was drawn in.

The meeting point of every reader. A DXF with its blocks resolved and a PDF page with its paths walked both become a
``Linework``; everything that understands drawings (``pipelines.drafting``) starts here and knows no file format.
Every table is a frozen dataclass of parallel arrays; row ``i`` of each array is entity ``i``. Index columns
(``layer``, ``source``, ``instance`` ...) are ``int32`` and hold -1 for "none".
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from itertools import chain
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


class Origin(IntEnum):
    """Which kind of source entity a row came from."""

    LINE = 0
    POLYLINE = 1
    ARC = 2
    CIRCLE = 3
    ELLIPSE = 4
    SPLINE = 5
    HATCH = 6
    SOLID = 7
    FACE = 8
    DIMENSION = 9
    LEADER = 10
    MLINE = 11
    TEXT = 12
    WIPEOUT = 13
    PROXY = 14
    POINT = 15
    OTHER = 16
    TRACED = 17  #: off a picture: nothing of it is exact


class Seen(IntEnum):
    """What a detector tells apart on the picture of a sheet; the number is its class."""

    DOOR = 0
    DOUBLE_DOOR = 1
    SLIDING_DOOR = 2
    WINDOW = 3
    STAIR = 4
    COLUMN = 5
    TOILET = 6
    BASIN = 7
    BATH = 8
    COUNTER = 9


class Table:
    """Base of the tables: rows can be counted and taken, and an empty table made."""

    __slots__ = ()

    def __len__(self) -> int:
        """The number of rows."""
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    def take(self, rows: NDArray[np.intp] | Bools) -> Self:
        """The table of the given rows (indices or a mask)."""
        index = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        taken: dict[str, object] = {}
        for column in fields(self):  # type: ignore[arg-type]
            value = getattr(self, column.name)
            if isinstance(value, np.ndarray):
                taken[column.name] = value[index]
            elif isinstance(value, tuple):
                taken[column.name] = tuple(map(value.__getitem__, index.tolist()))
            else:
                taken[column.name] = value.take(index)
        return type(self)(**taken)

    @classmethod
    def joined(cls, several: Sequence[Self]) -> Self:
        """The rows of one or more tables."""
        made: dict[str, object] = {}
        for column in fields(cls):  # type: ignore[arg-type]
            values = [getattr(each, column.name) for each in several]
            if isinstance(values[0], np.ndarray):
                made[column.name] = np.concatenate(values)
            elif isinstance(values[0], tuple):
                made[column.name] = tuple(chain.from_iterable(values))
            else:
                made[column.name] = type(values[0]).joined(values)
        return cls(**made)


@dataclass(frozen=True, slots=True)
class Ragged:
    """Point lists of unequal length in one array: list ``i`` is ``points[offsets[i]:offsets[i + 1]]``."""

    points: Floats  #: (m, k), k = 2 or 3
    offsets: NDArray[np.int64]  #: (n + 1,), starts with 0, ends with m

    def __len__(self) -> int:
        """The number of lists."""
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> Floats:
        """The points of one list, (k, 2 or 3)."""
        return self.points[self.offsets[row] : self.offsets[row + 1]]

    @property
    def counts(self) -> NDArray[np.int64]:
        """(n,) how many points each list has."""
        return np.diff(self.offsets)

    @property
    def owner(self) -> NDArray[np.intp]:
        """(m,) which list each point belongs to."""
        return np.repeat(np.arange(len(self)), self.counts)

    def take(self, rows: NDArray[np.intp] | Bools) -> Ragged:
        """The given lists, in the given order."""
        index = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        counts = self.counts[index]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
        return Ragged(points=self.points[np.repeat(self.offsets[:-1][index], counts) + within], offsets=offsets)

    @classmethod
    def joined(cls, several: Sequence[Ragged]) -> Ragged:
        """All lists, in order."""
        counts = np.concatenate([each.counts for each in several])
        points = np.concatenate([each.points for each in several])
        return cls(points=points, offsets=np.append(0, np.cumsum(counts)).astype(np.int64))

    @classmethod
    def empty(cls, width: int = 2) -> Ragged:
        """No lists at all."""
        return cls(points=np.zeros((0, width)), offsets=np.zeros(1, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Strokes(Table):
    """Straight pieces of line: lines as they are, curves and polylines cut into chords."""

    start: Floats  #: (n, 2)
    end: Floats  #: (n, 2)
    z: Floats  #: (n,) elevation of the piece's middle
    layer: Ints  #: (n,) into ``Linework.layers``
    color: Ints  #: (n,) ACI 1..255, or 0x1000000 | rgb; resolved through layer and block
    weight: Floats  #: (n,) lineweight in mm on paper, 0 where unknown
    width: Floats  #: (n,) drawn width of a wide polyline, drawing units, 0 for a thin line
    thickness: Floats  #: (n,) extrusion along z, drawing units (group code 39), 0 for none
    dashed: Bools  #: (n,) whether the linetype is interrupted
    origin: Ints  #: (n,) an ``Origin``
    source: Ints  #: (n,) into ``Linework.handles``: the entity; one entity's chords share it
    arc: Ints  #: (n,) into ``Linework.arcs`` where the stroke is a chord of an arc, else -1
    path: Ints  #: (n,) number of the polyline or curve that it belongs to, else -1
    instance: Ints  #: (n,) into ``Linework.instances``: the innermost block reference, else -1

    @property
    def length(self) -> Floats:
        """(n,) lengths in drawing units."""
        return np.asarray(np.hypot(*(self.end - self.start).T), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Arcs(Table):
    """Circular arcs and circles before flattening, for what is only seen in a curve (door swings, columns)."""

    center: Floats  #: (n, 2)
    radius: Floats  #: (n,)
    start: Floats  #: (n,) radians, counter-clockwise from +x, in the plane of the sheet
    sweep: Floats  #: (n,) radians, 0 < sweep <= 2 pi, counter-clockwise
    layer: Ints
    source: Ints
    instance: Ints


@dataclass(frozen=True, slots=True)
class Areas(Table):
    """Regions that the sheet shows as filled or closed: hatches, solids, closed polylines, wipeouts.

    ``rings`` holds the flattened boundary; the rings of one region (outer and holes, by even-odd rule) are
    consecutive rows with the same ``region``.
    """

    rings: Ragged  #: (n) rings of (k, 2), not repeated at the end
    region: Ints  #: (n,)
    filled: Bools  #: (n,) drawn as a fill (hatch of any pattern, solid), not only as an outline
    solid: Bools  #: (n,) filled without a pattern
    layer: Ints
    color: Ints
    z: Floats
    thickness: Floats
    origin: Ints
    source: Ints
    instance: Ints

    def __len__(self) -> int:
        """The number of rings."""
        return len(self.region)


@dataclass(frozen=True, slots=True)
class Texts(Table):
    """Words on the sheet, with formatting codes removed; lines of one text are joined by a newline."""

    position: Floats  #: (n, 2) insertion point
    center: Floats  #: (n, 2) estimated middle of the written box
    height: Floats  #: (n,) letter height, drawing units
    width: Floats  #: (n,) estimated width of the written box, drawing units
    rotation: Floats  #: (n,) radians
    text: tuple[str, ...]
    layer: Ints
    origin: Ints
    source: Ints
    instance: Ints


@dataclass(frozen=True, slots=True)
class Dimensions(Table):
    """Linear dimensions: the two measured points, and what is written beside them."""

    first: Floats  #: (n, 2)
    second: Floats  #: (n, 2)
    measured: Floats  #: (n,) distance along the dimension line, drawing units
    text: tuple[str, ...]  #: the text as shown, '' or '<>' where it is the measure itself
    scale: Floats  #: (n,) linear factor (DIMLFAC) that turns the measure into the shown number, 1 where unknown
    layer: Ints
    source: Ints


@dataclass(frozen=True, slots=True)
class Instances(Table):
    """Block references after nesting and arrays were resolved, outermost first: a parent stands before its children."""

    block: tuple[str, ...]  #: block name, without a bound xref's prefix
    matrix: Floats  #: (n, 2, 3) block coordinates -> sheet coordinates, affine
    z: Floats  #: (n,)
    layer: Ints
    parent: Ints  #: (n,) into this table, -1 on the sheet itself
    low: Floats  #: (n, 2) lower left of what it draws, nested references included; nan where it draws nothing
    high: Floats  #: (n, 2) upper right of it
    source: Ints


@dataclass(frozen=True, slots=True)
class Faces(Table):
    """Faces in space (3DFACE, MESH, polyface, tall SOLID): what is already a model and needs no understanding."""

    rings: Ragged  #: (n) rings of (k, 3)
    layer: Ints
    color: Ints
    source: Ints
    instance: Ints

    def __len__(self) -> int:
        """The number of faces."""
        return len(self.layer)


@dataclass(frozen=True, slots=True)
class Sightings(Table):
    """What was seen on the picture of the sheet, nearly all of it by a trained detector: one box each.

    The box of a door holds the gap in the wall, the leaf and its swing; that of a window the gap alone, as deep as
    the wall.
    """

    low: Floats  #: (n, 2) lower left of the box
    high: Floats  #: (n, 2) upper right of it
    kind: Ints  #: (n,) a ``Seen``
    score: Floats  #: (n,) 0..1
    hinge: Floats  #: (n, 2) where a door's leaf hangs, nan where that is not known
    tip: Floats  #: (n, 2) end of its open leaf, nan where that is not known
    traced: Bools  #: (n,) told by tracing the picture's lines alone: the arc of a door and its leaf

    @classmethod
    def none(cls) -> Self:
        """Nothing was seen, or nobody looked."""
        spots = np.zeros((0, 2))
        return cls(spots, spots, np.zeros(0, np.int32), np.zeros(0), spots, spots, np.zeros(0, np.bool_))


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer (DXF) or an optional content group (PDF)."""

    name: str  #: as written in the file
    plain: str  #: without a bound xref's prefix: ``plan$0$A-WALL`` becomes ``A-WALL``
    color: int = 7
    visible: bool = True  #: neither off nor frozen
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Linework:
    """One sheet. Coordinates are float64 drawing units, x to the right, y up; only visible layers are in it."""

    layers: tuple[Layer, ...]
    handles: tuple[str, ...]  #: name of each source entity in its file (DXF handle, PDF object)
    strokes: Strokes
    arcs: Arcs
    areas: Areas
    texts: Texts
    dimensions: Dimensions
    instances: Instances
    faces: Faces
    sightings: Sightings = field(default_factory=Sightings.none)

    def select(
        self,
        *,
        strokes: Bools | None = None,
        arcs: Bools | None = None,
        areas: Bools | None = None,
        texts: Bools | None = None,
        dimensions: Bools | None = None,
        faces: Bools | None = None,
        sightings: Bools | None = None,
    ) -> Linework:
        """The rows under each mask; a table without a mask stays whole. Instances, layers, handles always do.

        Note that ``strokes.arc`` goes on pointing into the arcs of the whole sheet: a caller that takes arcs away
        must not follow it.
        """
        masks = {
            "strokes": strokes,
            "arcs": arcs,
            "areas": areas,
            "texts": texts,
            "dimensions": dimensions,
            "faces": faces,
            "sightings": sightings,
        }
        taken = {name: getattr(self, name).take(mask) for name, mask in masks.items() if mask is not None}
        return replace(self, **taken)

    def moved(self, origin: Floats, scale: float) -> Linework:
        """The same sheet after ``(p - origin) * scale``, every length with it.

        ``origin`` is (2,) in the units of this sheet; elevations are scaled, not shifted. With ``scale`` in metres
        per unit this is what turns a drawing into plan metres.
        """

        def ragged(rings: Ragged) -> Ragged:
            shift = np.zeros(rings.points.shape[1])
            shift[:2] = origin
            return Ragged(points=(rings.points - shift) * scale, offsets=rings.offsets)

        strokes, arcs, areas, texts, dims, inserts, faces, seen = (
            self.strokes,
            self.arcs,
            self.areas,
            self.texts,
            self.dimensions,
            self.instances,
            self.faces,
            self.sightings,
        )
        matrix = inserts.matrix * scale
        matrix[:, :, 2] -= origin * scale
        return replace(
            self,
            strokes=replace(
                strokes,
                start=(strokes.start - origin) * scale,
                end=(strokes.end - origin) * scale,
                z=strokes.z * scale,
                width=strokes.width * scale,
                thickness=strokes.thickness * scale,
            ),
            arcs=replace(arcs, center=(arcs.center - origin) * scale, radius=arcs.radius * scale),
            areas=replace(areas, rings=ragged(areas.rings), z=areas.z * scale, thickness=areas.thickness * scale),
            texts=replace(
                texts,
                position=(texts.position - origin) * scale,
                center=(texts.center - origin) * scale,
                height=texts.height * scale,
                width=texts.width * scale,
            ),
            dimensions=replace(
                dims,
                first=(dims.first - origin) * scale,
                second=(dims.second - origin) * scale,
                measured=dims.measured * scale,
            ),
            instances=replace(
                inserts,
                matrix=matrix,
                z=inserts.z * scale,
                low=(inserts.low - origin) * scale,
                high=(inserts.high - origin) * scale,
            ),
            faces=replace(faces, rings=ragged(faces.rings)),
            sightings=replace(
                seen,
                low=(seen.low - origin) * scale,
                high=(seen.high - origin) * scale,
                hinge=(seen.hinge - origin) * scale,
                tip=(seen.tip - origin) * scale,
            ),
        )

    def bounds(self) -> tuple[Floats, Floats] | None:
        """Lower left and upper right (2,) of strokes, areas and faces, or None where nothing is drawn."""
        parts = [self.strokes.start, self.strokes.end, self.areas.rings.points, self.faces.rings.points[:, :2]]
        points = np.concatenate([part for part in parts if len(part)] or [np.zeros((0, 2))])
        if not len(points):
            return None
        return points.min(axis=0), points.max(axis=0)
