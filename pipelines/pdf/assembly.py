"""Pages side by side on one sheet: the tables of their linework as one, and where each page lies."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pipelines.linework import Layer, Linework, Ragged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.linework import Floats

#: Space between pages, as a share of the largest one's longer side: more than between drawings on a page.
GAP: Final = 0.3


@dataclass(frozen=True, slots=True)
class Placed:
    """A page on the sheet."""

    number: int  #: from 1
    size: tuple[float, float]  #: mm of its own paper
    factor: float  #: mm of the sheet for a mm of its paper
    low: Floats  #: (2,) its lower left corner on the sheet

    def box(self, low: Floats, high: Floats) -> tuple[float, float, float, float] | None:
        """A box of the sheet in mm of this page's paper, x0, y0, x1, y1; None where they do not meet."""
        corner = np.maximum((low - self.low) / self.factor, 0.0)
        other = np.minimum((high - self.low) / self.factor, self.size)
        if (corner >= other).any():
            return None
        return float(corner[0]), float(corner[1]), float(other[0]), float(other[1])


def beside(pages: Sequence[tuple[int, tuple[float, float], float]]) -> tuple[Placed, ...]:
    """Places for pages (number, size, factor) from left to right."""
    gap = GAP * max(factor * max(size) for _, size, factor in pages)
    placed, x = [], 0.0
    for number, size, factor in pages:
        placed.append(Placed(number, size, factor, np.array([x, 0.0])))
        x += factor * size[0] + gap
    return tuple(placed)


def joined(sheets: Sequence[Linework], places: Sequence[Placed]) -> Linework:
    """The linework of pages as that of one sheet; a single page stays as it is."""
    if len(sheets) == 1 and places[0].factor == 1.0:
        return sheets[0]
    layers: dict[str, Layer] = {}
    moved = []
    counts = {"source": 0, "arc": 0, "path": 0, "region": 0, "instance": 0}
    handles: list[str] = []
    for sheet, place in zip(sheets, places, strict=True):
        number = np.array([_number(layers, layer) for layer in sheet.layers], np.int32)
        moved.append(_shifted(sheet.moved(-place.low / place.factor, place.factor), number, counts))
        handles += [f"{place.number}:{handle}" for handle in sheet.handles]
        counts["source"] += len(sheet.handles)
        counts["arc"] += len(sheet.arcs)
        counts["path"] += int(sheet.strokes.path.max(initial=-1)) + 1
        counts["region"] += int(sheet.areas.region.max(initial=-1)) + 1
        counts["instance"] += len(sheet.instances)
    tables = [each.name for each in fields(Linework) if each.name not in ("layers", "handles")]
    columns: dict[str, Any] = {name: _stacked([getattr(sheet, name) for sheet in moved]) for name in tables}
    return Linework(layers=tuple(layers.values()), handles=tuple(handles), **columns)


def _number(layers: dict[str, Layer], layer: Layer) -> int:
    layers.setdefault(layer.name, layer)
    return list(layers).index(layer.name)


def _shifted(sheet: Linework, layer: Any, counts: dict[str, int]) -> Linework:
    """The sheet with its index columns made to point into the tables of all."""
    tables: dict[str, Any] = {}
    for each in fields(Linework):
        table = getattr(sheet, each.name)
        names = [column.name for column in fields(table)] if hasattr(table, "__dataclass_fields__") else []
        columns: dict[str, Any] = {
            name: np.where(getattr(table, name) >= 0, getattr(table, name) + counts[name], -1).astype(np.int32)
            for name in names
            if name in counts
        }
        if "layer" in names:
            columns["layer"] = layer[table.layer]
        if columns:
            tables[each.name] = replace(table, **columns)
    return replace(sheet, **tables)


def _stacked(tables: Sequence[Any]) -> Any:
    """Tables of one kind, one below the other."""
    first = tables[0]
    columns: dict[str, Any] = {}
    for column in fields(first):
        values = [getattr(table, column.name) for table in tables]
        if isinstance(values[0], Ragged):
            starts = np.cumsum([0] + [len(value.points) for value in values])
            offsets = [value.offsets[:-1] + start for value, start in zip(values, starts, strict=False)]
            points = np.concatenate([value.points for value in values])
            columns[column.name] = Ragged(points, np.concatenate([*offsets, starts[-1:]]).astype(np.int64))
        elif isinstance(values[0], tuple):
            columns[column.name] = tuple(item for value in values for item in value)
        else:
            columns[column.name] = np.concatenate(values)
    return type(first)(**columns)
