"""A flat whose every coordinate is known: 8 by 5 metres, two rooms, drawn by hand; for tests that need a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from pipelines.linework import Linework, Ragged
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
from tests.unit.drafting.drawn import Board

#: Drawing units per metre, and drawing coordinates of the plan's origin: the affine of ``storey`` leads back.
UNITS, ORIGIN = 1000.0, (50_000.0, -20_000.0)


def storey(level: int = 0, *, names: tuple[str, str] = ("LIVING", "BEDROOM")) -> Storey:
    """Walls around (0, 0) to (8, 5), 0.2 thick; one between at x = 5; a door in it, a window in the south."""
    axis = np.array(
        [
            [[0.0, 0.1], [8.0, 0.1]],
            [[7.9, 0.0], [7.9, 5.0]],
            [[8.0, 4.9], [0.0, 4.9]],
            [[0.1, 5.0], [0.1, 0.0]],
            [[5.0, 0.2], [5.0, 4.8]],
        ]
    )
    treads = np.array([[[6.0, y], [6.9, y]] for y in (3.0, 3.3, 3.6)])
    return Storey(
        name="Ground floor" if level == 0 else f"Floor {level}",
        level=level,
        elevation=level * 2.9,
        height=2.7,
        affine=np.array([[1 / UNITS, 0.0, -ORIGIN[0] / UNITS], [0.0, 1 / UNITS, -ORIGIN[1] / UNITS]]),
        walls=Walls(
            footprint=np.asarray(shapely.buffer(shapely.linestrings(axis), 0.1, cap_style="flat"), dtype=object),
            axis=axis,
            thickness=np.full(5, 0.2),
            height=np.array([np.nan] * 4 + [1.0]),
            kind=(WallKind.SOLID,) * 4 + (WallKind.LOW,),
            layer=("A-WALL",) * 5,
            confidence=np.full(5, 0.9),
            handles=(("1A", "1B"),) * 5,
        ),
        openings=Openings(
            center=np.array([[5.0, 2.5], [2.5, 0.1]]),
            direction=np.array([[0.0, 1.0], [1.0, 0.0]]),
            width=np.array([0.9, 1.5]),
            depth=np.array([0.2, 0.2]),
            sill=np.array([0.0, 0.9]),
            head=np.array([2.1, 2.1]),
            kind=(OpeningKind.DOOR, OpeningKind.WINDOW),
            hinge=np.array([-1, 0], np.int32),
            swing=np.array([1, 0], np.int32),
            host=np.array([4, 0], np.int32),
            layer=("A-DOOR", "A-GLAZ"),
            label=("D1", ""),
            evidence=((Evidence.SWING, Evidence.DETECTOR), (Evidence.LINES,)),
            confidence=np.array([0.95, 0.8]),
            handles=(("2A",), ("2B",)),
        ),
        columns=Columns(
            footprint=np.array([shapely.box(2.0, 2.0, 2.3, 2.3)], dtype=object),
            height=np.array([np.nan]),
            layer=("S-COLS",),
            confidence=np.array([1.0]),
            handles=(("3A",),),
        ),
        stairs=Stairs(
            footprint=np.array([shapely.box(6.0, 3.0, 6.9, 3.9)], dtype=object),
            tread_count=np.array([3], np.int32),
            up=np.array([[0.0, 1.0]]),
            layer=("A-STRS",),
            confidence=np.array([0.7]),
            handles=(("4A",),),
            treads=Ragged(treads.reshape(-1, 2), np.array([0, 6])),
        ),
        rooms=Rooms(
            footprint=np.array([shapely.box(0.2, 0.2, 4.9, 4.8), shapely.box(5.1, 0.2, 7.8, 4.8)], dtype=object),
            name=names,
            number=("101", ""),
            area=np.array([4.7 * 4.6, 2.7 * 4.6]),
            label_area=np.array([21.6, np.nan]),
            anchor=np.array([[2.5, 3.5], [6.4, 1.5]]),
            confidence=np.array([0.9, 0.6]),
            handles=(("5A",), ()),
        ),
        furniture=Furniture(
            kind=(FurnitureKind.SANITARY,),
            name=("WC",),
            footprint=np.array([shapely.box(1.0, 4.0, 1.5, 4.6)], dtype=object),
            height=np.array([0.4]),
            lines=Ragged(np.array([[1.0, 4.0], [1.5, 4.6]]), np.array([0, 2])),
            layer=("A-FIXT",),
            handles=(("6A",),),
        ),
        lines=no_lines(),
    )


def plan(*storeys: Storey) -> FloorPlan:
    """The given storeys, or the flat alone."""
    return FloorPlan(
        storeys=storeys or (storey(),), metres_per_unit=1 / UNITS, origin=ORIGIN, solids=no_solids(), lines=no_lines()
    )


def bare_plan() -> FloorPlan:
    """A plan in which nothing was understood."""
    return replace(plan(), storeys=())


def empty_storey() -> Storey:
    """A storey with nothing in it."""
    whole, none = storey(), np.zeros(0, np.intp)
    tables = ("walls", "openings", "columns", "stairs", "rooms", "furniture")
    return replace(whole, **{name: getattr(whole, name).take(none) for name in tables})


def drawing() -> Linework:
    """The flat as it is drawn, in drawing units: walls as double lines, the leaf and the swing of its door."""
    board = Board(scale=UNITS, shift=ORIGIN)
    board.room((0.0, 0.0), (8.0, 5.0))
    board.box((4.9, 0.2), (5.1, 4.8), "A-WALL")
    board.line((4.9, 2.05), (4.0, 2.05), "A-DOOR")
    board.arc((4.9, 2.05), 0.9, np.pi / 2, np.pi / 2, "A-DOOR")
    return board.sheet()


def blank_drawing() -> Linework:
    """A sheet with nothing on it."""
    return Board().sheet()


def no_lines() -> LineSet:
    return LineSet(np.zeros((0, 2)), np.zeros((0, 2)), (), ())


def no_solids() -> Solids:
    return Solids(Ragged.empty(3), Ragged.empty(3), (), (), ())
