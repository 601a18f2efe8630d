"""Furniture and fixtures of one plan, in metres: block references that name one, loose lines on their layers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.naming import Category, furniture_kind
from pipelines.geometry.components import components
from pipelines.linework import Ragged
from pipelines.plan import Furniture, FurnitureKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Bools, Floats, Ints, Linework

_PIECES = (
    Category.FURNITURE,
    Category.SANITARY,
    Category.KITCHEN,
    Category.APPLIANCE,
    Category.PLANT,
    Category.VEHICLE,
    Category.EQUIPMENT,
)
#: Typical heights, metres.
_HEIGHTS = {
    FurnitureKind.FURNITURE: 0.75,
    FurnitureKind.SANITARY: 0.45,
    FurnitureKind.KITCHEN: 0.9,
    FurnitureKind.APPLIANCE: 0.9,
    FurnitureKind.PLANT: 1.2,
    FurnitureKind.VEHICLE: 1.45,
    FurnitureKind.OTHER: 1.0,
}
#: Heights of pieces that a name tells more closely; the first word found in the name counts.
_NAMED_HEIGHTS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.5, ("bed", "bett", "cama", "letto", "yatak", "침대", "ベッド", "床")),
    (
        2.1,
        (
            "wardrobe",
            "closet",
            "cabinet",
            "schrank",
            "armoire",
            "armario",
            "armadio",
            "dolap",
            "옷장",
            "붙박이",
            "柜",
            "櫃",
        ),
    ),
    (
        1.8,
        (
            "refrig",
            "fridge",
            "kühlschrank",
            "냉장고",
            "冷蔵庫",
            "冰箱",
            "shelf",
            "shelves",
            "bookcase",
            "regal",
            "책장",
            "本棚",
        ),
    ),
    (
        0.85,
        (
            "basin",
            "sink",
            "lavabo",
            "lavatory",
            "vanity",
            "waschtisch",
            "세면",
            "洗面",
            "洗脸",
            "chair",
            "stuhl",
            "의자",
            "椅",
        ),
    ),
    (0.55, ("tub", "bath", "wanne", "욕조", "浴")),
    (0.1, ("shower", "dusche", "douche", "샤워", "シャワー", "淋浴", "rug", "carpet")),
)
#: Loose lines nearer than this belong to one piece; blocks may be larger than lines can be trusted to be.
_TOUCHING, _LOOSE_LIMIT, _LIMIT, _SMALLEST = 0.03, 6.0, 15.0, 0.05
#: Beyond this many loose lines pairs are not searched for: each source entity is a piece.
_MANY = 40_000


def find(sheet: Linework, meaning: Meaning) -> Furniture:
    """The furniture of a view in plan metres."""
    rows = np.flatnonzero(np.isin(meaning.strokes, _PIECES))
    if not len(rows):
        return _empty()
    piece = _pieces(sheet, meaning, rows)
    order = np.argsort(piece, kind="stable")
    rows, piece = rows[order], piece[order]
    head = np.flatnonzero(np.append(True, piece[1:] != piece[:-1]))
    outline = _outlines(sheet, rows, piece, len(head))
    rooted = _root(sheet, meaning)[sheet.strokes.instance[rows[head]]] >= 0 if len(sheet.instances) else head < 0
    kept = np.flatnonzero(_sized(outline, np.where(rooted, _LIMIT, _LOOSE_LIMIT)))
    return _table(sheet, meaning, rows, head, kept, outline)


def _root(sheet: Linework, meaning: Meaning) -> Ints:
    """(n,) for each instance the outermost enclosing reference that is furniture by name or layer, -1 for none."""
    parent = sheet.instances.parent
    ours = np.isin(meaning.instances, _PIECES)
    root = np.arange(len(parent), dtype=np.int32)
    while True:
        above = parent[root]
        climbs = (above >= 0) & ours[root] & ours[above]
        if not climbs.any():
            break
        root = np.where(climbs, above, root)
    return np.where(ours, root, -1).astype(np.int32)


def _pieces(sheet: Linework, meaning: Meaning, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Number of the piece that each stroke belongs to."""
    strokes = sheet.strokes
    instance = strokes.instance[rows]
    root = _root(sheet, meaning)
    of = np.where(instance >= 0, root[instance], -1) if len(root) else np.full(len(rows), -1)
    loose = np.flatnonzero(of < 0)
    piece = of.astype(np.intp)
    piece[loose] = len(root) + _clusters(sheet, meaning, rows[loose])
    return np.unique(piece, return_inverse=True)[1].astype(np.intp)


