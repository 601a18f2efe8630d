"""What was traced off a picture, as the tables of a sheet: walls as fills on a layer of their own, lines as strokes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.linework import (
    Arcs,
    Areas,
    Dimensions,
    Faces,
    Instances,
    Layer,
    Linework,
    Origin,
    Ragged,
    Strokes,
    Texts,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats, Ints, Sightings

#: Layers of what was traced.
LAYERS: Final = (Layer("WALL", "WALL"), Layer("", ""))
WALL, PLAIN = 0, 1


def linework(walls: NDArray[np.object_], start: Floats, end: Floats, weight: Floats, seen: Sightings) -> Linework:
    """A sheet of walls (polygons), thin lines from ``start`` to ``end`` (n, 2), ``weight`` mm broad, and sightings."""
    areas = _areas(walls)
    handles = tuple(f"wall {k + 1}" for k in range(len(walls)))
    lines = tuple(f"line {k + 1}" for k in range(len(start)))
    strokes = _strokes(start, end, weight, len(walls))
    return replace(_empty(), handles=handles + lines, areas=areas, strokes=strokes, sightings=seen)


def texts(corners: Floats, words: tuple[str, ...]) -> Texts:
    """Words that were read on the picture; ``corners`` (n, 4, 2) in mm, lower left last, in the order of reading."""
    count = len(words)
    along, up = corners[:, 1] - corners[:, 0], corners[:, 0] - corners[:, 3]
    return Texts(
        position=corners[:, 3],
        center=corners.mean(axis=1),
        # A box has some air around the letters.
        height=np.hypot(*up.T) * 0.75,
        width=np.hypot(*along.T),
        rotation=np.arctan2(along[:, 1], along[:, 0]),
        text=words,
        layer=_whole(count, PLAIN),
        origin=_whole(count, Origin.TEXT),
        source=_whole(count, 0),
        instance=_whole(count, -1),
    )


def _strokes(start: Floats, end: Floats, weight: Floats, first: int) -> Strokes:
    count = len(start)
    nothing = np.zeros(count)
    return Strokes(
        start=start,
        end=end,
        z=nothing,
        layer=_whole(count, PLAIN),
        color=_whole(count, 7),
        weight=weight,
        width=nothing,
        thickness=nothing,
        dashed=np.zeros(count, np.bool_),
        origin=_whole(count, Origin.LINE),
        source=np.arange(first, first + count, dtype=np.int32),
        arc=_whole(count, -1),
        path=_whole(count, -1),
        instance=_whole(count, -1),
    )


def _areas(shapes: NDArray[np.object_]) -> Areas:
    rings = shapely.get_rings(shapes)
    points, owner = shapely.get_coordinates(rings, return_index=True)
    last = np.append(owner[1:] != owner[:-1], True)  # rings repeat their first point at the end
    region = np.repeat(np.arange(len(shapes)), shapely.get_num_interior_rings(shapes) + 1)
    counts = np.bincount(owner[~last], minlength=len(rings))
    count = len(rings)
    return Areas(
        rings=Ragged(points[~last], np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)),
        region=region.astype(np.int32),
        filled=np.ones(count, np.bool_),
        solid=np.ones(count, np.bool_),
        layer=_whole(count, WALL),
        color=_whole(count, 7),
        z=np.zeros(count),
        thickness=np.zeros(count),
        origin=_whole(count, Origin.TRACED),
        source=region.astype(np.int32),
        instance=_whole(count, -1),
    )


def _whole(count: int, value: int) -> Ints:
    return np.full(count, value, np.int32)


def _empty() -> Linework:
    """A sheet with nothing on it."""
    point, number, whole, no = np.zeros((0, 2)), np.zeros(0), np.zeros(0, np.int32), np.zeros(0, np.bool_)
    return Linework(
        layers=LAYERS,
        handles=(),
        strokes=Strokes(
            point, point, number, whole, whole, number, number, number, no, whole, whole, whole, whole, whole
        ),
        arcs=Arcs(point, number, number, number, whole, whole, whole),
        areas=Areas(Ragged.empty(), whole, no, no, whole, whole, number, number, whole, whole, whole),
        texts=Texts(point, point, number, number, number, (), whole, whole, whole, whole),
        dimensions=Dimensions(point, point, number, (), number, whole, whole),
        instances=Instances((), np.zeros((0, 2, 3)), number, whole, whole, point, point, whole),
        faces=Faces(Ragged.empty(3), whole, whole, whole, whole),
    )
