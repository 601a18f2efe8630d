"""Door swings in pixels: a quarter of a circle about the hinge, and the leaf from the hinge to one of its ends.

Edges that run neither along nor across the page vote for the centre that they would turn around, radius by radius;
where the votes pile up, the ink itself is asked: is the arc drawn, all of it and no more, and is the leaf? So doors
are found before anything is known of the drawing's scale, and their widths give a first idea of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.pdf.preprocessor import Grey, Mask, resized

if TYPE_CHECKING:
    from pipelines.linework import Floats

Rows = NDArray[np.intp]

#: Radii that are looked for on each level of the pyramid, pixels.
SMALLEST, LARGEST = 18, 40
#: A circle is read off at so many angles; a quarter is as many of them.
_ANGLES: Final = 72
_QUARTER: Final = _ANGLES // 4
#: Share of an arc and of a leaf that has to be drawn.
ARC_DRAWN, LEAF_DRAWN = 0.82, 0.75
#: A line of a swing stands alone: at this distance on either side there is paper, pixels.
_CLEAR: Final = 4.0
#: Centres that are asked of on each level, the best first.
_MOST: Final = 1500
#: A page up to this may be enlarged to find small swings, pixels.
_LARGEST_UP: Final = 6_000_000


@dataclass(frozen=True, slots=True)
class Swings:
    """Swings, in pixels of the picture (x right, y down)."""

    hinge: Floats  #: (n, 2)
    tip: Floats  #: (n, 2) free end of the open leaf
    shut: Floats  #: (n, 2) free end of the closed leaf: the other end of the arc
    score: Floats  #: (n,) 0..1

    def __len__(self) -> int:
        """How many."""
        return len(self.score)

    @property
    def radius(self) -> Floats:
        """(n,) width of the leaf."""
        return np.asarray(np.hypot(*(self.tip - self.hinge).T), dtype=np.float64)

    def take(self, rows: Rows) -> Swings:
        """The given rows."""
        return Swings(self.hinge[rows], self.tip[rows], self.shut[rows], self.score[rows])


def find(grey: Grey, ink: Mask, *, low: float = 12.0, high: float = 130.0) -> Swings:
    """The swings of a page made ready whose radius lies between ``low`` and ``high`` pixels; none where these cross."""
    levels = []
    factor = SMALLEST / low if grey.size * (SMALLEST / low) ** 2 < _LARGEST_UP else 1.0
    while SMALLEST / factor <= high:
        levels.append(_level(grey, ink, factor))
        factor *= SMALLEST * 1.1 / LARGEST
    if not levels:
        nothing = np.zeros((0, 2))
        return Swings(nothing, nothing, nothing, np.zeros(0))
    every = Swings(*(np.concatenate([getattr(level, name) for level in levels]) for name in Swings.__slots__))
    fits = np.flatnonzero((every.radius >= low) & (every.radius <= high))
    return _distinct(every.take(fits))


def _level(grey: Grey, ink: Mask, factor: float) -> Swings:
    """The swings with a radius between ``SMALLEST`` and ``LARGEST`` on one level of the pyramid."""
    small = resized(grey, factor)
    drawn = ink if factor == 1.0 else resized(ink.view(np.uint8) * np.uint8(255), factor) > 70
    # Half a pixel of doubt on either side.
    thick = np.asarray(cv2.dilate(drawn.astype(np.uint8), np.ones((3, 3), np.uint8)), dtype=np.uint8)
    center, radius = _candidates(small)
    center, radius, begin, score = _arcs(thick, center, radius)
    found = _hung(drawn.astype(np.uint8), thick, center, radius, begin, score)
    half = 0.5 / factor - 0.5
    return Swings(found.hinge / factor + half, found.tip / factor + half, found.shut / factor + half, found.score)


def _candidates(grey: Grey) -> tuple[Floats, Floats]:
    """Centres (n, 2) and radii (n,) that many edges turn around."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3)
    dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3)
    strength = np.hypot(dx, dy)
    lean = np.minimum(np.abs(dx), np.abs(dy)) / np.maximum(strength, 1e-6)
    y, x = np.nonzero((strength > 110) & (lean > 0.14))
    height, width = grey.shape
    if not len(x):
        return np.zeros((0, 2)), np.zeros(0)
    ux, uy = dx[y, x] / strength[y, x], dy[y, x] / strength[y, x]
    centers, radii, votes = [], [], []
    # Votes are counted in cells of two by two pixels.
    wide, high = width // 2 + 1, height // 2 + 1
    for radius in np.arange(SMALLEST, LARGEST + 1, 1.5):
        total = np.zeros(high * wide, np.float32)
        for sign in (-1, 1):
            cx = ((x + sign * radius * ux) / 2).astype(np.int64)
            cy = ((y + sign * radius * uy) / 2).astype(np.int64)
            inside = (cx > 0) & (cy > 0) & (cx < wide) & (cy < high)
            total += np.bincount(cy[inside] * wide + cx[inside], minlength=high * wide).astype(np.float32)
        piled = cv2.boxFilter(total.reshape(high, wide), -1, (3, 3), normalize=False)
        piled[piled < 1.3 * radius] = 0
        py, px = np.nonzero((piled > 0) & (piled >= cv2.dilate(piled, np.ones((3, 3), np.uint8))))
        centers.append(np.stack([2 * px + 0.5, 2 * py + 0.5], axis=1).astype(float))
        radii.append(np.full(len(px), radius))
        votes.append(piled[py, px] / radius)
    center, reach, vote = np.concatenate(centers), np.concatenate(radii), np.concatenate(votes)
    best = np.argsort(-vote, kind="stable")[:_MOST]
    return center[best], reach[best]


