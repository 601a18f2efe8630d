"""Scans and photos made ready: the page found, its light evened out, straightened, ink told from paper.

What comes out is black on white whatever came in: grey and blue paper, the shadow of a hand, a page turned by some
degrees, white lines on a dark ground. A page that lies on its side is left so: no line tells up from left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pipelines.linework import Floats

Grey = NDArray[np.uint8]  #: (h, w), 0 black .. 255 white
Mask = NDArray[np.bool_]  #: (h, w)

#: Pixels that are worked on until the scale is known: an A1 sheet at 130 dpi.
WORKING: Final = 16_000_000
#: A page is turned back up to this, degrees: a sheet laid askew, no building drawn at an angle.
MOST_SKEW: Final = 12.0
#: A page is turned back where its lines are off by so many pixels from end to end.
ASKEW: Final = 1.0
#: A page is brighter than what it lies on by so many grey levels.
APART: Final = 30.0
#: Pictures for judging light, page and skew are this large along their longer side.
_SMALL: Final = 700
_SKEW: Final = 1600


@dataclass(frozen=True, slots=True)
class Page:
    """A picture made ready."""

    grey: Grey  #: evened out and straightened, dark on white
    ink: Mask  #: which of its pixels are drawn
    matrix: Floats  #: (3, 3) pixel of the picture as it came -> pixel here, both with whole numbers in their middle
    skew: float  #: degrees that it was turned by
    framed: bool  #: whether a page was found within a photo, and set straight


def prepare(grey: Grey) -> Page:
    """Make a picture (h, w) ready. Larger ones are made smaller first, to ``WORKING`` pixels."""
    shrunk, matrix = _reduced(grey, WORKING)
    corners = _page(shrunk)
    if corners is not None:
        shrunk, turn = _framed(shrunk, corners)
        matrix = turn @ matrix
    if float(np.median(shrunk[::4, ::4])) < 100:
        shrunk = np.asarray(cv2.bitwise_not(shrunk), dtype=np.uint8)
    even = flattened(shrunk)
    skew = skewed(even)
    # Turning a picture blurs it: not for what nobody sees.
    if abs(np.radians(skew)) * max(even.shape) > ASKEW:
        even, turn = _turned(even, skew)
        matrix = turn @ matrix
    return Page(even, binarised(even), matrix, skew, corners is not None)


def resized(grey: Grey, factor: float) -> Grey:
    """A picture ``factor`` times as large: averaged where smaller, smoothly filled in where larger."""
    if abs(factor - 1) < 1e-6:
        return grey
    size = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, size, interpolation=how), dtype=np.uint8)


def stretched(values: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Values of pixels smoothly spread over another number (height, width) of them."""
    return np.asarray(cv2.resize(values, shape[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def flattened(grey: Grey) -> Grey:
    """The light evened out: every pixel by the brightness of the paper around it."""
    small = resized(grey, min(1.0, _SMALL / max(grey.shape)))
    reach = max(small.shape) // 24 | 1
    paper = cv2.dilate(cv2.medianBlur(small, 3), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 5), (0, 0), reach / 2)
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(paper, 40), scale=250), dtype=np.uint8)


def binarised(even: Grey, *, window: int = 25) -> Mask:
    """Ink, by Sauvola's rule: darker than its surroundings by how much they vary.

    What is very dark is ink in any surroundings: the middle of a broad wall varies not at all.
    """
    smooth = cv2.GaussianBlur(even, (3, 3), 0)
    mean = cv2.boxFilter(smooth, cv2.CV_32F, (window, window))
    square = cv2.sqrBoxFilter(smooth, cv2.CV_32F, (window, window))
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    limit = np.clip(mean * (1 + 0.18 * (spread / 128 - 1)), 0, 225)
    return np.asarray((smooth < limit) | (smooth < 105), dtype=np.bool_)


