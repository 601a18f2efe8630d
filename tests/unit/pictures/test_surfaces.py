import numpy as np
import pytest

from pipelines.pictures.light import ShadowMap
from pipelines.pictures.surfaces import storeys
from pipelines.scene import Lines, Material, Mesh, Node, Scene

INK = Material("ink", (0.0, 0.0, 0.0, 1.0), unlit=True)
UP = np.array([[0, 1, 0]] * 3, dtype=np.float32)


def lines(category: str) -> Node:
    drawn = Lines(np.array([[0, 0, 0], [1, 0, 0]], dtype=np.float32), np.array([[0, 1]], dtype=np.uint32), INK)
    return Node(category, parts=(drawn,), extras={"category": category})


def mesh() -> Node:
    corners = np.array([[0, 0, 0], [0, 0, 1], [1, 0, 0]], dtype=np.float32)
    return Node("floor", parts=(Mesh(corners, UP, np.array([[0, 1, 2]], dtype=np.uint32), INK),))


def shown(*nodes: Node) -> int:
    """Lines that a picture of one storey shows."""
    storey = Node("Ground floor", children=nodes, extras={"level": 0})
    return sum(len(part.ends) for _, part in storeys(Scene("model", (storey,))))


@pytest.mark.parametrize("category", ["annotation", "axis", "dimension"])
def test_the_lines_of_the_sheet_are_not_shown_with_a_building(category: str) -> None:
    assert shown(mesh(), lines(category)) == 0
    assert shown(mesh(), lines(category), lines("furniture")) == 1


def test_they_are_shown_where_there_is_nothing_else() -> None:
    assert shown(lines("annotation"), lines("dimension")) == 2


def test_what_lies_beyond_everything_is_in_no_shadow() -> None:
    # A wall fills the map from edge to edge.
    wall = np.array([[[0, 0, 0], [8, 0, 0], [8, 3, 0]], [[0, 0, 0], [8, 3, 0], [0, 3, 0]]], dtype=np.float64)
    shadow = ShadowMap.of(wall, size=400)
    height, width = shadow.depth.shape
    around = np.linspace(-height, 2 * height, 200, dtype=np.float32)
    away = np.full(200, 1e6, dtype=np.float32)

    for across in (-width, 2 * width):
        beside = np.full(200, across, dtype=np.float32)
        for sample in range(4):
            assert (shadow.lit(beside, around, away, sample) == 1).all()
