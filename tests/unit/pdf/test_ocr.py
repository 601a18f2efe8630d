from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipelines.pdf import ocr


class Engine:
    """Reads one word along the page, and one that runs up it once the page is turned."""

    def __call__(self, picture: np.ndarray[Any, Any]) -> tuple[list[list[Any]] | None, float]:
        if picture.shape[1] > picture.shape[0]:
            box = [[10, 20], [60, 20], [60, 32], [10, 32]]
            return [[box, "8590", 0.9], [box, "?", 0.2]], 0.1
        box = [[100, 30], [150, 30], [150, 42], [100, 42]]
        return [[box, "3100", 0.8]], 0.1


def test_words_are_read_along_and_up_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_engine", Engine)
    written = ocr.read(np.full((200, 300), 255, np.uint8))
    assert written.text == ("8590", "3100")
    assert written.score == pytest.approx([0.9, 0.8])
    # Turned back, what was along is up: from its lower end (y 99) to its upper end (y 49).
    assert written.corners[1, 0] == pytest.approx((30, 99))
    assert written.corners[1, 1] == pytest.approx((30, 49))


def test_without_the_extra_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_engine", lambda: None)
    assert not ocr.installed()
    assert not len(ocr.read(np.full((200, 300), 255, np.uint8)))


def test_a_picture_that_would_take_minutes_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_engine", Engine)
    monkeypatch.setattr(ocr, "MOST", 100)
    assert not len(ocr.read(np.full((200, 300), 255, np.uint8)))
