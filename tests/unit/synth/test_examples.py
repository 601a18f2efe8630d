from pathlib import Path

import numpy as np
import pymupdf
import pytest

from pipelines.synth import plots
from pipelines.synth.examples import files, main
from pipelines.synth.pixels import rasterise

EXAMPLES = Path(__file__).parents[3] / "examples"


PLOTS = ("flat.pdf", "house-converter.pdf")


@pytest.mark.parametrize("name", [name for name in files() if name.endswith(".dxf")])
def test_an_example_is_what_its_script_makes(name: str) -> None:
    assert files()[name]() == (EXAMPLES / name).read_bytes()


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_is_what_its_script_makes(name: str) -> None:
    # Streams are compared unpacked: versions of zlib pack them differently.
    assert unpacked(files()[name]()) == unpacked((EXAMPLES / name).read_bytes())


def test_the_scan_is_what_its_script_makes() -> None:
    made, kept = (rasterise(data, 75).astype(int) for data in (plots.scan(), (EXAMPLES / "flat-scan.pdf").read_bytes()))
    assert made.shape == kept.shape
    assert np.abs(made - kept).mean() < 1


def test_plots_hold_vectors_and_the_scan_a_picture() -> None:
    counts = {}
    for name in (*PLOTS, "flat-scan.pdf"):
        with pymupdf.open(EXAMPLES / name) as doc:
            page = doc[0]
            counts[name] = len(page.get_cdrawings()), len(page.get_text("words")), len(page.get_images())
    assert counts["flat.pdf"][0] > 200
    assert counts["flat.pdf"][1] > 40
    assert counts["house-converter.pdf"][0] > 3000
    assert counts["house-converter.pdf"][1:] == (0, 0)
    assert counts["flat-scan.pdf"] == (0, 0, 1)


def unpacked(data: bytes) -> list[bytes]:
    with pymupdf.open(stream=data) as doc:
        return [doc.xref_stream(xref) or doc.xref_object(xref).encode() for xref in range(1, doc.xref_length())]


def test_the_folder_holds_the_examples_and_a_line_on_each() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {*files(), "README.md"}
    told = (EXAMPLES / "README.md").read_text("utf-8")
    assert all(f"`{name}`" in told for name in files())


def test_examples_are_of_a_size_to_be_sent_around() -> None:
    for path in (EXAMPLES / name for name in files()):
        assert 5_000 < path.stat().st_size < 400_000


def test_the_script_writes_all_of_them(tmp_path: Path) -> None:
    assert main([str(tmp_path / "made")]) == 0
    assert {path.name for path in (tmp_path / "made").iterdir()} == set(files())
