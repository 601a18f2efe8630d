"""Walls in pixels by the shape of what is drawn, without anything trained.

Walls are drawn in three ways: filled, hatched, or as two lines with paper between them. Filled and hatched ones are
what stays of the ink when thin strokes are taken off it. Hollow ones are the narrow faces of paper between lines that
part one large face (a room, the outside) from another: the treads of a stair, the panes of a window or the boards of
a cupboard are as narrow, but lie beside each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.pdf.preprocessor import stretched

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.pdf.preprocessor import Mask
    from pipelines.pdf.wallnet import Likely, Share

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int32]

#: Thickness of walls, metres.
THINNEST, THICKEST = 0.06, 0.5
#: A face of at least this width is a room or the outside, metres; one of at most this size is a hatch's, metres.
ROOM: Final = 0.75
HATCHED: Final = 0.13
#: Gaps of lines up to this are closed, metres.
LEAK: Final = 0.05
#: Walls longer than this together stand for themselves; shorter ones have to be near others, metres.
ALONE: Final = 3.0
#: A network's wall is where it is this likely, and somewhere in it as likely as that.
MAYBE, SURE = 0.35, 0.6
#: Windows are at least this wide, metres.
NARROWEST: Final = 0.35
#: What is wall over this share of a window's width is the wall that it is in.
ALONG: Final = 0.5
#: A wall ends no nearer than this to another that it runs to, metres; it is no thicker than that.
GAP, STUB = 0.25, 0.45
#: The border of a sheet goes around this much of it.
FRAME: Final = 0.8
#: So near, metres: across a door.
NEAR: Final = 1.3


@dataclass(frozen=True, slots=True)
class Found:
    """Walls in pixels."""

    mask: Mask
    solid: float  #: share of them that is filled or hatched, 0..1
    line: float  #: usual width of thin lines, pixels
    ink: Mask  #: the whole drawing
    windows: Floats  #: (n, 4) boxes of windows, where a network saw them: left, top, right, bottom edges in pixels
    window_score: Floats  #: (n,) 0..1


def of_likely(likely: Likely, ink: Mask, ppm: float) -> Found:
    """The walls that a network saw, on the pixels of ``ink``."""
    wall, window, door = (stretched(each, ink.shape) for each in (likely.wall, likely.window, likely.door))
    seen = (wall > MAYBE) & (wall > window) & (wall > door)
    mask = _bridged(_holding(seen, wall > SURE), ppm)
    line = line_width(ink)
    solid = _opened(ink, max(THINNEST * ppm, 1.7 * line, 2.5)) & mask
    mask = _connected(_unframed(mask), ppm, share=0.0, between=(window > MAYBE) | (door > MAYBE))
    area = float(mask.sum())
    boxes, score = _windows(window, wall, ppm)
    return Found(mask, float((solid & mask).sum()) / area if area else 0.0, line, ink, boxes, score)


def find(ink: Mask, ppm: float) -> Found:
    """The walls of a drawing whose ink is given at ``ppm`` pixels per metre."""
    lines = without_marks(ink, ppm)
    line = line_width(lines)
    leak = _odd(LEAK * ppm)
    sealed = cv2.morphologyEx(lines.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((leak, leak), np.uint8)) > 0
    solid = _solid(np.asarray(sealed, dtype=np.bool_), ppm, line)
    hollow = _hollow(np.asarray(sealed | solid, dtype=np.bool_), ppm, line)
    mask = _connected(solid | hollow, ppm)
    area = float(mask.sum())
    share = float((mask & solid).sum()) / area if area else 0.0
    return Found(mask, share, line, ink, np.zeros((0, 4)), np.zeros(0))


def parted(found: Found, boxes: Floats, ppm: float) -> Found:
    """Walls without what lies in the boxes (n, 4: left, top, right, bottom in pixels) of windows, if these are flat."""
    mask = found.mask.copy()
    for left, top, right, bottom in boxes.tolist():
        wide, high = right - left, bottom - top
        if min(wide, high) > 0.8 * ppm or max(wide, high) < NARROWEST * ppm:
            continue
        # The wall is as deep as it is, whatever the box says; one that meets it beside the window stays whole.
        x, y = (0.0, 0.1 * ppm) if wide > high else (0.1 * ppm, 0.0)
        part = mask[max(0, round(top - y)) : round(bottom + y), max(0, round(left - x)) : round(right + x)]
        if part.size:
            part &= (part.mean(axis=int(wide > high), keepdims=True)) < ALONG
    return replace(found, mask=mask)


def blocks(ink: Mask, ppm: float) -> Mask:
    """What is filled and thicker than any wall: bars, photos, logos."""
    return _flooded(_opened(ink, THICKEST * 1.3 * ppm), ink, 0.1 * ppm)


def line_width(ink: Mask) -> float:
    """The usual width of thin lines, pixels: the least that many runs of ink have, along x and along y."""
    counts = np.zeros(64)
    for picture in (ink, ink.T):
        flat = np.concatenate([picture, np.zeros((len(picture), 1), np.bool_)], axis=1).ravel()
        edge = np.flatnonzero(flat[1:] != flat[:-1]) + 1
        edge = edge[1:] if flat[0] else edge  # a run that begins at the corner is not whole
        begin = edge[0::2][: len(edge) // 2]
        length = edge[1::2][: len(begin)] - begin
        counts += np.bincount(np.minimum(length, 63), minlength=64)
    counts[0] = 0.0
    often = np.flatnonzero(counts > 0.3 * counts.max())
    return float(often[0]) if len(often) else 1.0


def without_marks(ink: Mask, ppm: float) -> Mask:
    """Without what is written and dashed: all that hangs together, and is small or sparse."""
    _, label, stats, _ = cv2.connectedComponentsWithStats(ink.view(np.uint8), connectivity=8)
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) / ppm
    thin = np.minimum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) / ppm
    full = stats[:, cv2.CC_STAT_AREA] / (stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT])
    # A filled pier is as small as a letter, but as thick as a wall.
    pier = (full > 0.75) & (thin > THINNEST * 1.5) & (size > 0.12)
    keep = (size > 0.5) | pier
    keep[0] = False
    return np.asarray(keep[label], dtype=np.bool_)


def _solid(ink: Mask, ppm: float, line: float) -> Mask:
    """What is filled or hatched, and as thick as a wall."""
    filled = ink | _small_faces(ink, ppm)
    least = max(THINNEST * ppm, 1.7 * line, 2.5)
    body = _opened(filled, least)
    return body & ~blocks(body, ppm)


def _small_faces(ink: Mask, ppm: float) -> Mask:
    """Paper between the lines of a hatch: faces both small and narrow."""
    _, label, stats, _ = cv2.connectedComponentsWithStats((~ink).view(np.uint8), connectivity=4)
    area = stats[:, cv2.CC_STAT_AREA] / ppm**2
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) / ppm
    small = (area < HATCHED**2 * 1.5) & (size < 3.5 * HATCHED)
    small[0] = False
    return np.asarray(small[label], dtype=np.bool_)


def _hollow(sealed: Mask, ppm: float, line: float) -> Mask:
    """The narrow faces that part large ones, with half of the lines around them."""
    paper = ~sealed
    wide = _flooded(_opened(paper, ROOM * ppm), paper, ROOM * ppm / 4)
    faces = _faces(paper & ~wide, wide, ppm, line)
    strong = faces.closed & (faces.length > 1.8 * faces.width)
    strong &= faces.beside(faces.closed) > 0.6
    # Axes and hatches cut walls into pieces: what goes on as a wall between rooms is wall as well.
    wall = strong
    for _ in range(3):
        wall = wall | (faces.closed & (faces.beside(faces.closed & ~wall) > 0.8) & faces.goes_on(wall, ppm))
    return _grown(wall[faces.label], line)


@dataclass(frozen=True, slots=True)
class _Faces:
    """Narrow faces of paper; row 0 stands for all that is none."""

    label: Labels  #: (h, w)
    width: Floats  #: (n,) as of a strip, with half of the lines on both sides, metres
    length: Floats  #: (n,) as of a strip, metres
    closed: Mask  #: (n,) narrow throughout, and lines all around
    large: Floats  #: (n,) pixels of wide paper over the line around it
    pairs: NDArray[np.int64]  #: (m, 2) faces, and those over the line from them
    weight: Floats  #: (m,) pixels of the second beside the first

    def beside(self, narrow: Mask) -> Floats:
        """(n,) share of what is over the line that is wide, or a face that does not count as narrow."""
        one, other = self.pairs.T
        counted = narrow[other]
        total = self.large + np.bincount(one, weights=self.weight, minlength=len(self.large))
        bad = np.bincount(one, weights=self.weight * counted, minlength=len(self.large))
        return 1 - bad / np.maximum(total, 1.0)

    def goes_on(self, wall: Mask, ppm: float) -> Mask:
        """(n,) whether a face touches one of the walls that is about as wide, over half of that width at least."""
        one, other = self.pairs.T
        alike = np.abs(np.log(self.width[one] / self.width[other])) < 0.4
        touching = alike & wall[other] & (self.weight > 0.5 * self.width[other] * ppm)
        return np.bincount(one[touching], minlength=len(self.width)) > 0


def _faces(narrow: Mask, wide: Mask, ppm: float, line: float) -> _Faces:
    count, parts, stats, _ = cv2.connectedComponentsWithStats(narrow.view(np.uint8), connectivity=4)
    label: Labels = np.asarray(parts, dtype=np.int32)
    flat = label.ravel()
    reach = cv2.distanceTransform(narrow.view(np.uint8), cv2.DIST_L2, 3).ravel()
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    broadest = np.zeros(count)
    np.maximum.at(broadest, flat, reach)
    width = np.maximum(4 * np.bincount(flat, weights=reach, minlength=count) / area - 1 + line, 1e-3) / ppm
    broadest = (2 * broadest - 1 + line) / ppm
    length = area / np.maximum(width * ppm - line, 1.0) / ppm
    rim = cv2.dilate(label.astype(np.float32), np.ones((3, 3), np.uint8)).astype(np.int32)
    outline = np.bincount(rim[(label == 0)], minlength=count)
    leaking = np.bincount(rim[wide], minlength=count)
    # Where walls meet, the face is broader than each of them.
    closed = (width > THINNEST) & (broadest < np.where(length > 2.5, THICKEST * 1.3, THICKEST))
    closed &= leaking < 0.12 * np.maximum(outline, 1)
    closed[0] = False
    # Lines of walls are drawn heavier than most.
    over = _odd(4 * line + 6)
    high = cv2.dilate(label.astype(np.float32), np.ones((over, over), np.uint8)).astype(np.int32)
    low = -cv2.dilate(-np.where(label > 0, label, count).astype(np.float32), np.ones((over, over), np.uint8))
    low = np.where(low >= count, 0, low).astype(np.int32)
    large = np.zeros(count)
    for near in (high, np.where(low == high, 0, low)):
        large += np.bincount(near[wide], minlength=count)
    pairs, weight = [], []
    for near in (high, low):
        beside = (near > 0) & (label > 0) & (near != label)
        both, number = np.unique(near[beside].astype(np.int64) * count + label[beside], return_counts=True)
        pairs.append(np.stack([both // count, both % count], axis=1))
        weight.append(number.astype(np.float64))
    return _Faces(label, width, length, closed, large, np.concatenate(pairs), np.concatenate(weight))


def _holding(mask: Mask, sure: Mask) -> Mask:
    """The parts of a mask that hold something sure."""
    count, label = cv2.connectedComponents(mask.view(np.uint8), connectivity=8)
    held = np.bincount(label[sure & mask], minlength=count) > 0
    held[0] = False
    return np.asarray(held[label], dtype=np.bool_)


def _bridged(mask: Mask, ppm: float) -> Mask:
    """With what is missing between the end of a wall and the wall that it runs to, along the page or across it."""
    side, shape = _odd(GAP * ppm), mask.view(np.uint8)
    closed = np.zeros_like(mask)
    for size in ((1, side), (side, 1)):
        closed |= np.asarray(cv2.morphologyEx(shape, cv2.MORPH_CLOSE, np.ones(size, np.uint8)) > 0, dtype=np.bool_)
    new = closed & ~mask
    _, label, stats, _ = cv2.connectedComponentsWithStats(new.view(np.uint8), connectivity=8)
    small = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) <= STUB * ppm
    small[0] = False
    return np.asarray(mask | small[label], dtype=np.bool_)


def _windows(window: Share, wall: Share, ppm: float) -> tuple[Floats, Floats]:
    """Boxes (n, 4) and scores (n,) of what a network took for windows."""
    mask = (window > 0.5) & (window > wall)
    _, label, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    x, y, wide, high, area = stats[1:].T.astype(np.float64)
    score = np.bincount(label.ravel(), weights=window.ravel())[1:] / np.maximum(area, 1.0)
    large = (np.maximum(wide, high) > NARROWEST * ppm) & (np.minimum(wide, high) > THINNEST * ppm)
    return np.stack([x, y, x + wide, y + high], axis=1)[large], score[large]


def _unframed(mask: Mask) -> Mask:
    """Without the sheet's border: what runs around nearly all of the picture, and has hardly anything within."""
    height, width = mask.shape
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    large = (stats[:, cv2.CC_STAT_WIDTH] > FRAME * width) & (stats[:, cv2.CC_STAT_HEIGHT] > FRAME * height)
    large[0] = False
    kept = np.ones(count, np.bool_)
    for row in np.flatnonzero(large).tolist():
        x, y, wide, high, area = stats[row].tolist()
        inset = max(wide, high) // 16
        inner = label[y + inset : y + high - inset, x + inset : x + wide - inset] == row
        kept[row] = float(inner.sum()) > 0.12 * area
    return np.asarray(mask & kept[label], dtype=np.bool_)


