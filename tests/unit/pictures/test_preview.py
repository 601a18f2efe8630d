"""The preview: light, shadow and order of surfaces at known places of small scenes."""

import io
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipelines import preview
from pipelines.pictures.surfaces import Surfaces, spread, storeys
from pipelines.preview import _VIEW, background, to_bytes, to_linear
from pipelines.scene import Lines, Material, Mesh, Node, Scene

Pixels = NDArray[np.int64]
SIZE = (240, 160)
WHITE = Material("white", (0.8, 0.8, 0.8, 1.0))
RED = Material("red", (0.8, 0.02, 0.02, 1.0))
GLASS = Material("glass", (0.5, 0.7, 0.8, 0.3))
_SIDES = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))


def box(low: tuple[float, float, float], high: tuple[float, float, float], material: Material = WHITE) -> Mesh:
    """A closed box, its faces wound to be seen from outside."""
    corners = np.array([[(low, high)[k >> axis & 1][axis] for axis in range(3)] for k in range(8)])
    positions: list[NDArray[np.float64]] = []
    indices: list[tuple[int, int, int]] = []
    for side in _SIDES:
        first = len(positions)
        positions += [corners[k] for k in side]
        indices += [(first, first + 1, first + 2), (first, first + 2, first + 3)]
    points = np.array(positions, dtype=np.float32)
    return Mesh(points, np.zeros_like(points), np.array(indices, dtype=np.uint32), material)


def scene(*parts: Mesh | Lines, category: str = "furniture") -> Scene:
    inner = Node(category, parts=parts, extras={"category": category})
    return Scene("s", (Node("Ground floor", children=(inner,), extras={"level": 0}),))


def render(shown: Scene, size: tuple[int, int] = SIZE) -> Pixels:
    image = Image.open(io.BytesIO(preview.render(shown, size=size)))
    assert image.size == size
    return np.asarray(image).astype(np.int64)


def at(shown: Scene, place: tuple[float, float, float], size: tuple[int, int] = SIZE) -> Pixels:
    """The colour at a place of a scene of one storey."""
    (part,), _ = spread([part for _, part in storeys(shown)], _VIEW, size[0] / size[1])
    ((_, before),) = storeys(shown)
    points = part.points
    flat = _VIEW.flat(points)
    camera = _VIEW.fitted(flat.min(axis=0), flat.max(axis=0), *size, margin=0.07)
    moved = np.array(place) + (points[0] - before.points[0])
    column, row = np.floor(camera.project(moved)[:2]).astype(int)
    return np.asarray(render(shown, size)[row, column])


FLOOR = box((-4, -0.2, -4), (4, 0, 4))
POST = box((-0.5, 0, -0.5), (0.5, 3, 0.5), RED)


def test_equal_scenes_give_equal_bytes() -> None:
    assert preview.render(scene(FLOOR, POST), size=SIZE) == preview.render(scene(FLOOR, POST), size=SIZE)


@pytest.mark.parametrize("empty", [Scene("s", ()), scene(), Scene("s", (Node("n"),))])
def test_a_scene_without_anything_is_an_empty_sheet(empty: Scene) -> None:
    np.testing.assert_array_equal(render(empty), to_bytes(background(*SIZE)))


def test_the_sheet_stays_empty_where_there_is_nothing() -> None:
    """Shadows end: what lies off the map of the sun is lit."""
    lit, sheet = render(scene(FLOOR, POST), (480, 200)), to_bytes(background(480, 200)).astype(np.int64)
    changed = (np.abs(lit - sheet).max(axis=2) > 1).any(axis=0)
    assert changed.any()
    assert not changed[:60].any()
    assert not changed[-60:].any()


def test_what_stands_in_front_hides_what_is_behind() -> None:
    red, green, blue = at(scene(FLOOR, POST), (0.0, 3.0, 0.0))
    assert red > 2 * max(green, blue)
    red, green, blue = at(scene(FLOOR, POST), (3.0, 0.0, 3.0))
    assert max(red, green, blue) < 1.3 * min(red, green, blue)


def test_shadows_fall_away_from_the_sun() -> None:
    shown = scene(FLOOR, POST)
    east, west = at(shown, (1.4, 0.0, -0.4)).sum(), at(shown, (-1.4, 0.0, 0.4)).sum()
    assert east < 0.8 * west


