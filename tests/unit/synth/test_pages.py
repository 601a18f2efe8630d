import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipelines.plan import OpeningKind
from pipelines.report import plain
from pipelines.synth.accuracy import boxes, pages, pairs, papertables, parts, same
from pipelines.synth.accuracy.__main__ import UNSEEN_PAIRS, UNSEEN_PLOTS, UNSEEN_SCANS, main
from pipelines.synth.accuracy.kept import Kept
from pipelines.synth.accuracy.pairs import Pair
from pipelines.synth.accuracy.paper import Case, Result, Spot, measure, on_page, sheet
from pipelines.synth.accuracy.score import StoreyScore, Tally, mapped, wall_iou
from pipelines.synth.building import build
from pipelines.synth.paper.page import Writer
from pipelines.synth.plot import random_plot
from pipelines.synth.training.score import Count

PERFECT = StoreyScore(
    1.0, 1.0, Tally(5), Tally(8), Tally(1), kinds=(5, 5), hands=(4, 4), rooms=6, found_rooms=6, right_rooms=6,
    named_rooms=(6, 6), columns=Tally(),
)  # fmt: skip
POOR = replace(PERFECT, iou=0.3, doors=Tally(1, 1, 4), right_rooms=2)
FACETS = sheet(Case(1)).facets | {"scale by": "doors", "dpi": "150", "kind": "photo"}


def result(name: str, *storeys: StoreyScore, scale: float = 1.0, error: str = "", **facet: str) -> Result:
    straight = tuple(1.0 for _ in storeys)
    return Result(name, FACETS | facet, storeys, straight, scale, "doors", True, 1.0, 0.5, error)


def test_every_writer_and_density_has_as_many_pages_each_of_another_building() -> None:
    plots, scans = pages.plots(7, 3), pages.scans(7, 2)
    assert sorted(case.writer for case in plots) == sorted(list(Writer) * 3)
    assert sorted(case.dpi for case in scans) == [100, 100, 150, 150, 200, 200]
    assert len({case.seed for case in plots}) == 30
    assert min(case.seed for case in plots + scans) == 7


def test_measuring_uses_seeds_of_its_own() -> None:
    begins = sorted([UNSEEN_PLOTS, UNSEEN_SCANS, UNSEEN_PAIRS])
    assert begins[0] > 3_000_200
    assert np.diff(begins).min() > 10_000


@pytest.mark.parametrize("writer", [Writer.LAYERED, Writer.CONVERTER])
def test_a_true_plan_lies_on_itself_wherever_its_page_was_turned_or_refitted(writer: Writer) -> None:
    plot = random_plot(5, writer=writer)
    true = plot.layout.plan.storeys[0]
    at = next(each.frame.at for each in plot.placed if each.kind == "plan")
    # As a reader would have found it: its affine takes the page's millimetres to metres that begin elsewhere.
    metres = plot.printed.ratio / 1000
    back = np.linalg.inv(on_page(plot))
    origin = (back @ [*at, 1.0])[:2]
    found = replace(true, affine=np.array([[metres, 0, -metres * origin[0]], [0, metres, -metres * origin[1]]]))
    spot = Spot.of(true, found, on_page(plot), at)
    assert spot.scale == pytest.approx(1, abs=1e-6)
    assert spot.angle == pytest.approx(0, abs=1e-9)
    assert wall_iou(true, mapped(found, spot.matrix(1.0)))[0] == pytest.approx(1, abs=1e-6)


def test_a_wrong_scale_costs_wall_iou_but_not_at_the_true_scale() -> None:
    plot = random_plot(5, writer=Writer.LAYERED)
    true = plot.layout.plan.storeys[0]
    at = next(each.frame.at for each in plot.placed if each.kind == "plan")
    metres = 1.1 * plot.printed.ratio / 1000
    origin = (np.linalg.inv(on_page(plot)) @ [*at, 1.0])[:2]
    larger = mapped(true, np.array([[1.1, 0, 0], [0, 1.1, 0]]))
    found = replace(larger, affine=np.array([[metres, 0, -metres * origin[0]], [0, metres, -metres * origin[1]]]))
    spot = Spot.of(true, found, on_page(plot), at)
    assert spot.scale == pytest.approx(1.1)
    assert wall_iou(true, mapped(found, spot.matrix(1.0)))[0] < 0.3
    assert wall_iou(true, mapped(found, spot.matrix(1 / spot.scale)))[0] == pytest.approx(1, abs=1e-6)


def test_a_plot_is_measured_from_file_to_score(tmp_path: Path) -> None:
    found = measure(Case(3, Writer.LAYERED), None, tmp_path)
    assert not found.error
    assert found.scale_right
    assert found.storeys_right
    assert min(found.straight) > 0.9
    assert min(storey.doors.f1 for storey in found.storeys) > 0.9
    assert {path.name for path in tmp_path.iterdir()} == {"3-layered.pdf", "3-layered.png"}
    assert pages.restored(json.loads(json.dumps(plain(found)))).storeys[0].doors == found.storeys[0].doors


def test_results_that_are_kept_are_not_measured_again(tmp_path: Path) -> None:
    store = Kept(tmp_path / "pdf.jsonl", pages.restored)
    known = result("7-layered", POOR)
    store.path.write_text(json.dumps(plain(known)) + "\n", "utf-8")
    assert list(store.measured([Case(7, Writer.LAYERED)], measure, 1)) == [known]


