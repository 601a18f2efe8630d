"""The truth: what a generated building holds, as a floor plan in metres, before anybody has drawn it.

Rooms and furniture carry keys ('living_room', 'bed') for names; a style says what they are called in a drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.geometry.areas import parts
from pipelines.linework import Ragged
from pipelines.plan import (
    Columns,
    FloorPlan,
    Furniture,
    FurnitureKind,
    LineSet,
    OpeningKind,
    Openings,
    Rooms,
    Solids,
    Stairs,
    Storey,
    WallKind,
    Walls,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.synth.graph import Graph, Pieces


@dataclass(frozen=True, slots=True)
class Layout:
    """A building."""

    kind: str  #: 'flat', 'house', 'office', 'file'
    imperial: bool  #: built in inches rather than in millimetres
    plan: FloorPlan


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening on an edge of the wall graph."""

    edge: int
    at: float  #: its middle, along the edge
    width: float
    kind: OpeningKind
    hinge: int = 0
    swing: int = 0


@dataclass(frozen=True, slots=True)
class Flight:
    """A straight flight: a rectangle climbed along ``up``."""

    corner: Floats  #: (2,) start of the climb, on the right side seen upwards
    up: Floats  #: (2,) unit vector
    width: float
    going: float
    steps: int


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of furniture: the frame in which its symbol is drawn, back along the local x axis."""

    name: str  #: key of ``symbols``
    kind: FurnitureKind
    origin: Floats  #: (2,)
    along: Floats  #: (2,) unit vector of the local x axis; y is to its left
    size: tuple[float, float]

    @property
    def footprint(self) -> shapely.Polygon:
        """The rectangle that it stands on; its ring begins at the origin, along the back."""
        across = np.array([-self.along[1], self.along[0]])
        x, y = self.along * self.size[0], across * self.size[1]
        return shapely.Polygon([self.origin, self.origin + x, self.origin + x + y, self.origin + y])


class UnsoundError(Exception):
    """A draft that nobody could build; the generator tries again."""


@dataclass(slots=True)
class Draft:
    """A storey in the making."""

    graph: Graph
    pieces: Pieces
    uses: list[str]  #: per cell
    cells: list[shapely.Polygon]
    openings: list[Opening] = field(default_factory=list)
    columns: list[shapely.Polygon] = field(default_factory=list)
    flights: list[Flight] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def free(self) -> list[shapely.Polygon]:
        """Per cell, the room between the walls."""
        solid = shapely.union_all(np.concatenate([self.pieces.footprint, np.array(self.columns, np.object_)]))
        return [_largest(shapely.difference(cell, solid)) for cell in self.cells]


def _largest(shape: shapely.Geometry) -> shapely.Polygon:
    found = parts(shape)
    if not len(found):
        return shapely.Polygon()
    largest: shapely.Polygon = found[int(np.argmax(shapely.area(found)))]
    return largest


@dataclass(frozen=True, slots=True)
class Heights:
    """Where openings begin and end above the floor, metres."""

    head: float
    sill: float  #: of windows


METRIC = Heights(head=2.1, sill=0.9)
#: Doors are 6'8" high, windows 4'0".
IMPERIAL = Heights(head=2.032, sill=0.8128)


def storey(draft: Draft, name: str, level: int, heights: Heights = METRIC) -> Storey:
    """The tables of a draft."""
    return Storey(
        name=name,
        level=level,
        elevation=level * 2.9,
        height=2.7,
        affine=np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        walls=_walls(draft),
        openings=_openings(draft, heights),
        columns=_columns(draft.columns),
        stairs=_stairs(draft.flights),
        rooms=_rooms(draft),
        furniture=_furniture(draft.items),
        lines=LineSet(np.zeros((0, 2)), np.zeros((0, 2)), (), ()),
    )


def floor_plan(storeys: Iterable[Storey]) -> FloorPlan:
    """Storeys as the plan of a building."""
    nothing = LineSet(np.zeros((0, 2)), np.zeros((0, 2)), (), ())
    return FloorPlan(tuple(storeys), 1.0, (0.0, 0.0), Solids(Ragged.empty(3), Ragged.empty(3), (), (), ()), nothing)


def _shapes(polygons: list[shapely.Polygon]) -> NDArray[np.object_]:
    shapes = np.empty(len(polygons), dtype=np.object_)
    shapes[:] = polygons
    return shapes


def _walls(draft: Draft) -> Walls:
    graph = draft.graph
    count = len(graph)
    return Walls(
        footprint=draft.pieces.footprint,
        axis=graph.lines,
        thickness=graph.thickness,
        height=np.full(count, np.nan),
        kind=graph.kind,
        layer=tuple("outer" if outer else "inner" for outer in graph.outer),
        confidence=np.ones(count),
        handles=((),) * count,
    )


def _openings(draft: Draft, heights: Heights) -> Openings:
    graph, rows = draft.graph, draft.openings
    edge = np.array([row.edge for row in rows], dtype=np.int32)
    at = np.array([row.at for row in rows], dtype=np.float64)
    count = len(rows)
    windows = np.array([row.kind == OpeningKind.WINDOW for row in rows], dtype=np.bool_)
    direction = graph.direction[edge] if count else np.zeros((0, 2))
    return Openings(
        center=graph.lines[edge, 0] + direction * at[:, None] if count else np.zeros((0, 2)),
        direction=direction,
        width=np.array([row.width for row in rows], dtype=np.float64),
        depth=graph.thickness[edge] if count else np.zeros(0),
        sill=np.where(windows, heights.sill, 0.0),
        head=np.full(count, heights.head),
        kind=tuple(row.kind for row in rows),
        hinge=np.array([row.hinge for row in rows], dtype=np.int32),
        swing=np.array([row.swing for row in rows], dtype=np.int32),
        host=edge,
        layer=("",) * count,
        label=("",) * count,
        evidence=((),) * count,
        confidence=np.ones(count),
        handles=((),) * count,
    )


def _columns(shapes: list[shapely.Polygon]) -> Columns:
    count = len(shapes)
    return Columns(_shapes(shapes), np.full(count, np.nan), ("",) * count, np.ones(count), ((),) * count)


def _stairs(flights: list[Flight]) -> Stairs:
    count = len(flights)
    shapes, lists = [], []
    for flight in flights:
        across = np.array([-flight.up[1], flight.up[0]]) * flight.width
        steps = flight.corner + flight.up * (flight.going * np.arange(flight.steps + 1))[:, None]
        lists.append(np.stack([steps, steps + across], axis=1).reshape(-1, 2))
        shapes.append(shapely.Polygon([steps[0], steps[-1], steps[-1] + across, steps[0] + across]))
    offsets = np.concatenate([[0], np.cumsum([len(each) for each in lists])]).astype(np.int64)
    return Stairs(
        footprint=_shapes(shapes),
        tread_count=np.array([flight.steps for flight in flights], dtype=np.int32),
        up=np.array([flight.up for flight in flights], dtype=np.float64).reshape(-1, 2),
        layer=("",) * count,
        confidence=np.ones(count),
        handles=((),) * count,
        treads=Ragged(np.concatenate(lists) if lists else np.zeros((0, 2)), offsets),
    )


def _rooms(draft: Draft) -> Rooms:
    shapes = draft.free()
    kept = [k for k, shape in enumerate(shapes) if shape.area > 0.3]
    faces = _shapes([shapes[k] for k in kept])
    count = len(kept)
    area = np.asarray(shapely.area(faces), dtype=np.float64)
    anchor = shapely.get_coordinates(shapely.point_on_surface(faces)).reshape(-1, 2)
    middle = shapely.get_coordinates(shapely.centroid(faces)).reshape(-1, 2)
    inside = shapely.contains_xy(faces, middle[:, 0], middle[:, 1])
    return Rooms(
        footprint=faces,
        name=tuple(draft.uses[k] for k in kept),
        number=("",) * count,
        area=area,
        label_area=area.copy(),
        anchor=np.where(inside[:, None], middle, anchor),
        confidence=np.ones(count),
        handles=((),) * count,
    )


def _furniture(items: list[Item]) -> Furniture:
    count = len(items)
    return Furniture(
        kind=tuple(item.kind for item in items),
        name=tuple(item.name for item in items),
        footprint=_shapes([item.footprint for item in items]),
        height=np.full(count, 0.75),
        lines=Ragged(np.zeros((0, 2)), np.zeros(count + 1, dtype=np.int64)),
        layer=("",) * count,
        handles=((),) * count,
    )


def solid(drawn: Storey, *, kinds: tuple[WallKind, ...] = tuple(WallKind)) -> shapely.Geometry:
    """The region of a storey's walls with the openings cut out."""
    rows = [k for k, kind in enumerate(drawn.walls.kind) if kind in kinds]
    whole = shapely.union_all(drawn.walls.footprint[rows], grid_size=1e-4)
    return shapely.difference(whole, shapely.union_all(cuts(drawn.openings)), grid_size=1e-4)


