"""Marks of the draughtsman on a plan: section lines, levels, notes with leaders, a north arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.synth.drawing.notes import extent
from pipelines.synth.sheet import Circle, Line, Text, path

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark
    from pipelines.synth.style import Style

_NOTES = ("TILED FLOOR", "SEE DETAIL 3", "FFL +0.02", "DUCT 200x100", "B.O. BEAM 2.40")


def draw(storey: Storey, style: Style, rng: np.random.Generator) -> Iterator[Mark]:
    """The marks of a storey."""
    layer, text = style.layer("annotation"), style.layer("text")
    low, high = extent(storey)
    cut = float(low[0] + (high[0] - low[0]) * rng.uniform(0.25, 0.75))
    y0, y1 = float(low[1]) - 0.9, float(high[1]) + 0.9
    yield Line(layer, (cut, y0), (cut, y1), dashed=True)
    for y, way in ((y0, -1), (y1, 1)):
        yield Circle(layer, (cut, y + way * 0.3), 0.3)
        yield Text(text, (cut, y + way * 0.3), 0.22, "A")
        yield from path(layer, (cut, y), (cut + 0.5, y), (cut + 0.35, y + 0.08))
    for k, anchor in enumerate(storey.rooms.anchor):
        x, y = float(anchor[0]), float(anchor[1])
        chance = rng.random()
        if chance < 0.25:
            yield Text(text, (x + 0.5, y - 0.75), 0.12, f"{'+' if k % 2 else '%%p'}0.0{k % 3}")
            yield from path(layer, (x, y - 0.7), (x - 0.1, y - 0.55), (x + 0.1, y - 0.55), closed=True)
        elif chance < 0.4:
            words = _NOTES[int(rng.integers(len(_NOTES)))]
            yield from path(layer, (x - 0.3, y - 0.9), (x + 0.1, y - 0.6), (x + 0.3, y - 0.6))
            yield Text(text, (x + 0.35, y - 0.6), 0.1, words, anchor="left")
    nx, ny = float(high[0]) + 1.2, float(high[1]) - 0.5
    yield Circle(layer, (nx, ny), 0.5)
    yield from path(layer, (nx, ny - 0.5), (nx - 0.18, ny - 0.3), (nx, ny + 0.6), (nx + 0.18, ny - 0.3), closed=True)
    yield Text(text, (nx, ny + 0.85), 0.22, "N")
