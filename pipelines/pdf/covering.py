"""What is seen of a page where one thing lies over another: clips cut, paper-coloured fills hide, paper shows nothing.

Programs clip hatches to walls instead of cutting their lines, wipe out what lies under furniture and text with white
fills, and open walls for windows with white rectangles.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.geometry.areas import parts, polygons
from pipelines.linework import Areas, Bools, Floats, Ints, Ragged, Strokes
from pipelines.pdf.fills import boxes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.intp]
    Geometries = NDArray[np.object_]

#: Colours whose channels are nearer than this are one.
SAME_COLOR: Final = 6
WHITE: Final = 0xFFFFFF
#: A fill over this share of the page, under all else, is its paper.
PAPER: Final = 0.6
#: What lies this near the edge of a cover is seen: a line along it shows half its width, mm.
EDGE: Final = 0.05
#: A cover smaller than this hides nothing that matters, mm²; of more than so many the largest are taken.
LEAST: Final = 0.02
MOST: Final = 20_000
#: Pieces of lines shorter than this are dust, mm.
DUST: Final = 1e-3
DUST_AREA: Final = 1e-3


def paper(areas: Areas, size: tuple[float, float], first: int) -> int:
    """The colour of the paper: white, unless a fill below everything else (up to source ``first``) is it."""
    rows = np.flatnonzero(areas.filled & (areas.source <= first))
    if not len(rows):
        return WHITE
    shapes, head = polygons(areas.take(rows))
    large = shapely.area(shapes) > PAPER * size[0] * size[1]
    return int(areas.color[rows[head[large]]][-1]) & WHITE if large.any() else WHITE


def alike(color: Ints, other: int) -> Bools:
    """(n,) colours 0xRRGGBB that look like another."""
    near = np.ones(len(color), np.bool_)
    for shift in (16, 8, 0):
        near &= np.abs((color >> shift & 255) - (other >> shift & 255)) < SAME_COLOR
    return near


def clipped_strokes(strokes: Strokes, clip: Ints, shapes: dict[int, shapely.Geometry]) -> Strokes:
    """The strokes cut at the shapes that clip them.

    ``clip`` names the shape of each stroke; one that is not in ``shapes`` clips nothing.
    """
    held = np.isin(clip, list(shapes))
    if not held.any():
        return strokes
    rows = np.flatnonzero(held)
    lines = _lines(strokes, rows)
    left = np.empty(len(rows), dtype=np.object_)
    for number in np.unique(clip[rows]).tolist():
        shape = shapes[number]
        shapely.prepare(shape)
        mine = np.flatnonzero(clip[rows] == number)
        inside = np.asarray(shapely.contains_properly(shape, lines[mine]), dtype=np.bool_)
        left[mine[inside]] = lines[mine[inside]]
        left[mine[~inside]] = shapely.intersection(lines[mine[~inside]], shape)
    return _recut(strokes, rows, left)


def clipped_areas(areas: Areas, clip: Ints, shapes: dict[int, shapely.Geometry]) -> Areas:
    """The areas cut at the shapes that clip them; ``clip`` names the shape of each ring."""
    held = np.isin(clip, list(shapes))
    if not held.any():
        return areas
    rows = np.flatnonzero(held)
    whole, head = polygons(areas.take(rows))
    masks = np.array([shapes[number] for number in clip[rows[head]].tolist()], dtype=np.object_)
    return _refilled(areas, rows, rows[head], shapely.intersection(whole, masks))


def framed(areas: Areas, frames: Floats) -> Areas:
    """The areas cut at the rectangles (n, 4) within which each ring is shown: x0, y0, x1, y1."""
    if not len(areas):
        return areas
    box = boxes_of(areas.rings)
    beyond = ((box[:, :2] < frames[:, :2] - EDGE) | (box[:, 2:] > frames[:, 2:] + EDGE)).any(axis=1)
    rows = np.flatnonzero(np.isin(areas.region, areas.region[beyond]))
    if not len(rows):
        return areas
    whole, head = polygons(areas.take(rows))
    return _refilled(areas, rows, rows[head], shapely.intersection(whole, shapely.box(*frames[rows[head]].T)))


def uncovered(strokes: Strokes, areas: Areas, order: Ints, color: int) -> tuple[Strokes, Areas]:
    """What is seen where fills of the paper's colour lie over what was painted before them.

    Args:
        strokes: The strokes.
        areas: The areas.
        order: (sources,) when each source was painted.
        color: The paper's, 0xRRGGBB. What has it is gone in the result.
    """
    seen = ~alike(strokes.color, color)
    strokes = strokes.take(seen)
    blank = areas.filled & alike(areas.color, color)
    masks, head = polygons(areas.take(blank)) if blank.any() else (np.zeros(0, np.object_), np.zeros(0, np.intp))
    when = order[areas.source[np.flatnonzero(blank)[head]]]
    areas = areas.take(~blank)
    size = shapely.area(masks)
    largest = np.argsort(-size, kind="stable")[:MOST]
    kept = np.sort(largest[size[largest] > LEAST])
    masks, when = masks[kept], when[kept]
    if not len(masks):
        return strokes, areas
    masks = np.asarray(shapely.buffer(masks, -EDGE, join_style="mitre"), dtype=np.object_)
    tree = shapely.STRtree(masks)
    strokes = _hidden_strokes(strokes, order, masks, when, tree)
    return strokes, _hidden_areas(areas, order, masks, when, tree)


def _hidden_strokes(strokes: Strokes, order: Ints, masks: Geometries, when: Ints, tree: shapely.STRtree) -> Strokes:
    early = np.flatnonzero(order[strokes.source] < int(when.max()))
    if not len(early):
        return strokes
    lines = _lines(strokes, early)
    line, mask = tree.query(lines, predicate="intersects")
    later = when[mask] > order[strokes.source[early[line]]]
    rows, left = _without(lines, masks, line[later], mask[later])
    return _recut(strokes, early[rows], left)


def _hidden_areas(areas: Areas, order: Ints, masks: Geometries, when: Ints, tree: shapely.STRtree) -> Areas:
    solid = np.flatnonzero(areas.filled & (order[areas.source] < int(when.max())))
    if not len(solid):
        return areas
    whole, head = polygons(areas.take(solid))
    shape, mask = tree.query(whole, predicate="intersects")
    later = when[mask] > order[areas.source[solid[head[shape]]]]
    rows, left = _without(whole, masks, shape[later], mask[later])
    if not len(rows):
        return areas
    touched = np.flatnonzero(np.isin(areas.region, areas.region[solid[head[rows]]]))
    return _refilled(areas, touched, solid[head[rows]], left)


def _without(shapes: Geometries, masks: Geometries, row: Rows, mask: Rows) -> tuple[Rows, Geometries]:
    """What the masks leave of the shapes, as pairs of rows say; and which shapes those are."""
    rows, at = np.unique(row, return_inverse=True)
    left = shapes[rows].copy()
    rank = np.arange(len(row)) - np.searchsorted(row, row)  # pairs come in the order of the shapes
    for turn in range(int(rank.max(initial=-1)) + 1):
        now = rank == turn
        left[at[now]] = shapely.difference(left[at[now]], masks[mask[now]])
    return rows, left


def _lines(strokes: Strokes, rows: Rows) -> Geometries:
    ends = np.stack([strokes.start[rows], strokes.end[rows]], axis=1)
    return np.asarray(shapely.linestrings(ends), dtype=np.object_)


def _recut(strokes: Strokes, rows: Rows, left: Geometries) -> Strokes:
    """Strokes with some of them replaced by what is left."""
    before = np.hypot(*(strokes.end[rows] - strokes.start[rows]).T)
    after = shapely.length(left)
    cut = after < before - DUST
    rows, left = rows[cut], left[cut]
    pieces, owner = shapely.get_parts(left, return_index=True)
    linear = (shapely.get_type_id(pieces) == shapely.GeometryType.LINESTRING) & (shapely.length(pieces) > DUST)
    pieces, owner = pieces[linear], owner[linear]
    ends = shapely.get_coordinates(pieces).reshape(-1, 2, 2)
    whole = np.ones(len(strokes), np.bool_)
    whole[rows] = False
    kept = np.flatnonzero(whole)
    index = np.concatenate([kept, rows[owner]])
    place = np.argsort(index, kind="stable")
    start = np.concatenate([strokes.start[kept], ends[:, 0]])[place]
    end = np.concatenate([strokes.end[kept], ends[:, 1]])[place]
    taken = strokes.take(index[place])
    return replace(taken, start=start, end=end)


def _refilled(areas: Areas, rows: Rows, head: Rows, left: Geometries) -> Areas:
    """Areas with the rings ``rows`` replaced by those of the shapes ``left``, each like the ring ``head``."""
    kept = np.ones(len(areas), np.bool_)
    kept[rows] = False
    pieces = [parts(shape) for shape in left]
    number = np.array([len(each) for each in pieces], np.intp)
    flat = np.concatenate([*pieces, np.zeros(0, np.object_)])
    owner = np.repeat(np.arange(len(left)), number)
    sized = shapely.area(flat) > DUST_AREA
    flat, owner = flat[sized], owner[sized]
    rings, shape = shapely.get_rings(flat, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.zeros(0, np.bool_)
    counts = np.bincount(ring, minlength=len(rings)) - 1
    fresh = Ragged(points[~last], np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    above = int(areas.region.max(initial=-1)) + 1
    made = replace(areas.take(head[owner[shape]]), rings=fresh, region=(above + shape).astype(np.int32))
    rest = areas.take(kept)
    columns = {
        name: np.concatenate([getattr(rest, name), getattr(made, name)]) for name in Areas.__slots__ if name != "rings"
    }
    offsets = np.concatenate([rest.rings.offsets, made.rings.offsets[1:] + rest.rings.offsets[-1]])
    return Areas(rings=Ragged(np.concatenate([rest.rings.points, made.rings.points]), offsets), **columns)
