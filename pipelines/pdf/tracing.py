"""From a mask of walls to polygons as they were drawn: straight sides, right angles, lines that go on after a gap.

The outline of every wall is cut into sides; each side takes the nearest of the directions that the drawing has, and
sides that lie on one line, in whatever wall, are put on it together. What follows no direction (a curved wall) stays
as its outline is, smoothed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.geometry.areas import joined, offset, parts

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.pdf.preprocessor import Grey, Mask

Geometries = NDArray[np.object_]

#: How far an outline may be from its pixels, metres.
STRAY: Final = 0.045
#: Sides turn into the direction of the drawing from this angle on, degrees; long ones only where their ends stay so
#: near, metres, and never less than the last angle: a wall may be askew by little, and be drawn so.
TURN: Final = 7.0
TURNED: Final = 0.15
LEAST_TURN: Final = 1.5
#: Sides in one direction nearer than this are one line, metres.
LINE: Final = 0.035
#: A direction counts from this length of sides on, as a share of all.
_COMMON: Final = 0.07
#: Another one is as many half degrees away at least.
_BESIDE: Final = 7
#: How far from its pixels a side is looked for in the drawing itself, and how broad a line can be, metres.
SOUGHT, LINED = 0.07, 0.13
#: The end of a wall, beside a door or window, is looked for as far as this, metres.
ENDING: Final = 0.18
#: What is dark over this share of a wall's thickness is no line, but the wall.
_FULL: Final = 0.7
#: A side is drawn where its darkest row is darker than this (of 255) on average.
_DARK: Final = 60.0
#: Holes up to this are closed, and parts up to this are dropped, square metres.
HOLE, SPECK = 0.02, 0.015


def trace(mask: Mask, ppm: float, grey: Grey | None = None, *, line: float = 0.0) -> Geometries:
    """The walls (n,) of a mask as polygons, in metres from its upper left corner, y down.

    With ``grey``, the picture that the mask was made of, sides are moved to where it shows them: to the middle of a
    line, or to the edge of a filled wall, in by a quarter of the ``line`` (pixels) that may be drawn around it.
    """
    rings = _rings(mask, ppm)
    if not rings:
        return np.zeros(0, dtype=np.object_)
    sides = _sides(rings, ppm)
    turned = _turned(sides, _directions(sides))
    if grey is not None:
        turned = _drawn(turned, mask, grey, ppm, line)
    shapes = _polygons(_aligned(turned), len(rings))
    whole = shapely.make_valid(shapes)
    outline = joined(parts(whole[[ring.outer for ring in rings]]))
    holes = joined(parts(whole[[not ring.outer for ring in rings]]))
    region: shapely.Geometry = shapely.difference(outline, holes)
    # Slits and spikes are what the grid of pixels leaves.
    region = offset(offset(offset(region, LINE / 2), -LINE), LINE / 2)
    return _whole(parts(region))


@dataclass(frozen=True, slots=True)
class _Ring:
    """An outline in metres; holes are rings of their own."""

    points: Floats  #: (n, 2) all of its pixels' corners
    corners: NDArray[np.intp]  #: (k,) rows of ``points`` between which it is straight
    outer: bool


def _rings(mask: Mask, ppm: float) -> list[_Ring]:
    """The outlines along the edges of pixels, and their corners."""
    # Contours run through the middle of pixels: at twice the size, and half a pixel in, that is near their edges.
    large = cv2.resize(mask.view(np.uint8), None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    padded = cv2.copyMakeBorder(large, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    contours, tree = cv2.findContours(padded, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    rings = []
    for number, contour in enumerate(contours):
        outer = bool(tree[0][number][3] < 0)
        grid = contour.reshape(-1, 2)
        if len(grid) < 8 or cv2.contourArea(contour) < (SPECK if outer else HOLE) * (2 * ppm) ** 2:
            continue
        coarse = cv2.approxPolyDP(contour, STRAY * 2 * ppm, closed=True).reshape(-1, 2)
        if len(coarse) < 3:
            continue
        where = {(int(x), int(y)): k for k, (x, y) in enumerate(grid.tolist())}
        corners = np.unique([where[int(x), int(y)] for x, y in coarse.tolist()])
        rings.append(_Ring(np.asarray((grid - 1.5) / (2 * ppm), dtype=np.float64), corners, outer))
    return rings


#: Which way is out of the wall: to the right (1) or to the left (-1) of a contour, with y down.
OUT: Final = -1.0


@dataclass(frozen=True, slots=True)
class _Sides:
    """Straight pieces of outlines, in their order around."""

    center: Floats  #: (n, 2)
    angle: Floats  #: (n,) radians
    length: Floats  #: (n,)
    ring: NDArray[np.intp]  #: (n,)
    snapped: Mask  #: (n,) whether it follows a direction of the drawing


def _sides(rings: list[_Ring], ppm: float) -> _Sides:
    """Each side as the line that fits its pixels best; their ends, where it turns the corner, are left out.

    Outlines run through the middle of the outermost half pixels, and with the wall on one side all around: sides are
    moved out by what is missing.
    """
    center, angle, length, owner = [], [], [], []
    for number, ring in enumerate(rings):
        points, corners = ring.points, ring.corners
        for begin, end in zip(corners.tolist(), np.roll(corners, -1).tolist(), strict=True):
            run = points[begin : end + 1] if end > begin else np.concatenate([points[begin:], points[: end + 1]])
            cut = min(len(run) // 5, 6)
            inner = run[cut : len(run) - cut] if len(run) > 2 * cut + 2 else run
            chord = run[-1] - run[0]
            middle = inner.mean(axis=0)
            spread = inner - middle
            xx, xy, yy = (spread[:, 0] ** 2).sum(), (spread[:, 0] * spread[:, 1]).sum(), (spread[:, 1] ** 2).sum()
            fitted = 0.5 * np.arctan2(2 * xy, xx - yy) if len(inner) > 8 else np.arctan2(chord[1], chord[0])
            if np.cos(fitted) * chord[0] + np.sin(fitted) * chord[1] < 0:
                fitted += np.pi
            center.append(middle + np.array([np.sin(fitted), -np.cos(fitted)]) * OUT * 0.25 / ppm)
            angle.append(fitted)
            length.append(float(np.hypot(*chord)))
            owner.append(number)
    return _Sides(np.asarray(center), np.asarray(angle), np.asarray(length), np.asarray(owner, dtype=np.intp),
                  np.zeros(len(length), np.bool_))  # fmt: skip


def _directions(sides: _Sides) -> Floats:
    """The directions of the drawing, radians modulo a half turn, that of most length first; along with across."""
    degrees = np.degrees(sides.angle) % 180
    bins = np.bincount((degrees * 2).astype(np.intp) % 360, weights=sides.length, minlength=360)
    # A line and what stands square on it speak for each other.
    square = bins + np.roll(bins, 180)
    smooth = np.sum([np.roll(square, k) for k in range(-3, 4)], axis=0)
    found: list[float] = []
    for _ in range(6):
        best = int(np.argmax(smooth[:180]))
        if smooth[best] < _COMMON * sides.length.sum():
            break
        middle = best / 2
        near = np.abs((degrees - middle + 45) % 90 - 45) < 4
        apart = ((degrees[near] - middle + 45) % 90) - 45
        exact = middle + float(np.average(apart, weights=sides.length[near] ** 2)) if near.any() else middle
        # A drawing that was straightened has its main direction along the page.
        exact = 0.0 if abs((exact + 45) % 90 - 45) < 0.35 else exact
        found += [exact % 180, (exact + 90) % 180]
        for k in range(-_BESIDE, _BESIDE + 1):
            smooth[(best + k) % 180] = smooth[(best + k) % 180 + 180] = 0
    return np.radians(np.asarray(found, dtype=np.float64))


def _turned(sides: _Sides, directions: Floats) -> _Sides:
    """The sides turned into the nearest direction; short ones from farther, since pixels tell theirs badly."""
    if not len(directions):
        return sides
    apart = (sides.angle[:, None] - directions + np.pi / 2) % np.pi - np.pi / 2
    nearest = np.abs(apart).argmin(axis=1)
    off = apart[np.arange(len(apart)), nearest]
    steady = np.clip(np.degrees(TURNED / np.maximum(sides.length, 1e-6)), LEAST_TURN, TURN)
    allowed = np.radians(
        np.select([sides.length < 0.25, sides.length < 0.6, sides.length < 1.0], [45.0, 30.0, 2 * TURN], steady)
    )
    # The first direction has the benefit of doubt.
    first = np.abs(apart[:, :2]).argmin(axis=1)
    doubtful = np.abs(apart[np.arange(len(apart)), first]) < np.radians(steady)
    nearest = np.where(doubtful, first, nearest)
    off = apart[np.arange(len(apart)), nearest]
    snapped = np.abs(off) < allowed
    return _Sides(sides.center, np.where(snapped, sides.angle - off, sides.angle), sides.length, sides.ring, snapped)


def _drawn(sides: _Sides, mask: Mask, grey: Grey, ppm: float, line: float) -> _Sides:
    """The sides moved along their normals to where the picture has them; where it has none they stay.

    The profile across each side, averaged along it, is read from the outside in: where it becomes dark begins a line,
    whose middle is taken, or the filled wall itself.
    """
    center = sides.center.copy()
    steps = np.arange(-ENDING * ppm, 0.6 * ppm, 0.25)  # from outside in, pixels
    reach_of = np.where(_ends(sides), ENDING, SOUGHT) * ppm
    shapes = mask.astype(np.uint8)
    for k in np.flatnonzero(sides.length > 0.12).tolist():
        along = np.array([np.cos(sides.angle[k]), np.sin(sides.angle[k])])
        inward = np.array([-along[1], along[0]]) * OUT
        reach = max(sides.length[k] / 2 - 0.06, 0.03) * ppm
        spots = np.arange(-reach, reach + 0.01, max(1.0, reach / 40))
        at = center[k] * ppm - 0.5 + spots[:, None, None] * along + steps[None, :, None] * inward
        x, y = at[..., 0].astype(np.float32), at[..., 1].astype(np.float32)
        profile = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
        within = np.asarray(cv2.remap(shapes, x, y, cv2.INTER_NEAREST), dtype=np.float64).mean(axis=0) > 0.5
        inside = within[steps > 1.0]
        thick = float(np.argmin(inside)) * 0.25 + 1.0 if not inside.all() else np.inf
        dark = 255.0 - np.asarray(profile, dtype=np.float64).mean(axis=0)
        moved = _edge(dark, steps, min(LINED * ppm, _FULL * thick), float(reach_of[k]), line)
        center[k] += inward * moved / ppm
    return _Sides(center, sides.angle, sides.length, sides.ring, sides.snapped)


def _ends(sides: _Sides) -> Mask:
    """(n,) the short sides between two long ones that run back to back: where a wall ends."""
    rows = np.arange(len(sides.ring))
    first = np.searchsorted(sides.ring, sides.ring)
    last = np.searchsorted(sides.ring, sides.ring, side="right") - 1
    before, after = np.where(rows == first, last, rows - 1), np.where(rows == last, first, rows + 1)
    back = np.cos(sides.angle[before] - sides.angle[after]) < -0.98
    square = np.abs(np.cos(sides.angle - sides.angle[after])) < 0.2
    long = np.minimum(sides.length[before], sides.length[after]) > 0.8 * sides.length
    return np.asarray(back & square & long & (sides.length < 0.6), dtype=np.bool_)


def _edge(dark: Floats, steps: Floats, broad: float, sought: float, pen: float) -> float:
    """Where the side is by its profile, pixels inwards; 0 where the profile does not say."""
    near = np.abs(steps) <= sought
    top = float(dark[near].max())
    if top < _DARK or top - float(dark[near].min()) < _DARK / 2:
        return 0.0
    over = dark > top / 2
    rises = np.flatnonzero(over[1:] & ~over[:-1]) + 1
    rises = rises[np.abs(steps[rises]) <= sought]
    if not len(rises):
        return 0.0
    begin = int(rises[np.abs(steps[rises]).argmin()])
    falls = np.flatnonzero(~over[begin:])
    end = begin + int(falls[0]) if len(falls) else len(steps)
    width = (end - begin) * 0.25
    return float(steps[begin] - 0.125 + (width / 2 if width <= broad else min(pen, width) / 4))


def _aligned(sides: _Sides) -> _Sides:
    """Sides of one direction that lie within ``LINE`` of each other moved onto one line, their mean by length."""
    center = sides.center.copy()
    heading = np.round(np.degrees(sides.angle) % 180, 3) % 180
    for direction in np.unique(heading[sides.snapped]):
        rows = np.flatnonzero(sides.snapped & (np.abs(heading - direction) < 1e-3))
        turn = np.radians(direction)
        normal = np.array([-np.sin(turn), np.cos(turn)])
        at = center[rows] @ normal
        order = np.argsort(at)
        for group in _clusters(at[order]):
            members = rows[order[group]]
            mean = float(np.average(center[members] @ normal, weights=sides.length[members]))
            center[members] += np.outer(mean - center[members] @ normal, normal)
    return _Sides(center, sides.angle, sides.length, sides.ring, sides.snapped)


def _clusters(at: Floats) -> list[slice]:
    """Sorted offsets in groups no wider than ``LINE``, cut where the gap between neighbours is widest."""
    groups, todo = [], [slice(0, len(at))]
    while todo:
        part = todo.pop()
        values = at[part]
        if len(values) < 2 or values[-1] - values[0] <= LINE:
            groups.append(part)
            continue
        cut = part.start + int(np.argmax(np.diff(values))) + 1
        todo += [slice(part.start, cut), slice(cut, part.stop)]
    return groups


def _polygons(sides: _Sides, count: int) -> Geometries:
    """The rings (count,) whose corners are where neighbouring sides meet."""
    shapes = np.full(count, shapely.Polygon(), dtype=np.object_)
    bounds = np.searchsorted(sides.ring, np.arange(count + 1))
    for number in range(count):
        rows = slice(bounds[number], bounds[number + 1])
        corners = _corners(sides.center[rows], sides.angle[rows], sides.length[rows])
        if len(corners) >= 3:
            shapes[number] = shapely.Polygon(corners)
    return shapes


def _corners(center: Floats, angle: Floats, length: Floats) -> Floats:
    """Where each side meets the next; two that run on in one direction are joined by a step between them."""
    found: list[Floats] = []
    count = len(center)
    direction = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    for k in range(count):
        n = (k + 1) % count
        u, v = direction[k], direction[n]
        sine = u[0] * v[1] - u[1] * v[0]
        end, begin = center[k] + u * length[k] / 2, center[n] - v * length[n] / 2
        if abs(sine) > 0.2:
            offset = center[n] - center[k]
            at = center[k] + u * ((offset[0] * v[1] - offset[1] * v[0]) / sine)
            middle = (end + begin) / 2
            if np.hypot(*(at - middle)) < 0.25:
                found.append(at)
                continue
        middle = (end + begin) / 2
        for c, d in ((center[k], u), (center[n], v)):
            found.append(c + d * float((middle - c) @ d))
    return np.asarray(found)


def _whole(shapes: Geometries) -> Geometries:
    """Without specks, and without holes as small as specks."""
    shapes = shapes[shapely.area(shapes) > SPECK]
    kept = []
    for shape in shapes:
        holes = [ring for ring in shape.interiors if shapely.area(shapely.Polygon(ring)) > HOLE]
        kept.append(shapely.Polygon(shape.exterior, holes))
    return np.asarray(kept, dtype=np.object_)
