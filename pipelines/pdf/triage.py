"""What a page is by its content: lines, a scan, both, writing only, or nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.pdf import beziers
from pipelines.pdf.page import CURVE, LINE, QUAD

if TYPE_CHECKING:
    from pipelines.linework import Bools, Floats
    from pipelines.pdf.page import Page


class Content(StrEnum):
    """Kinds of page."""

    VECTOR = "vector"
    SCAN = "scan"
    MIXED = "mixed"  #: lines that are read, beside pictures that are not
    TEXT = "text"
    EMPTY = "empty"
    UNREAD = "unread"  #: not looked into


#: A page is a scan when pictures cover this much of it and it has fewer lines than this;
#: or a smaller share, when it has hardly any lines at all.
COVERED: Final = 0.35
FEW: Final = 400
SOME_COVERED: Final = 0.08
HARDLY: Final = 60
#: Pictures that cover this share are told of, though the page is read by its lines.
NOTED: Final = 0.1
#: A page of at least so many lines of text, and fewer than so many strokes for each, is writing in a table, ...
WRITTEN: Final = 6
RULES: Final = 4.0
#: ... unless slanting and curved strokes spread over this share of it: a logo does not.
SPREAD: Final = 0.15
#: So many quarters of circles are doors: of such a radius, mm, which no rounded corner of a table has.
SWINGS: Final = 2
RADIUS: Final = (4.0, 60.0)
#: What is shorter than this is no line of a drawing, mm.
SHORT: Final = 1.0


def judge(page: Page) -> Content:
    """The kind of a page."""
    lines = int(np.count_nonzero(page.paths.stroked[page.pieces.path]))
    painted = len(page.pieces)
    share = covered(page)
    if (share >= COVERED and painted < FEW) or (share >= SOME_COVERED and painted < HARDLY):
        return Content.SCAN
    if len(page.texts) >= WRITTEN and _ruled(page, lines, painted):
        return Content.TEXT
    if not painted:
        return Content.TEXT if len(page.texts) else Content.EMPTY
    return Content.MIXED if share >= NOTED else Content.VECTOR


def covered(page: Page) -> float:
    """The share of the page that pictures cover, 0..1."""
    return float(shapely.area(_pictures(page))) / max(page.size[0] * page.size[1], 1e-9)


def pictured(page: Page) -> tuple[float, float, float, float]:
    """The box x0, y0, x1, y1 around the pictures of a page: strips of one scan together."""
    x0, y0, x1, y1 = shapely.bounds(_pictures(page)).tolist()
    return float(x0), float(y0), float(x1), float(y1)


def density(page: Page) -> float:
    """Pixels per mm of the pictures of a page, each counted by its area."""
    images = page.images
    return float(np.average(images.density, weights=np.maximum(images.area, 1e-9))) if len(images) else 0.0


def _pictures(page: Page) -> shapely.Geometry:
    images = page.images
    boxes = shapely.box(*images.low.T, *images.high.T)
    return shapely.intersection(shapely.union_all(boxes), shapely.box(0.0, 0.0, *page.size))


def _ruled(page: Page, lines: int, painted: int) -> bool:
    """Whether the strokes of a page only rule, frame and decorate its text."""
    if painted < HARDLY // 2:
        return True
    if lines >= RULES * len(page.texts):
        return False
    if _swings(page) >= SWINGS:
        return False
    rows = _slanting(page)
    ends = page.pieces.points[rows][:, [0, 3]].reshape(-1, 2)
    if not len(ends):
        return True
    size = np.ptp(ends, axis=0)
    return float(size[0] * size[1]) < SPREAD * page.size[0] * page.size[1]


def _swings(page: Page) -> int:
    """How many stroked curves of a page may be swings of doors."""
    pieces = page.pieces
    curved = (pieces.kind == CURVE) & page.paths.stroked[pieces.path]
    arcs = beziers.circular(pieces.points[curved])
    quarter = arcs.round & (np.abs(np.abs(arcs.sweep) - np.pi / 2) < 0.1)
    return int(np.count_nonzero(quarter & (arcs.radius >= RADIUS[0]) & (arcs.radius <= RADIUS[1])))


def _slanting(page: Page) -> Bools:
    """(m,) stroked pieces that run neither along nor across the page."""
    pieces = page.pieces
    way: Floats = np.abs(pieces.points[:, 3] - pieces.points[:, 0])
    slant = (pieces.kind == CURVE) | ((pieces.kind == LINE) & (way.min(axis=1) > 0.01 * way.max(axis=1)))
    slant |= pieces.kind == QUAD
    return np.asarray(slant & page.paths.stroked[pieces.path] & (way.max(axis=1) > SHORT), dtype=np.bool_)
