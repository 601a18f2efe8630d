import dataclasses
import tempfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from ezdxf.disassemble import recursive_decompose, to_primitives
from ezdxf.filemanagement import readfile
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.plan import OpeningKind
from pipelines.synth.building import build
from pipelines.synth.draw import Drawing, drawn, random_drawing
from pipelines.synth.drawing.compose import compose
from pipelines.synth.drawing.notes import VIEWS
from pipelines.synth.drawing.walls import runs
from pipelines.synth.hands import BY_KEY
from pipelines.synth.layout import Layout, solid
from pipelines.synth.sheet import Arc, Fill, Frame, Insert, Line, Poly, Text
from pipelines.synth.style import Style, WallStyle

PLAIN = Style(convention=BY_KEY["english"], dimensions=False, furniture=False, room_names=False, titles=False)


@pytest.fixture(scope="module")
def flat() -> Layout:
    return build(5001, "flat")


def points(drawing: Drawing) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Every vertex that a drawing shows, blocks resolved, sorted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawing.dxf"
        path.write_bytes(drawing.data)
        space = readfile(path).modelspace()
    found = [
        (round(v.x, 3), round(v.y, 3))
        for shape in to_primitives(recursive_decompose(space), max_flattening_distance=5)
        for v in shape.vertices()
    ]
    return np.array(sorted(found))


@given(st.integers(0, 3000))
@settings(max_examples=8, deadline=None)
def test_views_do_not_meet(seed: int) -> None:
    boxes = [
        shapely.box(*(np.add(placed.low, placed.frame.at)), *(np.add(placed.high, placed.frame.at)))
        for placed in random_drawing(seed).placed
    ]
    for k, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[k + 1 :])


@pytest.mark.parametrize("vertical", [False, True])
def test_drawings_stand_in_a_row(vertical: bool, flat: Layout) -> None:
    style = dataclasses.replace(PLAIN, views=VIEWS, vertical=vertical)
    placed = compose(flat, style, 0).placed
    assert [each.kind for each in placed] == ["plan", *VIEWS]
    spots = np.array([np.add(each.low, each.frame.at) for each in placed])
    along = -spots[:, 1] if vertical else spots[:, 0]
    assert (np.diff(along) > 0).all()
    assert np.ptp(spots[:, 0 if vertical else 1]) < 1e-2


def test_a_plan_within_a_block_shows_the_same(flat: Layout) -> None:
    block = drawn(flat, dataclasses.replace(PLAIN, in_block=True))
    assert (
        sum(
            isinstance(mark, Insert) for mark in compose(flat, dataclasses.replace(PLAIN, in_block=True), 0).sheet.marks
        )
        == 1
    )
    assert points(block) == pytest.approx(points(drawn(flat, PLAIN)), abs=2e-3)


def test_a_frame_goes_around_all_that_is_drawn(flat: Layout) -> None:
    for style in (dataclasses.replace(PLAIN, views=VIEWS), dataclasses.replace(PLAIN, in_block=True)):
        inner = points(drawn(flat, style)) * style.unit.metres
        outer = points(drawn(flat, dataclasses.replace(style, title_block=True))) * style.unit.metres
        assert (outer.min(axis=0) < inner.min(axis=0) - 1).all()
        assert (outer.max(axis=0) > inner.max(axis=0) + 1).all()


def test_mirrored_blocks_seen_from_below_show_the_same(flat: Layout) -> None:
    over = drawn(flat, dataclasses.replace(PLAIN, turned_over=True))
    assert over.data != drawn(flat, PLAIN).data
    assert points(over) == pytest.approx(points(drawn(flat, PLAIN)), abs=2e-3)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("scaled", [False, True])
def test_doors_and_windows_look_the_same_as_blocks_and_as_loose_lines(
    mirrored: bool, scaled: bool, flat: Layout
) -> None:
    blocks = dataclasses.replace(PLAIN, mirrored=mirrored, scaled=scaled)
    loose = dataclasses.replace(PLAIN, door_blocks=False, window_blocks=False)
    assert points(drawn(flat, blocks)) == pytest.approx(points(drawn(flat, loose)), abs=2e-3)


def region(marks: list[object]) -> shapely.Geometry:
    """What closed polylines, fills, and wide lines cover."""
    shapes: list[shapely.Geometry] = []
    for mark in marks:
        if isinstance(mark, Poly) and mark.width:
            shapes.append(shapely.buffer(shapely.LineString(mark.points), mark.width / 2, cap_style="flat"))
        elif isinstance(mark, Poly) and mark.closed:
            shapes.append(shapely.Polygon(mark.points))
        elif isinstance(mark, Fill):
            shapes.append(shapely.Polygon(mark.rings[0], mark.rings[1:]))
    return shapely.union_all(shapes)


