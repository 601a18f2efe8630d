"""The overlay: what was recognised lies where it was drawn, and every sheet gives a picture."""

import io
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from PIL import Image

from pipelines import overlay
from pipelines.backdrop import Backdrop
from pipelines.linework import Linework, Ragged
from pipelines.overlay import _draw, _entries, _joined, _Layout, _storey_panel
from pipelines.pictures import planview
from pipelines.pictures.canvas import Canvas
from pipelines.pictures.fonts import Faces
from pipelines.plan import FloorPlan, LineSet, Solids, Storey, WallKind
from tests.unit import sample
from tests.unit.drafting.drawn import Board

Pixels = NDArray[np.int64]
PAPER = np.array([253, 253, 251])


def picture(plan: FloorPlan, linework: Linework, size: int = 1000, backdrops: tuple[Backdrop, ...] = ()) -> Pixels:
    image = Image.open(io.BytesIO(overlay.render(plan, linework, backdrops, size=size)))
    assert image.mode == "RGB"
    assert image.width == size
    return np.asarray(image).astype(np.int64)


class Shown:
    """The panel of one storey, and the colours at places in metres."""

    def __init__(
        self, storey: Storey, linework: Linework, size: int = 1000, backdrops: tuple[Backdrop, ...] = ()
    ) -> None:
        panel = _storey_panel(storey, linework, backdrops)
        layout = _Layout.of([panel], size)
        sheet = Canvas.blank(size, layout.height, (253, 253, 251))
        faces = {bold: Faces(()) for bold in (False, True)}
        self.labels = _draw(sheet, panel, sample.plan(storey), layout, 0, faces, backdrops)
        self.left, self.top = layout.corner(0)
        self.view = layout.view(panel)
        self.pixels = np.asarray(sheet.image()).astype(np.int64)
        self.panel = panel

    def at(self, x: float, y: float) -> Pixels:
        column, row = np.floor(self.view.points(np.array([x, y]))).astype(int)
        return np.asarray(self.pixels[self.top + row, self.left + column])


def near(color: Pixels, wanted: tuple[int, int, int], within: int = 30) -> bool:
    return bool(np.abs(color - np.array(wanted)).max() <= within)


