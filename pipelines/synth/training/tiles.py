"""Square pictures with boxes and masks: what the networks learn from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from PIL import Image, ImageDraw

from pipelines.geometry.areas import parts
from pipelines.synth.training.canvas import ZOOM, Canvas, View
from pipelines.synth.training.hand import random_hand
from pipelines.synth.training.subject import random_subject
from pipelines.synth.training.wear import worn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.synth.training.subject import Subject

#: A symbol is to be found where this share of it is on the tile.
VISIBLE = 0.45
#: Smaller boxes than this are not to be found, pixels.
SMALLEST = 4.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Which tiles to make."""

    size: int  #: pixels
    scale: float  #: pixels per metre, usually
    jitter: tuple[float, float]  #: factor on the scale, from, to
    stretch: float  #: largest ratio of the scales of both directions
    layouts: Path | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture and what is on it."""

    picture: NDArray[np.uint8]  #: (s, s) grey
    boxes: Floats  #: (n, 4) x0, y0, x1, y1 in pixels, within the tile
    kinds: NDArray[np.int64]  #: (n,) ``Seen``
    masks: NDArray[np.uint8]  #: (3, s, s) wall, window, door: the share of each pixel, 0..255


def tiles(plan: Plan, seed: int, count: int) -> Iterator[Tile]:
    """Some tiles of the drawing of a seed, each in another hand and scale."""
    subject = random_subject(seed, plan.layouts)
    for k in range(count):
        rng = np.random.default_rng([seed, 11, k])
        view = _view(plan, subject, rng)
        yield pictured(subject, view, rng)


def pictured(subject: Subject, view: View, rng: np.random.Generator) -> Tile:
    """What a view shows of a subject."""
    canvas = Canvas(view, random_hand(rng))
    canvas.put(subject.marks)
    boxes, kinds = _boxes(subject, view)
    masks = np.stack([mask(shape, view) for shape in (subject.wall, subject.window, subject.door)])
    return Tile(worn(canvas.picture(), rng), boxes, kinds, masks)


def _view(plan: Plan, subject: Subject, rng: np.random.Generator) -> View:
    """A place on the subject, mostly on its plan, turned by quarters and a little askew."""
    scale = plan.scale * math.exp(float(rng.uniform(*np.log(plan.jitter))))
    ratio = math.exp(float(rng.uniform(-1, 1)) * math.log(plan.stretch) / 2) if rng.random() < 0.5 else 1.0
    askew = float(rng.normal(0, 0.012)) if rng.random() < 0.3 else 0.0
    turn = int(rng.integers(4)) * math.pi / 2 + askew
    c, s = math.cos(turn), math.sin(turn)
    turned = np.array([[c, -s], [s, c]])
    if rng.random() < 0.3:
        turned = turned @ np.diag([-1.0, 1.0])
    matrix = np.diag([scale * ratio, -scale / ratio]) @ turned
    low, high = np.array(subject.low), np.array(subject.high)
    half = plan.size / scale / 2
    inner = np.minimum(half * 0.6, (high - low) / 2)
    middle = rng.uniform(low + inner, np.maximum(high - inner, low + inner + 1e-6))
    if rng.random() < 0.08:
        middle = rng.uniform(low - 4.0, high + 8.0)
    return View(matrix, plan.size / 2 - matrix @ middle, plan.size)


def _boxes(subject: Subject, view: View) -> tuple[Floats, NDArray[np.int64]]:
    boxes, kinds = [], []
    for symbol in subject.symbols:
        spots = view.pixels(symbol.spots)
        low, high = spots.min(axis=0), spots.max(axis=0)
        shown = np.concatenate([np.clip(low, 0, view.size), np.clip(high, 0, view.size)])
        sides = shown[2:] - shown[:2]
        if sides.min() < SMALLEST / 2 or sides.max() < SMALLEST or np.prod(sides) < VISIBLE * np.prod(high - low):
            continue
        boxes.append(shown)
        kinds.append(int(symbol.kind))
    return np.array(boxes, dtype=np.float64).reshape(-1, 4), np.array(kinds, dtype=np.int64)


def mask(shape: shapely.Geometry, view: View) -> NDArray[np.uint8]:
    """(size, size) the share of each pixel that a region covers, 0..255."""
    side = view.size * ZOOM
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    low, high = np.sort(view.metres(np.array([[0.0, 0.0], [view.size, view.size]])), axis=0)
    shape = shapely.intersection(shape, shapely.box(*(low - 1.0), *(high + 1.0)))
    for part in parts(shape):
        for ring, value in ((part.exterior, 255), *((hole, 0) for hole in part.interiors)):
            spots = view.pixels(shapely.get_coordinates(ring)) * ZOOM
            draw.polygon([(float(x), float(y)) for x, y in spots], fill=value)
    return np.asarray(image.reduce(ZOOM), dtype=np.uint8)
