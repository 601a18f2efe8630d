"""Letters of any language where a font has them, and something to read where none has."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipelines.pictures.fonts import Faces, printable

NONE = Faces(())
KOREAN = "거실 LIVING"


def ink(faces: Faces, text: str, size: int = 24) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    sheet = Image.new("L", (400, 60), 255)
    faces.draw(ImageDraw.Draw(sheet), (5, 45), text, size, fill=0)
    return 255 - np.asarray(sheet)


def installed() -> Faces:
    faces = Faces.installed()
    if not faces.drawable(KOREAN):
        pytest.skip("no font with Korean letters is installed")
    return faces


def test_a_machine_without_fonts_writes_latin(tmp_path: Path) -> None:
    faces = Faces.installed(places=(tmp_path,))
    assert faces == NONE
    assert ink(faces, "Bedroom 12.5 m²").any()


def test_a_letter_without_a_shape_is_written_plainly() -> None:
    assert [text for _, text in NONE.runs("3 m² · Küche", 20)] == ["3 m2 · Kuche"]


def test_a_machine_without_fonts_leaves_out_what_it_cannot_write() -> None:
    assert printable(KOREAN, [NONE]) == ""
    with pytest.raises(LookupError):
        NONE.width(KOREAN, 20)


def test_names_in_korean_are_written_where_a_font_has_them() -> None:
    faces = installed()
    assert printable(KOREAN, [faces]) == KOREAN
    assert not np.array_equal(ink(faces, "거실"), ink(faces, "침실"))


def test_a_run_ends_where_another_font_is_needed() -> None:
    faces = installed()
    runs = faces.runs("거실 LIVING", 20)
    assert "".join(text for _, text in runs) == KOREAN
    assert len(runs) <= 2


def test_letters_that_are_composed_of_two_are_written_as_one() -> None:
    assert NONE.width("Cafe\u0301", 20) == NONE.width("Café", 20)


def test_a_text_becomes_one_line_without_control_characters() -> None:
    assert printable("  BED\nROOM\x00\t2 ", [NONE]) == "BED ROOM 2"


def test_a_text_ends_where_its_width_says() -> None:
    columns = np.flatnonzero(ink(NONE, "MASTER BEDROOM").any(axis=0))
    width = NONE.width("MASTER BEDROOM", 24)
    assert 5 <= columns[0] <= 9
    assert columns[-1] <= 5 + width + 1
    assert columns[-1] >= 5 + width - 4


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_written_for_nothing(text: str) -> None:
    assert not ink(NONE, text).any()


def test_the_best_font_of_a_group_is_taken(tmp_path: Path) -> None:
    for name in ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "unknown.ttf"):
        (tmp_path / name).touch()
    assert Faces.installed(places=(tmp_path,)).files == (tmp_path / "DejaVuSans.ttf",)
