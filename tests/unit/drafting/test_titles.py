# ruff: noqa: E501  # lists of titles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.drafting.titles import ViewKind, read, settle

PLANS = {
    "GROUND FLOOR PLAN": 0,
    "BASEMENT PLAN": -1,
    "1층 평면도": 0,
    "지상2층 평면도": 1,
    "지하1층 평면도": -1,
    "1階平面図": 0,
    "2階 平面図": 1,
    "地下1階平面図": -1,
    "首层平面图": 0,
    "二层平面图": 1,
    "地下一层平面图": -1,
    "Grundriss EG": 0,
    "Grundriss Erdgeschoss 1:100": 0,
    "1. OG": 1,
    "Grundriss 2. Obergeschoss": 2,
    "Kellergeschoss": -1,
    "UG": -1,
    "Plan du rez-de-chaussée": 0,
    "Plan R+1": 1,
    "PLAN ETAGE 2": 2,
    "Sous-sol": -1,
    "PLANTA BAJA": 0,
    "PLANTA PRIMERA": 1,
    "PLANTA ALTA": 1,
    "Planta sótano": -1,
    "PIANTA PIANO TERRA": 0,
    "Pianta piano primo": 1,
    "Piano interrato": -1,
    "PLANTA TÉRREO": 0,
    "Planta 1º Pavimento": 1,
    "Subsolo": -1,
    "ZEMİN KAT PLANI": 0,
    "1. KAT PLANI": 1,
    "BODRUM KAT PLANI": -1,
    "Mặt bằng tầng trệt": 0,
    "MẶT BẰNG TẦNG 2": 1,
    "2F PLAN": 1,
    "B1 PLAN": -1,
}

KINDS = {
    ViewKind.ELEVATION: "SOUTH ELEVATION|정면도 입면도|南立面図|南立面图|Ansicht Süd|Südansicht|FAÇADE SUD|ALZADO SUR|PROSPETTO SUD"
    "|FACHADA SUL|ÖN GÖRÜNÜŞ|Mặt đứng|Elevación Norte|REAR ELEVATION 1/4\" = 1'-0\"",
    ViewKind.SECTION: "SECTION A-A|단면도|A-A断面図|1-1剖面图|Schnitt A-A|Querschnitt|COUPE AA|CORTE A-A'|SEZIONE A-A|A-A KESİTİ|Mặt cắt A-A",
    ViewKind.DETAIL: "DETAIL 3|WALL SECTION DETAIL|상세도|詳細図|大样图|DÉTAIL|Detalle de muro|DETTAGLIO|Detalhe|Chi tiết",
    ViewKind.ROOF_PLAN: "ROOF PLAN|지붕 평면도|屋根伏図|屋顶平面图|Dachaufsicht|Plan de toiture|PLANTA DE CUBIERTA|Pianta copertura"
    "|Planta de cobertura|ÇATI PLANI|Mặt bằng mái",
    ViewKind.SITE_PLAN: "SITE PLAN|배치도|配置図|总平面图|Lageplan|PLAN DE SITUATION|Plan de masse|Plano de situación|VAZİYET PLANI",
    ViewKind.CEILING_PLAN: "REFLECTED CEILING PLAN|RCP|천장 평면도|天井伏図|吊顶平面图|Deckenspiegel|PLAFOND|Planta de forro",
    ViewKind.ELECTRICAL_PLAN: "ELECTRICAL PLAN|LIGHTING LAYOUT|전기 평면도|電気設備図|电气平面图|Elektroplan|PLOMBERIE|INSTALACIONES"
    "|Impianto elettrico|ELEKTRİK PLANI",
    ViewKind.STRUCTURE_PLAN: "FOUNDATION PLAN|SECOND FLOOR FRAMING PLAN|구조평면도|基礎伏図|基础平面图|Fundamentplan|CIMENTACIÓN|FONDAZIONI|TEMEL PLANI",
    ViewKind.TABLE: "DOOR SCHEDULE|창호일람표|建具表|门窗表|Tabelle|CUADRO DE SUPERFICIES",
    ViewKind.LEGEND: "LEGEND|범례|凡例|图例|Legende|LEYENDA",
}  # fmt: skip


@pytest.mark.parametrize(("text", "level"), PLANS.items())
def test_a_title_names_its_storey_counted_from_the_ground(text: str, level: int) -> None:
    title = read(text)
    assert title is not None
    assert title.kind == ViewKind.PLAN
    assert title.level == level
    assert not title.ordinal


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in KINDS.items() for text in texts.split("|")])
def test_a_title_names_the_kind_of_view(text: str, kind: ViewKind) -> None:
    title = read(text)
    assert title is not None
    assert title.kind == kind


@pytest.mark.parametrize(
    "text", ["ATTIC PLAN", "Dachgeschoss", "다락 평면도", "阁楼平面图", "Planta ático", "ÇATI KATI"]
)
def test_an_attic_is_above_all(text: str) -> None:
    title = read(text)
    assert title is not None
    assert title.top
    assert title.kind == ViewKind.PLAN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KITCHEN",
        "3600",
        "거실",
        "SEE DETAIL 4/A-501",
        "ALL DIMENSIONS ARE TO BE CHECKED ON SITE BEFORE ANY WORK IS STARTED",
        "CONTRACTOR SHALL VERIFY THE FLOOR PLAN AND ALL SECTIONS WITH THE OWNER FIRST",
        "12'-6\"",
        "UP",
    ],
)
def test_what_is_said_in_a_drawing_is_no_title(text: str) -> None:
    assert read(text) is None


def levels(*texts: str) -> list[int | None]:
    return [title.level if title is not None else None for title in settle([read(text) for text in texts])]


def test_the_first_floor_is_the_ground_in_america() -> None:
    assert levels("FIRST FLOOR PLAN", "SECOND FLOOR PLAN") == [0, 1]


def test_the_first_floor_is_above_the_ground_in_britain() -> None:
    assert levels("GROUND FLOOR PLAN", "FIRST FLOOR PLAN", "SECOND FLOOR PLAN") == [0, 1, 2]


def test_a_basement_alone_does_not_make_it_british() -> None:
    assert levels("BASEMENT PLAN", "FIRST FLOOR PLAN", "2ND FLOOR PLAN") == [-1, 0, 1]


@given(st.text(max_size=80))
def test_any_text_is_a_title_or_none(text: str) -> None:
    title = read(text)
    assert title is None or (0 < title.weight <= 1 and title.text == text.strip())
