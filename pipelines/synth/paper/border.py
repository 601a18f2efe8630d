"""A border with a title block, in millimetres of the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.synth.sheet import Line, Text, rectangle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.synth.paper.page import Paper
    from pipelines.synth.sheet import Mark

#: Width of the column at the right that holds the title block.
COLUMN = 60.0
_EDGE = 8.0
_ROWS = ("CLIENT  K. NORDEN", "PROJECT 2417", "FLOOR PLANS", "DRAWN jk   CHECKED mt", "DATE 2021-03-14")
_DECOYS = ("DETAILS 1:20", "SITE PLAN 1:500", "SECTIONS 1:50", "")


def border(paper: Paper, layer: str, text: str) -> Iterator[Mark]:
    """The marks of a border, lower left of the page at the origin."""
    wide, high = paper.size
    x0, y0, x1, y1 = _EDGE, _EDGE, wide - _EDGE, high - _EDGE
    yield rectangle(layer, (x0, y0), (x1, y1))
    left = x1 - COLUMN + _EDGE
    yield Line(layer, (left, y0), (left, y1))
    rows = [*_ROWS, f"SCALE {paper.words}" if paper.words else "", "SHEET A-101   REV B"]
    middle = (left + x1) / 2
    for k, words in enumerate(rows):
        y = y0 + 11.0 * (len(rows) - k)
        yield Line(layer, (left, y), (x1, y))
        if words:
            yield Text(text, (middle, y - 5.5), 2.5, words)
    decoy = _DECOYS[int(wide + high) % len(_DECOYS)]
    if decoy:
        yield Text(text, (middle, y1 - 9.0), 2.0, decoy)
    yield Text(text, (middle, y1 - 22.0), 4.0, "ARCHITECTS")
    yield Line(layer, (left, y1 - 30.0), (x1, y1 - 30.0))
    for k in range(5):
        yield Text(
            text, (left + 4.0, y1 - 40.0 - 5.0 * k), 1.8, f"{k + 1}. ALL DIMENSIONS TO BE CHECKED", anchor="left"
        )
