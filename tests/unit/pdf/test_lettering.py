"""Letters drawn as strokes are found; doors, chairs, windows, hatches and stairs are not taken for any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines.linework import Origin
from pipelines.pdf.extractor import Document
from pipelines.pdf.lettering import lettered
from pipelines.pdf.vectors import linework
from pipelines.synth.pdf import Writer
from pipelines.synth.plot import random_plot
from tests.unit.pdf.documents import circle, document, drawn, read

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.linework import Linework


def share(sheet: Linework) -> float:
    """Of the strokes that are text."""
    return float((lettered(sheet).strokes.origin == Origin.TEXT).mean()) if len(sheet.strokes) else 0.0


def plotted(seed: int, writer: Writer, folder: Path) -> Linework:
    path = folder / "plot.pdf"
    path.write_bytes(random_plot(seed, writer=writer).printed.data)
    with Document(path) as opened:
        return linework(opened.page(1))


@pytest.mark.parametrize("writer", [Writer.LETTERED, Writer.CONVERTER, Writer.OUTLINED])
@pytest.mark.parametrize("seed", [43, 49])
def test_most_of_what_a_writer_adds_for_text_is_found(seed: int, writer: Writer, tmp_path: Path) -> None:
    """The same sheet with its text as text tells how many strokes are drawn for it."""
    more = len(plotted(seed, Writer.LETTERED, tmp_path).strokes) - len(plotted(seed, Writer.FLAT, tmp_path).strokes)
    sheet = lettered(plotted(seed, writer, tmp_path))
    assert more > 500
    assert (sheet.strokes.origin == Origin.TEXT).sum() > 0.75 * more


@pytest.mark.parametrize("seed", range(100, 112))
def test_drawings_whose_text_is_text_have_no_drawn_letters(seed: int, tmp_path: Path) -> None:
    writers = [Writer.LAYERED, Writer.FLAT, Writer.EXPLODED, Writer.ONE_PATH, Writer.CLIPPED]
    assert share(plotted(seed, writers[seed % len(writers)], tmp_path)) == 0.0


CHAIR = "{x} {y} 9 9 re S {x} {z} m {a} {b} {c} {b} {c} {z} c S "
THINGS = {
    "a row of chairs": "".join(
        CHAIR.format(x=20 + 14 * k, y=50, z=60, a=20 + 14 * k, b=64, c=29 + 14 * k) for k in range(9)
    ),
    "stairs": "".join(f"{20 + 8 * k} 50 m {20 + 8 * k} 85 l S " for k in range(12)),
    "a hatch": "".join(f"{20 + 3 * k} 50 m {26 + 3 * k} 56 l S " for k in range(80)),
    "hobs": "".join(circle(50 + 9 * (k % 2), 50 + 9 * (k // 2), 3.5) + "S " for k in range(4)),
    "windows of an elevation": "".join(
        f"{20 + 60 * k} 50 {20 + 4 * k} 40 re S {30 + 62 * k} 50 m {30 + 62 * k} 90 l S " for k in range(5)
    ),
    "columns": "".join(f"{20 + 30 * k} 50 8 8 re f " for k in range(9)),
    "a door": "50 50 m 50 85 l S 50 85 m 69.33 85 85 69.33 85 50 c S",
    "dashes": "".join(f"{20 + 8 * k} 50 m {25 + 8 * k} 50 l S " for k in range(30)),
}


@pytest.mark.parametrize("name", THINGS)
def test_it_is_no_letter(name: str, tmp_path: Path) -> None:
    sheet = drawn(THINGS[name], tmp_path)
    found = lettered(sheet)
    assert not (found.strokes.origin == Origin.TEXT).any()
    assert (len(found.areas), len(found.arcs)) == (len(sheet.areas), len(sheet.arcs))


#: KITCHEN in strokes of a plain font, 4 wide and 6 high.
STROKES = {
    "K": "0 0 0 6;0 2 4 6;1.4 3.2 4 0",
    "I": "2 0 2 6;1 0 3 0;1 6 3 6",
    "T": "2 0 2 6;0 6 4 6",
    "C": "4 5 3 6;3 6 1 6;1 6 0 5;0 5 0 1;0 1 1 0;1 0 3 0;3 0 4 1",
    "H": "0 0 0 6;4 0 4 6;0 3 4 3",
    "E": "0 0 0 6;0 6 4 6;0 3 3 3;0 0 4 0",
    "N": "0 0 0 6;0 6 4 0;4 0 4 6",
}


def word(x: float, y: float, *, upright: bool) -> str:
    """KITCHEN along x, or along y."""
    made = ""
    for k, letter in enumerate("KITCHEN"):
        for stroke in STROKES[letter].split(";"):
            a, b, c, d = map(float, stroke.split())
            ends = [(5.5 * k + a, b), (5.5 * k + c, d)]
            (p, q), (r, s) = [(-v, u) if upright else (u, v) for u, v in ends]
            made += f"{x + p} {y + q} m {x + r} {y + s} l S "
    return made


@pytest.mark.parametrize("upright", [False, True])
def test_a_word_is_found_along_and_across_and_its_door_is_left(upright: bool, tmp_path: Path) -> None:
    sheet = lettered(drawn(word(150, 100, upright=upright) + THINGS["a door"], tmp_path))
    text = sheet.strokes.origin == Origin.TEXT
    assert text.sum() == sum(strokes.count(";") + 1 for strokes in STROKES.values())
    assert len(sheet.arcs) == 1


def test_letters_that_are_fills_are_no_areas(tmp_path: Path) -> None:
    quads = "".join(
        f"{20 + 12 * k} 50 m {27 + 12 * k} {50 + k % 3} l {28 + 12 * k} 53 l {23 + 12 * k} {54 + k % 2} l "
        f"{26 + (12 + k % 2) * k} 60 l {20 + 12 * k} 60 l h f "
        for k in range(5)
    )
    sheet = drawn(quads, tmp_path)
    assert len(sheet.areas) == 5
    assert not len(lettered(sheet).areas)


def test_dense_lines_cost_no_more_than_they_are_worth(tmp_path: Path) -> None:
    """Thousands of short lines that all overlap: nothing can be read there, and nobody tries."""
    rng = np.random.default_rng(1)
    ends = rng.uniform(100, 130, (800, 4)).round(2)
    content = "".join("{} {} m {} {} l S ".format(*row) for row in ends.tolist())
    sheet = linework(read(document(content), tmp_path))
    assert share(sheet) < 0.01


def glyph(x: float, y: float, wide: float, high: float, notch: float) -> str:
    """A filled letter: a block with a notch, each notch another letter."""
    a = x + wide * notch
    return f"{x} {y} m {a} {y} l {a} {y + high * notch} l {x + wide} {y + high} l {x} {y + high} l f "


def test_what_follows_a_letter_is_one_though_it_stands_apart_or_is_lower(tmp_path: Path) -> None:
    number = "".join(glyph(30 + 8 * k, 50, 6, 10, 0.3 + 0.15 * k) for k in range(4))
    unit = glyph(68, 50, 11, 7, 0.5)
    column = glyph(68, 90, 11, 7, 0.5)
    for content, left in ((number + unit, 0), (number + column, 1), (number + "1 1 m 2 2 l S " * 9 + unit, 1)):
        assert len(lettered(drawn(content, tmp_path)).areas) == left
