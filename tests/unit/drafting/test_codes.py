import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.drafting.codes import FOOT, INCH, read
from pipelines.plan import OpeningKind


@pytest.mark.parametrize(
    ("text", "width", "height", "kind"),
    [
        ("3068", 3 * FOOT, 6 * FOOT + 8 * INCH, None),
        ("2668 BF", 2 * FOOT + 6 * INCH, 6 * FOOT + 8 * INCH, OpeningKind.FOLDING_DOOR),
        ("6068 S.G.D.", 6 * FOOT, 6 * FOOT + 8 * INCH, OpeningKind.SLIDING_DOOR),
        ("16070 OH DOOR", 16 * FOOT, 7 * FOOT, OpeningKind.OVERHEAD_DOOR),
        ("3050 SH", 3 * FOOT, 5 * FOOT, OpeningKind.WINDOW),
        ("M0921", 0.9, 2.1, None),
        ("C1518", 1.5, 1.8, OpeningKind.WINDOW),
        ("TLM1821", 1.8, 2.1, OpeningKind.SLIDING_DOOR),
        ("900x2100", 0.9, 2.1, None),
        ("900 × 2100", 0.9, 2.1, None),
        ("2'-8\" x 6'-8\"", 2 * FOOT + 8 * INCH, 6 * FOOT + 8 * INCH, None),
        ("3068\nEXISTING", 3 * FOOT, 6 * FOOT + 8 * INCH, None),
    ],
)
def test_a_size_code_is_read(text: str, width: float, height: float, kind: OpeningKind | None) -> None:
    code = read(text)
    assert code is not None
    assert code.width == pytest.approx(width)
    assert code.height == pytest.approx(height)
    assert code.kind == kind


@pytest.mark.parametrize("text", ["", "  ", "KITCHEN", "101", "12", "0000", "+2.70", "13'8 x 14'", "M1", "A0921B2"])
def test_what_is_no_size_is_no_code(text: str) -> None:
    assert read(text) is None


@given(st.text(max_size=40))
def test_any_text_has_a_code_of_a_sensible_size_or_none(text: str) -> None:
    code = read(text)
    assert code is None or (0.3 <= code.width <= 7 and (code.height is None or 0 < code.height <= 10))
