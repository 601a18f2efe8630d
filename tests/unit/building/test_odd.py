"""Plans that no careful reader would make, and that must become models all the same."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from pipelines import gltf
from pipelines.build import build
from pipelines.options import ConvertOptions
from pipelines.plan import FloorPlan, FurnitureKind, OpeningKind
from tests.unit import sample
from tests.unit.building import made, surface

BOWTIE = shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])
NOTHING = shapely.Polygon()
NEEDLE = shapely.Polygon([(0, 0), (5, 0), (5, 0)])
with np.errstate(invalid="ignore"):
    NOWHERE = shapely.Polygon([(0, 0), (np.nan, 0), (1, 1)])
FAR = shapely.box(1e6, 1e6, 1e6 + 1, 1e6 + 1)
SHAPES = {"bowtie": BOWTIE, "nothing": NOTHING, "needle": NEEDLE, "nowhere": NOWHERE, "far": FAR}
WALL = made.walls(((0.0, 0.0), (6.0, 0.0)), ((6.0, 0.0), (6.0, 4.0)))


def written(plan: FloorPlan) -> bytes:
    scene = build(plan, ConvertOptions())
    for path, part, _ in surface.placed(scene):
        if path.split("/")[2] in ("walls", "columns", "slab"):
            assert surface.open_edges(part.positions, part.indices) == 0
    return gltf.write(scene)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_any_footprint_is_survived(shape: shapely.Polygon) -> None:
    odd = np.array([shape, shapely.box(1, 1, 2, 2)], dtype=object)
    pieces = ((FurnitureKind.FURNITURE, shapely.box(1, 1, 2, 2), 0.75),) * 2
    storey = made.storey(
        wall=replace(WALL, footprint=odd),
        column=replace(made.columns(*pieces[0][1:2], *pieces[0][1:2]), footprint=odd),
        room=replace(made.rooms(shapely.box(1, 1, 2, 2), shapely.box(1, 1, 2, 2)), footprint=odd),
        piece=replace(made.furniture(*pieces), footprint=odd),
        stair=replace(made.joined(made.flight((0, 0), (3, 0)), made.flight((0, 2), (3, 2))), footprint=odd),
    )
    above = made.storey(level=1, wall=WALL, room=made.rooms(shapely.box(0, 0, 4, 4)))

    assert written(sample.plan(storey, above))


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, -1.0, 1e9])
@pytest.mark.parametrize("column", ["center", "direction", "width", "depth", "sill", "head"])
def test_any_number_in_an_opening_is_survived(column: str, value: float) -> None:
    for kind in OpeningKind:
        door = made.opening(kind, (3.0, 0.0), host=0)
        odd = replace(door, **{column: np.full_like(getattr(door, column), value)})

        assert written(sample.plan(made.storey(wall=WALL, doors=made.joined(door, odd))))


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, -1.0])
def test_any_height_is_survived(value: float) -> None:
    storey = made.storey(
        wall=replace(WALL, height=np.full(2, value)),
        column=replace(made.columns(shapely.box(0, 0, 1, 1)), height=np.array([value])),
        piece=replace(made.furniture((FurnitureKind.KITCHEN, shapely.box(1, 1, 2, 2), 0.9)), height=np.array([value])),
    )

    assert written(sample.plan(storey))


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_any_line_is_survived(value: float) -> None:
    flight = made.flight((0.0, 0.0), (3.0, 0.0))
    points = flight.treads.points.copy()
    points[4:8] = value
    piece = made.furniture((FurnitureKind.SANITARY, shapely.box(1, 1, 2, 2), 0.4))
    strokes = piece.lines.points.copy()
    strokes[2:4] = value
    storey = made.storey(
        wall=WALL,
        stair=replace(flight, treads=replace(flight.treads, points=points)),
        piece=replace(piece, lines=replace(piece.lines, points=strokes)),
        line=made.lines(((value, 0.0), (1.0, 1.0)), category="floor"),
    )

    assert written(sample.plan(storey))
