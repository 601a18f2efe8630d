"""One storey drawn in colour over its grey source; the panels of ``overlay``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.pictures import symbols
from pipelines.pictures.fills import edges
from pipelines.pictures.fonts import printable
from pipelines.pictures.labels import Label, place
from pipelines.pictures.strokes import dashed
from pipelines.plan import OpeningKind, WallKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.backdrop import Backdrop
    from pipelines.linework import Linework
    from pipelines.pictures.canvas import Canvas
    from pipelines.pictures.fonts import Faces
    from pipelines.plan import LineSet, Openings, Rooms, Solids, Storey

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Color = tuple[int, int, int]

SOURCE: Color = (132, 137, 146)
WALL: dict[WallKind, Color] = {
    WallKind.SOLID: (38, 70, 110),
    WallKind.GLASS: (30, 160, 196),
    WallKind.LOW: (150, 128, 76),
}
DOOR: Color = (222, 84, 44)
WINDOW: Color = (24, 140, 232)
BARE: Color = (148, 92, 190)
COLUMN: Color = (166, 38, 120)
STAIR: Color = (28, 140, 92)
FURNITURE: Color = (160, 126, 92)
ROOMS: tuple[Color, ...] = (
    (246, 190, 92),
    (116, 188, 224),
    (148, 202, 128),
    (226, 148, 168),
    (180, 164, 222),
    (116, 202, 190),
)
_ROOM_TINT = 0.26
_SCAN = 0.9


@dataclass(frozen=True, slots=True)
class View:
    """Where plan metres fall in a panel."""

    low: Floats  #: (2,) metres at the lower left
    scale: float  #: pixels per metre
    height: float  #: pixels

    def points(self, metres: Floats) -> Floats:
        """Points (..., 2) in pixels from the upper left."""
        placed = (metres - self.low) * self.scale
        placed[..., 1] = self.height - placed[..., 1]
        return np.asarray(placed, dtype=np.float64)

    def shapes(self, geometries: Geometries) -> Geometries:
        """Geometries in pixels."""
        return np.asarray(shapely.transform(geometries, self.points), dtype=object)

    def source(self, affine: Floats) -> Floats:
        """(2, 3) pixels -> the units of a sheet that ``affine`` (2, 3) leads to metres from."""
        back = np.linalg.inv(affine[:, :2])
        corner = np.array([self.low[0], self.low[1] + self.height / self.scale]) - affine[:, 2]
        return np.column_stack([back @ np.diag([1.0, -1.0]) / self.scale, back @ corner])


def source_lines(linework: Linework, affine: Floats) -> Floats:
    """The sheet's lines (n, 2, 2), mapped by ``affine`` (2, 3): strokes, edges of faces and of solid fills."""
    strokes = np.stack([linework.strokes.start, linework.strokes.end], axis=1)
    solid = linework.areas.rings.take(linework.areas.filled & linework.areas.solid)
    rings = [linework.faces.rings, solid]
    ends = [strokes]
    for ring in rings:
        if not len(ring.points):
            continue
        after = np.arange(1, len(ring.points) + 1)
        some = ring.counts > 0
        after[ring.offsets[1:][some] - 1] = ring.offsets[:-1][some]
        ends.append(np.stack([ring.points[:, :2], ring.points[after, :2]], axis=1))
    every = np.concatenate(ends)
    every = every[np.isfinite(every).all(axis=(1, 2))]
    return np.asarray(every @ affine[:, :2].T + affine[:, 2], dtype=np.float64)


def extent(storey: Storey) -> tuple[Floats, Floats] | None:
    """Lower left and upper right (2,) of what was recognised, in metres; None where nothing was."""
    shapes = [
        storey.walls.footprint,
        storey.columns.footprint,
        storey.stairs.footprint,
        storey.rooms.footprint,
        storey.furniture.footprint,
        symbols.gaps(storey.openings),
    ]
    every = np.concatenate(shapes)
    if not len(every):
        return None
    bounds = shapely.total_bounds(every)
    return (bounds[:2], bounds[2:]) if np.isfinite(bounds).all() else None


def draw_source(canvas: Canvas, view: View, ends: Floats) -> None:
    """The drawing's lines in grey."""
    canvas.lines(view.points(ends), SOURCE, width=1.0, opacity=0.8)


def draw_backdrop(canvas: Canvas, view: View, backdrop: Backdrop, affine: Floats) -> None:
    """A scan in grey; ``affine`` (2, 3) leads from its sheet to metres."""
    width, height = canvas.size
    ink = 255 - backdrop.seen(view.source(affine), (height, width))
    canvas.blend((ink / np.float32(255)).astype(np.float32), SOURCE, _SCAN)


def draw_storey(canvas: Canvas, view: View, storey: Storey) -> None:
    """Everything that was recognised, from the floor up."""
    _draw_rooms(canvas, view, storey.rooms)
    canvas.lines(view.points(storey.furniture.lines.points.reshape(-1, 2, 2)), FURNITURE, width=1.1, opacity=0.6)
    _draw_walls(canvas, view, storey)
    columns = view.shapes(storey.columns.footprint)
    canvas.fill(columns, COLUMN, 0.75)
    canvas.outlines(columns, COLUMN, width=1.4)
    stairs = view.shapes(storey.stairs.footprint)
    canvas.fill(stairs, STAIR, 0.13)
    canvas.outlines(stairs, STAIR, width=1.4)
    canvas.lines(view.points(storey.stairs.treads.points.reshape(-1, 2, 2)), STAIR, width=1.3)
    canvas.lines(view.points(symbols.arrows(storey.stairs)), STAIR, width=2.4)
    _draw_openings(canvas, view, storey.openings)


