"""The demo: its table, and a page that opens from a disk and needs nothing else."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import geojson
from pipelines.demo import page
from pipelines.demo.__main__ import main, table
from pipelines.demo.made import Made, size
from tests.unit import sample


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A flat of two storeys, converted."""
    storey = {
        "walls": 5,
        "rooms": 2,
        "room_area": 34.04,
        "openings": {"door": 1, "sliding_door": 2, "opening": 7, "window": 3},
    }
    folder = tmp_path / "flat"
    folder.mkdir()
    report = {
        "units": {"name": "mm"},
        "storeys": [storey, storey],
        "model": {"bytes": 1_234_567},
        "warnings": ["Check <this>."],
    }
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    (folder / "model.glb").write_bytes(b"glTF\x02")
    (folder / "plan.geojson").write_bytes(geojson.write(sample.plan(sample.storey(), sample.empty_storey())))
    return Made.read("flat", folder, 1.25)


def test_a_row_adds_up_the_storeys(made: Made) -> None:
    assert made.row() == {
        "drawing": "flat",
        "drawn": "in mm",
        "storeys": "2",
        "walls": "10",
        "doors": "6",
        "windows": "6",
        "rooms": "4",
        "area": "68.1 m²",
        "model": "1.2 MB",
        "time": "1.2 s",
        "warnings": "1",
    }


@pytest.mark.parametrize(
    ("ratio", "confidence", "drawn"),
    [(50.0, 0.99, "at 1:50"), (100.0, 0.5, "at about 1:100"), (None, 0.4, "at about 1:96.3")],
)
def test_paper_has_a_scale_instead_of_a_unit(made: Made, ratio: float | None, confidence: float, drawn: str) -> None:
    scale = {"ratio": ratio, "metres_per_mm": 0.0963, "confidence": confidence}
    pages = [{"used": False, "scale": None}, {"used": True, "scale": scale}]
    paper = replace(made, report=made.report | {"read": {"pages": pages}})
    assert paper.row()["drawn"] == drawn
    assert f"drawn {drawn} · " in page.render([paper])


def test_a_walk_begins_in_the_largest_room_or_nowhere(made: Made) -> None:
    assert made.starts() == [[2.5, -3.5], None]


def test_the_table_lines_numbers_up_on_the_right() -> None:
    rows = [{"drawing": "a", "walls": "5"}, {"drawing": "office", "walls": "1234"}]
    assert table(rows) == "drawing  walls\na            5\noffice    1234\n"
    assert table([]) == ""


def test_the_page_leads_to_every_file_and_holds_every_warning(made: Made) -> None:
    html = page.render([made])
    assert all(f'href="flat/{name}"' in html for name in page.FILES)
    assert "Check &lt;this&gt;." in html
    assert "{{" not in html


def test_the_page_needs_no_network(made: Made) -> None:
    html = page.render([made])
    assert not re.search(r"https?://|src=\"//|@import", html)


def test_names_are_escaped(made: Made) -> None:
    html = page.render([replace(made, name='a"<b>&')])
    assert "<b>" not in html
    assert 'href="a%22%3Cb%3E%26/model.glb"' in html


def test_a_drawing_that_failed_is_shown_with_its_reason(made: Made) -> None:
    html = page.render([made, Made("bad", made.folder, 0.1, error="not_a_drawing: <zip>")])
    assert "not_a_drawing: &lt;zip&gt;" in html
    assert "bad/model.glb" not in html


def test_the_model_stands_beside_the_page_as_a_script(made: Made) -> None:
    written = page.write([made], made.folder.parent)
    assert written == made.folder.parent / "index.html"
    script = (made.folder / "model.js").read_text(encoding="utf-8")
    assignment = re.fullmatch(r'models\["flat"\] = (.*);\n', script)
    assert assignment
    model = json.loads(assignment[1])
    assert base64.b64decode(model["glb"]) == b"glTF\x02"
    assert model["starts"] == made.starts()


def test_a_folder_without_drawings_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path, tmp_path / "out") == 1
    assert "make examples" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("count", "words"), [(999, "1 kB"), (140_312, "140 kB"), (2_500_000, "2.5 MB")])
def test_sizes_are_written_as_one_reads_them(count: int, words: str) -> None:
    assert size(count) == words