def _circle(turns: Floats) -> Floats:
    return np.stack([np.cos(turns), np.sin(turns)], axis=-1)


def _read(picture: NDArray[np.uint8], points: Floats) -> NDArray[np.bool_]:
    """Whether the picture is set at points (..., 2); beyond its edge it is not."""
    x, y = np.rint(points[..., 0]).astype(np.int64), np.rint(points[..., 1]).astype(np.int64)
    height, width = picture.shape
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    return np.asarray(inside & (picture[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] > 0), dtype=np.bool_)


def _arcs(thick: NDArray[np.uint8], center: Floats, radius: Floats) -> tuple[Floats, Floats, Rows, Floats]:
    """The candidates whose circle is drawn over a quarter and not much more: moved to where it fits best.

    Gives centres, radii, the first angle of the quarter (an index of ``_ANGLES``) and the share that is drawn.
    """
    turns = np.arange(_ANGLES) * 2 * np.pi / _ANGLES
    circle = _circle(turns)
    # A look through thick glasses tells most of them off.
    blurred = np.asarray(cv2.dilate(thick, np.ones((7, 7), np.uint8)), dtype=np.uint8)
    about, _ = _quarter(_read(blurred, center[:, None] + circle * radius[:, None, None]).astype(float))
    center, radius = center[about > 0.9], radius[about > 0.9]
    shifts = [(dx, dy, dr) for dr in (-1, 0, 1) for dx in (-2, -1, 0, 1, 2) for dy in (-2, -1, 0, 1, 2)]
    best = np.full(len(center), -1.0)
    place, reach = center.copy(), radius.copy()
    begin = np.zeros(len(center), np.intp)
    for dx, dy, dr in shifts:
        at, r = center + np.array([dx, dy]), radius + dr
        on, within, beyond = (
            _read(thick, at[:, None] + circle * (r + by)[:, None, None]) for by in (0.0, -_CLEAR, _CLEAR)
        )
        drawn = np.where(on, 1.0 - 0.5 * within - 0.5 * beyond, 0.0)
        share, first = _quarter(drawn)
        value = share - 0.01 * (abs(dx) + abs(dy) + abs(dr))
        better = value > best
        best[better], place[better], reach[better], begin[better] = value[better], at[better], r[better], first[better]
    # What goes on as a circle is none, even if it is not quite round.
    whole = _read(blurred, place[:, None] + circle * reach[:, None, None])
    beyond = (np.arange(_ANGLES) - begin[:, None]) % _ANGLES >= _QUARTER
    rest = (whole & beyond).sum(axis=1) / (_ANGLES - _QUARTER)
    keep = (best >= ARC_DRAWN) & (rest < 0.6)
    return place[keep], reach[keep], begin[keep], best[keep]


