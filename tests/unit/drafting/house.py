"""A small house of known truth, and the ways in which offices draw its walls, doors and windows.

10 by 8 m outside; outer walls 0.25 m, two inner walls 0.12 m, which make three rooms. One entrance, two inner doors,
two windows and a bare opening. All of it in metres, lower left at the origin.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting import storey
from pipelines.drafting.curves import restored
from pipelines.drafting.drafts import Heights
from pipelines.drafting.meaning import classify

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.drafting.storey import Found
    from pipelines.linework import Linework
    from tests.unit.drafting.drawn import Board, Point


@dataclass(frozen=True, slots=True)
class Wall:
    """A straight wall by its axis."""

    start: Point
    end: Point
    thickness: float

    def band(self, begin: float = 0.0, finish: float | None = None) -> shapely.Geometry:
        """The wall, or the part of it from ``begin`` to ``finish`` along its axis."""
        a, b = np.array(self.start), np.array(self.end)
        along = (b - a) / np.hypot(*(b - a))
        last = float(np.hypot(*(b - a))) if finish is None else finish
        line = shapely.linestrings([a + along * begin, a + along * last])
        band: shapely.Geometry = shapely.buffer(line, self.thickness / 2, cap_style="flat")
        return band


@dataclass(frozen=True, slots=True)
class Hole:
    """A gap in a wall, along its axis."""

    wall: int
    begin: float
    finish: float
    kind: str  #: 'door', 'window', 'opening'


OUTER, INNER = 0.25, 0.12
#: Axes; outer walls reach over their corners.
WALLS = (
    Wall((0, 0.125), (10, 0.125), OUTER),
    Wall((9.875, 0), (9.875, 8), OUTER),
    Wall((10, 7.875), (0, 7.875), OUTER),
    Wall((0.125, 8), (0.125, 0), OUTER),
    Wall((6, 0.25), (6, 7.75), INNER),
    Wall((6.06, 4), (9.75, 4), INNER),
)
HOLES = (
    Hole(0, 2.0, 3.0, "door"),
    Hole(4, 1.5, 2.4, "door"),
    Hole(4, 5.5, 6.4, "door"),
    Hole(1, 1.5, 2.7, "window"),
    Hole(2, 5.0, 6.8, "window"),
    Hole(5, 1.2, 2.2, "opening"),
)
ROOMS = (5.69 * 7.5, 3.69 * 3.69, 3.69 * 3.69)


def region(holes: tuple[Hole, ...] = HOLES) -> shapely.Geometry:
    """The walls without their openings."""
    gaps = [WALLS[hole.wall].band(hole.begin, hole.finish) for hole in holes]
    return shapely.difference(shapely.union_all([wall.band() for wall in WALLS]), shapely.union_all(gaps))


def edges(shape: shapely.Geometry) -> list[tuple[Point, Point]]:
    """The lines around a region, straight stretches whole."""
    rings = shapely.get_rings(shapely.get_parts(shapely.simplify(shapely.normalize(shape), 1e-9)))
    lists = [[(float(x), float(y)) for x, y in shapely.get_coordinates(ring)] for ring in rings]
    return [pair for points in lists for pair in itertools.pairwise(points)]


def double_lines(board: Board, layer: str) -> None:
    for start, end in edges(region()):
        board.line(start, end, layer)


def hatches(board: Board, layer: str) -> None:
    for part in shapely.get_parts(region()):
        board.area([(float(x), float(y)) for x, y in shapely.get_coordinates(part.exterior)[:-1]], layer)


def outlined_hatches(board: Board, layer: str) -> None:
    double_lines(board, layer)
    hatches(board, layer + "-PATT")


def closed_outlines(board: Board, layer: str) -> None:
    for part in shapely.get_parts(region()):
        board.path([(float(x), float(y)) for x, y in shapely.get_coordinates(part.exterior)[:-1]], layer, closed=True)


def wide_polylines(board: Board, layer: str) -> None:
    for number, wall in enumerate(WALLS):
        a, b = np.array(wall.start), np.array(wall.end)
        length = float(np.hypot(*(b - a)))
        cuts = sorted((hole.begin, hole.finish) for hole in HOLES if hole.wall == number)
        for begin, finish in zip([0.0, *(f for _, f in cuts)], [*(b for b, _ in cuts), length], strict=True):
            along = (b - a) / length
            ends = [(float(x), float(y)) for x, y in (a + along * begin, a + along * finish)]
            board.path(ends, layer, width=wall.thickness)


STYLES: tuple[Callable[[Board, str], None], ...] = (
    double_lines,
    hatches,
    outlined_hatches,
    closed_outlines,
    wide_polylines,
)


def openings(board: Board, door: str = "A-DOOR", window: str = "A-GLAZ") -> None:
    """The doors as leaf and arc, the windows as their glazing lines."""
    swing(board, (2.0, 0.25), (1, 0), (0, 1), 1.0, door)
    swing(board, (5.94, 1.75), (0, 1), (-1, 0), 0.9, door)
    swing(board, (6.06, 6.65), (0, -1), (1, 0), 0.9, door)
    for offset in (9.75, 9.85, 9.9, 10.0):
        board.line((offset, 1.5), (offset, 2.7), window)
    for offset in (7.75, 7.875, 8.0):
        board.line((3.2, offset), (5.0, offset), window)


def swing(board: Board, hinge: Point, along: Point, open_to: Point, width: float, layer: str) -> None:
    """Leaf and arc of a door that hangs at ``hinge``, closes along ``along`` and opens towards ``open_to``."""
    tip = hinge[0] + open_to[0] * width, hinge[1] + open_to[1] * width
    board.line(hinge, tip, layer)
    shut, opened = np.arctan2(along[1], along[0]), np.arctan2(open_to[1], open_to[0])
    turn = (opened - shut + np.pi) % (2 * np.pi) - np.pi
    board.arc(hinge, width, float(shut if turn > 0 else opened), float(abs(turn)), layer)


def understood(sheet: Linework) -> Found:
    """A sheet in metres as a storey."""
    sheet = restored(sheet)
    return storey.find(
        sheet,
        classify(sheet),
        name="Ground floor",
        level=0,
        elevation=0.0,
        height=2.7,
        affine=np.eye(2, 3),
        heights=Heights(),
    )


def overlap(found: Found, truth: shapely.Geometry) -> float:
    """Intersection over union of the walls with the truth, openings cut out of both."""
    each = found.storey
    half = each.openings.direction * (each.openings.width / 2)[:, None]
    lines = shapely.linestrings(np.stack([each.openings.center - half, each.openings.center + half], axis=1))
    gaps = shapely.union_all(shapely.buffer(lines, each.openings.depth / 2 + 1e-3, cap_style="flat"))
    made = shapely.difference(shapely.union_all(each.walls.footprint, grid_size=1e-4), gaps)
    common = float(shapely.area(shapely.intersection(made, truth)))
    return common / float(shapely.area(shapely.union(made, truth)))
