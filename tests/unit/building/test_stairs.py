from dataclasses import replace

import numpy as np
import pytest

from pipelines.build import build
from pipelines.linework import Ragged
from pipelines.options import ConvertOptions
from pipelines.plan import Stairs
from pipelines.scene import Node
from tests.unit import sample
from tests.unit.building import made, surface

RISE = made.HEIGHT + 0.2


def flights(stair: Stairs) -> list[Node]:
    model = build(sample.plan(made.storey(stair=stair)), ConvertOptions())
    assert surface.fights(model) == []
    return surface.layers(model, "stairs")


def treads(node: Node) -> list[float]:
    """Heights that one can step on."""
    (part,) = surface.drawn(node)
    assert surface.open_edges(part.positions, part.indices) == 0
    return sorted(set(part.positions[part.normals[:, 1] > 0.9][:, 1].round(3).tolist()))


def test_a_flight_climbs_a_storey_in_equal_risers() -> None:
    (node,) = flights(made.flight((0.0, 0.0), (4.2, 0.0), treads=16))

    assert treads(node) == pytest.approx([RISE / 16 * k for k in range(1, 16)], abs=1e-3)
    assert node.extras["direction"] == "drawn"


def test_it_climbs_towards_its_end() -> None:
    (node,) = flights(made.flight((4.2, 0.0), (0.0, 0.0), treads=16))
    (part,) = surface.drawn(node)
    high = part.positions[part.positions[:, 1] > 2.0]

    assert high[:, 0].max() < 1.5


def test_a_short_flight_has_usual_risers() -> None:
    (node,) = flights(made.flight((0.0, 0.0), (1.2, 0.0), treads=5))

    assert treads(node) == pytest.approx([0.175, 0.35, 0.525, 0.7])


@pytest.mark.parametrize("known", [True, False])
def test_the_second_flight_begins_where_the_first_ends(known: bool) -> None:
    first = made.flight((0.0, 0.0), (2.1, 0.0), treads=8)
    second = made.flight((2.1, 1.1), (0.0, 1.1), treads=8)
    if not known:  # drawn the other way round, and nothing says so
        second = replace(made.flight((0.0, 1.1), (2.1, 1.1), treads=8), up=np.full((1, 2), np.nan))
    lower, upper = flights(made.joined(first, second))
    riser = RISE / 16

    assert treads(lower) == pytest.approx([riser * k for k in range(1, 8)], abs=1e-3)
    # The landing is level with the last riser of the first flight.
    assert treads(upper) == pytest.approx([riser * k for k in range(8, 16)], abs=1e-3)
    assert upper.extras["direction"] == ("drawn" if known else "assumed")
    (part,) = surface.drawn(upper)
    assert part.positions[part.positions[:, 1] > 2.5][:, 0].max() < 1.0


def test_stairs_of_unknown_treads_are_a_low_outline() -> None:
    bare = replace(made.flight((0.0, 0.0), (4.2, 0.0)), treads=Ragged(np.zeros((0, 2)), np.array([0, 0])))
    (node,) = flights(bare)

    assert treads(node) == pytest.approx([0.05])


def test_the_risers_reach_the_floor_above() -> None:
    ground = made.storey(stair=made.flight((0.0, 0.0), (4.2, 0.0), treads=16))
    upper = replace(made.storey(level=1, wall=made.walls(((0.0, 0.0), (4.0, 0.0)))), elevation=3.2)
    (node,) = surface.layers(build(sample.plan(ground, upper), ConvertOptions()), "stairs")

    assert treads(node)[-1] == pytest.approx(3.2 * 15 / 16, abs=1e-3)
