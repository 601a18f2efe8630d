"""Filled and closed regions of a page: outlines with their holes, by the rule that fills them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.linework import Areas, Floats, Ints, Origin, Ragged

if TYPE_CHECKING:
    from pipelines.linework import Bools
    from pipelines.pdf.page import Page

#: Ends nearer than this close an outline, mm.
CLOSE: Final = 2e-3
#: Less area than this is none, mm².
LEAST: Final = 1e-4
RGB: Final = 0x1000000


def areas_of(page: Page, start: Floats, end: Floats, chain: Ints, path: Ints) -> Areas:
    """The areas of chains of chords: what is filled, and closed outlines.

    Args:
        page: The page.
        start: (n, 2) where each chord begins, chain by chain.
        end: (n, 2) where it ends.
        chain: (n,) the chain of each, rising.
        path: (chains,) the path of each chain.
    """
    count = len(path)
    offsets = np.searchsorted(chain, np.arange(count + 1)).astype(np.int64)
    rings = Ragged(start, offsets)
    number = rings.counts
    last = np.maximum(offsets[1:] - 1, 0)
    closed = np.zeros(count, np.bool_)
    some = number > 0
    closed[some] = np.abs(end[last[some]] - start[offsets[:-1][some]]).max(axis=1) < CLOSE
    filled = page.paths.filled[path]
    kept = np.flatnonzero((filled & (number >= 2) | closed) & (number + ~closed >= 3))
    # An open outline is filled as if a line closed it: its last point is a corner too.
    rings = _with_last(rings.take(kept), end[last[kept]], ~closed[kept])
    size = _signed(rings)
    sized = np.abs(size) > LEAST
    kept, rings, size = kept[sized], rings.take(np.flatnonzero(sized)), size[sized]
    owner = path[kept]
    inside = _shown(page, rings, page.paths.clip[owner])
    kept, rings, size, owner = kept[inside], rings.take(np.flatnonzero(inside)), size[inside], owner[inside]
    region = _regions(page, rings, size, owner)
    rows = len(kept)
    filled = page.paths.filled[owner]
    color = np.where(filled, page.paths.paint[owner], page.paths.pen[owner]) | RGB
    return Areas(
        rings=rings,
        region=region,
        filled=filled,
        solid=filled.copy(),
        layer=page.paths.layer[owner],
        color=color.astype(np.int32),
        z=np.zeros(rows),
        thickness=np.zeros(rows),
        origin=np.where(filled, Origin.SOLID, Origin.POLYLINE).astype(np.int32),
        source=kept.astype(np.int32),
        instance=np.full(rows, -1, np.int32),
    )


def _with_last(rings: Ragged, last: Floats, more: Bools) -> Ragged:
    """Rings with one more point at the end of those marked."""
    at = rings.offsets[1:][more]
    points = np.insert(rings.points, at, last[more], axis=0)
    offsets = rings.offsets + np.concatenate([[0], np.cumsum(more)])
    return Ragged(points, offsets)


def _signed(rings: Ragged) -> Floats:
    """(n,) areas, positive for counter-clockwise rings."""
    if not len(rings):
        return np.zeros(0)
    points = rings.points
    following = np.arange(1, len(points) + 1)
    following[rings.offsets[1:] - 1] = rings.offsets[:-1]
    # About the ring's own first point, or the size of the page eats the digits.
    local = points - points[rings.offsets[:-1]][rings.owner]
    cross = local[:, 0] * local[following, 1] - local[:, 1] * local[following, 0]
    return np.asarray(np.bincount(rings.owner, weights=cross, minlength=len(rings)) / 2, dtype=np.float64)


def boxes_of(rings: Ragged) -> Floats:
    """(n, 4) x0, y0, x1, y1 of rings that have points."""
    if not len(rings):
        return np.zeros((0, 4))
    low = np.minimum.reduceat(rings.points, rings.offsets[:-1])
    high = np.maximum.reduceat(rings.points, rings.offsets[:-1])
    return np.concatenate([low, high], axis=1)


def _shown(page: Page, rings: Ragged, clip: Ints) -> Bools:
    """(n,) rings of which something lies within the page and their clip."""
    box = boxes_of(rings)
    frame = np.concatenate([page.clips, [[0.0, 0.0, *page.size]]])[clip]
    sheet = np.array(page.size)
    meets = (box[:, :2] < np.minimum(frame[:, 2:], sheet)).all(axis=1)
    meets &= (box[:, 2:] > np.maximum(frame[:, :2], 0.0)).all(axis=1)
    return np.asarray(meets, np.bool_)


def _regions(page: Page, rings: Ragged, size: Floats, path: Ints) -> Ints:
    """(n,) the region that each ring bounds: a hole shares its outline's, all else has its own."""
    region = np.arange(len(rings), dtype=np.int32)
    fills = np.flatnonzero(page.paths.filled[path])
    some = fills[np.bincount(path[fills], minlength=len(page.paths))[path[fills]] > 1]
    if not len(some):
        return region
    group = rings.take(some)
    loops = shapely.polygons(shapely.linearrings(group.points, indices=group.owner))
    shapes = np.asarray(loops, dtype=np.object_)
    # Outlines of one path may overlap: a hole is what lies within another whole, which is asked of few.
    inner, outer = shapely.STRtree(shapes).query(shapely.points(group.points[group.offsets[:-1]]), "intersects")
    same = (path[some[inner]] == path[some[outer]]) & (inner != outer)
    inner, outer = inner[same], outer[same]
    held = shapely.covers(shapely.make_valid(shapes[outer]), shapely.make_valid(shapes[inner]))
    inner, outer = inner[held], outer[held]
    inner, outer = some[inner], some[outer]
    mass = np.abs(size)
    within = mass[inner] < mass[outer]
    # By winding only an outline that runs the other way is a hole; by even and odd every inner one is.
    within &= page.paths.even_odd[path[inner]] | (np.sign(size[inner]) != np.sign(size[outer]))
    inner, outer = inner[within], outer[within]
    # The largest outline around it, written last.
    order = np.argsort(mass[outer], kind="stable")
    region[inner[order]] = outer[order]
    return region
