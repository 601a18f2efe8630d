"""Pictures of a small flat, painted with Pillow: filled or hollow walls, two doors, a table, words, dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.pdf.preprocessor import Grey

#: Metres; the flat is 8 by 6 m, with outer walls of 0.3 m and inner ones of 0.12 m.
WIDE, HIGH = 8.0, 6.0
MARGIN = 1.6
OUTER, INNER = 0.3, 0.12
#: Doors: hinge, free end of the open leaf, free end of the closed leaf.
DOORS = (
    ((4.12, 2.0), (4.92, 2.0), (4.12, 2.8)),
    ((5.6, 3.12), (5.6, 3.92), (6.4, 3.12)),
)


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture, and what is true of it."""

    grey: Grey
    pixels_per_metre: float

    def metres(self, pixels: Floats) -> Floats:
        """Points of the picture in metres of the flat."""
        return np.asarray(pixels / self.pixels_per_metre - MARGIN)


def walls() -> shapely.Geometry:
    """The walls in metres, y down, doors and the window cut out."""
    whole = shapely.box(0, 0, WIDE, HIGH) - shapely.box(OUTER, OUTER, WIDE - OUTER, HIGH - OUTER)
    inner = shapely.box(4.0, OUTER, 4.0 + INNER, HIGH - OUTER) | shapely.box(4.0, 3.0, WIDE - OUTER, 3.0 + INNER)
    holes = shapely.box(3.9, 2.0, 4.2, 2.8) | shapely.box(5.6, 2.9, 6.4, 3.2) | shapely.box(1.0, -0.1, 2.6, 0.35)
    return (whole | inner) - holes


def flat(pixels_per_metre: float = 60.0, *, hollow: bool = False, turn: float = 0.0, doors: bool = True) -> Painted:
    """The flat, black on white, turned anticlockwise by some degrees about the middle of the picture."""
    size = (round((WIDE + 2 * MARGIN) * pixels_per_metre), round((HIGH + 2 * MARGIN) * pixels_per_metre))
    over = 3  # painted larger, for smooth edges
    image = Image.new("L", (size[0] * over, size[1] * over), 255)
    pen = ImageDraw.Draw(image)
    scale = pixels_per_metre * over

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [((x + MARGIN) * scale, (y + MARGIN) * scale) for x, y in points]

    thin = round(0.025 * scale)
    for part in shapely.get_parts(walls()):
        ring = at(*part.exterior.coords)
        if hollow:
            pen.line(ring, fill=0, width=round(0.035 * scale), joint="curve")
        else:
            pen.polygon(ring, fill=0)
    for y in (0.0, 0.15, 0.3):
        pen.line(at((1.0, y), (2.6, y)), fill=0, width=thin)
    for hinge, tip, shut in DOORS if doors else ():
        radius = np.hypot(tip[0] - hinge[0], tip[1] - hinge[1])
        box = at((hinge[0] - radius, hinge[1] - radius), (hinge[0] + radius, hinge[1] + radius))
        angles = sorted(np.degrees(np.arctan2(end[1] - hinge[1], end[0] - hinge[0])) for end in (tip, shut))
        pen.arc((*box[0], *box[1]), angles[0], angles[1], fill=0, width=thin)
        pen.line(at(hinge, tip), fill=0, width=thin)
    pen.rectangle((*at((1.2, 3.5))[0], *at((2.8, 4.4))[0]), outline=0, width=thin)
    pen.line(at((0.0, 7.0), (WIDE, 7.0)), fill=0, width=thin)
    for x in (0.0, WIDE):
        pen.line(at((x, 6.8), (x, 7.2)), fill=0, width=thin)
    pen.text(at((2.0, 2.0))[0], "ROOM", fill=0, font_size=0.3 * scale)
    pen.text(at((3.6, 6.6))[0], "8000", fill=0, font_size=0.25 * scale)
    if turn:
        image = image.rotate(turn, Image.Resampling.BICUBIC, fillcolor=255)
    return Painted(np.asarray(image.resize(size, Image.Resampling.BOX)), pixels_per_metre)


def shaded(grey: Grey, seed: int = 1) -> Grey:
    """The same in uneven light, with noise."""
    rng = np.random.default_rng(seed)
    light = np.linspace(0.55, 1.0, grey.shape[1])[None] * np.linspace(0.8, 1.0, grey.shape[0])[:, None]
    return np.clip(grey * light + rng.normal(0, 6, grey.shape), 0, 255).astype(np.uint8)
