"""INSERT with its attributes, DIMENSION and ACAD_TABLE by the blocks that draw them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from pipelines.dxf.entities import words
from pipelines.dxf.tables import clean
from pipelines.linework import Origin

if TYPE_CHECKING:
    from pipelines.dxf.collector import Collector

_ORIGIN: Final = (0.0, 0.0, 0.0)
_ONE: Final = (1.0, 1.0, 1.0)
#: Counts beyond these are bombs; the columns hold no more.
_MOST: Final = 2**31 - 1


def insert(take: Collector, entity: Any) -> None:
    """INSERT: a block placed once or in an array, and the attributes that are written with it."""
    values = entity.dxf.__dict__
    row = (
        take.reference(values["name"]), values.get("insert", _ORIGIN),
        (values.get("xscale", 1.0), values.get("yscale", 1.0), values.get("zscale", 1.0)),
        values.get("rotation", 0.0), _count(values, "row"), _count(values, "column"),
        values.get("row_spacing", 0.0), values.get("column_spacing", 0.0),
    )  # fmt: skip
    take.add("inserts", values, row, Origin.OTHER)
    for attribute in entity.attribs:
        if not attribute.is_invisible:
            words.text(take, attribute)


def _count(values: dict[str, Any], way: str) -> int:
    """Rows or columns of an array; without a distance between them they are all one."""
    return min(max(values.get(f"{way}_count", 1), 1), _MOST) if values.get(f"{way}_spacing") else 1


def _picture(take: Collector, entity: Any, values: dict[str, Any], origin: Origin) -> None:
    """Place the anonymous block that holds the drawn form of an entity."""
    name = values.get("geometry")
    if not name or name not in take.document.blocks:
        take.skipped[entity.dxftype(), "no_graphics"] += 1
        take.rows.handles.append(values.get("handle") or "")
        return
    row = (take.reference(name), values.get("insert") or _ORIGIN, _ONE, 0.0, 1, 1, 0.0, 0.0)
    take.add("inserts", {**values, "thickness": 0.0}, row, origin)


def dimension(take: Collector, entity: Any) -> None:
    """DIMENSION of any kind as it is drawn; linear and aligned ones as measures too."""
    values = entity.dxf.__dict__
    _picture(take, entity, values, Origin.DIMENSION)
    kind = values.get("dimtype", 0) & 15
    first, second = values.get("defpoint2"), values.get("defpoint3")
    if entity.dxftype() != "DIMENSION" or kind not in (0, 1) or first is None or second is None:
        return
    measured = values.get("actual_measurement")
    if measured is None or measured <= 0:
        angle = math.radians(values.get("angle", 0.0))
        across, along = second.x - first.x, second.y - first.y
        rotated = abs(across * math.cos(angle) + along * math.sin(angle))
        measured = math.hypot(across, along) if kind else rotated
    scale = take.tables.measure_scale(values.get("dimstyle", ""))
    row = (first, second, measured, clean(values.get("text", "")), scale)
    take.extend("measures", values, row, Origin.DIMENSION)


def table(take: Collector, entity: Any) -> None:
    """ACAD_TABLE as it is drawn."""
    _picture(take, entity, entity.dxf.__dict__, Origin.OTHER)
