"""Plans made by hand, for tests of what is built from them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import shapely

from pipelines.geometry.pairs import rectangles, unit
from pipelines.linework import Ragged
from pipelines.plan import (
    Columns,
    Evidence,
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
from tests.unit import sample

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
HEIGHT = 2.7


def walls(*pieces: tuple[Point, Point], thickness: float = 0.2, kind: WallKind = WallKind.SOLID) -> Walls:
    """Walls on centrelines, half a thickness longer at both ends so that corners close."""
    axis = np.asarray(pieces, dtype=np.float64).reshape(-1, 2, 2)
    along = unit(axis[:, 1] - axis[:, 0]) * thickness / 2
    count = len(axis)
    return Walls(
        footprint=rectangles(axis[:, 0] - along, axis[:, 1] + along, np.full(count, thickness)),
        axis=axis,
        thickness=np.full(count, thickness),
        height=np.full(count, 1.0 if kind == WallKind.LOW else np.nan),
        kind=(kind,) * count,
        layer=("A-WALL",) * count,
        confidence=np.full(count, 0.9),
        handles=tuple((f"W{k}",) for k in range(count)),
    )


def opening(
    kind: OpeningKind,
    center: Point,
    *,
    width: float = 0.9,
    along: Point = (1.0, 0.0),
    hinge: int = -1,
    swing: int = 1,
    sill: float = 0.0,
    head: float = 2.1,
    host: int = -1,
    depth: float = 0.2,
) -> Openings:
    """One opening."""
    return Openings(
        center=np.array([center], dtype=np.float64),
        direction=unit(np.array([along], dtype=np.float64)),
        width=np.array([width]),
        depth=np.array([depth]),
        sill=np.array([sill]),
        head=np.array([head]),
        kind=(kind,),
        hinge=np.array([hinge], dtype=np.int32),
        swing=np.array([swing], dtype=np.int32),
        host=np.array([host], dtype=np.int32),
        layer=("A-DOOR" if kind.is_door else "A-GLAZ",),
        label=("",),
        evidence=((Evidence.SWING,),),
        confidence=np.array([0.8]),
        handles=(("O1",),),
    )


Columned = TypeVar("Columned", Walls, Openings, Stairs)


def joined(*tables: Columned) -> Columned:
    """Rows of several tables."""
    rows: dict[str, Any] = {}
    for name in type(tables[0]).__slots__:
        columns = [getattr(table, name) for table in tables]
        if isinstance(columns[0], Ragged):
            counts = np.concatenate([column.counts for column in columns])
            rows[name] = Ragged(np.concatenate([column.points for column in columns]), np.append(0, np.cumsum(counts)))
        elif isinstance(columns[0], np.ndarray):
            rows[name] = np.concatenate(columns)
        else:
            rows[name] = tuple(row for column in columns for row in column)
    return type(tables[0])(**rows)


def rooms(*shapes: BaseGeometry, names: tuple[str, ...] | None = None) -> Rooms:
    """Rooms of the given outlines."""
    table = np.asarray(shapes, dtype=np.object_)
    return Rooms(
        footprint=table,
        name=names or ("",) * len(table),
        number=("",) * len(table),
        area=np.asarray(shapely.area(table)),
        label_area=np.full(len(table), np.nan),
        anchor=shapely.get_coordinates(shapely.point_on_surface(table)),
        confidence=np.ones(len(table)),
        handles=((),) * len(table),
    )


def columns(*shapes: shapely.Polygon) -> Columns:
    """Columns of the given outlines, to the ceiling."""
    table = np.asarray(shapes, dtype=np.object_)
    count = len(table)
    return Columns(table, np.full(count, np.nan), ("S-COLS",) * count, np.ones(count), (("C1",),) * count)


def flight(lower: Point, upper: Point, *, width: float = 1.0, treads: int = 15, known: bool = True) -> Stairs:
    """One flight whose tread lines stand evenly between two points."""
    begin, end = np.asarray(lower), np.asarray(upper)
    up = unit((end - begin)[None])[0]
    across = np.array([-up[1], up[0]]) * width / 2
    middles = begin + np.linspace(0, 1, treads)[:, None] * (end - begin)
    lines = np.stack([middles - across, middles + across], axis=1)
    return Stairs(
        footprint=np.asarray([shapely.convex_hull(shapely.multipoints(lines.reshape(-1, 2)))], dtype=np.object_),
        tread_count=np.array([treads], dtype=np.int32),
        up=up[None] if known else np.full((1, 2), np.nan),
        layer=("A-STRS",),
        confidence=np.ones(1),
        handles=(("S1",),),
        treads=Ragged(lines.reshape(-1, 2), np.array([0, 2 * treads])),
    )


def outline(shape: BaseGeometry) -> list[list[Point]]:
    """The edges of a polygon, as pairs of points."""
    points = [(float(x), float(y)) for x, y in shapely.get_coordinates(shape)]
    return [[a, b] for a, b in pairwise(points)]


def furniture(
    *pieces: tuple[FurnitureKind, shapely.Polygon, float], strokes: list[list[list[Point]]] | None = None
) -> Furniture:
    """Pieces by kind, footprint and height, drawn as their outline or by the given strokes."""
    drawn = strokes or [outline(shape) for _, shape, _ in pieces]
    counts = [2 * len(each) for each in drawn]
    count = len(pieces)
    return Furniture(
        kind=tuple(kind for kind, _, _ in pieces),
        name=("piece",) * count,
        footprint=np.asarray([shape for _, shape, _ in pieces], dtype=np.object_),
        height=np.array([height for _, _, height in pieces], dtype=np.float64),
        lines=Ragged(
            np.asarray([ends for each in drawn for ends in each], dtype=np.float64).reshape(-1, 2),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        ),
        layer=("A-FURN",) * count,
        handles=((),) * count,
    )


def lines(*pieces: tuple[Point, Point], category: str = "annotation", layer: str = "A-ANNO") -> LineSet:
    """Linework of one category."""
    ends = np.asarray(pieces, dtype=np.float64).reshape(-1, 2, 2)
    return LineSet(ends[:, 0], ends[:, 1], (layer,) * len(ends), (category,) * len(ends))


def storey(
    *,
    level: int = 0,
    wall: Walls | None = None,
    doors: Openings | None = None,
    room: Rooms | None = None,
    column: Columns | None = None,
    stair: Stairs | None = None,
    piece: Furniture | None = None,
    line: LineSet | None = None,
) -> Storey:
    """A storey with the given tables, and nothing else."""
    bare = replace(sample.empty_storey(), name=f"Level {level}", level=level, elevation=level * 2.9, height=HEIGHT)
    given = {
        "walls": wall, "openings": doors, "rooms": room, "columns": column, "stairs": stair, "furniture": piece,
        "lines": line,
    }  # fmt: skip
    return replace(bare, **{name: table for name, table in given.items() if table is not None})  # type: ignore[arg-type]


def body(vertices: list[tuple[float, float, float]], triangles: list[tuple[int, int, int]]) -> Solids:
    """One body in three dimensions."""
    return Solids(
        Ragged(np.asarray(vertices, dtype=np.float64), np.array([0, len(vertices)])),
        Ragged(np.asarray(triangles, dtype=np.float64), np.array([0, len(triangles)])),
        ("3D",),
        ("solids",),
        (("B1",),),
    )


def house() -> FloorPlan:
    """Two storeys with one of everything: each kind of wall, opening, furniture and line, each clear of the others."""
    ring = ((0.0, 0.0), (12.0, 0.0)), ((12.0, 0.0), (12.0, 8.0)), ((12.0, 8.0), (0.0, 8.0)), ((0.0, 8.0), (0.0, 0.0))
    wall = joined(
        walls(*ring, ((6.0, 0.0), (6.0, 8.0)), ((6.0, 4.0), (12.0, 4.0))),
        walls(((0.0, -2.0), (5.0, -2.0)), thickness=0.1, kind=WallKind.LOW),
        walls(((0.0, 4.0), (6.0, 4.0)), thickness=0.1, kind=WallKind.GLASS),
    )
    north = (0.0, 1.0)
    doors = joined(
        opening(OpeningKind.DOOR, (6.0, 2.0), along=north, host=4),
        opening(OpeningKind.DOUBLE_DOOR, (3.0, 0.0), width=1.6, host=0),
        opening(OpeningKind.SLIDING_DOOR, (3.0, 8.0), width=2.0, host=2),
        opening(OpeningKind.FOLDING_DOOR, (9.0, 4.0), width=1.8, host=5),
        opening(OpeningKind.OVERHEAD_DOOR, (12.0, 2.0), width=2.5, along=north, host=1),
        opening(OpeningKind.WINDOW, (9.0, 8.0), width=3.0, sill=0.9, host=2),
        opening(OpeningKind.OPENING, (6.0, 6.0), along=north, host=4),
        opening(OpeningKind.DOOR, (3.0, 4.0), depth=0.1, swing=0, hinge=0, host=7),
        opening(OpeningKind.DOOR, (2.0, -2.0), depth=0.1, host=6),
    )
    spaces = (
        shapely.box(0.1, 0.1, 5.9, 3.95),
        shapely.box(0.1, 4.05, 5.9, 7.9),
        shapely.box(6.1, 0.1, 11.9, 3.9),
        shapely.box(6.1, 4.1, 11.9, 7.9),
    )
    ground = storey(
        wall=wall,
        doors=doors,
        room=rooms(*spaces, names=("LIVING", "BATH", "GARAGE", "BALCONY")),
        column=columns(shapely.box(5.8, 3.8, 6.2, 4.2), shapely.Point(2.0, -4.0).buffer(0.2)),
        stair=flight((11.0, 6.6), (7.5, 6.6)),
        piece=furniture(
            (FurnitureKind.FURNITURE, shapely.box(1.0, 1.0, 2.0, 2.0), 0.75),
            (FurnitureKind.FURNITURE, shapely.box(1.5, 1.5, 2.5, 2.5), 0.75),
            (FurnitureKind.SANITARY, shapely.box(1.0, 6.0, 1.5, 6.5), 0.45),
            (FurnitureKind.PLANT, shapely.box(4.0, 1.0, 4.5, 1.5), 1.2),
        ),
        line=lines(((-1.0, -1.0), (13.0, -1.0)), category="dimension"),
    )
    upper = storey(level=1, wall=walls(*ring), room=rooms(shapely.box(0.1, 0.1, 11.9, 7.9)))
    return sample.plan(ground, upper)
