"""Tiles to train on: their boxes and masks lie where the drawing is."""

import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.linework import Seen
from pipelines.plan import OpeningKind
from pipelines.synth.building import build
from pipelines.synth.sheet import Text
from pipelines.synth.training import configuration
from pipelines.synth.training.batches import boxes_turned, turned
from pipelines.synth.training.canvas import Canvas, View
from pipelines.synth.training.hand import Hand, Pen
from pipelines.synth.training.leaves import SEEN, LeafHabit, PaneHabit, openings
from pipelines.synth.training.shards import DRAWINGS, EACH, HELD_OUT, prepare, read
from pipelines.synth.training.subject import random_subject, widened
from pipelines.synth.training.tiles import Plan, mask, pictured, tiles
from pipelines.synth.training.wear import worn

PLAN = Plan(size=256, scale=30.0, jitter=(0.8, 1.2), stretch=1.3)
#: Thin and black everywhere.
CLEAN = Hand({"text": Pen(1.0, 0.0)}, (4, 2), "", 1.0, "slash", "mm", 128, math.pi / 4)


def whole(low: tuple[float, float], high: tuple[float, float], size: int) -> View:
    """The view that shows a box and a metre around it, y up."""
    span = max(high[0] - low[0], high[1] - low[1]) + 2
    matrix = np.diag([size / span, -size / span])
    middle = (np.array(low) + np.array(high)) / 2
    return View(matrix, size / 2 - matrix @ middle, size)