def cuts(openings: Openings, *, margin: float = 2e-3) -> NDArray[np.object_]:
    """(n,) the rectangles that openings cut out of walls; ``margin`` is what they reach beyond each face."""
    along = openings.direction * (openings.width / 2)[:, None]
    across = np.column_stack([-openings.direction[:, 1], openings.direction[:, 0]])
    across = across * (openings.depth / 2 + margin)[:, None]
    middle = openings.center
    rings = np.stack(
        [middle - along - across, middle + along - across, middle + along + across, middle - along + across], axis=1
    )
    return np.asarray(shapely.polygons(rings), dtype=np.object_).reshape(-1)


def turned(drawn: Storey, angle: float) -> Storey:
    """A storey turned about the origin by ``angle``, radians."""
    c, s = np.cos(angle), np.sin(angle)
    matrix = np.array([[c, s], [-s, c]])

    def shape(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        return np.asarray(shapely.transform(shapes, lambda points: points @ matrix), dtype=np.object_).reshape(-1)

    walls, openings, stairs, rooms = drawn.walls, drawn.openings, drawn.stairs, drawn.rooms
    return replace(
        drawn,
        walls=replace(walls, footprint=shape(walls.footprint), axis=walls.axis @ matrix),
        openings=replace(openings, center=openings.center @ matrix, direction=openings.direction @ matrix),
        columns=replace(drawn.columns, footprint=shape(drawn.columns.footprint)),
        stairs=replace(
            stairs,
            footprint=shape(stairs.footprint),
            up=stairs.up @ matrix,
            treads=replace(stairs.treads, points=stairs.treads.points @ matrix),
        ),
        rooms=replace(rooms, footprint=shape(rooms.footprint), anchor=rooms.anchor @ matrix),
        furniture=replace(drawn.furniture, footprint=shape(drawn.furniture.footprint)),
    )
