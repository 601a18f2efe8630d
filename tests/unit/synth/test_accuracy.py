import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.plan import OpeningKind
from pipelines.synth.accuracy import document, real, tables
from pipelines.synth.accuracy.__main__ import UNSEEN, main
from pipelines.synth.accuracy.sample import Result, facets, measure
from pipelines.synth.accuracy.score import StoreyScore, Tally
from pipelines.synth.draw import random_drawing

DATA = Path(__file__).parents[4] / "shared" / "data"

PERFECT = StoreyScore(
    1.0, 1.0, Tally(5), Tally(8), Tally(1), kinds=(5, 5), hands=(4, 4), rooms=6, found_rooms=6, right_rooms=6,
    named_rooms=(6, 6), columns=Tally(),
)  # fmt: skip
POOR = replace(PERFECT, iou=0.3, tolerant_iou=0.4, doors=Tally(1, 1, 4), right_rooms=2)


def result(seed: int, *storeys: StoreyScore, error: str = "", **facet: str) -> Result:
    told = facets(random_drawing(1)) | facet
    return Result(
        seed, told, storeys, unit_right=not error, storeys_right=True, views_right=True, kinds=(1, 1), seconds=0.1,
        error=error,
    )  # fmt: skip


def test_a_summary_takes_all_storeys_together() -> None:
    total = tables.summary([result(1, PERFECT, PERFECT), result(2, POOR, error="crash")])
    assert total.drawings == 2
    assert total.found.iou[0] == 1
    assert total.found.iou[1] == pytest.approx(0.44)
    assert total.found.doors == Tally(11, 1, 4)
    assert total.found.rooms == pytest.approx(14 / 18)
    assert total.units == 0.5
    assert total.failed == 1


def test_a_breakdown_has_the_weakest_first() -> None:
    lines = tables.breakdown([result(1, PERFECT, walls="outline"), result(2, POOR, walls="solid")], "walls")
    assert lines[2].startswith("| solid | 1 |")
    assert lines[3].startswith("| outline | 1 |")


def test_the_worst_come_first_with_what_went_wrong() -> None:
    lines = tables.worst([result(1, PERFECT), result(2, POOR), result(3, POOR, error="Trace\nValueError: x | y")], 2)
    assert len(lines) == 4
    assert not any(line.startswith("| 1 |") for line in lines)
    assert any(r"ValueError: x \| y" in line for line in lines)


def test_a_drawing_is_ranked_by_its_worst_storey() -> None:
    assert result(1, PERFECT, POOR).worst == result(2, POOR).worst < result(3, PERFECT).worst == 1


def test_a_plain_drawing_is_measured_from_file_to_score(tmp_path: Path) -> None:
    found = measure(9, overlay=tmp_path)
    assert not found.error
    assert found.unit_right
    assert len(found.storeys) == len(random_drawing(9).layout.plan.storeys)
    assert (tmp_path / "9.dxf").read_bytes() == random_drawing(9).data
    assert (tmp_path / "9.png").read_bytes().startswith(b"\x89PNG")


def test_the_command_writes_results_pictures_and_the_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build, doc = tmp_path / "build", tmp_path / "docs" / "accuracy.md"
    asked = [
        "--kind",
        "dxf",
        "--dev",
        "--seed",
        "20",
        "--count",
        "3",
        "--jobs",
        "1",
        "--build",
        str(build),
        "--write",
        str(doc),
    ]
    build.mkdir()
    (build / "7.png").write_bytes(b"of an earlier run")
    assert main([*asked, "--real", str(tmp_path), "--by", "walls"]) == 0
    written = json.loads((build / "accuracy.json").read_text("utf-8"))
    assert [each["seed"] for each in written["results"]] == [20, 21, 22]
    assert len(list(build.glob("*.png"))) == 3
    told = doc.read_text("utf-8")
    assert "seeds 20 to 22" in told
    assert all(f"## By {facet}" in told for facet in document.FACETS)
    assert str(tmp_path) not in told
    assert "wall IoU, median" in capsys.readouterr().out


def test_one_seed_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "9"]) == 0
    assert json.loads(capsys.readouterr().out)["seed"] == 9


def test_seeds_to_develop_with_are_not_those_to_measure_with() -> None:
    assert UNSEEN > 100_000


def test_sizes_in_feet_and_inches_are_areas() -> None:
    assert real.area_of("13'8 x 14'") == pytest.approx(13.667 * 14 * 0.09290304, rel=1e-3)
    assert real.area_of("2'8 x 2'") == pytest.approx(0.4955, rel=1e-3)


def test_openings_are_paired_by_width_and_those_of_the_same_kind_first() -> None:
    door, slide = OpeningKind.DOOR, OpeningKind.SLIDING_DOOR
    tally, kinds = real.sized([(door, 0.76), (slide, 0.76), (door, 0.9)], [(slide, 0.75), (door, 0.78), (door, 1.2)])
    assert tally == Tally(right=2, extra=1, missed=1)
    assert kinds == (2, 2)
    tally, kinds = real.sized([(door, 0.76)], [(slide, 0.8)])
    assert tally == Tally(right=1)
    assert kinds == (0, 1)


def test_a_folder_without_truth_has_no_real_drawings(tmp_path: Path) -> None:
    assert real.measure(tmp_path) == []


@pytest.mark.skipif(not (DATA / "truth.json").is_file(), reason="no folder of real drawings beside the checkout")
def test_every_real_drawing_is_scored() -> None:
    facts = json.loads((DATA / "truth.json").read_text("utf-8"))
    named = Counter(name for name in facts if name.endswith(".dxf"))
    found = real.measure(DATA)
    assert Counter(each.name for each in found) == named
    assert len(real.lines(found)) == len(found) + 2
    assert not any(each.error for each in found)