def test_tops_are_lighter_than_sides() -> None:
    shown = scene(box((-1, 0, -1), (1, 2, 1)))
    top, south = at(shown, (0.0, 2.0, 0.0)).sum(), at(shown, (0.0, 1.0, 1.0)).sum()
    assert top > 1.1 * south


def test_walls_are_cut_dark_at_their_top() -> None:
    wall = box((-2, 0, -0.3), (2, 2.7, 0.3))
    cut, whole = (at(scene(FLOOR, wall, category=name), (0.0, 2.7, 0.0)).sum() for name in ("wall", "furniture"))
    assert cut < 0.5 * whole


def test_one_sees_through_glass() -> None:
    pane = box((-2, 0, 1.0), (2, 2.5, 1.05), GLASS)
    clear, veiled = at(scene(FLOOR, POST), (0.0, 1.5, 0.5)), at(scene(FLOOR, POST, pane), (0.0, 1.5, 0.5))
    assert (clear != veiled).any()
    assert veiled[0] > veiled[2]  # the red post still shows


def test_lines_are_drawn_on_what_they_lie_on_and_hidden_by_what_is_before_them() -> None:
    ends = np.array([[-3, 0, 2], [3, 0, 2], [-3, 0, -0.8], [3, 0, -0.8]], dtype=np.float32)
    ink = Lines(ends, np.array([[0, 1], [2, 3]], dtype=np.uint32), Material("ink", (0, 0, 0, 1), unlit=True))
    surfaces = scene(FLOOR, POST)
    plain, drawn = render(surfaces), render(_with(surfaces, ink))
    assert (np.abs(plain - drawn).max(axis=2) > 60).sum() > 50
    np.testing.assert_array_equal(at(surfaces, (0.0, 1.0, 0.5)), at(_with(surfaces, ink), (0.0, 1.0, 0.5)))


def _with(whole: Scene, part: Lines) -> Scene:
    (root,) = whole.nodes
    (inner,) = root.children
    return replace(whole, nodes=(replace(root, children=(replace(inner, parts=(*inner.parts, part)),)),))


def test_storeys_stand_side_by_side_from_the_lowest() -> None:
    floors = tuple(
        Node(f"Level {level}", parts=(FLOOR,), translation=(0.0, 3.0 * level, 0.0), extras={"level": level})
        for level in (1, 0)
    )
    parts = storeys(Scene("s", floors))
    assert [name for name, _ in parts] == ["Level 0", "Level 1"]
    placed, boxes = spread([part for _, part in parts], _VIEW, 1.6)
    assert all(part.points[:, 1].min() == pytest.approx(0) for part in placed)
    (low0, high0), (low1, high1) = boxes
    assert (low1 > high0).any() or (low0 > high1).any()


def test_triangles_that_are_not_finite_are_left_out() -> None:
    broken = box((1, 0, 1), (2, 1, 2))
    broken.positions[0] = np.nan
    broken.positions[5] = np.inf
    pixels = render(scene(FLOOR, broken))
    assert pixels.std() > 5


@pytest.mark.parametrize("scale", [1e-5, 1e5])
def test_models_of_any_size_fill_the_picture(scale: float) -> None:
    points = FLOOR.positions * np.float32(scale)
    pixels = render(scene(replace(FLOOR, positions=points, material=RED)))
    sheet = to_bytes(background(*SIZE)).astype(np.int64)
    assert (np.abs(pixels - sheet).max(axis=2) > 5).mean() > 0.3


def test_strips_meet_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = scene(FLOOR, POST, box((-2, 0, 1.0), (2, 2.5, 1.05), GLASS))
    whole = render(shown)
    monkeypatch.setattr(preview, "_STRIP", 32)
    monkeypatch.setattr(preview, "_BANDS", 8)
    assert np.abs(render(shown) - whole).max() <= 1


def test_memory_does_not_grow_with_the_picture_held_twice() -> None:
    tracemalloc.start()
    try:
        render(scene(FLOOR, POST), (1600, 1000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 130e6


def test_colours_come_back_from_linear_light() -> None:
    codes = np.arange(256)
    linear = to_linear(codes / 255).astype(np.float32)
    back = to_bytes(np.repeat(linear[None, :, None], 3, axis=2))[0, :, 0].astype(np.int64)
    assert np.abs(back - codes).max() <= 1


def test_no_surfaces_join_to_none() -> None:
    assert not len(Surfaces.joined([]).points)
    assert spread([], _VIEW, 1.6) == ([], [])
