from __future__ import annotations

from dataclasses import replace

import numpy as np
import pymupdf
import pytest
import shapely

from pipelines.plan import OpeningKind
from pipelines.synth.building import build
from pipelines.synth.drawing.compose import compose
from pipelines.synth.drawing.rounded import symbol
from pipelines.synth.drawing.symbols import NAMES
from pipelines.synth.fitting import PROGRAM
from pipelines.synth.hands import BY_KEY
from pipelines.synth.layout import solid
from pipelines.synth.paper.shapes import resolved, spread
from pipelines.synth.pdf import Writer
from pipelines.synth.pixels import Wear
from pipelines.synth.plot import Scan, bound, hand, plotted, random_plot, random_scan, scanned
from pipelines.synth.sheet import Measure, Sheet
from pipelines.synth.style import Style, WallStyle, WindowStyle

STYLE = Style(convention=BY_KEY["english"])


def test_a_seed_gives_the_same_plot_and_the_same_scan() -> None:
    assert random_plot(7).printed.data == random_plot(7).printed.data
    one, other = random_scan(7, 50), random_scan(7, 50)
    assert (one.image == other.image).all()
    assert one.pdf() == other.pdf()


def test_plots_differ_in_what_only_plots_choose() -> None:
    styles = [hand(seed, imperial=False) for seed in range(60)]
    assert random_plot(7).style == hand(7, imperial=random_plot(7).layout.imperial)
    assert {style.rounded for style in styles} == {True, False}
    assert {style.chains for style in styles} == {True, False}
    assert WindowStyle.CASEMENT in {style.windows for style in styles}


@pytest.mark.parametrize("wear", [Wear(), Wear(turn=2.0, perspective=0.03, blur=0.5, noise=4.0, tone=240.0)])
def test_walls_are_dark_and_doors_are_not_where_the_truth_says(wear: Wear) -> None:
    layout = build(5001, "flat")
    style = replace(STYLE, walls=WallStyle.SOLID, room_names=False, furniture=False, axes=False)
    plot = plotted(layout, style, 11, Writer.FLAT)
    scan = scanned(plot, 150, wear=wear)
    storey = layout.plan.storeys[0]
    place = plot.placed[0].frame
    inside = shapely.buffer(solid(storey), -0.04)
    rng = np.random.default_rng(0)
    low, high = (np.array(each) for each in (plot.placed[0].low, plot.placed[0].high))
    spots = rng.uniform(low, high, (4000, 2))
    walls = spots[shapely.contains_xy(inside, *spots.T)]
    rooms = shapely.union_all(shapely.buffer(storey.rooms.footprint, -0.15))
    doors = [k for k, kind in enumerate(storey.openings.kind) if kind != OpeningKind.WINDOW]
    swings = shapely.union_all(
        [shapely.Point(storey.openings.center[k]).buffer(1.2 * float(storey.openings.width[k])) for k in doors]
    )
    free = spots[shapely.contains_xy(shapely.difference(rooms, swings), *spots.T)]
    dark, bright = (tone(scan, [place.point((float(x), float(y))) for x, y in each]) for each in (walls, free))
    assert len(walls) > 100
    assert np.median(bright) - np.median(dark) > 20
    assert (dark < (np.median(dark) + np.median(bright)) / 2).mean() > 0.98
    assert (bright > (np.median(dark) + np.median(bright)) / 2).mean() > 0.98


def tone(scan: Scan, spots: list[tuple[float, float]]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    rows = np.column_stack([np.array(spots), np.ones(len(spots))]) @ scan.matrix.T
    x, y = (rows[:, :2] / rows[:, 2:]).astype(int).T
    return np.asarray(scan.image[y, x])


def test_a_scan_s_file_is_as_large_as_what_was_scanned() -> None:
    scan = random_scan(4, 100)
    with pymupdf.open(stream=scan.pdf()) as doc:
        size = doc[0].rect.width / 72 * 25.4, doc[0].rect.height / 72 * 25.4
    assert size == pytest.approx(scan.plot.printed.paper.page, abs=0.3)
    assert scan.ratio == scan.plot.printed.ratio


@pytest.mark.parametrize("writer", [Writer.FLAT, Writer.LAYERED, Writer.NESTED, Writer.CONVERTER])
def test_views_are_bound_as_pages_of_one_file(writer: Writer) -> None:
    layout = build(5005, "house", storeys=2)
    plots = bound(layout, replace(STYLE, views=("elevation",), title_block=True), 5, writer)
    assert [plot.placed[0].kind for plot in plots] == ["plan", "plan", "elevation"]
    assert [plot.placed[0].level for plot in plots] == [0, 1, 0]
    assert {plot.printed.data for plot in plots} == {plots[0].printed.data}
    with pymupdf.open(stream=plots[0].printed.data) as doc:
        assert len(doc) == 3
        names = [each["name"] for each in doc.get_ocgs().values()]
        assert len(names) == len(set(names))
        for plot in plots:
            page, paper = doc[plot.printed.page], plot.printed.paper
            assert page.rect.width == pytest.approx(paper.page[0] / 25.4 * 72, abs=0.01)
            assert len(page.get_cdrawings()) > 15
            low, high = (plot.printed.affine @ (*plot.placed[0].frame.point(each), 1.0) for each in
                         (plot.placed[0].low, plot.placed[0].high))  # fmt: skip
            assert page.rect.contains(pymupdf.Rect(low[0], high[1], high[0], low[1]))


@pytest.mark.parametrize("name", NAMES)
def test_rounded_symbols_stay_on_their_footprint(name: str) -> None:
    sizes = {piece.name: (piece.width, piece.depth) for pieces in PROGRAM.values() for piece in pieces}
    w, d = sizes.get(name, (0.9, 0.9))
    sheet = Sheet(symbol(name, "Furniture", w, d))
    assert len(list(resolved(sheet, STYLE))) > 1
    low, high = spread(sheet)
    chairs = 0.62 if name in ("table", "desk") else 0.01
    assert min(low) > -chairs
    assert high[0] < w + chairs
    assert high[1] < d + chairs


def test_chains_measure_openings_walls_and_the_whole_on_all_sides() -> None:
    layout = build(5001, "flat")
    storey = layout.plan.storeys[0]
    sheet = compose(layout, replace(STYLE, chains=True), 5001).sheet
    measures = [mark for mark in sheet.marks if isinstance(mark, Measure)]
    shift = np.array(compose(layout, STYLE, 5001).placed[0].frame.at)
    low, high = (np.array(each) + shift for each in (shapely.total_bounds(storey.walls.footprint).reshape(2, 2)))
    for axis in (0, 1):
        lengths = [abs(m.second[axis] - m.first[axis]) for m in measures if abs(m.second[axis] - m.first[axis]) > 0]
        assert sum(length == pytest.approx(high[axis] - low[axis]) for length in lengths) >= 2
        outer = [k for k, host in enumerate(storey.openings.host) if storey.walls.layer[host] == "outer"]
        wide = [storey.openings.width[k] for k in outer if abs(storey.openings.direction[k, axis]) > 0.99]
        assert wide
        for width in wide:
            assert any(length == pytest.approx(width) for length in lengths)
    edges = [m.base[1] for m in measures if m.angle == 0]
    assert min(edges) < low[1]
    assert max(edges) > high[1]
