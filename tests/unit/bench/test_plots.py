import json
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

from tests.bench import plots_page
from tests.bench.plotted import SIZES, write_plotted, write_scanned

PART = [0.5, 0.4, 100_000_000]
RUN = {"parts": {"read": PART, "plan": [1.5, 1.0, 300_000_000]}, "wall": 2.5, "cpu": 2.0}
MEASURED = {
    "load": 3.2,
    "cores": 2,
    "first": "50,000 paths",
    "runs": {"50,000 paths": RUN, "180,000 paths": {"failure": "out of time (300 s)", "parts": {}}, "A1 scan": RUN},
    "start": [{"parts": {}, "wall": 0.5, "cpu": 0.4}],
    "detectors": {"ONNX Runtime": {"parts": {"open": PART, "look": PART}}},
}


def test_a_plot_has_as_many_paths_as_were_asked_for_and_is_the_same_each_time(tmp_path: Path) -> None:
    one, other = tmp_path / "one.pdf", tmp_path / "other.pdf"
    assert write_plotted(one, 4000) == write_plotted(other, 4000) == pytest.approx(4000, abs=2)
    assert one.read_bytes() == other.read_bytes()
    with pymupdf.open(one) as document:
        assert len(document) == 1
        assert "Bedroom" in document[0].get_text()


def test_a_scan_is_a_page_of_its_size_that_holds_a_picture_alone(tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    pixels = write_scanned(file, "A4", 100)
    with pymupdf.open(file) as document:
        page = document[0]
        assert (page.rect.width, page.rect.height) == pytest.approx([side / 25.4 * 72 for side in SIZES["A4"]], abs=0.1)
        assert not page.get_drawings()
        assert [(image[2], image[3]) for image in page.get_images()] == [pixels]


def test_a_child_tells_what_each_stage_of_a_conversion_took(tmp_path: Path) -> None:
    file = tmp_path / "plot.pdf"
    write_plotted(file, 1500)
    command = [sys.executable, "-m", "tests.bench.plots_child", "convert", str(file)]
    told = subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[3])
    parts = json.loads(told.stdout)
    assert {"read", "expand", "views", "plan", "build", "write"} <= parts.keys()
    assert all(wall >= 0 and cpu >= 0 and held > 10_000_000 for wall, cpu, held in parts.values())


def test_the_page_tells_which_aims_are_reached() -> None:
    told = plots_page.section(MEASURED, "machine")
    assert "| 50,000 paths | under 3 s | 2.00 s, on a processor 1.40 s | yes |" in told
    assert "| 180,000 paths | under 6 s | out of time (300 s) | **no** |" in told
    assert "| peak memory | under 2 GB | 300 MB (50,000 paths) | yes |" in told
    assert "| ONNX Runtime | 0.50 s, 0.40 s | 0.50 s, 0.40 s |" in told
    assert told.startswith(plots_page.HEAD)