def _clusters(sheet: Linework, meaning: Meaning, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Loose lines of one category that touch, as numbers."""
    strokes = sheet.strokes
    if len(rows) > _MANY or not len(rows):
        return np.unique(strokes.source[rows], return_inverse=True)[1].astype(np.intp)
    ends = np.stack([strokes.start[rows], strokes.end[rows]], axis=1)
    lines = np.asarray(shapely.linestrings(ends), dtype=np.object_)
    i, j = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=_TOUCHING)
    same = (meaning.strokes[rows][i] == meaning.strokes[rows][j]) & (i < j)
    return components(len(rows), i[same], j[same])


def _outlines(sheet: Linework, rows: NDArray[np.intp], piece: NDArray[np.intp], count: int) -> NDArray[np.object_]:
    """The rectangle around each piece, or its convex hull where that is clearly smaller (round, angled things)."""
    strokes = sheet.strokes
    points = np.stack([strokes.start[rows], strokes.end[rows]], axis=1).reshape(-1, 2)
    numbers = np.unique(piece, return_inverse=True)[1]
    clouds: NDArray[np.object_] = np.empty(count, dtype=np.object_)
    shapely.multipoints(np.asarray(shapely.points(points)), indices=np.repeat(numbers, 2), out=clouds)
    hull = np.asarray(shapely.convex_hull(clouds), dtype=np.object_)
    around = np.asarray(shapely.oriented_envelope(clouds), dtype=np.object_)
    round_ = shapely.area(hull) < 0.85 * shapely.area(around)
    return np.where(round_, hull, around)


def _sized(outline: NDArray[np.object_], limit: Floats) -> Bools:
    """Outlines with an area that is neither a speck nor a whole plan."""
    box = shapely.bounds(outline)
    size = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
    polygonal = shapely.get_type_id(outline) == shapely.GeometryType.POLYGON
    return np.asarray(polygonal & (shapely.area(outline) > 1e-3) & (size > _SMALLEST) & (size < limit), np.bool_)


def _table(
    sheet: Linework,
    meaning: Meaning,
    rows: NDArray[np.intp],
    head: NDArray[np.intp],
    kept: NDArray[np.intp],
    outline: NDArray[np.object_],
) -> Furniture:
    """The pieces that are kept, as rows."""
    strokes = sheet.strokes
    counts = np.diff(np.append(head, len(rows)))
    root = _root(sheet, meaning)
    ends = np.stack([strokes.start[rows], strokes.end[rows]], axis=1).reshape(-1, 2)
    lines = Ragged(points=ends, offsets=np.append(0, np.cumsum(2 * counts)).astype(np.int64)).take(kept)
    first = rows[head[kept]]
    roots = [int(root[k]) if k >= 0 and len(root) else -1 for k in strokes.instance[first]]
    layer = tuple(sheet.layers[k].plain for k in strokes.layer[first])
    codes = [meaning.instances[r] if r >= 0 else meaning.strokes[row] for r, row in zip(roots, first, strict=True)]
    kind = tuple(furniture_kind(Category(int(code))) or FurnitureKind.OTHER for code in codes)
    name = tuple(sheet.instances.block[r] if r >= 0 else on for r, on in zip(roots, layer, strict=True))
    handles = []
    for k, r in zip(kept, roots, strict=True):
        drawn = rows[head[k] : head[k] + counts[k]]
        own = [int(sheet.instances.source[r])] if r >= 0 else np.unique(strokes.source[drawn]).tolist()
        handles.append(tuple(sheet.handles[s] for s in own if s >= 0))
    return Furniture(
        kind=kind,
        name=name,
        footprint=outline[kept],
        height=np.asarray([_height(n, k) for n, k in zip(name, kind, strict=True)], dtype=np.float64),
        lines=lines,
        layer=layer,
        handles=tuple(handles),
    )


@cache
def _height(name: str, kind: FurnitureKind) -> float:
    """A typical height for a piece of this name."""
    plain = name.casefold()
    for height, words in _NAMED_HEIGHTS:
        if any(word in plain for word in words):
            return height
    return _HEIGHTS[kind]


def _empty() -> Furniture:
    return Furniture(
        kind=(),
        name=(),
        footprint=np.zeros(0, dtype=np.object_),
        height=np.zeros(0),
        lines=Ragged.empty(),
        layer=(),
        handles=(),
    )