def despeckled(ink: Mask, least: int) -> Mask:
    """Without spots of fewer than ``least`` pixels."""
    count, label, stats, _ = cv2.connectedComponentsWithStats(ink.view(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= least
    keep[0] = False
    return keep[label] if count > 1 else ink


def lines(ink: Mask, length: int) -> tuple[float, float]:
    """How many straight lines of at least this length there are along and across the page, by the ink in them."""
    picture = ink.view(np.uint8)
    along = cv2.morphologyEx(picture, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    across = cv2.morphologyEx(picture, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return float(np.count_nonzero(along)) / length, float(np.count_nonzero(across)) / length


def skewed(even: Grey) -> float:
    """By how many degrees the lines of a page are turned, counter-clockwise, at most ``MOST_SKEW`` either way.

    The edges' directions tell it roughly; then the page is projected along its lines, and the sharpest profile wins.
    """
    small = resized(even, min(1.0, _SKEW / max(even.shape)))
    dx = cv2.Sobel(small, cv2.CV_32F, 1, 0, ksize=3)
    dy = cv2.Sobel(small, cv2.CV_32F, 0, 1, ksize=3)
    strength = np.hypot(dx, dy)
    y, x = np.nonzero(strength > 120)
    if len(x) < 400:
        return 0.0
    rng = np.random.default_rng(0)
    if len(x) > 150_000:
        chosen = rng.choice(len(x), 150_000, replace=False)
        x, y = x[chosen], y[chosen]
    angle = np.degrees(np.arctan2(dy[y, x], dx[y, x]))
    folded = (angle + 45) % 90 - 45
    bins = np.histogram(folded, bins=360, range=(-45, 45))[0].astype(float)
    bins = np.convolve(np.concatenate([bins[-4:], bins, bins[:4]]), np.ones(5), "same")[4:-4]
    rough = (int(np.argmax(bins)) + 0.5) * 0.25 - 45
    if abs(rough) > MOST_SKEW:
        return 0.0
    # Edges along x and along y are projected apart, each on its own normal.
    flat = np.abs(dy[y, x]) > np.abs(dx[y, x])
    # Anywhere within their pixels: rows of whole numbers would be sharp at no angle but zero, or a little off it.
    x, y = (
        each - size / 2 + rng.uniform(-0.5, 0.5, len(each)) for each, size in ((x, small.shape[1]), (y, small.shape[0]))
    )
    # Edges of one bit lie along and across their pixels whatever the line does: the rough angle may be far off.
    for reach, step in ((3.0, 0.1), (0.12, 0.02)):
        trials = rough + np.arange(-reach, reach + step / 2, step)
        rough = float(trials[int(np.argmax([_sharpness(x, y, flat, trial) for trial in trials]))])
    return -rough


def _sharpness(x: Floats, y: Floats, flat: Mask, degrees: float) -> float:
    """How unevenly the edges fall on the two axes, once turned."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    across = np.where(flat, c * y - s * x, c * x + s * y)
    offset = np.where(flat, 0.0, 5000.0)
    profile = np.bincount((across + offset - across.min()).astype(np.int64))
    return float((profile.astype(float) ** 2).sum())


def _turned(even: Grey, degrees: float) -> tuple[Grey, Floats]:
    """The picture turned clockwise about its middle by the angle of its lines, and grown to hold its corners."""
    height, width = even.shape
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    c, s = abs(turn[0, 0]), abs(turn[0, 1])
    size = (int(np.ceil(width * c + height * s)), int(np.ceil(height * c + width * s)))
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    turned = cv2.warpAffine(even, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    return np.asarray(turned, dtype=np.uint8), np.vstack([turn, [0, 0, 1]])


def _reduced(grey: Grey, most: int) -> tuple[Grey, Floats]:
    factor = min(1.0, float(np.sqrt(most / max(1, grey.size))))
    small = resized(grey, factor)
    x, y = small.shape[1] / grey.shape[1], small.shape[0] / grey.shape[0]
    return small, np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1.0]])


def _page(grey: Grey) -> Floats | None:
    """The corners (4, 2) of a page that lies on something darker, clockwise from the upper left; None without one."""
    factor = min(1.0, _SMALL / max(grey.shape))
    small = cv2.medianBlur(resized(grey, factor), 9)
    level, bright = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    shapes, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not shapes:
        return None
    hull = cv2.convexHull(max(shapes, key=cv2.contourArea))
    corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, closed=True), closed=True).reshape(-1, 2)
    area = cv2.contourArea(corners.astype(np.float32)) / small.size
    if len(corners) != 4 or not 0.25 < area < 0.97:
        return None
    inside = np.zeros_like(small)
    cv2.fillConvexPoly(inside, corners.astype(np.int32), 1)
    around = small[inside == 0]
    # Margins cut off a scan are as bright as the page; a table around a photographed one is not.
    if len(around) < 0.02 * small.size or float(np.mean(around < level)) < 0.85:
        return None
    if float(np.mean(bright[inside == 1] > 0)) < 0.9:
        return None
    # A fold or the shadow of a lid leaves one side of a scan a little brighter.
    if float(np.median(small[inside == 1])) - float(np.median(around)) < APART:
        return None
    middle = corners.mean(axis=0)
    order = np.argsort(np.arctan2(*(corners - middle).T[::-1]))
    return np.asarray(corners[order] / factor, dtype=np.float64)


def _framed(grey: Grey, corners: Floats) -> tuple[Grey, Floats]:
    """The page as if looked at from above: its corners made a rectangle of the mean lengths of their sides."""
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    width, height = round((sides[0] + sides[2]) / 2), round((sides[1] + sides[3]) / 2)
    target = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    page = cv2.warpPerspective(grey, matrix, (width, height), borderValue=255)
    rim = max(2, max(width, height) // 150)  # what is left of the table along the edges
    page[:rim], page[-rim:], page[:, :rim], page[:, -rim:] = 255, 255, 255, 255
    return np.asarray(page, dtype=np.uint8), np.asarray(matrix, dtype=np.float64)
