"""Boxes laid on the lines of walls: where on a line a door or window would be, and how well its own box would fit.

Boxes have sides along the axes of the sheet, walls any direction: what is compared are the box that was seen and the
one around the door or window that would be there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.geometry.areas import parts
from pipelines.geometry.pairs import left, rectangles
from pipelines.linework import Floats, Ints, Seen, Table

if TYPE_CHECKING:
    from pipelines.drafting.walls import Network
    from pipelines.geometry.runs import Gaps
    from pipelines.linework import Sightings

Rows = NDArray[np.intp]
Pairs = tuple[Rows, Rows]  #: rows of sightings and of hosts

#: A flat box lies within its wall by this, metres, and is longer along it than across, by this share at least.
ASIDE: Final = 0.12
LENGTHWISE: Final = 0.9
#: A sighting this near to the end of its gap reaches to it, metres; so does a fifth of its width.
FRAME: Final = 0.16
#: Walls within this of a sighting tell the line that it may stand on, metres.
NEAR: Final = 1.2
#: A jamb is looked for so far inside the end of an opening, metres.
INSIDE: Final = 0.08


@dataclass(frozen=True, slots=True)
class Hosts(Table):
    """Stretches of lines in which an opening may be: gaps, strips of walls, or openings."""

    origin: Floats  #: (n, 2)
    direction: Floats  #: (n, 2) unit
    begin: Floats  #: (n,) along the line
    finish: Floats
    depth: Floats
    run: Rows
    open: NDArray[np.bool_]  #: a gap, or an opening


@dataclass(frozen=True, slots=True)
class Fits(Table):
    """Sightings laid on hosts."""

    seen: Rows
    host: Rows
    begin: Floats  #: (n,) along the host's line
    finish: Floats
    side: Ints  #: (n,) to which the leaf swings: 1 left of the line, -1 right, 0 not known
    fit: Floats  #: (n,) 0..1


def known(network: Network, gaps: Gaps) -> Hosts:
    """Gaps, and the strips of walls."""
    runs, strips = network.runs, network.strips
    run = np.concatenate([gaps.run, network.run])
    ends = [_frame(at, runs.origin[network.run], runs.direction[network.run])[0] for at in (strips.start, strips.end)]
    return Hosts(
        origin=runs.origin[run],
        direction=runs.direction[run],
        begin=np.concatenate([gaps.begin, np.minimum(*ends)]),
        finish=np.concatenate([gaps.finish, np.maximum(*ends)]),
        depth=np.concatenate([gaps.depth, strips.thickness]),
        run=run,
        open=np.arange(len(run)) < len(gaps),
    )


def lines(seen: Sightings, network: Network) -> tuple[Hosts, Pairs]:
    """The lines on which sightings may stand without a gap that is known: hosts, and pairs of sightings and these.

    They are the axes of walls near by, without an end, and lines through the sighting itself along the nearest wall
    or across it, as thick as walls are.
    """
    strips, runs = network.strips, network.runs
    boxes = _boxes(seen)
    tree = shapely.STRtree(strips.rectangles())
    row, strip = tree.query(boxes, predicate="dwithin", distance=NEAR)
    axes = _endless(runs.origin[network.run], runs.direction[network.run], strips.thickness, network.run)
    of, nearest = tree.query_nearest(boxes, all_matches=False)
    along = runs.direction[network.run[nearest]]
    own, owner = [], []
    for direction in (along, left(along)):
        for side in (1.0, -1.0):
            own.append(_through(seen, of, direction, side, network.thickness))
            owner.append(of)
    free = Hosts.joined(own)
    hosts = Hosts.joined([axes, free])
    return hosts, (np.concatenate([row, *owner]), np.concatenate([strip, len(axes) + np.arange(len(free))]))


def _through(seen: Sightings, row: Rows, direction: Floats, side: float, thickness: float) -> Hosts:
    """Lines on which sightings fit as they lie, when what swings opens to the left (1) or right (-1)."""
    kind, size = seen.kind[row], (seen.high - seen.low)[row]
    flat = np.isin(kind, (Seen.SLIDING_DOOR, Seen.WINDOW))
    depth = np.where(flat, np.clip(size.min(axis=1), 0.6 * thickness, 1.6 * thickness), thickness)
    reach = np.where(flat, 0.0, np.where(kind == Seen.DOUBLE_DOOR, 0.5, 1.0))
    wide = _width(size, np.abs(direction), depth, reach)
    aside = np.where(flat, 0.0, (wide * reach - depth / 4) / 2) * side
    middle = (seen.low + seen.high)[row] / 2
    return _endless(middle - left(direction) * aside[:, None], direction, depth, np.full(len(row), -1, np.intp))


def _endless(origin: Floats, direction: Floats, depth: Floats, run: Rows) -> Hosts:
    count = len(origin)
    return Hosts(
        origin, direction, np.full(count, -np.inf), np.full(count, np.inf), depth, run, np.zeros(count, np.bool_)
    )  # fmt: skip


def jambs(fits: Fits, hosts: Hosts, walls: shapely.Geometry) -> tuple[Floats, Floats, Floats]:
    """How far walls stand from both ends of each opening, along its line, and which share of it they cover.

    Infinite where no wall is within a fifth of its width or a frame's, before the end or behind it.
    """
    host = fits.host
    origin, direction, depth = hosts.origin[host], hosts.direction[host], hosts.depth[host]
    reach = np.maximum(FRAME + 0.1, 0.2 * (fits.finish - fits.begin))
    pieces = parts(walls)
    tree = shapely.STRtree(pieces)
    distances = []
    for end, way in ((fits.begin, -direction), (fits.finish, direction)):
        at = origin + direction * end[:, None]
        probe = rectangles(at - way * INSIDE, at + way * reach[:, None], 0.5 * depth)
        row, piece = tree.query(probe, predicate="intersects")
        points, of = shapely.get_coordinates(shapely.intersection(probe[row], pieces[piece]), return_index=True)
        distance = np.full(len(fits), np.inf)
        np.minimum.at(distance, row[of], np.einsum("ij,ij->i", points - at[row[of]], way[row[of]]))
        distances.append(np.maximum(distance, 0.0))
    band = rectangles(origin + direction * fits.begin[:, None], origin + direction * fits.finish[:, None], 0.5 * depth)
    row, piece = tree.query(band, predicate="intersects")
    covered = np.zeros(len(fits))
    np.add.at(covered, row, shapely.area(shapely.intersection(band[row], pieces[piece])))
    return distances[0], distances[1], covered / np.maximum(shapely.area(band), 1e-9)


def near(seen: Sightings, hosts: Hosts) -> Pairs:
    """Pairs of sightings and hosts that touch."""
    bands = rectangles(
        hosts.origin + hosts.direction * hosts.begin[:, None],
        hosts.origin + hosts.direction * hosts.finish[:, None],
        hosts.depth,
    )
    row, host = shapely.STRtree(bands).query(_boxes(seen), predicate="intersects")
    return row, host


def _boxes(seen: Sightings) -> NDArray[np.object_]:
    return np.asarray(shapely.box(*seen.low.T, *seen.high.T), dtype=np.object_)


def laid(seen: Sightings, hosts: Hosts, pairs: Pairs, *, whole: bool) -> Fits:
    """How sightings lie on hosts: in all of the host, or in that part of it where they are."""
    row, host = pairs
    origin, direction, depth = hosts.origin[host], hosts.direction[host], hosts.depth[host]
    kind = seen.kind[row]
    flat = np.isin(kind, (Seen.SLIDING_DOOR, Seen.WINDOW))
    reach = np.where(flat, 0.0, np.where(kind == Seen.DOUBLE_DOOR, 0.5, 1.0))
    size, middle = (seen.high - seen.low)[row], (seen.high + seen.low)[row] / 2
    u, v = _frame(middle, origin, direction)
    wide = _width(size, np.abs(direction), depth, reach)
    begin, finish = u - wide / 2, u + wide / 2
    hung = ~np.isnan(seen.tip[row]).any(axis=1) & (kind == Seen.DOOR)
    begin, finish = _by_hinge(seen, row, origin, direction, (begin, finish), hung)
    low, high = hosts.begin[host], hosts.finish[host]
    own = np.stack([begin, finish], axis=1)
    if whole:
        begin, finish = low, high
    else:
        snap = np.maximum(FRAME, 0.2 * wide)
        gap = hosts.open[host]
        begin = np.where(gap & (np.abs(begin - low) <= snap), low, np.maximum(begin, low))
        finish = np.where(gap & (np.abs(finish - high) <= snap), high, np.minimum(finish, high))
    fit, side = _fit(seen, row, (origin, direction, depth), (begin, finish), reach)
    common = np.minimum(finish, own[:, 1]) - np.maximum(begin, own[:, 0])
    along = common / np.maximum(np.maximum(finish, own[:, 1]) - np.minimum(begin, own[:, 0]), 1e-9)
    lean = np.abs(direction)
    lengthwise = np.einsum("ij,ij->i", size, lean) >= LENGTHWISE * np.einsum("ij,ij->i", size, lean[:, ::-1])
    inside = lengthwise & (np.abs(v) <= depth / 2 + ASIDE)
    fit = np.where(flat, np.where(inside, np.clip(along, 0.0, 1.0), 0.0), fit)
    fit = np.where(hung & ~_hangs(seen, row, origin, direction, depth), 0.0, fit)
    return Fits(row, host, begin, finish, np.where(flat, 0, side).astype(np.int32), fit)


def _frame(points: Floats, origin: Floats, direction: Floats) -> tuple[Floats, Floats]:
    """Coordinates along and across lines."""
    offset = points - origin
    return np.einsum("ij,ij->i", offset, direction), np.einsum("ij,ij->i", offset, left(direction))


def _width(size: Floats, lean: Floats, depth: Floats, reach: Floats) -> Floats:
    """How wide an opening is whose box has this size, in walls of these directions (their absolute components).

    The box of a rectangle a by b, turned, has a c + b s and a s + b c as its sides: their sum tells a where b is known.
    """
    square = lean.min(axis=1) < 0.05
    straight = np.where(lean[:, 0] > lean[:, 1], size[:, 0], size[:, 1])
    across = depth * np.where(reach > 0, 0.75, 1.0)
    turned = (size.sum(axis=1) / np.maximum(lean.sum(axis=1), 1e-9) - across) / (1 + reach)
    return np.asarray(np.maximum(np.where(square, straight, turned), 0.05), dtype=np.float64)


def _by_hinge(
    seen: Sightings, row: Rows, origin: Floats, direction: Floats, span: tuple[Floats, Floats], hung: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Begin and end of a door: where its hinge is known, from there as far as its leaf is long."""
    hinge, _ = _frame(seen.hinge[row], origin, direction)
    leaf = np.hypot(*(seen.tip - seen.hinge)[row].T)
    other = np.where(hinge < (span[0] + span[1]) / 2, hinge + leaf, hinge - leaf)
    begin, finish = np.minimum(hinge, other), np.maximum(hinge, other)
    return np.where(hung, begin, span[0]), np.where(hung, finish, span[1])


