"""Plots of a given number of paths to measure with: flats in rows on one sheet, and pictures of such sheets.

Flats stand wall to wall, as on a floor of a tower. Walls have hatches, floors have tiles, rooms have furniture and
names, the lowest row has chains of dimensions. The same number and seed give the same bytes.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import numpy as np
import pymupdf
import shapely
from PIL import Image

from pipelines.synth.building import build
from pipelines.synth.drawing.compose import plan
from pipelines.synth.hands import BY_KEY
from pipelines.synth.paper.page import draw_pens
from pipelines.synth.paper.shapes import spread
from pipelines.synth.pdf import Paper, Writer, photograph, write
from pipelines.synth.sheet import Frame, Line, Measure, Sheet
from pipelines.synth.style import DoorStyle, Style, WallStyle, WindowStyle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.synth.sheet import Mark

#: Lines of a floor's tiles stand so far apart, metres.
_TILE = 0.15
#: Between the drawing and the edge of the page, millimetres.
_MARGIN = 25.0
#: Width and height, millimetres.
SIZES = {"A4": (297.0, 210.0), "A3": (420.0, 297.0), "A2": (594.0, 420.0), "A1": (841.0, 594.0), "A0": (1189.0, 841.0)}
#: So many flats stand on a scan, at 1:50.
_FLATS = {"A4": 1, "A3": 2, "A2": 4, "A1": 9, "A0": 20}
_STYLE = Style(
    convention=BY_KEY["aia"],
    walls=WallStyle.PATTERN,
    doors=DoorStyle.LEAF,
    windows=WindowStyle.TWO,
    rounded=True,
    chains=True,
    room_areas=True,
    titles=False,
)


def write_plotted(path: Path, paths: int, writer: Writer = Writer.FLAT, seed: int = 0) -> int:
    """Write a PDF of at least so many paths, and not many more; the number of paths."""
    sheet = Sheet()
    flats = max(1, round(paths / 2600))
    floor = _Floor(sheet, seed, flats)
    for _ in range(flats):
        floor.flat()
    held = _count(write(sheet, _STYLE, _paper(sheet, writer)).data)
    missing = max(0, paths - held)
    for line in floor.tiles(missing):
        sheet.add(line)
    data = write(sheet, _STYLE, _paper(sheet, writer)).data
    path.write_bytes(data)
    return _count(data)


def write_scanned(path: Path, name: str, dpi: float = 300.0, seed: int = 0) -> tuple[int, int]:
    """Write a PDF that holds the picture of a page of a given size; the picture's width and height."""
    sheet = Sheet()
    floor = _Floor(sheet, seed, _FLATS[name])
    for _ in range(_FLATS[name]):
        floor.flat()
    low, high = spread(sheet)
    wide, tall = SIZES[name]
    free = wide - 2 * _MARGIN, tall - 2 * _MARGIN
    ratio = max(1000 * (b - a) / side for a, b, side in zip(low, high, free, strict=True))
    printed = write(sheet, _STYLE, _paper(sheet, Writer.FLAT, ratio=math.ceil(ratio / 5) * 5, size=SIZES[name]))
    with pymupdf.open(stream=printed.data, filetype="pdf") as document:
        pixmap = document[0].get_pixmap(matrix=pymupdf.Matrix(dpi / 72, dpi / 72), colorspace="gray")
        grey = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width]
    worn = 40 + (grey.astype(np.float32) * (200 / 255))
    worn += 6 * np.random.default_rng(seed).standard_normal(grey.shape, dtype=np.float32)
    picture = Image.fromarray(np.clip(worn, 0, 255).astype(np.uint8)).rotate(
        0.4, Image.Resampling.BILINEAR, fillcolor=240
    )
    out = io.BytesIO()
    picture.save(out, "jpeg", quality=80)
    path.write_bytes(photograph(out.getvalue(), picture.size, SIZES[name]))
    return picture.size


def _paper(sheet: Sheet, writer: Writer, *, ratio: float = 100.0, size: tuple[float, float] | None = None) -> Paper:
    low, high = spread(sheet)
    if size is None:
        wide, tall = (1000 * (b - a) / ratio + 2 * _MARGIN for a, b in zip(low, high, strict=True))
        size = (math.ceil(wide), math.ceil(tall))
    pens = draw_pens(np.random.default_rng(1), writer, ratio)
    return Paper(writer=writer, ratio=ratio, size=size, name="", pens=pens, hatch="dense")


def _count(data: bytes) -> int:
    with pymupdf.open(stream=data, filetype="pdf") as document:
        return len(document[0].get_cdrawings())


class _Floor:
    """Flats side by side in rows."""

    def __init__(self, sheet: Sheet, seed: int, flats: int) -> None:
        self.sheet, self.seed = sheet, seed
        self.across = max(1, round(math.sqrt(flats * 1.4)))
        self.number = 0
        self.x = self.y = self.top = 0.0
        self.rooms: list[tuple[float, float, float, float]] = []

    def flat(self) -> None:
        """Draw the next flat."""
        if self.number and self.number % self.across == 0:
            self.x, self.y = 0.0, self.top
        storey = build(self.seed + self.number, "flat").plan.storeys[0]
        self.number += 1
        marks = plan(storey, _STYLE, self.sheet, np.random.default_rng([self.seed, self.number]))
        low, high = np.array(shapely.total_bounds(storey.walls.footprint)).reshape(2, 2)
        frame = Frame((round(self.x - float(low[0]), 3), round(self.y - float(low[1]), 3)))
        for mark in marks:
            if not isinstance(mark, Measure) or (self.y == 0 and mark.base[1] < low[1]):
                self.sheet.add(frame.mark(mark))
        for room in storey.rooms.footprint:
            x0, y0, x1, y1 = room.bounds
            inside = room.buffer(-0.05)
            if room.area > 0.9 * (x1 - x0) * (y1 - y0) and not inside.is_empty:
                at = np.tile(frame.at, 2)
                self.rooms.append(tuple(float(v) for v in np.add(inside.bounds, at)))  # type: ignore[arg-type]
        self.x += float(high[0] - low[0])
        self.top = max(self.top, self.y + float(high[1] - low[1]))

    def tiles(self, count: int) -> Iterator[Mark]:
        """So many lines of tiles on floors: each line of a tile is a line of its own, as hatches are plotted."""
        layer = _STYLE.layer("floor")
        left = count
        for x0, y0, x1, y1 in self.rooms:
            xs, ys = np.arange(x0, x1 - _TILE, _TILE), np.arange(y0, y1 - _TILE, _TILE)
            for x in xs:
                for y in ys:
                    if left <= 1:
                        return
                    corner = (float(x), float(y))
                    yield Line(layer, corner, (float(x + _TILE), float(y)))
                    yield Line(layer, corner, (float(x), float(y + _TILE)))
                    left -= 2
