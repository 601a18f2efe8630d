"""FloorPlan -> Scene: the composition root of ``pipelines.building``; called by ``convert``.

    storey (level, elevation, height, name)
    └── category (walls, columns, doors, windows, floors, slab, stairs, furniture, annotation ...)
        └── layer, with what it draws; rooms and openings are nodes of their own

Plan coordinates become scene coordinates: (x, y) on the floor at height z is (x, z, -y). Everything in a storey is
measured from its floor, which the storey's translation lifts to its elevation. The drawing's origin was taken off in
double precision when the plan was made; it stands in the scene's extras, with the metres per unit, so that the way
back is known: drawing = plan / metres_per_unit + origin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.building.bodies import bodies
from pipelines.building.columns import columns
from pipelines.building.furniture import furniture
from pipelines.building.linework import linework
from pipelines.building.nodes import category
from pipelines.building.openings import openings
from pipelines.building.shell import Shell
from pipelines.building.slabs import floors
from pipelines.building.sound import mended, sound
from pipelines.building.stairs import stairs
from pipelines.building.walls import walls
from pipelines.scene import Node, Scene

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.options import ConvertOptions
    from pipelines.plan import FloorPlan, Storey


def build(plan: FloorPlan, options: ConvertOptions) -> Scene:
    """The scene of a floor plan; equal plans give equal scenes."""
    # GEOS leaves the processor's flags of a division by zero behind sound results.
    with np.errstate(divide="ignore", invalid="ignore"):
        nodes = [_storey(plan, number, options) for number in range(len(plan.storeys))]
        nodes += [*bodies(plan.solids), *linework(plan.lines, "")]
    return Scene(
        name="model",
        nodes=tuple(nodes),
        extras={
            "origin": [float(value) for value in plan.origin],
            "metres_per_unit": float(plan.metres_per_unit),
            "units": "metre",
        },
    )


def _storey(plan: FloorPlan, number: int, options: ConvertOptions) -> Node:
    """One storey with everything in it."""
    storey = sound(plan.storeys[number])
    shell = Shell.of(storey)
    doors, windows = openings(storey)
    rooms, slab = floors(storey, shell, options.slab_thickness, _well(plan, storey))
    groups = {
        "walls": walls(storey, shell),
        "columns": columns(storey, shell),
        "doors": doors,
        "windows": windows,
        "floors": rooms,
        "slab": slab,
        "stairs": stairs(storey, shell, _rise(plan, storey, options)),
        "furniture": furniture(storey, shell),
    }
    filled = [category(name, children) for name, nodes in groups.items() if (children := list(nodes))]
    return Node(
        storey.name,
        children=(*filled, *linework(storey.lines, storey.name)),
        translation=(0.0, float(storey.elevation), 0.0),
        extras={
            "category": "storey",
            "name": storey.name,
            "level": storey.level,
            "elevation": float(storey.elevation),
            "height": float(storey.height),
        },
    )


def _well(plan: FloorPlan, storey: Storey) -> NDArray[np.object_]:
    """The stairs of the storey right below, over which the floor stays open."""
    below = [each for each in plan.storeys if each.level < storey.level]
    if not below:
        return np.zeros(0, dtype=np.object_)
    return mended(max(below, key=lambda each: each.level).stairs.footprint)


def _rise(plan: FloorPlan, storey: Storey, options: ConvertOptions) -> float:
    """From this floor to the next above."""
    above = [each.elevation - storey.elevation for each in plan.storeys if each.elevation > storey.elevation]
    return min(above) if above else storey.height + options.slab_thickness