@pytest.mark.parametrize("seed", range(4))
def test_a_seed_always_gives_the_same_tiles(seed: int) -> None:
    first, again = (list(tiles(PLAN, seed, 2)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one.picture, other.picture)
        assert np.array_equal(one.boxes, other.boxes)
        assert np.array_equal(one.masks, other.masks)
    assert not np.array_equal(first[0].picture, first[1].picture)


@pytest.mark.parametrize("seed", range(6))
def test_tiles_hold_boxes_within_them(seed: int) -> None:
    for tile in tiles(PLAN, seed, 3):
        assert tile.picture.shape == (256, 256)
        assert tile.masks.shape == (3, 256, 256)
        assert len(tile.boxes) == len(tile.kinds)
        assert (tile.boxes >= 0).all()
        assert (tile.boxes <= 256).all()
        assert (tile.boxes[:, 2:] > tile.boxes[:, :2]).all()


@pytest.mark.parametrize("seed", range(5))
def test_masks_cover_what_the_plan_says(seed: int) -> None:
    subject = random_subject(seed, None)
    view = whole(subject.low, subject.high, 640)
    for shape in (subject.wall, subject.window, subject.door):
        covered = float(mask(shape, view).sum()) / 255 / view.scale**2
        # A polygon is drawn with its outline, half a pixel of the finer canvas wide.
        slack = float(shapely.length(shape)) / view.scale / 2 + 0.05
        assert abs(covered - float(shapely.area(shape))) < slack
    spot = shapely.point_on_surface(subject.window)
    x, y = view.pixels(shapely.get_coordinates(spot))[0].astype(int)
    assert mask(subject.window, view)[y, x] > 200
    assert mask(subject.wall, view)[y, x] < 60


@pytest.mark.parametrize("seed", range(8))
def test_the_ink_of_a_symbol_fills_its_box(seed: int) -> None:
    rng = np.random.default_rng(seed)
    storey = build(seed).plan.storeys[0]
    leaves = LeafHabit.random(rng)
    symbols = openings(storey, leaves, PaneHabit.random(rng), rng)
    assert len(symbols) == sum(kind in SEEN for kind in storey.openings.kind)
    for symbol in symbols:
        low, high = symbol.spots.min(axis=0), symbol.spots.max(axis=0)
        view = whole((low[0], low[1]), (high[0], high[1]), 400)
        canvas = Canvas(view, CLEAN)
        canvas.put(mark for mark in symbol.marks if not isinstance(mark, Text) and mark.layer != "annotation")
        rows, columns = np.nonzero(canvas.picture() < 128)
        corners = view.pixels(np.array([low, high]))
        box = np.concatenate([corners.min(axis=0), corners.max(axis=0)])
        ink = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        metre = view.scale
        if symbol.kind in (Seen.DOOR, Seen.DOUBLE_DOOR):
            # The leaf's own thickness may stand out.
            assert (ink[:2] > box[:2] - 0.09 * metre - 2).all()
            assert (ink[2:] < box[2:] + 0.09 * metre + 2).all()
            assert np.abs(ink - box).min() < 0.05 * metre + 2
            # All of it but for the wall's depth is drawn.
            assert ((ink[2:] - ink[:2]) > 0.5 * (box[2:] - box[:2])).any()
        if symbol.kind == Seen.WINDOW:
            assert (ink[2:] - ink[:2]).max() > 0.9 * (box[2:] - box[:2]).max()


def test_a_box_of_a_door_holds_its_gap() -> None:
    rng = np.random.default_rng(3)
    storey = build(3).plan.storeys[0]
    table = storey.openings
    found = openings(storey, LeafHabit.random(rng), PaneHabit.random(rng), rng)
    rows = [k for k, kind in enumerate(table.kind) if kind != OpeningKind.OPENING]
    for row, symbol in zip(rows, found, strict=True):
        along = table.direction[row] * table.width[row] / 2
        for end in (table.center[row] - along, table.center[row] + along):
            assert (end >= symbol.spots.min(axis=0) - 1e-6).all()
            assert (end <= symbol.spots.max(axis=0) + 1e-6).all()


@given(
    turn=st.integers(0, 3),
    mirror=st.booleans(),
    corner=st.tuples(st.integers(0, 20), st.integers(0, 20)),
    size=st.tuples(st.integers(1, 11), st.integers(1, 11)),
)
def test_boxes_turn_with_their_picture(turn: int, mirror: bool, corner: tuple[int, int], size: tuple[int, int]) -> None:
    picture = np.full((32, 32), 255, np.uint8)
    (x, y), (w, h) = corner, size
    picture[y : y + h, x : x + w] = 0
    box = boxes_turned(np.array([[x, y, x + w, y + h]], np.float64), turn, 32, mirror=mirror)[0]
    rows, columns = np.nonzero(turned(picture, turn, mirror=mirror) == 0)
    assert box.tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_wear_moves_nothing(seed: int) -> None:
    picture = np.full((96, 96), 255, np.uint8)
    picture[30:60, 20:70] = 0
    after = worn(picture, np.random.default_rng(seed))
    assert after.shape == picture.shape
    for profile, begin, end in ((after[35:55].mean(axis=0), 20, 70), (after[:, 30:60].mean(axis=1), 30, 60)):
        level = (float(profile[40:50].mean()) + float(np.median(profile[4:16]))) / 2
        dark = np.flatnonzero(profile < level)
        assert abs(int(dark[0]) - begin) <= 2
        assert abs(int(dark[-1]) + 1 - end) <= 2


def test_what_is_held_out_is_never_trained_on() -> None:
    for course in configuration.load().courses:
        first, end = course.seeds
        assert 0 <= first < end < HELD_OUT


def test_tiles_come_back_from_their_file(tmp_path: Path) -> None:
    plan = Plan(size=64, scale=12.0, jitter=(0.9, 1.1), stretch=1.0)
    (path,) = prepare(plan, tmp_path, range(40, 40 + DRAWINGS, DRAWINGS))
    shard = read(path)
    assert len(shard) == DRAWINGS * EACH
    made = list(tiles(plan, 41, EACH))
    for k, tile in enumerate(made):
        boxes, kinds = shard.boxes_of(EACH + k)
        assert np.array_equal(shard.pictures[EACH + k], tile.picture)
        assert np.array_equal(boxes, tile.boxes)
        assert np.array_equal(kinds, tile.kinds)
    written = path.stat().st_mtime_ns
    prepare(plan, tmp_path, range(40, 40 + DRAWINGS, DRAWINGS))
    assert path.stat().st_mtime_ns == written


@pytest.mark.parametrize("seed", range(6))
def test_wider_windows_stay_in_their_walls_and_clear_of_each_other(seed: int) -> None:
    before = build(seed).plan.storeys[0]
    after = widened(before, np.random.default_rng(seed)).openings
    grown = after.width > before.openings.width
    assert grown.any()
    assert (after.width >= before.openings.width).all()
    assert all(kind == OpeningKind.WINDOW for kind, more in zip(after.kind, grown, strict=True) if more)
    for row in np.flatnonzero(grown):
        start, end = (before.walls.axis[after.host[row]] - after.center[row]) @ after.direction[row]
        assert min(abs(start), abs(end)) > after.width[row] / 2
        for other in np.flatnonzero((after.host == after.host[row]) & (np.arange(len(after)) != row)):
            apart = abs(float((after.center[other] - after.center[row]) @ after.direction[row]))
            assert apart > (after.width[row] + after.width[other]) / 2


def test_nothing_of_other_views_is_to_be_found() -> None:
    subject = random_subject(11, None)
    low, high = np.array(subject.low) - 2.0, np.array(subject.high) + 2.0
    for symbol in subject.symbols:
        assert (symbol.spots >= low).all()
        assert (symbol.spots <= high).all()
    view = whole(subject.low, subject.high, 320)
    tile = pictured(subject, view, np.random.default_rng(0))
    assert set(tile.kinds.tolist()) <= {int(seen) for seen in Seen}