def _connected(mask: Mask, ppm: float, *, share: float = 0.15, between: Mask | None = None) -> Mask:
    """Without islands: what is short, and far from the rest. ``share`` is of the longest group.

    What lies ``between`` walls, as windows do, brings them nearer.
    """
    near = _odd(NEAR * ppm)
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    if count < 2:
        return mask
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) / ppm
    long = size > 0.3
    long[0] = False
    bridged = long[label] if between is None else long[label] | between
    around = cv2.dilate(bridged.astype(np.uint8), np.ones((near, near), np.uint8))
    groups, group = cv2.connectedComponents(around, connectivity=8)
    length = np.zeros(groups)
    first = np.zeros(count, np.intp)
    first[label.ravel()] = group.ravel()
    length += np.bincount(first, weights=np.where(long, size, 0.0), minlength=groups)
    length[0] = 0.0
    keep = length[first] > max(ALONE, share * float(length.max()))
    keep[0] = False
    return np.asarray(keep[label], dtype=np.bool_)


def _opened(mask: Mask, width: float) -> Mask:
    """What holds a square of the width."""
    side = max(1, round(width))
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((side, side), np.uint8)) > 0)


def _grown(mask: Mask, width: float) -> Mask:
    """The mask and what is within half the width of it."""
    side = _odd(width)
    return np.asarray(cv2.dilate(mask.view(np.uint8), np.ones((side, side), np.uint8)) > 0, dtype=np.bool_)


def _flooded(seed: Mask, mask: Mask, reach: float) -> Mask:
    """The seed, and what of the mask can be reached from it within so many pixels without leaving the mask."""
    flood, within = seed.astype(np.uint8), mask.astype(np.uint8)
    for _ in range(max(1, round(reach))):
        flood = np.asarray(cv2.bitwise_and(cv2.dilate(flood, np.ones((3, 3), np.uint8)), within), dtype=np.uint8)
    return np.asarray(flood > 0, dtype=np.bool_)


def _odd(width: float) -> int:
    return max(1, int(width) // 2 * 2 + 1)