def test_a_summary_takes_all_storeys_together_and_counts_scales() -> None:
    results = [result("a", PERFECT, PERFECT), result("b", POOR, scale=1.02), result("c", POOR, error="crash")]
    total = papertables.summary(results)
    assert total.found.doors == Tally(12, 2, 8)
    assert total.found.iou[0] == pytest.approx(0.65)
    assert total.scale == pytest.approx(2 / 3)
    assert total.failed == 1
    assert papertables.breakdown(results, "scale by")[2].startswith("| doors | 3 |")
    assert papertables.worst([*results, result("d", PERFECT)], 2, ("walls",))[2].startswith("| b |")
    assert any(
        "| scale within 1 % | 66.7% | 98 % |" in line for line in papertables.overall(results, papertables.VECTORS)
    )


def test_sections_hold_every_table_and_picture() -> None:
    results = [result(f"{k}-flat", PERFECT if k else POOR) for k in range(10)]
    told = pages.vectors_section(results, 0, ["pictures/accuracy-pdf-0-flat.png"], with_file=False)
    assert "### By writer" in told
    assert "![accuracy-pdf-0-flat](pictures/accuracy-pdf-0-flat.png)" in told
    assert "### By dpi" in pages.scans_section(results, 0, [], with_file=True)


def test_a_part_of_the_document_is_written_anew_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "docs" / "accuracy.md"
    parts.put(path, "scan", "scans")
    parts.put(path, "dxf", "drawings\n\n## All drawings\n")
    parts.put(path, "scan", "scans again")
    assert path.read_text("utf-8") == "# Accuracy\n\ndrawings\n\n## All drawings\n\n## Scans\n\nscans again\n"


def test_the_box_of_a_door_holds_its_swing_and_that_of_a_double_door_is_two() -> None:
    openings = build(5001, "flat").plan.storeys[0].openings
    door = next(k for k, kind in enumerate(openings.kind) if kind == OpeningKind.DOOR)
    one = replace(openings, swing=np.ones(len(openings), np.int32), direction=np.tile([1.0, 0.0], (len(openings), 1)))
    (corners,) = boxes.symbols(one, door)
    away = corners - one.center[door]
    width, depth = float(one.width[door]), float(one.depth[door])
    assert away.min(axis=0) == pytest.approx([-width / 2, -depth / 2])
    assert away.max(axis=0) == pytest.approx([width / 2, width])
    double = replace(one, kind=(OpeningKind.DOUBLE_DOOR,) * len(one))
    left, right = boxes.symbols(double, door) - one.center[door]
    assert left[:, 0].max() == pytest.approx(right[:, 0].min()) == pytest.approx(0)
    assert left[:, 1].max() == pytest.approx(max(width / 2, depth / 2))


def test_real_scans_are_told_one_by_one_and_together() -> None:
    one = boxes.Real("10_png", {"door": Count(3, 1, 0), "window": Count(1, 0, 1)}, {"door": Count(), "window": Count()})
    told = boxes.section([one, one])
    assert "| 10 | 0.86 (3 of 3, 1 wrong)" in told
    assert "**0.80**" in told
    assert boxes.sum_of([one, one])["door"] == Count(6, 2, 0)
    assert list(boxes.measure(Path("nowhere"))) == []


def test_a_drawing_is_compared_as_dxf_and_as_pdf_where_both_lie() -> None:
    pair = same.compare(Case(30, Writer.LAYERED))
    assert not pair.error
    assert pair.iou > 0.95
    assert pair.doors[0] > 5
    assert pair.doors[1:] == (0, 0)
    assert pair.windows[0] > 5
    assert pair.away < pairs.SAME
    assert pair.scale == pytest.approx(1, abs=1e-3)
    assert "The same within 2 cm: **" in same.section([pair], 30)


def test_models_that_differ_are_not_the_same() -> None:
    pair = Pair("1-flat", 1.0, (5, 0, 0), (4, 0, 0), (3, 0, 0), 0.01, 1.0)
    assert pair.same
    assert not replace(pair, away=0.03).same
    assert not replace(pair, doors=(4, 1, 0)).same
    assert not replace(pair, iou=0.99).same
    assert replace(pair, away=float("nan")).same


def test_pairs_are_kept_as_they_were(tmp_path: Path) -> None:
    known = [Pair("1-flat", 1.0, (5, 0, 0), (4, 0, 1), (3, 0, 0), 0.01, 1.0), Pair("2-flat", error="pdf: no drawing")]
    store = Kept(tmp_path / "same.jsonl", Pair.restored)
    store.path.write_text("".join(json.dumps(plain(each)) + "\n" for each in known), "utf-8")
    assert pairs.lines(list(store.measured(known, same.compare, 1))) == pairs.lines(known)


def test_a_storey_that_one_model_has_alone_is_not_the_same() -> None:
    storey = build(5001, "flat").plan.storeys[0]
    doors = sum(kind.is_door for kind in storey.openings.kind)
    whole, lost = (pairs.judged("1-flat", [(storey, other)], 1.0) for other in (storey, None))
    assert whole.same
    assert whole.rooms == (len(storey.rooms), 0, 0)
    assert (lost.iou, lost.doors, lost.rooms) == (0.0, (0, doors, 0), (0, len(storey.rooms), 0))


def test_one_plot_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "3", "--kind", "pdf", "--writer", "layered"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "3-layered"


def test_published_pictures_are_small(tmp_path: Path) -> None:
    measure(Case(3, Writer.LAYERED), None, tmp_path)
    assert len(pages.small((tmp_path / "3-layered.png").read_bytes())) < 150_000
