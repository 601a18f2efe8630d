"""The same drawing as DXF and as a PDF that another program plotted from it gives the same model."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from ezdxf import filemanagement
from ezdxf.addons.drawing import config, layout
from ezdxf.addons.drawing.frontend import Frontend
from ezdxf.addons.drawing.properties import RenderContext
from ezdxf.addons.drawing.pymupdf import PyMuPdfBackend

from pipelines.options import ConvertOptions
from pipelines.plan import Storey
from pipelines.synth.accuracy.score import mapped, score
from pipelines.understand import Understanding, understand

EXAMPLES = Path(__file__).parents[2] / "examples"
RATIO = 100.0
#: Walls may differ by what is thinner than 2 cm, and by this share of their area.
APART = 0.01


def plotted(source: Path, metres_per_unit: float, policy: config.ColorPolicy, folder: Path) -> Path:
    """The modelspace at 1:100 on a page that fits."""
    document = filemanagement.readfile(source)
    backend = PyMuPdfBackend()
    settings = config.Configuration(background_policy=config.BackgroundPolicy.WHITE, color_policy=policy)
    Frontend(RenderContext(document), backend, config=settings).draw_layout(document.modelspace())
    page = layout.Page(0, 0, layout.Units.mm, layout.Margins.all(15), max_width=100_000, max_height=100_000)
    scale = layout.Settings(scale=metres_per_unit * 1000 / RATIO, fit_page=False)
    target = folder / f"{source.stem}.pdf"
    target.write_bytes(backend.get_pdf_bytes(page, settings=scale))
    return target


def middle(storey: Storey) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Middle of the rectangle around the walls."""
    box = np.asarray(shapely.union_all(storey.walls.footprint).bounds)
    return np.asarray((box[:2] + box[2:]) / 2)


def same(drawn: Storey, printed: Storey) -> None:
    shift = middle(drawn) - middle(printed)
    result = score(drawn, mapped(printed, np.column_stack([np.eye(2), shift])))
    assert result.tolerant_iou > 1 - APART
    openings = result.doors + result.windows + result.bare
    assert (openings.extra, openings.missed) == (0, 0)
    right, found = result.kinds
    assert right == found
    assert result.right_rooms == result.rooms == result.found_rooms


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("flat", config.ColorPolicy.BLACK),
        ("flat-wide-polylines", config.ColorPolicy.BLACK),
        ("house-two-storeys", config.ColorPolicy.BLACK),
        ("inches-declared-mm", config.ColorPolicy.BLACK),
        ("office", config.ColorPolicy.BLACK),
    ],
)
def test_a_plot_gives_the_model_of_its_drawing(name: str, policy: config.ColorPolicy, tmp_path: Path) -> None:
    source = EXAMPLES / f"{name}.dxf"
    drawn: Understanding = understand(source, ConvertOptions())
    target = plotted(source, drawn.units.metres_per_unit, policy, tmp_path)
    printed = understand(target, ConvertOptions(scale=RATIO))
    assert len(printed.plan.storeys) == len(drawn.plan.storeys)
    for one, other in zip(drawn.plan.storeys, printed.plan.storeys, strict=True):
        same(one, other)