@pytest.mark.parametrize("walls", [WallStyle.PIECES, WallStyle.WIDE, WallStyle.SOLID, WallStyle.PATTERN])
def test_walls_are_drawn_where_they_are(walls: WallStyle, flat: Layout) -> None:
    style = dataclasses.replace(PLAIN, walls=walls)
    layers = (style.layer("wall"), style.layer("partition"), style.layer("hatch"))
    marks: list[object] = [mark for mark in compose(flat, style, 0).sheet.marks if mark.layer in layers]
    place = compose(flat, style, 0).placed[0].frame.at
    truth = shapely.transform(solid(flat.plan.storeys[0]), lambda xy: xy + np.array(place))
    apart = shapely.area(shapely.symmetric_difference(region(marks), truth))
    assert apart < 0.01 * shapely.area(truth)


def test_runs_go_through_junctions_and_stop_at_openings(flat: Layout) -> None:
    storey = flat.plan.storeys[0]
    found = runs(storey)
    length = sum(float(np.hypot(*(run.end - run.start))) for run in found)
    walls = storey.walls.axis
    whole = float(np.hypot(*(walls[:, 1] - walls[:, 0]).T).sum())
    assert whole - storey.openings.width.sum() <= length <= whole - storey.openings.width.sum() + 0.25 * len(walls)
    assert sum(capped for run in found for capped in run.capped) == 2 * len(storey.openings)


def test_layers_of_a_wall_lie_within_it(flat: Layout) -> None:
    truth = shapely.buffer(shapely.union_all(flat.plan.storeys[0].walls.footprint), 1e-3)
    for walls in (WallStyle.LAYERED, WallStyle.PLASTER):
        drawing = compose(flat, dataclasses.replace(PLAIN, walls=walls), 0)
        outline = compose(flat, PLAIN, 0)
        lines = [mark for mark in drawing.sheet.marks if isinstance(mark, Line)]
        assert len(lines) > sum(isinstance(mark, Line) for mark in outline.sheet.marks)
        dx, dy = drawing.placed[0].frame.at
        for mark in lines:
            ends = shapely.LineString([(x - dx, y - dy) for x, y in (mark.start, mark.end)])
            assert truth.covers(ends)


def test_lines_in_pieces_cover_what_they_covered_whole(flat: Layout) -> None:
    whole = compose(flat, PLAIN, 0).sheet.marks
    pieces = compose(flat, dataclasses.replace(PLAIN, broken=True), 0).sheet.marks
    assert len(pieces) > len(whole)

    def covered(marks: object) -> float:
        assert isinstance(marks, list)
        lines = [shapely.LineString([m.start, m.end]) for m in marks if isinstance(m, Line)]
        return float(shapely.length(shapely.union_all(lines, grid_size=1e-3)))

    assert covered(pieces) == pytest.approx(covered(whole), rel=1e-3)


def test_posts_stand_clear_of_doors_and_windows() -> None:
    plans = [plan for seed in range(20) if (layout := build(seed)).kind != "office" for plan in layout.plan.storeys]
    framed = [storey for storey in plans if len(storey.columns)]
    assert framed
    for storey in framed:
        for column in storey.columns.footprint:
            away = shapely.distance(shapely.points(storey.openings.center), column)
            assert (away > storey.openings.width / 2 - 1e-6).all()


def test_size_codes_say_how_wide_doors_are() -> None:
    layout = next(layout for seed in range(5000, 5100) if (layout := build(seed, "house")).imperial)
    style = dataclasses.replace(PLAIN, size_codes=True)
    words = {mark.words for mark in compose(layout, style, 0).sheet.marks if isinstance(mark, Text)}
    inches = {round(float(w) / 0.0254) for s in layout.plan.storeys for w in s.openings.width}
    codes = [word for word in words if word.isdigit() and len(word) == 4]
    assert codes
    assert all(int(code[0]) * 12 + int(code[1]) in inches for code in codes)


def test_bare_openings_are_gaps_and_nothing_else() -> None:
    for seed in range(40):
        layout = build(seed, "flat")
        storey = layout.plan.storeys[0]
        if OpeningKind.OPENING not in storey.openings.kind:
            continue
        bare = np.array([kind == OpeningKind.OPENING for kind in storey.openings.kind])
        storey = dataclasses.replace(storey, openings=storey.openings.take(bare))
        alone = dataclasses.replace(layout, plan=dataclasses.replace(layout.plan, storeys=(storey,)))
        sheet = compose(alone, PLAIN, 0).sheet
        assert not any(isinstance(mark, (Insert, Arc)) for mark in sheet.marks)
        return
    pytest.fail("no bare opening in forty flats")


def test_a_frame_mirrors_turns_and_moves() -> None:
    place = Frame((1.0, 2.0), np.pi / 2, flip=True)
    assert place.point((3.0, 1.0)) == pytest.approx((2.0, 5.0))
    arc = place.mark(Arc("0", (0.0, 0.0), 1.0, 0.0, np.pi / 2))
    assert isinstance(arc, Arc)
    assert (arc.start, arc.end) == pytest.approx((0.0, np.pi / 2))
    bow = place.mark(Poly("0", ((0.0, 0.0), (1.0, 0.0)), bulges=(0.5, 0.0)))
    assert isinstance(bow, Poly)
    assert bow.bulges[0] == -0.5
