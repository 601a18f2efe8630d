"""Lines of writing to learn from, and what the published reader knows of some that it never saw."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.pdf import inference
from pipelines.pdf.legible.alphabet import CHARACTERS, HIGH, OTHER
from pipelines.synth.training.lettering import faces
from pipelines.synth.training.reading import HELD_OUT, examined
from pipelines.synth.training.writing import _classes, samples

NUMERALS = inference.WEIGHTS / "numerals.onnx"
#: Sheets beyond those that the training is measured on.
SHEETS = range(2 * HELD_OUT, 2 * HELD_OUT + 3)

lettered = pytest.mark.skipif(not faces(), reason="no font of the list is installed")


@lettered
def test_a_seed_gives_the_same_strips_and_says_what_they_show() -> None:
    once, again = samples(SHEETS[0]), samples(SHEETS[0])
    assert len(once) > 20
    for one, other in zip(once, again, strict=True):
        assert one.text == other.text
        assert np.array_equal(one.strip, other.strip)
        assert one.strip.shape[0] == HIGH
        assert set(one.text) <= set(CHARACTERS)


@pytest.mark.parametrize(
    ("written", "read"),
    [("3500", "3500"), ("SCALE 1:50", "? 1:50"), ("2.40 m", "2.40 m"), ("12.5 m²", "12.5 ?"), ("Living Room", OTHER)],
)
def test_words_are_one_character(written: str, read: str) -> None:
    assert _classes(written) == read


@lettered
def test_the_published_reader_reads_what_it_never_saw() -> None:
    figures = examined(inference.load(NUMERALS), [sample for seed in SHEETS for sample in samples(seed)])
    assert figures["read"] > 0.75
    assert figures["misread"] < 0.12
    assert figures["invented"] < 0.12


def test_the_published_reader_is_small_and_says_what_it_knows() -> None:
    assert NUMERALS.stat().st_size < 500_000
    assert inference.load(NUMERALS).notes["characters"] == CHARACTERS
