"""The floor plan for machines: ``plan.geojson``, made by ``convert``; its schema is in ``pipelines.schemas``.

A FeatureCollection (RFC 7946) with one feature per line. Coordinates are local metres, x to the right and y up on the
sheet, not degrees: section 4 of the RFC allows that between parties who agree on it, and ``frame`` says so.
Equal plans give equal bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from pipelines.geometry.areas import joined
from pipelines.geometry.pairs import rectangles
from pipelines.geometry.snapping import snapped
from pipelines.plan import OpeningKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from pipelines.linework import Floats, Ints, Ragged
    from pipelines.plan import FloorPlan, Geometries, Handles, Storey

#: Version of the document's form; raised when a member changes its meaning or goes.
PLAN_VERSION = 1

#: Decimals of a metre that are written: a tenth of a millimetre.
DECIMALS = 4

_FRAME = {
    "unit": "metre",
    "axes": "x to the right, y up on the sheet",
    "note": "Local plan coordinates, not longitude and latitude (RFC 7946, section 4).",
}
#: Slits up to this between walls and rooms are closed in a storey's outline, metres.
_SLIT = 0.02
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_PARTING = "\0"
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, slots=True)
class _Features:
    """Features of one category: their geometry as JSON text, and what is special to each."""

    category: str
    geometry: list[str]
    special: Iterable[dict[str, Any]]
    layer: Sequence[str | None]
    confidence: Sequence[float | None]
    handles: Handles


def write(plan: FloorPlan) -> bytes:
    """The plan as UTF-8 JSON: per storey its outline, walls, openings, columns, stairs, rooms and furniture.

    ``storeys`` holds for each storey the affine from drawing coordinates to these metres. Lengths are rounded to
    0.1 mm, rings wound by the right-hand rule, numbers that are not finite become null, and so does the geometry of
    what is smaller than that or not finite.
    """
    outlines = [_outline(storey) for storey in plan.storeys]
    head = {
        "type": "FeatureCollection",
        "version": PLAN_VERSION,
        "frame": _FRAME,
        "metres_per_unit": plan.metres_per_unit,
        "origin": list(plan.origin),
        "storeys": [_storey(number, storey) for number, storey in enumerate(plan.storeys)],
    }
    lines = [
        line
        for number, (storey, outline) in enumerate(zip(plan.storeys, outlines, strict=True))
        for line in _lines(number, storey, outline)
    ]
    features = "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"
    text = f'{_json(head)[:-1]},"features":{features}}}\n'
    return text.encode("utf-8", "replace")


def _storey(number: int, storey: Storey) -> dict[str, Any]:
    return {
        "id": _storey_id(number),
        "name": storey.name,
        "level": storey.level,
        "elevation": _number(storey.elevation),
        "height": _number(storey.height),
        "affine": storey.affine.tolist(),
    }


def _storey_id(number: int) -> str:
    return f"storey-{number}"


def _lines(number: int, storey: Storey, outline: shapely.Geometry) -> Iterator[str]:
    """The text of each feature."""
    home = _storey_id(number)
    whole = {
        "category": "storey",
        "storey": home,
        "name": storey.name,
        "level": storey.level,
        "elevation": _number(storey.elevation),
        "height": _number(storey.height),
        "area": _number(float(shapely.area(outline))),
    }
    yield _feature(home, polygons(np.array([outline], dtype=np.object_))[0], _json(whole))
    for table in (_walls(storey), _openings(storey, home), _columns(storey), _stairs(storey), _rooms(storey)):
        yield from _rows(home, table)
    yield from _rows(home, _furniture(storey))


def _rows(home: str, table: _Features) -> Iterator[str]:
    columns = zip(table.special, table.layer, table.confidence, table.handles, strict=True)
    fixed = {"category": table.category, "storey": home}
    properties = [
        {**fixed, **special, "layer": layer, "confidence": confidence, "handles": handles}
        for special, layer, confidence, handles in columns
    ]
    name = f"{home}/{table.category}"
    for row, (geometry, text) in enumerate(zip(table.geometry, _texts(properties), strict=True)):
        yield _feature(f"{name}-{row}", geometry, text)


def _feature(name: str, geometry: str, properties: str) -> str:
    return f'{{"type":"Feature","id":"{name}","geometry":{geometry},"properties":{properties}}}'


def _json(value: Any) -> str:
    return _ENCODER.encode(value)


def _texts(rows: list[dict[str, Any]]) -> list[str]:
    """Each row as JSON: all in one go, which takes half the time, parted at a string that no row holds."""
    parted: list[Any] = [_PARTING] * max(2 * len(rows) - 1, 0)
    parted[::2] = rows
    texts = _json(parted)[1:-1].split(f",{_json(_PARTING)},") if rows else []
    return texts if len(texts) == len(rows) else [_json(row) for row in rows]


def _walls(storey: Storey) -> _Features:
    walls = storey.walls
    special = _each(
        kind=list(walls.kind),
        thickness=_numbers(walls.thickness),
        height=_numbers(_height(walls.height, storey)),
        axis=_points(walls.axis),
    )
    return _Features("wall", polygons(walls.footprint), special, walls.layer, _numbers(walls.confidence), walls.handles)


def _openings(storey: Storey, home: str) -> _Features:
    openings = storey.openings
    reach = openings.direction * (openings.width / 2)[:, None]
    axis = np.stack([openings.center - reach, openings.center + reach], axis=1)
    special = _each(
        kind=list(openings.kind),
        width=_numbers(openings.width),
        depth=_numbers(openings.depth),
        sill=_numbers(openings.sill),
        head=_numbers(openings.head),
        axis=_points(axis),
        hinge=_side(openings.hinge, "start", "end"),
        swing=_side(openings.swing, "right", "left"),
        wall=[f"{home}/wall-{host}" if host >= 0 else None for host in openings.host.tolist()],
        door=[OpeningKind(kind).is_door for kind in openings.kind],
        label=list(openings.label),
        evidence=[list(each) for each in openings.evidence],
    )
    across = np.full(len(openings), None, dtype=np.object_)
    sound = np.isfinite(axis).all(axis=(1, 2)) & np.isfinite(openings.depth)
    across[sound] = rectangles(axis[sound, 0], axis[sound, 1], openings.depth[sound])
    return _Features(
        "opening", polygons(across), special, openings.layer, _numbers(openings.confidence), openings.handles
    )


def _columns(storey: Storey) -> _Features:
    columns = storey.columns
    special = _each(height=_numbers(_height(columns.height, storey)))
    return _Features(
        "column", polygons(columns.footprint), special, columns.layer, _numbers(columns.confidence), columns.handles
    )


def _stairs(storey: Storey) -> _Features:
    stairs = storey.stairs
    special = _each(
        tread_count=stairs.tread_count.tolist(),
        up=_points(stairs.up),
        treads=_pairs(stairs.treads),
    )
    return _Features(
        "stair", polygons(stairs.footprint), special, stairs.layer, _numbers(stairs.confidence), stairs.handles
    )


def _rooms(storey: Storey) -> _Features:
    rooms = storey.rooms
    special = _each(
        name=list(rooms.name),
        number=list(rooms.number),
        area=_numbers(rooms.area),
        label_area=_numbers(rooms.label_area),
        anchor=_points(rooms.anchor),
    )
    none = [None] * len(rooms)
    return _Features("room", polygons(rooms.footprint), special, none, _numbers(rooms.confidence), rooms.handles)


def _furniture(storey: Storey) -> _Features:
    things = storey.furniture
    special = _each(kind=list(things.kind), name=list(things.name), height=_numbers(things.height))
    none = [None] * len(things)
    return _Features("furniture", polygons(things.footprint), special, things.layer, none, things.handles)


def _each(**columns: list[Any]) -> Iterator[dict[str, Any]]:
    """The rows of some columns."""
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _height(height: Floats, storey: Storey) -> Floats:
    """Heights, where "to the ceiling" has become a number."""
    return np.where(np.isnan(height), storey.height, height)


def _side(values: Ints, below: str, above: str) -> list[str | None]:
    return [above if value > 0 else below if value < 0 else None for value in values.tolist()]


def _number(value: float) -> float | None:
    return _numbers(np.array([value]))[0]


def _numbers(values: Floats) -> list[float | None]:
    """A column of lengths, rounded; null where not finite."""
    rounded: list[float | None] = _rounded(values).tolist()
    for row in np.flatnonzero(~np.isfinite(values)):
        rounded[row] = None
    return rounded


def _points(values: Floats) -> list[Any]:
    """A column (n, ...) of points or lines, rounded; null where any part is not finite."""
    rounded: list[Any] = _rounded(values).tolist()
    for row in np.flatnonzero(~np.isfinite(values).all(axis=tuple(range(1, values.ndim)))):
        rounded[row] = None
    return rounded


def _pairs(lines: Ragged) -> list[Any]:
    """Per list of (2k, 2), its k lines as [[x, y], [x, y]]; lines that are not finite are left out."""
    ends = lines.points.reshape(-1, 2, 2)
    kept = np.isfinite(ends).all(axis=(1, 2))
    before = np.concatenate([[0], np.cumsum(kept)])
    flat = _rounded(ends[kept]).tolist()
    bounds = before[lines.offsets // 2].tolist()
    return [flat[low:high] for low, high in pairwise(bounds)]


def _rounded(values: Floats) -> Floats:
    """Rounded to what is written, without a negative zero."""
    return np.round(values, DECIMALS) + 0.0


def polygons(shapes: Geometries) -> list[str]:
    """Each polygon as the JSON text of a geometry: valid on the grid of 0.1 mm, exterior rings counter-clockwise.

    "null" stands for what is empty, too small for that grid, or not finite.
    """
    sound = _sound(shapes)
    # GEOS leaves flags of the floating-point unit behind, which numpy takes for trouble of its own.
    with np.errstate(all="ignore"):
        wound = shapely.orient_polygons(snapped(_valid(shapes[sound]), 10.0**-DECIMALS))
        wound = np.asarray(shapely.transform(wound, _rounded), dtype=np.object_)
    texts = ["null"] * len(shapes)
    kept = np.isin(shapely.get_type_id(wound), _POLYGONS) & ~shapely.is_empty(wound)
    for row, text in zip(sound[kept].tolist(), shapely.to_geojson(wound[kept]), strict=True):
        texts[row] = text
    return texts


def _valid(shapes: Geometries) -> Geometries:
    """The same regions as valid polygons; what has no area becomes empty."""
    broken = ~np.asarray(shapely.is_valid(shapes), dtype=np.bool_)
    made = np.array(shapes, dtype=np.object_)
    made[broken] = shapely.make_valid(made[broken], method="structure", keep_collapsed=False)
    return made


def _sound(shapes: Geometries) -> NDArray[np.intp]:
    """Rows of the shapes that hold something, and nothing that is not finite."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    held = np.zeros(len(shapes), np.bool_)
    held[owner] = True
    held[owner[~np.isfinite(points).all(axis=1)]] = False
    return np.flatnonzero(held)


def _outline(storey: Storey) -> shapely.Geometry:
    """What the storey covers: its walls, columns and rooms together, with slits closed."""
    shapes = np.concatenate([storey.walls.footprint, storey.columns.footprint, storey.rooms.footprint])
    with np.errstate(all="ignore"):  # as in ``polygons``
        whole = joined(snapped(_valid(shapes[_sound(shapes)]), 10.0**-DECIMALS))
        closed = shapely.buffer(whole, _SLIT / 2, join_style="mitre")
        return shapely.buffer(closed, -_SLIT / 2, join_style="mitre")
