"""Scales of whole pages: of made sheets by seed, and of real drawings plotted by another program."""

from pathlib import Path

import numpy as np
import pytest
from ezdxf import recover
from ezdxf.addons.drawing.frontend import Frontend
from ezdxf.addons.drawing.layout import Page, Settings, Units
from ezdxf.addons.drawing.properties import RenderContext
from ezdxf.addons.drawing.pymupdf import PyMuPdfBackend

from pipelines.drafting.curves import restored
from pipelines.drafting.meaning import classify
from pipelines.pdf.extractor import Document
from pipelines.pdf.lettering import lettered
from pipelines.pdf.numerals import numerals
from pipelines.pdf.scale import measure
from pipelines.pdf.vectors import linework
from pipelines.report import ScaleReport
from pipelines.synth.building import build
from pipelines.synth.drawing.compose import compose
from pipelines.synth.pdf import Writer, draw_paper, write
from pipelines.synth.style import draw_style

DATA = Path(__file__).parents[4] / "shared" / "data"


def measured(path: Path) -> ScaleReport:
    with Document(path) as document:
        page = document.page(1)
    plain = linework(page)
    sheet = restored(lettered(plain))
    return measure(sheet, classify(sheet), page=page.size, drawn=numerals(plain, sheet))


@pytest.mark.parametrize("writer", [Writer.LAYERED, Writer.FLAT, Writer.LETTERED, Writer.OUTLINED, Writer.CONVERTER])
@pytest.mark.parametrize("seed", [5, 47])
def test_a_dimensioned_sheet_gives_its_scale_in_every_writers_hand(seed: int, writer: Writer, tmp_path: Path) -> None:
    layout = build(seed)
    style = draw_style(np.random.default_rng([seed, 2]), imperial=layout.imperial)
    sheet = compose(layout, style, seed).sheet
    printed = write(sheet, style, draw_paper(np.random.default_rng([seed, 5]), sheet, style, writer))
    path = tmp_path / "sheet.pdf"
    path.write_bytes(printed.data)
    found = measured(path)
    assert found.method == "dimensions"
    assert found.metres_per_mm * 1000 == pytest.approx(printed.ratio, rel=0.005)


@pytest.mark.skipif(not DATA.exists(), reason="the drawings for development are not here")
@pytest.mark.timeout(300)  # the other program takes most of it
def test_a_real_plan_plotted_without_words_gives_its_scale_by_drawn_dimensions(tmp_path: Path) -> None:
    drawing, _ = recover.readfile(DATA / "dxf" / "house-imperial.dxf")
    backend = PyMuPdfBackend()
    Frontend(RenderContext(drawing), backend).draw_layout(drawing.modelspace())
    path = tmp_path / "house.pdf"
    settings = Settings(scale=25.4 / 48, fit_page=False)
    path.write_bytes(backend.get_pdf_bytes(Page(0, 0, Units.mm, max_width=5000, max_height=5000), settings=settings))
    found = measured(path)
    assert (found.method, found.ratio) == ("dimensions", 48.0)


@pytest.mark.skipif(not DATA.exists(), reason="the drawings for development are not here")
def test_a_real_page_without_a_text_layer_is_as_wide_as_in_truth() -> None:
    path = DATA / "pdf" / "barcelona-plan.pdf"
    found = measured(path)
    with Document(path) as document:
        bounds = linework(document.page(1)).bounds()
    assert bounds is not None
    assert found.method == "dimensions"
    # The plinth is 52 m long; nothing is drawn beside it.
    assert float((bounds[1] - bounds[0])[0]) * found.metres_per_mm == pytest.approx(52.0, rel=0.003)
