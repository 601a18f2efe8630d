from __future__ import annotations

import dataclasses

from pipelines.report import (
    ConvertReport,
    ModelReport,
    PageReport,
    ReadReport,
    ScaleReport,
    StoreyReport,
    UnitReport,
    plain,
)
from runner.summary import summary

STOREY = StoreyReport(
    name="Ground floor",
    level=0,
    elevation=0.0,
    height=2.7,
    walls=10,
    wall_length=40.0,
    wall_area=8.0,
    openings={"door": 3, "double_door": 1, "window": 4, "opening": 2},
    found_by={"swing": 4, "glazing": 4, "gap": 2},
    columns=0,
    stairs=1,
    rooms=5,
    room_area=60.125,
    furniture=7,
    wall_method="layers",
)
REPORT = ConvertReport(
    source="plan.dxf",
    read=ReadReport(
        format="dxf",
        version="R2010",
        encoding="utf-8",
        encoding_method="header",
        reader="ezdxf",
        bytes=1000,
        entities={},
        layers=1,
        blocks=0,
    ),
    units=UnitReport(name="mm", metres_per_unit=0.001, confidence=0.9, declared="mm", method="evidence"),
    views=(),
    storeys=(STOREY, dataclasses.replace(STOREY, level=1, openings={"sliding_door": 1, "window": 2})),
    model=ModelReport(
        bytes=5000, nodes=3, primitives=3, vertices=30, triangles=20, lines=0, box=(0.0, 0.0, 0.0, 1.0, 1.0, 1.0)
    ),
    method="floor_plan",
    warnings=("The unit is a guess.",),
    timings={"read": 0.5, "plan": 0.25},
    peak_memory=100_000_000,
)


def test_the_figures_of_all_storeys_are_added() -> None:
    assert summary(plain(REPORT), source_bytes=1000, download=0.1, upload=0.2) == {
        "format": "dxf",
        "method": "floor_plan",
        "unit": "mm",
        "scale": None,
        "pages": [],
        "storeys": 2,
        "walls": 20,
        "doors": 5,
        "windows": 6,
        "rooms": 10,
        "area": 120.25,
        "triangles": 20,
        "source_bytes": 1000,
        "bytes": 5000,
        "seconds": 0.75,
        "timings": {"download": 0.1, "read": 0.5, "plan": 0.25, "upload": 0.2},
        "peak_memory": 100_000_000,
        "warnings": ["The unit is a guess."],
    }


def page(number: int, *, used: bool, scale: ScaleReport | None) -> PageReport:
    return PageReport(
        number=number,
        width=420.0,
        height=297.0,
        rotation=0,
        content="vector",
        paths=100,
        words=10,
        images=0,
        used=used,
        scale=scale,
    )


def test_a_document_says_which_pages_were_used_and_how_sure_their_scale_is() -> None:
    scale = ScaleReport(ratio=None, metres_per_mm=0.0963, confidence=0.4, method="doors", evidence=("7 doors.",))
    pages = (page(1, used=False, scale=None), page(2, used=True, scale=scale), page(4, used=True, scale=scale))
    figures = summary(
        plain(dataclasses.replace(REPORT, read=dataclasses.replace(REPORT.read, format="pdf", pages=pages)))
    )
    assert (figures["format"], figures["pages"]) == ("pdf", [2, 4])
    assert figures["scale"] == {"ratio": None, "metres_per_mm": 0.0963, "method": "doors", "confidence": 0.4}


def test_a_report_of_another_pipeline_may_lack_everything() -> None:
    figures = summary({"source": "page.pdf"})
    assert set(figures) == set(summary(plain(REPORT)))
    assert figures["walls"] == 0
