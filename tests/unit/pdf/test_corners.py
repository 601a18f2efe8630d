from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipelines.linework import Seen
from pipelines.pdf.boxes import Boxes
from pipelines.pdf.corners import hinges

#: A door as wide as this, in a wall of a quarter of it, pixels.
WIDE, THICK = 44, 11


def door(hinge: str, swing: str) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.uint8]], Boxes]:
    """A door in a wall that runs from left to right, hung at its left or right, opening up or down; and its box."""
    image = Image.new("L", (200, 200), 255)
    pen = ImageDraw.Draw(image)
    left, right, low, high = 80, 80 + WIDE, 95, 95 + THICK
    pen.rectangle((20, low, left, high), fill=0)
    pen.rectangle((right, low, 180, high), fill=0)
    x = left if hinge == "left" else right
    y = low if swing == "up" else high
    away = -WIDE if swing == "up" else WIDE
    pen.line((x, y, x, y + away), fill=0, width=2)
    start = {("left", "up"): 270, ("right", "up"): 180, ("left", "down"): 0, ("right", "down"): 90}[hinge, swing]
    pen.arc((x - WIDE, y - WIDE, x + WIDE, y + WIDE), start, start + 90, fill=0, width=1)
    top, bottom = (low - WIDE, high) if swing == "up" else (low, high + WIDE)
    box = Boxes(
        np.array([[left, top]], float), np.array([[right, bottom]], float), np.array([Seen.DOOR], np.int32), np.ones(1)
    )
    return np.asarray(image), box


@pytest.mark.parametrize("hinge", ["left", "right"])
@pytest.mark.parametrize("swing", ["up", "down"])
def test_a_door_hangs_across_from_its_empty_corner(hinge: str, swing: str) -> None:
    picture, box = door(hinge, swing)
    ((x, y),) = hinges(picture, box)

    assert x == (80 if hinge == "left" else 80 + WIDE)
    assert y == (95 + THICK if swing == "up" else 95)


def test_on_a_picture_of_one_colour_no_hinge_is_clear() -> None:
    _, box = door("left", "up")

    assert np.isnan(hinges(np.full((200, 200), 255, np.uint8), box)).all()
    assert np.isnan(hinges(np.zeros((200, 200), np.uint8), box)).all()


def test_only_single_doors_have_one() -> None:
    picture, box = door("left", "up")
    window = Boxes(box.low, box.high, np.array([Seen.WINDOW], np.int32), box.score)

    assert np.isnan(hinges(picture, window)).all()
    assert hinges(picture, Boxes.none()).shape == (0, 2)