def draw_lines(canvas: Canvas, view: View, lines: LineSet) -> None:
    """Linework that became lines in the model, layer by layer in its own colour."""
    ends = np.stack([lines.start, lines.end], axis=1)
    layers = {name: number for number, name in enumerate(sorted(set(lines.layer)))}
    owner = np.array([layers[name] for name in lines.layer], dtype=np.int64)
    palette = (WALL[WallKind.SOLID], STAIR, DOOR, BARE, WINDOW, COLUMN)
    for number, color in enumerate(palette):
        canvas.lines(view.points(ends[owner % len(palette) == number]), color, width=1.2, opacity=0.9)


def draw_solids(canvas: Canvas, view: View, solids: Solids) -> None:
    """Bodies from above, by the edges of their triangles."""
    if not len(solids):
        return
    first = np.repeat(solids.vertices.offsets[:-1], solids.triangles.counts)
    corners = solids.vertices.points[solids.triangles.points.astype(np.int64) + first[:, None], :2]
    ends = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    canvas.lines(view.points(ends), WALL[WallKind.SOLID], width=0.9, opacity=0.6)


def room_labels(rooms: Rooms, view: View, faces: dict[bool, Faces], taken: Sequence[shapely.Polygon]) -> list[Label]:
    """A label for each room that has space for one, larger rooms first, clear of ``taken`` (pixels)."""

    @cache
    def measure(text: str, size: int, bold: bool) -> float:
        return faces[bold].width(text, size)

    shapes = view.shapes(rooms.footprint)
    anchors = view.points(rooms.anchor)
    room, other = shapely.STRtree(list(taken)).query(shapes, predicate="intersects")
    of_room = np.split(other, np.searchsorted(room, np.arange(1, len(shapes)))) if len(shapes) else []
    low, high = (np.zeros((len(shapes), 2)) for _ in range(2))
    labels: list[Label] = []
    for row in np.argsort(-rooms.area, kind="stable"):
        # Only where rooms overlap can a label come to lie in another room.
        x0, y0, x1, y1 = shapely.bounds(shapes[row])
        placed = slice(len(labels))
        over = ((low[placed] <= (x1, y1)) & (high[placed] >= (x0, y0))).all(axis=1)
        label = place(
            shapes[row],
            anchors[row],
            name=printable(rooms.name[row] or rooms.number[row], faces.values()),
            area=f"{rooms.area[row]:.1f} m²",
            measure=measure,
            taken=[*(taken[k] for k in of_room[row]), *(shapely.box(*labels[k].box) for k in np.flatnonzero(over))],
        )
        if label is not None:
            low[len(labels)], high[len(labels)] = label.box[:2], label.box[2:]
            labels.append(label)
    return labels


def obstacles(storey: Storey, view: View) -> list[shapely.Polygon]:
    """What labels keep clear of, in pixels: openings with their swings, columns, the arrows of stairs."""
    signs = [symbols.sign(storey.openings, row).swept for row in range(len(storey.openings))]
    swept = [shapely.Polygon(view.points(region)) for region in signs if len(region) > 2]
    arrows = shapely.get_parts(shapely.buffer(shapely.linestrings(view.points(symbols.arrows(storey.stairs))), 2))
    return [*swept, *view.shapes(storey.columns.footprint), *arrows]


def _draw_rooms(canvas: Canvas, view: View, rooms: Rooms) -> None:
    shapes = view.shapes(rooms.footprint)
    for number, color in enumerate(ROOMS):
        some = shapes[number :: len(ROOMS)]
        if len(some):
            canvas.fill(some, color, _ROOM_TINT)


def _draw_walls(canvas: Canvas, view: View, storey: Storey) -> None:
    """Walls without their openings, as the model has them."""
    holes = shapely.union_all(shapely.buffer(symbols.gaps(storey.openings), 1e-6))
    kinds = np.array(storey.walls.kind, dtype=object)
    for kind, color in WALL.items():
        solid = shapely.union_all(shapely.make_valid(storey.walls.footprint[kinds == kind]))
        shapes = view.shapes(shapely.get_parts(shapely.difference(solid, holes)))
        canvas.fill(shapes, color, 0.7)
        canvas.outlines(shapes, color, width=1.3, opacity=0.95)


def _draw_openings(canvas: Canvas, view: View, openings: Openings) -> None:
    rectangles = view.shapes(symbols.gaps(openings))
    signs = [symbols.sign(openings, row) for row in range(len(openings))]
    windows = np.array([kind is OpeningKind.WINDOW for kind in openings.kind], dtype=bool)
    bare = np.array([kind is OpeningKind.OPENING for kind in openings.kind], dtype=bool)
    canvas.fill(rectangles[windows], WINDOW, 0.22)
    canvas.fill(rectangles[~windows & ~bare], DOOR, 0.2)
    canvas.fill(rectangles[bare], BARE, 0.1)
    for rows, color in ((windows, WINDOW), (bare, BARE), (~windows & ~bare, DOOR)):
        some = [signs[row] for row in np.flatnonzero(rows)]
        if not some:
            continue
        swept = [shapely.Polygon(view.points(one.swept)) for one in some if len(one.swept) > 2]
        canvas.fill(np.array(swept, dtype=object), color, 0.13)
        canvas.lines(view.points(np.concatenate([one.light for one in some])), color, width=1.3, opacity=0.9)
        canvas.lines(view.points(np.concatenate([one.heavy for one in some])), color, width=2.4)


def box_lines(low: Floats, high: Floats) -> Floats:
    """The four dashed sides of a box."""
    box = np.array([shapely.box(*low, *high)], dtype=object)
    return dashed(edges(box), dash=7, gap=5)