def _quarter(drawn: Floats) -> tuple[Floats, Rows]:
    """(n,) how much of the best quarter of each circle (n, angles) is drawn, and the angle that it begins with."""
    whole = np.concatenate([drawn, drawn[:, : _QUARTER - 1]], axis=1)
    total = np.concatenate([np.zeros((len(whole), 1)), np.cumsum(whole, axis=1)], axis=1)
    share = (total[:, _QUARTER:] - total[:, :-_QUARTER]) / _QUARTER
    # Along the page, where several begin as well.
    share[:, ::_QUARTER] += 0.02
    first = share.argmax(axis=1)
    return share[np.arange(len(share)), first], first


def _hung(
    ink: NDArray[np.uint8], thick: NDArray[np.uint8], center: Floats, radius: Floats, begin: Rows, score: Floats
) -> Swings:
    """The arcs that have a leaf at one end, and paper between."""
    turns = 2 * np.pi / _ANGLES
    ends = []
    for offset in (-1.0, _QUARTER):
        best, angle = np.full(len(center), -1.0), np.zeros(len(center))
        # The leaf is drawn beside the arc's end, or a little past it.
        for nudge in np.arange(-2.0, 2.01, 0.5):
            trial = (begin + offset + nudge * np.sign(offset)) * turns
            share = _along(thick, center, radius, trial) - 0.01 * abs(nudge)
            better = share > best
            best[better], angle[better] = share[better], trial[better]
        ends.append((best, angle))
    # Nothing is drawn where the leaf swings but a tag or a threshold: what a stair or a hatch fills is none.
    between = np.array([0.2, 0.35, 0.5, 0.65, 0.8]) * _QUARTER
    rays = [_along(ink, center, radius, np.asarray((begin + each) * turns, dtype=np.float64)) for each in between]
    filled = np.sum(rays, axis=0) / len(rays)
    (one, first), (other, second) = ends
    leads = one >= other
    leaf, open_at, shut_at = np.where(leads, one, other), np.where(leads, first, second), np.where(leads, second, first)
    keep = np.flatnonzero((leaf >= LEAF_DRAWN) & (filled < 0.2))
    # Where both ends have a line, one of them is a wall or a threshold: which, the walls tell later.
    sure = score * leaf * np.where(np.minimum(one, other) > LEAF_DRAWN, 0.8, 1.0)
    return Swings(
        hinge=center[keep],
        tip=(center + _circle(open_at) * radius[:, None])[keep],
        shut=(center + _circle(shut_at) * radius[:, None])[keep],
        score=np.clip(sure[keep], 0, 1),
    )


def _along(picture: NDArray[np.uint8], center: Floats, radius: Floats, angle: Floats) -> Floats:
    """(n,) share of the ray from each centre that is drawn, between a tenth and nine tenths of the radius."""
    reach = np.linspace(0.1, 0.9, 24)
    points = center[:, None] + _circle(angle)[:, None] * (radius[:, None] * reach)[..., None]
    return np.asarray(_read(picture, points).mean(axis=1), dtype=np.float64)


def _distinct(swings: Swings) -> Swings:
    """Of swings that sweep nearly the same ground the best."""
    middle = (2 * swings.hinge + swings.tip + swings.shut) / 4
    order = np.argsort(-swings.score, kind="stable")
    kept: list[int] = []
    for row in order.tolist():
        reach = np.minimum(swings.radius[kept], swings.radius[row])
        apart = np.hypot(*(middle[kept] - middle[row]).T)
        if not (apart < 0.45 * reach).any():
            kept.append(row)
    return swings.take(np.asarray(kept, dtype=np.intp))
