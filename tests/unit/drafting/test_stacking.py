from __future__ import annotations

import numpy as np
import shapely
from shapely.affinity import translate

from pipelines.drafting import stacking, views
from pipelines.drafting.meaning import classify
from pipelines.linework import Linework, Sightings
from pipelines.pdf import traced

OUTER = shapely.box(0, 0, 100, 80).difference(shapely.box(3, 3, 97, 77))


def _sheet(*plans: shapely.Geometry) -> Linework:
    nothing = np.zeros((0, 2))
    return traced.linework(np.array(plans, dtype=np.object_), nothing, nothing, np.zeros(0), Sightings.none())


def _levels(sheet: Linework) -> list[int]:
    meaning = classify(sheet)
    return [stack.level for stack in stacking.group(views.split(sheet, meaning), sheet, meaning)]


def test_walls_that_are_areas_tell_storeys_of_one_building() -> None:
    below = shapely.union_all([OUTER, *(shapely.box(x, 3, x + 2, 77) for x in (20, 40, 60))])
    above = shapely.union_all([OUTER, *(shapely.box(3, y, 97, y + 2) for y in (30, 50))])
    assert _levels(_sheet(below, translate(above, 200, 0))) == [0, 1]


def test_another_building_beside_stays_on_the_ground() -> None:
    other = shapely.box(0, 0, 55, 100).difference(shapely.box(3, 3, 52, 97)).union(shapely.box(3, 50, 52, 53))
    assert _levels(_sheet(OUTER, translate(other, 200, 0))) == [0]