def mixed(color: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = np.rint(PAPER + (np.array(color) - PAPER) * share)
    return int(red), int(green), int(blue)


@pytest.fixture(scope="module")
def flat() -> Shown:
    return Shown(sample.storey(), sample.drawing())


def test_equal_plans_give_equal_bytes() -> None:
    first = overlay.render(sample.plan(), sample.drawing(), size=700)
    assert first == overlay.render(sample.plan(), sample.drawing(), size=700)


@pytest.mark.parametrize(("x", "y"), [(0.1, 2.5), (7.9, 1.0), (4.0, 4.9), (7.0, 0.1)])
def test_walls_are_dark_where_they_stand(flat: Shown, x: float, y: float) -> None:
    assert near(flat.at(x, y), mixed(planview.WALL[WallKind.SOLID], 0.7))


def test_a_low_wall_has_a_colour_of_its_own(flat: Shown) -> None:
    assert near(flat.at(5.0, 1.0), mixed(planview.WALL[WallKind.LOW], 0.7))


def test_walls_are_open_where_doors_and_windows_are(flat: Shown) -> None:
    assert near(flat.at(5.05, 2.7), mixed(planview.DOOR, 0.2), 12)
    assert near(flat.at(2.0, 0.05), mixed(planview.WINDOW, 0.22), 40)


def test_the_leaf_of_a_door_is_drawn_where_it_stands_open(flat: Shown) -> None:
    # Hinged at (5, 2.05), it swings to the west: the leaf reaches 0.9 m from the face of the wall.
    assert near(flat.at(4.5, 2.05), planview.DOOR, 60)
    assert not near(flat.at(5.5, 2.05), planview.DOOR, 60)


def test_rooms_are_tinted_and_the_outside_is_paper(flat: Shown) -> None:
    living, bedroom = flat.at(3.5, 1.0), flat.at(7.5, 2.0)
    assert near(living, mixed(planview.ROOMS[0], 0.26), 6)
    assert near(bedroom, mixed(planview.ROOMS[1], 0.26), 6)
    assert near(flat.at(-0.05, -0.05), (253, 253, 251), 2)


def test_columns_and_stairs_are_marked(flat: Shown) -> None:
    assert near(flat.at(2.15, 2.15), mixed(planview.COLUMN, 0.8), 40)
    assert near(flat.at(6.2, 3.3), planview.STAIR, 70)


def test_what_was_drawn_but_not_recognised_stays_grey() -> None:
    shown = Shown(sample.empty_storey(), sample.drawing())
    assert near(shown.at(4.0, 0.0), mixed(planview.SOURCE, 0.8), 70)
    assert near(shown.at(4.0, 2.5), (253, 253, 251), 2)


def scanned() -> Backdrop:
    """A scan of ``sample.drawing`` from (-1, -1) to (9, 6) metres: white, with black squares at (1, 1), (8.5, 5.5)."""
    grey = np.full((700, 1000), 255, np.uint8)
    for x, y in ((1.0, 1.0), (8.5, 5.5)):
        column, row = round((x + 1) * 100), round((6 - y) * 100)
        grey[row - 20 : row + 20, column - 20 : column + 20] = 0
    low, high = (np.array(sample.ORIGIN) + np.array(at) * sample.UNITS for at in ((-1.0, -1.0), (9.0, 6.0)))
    return Backdrop(grey, low, high)


def test_a_scan_is_seen_below_what_was_recognised_and_what_was_traced_of_it_is_not() -> None:
    shown = Shown(sample.storey(), sample.drawing(), backdrops=(scanned(),))
    ink = np.array(mixed(planview.SOURCE, 0.9))
    red, green, blue = np.rint(ink + (np.array(planview.ROOMS[0]) - ink) * 0.26).astype(int).tolist()
    assert near(shown.at(1.0, 1.0), (red, green, blue), 6)
    assert near(shown.at(3.5, 1.0), mixed(planview.ROOMS[0], 0.26), 6)
    assert near(shown.at(0.1, 2.5), mixed(planview.WALL[WallKind.SOLID], 0.7))
    bare = Shown(sample.empty_storey(), sample.drawing(), backdrops=(scanned(),))
    assert near(bare.at(4.0, 0.0), (253, 253, 251), 2)


def test_what_is_drawn_near_the_plan_on_a_scan_is_shown_too() -> None:
    without = _storey_panel(sample.storey(), sample.drawing())
    beside = _storey_panel(sample.storey(), sample.drawing(), (scanned(),))
    assert (without.high < (8.5, 5.5)).all()
    assert (beside.high > (8.7, 5.7)).all()
    assert (beside.low > -0.9).all()


def test_a_scan_of_which_nothing_became_a_plan_is_shown_whole() -> None:
    pixels = picture(replace(sample.plan(), storeys=()), sample.drawing(), backdrops=(scanned(),))
    assert (np.abs(pixels - mixed(planview.SOURCE, 0.9)).max(axis=2) < 20).sum() > 500


def test_each_room_has_its_label(flat: Shown) -> None:
    words = [word.text for label in flat.labels for word in label.words]
    assert words == ["LIVING", "21.6 m²", "BEDROOM", "12.4 m²"]


def test_names_that_no_font_has_give_way_to_the_area(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.pictures.fonts.folders", lambda: (tmp_path,))
    shown = Shown(sample.storey(names=("거실", "침실")), sample.drawing())
    assert [word.text for label in shown.labels for word in label.words] == ["21.6 m²", "12.4 m²"]
    named = replace(sample.storey(names=("거실", "침실")), name="지상 1층")
    assert picture(sample.plan(named), sample.drawing()).std() > 0


def test_storeys_have_panels_of_one_scale_that_do_not_overlap() -> None:
    panels = [_storey_panel(sample.storey(level), sample.drawing()) for level in range(3)]
    layout = _Layout.of(panels, 1200)
    boxes = [shapely.box(x, y, x + layout.cell[0], y + layout.cell[1]) for x, y in map(layout.corner, range(3))]
    assert all(shapely.box(0, 0, 1200, layout.height).covers(box) for box in boxes)
    assert not any(one.intersects(other) for k, one in enumerate(boxes) for other in boxes[:k])
    assert len({layout.view(panel).scale for panel in panels}) == 1


def test_the_legend_counts_what_there_is_and_leaves_out_what_is_not() -> None:
    words = [text for _, text in _entries(sample.plan(sample.storey(), sample.storey(1)))]
    assert words == [
        "drawing",
        "8 walls",
        "2 low walls",
        "2 doors",
        "2 windows",
        "2 columns",
        "2 flights of stairs",
        "2 furnishings",
        "4 rooms",
    ]
    assert [text for _, text in _entries(sample.bare_plan())] == ["drawing"]


def other_drawing(gap: float) -> Linework:
    """The flat, and a square to its right."""
    board = Board(scale=sample.UNITS, shift=sample.ORIGIN)
    board.room((0.0, 0.0), (8.0, 5.0))
    board.box((8.0 + gap, 1.0), (9.0 + gap, 2.0))
    return board.sheet()


def test_a_panel_shows_what_is_near_and_not_the_next_drawing() -> None:
    near_by, apart = (Shown(sample.storey(), other_drawing(gap)).panel for gap in (0.2, 1.5))
    assert near_by.high[0] > 9.2
    assert apart.high[0] < 8.5
    assert apart.source[:, :, 0].max() < 8.5


def test_spans_join_across_small_gaps_only() -> None:
    spans = np.array([[10.5, 12.0], [-3.0, -1.0], [12.2, 13.0], [15.0, 16.0], [-1.2, 0.5]])
    assert _joined(spans, 0.0, 10.0, 1.0) == (-3.0, 13.0)
    assert _joined(spans, 0.0, 10.0, 0.1) == (-3.0, 10.0)
    assert _joined(spans[:0], 0.0, 10.0, 1.0) == (0.0, 10.0)


@pytest.mark.parametrize("plan", [sample.bare_plan(), sample.plan(sample.empty_storey()), sample.plan()])
def test_a_blank_sheet_gives_a_picture(plan: FloorPlan) -> None:
    assert (picture(plan, sample.blank_drawing()) == PAPER).all(axis=2).mean() > 0.3


def test_a_plan_without_storeys_shows_its_bodies_and_lines() -> None:
    lines = LineSet(np.array([[0.0, 0.0]]), np.array([[8.0, 5.0]]), ("0",), ("linework",))
    body = Solids(
        vertices=Ragged(np.array([[1.0, 1, 0], [3, 1, 0], [1, 3, 2]]), np.array([0, 3])),
        triangles=Ragged(np.array([[0.0, 1, 2]]), np.array([0, 1])),
        layer=("0",),
        category=("solid",),
        handles=((),),
    )
    bare = picture(sample.bare_plan(), sample.drawing())
    shown = picture(replace(sample.bare_plan(), lines=lines, solids=body), sample.drawing())
    assert (shown != bare).any()


@pytest.mark.parametrize("scale", [1e-6, 1e9])
def test_drawings_of_any_size_are_shown(scale: float) -> None:
    board = Board(scale=scale, shift=(scale * 7e5, -scale * 3e5))
    board.room((0.0, 0.0), (8.0, 5.0))
    affine = np.array([[1 / scale, 0.0, -7e5], [0.0, 1 / scale, 3e5]])
    shown = Shown(replace(sample.storey(), affine=affine), board.sheet())
    assert near(shown.at(0.1, 2.5), mixed(planview.WALL[WallKind.SOLID], 0.7))


def test_a_line_far_away_does_not_shrink_the_plan() -> None:
    board = Board(scale=sample.UNITS, shift=sample.ORIGIN)
    board.room((0.0, 0.0), (8.0, 5.0))
    board.line((1e7, 1e7), (1e7 + 1, 1e7))
    assert Shown(sample.storey(), board.sheet()).view.scale > 50
    assert picture(sample.plan(), board.sheet()).std() > 5


def test_coordinates_that_are_not_finite_are_left_out() -> None:
    linework = sample.drawing()
    start = linework.strokes.start.copy()
    start[0] = np.nan
    start[1] = np.inf
    broken = replace(linework, strokes=replace(linework.strokes, start=start))
    assert near(Shown(sample.storey(), broken).at(0.1, 2.5), mixed(planview.WALL[WallKind.SOLID], 0.7))


def many(count: int) -> Storey:
    """A field of rooms, each with a wall."""
    flat, same = sample.storey(), np.zeros(count, np.intp)
    x, y = np.divmod(np.arange(count), round(count**0.5))
    x, y = x * 6.0, y * 6.0
    rooms, walls = flat.rooms.take(same), flat.walls.take(same)
    return replace(
        sample.empty_storey(),
        rooms=replace(
            rooms,
            footprint=np.asarray(shapely.box(x, y, x + 5.8, y + 5.8), dtype=object),
            anchor=np.stack([x + 3, y + 3], axis=1),
            name=tuple(f"ROOM {k}" for k in range(count)),
        ),
        walls=replace(walls, footprint=np.asarray(shapely.box(x, y + 5.8, x + 6, y + 6), dtype=object)),
    )


def test_many_rooms_take_bounded_memory() -> None:
    tracemalloc.start()
    try:
        pixels = picture(sample.plan(many(1600)), sample.blank_drawing())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert pixels.std() > 10
    assert peak < 120e6
