"""Numbers on pictures are read by the network that comes with the program, and tell the scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipelines.pdf.legible import look, reader
from pipelines.pdf.legible.alphabet import CHARACTERS, HIGH, NARROWEST, joined, strip
from pipelines.pdf.legible.decoding import decoded
from pipelines.pdf.legible.rows import blots, rows
from pipelines.pdf.legible.ruling import ruled
from pipelines.pdf.yardstick import Picture, written

if TYPE_CHECKING:
    from pipelines.pdf.preprocessor import Grey

#: Millimetres of a pixel: 150 dpi; millimetres of paper that a chain of dimensions measures.
MM = 25.4 / 150
LENGTHS = (3600, 2750, 4120, 1980)


def chain(*, up: bool = False) -> Grey:
    """Dimensions at 1:100 in a row, each over its line between extension lines."""
    image = Image.new("L", (1000, 240), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=18)
    x, y = 60.0, 120
    for length in LENGTHS:
        to = x + length / 100 / MM
        pen.line([(x, y), (to, y)], fill=0, width=1)
        for end in (x, to):
            pen.line([(end, y - 20), (end, y + 40)], fill=0, width=1)
        pen.text(((x + to) / 2, y - 14), str(length), fill=0, font=font, anchor="mm")
        x = to
    return np.array(image.rotate(90, expand=True) if up else image, dtype=np.uint8)


@pytest.mark.parametrize("up", [False, True])
def test_numbers_are_read_along_and_up_the_page(up: bool) -> None:
    network = reader.load()
    assert network is not None
    grey = chain(up=up)
    found = reader.read(network, grey, grey < 140)
    assert {str(length) for length in LENGTHS} <= set(found.text)
    at = found.text.index("3600")
    middle = found.corners[at].mean(axis=0)
    wide = 3600 / 200 / MM + 60
    assert middle == pytest.approx((106, 1000 - wide) if up else (wide, 106), abs=6)
    along = found.corners[at, 1] - found.corners[at, 0]
    assert (abs(along[1]) > abs(along[0])) == up


@pytest.mark.parametrize("up", [False, True])
def test_dimensions_tell_the_scale(up: bool) -> None:
    grey = chain(up=up)
    seen = look(grey, grey < 140, MM, reader.load())
    found = written(Picture(grey, MM, True, (297.0, 210.0)), seen)
    assert found is not None
    assert (found.report.method, found.report.ratio) == ("dimensions", 100.0)
    assert "dimension texts agree on 1:100" in found.report.evidence[0]


def test_of_a_picture_without_a_page_dimensions_tell_the_pixels_of_a_metre() -> None:
    grey = chain()
    seen = look(grey, grey < 140, 0.5, reader.load())
    found = written(Picture(grey, 0.5, False, (500.0, 120.0)), seen)
    assert found is not None
    assert found.report.ratio is None
    assert found.pixels_per_metre == pytest.approx(1000 / 100 / MM, rel=0.01)


def test_letters_that_stand_in_a_row_are_one_box() -> None:
    grey = chain()
    found = rows(*blots(grey < 140))
    wide = found.high - found.low
    assert len(found) >= len(LENGTHS)
    assert np.count_nonzero((wide[:, 0] > 2 * wide[:, 1]) & (wide[:, 1] > 8)) == len(LENGTHS)


def test_lines_are_found_each_once() -> None:
    ink = np.zeros((200, 300), np.bool_)
    ink[50, 20:280] = ink[30:190, 100] = ink[120:160, 200:260] = True
    start, end = ruled(ink, 20)
    found = {(*one, *other) for one, other in zip(start.round().tolist(), end.round().tolist(), strict=True)}
    assert found == {(20, 50, 279, 50), (100, 30, 100, 189)}


def test_strips_are_ink_on_paper_whatever_the_light() -> None:
    grey = np.full((60, 90), 180, np.uint8)
    grey[20:36, 40:43] = 60
    cut = strip(grey, (30.0, 20.0, 60.0, 36.0))
    assert cut.shape[0] == HIGH
    assert (cut.min(), cut.max()) == pytest.approx((0.0, 1.0), abs=0.05)
    assert joined([cut, np.zeros((HIGH, NARROWEST), np.float32)]).shape == (2, 1, HIGH, max(cut.shape[1], NARROWEST))


def test_characters_are_told_apart_by_nothing_between_them() -> None:
    codes = [0, 1, 1, 0, 1, 12, 12, 0]
    answers = np.zeros((1, len(codes), len(CHARACTERS) + 1), np.float32)
    answers[0, np.arange(len(codes)), codes] = 0.9
    answers[0, 4, 1] = 0.6
    (read,) = decoded(answers)
    assert read.text == CHARACTERS[0] * 2 + CHARACTERS[11]
    assert read.sure == pytest.approx(0.6)
