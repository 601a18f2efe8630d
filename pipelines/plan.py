"""The floor plan: what the drawing means, in metres, as columns.

Made by ``pipelines.drafting`` (or ``pipelines.synth``, where it is the truth), read by ``build``, ``geojson`` and
``preview``. Plan coordinates are metres, x to the right, y up on the sheet, near the origin; each storey keeps the
affine that leads there from the drawing. Footprints are arrays of shapely polygons, which are columns themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pipelines.linework import Floats, Ints, Ragged, Table

Geometries = NDArray[np.object_]  #: (n,) of shapely geometries
Handles = tuple[tuple[str, ...], ...]  #: per row, the source entities that it was read from


class WallKind(StrEnum):
    """How a wall is built."""

    SOLID = "solid"
    GLASS = "glass"  #: curtain wall, glazed partition
    LOW = "low"  #: parapet, railing: does not reach the ceiling


class OpeningKind(StrEnum):
    """What fills an opening in a wall."""

    DOOR = "door"  #: one leaf on hinges
    DOUBLE_DOOR = "double_door"
    SLIDING_DOOR = "sliding_door"  #: sliding, bypass, pocket, patio
    FOLDING_DOOR = "folding_door"
    OVERHEAD_DOOR = "overhead_door"  #: garage
    WINDOW = "window"
    OPENING = "opening"  #: nothing: a cased opening

    @property
    def is_door(self) -> bool:
        """Whether one walks through it."""
        return self not in (OpeningKind.WINDOW, OpeningKind.OPENING)


class Evidence(StrEnum):
    """What in the drawing tells of an opening."""

    SWING = "swing"  #: an arc that a leaf sweeps
    LEAF = "leaf"  #: leaves, folds or panels in a gap of a wall, without an arc
    BLOCK = "block"  #: a block reference named as a door or window
    LINES = "lines"  #: loose lines on a layer of doors or windows
    GLAZING = "glazing"  #: lines that run through a gap along the wall, or from jamb to jamb
    GAP = "gap"  #: the gap in the wall alone
    DETECTOR = "detector"  #: a trained detector saw it on the picture of the sheet


class FurnitureKind(StrEnum):
    """Things that stand in rooms."""

    FURNITURE = "furniture"
    SANITARY = "sanitary"
    KITCHEN = "kitchen"
    APPLIANCE = "appliance"
    PLANT = "plant"
    VEHICLE = "vehicle"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Walls(Table):
    """Straight or curved pieces of wall. Openings are not cut out: a wall runs through its doors and windows.

    The storey's solid is the union of the footprints; pieces overlap at junctions and that is intended.
    """

    footprint: Geometries  #: (n,) Polygon
    axis: Floats  #: (n, 2, 2) centreline from, to; nan where the piece has none (a column-like block, a curve)
    thickness: Floats  #: (n,)
    height: Floats  #: (n,) nan: to the ceiling of the storey
    kind: tuple[WallKind, ...]
    layer: tuple[str, ...]
    confidence: Floats  #: (n,) 0..1
    handles: Handles


@dataclass(frozen=True, slots=True)
class Openings(Table):
    """Doors, windows and bare openings, each a rectangle across its wall."""

    center: Floats  #: (n, 2) middle of the opening on the wall's centreline
    direction: Floats  #: (n, 2) unit vector along the wall
    width: Floats  #: (n,) clear width along ``direction``
    depth: Floats  #: (n,) thickness of the wall there
    sill: Floats  #: (n,) above the floor; 0 for doors
    head: Floats  #: (n,) above the floor
    kind: tuple[OpeningKind, ...]
    hinge: Ints  #: (n,) -1: hinged at the end against ``direction``, 1: at the other, 0: not known or no hinge
    swing: Ints  #: (n,) 1: the leaf swings to the left of ``direction``, -1: to the right, 0: not known
    host: Ints  #: (n,) into ``Walls``, -1 for none
    layer: tuple[str, ...]
    label: tuple[str, ...]  #: tag or size code written beside it, else ''
    evidence: tuple[tuple[Evidence, ...], ...]  #: how it was found, what tells most first; () where it was not read
    confidence: Floats
    handles: Handles


@dataclass(frozen=True, slots=True)
class Columns(Table):
    """Structural columns."""

    footprint: Geometries  #: (n,) Polygon
    height: Floats  #: (n,) nan: to the ceiling
    layer: tuple[str, ...]
    confidence: Floats
    handles: Handles


@dataclass(frozen=True, slots=True)
class Stairs(Table):
    """Flights of stairs. ``treads`` of all flights are one list; ``flight`` tells them apart."""

    footprint: Geometries  #: (n,) Polygon
    tread_count: Ints  #: (n,)
    up: Floats  #: (n, 2) unit vector in which the flight climbs, nan where not known
    layer: tuple[str, ...]
    confidence: Floats
    handles: Handles
    treads: Ragged  #: per flight, (2k, 2): from and to of its k tread lines, in climbing order


@dataclass(frozen=True, slots=True)
class Rooms(Table):
    """Faces of the closed wall graph: clear inside, wall to wall."""

    footprint: Geometries  #: (n,) Polygon, may have holes
    name: tuple[str, ...]  #: '' where no text names it; several names are joined by ' / '
    number: tuple[str, ...]
    area: Floats  #: (n,) of the footprint, m2
    label_area: Floats  #: (n,) as written in the drawing, m2; nan where it is not
    anchor: Floats  #: (n, 2) a point inside, good for a label
    confidence: Floats
    handles: Handles


@dataclass(frozen=True, slots=True)
class Furniture(Table):
    """Furniture and fixtures as the lines that draw them."""

    kind: tuple[FurnitureKind, ...]
    name: tuple[str, ...]  #: block name or layer
    footprint: Geometries  #: (n,) Polygon: outline, or the rectangle around the lines
    height: Floats  #: (n,) a typical height of the kind, m
    lines: Ragged  #: (n) lists of (2k, 2): from and to of k strokes
    layer: tuple[str, ...]
    handles: Handles


@dataclass(frozen=True, slots=True)
class LineSet(Table):
    """Linework that belongs to the plan but to none of the things above, by layer."""

    start: Floats  #: (n, 2)
    end: Floats  #: (n, 2)
    layer: tuple[str, ...]  #: (n,) name per row
    category: tuple[str, ...]  #: (n,) 'annotation', 'axis', 'dimension', 'site', 'linework' ...


@dataclass(frozen=True, slots=True)
class Storey:
    """One storey with everything in it."""

    name: str
    level: int  #: 0 is the ground floor
    elevation: float  #: of the floor above the model's zero, m
    height: float  #: floor to ceiling, m
    affine: Floats  #: (2, 3) drawing coordinates -> plan metres
    walls: Walls
    openings: Openings
    columns: Columns
    stairs: Stairs
    rooms: Rooms
    furniture: Furniture
    lines: LineSet


@dataclass(frozen=True, slots=True)
class Solids(Table):
    """Bodies that the drawing already holds in three dimensions, in model metres (z up)."""

    vertices: Ragged  #: (n) lists of (k, 3)
    triangles: Ragged  #: (n) lists of (t, 3) indices within the body's own vertices (float64 holding integers)
    layer: tuple[str, ...]
    category: tuple[str, ...]
    handles: Handles


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """Everything that was understood of one drawing."""

    storeys: tuple[Storey, ...]
    metres_per_unit: float
    origin: tuple[float, float]  #: drawing coordinates of the model's origin
    solids: Solids
    lines: LineSet  #: linework of drawings without any storey ("never nothing"), metres