def _hangs(seen: Sightings, row: Rows, origin: Floats, direction: Floats, depth: Floats) -> NDArray[np.bool_]:
    """(n,) whether a leaf hangs in the wall on a line, and stands open out of it."""
    _, hinge = _frame(seen.hinge[row], origin, direction)
    _, tip = _frame(seen.tip[row], origin, direction)
    leaf = np.hypot(*(seen.tip - seen.hinge)[row].T)
    return np.asarray((np.abs(hinge) <= depth / 2 + ASIDE) & (np.abs(tip - hinge) > leaf / 3), dtype=np.bool_)


def _fit(
    seen: Sightings, row: Rows, line: tuple[Floats, Floats, Floats], span: tuple[Floats, Floats], reach: Floats
) -> tuple[Floats, Ints]:
    """Share that the box of the door that would be there has in common with the one seen; the side it swings to."""
    origin, direction, depth = line
    across = left(direction)
    a, b = (origin + direction * t[:, None] for t in span)
    swept = (span[1] - span[0]) * reach + depth / 4
    shares = []
    for way in (1.0, -1.0):
        corners = np.stack([end + across * far[:, None] for end in (a, b) for far in (-way * depth / 2, way * swept)])
        low, high = corners.min(axis=0), corners.max(axis=0)
        common = np.clip(np.minimum(high, seen.high[row]) - np.maximum(low, seen.low[row]), 0, None).prod(axis=1)
        union = (high - low).prod(axis=1) + (seen.high - seen.low)[row].prod(axis=1) - common
        shares.append(common / np.maximum(union, 1e-9))
    one, other = shares
    side = np.where(np.abs(one - other) < 0.05, 0, np.where(one > other, 1, -1))
    return np.maximum(one, other), side.astype(np.int32)


def within(seen: Sightings, fits: Fits, hosts: Hosts) -> Floats:
    """(n,) share of each sighting, along the line, that lies within its host."""
    at = fits.host
    corners = np.stack([seen.low, seen.high], axis=1)[fits.seen]
    every = np.stack([np.stack([corners[:, i, 0], corners[:, j, 1]], axis=1) for i in (0, 1) for j in (0, 1)])
    t = np.stack([_frame(corner, hosts.origin[at], hosts.direction[at])[0] for corner in every])
    low, high = t.min(axis=0), t.max(axis=0)
    common = np.minimum(high, hosts.finish[at]) - np.maximum(low, hosts.begin[at])
    return np.asarray(np.clip(common / np.maximum(high - low, 1e-9), 0.0, 1.0), dtype=np.float64)
