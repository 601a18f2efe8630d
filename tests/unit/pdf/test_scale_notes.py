import pytest

from pipelines.pdf.scale.notes import Note, notes
from tests.unit.pdf.paper import Page

A1, A3 = (841.0, 594.0), (420.0, 297.0)


def read(*texts: str, page: tuple[float, float] = A1, apart: float = 30.0) -> tuple[Note, ...]:
    """Texts far from each other."""
    sheet = Page(ratio=1000.0)
    for k, text in enumerate(texts):
        sheet.text((0.0, -apart * k), text)
    return notes(sheet.sheet().texts, page)


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("SCALE 1:100", 100),
        ("Scale: 1 : 50", 50),
        ("SCALE=1/75", 75),
        ("SCALE\n1:100", 100),
        ("M 1:50", 50),
        ("M=1:100", 100),
        ("M. 1:100", 100),
        ("М 1:100", 100),
        ("Maßstab 1:200", 200),
        ("MASSSTAB 1:200", 200),
        ("Échelle 1/100", 100),
        ("ECHELLE: 1/100e", 100),
        ("Éch. 1/50", 50),
        ("ESCALA 1:75", 75),
        ("Esc. 1/20", 20),
        ("Scala 1:100", 100),
        ("SKALA 1:150", 150),
        ("Schaal 1:100", 100),
        ("ÖLÇEK 1/50", 50),
        ("TỶ LỆ 1/100", 100),
        ("Масштаб 1:100", 100),
        ("축척 1/100", 100),
        ("축척 : 1/150", 150),
        ("比例 1:100", 100),
        ("比例尺 1:50", 50),
        ("縮尺 1/50", 50),
        ("S=1/100", 100),
        ("S = 1:60", 60),
        ("1:100", 100),
        ('1/4" = 1\'-0"', 48),
        ("SCALE: 1/8\"=1'", 96),
        ('SCALE 1/8" = 1\'-0"', 96),
        ('3/16" = 1\'-0"', 64),
        ('1 1/2" = 1\'-0"', 8),
        ("1-1/2” = 1’-0”", 8),
        ('½" = 1\'-0"', 24),
        ("1\" = 20'", 240),
        ("1/4 IN = 1 FT", 48),
        ("FIRST FLOOR PLAN  1:100", 100),
    ],
)
def test_scales_are_read_in_many_hands(text: str, ratio: float) -> None:
    found = read(text)
    assert [note.ratio for note in found] == [pytest.approx(ratio)]
    assert found[0].text == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        *(
            "SLOPE 1:50",
            "RAMP 1:12",
            "1:100 FALL",
            "Gefälle 1:50",
            "PENDIENTE 1:20",
            "경사 1/12",
            "勾配 1/100",
            "i = 1:50",
        ),
        *(
            "CEMENT MORTAR 1:3",
            "MIX 1:2:4",
            "12:30",
            "1:30 PM",
            "01/100",
            "SCALE: AS SHOWN",
            "N.T.S.",
            '1/4"',
            "100",
            "",
        ),
        *("SCALE 1:0", "DRAWING 1/12/2024", "11:100", "1:100:200", "0.1:100", "1:5"),
    ],
)
def test_what_is_no_scale_is_not_read_as_one(text: str) -> None:
    assert read(text) == ()


def test_a_label_makes_a_note_surer() -> None:
    labelled, bare, hidden = (read(text)[0].weight for text in ("SCALE 1:100", "1:100", "see drawing 5 in 1/100"))
    assert labelled > bare > hidden


def test_a_label_may_stand_in_a_cell_of_its_own() -> None:
    sheet = Page(ratio=1000.0)
    sheet.text((0, 0), "Scale")
    sheet.text((0, -4), "1:100")
    sheet.text((200, 0), "1:20")
    first, second = notes(sheet.sheet().texts, A1)
    assert (first.ratio, second.ratio) == (100, 20)
    assert first.weight > second.weight


@pytest.mark.parametrize(
    ("text", "page", "ratio", "paper"),
    [
        ("SCALE 1:100 @ A1", A1, 100.0, "A1"),
        ("SCALE 1:100 @A1", A3, 100 * 841 / 420, "A1"),
        ("1:50 AT A3", A3, 50.0, "A3"),
        ("1:100 (A3)", A1, 100 * 420 / 841, "A3"),
        ('1/8" = 1\'-0" @ ARCH D', (914.4, 609.6), 96.0, "ARCH D"),
        ('1/8" = 1\'-0" @ TABLOID', (914.4, 609.6), 96 * 431.8 / 914.4, "TABLOID"),
        ("SCALE 1:50 @ A1, 1:100 @ A3", A1, 50.0, "A1"),
        ("SCALE 1:50 @ A1, 1:100 @ A3", A3, 100.0, "A3"),
        ("A1: 1:100", A1, 100.0, "A1"),
    ],
)
def test_the_paper_that_a_note_names_is_compared_with_the_page(
    text: str, page: tuple[float, float], ratio: float, paper: str
) -> None:
    (found,) = read(text, page=page)
    assert found.ratio == pytest.approx(ratio)
    assert found.paper == paper


def test_the_note_beside_the_title_of_a_plan_comes_first() -> None:
    sheet = Page(ratio=1000.0)
    for x, title, ratio in (
        (0, "DETAIL 3", 20),
        (200, "GROUND FLOOR PLAN", 100),
        (400, "SECTION A-A", 50),
        (600, "", 75),
    ):
        sheet.text((x, 0), title)
        sheet.text((x, -5), f"SCALE 1:{ratio}")
    found = notes(sheet.sheet().texts, A1)
    assert [note.ratio for note in found][:2] == [100, 75]
    assert found[0].weight > 2 * found[-1].weight


def test_a_title_in_the_same_words_counts() -> None:
    plan, detail = (read(text)[0].weight for text in ("FLOOR PLAN 1:100", "DETAIL B 1:10"))
    assert plan > 2 * detail
